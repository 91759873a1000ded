"""What the database knows of what decides a member's incentives, for one member in five queries or a chunk of them in six; and for a half-year's run,
of whom the same is known together (`facts_together`, `paid_together`)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from contributions.enums import FilingState, IncentiveScheme, Occupation, VoluntaryKind
from contributions.facts import IncentiveFacts, Registration, Voluntary
from kwsp_portal import bulk
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship
from members.models import Member

_KINDS: Final = {kind.value: kind for kind in VoluntaryKind}
_SCHEMES: Final = {scheme.value: scheme for scheme in IncentiveScheme}
_OCCUPATIONS: Final = {occupation.value: occupation for occupation in Occupation}
_CITIZENSHIPS: Final = {standing.value: standing for standing in Citizenship}
_day: Final = lru_cache(maxsize=1 << 12)(date.fromordinal)
_NO_MONTHS: Final[Set[WageMonth]] = frozenset()
_ARRIVED: Final = (FilingState.PAID, FilingState.CREDITED)

# Whose a row is says the last wrong credit that was posted, else the match that was, else the row; what its employer's share is, its last correction.
_EMPLOYER_MONTHS: Final = """
WITH asked AS MATERIALIZED (SELECT %(members)s::bigint[] AS ids), theirs AS (
  SELECT r.id, r.member_id AS holder FROM contributions_filingrow r
   WHERE r.member_id = ANY((SELECT ids FROM asked)::bigint[]) AND r.status = 'VALID'
     AND NOT EXISTS (SELECT FROM contributions_wrongcredit w WHERE w.row_id = r.id AND w.state = 'POSTED')
  UNION ALL
  SELECT w.row_id, w.to_member_id FROM contributions_wrongcredit w
   WHERE w.to_member_id = ANY((SELECT ids FROM asked)::bigint[]) AND w.state = 'POSTED'
     AND NOT EXISTS (SELECT FROM contributions_wrongcredit n WHERE n.row_id = w.row_id AND n.state = 'POSTED' AND n.id > w.id)
  UNION ALL
  SELECT m.row_id, m.member_id FROM contributions_suspensematch m
   WHERE m.member_id = ANY((SELECT ids FROM asked)::bigint[]) AND m.state = 'POSTED'
     AND NOT EXISTS (SELECT FROM contributions_wrongcredit w WHERE w.row_id = m.row_id AND w.state = 'POSTED')
)
SELECT DISTINCT t.holder, date_trunc('month', f.paid_on)::date
  FROM theirs t JOIN contributions_filingrow r ON r.id = t.id JOIN contributions_filing f ON f.id = r.filing_id
 WHERE f.state = ANY(%(arrived)s) AND f.paid_on BETWEEN %(since)s AND %(on)s
   AND coalesce((SELECT l.now_employer FROM contributions_correctionline l WHERE l.row_id = r.id AND l.state = 'POSTED' ORDER BY l.id DESC LIMIT 1),
                r.employer_share) > 0
"""


# A chunk's rows come as they are stored: an object of a model for each costs more than the rule that reads them.
_PEOPLE: Final = "SELECT id, birth_date, member_since FROM members_member WHERE id = ANY(%(members)s::bigint[])"
_STANDINGS: Final = "SELECT member_id, from_date, status FROM members_citizenshipperiod WHERE member_id = ANY(%(members)s::bigint[])"
_REGISTRATIONS: Final = """
SELECT member_id, scheme, occupation, first, last FROM contributions_incentiveregistration
 WHERE member_id = ANY(%(members)s::bigint[]) AND first <= %(on)s ORDER BY first, id
"""
_STANDS: Final = "credited > 0 AND credited_on <= %(on)s AND (reversed_on IS NULL OR reversed_on > %(on)s)"
_CONTRIBUTIONS: Final = f"""
SELECT member_id, kind, credited, paid_on FROM contributions_voluntarycontribution
 WHERE member_id = ANY(%(members)s::bigint[]) AND {_STANDS} ORDER BY paid_on, id
"""  # noqa: S608 - a fixed text of this file
# A day as a number is made of a row in a third of the time, and there are few days.
_TOGETHER: Final = f"""
SELECT member_id, sum(credited)::bigint, min(paid_on) - DATE '0001-01-01' + 1, max(paid_on) - DATE '0001-01-01' + 1, min(id)
  FROM contributions_voluntarycontribution
 WHERE kind = %(kind)s AND paid_on BETWEEN %(first_day)s AND %(last_day)s AND member_id >= %(first)s AND member_id < %(end)s AND {_STANDS}
 GROUP BY member_id{{piece}}
