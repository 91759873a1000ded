"""A person's monthly direct debit, for the own account or another member's (ruling 19): how much of it is collected on its day, until when it
pauses, and what ends it."""

from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from contributions.enums import MonthlyEnd
from contributions.facts import AnotherPayer, VoluntaryFacts
from contributions.rules import incentive, voluntary
from kwsp_portal.common import money
from members.rules import age

_ENDS: Final = {
    "MEMBER_DIED": MonthlyEnd.DIED,
    "MEMBER_TOO_OLD": MonthlyEnd.TOO_OLD,
    "MEMBER_FOREIGN": MonthlyEnd.FOREIGN,
    "NOT_REGISTERED": MonthlyEnd.NO_MORE,
}
"""The refusals of a payment that no month to come mends by itself; above the ceiling is not one."""


class Decided(NamedTuple):
    """What becomes of a debit on its day. `amount` is collected, RM; none where the year's ceiling leaves too little, or where it `ends`. `next_on`
    is the next day."""

    amount: Decimal
    next_on: date
    ends: MonthlyEnd | None = None

    @property
    def paused(self) -> bool:
        """Whether the year has no room for it: it goes on in the year after."""
        return not self.amount and self.ends is None


def first_day(*, day: int, on: date) -> date:
    """The next day of collection after `on`: whose file may be made already where the debit only comes into force, and is where it was collected."""
    this_month = on.replace(day=day)
    return this_month if this_month > on else age.months_later(on.replace(day=1), 1).replace(day=day)


def decide(facts: VoluntaryFacts, *, day: int, on: date, payer: AnotherPayer | None = None) -> Decided:
    """What becomes of a debit whose day has come. `facts` are of who is credited, `payer` who pays where that is another: their death ends it, too.
    `facts.amount` is what was agreed; `facts.credited` what stands towards the ceiling with what is on its way.

    Of the own account what the ceiling leaves is collected. Of another's all or nothing is (assumed): a part would tell the payer how much room the
    member has. A month that was missed is not made up for; one whose day was no business day is collected early in the next, which has its own.
    Raises NotInForce before 2013.
    """
    found = [MonthlyEnd.HOLDER] if payer is not None and payer.died_on is not None and payer.died_on <= on else []
    found += [_ENDS[refusal.code] for refusal in voluntary.refusals(facts, on=on) if refusal.code in _ENDS]
    after = first_day(day=day, on=on)
    if found:
        return Decided(money.ZERO, after, found[0])
    room = incentive.room(credited=facts.credited, on=on)
    amount = min(facts.amount, room) if payer is None or facts.amount <= room else money.ZERO
    return Decided(amount, after) if amount else Decided(money.ZERO, date(on.year + 1, 1, day))
