"""A worker that ends between any two steps of a correction, workers beside each other, officers who race: each difference is posted once."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from contributions.enums import CorrectionAction, CorrectionState, LineState
from contributions.models import Correction, CorrectionLine
from contributions.services import correcting
from contributions.services import correction as corrections
from kwsp_portal import jobs
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.jobs import calendar, engine, failpoints, lost
from kwsp_portal.jobs.enums import RunState
from kwsp_portal.jobs.models import Chunk, Run
from kwsp_portal.notify.models import Notice
from members.ledger import freezing, invariants, posting
from tests.contributions.conftest import Office
from tests.contributions.correcting import ON, PAID, REASON, approved, credited, entries, officers, post, prepare, was_a_citizen, was_never_a_citizen
from tests.contributions.crediting import savings
from tests.contributions.paying import Bank
from tests.factories import withdrawals
from tests.jobs.forks import ended, forked
from tests.jobs.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
STEPS = sorted(
    {
        name
        for source in ("contributions/services/correcting.py", "kwsp_portal/jobs/engine.py", "kwsp_portal/jobs/lease.py")
        for name in re.findall(r'failpoint\("([a-z._]+)"\)', (ROOT / source).read_text())
    }
)
"""Every fail point that a worker passes on its way, from the source: a new one is tried without being named here."""
ONCE_A_RUN = {"jobs.before_close", "jobs.closed"}
CHUNKS = 3
LINES = 5
Make = Callable[[], Correction]


@pytest.fixture
def corrected(office: Office, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Five people whose citizenship is mended to and fro: each call corrects all of them again, in three chunks; the fifth can give nothing."""
    calendar.set_first(on=PAID)
    monkeypatch.setattr(correcting, "CHUNK_LINES", 2)
    people = officers()
    members = [office.hire() for _ in range(LINES)]
    filing = credited(office, bank, *members)
    withdrawals.hold(posting.member(members[-1].pk, "SEJAHTERA"), 20_000, on=PAID)
    mended = [was_never_a_citizen, was_a_citizen]

    def make() -> Correction:
        for member in members:
            mended[0](member)
        mended.reverse()
        return approved(people, filing)

    return make


