"""In how many payments an amount is paid of which one carries only so much, and how much each is (ruling 26a)."""

import math
from collections.abc import Sequence
from decimal import Decimal


def how_many(total: Decimal, highest: Decimal) -> int:
    """The fewest payments of at most `highest` that make `total`, RM."""
    return max(1, math.ceil(total / highest))


def split(total: Decimal, parts: int) -> Sequence[Decimal]:
    """`total` in so many payments, as equal as whole ringgit allow, the larger ones first; sen go with the last, so that the sum is the total.

    Equal ones, since what is left over after full ones may be less than a bank carries at all.
    """
    ringgit, sen = divmod(total, 1)
    each, more = divmod(int(ringgit), parts)
    found = [Decimal(each + (number < more)) for number in range(parts)]
    found[-1] += sen
    return found
