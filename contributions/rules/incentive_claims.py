"""What is claimed from the Government for a member in a half-year (rulings 18 to 20): what all years so far have earned, less all earlier claims.

A contribution that came, or was taken back, after its half-year was claimed, and a claim that was refused and appealed, thus settle themselves.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from contributions.enums import IncentiveScheme
from contributions.facts import IncentiveFacts, Voluntary
from contributions.rules.incentive import Before, Earned, HalfYear, reckon
from contributions.rules.incentive_who import Eligible
from kwsp_portal.common import money
from kwsp_portal.common.rates import NotInForce

SECOND: Final = 2


class Claimed(NamedTuple):
    """A member's earlier claims of the scheme, RM by the year of their half-year. `standing`: on their way or credited. `refused` by the Government
    and not appealed: they are not claimed again, and take no room of the lifetime cap."""

    standing: Mapping[int, Decimal]
    refused: Mapping[int, Decimal]


NEVER: Final = Claimed({}, {})
_NOTHING: Final = Before()


def claim(facts: IncentiveFacts, scheme: IncentiveScheme, half: HalfYear, *, since: int, earlier: Claimed = NEVER) -> Earned:
    """What is claimed (`amount`) or was claimed too much (`over`) by the end of a half-year; `since` is the first year that is looked at.

    Raises NotInForce for a year whose terms are not known; such a year before it earned nothing.
    """
    return claim_of(Eligible(facts, scheme), facts.contributions, half, since=since, earlier=earlier)


def claim_of(who: Eligible, paid: Sequence[Voluntary], half: HalfYear, *, since: int, earlier: Claimed = NEVER) -> Earned:
    """As `claim`, of one of many of whom all is the same but what they `paid`. Raises also Torn, where some of that was told as one."""
    if earlier is NEVER and since == half.year:
        return who.of_half(paid, half, _NOTHING)
    earned = balance = money.ZERO
    for year in range(since, half.year):
        whole = _of_year(who, paid, year, earned)
        balance += whole - earlier.standing.get(year, money.ZERO)
        gone = min(earlier.refused.get(year, money.ZERO), max(balance, money.ZERO))
        balance -= gone
        earned += whole - gone
    before = Before(earlier.standing.get(half.year, money.ZERO), earned - balance, -balance)
    found = who.of_half(paid, half, before)
    if not earlier.refused:
        return found
    gone = min(earlier.refused.get(half.year, money.ZERO), found.amount)
    if not gone:
        return found
    return reckon(law=found.terms, contributed=found.contributed, months=found.months, before=before._replace(of_year=before.of_year + gone))


def _of_year(who: Eligible, paid: Sequence[Voluntary], year: int, earned: Decimal) -> Decimal:
    """What a whole year has earned, after what the years before it have."""
    try:
        return who.of_half(paid, HalfYear(year, SECOND), Before(earlier_years=earned)).whole
    except NotInForce:
        return money.ZERO
