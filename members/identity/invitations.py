"""How somebody without an i-Akaun gets one: a counter or kiosk issues a temporary User ID and a secret, by SMS only (seed 000, ruling 28).

The secret is a temporary password (members) or an activation code (employers). Nobody but the phone ever sees it: what is kept is its hash, made by
the same hasher as passwords. The User row is there from the invitation on; until the activation it opens no other door (backends.Activated).
"""

import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password, make_password
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from kwsp_portal import audit, phones
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.enums import Inbox
from kwsp_portal.notify.kinds import Kind
from kwsp_portal.templatetags import formats
from members.identity.enums import InvitationKind, Role
from members.identity.models import Invitation, User

DAYS: Final = 30
"""To the end of the thirtieth day after the issue (ruling 28)."""

LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for another: i, l, o, 0, 1. Each is worth 4.95 bits."""
LENGTH: Final = 16
"""79 bits; at least 64 are asked for what lives for days."""
GROUP: Final = 4

TEMPORARY: Final = "kwsp"
"""What temporary User IDs begin with; nobody may choose one like it."""
_DIGITS: Final = 8

REMEMBERED: Final = 3
"""The latest SMS of a person whose secrets are still known as such."""

KIOSK: Final = "kiosk"
KINDS: Final = {
    "INVITED_MEMBER": Kind(
        gettext_noop("i-Akaun anda menunggu"),
        (
            gettext_noop(
                "KWSP: ID Pengguna sementara %(user_id)s, kata laluan sementara %(password)s. Aktifkan selewat-lewatnya %(until)s. Jangan kongsi."
            ),
        ),
        {"until": lambda text: formats.day(date.fromisoformat(text))},
        secrets=("password",),
    ),
    "INVITED_EMPLOYER": Kind(
        gettext_noop("i-Akaun majikan menunggu"),
        (
            gettext_noop(
                "KWSP: ID sementara %(user_id)s, kod pengaktifan %(password)s. Aktifkan i-Akaun majikan selewat-lewatnya %(until)s. Jangan kongsi."
            ),
        ),
        {"until": lambda text: formats.day(date.fromisoformat(text))},
        secrets=("password",),
    ),
}
"""What the phone is told. The secret stands in the SMS only."""
_NOBODY_S: Final = UNUSABLE_PASSWORD_PREFIX
"""Against it Django makes a hash all the same."""


class AlreadyActivated(Exception):
    """The person has an i-Akaun: what is forgotten is recovered, not issued anew."""


class Unknown(Exception):
    """User ID and secret do not belong together. Which of them is wrong is not said."""


class Ended(Exception):
    """The secret is right, but nothing can be done with it any more. `code`: USED, VOIDED (by a newer one, as a rule), EXPIRED."""

    def __init__(self, code: str, invitation: Invitation) -> None:
        self.code, self.invitation = code, invitation
        super().__init__(code)


def begin(*, role: Role, name: str, language: str) -> User:
    """A user who can do nothing yet, under a temporary User ID, in the caller's transaction."""
    user_id = _temporary_id()
    while User.objects.filter(user_id=user_id).exists():
        user_id = _temporary_id()
    user = User(user_id=user_id, role=role, name=name, language=language)
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


def invite(
    *,
    user: User,
    kind: InvitationKind,
    phone: str,
    inbox: Inbox | None,
    by: User | None,
    on: date,
    at: datetime,
    ip: str | None = None,
) -> Invitation:
    """Send a new secret to `phone` (E.164); what was issued before is void from now on. `by` is None for a kiosk. Raises AlreadyActivated."""
    secret = _secret()
    hashed = make_password(secret)
    with transaction.atomic():
        locked = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
        if locked.activated_at is not None:
            raise AlreadyActivated
        earlier = _open(locked).first()
        _void(_open(locked), at)
        invitation = Invitation.objects.create(
            user=locked,
            kind=kind,
            secret_hash=hashed,
            phone=phone,
            issued_by=by,
            issued_at=at,
            issued_on=on,
            expires_on=on + timedelta(days=DAYS),
        )
        notify.send_sms(
            to=phone,
            kind=f"INVITED_{kind.value}",
            figures={"user_id": locked.user_id, "until": str(invitation.expires_on)},
            secrets={"password": grouped(secret)},
            language=locked.language,
            inbox=inbox,
            cause=cause_of(invitation),
            at=at,
            expires_at=at + timedelta(days=DAYS),
            on=on,
        )
        audit.record(
            actor=by or KIOSK,
            action="identity.invite",
            target=invitation,
            data={"kind": kind.value, "user": locked.pk},
            subjects=[locked],
            before=_kept(earlier),
            after=_kept(invitation),
            ip=ip,
        )
    return invitation


