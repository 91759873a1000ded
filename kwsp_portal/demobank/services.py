"""What the bank does with an order. Each function is one transaction; addresses and clocks are read by its callers."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from kwsp_portal.bank import banks, limits
from kwsp_portal.bank.fpx import codes, messages, wire
from kwsp_portal.common import clock, money
from kwsp_portal.demobank import protocol
from kwsp_portal.demobank.enums import Direct, Fault, Result, Return, State, Way
from kwsp_portal.demobank.models import Branch, Message, Order

_WRONG_BY_SEN = 100
_NUMBERED = {Way.FPX: "", Way.MAYBANK2U: "M2U"}


class Duplicate(Exception):
    """The order number is taken by another request, or by an order that is no longer open."""


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What was chosen for one order. `delay_seconds` counts for LATE, `copies` for REPEATED."""

    result: Result = Result.APPROVE
    direct: Direct = Direct.NORMAL
    delay_seconds: int = 5
    copies: int = 2
    returns: Return = Return.RETURNS
    fault: Fault = Fault.NONE


def take(request: messages.AuthorisationRequest, *, way: Way, at: datetime) -> Order:
    """The order that an AR (or an MR, read as one) asks for: OPEN, or SETTLED at once with the code why it cannot be paid.

    The same AR again, its order still open, is the payer who went back a page. Raises Duplicate.
    """
    with transaction.atomic():
        order = Order.objects.filter(order_no=request.seller_ex_order_no).first()
        if order is None:
            return _record(request, way, at)
        if (order.way, order.request) != (way, request.signed_text()) or order.state != State.OPEN:
            raise Duplicate(order.order_no)
        return order


def pay(*, token: str, behaviour: Behaviour, transaction_time: datetime, at: datetime) -> Order:
    """The payer pays, and the bank behaves as chosen. A second press of the button changes nothing.

    Raises Order.DoesNotExist.
    """
    with transaction.atomic():
        order = Order.objects.get(token=token)
        if order.state == State.OPEN:
            order.direct, order.returns, order.fault = behaviour.direct, behaviour.returns, behaviour.fault
            order.delay_seconds, order.copies = behaviour.delay_seconds, behaviour.copies
            if behaviour.fault == Fault.WRONG_AMOUNT:
                order.debited_sen = order.amount_sen + _WRONG_BY_SEN
            _answer(order, behaviour.result, transaction_time, at)
    return order


def cancel(*, token: str, transaction_time: datetime, at: datetime) -> Order:
    """The payer turns back. Raises Order.DoesNotExist."""
    with transaction.atomic():
        order = Order.objects.get(token=token)
        if order.state == State.OPEN:
            _answer(order, codes.CANCELLED, transaction_time, at)
    return order


def authorise(*, token: str, approved: bool, transaction_time: datetime, at: datetime) -> Order:
    """The company's authoriser decides at the bank, maybe days later. Raises Order.DoesNotExist."""
    with transaction.atomic():
        order = Order.objects.get(token=token)
        if order.state == State.PENDING:
            _answer(order, codes.APPROVED if approved else codes.CANCELLED, transaction_time, at)
    return order


def resend(*, token: str, at: datetime, contradict: bool = False) -> Order:
    """Sends the direct message of a settled order once more; `contradict` says the opposite of what the books say.

    Raises Order.DoesNotExist.
    """
    with transaction.atomic():
        order = Order.objects.get(token=token)
        confirmation = protocol.confirmation(order)
        if contradict and order.state == State.SETTLED:
            code = codes.INSUFFICIENT if order.code == codes.APPROVED else codes.APPROVED
            confirmation = replace(confirmation, debit_auth_code=code, credit_auth_code=code)
        if order.state != State.OPEN:
            _put_out(order, confirmation, at)
    return order


def expire(*, transaction_time: datetime, at: datetime) -> int:
    """Settles the orders whose payer has gone; gives their number."""
    with transaction.atomic():
        stale = Order.objects.filter(state=State.OPEN, received_at__lt=at - timedelta(seconds=settings.SESSION_SECONDS))
        for order in stale:
            _answer(order, codes.SESSION_EXPIRED, transaction_time, at)
    return len(stale)


def switch(*, token: str) -> Branch:
    """A bank goes off-line or comes back. Raises Branch.DoesNotExist."""
    with transaction.atomic():
        branch = Branch.objects.get(token=token)
        branch.online = not branch.online
        branch.save(update_fields=["online"])
    return branch


def bank_list(model: messages.Model) -> str:
    """`ID~A,ID~B` for the banks of the model."""
    blocked = set(Branch.objects.filter(online=False).values_list("code", flat=True))
    offered = sorted(code for code, bank in banks.known().items() if model in bank.models)
    return ",".join(f"{code}~{'B' if code in blocked else 'A'}" for code in offered)


def _record(request: messages.AuthorisationRequest, way: Way, at: datetime) -> Order:
    sen = money.to_sen(request.txn_amount)
    order = Order.objects.create(
        order_no=request.seller_ex_order_no,
        request=request.signed_text(),
        reference=request.seller_order_no,
        seller_id=request.seller_id,
        seller_ex_id=request.seller_ex_id,
        seller_txn_time=request.seller_txn_time,
        model=request.msg_token,
        way=way,
        amount_sen=sen,
        debited_sen=sen,
        bank_code=request.buyer_bank_id,
        buyer_name=request.buyer_name,
        buyer_id=request.buyer_id,
        maker_name=request.maker_name,
        product=request.product_desc,
        received_at=at,
    )
    order.fpx_txn_id = f"{_NUMBERED[way]}{at.astimezone(clock.KL):%y%m%d%H%M%S}{order.pk % 10_000:04d}"
    why_not = _refused_because(request, way)
    if why_not:
        _answer(order, why_not, request.seller_txn_time, at)
    order.save()
    return order


def _refused_because(request: messages.AuthorisationRequest, way: Way) -> str:
    """The code that refuses the request at the door, or nothing."""
    bank = banks.known().get(request.buyer_bank_id)
    if bank is None or (way == Way.FPX and request.msg_token not in bank.models):
        return codes.INVALID_BANK
    if Branch.objects.filter(code=bank.code, online=False).exists():
        return codes.BANK_UNAVAILABLE
    payer = limits.Payer.PERSON if request.msg_token == messages.Model.B2C else limits.Payer.COMPANY
    refusal = limits.why_not_payable(amount=request.txn_amount, payer=payer, on=request.seller_txn_time.date())
    if refusal is None:
        return ""
    return codes.UNDER_MINIMUM if refusal.code == "FPX_BELOW_MINIMUM" else codes.OVER_MAXIMUM


def _answer(order: Order, code: str, transaction_time: datetime, at: datetime) -> None:
    """Writes the code into the books and, in the same transaction, the direct messages that tell it."""
    order.code = code
    order.state = State.PENDING if code == codes.AUTHORISATION else State.SETTLED
    order.fpx_txn_time = transaction_time
    order.auth_no = f"{order.pk:08d}"
    order.save()
    if order.direct == Direct.NEVER:
        return
    due = at + timedelta(seconds=order.delay_seconds if order.direct == Direct.LATE else 0)
    for _ in range(order.copies if order.direct == Direct.REPEATED else 1):
        _put_out(order, protocol.confirmation(order), due)


def _put_out(order: Order, confirmation: messages.Confirmation, due: datetime) -> None:
    pairs = protocol.signed_with_fault(confirmation, order.fault, order.way)
    body = wire.encode(pairs).decode("ascii")
    Message.objects.create(order=order, code=confirmation.debit_auth_code, body=body, due_at=due)
