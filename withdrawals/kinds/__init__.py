"""Every kind of withdrawal, in the order of the form, and the one way to ask the rules. A kind is one module; nothing elsewhere lists them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from kwsp_portal.common import money
from kwsp_portal.common.refusal import Refusal
from members.enums import SubAccount
from withdrawals.enums import KindCode
from withdrawals.facts import Facts
from withdrawals.kinds.base import Charge, Kind, Result

KINDS: Final[tuple[Kind, ...]] = ()

OF: Final[dict[KindCode, Kind]] = {kind.code: kind for kind in KINDS}


def evaluate(facts: Facts) -> Result:
    """Every reason that stands in the way, or none; how much can be taken, and from which accounts. Pure."""
    kind = OF[facts.kind]
    found = [refusal for refusal in (condition.check(facts) for condition in kind.conditions) if refusal is not None]
    amount = kind.amount(facts)
    found += _of_amount(facts, amount.most, amount.least)
    taken = min(facts.asked, amount.most) if facts.asked is not None else amount.most
    charges = charge(facts, kind.accounts(facts.on), taken) if not found else ()
    return Result(kind.code, amount.most, amount.least, tuple(found), tuple(charges), amount.steps, tuple(kind.documents(facts)))


def charge(facts: Facts, accounts: Sequence[SubAccount], amount: Decimal) -> list[Charge]:
    """An amount by account, each emptied before the next; what none of them has is left out."""
    parts = []
    for account in accounts:
        part = min(amount, facts.free(account))
        if part > 0:
            parts.append(Charge(account, part))
            amount -= part
    return parts


def _of_amount(facts: Facts, most: Decimal, least: Decimal) -> list[Refusal]:
    """What is wrong with the amount asked for, and where nothing can be taken at all."""
    if facts.asked is not None and facts.asked <= money.ZERO:
        return [Refusal("AMOUNT_NOT_POSITIVE", "", {"found": f"{facts.asked:.2f}"})]
    if facts.asked is not None and facts.asked > most:
        return [Refusal("AMOUNT_ABOVE", "", {"found": f"{facts.asked:.2f}", "most": f"{most:.2f}"})]
    if facts.asked is not None and facts.asked < least:
        return [Refusal("AMOUNT_BELOW", "", {"found": f"{facts.asked:.2f}", "least": f"{least:.2f}"})]
    return []
