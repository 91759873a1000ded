"""A member's incentives half-year by half-year: claimed, received and credited, with dates; for a section of the member's pages
(contributions/includes/incentive_half_years.html)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from contributions import labels
from contributions.enums import ClaimFileState, IncentiveClaimState
from contributions.labels import Label
from contributions.models import ClaimFile, IncentiveClaim
from contributions.rules.incentive_steps import NAMES
from members import explanations
from members.models import Member


class HalfYearLine(NamedTuple):
    """One claim as its member sees it; `claim` is its id, for officers. `claimed_on` is the day on which the claim was sent; `credits_from` the day
    from which it will be credited."""

    claim: int
    scheme: str
    first_day: date
    last_day: date
    amount: Decimal
    over: Decimal
    label: Label
    claimed_on: date | None
    received_on: date | None
    credits_from: date | None
    credited_on: date | None
    account: str
    reason: str
    appealed_on: date | None
    may_appeal: bool


def incentives_of(member: Member, *, year: int | None = None, limit: int | None = None) -> Sequence[HalfYearLine]:
    """The newest half-year first; of one year, if given. One query, and one more where there is any."""
    claims = IncentiveClaim.objects.filter(member=member).select_related("run").order_by("-run__year", "-run__half", "run__scheme")
    if year is not None:
        claims = claims.filter(run__year=year)
    found = list(claims[:limit])
    if not found:
        return []
    sent = ClaimFile.objects.filter(run__in=[one.run_id for one in found], state=ClaimFileState.APPROVED)
    days = dict(sent.values_list("run_id", "decided_on"))
    return [_line(one, days.get(one.run_id)) for one in found]


def _line(claim: IncentiveClaim, sent_on: date | None) -> HalfYearLine:
    run, credited = claim.run, claim.credited_on
    refused = claim.state == IncentiveClaimState.REFUSED
    set_off = claim.state == IncentiveClaimState.SET_OFF
    return HalfYearLine(
        claim=claim.pk,
        scheme=NAMES[run.scheme],  # type: ignore[index]
        first_day=run.span.first_day,
        last_day=run.span.last_day,
        amount=claim.amount,
        over=claim.over,
        label=labels.of_incentive_claim(claim.state, sent=sent_on is not None),
        claimed_on=None if set_off else sent_on,
        received_on=None if refused or set_off else run.received_on,
        credits_from=run.credits_from if claim.state == IncentiveClaimState.RECEIVED else None,
        credited_on=credited,
        account=explanations.account_name(claim.account, credited) if credited else "",
        reason=claim.reason,
        appealed_on=claim.appealed_on,
        may_appeal=refused and claim.appealed_on is None,
    )
