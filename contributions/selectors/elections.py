"""What was elected for whom, and what of it holds in a wage month: one query, however many people."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from contributions.enums import ElectionAct, ElectionKind, ElectionState, FilingAction, RowStatus
from contributions.facts import NO_ELECTIONS, Elections
from contributions.models import Election, ElectionBatch, ElectionLog, Filing, FilingRow
from contributions.rules import electing
from contributions.workflow import ELECTION_OPEN, STANDS
from employers import selectors as employers
from employers.enums import ApprovalFlow
from employers.models import Employer
from kwsp_portal.common.names import name_key
from kwsp_portal.common.periods import WageMonth
from members.identity.models import User
from members.models import Member

# For each person and kind the last recorded of the approved rows that begin by this month: a later election or notice covers every month from
# its own on, also where an earlier one had been recorded for a month still to come. Of the Khas forms only the month's own counts: each
# speaks of one lowering of the rate, so that none covers another.
_HOLDING: Final = """SELECT DISTINCT ON (member_id, kind) member_id, kind, act, points, khas_year, id, from_month
  FROM contributions_election
 WHERE employer_id = %(employer)s AND state = 'APPROVED' AND from_month <= %(month)s AND (khas_year IS NULL OR khas_year = %(khas_year)s) {more}
 ORDER BY member_id, kind, id DESC
"""
_OF_SOME: Final = "AND member_id = ANY(%(members)s)"
_APPROVED_BY: Final = "AND approved_on <= %(as_at)s"
_LATER: Final = """SELECT member_id, kind, act, points, khas_year, id, from_month
  FROM contributions_election
 WHERE employer_id = %(employer)s AND state = 'APPROVED' AND from_month > %(month)s AND (khas_year IS NULL OR khas_year = %(khas_year)s)
   AND member_id = ANY(%(members)s)
 ORDER BY from_month, id DESC
"""


MOST_FOUND: Final = 20
MOST_FILES: Final = 10


class Holding(NamedTuple):
    """The row that decides for one kind of election in a month; `act` CANCEL: nothing is elected any more."""

    act: ElectionAct
    points: Decimal | None
    khas_year: int | None
    election_id: int
    from_month: date


def holding_in(
    *, employer_id: int, wage_month: WageMonth, members: Iterable[int] | None = None, as_at: date | None = None
) -> dict[int, dict[ElectionKind, Holding]]:
    """What decides in a wage month, by member and kind; of these members only, or of all of the employer's; with `as_at`, of what was approved
    by that day."""
    more = f"{'' if members is None else _OF_SOME} {'' if as_at is None else _APPROVED_BY}"
    found: dict[int, dict[ElectionKind, Holding]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_HOLDING.replace("{more}", more), {**_asked(employer_id, wage_month, members), "as_at": as_at})
        for member_id, kind, act, *values in cursor.fetchall():
            found.setdefault(member_id, {})[ElectionKind(kind)] = Holding(ElectionAct(act), *values)
    return found


def coming_after(
    *, employer_id: int, wage_month: WageMonth, members: Iterable[int], holding: Mapping[int, Mapping[ElectionKind, Holding]]
) -> dict[int, dict[ElectionKind, list[Holding]]]:
    """What will decide from a later month than this one, as things stand, the earliest first; `holding` is what decides in this one."""
    found: dict[int, dict[ElectionKind, list[Holding]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LATER, _asked(employer_id, wage_month, members))
        for member_id, code, act, *values in cursor.fetchall():
            kind, row = ElectionKind(code), Holding(ElectionAct(act), *values)
            before = found.setdefault(member_id, {}).setdefault(kind, [])
            held = before[-1] if before else holding.get(member_id, {}).get(kind)
            if held is None or row.election_id > held.election_id:
                before.append(row)
    return found


def _asked(employer_id: int, month: WageMonth, members: Iterable[int] | None) -> dict[str, int | date | list[int] | None]:
    some = [] if members is None else sorted(members)
    return {"employer": employer_id, "month": month.first_day, "khas_year": electing.khas_year_in(month), "members": some}


def elected_in(*, employer_id: int, wage_month: WageMonth, members: Iterable[int] | None = None, as_at: date | None = None) -> dict[int, Elections]:
    """What holds in a wage month, by member, as the rules take it; nobody stands in it for whom nothing does. Asked as `holding_in`.

    One object for all who elected the same: a hundred thousand rows may.
    """
    same, found = dict[Elections, Elections](), {}
    for member_id, kinds in holding_in(employer_id=employer_id, wage_month=wage_month, members=members, as_at=as_at).items():
        elections = as_elections(kinds)
        if elections != NO_ELECTIONS:
            found[member_id] = same.setdefault(elections, elections)
    return found


def as_elections(kinds: Mapping[ElectionKind, Holding]) -> Elections:
    """What the rows that decide in a month mean to the rules."""
    held = {kind: row for kind, row in kinds.items() if row.act is ElectionAct.ELECT}
    return Elections(
        employer_excess=_points(held.get(ElectionKind.EMPLOYER_EXCESS)),
        employee_excess=_points(held.get(ElectionKind.EMPLOYEE_EXCESS)),
        keeps=ElectionKind.KEEPS_RATE in held,
        chosen=ElectionKind.KWSP_16 in held or ElectionKind.KWSP_16B in held,
    )


def _points(row: Holding | None) -> Decimal:
    return Decimal(0) if row is None or row.points is None else row.points


def on_their_way(*, employer_id: int, members: Iterable[int]) -> dict[int, dict[ElectionKind, int]]:
    """Elections that are neither approved nor put away, by member and kind: at most one of each."""
    waiting = Election.objects.filter(employer_id=employer_id, member_id__in=list(members), state__in=list(ELECTION_OPEN))
    found: dict[int, dict[ElectionKind, int]] = {}
    for member_id, kind, pk in waiting.values_list("member_id", "kind", "pk"):
        found.setdefault(member_id, {})[ElectionKind(kind)] = pk
    return found


def filed_until(*, employer_id: int, wage_month: WageMonth, members: Iterable[int]) -> dict[int, WageMonth]:
    """The last month, not before this one, for which a member stands in a Borang A of the employer's that is approved, paid or credited."""
    filed = {"filing__employer_id": employer_id, "filing__state__in": list(STANDS), "filing__wage_month__gte": wage_month.first_day}
    stands = FilingRow.objects.filter(status=RowStatus.VALID, **filed)
    last = stands.filter(member_id__in=list(members)).order_by().values_list("member_id").annotate(Max("filing__wage_month"))
    return {member_id: WageMonth.of(month) for member_id, month in last if member_id is not None}


