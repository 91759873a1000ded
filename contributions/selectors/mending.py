"""What is wrong with a filing's rows, by cause; what was mended, by whom; a row's cells as texts. Each page of it one or two queries, however many
rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import QuerySet

from contributions.borang_a import layout
from contributions.borang_a.problem import Code
from contributions.enums import RowStatus
from contributions.models import Filing, FilingRow, Mending, RowMend
from contributions.selectors.filings import Counted
from kwsp_portal.common import money

STORED_AS: Final[Mapping[str, str]] = {
    layout.MEMBER_NUMBER: "member_number",
    layout.IDENTITY: "identity_number",
    layout.NAME: "name",
    layout.WAGES: "wages",
    layout.EMPLOYER_SHARE: "employer_share",
    layout.EMPLOYEE_SHARE: "employee_share",
    layout.BONUS: "bonus",
}
"""Where each column of Borang A stands in a row, in the order of the file."""
AMOUNTS: Final = frozenset({"wages", "employer_share", "employee_share", "bonus"})
BAD: Final = (RowStatus.INVALID.value, RowStatus.UNMATCHED.value)
ACTS_A_PAGE: Final = 20

_CAUSES: Final = """SELECT cause, count(*) FROM (
    SELECT DISTINCT row.id, problem ->> 'code' AS cause
      FROM contributions_filingrow row CROSS JOIN LATERAL jsonb_array_elements(row.problems) AS problem
     WHERE row.filing_id = %s AND row.status IN ('INVALID', 'UNMATCHED')) AS causes GROUP BY cause ORDER BY count(*) DESC, cause"""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One column of a row, before and after a mend; empty texts for nothing."""

    column: str
    before: str
    after: str


def causes_of(*, filing: Filing) -> list[tuple[Code, int]]:
    """Each cause for which rows cannot go on, and how many rows it is in; a row with two causes counts for both."""
    with connection.cursor() as cursor:
        cursor.execute(_CAUSES, [filing.pk])
        return [(Code(code), count) for code, count in cursor.fetchall()]


def bad_rows(*, filing: Filing, code: Code | None = None) -> QuerySet[FilingRow]:
    """Rows that cannot go on as they are, in the order of the file; those of one cause."""
    found = filing.rows.filter(status__in=BAD).order_by("line")
    return found if code is None else found.filter(problems__contains=[{"code": code.value}])


def bad_rows_page(*, filing: Filing, number: str | None, code: Code | None = None, count: int | None = None) -> "Page[FilingRow]":
    """A page of them; `count` is how many a cause has, known from `causes_of`."""
    bad = filing.rows_unmatched + filing.rows_invalid if count is None else count
    return Counted(bad_rows(filing=filing, code=code), bad).get_page(number)


def left_out_page(*, filing: Filing, number: str | None) -> "Page[FilingRow]":
    return Counted(filing.rows.filter(status=RowStatus.LEFT_OUT).order_by("line"), filing.rows_left_out).get_page(number)


def cells_of(row: FilingRow) -> dict[str, str]:
    """What stands in each column of a row, as text: the shares are those of all wages, of a row that tops up another too. Of a cell that could not be
    read, what was found in it, as much of it as is kept."""
    found = {problem["column"]: problem["found"] for problem in row.problems if problem["found"]}
    stood = {"employer_share": row.earlier_employer, "employee_share": row.earlier_employee}
    values = {stored: getattr(row, stored) for stored in STORED_AS.values()}
    whole = {stored: value + (stood.get(stored) or 0) if stored in AMOUNTS and value is not None else value for stored, value in values.items()}
    return {column: _cell(whole[stored], found.get(column, "")) for column, stored in STORED_AS.items()}


def _cell(value: Decimal | str | None, found: str) -> str:
    if value is None:
        return found
    return value if isinstance(value, str) else f"{value:.2f}"


def acts_page(*, filing: Filing, number: str | None) -> "Page[Mending]":
    """Acts of mending, the latest first."""
    return Paginator(filing.mendings.select_related("by", "undoes", "undone_by").order_by("-id"), ACTS_A_PAGE).get_page(number)


def last_acts(*, filing: Filing) -> Sequence[Mending]:
    return list(filing.mendings.select_related("by", "undone_by").order_by("-id")[:5])


def history_of(*, row: FilingRow) -> list[tuple[RowMend, list[Change]]]:
    """Each time a row was mended, the first first: what changed, as people read it."""
    return [(mend, changes_of(mend)) for mend in row.history.select_related("mending__by").order_by("number")] if row.mends else []


def changes_of(mend: RowMend) -> list[Change]:
    """The columns of Borang A that a mend changed."""
    return [
        Change(column=column, before=_shown(mend, "before", column), after=_shown(mend, "after", column))
        for column, stored in STORED_AS.items()
        if stored in mend.after
    ]


def _shown(mend: RowMend, side: str, column: str) -> str:
    values: dict[str, Any] = getattr(mend, side)
    stored = STORED_AS[column]
    if values[stored] is None:
        return next((problem["found"] for problem in values.get("problems", ()) if problem["column"] == column), "")
    return f"{money.from_sen(values[stored]):.2f}" if stored in AMOUNTS else str(values[stored])
