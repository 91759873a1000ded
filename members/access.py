"""Which member a signed-in person is."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import Http404

from members.enums import NameMatch
from members.identity.models import Invitation, User
from members.models import BankAccount, CounterProposal, Member
from members.selectors import cooling, replacing


def member_for(user: User, *, marked: Callable[["QuerySet[Member]"], "QuerySet[Member]"] = lambda members: members) -> Member:
    """The member who signs in as `user`, with what makes their money wait (selectors.cooling), what they still put back (selectors.replacing), and
    what a page marks them with. Raises Http404."""
    found = marked(replacing.marked(cooling.marked(Member.objects.filter(user_id=user.pk)))).first()
    if found is None:
        raise Http404
    return found


def member_numbered(number: str) -> Member:
    """The member of a number, for officers at a counter. Raises Http404."""
    found = Member.objects.select_related("user").filter(number=number).first()
    if found is None:
        raise Http404
    return found


def proposal_for(pk: int) -> CounterProposal:
    """What waits, or was decided, in the supervisor's queue. Raises Http404."""
    found = CounterProposal.objects.select_related("member__user", "proposed_by", "decided_by", "identity_check__checked_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def invitation_for(pk: int) -> Invitation:
    """A member's invitation, for the slip. Raises Http404."""
    found = Invitation.objects.select_related("user__member", "issued_by").filter(pk=pk, user__member__isnull=False).first()
    if found is None:
        raise Http404
    return found


def bank_account_for(pk: int) -> BankAccount:
    """An account whose name an officer compared, or is to compare. Raises Http404."""
    found = BankAccount.objects.select_related("member__user", "decided_by").filter(pk=pk, match=NameMatch.NEAR).first()
    if found is None:
        raise Http404
    return found
