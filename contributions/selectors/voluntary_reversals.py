"""Reversals of credited voluntary contributions, for officers."""

from django.core.paginator import Page, Paginator
from django.db.models import Case, Value, When

from contributions.enums import WrongCreditState
from contributions.models import VoluntaryReversal
from contributions.selectors.wrong_credits import A_PAGE


def page_of(*, number: str | None = None) -> "Page[VoluntaryReversal]":
    """All of them: those that wait first, then the newest."""
    payment = "contribution__payment"
    known = ("contribution__member", f"{payment}__voluntary__payer", f"{payment}__counter_receipt", "payer", "proposed_by")
    found = VoluntaryReversal.objects.select_related(*known)
    waits = Case(When(state=WrongCreditState.PROPOSED, then=Value(0)), default=Value(1))
    return Paginator(found.order_by(waits, "-pk"), A_PAGE).get_page(number)


def waiting() -> int:
    """How many wait for a second officer."""
    return VoluntaryReversal.objects.filter(state=WrongCreditState.PROPOSED).count()
