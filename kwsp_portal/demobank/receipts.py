"""Files of receipts: the page on which people make one, right or wrong in a chosen way, and where the portal fetches it by its number."""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Final

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kwsp_portal.bank import agents, receipts, settlement
from kwsp_portal.bank.channels import Mode
from kwsp_portal.bank.fpx import wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.bank.receipts import Receipt, Voluntary
from kwsp_portal.common import clock, money
from kwsp_portal.common.periods import PeriodError, WageMonth
from kwsp_portal.demobank import portal, protocol, views
from kwsp_portal.demobank.enums import ReceiptFault
from kwsp_portal.demobank.models import ReceiptDesk, ReceiptFile

AGENTS: Final = tuple(agents.NAMES)
MODES: Final = (Mode.CASH, Mode.CHEQUE, Mode.DEBIT_CARD, Mode.DEBIT_TRANSFER, Mode.INTERNET_BANKING)
NOBODY: Final = "99999999"
SHOWN: Final = 50
_MORE: Final = Decimal("10.00")
_EARLIER: Final = settlement.Row("", "", Decimal(0), datetime.min.replace(tzinfo=clock.KL))
"""Stands for a receipt that belongs to another day."""
_AHEAD: Final = 14
_MOST_BYTES: Final = 4 * 1024 * 1024
_ROW: Final = re.compile(rf"([0-9]{{8}})\s+({'|'.join(receipts.KINDS)})\s+([0-9]{{1,9}}\.[0-9]{{2}})", re.ASCII)


class FormRefused(ValueError):
    """What was given cannot be made a file of; `field` is where."""

    def __init__(self, field: str = "form") -> None:
        self.field = field
        super().__init__(field)


@dataclass(frozen=True, kw_only=True)
class Counter:
    """Where and when the money is taken."""

    agent: str
    mode: str
    at: datetime
    first_number: int

    def receipt(self, place: int) -> str:
        """The number of its receipt at a place, from 1."""
        return f"{self.agent[:3]}{self.first_number + place:08d}"


@dataclass(frozen=True)
class Taken:
    """What a counter took, receipts with a Borang A first."""

    with_form: list[Receipt]
    of_members: list[Voluntary]

    @property
    def first(self) -> Receipt | Voluntary:
        return self.with_form[0] if self.with_form else self.of_members[0]


class MakeForm(forms.Form):
    """The Borang A as text or as a file, voluntary contributions a row each, or both."""

    form = forms.CharField(required=False, strip=False)
    voluntary = forms.CharField(required=False)
    file = forms.FileField(required=False)
    agent = forms.ChoiceField(choices=[(one, one) for one in AGENTS])
    mode = forms.ChoiceField(choices=[(one.value, one.value) for one in MODES])
    fault = forms.ChoiceField(choices=[(one.value, one.value) for one in ReceiptFault])

    def text(self) -> str:
        """Raises FormRefused for bytes that are no text."""
        given = self.cleaned_data["file"]
        if given is None:
            return str(self.cleaned_data["form"])
        try:
            return given.read(_MOST_BYTES).decode("utf-8-sig")  # type: ignore[no-any-return]
        except UnicodeDecodeError as fault:
            raise FormRefused from fault

    def taken(self, counter: Counter) -> Taken:
        """What people brought to the counter. Raises FormRefused."""
        text, rows = self.text(), self.cleaned_data["voluntary"]
        receipts_of = taken_at(text, counter) if text.strip() or not rows else []
        return Taken(receipts_of, voluntary_at(rows, counter, len(receipts_of)))


