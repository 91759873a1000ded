"""Whether a member is a bankrupt on a day."""

from datetime import date

from members.enums import ProposalState
from members.models import Member
from withdrawals.models import Bankruptcy


def standing(member: Member) -> list[Bankruptcy]:
    """What holds: for each first day the last that was approved, the newest first; a mistake that was taken back is none."""
    found = Bankruptcy.objects.filter(member=member, state=ProposalState.APPROVED).order_by("pk")
    latest = {one.from_date: one for one in found}
    return sorted((one for one in latest.values() if one.to_date != one.from_date), key=lambda one: one.from_date, reverse=True)


def is_bankrupt(member: Member, *, on: date) -> bool:
    """By what two officers have recorded."""
    return any(one.from_date <= on and (one.to_date is None or on < one.to_date) for one in standing(member))


def of_member(member: Member) -> list[Bankruptcy]:
    """All that was proposed, the newest first."""
    return list(Bankruptcy.objects.filter(member=member).select_related("proposed_by", "decided_by", "document").defer("document__content"))
