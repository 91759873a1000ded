"""What came back from the members of what an employer paid too much. As a refund it is held for it at once, ordered as a payout once it has an
account, told at each step; one that the bank sends back waits for another account, held anew. As an offset it is the employer's credit, free to pay.

Until a payout file has it the employer may choose the other way: it is its own money in both, on the same account of the ledger.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from contributions.enums import LineState, OverpaymentHow, OverpaymentState
from contributions.models import Correction, Overpayment
from contributions.services import correcting, overpayment_news, refund_accounts
from contributions.services.overpayments import NotAllowed, locked, record, refused
from employers import access as employers_access
from employers.enums import Right
from employers.models import Employer
from employers.services import people
from kwsp_portal.common.money import to_sen
from kwsp_portal.notify import services as notify
from members.enums import PayoutKind, PayoutState
from members.identity.models import User
from members.ledger import balances, posting
from members.ledger.enums import HoldKind
from members.models import Payout
from members.services import payouts

_WAITING = (OverpaymentState.HELD, OverpaymentState.RETURNED)
_CHOOSES = {
    OverpaymentState.DRAFT: Right.PREPARE,
    **dict.fromkeys((OverpaymentState.APPLIED, *_WAITING, OverpaymentState.OFFSET), Right.APPROVE),
}
"""While it stands so, who with which right may choose how it comes back."""


def settle(correction: Correction, on: date) -> None:
    """A correction is posted: what it took back for an application is held for the employer, or is its credit.

    In the transaction that closes the run.
    """
    asked = Overpayment.objects.select_related("filing__employer").filter(correction=correction, state=OverpaymentState.APPLIED).first()
    if asked is None:
        return
    people.hold(asked.filing.employer)
    found = locked(asked.pk)
    back = sum((-line.difference for line in correction.lines.filter(state=LineState.POSTED)), Decimal(0))
    before = {"state": str(found.state)}
    found.decided_by, found.decided_on = correction.decided_by, correction.decided_on
    found.rows.update(open=False)
    if not back:
        found.state = OverpaymentState.NOTHING
        found.save(update_fields=["state", "decided_by", "decided_on"])
        record(found, "nothing", None, before, on)
        notify.tell([overpayment_news.of_nothing(found)], on=on)
        return
    offset = found.how == OverpaymentHow.OFFSET
    found.state, found.amount = OverpaymentState.OFFSET if offset else OverpaymentState.HELD, back
    found.hold_id = None if offset else _hold(found, on)
    found.save(update_fields=["state", "decided_by", "decided_on", "amount", "hold_id"])
    record(found, "credited" if offset else "held", None, before, on)
    notify.tell([overpayment_news.of_held(found)], on=on)
    if not offset:
        order(found, on=on)


def choose(*, overpayment_id: int, how: OverpaymentHow, by: User, on: date) -> Overpayment:
    """The employer would have it the other way: who prepares while it is a draft, who approves from then on. What is credit already is held again, as
    long as it is all there. A second click finds it chosen.

    No code is asked for: it is the employer's money in both ways, and the account that it may go to was given under one. Raises NotAllowed: NO_RIGHT,
    WRONG_STATE, ON_ITS_WAY where a payout file has it, NOT_FREE where some of the credit was used.
    """
    with transaction.atomic():
        asked = Overpayment.objects.select_related("filing__employer").get(pk=overpayment_id)
        people.hold(asked.filing.employer)
        if how == OverpaymentHow.OFFSET:
            _stop_payout(asked, on)
        found = locked(overpayment_id)
        code = _why_not_chosen(found, by, on)
        if code:
            raise refused(found, "choose", by, code, found.filing.employer)
        if found.how != how:
            _turn(found, how, by, on)
    return found


def may_choose(found: Overpayment, by: User, on: date) -> OverpaymentHow | None:
    """What `by` may choose in place of what is chosen; None where nothing. The page asks what the service enforces."""
    if _why_not_chosen(found, by, on):
        return None
    return OverpaymentHow.REFUND if found.how == OverpaymentHow.OFFSET else OverpaymentHow.OFFSET


def order(found: Overpayment, *, on: date) -> Payout | None:
    """Have it paid out with the next day's file; None where the employer has no account, which it is asked for. In the caller's transaction, which
    holds the employer."""
    account = refund_accounts.current_of(found.filing.employer_id)
    if account is None:
        notify.tell([overpayment_news.needs_account(found)], on=on)
        return None
    assert found.hold_id is not None  # noqa: S101 - held when it came back
    assert found.amount is not None  # noqa: S101 - the same
    payee = payouts.Payee(account.bank, str(account.number), account.employer.name)
    return payouts.order(kind=PayoutKind.OVERPAID, ref=found.pk, holds=[found.hold_id], amount=found.amount, payee=payee, on=on)


def order_waiting(*, employer: Employer, on: date) -> int:
    """Now that there is an account: what is held for the employer and not on its way. In the caller's transaction, which holds the employer."""
    waiting = Overpayment.objects.filter(filing__employer=employer, state__in=_WAITING).order_by("pk").values_list("pk", flat=True)
    return sum(order(locked(pk), on=on) is not None for pk in waiting)


