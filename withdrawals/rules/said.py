"""What a member said of a matter, read from the plain JSON values that are kept of it. None is "not said", or not said in the form that is kept:
what is missing or malformed is judged apart (`withdrawals.kinds.asking`)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from kwsp_portal.common import money

Said = Mapping[str, Any]


def amount(said: Said, name: str) -> Decimal | None:
    """Ringgit with two decimals."""
    try:
        return money.ringgit(said.get(name, ""))
    except (money.MoneyError, TypeError):
        return None


def day(said: Said, name: str) -> date | None:
    try:
        return date.fromisoformat(said.get(name, ""))
    except (ValueError, TypeError):
        return None


def count(said: Said, name: str) -> int | None:
    """A whole number from 0."""
    found = said.get(name)
    return found if type(found) is int and found >= 0 else None


def yes(said: Said, name: str) -> bool:
    """Whether it was answered with yes."""
    return said.get(name) is True


def text(said: Said, name: str) -> str:
    """Without blanks around it; empty where nothing was said."""
    found = said.get(name, "")
    return found.strip() if isinstance(found, str) else ""
