"""What officers' pages show of bank agents' receipts."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, Sum

from contributions.enums import RECEIPT_MATTERS, ReceiptState
from contributions.models import PaymentMatter, Receipt, ReceiptFile

FILES_A_PAGE = 25
RECEIPTS_A_PAGE = 50


def files_page(number: str | None) -> "Page[Any]":
    """The last first, each with how many of its receipts wait."""
    waits = Count("receipts", filter=Q(receipts__state__in=[ReceiptState.NEW, ReceiptState.READING, ReceiptState.OPEN]))
    found = ReceiptFile.objects.select_related("uploaded_by").annotate(waits=waits).order_by("-number")
    return Paginator(found, FILES_A_PAGE).get_page(number)


def receipts_page(file: ReceiptFile, number: str | None) -> "Page[Receipt]":
    """In the order of the file."""
    return Paginator(file.receipts.select_related("employer", "member", "payment", "settled_by__file").order_by("line"), RECEIPTS_A_PAGE).get_page(
        number
    )


def with_matters(receipts: Iterable[Receipt]) -> list[tuple[Receipt, int | None]]:
    """Each with the number of its last matter, if it ever had one."""
    found = list(receipts)
    causes = {f"receipt:{one.pk}": one.pk for one in found}
    of = PaymentMatter.objects.filter(kind__in=RECEIPT_MATTERS, cause__in=causes).order_by("pk").values_list("cause", "pk")
    last = {causes[cause]: pk for cause, pk in of}
    return [(one, last.get(one.pk)) for one in found]


def arrived_on(receipt: Receipt) -> date | None:
    """The day of the settlement file in which the agent has paid it over."""
    settled = getattr(receipt, "settled_by", None)
    return settled.file.on if settled else None


def standing(file: ReceiptFile) -> Sequence[tuple[str, int, Decimal]]:
    """How many receipts of a file stand in each state, and their money: together the whole file."""
    found = file.receipts.order_by().values_list("state").annotate(Count("pk"), Sum("amount"))
    by_state = {state: (count, amount) for state, count, amount in found}
    return [(state.value, *by_state[state]) for state in ReceiptState if state in by_state]