def payout_of(found: Overpayment) -> Payout | None:
    """The last time that it was sent on its way."""
    return Payout.objects.filter(kind=PayoutKind.OVERPAID, ref=found.pk).order_by("-attempt").first()


def needs_account(found: Overpayment) -> bool:
    """Whether it waits for the employer to say where it goes."""
    return found.state in _WAITING and refund_accounts.current_of(found.filing.employer_id) is None


class Owned(payouts.Owner):
    """What happens to an application when something happens to its payout (payouts.Owner)."""

    def sent(self, payout: Payout, on: date) -> None:
        _move(payout, OverpaymentState.SENT, "sent", on)

    def paid(self, payout: Payout, on: date) -> None:
        _move(payout, OverpaymentState.PAID, "paid", on)

    def returned(self, payout: Payout, on: date, at: datetime) -> None:
        employer = Overpayment.objects.select_related("filing__employer").get(pk=payout.ref).filing.employer
        people.hold(employer)
        found = locked(payout.ref)
        found.hold_id = _hold(found, on)
        found.save(update_fields=["hold_id"])
        refund_accounts.give_up(employer=employer, bank=payout.bank, account=str(payout.account), on=on)
        _move(payout, OverpaymentState.RETURNED, "returned", on)
        if refund_accounts.current_of(employer.pk) is not None:
            order(locked(payout.ref), on=on)


def register() -> None:
    """Hear of our payouts and of corrections (called once, by work.py)."""
    payouts.owned(PayoutKind.OVERPAID, Owned())
    if settle not in correcting.POSTED:
        correcting.POSTED.append(settle)


def _hold(found: Overpayment, on: date) -> int:
    """Held once more, each time as a part of its own. Raises posting.Insufficient where it was used meanwhile."""
    assert found.amount is not None  # noqa: S101 - set by settle
    credit = posting.employer(found.filing.employer_id, "CREDIT")
    part = balances.times_held(HoldKind.OVERPAYMENT, found.pk)
    return posting.place_hold(account=credit, amount_sen=to_sen(found.amount), kind=HoldKind.OVERPAYMENT, ref=found.pk, booked_on=on, part=part)


def _move(payout: Payout, state: OverpaymentState, act: str, on: date) -> None:
    found = locked(payout.ref)
    before = {"state": str(found.state)}
    found.state = state
    found.save(update_fields=["state"])
    record(found, act, None, before, on, payout=payout.number, ending=payout.ending)
    notify.tell([overpayment_news.of_payout(found, payout)], on=on)


def _why_not_chosen(found: Overpayment, by: User, on: date) -> str:
    right = _CHOOSES.get(OverpaymentState(found.state))
    if right is not None:
        if right not in employers_access.rights_of(by, found.filing.employer, on=on):
            return "NO_RIGHT"
        # The account may have enough of other money: this application's has paid a Borang A already.
        return "NOT_FREE" if found.uses.exists() else ""
    return "ON_ITS_WAY" if found.state in (OverpaymentState.SENT, OverpaymentState.PAID) else "WRONG_STATE"


def _stop_payout(found: Overpayment, on: date) -> None:
    """Before the application is locked, as the file of the day locks: whoever makes that now is waited for, and is then seen to have it."""
    payout = payout_of(found)
    if payout is not None and payout.state == PayoutState.ORDERED:
        payouts.cancel(payout_id=payout.pk, on=on)


def _turn(found: Overpayment, how: OverpaymentHow, by: User, on: date) -> None:
    before = {"state": str(found.state), "how": str(found.how)}
    found.how = how
    if found.amount is None:
        found.save(update_fields=["how"])
        record(found, "choose", by, before, on)
        return
    if how == OverpaymentHow.OFFSET:
        assert found.hold_id is not None  # noqa: S101 - what is on its way to an account is held
        posting.release_hold(found.hold_id, booked_on=on)
        found.state, found.hold_id = OverpaymentState.OFFSET, None
    else:
        try:
            found.state, found.hold_id = OverpaymentState.HELD, _hold(found, on)
        except (posting.Insufficient, posting.Frozen) as short:
            raise refused(found, "choose", by, "NOT_FREE", found.filing.employer) from short
    found.save(update_fields=["how", "state", "hold_id"])
    record(found, "choose", by, before, on)
    notify.tell([overpayment_news.of_choice(found, balances.times_held(HoldKind.OVERPAYMENT, found.pk))], on=on)
    if how == OverpaymentHow.REFUND:
        order(found, on=on)


__all__ = ["NotAllowed", "Owned", "choose", "may_choose", "needs_account", "order", "order_waiting", "payout_of", "register", "settle"]
