"""Every business day a worker checks the ledger, keeps what it found and freezes what is broken; administrators read it and may ask for more."""

from datetime import date, timedelta

import pytest

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.jobs import due, engine, registry
from kwsp_portal.jobs.enums import RunState
from kwsp_portal.jobs.models import Run
from members.ledger import freezing, invariants, nightly, posting
from members.ledger.models import CheckRun
from tests.ledger.acts import contribution
from tests.ledger.test_invariants import plant

ON = date(2026, 11, 10)


def work() -> engine.Counts:
    return engine.work_some(programmes=[nightly.PROGRAMME])


@pytest.mark.django_db
def test_it_falls_due_every_business_day():
    due.look()

    run = Run.objects.get(programme=nightly.PROGRAMME)
    assert run.period == clock.business_date().isoformat()
    assert registry.programmes[nightly.PROGRAMME].lease_seconds >= 600


@pytest.mark.django_db(transaction=True)
def test_a_sound_ledger_is_said_to_be_sound():
    nightly.start(on=ON, at=clock.now(), by="test")

    assert work().done == 1

    outcome = nightly.latest()
    assert outcome is not None
    assert outcome.on == ON
    assert outcome.took > timedelta()
    assert [result["name"] for result in outcome.results] == invariants.names()
    assert not freezing.open_freezes().exists()
    assert nightly.open_run() is None


@pytest.mark.django_db(transaction=True)
def test_what_is_broken_is_kept_with_amounts_and_frozen():
    posting.post_many([contribution(1, 1), contribution(2, 2)])
    plant("UPDATE ledger_balance SET balance_sen = balance_sen + 7 WHERE account_id = (SELECT min(account_id) FROM ledger_balance)")
    nightly.start(on=ON, at=clock.now(), by="test")

    assert work().done == 1

    (row,) = CheckRun.objects.all()
    found = {result["name"]: result for result in row.results if result["found"]}
    assert found["balance_is_sum_of_postings"]["findings"][0]["sen"] == 7
    assert row.broken == len(found)
    assert freezing.open_freezes().count() == 1
    assert AuditEvent.objects.get(action="ledger.check").data["broken"] == list(found)


@pytest.mark.django_db
def test_asking_twice_opens_one_run():
    assert nightly.start(on=ON, at=clock.now(), by="test") == nightly.start(on=ON, at=clock.now(), by="test")
    assert AuditEvent.objects.filter(action="ledger.check.start").count() == 1


@pytest.mark.django_db
def test_days_that_were_passed_over_are_not_checked_one_by_one():
    for number in range(3):
        day = ON + timedelta(days=number)
        engine.open_run(programme=nightly.PROGRAMME, period=str(day), chunks=[{}], on=day)

    assert work().done == 3

    assert [run.on for run in CheckRun.objects.all()] == [ON + timedelta(days=2)]
    assert set(Run.objects.values_list("state", flat=True)) == {RunState.DONE}


@pytest.mark.django_db
def test_a_result_of_three_days_ago_is_stale():
    outcome = nightly.Outcome(1, ON, clock.now() - timedelta(days=3), 1.0, [])

    assert outcome.is_stale(clock.now())
    assert not outcome._replace(began_at=clock.now() - timedelta(hours=20)).is_stale(clock.now())
