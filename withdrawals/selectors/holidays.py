"""Public holidays, for the charter's clock."""

from datetime import date

from withdrawals.models import PublicHoliday


def since(first: date) -> frozenset[date]:
    """Every one that is known from a day on."""
    return frozenset(PublicHoliday.objects.filter(day__gte=first, ended_on=None).values_list("day", flat=True))


def listed() -> list[PublicHoliday]:
    """All that were entered, the latest first; those taken back, too."""
    return list(PublicHoliday.objects.select_related("entered_by", "ended_by").order_by("-day", "-pk"))
