"""Reading a Borang A on the worker: the file, the register, the Third Schedule -> rows, totals and the filing's next state.

Nothing is written before every row is checked; then rows, totals, state and the end of the job commit together. A worker that
dies in between leaves a filing that is still RECEIVED, and the next worker reads it from the start.
"""

import json
from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Final, Protocol

from django.db import connection, transaction

from contributions.borang_a import checks, reader, restoring
from contributions.borang_a.assumed import Assumed, Taken
from contributions.borang_a.content_digest import ContentDigest
from contributions.borang_a.problem import Code, FileProblem, Problem
from contributions.borang_a.twice import Twice
from contributions.borang_a.workbook import Sheet
from contributions.enums import FilingAction, FilingState, LawPurpose, RowStatus
from contributions.models import Filing
from contributions.selectors import elections
from contributions.services import figures, law_used, moves, register, same_content, supplement, topping
from contributions.services.copied_rows import CopiedRows
from kwsp_portal.common import collector
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import content as documents
from kwsp_portal.jobs import engine
from kwsp_portal.jobs.failpoints import failpoint
from kwsp_portal.jobs.lease import Lease
from kwsp_portal.jobs.models import Run

PROGRAMME: Final = "read_filing"
BATCH_ROWS: Final = 5_000
MARKED_ROWS: Final = 20_000


def soon(filing: Filing, on: date) -> None:
    """Have the file read by a worker after commit."""
    engine.open_run(programme=PROGRAMME, period=filing.reading_period, chunks=[{"filing": filing.pk}], on=on)


def read(*, filing_id: int, lease: Lease) -> None:
    """Read the file of a filing and move it to READY, FAULTY, UNREADABLE, or to ASKED where somebody has to say which sheet it is; a filing
    that was read before is left as it is.

    Raises LeaseLost when another worker has the job; nothing is written then.
    """
    filing = Filing.objects.select_related("employer").get(pk=filing_id)
    if filing.state != FilingState.RECEIVED:
        with transaction.atomic():
            lease.finish()
        return
    with CopiedRows(filing_id) as rows:
        try:
            with collector.paused():
                seen = _check_rows(filing, rows, lease)
        except FileProblem as error:
            _refuse(filing_id, error.problems, lease)
            return
        except reader.SheetsAsked as asked:
            _ask(filing_id, asked.sheets, lease)
            return
        failpoint("read.checked")
        edition = law_used.edition_id(LawPurpose.SHARES, filing.wage_month)
        _store(filing_id, rows, seen, edition, lease)
    failpoint("read.committed")


def read_now(*, filing: Filing, edition: int, on: date) -> None:
    """Read the file of a filing that the caller has just made, in the caller's transaction: what no worker reads because nobody may see it before it
    stands. Raises FileProblem."""
    with CopiedRows(filing.pk) as rows:
        with collector.paused():
            seen = _check_rows(filing, rows, _Nobody())
        filing.rows_digest = str(seen.content)
        _take(filing, rows, seen, edition, on)


def filing_of(run: Run) -> int:
    """Whose file the run reads."""
    return int(run.period.partition("/")[0])


def give_up(run: Run) -> None:
    """The job of reading failed for good: the filing is refused with our apology, so that its month is free for another try."""
    filing = moves.locked(filing_of(run))
    if filing.state == FilingState.RECEIVED:
        filing.refusal = [Problem(Code.NOT_READ, detail={"run": str(run.pk)}).to_json()]
        filing.save(update_fields=["refusal"])
        moves.move(filing=filing, action=FilingAction.READ_REFUSED, by=None, on=run.on)


class _Told(Protocol):
    """Whoever hears how far a file is read."""

    def progress(self, done: int, total: int) -> None: ...


class _Nobody:
    def progress(self, done: int, total: int) -> None:
        """Nobody waits to hear it."""


class _Seen:
    """Who stands twice in the file, who in another filing of the month, what was assumed, and what the file says."""

    def __init__(self, assumed: Assumed, elsewhere: frozenset[int]) -> None:
        self.assumed = assumed
        self._elsewhere = elsewhere
        self.twice = Twice()
        self.content = ContentDigest()

    def mark_filed(self, filing: Filing, rows: Sequence[checks.Checked]) -> None:
        """Add a problem to the rows of those who stand in another filing of the month."""
        if self._elsewhere:
            topping.mark(filing, [row for row in rows if row.stands_for is not None and row.stands_for.member_id in self._elsewhere])


