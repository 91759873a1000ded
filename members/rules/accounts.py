"""Which accounts a member has on a day (rulings 3 and 16).

Two to 10 May 2024, three from 11 May 2024; from the 55th birthday Akaun 55 and Akaun Emas, whether or not a batch has run. The numbers
are those of the split: members/rates/account_split.yaml and ages.yaml.
"""

from collections.abc import Collection
from datetime import date

from members.enums import SubAccount
from members.rules import age, allocation

FROM_55 = (SubAccount.AKAUN_55, SubAccount.EMAS)
MERGED = tuple(account for account in SubAccount if account not in FROM_55)
"""What becomes Akaun 55: the accounts of before, and what was set aside for a house, which 55 sets free (seed 003)."""


def of(*, birth_date: date, on: date) -> tuple[SubAccount, ...]:
    """The accounts the law gives a member on a day, in their order. Raises NotInForce before 2017."""
    if age.birthday(birth_date, age.LAW.at("akaun_emas", on).value) <= on:
        return FROM_55
    return tuple(SubAccount(code) for code in allocation.LAW.at("below_55", on).value)


def shown(*, birth_date: date, on: date, with_money: Collection[str]) -> list[SubAccount]:
    """The accounts a member is shown: those of the law, empty ones too, and every other one that has money in it."""
    lawful = of(birth_date=birth_date, on=on)
    return [account for account in SubAccount if account in lawful or account in with_money]


def standing(account: str, *, birth_date: date, on: date) -> SubAccount:
    """Where the money of an account stands on a day: from 55 what was on the accounts of before is on Akaun 55."""
    return SubAccount.AKAUN_55 if account in MERGED and FROM_55[0] in of(birth_date=birth_date, on=on) else SubAccount(account)


def opens_on(account: str, *, birth_date: date, on: date) -> date | None:
    """From when everything on an account may be taken out at any time: Akaun 55 from 55, Akaun Emas from 60 (ruling 16); None for the others."""
    opening = {SubAccount.AKAUN_55: "akaun_emas", SubAccount.EMAS: "emas_open"}.get(SubAccount(account))
    return age.birthday(birth_date, age.LAW.at(opening, on).value) if opening else None
