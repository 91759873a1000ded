"""An employer's payments: the list by month, way and state, as a page and as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Sum

from contributions.enums import PaymentMethod, PaymentState
from contributions.models import Payment, Refund
from employers.models import Employer
from kwsp_portal.common.periods import WageMonth

PAYMENTS_A_PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for; None asks for all."""

    month: WageMonth | None = None
    method: PaymentMethod | None = None
    state: PaymentState | None = None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How many payments, and what the bank took of them, RM."""

    count: int
    taken: Decimal


def payments_of(*, employer: Employer, wanted: Wanted) -> QuerySet[Payment]:
    """The newest first."""
    found = Payment.objects.filter(filing__employer=employer).select_related("filing", "started_by").order_by("-started_at", "-pk")
    if wanted.month is not None:
        found = found.filter(filing__wage_month=wanted.month.first_day)
    if wanted.method is not None:
        found = found.filter(method=wanted.method)
    return found if wanted.state is None else found.filter(state=wanted.state)


def refunds_of(payments: "Sequence[int] | QuerySet[Any]") -> dict[int, str]:
    """Of payments, by their ids, that the employer asked to have back: how the last application stands."""
    asked = Refund.objects.filter(payment__in=payments).order_by("pk")
    return dict(asked.values_list("payment_id", "state"))


def summary(found: QuerySet[Payment]) -> Summary:
    """Of all pages."""
    # What was used of the employer's own money was taken by an earlier payment.
    taken = found.filter(state=PaymentState.APPROVED).exclude(method=PaymentMethod.CREDIT).order_by().aggregate(sum=Sum("amount"))["sum"] or Decimal(
        0
    )
    differing = found.filter(state=PaymentState.DIFFERS).order_by().aggregate(sum=Sum("debited"))["sum"] or Decimal(0)
    return Summary(count=found.count(), taken=taken + differing)


def page_of(found: QuerySet[Payment], number: str | None) -> "Page[Payment]":
    return Paginator(found, PAYMENTS_A_PAGE).get_page(number)


def months_of(*, employer: Employer) -> Sequence[WageMonth]:
    """The wage months for which anything was ever paid or tried, the newest first."""
    months = Payment.objects.filter(filing__employer=employer).order_by("-filing__wage_month").values_list("filing__wage_month", flat=True).distinct()
    return [WageMonth.of(month) for month in months]


def states_of(*, employer: Employer) -> dict[str, int]:
    """How many payments stand in each state that any of them has."""
    return dict(Payment.objects.filter(filing__employer=employer).order_by().values_list("state").annotate(Count("pk")))
