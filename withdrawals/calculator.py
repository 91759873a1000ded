"""How much of a kind can be taken, of figures that somebody brings: the rules asked of them and nothing else. Nothing is kept."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from kwsp_portal.common.explain import Step
from members.enums import Citizenship, IdentityKind, Religion, SubAccount
from members.explanations import account_name
from members.rules import accounts
from withdrawals import kinds
from withdrawals.enums import Channel, KindCode
from withdrawals.facts import Facts
from withdrawals.kinds.base import Result

_NEVER_55: Final = 30
"""Years of somebody who has every account of before 55."""


def answer(
    *,
    kind: KindCode,
    birth_date: date,
    citizenship: Citizenship,
    member_since: date | None = None,
    balances: Mapping[SubAccount, Decimal],
    amount: Decimal | None,
    particulars: Mapping[str, Any],
    on: date,
) -> Result:
    """What the rules say of somebody without earlier applications and with an account that the bank has confirmed. What is said to be on accounts of
    before 55 stands on Akaun 55 from then on. Since when they are a member stands in nobody's way until it is said, and where it would make a
    difference the answer says so. Amounts in RM."""
    channels = kinds.OF[kind].channels
    facts = Facts(
        kind=kind,
        on=on,
        channel=Channel.COUNTER,
        birth_date=birth_date,
        citizenship=citizenship,
        identity_kind=IdentityKind.PASSPORT if citizenship is Citizenship.NON_CITIZEN else IdentityKind.MYKAD,
        religion=Religion.UNKNOWN,
        member_since=member_since or date.min,
        balances=_standing(balances, birth_date, on),
        asked=amount,
        particulars=particulars,
    )
    facts = facts if Channel.COUNTER in channels(facts) else _online(facts)
    found = kinds.evaluate(facts)
    if member_since is None and kinds.evaluate(replace(facts, member_since=on)).refusals != found.refusals:
        return found._replace(steps=(*found.steps, Step("MEMBER_SINCE_UNSAID", {}, kinds.OF[kind].source)))
    return found


def names_on(on: date) -> dict[SubAccount, str]:
    """The accounts that the law has on a day, before and from 55, by their names of that day."""
    young = accounts.of(birth_date=on.replace(year=on.year - _NEVER_55, day=1), on=on)
    return {account: account_name(account, on) for account in (*young, *accounts.FROM_55)}


def _standing(balances: Mapping[SubAccount, Decimal], birth_date: date, on: date) -> dict[SubAccount, Decimal]:
    found: dict[SubAccount, Decimal] = {}
    for account, amount in balances.items():
        stands = accounts.standing(account, birth_date=birth_date, on=on)
        found[stands] = found.get(stands, Decimal(0)) + amount
    return found


def _online(facts: Facts) -> Facts:
    """The way in is not asked about: of a kind that is applied for online only, the estimate is as if online."""
    return replace(facts, channel=Channel.ONLINE)
