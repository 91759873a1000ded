"""What goes back to who paid a voluntary contribution: held for them at once, ordered as a payout once they have an account that money may go to,
told at each step; what the bank sends back is held anew and waits for another account, or for two officers to say whom it is paid to (return_payees).
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from contributions.enums import MatterKind, PayeeBasis, PaymentMethod, ReturnState, ReturnWhy, WrongCreditState
from contributions.models import CounterPayer, Payment, PaymentMatter, PaymentMatterLog, ReturnPayee, VoluntaryReturn
from contributions.services import matters, voluntary_news
from kwsp_portal.audit import services as audit
from kwsp_portal.common.money import to_sen
from kwsp_portal.notify import services as notify
from members.enums import BankAccountState, PayoutKind, PayoutState
from members.ledger import posting
from members.ledger.enums import HoldKind
from members.models import BankAccount, Member, Payout
from members.selectors import bank_accounts, cooling
from members.services import payouts

CLEARING: Final = "VOLUNTARY_CLEARING"
"""The fund's account of money that came for members and is not credited or given back yet."""
CAUSE: Final = "voluntary:"
"""Of an officer's matter about a return; then its id."""
DIED: Final = "PAYER_DIED"
"""The reason of one whose payer has died: nothing is paid until an officer knows to whom."""
WAITING: Final = (ReturnState.HELD, ReturnState.RETURNED)
MOST: Final = 200
"""One turn orders no more."""
_PAID_HERE: Final = (PaymentMethod.FPX, PaymentMethod.DDA)
"""Ways of paying of which whoever paid has an i-Akaun."""


def give_back(*, payment: Payment, why: ReturnWhy, amount: Decimal, on: date, payer: Member | None = None) -> VoluntaryReturn:
    """Hold what stands on the payer's account for this payment, and tell the payer: the order's, who paid at a counter, or who two officers found to
    have paid. In the caller's transaction, which has posted it."""
    assert payment.voluntary is not None  # noqa: S101 - only a person's payment has a payer
    whose = payer or payment.voluntary.payer
    stranger = counter_payer_of(payment) if whose == payment.voluntary.payer else None
    made = VoluntaryReturn.objects.create(payment=payment, payer=whose, counter_payer=stranger, why=why, amount=amount, found_on=on)
    made.hold_id = _hold(made, on, 0)
    made.save(update_fields=["hold_id"])
    _record(made, "held", {}, on)
    if stranger is not None:
        # They are told where they are to have it, once it is ordered.
        if made.payer.died_on is None:
            notify.tell([voluntary_news.of_payer_s(made)], on=on)
        return made
    if made.payer.died_on is not None:
        _open(made, DIED, on)
    elif payment.method not in _PAID_HERE and bank_accounts.current(made.payer) is None:
        # Who pays here is asked for it here; who paid elsewhere may have no i-Akaun to be asked in.
        _open(made, why.value, on)
    notify.tell([voluntary_news.of_held(made)], on=on)
    return made


def counter_payer_of(payment: Payment) -> CounterPayer | None:
    """Who paid it at a counter and is no member; None of everybody else."""
    return CounterPayer.objects.select_related("receipt").filter(receipt__payment=payment, member=None).first()


def paid_by(payment: Payment) -> str:
    """The name of who paid: at a counter who stood there, as the receipt has it; else whose order it is."""
    receipt = getattr(payment, "counter_receipt", None)
    assert payment.voluntary is not None  # noqa: S101 - only a person's payment has a payer
    return receipt.payer_name if receipt and receipt.payer_name else payment.voluntary.payer.name


def order_waiting(*, on: date, at: datetime) -> int:
    """Order what waits and has an account now that nothing makes wait; how many. What waits for somebody who has died since is an officer's, once."""
    ready = Payout.objects.filter(kind=PayoutKind.VOLUNTARY, state=PayoutState.ORDERED).values("ref")
    waiting = VoluntaryReturn.objects.filter(state__in=WAITING).exclude(pk__in=ready).order_by("pk")
    _find_the_dead(waiting, on)
    return sum(_order(pk, on, at) for pk in waiting.filter(_may_go(at)).values_list("pk", flat=True)[:MOST])


def _may_go(at: datetime) -> Q:
    """What nothing keeps that lasts, so that what waits for long does not keep the rest from its turn; `_payee_of` looks at each."""
    theirs = BankAccount.objects.filter(member=OuterRef("payer"), state=BankAccountState.CURRENT, cooling_until__lte=at)
    back = Payout.objects.filter(kind=PayoutKind.VOLUNTARY, ref=OuterRef("pk"), state=PayoutState.RETURNED)
    decided = Exists(ReturnPayee.objects.filter(returned=OuterRef("pk"), state__in=[WrongCreditState.PROPOSED, WrongCreditState.POSTED]))
    # A stranger's account is tried once, then the order; who gave none has the order at once.
    tried = Q(Exists(back.filter(attempt__gt=1))) | Q(Exists(back), counter_payer__bank="")
    return Q(Exists(theirs), counter_payer=None, payer__died_on=None) | Q(~tried, ~decided, counter_payer__isnull=False)


