"""A wage list while it is written: begun from what is known, changed row by row by whoever prepares, discarded or opened again.

Every change locks the list, so that changes of several people come one after the other; who changes a row of which they saw an older version is
told what stands there now, and nothing is written over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import connection, transaction
from django.db.models import F, Max

from contributions.borang_a import layout
from contributions.enums import FilingState, WageListSource, WageListState, WageStanding
from contributions.models import WageList, WageListRow
from contributions.models.wage_lists import HOLDS_MONTH
from contributions.selectors import elections
from contributions.selectors import filings as filing_selectors
from contributions.selectors import wage_lists as selectors
from contributions.services import filing as filings
from contributions.services import supplement, template
from employers import selectors as employers
from employers.enums import Leaving
from employers.models import Employer
from kwsp_portal import audit
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from members.identity.models import User
from members.models import Member

REOPENS: Final = filings.GIVES_WAY | {FilingState.DISCARDED}
"""Filings whose list may be opened again: a new one takes their place."""

_FILL: Final = """
INSERT INTO contributions_wagelistrow (wage_list_id, place, member_id, standing, wages, bonus, leaving, version)
SELECT %(list)s, row_number() OVER (ORDER BY m.name, m.number), m.id,
       CASE WHEN w.wages = 0 THEN 'UNPAID_LEAVE' ELSE 'WAGES' END, w.wages, 0, '', 1
  FROM unnest(%(members)s::bigint[]) AS on_record(id)
  JOIN members_member m ON m.id = on_record.id
  LEFT JOIN unnest(%(known)s::bigint[], %(wages)s::bigint[]) AS w(id, wages) ON w.id = m.id
"""


class NotPossible(Exception):
    """Why an act on a list is refused. `code` has its words in contributions.labels.LIST_REFUSALS; `details` name the row, what was found and what
    was expected."""

    def __init__(self, code: str, **details: str) -> None:
        self.code, self.details = code, details
        super().__init__(code)


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What somebody wrote beside a person, having seen `version` of the row."""

    row_id: int
    version: int
    standing: WageStanding
    wages: Decimal | None
    bonus: Decimal = field(default_factory=Decimal)
    last_day: date | None = None
    leaving: Leaving | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of rows that somebody wrote: how many stand so now, which a colleague changed meanwhile, and why others cannot stand."""

    written: int = 0
    changed: Sequence[int] = ()
    refused: Mapping[int, NotPossible] = field(default_factory=dict)


def begin(*, employer: Employer, wage_month: WageMonth, source: WageListSource, by: User, on: date) -> WageList:
    """A new list of the month, or the one that is open already, whoever began it. Where the month's Borang A is handed in, the list is for people who
    were left out of it, and is filled with them only. Raises NotPossible, also MONTH and MONTH_TAKEN."""
    require_right(employer, by, on, "begin")
    with transaction.atomic():
        hold(employer)
        adds = supplement.main_of(employer=employer, month=wage_month.first_day) is not None
        found = WageList.objects.filter(employer=employer, wage_month=wage_month.first_day, adds=adds, state__in=HOLDS_MONTH).first()
        if found is not None:
            return found
        if not adds:
            _refuse_month(employer, wage_month, on)
        made = WageList.objects.create(employer=employer, wage_month=wage_month.first_day, adds=adds, source=source, begun_by=by, begun_on=on)
        rows = 0 if source is WageListSource.EMPTY else _fill(made, wage_month, with_wages=source is WageListSource.LAST_WAGES)
        record(made, "begin", by, {"source": source.value, "rows": rows, **({"adds": 1} if adds else {})})
    return made


def write(*, wage_list_id: int, rows: Sequence[Written], by: User, on: date, at: datetime) -> Outcome:
    """Write what was written beside these people; each row by itself, so that one that cannot stand keeps none of the others. Raises NotPossible."""
    with transaction.atomic():
        wage_list = locked(wage_list_id, by, on, "write")
        known = {row.pk: row for row in wage_list.rows.filter(pk__in=[one.row_id for one in rows])}
        changed, refused = [], {}
        for one in rows:
            row = known.get(one.row_id)
            if row is None or row.version != one.version:
                changed.append(one.row_id)
                continue
            try:
                _set(row, one, wage_list, by, at)
            except NotPossible as error:
                refused[one.row_id] = error
        written = len(rows) - len(changed) - len(refused)
        if written:
            _touch(wage_list, by, at)
    return Outcome(written=written, changed=changed, refused=refused)


def add(*, wage_list_id: int, member: Member, by: User, on: date, at: datetime, hired_on: date | None = None) -> WageListRow:
    """Somebody more: on the employer's record in the month, or hired on a day of it. Raises NotPossible."""
    with transaction.atomic():
        wage_list = locked(wage_list_id, by, on, "add")
        if wage_list.rows.filter(member=member).exists():
            raise NotPossible("ON_LIST")
        month = WageMonth.of(wage_list.wage_month)
        on_record = employers.employees_on_record(employer_id=wage_list.employer_id, wage_month=month).filter(pk=member.pk).exists()
        if not on_record and hired_on is None:
            raise NotPossible("NOT_ON_RECORD")
        if wage_list.adds and not selectors.left_out(Member.objects.filter(pk=member.pk), wage_list=wage_list, or_paid=True).exists():
            raise NotPossible("FILED_ALREADY", found=member.name)
        place = (wage_list.rows.aggregate(last=Max("place"))["last"] or 0) + 1
        hired = None if on_record else hired_on
        made = WageListRow.objects.create(wage_list=wage_list, place=place, member=member, hired_on=hired, changed_by=by, changed_at=at)
        _touch(wage_list, by, at)
    return made


