"""An approved withdrawal on its way: looked at again, ordered as a payout, told at each step; one that comes back waits for another account.

At processing facts are gathered and the rules asked again: never more than was applied for, less or nothing where less is there, with the reason.
An Arahan Bayaran is a row of the same payout file: to the bank whose branches pay it out in cash, with its own number in place of an account.
What a full withdrawal earned to the day before is credited first (ruling 15). Recurring ones begin here and are paid by `recurring`.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery

from kwsp_portal import bulk, jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.common import money
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.services import News
from members.enums import PayoutKind, PayoutState
from members.ledger import balances, posting
from members.ledger.enums import HolderKind
from members.models import BankAccount, Payout
from members.selectors import bank_accounts, cooling
from members.services import dividends_before, payouts, replacing
from withdrawals.enums import Action, DecisionPoint, Payee, PaymentState, State
from withdrawals.facts import Facts
from withdrawals.kinds import common
from withdrawals.models import Application, CreditorAccount, WithdrawalPayment
from withdrawals.selectors import creditors
from withdrawals.services import deciding, desk_news, held, holding, judging, moves

PROGRAMME: Final = "pay_withdrawals"
CHUNK: Final = 100
log = logging.getLogger(__name__)
_TOLD: Final = ("application__number", "application__kind", "application__payee", "application__asked", "application__member__number")
"""What is told of a payment that is on its way: thousands are told of at once."""
WAITING: Final = (State.APPROVED.value, State.RETURNED.value)


def plan(_period: str, _on: date) -> list[dict[str, Any]]:
    """What is approved, or came back, in pieces."""
    ids = list(Application.objects.filter(state__in=WAITING).order_by("pk").values_list("pk", flat=True))
    return [{"applications": ids[start : start + CHUNK]} for start in range(0, len(ids), CHUNK)]


def work_chunk(*, lease: jobs.Lease, at: datetime) -> None:
    """Process some applications. Raises jobs.LeaseLost when another has them."""
    jobs.failpoint("withdrawals.before")
    with transaction.atomic():
        for pk in lease.payload["applications"]:
            process(application_id=pk, on=lease.on, at=at)
        jobs.failpoint("withdrawals.processed")
        lease.finish()
    jobs.failpoint("withdrawals.committed")


def by_hand(*, on: date) -> dict[str, int]:
    """The run of a business date by hand: opened unless it was, and worked in this process."""
    period = on.isoformat()
    jobs.open_run(programme=PROGRAMME, period=period, chunks=plan(period, on), on=on)
    counts = jobs.work_some(programmes=[PROGRAMME])
    return {"done": counts.done, "failed": counts.failed}


def process(*, application_id: int, on: date, at: datetime) -> Application:
    """Look at one again, and order it where nothing makes it wait; nothing where it is not waiting any more."""
    with transaction.atomic():
        found = moves.locked(application_id)
        if found.state not in WAITING:
            return found
        if found.state == State.RETURNED and is_dead(found, on):
            _give_up(found, on)
            return found
        if _waits(found, on, at):
            return found
        if found.state == State.RETURNED:
            _order(found, on)
            return found
        try:
            with transaction.atomic():
                facts = _look_again(found, on)
        except (posting.Insufficient, posting.Frozen) as why:
            log.warning("withdrawal %s waits: %s", found.pk, why)
            return Application.objects.get(pk=application_id)
        if facts is not None:
            (_begin if judging.kind_of(found).recurring(facts) else _order)(found, on)
    return found


def payout_of(payment: WithdrawalPayment) -> Payout | None:
    """The last payout of a payment, whatever became of it."""
    return Payout.objects.filter(kind=PayoutKind.WITHDRAWAL, ref=payment.pk).order_by("-attempt").first()


def account_of(found: Application) -> BankAccount | None:
    """The member's account as it is now, if money may go there: not the one that sent this money back, unless it took some since. What the bank has
    not answered for says nothing."""
    current = bank_accounts.current(found.member)
    if current is None:
        return None
    answered = Payout.objects.filter(kind=PayoutKind.WITHDRAWAL, state__in=[PayoutState.PAID, PayoutState.RETURNED])
    last = answered.filter(ref__in=found.payments.values("pk")).order_by("-pk").first()
    back = last is not None and last.reason and (last.bank, str(last.account)) == (current.bank, str(current.number))
    return None if back else current


class Back(NamedTuple):
    """A payment that came back, and the payout that did."""

    payment: WithdrawalPayment
    payout_id: int


def unasked(found: Application) -> list[Back]:
    """Payments that came back from somebody else than the member's own bank account, and that nobody has asked for again: an Arahan Bayaran that was
    not cashed, money that an institution's bank did not take. They wait for the member; the own account is asked for by account_of."""
    if found.payee == Payee.ACCOUNT:
        return []
    last = Payout.objects.filter(kind=PayoutKind.WITHDRAWAL, ref=OuterRef("pk"), state=PayoutState.RETURNED).order_by("-attempt").values("pk")[:1]
    back = found.payments.filter(state=PaymentState.RETURNED).annotate(last=Subquery(last)).order_by("place")
    return [Back(one, one.last) for one in back if one.last is not None and one.last != one.renewed_id]


