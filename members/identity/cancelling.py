"""A person did not want the change of their number: it ends, and with it whatever was made while codes went to the new one.

What was there before and was taken away by it (an app, an e-mail address) is wiped and cannot be given back: the person adds it anew.
"""

from datetime import datetime

from django.db import transaction

from members.identity import authenticators, devices, email_changes, phones
from members.identity.models import User


def cancel(*, user: User, at: datetime, except_key: str | None = None, ip: str | None = None) -> None:
    """The new number ends, and an authenticator app, a proved e-mail address and known browsers of its time; every token, and every session but that
    of the key. Raises phones.NotCooling, and then nothing has changed."""
    with transaction.atomic():
        phone = phones.held(user)
        if phone is not None and phone.cooling_until is not None:
            authenticators.undo_since(user=user, since=phone.bound_at, at=at, except_key=except_key, ip=ip)
            email_changes.undo_since(user=user, since=phone.bound_at, at=at, ip=ip)
            devices.forget_since(user, since=phone.bound_at, at=at)
        phones.cancel(user=user, at=at, except_key=except_key, ip=ip)
