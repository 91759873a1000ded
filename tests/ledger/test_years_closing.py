"""The closing of years as work: when it may begin, in which order, killed between any two steps, taken twice."""

import datetime

import pytest
from django.db import OperationalError, connection

from kwsp_portal.jobs import engine, failpoints
from kwsp_portal.jobs.enums import RunState
from kwsp_portal.jobs.models import Run
from members.ledger import days, posting, years
from members.ledger.models import Account, ClosedYear, Opening
from tests.ledger.acts import contribution, unsound

ON = datetime.date(2026, 11, 16)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _history(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two members paid in 2023, one of them in 2025 and 2026 too; all days to the last are closed; three accounts to a chunk; no dividends."""
    monkeypatch.setattr(years, "CHUNK_ACCOUNTS", 3)
    monkeypatch.setattr(years, "_holds", [])
    with connection.cursor() as cursor:  # as in a portal that has opened and lost ids before
        cursor.execute("SELECT nextval(pg_get_serial_sequence('ledger_account', 'id')) FROM generate_series(1, 10)")
    posting.post_many([contribution(1, 1, day=datetime.date(2023, 5, 15)), contribution(2, 2, day=datetime.date(2023, 6, 15))])
    posting.post(contribution(3, 1, day=datetime.date(2025, 5, 15)))
    posting.post(contribution(4, 1, day=datetime.date(2026, 1, 15)))
    days.close(on=ON)


def close_all() -> None:
    """As the errand does, and then the workers."""
    years.close_next(on=ON)
    engine.work_some(programmes=[years.PROGRAMME])


def leases_run_out() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_chunk SET lease_until = clock_timestamp() - interval '1 second' WHERE state = 'RUNNING'")


def openings() -> list[tuple[int, int]]:
    """How many accounts have an opening of each year."""
    found = list(Opening.objects.values_list("year", flat=True))
    return [(year, found.count(year)) for year in sorted(set(found))]


def test_every_year_up_to_last_year_is_closed_one_after_another():
    close_all()

    assert list(ClosedYear.objects.order_by("year").values_list("year", flat=True)) == [2023, 2024, 2025]
    assert list(Run.objects.order_by("pk").values_list("programme", "period", "state")) == [
        ("close_year", year, RunState.DONE) for year in ("2023", "2024", "2025")
    ]
    assert openings() == [(2024, 6), (2026, 3)]  # nobody moved in 2024
    assert unsound() == set()
    assert years.next_to_close(on=ON) is None


def test_chunks_are_cut_from_the_first_account_there_is():
    ids = sorted(Account.objects.values_list("pk", flat=True))

    run = years.close(year=2023, on=ON)

    assert ids[0] > 3
    starts = range(ids[0], ids[-1] + 1, 3)
    assert [chunk.payload for chunk in run.chunks.order_by("pk")] == [{"first": start, "end": min(start + 3, ids[-1] + 1)} for start in starts]


def test_the_year_that_runs_is_not_closed():
    assert years.next_to_close(on=datetime.date(2023, 12, 31)) is None
    assert years.next_to_close(on=datetime.date(2024, 1, 1)) == 2023


def test_a_year_waits_until_its_days_are_closed(monkeypatch):
    monkeypatch.setattr(days, "closed_through", lambda: datetime.date(2023, 12, 30))

    assert years.close_next(on=ON) == 0
    with pytest.raises(years.NotClosable, match="expected the one before, its openings, and all days of 2023"):
        years.close(year=2023, on=ON)


def test_a_year_waits_for_the_openings_of_the_one_before():
    years.close_next(on=ON)

    assert years.close_next(on=ON) == 0
    assert years.last_closed() == 2023


def test_a_year_waits_as_long_as_somebody_says_so(monkeypatch):
    close_first = years.close_next(on=ON)
    engine.work_some(programmes=[years.PROGRAMME])
    held: list[tuple[int, datetime.date]] = []
    assert (close_first, years.last_closed()) == (1, 2025)
    monkeypatch.setattr(years, "next_to_close", lambda on: 2026)
    years.waits_for(lambda year, on: held.append((year, on)) is None)

    assert years.close_next(on=ON) == 0
    assert held == [(2025, ON)]


def test_an_empty_ledger_has_nothing_to_close(monkeypatch):
    monkeypatch.setattr(years.Entry.objects, "order_by", lambda *_fields: years.Entry.objects.none())

    assert years.close_next(on=ON) == 0


def test_closing_again_changes_nothing():
    first = years.close(year=2023, on=ON)
    again = years.close(year=2023, on=ON)
    engine.work_some(programmes=[years.PROGRAMME])

    assert first == again
    assert years.store_openings(year=2023, first=1, end=2**40) == 0
    assert openings() == [(2024, 6), (2026, 3)]


@pytest.mark.parametrize("point", ["years.before", "years.stored", "jobs.before_finish", "jobs.after_finish", "years.committed", "jobs.before_close"])
def test_a_worker_that_dies_at_any_step_leaves_nothing_half_done(point):
    years.close_next(on=ON)
    with failpoints.armed(point), pytest.raises(failpoints.FailpointDeath):
        engine.work_some(programmes=[years.PROGRAMME])
    leases_run_out()
    engine.work_some(programmes=[years.PROGRAMME])
    for run in Run.objects.filter(state=RunState.OPEN):
        engine.close_if_over(run.pk)
    engine.work_some(programmes=[years.PROGRAMME])

    assert openings() == [(2024, 6), (2026, 3)]
    assert unsound() == set()


def test_where_the_moment_has_to_wait_the_next_turn_does_it(monkeypatch):
    def busy(*, year: int) -> None:
        raise OperationalError("lock timeout") from Waited()

    with monkeypatch.context() as patched:
        patched.setattr(years, "mark", busy)
        assert years.close_next(on=ON) == 0
    assert not Run.objects.exists()
    close_all()

    assert years.last_closed() == 2025


class Waited(Exception):
    pgcode = "55P03"
