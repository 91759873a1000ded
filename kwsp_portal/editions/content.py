"""What a law holds on a day, as plain data that stands by itself: values, dates, sources and reasons in both languages."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from kwsp_portal.common import rates
from kwsp_portal.common.rates import Law, NotInForce, Text, Value

Content = Mapping[str, Any]


class Change(NamedTuple):
    """A number that is not what it was. `then` and `now` are values as plain text with their start dates; None where there is none."""

    description: Text
    unit: str
    then: tuple[Any, date] | None
    now: tuple[Any, date] | None


def of(laws: Sequence[Law], on: date) -> dict[str, Any]:
    """Every number that these laws answer with on a day, by law and name. Raises NotInForce where one is not known yet."""
    return {law.name: {"title": law.title._asdict(), "reference": law.reference(on), "rates": dict(_rates(law, on))} for law in laws}


def digest(content: Content) -> str:
    """The same for the same content, whatever wrote it."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def changes(then: Content, now: Content) -> list[Change]:
    """The numbers whose value or start date differs. A mended word or source is no change of a number."""
    found = []
    for law in sorted({*then, *now}):
        before, after = (content.get(law, {}).get("rates", {}) for content in (then, now))
        for name in sorted({*before, *after}):
            one, other = before.get(name), after.get(name)
            if _number(one) != _number(other):
                known = other or one
                found.append(Change(Text(**known["description"]), known["unit"], _number(one), _number(other)))
    return found


def _number(rate: Mapping[str, Any] | None) -> tuple[Any, date] | None:
    return None if rate is None else (rate["value"], date.fromisoformat(rate["since"]))


def _rates(law: Law, on: date) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, rate in law.rates.items():
        try:
            value = rate.at(on)
        except NotInForce:
            continue  # not known yet on this day, or repealed: nothing was reckoned with it
        yield name, {"description": rate.description._asdict(), "unit": rate.unit.value, **_value(value)}


def _value(value: Value) -> dict[str, Any]:
    return {
        "value": _plain(value.value),
        "since": value.start.isoformat(),
        "citations": [source._asdict() for source in rates.citations(value.citation)],
        "confidence": value.confidence.value,
        "assumed": None if value.reason is None else value.reason._asdict(),
    }


def _plain(value: Any) -> Any:
    """As JSON takes it, every digit kept."""
    if isinstance(value, Mapping):
        return {str(key): str(share) for key, share in value.items()}
    return str(value) if isinstance(value, Decimal | date) else value
