"""Which accounts a member has on a day (rulings 3 and 16).

Two to 10 May 2024, three from 11 May 2024; from the 55th birthday Akaun 55 and Akaun Emas, whether or not a batch has run. The numbers
are those of the split: members/rates/account_split.yaml and ages.yaml.
"""

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from members.enums import SubAccount
from members.rules import age, allocation

FROM_55 = (SubAccount.AKAUN_55, SubAccount.EMAS)
MERGED = tuple(account for account in SubAccount if account not in FROM_55)
"""What becomes Akaun 55: the accounts of before, and what was set aside for a house, which 55 sets free (seed 003)."""
_MERGED, _ACCOUNTS = frozenset(MERGED), {one.value: one for one in SubAccount}


def of(*, birth_date: date, on: date) -> tuple[SubAccount, ...]:
    """The accounts the law gives a member on a day, in their order. Raises NotInForce before 2017."""
    return FROM_55 if merged(birth_date=birth_date, on=on) else _below_55(on)


def merged(*, birth_date: date, on: date) -> bool:
    """Whether the 55th birthday has come by a day."""
    return birth_date < _born_below_55(on)


@lru_cache(maxsize=1 << 12)
def _born_below_55(on: date) -> date:
    # Asked of hundreds of thousands on one day.
    return age.earliest_birth_below(age.LAW.at("akaun_emas", on).value, on)


@lru_cache(maxsize=1 << 12)
def _below_55(on: date) -> tuple[SubAccount, ...]:
    return tuple(SubAccount(code) for code in allocation.LAW.at("below_55", on).value)


def shown(*, birth_date: date, on: date, with_money: Collection[str]) -> list[SubAccount]:
    """The accounts a member is shown: those of the law, empty ones too, and every other one that has money in it."""
    lawful = of(birth_date=birth_date, on=on)
    return [account for account in SubAccount if account in lawful or account in with_money]


def standing(account: str, *, birth_date: date, on: date) -> SubAccount:
    """Where the money of an account stands on a day: from 55 what was on the accounts of before is on Akaun 55."""
    found = _ACCOUNTS.get(account) or SubAccount(account)
    return FROM_55[0] if found in _MERGED and merged(birth_date=birth_date, on=on) else found


def opens_on(account: str, *, birth_date: date, on: date) -> date | None:
    """From when everything on an account may be taken out at any time: Akaun 55 from 55, Akaun Emas from 60 (ruling 16); None for the others."""
    opening = {SubAccount.AKAUN_55: "akaun_emas", SubAccount.EMAS: "emas_open"}.get(SubAccount(account))
    return age.birthday(birth_date, age.LAW.at(opening, on).value) if opening else None
