"""Questions whose account a number is (NE), answered from the books (NA), and the page on which the bank is told to behave otherwise."""

import time
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django import forms
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kwsp_portal.bank.fpx import client, wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.bank.names import AccountKind, AccountState
from kwsp_portal.bank.names.messages import NameAnswer, NameEnquiry
from kwsp_portal.common import clock
from kwsp_portal.demobank import protocol, views
from kwsp_portal.demobank.enums import NameFault
from kwsp_portal.demobank.models import Account, NameBehaviour

SHOWN: Final = 50
LONGEST_DELAY: Final = 60
SOMEBODY_ELSE: Final = "SITI CONTOH BINTI LAIN"
_KINDS: Final = {NameFault.JOINT: AccountKind.JOINT, NameFault.COMPANY: AccountKind.COMPANY}
_STATES: Final = {NameFault.CLOSED: AccountState.CLOSED, NameFault.UNKNOWN: AccountState.UNKNOWN}


class BehaviourForm(forms.Form):
    """What is left out is as a bank normally behaves."""

    fault = forms.ChoiceField(choices=[(one.value, one.value) for one in NameFault])
    delay_seconds = forms.IntegerField(min_value=0, max_value=LONGEST_DELAY, required=False)
    left = forms.IntegerField(min_value=1, max_value=1000, required=False)


@require_POST
def enquiry(request: HttpRequest) -> HttpResponse:
    """NE, server to server."""
    try:
        asked = NameEnquiry.read(wire.decode(request.body), protocol.seller_certificates(), clock.now())
    except FpxRefused as refused:
        return views.error_answer(refused)
    fault, delay = _behave()
    if fault == NameFault.REFUSED:
        return HttpResponse("", status=HTTPStatus.SERVICE_UNAVAILABLE)
    if fault in {NameFault.LATE, NameFault.SILENT}:
        time.sleep(delay)
    if fault == NameFault.SILENT:
        return HttpResponse("", status=HTTPStatus.GATEWAY_TIMEOUT)
    return _spoilt(_answer(asked, _account(asked, clock.now()), fault), fault)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The accounts that were asked about, and how the bank behaves; `?format=json` for programs."""
    found = _behaviour()
    accounts = Account.objects.all()[:SHOWN]
    if request.GET.get("format") == "json":
        books = [{"bank": one.bank, "number": one.number, "holder": one.holder, "questions": one.questions} for one in accounts]
        return JsonResponse({"action": reverse("names_behave", args=[found.token]), "fault": found.fault, "left": found.left, "accounts": books})
    return views.page(request, "names", {"behaviour": found, "accounts": accounts, "faults": list(NameFault), "errors": []})


@require_POST
def behave(request: HttpRequest, token: str) -> HttpResponse:
    """Answer so from now on."""
    found, form = _behaviour(), BehaviourForm(request.POST)
    if token != found.token:
        raise Http404
    if not form.is_valid():
        context = {"behaviour": found, "accounts": Account.objects.all()[:SHOWN], "faults": list(NameFault), "errors": sorted(form.errors)}
        return views.page(request, "names", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    typed = form.cleaned_data
    delay = found.delay_seconds if typed["delay_seconds"] is None else typed["delay_seconds"]
    NameBehaviour.objects.filter(pk=found.pk).update(fault=typed["fault"], delay_seconds=delay, left=typed["left"])
    return views.go(request, "names")


def _behaviour() -> NameBehaviour:
    return NameBehaviour.objects.get_or_create(pk=1)[0]


def _behave() -> tuple[NameFault, int]:
    """What becomes of this question; one of the counted ones is used up."""
    with transaction.atomic():
        found = _behaviour()
        if found.left == 0:
            return NameFault.NONE, 0
        if found.left is not None:
            NameBehaviour.objects.filter(pk=1).update(left=F("left") - 1)
    return NameFault(found.fault), found.delay_seconds


def _account(asked: NameEnquiry, at: datetime) -> Account:
    """The account in the books; opened in the name that was asked where there is none yet."""
    with transaction.atomic():
        found, _made = Account.objects.get_or_create(
            bank=asked.account_bank, number=asked.account_no, defaults={"holder": asked.holder_name.upper(), "asked_at": at}
        )
        Account.objects.filter(pk=found.pk).update(questions=F("questions") + 1, asked_at=at)
    return found


def _answer(asked: NameEnquiry, account: Account, fault: NameFault) -> NameAnswer:
    names = {NameFault.ANOTHER_NAME: SOMEBODY_ELSE, NameFault.NEAR_NAME: _nearly(account.holder)}
    state = _STATES.get(fault, AccountState.OPEN)
    known = state != AccountState.UNKNOWN
    return NameAnswer(
        account_bank=asked.account_bank,
        account_kind=_KINDS.get(fault, AccountKind.SINGLE).value if known else "",
        account_no=asked.account_no,
        account_state=state.value,
        enquiry_id="lain" if fault == NameFault.ANOTHER_ENQUIRY else asked.enquiry_id,
        holder_name=names.get(fault, account.holder) if known else "",
        seller_ex_id=asked.seller_ex_id,
    )


def _nearly(holder: str) -> str:
    """The longest word without its second letter."""
    word = max(holder.split(), key=len)
    return holder.replace(word, word[:1] + word[2:], 1)


def _spoilt(answer: NameAnswer, fault: NameFault) -> HttpResponse:
    """The signed answer, as the fault spoils it on its way."""
    pairs = client.signed_pairs(answer, protocol.own_key())
    if fault == NameFault.MALFORMED:
        return HttpResponse(b"fpx_msgType=NA&%ff&", content_type="application/x-www-form-urlencoded")
    if fault == NameFault.DUPLICATE_FIELD:
        pairs = [*pairs, next(pair for pair in pairs if pair[0] == f"{wire.PREFIX}holderName")]
    if fault == NameFault.BAD_SIGNATURE:
        name, check_sum = pairs[-1]
        pairs[-1] = (name, ("0" if check_sum[0] != "0" else "1") + check_sum[1:])
    return views.signed_answer(pairs)
