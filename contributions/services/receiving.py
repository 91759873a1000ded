"""What the bank says of an order, in whatever order, number or way its messages come: an order is credited once, and only for a final `00`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction

from contributions.enums import DueKind, FilingAction, MatterKind, MessageVerdict, PaymentMethod, PaymentState
from contributions.models import Filing, Payment, PaymentMessage
from contributions.services import crediting, late_crediting, matters, moves, parts, payment_news, voluntary_crediting, voluntary_money, ways
from contributions.services import payment as payments
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.bank.fpx import client, codes, messages, wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.common.clock import KL
from kwsp_portal.common.money import to_sen
from kwsp_portal.notify import services as notify
from members.ledger import posting
from members.ledger.enums import EntryKind
from members.models import Member

AMOUNT_ONLY: Final = ("txnAmount",)
"""What differs (client.disagreements) where the bank took another amount for an order of ours."""
LATE_ACCOUNT: Final = {DueKind.CHARGE: "LATE_CHARGE", DueKind.DIVIDEND: "DIVIDEND_DUE"}
KNOWN: Final = ("filing__employer", "started_by", "voluntary__member", "voluntary__payer")
"""What is read with an order."""
GIVEN_UP = timedelta(minutes=30)
"""An order that the bank still does not know after this long was never taken there."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a message did. `payment` is None when it names no order of ours; `said` is what the bank says of the order."""

    verdict: MessageVerdict
    payment: Payment | None
    said: codes.Outcome


def receive_body(*, body: bytes, channel: messages.Channel, on: date, at: datetime, method: PaymentMethod = PaymentMethod.FPX) -> Outcome:
    """`receive` for the body of a POST as it came. Raises FpxRefused also for one that is no form; it is kept all the same."""
    try:
        pairs = wire.decode(body)
    except FpxRefused as refused:
        keep_refused(None, channel, body.decode("ascii", "backslashreplace").replace("\0", "\\x00"), refused, at)
        raise
    return receive(pairs=pairs, channel=channel, on=on, at=at, method=method)


def receive(*, pairs: wire.Pairs, channel: messages.Channel, on: date, at: datetime, method: PaymentMethod = PaymentMethod.FPX) -> Outcome:
    """Record a confirmation, in the protocol of `method`, and do what it says: exactly once, in whatever order such messages come.

    A message that passed through the browser (INDIRECT) is kept and believed by the page only: the credit follows the
    bank's own word. Raises FpxRefused for a message that is forged, malformed or not for us, after keeping it.
    """
    body = text_of(pairs)
    try:
        confirmation = ways.bank_of(method).read_ac(pairs)
    except FpxRefused as refused:
        keep_refused(None, channel, body, refused, at)
        raise
    return record(confirmation=confirmation, body=body, channel=channel, method=method, on=on, at=at)


def record(
    *, confirmation: messages.Confirmation, body: str, channel: messages.Channel, on: date, at: datetime, method: PaymentMethod = PaymentMethod.FPX
) -> Outcome:
    """Do what a confirmation says that has been proved to be the bank's, and keep it as it came (`body`).

    One that names no order of ours changes nothing and is kept for an officer: the bank may have taken money for it.
    """
    with transaction.atomic():
        payment = locked(confirmation.seller_ex_order_no)
        if payment is None:
            _keep(None, channel, body, MessageVerdict.CONTRADICTS, "UNKNOWN_ORDER", at)
            audit.record(actor=None, action="payment.message.unknown_order", data={"order_no": confirmation.seller_ex_order_no})
            matters.open_one(
                kind=MatterKind.UNKNOWN_ORDER,
                cause=f"order:{confirmation.seller_ex_order_no}",
                reason=f"UNKNOWN_ORDER {confirmation.seller_ex_order_no} {confirmation.debit_auth_code}",
                amount=confirmation.txn_amount,
                on=on,
            )
            return Outcome(verdict=MessageVerdict.CONTRADICTS, payment=None, said=confirmation.outcome)
        if payment.method == method:
            verdict, reason = _apply(payment, confirmation, channel, on, at)
        else:
            verdict, reason = _contradiction(payment, f"OTHER_WAY {method}", on, confirmation.txn_amount)
        _keep(payment, channel, body, verdict, reason, at)
    return Outcome(verdict=verdict, payment=payment, said=confirmation.outcome)


