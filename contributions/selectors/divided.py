"""How an amount was divided over a member's accounts, reckoned again with the birth dates that were known."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache

from contributions.models import FilingRow
from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal
from members import explanations as member_explanations
from members.ledger.enums import EntryKind
from members.models import Member
from members.rules import allocation, replacing
from members.selectors.replacing import counted_by, counted_for

Sen = Mapping[str, int]
"""By code of the account."""
Counted = Callable[[], int]
"""What of a contribution put back a withdrawal, in sen."""


def nothing() -> int:
    """Of a contribution that put nothing back."""
    return 0


def of_member(member: Member) -> Callable[[EntryKind, int], Counted]:
    """For the explanations of one member: by kind and ref of an entry. One query, and that only where one is asked for."""
    known = cache(lambda: counted_for(member))
    return lambda kind, ref: lambda: max(known().get((kind.value, ref), 0), 0)


def of_rows(rows: Sequence[FilingRow]) -> Callable[[FilingRow], Counted]:
    """The same for rows of Borang A as they were credited, whosever they are."""
    known = cache(lambda: counted_by({EntryKind.CONTRIBUTION: [row.pk for row in rows]}))
    return lambda row: lambda: sum(known().get((EntryKind.CONTRIBUTION.value, row.pk), {}).values())


def steps_of(*, amounts: Sen, booked_on: date, births: Sequence[date | None], counted: Counted = nothing) -> Sequence[Step]:
    """The steps of the division that gives these amounts; nothing where no birth date that is known gives them. What the contribution put back of a
    withdrawal (ruling 17) is asked for only where the law of the day alone does not give them."""
    for of_it in (nothing, counted):
        for born in births:
            try:
                split = None if born is None else _split(amounts, born, booked_on, of_it())
            except (Refusal, NotInForce):
                continue
            if split is not None and split[0] == dict(amounts):
                return split[1]
    return ()


def by_birth(*, amounts: Sen, booked_on: date, born: date, counted: Counted = nothing) -> Sen:
    """The same sum as this birth date divides it on that day. Raises Refusal, NotInForce."""
    return _split(amounts, born, booked_on, counted())[0]


def births_of(row: FilingRow) -> Sequence[date | None]:
    """The birth date as it stood when the file was read, then as it stands today: one of them divided the credit."""
    return row.birth_date, row.member.birth_date if row.member else None


def named(amounts: Sen, on: date) -> dict[str, Decimal]:
    """RM by name of the account on a day."""
    return {member_explanations.account_name(code, on): money.from_sen(sen) for code, sen in amounts.items()}


def _split(amounts: Sen, born: date, booked_on: date, counted: int) -> tuple[dict[str, int], Sequence[Step]]:
    """The parts in sen, and the steps. What was counted is so whatever birth date is known now."""
    sen = sum(amounts.values())
    parts = {code.value: part for code, part in replacing.split_sen(sen, counted, born, booked_on)}
    steps = replacing.explain(sen, counted, booked_on) if counted else []
    if sen > counted:
        steps += allocation.split_credit(amount=money.from_sen(sen - counted), birth_date=born, credited_on=booked_on).steps
    return parts, steps
