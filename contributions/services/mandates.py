"""Mandates of direct debit: applied for by an employer's administrator under a code, verified by the bank, ended by either. A person's monthly one is
applied for and stopped by monthly_debits; the bank's side of it is here.

The bank is asked between transactions, by the sweep: for what is applied for until it has decided, for what is in force once a business day, since
a mandate can be cancelled at the bank. What it does not answer, or what is not believed, changes nothing.
"""

import logging
import secrets
import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from contributions.enums import MandateState, MatterKind, MonthlyEnd, PaymentMethod, PaymentState
from contributions.models import Mandate, Payment, PaymentMatter
from contributions.models.direct_debit import OPEN
from contributions.rules import monthly
from contributions.services import leave, matters, payment_news, receiving
from employers import access as employers_access
from employers.models import Employer
from employers.services import people
from kwsp_portal.audit import services as audit
from kwsp_portal.bank import accounts
from kwsp_portal.bank.direct_debit import desk
from kwsp_portal.bank.direct_debit.desk import Standing
from kwsp_portal.bank.direct_debit.messages import BankReason, BankState
from kwsp_portal.bank.fpx import codes
from kwsp_portal.bank.fpx.errors import FpxRefused, FpxUnavailable
from kwsp_portal.notify import services as notify
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User

_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
MOST_QUESTIONS: Final = 50
SILENT_AFTER: Final = timedelta(days=7)
"""A mandate that the bank has not decided for so long, by the business date, comes before an officer."""
SWEEP_SECONDS: Final = 15.0
"""One sweep asks no more and begins no question later than this."""

_PAYER_S: Final = frozenset({"bank", "ending", "reason"})
"""What of a debit for another member is not for that member's log: the payer's bank, and what it or the fund had against going on."""
SENT: Final = {"state": PaymentState.SENT.value}
FAILED: Final = {"state": PaymentState.FAILED.value}

log = logging.getLogger(__name__)


def check(*, employer: Employer, by: User, on: date) -> None:
    """Whether `by` may apply for a mandate now. Raises people.NotAllowed: NO_RIGHT_DEBIT, MANDATE_OPEN."""
    _require_administrator(employer, by, on)
    if employer.mandates.filter(state__in=OPEN).exists():
        raise people.NotAllowed("MANDATE_OPEN")


def apply(
    *,
    employer: Employer,
    bank: str,
    account: str,
    ceiling: Decimal,
    by: User,
    approval: Approval,
    on: date,
    at: datetime,
    ip: str | None = None,
) -> Mandate:
    """Apply for a mandate over an account, whose number is as accounts.number gives it. Raises people.NotAllowed, tac.Refused."""
    with people.refusals_kept(employer, "mandate.apply", by, ip), transaction.atomic():
        people.hold(employer)
        check(employer=employer, by=by, on=on)
        shown = leave.to_debit(employer, bank=bank, account=account, ceiling=ceiling)
        tac.spend(approval=approval, user=by, purpose=Purpose.DIRECT_DEBIT, shown=shown, at=at)
        return make(Mandate(employer=employer, bank=bank, account=account, ceiling=ceiling), by=by, on=on, ip=ip)


def make(asked: Mandate, *, by: User, on: date, ip: str | None, **data: str) -> Mandate:
    """Write what was applied for; the bank is asked by the sweep. In the caller's transaction, which has spent the code."""
    asked.number = "DDA" + "".join(secrets.choice(_ALPHABET) for _ in range(12))
    asked.ending, asked.applied_by, asked.applied_on = asked.account[-4:], by, on
    asked.save(force_insert=True)
    record(asked, "mandate.apply", by, "", ip=ip, ceiling=f"{asked.ceiling:.2f}", bank=accounts.name(asked.bank), ending=asked.ending, **data)
    return asked