"""  # noqa: S608 - a fixed text of this file
_ONE_YEAR, _YEAR, _MONTH = (_TOGETHER.format(piece=piece) for piece in ("", ", date_part('year', paid_on)", ", date_trunc('month', paid_on)"))
# The planner looks at each value of an array that it sees, four times here, for half of the query's time. Of one that it does not see it believes
# that it is short: whence no nested loops, and no sort of thousands by ten columns to tell of them together.
_TOLD: Final = """
WITH asked AS MATERIALIZED (SELECT %(members)s::bigint[] AS ids)
SELECT greatest(m.member_since, %(since)s), c.status, greatest(c.from_date, %(since)s), r.scheme, r.occupation, greatest(r.first, %(since)s), r.last,
       CASE WHEN e.first < %(since)s THEN %(since)s ELSE e.first END, e.last, least(greatest(m.birth_date, %(born)s), %(until)s), array_agg(m.id)
  FROM members_member m
  LEFT JOIN members_citizenshipperiod c ON c.member_id = m.id AND c.member_id = ANY((SELECT ids FROM asked)::bigint[])
  LEFT JOIN contributions_incentiveregistration r ON r.member_id = m.id AND r.member_id = ANY((SELECT ids FROM asked)::bigint[]) AND r.first <= %(on)s
  LEFT JOIN contributions_ekasihspan e ON e.member_id = m.id AND e.member_id = ANY((SELECT ids FROM asked)::bigint[]) AND e.first <= %(on)s
 WHERE m.id = ANY((SELECT ids FROM asked)::bigint[]) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
