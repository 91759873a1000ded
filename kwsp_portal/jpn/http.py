"""The way to JPN over HTTP: one signed question, one signed answer, one deadline for both, and a rest while JPN is silent.

A question changes nothing, so a connection that breaks is tried once more. After three silences in a minute nobody waits for JPN for half a minute:
a web server whose threads all wait for another house answers nobody.
"""

import http.client
import json
import logging
import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache

from kwsp_portal.common import clock
from kwsp_portal.jpn import NoAnswer, Person, Sex, Standing, wire

log = logging.getLogger(__name__)
LARGEST_ANSWER: Final = 16 * 1024
TRIES: Final = 2
SILENCES: Final = 3
COUNTED_SECONDS: Final = 60
REST_SECONDS: Final = 30
_SILENT, _RESTS = "jpn:silent", "jpn:rests"
_LONGEST_NAME: Final = 150


class HttpRegister:
    """As settings.JPN describes the way."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now

    def ask(self, number: str) -> Person | None:
        """None for a number that nobody holds. Raises NoAnswer."""
        if cache.get(_RESTS):
            raise NoAnswer("RESTING")
        key = str(uuid.uuid4())
        body = json.dumps({"key": key, "identity_number": number}).encode()
        try:
            answer, signed = _posted(body, self._now)
        except NoAnswer:
            _note_silence()
            raise
        if not wire.is_signed(answer, signed, at=self._now(), key=settings.JPN["key"]):
            raise NoAnswer("NOT_SIGNED")
        cache.delete(_SILENT)
        return _read(answer, key, number)


def _posted(body: bytes, now: Callable[[], datetime]) -> tuple[bytes, str]:
    """The answer and its signature. Raises NoAnswer."""
    for tries_left in reversed(range(TRIES)):
        try:
            return _post(body, now())
        except TimeoutError as fault:
            raise NoAnswer("TIMEOUT") from fault
        except (OSError, http.client.HTTPException) as fault:
            if not tries_left:
                raise NoAnswer(type(fault).__name__.upper()) from fault
    raise NoAnswer("NEVER")


def _post(body: bytes, at: datetime) -> tuple[bytes, str]:
    address = urlsplit(settings.JPN["url"])
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=settings.JPN["timeout"])
    try:
        headers = {"Content-Type": "application/json", wire.HEADER: wire.signature(body, at=at, key=settings.JPN["key"])}
        connection.request("POST", f"{address.path.rstrip('/')}{wire.PATH}", body=body, headers=headers)
        answer = connection.getresponse()
        said = answer.read(LARGEST_ANSWER)
    finally:
        connection.close()
    if answer.status in (401, 403, 404):
        log.error("JPN answers %s: check JPN_URL and JPN_KEY", answer.status)
    if answer.status != http.HTTPStatus.OK:
        raise NoAnswer(f"HTTP_{answer.status}")
    return said, answer.getheader(wire.HEADER, "")


def _read(answer: bytes, key: str, number: str) -> Person | None:
    """The answer to this very question. Raises NoAnswer for any other, and for one that makes no sense."""
    try:
        said: dict[str, Any] = json.loads(answer)
        if (said["key"], said["identity_number"]) != (key, number):
            raise NoAnswer("ANOTHER_QUESTION")
        if said["found"] is False:
            return None
        found = Person(
            name=" ".join(str(said["name"]).split()),
            birth_date=date.fromisoformat(said["birth_date"]),
            sex=Sex(said["sex"]),
            standing=Standing(said["standing"]),
            alive=said["alive"] is True,
        )
    except (ValueError, KeyError, TypeError) as fault:
        raise NoAnswer("UNREADABLE") from fault
    if said["found"] is not True or not found.name or len(found.name) > _LONGEST_NAME or not isinstance(said["alive"], bool):
        raise NoAnswer("UNREADABLE")
    return found


def _note_silence() -> None:
    """Count a silence; after several, rest."""
    cache.add(_SILENT, 0, COUNTED_SECONDS)
    try:
        silences = cache.incr(_SILENT)
    except ValueError:
        return
    if silences >= SILENCES:
        log.error("JPN was silent %s times: it is left alone for %s s", silences, REST_SECONDS)
        cache.set(_RESTS, True, REST_SECONDS)


def configured() -> HttpRegister:
    """With the real clock."""
    return HttpRegister(now=clock.now)
