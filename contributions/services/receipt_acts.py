"""What an officer does with a receipt that no rule decides: gives it to an employer and a month, has it pay the Borang A that waits, puts the money
into the employer's suspense account (ruling 17b), or gives it back to the agent. Each is decided once, with a reason; the receipt is locked before
its matter.
"""

from datetime import date, datetime

from django.db import transaction

from contributions.enums import RECEIPT_MATTERS, MatterDecision, ReceiptState
from contributions.models import PaymentMatter, Receipt
from contributions.services import matters, moves, payment_news, receipt_filing
from employers.models import Employer
from kwsp_portal.common.clock import KL
from kwsp_portal.common.money import to_sen
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify import services as notify
from members.identity.models import User
from members.ledger import posting
from members.ledger.enums import EntryKind


def of_matter(matter: PaymentMatter) -> Receipt | None:
    """The receipt that a matter is about."""
    if matter.kind not in RECEIPT_MATTERS:
        return None
    pk = int(matter.cause.partition(":")[2])
    return Receipt.objects.select_related("employer", "member", "file", "filing", "payment", "repeats__file").get(pk=pk)


def assign(*, matter_id: int, number: str, month: WageMonth, comment: str, by: User, on: date) -> Receipt:
    """It is this employer's, for this month: its Borang A is read as any other. What hinders that is a matter anew.

    Raises matters.NotAllowed, also NO_EMPLOYER.
    """
    said = matters.demand_comment(matter_id, comment, by)
    with transaction.atomic():
        receipt, matter = locked(matter_id, by, voluntary=False)
        employer = _employer(matter_id, number, by)
        before = {"employer": receipt.employer.number if receipt.employer else "", "wage_month": f"{receipt.month:%Y-%m}"}
        receipt.employer, receipt.wage_month, receipt.filing = employer, month.first_day, None
        after = {"employer": employer.number, "wage_month": str(month)}
        receipt_filing.move(receipt, ReceiptState.NEW, "receipt.assign", by, {}, before=before, after=after)
        matters.close(matter=matter, decision=MatterDecision.RECEIPT_ASSIGNED, by=by, comment=said, on=on)
        receipt_filing.read_or_wait(receipt, on, checked=True)
    return receipt


def pay_waiting(*, matter_id: int, comment: str, by: User, on: date, at: datetime) -> Receipt:
    """The money pays the approved Borang A of its employer and month that comes to the same. Raises matters.NotAllowed, also NOTHING_WAITS."""
    said = matters.demand_comment(matter_id, comment, by)
    with transaction.atomic():
        receipt, matter = locked(matter_id, by, voluntary=False)
        if receipt.employer is not None:
            Employer.objects.select_for_update(of=("self",), no_key=True).get(pk=receipt.employer.pk)
        filing = receipt_filing.awaits(receipt)
        if filing is None:
            raise matters.refused(matter_id, "close", by, "NOTHING_WAITS")
        receipt_filing.pay(receipt, moves.locked(filing.pk), by, on, at)
        matters.close(matter=matter, decision=MatterDecision.RECEIPT_PAID, by=by, comment=said, on=on)
    return receipt


def suspend(*, matter_id: int, number: str, comment: str, by: User, on: date) -> Receipt:
    """The money into the suspense account of its employer, valued on the day it was taken; nobody is credited, and both sides are told (ruling 17b).

    Raises matters.NotAllowed, also NO_EMPLOYER.
    """
    said = matters.demand_comment(matter_id, comment, by)
    with transaction.atomic():
        receipt, matter = locked(matter_id, by, voluntary=False)
        receipt.employer = _employer(matter_id, number, by)
        posting.post(suspended(receipt, on))
        receipt_filing.move(receipt, ReceiptState.SUSPENDED, "receipt.suspend", by, {})
        matters.close(matter=matter, decision=MatterDecision.SUSPENDED, by=by, comment=said, on=on)
        notify.tell([payment_news.of_receipt(receipt, payment_news.RECEIPT_SUSPENDED, ("employer:suspense",))], on=on)
    return receipt


def give_back(*, matter_id: int, comment: str, by: User, on: date) -> Receipt:
    """The agent keeps the money or has it back, or there was none: a receipt that was told twice. The ledger never had it.

    Raises matters.NotAllowed.
    """
    said = matters.demand_comment(matter_id, comment, by)
    with transaction.atomic():
        receipt, matter = locked(matter_id, by)
        receipt_filing.move(receipt, ReceiptState.RETURNED, "receipt.give_back", by, {})
        matters.close(matter=matter, decision=MatterDecision.RECEIPT_RETURNED, by=by, comment=said, on=on)
    return receipt


def suspended(receipt: Receipt, on: date) -> posting.Act:
    """Money of a receipt that credits nobody."""
    assert receipt.employer_id is not None  # noqa: S101 - nobody's money goes nowhere
    sen = to_sen(receipt.amount)
    legs = (posting.Leg(posting.fund("RECEIPT_CLEARING"), -sen), posting.Leg(posting.employer(receipt.employer_id, "SUSPENSE"), sen))
    return posting.Act(kind=EntryKind.RECEIPT, ref=receipt.pk, part=0, booked_on=on, value_date=receipt.paid_at.astimezone(KL).date(), legs=legs)


def locked(matter_id: int, by: User, *, voluntary: bool | None = None) -> tuple[Receipt, PaymentMatter]:
    """The receipt and its matter, both kept from everybody else: an employer's, or a member's where `voluntary`, or either. Raises
    matters.NotAllowed."""
    found = PaymentMatter.objects.get(pk=matter_id)
    if found.kind not in RECEIPT_MATTERS:
        raise matters.refused(matter_id, "close", by, "WRONG_KIND")
    receipt = receipt_filing.locked(int(found.cause.partition(":")[2]))
    matter = matters.locked(matter_id, by, "close", only=RECEIPT_MATTERS)
    if receipt.state != ReceiptState.OPEN:
        raise matters.refused(matter_id, "close", by, "WRONG_STATE")
    if voluntary is not None and voluntary != bool(receipt.kind):
        raise matters.refused(matter_id, "close", by, "WRONG_KIND")
    return receipt, matter


def _employer(matter_id: int, number: str, by: User) -> Employer:
    found = Employer.objects.filter(number=number).first()
    if found is None:
        raise matters.refused(matter_id, "close", by, "NO_EMPLOYER")
    return found
