"""Whose relatives officers have declared."""

from members.identity.models import User
from members.models import Member
from members.rules import identity
from withdrawals.models import OfficerRelative


def is_declared(by: User, member: Member) -> bool:
    """Whether the member is a relative that the officer has declared."""
    return has_declared(by, member.identity_kind, member.identity_number)


def has_declared(by: User, kind: str, number: str) -> bool:
    """Whether these papers are of a relative that the officer has declared. A MyKad and a MyPR of one number are one person's."""
    found = OfficerRelative.objects.filter(officer=by, identity_number=number, ended_on=None)
    return any(one.identity_kind == kind or {one.identity_kind, kind} <= identity.TWELVE_DIGITS for one in found)
