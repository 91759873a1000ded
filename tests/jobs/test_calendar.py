"""The business date (ruling 2): one row, forward only."""

from datetime import UTC, date, datetime
from io import StringIO

import psycopg2
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from kwsp_portal.common import clock
from kwsp_portal.jobs import calendar
from kwsp_portal.jobs.models import BusinessClock
from tests.conftest import owner_connection
from tests.jobs.threads import at_once

pytestmark = pytest.mark.django_db
committing = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fresh():
    """Nothing remembered from the test before."""
    calendar.forget()
    with time_machine.travel(NOON, tick=True):
        yield
    calendar.forget()


def test_a_portal_without_as_at_follows_the_real_day(settings):
    settings.AS_AT = ""

    assert clock.business_date() == date(2026, 11, 22)
    assert not BusinessClock.objects.exists()


def test_real_midnight_in_kuala_lumpur_moves_a_running_clock(settings):
    settings.AS_AT = "2022-04-10"
    calendar.set_first(on=None)

    with time_machine.travel(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC), tick=False):
        calendar.forget()
        assert clock.business_date() == date(2022, 4, 10)
    with time_machine.travel(datetime(2026, 11, 22, 16, 0, 0, tzinfo=UTC), tick=False):
        calendar.forget()
        assert clock.business_date() == date(2022, 4, 11)


def test_moved_ahead_it_keeps_its_distance(settings):
    settings.AS_AT = ""
    assert calendar.advance(to=date(2027, 1, 15)) == date(2027, 1, 15)

    with time_machine.travel(datetime(2026, 11, 24, 4, tzinfo=UTC), tick=False):
        calendar.forget()
        assert clock.business_date() == date(2027, 1, 17)


def test_a_machine_clock_set_back_does_not_take_the_date_back(settings):
    calendar.set_first(on=date(2026, 11, 22))

    with time_machine.travel(datetime(2026, 11, 1, tzinfo=UTC), tick=False):
        calendar.forget()
        assert clock.business_date() == date(2026, 11, 22)
        assert calendar.advance(to=date(2026, 11, 23)) == date(2026, 11, 23)


def test_it_never_goes_back():
    calendar.set_first(on=date(2026, 10, 15))

    with pytest.raises(calendar.ClockBackwards) as refused:
        calendar.advance(to=date(2026, 10, 14))

    assert (refused.value.wanted, refused.value.current) == (date(2026, 10, 14), date(2026, 10, 15))
    assert calendar.advance(to=date(2026, 10, 15)) == date(2026, 10, 15)


@committing
def test_two_who_advance_at_once_step_on_each_day_once(monkeypatch):
    calendar.set_first(on=date(2026, 10, 1))
    days: list[date] = []
    monkeypatch.setattr(calendar, "_hooks", [days.append])

    reached = at_once(2, lambda number: calendar.advance(to=date(2026, 10, 11 + number)))

    assert sorted(days) == [date(2026, 10, day) for day in range(2, 13)]
    assert max(reached) == date(2026, 10, 12)
    assert BusinessClock.objects.get().business_date == date(2026, 10, 12)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE jobs_businessclock SET business_date = business_date - 1",
        "UPDATE jobs_businessclock SET real_date = real_date + 1",
        "UPDATE jobs_businessclock SET looked_to = looked_to - 1",
        "DELETE FROM jobs_businessclock",
        "INSERT INTO jobs_businessclock (id, business_date, real_date, looked_to) VALUES (2, '2026-01-01', '2026-01-01', '2026-01-01')",
        "TRUNCATE jobs_businessclock",
        "SET session_replication_role = replica",
        "ALTER TABLE jobs_businessclock DISABLE TRIGGER ALL",
    ],
)
def test_the_database_refuses_the_portal(statement):
    calendar.set_first(on=date(2026, 10, 15))

    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert BusinessClock.objects.get().business_date == date(2026, 10, 15)


@committing
@pytest.mark.parametrize("statement", ["UPDATE jobs_businessclock SET business_date = business_date - 1", "TRUNCATE jobs_businessclock"])
def test_the_database_refuses_its_owner(statement):
    calendar.set_first(on=date(2026, 10, 15))

    with owner_connection(connection.settings_dict["NAME"]) as owner, owner.cursor() as cursor, pytest.raises(psycopg2.Error):
        cursor.execute(statement)


@committing
def test_inside_a_transaction_the_row_is_read_and_nothing_remembered():
    calendar.set_first(on=date(2026, 10, 15))

    with transaction.atomic():
        calendar.advance(to=date(2026, 10, 20))
        assert clock.business_date() == date(2026, 10, 20)
        transaction.set_rollback(True)

    assert clock.business_date() == date(2026, 10, 15)


@committing
def test_the_date_costs_one_query_a_second(django_assert_num_queries):
    calendar.set_first(on=date(2026, 10, 15))
    connection.ensure_connection()
    calendar.forget()

    with time_machine.travel(NOON, tick=False), django_assert_num_queries(1):
        for _ in range(20):
            clock.business_date()


def test_set_business_date_starts_and_refuses_to_go_back(settings):
    settings.AS_AT = "2026-10-20"
    said = StringIO()
    call_command("set_business_date", stdout=said)
    assert said.getvalue() == "business date: 2026-10-20\n"

    with pytest.raises(CommandError, match="2026-10-01 is before 2026-10-20.*make reset"):
        call_command("set_business_date", "2026-10-01")
    call_command("set_business_date", "2026-10-25", stdout=said)

    assert calendar.current() == date(2026, 10, 25)


def test_set_business_date_refuses_a_day_before_the_last_booked_one(settings, monkeypatch):
    settings.AS_AT = "2026-10-20"
    monkeypatch.setattr(calendar, "_floors", [lambda: date(2026, 11, 15), lambda: None])

    with pytest.raises(CommandError, match="2026-10-20 is before 2026-11-15.*make reset"):
        call_command("set_business_date")

    assert not BusinessClock.objects.exists()


def test_a_nonsense_date_is_named(settings):
    settings.AS_AT = "15 Ogos"

    with pytest.raises(CommandError, match="AS_AT: .*15 Ogos.*expected a date such as"):
        call_command("set_business_date")
