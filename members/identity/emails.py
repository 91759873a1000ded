"""A person's e-mail address, as everybody else asks for it. How it comes to be theirs: email_changes.py.

Only a proved address is anybody's: what waits is never used for anything but its own code.
"""

from collections.abc import Collection
from datetime import datetime

from kwsp_portal.notify.models import masked_address
from members.identity.models import User
from members.identity.models_emails import EmailAddress

__all__ = ["EmailAddress", "addresses_of", "current", "masked", "waiting"]


def current(user: User) -> EmailAddress | None:
    """The person's proved address now."""
    return EmailAddress.objects.filter(user=user, ended_at=None).exclude(verified_at=None).first()


def waiting(user: User, *, at: datetime) -> EmailAddress | None:
    """The address that waits to be proved."""
    return EmailAddress.objects.filter(user=user, ended_at=None, verified_at=None, expires_at__gt=at).first()


def addresses_of(user_ids: Collection[int]) -> dict[int, str]:
    """The proved addresses of several people now; who has none is left out."""
    rows = EmailAddress.objects.filter(user_id__in=user_ids, ended_at=None).exclude(verified_at=None)
    return {row.user_id: str(row.address) for row in rows}


def masked(row: EmailAddress | None) -> str:
    """The address as a page shows it: its first letter and its host."""
    return masked_address(str(row.address)) if row and row.address else ""
