"""Runs opened and the business clock moved by many at once, round after round (`make soak ARGS="-k race"`).

KWSP_SOAK_RACES rounds of each (300), eight connections. KWSP_SOAK_SEED chooses what each asks for.
"""

import os
import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest

from kwsp_portal import jobs
from kwsp_portal.jobs import calendar, registry
from kwsp_portal.jobs.models import BusinessClock, Chunk, Due, Run
from tests.jobs.threads import Crowd

ROUNDS = int(os.environ.get("KWSP_SOAK_RACES", "300"))
SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
THREADS = 8
START = date(2026, 1, 1)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    with Crowd(THREADS) as made:
        yield made


def test_race_of_openers(crowd: Crowd, effects) -> None:  # type: ignore[no-untyped-def]
    """One run, with the chunks of whoever came first; then all work it together, each chunk once."""
    chance = Random(SEED)
    for number in range(ROUNDS):
        plans = [[{"by": place}] * chance.randint(1, 5) for place in range(THREADS)]

        runs = crowd.all_at_once(lambda place: jobs.open_run(programme="test_effect", period=str(number), chunks=plans[place], on=START))  # noqa: B023

        assert all(isinstance(run, Run) for run in runs), runs
        (run_id,) = {run.pk for run in runs if isinstance(run, Run)}
        by = set(Chunk.objects.filter(run_id=run_id).values_list("payload__by", flat=True))
        assert len(by) == 1
        (winner,) = by
        assert Chunk.objects.filter(run_id=run_id).count() == len(plans[winner])
        counts = crowd.all_at_once(lambda _: jobs.work_some())
        assert not [one for one in counts if isinstance(one, Exception)], counts
        assert sum(one.done for one in counts if not isinstance(one, Exception)) == len(plans[winner]), counts
        assert Run.objects.get(pk=run_id).state == "DONE"
    assert {times for _, times in effects()} == set(Counter(Chunk.objects.values_list("chunk_no", flat=True)).values())
    print(f"seed {SEED}: {ROUNDS} runs opened and worked by {THREADS}, every chunk once")  # noqa: T201


def test_race_of_the_business_clock(crowd: Crowd, register, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """Moved by some days, looked at, and moved back in vain: each day is stepped on once, each due run opened once."""
    chance = Random(SEED)
    stepped: list[date] = []
    lock = threading.Lock()

    def step(day: date) -> None:
        with lock:
            stepped.append(day)

    register("daily_race", lambda lease: None)
    plan = registry.Schedule(programme="daily_race", when=registry.daily, plan=lambda period, day: [])
    monkeypatch.setattr(registry, "schedules", {"daily_race": plan})
    monkeypatch.setattr(calendar, "_hooks", [step, jobs.look])
    calendar.set_first(on=START)
    reached = START
    for _ in range(ROUNDS):
        to = [reached + timedelta(days=chance.randint(-1, 4)) for _ in range(THREADS)]

        outcomes = crowd.all_at_once(lambda place: calendar.advance(to=to[place]) if place else jobs.look())  # noqa: B023

        reached = max(reached, *to[1:])
        refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert {type(one) for one in refused} <= {calendar.ClockBackwards}, refused
        assert BusinessClock.objects.get().business_date == reached
    jobs.look()
    days = [START + timedelta(days=number) for number in range((reached - START).days + 1)]
    assert sorted(stepped) == days[1:]
    assert list(Due.objects.order_by("due_on").values_list("due_on", flat=True)) == days
    assert list(Run.objects.order_by("on").values_list("on", flat=True)) == days
    print(f"seed {SEED}: {ROUNDS} rounds of {THREADS} moved the clock by {len(days) - 1} days, each stepped on once")  # noqa: T201
