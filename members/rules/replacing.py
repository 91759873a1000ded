"""A withdrawal that is to be replaced (ruling 17): while its order is open, all of a new contribution goes to Akaun Persaraan (Akaun 1).

What comes in is counted until 120 % of what was paid is there; the contribution that crosses that amount is split there, and its rest divided by the
law of the crediting day, as every contribution after it. From 55 all goes to Akaun Emas and nothing is counted any more.

New contributions are what is paid in for a member: the shares of Borang A, however late they come (out of an employer's suspense, by a correction,
taken from whom they were credited to by mistake), and voluntary contributions of every kind. Dividends are not, nor the dividend on a late
contribution, nor the Government's incentives: seed 004 says "caruman baharu", and none of these is one.

What is taken back of a contribution goes down on the order again, in the proportion in which the contribution went to it; parts of a sen stay counted
in the member's favour. An order that was complete is then open again.

Numbers: members/rates/replacement.yaml.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from kwsp_portal.common import money, rates
from kwsp_portal.common.explain import Step
from members.enums import AfterReplacement, PartOfASen, ReplacementCause, SubAccount
from members.rules import age, allocation

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "replacement.yaml")
CODES: Final[Mapping[str, tuple[StrEnum, ...]]] = {
    "account": (SubAccount.PERSARAAN,),
    "afterwards": tuple(AfterReplacement),
    "part_of_a_sen": tuple(PartOfASen),
}
_FACTORS: Final = {ReplacementCause.KHAS: "khas.factor"}
Parts = tuple[tuple[SubAccount, int], ...]
"""By account what it gets, in sen, in the accounts' order."""


def amount_sen(cause: ReplacementCause, paid_sen: int, on: date) -> int:
    """What is to be replaced of so much paid on a day, in sen, to the nearest sen. Raises NotInForce before April 2022, ValueError for nothing."""
    if paid_sen <= 0:
        raise ValueError(f"found {paid_sen} sen paid, expected more than nothing")
    return money.to_sen(money.round_sen(money.from_sen(paid_sen) * LAW.at(_FACTORS[cause], on).value))


def counted_sen(sen: int, *, left_sen: int, birth_date: date, on: date) -> int:
    """What of a contribution credited on a day an order takes that has so much left: never more than either, nothing from 55."""
    limit = age.LAW.at("akaun_emas", on).value
    return min(sen, left_sen) if left_sen > 0 and on < age.birthday(birth_date, limit) else 0


def split_sen(sen: int, counted: int, birth_date: date, on: date) -> Parts:
    """The accounts of a contribution of which an order takes `counted` sen; the rest is divided as on any day. Raises as allocation.split_sen."""
    if not counted:
        return allocation.split_sen(sen, birth_date, on)
    parts = dict(allocation.split_sen(sen - counted, birth_date, on)) if sen > counted else {}
    account = SubAccount(LAW.at("account", on).value)
    parts[account] = parts.get(account, 0) + counted
    return tuple([(code, parts[code]) for code in SubAccount if code in parts])


def taken_back_sen(sen: int, *, counted: int, whole: int) -> int:
    """What goes down on the order when so much is taken back of a contribution of `whole` sen of which it took `counted`: in that proportion."""
    if not 0 < sen <= whole or not 0 <= counted <= whole:
        raise ValueError(f"found {sen} sen taken back of {whole}, {counted} of them counted; expected no more than there is")
    return sen * counted // whole


def explain(sen: int, counted: int, on: date) -> list[Step]:
    """Why an order took so much of a contribution credited on a day, and what became of the rest."""
    account = LAW.at("account", on)
    figures = {"account": account.value, "amount": str(money.from_sen(sen)), "part": str(money.from_sen(counted)), "credited_on": str(on)}
    if counted == sen:
        return [Step("REPLACEMENT_ALL", figures, account.citation)]
    after = LAW.at("afterwards", on)
    rest = {"amount": str(money.from_sen(sen - counted)), "credited_on": str(on)}
    return [Step("REPLACEMENT_PART", figures, account.citation), Step("REPLACEMENT_REST", rest, after.citation, after.assumption)]


def why(cause: ReplacementCause, paid_sen: int, on: date) -> list[Step]:
    """How the amount to be replaced was reckoned."""
    factor, cut = LAW.at(_FACTORS[cause], on), LAW.at("part_of_a_sen", on)
    exact, asked = money.from_sen(paid_sen) * factor.value, amount_sen(cause, paid_sen, on)
    figures = {"amount": str(money.from_sen(paid_sen)), "percent": str(factor.value), "part": str(money.from_sen(asked))}
    rounded = [Step("REPLACEMENT_ROUNDED", {"exact": str(exact), "part": figures["part"]}, cut.citation, cut.assumption)]
    return [Step("REPLACEMENT_AMOUNT", figures, factor.citation), *(rounded if exact != money.from_sen(asked) else [])]
