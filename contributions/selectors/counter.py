"""What a receipting counter's pages show: the officer's drawers, those that wait for a supervisor, one with its receipts, cheques that wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, Sum

from contributions.enums import CounterMode, CounterReceiptState, DrawerState
from contributions.models import CounterDrawer, CounterReceipt
from kwsp_portal.common.money import ZERO
from members.identity.enums import Role
from members.identity.models import User
from members.models import Member

A_PAGE = 25
LAST = 10


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What a drawer took, RM; `expected`: the cash that there should be in it."""

    cash: Decimal
    cash_count: int
    cheques: Decimal
    cheque_count: int
    expected: Decimal


def drawers_of(by: User) -> Sequence[CounterDrawer]:
    """The officer's own, the last first."""
    return list(CounterDrawer.objects.filter(officer=by).select_related("officer")[:LAST])


def to_see(by: User) -> Sequence[CounterDrawer]:
    """Counted drawers of others that wait for this supervisor, the oldest first."""
    if by.role != Role.SUPERVISOR:
        return []
    found = CounterDrawer.objects.filter(state=DrawerState.COUNTED).exclude(officer=by)
    return list(found.select_related("officer").order_by("counted_at"))


def cheques_page(number: str | None) -> "Page[CounterReceipt]":
    """Cheques that wait for the bank, the oldest first."""
    found = CounterReceipt.objects.filter(state=CounterReceiptState.WAITS).select_related("member", "drawer").order_by("taken_at", "pk")
    return Paginator(found, A_PAGE).get_page(number)


def cheques_waiting() -> int:
    return CounterReceipt.objects.filter(state=CounterReceiptState.WAITS).count()


def receipts_page(found: CounterDrawer, number: str | None) -> "Page[CounterReceipt]":
    """What a drawer took, the last first."""
    return Paginator(found.receipts.select_related("member").order_by("-pk"), A_PAGE).get_page(number)


def sums_of(found: CounterDrawer) -> Sums:
    cash, cheque = Q(mode=CounterMode.CASH), Q(mode=CounterMode.CHEQUE)
    of = found.receipts.aggregate(
        cash=Sum("amount", filter=cash),
        cash_count=Count("pk", filter=cash),
        cheques=Sum("amount", filter=cheque),
        cheque_count=Count("pk", filter=cheque),
    )
    taken = of["cash"] or ZERO
    return Sums(
        cash=taken,
        cash_count=of["cash_count"],
        cheques=of["cheques"] or ZERO,
        cheque_count=of["cheque_count"],
        expected=Decimal(found.opening) + taken,
    )


def cheques_of(member: Member, *, year: int) -> Sequence[CounterReceipt]:
    """Cheques that wait, of whichever year, and those of a year that came back, the last first: for the member, or written by them for another."""
    waits, came_back = Q(state=CounterReceiptState.WAITS), Q(state=CounterReceiptState.BOUNCED, taken_at__year=year)
    return list(CounterReceipt.objects.filter(waits | came_back, Q(member=member) | Q(payer__member=member)).select_related("member").order_by("-pk"))