def posted_exactly_once(correction: Correction) -> None:
    correction.refresh_from_db()
    lines = list(CorrectionLine.objects.filter(correction=correction))
    posted = [line for line in lines if line.state == LineState.POSTED]
    legs = Counter(ref for ref, _booked, _value, code, _sen in entries() if code in ("CREDIT", "CONTRIBUTION_DUE"))
    assert (correction.state, correction.posted_on) == (CorrectionState.POSTED, ON)
    assert {line.state for line in lines} <= {LineState.POSTED, LineState.REFUSED}
    assert {line.pk: legs[line.pk] for line in lines} == {line.pk: int(line.state == LineState.POSTED) for line in lines}
    assert Notice.objects.filter(cause__in=[f"correctionline:{line.pk}" for line in lines]).count() == len(posted)
    assert Notice.objects.filter(whose="EMPLOYER", cause=f"correctedfiling:{correction.filings.get().pk}").count() == 1
    assert AuditEvent.objects.filter(action="correction.chunk.posted", target=f"correction:{correction.pk}").count() == -(-len(lines) // 2)
    assert correction.log.filter(action=CorrectionAction.FINISH_POSTING).count() == 1
    assert Run.objects.get(programme=correcting.PROGRAMME, period=str(correction.pk)).state == RunState.DONE


def worker_that_ends_at(step: str, hit: int) -> int:
    """A process of its own that works until it is ended as kill -9 would; its exit code."""

    def work() -> None:
        with failpoints.armed(step, mode="exit", hit=hit):
            post()

    with forked(work) as worker:
        return ended(worker)


def test_the_steps_are_known() -> None:
    assert set(STEPS) == {
        "correct.before", "correct.planned", "correct.posted", "correct.finished", "correct.committed",
        "jobs.taken", "jobs.before_finish", "jobs.after_finish", "jobs.committed", *ONCE_A_RUN,
    }  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_any_step_of_any_chunk(corrected: Make, step: str) -> None:
    for hit in range(1, 2 if step in ONCE_A_RUN else CHUNKS):
        correction = corrected()

        assert worker_that_ends_at(step, hit) == failpoints.KILLED
        jobs.sweep()

        posted_exactly_once(correction)
    assert invariants.broken() == []


def test_a_worker_killed_again_and_again(corrected: Make) -> None:
    correction = corrected()
    for step in STEPS:
        worker_that_ends_at(step, 1)
        lost.free()
        Chunk.objects.update(not_before=None)

    jobs.sweep()

    posted_exactly_once(correction)
    assert invariants.broken() == []


def test_a_run_that_is_opened_and_worked_twice_posts_once(corrected: Make) -> None:
    correction = corrected()
    post()
    before = entries()

    correcting.open_run(correction=correction, on=ON)
    post()

    assert entries() == before
    posted_exactly_once(correction)


def test_a_worker_that_lost_its_lease_writes_nothing(corrected: Make) -> None:
    correction = corrected()
    slow = engine.take([correcting.PROGRAMME])
    assert slow is not None
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_chunk SET lease_until = clock_timestamp() - interval '1 second' WHERE state = 'RUNNING'")
    jobs.sweep()

    with pytest.raises(jobs.LeaseLost):
        correcting.post_chunk(lease=slow, at=clock.now())

    posted_exactly_once(correction)


def test_chunks_side_by_side(corrected: Make) -> None:
    correction = corrected()

    counts = at_once(3, lambda number: post())

    assert sum(one.done for one in counts) == CHUNKS
    assert sum(one.failed + one.lost for one in counts) == 0
    posted_exactly_once(correction)
    assert invariants.broken() == []


def test_money_that_another_act_takes_meanwhile_refuses_its_line_only(corrected: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the plan and the posting a hold takes what the first line needed: the ledger refuses, the line too, the rest goes on."""
    correction = corrected()
    first = CorrectionLine.objects.filter(correction=correction).select_related("row").order_by("pk")[0]
    account = posting.member(first.row.member_id, "PERSARAAN")  # type: ignore[arg-type]
    plan = correcting._plan

    def overtaken(*given: object) -> correcting.Plan:
        made = plan(*given)  # type: ignore[arg-type]
        monkeypatch.setattr(correcting, "_plan", plan)
        at_once(1, lambda number: withdrawals.hold(account, 100_000, on=PAID))
        return made

    monkeypatch.setattr(correcting, "_plan", overtaken)
    assert post().failed == 0

    first.refresh_from_db()
    assert (first.state, first.refusal["account"], first.refusal["available_sen"]) == (LineState.REFUSED, "PERSARAAN", 8_675)  # type: ignore[index]
    assert CorrectionLine.objects.filter(correction=correction, state=LineState.POSTED).count() == LINES - 2
    posted_exactly_once(correction)
    assert sum(savings(first.row.member).values()) == 144_900  # type: ignore[arg-type]
    assert invariants.broken() == []


def test_an_account_that_is_frozen_meanwhile_gives_nothing(corrected: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the plan and the posting a check freezes the first line's account: nothing leaves it, the rest goes on."""
    correction = corrected()
    first = CorrectionLine.objects.filter(correction=correction).select_related("row").order_by("pk")[0]
    account = posting.accounts_for([posting.member(first.row.member_id, "PERSARAAN")], opened_on=PAID)  # type: ignore[arg-type]
    broken = [invariants.Result("entry_sums_to_zero", 1, [], dict.fromkeys(account.values(), "entry 1"))]
    plan = correcting._plan

    def overtaken(*given: object) -> correcting.Plan:
        made = plan(*given)  # type: ignore[arg-type]
        monkeypatch.setattr(correcting, "_plan", plan)
        assert at_once(1, lambda number: freezing.freeze(broken)) == [1]
        return made

    monkeypatch.setattr(correcting, "_plan", overtaken)
    assert post().failed == 0

    first.refresh_from_db()
    assert (first.state, first.refusal["account"], first.refusal["available_sen"]) == (LineState.REFUSED, "PERSARAAN", 0)  # type: ignore[index]
    assert CorrectionLine.objects.filter(correction=correction, state=LineState.POSTED).count() == LINES - 2
    posted_exactly_once(correction)
    assert sum(savings(first.row.member).values()) == 144_900  # type: ignore[arg-type]


class TestOfficersRace:
    def test_of_eight_who_decide_at_once_one_does(self, office: Office, bank: Bank) -> None:
        people, member = officers(), office.hire()
        calendar.set_first(on=PAID)
        filing = credited(office, bank, member)
        was_never_a_citizen(member)
        made = prepare(people, filing)
        corrections.propose(correction_id=made.pk, by=people.supervisor, on=ON)

        def decide(number: int) -> str:
            try:
                if number % 2:
                    corrections.refuse(correction_id=made.pk, comment="Tidak.", by=people.inspector, on=ON)
                else:
                    corrections.approve(correction_id=made.pk, by=people.inspector, on=ON)
            except corrections.NotAllowed as error:
                return error.code
            return "done"

        assert Counter(at_once(8, decide)) == {"done": 1, "WRONG_STATE": 7}
        made.refresh_from_db()
        assert Run.objects.filter(programme=correcting.PROGRAMME).count() == int(made.state == CorrectionState.APPROVED)
        assert AuditEvent.objects.filter(refused=True, target=f"correction:{made.pk}").count() == 7

    def test_of_two_who_prepare_the_same_filing_at_once_one_has_it(self, office: Office, bank: Bank) -> None:
        people, member = officers(), office.hire()
        calendar.set_first(on=PAID)
        filing = credited(office, bank, member)
        was_never_a_citizen(member)

        def prepare(number: int) -> str:
            by = people.supervisor if number % 2 else people.inspector
            try:
                corrections.prepare(filing_ids=[filing.pk], as_at=ON, reason=REASON, by=by, on=ON)
            except corrections.NotCorrectable as error:
                return error.code
            return "done"

        assert Counter(at_once(4, prepare)) == {"done": 1, "IN_ANOTHER": 3}
        assert Correction.objects.count() == 1

    def test_a_withdrawal_of_the_proposal_beside_its_approval(self, office: Office, bank: Bank) -> None:
        people, member = officers(), office.hire()
        calendar.set_first(on=PAID)
        filing = credited(office, bank, member)
        was_never_a_citizen(member)
        made = prepare(people, filing)
        corrections.propose(correction_id=made.pk, by=people.supervisor, on=ON)

        def act(number: int) -> str:
            try:
                if number:
                    corrections.withdraw(correction_id=made.pk, by=people.supervisor, on=ON)
                else:
                    corrections.approve(correction_id=made.pk, by=people.inspector, on=ON)
            except corrections.NotAllowed as error:
                return error.code
            return "done"

        assert Counter(at_once(2, act)) == {"done": 1, "WRONG_STATE": 1}
