"""The public page that registers for i-Saraan without an i-Akaun: identity and member number, then a code to the phone that a counter or kiosk bound.

A stranger learns nothing here: the same page, status and work follow whether the person exists or not (as members.identity.recovery). A number that
took the place of another gets no code while it cools off.
"""

import secrets
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from members.identity import asks, tac, tac_messages
from members.identity.enums import Bound, Purpose
from members.identity.models import Challenge, User
from members.identity.origins import origin_of

KINDS: Final = {"TAC_INCENTIVE": tac_messages.kind(subject=_("TAC i-Saraan"), sentence=_("%(tac)s ialah TAC anda untuk mendaftar i-Saraan."))}


def ask(*, identity: str, number: str, at: datetime, ip: str | None = None, browser: str = "") -> Challenge:
    """A code to the phone, if both numbers are one member's with a phone; else a decoy that cannot be told from it. Raises asks.TooMany."""

    def issue() -> Challenge:
        user, unknown = _found(identity, number, at), secrets.token_hex(16)
        return tac.issue(user=user, purpose=Purpose.INCENTIVE, shown=shown(origin_of(ip)), at=at, unknown=unknown, or_decoy=True, ip=ip)

    return asks.answered(about=f"incentive {identity}", typed=f"incentive {identity} {number}", browser=browser, ip=ip, at=at, issue=issue)


def shown(origin: str) -> dict[str, str]:
    """What the code approves: a registration that was asked for from there."""
    return {"act": "REGISTER_ISARAAN", "origin": origin}


def _found(identity: str, number: str, at: datetime) -> User | None:
    """The one living member whom both belong to, with a phone that a counter or kiosk bound; one query, whoever is asked for."""
    settled = Q(tac_phones__cooling_until=None) | Q(tac_phones__cooling_until__lte=at)
    the_phone = Q(tac_phones__how__in=(Bound.COUNTER, Bound.KIOSK), tac_phones__ended_at=None)
    theirs = Q(member__identity_number=identity, member__number=number, member__died_on=None)
    found = list(User.objects.filter(theirs & settled & the_phone, is_active=True).distinct()[:2])
    return found[0] if len(found) == 1 else None
