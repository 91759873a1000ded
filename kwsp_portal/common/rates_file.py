"""Reading and checking a rate file; what a file looks like stands in `rates`.

Kept apart from `rates` because asking a rate and distrusting a file are two things. Only `rates` imports it.
"""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from kwsp_portal.common.data_file import Fault, Text, day, fields, load, require, text

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", re.ASCII)
CITATIONS_BETWEEN: Final = "; "
DATED_BY: Final = ("wage_month", "crediting_date", "date")


class RatesError(ValueError):
    """A fault in a rate file: which file, where in it, what is wrong."""

    def __init__(self, path: Path, where: str, fault: str) -> None:
        self.path = path
        self.where = where
        self.fault = fault
        super().__init__(f"{path.name}: {where}: {fault}")


class Unit(StrEnum):
    """What kind of thing a value is."""

    RATE = "rate"
    RINGGIT = "ringgit"
    YEARS = "years"
    MONTHS = "months"
    DAYS = "days"
    DATE = "date"
    CODE = "code"
    YES_NO = "yes_no"
    SHARES = "shares"


class Confidence(StrEnum):
    """How well a value is known: HIGH statute, KWSP's page or print; MED several independent sources; LOW one unofficial source."""

    HIGH = "HIGH"
    MED = "MED"
    LOW = "LOW"


class FileValue(NamedTuple):
    start: date
    value: Any
    citation: str
    confidence: Confidence
    reason: Text | None


@dataclass(frozen=True, slots=True)
class FileRate:
    description: Text
    unit: Unit
    values: tuple[FileValue, ...]


@dataclass(frozen=True, slots=True)
class FileLaw:
    law: str
    title: Text
    dated_by: str
    known_from: date
    before_that: Text
    sources: Mapping[str, Text]
    rates: Mapping[str, FileRate]


def read(path: Path) -> FileLaw:
    """A rate file, checked. Raises RatesError."""
    where = "file"
    try:
        content = load(path)
        head = fields(content, {"law", "title", "dated_by", "known_from", "before_that", "sources", "rates"})
        require(isinstance(head["law"], str) and _NAME.fullmatch(head["law"]) is not None, "law is not a plain name")
        require(head["dated_by"] in DATED_BY, f"dated_by {head['dated_by']!r} is not one of {', '.join(DATED_BY)}")
        where = "sources"
        named = isinstance(head["sources"], dict) and all(_NAME.fullmatch(str(name)) for name in head["sources"])
        require(named, "sources are not a mapping from plain names")
        sources = {f"{head['law']}/{name}": text(words, f"sources.{name}") for name, words in head["sources"].items()}
        rates: dict[str, FileRate] = {}
        for name, entry in head["rates"].items():
            where = str(name)
            require(_NAME.fullmatch(where) is not None, "not a plain name")
            rates[name] = _rate(entry, head["law"], sources, monthly=head["dated_by"] == "wage_month")
        where = "file"
        require(bool(rates), "it holds no rate")
        return FileLaw(
            law=head["law"],
            title=text(head["title"], "title"),
            dated_by=head["dated_by"],
            known_from=day(head["known_from"]),
            before_that=text(head["before_that"], "before_that"),
            sources=sources,
            rates=rates,
        )
    except (Fault, yaml.YAMLError) as fault:
        raise RatesError(path, where, str(fault)) from fault


def _rate(entry: Any, law: str, sources: Mapping[str, Text], *, monthly: bool) -> FileRate:
    entry = fields(entry, {"description", "unit", "values"})
    require(entry["unit"] in list(Unit), f"unit {entry['unit']!r} is not one of {', '.join(Unit)}")
    unit = Unit(entry["unit"])
    require(isinstance(entry["values"], dict) and bool(entry["values"]), "it has no values by start date")
    values = [_value(start, record, unit, law, sources) for start, record in entry["values"].items()]
    for value in values:
        require(not monthly or value.start.day == 1, f"{value.start} is not the first day of a wage month")
    for earlier, later in itertools.pairwise(values):
        require(earlier.start < later.start, f"{later.start} stands after {earlier.start}: dates are written from the earliest to the latest")
    return FileRate(text(entry["description"], "description"), unit, tuple(values))


def _value(start: Any, record: Any, unit: Unit, law: str, sources: Mapping[str, Text]) -> FileValue:
    start = day(start)
    record = fields(record, {"citation", "confidence"}, {"value", "repealed", "assumed", "reason"}, f"{start}: ")
    require(("value" in record) != (record.get("repealed") is True), f"{start}: either a value or repealed: true")
    cited = record["citation"]
    cited = cited if isinstance(cited, list) else [cited]
    for source in cited:
        require(f"{law}/{source}" in sources, f"{start}: citation {source!r} is not among the sources")
    require(bool(cited), f"{start}: no citation")
    require(record["confidence"] in list(Confidence), f"{start}: confidence {record['confidence']!r} is not one of {', '.join(Confidence)}")
    assumed = record.get("assumed", False)
    require(assumed is ("reason" in record), f"{start}: an assumption has assumed: true and a reason, nothing else has either")
    return FileValue(
        start=start,
        value=_checked(record["value"], unit, start) if "value" in record else None,
        citation=CITATIONS_BETWEEN.join(f"{law}/{source}" for source in cited),
        confidence=Confidence(record["confidence"]),
        reason=text(record["reason"], f"{start}: reason") if assumed else None,
    )


def _checked(value: Any, unit: Unit, start: date) -> Any:
    """The value if it is what its unit says: shares and rates from 0 to 1, shares together exactly 1."""
    if unit is Unit.SHARES:
        require(isinstance(value, dict) and bool(value), f"{start}: shares are a mapping")
        shares = {str(key): _checked(share, Unit.RATE, start) for key, share in value.items()}
        require(sum(shares.values()) == 1, f"{start}: the shares do not add up to 1")
        return shares
    if unit in (Unit.RATE, Unit.RINGGIT):
        require(isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)), f"{start}: {value!r} is not a number")
        value = Decimal(value)
        require(unit is Unit.RINGGIT or value <= 1, f"{start}: a rate is at most 1, found {value}")
        return value
    kind = {Unit.YEARS: int, Unit.MONTHS: int, Unit.DAYS: int, Unit.CODE: str, Unit.YES_NO: bool, Unit.DATE: date}[unit]
    require(type(value) is kind, f"{start}: {value!r} is not of unit {unit}")
    return value