def stale_members(*, filing: Filing) -> list[int]:
    """Members whose row in a Borang A was reckoned with other elections than those that hold in its month now."""
    month = WageMonth.of(filing.wage_month)
    now = elected_in(employer_id=filing.employer_id, wage_month=month)
    rows = filing.rows.exclude(status=RowStatus.LEFT_OUT).filter(Q(member_id__in=list(now)) | ~Q(elections=""), member__isnull=False)
    reckoned = rows.values_list("member_id", "elections")
    return [member_id for member_id, text in reckoned if electing.from_text(text)[0] != now.get(member_id, NO_ELECTIONS)]


def elections_of(*, employer: Employer, state: str = "", text: str = "") -> QuerySet[Election]:
    """An employer's elections and notices, the latest month first; only those of a state, or of people of a number or name."""
    found = Election.objects.filter(employer=employer).select_related("member", "prepared_by").order_by("-from_month", "-id")
    if state:
        found = found.filter(state=state)
    return found.filter(_named(text, "member__")) if text.strip() else found


def states_of(*, employer: Employer) -> dict[str, int]:
    """How many of an employer's elections stand in each state that any of them has."""
    return dict(Election.objects.filter(employer=employer).order_by().values_list("state").annotate(Count("pk")))


def waiting_for(*, employer: Employer, by: User) -> int:
    """How many elections wait for the approval of `by`, who with a checker neither recorded nor submitted them."""
    declared = Exists(ElectionLog.objects.filter(election=OuterRef("pk"), action=FilingAction.SUBMIT, by=by))
    mine_to_approve = Q(flow=ApprovalFlow.SINGLE) | (~Q(prepared_by=by) & ~declared)
    return Election.objects.filter(mine_to_approve, employer=employer, state=ElectionState.SUBMITTED).count()


def employees_found(*, employer: Employer, text: str, wage_month: WageMonth) -> list[Member]:
    """The first people on record in the month whom a number or a part of a name finds, by name; nobody for nothing asked."""
    if not text.strip():
        return []
    on_record = employers.employees_on_record(employer_id=employer.pk, wage_month=wage_month)
    return list(on_record.filter(_named(text, ""))[:MOST_FOUND])


def _named(text: str, prefix: str) -> Q:
    """A member number, an identity number in any spacing, or a part of a name."""
    plain = text.strip()
    key = "".join(sign for sign in plain if sign.isalnum())
    by_name = Q(**{f"{prefix}name_key__contains": name_key(plain)}) if name_key(plain) else Q()
    return Q(**{f"{prefix}number": key.zfill(8)}) | Q(**{f"{prefix}identity_number": key.upper()}) | (by_name if not key.isdigit() else Q(pk__in=[]))


def log_of(*, election: Election) -> QuerySet[ElectionLog]:
    return election.log.select_related("by").order_by("id")


def did_last(*, election: Election, action: FilingAction, by: User) -> bool:
    """Whether the election stands where it does because `by` did this: then the same act again is only a second click."""
    last = election.log.order_by("-id").first()
    return last is not None and last.action == action and last.by_id == by.pk


def of_member(*, member: Member) -> QuerySet[Election]:
    """What employers recorded for a member and another person approved, the latest month first: a draft is the employer's own."""
    return Election.objects.filter(member=member, state=ElectionState.APPROVED).select_related("employer").order_by("-from_month", "-id")


def holds_now(*, election: Election, month: WageMonth) -> bool:
    """Whether an approved election decides for its kind in a month."""
    kinds = holding_in(employer_id=election.employer_id, wage_month=month, members=[election.member_id]).get(election.member_id, {})
    held = kinds.get(ElectionKind(election.kind))
    return held is not None and held.election_id == election.pk


def batch_states(*, batch: ElectionBatch) -> dict[str, int]:
    """How many of a file's elections stand in each state that any of them has."""
    return dict(batch.elections.order_by().values_list("state").annotate(Count("pk")))


def open_files(*, employer: Employer) -> list[tuple[int, str, dict[str, int]]]:
    """The employer's files with elections on their way, the latest first: number, name, and how many stand in each state."""
    found = Election.objects.filter(employer=employer, state__in=list(ELECTION_OPEN), batch__isnull=False).order_by("-batch_id", "state")
    files: dict[int, tuple[int, str, dict[str, int]]] = {}
    for pk, name, state, count in found.values_list("batch_id", "batch__file__name", "state").annotate(Count("pk")):
        files.setdefault(pk, (pk, name, {}))[2][state] = count
    return list(files.values())[:MOST_FILES]


def last_return(*, batch: ElectionBatch) -> ElectionLog | None:
    """Who gave elections of a file back last, and why."""
    return ElectionLog.objects.filter(election__batch=batch, action=FilingAction.RETURN).select_related("by").order_by("-pk").first()
