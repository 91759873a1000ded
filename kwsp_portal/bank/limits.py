"""What FPX carries in one payment (ruling 26a), by date: the page says so before the bank does."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kwsp_portal.common.refusal import Refusal

_FILE = Path(__file__).with_name("limits.yaml")


class Payer(StrEnum):
    PERSON = "person"
    COMPANY = "company"


@dataclass(frozen=True)
class Limit:
    """Both ends belong to what may be paid, in ringgit."""

    lowest: Decimal
    highest: Decimal
    source: str


class LimitNotKnown(LookupError):
    """No limit is on record for the date."""


def known_from() -> date:
    """The first day of which a limit is on record."""
    return _rows()[0][0]


def limit_at(*, payer: Payer, on: date) -> Limit:
    """The limits in force on `on`. Raises LimitNotKnown before the first date on record."""
    in_force = [row for start, row in _rows() if start <= on]
    if not in_force:
        raise LimitNotKnown(f"FPX limits at {on}")
    row = in_force[-1]
    return Limit(Decimal(row[payer]["lowest"]), Decimal(row[payer]["highest"]), row["source"])


def why_not_payable(*, amount: Decimal, payer: Payer, on: date) -> Refusal | None:
    """None if FPX carries `amount` ringgit in one payment; else FPX_BELOW_MINIMUM or FPX_ABOVE_MAXIMUM, with the limit
    and the amount as text."""
    limit = limit_at(payer=payer, on=on)
    if amount < limit.lowest:
        return _refusal("FPX_BELOW_MINIMUM", limit.lowest, amount)
    if amount > limit.highest:
        return _refusal("FPX_ABOVE_MAXIMUM", limit.highest, amount)
    return None


def _refusal(code: str, limit: Decimal, amount: Decimal) -> Refusal:
    return Refusal(code, "Peraturan 26a", {"limit": f"{limit:.2f}", "amount": f"{amount:.2f}"})


@cache
def _rows() -> list[tuple[date, dict[str, Any]]]:
    rows = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return sorted(((date.fromisoformat(row["from"]), row) for row in rows), key=lambda pair: pair[0])
