"""Direct debit at the bank: mandates asked for and ended, collection files taken, answer files made; and the page that tells it to do otherwise."""

from collections.abc import Sequence
from datetime import date, datetime
from http import HTTPStatus
from typing import Final

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kwsp_portal.bank import signed_files
from kwsp_portal.bank.direct_debit import desk, files, messages
from kwsp_portal.bank.direct_debit.files import Answer
from kwsp_portal.bank.direct_debit.messages import BankReason, BankState, MandateAnswer, MandateEnd, MandateRequest
from kwsp_portal.bank.fpx import codes, wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.bank.settlement import FileRefused, Row
from kwsp_portal.common import clock, money
from kwsp_portal.demobank import portal, protocol, views
from kwsp_portal.demobank.enums import CollectionFault, MandateFault
from kwsp_portal.demobank.models import Account, Collection, Debit, DirectDebitBehaviour, Mandate

SHOWN: Final = 50
_CODES: Final = {
    CollectionFault.INSUFFICIENT: codes.INSUFFICIENT,
    CollectionFault.CLOSED: codes.ACCOUNT_CLOSED,
    CollectionFault.NO_MANDATE: codes.NO_MANDATE,
}
_REFUSED: Final = {MandateFault.REFUSED: BankReason.POLICY, MandateFault.NAME: BankReason.NAME, MandateFault.CLOSED: BankReason.CLOSED}


class BehaviourForm(forms.Form):
    """What is left out stays as it is."""

    mandate = forms.ChoiceField(choices=[(one.value, one.value) for one in MandateFault], required=False)
    collection = forms.ChoiceField(choices=[(one.value, one.value) for one in CollectionFault], required=False)


@require_POST
def mandate(request: HttpRequest) -> HttpResponse:
    """DM, server to server: a mandate asked for, or how it stands."""
    try:
        asked = MandateRequest.read(wire.decode(request.body), protocol.seller_certificates(), clock.now())
    except FpxRefused as refused:
        return views.error_answer(refused)
    fault = MandateFault(_behaviour().mandate)
    if fault is MandateFault.SILENT:
        return HttpResponse("", status=HTTPStatus.GATEWAY_TIMEOUT)
    return _told(_asked_for(asked, fault, clock.now()), fault)


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """DX: the payee asks for nothing more."""
    try:
        asked = MandateEnd.read(wire.decode(request.body), protocol.seller_certificates(), clock.now())
    except FpxRefused as refused:
        return views.error_answer(refused)
    with transaction.atomic():
        found = Mandate.objects.filter(number=asked.mandate_no, seller_id=asked.seller_id).first()
        if found is None:
            unknown = MandateAnswer(mandate_no=asked.mandate_no, mandate_state=BankState.UNKNOWN, seller_id=asked.seller_id)
            return views.signed_answer(protocol.signed(unknown))
        if found.state in (BankState.PENDING, BankState.ACTIVE):
            found.state, found.reason = BankState.CANCELLED, BankReason.PAYEE
            found.save()
    return _told(found, MandateFault.NONE)


@require_POST
def collection(request: HttpRequest) -> HttpResponse:
    """A collection file. The same again is taken and does nothing; another of the same day is not taken."""
    content = request.POST.get(desk.FILE, "").replace("\r\n", "\n").encode("utf-8")
    try:
        on, seller_id, rows = files.read_collection(content, seller_id=None, certificates=protocol.seller_certificates(), at=clock.now())
    except FileRefused as refused:
        return HttpResponse("ERROR", content_type="text/plain", headers={"X-Refused": str(refused)[:200]})
    at, digest = portal.transaction_time(), files.digest(content)
    with transaction.atomic():
        taken, created = Collection.objects.get_or_create(seller_id=seller_id, on=on, defaults={"digest": digest})
        if taken.digest != digest:
            return HttpResponse("ERROR", content_type="text/plain", headers={"X-Refused": "ANOTHER"})
        if created:
            _debit(taken, rows, at)
    return HttpResponse(signed_files.TAKEN, content_type="text/plain")


