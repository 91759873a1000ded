"""Every kind of withdrawal, in the order of the form, and the one way to ask the rules. A kind is one module; nothing elsewhere lists them."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from kwsp_portal.common import money
from kwsp_portal.common.rates import Law
from kwsp_portal.common.refusal import Refusal
from members.enums import SubAccount
from withdrawals.enums import KindCode
from withdrawals.facts import Facts
from withdrawals.kinds import age_50, age_55, asking, common, education, fleksibel, house_buy, house_instalment, khas_2022
from withdrawals.kinds.base import Amount, Charge, Kind, Result

KINDS: Final[tuple[Kind, ...]] = (age_50.KIND, education.KIND, house_buy.KIND, house_instalment.KIND, age_55.KIND, fleksibel.KIND, khas_2022.KIND)

OF: Final[dict[KindCode, Kind]] = {kind.code: kind for kind in KINDS}


def evaluate(facts: Facts) -> Result:
    """Every reason that stands in the way, or none; how much can be taken, and from which accounts. Pure.

    Without `asked` it is an estimate: what the member has not said yet stands in nobody's way. Once handed in (`applied_on`) an amount that is
    more than can be taken on the day makes the payment smaller and is no refusal: never above what was applied for.
    """
    kind = OF[facts.kind]
    if not kind.open_on(facts.asked_on):
        return Result(kind.code, money.ZERO, money.ZERO, (_closed(kind, facts.asked_on),), (), (), ())
    amount = kind.amount(facts)
    found = [refusal for refusal in (condition.check(facts) for condition in kind.conditions) if refusal is not None]
    found += _of_application(kind, facts)
    found += _of_amount(kind, facts, amount)
    taken = min(facts.asked, amount.most) if facts.asked is not None else amount.most
    charges = () if found else tuple(charge(facts, accounts_of(kind, facts), taken))
    references = tuple(_reference(law, facts.on) for law in kind.laws)
    return Result(kind.code, amount.most, amount.least, tuple(found), charges, amount.steps, tuple(kind.documents(facts)), references)


def accounts_of(kind: Kind, facts: Facts) -> Sequence[SubAccount]:
    """The accounts from which a member's withdrawal is taken, in order, where their money stands on the day."""
    return common.standing(facts, kind.accounts(facts.asked_on))


def charge(facts: Facts, accounts: Sequence[SubAccount], amount: Decimal) -> list[Charge]:
    """An amount by account, each emptied before the next; what none of them has is left out."""
    parts = []
    for account in accounts:
        part = min(amount, facts.free(account))
        if part > 0:
            parts.append(Charge(account, part))
            amount -= part
    return parts


@lru_cache(maxsize=1 << 10)
def _reference(law: Law, on: date) -> str:
    return law.reference(on)


def _closed(kind: Kind, on: date) -> Refusal:
    """Not open on the day. `until`: the day from which it is, where one is known."""
    until = kind.opens(on)
    return Refusal("NOT_OPEN", kind.source, {"found": on.isoformat(), **({"until": until.isoformat()} if until else {})})


def _of_application(kind: Kind, facts: Facts) -> Iterator[Refusal]:
    """What is wrong with what was said, and with the way in; too early to be decided."""
    if facts.asked is not None:
        # What was handed in was whole on its day: a question that is asked since stands in nobody's way.
        found = asking.faults(kind, facts.particulars)
        yield from (one for one in found if one.code != "PARTICULAR_MISSING" or facts.applied_on is None)
    ways = kind.channels(facts)
    if facts.channel not in ways:
        yield Refusal("CHANNEL", kind.source, {"found": facts.channel.value, "expected": " ".join(sorted(ways))})
    first = kind.decided_from(facts)
    if facts.applied_on is not None and first is not None and facts.on < first:
        yield Refusal("TOO_EARLY_TO_DECIDE", kind.source, {"found": facts.on.isoformat(), "until": first.isoformat()})


def _of_amount(kind: Kind, facts: Facts, amount: Amount) -> Iterator[Refusal]:
    """What is wrong with the amount asked for, and where nothing can be taken at all."""
    most, least, asked = amount.most, amount.least, facts.asked
    if asked is not None and asked <= money.ZERO:
        yield Refusal("AMOUNT_NOT_POSITIVE", kind.source, {"found": f"{asked:.2f}"})
    elif asked is not None and asked != money.down_to_sen(asked):
        yield Refusal("AMOUNT_DECIMALS", kind.source, {"found": str(asked)})
    elif most <= money.ZERO:
        yield Refusal("NOTHING", kind.source)
    elif most < least:
        yield Refusal("TOO_LITTLE", kind.source, {"found": f"{most:.2f}", "least": f"{least:.2f}"})
    elif asked is not None and asked < least:
        yield Refusal("AMOUNT_BELOW", kind.source, {"found": f"{asked:.2f}", "least": f"{least:.2f}"})
    elif asked is not None and asked > most and facts.applied_on is None:
        yield Refusal("AMOUNT_ABOVE", kind.source, {"found": f"{asked:.2f}", "most": f"{most:.2f}"})
