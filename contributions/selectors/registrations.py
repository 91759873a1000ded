"""What a member holds of the incentives, and what registering for one would need on a day: every condition, met or not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import JSONField, QuerySet
from django.db.models.expressions import RawSQL

from contributions.enums import IncentiveScheme, Occupation, RegistrationEnd
from contributions.facts import IncentiveFacts, Registration
from contributions.models import IncentiveRegistration
from contributions.rules import incentive_who
from contributions.rules.incentive_who import Condition
from contributions.selectors import incentive_facts
from kwsp_portal.common.rates import NotInForce
from members.models import Member

OWN_WISH: Final = (RegistrationEnd.MEMBER, RegistrationEnd.COUNTER)
"""Ends of a registration that the member asked for."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A scheme as it would begin for a member. `begins`: the day after another registration ends, where one still holds today. `not_in_force` where
    the scheme is not there; then nothing else is known of it."""

    scheme: IncentiveScheme
    begins: date
    conditions: Sequence[Condition] = ()
    not_in_force: NotInForce | None = None

    @property
    def unmet(self) -> Sequence[Condition]:
        return [one for one in self.conditions if not one.met]

    @property
    def good(self) -> bool:
        """Whether registering would do what it is for."""
        return self.not_in_force is None and not self.unmet


def of_member(member: Member) -> "QuerySet[IncentiveRegistration]":
    """All of them, the latest first."""
    return IncentiveRegistration.objects.filter(member=member).order_by("-first", "-pk")


def open_of(member: Member) -> IncentiveRegistration | None:
    """The one that holds and has no end yet."""
    return of_member(member).filter(last=None).first()


def begins(member: Member, *, on: date) -> date:
    """From when a registration made on a day holds: that day, or the day after the last one ends."""
    return begins_after(of_member(member), on=on)


def begins_after(found: Iterable[IncentiveRegistration], *, on: date) -> date:
    """As `begins`, of the member's registrations, the latest first."""
    last = next((one.last for one in found if one.last is not None), None)
    return on if last is None else max(on, last + timedelta(days=1))


def offer(member: Member, scheme: IncentiveScheme, *, occupation: Occupation | None, on: date) -> Offer:
    """What would hold from the day on which it would begin, with that occupation."""
    return offered(incentive_facts.facts_of(member, on=on), scheme, occupation=occupation, day=begins(member, on=on))


def offers(member: Member, found: Iterable[IncentiveRegistration], *, on: date) -> Mapping[IncentiveScheme, Offer]:
    """What would hold of each scheme, the work being chosen yet. `found`: the member's registrations, the latest first. Five queries."""
    facts, day = incentive_facts.facts_of(member, on=on), begins_after(found, on=on)
    return {scheme: offered(facts, scheme, occupation=None, day=day) for scheme in IncentiveScheme}


def offered(facts: IncentiveFacts, scheme: IncentiveScheme, *, occupation: Occupation | None, day: date) -> Offer:
    """As `offer`, of facts: the registration itself is taken as made. Another one that holds on that day stands in its way."""
    made = Registration(scheme, day, None, occupation)
    supposed = facts._replace(registrations=[*facts.registrations, made])
    try:
        return Offer(scheme=scheme, begins=day, conditions=incentive_who.conditions(supposed, scheme, on=day))
    except NotInForce as error:
        return Offer(scheme=scheme, begins=day, not_in_force=error)


def as_it_stands(member: Member, found: IncentiveRegistration, *, on: date) -> Offer:
    """The conditions of a registration that holds, or is to begin, for a contribution paid now."""
    day, scheme = max(on, found.first), IncentiveScheme(found.scheme)
    try:
        conditions = incentive_who.conditions(incentive_facts.facts_of(member, on=day), scheme, on=day)
    except NotInForce as error:
        return Offer(scheme=scheme, begins=found.first, not_in_force=error)
    return Offer(scheme=scheme, begins=found.first, conditions=conditions)


def needs_form(member: Member) -> bool:
    """Whether a counter asks for KWSP 16G(M): only until one is kept, or another way led to i-Saraan (seed 002: the first time only)."""
    return not of_member(member).filter(scheme=IncentiveScheme.ISARAAN).exists()


class ToDo(StrEnum):
    """What of an incentive waits for the member: LISTED stands on the e-Kasih list, holds nothing and may; UNPAID holds one and has paid nothing to
    it this year; LACKING likewise, but what is paid now would earn nothing."""

    LISTED = "LISTED"
    UNPAID = "UNPAID"
    LACKING = "LACKING"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """`scheme` is the one that is held, or that the list offers; `unmet` is what it lacks."""

    what: ToDo
    scheme: IncentiveScheme
    unmet: Sequence[Condition] = ()


def marked(members: "QuerySet[Member]", *, on: date) -> "QuerySet[Member]":
    """With their latest registration, whether they stand on the e-Kasih list, and whether they paid to that scheme this year: for `waiting`."""
    found = RawSQL(
        """
        SELECT jsonb_build_object('scheme', held.scheme, 'first', held.first, 'last', held.last, 'ended_why', held.ended_why,
            'listed', EXISTS (SELECT FROM contributions_ekasihspan AS span
                               WHERE span.member_id = members_member.id AND span.first <= %s AND span.last IS NULL),
            'paid', EXISTS (SELECT FROM contributions_voluntarycontribution AS paid
                             WHERE paid.member_id = members_member.id AND paid.kind = held.scheme AND paid_on BETWEEN %s AND %s))
        FROM (SELECT) AS nobody LEFT JOIN LATERAL (
            SELECT scheme, first, last, ended_why FROM contributions_incentiveregistration AS registration
            WHERE registration.member_id = members_member.id ORDER BY first DESC, id DESC LIMIT 1
        ) AS held ON true""",
        (on, date(on.year, 1, 1), date(on.year, 12, 31)),
        JSONField(),
    )
    return members.annotate(incentive=found)


def waiting(member: Member, *, on: date) -> Waiting | None:
    """What the member's home says of the incentives, if there is something to do; the member was fetched with `marked`. Who gave i-Suri up is left
    alone, and so is whom nothing is known to wait for: their conditions are not asked. Five queries of the others."""
    row: Any = member
    found = row.incentive
    if found["scheme"] and (found["last"] is None or date.fromisoformat(found["last"]) >= on):
        begun = found["last"] is None and date.fromisoformat(found["first"]) <= on
        return _unpaid(member, IncentiveScheme(found["scheme"]), on) if begun and not found["paid"] else None
    gave_up = found["scheme"] == IncentiveScheme.ISURI and found["ended_why"] in OWN_WISH
    if not found["listed"] or gave_up:
        return None
    offer = offered(incentive_facts.facts_of(member, on=on), IncentiveScheme.ISURI, occupation=None, day=on)
    return Waiting(what=ToDo.LISTED, scheme=IncentiveScheme.ISURI) if offer.good else None


def _unpaid(member: Member, scheme: IncentiveScheme, on: date) -> Waiting | None:
    """Of a year without terms nothing is said."""
    try:
        conditions = incentive_who.conditions(incentive_facts.facts_of(member, on=on), scheme, on=on)
    except NotInForce:
        return None
    unmet = [one for one in conditions if not one.met]
    return Waiting(what=ToDo.LACKING if unmet else ToDo.UNPAID, scheme=scheme, unmet=unmet)
