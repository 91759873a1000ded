"""The User ID of an employer's people comes from the employer number (seed 000), when they activate."""

from collections.abc import Iterator
from itertools import chain
from string import ascii_lowercase

from employers.models import Representative
from members.identity.models import User


def given(user: User) -> str:
    """The number itself for the first person ever appointed, then the number with the place in the order of appointments: `1000000102`.

    Rows of appointments are never deleted, so no User ID is given twice. Empty for somebody whom no employer appointed.
    """
    first = Representative.objects.filter(user=user).order_by("pk").select_related("employer").first()
    if first is None:
        return ""
    earlier = Representative.objects.filter(employer=first.employer, pk__lt=first.pk).exclude(user=user)
    place = earlier.values("user").distinct().count() + 1
    base = first.employer.number if place == 1 else f"{first.employer.number}{place:02d}"
    others = User.objects.exclude(pk=user.pk)
    return next(one for one in _spellings(base) if not others.filter(user_id=one).exists())


def _spellings(base: str) -> Iterator[str]:
    """Somebody else may have chosen the digits: then a letter follows."""
    return chain([base], (f"{base}{letter}" for letter in ascii_lowercase))
