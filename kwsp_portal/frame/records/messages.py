"""What left the house for one person. A message knows a number and the act that it tells of, not a person, and numbers are given on to others:
so it is somebody's where its act is theirs, and not before the number or the address was."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.db.models import Model, Q

from kwsp_portal.notify.enums import Whose
from kwsp_portal.notify.models import Message, Notice
from members.identity.models import Approval, Authenticator, Challenge, EmailAddress, Invitation, TacPhone, UserSession
from members.models import BankAccount, CounterProposal, Member

LOOKED_AT: Final = 50
"""Of the newest that went to the number and the address; older ones are no part of a record in short."""
ROWS: Final[Mapping[str, tuple[type[Model], str]]] = {
    "challenge": (Challenge, "user"),
    "approval": (Approval, "user"),
    "invitation": (Invitation, "user"),
    "tac_phone": (TacPhone, "user"),
    "authenticator": (Authenticator, "user"),
    "usersession": (UserSession, "user"),
    "emailaddress": (EmailAddress, "user"),
    "bankaccount": (BankAccount, "member__user"),
    "counterproposal": (CounterProposal, "member__user"),
}
"""Kinds of causes and the way from their row to the person; of `password:7.1795...` the person is the row."""
PEOPLES: Final = {"password", "recognition"}


def of_member(*, member: Member, phone: TacPhone | None, email: EmailAddress | None, size: int) -> Sequence[Message]:
    """The newest first. At most one query for each kind of cause that is among them."""
    since = Q(pk__in=())
    if phone is not None:
        since |= Q(to=phone.number, at__gte=phone.bound_at)
    if email is not None and email.address and email.verified_at:
        since |= Q(to=email.address, at__gte=email.verified_at)
    found = list(Message.objects.filter(since).order_by("-pk")[:LOOKED_AT])
    own = _own_causes(member, {one.cause for one in found})
    return [one for one in found if one.cause in own][:size]


def _own_causes(member: Member, causes: Iterable[str]) -> set[str]:
    by_kind: dict[str, dict[int, set[str]]] = {}
    for cause in causes:
        kind, _colon, key = cause.partition(":")
        number = key.partition(".")[0]
        if number.isascii() and number.isdigit():
            by_kind.setdefault(kind, {}).setdefault(int(number), set()).add(cause)
    return {cause for kind, keys in by_kind.items() for key in _own_keys(member, kind, keys) for cause in keys[key]}


def _own_keys(member: Member, kind: str, keys: Iterable[int]) -> Iterable[int]:
    """Of rows of this kind, those that are the member's. What is of no known kind is nobody's: better not shown than another's."""
    if kind in PEOPLES:
        return [key for key in keys if key == member.user_id]
    if kind == "notice":
        return Notice.objects.filter(pk__in=keys, whose=Whose.MEMBER, whose_id=member.pk).values_list("pk", flat=True)
    if kind not in ROWS or member.user_id is None:
        return ()
    model, way = ROWS[kind]
    return model._default_manager.filter(pk__in=keys, **{way: member.user_id}).values_list("pk", flat=True)