@require_POST
def download(request: HttpRequest) -> HttpResponse:
    """RF, server to server: the file of a number."""
    try:
        asked = receipts.ReceiptRequest.read(wire.decode(request.body), protocol.seller_certificates(), clock.now())
    except FpxRefused as refused:
        return views.error_answer(refused)
    found = ReceiptFile.objects.filter(number=int(asked.receipt_file)).first()
    return HttpResponse(settlement.NOT_READY if found is None else bytes(found.sent), content_type="text/plain")


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The files that were made; `?format=json` for programs."""
    desk = ReceiptDesk.objects.get_or_create(pk=1)[0]
    if request.GET.get("format") == "json":
        made = [
            {"number": one.number, "fault": one.fault, "mend": reverse("receipts_mend", args=[one.token])}
            for one in ReceiptFile.objects.defer("content", "sent")[:SHOWN]
        ]
        return JsonResponse({"action": reverse("receipts_make", args=[desk.token]), "files": made})
    return _page(request, desk)


@require_POST
def make(request: HttpRequest, token: str) -> HttpResponse:
    """One more file of what is given."""
    desk, form = get_object_or_404(ReceiptDesk, token=token), MakeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, desk, errors=sorted(form.errors), typed=request.POST.get("form", ""))
    typed, at = form.cleaned_data, portal.transaction_time()
    try:
        with transaction.atomic():
            number = (ReceiptFile.objects.values_list("number", flat=True).first() or 0) + 1
            taken = form.taken(Counter(agent=typed["agent"], mode=typed["mode"], at=at, first_number=number * 1000))
            _store(number, taken, ReceiptFault(typed["fault"]), at.date())
    except FormRefused as refused:
        return _page(request, desk, errors=[refused.field], typed=request.POST.get("form", ""))
    return views.go(request, "receipts")


@require_POST
def mend(request: HttpRequest, token: str) -> HttpResponse:
    """The right file goes out under its number from now on."""
    found = get_object_or_404(ReceiptFile, token=token)
    ReceiptFile.objects.filter(pk=found.pk).update(sent=found.content, fault=ReceiptFault.NONE)
    return views.go(request, "receipts")


@require_safe
def copy(request: HttpRequest, token: str) -> HttpResponse:
    """The file as it is sent, for an officer to save and upload."""
    found = get_object_or_404(ReceiptFile, token=token)
    return HttpResponse(bytes(found.sent), content_type="text/plain; charset=utf-8")


def taken_at(text: str, counter: Counter) -> list[Receipt]:
    """A receipt for each Borang A in the text, with its own employer, month and total. Raises FormRefused."""
    lines = [line.rstrip("\r\n") for line in text.split("\n") if line.strip()]
    starts = [place for place, line in enumerate(lines) if line.startswith("00")] + [len(lines)]
    if len(starts) < 2 or starts[0]:
        raise FormRefused
    return [_receipt(lines[here:end], counter, place) for place, (here, end) in enumerate(itertools.pairwise(starts), start=1)]


def voluntary_at(text: str, counter: Counter, before: int) -> list[Voluntary]:
    """A receipt for each row `<member number> <kind> <amount>`, with commas or without, numbered after the `before` that are there.

    Raises FormRefused.
    """
    found = []
    for place, row in enumerate(text.split("\n") if text else (), start=before + 1):
        match = _ROW.fullmatch(" ".join(row.replace(",", " ").split()))
        if match is None or Decimal(match[3]) <= 0:
            raise FormRefused("voluntary")
        found.append(Voluntary(counter.receipt(place), counter.agent, counter.mode, match[1], match[2], Decimal(match[3]), counter.at))
    return found


def settled_on(on: date) -> list[settlement.Row]:
    """What the agents of that day's files pay over, for the settlement file: each receipt once, however often it was told. The number of the
    transaction is the agent's code."""
    found: dict[tuple[str, str], settlement.Row] = {}
    for file in ReceiptFile.objects.order_by("number"):
        header, *lines = bytes(file.content).decode().split("\n")
        for line in lines:
            if line.startswith(("R|", "V|")):
                _r, number, agent, _mode, _whose, _what, amount, paid = line.split("|")
                row = settlement.Row(number, agent, Decimal(amount), wire.time(paid))
                found.setdefault((agent, number), row if header.split("|")[2] == f"{on:%Y%m%d}" else _EARLIER)
    return [row for row in found.values() if row is not _EARLIER]


def _receipt(form: Sequence[str], counter: Counter, place: int) -> Receipt:
    """Raises FormRefused."""
    try:
        about, trailer = form[1], form[-1]
        if (about[:2], trailer[:2]) != ("01", "99"):
            raise FormRefused
        month = WageMonth(int(about[23:27]), int(about[21:23])).plus(-1)
        amount = money.from_sen(int(trailer[9:24]) + int(trailer[24:39]))
        employer = f"{int(about[2:21]):08d}"
    except (IndexError, ValueError, PeriodError) as fault:
        raise FormRefused from fault
    if amount <= 0:
        raise FormRefused
    return Receipt(counter.receipt(place), counter.agent, counter.mode, employer, month.first_day, amount, counter.at, form)


