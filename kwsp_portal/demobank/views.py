"""The bank's pages, the three addresses of FPX and the two of Maybank2u."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from kwsp_portal.bank.fpx import codes, messages, wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.common import clock, money
from kwsp_portal.demobank import forms, outbox, portal, protocol, services, texts
from kwsp_portal.demobank.enums import Direct, Fault, Result, Return, State, Way
from kwsp_portal.demobank.models import Branch, Order

SHOWN = 50
SHOWN_AS_JSON = 500


def receiver(request: HttpRequest) -> HttpResponse:
    """AR through the payer's browser: on to the page where it is paid."""
    return _received(request, Way.FPX, protocol.read_request)


def maybank2u_receiver(request: HttpRequest) -> HttpResponse:
    """MR likewise."""
    return _received(request, Way.MAYBANK2U, protocol.read_maybank2u_order)


def _received(request: HttpRequest, way: Way, read: Callable[[bytes], messages.AuthorisationRequest]) -> HttpResponse:
    if request.method != "POST":
        return page(request, "method", status=HTTPStatus.METHOD_NOT_ALLOWED)
    try:
        asked = read(request.body)
    except FpxRefused as refused:
        return page(request, "problem", {"code": refused.code, "detail": refused.detail}, status=HTTPStatus.BAD_REQUEST)
    try:
        order = services.take(asked, way=way, at=clock.now())
    except services.Duplicate:
        answer = protocol.signed(protocol.said(protocol.refusal(asked, codes.DUPLICATE_ORDER), way))
        return page(request, "duplicate", {"return_url": _way_back(way), "fields": answer}, status=HTTPStatus.CONFLICT)
    outbox.wake()
    return go(request, "order" if order.state == State.OPEN else "done", order.token)


@require_safe
def order(request: HttpRequest, token: str) -> HttpResponse:
    found = get_object_or_404(Order, token=token)
    if found.state != State.OPEN:
        return go(request, "done", token)
    return _order_page(request, found)