@require_POST
def answers(request: HttpRequest) -> HttpResponse:
    """DR: the answer to the file of a day."""
    try:
        asked = messages.AnswersRequest.read(wire.decode(request.body), protocol.seller_certificates(), clock.now())
        on = wire.time(f"{asked.collection_date}000000").date()
    except FpxRefused as refused:
        return views.error_answer(refused)
    except ValueError:
        return HttpResponse("ERROR", content_type="text/plain")
    fault = CollectionFault(_behaviour().collection)
    found = Collection.objects.filter(seller_id=asked.seller_id, on=on).first()
    if found is None or fault is CollectionFault.LATE:
        return HttpResponse(signed_files.NOT_READY, content_type="text/plain")
    return HttpResponse(_file(found, fault), content_type="text/plain")


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The mandates and what was collected, and how the bank behaves; `?format=json` for programs."""
    if request.GET.get("format") == "json":
        found = _behaviour()
        mandates = [
            {"number": one.number, "state": one.state, "reason": one.reason, "cancel": reverse("mandate_cancel", args=[one.token])}
            for one in Mandate.objects.all()[:SHOWN]
        ]
        debits = [{"order_no": one.order_no, "code": one.code, "bank_id": one.bank_id} for one in Debit.objects.order_by("-id")[:SHOWN]]
        action = reverse("direct_debit_behave", args=[found.token])
        return JsonResponse({"action": action, "mandate": found.mandate, "collection": found.collection, "mandates": mandates, "debits": debits})
    return _page(request, [])


@require_POST
def behave(request: HttpRequest, token: str) -> HttpResponse:
    """Behave so from now on."""
    found, form = _behaviour(), BehaviourForm(request.POST)
    if found.token != token:
        return views.not_found(request)
    if not form.is_valid():
        return _page(request, sorted(form.errors), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    chosen = {name: value for name, value in form.cleaned_data.items() if value}
    DirectDebitBehaviour.objects.filter(pk=found.pk).update(**chosen)
    return views.go(request, "direct_debit")


@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """The customer ends the mandate at the bank."""
    found = get_object_or_404(Mandate, token=token)
    Mandate.objects.filter(pk=found.pk, state=BankState.ACTIVE).update(state=BankState.CANCELLED, reason=BankReason.CUSTOMER)
    return views.go(request, "direct_debit")


def _page(request: HttpRequest, errors: list[str], *, status: int = HTTPStatus.OK) -> HttpResponse:
    context = {
        "behaviour": _behaviour(),
        "mandates": Mandate.objects.all()[:SHOWN],
        "debits": Debit.objects.order_by("-id")[:SHOWN],
        "mandate_faults": list(MandateFault),
        "collection_faults": list(CollectionFault),
        "errors": errors,
    }
    return views.page(request, "direct_debit", context, status=status)


def _behaviour() -> DirectDebitBehaviour:
    with transaction.atomic():
        return DirectDebitBehaviour.objects.first() or DirectDebitBehaviour.objects.create()


def _asked_for(asked: MandateRequest, fault: MandateFault, at: datetime) -> Mandate:
    """The mandate as it stands now. The account of a stranger is opened in the name that was told, as for questions about names."""
    with transaction.atomic():
        books = {"seller_id": asked.seller_id, "bank": asked.account_bank, "account": asked.account_no, "holder": asked.holder_name}
        ceiling = money.to_sen(asked.ceiling)
        found, _ = Mandate.objects.get_or_create(number=asked.mandate_no, defaults={**books, "ceiling_sen": ceiling})
        if found.state == BankState.PENDING and fault is not MandateFault.DELAYED:
            account, _ = Account.objects.get_or_create(
                bank=asked.account_bank, number=asked.account_no, defaults={"holder": asked.holder_name, "asked_at": at}
            )
            why = _REFUSED.get(fault) or (BankReason.NAME if account.holder.casefold() != asked.holder_name.casefold() else None)
            found.state, found.reason = (BankState.REFUSED, why) if why else (BankState.ACTIVE, "")
            found.save()
    return found


def _told(found: Mandate, fault: MandateFault) -> HttpResponse:
    answer = MandateAnswer(mandate_no=found.number, mandate_state=found.state, mandate_reason=found.reason, seller_id=found.seller_id)
    pairs = protocol.signed(answer)
    if fault is MandateFault.BAD_SIGNATURE:
        name, check_sum = pairs[-1]
        pairs[-1] = (name, ("0" if check_sum[0] != "0" else "1") + check_sum[1:])
    return views.signed_answer(pairs)


def _debit(taken: Collection, rows: Sequence[files.Row], at: datetime) -> None:
    """What the bank does with each row; the last one as it was told to."""
    told = _CODES.get(CollectionFault(_behaviour().collection))
    for number, row in enumerate(rows, start=1):
        debit = Debit(collection=taken, order_no=row.order_no, mandate_no=row.mandate_no, amount_sen=money.to_sen(row.amount))
        debit.code = told if told and number == len(rows) else _code(row, taken.seller_id)
        debit.save()
        if debit.code == codes.APPROVED:
            debit.bank_id, debit.paid_at = f"DDA{debit.pk:010d}", at
            debit.save()


def _code(row: files.Row, seller_id: str) -> str:
    found = Mandate.objects.filter(number=row.mandate_no, seller_id=seller_id, state=BankState.ACTIVE).first()
    if found is None:
        return codes.NO_MANDATE
    return codes.OVER_MAXIMUM if money.to_sen(row.amount) > found.ceiling_sen else codes.APPROVED


def _file(found: Collection, fault: CollectionFault) -> bytes:
    """The answer file, as it is or as it was told to be."""
    rows = [Answer(one.order_no, one.mandate_no, money.from_sen(one.amount_sen), one.code, one.bank_id, one.paid_at) for one in found.debits.all()]
    taken = sum((row.amount for row in rows if row.code == codes.APPROVED), money.from_sen(0))
    if fault is CollectionFault.ROW_TWICE:
        rows = [*rows, *rows[-1:]]
    if fault is CollectionFault.OTHER_AMOUNT:
        rows = [*rows[:-1], *(row._replace(amount=row.amount + 1) for row in rows[-1:])]
    total = taken + 1 if fault is CollectionFault.WRONG_TOTAL else None
    content = files.write_answers(on=found.on, seller_id=found.seller_id, of=found.digest, rows=rows, key=protocol.own_key(), total=total)
    if fault is CollectionFault.TORN:
        return content[: len(content) // 2]
    return content.replace(b".00|", b".50|", 1) if fault is CollectionFault.ALTERED else content


def settled_on(on: date, seller_id: str) -> list[Row]:
    """What was debited on that day, for the settlement file."""
    start = datetime(on.year, on.month, on.day, tzinfo=clock.KL)
    end = start.replace(hour=23, minute=59, second=59)
    found = Debit.objects.filter(collection__seller_id=seller_id, code=codes.APPROVED, paid_at__gte=start, paid_at__lte=end)
    return [Row(one.order_no, one.bank_id, money.from_sen(one.amount_sen), one.paid_at) for one in found.order_by("id") if one.paid_at]
