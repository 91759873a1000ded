"""The rates of a year as they are known on a day: what was declared here, else what is on file for the years before."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from members.enums import DeclarationState, Scheme
from members.models import DividendDeclaration
from members.rules import dividend


class Rates(NamedTuple):
    """Both rates of a year; `shariah` is None before there was Simpanan Shariah. `source`: what was said when it was declared; empty where the rate
    file has the citation. `since`: the day from which they are known."""

    year: int
    conventional: Decimal
    shariah: Decimal | None
    since: date
    source: str = ""

    def of(self, scheme: Scheme) -> Decimal:
        """The rate of a scheme; conventional in the years in which there was no other."""
        return self.shariah if scheme is Scheme.SHARIAH and self.shariah is not None else self.conventional

    @property
    def lower(self) -> Decimal:
        """The lower of the two, as late charges go by (ruling 10)."""
        return self.conventional if self.shariah is None else min(self.conventional, self.shariah)


def of(year: int, *, on: date) -> Rates | None:
    """The rates of a year; None where they are not declared by that day."""
    return next((found for found in declared(on=on) if found.year == year), None) or _on_file(year, on)


def known(*, on: date) -> list[Rates]:
    """Every year whose rates are known on a day, the newest first."""
    on_file = (_on_file(year, on) for year in range(dividend.FIRST_YEAR, on.year))
    found = {one.year: one for one in on_file if one is not None}
    found.update({one.year: one for one in declared(on=on)})
    return [found[year] for year in sorted(found, reverse=True)]


def declared(*, on: date) -> list[Rates]:
    """What was declared here and approved by that day. One query."""
    rows = DividendDeclaration.objects.filter(state=DeclarationState.APPROVED, decided_on__lte=on)
    return [Rates(row.year, row.conventional, row.shariah, row.decided_on or on, row.source) for row in rows]


def _on_file(year: int, on: date) -> Rates | None:
    conventional = dividend.on_file(year, Scheme.CONVENTIONAL)
    if conventional is None or on < dividend.known_from(year):
        return None
    shariah = dividend.on_file(year, Scheme.SHARIAH)
    return Rates(year, conventional.value, shariah.value if shariah else None, dividend.known_from(year))