def remove(*, wage_list_id: int, row_id: int, by: User, on: date, at: datetime) -> None:
    """Take somebody off the list, whose employment stays as it is. Who is off it already is no fault. Raises NotPossible."""
    with transaction.atomic():
        wage_list = locked(wage_list_id, by, on, "remove")
        if wage_list.rows.filter(pk=row_id).delete()[0]:
            _touch(wage_list, by, at)


def discard(*, wage_list_id: int, by: User, on: date) -> WageList:
    """Put a list away that is not done; the month has none any more. Raises NotPossible."""
    with transaction.atomic():
        wage_list = locked(wage_list_id, by, on, "discard")
        move(wage_list, WageListState.DISCARDED, "discard", by)
    return wage_list


def reopen(*, wage_list_id: int, by: User, on: date) -> WageList:
    """Go on with a list whose Borang A could not go on or was put away, or take back that nothing is to be contributed. Raises NotPossible."""
    with transaction.atomic():
        wage_list = locked(wage_list_id, by, on, "reopen", states=(WageListState.FILED, WageListState.NIL, WageListState.NIL_WAITS))
        if wage_list.state == WageListState.FILED and (wage_list.filing is None or wage_list.filing.state not in REOPENS):
            raise NotPossible("FILING_GOES_ON")
        of_month = WageList.objects.filter(employer=wage_list.employer_id, wage_month=wage_list.wage_month, state__in=HOLDS_MONTH)
        same_month = of_month.filter(adds=wage_list.adds)
        if same_month.exclude(pk=wage_list.pk).exists():
            raise NotPossible("ANOTHER_OPEN")
        wage_list.declared_by = wage_list.agreed_by = wage_list.declared_on = wage_list.agreed_on = None
        move(wage_list, WageListState.OPEN, "reopen", by)
    return wage_list


def hold(employer: Employer) -> None:
    """Lock the employer first, as an upload does: of two who begin or finish at once the second sees what the first did."""
    Employer.objects.select_for_update(of=("self",), no_key=True).get(pk=employer.pk)


def locked(wage_list_id: int, by: User, on: date, act: str, *, states: Sequence[WageListState] = (WageListState.OPEN,)) -> WageList:
    """The list, in one of these states and kept from other changes until the open transaction ends. Raises NotPossible."""
    employer = Employer.objects.get(wage_lists=wage_list_id)
    require_right(employer, by, on, act)
    hold(employer)
    found = WageList.objects.select_for_update(of=("self",), no_key=True).select_related("employer", "filing").get(pk=wage_list_id)
    if found.state not in states:
        raise NotPossible("NOT_OPEN", state=str(found.state))
    return found


def require_right(employer: Employer, by: User, on: date, act: str) -> None:
    """Raises NotPossible NO_RIGHT, and keeps it in the trail."""
    if not filings.may_prepare(employer=employer, by=by, on=on):
        audit.record_refusal(actor=by, action=f"wage_list.{act}", target=f"employer:{employer.number}", data={"code": "NO_RIGHT"})
        raise NotPossible("NO_RIGHT")


def move(wage_list: WageList, to: WageListState, act: str, by: User, data: dict[str, str | int] | None = None) -> None:
    """Bring a locked list to a state, and write that into the trail."""
    before, wage_list.state = wage_list.state, to
    wage_list.save()
    record(wage_list, act, by, data or {}, before={"state": str(before)}, after={"state": to.value})


