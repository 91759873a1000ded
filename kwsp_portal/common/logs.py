"""What the log leaves out."""

import logging
from collections.abc import Mapping
from typing import Final

from kwsp_portal.common import plain

UNAVAILABLE: Final = 503


class OneLineWhenUnavailable(logging.Filter):
    """While the database is away every request would write the same trace: one line says it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) == UNAVAILABLE:
            record.exc_info = record.exc_text = None
        return True


class PlainArguments(logging.Filter):
    """What people typed cannot begin a line of its own, nor speak to a terminal: line ends and control characters show as themselves."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_plain(one) for one in record.args)
        elif isinstance(record.args, Mapping):
            record.args = {name: _plain(one) for name, one in record.args.items()}
        return True


def _plain(given: object) -> object:
    """Text as `plain` has it; an error says what it says, made plain; numbers stay."""
    if isinstance(given, BaseException):
        return plain.text(str(given))
    return plain.value(given) if isinstance(given, str | list | tuple | dict) else given
