"""A forgotten User ID or password (seed 000): who it is, the TAC phone number typed in full, a code to that phone, then a new password.

A stranger learns nothing here. The same page, status and work follow whether the person exists, the number is theirs, or the limits of ruling 27 let
no code out: where no code may go there is a decoy. What is counted before that is counted by what was typed and the address, alike for everybody.
And a stranger locks nobody out: what is asked for from one address is another code than from elsewhere, and what is guessed there is a part of
the part that strangers may guess wrong (tac_limits). A number that took the place of another recovers nothing while it cools off: who had it changed
may not be the person, whose password and known browsers are the way to cancel the change (decisions.md).
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_noop

from kwsp_portal import audit
from kwsp_portal.notify.kinds import Kind
from kwsp_portal.templatetags import formats
from members.identity import asks, devices, endings, notices, passwords, tac
from members.identity.asks import TooMany as TooMany
from members.identity.enums import Bound, Purpose, SessionEnd
from members.identity.models import Approval, Challenge, User
from members.identity.origins import origin_of


class Forgot(StrEnum):
    """What the person has lost."""

    USER_ID = "USER_ID"
    PASSWORD = "PASSWORD"  # noqa: S105 - a name
    BOTH = "BOTH"


class Who(StrEnum):
    """At which door they sign in."""

    MEMBER = "MEMBER"
    EMPLOYER = "EMPLOYER"


Finder = Callable[[str], "QuerySet[User]"]
_FINDERS: dict[Who, Finder] = {}

KINDS: Final = {
    "PASSWORD_CHANGED": Kind(
        gettext_noop("Kata laluan ditukar"),
        (gettext_noop("KWSP: Kata laluan i-Akaun anda ditukar pada %(at)s. Bukan anda? Hubungi KWSP dengan segera."),),
        {},
    ),
    "USER_ID_SHOWN": Kind(
        gettext_noop("ID Pengguna ditunjukkan"),
        (gettext_noop("KWSP: ID Pengguna i-Akaun anda ditunjukkan pada %(at)s selepas TAC. Bukan anda? Hubungi KWSP dengan segera."),),
        {},
    ),
}


def finds(who: Who) -> Callable[[Finder], Finder]:
    """Decorates what finds the users that an identity, member or employer number belongs to (apps above register theirs in work.py)."""

    def register(finder: Finder) -> Finder:
        _FINDERS[who] = finder
        return finder

    return register


def ask(*, who: Who, known_by: str, number: str, forgot: Forgot, at: datetime, ip: str | None = None, browser: str = "") -> Challenge:
    """A code to the phone, if all that was typed belongs together; else a decoy that cannot be told from it. Raises TooMany.

    `browser` is a secret of the one that asks: the second of two clicks there gets the code of the first, whosever number it is.
    """

    def issue() -> Challenge:
        # What the limits refuse is said to the trail; here it would say whose number this is.
        user, unknown = _found(who, known_by, number, at), secrets.token_hex(16)
        return tac.issue(user=user, purpose=Purpose.RECOVERY, shown=shown(origin_of(ip)), at=at, unknown=unknown, or_decoy=True, ip=ip)

    typed = f"{who} {forgot} {known_by} {number}"
    return asks.answered(about=f"number {number}", typed=typed, browser=browser, ip=ip, at=at, issue=issue)


def shown(origin: str) -> dict[str, str]:
    """What the code approves: the recovery that was asked for from there. What is forgotten is kept beside it, in the session that asked."""
    return {"act": "RECOVER", "origin": origin}


def show_user_id(*, approval: Approval, origin: str, forgot: Forgot, at: datetime, ip: str | None = None) -> User:
    """The User ID for who gave the right code. Raises tac.Refused."""
    user = approval.user
    with transaction.atomic():
        tac.spend(approval=approval, user=user, purpose=Purpose.RECOVERY, shown=shown(origin), at=at)
        audit.record(actor=user, action="identity.recover", target=f"user:{user.pk}", data={"forgot": forgot.value}, subjects=[user], ip=ip)
        tell(user, "USER_ID_SHOWN", cause=f"approval:{approval.pk}", at=at)
    return user


def set_password(*, approval: Approval, origin: str, forgot: Forgot, password: str, at: datetime, ip: str | None = None) -> list[passwords.Rule]:
    """A new password for who gave the right code; every session ends and no browser is known any more. The rules it breaks, if any: then nothing
    has changed, and the code is good for another try. Raises tac.Refused."""
    user = approval.user
    broken = passwords.broken(password, own=passwords.own_data(user))
    if broken:
        return broken
    hashed = make_password(password)
    with transaction.atomic():
        tac.spend(approval=approval, user=user, purpose=Purpose.RECOVERY, shown=shown(origin), at=at)
        change_password(user, hashed, at=at, ip=ip)
        audit.record(actor=user, action="identity.recover", target=f"user:{user.pk}", data={"forgot": forgot.value}, subjects=[user], ip=ip)
    return []


def change_password(user: User, hashed: str, *, at: datetime, except_key: str | None = None, ip: str | None = None) -> None:
    """The password's hash is another from now on, in the caller's transaction: the sessions end, but for that of the key,
    and the tokens, and the phone is told."""
    User.objects.filter(pk=user.pk).update(password=hashed)
    endings.end_all(user, except_key=except_key, why=SessionEnd.PASSWORD, at=at, ip=ip)
    if except_key is None:
        devices.forget_all(user, at=at)
    audit.record(actor=user, action="identity.password", target=f"user:{user.pk}", subjects=[user], ip=ip)
    tell(user, "PASSWORD_CHANGED", cause=f"password:{user.pk}.{int(at.timestamp())}", at=at)


def tell(user: User, kind: str, *, cause: str, at: datetime) -> None:
    """A warning to the TAC phone, the proved e-mail address and the own inbox, where there are such."""
    notices.warn(user, kind, figures={"at": formats.moment(at)}, cause=cause, at=at)


def _found(who: Who, known_by: str, number: str, at: datetime) -> User | None:
    """The one activated person whom both belong to; one query, whoever is asked for. A number that an employer's administrator registered after
    the activation is none that the person has proved: it recovers nothing. Nor does one that cools off."""
    proved = Q(tac_phones__how__in=(Bound.COUNTER, Bound.KIOSK)) | Q(tac_phones__bound_at__lte=F("activated_at"))
    settled = Q(tac_phones__cooling_until=None) | Q(tac_phones__cooling_until__lte=at)
    the_number = Q(tac_phones__number=number, tac_phones__ended_at=None)
    users = _FINDERS[who](known_by).filter(proved & settled & the_number, is_active=True, activated_at__isnull=False)
    found = list(users.distinct()[:2])
    return found[0] if len(found) == 1 else None
