"""What an employer must do besides paying, and the penalties of the Act by section (kwsp.gov.my, Offences and Penalties)."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from kwsp_portal.common import rates

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "duties.yaml")


class Offence(StrEnum):
    """By the section that makes it one."""

    NOT_REGISTERED = "41(1)"
    NOT_NOTIFIED = "41(3)"
    NO_WAGE_STATEMENT = "42(1)"
    NOT_PAID = "43(2)"
    OWN_SHARE_DEDUCTED = "47"
    DEDUCTED_NOT_PAID = "48(3)"
    FALSE_STATEMENT = "59"


class Term(StrEnum):
    """Times within which, or for which, something is to be done."""

    REGISTER = "register.days"
    STOP = "stop.days"
    ADDRESS = "address.days"
    NAME = "name.days"
    RECORDS = "records.years"


_NAMES: Final = {
    Offence.NOT_REGISTERED: "s41_1",
    Offence.NOT_NOTIFIED: "s41_3",
    Offence.NO_WAGE_STATEMENT: "s42_1",
    Offence.NOT_PAID: "s43_2",
    Offence.OWN_SHARE_DEDUCTED: "s47",
    Offence.DEDUCTED_NOT_PAID: "s48_3",
    Offence.FALSE_STATEMENT: "s59",
}


class Penalty(NamedTuple):
    """Prison up to so many years, or else months, a fine up to so much (RM), or both."""

    offence: Offence
    years: int | None
    months: int | None
    fine: rates.Value


def penalties(on: date) -> list[Penalty]:
    """Every one as it stands on a day, in the order of the sections. Raises NotInForce before the first day of the law."""
    return [_penalty(offence, name, on) for offence, name in _NAMES.items()]


def term(which: Term, on: date) -> rates.Value:
    """Raises NotInForce before the first day of the law."""
    return LAW.at(which.value, on)


def _penalty(offence: Offence, name: str, on: date) -> Penalty:
    years, months = (LAW.at(f"{name}.{unit}", on).value if f"{name}.{unit}" in LAW.rates else None for unit in ("years", "months"))
    return Penalty(offence, years, months, LAW.at(f"{name}.fine", on))