def _store(number: int, taken: Taken, fault: ReceiptFault, on: date) -> None:
    before = ReceiptFile.objects.first()
    spoilt = _spoilt(taken, fault, before.first_receipt if before else "")
    file = receipts.ReceiptFile(number, on, spoilt.with_form, spoilt.of_members)
    content = receipts.write(file=file, seller_id=settings.SELLER_ID, key=protocol.own_key())
    sent = _sent(file, content, fault, bytes(before.content) if before else content)
    ReceiptFile.objects.create(
        number=number,
        fault=fault,
        content=content,
        sent=sent,
        first_receipt=spoilt.first.number,
        receipts=file.told,
        amount_sen=money.to_sen(file.total),
        made_at=clock.now(),
    )


def _spoilt(taken: Taken, fault: ReceiptFault, earlier: str) -> Taken:
    """What the counter wrote down, wrong in the chosen way; `earlier`: the first receipt of the file before."""
    rows, own = taken.with_form, taken.of_members
    if fault is ReceiptFault.RECEIPT_TWICE and earlier:
        again = taken.first._replace(number=earlier)
        return Taken([*rows, again], own) if isinstance(again, Receipt) else Taken(rows, [*own, again])
    if fault is ReceiptFault.UNKNOWN_MEMBER and own:
        return Taken(rows, [own[0]._replace(member_number=NOBODY), *own[1:]])
    if fault in _SPOILT and rows:
        return Taken([_SPOILT[fault](rows[0]), *rows[1:]], own)
    return taken


def _bad_row(one: Receipt) -> Receipt:
    """The first person with wages that the shares do not fit."""
    place = next((number for number, line in enumerate(one.form) if line.startswith("02")), None)
    if place is None:
        return one
    line = one.form[place]
    wages = f"{int(line[114:129] or '0') + 100_000:015d}"
    return one._replace(form=[*one.form[:place], line[:114] + wages, *one.form[place + 1 :]])


_SPOILT: Final[dict[ReceiptFault, Callable[[Receipt], Receipt]]] = {
    ReceiptFault.UNKNOWN_EMPLOYER: lambda one: one._replace(employer_number=NOBODY),
    ReceiptFault.WRONG_TOTAL: lambda one: one._replace(amount=one.amount + _MORE),
    ReceiptFault.MONTH_AHEAD: lambda one: one._replace(wage_month=WageMonth.of(one.paid_at.astimezone(clock.KL).date()).plus(_AHEAD).first_day),
    ReceiptFault.BAD_ROW: _bad_row,
}


def _sent(file: receipts.ReceiptFile, content: bytes, fault: ReceiptFault, before: bytes) -> bytes:
    """What the portal gets."""
    count, total, hashed = file.told, file.total, file.hash
    wrong = {
        ReceiptFault.COUNT: (count + 1, total, hashed),
        ReceiptFault.TOTAL: (count, total + _MORE, hashed),
        ReceiptFault.HASH: (count, total, hashed + 1),
    }.get(fault)
    if wrong is not None:
        trailer = f"T|{wrong[0]}|{file.rows}|{wrong[1]:.2f}|{wrong[2]}|"
        return receipts.write(file=file, seller_id=settings.SELLER_ID, key=protocol.own_key(), trailer=trailer)
    if fault is ReceiptFault.FILE_AGAIN:
        return before
    if fault is ReceiptFault.TORN:
        return content[: len(content) // 2]
    return content.replace(b".00|", b".50|", 1) if fault is ReceiptFault.ALTERED else content


def _page(request: HttpRequest, desk: ReceiptDesk, *, errors: Sequence[str] = (), typed: str = "") -> HttpResponse:
    context = {
        "desk": desk,
        "made": ReceiptFile.objects.all()[:SHOWN],
        "agents": AGENTS,
        "modes": MODES,
        "kinds": receipts.KINDS,
        "voluntary": request.POST.get("voluntary", ""),
        "faults": list(ReceiptFault),
        "errors": errors,
        "typed": typed,
    }
    return views.page(request, "receipts", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK)
