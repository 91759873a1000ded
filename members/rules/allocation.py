"""How a credit is divided over a member's accounts: by the law of the day of crediting (ruling 1; s. 50(2A), s. 55B).

Below 55: 70/30 to 10 May 2024, 75/15/10 from 11 May 2024. From the 55th birthday all of it goes to Akaun Emas. From the 75th
birthday nothing is credited (ruling 16). Numbers: members/rates/account_split.yaml and ages.yaml.
"""

import functools
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from kwsp_portal.common import money, rates
from kwsp_portal.common.explain import Step
from kwsp_portal.common.refusal import Refusal
from members.enums import SubAccount
from members.rules import age

K = TypeVar("K", bound=Hashable)

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "account_split.yaml")
CODES: Final[Mapping[str, tuple[StrEnum, ...]]] = {"below_55": tuple(SubAccount), "from_55": tuple(SubAccount), "remainder_to": tuple(SubAccount)}


class Allocation(NamedTuple):
    """The parts of a credit, which add up to it; why; and the reference of the rates used (`account_split@2024-05-11`)."""

    parts: Mapping[SubAccount, Decimal]
    steps: tuple[Step, ...]
    reference: str


@dataclass(frozen=True, slots=True, eq=False)
class _DayLaw:
    """What holds for every credit of one day."""

    born_below_55: date
    born_creditable: date
    below_55: money.Division[SubAccount]
    from_55: money.Division[SubAccount]
    reference: str


@functools.lru_cache(maxsize=4096)
def _law_of(credited_on: date) -> _DayLaw:
    remainder_to = SubAccount(LAW.at("remainder_to", credited_on).value)
    below = {SubAccount(code): share for code, share in LAW.at("below_55", credited_on).value.items()}
    after = {SubAccount(code): share for code, share in LAW.at("from_55", credited_on).value.items()}
    return _DayLaw(
        born_below_55=age.earliest_birth_below(age.LAW.at("akaun_emas", credited_on).value, credited_on),
        born_creditable=age.earliest_birth_below(age.LAW.at("last_credit", credited_on).value, credited_on),
        below_55=money.Division(below, remainder_to),
        from_55=money.Division(after, next(iter(after))),
        reference=LAW.reference(credited_on),
    )


def reference(credited_on: date) -> str:
    """The reference of the split in force on a day. Raises NotInForce before 2017."""
    return _law_of(credited_on).reference


def split_sen(amount_sen: int, birth_date: date, credited_on: date) -> tuple[tuple[SubAccount, int], ...]:
    """The parts of a credit in sen, those of zero left out, in the accounts' order. For batches; `split_credit` is the same rule.

    Raises Refusal (CREDIT_AFTER_LAST_AGE) from the 75th birthday, NotInForce before 2017, ValueError for an amount that is not
    positive or a birth after the credit.
    """
    law = _law_of(credited_on)
    if amount_sen <= 0:
        raise ValueError(f"a credit is positive, found {amount_sen} sen")
    if birth_date > credited_on:
        raise ValueError(f"born on {birth_date}, after the credit of {credited_on}")
    if birth_date >= law.born_below_55:
        division = law.below_55
    elif birth_date >= law.born_creditable:
        division = law.from_55
    else:
        raise _too_old(birth_date, credited_on)
    return tuple([part for part in division.split_sen(amount_sen).items() if part[1]])


def split_credit(*, amount: Decimal, birth_date: date, credited_on: date) -> Allocation:
    """The parts of a credit in ringgit, with their explanation. Raises as `split_sen`, and MoneyError for part of a sen."""
    amount_sen = money.to_sen(amount)
    parts = split_sen(amount_sen, birth_date, credited_on)
    return Allocation(
        parts={account: money.from_sen(sen) for account, sen in parts},
        steps=tuple(_steps(amount_sen, dict(parts), birth_date, credited_on)),
        reference=_law_of(credited_on).reference,
    )


def taken_back(amount_sen: int, credited: Mapping[K, int]) -> dict[K, int]:
    """The parts of an amount in sen that is taken back from the accounts it went to, in the proportion in which it went there.

    `credited`: what each account got, in sen. Each part is rounded down and the sen that remain are taken where most went. Raises ValueError for an
    amount that is not positive, or more than was credited.
    """
    whole = sum(credited.values())
    if not 0 < amount_sen <= whole:
        raise ValueError(f"found {amount_sen} sen to take back, expected 1 to {whole}")
    parts = {account: amount_sen * sen // whole for account, sen in credited.items()}
    parts[max(credited, key=lambda account: credited[account])] += amount_sen - sum(parts.values())
    return {account: sen for account, sen in parts.items() if sen}


def _too_old(birth_date: date, credited_on: date) -> Refusal:
    last = age.LAW.at("last_credit", credited_on)
    return Refusal(
        "CREDIT_AFTER_LAST_AGE",
        last.citation,
        {"age": str(last.value), "birthday": str(age.birthday(birth_date, last.value)), "credited_on": str(credited_on)},
    )


def _steps(amount_sen: int, parts: Mapping[SubAccount, int], birth_date: date, credited_on: date) -> list[Step]:
    threshold = age.LAW.at("akaun_emas", credited_on)
    birthday = age.birthday(birth_date, threshold.value)
    below = credited_on < birthday
    split = LAW.at("below_55" if below else "from_55", credited_on)
    days = {"credited_on": str(credited_on), "birthday": str(birthday), "age": str(threshold.value)}
    steps = [Step("SPLIT_BELOW_55" if below else "SPLIT_FROM_55", {**days, "since": str(split.start)}, split.citation)]
    if _born_on_leap_day_moved(birth_date, birthday):
        leap = age.LAW.at("leap_birthday", birthday)
        steps.append(Step("LEAP_BIRTHDAY", {"birthday": str(birthday)}, leap.citation, leap.assumption))
    amount = str(money.from_sen(amount_sen))
    for account, sen in parts.items():
        figures = {
            "account": account.value,
            "percent": str(split.value[account.value]),
            "amount": amount,
            "part": str(money.from_sen(sen)),
            "credited_on": str(credited_on),
        }
        steps.append(Step("SPLIT_PART", figures, split.citation))
    return steps + _remainder_step(amount_sen, split, parts, credited_on)


def _remainder_step(amount_sen: int, split: rates.Value, parts: Mapping[SubAccount, int], credited_on: date) -> list[Step]:
    """Said only where it changed something: the account holds more than its share rounded down."""
    to = LAW.at("remainder_to", credited_on)
    if to.value not in split.value:
        return []
    extra = parts.get(SubAccount(to.value), 0) - int(amount_sen * split.value[to.value])
    figures = {"account": to.value, "remainder": str(money.from_sen(extra)), "credited_on": str(credited_on)}
    return [Step("SPLIT_REMAINDER", figures, to.citation, to.assumption)] if extra else []


def _born_on_leap_day_moved(birth_date: date, birthday: date) -> bool:
    return (birth_date.month, birth_date.day) == (2, 29) and (birthday.month, birthday.day) != (2, 29)
