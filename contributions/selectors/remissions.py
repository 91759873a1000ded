"""Late payment charges for officers: what is left of each, and what was put forward to remit."""

from collections.abc import Sequence

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, QuerySet

from contributions.enums import RemissionState
from contributions.models import LateCharge, LateRemission

CHARGES_A_PAGE = 25


def charges(*, employer_number: str = "") -> QuerySet[LateCharge]:
    """Those that stand, of one employer or of all: first the ones that somebody is to decide about, then the newest."""
    waiting = LateRemission.objects.filter(charge=OuterRef("pk"), state=RemissionState.PROPOSED)
    found = LateCharge.objects.filter(reversed_on=None).select_related("employer").annotate(waits=Exists(waiting)).order_by("-waits", "-pk")
    return found.filter(employer__number=employer_number) if employer_number else found


def page_of(found: QuerySet[LateCharge], number: str | None) -> "Page[LateCharge]":
    return Paginator(found, CHARGES_A_PAGE).get_page(number)


def remissions_of(charge: LateCharge) -> Sequence[LateRemission]:
    """All that were ever put forward, the newest first."""
    return list(charge.remissions.select_related("proposed_by", "decided_by").order_by("-pk"))


def proposed(charge: LateCharge) -> LateRemission | None:
    return charge.remissions.filter(state=RemissionState.PROPOSED).first()