def locked(order_no: str) -> Payment | None:
    """The order, its filing locked first (a person's has none) and then itself: the order of locks of every act on a payment."""
    found = Payment.objects.filter(order_no=order_no).values_list("filing_id", "pk").first()
    if found is None:
        return None
    if found[0] is not None:
        Filing.objects.select_for_update(no_key=True).get(pk=found[0])
    return Payment.objects.select_for_update(of=("self",), no_key=True).select_related(*KNOWN).get(pk=found[1])


def text_of(pairs: wire.Pairs) -> str:
    """The fields as they travelled, for `PaymentMessage.body`."""
    return wire.encode(pairs).decode("ascii")


def _keep(payment: Payment | None, channel: messages.Channel, body: str, verdict: MessageVerdict, reason: str, at: datetime) -> None:
    PaymentMessage.objects.create(
        payment=payment, channel=channel.value, body=body[: wire.LARGEST_BODY], verdict=verdict, reason=reason[:80], received_at=at
    )


def keep_refused(payment: Payment | None, channel: messages.Channel, body: str, refused: FpxRefused, at: datetime) -> None:
    """Keep a message that nothing may be done for, with the reason; `payment` where it is known whom it was meant to speak of."""
    _keep(payment, channel, body, MessageVerdict.REFUSED, f"{refused.code} {refused.detail}", at)
    data = {"code": refused.code, "channel": channel.value}
    audit.record_refusal(actor=None, action="payment.message.refused", target=payment, data=data, subjects=_whose(payment))


def _whose(payment: Payment | None) -> Sequence[Employer | Member]:
    return [] if payment is None else payment.whose


def _apply(payment: Payment, confirmation: messages.Confirmation, channel: messages.Channel, on: date, at: datetime) -> tuple[MessageVerdict, str]:
    """Move the locked payment as the confirmation says; answer what became of the message, and why."""
    differing = client.disagreements(payments.order_of(payment), confirmation)
    if differing:
        return _differing(payment, confirmation, differing, on)
    if channel is messages.Channel.INDIRECT:
        return MessageVerdict.APPLIED, "SHOWN"
    outcome, code = confirmation.outcome, confirmation.debit_auth_code
    if payment.state == PaymentState.APPROVED:
        return _after_approval(payment, confirmation, on)
    if outcome is codes.Outcome.APPROVED:
        return _approve(payment, confirmation, on, at)
    if outcome in (codes.Outcome.PENDING, codes.Outcome.AUTHORISATION):
        # Debited but not yet credited is pending too: its `00` is not ours to show.
        return _step(payment, PaymentState.PENDING, codes.PENDING if code == codes.APPROVED else code, on, at)
    if outcome is codes.Outcome.FAILED:
        return _step(payment, PaymentState.FAILED, code, on, at)
    never_came = outcome is codes.Outcome.NOT_FOUND and channel is messages.Channel.ENQUIRY and at - payment.started_at >= GIVEN_UP
    if never_came and payment.state == PaymentState.SENT:
        return _step(payment, PaymentState.EXPIRED, code, on, at)
    return MessageVerdict.APPLIED, f"NOT_DECISIVE {code}"


def _differing(payment: Payment, confirmation: messages.Confirmation, differing: tuple[str, ...], on: date) -> tuple[MessageVerdict, str]:
    """The bank's own word on something else than was asked: an officer's matter, but for what an officer has decided already."""
    decided = payment.state == PaymentState.DIFFERS and (payment.fpx_id, payment.debited) == (confirmation.fpx_txn_id, confirmation.txn_amount)
    if decided and differing == AMOUNT_ONLY:
        return MessageVerdict.REPEATED, confirmation.debit_auth_code
    return _contradiction(payment, "DIFFERS " + " ".join(differing), on, confirmation.txn_amount)


