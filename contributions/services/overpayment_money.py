"""What came back from the members of what an employer paid too much: held for it at once, ordered as a payout once it has an account, told at each
step; one that the bank sends back waits for another account, held anew."""

from datetime import date, datetime
from decimal import Decimal

from contributions.enums import LineState, OverpaymentState
from contributions.models import Correction, Overpayment
from contributions.services import correcting, overpayment_news, refund_accounts
from contributions.services.overpayments import locked, record
from employers.models import Employer
from employers.services import people
from kwsp_portal.common.money import to_sen
from kwsp_portal.notify import services as notify
from members.enums import PayoutKind
from members.ledger import posting
from members.ledger.enums import HoldKind
from members.models import Payout
from members.services import payouts

_WAITING = (OverpaymentState.HELD, OverpaymentState.RETURNED)


def settle(correction: Correction, on: date) -> None:
    """A correction is posted: what it took back for an application is held for the employer. In the transaction that closes the run."""
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
    found.state, found.amount = OverpaymentState.HELD, back
    found.hold_id = _hold(found, on, 0)
    found.save(update_fields=["state", "decided_by", "decided_on", "amount", "hold_id"])
    record(found, "held", None, before, on)
    notify.tell([overpayment_news.of_held(found)], on=on)
    order(found, on=on)


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


class Owned:
    """What happens to an application when something happens to its payout (payouts.Owner)."""

    def sent(self, payout: Payout, on: date) -> None:
        _move(payout, OverpaymentState.SENT, "sent", on)

    def paid(self, payout: Payout, on: date) -> None:
        _move(payout, OverpaymentState.PAID, "paid", on)

    def returned(self, payout: Payout, on: date, at: datetime) -> None:
        employer = Overpayment.objects.select_related("filing__employer").get(pk=payout.ref).filing.employer
        people.hold(employer)
        found = locked(payout.ref)
        found.hold_id = _hold(found, on, payout.attempt)
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


def _hold(found: Overpayment, on: date, part: int) -> int:
    assert found.amount is not None  # noqa: S101 - set by settle
    credit = posting.employer(found.filing.employer_id, "CREDIT")
    return posting.place_hold(account=credit, amount_sen=to_sen(found.amount), kind=HoldKind.OVERPAYMENT, ref=found.pk, booked_on=on, part=part)


def _move(payout: Payout, state: OverpaymentState, act: str, on: date) -> None:
    found = locked(payout.ref)
    before = {"state": str(found.state)}
    found.state = state
    found.save(update_fields=["state"])
    record(found, act, None, before, on, payout=payout.number, ending=payout.ending)
    notify.tell([overpayment_news.of_payout(found, payout)], on=on)
