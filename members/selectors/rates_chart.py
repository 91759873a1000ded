"""The rates of all years as a drawing: a bar a year for conventional savings, a line with dots for Simpanan Shariah: colour is not the only key."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from members.explanations import dividend_percent
from members.selectors.dividend_rates import Rates

WIDTH: Final = 400
HEIGHT: Final = 220
LEFT: Final = 30
TOP: Final = 12
BOTTOM: Final = 196
HIGHEST: Final = 10
"""The scale ends at 10 %: no rate was ever above."""
GRID: Final = (0, 2, 4, 6, 8)
GAP: Final = Decimal("0.25")
DECADE: Final = 10


class Bar(NamedTuple):
    """A year's bar and, where there is one, its dot. Places are text, as SVG takes them."""

    x: str
    y: str
    width: str
    height: str
    words: str
    dot: tuple[str, str, str] | None


class Mark(NamedTuple):
    """A line of the scale, or a year below."""

    at: str
    words: str


class Chart(NamedTuple):
    width: int
    height: int
    left: int
    bottom: int
    bars: Sequence[Bar]
    line: str
    scale: Sequence[Mark]
    years: Sequence[Mark]


def of(known: Sequence[Rates]) -> Chart:
    """The drawing of these years, whichever order they come in."""
    rates = sorted(known)
    step = Decimal(WIDTH - LEFT) / max(len(rates), 1)
    bars = [_bar(place, one, step) for place, one in enumerate(rates)]
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        bottom=BOTTOM,
        bars=bars,
        line=" ".join(f"{bar.dot[0]},{bar.dot[1]}" for bar in bars if bar.dot),
        scale=[Mark(_text(_height(Decimal(value) / 100)), f"{value}%") for value in GRID],
        years=[Mark(_text(LEFT + step * (place + Decimal("0.5"))), str(one.year)) for place, one in enumerate(rates) if _named(one.year, rates)],
    )


def _named(year: int, rates: Sequence[Rates]) -> bool:
    """Every other decade, so that the words do not meet on a phone."""
    return year % (2 * DECADE) == 0 or year == rates[0].year


def _bar(place: int, rates: Rates, step: Decimal) -> Bar:
    x, y = LEFT + step * (place + GAP / 2), _height(rates.conventional)
    dot = None
    if rates.shariah is not None:
        middle = _text(LEFT + step * (place + Decimal("0.5")))
        dot = (middle, _text(_height(rates.shariah)), f"{rates.year}: {dividend_percent(str(rates.shariah))}")
    return Bar(_text(x), _text(y), _text(step * (1 - GAP)), _text(BOTTOM - y), f"{rates.year}: {dividend_percent(str(rates.conventional))}", dot)


def _height(rate: Decimal) -> Decimal:
    return BOTTOM - (BOTTOM - TOP) * rate * 100 / HIGHEST


def _text(value: Decimal) -> str:
    return f"{value:.2f}"