def _after_approval(payment: Payment, confirmation: messages.Confirmation, on: date) -> tuple[MessageVerdict, str]:
    """A 00 is final: what else says so, or came late, is old news; a failure or another 00 is an officer's matter."""
    outcome = confirmation.outcome
    another = outcome is codes.Outcome.APPROVED and confirmation.fpx_txn_id != payment.fpx_id
    if outcome is codes.Outcome.FAILED or another:
        return _contradiction(payment, f"AFTER_00 {confirmation.debit_auth_code}", on, payment.amount)
    return MessageVerdict.REPEATED, confirmation.debit_auth_code


def _contradiction(payment: Payment, reason: str, on: date, amount: Decimal) -> tuple[MessageVerdict, str]:
    audit.record(actor=None, action="payment.message.contradicts", target=payment, data={"reason": reason}, subjects=_whose(payment))
    matters.open_one(kind=MatterKind.CONTRADICTS, cause=f"payment:{payment.pk}", reason=reason, payment=payment, amount=amount, on=on)
    return MessageVerdict.CONTRADICTS, reason


def _step(payment: Payment, state: PaymentState, code: str, on: date, at: datetime) -> tuple[MessageVerdict, str]:
    """Forward only: nothing reopens an order that has failed or expired but the bank's 00."""
    if payment.state not in parts.IN_FLIGHT or payment.state == state:
        return MessageVerdict.REPEATED, code
    before = {"state": str(payment.state)}
    payment.state, payment.response_code = state, code
    payment.finished_at = None if state == PaymentState.PENDING else at
    payment.save(update_fields=["state", "response_code", "finished_at"])
    if payment.finished_at:
        matters.solve(payment=payment, kind=MatterKind.SILENT, on=on)
    audit.record(
        actor=None,
        action=f"payment.{state.lower()}",
        target=payment,
        data={"code": code},
        subjects=_whose(payment),
        before=before,
        after={"state": state.value},
    )
    return MessageVerdict.APPLIED, code


def _approve(payment: Payment, confirmation: messages.Confirmation, on: date, at: datetime) -> tuple[MessageVerdict, str]:
    """The bank's 00: post the money and set the crediting going, all in the caller's transaction."""
    if Payment.objects.filter(fpx_id=confirmation.fpx_txn_id).exclude(pk=payment.pk).exists():
        return _contradiction(payment, "FPX_ID_OF_ANOTHER_ORDER", on, payment.amount)
    if payment.state == PaymentState.DIFFERS:
        return _contradiction(payment, "AFTER_DIFFERS 00", on, payment.amount)
    assert confirmation.fpx_txn_time is not None  # noqa: S101 - an approval without its time is refused when read
    paid_on = confirmation.fpx_txn_time.astimezone(KL).date()
    before = {"state": str(payment.state)}
    payment.state, payment.response_code = PaymentState.APPROVED, confirmation.debit_auth_code
    payment.fpx_id, payment.paid_at, payment.finished_at = confirmation.fpx_txn_id, confirmation.fpx_txn_time, at
    payment.counts = payment.voluntary is not None or parts.is_awaited(payment)
    payment.save(update_fields=["state", "response_code", "fpx_id", "paid_at", "finished_at", "counts"])
    code = book(payment, on, paid_on)
    data = {"fpx_id": payment.fpx_id, "paid_on": str(paid_on), "to": code}
    after = {"state": PaymentState.APPROVED.value}
    audit.record(actor=None, action="payment.approved", target=payment, data=data, subjects=_whose(payment), before=before, after=after)
    matters.solve(payment=payment, kind=MatterKind.SILENT, on=on)
    if payment.voluntary is not None:
        voluntary_crediting.came(payment=payment, paid_on=paid_on, on=on)
    elif code == "CREDIT":
        notify.tell([payment_news.of_second(payment)], on=on)
    return MessageVerdict.APPLIED, confirmation.debit_auth_code


