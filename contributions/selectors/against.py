"""The people of a Borang A beside those of the month before: who is new, who is missing, whose wages changed much. One query, however many rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Sum

from contributions.enums import FilingState, RowStatus
from contributions.models import ComparedBy, Filing, FilingRow
from kwsp_portal.common import money

MUCH_PERCENT: Final = 20
"""What an employer who chose nothing calls a great change of wages."""
SHOWN: Final = 10
_PUT_AWAY: Final = [FilingState.DISCARDED.value, FilingState.UNREADABLE.value]

# Who stands on a row that is still to be mended is not missing, but waits.
# Whose wages were filed too low and topped up has them all in the row that tops up.
_PEOPLE: Final = """SELECT member_id, name, member_number, wages FROM contributions_filingrow
             WHERE filing_id = ANY(%({side})s) AND status = 'VALID' AND id NOT IN (SELECT tops_up_id FROM contributions_filingrow
                                     WHERE filing_id = ANY(%({side})s) AND status = 'VALID' AND tops_up_id IS NOT NULL)"""
_QUERY: Final = f"""
WITH people AS (
    SELECT coalesce(now.member_id, was.member_id) AS member_id, coalesce(now.name, was.name) AS name,
           coalesce(now.member_number, was.member_number) AS number, was.wages AS before, now.wages AS after,
           CASE WHEN was.member_id IS NULL THEN 'NEW' WHEN now.member_id IS NULL THEN 'MISSING' ELSE 'CHANGED' END AS kind
      FROM ({_PEOPLE.format(side="now")}) now
      FULL JOIN ({_PEOPLE.format(side="before")}) was
        ON was.member_id = now.member_id
     WHERE was.member_id IS NULL OR abs(now.wages - was.wages) * 100 > was.wages * %(percent)s
        OR (now.member_id IS NULL AND was.member_number NOT IN (SELECT member_number FROM contributions_filingrow
                                                WHERE filing_id = ANY(%(now)s) AND status IN ('INVALID', 'UNMATCHED'))))
SELECT kind, count, name, number, before, after FROM (
    SELECT *, count(*) OVER of_kind AS count, row_number() OVER (of_kind ORDER BY abs(coalesce(after, 0) - coalesce(before, 0)) DESC, number) AS place
      FROM people WINDOW of_kind AS (PARTITION BY kind)) AS placed
 WHERE place <= %(shown)s ORDER BY kind, place"""  # noqa: S608 - fixed texts


class Difference(StrEnum):
    """How somebody stands now beside the month before."""

    NEW = "NEW"
    MISSING = "MISSING"
    CHANGED = "CHANGED"


class Somebody(NamedTuple):
    """One of them: wages before and now, RM; None where there is no row."""

    name: str
    number: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Group:
    """How many there are, and the first of them, the greatest difference first."""

    count: int = 0
    first: Sequence[Somebody] = ()


NOBODY: Final = Group()


class Whole(NamedTuple):
    """A month with its supplements: people, and both shares in RM."""

    employees: int
    employer: Decimal
    employee: Decimal

    @property
    def total(self) -> Decimal:
        return self.employer + self.employee

    def __sub__(self, other: "Whole") -> "Whole":
        return Whole(self.employees - other.employees, self.employer - other.employer, self.employee - other.employee)


NOTHING: Final = Whole(0, money.ZERO, money.ZERO)


def whole_of(filing: Filing) -> Whole:
    """The month of a filing: what would be paid of it as it stands, and what holds of the others. Who is topped up is one person. Two queries at
    most."""
    rows = filing.rows_valid + (filing.rows_unmatched if filing.suspended_total else 0)
    others = Filing.objects.filter(pk__in=_of_month(filing)).exclude(pk=filing.pk)
    sums = others.aggregate(rows=Sum("rows_valid"), employer=Sum("employer_total"), employee=Sum("employee_total"))
    if not sums["rows"]:
        return Whole(rows, filing.employer_total, filing.employee_total)
    topping = FilingRow.objects.filter(filing__in=_of_month(filing), tops_up__isnull=False, status=RowStatus.VALID).count()
    return Whole(rows + sums["rows"] - topping, filing.employer_total + sums["employer"], filing.employee_total + sums["employee"])


def differences(*, filing: Filing, earlier: Filing) -> dict[Difference, Group]:
    """The people of both months, supplements included: who is new, who is missing, whose wages changed by more than the employer's percent."""
    percent = percent_of(filing.employer_id)
    asked: dict[str, Any] = {"now": _of_month(filing), "before": _of_month(earlier), "percent": percent, "shown": SHOWN}
    counts, first = dict.fromkeys(Difference, 0), {kind: list[Somebody]() for kind in Difference}
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, asked)
        for kind, count, name, number, before, after in cursor.fetchall():
            counts[Difference(kind)] = count
            first[Difference(kind)].append(Somebody(name, number, _ringgit(before), _ringgit(after)))
    return {kind: Group(count=counts[kind], first=first[kind]) for kind in Difference}


def percent_of(employer_id: int) -> int:
    """From how many percent on a change of wages is named."""
    chosen = ComparedBy.objects.filter(employer=employer_id).values_list("percent", flat=True).first()
    return MUCH_PERCENT if chosen is None else chosen


def _of_month(filing: Filing) -> list[int]:
    of_month = Filing.objects.filter(employer_id=filing.employer_id, wage_month=filing.wage_month)
    return list(of_month.exclude(state__in=_PUT_AWAY).values_list("pk", flat=True))


def _ringgit(sen: int | None) -> Decimal | None:
    return None if sen is None else money.from_sen(sen)
