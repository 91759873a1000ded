"""The number a person's codes go to. It is bound at a counter, a kiosk or, the first one, by an employer's administrator; what everybody knows
binds none (31).

A number that takes the place of another cools off for money: for 24 hours acts that move money are refused (`cooling_until`), the old number is
told, and the person may cancel the change. Then no number is the person's until the counter binds one: whoever can cancel may be the thief.
"""

import hmac
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from kwsp_portal import audit, turns
from kwsp_portal import phones as numbers
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.enums import Inbox
from kwsp_portal.templatetags import formats
from members.identity import emails, endings
from members.identity.enums import Bound, Ended, SessionEnd
from members.identity.models import User
from members.identity.models_tac import TacPhone

__all__ = ["NotCooling", "TacPhone", "bind", "cancel", "cooling_until", "current", "held", "is_number", "masked", "remove", "told"]


class NotCooling(Exception):
    """There is no change of number that could still be cancelled."""


def current(user: User) -> TacPhone | None:
    """The person's number now."""
    return TacPhone.objects.filter(user=user, ended_at=None).first()


def held(user: User) -> TacPhone | None:
    """The person's number, which nobody else changes until the open transaction ends."""
    _hold(user)
    return current(user)


def hold_number(number: str) -> None:
    """One person at a time may come to have this number, until the open transaction ends: whose it is, is looked at behind this. It comes before
    the lock on the person, never after it."""
    turns.take(errand="phones.number", name=number)


def had_one(user: User) -> bool:
    """Whether a number was the person's at any time: who could be asked for a code once is not asked for less when it ends."""
    return TacPhone.objects.filter(user=user).exists()


def numbers_of(user_ids: Collection[int]) -> dict[int, str]:
    """The numbers of several people now; who has none is left out."""
    return dict(TacPhone.objects.filter(user_id__in=user_ids, ended_at=None).values_list("user_id", "number"))


def masked(phone: TacPhone | None) -> str:
    """The number as a page shows it: only its last digits."""
    return numbers.masked(phone.number) if phone else ""


def is_number(phone: TacPhone | None, typed: str) -> bool:
    """Whether somebody typed this number in full, in whatever spelling."""
    try:
        number = numbers.parse(typed)
    except Refusal:
        number = ""
    return hmac.compare_digest(number, phone.number if phone else "+0")


def cooling_until(user: User, *, at: datetime) -> datetime | None:
    """Until when money waits after a change of number; None when it does not. A change that was cancelled has nothing to wait for."""
    phone = current(user)
    return phone.cooling_until if phone and phone.cooling_until and phone.cooling_until > at else None


def told(user: User, *, at: datetime) -> list[TacPhone]:
    """Whom a warning goes to: the number now, and while it cools off the one before it, too, which may be the owner's."""
    phone = current(user)
    if phone is None:
        return []
    before = _replaced_by(phone) if cooling_until(user, at=at) else None
    return [phone, *filter(None, [before])]


def bind(*, user: User, number: str, how: Bound, by: User | None, at: datetime, inbox: Inbox | None = None, ip: str | None = None) -> TacPhone:
    """Make a number (E.164, as `kwsp_portal.phones.parse` gives it) the person's. The one before it ends, is told, and the new one cools off.

    Sessions and tokens end. The number that is current already stays as it is. `by` is who did it at the counter, or the employer's
    administrator; None the kiosk.
    """
    with transaction.atomic():
        hold_number(number)
        _hold(user)
        before = current(user)
        if before is not None and before.number == number:
            return before
        first = not TacPhone.objects.filter(user=user).exists()
        if before is not None:
            _end(before, Ended.REPLACED, at)
        cooling = None if first else at + timedelta(hours=settings.TAC["cooling_hours"])
        phone = TacPhone.objects.create(user=user, number=number, how=how, by=by, bound_at=at, cooling_until=cooling)
        endings.end_all(user, why=SessionEnd.FACTOR, at=at, by=by, ip=ip)
        then, now = {"number": masked(before)}, {"number": masked(phone)}
        audit.record(actor=by, action="phone.bind", target=f"user:{user.pk}", data={"how": how.value}, before=then, after=now, ip=ip)
        _tell(user, "PHONE_BOUND", phone, phone, inbox, at)
        if before is not None:
            _tell(user, "PHONE_CHANGED", before, phone, None, at)
        _tell_by_email(user, "PHONE_CHANGED" if before is not None else "PHONE_BOUND", phone, at)
    return phone


