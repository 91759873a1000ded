"""People who act on one filing at the same moment, and what the trail keeps of those who were refused."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import ProgrammingError, connection, transaction

from contributions.enums import FilingState
from contributions.models import Filing
from contributions.services import filing as filings
from contributions.services import moves, reading
from contributions.services.filing import FileRefused
from contributions.services.moves import NotAllowed
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.jobs import engine
from kwsp_portal.jobs.models import Chunk
from tests import factories
from tests.contributions.conftest import ON, Office, read_jobs, work
from tests.factories import borang_a, leave
from tests.ledger.acts import together


def outcomes(*asked: Callable[[], object]) -> list[str]:
    """All acts at once: `done`, or the code of the refusal, or what went wrong."""
    found = together(len(asked), lambda place: asked[place]())
    return sorted(getattr(one, "code", repr(one)) if isinstance(one, Exception) else "done" for one in found)


def wait_for_a_lock() -> None:
    """Until another connection stands waiting for a row that this one holds."""
    for _look in range(400):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.025)
    pytest.fail("nobody waited for the row")


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_checkers_approve_and_a_third_returns(self, office: Office) -> None:
        filing = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, submitted=True)
        checkers = [office.checker, *(factories.RepresentativeFactory(employer=office.employer, checker=True).user for _ in range(2))]

        given = [leave.to_approve(filing.pk, checker) for checker in checkers[:2]]
        found = outcomes(
            lambda: filings.approve(filing_id=filing.pk, by=checkers[0], approval=given[0], on=ON, at=clock.now()),
            lambda: filings.approve(filing_id=filing.pk, by=checkers[1], approval=given[1], on=ON, at=clock.now()),
            lambda: filings.return_to_maker(filing_id=filing.pk, by=checkers[2], comment="Semak", on=ON),
        )

        assert found == ["WRONG_STATE", "WRONG_STATE", "done"]
        assert filing.log.count() == 1
        assert AuditEvent.objects.filter(target=f"filing:{filing.pk}", refused=True).count() == 2
        assert AuditEvent.objects.filter(target=f"filing:{filing.pk}", refused=False).count() == 1

    def test_one_submits_while_another_discards(self, office: Office) -> None:
        filing = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, ready=True)

        found = outcomes(
            lambda: filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON),
            lambda: filings.discard(filing_id=filing.pk, by=office.maker, on=ON),
        )

        assert found == ["WRONG_STATE", "done"]
        assert filing.log.count() == 1

    def test_a_mended_file_arrives_while_the_faulty_one_is_put_away(self, office: Office) -> None:
        """The upload waits for the hand that discards, and then finds the month free."""
        member = office.hire()
        faulty = office.read(borang_a.row(member, "6250.00", "750", "688"))

        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                moves.locked(faulty.pk)
                sent = pool.submit(outcomes, lambda: office.send(borang_a.file(borang_a.row(member))))
                wait_for_a_lock()
                filings.discard(filing_id=faulty.pk, by=office.maker, on=ON)
            assert sent.result() == ["done"]

        faulty.refresh_from_db()
        assert (faulty.state, Filing.objects.exclude(pk=faulty.pk).get().state) == (FilingState.DISCARDED, FilingState.RECEIVED)


@pytest.mark.django_db
def test_the_same_file_may_be_sent_again_where_reading_failed_on_our_side(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the apology says: nothing is wrong with the file."""
    content = borang_a.file(borang_a.row(office.hire()))
    failed = office.send(content)
    monkeypatch.setattr(reading.register, "look_up", lambda **_: 1 / 0)
    for _attempt in range(engine.MAX_FAILURES):
        Chunk.objects.update(not_before=None)
        read_jobs()
    monkeypatch.undo()

    again = work(office.send(content))

    failed.refresh_from_db()
    assert (failed.state, again.state) == (FilingState.DISCARDED, FilingState.READY)


@pytest.mark.django_db
class TestRefusalsAreKept:
    def test_of_a_file(self, office: Office) -> None:
        with pytest.raises(FileRefused):
            office.send(b"")

        [event] = AuditEvent.objects.filter(refused=True, target=f"employer:{office.employer.number}", action="filing.upload")
        assert (event.actor_id, event.data) == (office.maker.pk, {"codes": ["EMPTY_FILE"], "wage_month": "2026-10"})

    def test_of_a_file_for_a_month_that_is_taken(self, office: Office) -> None:
        content = borang_a.file(borang_a.row(office.hire()))
        office.send(content)

        with pytest.raises(FileRefused):
            office.send(content)

        assert [event.data["codes"] for event in AuditEvent.objects.filter(refused=True, actor_id=office.maker.pk)] == [["SAME_FILE"]]

    def test_of_a_filing_without_declaration_and_of_a_return_without_reason(self, office: Office) -> None:
        ready = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, ready=True)

        with pytest.raises(NotAllowed):
            filings.submit(filing_id=ready.pk, by=office.maker, declaration=False, on=ON)
        with pytest.raises(NotAllowed):
            filings.return_to_maker(filing_id=ready.pk, by=office.checker, comment=" ", on=ON)

        kept = AuditEvent.objects.filter(refused=True, target=f"filing:{ready.pk}").order_by("seq")
        assert [event.action for event in kept] == ["filing.submit", "filing.return"]
        assert [event.data["code"] for event in kept] == ["DECLARATION_MISSING", "COMMENT_MISSING"]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE contributions_filinglog SET by_id = NULL", "DELETE FROM contributions_filinglog"])
def test_who_declared_a_filing_correct_cannot_be_rewritten_by_the_portal(office: Office, statement: str) -> None:
    filing = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, ready=True)
    filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert filing.log.get().by == office.maker
