"""E-mail by SMTP, to a server of the tests' own: refused mailboxes, servers that are down, words in UTF-8."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

import pytest

from kwsp_portal.notify.gateways import NotNow, Outgoing, Refused, Taken
from kwsp_portal.notify.gateways.mail import Mail

KEY = "00000000-0000-4000-8000-000000000001"


@dataclass
class Server:
    """As little of SMTP as a client needs. `answers` replaces what is answered to a command."""

    answers: dict[str, str] = field(default_factory=dict)
    mails: list[str] = field(default_factory=list)
    port: int = 0

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _address = listener.accept()
            except OSError:
                return
            with line, line.makefile("rw", encoding="utf-8", newline="\r\n") as talk:
                self._talk(talk)

    def _talk(self, talk: Any) -> None:
        def say(words: str) -> None:
            talk.write(f"{words}\r\n")
            talk.flush()

        say(self.answers.get("CONNECT", "220 here"))
        for line in talk:
            verb = line.split()[0].upper()
            say(self.answers.get(verb, {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 yes")))
            if verb == "DATA" and verb not in self.answers:
                mail = []
                for part in talk:
                    if part.rstrip("\r\n") == ".":
                        break
                    mail.append(part)
                self.mails.append("".join(mail))
                say("250 taken")
            if verb == "QUIT":
                return


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        found = Server(port=listener.getsockname()[1])
        threading.Thread(target=found.serve, args=(listener,), daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        settings.DEFAULT_FROM_EMAIL = "noreply@portal.example"
        settings.NOTIFY = {**settings.NOTIFY, "timeout": 2}
        yield found


def send() -> object:
    gateway = Mail()
    try:
        return gateway.send(Outgoing(KEY, "aminah@example.com", "Perubahan: é", "Nama: 陳\n", None))
    finally:
        gateway.close()


def test_an_email_is_handed_over_with_the_key_in_its_identity(server: Server) -> None:
    assert send() == Taken(f"<{KEY}@localhost>")

    mail = message_from_bytes(server.mails[0].encode(), policy=policy.default)
    assert (mail["To"], mail["From"], mail["Subject"], mail["Message-ID"]) == (
        "aminah@example.com",
        "noreply@portal.example",
        "Perubahan: é",
        f"<{KEY}@localhost>",
    )
    assert mail.get_content().strip() == "Nama: 陳"


@pytest.mark.parametrize(
    ("command", "answer", "outcome"),
    [
        ("RCPT", "550 no such mailbox", Refused("MAILBOX_REFUSED")),
        ("RCPT", "451 later", NotNow("SMTP_451")),
        ("CONNECT", "554 go away", NotNow("SMTP_554", down=True)),
        ("DATA", "452 full", NotNow("SMTP_452", down=True)),
    ],
)
def test_what_the_server_says_decides(server: Server, command: str, answer: str, outcome: object) -> None:
    server.answers[command] = answer

    assert send() == outcome
    assert server.mails == []


def test_nobody_listening_is_for_later(settings: Any, server: Server) -> None:
    settings.EMAIL_PORT = 9

    assert send() == NotNow("CONNECTIONREFUSEDERROR", down=True)
