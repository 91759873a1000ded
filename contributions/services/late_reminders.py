"""Wage months with people employed that are not filed, or approved and not paid: reminders on the 16th and the 20th, then a case for an inspector.
Of a month that was filed without some of the people on record, they and the employer are told on the 20th.

Who was told is known by the natural key of the notice, so that a day may be worked again, late, or after others. No amount is invented for a
month that was not filed.
"""

# ruff: noqa: S608 - every text comes from this file

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from django.db import connection

from contributions.enums import FilingState, MatterKind, RowStatus, WageListState, WageStanding, WrongCreditState
from contributions.models import Filing, FilingRow, PaymentMatter
from contributions.rules import category, late, standing
from contributions.selectors import arrears, owing
from contributions.selectors.arrears import Quote
from contributions.services import late_news, matters
from contributions.services.matters import Opened
from employers.models import Employer
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify.services import News

FIRST_DAY: Final = 16
SECOND_DAY: Final = 20
CASE_DAY: Final = 21
"""Days of the contribution month: the reminders of issue 7, and the day after the second."""


_MONTH: Final = {"month": "%(month)s", "next": "%(next)s", "counted": "%(counted)s"}
_EMPLOYED: Final = f"""
SELECT {owing.COLUMNS.format(**_MONTH)}
  FROM employers_employment e JOIN members_member m ON m.id = e.member_id
 WHERE e.employer_id >= %(from_id)s AND e.employer_id < %(to_id)s AND {owing.EMPLOYED.format(**_MONTH)}
   AND {{without}}
 ORDER BY e.employer_id, e.member_id
"""
# The range is said again, since PostgreSQL carries none over to the other side of a join.
_FILED: Final = """EXISTS (SELECT FROM contributions_filing f
                    WHERE f.employer_id = e.employer_id AND f.wage_month = %(month)s AND f.number = 0 AND f.state = ANY(%(published)s)
                      AND f.employer_id >= %(from_id)s AND f.employer_id < %(to_id)s)"""
_UNFILED: Final = _EMPLOYED.format(
    without=f"""NOT {_FILED}
   AND NOT EXISTS (SELECT FROM contributions_wagelist w
                    WHERE w.employer_id = e.employer_id AND w.wage_month = %(month)s AND w.state = %(nil)s)"""
)
# What was credited to another by mistake, and who had no wages by the wage list, are no omission. A row that matches nobody may be anybody's whose
# number or identity number it has. Each condition by itself, so that each is one hash; the range is said again, since PostgreSQL carries none over to
# the other side.
_ROW: Final = """SELECT FROM contributions_filing f JOIN contributions_filingrow r ON r.filing_id = f.id
                    WHERE f.employer_id = e.employer_id AND f.wage_month = %(month)s AND f.state = ANY(%(published)s) AND r.status = ANY(%(there)s)
                      AND f.employer_id >= %(from_id)s AND f.employer_id < %(to_id)s"""
_LEFT_OUT: Final = _EMPLOYED.format(
    without=f"""{_FILED}
   AND NOT EXISTS ({_ROW} AND r.member_id = e.member_id)
   AND NOT EXISTS ({_ROW} AND r.member_number = m.number)
   AND NOT EXISTS ({_ROW} AND r.identity_number = m.identity_number)
   AND NOT EXISTS (SELECT FROM contributions_wrongcredit c JOIN contributions_filingrow r ON r.id = c.row_id
                     JOIN contributions_filing f ON f.id = r.filing_id
                    WHERE c.to_member_id = e.member_id AND c.state = %(moved)s AND f.employer_id = e.employer_id AND f.wage_month = %(month)s)
   AND NOT EXISTS (SELECT FROM contributions_wagelist w JOIN contributions_wagelistrow r ON r.wage_list_id = w.id
                    WHERE w.employer_id = e.employer_id AND w.wage_month = %(month)s AND w.state <> %(discarded)s
                      AND r.member_id = e.member_id AND r.standing <> %(wages)s)"""
)


def news(*, from_id: int, to_id: int, on: date, declared: Mapping[int, late.Declared]) -> Sequence[News]:
    """What these employers and their members are told on a day about the month that fell due; cases are opened and closed on the way. In the caller's
    transaction."""
    month = WageMonth.of(on).previous()
    if on.day < FIRST_DAY or month.contribution_month.first_day < arrears.FIRST_MONTH:
        return []
    unfiled = _people(_UNFILED, from_id, to_id, month)
    unpaid = _unpaid(from_id, to_id, month, on, declared)
    # Once, on its day: it asks for every row of the month.
    left_out = _people(_LEFT_OUT, from_id, to_id, month) if on.day == SECOND_DAY else {}
    employers = {one.pk: one for one in Employer.objects.filter(pk__in=unfiled.keys() | unpaid.keys() | left_out.keys())}
    told = [late_news.not_filed(employers[pk], month, again=on.day >= SECOND_DAY) for pk in unfiled]
    told += [late_news.not_paid(employers[pk], quote, again=on.day >= SECOND_DAY, on=on) for pk, quote in unpaid.items()]
    if on.day >= SECOND_DAY:
        told += [late_news.member_waits(member, employers[pk], month) for pk, members in unfiled.items() for member in members]
        told += [late_news.member_waits(member, employers[pk], month) for pk, quote in unpaid.items() for member in _members_of(quote)]
    told += [late_news.left_out(employers[pk], month, len(members)) for pk, members in left_out.items()]
    told += [late_news.member_left_out(member, employers[pk], month) for pk, members in left_out.items() for member in members]
    if on.day >= CASE_DAY:
        _open_cases([employers[pk] for pk in unfiled], month, on)
    return told