def book(payment: Payment, on: date, paid_on: date, *, taken: Mapping[posting.AccountRef, int] | None = None) -> str:
    """Post an approved payment's money, and set going what an employer's completes; the account that it is for. In the caller's transaction.

    `taken`: out of which of the employer's accounts it comes, in sen, where no bank has promised it.
    """
    if payment.voluntary is not None:
        posting.post(received(payment, voluntary_money.CLEARING, on, paid_on))
        return voluntary_money.CLEARING
    counted = list(payment.borang_a.payments.filter(parts.CONTRIBUTES, counts=True)) if payment.counts and payment.contribution else []
    code = _goes_to(payment, len(counted))
    posting.post(received(payment, code, on, paid_on, taken=taken))
    if code == "CONTRIBUTION_DUE":
        complete(payment, counted, on)
    if payment.counts and payment.late:
        whose = payment.borang_a.employer_id
        late_crediting.open_runs(from_id=whose, to_id=whose + 1, on=on)
    return code


def _goes_to(payment: Payment, counted: int) -> str:
    """The employer's account that an approved payment is for: what is owed, when it completes it; until then what is paid in part. A second
    payment of the same is the payer's credit (ruling 26a). Where it pays only what was late, that has accounts of its own: `received`."""
    if not payment.counts:
        return "CREDIT"
    if not payment.contribution:
        return "LATE"
    return "CONTRIBUTION_DUE" if counted == payment.parts else "PART_PAID"


def complete(payment: Payment, counted: Sequence[Payment], on: date) -> None:
    """All parts are in: the filing is paid on the day of the last of them, and its crediting begins."""
    filing = payment.borang_a
    filing.paid_on = max(one.paid_at.astimezone(KL).date() for one in counted if one.paid_at)
    if payment.parts > 1:
        before = sum(to_sen(one.contribution) for one in counted if one.pk != payment.pk)
        legs = (
            posting.Leg(posting.employer(filing.employer_id, "PART_PAID"), -before),
            posting.Leg(posting.employer(filing.employer_id, "CONTRIBUTION_DUE"), before),
        )
        act = posting.Act(kind=EntryKind.PARTS_COMPLETE, ref=filing.pk, part=0, booked_on=on, value_date=filing.paid_on, legs=legs)
        posting.post(act)
    filing.save(update_fields=["paid_on"])
    moves.move(filing=filing, action=FilingAction.RECEIVE_PAYMENT, by=None, on=on)
    crediting.open_run(filing=filing, on=on)


def received(payment: Payment, code: str, on: date, paid_on: date, *, taken: Mapping[posting.AccountRef, int] | None = None) -> posting.Act:
    """The payer's money, which the bank has promised or which is `taken` from the employer's own: to the employer's account of this code, and of what
    counts each due to its own. What does not count stays whole. A person's goes to the account of money that is to be credited; where the bank took
    another amount, back to them."""
    amount_sen = to_sen(payment.amount if payment.debited is None else payment.debited)
    to = _person_gets(payment, amount_sen) if payment.voluntary is not None else _employer_gets(payment, code, amount_sen)
    source = taken or {posting.fund(ways.clearing_of(payment.method)): amount_sen}
    legs = (*(posting.Leg(account, -sen) for account, sen in source.items()), *to)
    return posting.Act(kind=EntryKind.PAYMENT, ref=payment.pk, part=0, booked_on=on, value_date=paid_on, legs=legs)


def _employer_gets(payment: Payment, code: str, amount_sen: int) -> Sequence[posting.Leg]:
    parts_of = _late_sen(payment) if payment.counts else {}
    rest = amount_sen - sum(parts_of.values())
    to = {**({code: rest} if rest else {}), **parts_of}
    return [posting.Leg(posting.employer(payment.borang_a.employer_id, name), sen) for name, sen in to.items()]


def _person_gets(payment: Payment, amount_sen: int) -> Sequence[posting.Leg]:
    assert payment.voluntary is not None  # noqa: S101 - the caller has looked
    as_asked = payment.debited is None
    return [posting.Leg(posting.fund(voluntary_money.CLEARING) if as_asked else posting.payer(payment.voluntary.payer_id), amount_sen)]


def _late_sen(payment: Payment) -> dict[str, int]:
    """What of the payment is for lateness, by the employer's account."""
    found: dict[str, int] = {}
    for due in payment.dues.all() if payment.late else ():
        code = LATE_ACCOUNT[DueKind(due.kind)]
        found[code] = found.get(code, 0) + to_sen(due.amount)
    return found
