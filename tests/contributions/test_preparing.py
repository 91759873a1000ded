"""A correction is prepared by workers: in chunks, whoever is killed, withdrawn at any moment, and fixed from its end on."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from contributions.enums import CorrectionAction, CorrectionState
from contributions.models import CorrectedFiling, Correction, CorrectionLine, CorrectionLog, Filing, UnreckonedRow
from contributions.selectors import corrections as selectors
from contributions.services import correction as corrections
from contributions.services import preparing
from kwsp_portal import jobs
from kwsp_portal.jobs import calendar, failpoints, lost
from kwsp_portal.jobs.enums import RunState
from kwsp_portal.jobs.models import Chunk, Run
from kwsp_portal.notify.models import Notice
from members.ledger import invariants
from members.models import Member
from tests.contributions.conftest import OCTOBER, Office
from tests.contributions.correcting import ON, PAID, REASON, Officers, approved, credited, officers, post, prepare, reckon, was_never_a_citizen
from tests.contributions.paying import Bank
from tests.jobs.forks import ended, forked
from tests.jobs.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
STEPS = sorted(set(re.findall(r'failpoint\("([a-z._]+)"\)', (ROOT / "contributions/services/preparing.py").read_text()))) + [
    "jobs.before_finish",
    "jobs.after_finish",
    "jobs.before_close",
    "jobs.closed",
]
LINES = 5


@pytest.fixture
def people(db: None) -> Officers:
    calendar.set_first(on=PAID)
    return officers()


@pytest.fixture
def filing(office: Office, bank: Bank, people: Officers, monkeypatch: pytest.MonkeyPatch) -> Filing:
    """Five people, all of whom were never citizens but the third, whose birth date is not what it was; two lines a chunk."""
    monkeypatch.setattr(preparing, "CHUNK_LINES", 2)
    members = [office.hire() for _ in range(LINES)]
    made = credited(office, bank, *members)
    for member in members:
        was_never_a_citizen(member)
    Member.objects.filter(pk=members[2].pk).update(birth_date=date(1950, 1, 1))
    return made


def opened(people: Officers, *filings: Filing) -> Correction:
    return corrections.prepare(filing_ids=[filing.pk for filing in filings], as_at=ON, reason=REASON, by=people.supervisor, on=ON)


def one_chunk() -> None:
    """What a worker does that is asked to end after its first chunk."""
    lease = jobs.take([preparing.PROGRAMME])
    assert lease is not None
    preparing.prepare_chunk(lease=lease)
    lease.let_go()


def is_whole(correction: Correction) -> None:
    """A draft with every line once."""
    correction.refresh_from_db()
    rows = list(CorrectionLine.objects.filter(correction=correction).order_by("row_id").values_list("row__line", flat=True))
    assert (correction.state, rows) == (CorrectionState.DRAFT, [2, 3, 5, 6])
    assert (correction.lines_total, correction.difference, correction.unreckoned_total) == (4, Decimal(-4 * 1199), 1)
    assert [one.row.line for one in UnreckonedRow.objects.filter(correction=correction).select_related("row")] == [4]
    assert correction.log.filter(action=CorrectionAction.FINISH_PREPARING).count() == 1
    assert Run.objects.get(programme=preparing.PROGRAMME, period=str(correction.pk)).state == RunState.DONE


def test_nothing_of_it_is_a_draft_before_every_chunk_is_done(filing: Filing, people: Officers) -> None:
    made = opened(people, filing)
    assert Chunk.objects.filter(run__programme=preparing.PROGRAMME).count() == 3

    one_chunk()

    made.refresh_from_db()
    assert (made.state, made.lines_total, CorrectionLine.objects.count()) == (CorrectionState.PREPARING, 0, 2)
    assert (selectors.progress_of(made, preparing.PROGRAMME).done, selectors.progress_of(made, preparing.PROGRAMME).total) == (1, LINES)
    for act in (corrections.propose, corrections.approve):
        with pytest.raises(corrections.NotAllowed, match="WRONG_STATE"):
            act(correction_id=made.pk, by=people.supervisor, on=ON)
    assert [result.name for result in invariants.broken() if "correction" in result.name] == []
    reckon()
    is_whole(made)
    assert invariants.broken() == []


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_any_step(filing: Filing, people: Officers, step: str) -> None:
    made = opened(people, filing)

    def work() -> None:
        with failpoints.armed(step, mode="exit", hit=1 if step in ("jobs.before_close", "jobs.closed") else 2):
            reckon()

    with forked(work) as worker:
        assert ended(worker) == failpoints.KILLED
    lost.free()
    Chunk.objects.update(not_before=None)
    jobs.sweep()

    is_whole(made)


def test_workers_beside_each_other_keep_every_line_once(filing: Filing, people: Officers) -> None:
    made = opened(people, filing)

    assert sum(counts.failed for counts in at_once(4, lambda number: reckon())) == 0
    jobs.sweep()

    is_whole(made)


class TestWithdrawn:
    def test_in_the_middle_the_rest_is_not_reckoned_and_the_filing_is_free(self, filing: Filing, people: Officers) -> None:
        made = opened(people, filing)
        one_chunk()

        corrections.withdraw(correction_id=made.pk, by=people.inspector, on=ON)
        assert reckon().failed == 0

        made.refresh_from_db()
        assert (made.state, made.lines_total, CorrectionLine.objects.count()) == (CorrectionState.WITHDRAWN, 0, 2)
        assert not CorrectionLog.objects.filter(action=CorrectionAction.FINISH_PREPARING).exists()
        assert invariants.broken() == []
        is_whole(prepare(people, filing))

    def test_between_the_reckoning_of_a_chunk_and_its_writing(self, filing: Filing, people: Officers, monkeypatch: pytest.MonkeyPatch) -> None:
        made = opened(people, filing)
        wrong = preparing._wrong

        def overtaken(*given: object) -> object:
            found = wrong(*given)  # type: ignore[arg-type]
            monkeypatch.setattr(preparing, "_wrong", wrong)
            at_once(1, lambda number: corrections.withdraw(correction_id=made.pk, by=people.supervisor, on=ON))
            return found

        monkeypatch.setattr(preparing, "_wrong", overtaken)

        assert reckon().failed == 0
        made.refresh_from_db()
        assert (made.state, CorrectionLine.objects.count()) == (CorrectionState.WITHDRAWN, 0)

    def test_where_a_chunk_was_parked(self, filing: Filing, people: Officers, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*given: object) -> None:
            raise jobs.Parked("planted")

        made = opened(people, filing)
        monkeypatch.setattr(preparing, "_wrong", broken)
        reckon()
        made.refresh_from_db()
        assert (made.state, selectors.progress_of(made, preparing.PROGRAMME).dead) == (CorrectionState.PREPARING, 3)

        corrections.withdraw(correction_id=made.pk, by=people.inspector, on=ON)

        monkeypatch.undo()
        assert CorrectedFiling.objects.filter(open=True).count() == 0


class TestWhatIsFound:
    def test_a_filing_without_a_difference_is_free_and_its_employer_hears_nothing(
        self, filing: Filing, people: Officers, bank: Bank, make_office: Callable[[], Office]
    ) -> None:
        other = make_office()
        sound = credited(other, bank, other.hire(), month=OCTOBER.next())

        approved(people, filing, sound)
        post()

        assert CorrectedFiling.objects.get(filing=sound).lines_total == 0
        assert selectors.of_filing(sound) == []
        assert set(Notice.objects.filter(whose="EMPLOYER").values_list("whose_id", flat=True)) == {filing.employer_id}

    def test_where_nothing_differs_it_ends_and_the_filing_is_free(self, office: Office, bank: Bank, people: Officers) -> None:
        sound = credited(office, bank, office.hire())

        made = prepare(people, sound)

        assert (made.state, made.lines_total) == (CorrectionState.NOTHING, 0)
        assert corrections.allowed(correction=made, by=people.supervisor) == frozenset()
        assert prepare(people, sound).pk != made.pk
        assert invariants.broken() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contributions_correction SET employer_difference = 0",
        "UPDATE contributions_correction SET lines_total = 9",
        "UPDATE contributions_correction SET state = 'PREPARING'",
        "UPDATE contributions_correctedfiling SET employee_difference = 0",
        "INSERT INTO contributions_unreckonedrow (correction_id, row_id, why) SELECT correction_id, row_id, '{}' FROM contributions_correctionline",
        "INSERT INTO contributions_correctionline (correction_id, row_id, then_employer, then_employee, then_part, now_employer, now_employee, "
        "now_part, now_reference, citizenship, birth_date, member_since, state) SELECT correction_id, row_id, 1, 1, 'A', 2, 2, "
        "'A', '', '', '1990-01-01', '1990-01-01', 'OPEN' FROM contributions_unreckonedrow",
        "INSERT INTO contributions_correctedfiling (correction_id, filing_id, open, lines_total, employer_difference, employee_difference, "
        "edition_id) SELECT correction_id, filing_id + 1, false, 0, 0, 0, edition_id FROM contributions_correctedfiling",
    ],
)
def test_from_its_end_on_nobody_changes_what_was_prepared(filing: Filing, people: Officers, statement: str) -> None:
    prepare(people, filing)

    with pytest.raises(IntegrityError, match="only while it is being prepared"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
