"""Bad rows mended in a file of their own: made here, mended in a spreadsheet, taken back row by row, each checked as one mended in the browser."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from django.db import transaction

from contributions.borang_a import mends_file
from contributions.borang_a.kinds import Kind
from contributions.borang_a.mends_file import Back, Out
from contributions.borang_a.problem import FileProblem
from contributions.models import Filing, FilingRow
from contributions.selectors import mending as selectors
from contributions.services import mending, moves
from contributions.services.filing import FileRefused
from kwsp_portal.audit import services as audit
from members.identity.models import User

MAKERS: Final = {Kind.CSV: mends_file.as_csv, Kind.XLSX: mends_file.as_xlsx}


class Outcome(StrEnum):
    """What became of a row of the file."""

    TAKEN = "TAKEN"
    AS_IT_WAS = "AS_IT_WAS"
    STILL_WRONG = "STILL_WRONG"
    NOT_OF_THIS = "NOT_OF_THIS"
    TWICE = "TWICE"
    CHANGED = "CHANGED"
    NOTHING_LEFT = "NOTHING_LEFT"


@dataclass(frozen=True, kw_only=True)
class Result:
    """A row of the file: where it stands there, which row of the filing it is meant to be, and what is still wrong with it."""

    at: int
    line: int | None
    outcome: Outcome
    problems: Sequence[dict[str, Any]] = ()


def file_of(*, filing: Filing, kind: Kind, reason: Callable[[FilingRow], str]) -> bytes:
    """The first rows that cannot go on, as many as a file is made of, each with its key and, in words of the caller's, why."""
    return MAKERS[kind](_rows(filing, reason))


def _rows(filing: Filing, reason: Callable[[FilingRow], str]) -> Iterator[Out]:
    for row in islice(selectors.bad_rows(filing=filing).iterator(chunk_size=1_000), mends_file.MOST_OUT):
        yield Out(row.line, mends_file.key_of(filing.pk, row.mends), tuple(selectors.cells_of(row).values()), reason(row))


def take(*, filing_id: int, content: bytes, by: User, on: date) -> list[Result]:
    """Take the rows that are mended; every other is said with its reason, and stays as it is.

    Raises FileRefused for what cannot be read, and moves.NotAllowed for who may not mend.
    """
    try:
        rows = mends_file.read(content)
    except FileProblem as error:
        data = {"codes": [problem.code.value for problem in error.problems]}
        audit.record_refusal(actor=by, action="filing.mend_file", target=f"filing:{filing_id}", data=data, subjects=moves.whose(filing_id))
        raise FileRefused(list(error.problems)) from error
    times = Counter(row.line for row in rows if row.filing == filing_id)
    with transaction.atomic():
        filing = mending.opened(filing_id, by, on)
        known = {row.line: row for row in filing.rows.filter(line__in=[row.line for row in rows if row.line is not None])}
        found = [_taken(filing, row, known.get(row.line or 0), times[row.line], by, on) for row in rows]
        taken = sum(result.outcome is Outcome.TAKEN for result in found)
        told = {"sha256": hashlib.sha256(content).hexdigest(), "rows": len(rows), "good": taken}
        audit.record(actor=by, action="filing.mend_file", target=f"filing:{filing_id}", data=told, subjects=[filing.employer])
    return found


def _taken(filing: Filing, row: Back, meant: FilingRow | None, times: int, by: User, on: date) -> Result:
    def result(outcome: Outcome, problems: Sequence[dict[str, Any]] = ()) -> Result:
        return Result(at=row.at, line=row.line, outcome=outcome, problems=problems)

    if meant is None or row.filing != filing.pk:
        return result(Outcome.NOT_OF_THIS)
    if times > 1:
        return result(Outcome.TWICE)
    if row.mends != meant.mends:
        return result(Outcome.CHANGED)
    try:
        after = mending.mend_row(filing_id=filing.pk, line=meant.line, cells=row.cells, by=by, on=on, seen=row.mends)
    except mending.StillWrong as wrong:
        return result(Outcome.STILL_WRONG, wrong.problems)
    except moves.NotAllowed as refused:
        # The other rows are taken all the same; what concerns the whole filing was asked before the first of them.
        return result(Outcome.CHANGED if refused.code == "ROW_CHANGED" else Outcome.NOTHING_LEFT)
    if after.mends > meant.mends:
        return result(Outcome.TAKEN)
    # Of an unmatched row that came back as it was nothing was taken, and its person still does not match.
    return result(Outcome.STILL_WRONG, after.problems) if after.problems else result(Outcome.AS_IT_WAS)
