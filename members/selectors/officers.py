"""Officers of the fund, and who they are as people."""

from members.identity.enums import STAFF
from members.identity.models import User
from members.models import OfficerIdentity


def officers() -> list[tuple[User, OfficerIdentity | None]]:
    """Everybody who may sign in at the officers' door; those first whose identity nobody has entered. Two queries."""
    latest = {row.user_id: row for row in OfficerIdentity.objects.order_by("id")}
    people = User.objects.filter(role__in=STAFF, is_active=True).order_by("name", "pk")
    return sorted(((user, latest.get(user.pk)) for user in people), key=lambda pair: pair[1] is not None)


def officer(pk: int) -> User | None:
    return User.objects.filter(pk=pk, role__in=STAFF).first()
