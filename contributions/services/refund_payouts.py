"""An approved refund on its way: ordered as a payout once there is an account, told at each step; one that comes back waits for another, held anew.

Also who hears of payout files: what the bank does not take, does not answer or answers wrongly is a matter of the officers of payments.
"""

from datetime import date, datetime

from django.db import transaction

from contributions.enums import MatterKind, RefundState
from contributions.models import PaymentMatter, Refund
from contributions.services import matters, refund_accounts, refund_news
from employers.models import Employer
from employers.services import people
from kwsp_portal.audit import services as audit
from kwsp_portal.common.money import to_sen
from kwsp_portal.notify import services as notify
from members.enums import PayoutKind
from members.identity.models import User
from members.ledger import posting
from members.ledger.enums import HoldKind
from members.models import Payout
from members.services import payouts


def order(refund: Refund, *, on: date) -> Payout | None:
    """Have it paid out with the next day's file; None where the employer has no account, which it is asked for. In the caller's transaction.

    The employer is held: of a decision and an account that come at one moment, the later sees the earlier.
    """
    people.hold(refund.payment.borang_a.employer)
    account = refund_accounts.current_of(refund.payment.borang_a.employer_id)
    if account is None:
        notify.tell([refund_news.needs_account(refund)], on=on)
        return None
    assert refund.hold_id is not None  # noqa: S101 - placed when it was asked for
    payee = payouts.Payee(account.bank, str(account.number), account.employer.name)
    return payouts.order(kind=PayoutKind.REFUND, ref=refund.pk, holds=[refund.hold_id], amount=refund.amount, payee=payee, on=on)


def order_waiting(*, employer: Employer, on: date) -> int:
    """Now that there is an account: what was approved, or came back, and is not on its way. In the caller's transaction."""
    found = Refund.objects.filter(payment__filing__employer=employer, state__in=(RefundState.APPROVED, RefundState.RETURNED))
    for refund in (waiting := list(found.select_for_update(of=("self",), no_key=True).order_by("pk"))):
        order(_whole(refund.pk), on=on)
    return len(waiting)


class Owned(payouts.Owner):
    """What happens to an employer's refund when something happens to its payout (payouts.Owner)."""

    def sent(self, payout: Payout, on: date) -> None:
        _move(payout, RefundState.SENT, "refund.sent", on)

    def paid(self, payout: Payout, on: date) -> None:
        _move(payout, RefundState.PAID, "refund.paid", on)

    def returned(self, payout: Payout, on: date, at: datetime) -> None:
        refund = _locked(payout)
        employer = refund.payment.borang_a.employer
        credit = posting.employer(employer.pk, "CREDIT")
        refund.hold_id = posting.place_hold(
            account=credit, amount_sen=to_sen(refund.amount), kind=HoldKind.REFUND, ref=refund.pk, booked_on=on, part=payout.attempt
        )
        refund.save(update_fields=["hold_id"])
        refund_accounts.give_up(employer=employer, bank=payout.bank, account=str(payout.account), on=on)
        _move(payout, RefundState.RETURNED, "refund.returned", on)
        if refund_accounts.current_of(employer.pk) is not None:
            order(_whole(refund.pk), on=on)


class Watched:
    """Files of payouts that are not as they should be (payouts.Watch)."""

    def trouble(self, *, silent: bool, cause: str, reason: str, on: date) -> None:
        kind = MatterKind.SILENT if silent else MatterKind.FILE_REFUSED
        if not PaymentMatter.objects.filter(kind=kind, cause=cause, closed_on=None).exists():
            matters.open_one(kind=kind, cause=cause, reason=reason, on=on)

    def over(self, *, cause: str, on: date) -> None:
        for matter in PaymentMatter.objects.filter(kind__in=(MatterKind.SILENT, MatterKind.FILE_REFUSED), cause=cause, closed_on=None):
            matters.solved(matter, on)


def register() -> None:
    """Hear of our payouts, and of files (called once, by work.py)."""
    payouts.owned(PayoutKind.REFUND, Owned())
    payouts.watched(Watched())


def _move(payout: Payout, state: RefundState, action: str, on: date) -> None:
    refund = _locked(payout)
    before = {"state": str(refund.state)}
    refund.state = state
    refund.save(update_fields=["state"])
    record(refund, action, None, before, payout=payout.number, ending=payout.ending)
    notify.tell([refund_news.of_payout(refund, payout)], on=on)


def record(refund: Refund, action: str, by: User | None, before: dict[str, str], **data: str) -> None:
    """What was done about it, in the trail of the employer."""
    figures = {"order_no": refund.payment.order_no, "amount": f"{refund.amount:.2f}", **data}
    whose = [refund.payment.borang_a.employer]
    audit.record(actor=by, action=action, target=refund, data=figures, subjects=whose, before=before, after={"state": str(refund.state)})


def payout_of(refund: Refund) -> Payout | None:
    """The last payout of a refund, whatever became of it."""
    return Payout.objects.filter(kind=PayoutKind.REFUND, ref=refund.pk).order_by("-attempt").first()


def _locked(payout: Payout) -> Refund:
    with transaction.atomic():
        Refund.objects.select_for_update(of=("self",), no_key=True).get(pk=payout.ref)
    return _whole(payout.ref)


def _whole(refund_id: int) -> Refund:
    return Refund.objects.select_related("payment__filing__employer").get(pk=refund_id)
