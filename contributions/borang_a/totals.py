"""Rows of a list that are nobody's: sums, and what stands below them. A sum is passed over only if it is one."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from contributions.borang_a import layout, values
from contributions.borang_a.assumed import Assumed, Taken
from contributions.borang_a.problem import Code, Problem
from contributions.borang_a.values import Row
from kwsp_portal.common import money

_WORDS: Final = frozenset(
    {
        "jumlah",
        "jumlahbesar",
        "jumlahkeseluruhan",
        "jumlahkecil",
        "jum",
        "total",
        "totals",
        "grandtotal",
        "subtotal",
        "sum",
        "keseluruhan",
        "overalltotal",
    }
)
_AMOUNTS: Final = ((layout.WAGES, 3), (layout.EMPLOYER_SHARE, 4), (layout.EMPLOYEE_SHARE, 5))


class _Sum:
    """Of one column: since the beginning and since the last sum. Unknown once a cell could not be read."""

    def __init__(self) -> None:
        self.all = self.part = money.ZERO
        self.known = True

    def add(self, amount: Decimal | None) -> None:
        if amount is None:
            self.known = False
        else:
            self.all += amount
            self.part += amount


def read(lines: Iterator[layout.Line], assumed: Assumed) -> Iterator[Row]:
    """The rows of people; sums that are right are left out and counted. One that differs from the rows above it is a row with a problem."""
    sums = tuple(_Sum() for _ in _AMOUNTS)
    after_sum = False
    for line in lines:
        first, second, third = line.cells[0], line.cells[1], line.cells[2]
        # Whoever has a number and an identity number is somebody: nearly every row ends here.
        if not (first and second) and not line.extra and not line.cut:
            texts = [text for text in (first.strip(), second.strip(), third.strip()) if text]
            if after_sum and not any(cell.strip() for cell in (*line.cells[:2], *line.cells[3:])):
                assumed.count(Taken.BELOW_TOTALS, line.number)
                continue
            row = _sum_row(line, texts, sums, assumed)
            if row is not None:
                after_sum = True
                if row.problems:
                    yield row
                continue
        row = values.read(line, assumed)
        sums[0].add(row.wages)
        sums[1].add(row.employer_share)
        sums[2].add(row.employee_share)
        yield row


def _sum_row(line: layout.Line, texts: list[str], sums: tuple[_Sum, ...], assumed: Assumed) -> Row | None:
    """A row of sums, its problem if it is wrong; None for the row of a person."""
    labelled = len(texts) == 1 and "".join(sign for sign in texts[0].casefold() if sign.isalpha()) in _WORDS
    if texts and not labelled:
        return None
    row = values.read(line, Assumed())
    stated = list(zip(_AMOUNTS, (row.wages, row.employer_share, row.employee_share), sums, strict=True))
    compared = [(column, amount, total) for (column, place), amount, total in stated if line.cells[place].strip() and total.known]
    wrong = [(column, amount, total) for column, amount, total in compared if amount not in (total.all, total.part)]
    if not labelled and (wrong or not compared):
        return None
    for total in sums:
        total.part = money.ZERO
    if not wrong:
        assumed.count(Taken.TOTALS, line.number)
        return row._replace(problems=[])
    problems = [
        Problem(Code.TOTALS_DIFFER, column, line.cells[place].strip(), str(total.all))
        for (column, place), total in zip(_AMOUNTS, sums, strict=True)
        if any(column == name for name, _amount, _total in wrong)
    ]
    return row._replace(problems=problems, member_number="", identity_number="", name=texts[0] if texts else "")
