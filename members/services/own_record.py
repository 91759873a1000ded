"""Nobody works on the own record: an officer who is a member is served by another officer, like everybody.

Who an officer is stands in `OfficerIdentity`; whether a record is theirs is asked by identity number, so that it holds for who becomes a member
later, too. Nor on that of a relative whom they have declared, which who keeps the declarations is asked (`related`).
An officer whom no administrator has named yet is nobody's match: the list of officers shows who is missing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from kwsp_portal import audit
from kwsp_portal.audit.services import Target
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.templatetags import formats
from members.enums import IdentityKind
from members.identity.enums import STAFF, Role
from members.identity.models import User
from members.models import Member, OfficerIdentity
from members.rules import identity

SHORTEST_REASON: Final = 5
Declared = Callable[[User, str, str], bool]
"""Whether an officer has declared whose papers these are as a relative: by kind and number."""
_DECLARED: Final[list[Declared]] = []


class OwnRecord(PermissionDenied):
    """The act is on the officer's own record: another officer's (403, said in words by errors.permission_denied)."""


class NotNameable(Exception):
    """`refusals`: what is wrong with the number. `code`: NO_RIGHT, OWN_WORK, NO_OFFICER, REASON_MISSING, TAKEN, SAME; empty with refusals."""

    def __init__(self, code: str = "", refusals: list[Refusal] | None = None) -> None:
        self.code, self.refusals = code, refusals or []
        super().__init__(code or "; ".join(str(refusal) for refusal in self.refusals))


def identity_of(user: User) -> OfficerIdentity | None:
    """What an administrator entered last."""
    return OfficerIdentity.objects.filter(user=user).first() if user.role in STAFF else None


def is_own(by: User, *, kind: str, number: str) -> bool:
    """Whether these papers are the officer's. A MyKad and a MyPR of one number are one person's."""
    mine = identity_of(by)
    if mine is None or mine.identity_number != number:
        return False
    return mine.identity_kind == kind or {mine.identity_kind, kind} <= identity.TWELVE_DIGITS


def owns(by: User, member: Member) -> bool:
    """Whether it is the officer's own record."""
    return is_own(by, kind=member.identity_kind, number=member.identity_number)


def related(declared: Declared) -> None:
    """Ask this, too, whose relatives officers have declared (called once, by its work.py)."""
    if declared not in _DECLARED:
        _DECLARED.append(declared)


def is_relative(by: User, *, kind: str, number: str) -> bool:
    """Whether these papers are those of a relative whom the officer has declared."""
    return any(declared(by, kind, number) for declared in _DECLARED)


def member_of(by: User) -> Member | None:
    """The officer as a member, for who asks about many records at once."""
    mine = identity_of(by)
    found = Member.objects.filter(identity_number=mine.identity_number).order_by("pk") if mine else ()
    return next((member for member in found if owns(by, member)), None)


def require_other(by: User | None, member: Member, *, action: str, ip: str | None = None) -> None:
    """Raises OwnRecord, and keeps it in the trail, for an officer's act on the own record. None is a kiosk, which goes by the thumb."""
    if by is not None and owns(by, member):
        raise refused(by, action=action, target=member, ip=ip)


def refused(by: User, *, action: str, target: Target, ip: str | None = None) -> OwnRecord:
    """The refusal of an act that would be on the own record, to be raised by the caller; the trail has it."""
    audit.record_refusal(actor=by, action=action, target=target, data={"code": "OWN_RECORD"}, ip=ip)
    return OwnRecord()


def name(*, user: User, kind: IdentityKind, number: str, reason: str, by: User, at: datetime, ip: str | None = None) -> OfficerIdentity:
    """An administrator says who an officer is, with the reason; what was entered before stays in its row. Raises NotNameable."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        before = identity_of(user)
        code = _why_not(user, before, kind, number, reason, by)
        refusal = identity.number_form(kind, number)
        if code or refusal is not None:
            audit.record_refusal(actor=by, action="officer.name", target=user, data={"code": code or "NUMBER_FORM"}, ip=ip)
            raise NotNameable(code, [refusal] if refusal is not None and not code else None)
        row = OfficerIdentity.objects.create(user=user, identity_kind=kind, identity_number=number, reason=reason.strip(), named_by=by, named_at=at)
        data = {"reason": reason.strip()}
        audit.record(actor=by, action="officer.name", target=user, data=data, before=_kept(before), after=_kept(row), ip=ip)
    return row


def _why_not(user: User, before: OfficerIdentity | None, kind: IdentityKind, number: str, reason: str, by: User) -> str:
    if by.role != Role.ADMINISTRATOR:
        return "NO_RIGHT"
    if user.role not in STAFF:
        return "NO_OFFICER"
    if user.pk == by.pk:
        return "OWN_WORK"
    if len(reason.strip()) < SHORTEST_REASON:
        return "REASON_MISSING"
    if before is not None and (before.identity_kind, before.identity_number) == (kind, number):
        return "SAME"
    others = OfficerIdentity.objects.filter(identity_number=number).exclude(user=user).select_related("user")
    return "TAKEN" if any(is_own(one.user, kind=kind, number=number) for one in others) else ""


def _kept(row: OfficerIdentity | None) -> dict[str, str]:
    """As the trail keeps it: the last digits."""
    return {} if row is None else {"identity_kind": row.identity_kind, "identity_ending": formats.masked_ic(row.identity_number)}
