"""What officers' pages show of the Ministry's e-Kasih list."""

from django.core.paginator import Page, Paginator
from django.db.models import Count

from contributions.enums import EKasihFate, EKasihState
from contributions.models import EKasihList, EKasihRow

LISTS_A_PAGE = 25
ROWS_A_PAGE = 50


def lists_page(number: str | None) -> "Page[EKasihList]":
    """The last first."""
    return Paginator(EKasihList.objects.select_related("uploaded_by", "decided_by").order_by("-pk"), LISTS_A_PAGE).get_page(number)


def rows_page(found: EKasihList, fate: str, number: str | None) -> "Page[EKasihRow]":
    """In the order of the file; of one fate where one is asked for."""
    rows = found.rows.select_related("member").order_by("line")
    return Paginator(rows.filter(fate=fate) if fate in set(EKasihFate) else rows, ROWS_A_PAGE).get_page(number)


def fates(found: EKasihList) -> list[tuple[str, int]]:
    """How many rows of each fate, in the order of the enumeration; they add up to the list."""
    counted = dict(found.rows.order_by().values_list("fate").annotate(count=Count("pk")))
    return [(fate.value, counted[fate]) for fate in EKasihFate if fate in counted]


def waiting() -> int:
    """How many wait for a second officer."""
    return EKasihList.objects.filter(state=EKasihState.WAITS).count()