def record(
    wage_list: WageList,
    act: str,
    by: User,
    data: dict[str, str | int],
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> None:
    """Write an act on the list into the trail."""
    said = {"wage_month": str(WageMonth.of(wage_list.wage_month)), **data}
    audit.record(
        actor=by, action=f"wage_list.{act}", target=f"wagelist:{wage_list.pk}", data=said, subjects=[wage_list.employer], before=before, after=after
    )


def _refuse_month(employer: Employer, wage_month: WageMonth, on: date) -> None:
    """Raises NotPossible where nothing can be filed for the month, or a Borang A has it that does not give way."""
    problems = filings.month_problems(employer, wage_month, on)
    if problems:
        raise NotPossible("MONTH", problem=problems[0].code.value)
    held = filing_selectors.filed_months(employer=employer, months=[wage_month]).get(wage_month)
    if held is not None and held.state not in filings.GIVES_WAY:
        raise NotPossible("MONTH_TAKEN", filing=str(held.pk))


def _fill(wage_list: WageList, wage_month: WageMonth, *, with_wages: bool) -> int:
    """The people on record in the month, by name; in one statement, however many they are. Who had no wages last time is on unpaid leave still."""
    on_record = employers.employees_on_record(employer_id=wage_list.employer_id, wage_month=wage_month).order_by()
    if wage_list.adds:
        on_record = selectors.left_out(on_record, wage_list=wage_list)
    members = list(on_record.values_list("pk", flat=True))
    wages = template.last_wages(employer=wage_list.employer, before=wage_month, members=members) if with_wages else {}
    asked: dict[str, int | list[int]] = {
        "list": wage_list.pk,
        "members": members,
        "known": list(wages),
        "wages": [money.to_sen(one) for one in wages.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(_FILL, asked)
        return cursor.rowcount


def _set(row: WageListRow, one: Written, wage_list: WageList, by: User, at: datetime) -> None:
    wages = Decimal(0) if one.standing is WageStanding.UNPAID_LEAVE else one.wages
    bonus = Decimal(0) if one.standing is WageStanding.UNPAID_LEAVE else one.bonus
    if wages is not None and wages > layout.LARGEST_WAGES:
        raise NotPossible("WAGES_TOO_LARGE", row=str(row.pk), expected=str(layout.LARGEST_WAGES))
    if bonus > (wages or 0):
        raise NotPossible("BONUS_ABOVE_WAGES", row=str(row.pk), found=str(bonus), expected=str(wages or 0))
    left = one.standing is WageStanding.LEFT
    if left:
        _check_last_day(row, one, wage_list)
    WageListRow.objects.filter(pk=row.pk).update(
        standing=one.standing,
        wages=wages,
        bonus=bonus,
        last_day=one.last_day if left else None,
        leaving=one.leaving.value if left and one.leaving else "",
        version=F("version") + 1,
        changed_by=by,
        changed_at=at,
    )


def _check_last_day(row: WageListRow, one: Written, wage_list: WageList) -> None:
    """Nobody leaves after the month that the list is for, nor with wages of a month that they did not work in, nor before a month for which
    an approved Borang A has them."""
    first, month = wage_list.wage_month, WageMonth.of(wage_list.wage_month)
    day, known = one.last_day, {"row": str(row.pk), "found": str(one.last_day)}
    if day is None or one.leaving is None:
        raise NotPossible("LAST_DAY_MISSING", row=str(row.pk))
    if day > month.last_day:
        raise NotPossible("LAST_DAY_AFTER", **known, expected=str(month.last_day))
    if day < first and one.wages:
        raise NotPossible("LAST_DAY_BEFORE", **known, expected=str(first))
    begun = row.hired_on or employers.employed_since(employer_id=wage_list.employer_id, member_id=row.member_id, day=month.last_day)
    if begun is None or day < begun:
        raise NotPossible("NOT_WORKING", **known, expected="" if begun is None else str(begun))
    later = elections.filed_until(employer_id=wage_list.employer_id, wage_month=WageMonth.of(day).next(), members=[row.member_id])
    if later:
        raise NotPossible("FILED_LATER", **known, expected=str(later[row.member_id].first_day))


def _touch(wage_list: WageList, by: User, at: datetime) -> None:
    WageList.objects.filter(pk=wage_list.pk).update(changed_by=by, changed_at=at)
