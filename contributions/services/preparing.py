"""Preparing a correction: every line of its filings reckoned again with what was known as at its day, and those that differ kept.

On kwsp_portal.jobs, in chunks of lines: what differs, what the rules give nothing for and the mark "done" commit together, so a worker that ends
loses one chunk and memory is that of one chunk. Nothing is seen as a draft before every chunk is done; a withdrawal in between ends it.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Max, Min, Sum

from contributions.enums import CorrectionAction, CorrectionState, LineState
from contributions.models import Correction, Filing, UnreckonedRow
from contributions.selectors import recompute, wrong_credits
from contributions.services import correcting
from kwsp_portal import jobs
from kwsp_portal.common import collector, money
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.jobs.models import Run

PROGRAMME: Final = "prepare_correction"
CHUNK_LINES: Final = 5_000
MOVED: Final = Refusal("ROW_MOVED", "", {})
"""Why a row is not corrected that is another member's now, or said to be: its facts are those of whom it was filed for."""


def open_run(*, correction: Correction, filings: Iterable[Filing], on: date) -> Run:
    """Cut the filings of a correction in chunks of lines. In the caller's transaction, once a correction."""
    chunks = [chunk for filing in filings for chunk in _chunks_of(correction, filing)]
    return jobs.open_run(programme=PROGRAMME, period=str(correction.pk), chunks=chunks, on=on)


def _chunks_of(correction: Correction, filing: Filing) -> list[dict[str, int]]:
    lines = filing.rows.aggregate(first=Min("line"), last=Max("line"))
    return [
        {"correction": correction.pk, "filing": filing.pk, "from_line": start, "to_line": min(start + CHUNK_LINES, lines["last"] + 1)}
        for start in range(lines["first"], lines["last"] + 1, CHUNK_LINES)
    ]


def prepare_chunk(*, lease: jobs.Lease) -> None:
    """Reckon the lines of one chunk and keep those that differ, with the end of its lease. Raises jobs.LeaseLost when another has it."""
    jobs.failpoint("prepare.before")
    lease.renew()
    correction = Correction.objects.get(pk=lease.payload["correction"])
    wrong: list[recompute.Line] = []
    if correction.state == CorrectionState.PREPARING:
        with collector.paused():
            wrong = _wrong(correction, lease)
    jobs.failpoint("prepare.reckoned")
    with transaction.atomic():
        # Held to the end of the transaction: a withdrawal comes before this, and nothing is kept, or after it.
        if _is_preparing(correction):
            _copy(correction, [line for line in wrong if line.differs])
            nothing = (UnreckonedRow(correction=correction, row_id=line.row_id, why=_why(line)) for line in wrong if line.now is None)
            UnreckonedRow.objects.bulk_create(nothing, batch_size=1_000)
        jobs.failpoint("prepare.copied")
        lease.finish()
        jobs.failpoint("prepare.finished")
    jobs.failpoint("prepare.committed")


def finish(*, run: Run) -> None:
    """Every chunk is done: a draft with its totals, or nothing to correct; filings without a difference are free. In the transaction that closes the
    run. One that was withdrawn meanwhile stays so."""
    correction = Correction.objects.select_for_update(no_key=True).get(pk=int(run.period))
    if correction.state == CorrectionState.PREPARING:
        conclude(correction, on=run.on)


def keep(correction: Correction, lines: Sequence[recompute.Line]) -> None:
    """Lines that others have reckoned, of a correction that they prepare themselves. In their transaction."""
    _copy(correction, lines)


def conclude(correction: Correction, *, on: date) -> None:
    """No line comes to it any more: a draft with its totals, or nothing to correct. In the caller's transaction, which holds it."""
    _add_up(correction)
    found = correction.filings.aggregate(*map(Sum, _FIGURES))
    for name in _FIGURES:
        setattr(correction, name, found[f"{name}__sum"])
    correction.unreckoned_total = correction.unreckoned.count()
    correction.filings.filter(lines_total=0).update(open=False)
    action = CorrectionAction.FINISH_PREPARING if correction.lines_total else CorrectionAction.FIND_NOTHING
    correcting.step(correction=correction, action=action, by=None, on=on, also=(*_FIGURES, "unreckoned_total"))


def _wrong(correction: Correction, lease: jobs.Lease) -> list[recompute.Line]:
    """The lines of the chunk that differ, and those for which the rules give nothing."""
    filing = Filing.objects.get(pk=lease.payload["filing"])
    lines = recompute.lines_of(filing=filing, as_at=correction.as_at, since=lease.payload["from_line"], until=lease.payload["to_line"])
    kept = wrong_credits.kept_from_corrections(filing)
    wrong = [line for line in lines if line.differs or line.now is None]
    return [line._replace(now=None, refusal=MOVED) if line.row_id in kept else line for line in wrong]


def _is_preparing(correction: Correction) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM contributions_correction WHERE id = %s FOR SHARE", [correction.pk])
        return bool(cursor.fetchone()[0] == CorrectionState.PREPARING)


def _why(line: recompute.Line) -> dict[str, Any]:
    """Why the rules give nothing, as a problem of Borang A is stored."""
    refusal = line.refusal if isinstance(line.refusal, Refusal) else Refusal("", "", {})
    return {"code": refusal.code, "detail": {**refusal.details, "provision": refusal.provision}}


_FIGURES: Final = ("lines_total", "employer_difference", "employee_difference")
_ADD_UP: Final = """
UPDATE contributions_correctedfiling AS corrected
   SET lines_total = found.lines, employer_difference = found.employer, employee_difference = found.employee
  FROM (SELECT r.filing_id, count(*) AS lines, sum(l.now_employer - l.then_employer) AS employer, sum(l.now_employee - l.then_employee) AS employee
          FROM contributions_correctionline l JOIN contributions_filingrow r ON r.id = l.row_id
         WHERE l.correction_id = %(correction)s GROUP BY r.filing_id) AS found
 WHERE corrected.correction_id = %(correction)s AND corrected.filing_id = found.filing_id
"""


def _add_up(correction: Correction) -> None:
    """What the lines of each filing come to."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD_UP, {"correction": correction.pk})


_COLUMNS: Final = (
    *("correction_id", "row_id", "then_employer", "then_employee", "then_part", "now_employer", "now_employee", "now_part", "now_reference"),
    *("wages", "citizenship", "birth_date", "member_since", "elections", "state"),
)
_COPY: Final = f"COPY contributions_correctionline ({', '.join(_COLUMNS)}) FROM STDIN"


def _copy(correction: Correction, lines: Sequence[recompute.Line]) -> None:
    """Write the lines. Their texts are codes and figures: nothing in them needs COPY's escapes."""
    text = "".join([_text(correction.pk, line) for line in lines])
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(_COPY, io.StringIO(text))


def _text(correction_id: int, line: recompute.Line) -> str:
    then, now, facts = line.stands, line.now, line.facts
    assert now is not None  # noqa: S101 - a line that differs has figures
    cells = (
        *(correction_id, line.row_id, money.to_sen(then.employer), money.to_sen(then.employee), then.part),
        *(money.to_sen(now.employer), money.to_sen(now.employee), now.part, line.reference),
        *("\\N" if line.right_wages is None else money.to_sen(line.right_wages), facts.citizenship, facts.birth_date, facts.member_since),
        *(facts.elections, LineState.OPEN),
    )
    return "\t".join(map(str, cells)) + "\n"
