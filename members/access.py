"""Which member a signed-in person is."""

from django.http import Http404

from members.identity.models import User
from members.models import Member


def member_for(user: User) -> Member:
    """The member who signs in as `user`. Raises Http404."""
    found = Member.objects.filter(user_id=user.pk).first()
    if found is None:
        raise Http404
    return found
