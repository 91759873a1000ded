"""Several employees of one wage month: the good rows reckoned, the others with everything that is wrong with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _

from contributions.calculator import reckoning, values
from contributions.calculator.pasted import Row
from contributions.rules.schedule import Shares
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth

_TOO_MANY_CELLS: Final = _("Ditemui %(extra)s sel lebih daripada lajur. Semak pemisah dan tanda petik dalam baris ini.")
_CUT: Final = _("Ditemui %(found)s: satu amaun dengan koma, atau dua sel? Letakkan amaun itu dalam tanda petik, atau pisahkan sel dengan tab.")


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One row that holds."""

    line: int
    question: reckoning.Question
    shares: Shares


@dataclass(frozen=True, slots=True)
class Faulty:
    """One row that does not."""

    line: int
    faults: Sequence[reckoning.Fault]


@dataclass(frozen=True, slots=True)
class Result:
    """A list reckoned. Totals are those of the good rows."""

    wage_month: WageMonth
    rows: Sequence[Reckoned]
    faulty: Sequence[Faulty]

    @property
    def questions(self) -> list[reckoning.Question]:
        return [row.question for row in self.rows]

    @property
    def wages(self) -> Decimal:
        return sum((row.question.facts.wages for row in self.rows), money.ZERO)

    @property
    def employer(self) -> Decimal:
        return sum((row.shares.employer for row in self.rows), money.ZERO)

    @property
    def employee(self) -> Decimal:
        return sum((row.shares.employee for row in self.rows), money.ZERO)

    @property
    def total(self) -> Decimal:
        return self.employer + self.employee


def reckon(rows: Iterable[Row], wage_month: str) -> Result:
    """Each row by itself. Raises Refused for a month that is no month, or whose law the portal does not know."""
    month = _month(wage_month)
    good: list[Reckoned] = []
    faulty: list[Faulty] = []
    for row in rows:
        try:
            question = _question(row, month)
            good.append(Reckoned(row.line, question, reckoning.shares(question)))
        except reckoning.Refused as error:
            faulty.append(Faulty(row.line, error.faults))
    return Result(month, good, faulty)


def _month(text: str) -> WageMonth:
    """The month all rows are for, judged once."""
    try:
        month: WageMonth = reckoning.FIELDS["wage_month"].read(text)
    except values.Unreadable as error:
        raise reckoning.Refused([reckoning.Fault("wage_month", error.code, error.words)]) from error
    reckoning.check_month(month)
    return month


def _question(row: Row, month: WageMonth) -> reckoning.Question:
    if row.cut:
        raise reckoning.Refused([reckoning.Fault("wages", "GROUPED", str(_CUT) % {"found": row.cut[: values.SHOWN]})])
    if row.extra:
        raise reckoning.Refused([reckoning.Fault("", "FIELD_COUNT", str(_TOO_MANY_CELLS) % {"extra": row.extra})])
    return reckoning.read({**row.texts, "wage_month": str(month)})


def rows_of(texts: Iterable[Mapping[str, str]]) -> list[Row]:
    """Rows that came another way than from a paste, numbered from 1."""
    return [Row(number, row) for number, row in enumerate(texts, start=1)]
