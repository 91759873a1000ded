"""Whom an employer has on record."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from employers.models import Employer, Employment, Representative
from kwsp_portal.common.periods import WageMonth
from members.models import CitizenshipPeriod, Member


def employed_in(wage_month: WageMonth) -> Q:
    """The employments of at least one day of the wage month."""
    return Q(from_date__lte=wage_month.last_day) & (Q(to_date__isnull=True) | Q(to_date__gt=wage_month.first_day))


def employees_on_record(*, employer_id: int, wage_month: WageMonth) -> QuerySet[Member]:
    """The living members employed on any day of the wage month, by name; each once."""
    employed = Employment.objects.filter(employed_in(wage_month), employer_id=employer_id).values("member_id")
    alive = Q(died_on__isnull=True) | Q(died_on__gte=wage_month.first_day)
    return Member.objects.filter(alive, pk__in=employed).order_by("name", "number")


def citizenships_in(*, members: Sequence[Member], wage_month: WageMonth, counted_on: date) -> dict[int, str]:
    """The citizenship of each member on the day whose standing counts in the wage month, by member's id.

    Without one on that day, the first that began by the end of the month.
    """
    periods = (
        CitizenshipPeriod.objects.filter(member__in=members, from_date__lte=wage_month.last_day)
        .filter(Q(to_date__isnull=True) | Q(to_date__gt=counted_on))
        .order_by("-from_date")
        .values_list("member_id", "status")
    )
    return dict(periods)


def domestic_helpers(*, employer_id: int, wage_month: WageMonth) -> frozenset[int]:
    """Ids of the members who work for the employer in a home in the wage month."""
    found = Employment.objects.filter(employed_in(wage_month), employer_id=employer_id, domestic=True).values_list("member_id", flat=True)
    return frozenset(found)


MOST_FOUND = 20


def employers_found(text: str) -> list[Employer]:
    """The first employers of that number, or whose name begins so, by number."""
    key = text.strip()
    found = Employer.objects.filter(number=key) if key.isdigit() else Employer.objects.filter(name__istartswith=key)
    return list(found.order_by("number")[:MOST_FOUND]) if key else []


def acting_for(employer: Employer) -> "QuerySet[Representative]":
    """Who acts for an employer now, the first appointed first."""
    return Representative.objects.filter(employer=employer, removed_on__isnull=True).select_related("user").order_by("pk")