def end(*, mandate_id: int, by: User, on: date, at: datetime, ip: str | None = None) -> Mandate:
    """The employer ends it: what waits for its day is not collected; what a file of today or before asks for, the bank may still take.

    Raises people.NotAllowed: NO_RIGHT_DEBIT, MANDATE_OVER.
    """
    employer = Employer.objects.get(mandates=mandate_id)
    with people.refusals_kept(employer, "mandate.end", by, ip), transaction.atomic():
        people.hold(employer)
        _require_administrator(employer, by, on)
        mandate = locked(mandate_id)
        if mandate.state not in OPEN:
            raise people.NotAllowed("MANDATE_OVER")
        close(mandate, "mandate.end", by=by, on=on, at=at, ip=ip)
    return mandate


def close(mandate: Mandate, action: str, *, by: User | None, on: date, at: datetime, ip: str | None = None, reason: str = "") -> None:
    """It is over: by `by`, or for the fund's own `reason`; the sweep tells the bank. In the caller's transaction, which holds it."""
    before, mandate.state, mandate.ended_by, mandate.ended_on, mandate.reason = mandate.state, MandateState.ENDED, by, on, reason
    mandate.save(update_fields=["state", "ended_by", "ended_on", "reason"])
    record(mandate, action, by, before, ip=ip, **({"reason": reason} if reason else {}))
    _answered(mandate, on)
    _stop_collecting(mandate, on, at)


def ended_by_bank(*, mandate_id: int, reason: BankReason, on: date, at: datetime) -> None:
    """The bank has it no more, or refuses it; everybody who acts for the employer, or the person, is told. In the caller's transaction, or
    its own."""
    with transaction.atomic():
        mandate = locked(mandate_id)
        if mandate.state not in OPEN:
            return
        before = mandate.state
        mandate.state = MandateState.REFUSED if before == MandateState.APPLIED else MandateState.ENDED
        mandate.reason, mandate.ended_on = reason.value, on
        mandate.save(update_fields=["state", "reason", "ended_on"])
        record(mandate, "mandate.refused" if before == MandateState.APPLIED else "mandate.ended", None, before, reason=reason.value)
        _answered(mandate, on)
        notify.tell([payment_news.of_mandate(mandate)], on=on)
        _stop_collecting(mandate, on, at)


def due_for_question(*, on: date) -> list[int]:
    """Mandates of which the bank is to be asked: applied for and undecided; in force and not asked today; ended here, and the bank not told."""
    ended_here = Q(state=MandateState.ENDED, told_bank=False, reason__in=("", *MonthlyEnd))
    asked = Q(state=MandateState.APPLIED) | Q(state=MandateState.ACTIVE, asked_on__lt=on) | ended_here
    return list(Mandate.objects.filter(asked).order_by(F("asked_on").asc(nulls_first=True), "pk").values_list("pk", flat=True)[:MOST_QUESTIONS])


def hand_over(*, on: date) -> None:
    """Open a matter for each mandate that the bank has not decided for too long, once; it is asked for all the same."""
    silent = Mandate.objects.filter(state=MandateState.APPLIED, applied_on__lte=on - SILENT_AFTER).select_related("employer").order_by("pk")
    for mandate in silent:
        cause = f"mandate:{mandate.pk}"
        if not PaymentMatter.objects.filter(kind=MatterKind.SILENT, cause=cause).exists():
            with transaction.atomic():
                reason = f"SILENT {mandate.number} {mandate.state}"
                matters.open_one(kind=MatterKind.SILENT, cause=cause, reason=reason, employer=mandate.employer, on=on)


def _answered(mandate: Mandate, on: date) -> None:
    """The matter of a mandate that the bank was silent about ends by itself. In the caller's transaction."""
    for matter in PaymentMatter.objects.filter(kind=MatterKind.SILENT, cause=f"mandate:{mandate.pk}", closed_on=None):
        matters.solved(matter, on)


def sweep(*, on: date, at: datetime) -> dict[str, int]:
    """Ask the bank of what is due; counts for the log. A bank that is away is left alone until the next sweep."""
    hand_over(on=on)
    asked = answered = 0
    began = time.monotonic()
    for mandate_id in due_for_question(on=on):
        if time.monotonic() - began > SWEEP_SECONDS:
            break
        asked += 1
        try:
            answered += ask(mandate_id=mandate_id, on=on, at=at)
        except FpxUnavailable as away:
            log.warning("the bank does not answer about mandates (%s)", away)
            break
    return {"asked": asked, "answered": answered}


