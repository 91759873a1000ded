"""What other parts call employers for: who acts for whom, the User ID of those whom an employer appointed, what their password may not be made of,
and the words of messages."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from employers.models import Representative
from employers.services import appointment_queue, leave, news, user_ids
from kwsp_portal.notify import kinds
from members.identity import activation, passwords, recovery
from members.identity.enums import InvitationKind
from members.identity.models import User

appointment_queue.register()
activation.user_id_is_given(InvitationKind.EMPLOYER)(user_ids.given)
for _code, _kind in (*leave.KINDS.items(), *news.KINDS.items()):
    kinds.register(_code, _kind)


@recovery.finds(recovery.Who.EMPLOYER)
def representative_known_by(number: str) -> QuerySet[User]:
    """By the number of an employer that the person still acts for, or by the own User ID; the phone tells which of them it is."""
    acts_for = Q(representations__employer__number=number, representations__removed_on__isnull=True)
    return User.objects.filter(acts_for | Q(user_id=number.lower(), representations__isnull=False))


@passwords.of_own_data
def of_the_employers(user: User) -> Iterator[str]:
    """Numbers and names of the employers that the person acts for."""
    rows = Representative.objects.filter(user=user).select_related("employer") if user.pk else ()
    for row in rows:
        yield from (row.employer.number, row.employer.name)
