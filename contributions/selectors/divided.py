"""How an amount was divided over a member's accounts, reckoned again with the birth dates that were known."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from contributions.models import FilingRow
from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal
from members import explanations as member_explanations
from members.rules import allocation

Sen = Mapping[str, int]
"""By code of the account."""


def steps_of(*, amounts: Sen, booked_on: date, births: Sequence[date | None]) -> Sequence[Step]:
    """The steps of the division that gives these amounts; nothing where no birth date that is known gives them."""
    for born in births:
        try:
            split = None if born is None else _split(amounts, born, booked_on)
        except (Refusal, NotInForce):
            continue
        if split is not None and _sen(split) == dict(amounts):
            return split.steps
    return ()


def by_birth(*, amounts: Sen, booked_on: date, born: date) -> Sen:
    """The same sum as this birth date divides it on that day. Raises Refusal, NotInForce."""
    return _sen(_split(amounts, born, booked_on))


def births_of(row: FilingRow) -> Sequence[date | None]:
    """The birth date as it stood when the file was read, then as it stands today: one of them divided the credit."""
    return row.birth_date, row.member.birth_date if row.member else None


def named(amounts: Sen, on: date) -> dict[str, Decimal]:
    """RM by name of the account on a day."""
    return {member_explanations.account_name(code, on): money.from_sen(sen) for code, sen in amounts.items()}


def _split(amounts: Sen, born: date, booked_on: date) -> allocation.Allocation:
    return allocation.split_credit(amount=money.from_sen(sum(amounts.values())), birth_date=born, credited_on=booked_on)


def _sen(split: allocation.Allocation) -> dict[str, int]:
    return {code.value: money.to_sen(part) for code, part in split.parts.items()}
