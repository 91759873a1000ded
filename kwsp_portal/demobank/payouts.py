"""Payouts at the bank: files taken, each number paid once, answer files made; and the page that tells it to do otherwise."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kwsp_portal.bank import signed_files
from kwsp_portal.bank.fpx import wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.bank.payouts import desk, files, messages
from kwsp_portal.bank.payouts.files import Answer, Result
from kwsp_portal.bank.settlement import FileRefused
from kwsp_portal.common import clock, money
from kwsp_portal.demobank import portal, protocol, views
from kwsp_portal.demobank.enums import PayoutFault
from kwsp_portal.demobank.models import Account, Payout, PayoutBehaviour, PayoutFile

SHOWN: Final = 50
_RESULTS: Final = {PayoutFault.REJECTED: Result.REJECTED, PayoutFault.CLOSED: Result.CLOSED}


class BehaviourForm(forms.Form):
    fault = forms.ChoiceField(choices=[(one.value, one.value) for one in PayoutFault])


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """A payout file. The same again is taken and pays nothing; another of the same day is not taken."""
    fault = PayoutFault(_behaviour().fault)
    if fault is PayoutFault.NOT_TAKEN:
        return HttpResponse("", status=HTTPStatus.SERVICE_UNAVAILABLE)
    content = request.POST.get(desk.FIELD, "").replace("\r\n", "\n").encode("utf-8")
    try:
        on, seller_id, rows = files.read_payouts(content, certificates=protocol.seller_certificates(), at=clock.now())
    except FileRefused as refused:
        return _not_taken(str(refused))
    at, digest = portal.transaction_time(), files.digest(content)
    with transaction.atomic():
        taken, created = PayoutFile.objects.get_or_create(seller_id=seller_id, on=on, defaults={"digest": digest})
        if taken.digest != digest:
            return _not_taken("ANOTHER")
        if created:
            _pay(taken, rows, _RESULTS.get(fault), at)
    if fault is PayoutFault.LOST:
        return HttpResponse("", status=HTTPStatus.GATEWAY_TIMEOUT)
    return HttpResponse(signed_files.TAKEN, content_type="text/plain")


@require_POST
def answers(request: HttpRequest) -> HttpResponse:
    """PR: the answer to the file of a day."""
    try:
        asked = messages.PayoutAnswersRequest.read(wire.decode(request.body), protocol.seller_certificates(), clock.now())
        on = wire.time(f"{asked.payout_date}000000").date()
    except FpxRefused as refused:
        return views.error_answer(refused)
    except ValueError:
        return HttpResponse("ERROR", content_type="text/plain")
    fault = PayoutFault(_behaviour().fault)
    found = PayoutFile.objects.filter(seller_id=asked.seller_id, on=on).first()
    if found is None or fault is PayoutFault.LATE:
        return HttpResponse(signed_files.NOT_READY, content_type="text/plain")
    return HttpResponse(_file(found, fault), content_type="text/plain")


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """What was paid out, and how the bank behaves; `?format=json` for programs."""
    if request.GET.get("format") == "json":
        found = _behaviour()
        payouts = [
            {"number": one.number, "amount_sen": one.amount_sen, "result": one.result, "bank_id": one.bank_id}
            for one in Payout.objects.order_by("-id")[:SHOWN]
        ]
        return JsonResponse({"action": reverse("payouts_behave", args=[found.token]), "fault": found.fault, "payouts": payouts})
    return _page(request, [])


@require_POST
def behave(request: HttpRequest, token: str) -> HttpResponse:
    """Behave so from now on."""
    found, form = _behaviour(), BehaviourForm(request.POST)
    if found.token != token:
        return views.not_found(request)
    if not form.is_valid():
        return _page(request, sorted(form.errors), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    PayoutBehaviour.objects.filter(pk=found.pk).update(fault=form.cleaned_data["fault"])
    return views.go(request, "payouts")


def _page(request: HttpRequest, errors: list[str], *, status: int = HTTPStatus.OK) -> HttpResponse:
    context = {
        "behaviour": _behaviour(),
        "payouts": Payout.objects.order_by("-id")[:SHOWN],
        "faults": list(PayoutFault),
        "errors": errors,
    }
    return views.page(request, "payouts", context, status=status)


def _behaviour() -> PayoutBehaviour:
    with transaction.atomic():
        return PayoutBehaviour.objects.first() or PayoutBehaviour.objects.create()


def _not_taken(why: str) -> HttpResponse:
    return HttpResponse("ERROR", content_type="text/plain", headers={"X-Refused": why[:200]})


def _pay(taken: PayoutFile, rows: Sequence[files.Row], told: Result | None, at: datetime) -> None:
    """What the bank does with each row; the last one as it was told to."""
    for number, row in enumerate(rows, start=1):
        payout = Payout(file=taken, number=row.number, bank=row.bank, account=row.account, holder=row.holder, amount_sen=money.to_sen(row.amount))
        payout.result = told if told and number == len(rows) else _result(row, at)
        payout.save()
        if payout.result == Result.PAID:
            payout.bank_id, payout.paid_at = f"PO{payout.pk:010d}", at
            payout.save()


def _result(row: files.Row, at: datetime) -> Result:
    """Paid to the holder of the account in the books, once. The account of a stranger is opened in the name that was told."""
    account, _ = Account.objects.get_or_create(bank=row.bank, number=row.account, defaults={"holder": row.holder.upper(), "asked_at": at})
    again = Payout.objects.filter(number=row.number, result=Result.PAID).exists()
    return Result.REJECTED if again or files.holder(account.holder).casefold() != row.holder.casefold() else Result.PAID


def _file(found: PayoutFile, fault: PayoutFault) -> bytes:
    """The answer file, as it is or as it was told to be."""
    rows = [Answer(one.number, money.from_sen(one.amount_sen), Result(one.result), one.bank_id, one.paid_at) for one in found.payouts.order_by("id")]
    paid = sum((row.amount for row in rows if row.result is Result.PAID), money.from_sen(0))
    if fault is PayoutFault.ROW_TWICE:
        rows = [*rows, *rows[-1:]]
    if fault is PayoutFault.OTHER_AMOUNT:
        rows = [*rows[:-1], *(row._replace(amount=row.amount + 1) for row in rows[-1:])]
    total = paid + 1 if fault is PayoutFault.WRONG_TOTAL else None
    content = files.write_answers(on=found.on, seller_id=found.seller_id, of=found.digest, rows=rows, key=protocol.own_key(), total=total)
    if fault is PayoutFault.TORN:
        return content[: len(content) // 2]
    return content.replace(b".00|", b".50|", 1) if fault is PayoutFault.ALTERED else content
