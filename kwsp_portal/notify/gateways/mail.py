"""E-mail by Django's own backend (EMAIL_HOST and its kin). SMTP knows no key: a worker that dies at the wrong moment sends twice."""

import logging
import smtplib
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from kwsp_portal.notify.gateways import NotNow, Outcome, Outgoing, Refused, Taken

log = logging.getLogger(__name__)
_PERMANENT: Final = 500


class Mail:
    """One connection for the messages of a batch."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None

    def send(self, message: Outgoing) -> Outcome:
        # The same Message-ID at every attempt: mailboxes show such a message once.
        identity = f"<{message.key}@{settings.SITE_HOST}>"
        mail = EmailMessage(message.subject, message.body, settings.DEFAULT_FROM_EMAIL, [message.to], headers={"Message-ID": identity})
        try:
            if self._backend is None:
                self._backend = get_connection(timeout=settings.NOTIFY["timeout"])
                self._backend.open()
            self._backend.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as refused:
            code = max(code for code, _words in refused.recipients.values())
            return Refused("MAILBOX_REFUSED") if code >= _PERMANENT else NotNow(f"SMTP_{code}")
        except smtplib.SMTPResponseException as fault:
            return NotNow(f"SMTP_{fault.smtp_code}", down=True)
        except OSError as fault:
            self.close()
            return NotNow(type(fault).__name__.upper(), down=True)
        return Taken(identity)

    def close(self) -> None:
        if self._backend is not None:
            backend, self._backend = self._backend, None
            try:
                backend.close()
            except OSError:
                log.warning("the mail server hung up")
