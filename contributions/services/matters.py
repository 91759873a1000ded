"""Matters about payments that no rule decides: opened by what finds them, taken and decided by officers, each step in the log and the trail."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models.functions import Now

from contributions.enums import RECEIPT_MATTERS, MatterAction, MatterDecision, MatterKind
from contributions.models import Payment, PaymentMatter, PaymentMatterLog
from employers.models import Employer
from kwsp_portal.audit import services as audit
from members.identity.enums import Role
from members.identity.models import User
from members.models import Member

OFFICERS: Final = frozenset({Role.SUPERVISOR, Role.INSPECTOR})
"""Who decides about payments."""

DECIDED: Final = (MatterKind.REFUND, *RECEIPT_MATTERS)
"""What is decided with an effect, and never just noted."""


class NotAllowed(Exception):
    """Why an officer's act is refused. `code`: WRONG_STATE, NO_RIGHT, COMMENT_MISSING, WRONG_KIND, BANK_SILENT, NOT_CONFIRMED; of
    receipts NO_EMPLOYER, NO_MEMBER, NOTHING_WAITS; of refunds NOT_PROPOSED, SAME_OFFICER."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def open_one(
    *,
    kind: MatterKind,
    cause: str,
    reason: str,
    on: date,
    payment: Payment | None = None,
    employer: Employer | None = None,
    amount: Decimal | None = None,
) -> PaymentMatter:
    """The open matter of this cause; one that is open already learns in its log that it came again. In the caller's transaction."""
    whose = employer or (payment.employer if payment else None)
    fields = {"payment": payment, "employer": whose, "amount": amount, "reason": reason[:120], "opened_on": on}
    matter, created = PaymentMatter.objects.get_or_create(kind=kind, cause=cause[:60], closed_on=None, defaults=fields)
    _log(matter, MatterAction.OPEN if created else MatterAction.AGAIN, None, on, reason)
    if created:
        data = {"kind": kind.value, "reason": matter.reason}
        audit.record(actor=None, action="payment.matter.open", target=matter, data=data, subjects=_whose(matter))
    return matter


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A matter of an employer's to be."""

    kind: MatterKind
    cause: str
    reason: str
    employer: Employer
    amount: Decimal | None = None


def open_many(found: Sequence[Opened], *, on: date) -> None:
    """`open_one` for what batches find, three statements in all; what is open already stays as it is. In the caller's transaction.

    The caller keeps others from opening the same at the same time.
    """
    known = set(PaymentMatter.objects.filter(closed_on=None, cause__in=[one.cause for one in found]).values_list("kind", "cause"))
    new = [one for one in found if (one.kind, one.cause) not in known]
    given = [{"kind": one.kind, "cause": one.cause[:60], "reason": one.reason[:120], "employer": one.employer, "amount": one.amount} for one in new]
    made = PaymentMatter.objects.bulk_create([PaymentMatter(**fields, opened_on=on) for fields in given])
    PaymentMatterLog.objects.bulk_create(
        [PaymentMatterLog(matter=one, action=MatterAction.OPEN, by=None, comment=one.reason, on=on, at=Now()) for one in made]
    )
    acts = [(one, {"kind": str(one.kind), "reason": one.reason}, _whose(one)) for one in made]
    audit.record_many(actor=None, action="payment.matter.open", acts=acts)


def solve(*, payment: Payment, kind: MatterKind, on: date) -> None:
    """What was open about the payment is answered by what the portal has learned since. In the caller's transaction."""
    found = PaymentMatter.objects.filter(payment=payment, kind=kind, closed_on=None)
    for matter in found.select_for_update(of=("self",), no_key=True).order_by("pk"):
        _close(matter, MatterDecision.SOLVED, None, "", on)


def solved(matter: PaymentMatter, on: date) -> None:
    """`solve` for a matter that is known, and open. In the caller's transaction."""
    _close(matter, MatterDecision.SOLVED, None, "", on)


def solve_many(found: Sequence[PaymentMatter], on: date) -> None:
    """`solved` for what batches find, with their employers or payments, three statements in all. In the caller's transaction."""
    PaymentMatter.objects.filter(pk__in=[one.pk for one in found]).update(decision=MatterDecision.SOLVED, closed_on=on)
    PaymentMatterLog.objects.bulk_create([PaymentMatterLog(matter=one, action=MatterAction.CLOSE, by=None, on=on, at=Now()) for one in found])
    acts = [(one, {"kind": one.kind, "decision": MatterDecision.SOLVED.value}, _whose(one)) for one in found]
    audit.record_many(actor=None, action="payment.matter.close", acts=acts)


