"""What a counter looks at: a search by any key, and what is known of one member's i-Akaun. Every way goes by an index (benchmarks/searching.py)."""

from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from kwsp_portal import phones as numbers
from kwsp_portal.common.names import name_key
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.notify.models import Message
from members.enums import ProposalState
from members.identity import invitations, phones
from members.identity.models import Invitation
from members.identity.models_tac import TacPhone
from members.models import CounterProposal, IdentityCheck, Member
from members.rules import identity

MOST: Final = 20
"""More than so many are not shown: more letters are asked for."""
SHORTEST_NAME: Final = 3
PROPOSALS_A_PAGE: Final = 25
_NUMBER_DIGITS: Final = 8


class Way(StrEnum):
    """By which key somebody was found."""

    NUMBER = "NUMBER"
    PHONE = "PHONE"
    NAME = "NAME"


class Found(NamedTuple):
    """The first MOST members, and whether there are more."""

    members: list[Member]
    way: Way
    more: bool = False


def search(text: str) -> Found:
    """Members by identity number (any spacing), member number, phone, or how the name begins. At most two queries."""
    key = identity.compact(text)
    if not key:
        return Found([], Way.NAME)
    if any(sign.isdigit() for sign in key):
        found = _by_number(key)
        return Found(found, Way.NUMBER) if found else Found(_by_phone(text), Way.PHONE)
    beginning = name_key(text)
    if len(beginning) < SHORTEST_NAME:
        return Found([], Way.NAME)
    people = list(_members().filter(name_key__startswith=beginning)[: MOST + 1])
    people.sort(key=lambda member: (member.name_key, member.number))
    return Found(people[:MOST], Way.NAME, len(people) > MOST)


def _members() -> QuerySet[Member]:
    return Member.objects.select_related("user")


def _by_number(key: str) -> list[Member]:
    """An identity number; eight digits are a member number too."""
    own = _members().filter(number=key).first() if len(key) == _NUMBER_DIGITS else None
    others = list(_members().filter(identity_number=key).order_by("number")[:MOST])
    return [own, *others] if own is not None and own not in others else others


def _by_phone(text: str) -> list[Member]:
    """The number that codes go to, and the one that members gave to be reached by."""
    try:
        number = numbers.parse(text)
    except Refusal:
        return []
    coded = Member.objects.filter(user__in=TacPhone.objects.filter(number=number, ended_at__isnull=True).values("user_id"))
    found = coded.values("pk").union(Member.objects.filter(phone=number).values("pk"))
    return list(_members().filter(pk__in=found).order_by("number")[:MOST])


class IAkaun(NamedTuple):
    """How a member stands with the i-Akaun: the number that codes go to, the last invitation, its message, and what waits for a supervisor."""

    active_since: datetime | None
    phone: str
    invitation: Invitation | None
    message: Message | None
    waiting: list[CounterProposal]
    checks: list[IdentityCheck]


def i_akaun_of(member: Member) -> IAkaun:
    """For the member's page at the counter."""
    user = member.user
    invitation = Invitation.objects.filter(user=user).select_related("issued_by").first() if user else None
    return IAkaun(
        active_since=user.activated_at if user else None,
        phone=phones.masked(phones.current(user)) if user else "",
        invitation=invitation,
        message=message_of(invitation) if invitation else None,
        waiting=list(CounterProposal.objects.filter(member=member, state=ProposalState.PROPOSED).select_related("proposed_by")),
        checks=list(IdentityCheck.objects.filter(member=member).select_related("checked_by")[:5]),
    )


def message_of(invitation: Invitation) -> Message | None:
    """The SMS of an invitation, whose state the officer sees."""
    return Message.objects.filter(cause=invitations.cause_of(invitation)).first()


def proposals_page(*, state: str, number: str | None) -> "Page[CounterProposal]":
    """The oldest that wait first; the newest decisions first."""
    rows = CounterProposal.objects.select_related("member", "proposed_by", "decided_by")
    rows = rows.filter(state=state) if state else rows
    ordered = rows.order_by("id") if state == ProposalState.PROPOSED else rows.order_by("-id")
    return Paginator(ordered, PROPOSALS_A_PAGE).get_page(number)
