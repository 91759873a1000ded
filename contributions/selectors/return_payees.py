"""Payees of what goes back of voluntary contributions, for officers; and what of it waits for one."""

from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from contributions.enums import ReturnState, WrongCreditState
from contributions.models import ReturnPayee, VoluntaryReturn
from contributions.selectors.wrong_credits import A_PAGE
from members.enums import PayoutKind, PayoutState
from members.models import Payout

OF_RETURN = ("payer", "counter_payer__receipt", "payment__voluntary__payer", "payment__voluntary__member", "payment__counter_receipt")
FEW = 50
"""Of what waits for a payee a page shows no more: the oldest."""


def page_of(*, number: str | None = None) -> "Page[ReturnPayee]":
    """All of them: those that wait first, then the newest."""
    found = ReturnPayee.objects.select_related("proposed_by", "payout", *(f"returned__{name}" for name in OF_RETURN))
    waits = Case(When(state=WrongCreditState.PROPOSED, then=Value(0)), default=Value(1))
    return Paginator(found.order_by(waits, "-pk"), A_PAGE).get_page(number)


def waiting() -> int:
    """How many wait for a second officer."""
    return ReturnPayee.objects.filter(state=WrongCreditState.PROPOSED).count()


def without_payee() -> "QuerySet[VoluntaryReturn]":
    """What goes nowhere until two officers say to whom: of a payer who has died; or what came back from who is no member, or from whom officers had
    named. The oldest first."""
    proposed = ReturnPayee.objects.filter(returned=OuterRef("pk"), state=WrongCreditState.PROPOSED)
    going = Payout.objects.filter(kind=PayoutKind.VOLUNTARY, ref=OuterRef("pk"), state=PayoutState.ORDERED)
    stuck = Q(payer__died_on__isnull=False, counter_payer=None) | Q(state=ReturnState.RETURNED, counter_payer__isnull=False)
    found = VoluntaryReturn.objects.filter(stuck, state__in=[ReturnState.HELD, ReturnState.RETURNED])
    return found.exclude(Exists(proposed)).exclude(Exists(going)).select_related(*OF_RETURN).order_by("pk")[:FEW]


def returns_of(order_no: str) -> "QuerySet[VoluntaryReturn]":
    """What goes back of a payment, what waits first."""
    waits = Case(When(state__in=[ReturnState.HELD, ReturnState.RETURNED], then=Value(0)), default=Value(1))
    return VoluntaryReturn.objects.filter(payment__order_no=order_no).order_by(waits, "-pk")
