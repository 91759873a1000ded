"""What falls due is opened once, whatever beat does, and caught up when nobody looked."""

from datetime import date

import pytest

from kwsp_portal import jobs
from kwsp_portal.jobs import calendar, registry
from kwsp_portal.jobs.models import Due, Run
from tests.jobs.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def finishing(lease):
    """A programme that has nothing to do."""


@pytest.fixture
def scheduled(register, monkeypatch):
    """A programme due on the 16th of each month and one due daily, on a clock that stands on 10 October 2026."""
    register("monthly_test", finishing)
    register("daily_test", finishing)
    planned = []

    def plan(period, day):
        planned.append((period, day))
        return [{"period": period}, {"period": period}]

    for name, when in (("monthly_test", registry.monthly(16)), ("daily_test", registry.daily)):
        monkeypatch.setitem(registry.schedules, name, registry.Schedule(programme=name, when=when, plan=plan))
    calendar.set_first(on=date(2026, 10, 10))
    return planned


def runs(programme):
    return list(Run.objects.filter(programme=programme).order_by("on").values_list("period", "on"))


def test_two_beats_open_a_run_once(scheduled):
    opened = at_once(4, lambda _: jobs.look())

    assert sum(opened) == 1
    assert runs("daily_test") == [("2026-10-10", date(2026, 10, 10))]
    assert scheduled == [("2026-10-10", date(2026, 10, 10))]
    assert jobs.look() == 0


def test_advancing_opens_what_fell_due_on_each_day_with_its_own_date(scheduled):
    calendar.advance(to=date(2026, 12, 20))

    assert runs("monthly_test") == [("2026-10", date(2026, 10, 16)), ("2026-11", date(2026, 11, 16)), ("2026-12", date(2026, 12, 16))]
    assert len(runs("daily_test")) == 72
    assert len(set(scheduled)) == len(scheduled)


def test_a_due_day_that_beat_slept_through_is_caught_up(scheduled, monkeypatch):
    monkeypatch.setattr(calendar, "_hooks", [])
    calendar.advance(to=date(2026, 10, 18))
    assert runs("monthly_test") == []

    jobs.look()

    assert runs("monthly_test") == [("2026-10", date(2026, 10, 16))]


def test_a_plan_that_fails_keeps_its_reason_and_does_not_stop_the_others(scheduled, monkeypatch):
    def broken(period, day):
        raise ValueError("no rate for this day")

    monkeypatch.setitem(registry.schedules, "daily_test", registry.Schedule(programme="daily_test", when=registry.daily, plan=broken))
    calendar.advance(to=date(2026, 10, 16))
    assert len(runs("monthly_test")) == 1
    assert set(Due.objects.filter(run=None).values_list("error", flat=True)) == {"ValueError: no rate for this day"}

    monkeypatch.setitem(registry.schedules, "daily_test", registry.Schedule(programme="daily_test", when=registry.daily, plan=lambda period, day: []))
    jobs.look()

    assert not Due.objects.filter(run=None).exists()
    assert len(runs("daily_test")) == 7


def test_a_run_opened_by_hand_is_the_one_the_calendar_finds(scheduled):
    by_hand = jobs.open_run(programme="daily_test", period="2026-10-10", chunks=[{}], on=date(2026, 10, 10))

    jobs.look()

    assert Run.objects.get(programme="daily_test") == by_hand
    assert Due.objects.get(programme="daily_test").run == by_hand
