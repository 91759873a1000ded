"""Into a file of one JSON object a line, readable by its owner only: for tests and for a demo without a provider."""

import json
import os
from pathlib import Path

from django.conf import settings

from kwsp_portal.common import clock
from kwsp_portal.notify.gateways import NotNow, Outcome, Outgoing, Taken

NAME = "messages.jsonl"


def path() -> Path:
    """Where the lines are."""
    return Path(settings.NOTIFY["folder"]) / NAME


class File:
    def send(self, message: Outgoing) -> Outcome:
        line = {"key": message.key, "to": message.to, "subject": message.subject, "text": message.body, "sent_at": clock.now().isoformat()}
        try:
            path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as fault:
            return NotNow(type(fault).__name__, down=True)
        return Taken("file")

    def close(self) -> None:
        """Nothing is kept open."""