@require_POST
def pay(request: HttpRequest, token: str) -> HttpResponse:
    found = get_object_or_404(Order, token=token)
    form = forms.BehaviourForm(request.POST)
    if not form.is_valid():
        return _order_page(request, found, errors=sorted(form.errors), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    paid = services.pay(token=token, behaviour=form.behaviour(), transaction_time=portal.transaction_time(), at=clock.now())
    if paid.direct == Direct.FIRST:
        outbox.send_first(paid)
    outbox.wake()
    return go(request, "done", token)


@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    get_object_or_404(Order, token=token)
    services.cancel(token=token, transaction_time=portal.transaction_time(), at=clock.now())
    outbox.wake()
    return go(request, "done", token)


@require_safe
def done(request: HttpRequest, token: str) -> HttpResponse:
    """The way back: a form with the indirect AC, sent by script or by its button."""
    found = get_object_or_404(Order, token=token)
    if found.state == State.OPEN:
        return go(request, "order", token)
    if found.returns == Return.STAYS:
        return page(request, "stays", {"order": found})
    fields = protocol.signed_with_fault(protocol.confirmation(found), found.fault, found.way)
    return page(request, "back", {"order": found, "return_url": _way_back(found.way), "fields": fields})


def _way_back(way: str) -> str:
    return str(settings.M2U_RETURN_URL if way == Way.MAYBANK2U else settings.RETURN_URL)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    shown = list(Order.objects.prefetch_related("messages").order_by("-id")[:SHOWN])
    pending = list(Order.objects.filter(state=State.PENDING).prefetch_related("messages"))
    others = [one for one in shown if one.state != State.PENDING]
    return page(request, "home", {"pending": pending, "others": others, "branches": Branch.objects.all()})


@require_POST
def act(request: HttpRequest, token: str, act: str) -> HttpResponse:
    """What the bank's people do with an order: approve, refuse, resend, contradict."""
    get_object_or_404(Order, token=token)
    if act in ("approve", "refuse"):
        services.authorise(token=token, approved=act == "approve", transaction_time=portal.transaction_time(), at=clock.now())
    elif act in ("resend", "contradict"):
        services.resend(token=token, at=clock.now(), contradict=act == "contradict")
    else:
        raise Http404
    outbox.wake()
    return go(request, "home")


@require_POST
def switch(request: HttpRequest, token: str) -> HttpResponse:
    get_object_or_404(Branch, token=token)
    services.switch(token=token)
    return go(request, "home")


@require_POST
def enquiry(request: HttpRequest) -> HttpResponse:
    """AE, server to server: the order as the books have it now, `76` if they have none."""
    try:
        asked = protocol.read_enquiry(request.body)
    except FpxRefused as refused:
        return error_answer(refused)
    found = Order.objects.filter(order_no=asked.seller_ex_order_no, way=Way.FPX, seller_ex_id=asked.seller_ex_id).first()
    answer = protocol.confirmation(found) if found else protocol.refusal(asked, codes.NOT_FOUND)
    return signed_answer(protocol.signed(answer))


@require_POST
def maybank2u_status(request: HttpRequest) -> HttpResponse:
    """MS, server to server: as `enquiry`."""
    try:
        asked = protocol.read_maybank2u_question(request.body)
    except FpxRefused as refused:
        return error_answer(refused)
    found = Order.objects.filter(order_no=asked.seller_ex_order_no, way=Way.MAYBANK2U, seller_id=asked.seller_id).first()
    answer = protocol.confirmation(found) if found else protocol.refusal(asked, codes.NOT_FOUND)
    return signed_answer(protocol.signed(protocol.said(answer, Way.MAYBANK2U)))


@require_POST
def bank_list(request: HttpRequest) -> HttpResponse:
    """BE, server to server."""
    try:
        asked = protocol.read_bank_list_request(request.body)
    except FpxRefused as refused:
        return error_answer(refused)
    banks = services.bank_list(asked.msg_token)
    answer = messages.BankList(bank_list=banks, msg_token=asked.msg_token, seller_ex_id=asked.seller_ex_id)
    return signed_answer(protocol.signed(answer))


@require_GET
def orders_json(request: HttpRequest) -> HttpResponse:
    """The books as data, newest first; `?order_no=` for one order."""
    found = Order.objects.prefetch_related("messages").order_by("-id")
    wanted = request.GET.get("order_no")
    if wanted is not None:
        found = found.filter(order_no=wanted)
    return JsonResponse({"orders": [_as_json(one) for one in found[:SHOWN_AS_JSON]]})


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    Branch.objects.exists()
    return HttpResponse("ok", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, "problem", {"code": "BAD_REQUEST", "detail": ""}, status=HTTPStatus.BAD_REQUEST)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, "not_found", status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    return page(request, "error", status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _order_page(request: HttpRequest, found: Order, *, errors: list[str] | None = None, status: int = HTTPStatus.OK) -> HttpResponse:
    usual = services.Behaviour()
    choices = {"result": Result, "direct": Direct, "returns": Return, "fault": Fault}
    panel = {name: [(one.value, one.value == request.POST.get(name, getattr(usual, name))) for one in kind] for name, kind in choices.items()}
    numbers = {name: request.POST.get(name, getattr(usual, name)) for name in ("delay_seconds", "copies")}
    name = "maybank2u" if found.way == Way.MAYBANK2U else "order"
    return page(request, name, {"order": found, "panel": panel, "errors": errors or [], **numbers}, status=status)


def page(request: HttpRequest, name: str, context: dict[str, Any] | None = None, *, status: int = HTTPStatus.OK) -> HttpResponse:
    language = getattr(request, "language", texts.DEFAULT)
    other = texts.other(language)
    frame = {
        "language": language,
        "other": other,
        "query": _query(request),
        "toggle": f"{request.path}?lang={other}" if request.method in ("GET", "HEAD") else f"{reverse('home')}?lang={other}",
    }
    return render(request, f"demobank/{name}.html", {**frame, **(context or {})}, status=status)


def go(request: HttpRequest, name: str, *arguments: str) -> HttpResponseRedirect:
    """A GET after a POST, in the same language."""
    response = HttpResponseRedirect(reverse(name, args=arguments) + _query(request))
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def _query(request: HttpRequest) -> str:
    wished = request.GET.get("lang")
    return f"?{urlencode({'lang': wished})}" if wished in texts.LANGUAGES else ""


def signed_answer(pairs: wire.Pairs) -> HttpResponse:
    return HttpResponse(wire.encode(pairs), content_type="application/x-www-form-urlencoded")


def error_answer(refused: FpxRefused) -> HttpResponse:
    """FPX answers a message it does not take with the word ERROR; the reason travels in a header, for people."""
    return HttpResponse("ERROR", content_type="text/plain", headers={"X-Refused": f"{refused.code} {refused.detail}"[:200]})


def _as_json(one: Order) -> dict[str, Any]:
    return {
        "order_no": one.order_no,
        "reference": one.reference,
        "way": one.way,
        "state": one.state,
        "code": one.code,
        "amount": str(money.from_sen(one.amount_sen)),
        "debited": str(money.from_sen(one.debited_sen)),
        "bank": one.bank_code,
        "fpx_txn_id": one.fpx_txn_id,
        "fpx_txn_time": one.fpx_txn_time.astimezone(clock.KL).isoformat() if one.fpx_txn_time else None,
        "direct": one.direct,
        "fault": one.fault,
        "page": reverse("order", args=[one.token]),
        "approve": reverse("act", args=[one.token, "approve"]),
        "refuse": reverse("act", args=[one.token, "refuse"]),
        "messages": [
            {"code": sent.code, "attempts": sent.attempts, "last_answer": sent.last_answer, "acknowledged": sent.acknowledged_at is not None}
            for sent in one.messages.all()
        ],
    }
