"""Whose relatives officers have declared."""

from members.identity.models import User
from members.models import Member
from members.rules import identity
from withdrawals.models import OfficerRelative


def is_declared(by: User, member: Member) -> bool:
    """Whether the member is a relative that the officer has declared. A MyKad and a MyPR of one number are one person's."""
    found = OfficerRelative.objects.filter(officer=by, identity_number=member.identity_number, ended_on=None)
    return any(one.identity_kind == member.identity_kind or {one.identity_kind, member.identity_kind} <= identity.TWELVE_DIGITS for one in found)
