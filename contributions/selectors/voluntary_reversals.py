"""Reversals of credited voluntary contributions, for officers."""

from django.core.paginator import Page, Paginator
from django.db.models import Case, Value, When

from contributions.enums import WrongCreditState
from contributions.models import VoluntaryReversal
from contributions.selectors.wrong_credits import A_PAGE


def page_of(*, number: str | None = None) -> "Page[VoluntaryReversal]":
    """All of them: those that wait first, then the newest."""
    found = VoluntaryReversal.objects.select_related("contribution__member", "contribution__payment", "payer", "proposed_by")
    waits = Case(When(state=WrongCreditState.PROPOSED, then=Value(0)), default=Value(1))
    return Paginator(found.order_by(waits, "-pk"), A_PAGE).get_page(number)


def waiting() -> int:
    """How many wait for a second officer."""
    return VoluntaryReversal.objects.filter(state=WrongCreditState.PROPOSED).count()
