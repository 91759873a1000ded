"""Which accounts a member has on a day (rulings 3 and 16).

Two to 10 May 2024, three from 11 May 2024; from the 55th birthday Akaun 55 and Akaun Emas, whether or not a batch has run. The numbers
are those of the split: members/rates/account_split.yaml and ages.yaml.
"""

from collections.abc import Collection
from datetime import date

from members.enums import SubAccount
from members.rules import age, allocation

FROM_55 = (SubAccount.AKAUN_55, SubAccount.EMAS)


def of(*, birth_date: date, on: date) -> tuple[SubAccount, ...]:
    """The accounts the law gives a member on a day, in their order. Raises NotInForce before 2017."""
    if age.birthday(birth_date, age.LAW.at("akaun_emas", on).value) <= on:
        return FROM_55
    return tuple(SubAccount(code) for code in allocation.LAW.at("below_55", on).value)


def shown(*, birth_date: date, on: date, with_money: Collection[str]) -> list[SubAccount]:
    """The accounts a member is shown: those of the law, empty ones too, and every other one that has money in it."""
    lawful = of(birth_date=birth_date, on=on)
    return [account for account in SubAccount if account in lawful or account in with_money]
