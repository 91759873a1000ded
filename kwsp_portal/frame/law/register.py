"""The register of law as a page and a document show it, made from the rate files in the active language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils import translation
from django.utils.functional import Promise

from kwsp_portal.common import rates
from kwsp_portal.frame.law import words
from kwsp_portal.frame.law.places import PLACES, Place
from kwsp_portal.templatetags import formats


@dataclass(frozen=True, kw_only=True)
class Line:
    """A value from its first day to its last (None: it still stands), with its sources and, if it is assumed, why."""

    start: date
    first: str
    last: str
    value: str
    citations: Sequence[str]
    confidence: str | Promise
    confidence_kind: str
    reason: str
    current: bool
    coming: bool


@dataclass(frozen=True, kw_only=True)
class Number:
    """One number of law through time."""

    name: str
    words: str
    lines: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class LawPage:
    """One rate file."""

    name: str
    title: str
    dated_by: str | Promise
    known_from: str
    before_that: str
    numbers: Sequence[Number]
    places: Sequence[Place]
    last_change: str
    assumed: int

    @property
    def values(self) -> int:
        return sum(len(number.lines) for number in self.numbers)


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """What the sources do not say and the portal had to decide: one reason, and each number with its values that rest on it."""

    law: str
    title: str
    reason: str
    citations: Sequence[str]
    numbers: Sequence[Number]


def laws(on: date) -> list[LawPage]:
    """Every law, in the order of its file, with what is in force on a day marked."""
    return [_page(rates.load(path), on) for path in rates.files()]


def assumptions(on: date) -> list[Assumption]:
    """Each reason once, in the order of the register."""
    return [found for law in laws(on) for found in _assumptions(law)]


def _assumptions(law: LawPage) -> Iterator[Assumption]:
    reasons = dict.fromkeys(line.reason for number in law.numbers for line in number.lines if line.reason)
    for reason in reasons:
        resting = [replace(number, lines=[line for line in number.lines if line.reason == reason]) for number in law.numbers]
        numbers = [number for number in resting if number.lines]
        citations = dict.fromkeys(citation for number in numbers for line in number.lines for citation in line.citations)
        yield Assumption(law=law.name, title=law.title, reason=reason, citations=list(citations), numbers=numbers)


def _page(law: rates.Law, on: date) -> LawPage:
    language = translation.get_language() or "ms"
    lines = list(rates.lines_of(law))
    numbers: dict[str, list[Line]] = {}
    for line in lines:
        numbers.setdefault(line.rate.name, []).append(_line(line, on, language))
    monthly = law.dated_by == "wage_month"
    changes = [line.value.start for line in lines if line.value.start <= on]
    return LawPage(
        name=law.name,
        title=law.title.in_language(language),
        dated_by=words.DATED_BY[law.dated_by],
        known_from=_day(law.known_from, monthly=monthly),
        before_that=law.before_that.in_language(language),
        numbers=[Number(name=name, words=law[name].description.in_language(language), lines=found) for name, found in numbers.items()],
        places=PLACES.get(law.name, ()),
        last_change=_day(max(changes), monthly=monthly) if changes else "",
        assumed=sum(line.value.assumed for line in lines),
    )


def _line(line: rates.RegisterLine, on: date, language: str) -> Line:
    value, monthly = line.value, line.law.dated_by == "wage_month"
    last = line.until - timedelta(days=1) if line.until else None
    return Line(
        start=value.start,
        first=_day(value.start, monthly=monthly),
        last=_day(last, monthly=monthly) if last else "",
        value=words.value(line),
        citations=[source.in_language(language) for source in rates.citations(value.citation)],
        confidence=words.CONFIDENCE[value.confidence],
        confidence_kind=words.CONFIDENCE_KIND[value.confidence],
        reason=value.reason.in_language(language) if value.reason else "",
        current=value.value is not None and value.start <= on and (line.until is None or on < line.until),
        coming=value.start > on,
    )


def _day(day: date, *, monthly: bool) -> str:
    """A law that is asked by wage month speaks of months."""
    return formats.month(day) if monthly else formats.day(day)
