"""Codes of rate files: each entry has a closed set of them, which the module that reads the law names in its `CODES`.

A rule that compares with a code would take a misspelt one for "something else", and reckon. So nothing starts with a code that no rule knows.
"""

import importlib
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

from kwsp_portal.common import rates
from kwsp_portal.common.rates import Unit

READERS: Final[Mapping[str, str]] = {
    "third_schedule": "contributions.rules.regime",
    "liable_wages": "contributions.rules.liable",
    "ages": "members.rules.age",
    "account_split": "members.rules.allocation",
    "dividend": "members.rules.declared",
    "initial_transfer": "members.rules.initial_transfer",
    "replacement": "members.rules.replacing",
    "value_date": "contributions.rules.value_date",
    "correction": "contributions.rules.correcting",
    "election": "contributions.rules.electing",
    "late": "contributions.rules.late",
    "duties": "contributions.rules.duties",
    "overpayment": "contributions.rules.overpaying",
    "instalment": "contributions.rules.instalments",
    "incentive": "contributions.rules.incentive",
    "withdrawal": "withdrawals.rules.withdrawal",
    "khas_2022": "withdrawals.rules.khas",
    "housing": "withdrawals.rules.housing",
    "education": "withdrawals.rules.education",
    "withdrawal_desk": "withdrawals.rules.deciding",
}
"""The one module that loads each law."""


def allowed(law: str, rate: str) -> tuple[StrEnum, ...]:
    """The codes that an entry may hold; none where no reader names any."""
    codes: Mapping[str, tuple[StrEnum, ...]] = getattr(importlib.import_module(READERS[law]), "CODES", {}) if law in READERS else {}
    return codes.get(rate, ())


def faults() -> list[str]:
    """What is wrong with the codes of the rate files, one sentence for each: file, entry and day, what was found and what is expected."""
    found: list[str] = []
    for path in rates.files():
        try:
            law = rates.load(path)
        except rates.RatesError:
            continue  # `rates.faults` says so
        found += [f"{path.name}: {fault}" for line in rates.lines_of(law) for fault in _faults(line)]
    return found


def _faults(line: rates.RegisterLine) -> Iterator[str]:
    if line.rate.unit not in (Unit.CODE, Unit.SHARES) or line.value.value is None:
        return
    known = allowed(line.law.name, line.rate.name)
    for code in _codes(line.value.value):
        if code not in known:
            expected = f"one of {', '.join(known)}" if known else f"a set of codes for it in CODES of {READERS.get(line.law.name, 'its reader')}"
            yield f"{line.rate.name}: {line.value.start}: found the code {code!r}, expected {expected}"


def _codes(value: Any) -> Collection[str]:
    """The codes of a value: itself, or the names that shares are given to."""
    return (value,) if isinstance(value, str) else tuple(value)
