"""What the database knows of what decides a member's incentives, for one member in five queries or a chunk of them in six."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import date
from typing import Any, Final

from django.db import connection

from contributions.enums import FilingState, IncentiveScheme, Occupation, VoluntaryKind
from contributions.facts import IncentiveFacts, Registration, Voluntary
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship
from members.models import Member

_KINDS: Final = {kind.value: kind for kind in VoluntaryKind}
_SCHEMES: Final = {scheme.value: scheme for scheme in IncentiveScheme}
_OCCUPATIONS: Final = {occupation.value: occupation for occupation in Occupation}
_CITIZENSHIPS: Final = {standing.value: standing for standing in Citizenship}
_NO_MONTHS: Final[Set[WageMonth]] = frozenset()
_ARRIVED: Final = (FilingState.PAID, FilingState.CREDITED)

# Whose a row is says the last wrong credit that was posted, else the match that was, else the row; what its employer's share is, its last correction.
_EMPLOYER_MONTHS: Final = """
WITH theirs AS (
  SELECT r.id, r.member_id AS holder FROM contributions_filingrow r
   WHERE r.member_id = ANY(%(members)s) AND r.status = 'VALID'
     AND NOT EXISTS (SELECT FROM contributions_wrongcredit w WHERE w.row_id = r.id AND w.state = 'POSTED')
  UNION ALL
  SELECT w.row_id, w.to_member_id FROM contributions_wrongcredit w
   WHERE w.to_member_id = ANY(%(members)s) AND w.state = 'POSTED'
     AND NOT EXISTS (SELECT FROM contributions_wrongcredit n WHERE n.row_id = w.row_id AND n.state = 'POSTED' AND n.id > w.id)
  UNION ALL
  SELECT m.row_id, m.member_id FROM contributions_suspensematch m
   WHERE m.member_id = ANY(%(members)s) AND m.state = 'POSTED'
     AND NOT EXISTS (SELECT FROM contributions_wrongcredit w WHERE w.row_id = m.row_id AND w.state = 'POSTED')
)
SELECT DISTINCT t.holder, date_trunc('month', f.paid_on)::date
  FROM theirs t JOIN contributions_filingrow r ON r.id = t.id JOIN contributions_filing f ON f.id = r.filing_id
 WHERE f.state = ANY(%(arrived)s) AND f.paid_on BETWEEN %(since)s AND %(on)s
   AND coalesce((SELECT l.now_employer FROM contributions_correctionline l WHERE l.row_id = r.id AND l.state = 'POSTED' ORDER BY l.id DESC LIMIT 1),
                r.employer_share) > 0
"""


# A chunk's rows come as they are stored: an object of a model for each costs more than the rule that reads them.
_PEOPLE: Final = "SELECT id, birth_date, member_since FROM members_member WHERE id = ANY(%(members)s)"
_STANDINGS: Final = "SELECT member_id, from_date, status FROM members_citizenshipperiod WHERE member_id = ANY(%(members)s)"
_REGISTRATIONS: Final = """
SELECT member_id, scheme, occupation, first, last FROM contributions_incentiveregistration
 WHERE member_id = ANY(%(members)s) AND first <= %(on)s ORDER BY first, id
"""
_CONTRIBUTIONS: Final = """
SELECT member_id, kind, credited, paid_on FROM contributions_voluntarycontribution
 WHERE member_id = ANY(%(members)s) AND credited > 0 AND credited_on <= %(on)s AND (reversed_on IS NULL OR reversed_on > %(on)s) ORDER BY paid_on, id
"""
_SPANS: Final = "SELECT member_id, first, last FROM contributions_ekasihspan WHERE member_id = ANY(%(members)s) AND first <= %(on)s ORDER BY first"


def facts_of(member: Member, *, on: date) -> IncentiveFacts:
    """What is known of one member on a day. Five queries."""
    return _facts([(member.pk, member.birth_date, member.member_since)], on)[member.pk]


def facts_of_many(member_ids: Collection[int], *, on: date) -> Mapping[int, IncentiveFacts]:
    """By member id, as it stood on `on`; ids that are no member's are left out.

    Contributions are those credited by then and not reversed, each with its credited part (RM). `employer_months` are the months in which the bank
    took an employer's payment with an employer's share for the member; those before the first registration and the first contribution of all of them
    decide nothing and are left out, but for the month of `on`.
    """
    return _facts(_rows(_PEOPLE, list(member_ids), on), on)


def _rows(asked: str, ids: list[int], on: date) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(asked, {"members": ids, "on": on})
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
            standings[member],
            member_since,
            registrations[member],
            contributions[member],
            months.get(member, _NO_MONTHS),
            spans[member],
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


def _earliest(registrations: Iterable[list[Registration]], contributions: Iterable[list[Voluntary]], on: date) -> date:
    """Both come by day: of each member the first is the earliest."""
    return min([on, *(found[0].first for found in registrations), *(found[0].paid_on for found in contributions)]).replace(day=1)


def employer_months(ids: list[int], since: date, on: date) -> dict[int, set[WageMonth]]:
    """By member the months in which an employer's payment with an employer's share for them came, from `since` to `on`; who has none is left out. One
    query."""
    months: dict[int, set[WageMonth]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_EMPLOYER_MONTHS, {"members": ids, "arrived": [state.value for state in _ARRIVED], "since": since, "on": on})
        for member, month in cursor.fetchall():
            months[member].add(WageMonth.of(month))
    return months
