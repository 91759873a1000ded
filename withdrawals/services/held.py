"""What an application holds on the ledger: how much, and exactly what is to be paid in place of it. In the caller's transaction, which holds the member."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from kwsp_portal.common import money
from members.enums import SubAccount
from members.ledger import days, posting
from withdrawals.kinds.base import Charge
from withdrawals.models import Application
from withdrawals.services import holding


def open_day(on: date) -> date:
    """The day on which what happens today is booked: today, or the first day that is not closed."""
    return max(on, days.first_open_day())


def again(found: Application, charges: Sequence[Charge], *, on: date) -> list[int]:
    """Have exactly these amounts held in place of what is; what is right stays as it is. The caller writes the answer to the application.

    Raises posting.Insufficient, posting.Frozen where the money is not there.
    """
    if amounts(found.holds) == {charge.account.value: charge.amount for charge in charges}:
        return list(found.holds)
    holding.release(found.holds, on=open_day(on))
    return holding.hold(found, charges, on=open_day(on))


def anew(found: Application, holds: Sequence[int], *, on: date) -> list[int]:
    """Hold once more what these holds had, which ended: on the accounts to which their money came back."""
    return holding.hold(found, [Charge(SubAccount(code), money.from_sen(sen)) for code, sen in posting.ended(holds).items()], on=open_day(on))


def amounts(holds: Sequence[int]) -> dict[str, Decimal]:
    """RM that is held, by the account where it stands. Raises posting.HoldEnded."""
    found: dict[str, Decimal] = {}
    for hold in posting.standing(holds) if holds else ():
        found[hold.account.code] = found.get(hold.account.code, money.ZERO) + money.from_sen(hold.amount_sen)
    return found


def total(holds: Sequence[int]) -> Decimal:
    """RM that is held in all. Raises posting.HoldEnded."""
    return sum(amounts(holds).values(), money.ZERO)
