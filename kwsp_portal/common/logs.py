"""What the log leaves out."""

import logging
from typing import Final

UNAVAILABLE: Final = 503


class OneLineWhenUnavailable(logging.Filter):
    """While the database is away every request would write the same trace: one line says it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) == UNAVAILABLE:
            record.exc_info = record.exc_text = None
        return True
