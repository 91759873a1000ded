"""Reading and checking a rate file; what a file looks like stands in `rates`.

Kept apart from `rates` because asking a rate and distrusting a file are two things. Only `rates` imports it.
"""

import itertools
import re
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

# The parser in C where PyYAML was built with it: ten times faster, the same result.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WHOLE = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_FRACTION = re.compile(r"[0-9]+\.[0-9]+", re.ASCII)
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
    DATE = "date"
    CODE = "code"
    YES_NO = "yes_no"
    SHARES = "shares"


class Confidence(StrEnum):
    """How well a value is known: HIGH statute, KWSP's page or print; MED several independent sources; LOW one unofficial source."""

    HIGH = "HIGH"
    MED = "MED"
    LOW = "LOW"


class Text(NamedTuple):
    """A sentence of a rate file in both languages, written and reviewed side by side."""

    ms: str
    en: str

    def in_language(self, language: str) -> str:
        """English for `en` and its variants, Malay for everything else."""
        return self.en if language.startswith("en") else self.ms


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


class _Fault(Exception):
    """What is wrong, before it is known where."""


class _Loader(_Base):  # type: ignore[misc]
    """YAML's safe loader with exact numbers, and without silent loss of a key that stands twice."""


def _whole(loader: Any, node: yaml.ScalarNode) -> int:
    text = str(node.value)
    if _WHOLE.fullmatch(text) is None:
        raise _Fault(f"{text!r} is not a plain whole number (line {node.start_mark.line + 1})")
    return int(text)


def _fraction(loader: Any, node: yaml.ScalarNode) -> Decimal:
    text = str(node.value)
    if _FRACTION.fullmatch(text) is None:
        raise _Fault(f"{text!r} is not a plain decimal number (line {node.start_mark.line + 1})")
    return Decimal(text)


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Hashable, Any]:
    found: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            raise _Fault(f"{key!r} is not a name or a date (line {key_node.start_mark.line + 1})")
        if key in found:
            raise _Fault(f"{key!r} stands twice (line {key_node.start_mark.line + 1})")
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_constructor("tag:yaml.org,2002:int", _whole)
_Loader.add_constructor("tag:yaml.org,2002:float", _fraction)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read(path: Path) -> FileLaw:
    """A rate file, checked. Raises RatesError."""
    where = "file"
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  a subclass of SafeLoader
        head = _fields(content, {"law", "title", "dated_by", "known_from", "before_that", "sources", "rates"})
        _require(isinstance(head["law"], str) and _NAME.fullmatch(head["law"]) is not None, "law is not a plain name")
        _require(head["dated_by"] in DATED_BY, f"dated_by {head['dated_by']!r} is not one of {', '.join(DATED_BY)}")
        where = "sources"
        named = isinstance(head["sources"], dict) and all(_NAME.fullmatch(str(name)) for name in head["sources"])
        _require(named, "sources are not a mapping from plain names")
        sources = {f"{head['law']}/{name}": _text(text, f"sources.{name}") for name, text in head["sources"].items()}
        rates: dict[str, FileRate] = {}
        for name, entry in head["rates"].items():
            where = str(name)
            _require(_NAME.fullmatch(where) is not None, "not a plain name")
            rates[name] = _rate(entry, head["law"], sources, monthly=head["dated_by"] == "wage_month")
        where = "file"
        _require(bool(rates), "it holds no rate")
        return FileLaw(
            law=head["law"],
            title=_text(head["title"], "title"),
            dated_by=head["dated_by"],
            known_from=_day(head["known_from"]),
            before_that=_text(head["before_that"], "before_that"),
            sources=sources,
            rates=rates,
        )
    except (_Fault, yaml.YAMLError) as fault:
        raise RatesError(path, where, str(fault)) from fault


