"""What other parts ask of members: where a member's messages go."""

from collections.abc import Collection, Mapping

from kwsp_portal.notify import addresses
from kwsp_portal.notify.enums import Channel, Whose
from members.identity import phones
from members.models import Member


def telephones(ids: Collection[int]) -> Mapping[int, str]:
    """Of members the numbers that their codes go to."""
    users = dict(Member.objects.filter(pk__in=ids, user__isnull=False).values_list("user_id", "pk"))
    return {users[user_id]: number for user_id, number in phones.numbers_of(users).items()}


addresses.register(Whose.MEMBER, Channel.SMS, telephones)
