"""What KWSP remits of a late payment charge, wholly or in part (s. 49(2)): an officer puts it forward with a reason, another, a supervisor, decides.

Only what nobody has paid, or is paying, can be remitted. The dividend is the members' money and never is.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from django.db import transaction

from contributions.enums import RemissionState
from contributions.models import LateCharge, LateRemission
from contributions.selectors import late_dues
from contributions.services import late_news
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.common.money import to_sen
from kwsp_portal.notify import services as notify
from members.identity.enums import Role
from members.identity.models import User
from members.ledger import balances, posting
from members.ledger.enums import EntryKind, HolderKind

PROPOSERS: Final = frozenset({Role.INSPECTOR, Role.SUPERVISOR})
DECIDERS: Final = frozenset({Role.SUPERVISOR})


class NotAllowed(Exception):
    """Why an officer's act is refused. `code`: NO_RIGHT, OWN_WORK, WRONG_STATE, REASON_MISSING, PROPOSED_ALREADY, AMOUNT (`details`: found, most)."""

    def __init__(self, code: str, **details: str) -> None:
        self.code = code
        self.details = details
        super().__init__(code)


def propose(*, charge_id: int, amount: Decimal, reason: str, by: User, on: date) -> LateRemission:
    """Put forward to remit `amount` of a charge. Raises NotAllowed, which the trail keeps."""
    with transaction.atomic():
        charge = _locked(charge_id)
        code, details = _why_not_proposed(charge, amount, reason.strip(), by)
        if code:
            raise _refused("propose", charge, by, code, **details)
        made = LateRemission.objects.create(charge=charge, amount=amount, reason=reason.strip(), proposed_by=by, proposed_on=on)
        _record("propose", made, by, {}, RemissionState.PROPOSED)
    return made


def decide(*, remission_id: int, approved: bool, comment: str, by: User, on: date) -> LateRemission:
    """Approve, which posts it and tells the employer, or refuse. Raises NotAllowed, which the trail keeps."""
    with transaction.atomic():
        found = _locked_one(remission_id)
        code, details = _why_not_decided(found, comment.strip(), by, approved=approved)
        if code:
            raise _refused("decide", found.charge, by, code, **details)
        _end(found, RemissionState.APPROVED if approved else RemissionState.REFUSED, comment.strip(), by, on)
        if approved:
            posting.post(_remitted(found, on))
            notify.tell([late_news.of_remission(found, left=found.charge.amount - late_dues.remitted(found.charge))], on=on)
    return found


def withdraw(*, remission_id: int, comment: str, by: User, on: date) -> LateRemission:
    """Who put it forward takes it back. Raises NotAllowed, which the trail keeps."""
    with transaction.atomic():
        found = _locked_one(remission_id)
        if found.state != RemissionState.PROPOSED:
            raise _refused("withdraw", found.charge, by, "WRONG_STATE")
        if found.proposed_by_id != by.pk:
            raise _refused("withdraw", found.charge, by, "NO_RIGHT")
        if not comment.strip():
            raise _refused("withdraw", found.charge, by, "REASON_MISSING")
        _end(found, RemissionState.WITHDRAWN, comment.strip(), by, on)
    return found


def most(charge: LateCharge) -> Decimal:
    """What of a charge can still be remitted, RM: what is neither remitted, paid, nor being paid."""
    return late_dues.charge_left(charge)


def fall(charge: LateCharge, *, booked_on: date) -> None:
    """The charge is about to be reversed: what was remitted of it is, too, and what was put forward has nothing left to be of.

    In the caller's transaction, who has locked the employer.
    """
    standing = {one.pk: one for one in charge.remissions.filter(state=RemissionState.APPROVED, reversed_on=None).order_by("pk")}
    if not standing:
        return
    entries = balances.entries_with(HolderKind.EMPLOYER, charge.employer_id, EntryKind.LATE_REMISSION, list(standing))
    for pk, one in standing.items():
        posting.reverse(entries[pk].entry_id, booked_on=booked_on)
        one.reversed_on = booked_on
        one.save(update_fields=["reversed_on"])


def _locked(charge_id: int) -> LateCharge:
    """The charge, its employer locked first: pricing, paying and remitting meet there."""
    Employer.objects.select_for_update(of=("self",), no_key=True).get(late_charges=charge_id)
    return LateCharge.objects.select_related("employer").get(pk=charge_id)


def _locked_one(remission_id: int) -> LateRemission:
    charge = _locked(LateRemission.objects.values_list("charge_id", flat=True).get(pk=remission_id))
    found = LateRemission.objects.get(pk=remission_id)
    found.charge = charge
    return found


def _why_not_proposed(charge: LateCharge, amount: Decimal, reason: str, by: User) -> tuple[str, dict[str, str]]:
    if by.role not in PROPOSERS:
        return "NO_RIGHT", {}
    if charge.reversed_on is not None:
        return "WRONG_STATE", {}
    if charge.remissions.filter(state=RemissionState.PROPOSED).exists():
        return "PROPOSED_ALREADY", {}
    if not reason:
        return "REASON_MISSING", {}
    return _why_not_amount(charge, amount)


def _why_not_decided(found: LateRemission, comment: str, by: User, *, approved: bool) -> tuple[str, dict[str, str]]:
    if by.role not in DECIDERS:
        return "NO_RIGHT", {}
    if found.state != RemissionState.PROPOSED:
        return "WRONG_STATE", {}
    if found.proposed_by_id == by.pk:
        return "OWN_WORK", {}
    if not comment:
        return "REASON_MISSING", {}
    if not approved:
        return "", {}
    return ("WRONG_STATE", {}) if found.charge.reversed_on is not None else _why_not_amount(found.charge, found.amount)


def _why_not_amount(charge: LateCharge, amount: Decimal) -> tuple[str, dict[str, str]]:
    left = most(charge)
    return ("", {}) if 0 < amount <= left else ("AMOUNT", {"found": f"{amount:.2f}", "most": f"{left:.2f}"})


def _end(found: LateRemission, state: RemissionState, comment: str, by: User, on: date) -> None:
    found.state, found.comment, found.decided_by, found.decided_on = state, comment, by, on
    found.save(update_fields=["state", "comment", "decided_by", "decided_on"])
    _record("decide", found, by, {"state": RemissionState.PROPOSED.value}, state)


def _remitted(found: LateRemission, on: date) -> posting.Act:
    """The employer owes less, and the fund's income is less by as much."""
    sen = to_sen(found.amount)
    employer = posting.employer(found.charge.employer_id, "LATE_CHARGE")
    legs = (posting.Leg(posting.fund("LATE_CHARGE_INCOME"), -sen), posting.Leg(employer, sen))
    return posting.Act(kind=EntryKind.LATE_REMISSION, ref=found.pk, part=0, booked_on=on, value_date=on, legs=legs)


def _record(act: str, found: LateRemission, by: User, before: dict[str, str], after: RemissionState) -> None:
    data = {"amount": f"{found.amount:.2f}", "reason": found.comment or found.reason, "month": f"{found.charge.wage_month:%Y-%m}"}
    whose = [found.charge.employer]
    audit.record(actor=by, action=f"late.remission.{act}", target=found, data=data, subjects=whose, before=before, after={"state": after.value})


def _refused(act: str, charge: LateCharge, by: User, code: str, **details: str) -> NotAllowed:
    audit.record_refusal(actor=by, action=f"late.remission.{act}", target=charge, data={"code": code}, subjects=[charge.employer])
    return NotAllowed(code, **details)
