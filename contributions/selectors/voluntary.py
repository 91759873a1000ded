"""What a member's pages show of voluntary contributions: a year by kind with what its ceiling leaves, what was paid for others, what comes back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from contributions import explanations_incentive
from contributions.enums import IncentiveClaimState, IncentiveScheme, PaymentMethod, PaymentState, VoluntaryKind
from contributions.explanations_incentive import Assumed, Explained
from contributions.facts import IncentiveFacts
from contributions.models import CounterReceipt, IncentiveClaim, IncentiveRegistration, IncentiveRun, Payment, VoluntaryContribution, VoluntaryReturn
from contributions.rules import incentive, incentive_claims, incentive_steps, incentive_who
from contributions.rules.incentive import Before, Earned, HalfYear
from contributions.rules.incentive_claims import Claimed
from contributions.selectors import counter, incentive_facts
from contributions.selectors.filings import IN_FLIGHT
from kwsp_portal.common import money
from kwsp_portal.common.rates import NotInForce
from members.models import Member

FIRST_YEAR = incentive.LAW["ceiling"].earliest.year


@dataclass(frozen=True, kw_only=True)
class KindLine:
    """What was credited of one kind in a year, RM: in all, and of that what others paid."""

    kind: VoluntaryKind
    count: int
    amount: Decimal
    by_others: Decimal

    @property
    def by_self(self) -> Decimal:
        return self.amount - self.by_others


@dataclass(frozen=True, kw_only=True)
class ChannelLine:
    """What was credited of what came by one way in a year, RM; `method` is empty for what the portal was not the way of."""

    method: str
    count: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class IncentiveLine:
    """What a scheme has earned in a year by what was paid so far, before anything of it is claimed. `earned` is None for a year whose terms no
    source confirms; `more` is what would earn the rest if it were paid today: in the year that runs, while every condition holds, where one amount
    does and the year's ceiling leaves room for it."""

    scheme: IncentiveScheme
    earned: Earned | None
    more: Decimal | None
    why: Explained | None
    assumed: Assumed


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Why a contribution to a scheme earns no incentive: codes of the conditions that are not met (`incentive_who`), and YEAR_FULL, LIFETIME_FULL,
    NOT_IN_FORCE. Words: contributions/explanations_incentive.py."""

    scheme: IncentiveScheme
    why: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class YearPage:
    """A calendar year of a member, all RM. `waiting` has come and is not credited yet; `room` is what the ceiling leaves after both. `assumed`: why
    the ceiling is taken, where no source confirms it."""

    year: int
    years: Sequence[int]
    on: date
    lines: Sequence[KindLine]
    total: Decimal
    waiting: Decimal
    ceiling: Decimal | None
    room: Decimal | None
    contributions: Sequence[VoluntaryContribution]
    for_others: Sequence[Payment]
    open: Sequence[Payment]
    returns: Sequence[VoluntaryReturn]
    cheques: Sequence[CounterReceipt]
    incentives: Sequence[IncentiveLine]
    assumed: Assumed

    @property
    def empty(self) -> bool:
        return not (self.contributions or self.for_others or self.open or self.returns or self.cheques)


def marked(members: "QuerySet[Member]") -> "QuerySet[Member]":
    """With the day of the first voluntary contribution of each: for `year_of`."""
    of_member = VoluntaryContribution.objects.filter(member=OuterRef("pk")).order_by("paid_on")
    return members.annotate(voluntary_since=Subquery(of_member.values("paid_on")[:1]))


def year_of(*, member: Member, year: int, on: date) -> YearPage:
    """The page of a year, of a member who was fetched with `marked`. Six queries, and some more where there is an incentive."""
    row: Any = member
    first: date | None = row.voluntary_since
    found = contributions_of(member=member, year=year)
    lines = by_kind(member=member, found=found)
    total = sum((line.amount for line in lines), start=money.ZERO)
    waiting = sum((one.amount for one in found if one.credited_on is None), start=money.ZERO)
    ceiling = _ceiling(year)
    room = None if ceiling is None else max(ceiling - total - waiting, money.ZERO)
    paid = Payment.objects.filter(voluntary__payer=member).select_related("voluntary__member").order_by("-pk")
    of_year = Q(paid_at__year=year) | Q(paid_at=None, started_on__year=year)
    payments = list(paid.filter(Q(of_year, state=PaymentState.APPROVED) & ~Q(voluntary__member=member) | Q(state__in=IN_FLIGHT)))
    return YearPage(
        year=year,
        years=range(on.year, min(first.year if first else on.year, year) - 1, -1),
        on=on,
        lines=lines,
        total=total,
        waiting=waiting,
        ceiling=ceiling,
        room=room,
        contributions=found,
        for_others=[one for one in payments if one.state == PaymentState.APPROVED],
        open=[one for one in payments if one.state in IN_FLIGHT],
        returns=list(
            VoluntaryReturn.objects.filter(payer=member, counter_payer=None, found_on__year=year).select_related("payment__voluntary__member")
        ),
        cheques=counter.cheques_of(member, year=year),
        incentives=incentives_of(member=member, year=year, on=on, room=room),
        assumed=explanations_incentive.assumed_ceiling(year),
    )


def contributions_of(*, member: Member, year: int) -> Sequence[VoluntaryContribution]:
    """Those of a calendar year, by the day on which they were paid, the newest first."""
    found = VoluntaryContribution.objects.filter(member=member, paid_on__year=year).select_related("payment__voluntary", "payment__counter_receipt")
    return list(found.order_by("-paid_on", "-pk"))


def by_kind(*, member: Member, found: Sequence[VoluntaryContribution]) -> Sequence[KindLine]:
    """What was credited and stands, by kind; kinds of which nothing was are left out."""
    lines = []
    for kind in VoluntaryKind:
        own = [one for one in found if one.kind == kind and one.credited and one.reversed_on is None]
        theirs = [one for one in own if one.payment and _is_by_another(one.payment, member)]
        if own:
            lines.append(KindLine(kind=kind, count=len(own), amount=_sum(own), by_others=_sum(theirs)))
    return lines


def _is_by_another(payment: Payment, member: Member) -> bool:
    """Another member's order; or at a counter who stood there in the member's place, whose name the receipt has."""
    receipt = getattr(payment, "counter_receipt", None)
    return bool(receipt.payer_name) if receipt else payment.voluntary is not None and payment.voluntary.payer_id != member.pk


def by_channel(found: Sequence[VoluntaryContribution]) -> Sequence[ChannelLine]:
    """What was credited and stands, by the way by which it came; ways by which nothing did are left out."""
    lines = []
    for method in (*PaymentMethod, ""):
        own = [one for one in found if (one.payment.method if one.payment else "") == method and one.credited and one.reversed_on is None]
        if own:
            lines.append(ChannelLine(method=str(method), count=len(own), amount=_sum(own)))
    return lines


def incentives_of(*, member: Member, year: int, on: date, room: Decimal | None) -> Sequence[IncentiveLine]:
    """The incentives of a year for which the member was registered, or paid something. One query where there is none."""
    held = IncentiveRegistration.objects.filter(Q(last=None) | Q(last__year__gte=year), member=member, first__year__lte=year)
    paid = VoluntaryContribution.objects.filter(member=member, kind__in=list(IncentiveScheme), credited__gt=0, reversed_on=None, paid_on__year=year)
    touched = set(held.order_by().values_list("scheme", flat=True).union(paid.order_by().values_list("kind", flat=True)))
    if not touched:
        return []
    facts = incentive_facts.facts_of(member, on=on)
    open_to = {scheme for scheme in touched if year == on.year and incentive_who.eligible(facts, IncentiveScheme(scheme), on=on)}
    return [_incentive(member, facts, scheme, year, room if scheme in open_to else money.ZERO) for scheme in IncentiveScheme if scheme in touched]


def _incentive(member: Member, facts: IncentiveFacts, scheme: IncentiveScheme, year: int, room: Decimal | None) -> IncentiveLine:
    """`room`: what may still be paid that would count, RM; None where no ceiling is known."""
    assumed = explanations_incentive.assumed(scheme, year)
    try:
        earned = _earned(member, facts, scheme, year)
    except NotInForce:
        return IncentiveLine(scheme=scheme, earned=None, more=None, why=None, assumed=assumed)
    more = earned.more if earned.more and (room is None or earned.more <= room) else None
    why = explanations_incentive.explained(incentive_steps.of_earned(earned, payable=more is not None))
    return IncentiveLine(scheme=scheme, earned=earned, more=more, why=why, assumed=assumed)


def doubt(*, member: Member, kind: VoluntaryKind, on: date) -> Doubt | None:
    """Why a contribution of a kind that is paid on a day would earn no incentive; None where it would, and of a kind that earns none. Six queries."""
    if kind not in (VoluntaryKind.ISARAAN, VoluntaryKind.ISURI):
        return None
    scheme, facts = IncentiveScheme(kind.value), incentive_facts.facts_of(member, on=on)
    try:
        unmet = [one.code for one in incentive_who.conditions(facts, scheme, on=on) if not one.met]
        earned = _earned(member, facts, scheme, on.year)
    except NotInForce:
        return Doubt(scheme=scheme, why=("NOT_IN_FORCE",))
    if not earned.rest:
        unmet.append("YEAR_FULL" if earned.most == earned.terms.year_cap else "LIFETIME_FULL")
    return Doubt(scheme=scheme, why=unmet) if unmet else None


def _earned(member: Member, facts: IncentiveFacts, scheme: IncentiveScheme, year: int) -> Earned:
    """What a year has earned, as a run would find it: where there is a lifetime cap, after what the years since the first run have earned of it. One
    query there. Raises NotInForce."""
    if incentive.terms(scheme, year).lifetime_cap is None:
        return incentive_who.of_half(facts, scheme, HalfYear(year, 2))
    gone = IncentiveClaim.objects.filter(run=OuterRef("pk"), member=member, state=IncentiveClaimState.REFUSED, appealed_on=None)
    since, refused = year, defaultdict[int, Decimal](Decimal)
    for of_year, amount in IncentiveRun.objects.filter(scheme=scheme).order_by().values_list("year", Subquery(gone.values("amount")[:1])):
        since = min(since, of_year)
        refused[of_year] += amount or money.ZERO
    found = incentive_claims.claim(facts, scheme, HalfYear(year, 2), since=since, earlier=Claimed({}, refused))
    before = Before(earlier_years=found.before.earlier_years - found.before.carried)
    return incentive.reckon(law=found.terms, contributed=found.contributed, months=found.months, before=before)


def _ceiling(year: int) -> Decimal | None:
    return incentive.ceiling(date(year, 12, 31)) if year >= FIRST_YEAR else None


def _sum(found: Sequence[VoluntaryContribution]) -> Decimal:
    return sum((one.credited or money.ZERO for one in found), start=money.ZERO)
