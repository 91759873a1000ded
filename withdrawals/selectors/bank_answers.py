"""What the bank said of each payment: the payout files with how many it paid, sent back and has not answered, and the payments of one row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from members.enums import PayoutKind, PayoutState
from members.models import Payout, PayoutFile
from members.models.payouts import OPEN
from members.services.payout_files import SILENT_AFTER
from withdrawals.enums import Payee
from withdrawals.models import WithdrawalPayment

FILES_A_PAGE: Final = 25
A_PAGE: Final = 50
WAITING: Final = "waiting"
LISTS: Final[Mapping[str, Q]] = {
    "all": Q(),
    WAITING: Q(state__in=OPEN),
    "paid": Q(state=PayoutState.PAID),
    "returned": Q(state=PayoutState.RETURNED),
}
"""Payments of a file by what the bank said of them."""

_ANSWERED: Final = ("paid", "returned", WAITING)


@dataclass(frozen=True, kw_only=True)
class FileRow:
    """A payout file; `days` since it was made while the bank has not answered it, `late` when it is more than officers wait for."""

    file: PayoutFile
    paid: int
    returned: int
    waiting: int
    days: int
    late: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """A payment. `days` is how long the bank took, or has not answered for, from the day of the file; of one in no file yet, from its order. `late`:
    longer than officers wait for (payout_files.SILENT_AFTER). `payment` with its application, where it is a withdrawal's."""

    payout: Payout
    payment: WithdrawalPayment | None
    days: int
    late: bool

    @property
    def order(self) -> str:
        """The number of the Arahan Bayaran that it is; empty for one to an account."""
        payment = self.payment
        if payment is None or payment.application.payee == Payee.ACCOUNT or payment.order_number[-4:] != self.payout.ending:
            return ""
        return payment.order_number

    @property
    def is_waiting(self) -> bool:
        return self.payout.state in OPEN


def files(*, number: str | None, on: date) -> tuple["Page[PayoutFile]", list[FileRow]]:
    """The files, the newest first, with what the bank said of their rows."""
    page: Page[PayoutFile] = Paginator(PayoutFile.objects.defer("content", "answer").order_by("-on"), FILES_A_PAGE).get_page(number)
    told = Payout.objects.filter(file__in=[one.pk for one in page]).order_by().values("file")
    told = told.annotate(**{name: Count("pk", filter=LISTS[name]) for name in _ANSWERED})
    counts = {file: tuple(numbers) for file, *numbers in told.values_list("file", *_ANSWERED)}
    rows = []
    for one in page:
        paid, returned, left = counts.get(one.pk, (0, 0, 0))
        days = (on - one.on).days if left else 0
        rows.append(FileRow(file=one, paid=paid, returned=returned, waiting=left, days=days, late=days >= SILENT_AFTER.days))
    return page, rows


def rows_of(file: PayoutFile, *, which: str, number: str | None, on: date) -> tuple["Page[Payout]", list[Row]]:
    """The payments of a file that the bank paid, sent back, or has not answered for, in the order of the file."""
    return _page(Payout.objects.filter(LISTS[which], file=file).order_by("pk"), number, on)


def waiting(*, number: str | None, on: date) -> tuple["Page[Payout]", list[Row]]:
    """Every payment that the bank has not answered for, also those in no file yet, the oldest first."""
    return _page(Payout.objects.filter(LISTS[WAITING]).order_by("ordered_on", "pk"), number, on)


def how_many(file: PayoutFile) -> dict[str, int]:
    """How many payments of a file stand on each list."""
    return Payout.objects.filter(file=file).aggregate(**{name: Count("pk", filter=which) for name, which in LISTS.items()})


def how_many_wait() -> int:
    """Payments that the bank has not answered for, of all files and of none."""
    return Payout.objects.filter(LISTS[WAITING]).count()


def _page(found: QuerySet[Payout], number: str | None, on: date) -> tuple["Page[Payout]", list[Row]]:
    page: Page[Payout] = Paginator(found.select_related("file").defer("account", "holder", "file__content", "file__answer"), A_PAGE).get_page(number)
    return page, _rows(list(page), on)


def _rows(found: Sequence[Payout], on: date) -> list[Row]:
    refs = [one.ref for one in found if one.kind == PayoutKind.WITHDRAWAL]
    known = WithdrawalPayment.objects.filter(pk__in=refs).select_related("application__officer", "application__decided_by")
    payments = {one.pk: one for one in known}
    rows = []
    for one in found:
        since = one.file.on if one.file else one.ordered_on
        days = max(((one.ended_on or on) - since).days, 0)
        payment = payments.get(one.ref) if one.kind == PayoutKind.WITHDRAWAL else None
        rows.append(Row(payout=one, payment=payment, days=days, late=days >= SILENT_AFTER.days))
    return rows
