"""The one transfer out of Akaun Sejahtera with which three accounts began: 12 May to 31 August 2024 (facts 2.2).

From RM3,000: 10/30 to Fleksibel and 5/30 to Persaraan. Above RM1,000: RM1,000 to Fleksibel. Up to RM1,000: all of it to Fleksibel. Numbers:
members/rates/initial_transfer.yaml.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from kwsp_portal.common import money, rates
from kwsp_portal.common.explain import Step
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal
from members.enums import SubAccount
from members.rules import age

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "initial_transfer.yaml")
CODES: Final[Mapping[str, tuple[StrEnum, ...]]] = {"remainder_to": (SubAccount.SEJAHTERA,)}


def is_open(on: date) -> bool:
    """Whether the transfer can be chosen on a day."""
    try:
        last: date = LAW.at("last_day", on).value
    except NotInForce:
        return False
    return on <= last


def why_not(*, birth_date: date, on: date, available_sen: int) -> Refusal | None:
    """What stands in the way on a day; None where the member may choose it. That it was chosen before, the ledger knows."""
    if not is_open(on):
        rate = LAW["last_day"]
        first, last = rate.values[-1].start, rate.values[-1].value
        return Refusal("TRANSFER_CLOSED", rate.values[-1].citation, {"first": str(first), "last": str(last), "asked": str(on)})
    limit = age.LAW.at("akaun_emas", on)
    birthday = age.birthday(birth_date, limit.value)
    if birthday <= on:
        return Refusal("TRANSFER_TOO_OLD", limit.citation, {"age": str(limit.value), "birthday": str(birthday)})
    if available_sen <= 0:
        return Refusal("TRANSFER_NOTHING", LAW.at("last_day", on).citation)
    return None


class Division(NamedTuple):
    """What of Sejahtera goes where, in sen, parts of zero left out; the rest stays. `steps` say why."""

    parts: Mapping[SubAccount, int]
    steps: tuple[Step, ...]


def divide(available_sen: int, on: date) -> Division:
    """What is transferred of a balance on a day. Raises NotInForce before 12 May 2024, ValueError for no balance."""
    if available_sen <= 0:
        raise ValueError(f"found {available_sen} sen to transfer, expected more than nothing")
    shared, fixed = LAW.at("shared_from", on), LAW.at("fixed", on)
    figures = {"available": str(money.from_sen(available_sen)), "shared_from": str(shared.value), "fixed": str(fixed.value)}
    if available_sen >= money.to_sen(shared.value):
        return _shared(available_sen, on, figures)
    part = min(available_sen, money.to_sen(fixed.value))
    code = "TRANSFER_ALL" if part == available_sen else "TRANSFER_FIXED"
    return Division({SubAccount.FLEKSIBEL: part}, (Step(code, figures, fixed.citation),))


def _shared(available_sen: int, on: date, figures: Mapping[str, str]) -> Division:
    every, fleksibel, persaraan = (LAW.at(name, on) for name in ("of_every", "to_fleksibel", "to_persaraan"))
    parts = {
        SubAccount.FLEKSIBEL: available_sen * money.to_sen(fleksibel.value) // money.to_sen(every.value),
        SubAccount.PERSARAAN: available_sen * money.to_sen(persaraan.value) // money.to_sen(every.value),
    }
    said = {**figures, "every": str(every.value), "fleksibel": str(fleksibel.value), "persaraan": str(persaraan.value)}
    steps = [Step("TRANSFER_SHARED", said, every.citation)]
    if available_sen * money.to_sen(persaraan.value) % money.to_sen(every.value):
        keeps = LAW.at("remainder_to", on)
        steps.append(Step("TRANSFER_REMAINDER", {"account": keeps.value, "credited_on": str(on)}, keeps.citation, keeps.assumption))
    return Division(parts, tuple(steps))
