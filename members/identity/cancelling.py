"""A person did not want the change of their number: it ends, and with it whatever was made while codes went to the new one.

What was there before and was taken away by it (an app, an e-mail address) is wiped and cannot be given back: the person adds it anew.
What belongs to apps above they undo themselves (`undoes`): a member's bank account, in whose place the one before it comes back.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from members.identity import authenticators, devices, email_changes, phones
from members.identity.models import User

Undo = Callable[[User, datetime, datetime, str | None], None]
_UNDOS: list[Undo] = []


def undoes(undo: Undo) -> Undo:
    """Decorates what takes back what somebody made since a time, at a time, from an address (apps above register theirs in work.py)."""
    if undo not in _UNDOS:
        _UNDOS.append(undo)
    return undo


def cancel(*, user: User, at: datetime, except_key: str | None = None, ip: str | None = None) -> None:
    """The new number ends, and what was made in its time: an authenticator app, a proved e-mail address, known browsers, what apps above have; every
    token, and every session but that of the key. Raises phones.NotCooling, and then nothing has changed."""
    with transaction.atomic():
        seen = phones.current(user)
        if seen is None or phones.cooling_until(user, at=at) is None:
            raise phones.NotCooling
        # Before the person is held: a counter holds the member first, then the member's user.
        for undo in _UNDOS:
            undo(user, seen.bound_at, at, ip)
        phone = phones.held(user)
        if phone != seen:
            raise phones.NotCooling
        authenticators.undo_since(user=user, since=seen.bound_at, at=at, except_key=except_key, ip=ip)
        email_changes.undo_since(user=user, since=seen.bound_at, at=at, ip=ip)
        devices.forget_since(user, since=seen.bound_at, at=at)
        phones.cancel(user=user, at=at, except_key=except_key, ip=ip)
