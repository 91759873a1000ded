"""What other parts call employers for: who acts for whom, the User ID of those whom an employer appointed, what their password may not be made of,
and the words of messages."""

from collections.abc import Callable, Collection, Iterator, Mapping

from django.db.models import Q, QuerySet

from employers import access
from employers.models import Representative
from employers.services import appointment_queue, leave, news, user_ids
from kwsp_portal.common import clock
from kwsp_portal.notify import addresses, kinds
from kwsp_portal.notify.enums import Channel, Whose
from members.identity import activation, emails, passwords, phones, recovery
from members.identity.enums import InvitationKind
from members.identity.models import User, in_small_letters

appointment_queue.register()
activation.user_id_is_given(InvitationKind.EMPLOYER)(user_ids.given)
for _code, _kind in (*leave.KINDS.items(), *news.KINDS.items()):
    kinds.register(_code, _kind)


@recovery.finds(recovery.Who.EMPLOYER)
def representative_known_by(number: str) -> QuerySet[User]:
    """By the number of an employer that the person still acts for, or by the own User ID; the phone tells which of them it is."""
    acts_for = Q(representations__employer__number=number, representations__removed_on__isnull=True)
    return User.objects.filter(acts_for | Q(user_id=in_small_letters(number), representations__isnull=False))


@passwords.of_own_data
def of_the_employers(user: User) -> Iterator[str]:
    """Numbers and names of the employers that the person acts for."""
    rows = Representative.objects.filter(user=user).select_related("employer") if user.pk else ()
    for row in rows:
        yield from (row.employer.number, row.employer.name)


def _of_readers(found: Callable[[Collection[int]], dict[int, str]]) -> addresses.Finder:
    """The addresses of those who act for the employer today: who was removed hears nothing more."""

    def finder(readers: Collection[addresses.Reader]) -> Mapping[addresses.Reader, str]:
        acting = {addresses.Reader(*pair) for pair in access.acting_among(readers, on=clock.business_date())}
        known = found({reader.user_id for reader in acting})
        return {reader: known[reader.user_id] for reader in acting if reader.user_id in known}

    return finder


addresses.register(Whose.EMPLOYER, Channel.SMS, _of_readers(phones.numbers_of))
addresses.register(Whose.EMPLOYER, Channel.EMAIL, _of_readers(emails.addresses_of))
