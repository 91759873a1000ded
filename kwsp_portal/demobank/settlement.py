"""The daily settlement file, made from the books when it is asked for, and the page on which the bank is told to make a wrong one."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Final

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kwsp_portal.bank import settlement
from kwsp_portal.bank.fpx import codes, wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.bank.settlement import Row
from kwsp_portal.common import clock, money
from kwsp_portal.demobank import direct_debit, portal, protocol, receipts, views
from kwsp_portal.demobank.enums import SettlementFault
from kwsp_portal.demobank.models import Order, SettlementBehaviour

STRANGE: Final = "TIADA0000000"
_MORE: Final = Decimal("1.00")


class BehaviourForm(forms.Form):
    fault = forms.ChoiceField(choices=[(one.value, one.value) for one in SettlementFault])


@require_POST
def download(request: HttpRequest) -> HttpResponse:
    """SR, server to server: the file of a day that is over."""
    try:
        asked = settlement.SettlementRequest.read(wire.decode(request.body), protocol.seller_certificates(), clock.now())
        on = wire.time(f"{asked.settlement_date}000000").date()
    except FpxRefused as refused:
        return views.error_answer(refused)
    except ValueError:
        return HttpResponse("ERROR", content_type="text/plain")
    fault = SettlementFault(_behaviour().fault)
    if on >= portal.transaction_time().date() or fault is SettlementFault.LATE:
        return HttpResponse(settlement.NOT_READY, content_type="text/plain")
    paid_over = [*receipts.settled_on(on), *rows_of(on, asked.seller_id), *direct_debit.settled_on(on, asked.seller_id)]
    rows = _SPOILT.get(fault, _as_it_is)(paid_over, on)
    content = settlement.write(on=on, seller_id=asked.seller_id, rows=rows, key=protocol.own_key())
    return HttpResponse(_damaged(content, fault), content_type="text/plain")


def rows_of(on: date, seller_id: str) -> list[Row]:
    """What was approved on that day of the business calendar."""
    start = datetime(on.year, on.month, on.day, tzinfo=clock.KL)
    end = start.replace(hour=23, minute=59, second=59)
    orders = Order.objects.filter(code=codes.APPROVED, seller_id=seller_id, fpx_txn_time__gte=start, fpx_txn_time__lte=end).order_by("id")
    return [Row(one.order_no, one.fpx_txn_id, money.from_sen(one.debited_sen), one.fpx_txn_time) for one in orders if one.fpx_txn_time]


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """How the next files are made; `?format=json` for programs."""
    found = _behaviour()
    if request.GET.get("format") == "json":
        return JsonResponse({"action": reverse("settlement_behave", args=[found.token]), "fault": found.fault})
    return views.page(request, "settlement", {"behaviour": found, "faults": list(SettlementFault), "errors": []})


@require_POST
def behave(request: HttpRequest, token: str) -> HttpResponse:
    """Make files so from now on."""
    found, form = _behaviour(), BehaviourForm(request.POST)
    if found.token != token:
        return views.not_found(request)
    if not form.is_valid():
        context = {"behaviour": found, "faults": list(SettlementFault), "errors": sorted(form.errors)}
        return views.page(request, "settlement", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    SettlementBehaviour.objects.filter(pk=found.pk).update(fault=form.cleaned_data["fault"])
    return views.go(request, "settlement")


def _behaviour() -> SettlementBehaviour:
    with transaction.atomic():
        return SettlementBehaviour.objects.first() or SettlementBehaviour.objects.create()


def _as_it_is(rows: Sequence[Row], on: date) -> Sequence[Row]:
    return rows


def _extra(rows: Sequence[Row], on: date) -> Sequence[Row]:
    return [*rows, Row(STRANGE, f"{on:%y%m%d}999999", Decimal("756.00"), datetime(on.year, on.month, on.day, 12, tzinfo=clock.KL))]


_SPOILT: Final[dict[SettlementFault, Callable[[Sequence[Row], date], Sequence[Row]]]] = {
    SettlementFault.MISSING_ROW: lambda rows, on: rows[:-1],
    SettlementFault.EXTRA_ROW: _extra,
    SettlementFault.ROW_TWICE: lambda rows, on: [*rows, *rows[-1:]],
    SettlementFault.OTHER_AMOUNT: lambda rows, on: [*rows[:-1], *(row._replace(amount=row.amount + _MORE) for row in rows[-1:])],
    SettlementFault.OTHER_NUMBER: lambda rows, on: [*rows[:-1], *(row._replace(fpx_id=f"X{row.fpx_id}"[:20]) for row in rows[-1:])],
}


def _damaged(content: bytes, fault: SettlementFault) -> bytes:
    """As the way from the bank spoils it, after it was signed."""
    if fault is SettlementFault.TORN:
        return content[: len(content) // 2]
    if fault is SettlementFault.ALTERED:
        return content.replace(b".00|", b".50|", 1)
    return content