def _people(asked: str, from_id: int, to_id: int, month: WageMonth) -> Mapping[int, Sequence[int]]:
    """Members for whom an employer owes something in a month that was not filed, or filed without them, by employer."""
    figures: dict[str, int | str | date | list[str]] = {
        "month": month.first_day,
        "next": month.next().first_day,
        "counted": category.standing_day(month),
        "from_id": from_id,
        "to_id": to_id,
        "published": [state.value for state in standing.PUBLISHED],
        "nil": WageListState.NIL.value,
        "there": [RowStatus.VALID.value, RowStatus.UNMATCHED.value],
        "moved": WrongCreditState.POSTED.value,
        "discarded": WageListState.DISCARDED.value,
        "wages": WageStanding.WAGES.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(asked, figures)
        works = [owing.Work(*row) for row in cursor.fetchall()]
    found: dict[int, list[int]] = defaultdict(list)
    for work in works:
        if owing.is_owed(work, month):
            found[work.employer_id].append(work.member_id)
    return found


def _unpaid(from_id: int, to_id: int, month: WageMonth, on: date, declared: Mapping[int, late.Declared]) -> Mapping[int, Quote]:
    """Employers whose Borang A of the month is approved and not paid, with what it would cost to pay today."""
    waiting = Filing.objects.filter(employer__gte=from_id, employer__lt=to_id, wage_month=month.first_day, state__in=standing.PUBLISHED)
    behind = waiting.filter(state=FilingState.APPROVED).values("employer")
    by_employer: dict[int, list[arrears.FilingPaid[Filing]]] = defaultdict(list)
    for one in arrears.paid_of(waiting.filter(employer__in=behind).order_by("employer_id", "number", "pk")):
        by_employer[one.filing.employer_id].append(one)
    behind_now = {pk: found for pk, found in by_employer.items() if any(one.unpaid for one in found)}
    return {pk: arrears.quote(month, found, paid_on=on, on=on, declared=declared) for pk, found in behind_now.items()}


def _members_of(quote: Quote) -> Sequence[int]:
    """Who stands in what is not paid."""
    filings = [one.filing.pk for one in quote.filings if one.unpaid]
    rows = FilingRow.objects.filter(filing__in=filings, status=RowStatus.VALID, member__isnull=False)
    return list(rows.order_by("member_id").values_list("member_id", flat=True).distinct())


def _open_cases(employers: Sequence[Employer], month: WageMonth, on: date) -> None:
    """One case for each employer and month, once, all in as many statements as one: an inspector who closed it is not asked again."""
    causes = {f"month:{employer.pk}:{month}": employer for employer in employers}
    known = set(PaymentMatter.objects.filter(kind=MatterKind.NOT_FILED, cause__in=causes).values_list("cause", flat=True))
    reason = f"NOT_FILED {month}"
    new = [Opened(kind=MatterKind.NOT_FILED, cause=cause, reason=reason, employer=one) for cause, one in causes.items() if cause not in known]
    matters.open_many(new, on=on)


def close_cases(*, from_id: int, to_id: int, on: date) -> int:
    """Cases of months that were filed since are solved, all in as many statements as one. How many. In the caller's transaction."""
    cases = PaymentMatter.objects.filter(kind=MatterKind.NOT_FILED, closed_on=None, employer__gte=from_id, employer__lt=to_id)
    held = cases.select_for_update(of=("self",), no_key=True).select_related("employer").order_by("pk")
    waiting = {_month_of(matter): matter for matter in held}
    if not waiting:
        return 0
    months = {month for _employer_id, month in waiting}
    filed = Filing.objects.filter(employer__gte=from_id, employer__lt=to_id, wage_month__in=months, number=0, state__in=standing.PUBLISHED)
    found = set(filed.values_list("employer", "wage_month"))
    solved = [matter for month, matter in waiting.items() if month in found]
    matters.solve_many(solved, on)
    return len(solved)


def _month_of(matter: PaymentMatter) -> tuple[int, date]:
    """The employer and the first day of the wage month that a case is of."""
    _kind, employer_id, month = matter.cause.split(":")
    return int(employer_id), WageMonth.parse(month).first_day