def is_for_heirs(matter: PaymentMatter) -> bool:
    """Whether a matter is about money that goes back to somebody who has died."""
    if matter.kind != MatterKind.VOLUNTARY_BACK:
        return False
    return VoluntaryReturn.objects.filter(pk=return_of(matter), payer__died_on__isnull=False, counter_payer=None).exists()


def return_of(matter: PaymentMatter) -> int:
    """The id of the return that a matter of VOLUNTARY_BACK is about."""
    return int(matter.cause.removeprefix(CAUSE))


def account_for(returned: VoluntaryReturn, *, at: datetime) -> BankAccount | None:
    """The payer's account, unless it still cools off or is the one to which the bank did not pay; nobody's once they have died."""
    account = bank_accounts.current(returned.payer)
    if account is None or returned.payer.died_on is not None or cooling.of(returned.payer, at=at) is not None:
        return None
    last = payout_of(returned)
    same = last is not None and last.state == PayoutState.RETURNED and (last.bank, str(last.account)) == (account.bank, str(account.number))
    return None if same else account


def payout_of(returned: VoluntaryReturn) -> Payout | None:
    """The last time that it was sent on its way."""
    return Payout.objects.filter(kind=PayoutKind.VOLUNTARY, ref=returned.pk).order_by("-attempt").first()


def _order(pk: int, on: date, at: datetime) -> bool:
    with transaction.atomic():
        found = locked(pk)
        payee = _payee_of(found, at) if found.state in WAITING else None
        if payee is None:
            return False
        made = send_to(found, payee, on=on)
        if found.counter_payer is not None and found.counter_payer.phone:
            voluntary_news.to_counter_payer(found, made, to=found.counter_payer.phone, order=order_of(made), on=on, at=at)
    return True


def send_to(found: VoluntaryReturn, payee: payouts.Payee, *, on: date) -> Payout:
    """Have it paid with the file of the next day; what was asked of an officer about it is answered. In the caller's transaction, which has locked
    it while it waits."""
    assert found.hold_id is not None  # noqa: S101 - of what waits the money is held
    for matter in PaymentMatter.objects.filter(kind=MatterKind.VOLUNTARY_BACK, cause=f"{CAUSE}{found.pk}", closed_on=None):
        matters.solved(matter, on)
    made = payouts.order(kind=PayoutKind.VOLUNTARY, ref=found.pk, holds=[found.hold_id], amount=found.amount, payee=payee, on=on)
    _record(found, "ordered", {"state": str(found.state)}, on, ending=made.ending)
    return made


def _payee_of(found: VoluntaryReturn, at: datetime) -> payouts.Payee | None:
    """Where it goes now; None where it waits. What two officers are deciding goes nowhere meanwhile."""
    others = set(found.payees.values_list("state", flat=True))
    if WrongCreditState.PROPOSED in others:
        return None
    if found.counter_payer is not None:
        return None if WrongCreditState.POSTED in others else _by_counter_payer(found, found.counter_payer)
    account = account_for(found, at=at)
    return None if account is None else payouts.Payee(account.bank, str(account.number), str(account.holder or found.payer.name))


def _by_counter_payer(found: VoluntaryReturn, payer: CounterPayer) -> payouts.Payee | None:
    """Their account, or an Arahan Bayaran where there is none or its bank did not pay; what nobody was paid by that either, waits for an officer."""
    last = payout_of(found)
    if is_order(last):
        return None
    if payer.bank and last is None:
        return payouts.Payee(payer.bank, str(payer.account), str(payer.holder))
    return payouts.Payee(payouts.ORDER_BANK, found.order_number, payer.name)


def is_order(payout: Payout | None) -> bool:
    """Whether it is an Arahan Bayaran."""
    return payout is not None and bool(order_of(payout))


def order_of(payout: Payout) -> str:
    """The number of its Arahan Bayaran; empty where it goes to an account."""
    other = payee_of(payout)
    number = other.order_number if other is not None else VoluntaryReturn(pk=payout.ref).order_number
    return number if str(payout.account) == number else ""


def payee_of(payout: Payout) -> ReturnPayee | None:
    """Whom two officers named for it; None where a rule knew."""
    return ReturnPayee.objects.filter(payout=payout).first()


