"""The annual dividend (ruling 15): sen-days x rate / days in the year, rounded to the sen once a year and account.

Sen-days are whole numbers (members.ledger.earning); a rate is exact; nothing is rounded before the end. What came late to closed years earns in each
of them, and what an earlier year gives earns in the later ones. Numbers: members/rates/dividend.yaml.
"""

import functools
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from members.enums import Scheme, SubAccount
from members.rules import age
from members.rules.declared import FIRST_YEAR as FIRST_YEAR
from members.rules.declared import LAW as LAW
from members.rules.declared import days_in as days_in
from members.rules.declared import known_from as known_from
from members.rules.declared import on_file as on_file

BEFORE_55: Final = frozenset({SubAccount.PERSARAAN, SubAccount.SEJAHTERA, SubAccount.FLEKSIBEL, SubAccount.HOUSING_RINGFENCE})
"""The accounts that move to Akaun 55 at 55 (ruling 16)."""


class Earned(NamedTuple):
    """One year of one account: what it earned by, and what that gives in sen."""

    code: str
    year: int
    sen_days: int
    amount_sen: int


class YearLaw(NamedTuple):
    """What holds for somebody in a year: the rate, and on how many days, from 1 January on, savings earn."""

    rate: Decimal
    days: int


def scheme_of(*, shariah_from: date | None, year: int) -> Scheme:
    """Simpanan Shariah in the years that begin on or after the day from which it was chosen."""
    return Scheme.SHARIAH if shariah_from is not None and shariah_from <= date(year, 1, 1) else Scheme.CONVENTIONAL


def last_day(*, birth_date: date, year: int) -> date | None:
    """The last day of the year on which savings earn: 31 December, or the day before the birthday that ends dividends; None where no day does."""
    birthday = age.birthday(birth_date, _last_age(year))
    if birthday <= date(year, 1, 1):
        return None
    return min(date(year, 12, 31), birthday - timedelta(days=1))


@functools.lru_cache(maxsize=128)
def _last_age(year: int) -> int:
    return int(LAW.at("last_age", date(year, 1, 1)).value)


def amount_sen(sen_days: int, *, rate: Decimal, year: int) -> int:
    """The dividend in sen, to the nearest, half a sen away from zero. Exact: whole numbers throughout."""
    numerator, denominator = rate.as_integer_ratio()
    whole, parts = abs(sen_days) * numerator, denominator * days_in(year)
    nearest = (2 * whole + parts) // (2 * parts)
    return nearest if sen_days >= 0 else -nearest


def receiver(dividend_to: str, *, birth_date: date, on: date) -> SubAccount:
    """The account that a dividend credited on a day goes to: `dividend_to` of the account that earned it, and from the 55th birthday Akaun 55
    in place of the accounts that moved there (assumed: receiver_from_55)."""
    if dividend_to in BEFORE_55 and birth_date < _born_below_55(on):
        return SubAccount(LAW.at("receiver_from_55", on).value)
    return SubAccount(dividend_to)


@functools.lru_cache(maxsize=64)
def _born_below_55(on: date) -> date:
    return age.earliest_birth_below(age.LAW.at("akaun_emas", on).value, on)


def settled(earned: Mapping[tuple[str, int], int], *, goes_to: Mapping[str, str], by_year: Mapping[int, YearLaw]) -> Iterator[Earned]:
    """What late sen-days give in the years of `by_year` (one after another), each year's dividend earning in the later ones.

    `earned`: sen-days by account and year. `goes_to`: the account that gets an account's dividend, where it is another. A year's dividend counts
    from 1 January of the next, as if it had been credited in time. Years that give nothing are left out.
    """
    credited: dict[str, int] = {}
    for year, law in sorted(by_year.items()):
        given: dict[str, int] = {}
        for code in sorted({*credited, *(code for code, of in earned if of == year)}):
            sen_days = earned.get((code, year), 0) + credited.get(code, 0) * law.days
            amount = amount_sen(sen_days, rate=law.rate, year=year)
            if amount:
                to = goes_to.get(code, code)
                given[to] = given.get(to, 0) + amount
                yield Earned(code, year, sen_days, amount)
        for code, amount in given.items():
            credited[code] = credited.get(code, 0) + amount


def after_withdrawal(amount: int, *, paid_before: int, year: int) -> int:
    """What is left of a year's dividend when so many sen were paid with a full withdrawal before the declaration.

    Never less than nothing (assumed: taken_back).
    """
    if not paid_before:
        return amount
    left = amount - paid_before
    return left if LAW.at("taken_back", date(year, 1, 1)).value else max(0, left)


def before_declaration(sen_days: int, *, year: int) -> int:
    """The dividend paid with a full withdrawal while the year's rate is not declared."""
    return amount_sen(sen_days, rate=LAW.at("before_declaration", date(year, 1, 1)).value, year=year)


def lowest(year: int) -> Decimal:
    """The lowest rate that may be declared for conventional savings (s. 27)."""
    least: Decimal = LAW.at("least_conventional", date(year, 1, 1)).value
    return least


def explain(*, year: int, scheme: Scheme, rate: Decimal, sen_days: int, paid_before: int = 0) -> tuple[Step, ...]:
    """How the dividend of one account and year came."""
    amount = amount_sen(sen_days, rate=rate, year=year)
    figures = {
        "year": str(year),
        "days": str(days_in(year)),
        "rate": str(rate),
        "average": str(money.round_sen((Decimal(sen_days) / days_in(year)).scaleb(-2))),
        "part": str(Decimal(amount).scaleb(-2)),
    }
    on_record = on_file(year, scheme)
    benefits = LAW.at("credited_from", date(year, 1, 1)).citation
    steps = [
        Step("DIVIDEND_BALANCE", figures, benefits),
        Step(f"DIVIDEND_{scheme}", figures, on_record.citation if on_record else ""),
        Step("DIVIDEND_AMOUNT", figures),
        Step("DIVIDEND_COMPOUNDED", {"since": f"{year + 1}-01-01"}, benefits),
    ]
    if paid_before:
        taken_back = LAW.at("taken_back", date(year, 1, 1))
        left = after_withdrawal(amount, paid_before=paid_before, year=year)
        given = {"paid": str(Decimal(paid_before).scaleb(-2)), "part": str(Decimal(left).scaleb(-2))}
        steps.append(Step("DIVIDEND_PAID_BEFORE", given, taken_back.citation, taken_back.assumption))
    return tuple(steps)