def payee_of(found: Application, payment: WithdrawalPayment) -> payouts.Payee | None:
    """To whom a payment goes; None where there is nowhere to send it."""
    creditor = creditors.current(found)
    if creditor is not None:
        return payouts.Payee(creditor.bank, str(creditor.number), str(creditor.holder))
    if found.payee != Payee.ACCOUNT:
        return by_order(found, payment)
    account = account_of(found)
    return None if account is None else by_account(account, found)


def by_account(account: BankAccount, found: Application) -> payouts.Payee:
    """To the member's account, in the name that its bank has confirmed."""
    return payouts.Payee(account.bank, str(account.number), str(account.holder or found.member.name))


def by_order(found: Application, payment: WithdrawalPayment) -> payouts.Payee:
    """An Arahan Bayaran to the member, or to the institution or lender that was named."""
    named = judging.kind_of(found).creditor(found.particulars) if found.payee == Payee.INSTITUTION else ""
    return payouts.Payee(payouts.ORDER_BANK, payment.order_number, named or found.member.name)


class Owned(payouts.Owner):
    """What happens to an application when something happens to one of its payouts (payouts.Owner)."""

    def sent(self, payout: Payout, on: date) -> None:
        self.sent_many([payout], on)

    def sent_many(self, payouts: Sequence[Payout], on: date) -> None:
        """Nothing of the applications changes: the trail and the member hear of it."""
        found = WithdrawalPayment.objects.filter(pk__in=bulk.among(payout.ref for payout in payouts)).select_related("application__member")
        of = {payment.pk: payment for payment in found.only("application", *_TOLD)}
        told = [_sent(of[payout.ref], payout) for payout in payouts]
        acts = [(of[payout.ref].application, _said(of[payout.ref].application, payout), [of[payout.ref].application.member]) for payout in payouts]
        audit.record_many(actor=None, action="withdrawal.sent", acts=acts)
        notify.tell(told, on=on)

    def paid(self, payout: Payout, on: date) -> None:
        found, payment = _of(payout)
        payment.state, payment.paid_on = PaymentState.PAID, on
        payment.save(update_fields=["state", "paid_on"])
        found.paid += payment.amount
        if found.state == State.PAYING:
            moves.move(found, Action.PAY, None, on=on)
        else:
            found.save(update_fields=["paid"])
        moves.record(found, "paid", None, {"payout": payout.number, "amount": f"{payout.amount:.2f}", "ending": payout.ending})
        notify.tell([desk_news.of_payout(desk_news.PAID, found, payout)], on=on)
        cause = judging.kind_of(found).replaces
        if cause is not None:
            replacing.open_order(member=found.member, cause=cause, ref=found.pk, paid_sen=money.to_sen(payment.amount), on=on)
        finish(found, on=on)

    def returned(self, payout: Payout, on: date, at: datetime) -> None:
        found, payment = _of(payout)
        anew = held.anew(found, payout.holds, on=on)
        payment.state = PaymentState.RETURNED
        payment.holds = [] if found.state == State.PAYING else anew
        payment.save(update_fields=["state", "holds"])
        if found.state == State.PAYING:
            found.holds = anew
            moves.move(found, Action.RETURN, None, on=on)
        if found.payee == Payee.INSTITUTION:  # the member is asked for another account, or for an order
            CreditorAccount.objects.filter(application=found, ended_on=None, checked_by__isnull=False).update(ended_on=on)
        moves.record(found, "returned", None, {"payout": payout.number, "amount": f"{payout.amount:.2f}", "code": payout.reason})
        notify.tell([_returned(found, payment, payout)], on=on)


