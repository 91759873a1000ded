"""Somebody's access is blocked by an officer, at once, and opened again by another one: a stolen phone, a quarrel, a suspicion.

Sessions and tokens end and an open invitation is void in the same transaction; the person is told at every address on record. Money and rights
stay as they are: only the doors are shut. A blocked person is refused at the sign-in like anybody with a wrong password.
"""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_noop

from kwsp_portal import audit
from kwsp_portal.notify.kinds import Kind
from kwsp_portal.templatetags import formats
from members.identity import endings, invitations, notices
from members.identity.enums import Role, SessionEnd
from members.identity.models import Invitation, User
from members.models import AccessBlock, Member
from members.services import own_record

BLOCKERS: Final = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
SHORTEST_REASON: Final = 5
BLOCKED: Final = "ACCESS_BLOCKED"
OPENED: Final = "ACCESS_OPENED"
KINDS: Final = {
    BLOCKED: Kind(
        gettext_noop("Akses i-Akaun disekat"),
        (gettext_noop("KWSP: Akses i-Akaun anda disekat pada %(at)s. Simpanan anda tidak terjejas. Hubungi KWSP atau pergi ke mana-mana kaunter."),),
        {},
    ),
    OPENED: Kind(
        gettext_noop("Akses i-Akaun dibuka semula"),
        (gettext_noop("KWSP: Akses i-Akaun anda dibuka semula pada %(at)s. Bukan anda yang memintanya? Hubungi KWSP dengan segera."),),
        {},
    ),
}
_OPEN, _SHUT = {"access": "OPEN"}, {"access": "BLOCKED"}


class NotAllowed(Exception):
    """`code`: NO_RIGHT, OWN_ACCESS, OFFICERS, OWN_WORK, REASON_MISSING, BLOCKED, NOT_BLOCKED."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def block(*, user: User, reason: str, by: User, at: datetime, ip: str | None = None) -> AccessBlock:
    """Shut every door for somebody. Raises NotAllowed and OwnRecord, and keeps it in the trail."""
    with transaction.atomic():
        held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        _require(held, why_not_block(held, by), reason, "access.block", by, ip)
        row = AccessBlock.objects.create(user=held, reason=reason.strip(), blocked_by=by, blocked_at=at)
        held.is_active = False
        held.save(update_fields=["is_active"])
        endings.end_all(held, why=SessionEnd.DEACTIVATED, at=at, by=by, ip=ip)
        for invitation in Invitation.objects.filter(user=held, used_at__isnull=True, voided_at__isnull=True):
            invitations.void(invitation_id=invitation.pk, at=at)
        _said(row, "access.block", reason, by, at, ip, before=_OPEN, after=_SHUT)
    return row


def unblock(*, user: User, reason: str, by: User, at: datetime, ip: str | None = None) -> AccessBlock:
    """Open them again: another officer than who shut them. Raises NotAllowed and OwnRecord, and keeps it in the trail."""
    with transaction.atomic():
        held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        row = open_block(held)
        _require(held, why_not_unblock(held, row, by), reason, "access.unblock", by, ip)
        assert row is not None  # noqa: S101 - NOT_BLOCKED otherwise
        row.lift_reason, row.lifted_by, row.lifted_at = reason.strip(), by, at
        row.save(update_fields=["lift_reason", "lifted_by", "lifted_at"])
        held.is_active = True
        held.save(update_fields=["is_active"])
        _said(row, "access.unblock", reason, by, at, ip, before=_SHUT, after=_OPEN)
    return row


def open_block(user: User) -> AccessBlock | None:
    """What keeps somebody out now."""
    return AccessBlock.objects.filter(user=user, lifted_at__isnull=True).select_related("blocked_by").first()


def why_not_block(user: User, by: User) -> str:
    """The code of the refusal; empty where `by` may do it now. The page asks what the service enforces."""
    return _why_never(user, by) or ("" if user.is_active else "BLOCKED")


def why_not_unblock(user: User, row: AccessBlock | None, by: User) -> str:
    never = _why_never(user, by)
    if never or row is None:
        return never or "NOT_BLOCKED"
    return "OWN_WORK" if row.blocked_by_id == by.pk else ""


def _why_never(user: User, by: User) -> str:
    if by.role not in BLOCKERS:
        return "NO_RIGHT"
    if user.pk == by.pk:
        return "OWN_ACCESS"
    return "OFFICERS" if user.is_officer and by.role != Role.ADMINISTRATOR else ""


def _require(user: User, code: str, reason: str, action: str, by: User, ip: str | None) -> None:
    member: Member | None = getattr(user, "member", None)
    if member is not None:
        own_record.require_other(by, member, action=action, ip=ip)
    code = code or ("" if len(reason.strip()) >= SHORTEST_REASON else "REASON_MISSING")
    if code:
        audit.record_refusal(actor=by, action=action, target=user, data={"code": code}, ip=ip)
        raise NotAllowed(code)


def _said(row: AccessBlock, action: str, reason: str, by: User, at: datetime, ip: str | None, **sides: Any) -> None:
    """In the trail, which the person reads, and at every address on record."""
    member: Member | None = getattr(row.user, "member", None)
    audit.record(actor=by, action=action, target=row.user, data={"reason": reason.strip()}, subjects=[member] if member else [], ip=ip, **sides)
    kind = BLOCKED if action == "access.block" else OPENED
    notices.warn(row.user, kind, figures={"at": formats.moment(at)}, cause=f"access_block:{row.pk}.{kind.lower()}", at=at)