def ask(*, mandate_id: int, on: date, at: datetime) -> bool:
    """Ask the bank how one stands, and do what it says; False where its answer is not believed. Raises FpxUnavailable."""
    mandate = Mandate.objects.select_related("employer", "member").get(pk=mandate_id)
    bank = desk.configured()
    try:
        if mandate.state == MandateState.ENDED:
            bank.end(mandate.number)
            Mandate.objects.filter(pk=mandate_id).update(told_bank=True)
            return True
        standing = bank.ask(desk.Mandate(mandate.number, mandate.bank, mandate.account, mandate.owner.name, mandate.ceiling))
    except FpxRefused as refused:
        data = {"code": refused.code}
        audit.record_refusal(actor=None, action="mandate.answer", target=f"mandate:{mandate_id}", data=data, subjects=[mandate.owner])
        return False
    _hear(mandate_id, standing, on, at)
    return True


def _hear(mandate_id: int, standing: Standing, on: date, at: datetime) -> None:
    if standing.reason is not None:
        ended_by_bank(mandate_id=mandate_id, reason=standing.reason, on=on, at=at)
    with transaction.atomic():
        mandate = locked(mandate_id)
        mandate.asked_on = on
        begins = standing.state is BankState.ACTIVE and mandate.state == MandateState.APPLIED
        if begins:
            mandate.state, mandate.active_from = MandateState.ACTIVE, on
            mandate.next_on = monthly.first_day(day=mandate.day, on=on) if mandate.day else None
        mandate.save(update_fields=["asked_on", "state", "active_from", "next_on"])
        if begins:
            record(mandate, "mandate.active", None, MandateState.APPLIED)
            _answered(mandate, on)
            notify.tell([payment_news.of_mandate(mandate)], on=on)


def active_of(employer: Employer) -> Mandate | None:
    """What the employer's payments can be collected under now."""
    return employer.mandates.filter(state=MandateState.ACTIVE).first()


def may_administer(*, employer: Employer, by: User, on: date) -> bool:
    """Whether `by` may apply for a mandate and end one."""
    return employers_access.is_administrator(by, employer, on=on)


def _require_administrator(employer: Employer, by: User, on: date) -> None:
    if not may_administer(employer=employer, by=by, on=on):
        raise people.NotAllowed("NO_RIGHT_DEBIT")


def locked(mandate_id: int) -> Mandate:
    """Kept from every other act until the open transaction ends."""
    return Mandate.objects.select_for_update(of=("self",), no_key=True).select_related("employer", "member", "whom").get(pk=mandate_id)


def _stop_collecting(mandate: Mandate, on: date, at: datetime) -> None:
    """What waits under it for a day to come failed; whose account it is learns which, and pays in another way."""
    waiting = Payment.objects.filter(mandate=mandate, method=PaymentMethod.DDA, state=PaymentState.SENT, collection=None)
    for payment in waiting.select_for_update(of=("self",), no_key=True).select_related(*receiving.KNOWN).order_by("pk"):
        payment.state, payment.response_code, payment.finished_at = PaymentState.FAILED, codes.MANDATE_ENDED, at
        payment.save(update_fields=["state", "response_code", "finished_at"])
        data = {"code": codes.MANDATE_ENDED}
        audit.record(actor=None, action="payment.failed", target=payment, data=data, subjects=payment.whose, before=SENT, after=FAILED)
        notify.tell([payment_news.of_refused_debit(payment)], on=on)


def record(mandate: Mandate, action: str, by: User | None, before: str, ip: str | None = None, **data: str) -> None:
    """The trail of a mandate's move, in the caller's transaction: of one for another member in the logs of both."""
    if mandate.whom is not None:
        data = {**{f"payer_{name}" if name in _PAYER_S else name: value for name, value in data.items()}, "whom": mandate.whom.number}
    audit.record(
        actor=by,
        action=action,
        target=mandate,
        data={"mandate": mandate.number, **data},
        subjects=[mandate.owner, *([mandate.whom] if mandate.whom else [])],
        before={"state": str(before)} if before else {},
        after={"state": str(mandate.state)},
        ip=ip,
    )
