"""Rows that top up wages which were filed too low, and the row that tops up one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contributions.enums import RowStatus
from contributions.models import Filing, FilingRow
from contributions.workflow import CLOSED

SHOWN: Final = 20


@dataclass(frozen=True, kw_only=True)
class Topping:
    """How many rows of a filing top up others, and the first of them, each with the row that it tops up."""

    count: int = 0
    first: Sequence[FilingRow] = ()


def topping_of(filing: Filing) -> Topping:
    """Of a supplement; no query for the Borang A of a month, two where there are any."""
    if not filing.number:
        return Topping()
    rows = filing.rows.filter(tops_up__isnull=False, status=RowStatus.VALID).select_related("tops_up").order_by("line")
    first = list(rows[:SHOWN])
    return Topping(count=rows.count() if len(first) == SHOWN else len(first), first=first)


def topped_by(row: FilingRow) -> FilingRow | None:
    """The row, in a filing that stands, by which the wages of this one were topped up."""
    found = row.topped_by.filter(status=RowStatus.VALID).exclude(filing__state__in=CLOSED)
    return found.select_related("filing").order_by("-pk").first()
