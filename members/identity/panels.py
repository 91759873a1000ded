"""Parts of the page `/security/` that belong to apps above: what else protects somebody there (a member's bank account)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from members.identity.models import User


class Panel(NamedTuple):
    """A template, and what it shows as `panel`."""

    template: str
    panel: Mapping[str, Any]


Source = Callable[[User, datetime], Panel | None]
_SOURCES: list[Source] = []


def on_security_page(source: Source) -> Source:
    """Decorates what makes a part of the page for somebody, or None (apps above register theirs in work.py)."""
    if source not in _SOURCES:
        _SOURCES.append(source)
    return source


def of(user: User, *, at: datetime) -> list[Panel]:
    """The parts for this person, in the order in which they were registered."""
    return [found for source in _SOURCES if (found := source(user, at)) is not None]