def _check_rows(filing: Filing, copied: CopiedRows, lease: _Told) -> _Seen:
    """Check the file batch by batch and report how far it is. Raises FileProblem, LeaseLost."""
    content = documents.read(filing.file_id)
    wage_month = WageMonth.of(filing.wage_month)
    elected = elections.elected_in(employer_id=filing.employer_id, wage_month=wage_month)
    opened = reader.open_file(content, sheet=filing.sheet, meant=reader.MeantFor(filing.employer.number, wage_month))
    assumed, seen = opened.assumed, _Seen(opened.assumed, supplement.filed_elsewhere(filing))
    # The header is no row.
    total, done = max(opened.about - 1, 1), 0
    lease.progress(0, total)
    only = supplement.rows_of_the_file(filing)
    while batch := list(islice(opened.rows, BATCH_ROWS)):
        rows = batch if only is None else [row for row in batch if row.line in only]
        seen.content.add(rows)
        by_number, by_identity = register.look_up(rows=rows, employer_id=filing.employer_id, wage_month=wage_month)
        checked = []
        for row in rows:
            if row.padded or row.rounded:
                row = restoring.settled(row, by_number.get(row.member_number), by_identity, assumed)
            one = checks.check(row, by_number.get(row.member_number), by_identity.get(row.identity_number), wage_month, elected)
            if row.cut and one.row.bonus != row.bonus:
                assumed.count(Taken.BONUS, row.line)
            seen.twice.see(one)
            checked.append(one)
        seen.twice.mark()
        seen.mark_filed(filing, checked)
        copied.add(checked)
        done += len(batch)
        # Not kept while the next ones are read: with a million rows each batch is felt.
        del batch, rows, checked, by_number, by_identity
        lease.progress(done, max(total, done))
        failpoint("read.batch")
    if not done:
        raise FileProblem(Problem(Code.NO_ROWS))
    return seen


def _refuse(filing_id: int, problems: Sequence[Problem], lease: Lease) -> None:
    with transaction.atomic():
        filing = moves.locked(filing_id)
        if filing.state == FilingState.RECEIVED:
            _move_refused(filing, problems, lease)
        lease.finish()


def _move_refused(filing: Filing, problems: Sequence[Problem], lease: Lease) -> None:
    filing.refusal = [problem.to_json() for problem in problems]
    filing.save(update_fields=["refusal"])
    moves.move(filing=filing, action=FilingAction.READ_REFUSED, by=None, on=lease.on)


def _ask(filing_id: int, sheets: Sequence[Sheet], lease: Lease) -> None:
    with transaction.atomic():
        filing = moves.locked(filing_id)
        if filing.state == FilingState.RECEIVED:
            filing.sheets = [sheet._asdict() for sheet in sheets]
            filing.save(update_fields=["sheets"])
            moves.move(filing=filing, action=FilingAction.READ_ASKED, by=None, on=lease.on)
        lease.finish()


def _store(filing_id: int, copied: CopiedRows, seen: _Seen, edition: int, lease: Lease) -> None:
    """Rows, totals, the law they were reckoned by, state and the end of the job, in one transaction."""
    with transaction.atomic():
        filing = moves.locked(filing_id)
        filing.rows_digest = str(seen.content)
        same = same_content.said_before(filing, filing.rows_digest)
        earlier = same_content.still_there(filing, same)
        if filing.state == FilingState.RECEIVED and earlier is not None:
            _move_refused(filing, [same_content.refers(Code.SAME_CONTENT, earlier)], lease)
        elif filing.state == FilingState.RECEIVED:
            filing.assumptions = [assumption.to_json() for assumption in same_content.told(filing, same)]
            _take(filing, copied, seen, edition, lease.on)
        lease.finish()


def _take(filing: Filing, copied: CopiedRows, seen: _Seen, edition: int, on: date) -> None:
    """Rows, totals, the law and the move; `assumptions` of the filing are what was said before its rows were read."""
    copied.copy()
    failpoint("read.copied")
    _mark_first_rows(filing.pk, seen.twice)
    filing.assumptions = [*(assumption.to_json() for assumption in seen.assumed.all()), *filing.assumptions]
    filing.save(update_fields=[*figures.add_up(filing), "assumptions", "rows_digest"])
    law_used.keep_for_shares(filing=filing, edition=edition)
    moves.move(filing=filing, action=_outcome(filing), by=None, on=on)


def _mark_first_rows(filing_id: int, twice: Twice) -> None:
    """Give the first row of a member who stands in the file twice the same problem as the later ones."""
    rows = twice.first_rows()
    with connection.cursor() as cursor:
        while some := list(islice(rows, MARKED_ROWS)):
            cursor.execute(
                "UPDATE contributions_filingrow r SET status = %s, problems = r.problems || more.problem::jsonb "
                "FROM unnest(%s::int[], %s::text[]) AS more(line, problem) WHERE r.filing_id = %s AND r.line = more.line",
                [RowStatus.INVALID, [line for line, _problem in some], [json.dumps([problem.to_json()]) for _line, problem in some], filing_id],
            )


def _outcome(filing: Filing) -> FilingAction:
    """READY with every row valid; a file in which nothing is owed cannot be paid and is refused."""
    if filing.rows_valid != filing.rows_total:
        return FilingAction.READ_FAULTY
    if filing.total:
        return FilingAction.READ_READY
    filing.refusal = [Problem(Code.NOTHING_DUE).to_json()]
    filing.save(update_fields=["refusal"])
    return FilingAction.READ_REFUSED