"""
_SPANS: Final = """
SELECT member_id, first, last FROM contributions_ekasihspan WHERE member_id = ANY(%(members)s::bigint[]) AND first <= %(on)s ORDER BY first
"""


class Together(NamedTuple):
    """Members of whom the same is known. `facts` has nothing of what was paid."""

    facts: IncentiveFacts
    people: Sequence[int]


def facts_of(member: Member, *, on: date) -> IncentiveFacts:
    """What is known of one member on a day. Five queries."""
    return _facts([(member.pk, member.birth_date, member.member_since)], on)[member.pk]


def facts_of_many(member_ids: Collection[int], *, on: date) -> Mapping[int, IncentiveFacts]:
    """By member id, as it stood on `on`; ids that are no member's are left out.

    Contributions are those credited by then and not reversed, each with its credited part (RM). `employer_months` are the months in which the bank
    took an employer's payment with an employer's share for the member; those before the first registration and the first contribution of all of them
    decide nothing and are left out, but for the month of `on`.
    """
    return _facts(_rows(_PEOPLE, member_ids, on), on)


def facts_together(members: Iterable[int], *, since: date, births: tuple[date, date], employers_since: date, on: date) -> list[Together]:
    """As `facts_of_many`, but for what was paid. What began before `since` is told as of that day, on and after which alone anything is asked, and
    whoever was born before the first of `births`, or after the second, as born on that day: so of most members the same is known.

    Left out is whom it is more work to tell of: who has several standings, registrations or spans, and for whom an employer's contribution came since
    `employers_since`. Two queries.
    """
    ids = bulk.numbers(members)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL enable_sort = off")
        cursor.execute(_TOLD, {"members": ids, "since": since, "born": births[0], "until": births[1], "on": on})
        rows = cursor.fetchall()
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT; SET LOCAL enable_sort TO DEFAULT")
    times = Counter(chain.from_iterable(row[-1] for row in rows))
    apart = {member for member, count in times.items() if count > 1} if len(times) < times.total() else set[int]()
    apart.update(_employer_months(ids, employers_since, on))
    return [_together(row, apart) for row in rows]


def _together(row: tuple[Any, ...], apart: Set[int]) -> Together:
    *known, members = row
    return Together(_told(*known), [member for member in members if member not in apart] if apart else members)


def _told(
    member_since: date,
    status: str | None,
    from_date: date,
    scheme: str | None,
    occupation: str,
    first: date,
    last: date | None,
    listed: date | None,
    until: date | None,
    birth_date: date,
) -> IncentiveFacts:
    return IncentiveFacts(
        birth_date,
        ((from_date, _CITIZENSHIPS[status]),) if status else (),
        member_since,
        (Registration(_SCHEMES[scheme], first, last, _OCCUPATIONS.get(occupation)),) if scheme else (),
        (),
        _NO_MONTHS,
        ((listed, until),) if listed else (),
    )


def paid_together(
    scheme: IncentiveScheme, *, first: int, end: int, last: int, days: tuple[date, date], by_month: bool, on: date
) -> tuple[dict[int, list[Voluntary]], set[int]]:
    """What the members from `first` up to and without `end` paid as the scheme's kind in the days of some years, as it stood on `on`, told as one for
    each year, or for each month; and those of them of whom nothing was known by the contribution `last`. One query."""
    asked = {"kind": scheme.value, "first_day": days[0], "last_day": days[1], "first": first, "end": end, "on": on}
    kind, found, late = _KINDS[scheme.value], dict[int, list[Voluntary]](), list[int]()
    with connection.cursor() as cursor:
        cursor.execute(_MONTH if by_month else _ONE_YEAR if days[0].year == days[1].year else _YEAR, asked)
        for member, sen, first_day, until, pk in cursor.fetchall():
            piece = Voluntary(kind, money.from_sen(sen), _day(first_day), _day(until))
            if member in found:
                found[member].append(piece)
            else:
                found[member] = [piece]
            if pk > last:
                late.append(member)
    return found, {member for member, times in Counter(late).items() if times == len(found[member])}


def _rows(asked: str, ids: Iterable[int], on: date) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(asked, {"members": bulk.numbers(ids), "on": on})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _facts(people: Sequence[tuple[Any, ...]], on: date) -> Mapping[int, IncentiveFacts]:
    ids = [pk for pk, _born, _since in people]
    standings: dict[int, list[tuple[date, Citizenship]]] = defaultdict(list)
    for member, since, status in _rows(_STANDINGS, ids, on):
        standings[member].append((since, _CITIZENSHIPS[status]))
    registrations = _registrations(ids, on)
    contributions = _contributions(ids, on)
    spans: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for member, first, last in _rows(_SPANS, ids, on):
        spans[member].append((first, last))
    months = employer_months(ids, _earliest(registrations.values(), contributions.values(), on), on)
    return {
        member: IncentiveFacts(
            birth_date,
            standings.get(member, []),
            member_since,
            registrations.get(member, []),
            contributions.get(member, []),
            months.get(member, _NO_MONTHS),
            spans.get(member, []),
        )
        for member, birth_date, member_since in people
    }


def _registrations(ids: list[int], on: date) -> dict[int, list[Registration]]:
    registrations: dict[int, list[Registration]] = defaultdict(list)
    for member, scheme, occupation, first, last in _rows(_REGISTRATIONS, ids, on):
        registrations[member].append(Registration(_SCHEMES[scheme], first, last, _OCCUPATIONS.get(occupation)))
    return registrations


def _contributions(ids: list[int], on: date) -> dict[int, list[Voluntary]]:
    contributions: dict[int, list[Voluntary]] = defaultdict(list)
    for member, kind, sen, paid_on in _rows(_CONTRIBUTIONS, ids, on):
        contributions[member].append(Voluntary(_KINDS[kind], money.from_sen(sen), paid_on))
    return contributions


def _earliest(registrations: Iterable[Sequence[Registration]], contributions: Iterable[Sequence[Voluntary]], on: date) -> date:
    """Both come by day: of each member the first is the earliest."""
    return min([on, *(found[0].first for found in registrations), *(found[0].paid_on for found in contributions)]).replace(day=1)


def employer_months(ids: list[int], since: date, on: date) -> dict[int, set[WageMonth]]:
    """By member the months in which an employer's payment with an employer's share for them came, from `since` to `on`; who has none is left out. One
    query."""
    return _employer_months(bulk.numbers(ids), since, on)


def _employer_months(ids: str, since: date, on: date) -> dict[int, set[WageMonth]]:
    months: dict[int, set[WageMonth]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_EMPLOYER_MONTHS, {"members": ids, "arrived": [state.value for state in _ARRIVED], "since": since, "on": on})
        for member, month in cursor.fetchall():
            months[member].add(WageMonth.of(month))
    return months