def _rate(entry: Any, law: str, sources: Mapping[str, Text], *, monthly: bool) -> FileRate:
    entry = _fields(entry, {"description", "unit", "values"})
    _require(entry["unit"] in list(Unit), f"unit {entry['unit']!r} is not one of {', '.join(Unit)}")
    unit = Unit(entry["unit"])
    _require(isinstance(entry["values"], dict) and bool(entry["values"]), "it has no values by start date")
    values = [_value(start, record, unit, law, sources) for start, record in entry["values"].items()]
    for value in values:
        _require(not monthly or value.start.day == 1, f"{value.start} is not the first day of a wage month")
    for earlier, later in itertools.pairwise(values):
        _require(earlier.start < later.start, f"{later.start} stands after {earlier.start}: dates are written from the earliest to the latest")
    return FileRate(_text(entry["description"], "description"), unit, tuple(values))


def _value(start: Any, record: Any, unit: Unit, law: str, sources: Mapping[str, Text]) -> FileValue:
    start = _day(start)
    record = _fields(record, {"citation", "confidence"}, {"value", "repealed", "assumed", "reason"}, f"{start}: ")
    _require(("value" in record) != (record.get("repealed") is True), f"{start}: either a value or repealed: true")
    cited = record["citation"]
    cited = cited if isinstance(cited, list) else [cited]
    for source in cited:
        _require(f"{law}/{source}" in sources, f"{start}: citation {source!r} is not among the sources")
    _require(bool(cited), f"{start}: no citation")
    _require(record["confidence"] in list(Confidence), f"{start}: confidence {record['confidence']!r} is not one of {', '.join(Confidence)}")
    assumed = record.get("assumed", False)
    _require(assumed is ("reason" in record), f"{start}: an assumption has assumed: true and a reason, nothing else has either")
    return FileValue(
        start=start,
        value=_checked(record["value"], unit, start) if "value" in record else None,
        citation=CITATIONS_BETWEEN.join(f"{law}/{source}" for source in cited),
        confidence=Confidence(record["confidence"]),
        reason=_text(record["reason"], f"{start}: reason") if assumed else None,
    )


def _checked(value: Any, unit: Unit, start: date) -> Any:
    """The value if it is what its unit says: shares and rates from 0 to 1, shares together exactly 1."""
    if unit is Unit.SHARES:
        _require(isinstance(value, dict) and bool(value), f"{start}: shares are a mapping")
        shares = {str(key): _checked(share, Unit.RATE, start) for key, share in value.items()}
        _require(sum(shares.values()) == 1, f"{start}: the shares do not add up to 1")
        return shares
    if unit in (Unit.RATE, Unit.RINGGIT):
        _require(isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)), f"{start}: {value!r} is not a number")
        value = Decimal(value)
        _require(unit is Unit.RINGGIT or value <= 1, f"{start}: a rate is at most 1, found {value}")
        return value
    kind = {Unit.YEARS: int, Unit.MONTHS: int, Unit.CODE: str, Unit.YES_NO: bool, Unit.DATE: date}[unit]
    _require(type(value) is kind, f"{start}: {value!r} is not of unit {unit}")
    return value


def _fields(found: Any, wanted: set[str], optional: Collection[str] = (), place: str = "") -> dict[str, Any]:
    _require(isinstance(found, dict), f"{place}a mapping is expected")
    missing, unknown = wanted - found.keys(), found.keys() - wanted - set(optional)
    _require(not missing, f"{place}missing {', '.join(sorted(missing))}")
    _require(not unknown, f"{place}unknown {', '.join(sorted(map(str, unknown)))}")
    return dict(found)


def _text(found: Any, place: str) -> Text:
    ok = isinstance(found, dict) and found.keys() == {"ms", "en"} and all(isinstance(text, str) and text.strip() for text in found.values())
    _require(ok, f"{place} is not a text in ms and en")
    return Text(found["ms"], found["en"])


def _day(found: Any) -> date:
    _require(isinstance(found, date) and not isinstance(found, datetime), f"{found!r} is not a date")
    day: date = found
    return day


def _require(holds: bool, fault: str) -> None:
    if not holds:
        raise _Fault(fault)
