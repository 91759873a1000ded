"""Rows of a list that are nobody's: sums, and what stands below them. A sum is passed over only if it is one."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from contributions.borang_a import headings, layout, values
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
_COLUMNS: Final = (layout.WAGES, layout.EMPLOYER_SHARE, layout.EMPLOYEE_SHARE)
_FIRST: Final = layout.COLUMNS.index(layout.WAGES)


class _Sums:
    """Of the three columns of amounts: since the beginning, and what they were at the last row of sums. A column is unknown once a cell of it
    could not be read."""

    def __init__(self) -> None:
        self.all: list[Decimal] = [money.ZERO, money.ZERO, money.ZERO]
        self.before: tuple[Decimal, ...] = (money.ZERO, money.ZERO, money.ZERO)
        self.unknown: set[int] = set()

    def add_with_gaps(self, row: Row) -> None:
        """A row of which an amount could not be read."""
        for place, amount in enumerate((row.wages, row.employer_share, row.employee_share)):
            if amount is None:
                self.unknown.add(place)
            else:
                self.all[place] += amount

    def fit(self, place: int, amount: Decimal | None) -> bool:
        """Whether an amount is the sum of all, or of those since the last sum."""
        return amount in (self.all[place], self.all[place] - self.before[place])


def read(lines: Iterator[layout.Line], assumed: Assumed) -> Iterator[Row]:
    """The rows of people; sums that are right are left out and counted. One that differs from the rows above it is a row with a problem."""
    sums = _Sums()
    added = sums.all
    after_sum = False
    for line in lines:
        cells = line.cells
        # Whoever has a number and an identity number is somebody: nearly every row ends here.
        if (after_sum or not (cells[0] and cells[1])) and not line.extra and not line.cut:
            if after_sum and _is_writing(cells):
                assumed.count(Taken.BELOW_TOTALS, line.number)
                continue
            texts = [text for text in (cell.strip() for cell in cells[:3]) if text]
            row = _sum_row(line, texts, sums, assumed)
            if row is not None:
                after_sum = True
                if row.problems:
                    yield row
                continue
        row = values.read(line, assumed)
        if row.wages is None or row.employer_share is None or row.employee_share is None:
            sums.add_with_gaps(row)
        else:
            added[0] += row.wages
            added[1] += row.employer_share
            added[2] += row.employee_share
        yield row


def _label(text: str) -> str:
    """`Jumlah (RM) :` as `jumlah`."""
    return "".join(sign for sign in headings.letters(text) if sign.isalpha()).removesuffix("rm")


def _is_writing(cells: Sequence[str]) -> bool:
    """Whether a row says something about the list: no amount, and no number of anybody. A member number has no letters, a passport's has."""
    number, identity = cells[0].strip(), cells[1].strip()
    return not any(cell.strip() for cell in cells[3:]) and (any(sign.isalpha() for sign in number) or not (number or identity))


def _sum_row(line: layout.Line, texts: list[str], sums: _Sums, assumed: Assumed) -> Row | None:
    """A row of sums, with its problems if it is wrong; None for the row of a person."""
    labelled = len(texts) == 1 and _label(texts[0]) in _WORDS
    if texts and not labelled:
        return None
    row = values.read(line, Assumed())
    stated = (row.wages, row.employer_share, row.employee_share)
    compared = [place for place in range(len(_COLUMNS)) if line.cells[_FIRST + place].strip() and place not in sums.unknown]
    wrong = [place for place in compared if not sums.fit(place, stated[place])]
    if not labelled and (wrong or not compared):
        return None
    sums.before = tuple(sums.all)
    if not wrong:
        assumed.count(Taken.TOTALS, line.number)
        return row._replace(problems=[])
    problems = [Problem(Code.TOTALS_DIFFER, _COLUMNS[place], line.cells[_FIRST + place].strip(), str(sums.all[place])) for place in wrong]
    return row._replace(problems=problems, member_number="", identity_number="", name=texts[0] if texts else "")
