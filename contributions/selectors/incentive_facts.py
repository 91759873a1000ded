"""What the database knows of what decides a member's incentives, for one member in five queries or a chunk of them in six."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from django.db import connection
from django.db.models import Q

from contributions.enums import FilingState, IncentiveScheme, Occupation, VoluntaryKind
from contributions.facts import IncentiveFacts, Registration, Voluntary
from contributions.models import EKasihSpan, IncentiveRegistration, VoluntaryContribution
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship
from members.models import CitizenshipPeriod, Member

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


def facts_of(member: Member, *, on: date) -> IncentiveFacts:
    """What is known of one member on a day. Five queries."""
    return _facts([(member.pk, member.birth_date, member.member_since)], on)[member.pk]


def facts_of_many(member_ids: Collection[int], *, on: date) -> Mapping[int, IncentiveFacts]:
    """By member id, as it stood on `on`; ids that are no member's are left out.

    Contributions are those credited by then and not reversed, each with its credited part (RM). `occupation` is that of the latest registration for
    i-Saraan. `employer_months` are the months in which the bank took an employer's payment with an employer's share for the member; those before the
    first registration and the first contribution of all of them decide nothing and are left out, but for the month of `on`.
    """
    return _facts(list(Member.objects.filter(pk__in=list(member_ids)).values_list("pk", "birth_date", "member_since")), on)


def _facts(people: Sequence[tuple[int, date, date | None]], on: date) -> Mapping[int, IncentiveFacts]:
    ids = [pk for pk, _born, _since in people]
    standings: dict[int, list[tuple[date, Citizenship]]] = defaultdict(list)
    for member, since, status in CitizenshipPeriod.objects.filter(member__in=ids).values_list("member_id", "from_date", "status"):
        standings[member].append((since, Citizenship(status)))
    registrations, occupations = _registrations(ids, on)
    contributions = _contributions(ids, on)
    spans: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for member, first, last in EKasihSpan.objects.filter(member__in=ids, first__lte=on).order_by("first").values_list("member_id", "first", "last"):
        spans[member].append((first, last))
    months = employer_months(ids, _earliest(registrations.values(), contributions.values(), on), on)
    return {
        member: IncentiveFacts(
            birth_date=birth_date,
            citizenships=standings[member],
            member_since=member_since,
            occupation=occupations.get(member),
            registrations=registrations[member],
            contributions=contributions[member],
            employer_months=frozenset(months[member]),
            on_list=spans[member],
        )
        for member, birth_date, member_since in people
    }


def _registrations(ids: list[int], on: date) -> tuple[dict[int, list[Registration]], dict[int, Occupation]]:
    registrations: dict[int, list[Registration]] = defaultdict(list)
    occupations: dict[int, Occupation] = {}
    found = IncentiveRegistration.objects.filter(member__in=ids, first__lte=on).order_by("first", "pk")
    for member, scheme, occupation, first, last in found.values_list("member_id", "scheme", "occupation", "first", "last"):
        registrations[member].append(Registration(IncentiveScheme(scheme), first, last))
        if scheme == IncentiveScheme.ISARAAN:
            occupations[member] = Occupation(occupation)
    return registrations, occupations


def _contributions(ids: list[int], on: date) -> dict[int, list[Voluntary]]:
    contributions: dict[int, list[Voluntary]] = defaultdict(list)
    stands = Q(credited__gt=0, credited_on__lte=on) & (Q(reversed_on__isnull=True) | Q(reversed_on__gt=on))
    found = VoluntaryContribution.objects.filter(stands, member__in=ids).order_by("paid_on", "pk")
    for member, kind, credited, paid_on in found.values_list("member_id", "kind", "credited", "paid_on"):
        assert credited is not None  # noqa: S101 - asked for above
        contributions[member].append(Voluntary(VoluntaryKind(kind), credited, paid_on))
    return contributions


def _earliest(registrations: Iterable[list[Registration]], contributions: Iterable[list[Voluntary]], on: date) -> date:
    days = [one.first for found in registrations for one in found] + [one.paid_on for found in contributions for one in found]
    return min([on, *days]).replace(day=1)


def employer_months(ids: list[int], since: date, on: date) -> dict[int, set[WageMonth]]:
    """By member the months in which an employer's payment with an employer's share for them came, from `since` to `on`; who has none is left out. One
    query."""
    months: dict[int, set[WageMonth]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_EMPLOYER_MONTHS, {"members": ids, "arrived": [state.value for state in _ARRIVED], "since": since, "on": on})
        for member, month in cursor.fetchall():
            months[member].add(WageMonth.of(month))
    return months
