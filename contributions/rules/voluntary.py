"""Voluntary contributions (seed 002, rulings 18 to 20): who may be paid for, and which accounts a credit goes to. The ceiling: incentive.take."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from contributions.enums import IncentiveScheme, ReturnWhy, VoluntaryKind
from contributions.facts import VoluntaryFacts
from contributions.rules import incentive
from kwsp_portal.common.explain import Step
from kwsp_portal.common.money import from_sen
from kwsp_portal.common.refusal import Refusal
from members.enums import Citizenship, SubAccount
from members.rules import age, replacing

_CITIZENS: Final = "S. 43(8), s. 70E"
_OWN_SCHEME: Final = {VoluntaryKind.ISARAAN: IncentiveScheme.ISARAAN, VoluntaryKind.ISURI: IncentiveScheme.ISURI}


def refusals(facts: VoluntaryFacts, *, on: date) -> Sequence[Refusal]:
    """Every reason why this cannot be paid on the day, together. Raises NotInForce before 2013.

    Who has died, is 75, or is neither citizen nor permanent resident is paid for by nobody; what earns an incentive is paid by who is registered for
    it; and nothing above what the year's ceiling leaves is taken.
    """
    found = []
    if facts.died_on is not None and facts.died_on <= on:
        found.append(Refusal("MEMBER_DIED", "S. 54(1)(a)"))
    last = age.LAW.at("last_credit", on)
    if age.birthday(facts.birth_date, last.value) <= on:
        found.append(Refusal("MEMBER_TOO_OLD", last.citation, {"age": str(last.value)}))
    if facts.citizenship not in (Citizenship.CITIZEN, Citizenship.PERMANENT_RESIDENT):
        found.append(Refusal("MEMBER_FOREIGN", _CITIZENS))
    scheme = _OWN_SCHEME.get(facts.kind)
    if scheme is not None and scheme not in facts.schemes:
        found.append(Refusal("NOT_REGISTERED", incentive.LAW.at("exclusive", on).citation, {"scheme": scheme.value}))
    room = incentive.room(credited=facts.credited, on=on)
    if facts.amount > room:
        figures = {"room": f"{room:.2f}", "ceiling": f"{incentive.ceiling(on):.2f}", "year": str(on.year), "amount": f"{facts.amount:.2f}"}
        found.append(Refusal("ABOVE_CEILING", incentive.LAW.at("ceiling", on).citation, figures))
    return found


def why_returned(*, birth_date: date, died_on: date | None, paid_on: date, on: date) -> ReturnWhy | None:
    """Why what was paid on a day cannot be credited to the member on the day `on`; None where it can.

    What was paid in the member's lifetime is theirs and their heirs', whenever it is booked (assumed: no source says); an age keeps out what is
    booked from it on, as with any contribution.
    """
    if died_on is not None and died_on <= paid_on:
        return ReturnWhy.DIED
    return ReturnWhy.TOO_OLD if age.birthday(birth_date, age.LAW.at("last_credit", on).value) <= on else None


def parts_sen(kind: VoluntaryKind, divided: replacing.Parts, birth_date: date, on: date) -> replacing.Parts:
    """The accounts of a credit in sen: `divided`, as any other contribution is; a top-up goes wholly to Akaun Persaraan, below 55."""
    return ((_top_up_account(on), sum(sen for _account, sen in divided)),) if _is_top_up(kind, birth_date, on) else divided


def top_up_step(amount_sen: int, *, on: date) -> Step:
    """Why a top-up credited on a day went to one account. How others are divided: members.rules.allocation."""
    law = incentive.LAW.at("top_up.account", on)
    return Step("SPLIT_TOP_UP", {"account": law.value, "amount": str(from_sen(amount_sen)), "credited_on": str(on)}, law.citation, law.assumption)


def _is_top_up(kind: VoluntaryKind, birth_date: date, on: date) -> bool:
    return kind is VoluntaryKind.TOP_UP and on < age.birthday(birth_date, age.LAW.at("akaun_emas", on).value)


def _top_up_account(on: date) -> SubAccount:
    return SubAccount(incentive.LAW.at("top_up.account", on).value)
