"""Whether a member is a bankrupt on a day."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from members.enums import ProposalState
from members.models import Member
from withdrawals.models import Bankruptcy


def standing(*, on: date) -> QuerySet[Bankruptcy]:
    """What holds on a day, of everybody: for each first day the last that was approved. A mistake that was taken back holds no day."""
    approved = Bankruptcy.objects.filter(state=ProposalState.APPROVED)
    later = approved.filter(member=OuterRef("member"), from_date=OuterRef("from_date"), pk__gt=OuterRef("pk"))
    return approved.filter(Q(to_date=None) | Q(to_date__gt=on), ~Exists(later), from_date__lte=on)


def is_bankrupt(member: Member, *, on: date) -> bool:
    """By what two officers have recorded."""
    return standing(on=on).filter(member=member).exists()


def of_member(member: Member) -> list[Bankruptcy]:
    """All that was proposed, the newest first."""
    return list(Bankruptcy.objects.filter(member=member).select_related("proposed_by", "decided_by", "document").defer("document__content"))
