"""A provider that is called over HTTP, SMS and e-mail alike: the key of the message makes a second call harmless.

`POST {SMS_URL}/v1/messages` with `Authorization: Bearer SMS_KEY` and JSON `key, channel, to, subject, text, valid_until`. 2xx: taken, `id` is its
reference. 409: this key was taken before. 400 and 422: never, `code` says why. Anything else, or nothing: later again.
"""

import http.client
import json
import logging
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

from kwsp_portal.notify.enums import Channel
from kwsp_portal.notify.gateways import NotNow, Outcome, Outgoing, Refused, Taken

log = logging.getLogger(__name__)
LARGEST_ANSWER: Final = 16 * 1024
_NEVER: Final = frozenset({400, 422})
_OURS: Final = frozenset({401, 403, 404})


class Http:
    """One connection for the messages of a batch."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._address = urlsplit(settings.NOTIFY["sms_url"])
        self._connection: http.client.HTTPConnection | None = None

    def send(self, message: Outgoing) -> Outcome:
        body = json.dumps(
            {
                "key": message.key,
                "channel": self._channel.value,
                "to": message.to,
                "subject": message.subject,
                "text": message.body,
                "valid_until": message.expires_at.isoformat() if message.expires_at else None,
            }
        ).encode()
        kept = self._connection is not None
        try:
            try:
                return self._outcome(*self._post(body))
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                # A connection that was kept may have been closed meanwhile; the key makes it safe to ask again.
                self.close()
                if not kept:
                    raise
                return self._outcome(*self._post(body))
        except (OSError, http.client.HTTPException) as fault:
            self.close()
            return NotNow("TIMEOUT" if isinstance(fault, TimeoutError) else type(fault).__name__.upper(), down=True)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _post(self, body: bytes) -> tuple[int, Any]:
        if self._connection is None:
            kind = http.client.HTTPSConnection if self._address.scheme == "https" else http.client.HTTPConnection
            self._connection = kind(self._address.hostname or "", self._address.port, timeout=settings.NOTIFY["timeout"])
        headers = {"Authorization": f"Bearer {settings.NOTIFY['sms_key']}", "Content-Type": "application/json"}
        self._connection.request("POST", f"{self._address.path.rstrip('/')}/v1/messages", body=body, headers=headers)
        answer = self._connection.getresponse()
        said = answer.read(LARGEST_ANSWER)
        if answer.will_close or answer.length:
            self.close()
        return answer.status, _read(said)

    def _outcome(self, status: int, said: dict[str, Any]) -> Outcome:
        if status in (200, 201, 202, 409) and said.get("id"):
            return Taken(str(said["id"]))
        if status in _NEVER:
            return Refused(str(said.get("code") or f"HTTP_{status}"))
        if status in _OURS:
            log.error("the provider answers %s: check SMS_URL and SMS_KEY", status)
        return NotNow("UNREADABLE" if status < 300 else f"HTTP_{status}", down=status >= 300)


def _read(said: bytes) -> dict[str, Any]:
    try:
        found = json.loads(said)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
