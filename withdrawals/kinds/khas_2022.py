"""Pengeluaran Khas: RM50 to RM10,000, applied for from 1 to 30 April 2022 and paid from 20 April (seed 004; facts 1.2, 1.4 Q18 to Q20; rulings 17,
23, 25a). Decided by rule alone; held when it is decided, before what others hold; 120 % of it is put back from new contributions
(members.rules.replacing)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from kwsp_portal.common.rates import Value
from kwsp_portal.common.refusal import Refusal
from members.enums import ReplacementCause, SubAccount
from withdrawals.enums import Channel, KindCode, Payee
from withdrawals.facts import Facts
from withdrawals.kinds import common
from withdrawals.kinds.base import Amount, Condition, Kind, Particular, Sort
from withdrawals.rules import khas, said
from withdrawals.rules.khas import LAW

SOURCE: Final = "khas_2022/seed_004; khas_2022/regulations"
ACCOUNTS: Final = (SubAccount.SEJAHTERA, SubAccount.PERSARAAN)
"""Akaun 2, then Akaun 1. Akaun Emas is never used: below 55 there is none."""
_ACCOUNT_2, _ACCOUNT_1 = ACCOUNTS
NO_ACCOUNT: Final = "no_account"
ONLINE: Final = frozenset({Channel.ONLINE})


class _Law(NamedTuple):
    """What the law of a day says of the amount, as it is said of every application of the day."""

    least: Decimal
    kept: Value
    kept_text: str
    low: Step
    bounds: Step


@lru_cache(maxsize=64)
def _law(on: date) -> _Law:
    least, most, kept, low = (LAW.at(name, on) for name in ("least", "most", "kept", "account_1_low"))
    kept_text = f"{kept.value:.2f}"
    return _Law(
        least.value,
        kept,
        kept_text,
        Step("KHAS_ACCOUNT_1_LOW", {"kept": kept_text}, low.citation, low.assumption),
        Step("KHAS_BOUNDS", {"least": f"{least.value:.2f}", "highest": f"{most.value:.2f}"}, most.citation),
    )


def _amount(facts: Facts) -> Amount:
    """At the application by what stands there: what others hold gives way at its processing (ruling 25a). At processing by what is free by then."""
    given = facts.balances if facts.applied_on is None else {one: facts.free(one) for one in ACCOUNTS}
    on = facts.asked_on
    law = _law(on)
    if facts.applied_on is not None and SubAccount.AKAUN_55 in common.standing(facts, ACCOUNTS):
        # Handed in below 55, processed after it (ruling 26): both accounts are one by then, of which as much stays.
        given = {_ACCOUNT_1: facts.free(SubAccount.AKAUN_55)}
    account_1 = given.get(_ACCOUNT_1, money.ZERO)
    found = khas.most(account_1=account_1, account_2=given.get(_ACCOUNT_2, money.ZERO), on=on)
    steps = [Step("KHAS_ACCOUNT_2", {"part": money.in_full(found.account_2)}, SOURCE)] if found.account_2 else []
    if found.account_1:
        steps.append(Step("KHAS_ACCOUNT_1", {"part": money.in_full(found.account_1), "kept": law.kept_text}, law.kept.citation))
    elif account_1 < law.kept.value:
        steps.append(law.low)
    steps.append(law.bounds)
    return Amount(found.total, law.least, tuple(steps))


def _savings(facts: Facts) -> Refusal | None:
    """At least RM150 on the day of the application; at processing that is not asked again."""
    if facts.applied_on is not None and facts.on > facts.applied_on:
        return None
    least = LAW.at("savings", facts.asked_on)
    found = sum((facts.balances.get(one, money.ZERO) for one in ACCOUNTS), money.ZERO)
    if found >= least.value:
        return None
    return Refusal("KHAS_SAVINGS", least.citation, {"found": f"{found:.2f}", "least": f"{least.value:.2f}"})


def _account(facts: Facts) -> Refusal | None:
    """An own active account whose name the bank confirmed, so neither joint nor a company's; else a payment order for who can have none."""
    if facts.account_verified or facts.bankrupt or said.yes(facts.particulars, NO_ACCOUNT):
        return None
    return Refusal("NO_ACCOUNT", LAW.at("open", facts.asked_on).citation)


def _payees(facts: Facts) -> Sequence[Payee]:
    """Arahan Bayaran only for a bankrupt and for who can have no account."""
    without = facts.bankrupt or (not facts.account_verified and said.yes(facts.particulars, NO_ACCOUNT))
    return (Payee.PAYMENT_ORDER,) if without else (Payee.ACCOUNT,)


def _least_savings(on: date) -> dict[str, str]:
    return {"least": f"{LAW.at('savings', max(on, khas.FIRST)).value:.2f}"}


KIND: Final = Kind(
    code=KindCode.KHAS_2022,
    laws=(LAW,),
    accounts=lambda _on: ACCOUNTS,
    conditions=(
        common.LIVING,
        common.BELOW_55,
        Condition("KHAS_SAVINGS", _savings, LAW["savings"].values[0].citation, _least_savings),
        common.once(KindCode.KHAS_2022, LAW["once"]),
        Condition("NO_ACCOUNT", _account, LAW["open"].values[0].citation),
    ),
    amount=_amount,
    documents=lambda _facts: (),
    particulars=(Particular(NO_ACCOUNT, Sort.YES, required=False),),
    channels=lambda _facts: ONLINE,
    payees=_payees,
    open_on=common.open_by(LAW["open"]),
    opens=common.opens_by(LAW["open"]),
    charter_days=common.days_of(LAW["charter"]),
    once=True,
    straight=lambda _facts: True,
    by_run=True,
    holds=lambda _facts: False,
    decided_from=lambda facts: common.in_force(LAW["paid_from"], facts.asked_on).value,
    status_from=lambda applied_on: LAW.at("status_from", applied_on).value,
    cancellable=False,
    replaces=ReplacementCause.KHAS,
    source=SOURCE,
)