def take(*, matter_id: int, by: User, on: date) -> PaymentMatter:
    """The officer makes it the own; who takes it after another has it from then on. Raises NotAllowed."""
    with transaction.atomic():
        matter = locked(matter_id, by, "take")
        if matter.owner_id != by.pk:
            before = {"owner": matter.owner.user_id if matter.owner else ""}
            matter.owner = by
            matter.save(update_fields=["owner"])
            _log(matter, MatterAction.TAKE, by, on, "")
            audit.record(
                actor=by,
                action="payment.matter.take",
                target=matter,
                data={"kind": matter.kind},
                subjects=_whose(matter),
                before=before,
                after={"owner": by.user_id},
            )
    return matter


def note(*, matter_id: int, comment: str, by: User, on: date) -> PaymentMatter:
    """The officer has looked and no money moves: why is kept. A refund or a receipt is decided, not noted. Raises NotAllowed."""
    said = demand_comment(matter_id, comment, by)
    with transaction.atomic():
        matter = locked(matter_id, by, "close", but=DECIDED)
        close(matter=matter, decision=MatterDecision.NOTED, by=by, comment=said, on=on)
    return matter


def proposed(*, matter: PaymentMatter, by: User, comment: str, on: date) -> None:
    """One officer's proposal stands in the log of a matter that the caller has `locked`; it is the officer's until another decides. In the caller's
    transaction."""
    matter.owner = by
    matter.save(update_fields=["owner"])
    _log(matter, MatterAction.PROPOSE, by, on, comment)


def close(*, matter: PaymentMatter, decision: MatterDecision, by: User, comment: str, on: date) -> None:
    """End a matter that the caller has `locked` and decided. In the caller's transaction."""
    _close(matter, decision, by, comment, on)


def locked(matter_id: int, by: User, act: str, *, only: Collection[MatterKind] = (), but: Collection[MatterKind] = ()) -> PaymentMatter:
    """An open matter that `by` may decide, kept from every other officer until the transaction ends. Raises NotAllowed, which the trail keeps."""
    matter = (
        PaymentMatter.objects.select_for_update(of=("self",), no_key=True)
        .select_related("payment__filing__employer", "payment__voluntary__member", "payment__voluntary__payer", "owner")
        .get(pk=matter_id)
    )
    code = ""
    if by.role not in OFFICERS:
        code = "NO_RIGHT"
    elif matter.closed_on is not None:
        code = "WRONG_STATE"
    elif matter.kind in but or (only and matter.kind not in only):
        code = "WRONG_KIND"
    if code:
        raise refused(matter_id, act, by, code)
    return matter


def demand_comment(matter_id: int, comment: str, by: User) -> str:
    """What the officer wrote. Raises NotAllowed where that is nothing."""
    if not comment.strip():
        raise refused(matter_id, "close", by, "COMMENT_MISSING")
    return comment.strip()


def refused(matter_id: int, act: str, by: User, code: str) -> NotAllowed:
    """The refusal of an officer's act, to be raised by the caller; the trail has it."""
    audit.record_refusal(actor=by, action=f"payment.matter.{act}", target=f"paymentmatter:{matter_id}", data={"code": code})
    return NotAllowed(code)


def _close(matter: PaymentMatter, decision: MatterDecision, by: User | None, comment: str, on: date) -> None:
    matter.decision, matter.closed_by, matter.closed_on = decision, by, on
    matter.owner = by or matter.owner
    matter.save(update_fields=["decision", "closed_by", "closed_on", "owner"])
    _log(matter, MatterAction.CLOSE, by, on, comment)
    data = {"kind": matter.kind, "decision": decision.value}
    audit.record(actor=by, action="payment.matter.close", target=matter, data=data, subjects=_whose(matter))


def _log(matter: PaymentMatter, action: MatterAction, by: User | None, on: date, comment: str) -> None:
    PaymentMatterLog.objects.create(matter=matter, action=action, by=by, comment=comment, on=on, at=Now())


def _whose(matter: PaymentMatter) -> Sequence[Employer | Member]:
    if matter.employer is not None:
        return [matter.employer]
    return matter.payment.whose if matter.payment else []