def locked(pk: int) -> VoluntaryReturn:
    """Kept from every other act until the open transaction ends: its payer first, then itself."""
    Member.objects.select_for_update(of=("self",), no_key=True).get(voluntary_returns=pk)
    known = ("payer", "counter_payer__receipt", "payment__voluntary__member", "payment__voluntary__payer")
    return VoluntaryReturn.objects.select_for_update(of=("self",), no_key=True).select_related(*known).get(pk=pk)


class Owned(payouts.Owner):
    """What happens to a return when something happens to its payout (payouts.Owner)."""

    def sent(self, payout: Payout, on: date) -> None:
        _move(payout, ReturnState.SENT, "sent", on)

    def paid(self, payout: Payout, on: date) -> None:
        _move(payout, ReturnState.PAID, "paid", on)

    def returned(self, payout: Payout, on: date, at: datetime) -> None:
        found = locked(payout.ref)
        found.hold_id = _hold(found, on, payout.attempt)
        found.save(update_fields=["hold_id"])
        _move(payout, ReturnState.RETURNED, "returned", on)
        phone = _phone_of(found, payout)
        if phone:
            voluntary_news.back_from(found, payout, to=phone, on=on, at=at)


def register() -> None:
    """Hear of our payouts (called once, by work.py)."""
    payouts.owned(PayoutKind.VOLUNTARY, Owned())


def _find_the_dead(waiting: QuerySet[VoluntaryReturn], on: date) -> None:
    theirs = waiting.filter(payer__died_on__isnull=False, counter_payer=None).annotate(cause=Concat(Value(CAUSE), Cast("pk", CharField())))
    said = PaymentMatterLog.objects.filter(matter__kind=MatterKind.VOLUNTARY_BACK, matter__cause=OuterRef("cause"), comment=DIED)
    for pk in theirs.filter(~Exists(said)).values_list("pk", flat=True)[:MOST]:
        with transaction.atomic():
            found = locked(pk)
            if found.state in WAITING and not said_of(found):
                _open(found, DIED, on)


def said_of(found: VoluntaryReturn) -> bool:
    """Whether an officer was told that its payer has died."""
    return PaymentMatterLog.objects.filter(matter__kind=MatterKind.VOLUNTARY_BACK, matter__cause=f"{CAUSE}{found.pk}", comment=DIED).exists()


def _open(found: VoluntaryReturn, reason: str, on: date) -> None:
    cause = f"{CAUSE}{found.pk}"
    matters.open_one(kind=MatterKind.VOLUNTARY_BACK, cause=cause, reason=reason, payment=found.payment, amount=found.amount, on=on)


def _hold(found: VoluntaryReturn, on: date, part: int) -> int:
    account = posting.payer(found.payer_id)
    return posting.place_hold(account=account, amount_sen=to_sen(found.amount), kind=HoldKind.VOLUNTARY_RETURN, ref=found.pk, booked_on=on, part=part)


def _move(payout: Payout, state: ReturnState, act: str, on: date) -> None:
    found = locked(payout.ref)
    before = {"state": str(found.state)}
    found.state = state
    found.save(update_fields=["state"])
    _record(found, act, before, on, payout=payout.number, ending=payout.ending)
    other = payee_of(payout)
    if other is None and found.counter_payer is None:
        notify.tell([voluntary_news.of_payout(found, payout)], on=on)
    elif other is not None and is_to_member(other):
        notify.tell(voluntary_news.of_order(found, payout, order=other.order_number), on=on)
    if state is ReturnState.RETURNED and (other is not None or (found.counter_payer is not None and is_order(payout))):
        _open(found, payout.reason, on)


def _phone_of(found: VoluntaryReturn, payout: Payout) -> str:
    """Where they hear that nobody paid them, who has no inbox here; of a stranger whose account did not take it an Arahan Bayaran follows at once."""
    other = payee_of(payout)
    if other is not None:
        return "" if is_to_member(other) else other.phone
    return found.counter_payer.phone if found.counter_payer is not None and is_order(payout) else ""


def is_to_member(payee: ReturnPayee) -> bool:
    """Whether it is the living member who paid, and is told in their inbox."""
    return payee.basis == PayeeBasis.PAYER and payee.returned.counter_payer_id is None


def _record(found: VoluntaryReturn, act: str, before: dict[str, str], on: date, **data: str) -> None:
    figures = {"on": str(on), "amount": f"{found.amount:.2f}", "order_no": found.payment.order_no, **data}
    after = {"state": str(found.state)}
    action = f"voluntary.return.{act}"
    audit.record(actor=None, action=action, target=found, data=figures, subjects=[found.payer], before=before, after=after)
