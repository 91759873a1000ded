"""Workers of real processes beside each other over the same members: one asleep with locks in its hands, two in opposite order."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from contributions.enums import FilingState
from contributions.models import Filing
from contributions.services import crediting
from kwsp_portal import jobs
from kwsp_portal.jobs import calendar, failpoints, outage, registry
from kwsp_portal.jobs.models import Chunk
from members.ledger import invariants
from members.models import Member
from tests import factories
from tests.contributions.conftest import Office
from tests.contributions.crediting import credits_of, pay, savings, standing
from tests.contributions.paying import Bank
from tests.factories import borang_a
from tests.jobs.forks import ended, forked, starting_line

pytestmark = pytest.mark.django_db(transaction=True)
ON = date(2026, 11, 12)
SEN = 144_900


@pytest.fixture
def offices(make_office: Callable[[], Office]) -> tuple[Office, Office, list[Member]]:
    """Two employers of the same people."""
    calendar.set_first(on=date(2026, 11, 10))
    first, second = make_office(), make_office()
    members = [first.hire() for _ in range(12)]
    for member in members:
        factories.EmploymentFactory(employer=second.employer, member=member)
    return first, second, members


def paid(office: Office, bank: Bank, members: Sequence[Member]) -> Filing:
    filing = office.approved(*[borang_a.row(member) for member in members])
    pay(filing, office, bank, ON)
    return filing


def once_each(*filings: Filing) -> None:
    for filing in filings:
        filing.refresh_from_db()
        assert filing.state == FilingState.CREDITED
        assert [[sum(one.legs.values()) for one in of_line] for of_line in credits_of(filing).values()] == [[SEN]] * filing.rows.count()
    for member in {row.member for row in filings[0].rows.all()}:
        assert sum(savings(member).values()) == SEN * len(filings)
    assert standing()["CONTRIBUTION_CLEARING"] == 0
    assert invariants.broken() == []


@pytest.mark.parametrize("step", ["credit.before", "credit.read", "credit.posted", "credit.finished"])
def test_a_worker_stopped_in_mid_chunk_holds_up_nobody_and_commits_nothing_when_it_wakes(
    offices: tuple[Office, Office, list[Member]], bank: Bank, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """SIGSTOP with the members' balances locked: PostgreSQL ends that transaction, and others go on; the sleeper finds its lease gone."""
    one, other, members = offices
    filings = [paid(one, bank, members[:3]), paid(other, bank, members[2::-1])]
    programme = registry.programmes[crediting.PROGRAMME]
    monkeypatch.setitem(registry.programmes, crediting.PROGRAMME, replace(programme, idle_seconds=1))

    def sleepy() -> None:
        with failpoints.armed(step, mode="stop"):
            outage.patiently(lambda: jobs.work_some(programmes=[crediting.PROGRAMME]))

    with forked(sleepy) as sleeper:
        os.waitid(os.P_PID, sleeper, os.WSTOPPED | os.WNOWAIT)
        began = time.monotonic()
        assert jobs.work_some(programmes=[crediting.PROGRAMME]).done >= 1
        assert time.monotonic() - began < 20
        with connection.cursor() as cursor:
            cursor.execute("UPDATE jobs_chunk SET lease_until = clock_timestamp() - interval '1 second' WHERE state = 'RUNNING'")
        jobs.sweep()
        once_each(*filings)

        os.kill(sleeper, signal.SIGCONT)
        assert ended(sleeper) == 0

    once_each(*filings)
    assert set(Chunk.objects.filter(run__programme=crediting.PROGRAMME).values_list("failures", flat=True)) == {0}


def test_two_employers_paying_the_same_members_at_once_neither_deadlock_nor_lose(
    offices: tuple[Office, Office, list[Member]], bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each in a worker process of its own, the members in opposite order, in chunks that overlap."""
    one, other, members = offices
    monkeypatch.setattr(crediting, "CHUNK_ROWS", 4)
    before = deadlocks()
    filings = [paid(one, bank, members)]
    programme = registry.programmes[crediting.PROGRAMME]
    monkeypatch.setattr(crediting, "PROGRAMME", "credit_the_other")
    monkeypatch.setitem(registry.programmes, "credit_the_other", replace(programme, name="credit_the_other"))
    filings.append(paid(other, bank, members[::-1]))
    with starting_line() as (wait, let_go):

        def work(name: str) -> None:
            connection.ensure_connection()
            wait()
            assert jobs.work_some(programmes=[name]).done == 3

        with forked(lambda: work(programme.name)) as first, forked(lambda: work("credit_the_other")) as second:
            let_go(2)
            assert (ended(first), ended(second)) == (0, 0)

    once_each(*filings)
    assert deadlocks() == before


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        found: int = cursor.fetchone()[0]
    return found
