"""The reference of the request being answered: what a person quotes from an error page stands in the log, too."""

import logging
from contextvars import ContextVar

current: ContextVar[str] = ContextVar("reference", default="-")
via: ContextVar[str] = ContextVar("via", default="")
"""The token of the API by which the request came, as `token:12`; empty for a page, a worker and a command."""


class InLog(logging.Filter):
    """Gives every record its `reference`; `-` outside a request. Django logs an answer's status after the request is over."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.reference = getattr(getattr(record, "request", None), "request_id", current.get())
        return True
