"""What other parts ask of members: where a member's messages go, whose number it is, what a password may not be made of, what follows from a
correction of the register."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from django.db.models import Q, QuerySet

from kwsp_portal.notify import addresses
from kwsp_portal.notify.enums import Channel, Whose
from members.identity import emails, passwords, phones, recovery
from members.identity.models import User
from members.models import Member
from members.services import effects

_SPELLINGS = ("%d%m%Y", "%Y%m%d", "%d%m%y", "%y%m%d")


def telephones(ids: Collection[int]) -> Mapping[int, str]:
    """Of members the numbers that their codes go to."""
    users = _users_of(ids)
    return {users[user_id]: number for user_id, number in phones.numbers_of(users).items()}


def mailboxes(ids: Collection[int]) -> Mapping[int, str]:
    """Of members the e-mail addresses that they proved to be theirs."""
    users = _users_of(ids)
    return {users[user_id]: address for user_id, address in emails.addresses_of(users).items()}


def _users_of(ids: Collection[int]) -> dict[int, int]:
    return dict(Member.objects.filter(pk__in=ids, user__isnull=False).values_list("user_id", "pk"))


addresses.register(Whose.MEMBER, Channel.SMS, telephones)
addresses.register(Whose.MEMBER, Channel.EMAIL, mailboxes)
effects.register()


@recovery.finds(recovery.Who.MEMBER)
def member_known_by(number: str) -> QuerySet[User]:
    """By identity number or member number, as typed without blanks and hyphens."""
    return User.objects.filter(Q(member__identity_number=number.upper()) | Q(member__number=number))


@passwords.of_own_data
def of_the_register(user: User) -> Iterator[str]:
    """The member's numbers, telephone in both spellings, and birth date as people write it."""
    member = getattr(user, "member", None)
    if member is None:
        return
    yield from (member.number, member.identity_number, member.phone, member.phone.replace("+60", "0"))
    born: date = member.birth_date
    yield from (born.strftime(spelling) for spelling in _SPELLINGS)