def _sent(payment: WithdrawalPayment, payout: Payout) -> News:
    """Of a payment that is on its way."""
    payee = Payee(payment.application.payee)
    order = payment.order_number if payee is not Payee.ACCOUNT and str(payout.account) == payment.order_number else ""
    if payee is Payee.INSTITUTION:
        code = desk_news.STRAIGHT_SENT if order else desk_news.CREDITED_SENT
    else:
        code = desk_news.ORDER_SENT if order else desk_news.SENT
    return desk_news.of_payout(code, payment.application, payout, order=order)


def _returned(found: Application, payment: WithdrawalPayment, payout: Payout) -> News:
    """Of a payment that came back."""
    order = payment.order_number if str(payout.account) == payment.order_number else ""
    code = desk_news.STRAIGHT_RETURNED if found.payee == Payee.INSTITUTION else desk_news.ORDER_RETURNED if order else desk_news.RETURNED
    return desk_news.of_payout(code, found, payout, order=order)


def _said(found: Application, payout: Payout) -> dict[str, object]:
    """What the trail says of it."""
    return moves.told(found, {"payout": payout.number, "amount": f"{payout.amount:.2f}", "ending": payout.ending})


def finish(found: Application, *, on: date) -> bool:
    """Recurring payments have ended where none is planned, on its way or waiting. In the caller's transaction, which has locked it."""
    going = found.payments.filter(state__in=[PaymentState.PLANNED, PaymentState.ORDERED, PaymentState.RETURNED]).exists()
    if going or found.state != State.ACTIVE or _waits_for_dividend(found, on):
        return False
    holding.release(found.holds, on=held.open_day(on))
    found.holds = []
    moves.move(found, Action.FINISH if found.paid else Action.GIVE_WAY, None, on=on)
    notify.tell([desk_news.of_plan(desk_news.FINISHED, found)], on=on)
    return True


def _waits_for_dividend(found: Application, on: date) -> bool:
    """Whether it is a plan of the yearly dividend that may still come to something."""
    if is_dead(found, on):
        return False
    facts, _result = judging.judge(found, on=on, asked=found.approved)
    return judging.kind_of(found).yearly(facts) and (found.approved is None or found.paid < found.approved)


def is_dead(found: Application, on: date) -> bool:
    """Whether the member has died: nothing is paid any more, and what is held is free for those who claim it."""
    return found.member.died_on is not None and found.member.died_on <= on


def register() -> None:
    """Hear of our payouts (called once, by work.py)."""
    payouts.owned(PayoutKind.WITHDRAWAL, Owned())


def order_payment(found: Application, payment: WithdrawalPayment, *, on: date) -> bool:
    """Order one payment whose money it holds; False where there is nowhere to send it, which the member is asked for."""
    payee = payee_of(found, payment)
    if payee is None:
        return False
    payouts.order(kind=PayoutKind.WITHDRAWAL, ref=payment.pk, holds=payment.holds, amount=payment.amount, payee=payee, on=on)
    payment.state = PaymentState.ORDERED
    payment.save(update_fields=["state", "holds"])
    return True


def _waits(found: Application, on: date, at: datetime) -> bool:
    """Whether something makes it wait, of which the member is told once."""
    if cooling.of(found.member, at=at):
        notify.tell([desk_news.waits(found)], on=on)
        return True
    creditor = creditors.current(found)
    if unasked(found) or (creditor is not None and not creditor.may_be_paid):
        return True
    if found.payee == Payee.ACCOUNT and account_of(found) is None:
        if found.state == State.APPROVED:
            notify.tell([desk_news.needs_account(found)], on=on)
        return True
    return False