def cancel(*, user: User, at: datetime, except_key: str | None = None, ip: str | None = None) -> None:
    """The new number ends, and none is the person's; of the sessions only that of the key goes on. Raises NotCooling when it is too late or nothing
    changed. A part of `cancelling.cancel`, which ends what was made with that number, too."""
    with transaction.atomic():
        phone = held(user)
        if phone is None or phone.cooling_until is None or phone.cooling_until <= at:
            raise NotCooling
        _end(phone, Ended.CANCELLED, at)
        endings.end_all(user, why=SessionEnd.FACTOR, at=at, except_key=except_key, ip=ip)
        audit.record(actor=user, action="phone.cancel", target=f"user:{user.pk}", before={"number": masked(phone)}, after={}, ip=ip)
        for one in filter(None, (phone, _replaced_by(phone))):
            _tell(user, "PHONE_CANCELLED", one, phone, None, at)
        _tell_by_email(user, "PHONE_CANCELLED", phone, at)


def remove(
    *, user: User, by: User, at: datetime, proof: Mapping[str, Any] | None = None, inbox: Inbox | None = None, ip: str | None = None
) -> TacPhone | None:
    """The number is nobody's any more (lost, stolen, given back), and it is told so, with the one before it while it cools off; nothing where there
    is none. `proof` is by what the officer knew the person."""
    with transaction.atomic():
        phone = held(user)
        if phone is None:
            return None
        warned = told(user, at=at)
        _end(phone, Ended.REMOVED, at)
        endings.end_all(user, why=SessionEnd.FACTOR, at=at, by=by, ip=ip)
        before = {"number": masked(phone)}
        audit.record(actor=by, action="phone.remove", target=f"user:{user.pk}", data=dict(proof or {}), before=before, after={}, ip=ip)
        for one in warned:
            _tell(user, "PHONE_REMOVED", one, phone, inbox if one == phone else None, at)
        _tell_by_email(user, "PHONE_REMOVED", phone, at)
    return phone


def removed_since(user: User, *, since: datetime) -> bool:
    """Whether the person's last number was removed after that moment: the act that is asked for again is done."""
    last = TacPhone.objects.filter(user=user).first()
    return last is not None and last.ended_why == Ended.REMOVED and last.ended_at is not None and last.ended_at > since


def _replaced_by(phone: TacPhone) -> TacPhone | None:
    """The number that this one took the place of, in one act; one that ended before may be a stranger's by now, and is told nothing."""
    return TacPhone.objects.filter(user=phone.user_id, ended_why=Ended.REPLACED, ended_at=phone.bound_at).order_by("-pk").first()


def _hold(user: User) -> None:
    """One change of a person's number at a time."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _end(phone: TacPhone, why: Ended, at: datetime) -> None:
    phone.ended_at, phone.ended_why = at, why
    phone.save(update_fields=["ended_at", "ended_why"])


def _tell(user: User, kind: str, to: TacPhone, about: TacPhone, inbox: Inbox | None, at: datetime) -> None:
    """The SMS names the number by its last digits, and until when money waits."""
    figures = {"number": masked(about), "at": formats.moment(at)}
    notify.send_sms(to=to.number, kind=kind, figures=figures, language=user.language, inbox=inbox, cause=f"tac_phone:{about.pk}.{to.pk}", at=at)


def _tell_by_email(user: User, kind: str, about: TacPhone, at: datetime) -> None:
    """The same words to the proved address: who has both telephones does not have the mailbox."""
    email = emails.current(user)
    if email is not None:
        figures = {"number": masked(about), "at": formats.moment(at)}
        to, cause = str(email.address), f"tac_phone:{about.pk}"
        notify.send_email(to=to, kind=kind, figures=figures, language=user.language, inbox=None, cause=cause, at=at)