def cause_of(invitation: Invitation) -> str:
    """What the message of an invitation is known by (notify.Message.cause)."""
    return f"invitation:{invitation.pk}"


def find(*, user_id: str, secret: str, on: date) -> Invitation:
    """The open invitation that these belong to. Raises Unknown; Ended only for those who know the secret, also that of an SMS before the last.

    As many hashes are made whoever is asked for, so a wrong secret takes the same time for people who do not exist. Guesses are the view's
    to count (lockout.one_at_a_time, lockout.count_failure), as at the sign-in.
    """
    typed = normal(secret)
    sent = list(Invitation.objects.select_related("user").filter(user__user_id=user_id).order_by("-pk")[:REMEMBERED])
    kept = [*sent, *[None] * (REMEMBERED - len(sent))]
    invitation = next((one for one in kept if check_password(typed, one.secret_hash if one else _NOBODY_S) and one), None)
    if invitation is None:
        raise Unknown
    require_open(invitation, on=on)
    return invitation


def redeem(*, invitation_id: int, on: date, at: datetime) -> Invitation:
    """Use an invitation up, in the transaction of the activation; of any number at once one wins. Raises Ended."""
    if not connection.in_atomic_block:
        raise RuntimeError("invitations.redeem() was called outside transaction.atomic(); the secret and the activation end together")
    invitation = Invitation.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=invitation_id)
    require_open(invitation, on=on)
    invitation.used_at = at
    invitation.save(update_fields=["used_at"])
    audit.record(actor=invitation.user, action="identity.redeem", target=invitation, before={"state": "INVITED"}, after={"state": "ACTIVE"})
    return invitation


def void(*, invitation_id: int, at: datetime) -> bool:
    """End an invitation that is open; False where it had ended already."""
    with transaction.atomic():
        return bool(_void(Invitation.objects.filter(pk=invitation_id, used_at__isnull=True, voided_at__isnull=True), at))


def expire(*, on: date, at: datetime) -> Mapping[str, int]:
    """Void every open invitation whose last day is over (`run_batch expire_activations`)."""
    with transaction.atomic():
        over = Invitation.objects.filter(used_at__isnull=True, voided_at__isnull=True, expires_on__lt=on)
        voided = _void(over, at)
        if voided:
            audit.record(actor=None, action="identity.expire_invitations", data={"on": str(on), "voided": voided})
    return {"voided": voided}


def normal(typed: str) -> str:
    """A secret as people type it, with blanks, hyphens and capitals."""
    return re.sub(r"[\s-]", "", typed).lower()


def grouped(secret: str) -> str:
    """`abcd-efgh-jkmn-pqrs`: how the SMS shows it."""
    return "-".join(secret[place : place + GROUP] for place in range(0, len(secret), GROUP))


def why_ended(invitation: Invitation, *, on: date) -> str:
    """USED, VOIDED, EXPIRED, or nothing while it is open. One that the batch voided after its last day is expired."""
    if invitation.used_at is not None:
        return "USED"
    if invitation.expires_on < on:
        return "EXPIRED"
    return "VOIDED" if invitation.voided_at is not None else ""


def require_open(invitation: Invitation, *, on: date) -> None:
    """Raises Ended."""
    code = why_ended(invitation, on=on)
    if code:
        raise Ended(code, invitation)


def _void(found: QuerySet[Invitation], at: datetime) -> int:
    """End these, and withdraw their SMS that have not gone out: a code that opens nothing is not sent. How many they were."""
    ended = list(found.select_for_update(no_key=True).order_by("pk"))
    notify.withdraw(causes=[cause_of(one) for one in ended])
    return Invitation.objects.filter(pk__in=[one.pk for one in ended]).update(voided_at=at)


def _kept(invitation: Invitation | None) -> dict[str, str]:
    """What the trail keeps of an invitation, on either side of an act; nothing where there is none."""
    return {} if invitation is None else {"to": phones.masked(invitation.phone), "expires_on": str(invitation.expires_on)}


def _open(user: User) -> QuerySet[Invitation]:
    return Invitation.objects.filter(user=user, used_at__isnull=True, voided_at__isnull=True)


def _temporary_id() -> str:
    return f"{TEMPORARY}{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"


def _secret() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
