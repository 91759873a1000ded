"""Numbers of law as dated, cited data: `<app>/rates/*.yaml`, read once a process, exact to the last digit.

A file is one *law* (a schedule, an order, a table of the Board). It holds *rates*: each has a description, a unit and, for every
day on which it changed, a value with its citation. Only start dates are stored, so periods cannot overlap; a known
future change is entered ahead. Silence is an error, never zero: asking before the first date raises `NotInForce`, which names
the earliest date and the way forward (house style 14 to 17).

    law: third_schedule                 # the name in references: third_schedule@2022-07
    title: {ms: …, en: …}
    dated_by: wage_month                # or crediting_date, date: what kind of day the rule is asked with
    known_from: 2019-01-01              # nothing is answered for earlier days, whatever the start dates say
    before_that: {ms: …, en: …}         # what somebody does who needs an earlier day
    sources:
      seed_001: {ms: "kwsp.gov.my, 7 Sep 2023: …", en: …}
    rates:
      a.employee:
        description: {ms: …, en: …}
        unit: rate                      # rate, ringgit, years, months, days, date, code, yes_no, shares
        values:
          2022-07-01: {value: 0.11, citation: seed_001, confidence: HIGH}
          2025-10-01: {repealed: true, citation: …, confidence: HIGH}
          2020-04-01: {value: 0.07, citation: …, confidence: LOW, assumed: true, reason: {ms: …, en: …}}

The reader builds `Decimal` from the digits in the file; nothing passes through binary floating point. It refuses, naming
file and place: a missing or unknown citation, a missing date, dates out of order, an assumption without reason, a key twice, a number of
another form. `faults` is what Django's system checks ask (kwsp_portal/frame/checks.py), so a faulty file stops every start.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from kwsp_portal.common import rates_file
from kwsp_portal.common.rates_file import CITATIONS_BETWEEN as CITATIONS_BETWEEN
from kwsp_portal.common.rates_file import Confidence as Confidence
from kwsp_portal.common.rates_file import RatesError as RatesError
from kwsp_portal.common.rates_file import Text as Text
from kwsp_portal.common.rates_file import Unit as Unit

PROJECT: Final = Path(__file__).resolve().parents[2]
"""The folder whose apps keep their laws in `<app>/rates/`."""


class NotInForce(LookupError):
    """A rate was asked for a day on which the portal knows no value.

    `earliest` is the first day it can be asked for (None: it was repealed and has no later value), `way_forward` what somebody does who
    needs `asked` all the same.
    """

    def __init__(self, law: str, rate: str, asked: date, earliest: date | None, way_forward: "Text") -> None:
        self.law = law
        self.rate = rate
        self.asked = asked
        self.earliest = earliest
        self.way_forward = way_forward
        known = f"the earliest day is {earliest}" if earliest else "it has been repealed"
        super().__init__(f"{law}/{rate} is not in force on {asked}: {known}. {way_forward.en}")


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """What a rate is from `start` on, and why it is believed. `citation` names sources; `citations` finds their words.

    `value` is a Decimal, int, date, bool, str or mapping of Decimals, as the rate's unit says (checked on reading), or None if the rate was
    repealed from that day. `assumption` is the name under which `assumption()` finds the reason; empty if nothing is assumed.
    """

    law: str
    rate: str
    start: date
    value: Any
    citation: str
    confidence: "Confidence"
    reason: "Text | None" = None
    assumption: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "assumption", f"{self.law}/{self.rate}@{self.start}" if self.assumed else "")

    @property
    def assumed(self) -> bool:
        return self.reason is not None


@dataclass(frozen=True, slots=True, eq=False)
class Rate:
    """One number of law through time, its values in order of their start dates."""

    law: str
    name: str
    description: "Text"
    unit: "Unit"
    values: tuple[Value, ...]
    known_from: date
    way_forward: "Text"

    @property
    def earliest(self) -> date:
        """The first day the rate can be asked for."""
        return max(self.known_from, self.values[0].start)

    def at(self, on: date) -> Value:
        """The value in force on a day. Raises NotInForce before the first one, and after a repeal."""
        if on < self.known_from or on < self.values[0].start:
            raise NotInForce(self.law, self.name, on, self.earliest, self.way_forward)
        for found in reversed(self.values):  # asked a dozen times of each of hundreds of thousands
            if found.start <= on:
                break
        if found.value is None:
            later = next((value.start for value in self.values if value.start > on), None)
            raise NotInForce(self.law, self.name, on, later, self.way_forward)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """One rate file. `law["a.employee"].at(day)` is how rules ask it."""

    name: str
    title: "Text"
    dated_by: str
    known_from: date
    before_that: "Text"
    sources: Mapping[str, "Text"]
    rates: Mapping[str, Rate]

    def __getitem__(self, name: str) -> Rate:
        return self.rates[name]

    def at(self, name: str, on: date) -> Value:
        """`law[name].at(on)`."""
        return self.rates[name].at(on)

    def edition(self, on: date) -> date:
        """The last day up to `on` on which anything in this law changed. Raises NotInForce before the law is known."""
        if on < self.known_from:
            raise NotInForce(self.name, "*", on, self.known_from, self.before_that)
        return max(value.start for rate in self.rates.values() for value in rate.values if value.start <= on)

    def reference(self, on: date) -> str:
        """What a row stores to name the law it was reckoned by: `third_schedule@2022-07`, `account_split@2024-05-11`."""
        edition = self.edition(on)
        return f"{self.name}@{edition:%Y-%m}" if self.dated_by == "wage_month" else f"{self.name}@{edition}"


class RegisterLine(NamedTuple):
    """One line of the register of law: a value, its rate and law, and the day from which another value follows."""

    law: Law
    rate: Rate
    value: Value
    until: date | None


@functools.cache
def load(path: Path) -> Law:
    """The law in a file, read once a process. Raises RatesError, which names file, place and fault."""
    found = rates_file.read(path)
    rates = {
        name: Rate(
            law=found.law,
            name=name,
            description=rate.description,
            unit=rate.unit,
            values=tuple(Value(found.law, name, *fields) for fields in rate.values),
            known_from=found.known_from,
            way_forward=found.before_that,
        )
        for name, rate in found.rates.items()
    }
    return Law(found.law, found.title, found.dated_by, found.known_from, found.before_that, found.sources, rates)


def files(project: Path = PROJECT) -> list[Path]:
    """Every rate file of the project, in order of app and name."""
    return sorted(project.glob("*/rates/*.yaml"))


def register(paths: Iterable[Path] | None = None) -> list[RegisterLine]:
    """Every number of law the portal knows, one line for each value, for the page of law and the page of assumptions.

    Raises RatesError if a file is faulty; `faults` says so without raising.
    """
    return [line for path in (files() if paths is None else paths) for line in lines_of(load(path))]


def faults(paths: Iterable[Path] | None = None) -> list[str]:
    """What is wrong with the rate files, one sentence a file; nothing if the portal may start. Each file is judged, whatever the others hold."""
    found: list[str] = []
    seen: dict[str, Path] = {}
    for path in files() if paths is None else paths:
        try:
            law = load(path)
        except RatesError as error:
            found.append(str(error))
            continue
        if law.name != path.stem:
            found.append(f"{path.name}: the file holds the law {law.name!r}: it is named {law.name}.yaml")
        if law.name in seen:
            found.append(f"{path.name}: the law {law.name!r} stands in {seen[law.name]} already")
        seen.setdefault(law.name, path)
    return found


def lines_of(law: Law) -> Iterator[RegisterLine]:
    """Each value of one law, in the order of its file."""
    for rate in law.rates.values():
        starts = [value.start for value in rate.values[1:]]
        for value, until in zip(rate.values, [*starts, None], strict=True):
            yield RegisterLine(law, rate, value, until)


def assumption(name: str) -> Value:
    """The assumed value that a `Step.assumed` names. Raises KeyError for a name that no rate file holds."""
    return _assumptions()[name]


@functools.cache
def _assumptions() -> dict[str, Value]:
    return {line.value.assumption: line.value for line in register() if line.value.assumed}


SAID: Final = "said:"


def citations(names: str) -> list["Text"]:
    """The sources that a `citation` names, in both languages, and what was `said`. Raises KeyError for a name that no rate file holds."""
    found = [name for name in names.split(CITATIONS_BETWEEN) if name]
    return [Text(*[name.removeprefix(SAID)] * 2) if name.startswith(SAID) else _sources()[name] for name in found]


def said(source: str) -> str:
    """A citation of what somebody wrote as the source of a rate that no file holds, the same in both languages."""
    return SAID + source.replace(CITATIONS_BETWEEN, ", ")


@functools.cache
def _sources() -> dict[str, "Text"]:
    return {name: text for path in files() for name, text in load(path).sources.items()}
