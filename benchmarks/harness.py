"""Figures of the benchmarks: floor, measured value, ratio, goal; medians of five; and the table that shows them.

A floor is the least work that could do the same, measured beside the thing itself, so that a ratio says something on any machine. Where both take
minutes, a machine with other work changes under them: they are compared by the seconds of processor that this process and its PostgreSQL backend
got (`spent`), and the clock's stand beside them.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ROUNDS = 5


class Spent(NamedTuple):
    """Seconds of some work by the clock, and of processor: this process and one PostgreSQL backend together."""

    clock: float
    processor: float

    def __add__(self, other: "Spent") -> "Spent":  # type: ignore[override]
        return Spent(self.clock + other.clock, self.processor + other.processor)


NOTHING = Spent(0, 0)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. With a floor the goal is a ratio ("at most 40 x the floor"), without one it is in `unit` itself."""

    name: str
    measured: float
    goal: float
    floor: float | None = None
    unit: str = "s"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return None if self.floor is None else self.measured / self.floor

    @property
    def met(self) -> bool:
        return (self.measured if self.ratio is None else self.ratio) <= self.goal


def median(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Seconds that `work` takes: the median of `rounds` runs, the garbage of earlier work collected first."""
    return statistics.median(once(work) for _ in range(rounds))


def once(work: Callable[[], object]) -> float:
    """Seconds of one run."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def spent(work: Callable[[], object], backend: int | None = None) -> Spent:
    """One run, with the process id of the PostgreSQL backend that serves it, if any does: on this machine, and Linux."""
    gc.collect()
    before, start = _processor(backend), time.perf_counter()
    work()
    return Spent(time.perf_counter() - start, _processor(backend) - before)


def _processor(backend: int | None) -> float:
    served = 0 if backend is None else int(Path(f"/proc/{backend}/schedstat").read_text(encoding="ascii").split()[0])
    return time.process_time() + served / 1e9


def against(name: str, taken: Spent, goal: float, floor: Spent, note: str = "") -> Figure:
    """A figure by seconds of processor, the clock's beside it."""
    clock = f"by the clock {_number(taken.clock, 's')}, {taken.clock / floor.clock:.2f} x"
    return Figure(name, taken.processor, goal, floor.processor, note=f"{clock}; {note}" if note else clock)


def compare(floor: Callable[[], object], work: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Median seconds of the floor and of the work, run in turn, so that a noisy machine disturbs both alike."""
    pairs = [(once(floor), once(work)) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table, which the README and docs/ can keep."""
    head = ("what", "floor", "measured", "ratio", "goal", "met", "note")
    rows = [head, tuple("---" for _ in head), *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows)


def _row(figure: Figure) -> tuple[str, ...]:
    goal = f"{figure.goal:g} x" if figure.ratio is not None else f"{figure.goal:g} {figure.unit}"
    return (
        figure.name,
        "" if figure.floor is None else _number(figure.floor, figure.unit),
        _number(figure.measured, figure.unit),
        "" if figure.ratio is None else f"{figure.ratio:.2f} x",
        f"at most {goal}",
        "yes" if figure.met else "NO",
        figure.note,
    )


def _number(value: float, unit: str) -> str:
    """Seconds in the largest unit that leaves something before the point."""
    if unit == "s":
        for scale, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
            if value >= scale:
                return f"{value / scale:.3g} {name}"
        return f"{value / 1e-9:.3g} ns"
    return f"{value:.4g} {unit}"


def report(figures: Iterable[Figure]) -> int:
    """Print the table; the exit code: 1 if a goal is missed."""
    found = list(figures)
    print(table(found))
    missed = [figure.name for figure in found if not figure.met]
    if missed:
        print(f"\nGoals missed: {', '.join(missed)}")
    return 1 if missed else 0
