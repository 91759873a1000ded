"""By which ways each kind of payment reaches KWSP, by date (ruling 17a). Every fact stands in channels.yaml.

A channel has *ways*: modes and kinds of payment that share banks, limit, hour and documents. `from` and `until` are a way's first and last day;
one without them has held since `known_from` (an assumption of the whole file, `start`) and still holds. `highest` is the most that one
transaction carries, in ringgit, and `closes` the last minute at which it is taken; both belong to what is taken. `assumed` has a
`reason` wherever the sources differ or are silent. `faults` is what Django's system checks ask, so a faulty file stops every start.
"""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

from kwsp_portal.common import data_file
from kwsp_portal.common.data_file import Fault, Text, require

FILE: Final = Path(__file__).with_name("channels.yaml")
_HEAD: Final = {"known_from", "before_that", "start", "sources", "kinds", "modes", "documents", "channels"}
_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


class Kind(StrEnum):
    """What is paid."""

    MONTHLY = "MONTHLY"
    LATE_CHARGE = "LATE_CHARGE"
    VOLUNTARY = "VOLUNTARY"
    I_SARAAN = "I_SARAAN"
    I_SURI = "I_SURI"


class Mode(StrEnum):
    """With what it is paid."""

    FPX = "FPX"
    MAYBANK2U = "MAYBANK2U"
    DDA = "DDA"
    INTERNET_BANKING = "INTERNET_BANKING"
    CASH = "CASH"
    CHEQUE = "CHEQUE"
    MONEY_ORDER = "MONEY_ORDER"
    POSTAL_ORDER = "POSTAL_ORDER"
    DEBIT_CARD = "DEBIT_CARD"
    DEBIT_TRANSFER = "DEBIT_TRANSFER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How some kinds of payment are made through one channel. `start` and `end` are the first and the last day, None where none is known."""

    channel: str
    kinds: tuple[Kind, ...]
    modes: tuple[Mode, ...]
    banks: tuple[str, ...]
    highest: Decimal | None
    closes: time | None
    documents: tuple[Text, ...]
    start: date | None
    end: date | None
    citations: tuple[Text, ...]
    reason: Text | None

    @property
    def ended(self) -> date | None:
        """The first day on which it was no more."""
        return self.end + timedelta(days=1) if self.end else None

    def holds(self, on: date) -> bool:
        return (self.start is None or self.start <= on) and (self.end is None or on <= self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """The file: names in both languages, where each channel is, and every way that is or was."""

    known_from: date
    before_that: Text
    start: Text
    kinds: Mapping[Kind, Text]
    modes: Mapping[Mode, Text]
    names: Mapping[str, Text]
    notes: Mapping[str, Text]
    places: Mapping[str, tuple[str, ...]]
    ways: tuple[Way, ...]


class ChannelsError(ValueError):
    """A fault in the file: which file, where in it, what is wrong."""

    def __init__(self, path: Path, where: str, fault: str) -> None:
        super().__init__(f"{path.name}: {where}: {fault}")


class ChannelsNotKnown(LookupError):
    """No channel is on record for the date."""


def channels_for(kind: Kind, *, on: date) -> tuple[Way, ...]:
    """How `kind` is paid on a day, in the order of the file. Raises ChannelsNotKnown before the first day on record."""
    return tuple(way for way in _known(on).ways if kind in way.kinds and way.holds(on))


def ended_for(kind: Kind, *, on: date) -> tuple[Way, ...]:
    """How `kind` was paid before and is no more on a day, the latest first. Raises ChannelsNotKnown."""
    ended = [(way.end, way) for way in _known(on).ways if kind in way.kinds and way.end is not None and way.end < on]
    return tuple(way for _, way in sorted(ended, key=lambda pair: pair[0], reverse=True))


def known() -> Channels:
    """The channels of this portal, read once a process. Raises ChannelsError."""
    return read(FILE)


def _known(on: date) -> Channels:
    found = known()
    if on < found.known_from:
        raise ChannelsNotKnown(f"payment channels at {on}: the earliest day is {found.known_from}. {found.before_that.en}")
    return found


def faults() -> list[str]:
    """What is wrong with the file; nothing if the portal may start."""
    try:
        known()
    except ChannelsError as error:
        return [str(error)]
    return []


@cache
def read(path: Path) -> Channels:
    """A file of channels, checked. Raises ChannelsError, which names file, place and fault."""
    place = ["file"]
    try:
        head = data_file.fields(data_file.load(path), _HEAD)
        texts = {name: _texts(head[name], name) for name in ("sources", "kinds", "modes", "documents")}
        known_from, channels = data_file.day(head["known_from"]), _mapping(head["channels"], "channels")
        ways: list[Way] = []
        for name, entry in channels.items():
            place[0] = name
            ways += _ways_of(name, entry, texts, known_from)
        place[0] = "file"
        return Channels(
            known_from=known_from,
            before_that=data_file.text(head["before_that"], "before_that"),
            start=data_file.text(head["start"], "start"),
            kinds=MappingProxyType({kind: texts["kinds"][kind] for kind in _all_of(Kind, texts["kinds"], "kinds")}),
            modes=MappingProxyType({mode: texts["modes"][mode] for mode in _all_of(Mode, texts["modes"], "modes")}),
            names=MappingProxyType({name: data_file.text(entry["name"], f"{name}: name") for name, entry in channels.items()}),
            notes=MappingProxyType({name: data_file.text(entry["note"], f"{name}: note") for name, entry in channels.items() if "note" in entry}),
            places=MappingProxyType({name: _words(entry.get("places", []), f"{name}: places") for name, entry in channels.items()}),
            ways=tuple(ways),
        )
    except (Fault, yaml.YAMLError) as fault:
        raise ChannelsError(path, place[0], str(fault)) from fault


def _ways_of(channel: str, entry: Any, texts: Mapping[str, Mapping[str, Text]], known_from: date) -> list[Way]:
    """The ways of one channel; no two say of one day how the same is paid with the same at the same bank."""
    entry = data_file.fields(entry, {"name", "ways"}, {"note", "places"})
    require(isinstance(entry["ways"], list) and bool(entry["ways"]), "it has no ways")
    ways = [_way(channel, record, texts, known_from, f"way {number}: ") for number, record in enumerate(entry["ways"], start=1)]
    for (number, one), (other_number, other) in itertools.combinations(enumerate(ways, start=1), 2):
        same = (
            set(one.kinds) & set(other.kinds)
            and set(one.modes) & set(other.modes)
            and (set(one.banks) & set(other.banks) or not one.banks or not other.banks)
        )
        apart = (one.end or date.max) < (other.start or known_from) or (other.end or date.max) < (one.start or known_from)
        require(not same or apart, f"ways {number} and {other_number} speak of the same on the same day")
    return ways


def _way(channel: str, record: Any, texts: Mapping[str, Mapping[str, Text]], known_from: date, place: str) -> Way:
    optional = {"banks", "highest", "closes", "documents", "from", "until", "assumed", "reason"}
    record = data_file.fields(record, {"kinds", "modes", "citation"}, optional, place)
    cited = record["citation"] if isinstance(record["citation"], list) else [record["citation"]]
    require(record.get("assumed", False) is ("reason" in record), f"{place}an assumption has assumed: true and a reason, nothing else has either")
    start, end = (data_file.day(record[name]) if name in record else None for name in ("from", "until"))
    require((start or known_from) >= known_from, f"{place}from {start} is before known_from {known_from}")
    require(end is None or end >= (start or known_from), f"{place}until {end} is before its first day, {start or known_from}")
    return Way(
        channel=channel,
        kinds=tuple(Kind(one) for one in _named(record["kinds"], Kind, f"{place}kinds")),
        modes=tuple(Mode(one) for one in _named(record["modes"], Mode, f"{place}modes")),
        banks=_words(record.get("banks", []), f"{place}banks"),
        highest=_highest(record["highest"], place) if "highest" in record else None,
        closes=_hour(record["closes"], place) if "closes" in record else None,
        documents=tuple(texts["documents"][one] for one in _named(record["documents"], texts["documents"], f"{place}documents"))
        if "documents" in record
        else (),
        start=start,
        end=end,
        citations=tuple(texts["sources"][one] for one in _named(cited, texts["sources"], f"{place}citation")),
        reason=data_file.text(record["reason"], f"{place}reason") if "reason" in record else None,
    )


def _mapping(found: Any, place: str) -> Mapping[str, Any]:
    require(isinstance(found, dict) and bool(found) and all(isinstance(name, str) for name in found), f"{place} is not a mapping from names")
    return dict(found)


def _texts(found: Any, place: str) -> Mapping[str, Text]:
    return {name: data_file.text(words, f"{place}.{name}") for name, words in _mapping(found, place).items()}


def _all_of(names: type[StrEnum], found: Iterable[str], place: str) -> list[Any]:
    """Every name that the code knows, and no other, has its words."""
    differs = sorted(set(names) ^ set(found))
    require(not differs, f"{place}: {', '.join(differs)} stands here or in the code, not in both")
    return list(names)


def _named(found: Any, allowed: Iterable[str], place: str) -> list[str]:
    """A list of one or more known names, none twice."""
    words = _words(found, place)
    for word in words:
        require(word in set(allowed), f"{place}: found {word!r}, expected one of {', '.join(allowed)}")
    require(bool(words), f"{place} is empty")
    return list(words)


def _words(found: Any, place: str) -> tuple[str, ...]:
    require(isinstance(found, list) and all(isinstance(one, str) and one.strip() for one in found), f"{place} is not a list of names")
    require(len(set(found)) == len(found), f"{place} has a name twice")
    return tuple(found)


def _highest(found: Any, place: str) -> Decimal:
    require(isinstance(found, Decimal) and found > 0, f"{place}highest: found {found!r}, expected ringgit and sen, as in 500.00")
    amount: Decimal = found
    return amount


def _hour(found: Any, place: str) -> time:
    require(
        isinstance(found, str) and _HOUR.fullmatch(found) is not None, f'{place}closes: found {found!r}, expected an hour in quotes, as in "15:00"'
    )
    return time.fromisoformat(found)
