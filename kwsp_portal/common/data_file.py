"""Reading a data file that people write: YAML with exact numbers, no key twice, and faults that say where."""

import re
from collections.abc import Collection, Hashable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import yaml

# The parser in C where PyYAML was built with it: ten times faster, the same result.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WHOLE = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_FRACTION = re.compile(r"[0-9]+\.[0-9]+", re.ASCII)


class Text(NamedTuple):
    """A sentence of a data file in both languages, written and reviewed side by side."""

    ms: str
    en: str

    def in_language(self, language: str) -> str:
        """English for `en` and its variants, Malay for everything else."""
        return self.en if language.startswith("en") else self.ms


class Fault(Exception):
    """What is wrong, before it is known where."""


class Loader(_Base):  # type: ignore[misc]
    """YAML's safe loader with exact numbers, and without silent loss of a key that stands twice."""


def _whole(loader: Any, node: yaml.ScalarNode) -> int:
    text = str(node.value)
    if _WHOLE.fullmatch(text) is None:
        raise Fault(f"{text!r} is not a plain whole number (line {node.start_mark.line + 1})")
    return int(text)


def _fraction(loader: Any, node: yaml.ScalarNode) -> Decimal:
    text = str(node.value)
    if _FRACTION.fullmatch(text) is None:
        raise Fault(f"{text!r} is not a plain decimal number (line {node.start_mark.line + 1})")
    return Decimal(text)


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Hashable, Any]:
    found: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            raise Fault(f"{key!r} is not a name or a date (line {key_node.start_mark.line + 1})")
        if key in found:
            raise Fault(f"{key!r} stands twice (line {key_node.start_mark.line + 1})")
        found[key] = loader.construct_object(value_node, deep=True)
    return found


Loader.add_constructor("tag:yaml.org,2002:int", _whole)
Loader.add_constructor("tag:yaml.org,2002:float", _fraction)
Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load(path: Path) -> Any:
    """What the file holds. Raises Fault or yaml.YAMLError."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506  a subclass of SafeLoader


def fields(found: Any, wanted: set[str], optional: Collection[str] = (), place: str = "") -> dict[str, Any]:
    require(isinstance(found, dict), f"{place}a mapping is expected")
    missing, unknown = wanted - found.keys(), found.keys() - wanted - set(optional)
    require(not missing, f"{place}missing {', '.join(sorted(missing))}")
    require(not unknown, f"{place}unknown {', '.join(sorted(map(str, unknown)))}")
    return dict(found)


def text(found: Any, place: str) -> Text:
    ok = isinstance(found, dict) and found.keys() == {"ms", "en"} and all(isinstance(words, str) and words.strip() for words in found.values())
    require(ok, f"{place} is not a text in ms and en")
    return Text(found["ms"], found["en"])


def day(found: Any) -> date:
    require(isinstance(found, date) and not isinstance(found, datetime), f"{found!r} is not a date")
    checked: date = found
    return checked


def require(holds: bool, fault: str) -> None:
    if not holds:
        raise Fault(fault)