def _look_again(found: Application, on: date) -> Facts | None:
    """Facts and rules of the day of processing; None where it is turned down. Less is approved where less is there."""
    facts, result = judging.judge(found, on=on, asked=found.approved)
    judging.keep(found, facts, result, point=DecisionPoint.PROCESSED, by=None, on=on)
    if result.refusals:
        _turn_down(found, result.refusals, on)
        return None
    kind, charged = judging.kind_of(found), judging.charged(result)
    assert found.approved is not None  # noqa: S101 - approved
    if not kind.yearly(facts):
        found.holds = held.again(found, result.charges, on=on)
        if charged < found.approved:
            found.approved = charged
            notify.tell([desk_news.smaller(found)], on=on)
    if found.approved == _all_of(found) and not kind.yearly(facts):
        dividends_before.credit(member=found.member, on=on)
    return facts


def _turn_down(found: Application, refusals: Sequence[Refusal], on: date) -> None:
    deciding.end(found, Action.TURN_DOWN, None, on=on, note=" ".join(refusal.code for refusal in refusals))
    notify.tell([desk_news.turned_down(found, refusals)], on=on)


def _give_up(found: Application, on: date) -> None:
    """What came back has nobody to go to any more."""
    _facts, result = judging.judge(found, on=on, asked=found.approved)
    refusals = [one for one in result.refusals if one.code == common.LIVING.code]
    deciding.end(found, Action.GIVE_WAY, None, on=on, note=common.LIVING.code)
    notify.tell([desk_news.turned_down(found, refusals)], on=on)


def _all_of(found: Application) -> Decimal:
    """Everything that the member has: taking it is a full withdrawal."""
    return money.from_sen(sum(balances.balances_of(HolderKind.MEMBER, found.member_id).values()))


def _begin(found: Application, on: date) -> None:
    """The days and amounts of recurring payments, the last of them what is left; a yearly one is planned when the dividend comes."""
    kind = judging.kind_of(found)
    facts, _result = judging.judge(found, on=on, asked=found.approved)
    assert found.approved is not None  # noqa: S101 - approved
    rows = [
        WithdrawalPayment(application=found, place=place, due_on=due_on, amount=amount)
        for place, (due_on, amount) in enumerate(kind.schedule(facts, found.approved, _from(found, on)) if kind.schedule else (), start=1)
    ]
    WithdrawalPayment.objects.bulk_create(rows)
    _use(found)
    moves.move(found, Action.BEGIN, None, on=on)


def _from(found: Application, on: date) -> date:
    """From when a plan pays: of two about one house, the one after the other, no month is paid by both."""
    before = WithdrawalPayment.objects.filter(application__member=found.member_id, application__subject=found.subject, application__kind=found.kind)
    last = before.filter(state=PaymentState.PAID).aggregate(last=Max("due_on"))["last"] if found.subject else None
    return on if last is None else max(on, last + timedelta(days=1))


def _order(found: Application, on: date) -> None:
    """The one payment of it, with all that is held for it. Less than came back, where a Khas took some of it meanwhile, is another payment."""
    assert found.approved is not None  # noqa: S101 - approved
    back = found.payments.filter(state=PaymentState.RETURNED)
    payment = next((one for one in back if one.amount == found.approved), None)
    if payment is None:
        back.update(state=PaymentState.CANCELLED)
        payment = WithdrawalPayment.objects.create(application=found, place=found.payments.count() + 1, due_on=on, amount=found.approved)
    payment.holds, found.holds = found.holds, []
    ordered = order_payment(found, payment, on=on)
    assert ordered  # noqa: S101 - asked by _waits, under the same lock
    _use(found)
    moves.move(found, Action.ORDER, None, on=on)


def _use(found: Application) -> None:
    """The account it goes to is the member's as it is now: each was given under a code, verified by its bank, and has cooled."""
    if found.payee == Payee.ACCOUNT:
        found.account = account_of(found)


def _of(payout: Payout) -> tuple[Application, WithdrawalPayment]:
    """The application under lock, and the payment that the payout is for."""
    application_id = WithdrawalPayment.objects.values_list("application_id", flat=True).get(pk=payout.ref)
    found = moves.locked(application_id)
    return found, WithdrawalPayment.objects.select_for_update(of=("self",), no_key=True).get(pk=payout.ref)


__all__ = ["Owned", "account_of", "by_hand", "finish", "is_dead", "order_payment", "payout_of", "plan", "process", "register", "work_chunk"]
