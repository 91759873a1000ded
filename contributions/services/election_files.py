"""A file of elections: its good rows become drafts, its faults are kept with it; then all of them are submitted, approved or returned at once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import transaction

from contributions.borang_a import checks, elections_layout, elections_reader
from contributions.borang_a.elections_reader import Asked
from contributions.borang_a.problem import Code, FileProblem, Problem
from contributions.enums import ElectionAct, ElectionKind, ElectionState, FilingAction
from contributions.models import Election, ElectionBatch
from contributions.rules import electing
from contributions.services import election_checks, election_facts, election_moves, elections, leave, register
from contributions.services.election_checks import NOBODY, Known, Wanted
from contributions.services.elections import ElectionRefused, Upload
from employers import selectors as employers
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents.models import StoredFile
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User

FROM: Final = {
    FilingAction.SUBMIT: (ElectionState.DRAFT, ElectionState.RETURNED),
    FilingAction.APPROVE: (ElectionState.SUBMITTED,),
    FilingAction.RETURN: (ElectionState.SUBMITTED,),
    FilingAction.DISCARD: (ElectionState.DRAFT, ElectionState.RETURNED),
}
"""Which of a file's elections an act on the whole file takes."""


class _Line(NamedTuple):
    """A line of the file with what it asks for, and everything that stands in its way."""

    asked: Asked
    wanted: Wanted | None
    known: Known
    problems: list[Problem]


def template(*, employer: Employer, on: date) -> bytes:
    """A file to fill, with the people on record."""
    people = employers.employees_on_record(employer_id=employer.pk, wage_month=WageMonth.of(on))
    return elections_reader.blank(list(people.values_list("number", "identity_number", "name")))


def take(*, employer: Employer, file: Upload, form: Upload | None, by: User, on: date) -> ElectionBatch:
    """Take a file: its good rows are drafts of `by`'s from now on, with the signed forms in one file for all.

    Raises NotAllowed NO_RIGHT; ElectionRefused where the file cannot be read or the forms cannot be kept: then nothing is.
    """
    elections.require_preparer(employer=employer, by=by, on=on)
    try:
        asked = elections_reader.read(file.content, max_bytes=elections_layout.MAX_BYTES)
        problems = [] if form is None else elections.form_problems(form)
    except FileProblem as error:
        problems = [error.problem]
    if problems:
        data = {"codes": [problem.code.value for problem in problems]}
        audit.record_refusal(actor=by, action="election.file", target=f"employer:{employer.number}", data=data)
        raise ElectionRefused(problems)
    with transaction.atomic():
        elections.hold(employer)
        lines = _checked(employer, asked, WageMonth.of(on), has_form=form is not None)
        return _store(employer, file, form, lines, by, on)


def move_all(*, batch_id: int, action: FilingAction, by: User, on: date, comment: str = "", declaration: bool = False) -> int:
    """Submit, return or discard every election of a file that stands where the act begins; how many. To approve them: `approve_all`.

    Raises NotAllowed as one of them would, and nothing is moved then; WRONG_STATE where there is none.
    """
    if action is FilingAction.APPROVE:
        raise ValueError("APPROVE: a file is approved by approve_all, under a code")
    if action is FilingAction.SUBMIT and not declaration:
        raise election_moves.refused(f"electionbatch:{batch_id}", action, by, "DECLARATION_MISSING")
    if action is FilingAction.RETURN and not comment.strip():
        raise election_moves.refused(f"electionbatch:{batch_id}", action, by, "COMMENT_MISSING")
    with transaction.atomic():
        batch = _batch(batch_id)
        elections.hold(batch.employer)
        found = _begun(batch, action, by, election_moves.locked(_standing(batch, action)))
        election_moves.move(found=found, action=action, by=by, on=on, comment=comment.strip(), batch=batch)
    return len(found)


def approve_all(*, batch_id: int, by: User, approval: Approval, on: date, at: datetime) -> int:
    """Approve every election of a file that waits, all or none; how many.

    `approval` is what the approver's code left for these very elections (`leave.to_elect_all`); it is spent here. Raises NotAllowed as
    `elections.approve`, and WRONG_STATE where none waits; tac.Refused, also where one has come or gone since the code was asked for.
    """
    action = FilingAction.APPROVE
    with transaction.atomic():
        batch = _batch(batch_id)
        elections.hold(batch.employer)
        found = _begun(batch, action, by, election_moves.locked(_standing(batch, action)))
        election_moves.move(found=found, action=action, by=by, on=on, batch=batch)
        shown = leave.to_elect_all(batch, [election.pk for election in found])
        tac.spend(approval=approval, user=by, purpose=Purpose.ELECTION_APPROVAL, shown=shown, at=at)
    return len(found)


def check_approval(*, batch_id: int, by: User, on: date) -> None:
    """Whether `approve_all` would do it now, so that no code is asked for or used in vain. Raises NotAllowed as it does."""
    action, batch = FilingAction.APPROVE, _batch(batch_id)
    found = list(Election.objects.select_related("employer", "member").filter(pk__in=_standing(batch, action)).order_by("pk"))
    election_moves.demand(found=_begun(batch, action, by, found), action=action, by=by, on=on)


def shown_to_approve(batch: ElectionBatch) -> dict[str, str]:
    """What a code for all that wait of a file approves now."""
    return leave.to_elect_all(batch, _standing(batch, FilingAction.APPROVE))


def _batch(batch_id: int) -> ElectionBatch:
    return ElectionBatch.objects.select_related("employer", "file").defer("faults", "file__content").get(pk=batch_id)


def _standing(batch: ElectionBatch, action: FilingAction) -> list[int]:
    """The elections of a file that stand where the act begins."""
    return list(batch.elections.filter(state__in=FROM[action]).values_list("pk", flat=True))


def _begun(batch: ElectionBatch, action: FilingAction, by: User, found: Sequence[Election]) -> Sequence[Election]:
    """Those, if there is any. Raises NotAllowed WRONG_STATE."""
    if not found:
        raise election_moves.refused(f"electionbatch:{batch.pk}", action, by, "WRONG_STATE")
    return found


def _checked(employer: Employer, asked: Sequence[Asked], current: WageMonth, *, has_form: bool) -> list[_Line]:
    """Each line against the register and the law; the register is asked once for each month, never for each line."""
    months = electing.start_months(current)
    by_month: dict[WageMonth, list[Asked]] = {}
    for one in asked:
        month = one.from_month
        by_month.setdefault(month if month in months else current, []).append(one)
    lines = [line for month, some in by_month.items() for line in _of_month(employer, some, month, current, has_form=has_form)]
    lines.sort(key=lambda line: line.asked.row.line)
    _mark_twice(lines)
    return lines


def _of_month(employer: Employer, asked: Sequence[Asked], month: WageMonth, current: WageMonth, *, has_form: bool) -> list[_Line]:
    by_number, by_identity = register.look_up(rows=[one.row for one in asked], employer_id=employer.pk, wage_month=month)
    people = {entry.member_id: entry for entries in (by_number, by_identity) for entry in entries.values()}
    known_of = election_facts.beside(employer=employer, people=people, wage_month=month)
    lines = []
    for one in asked:
        row = one.row
        entries = by_number.get(row.member_number), by_identity.get(row.identity_number)
        problems = [*row.problems, *checks.mismatches(row, *entries, month)]
        entry = entries[0] or entries[1]
        known = known_of[entry.member_id] if entry else NOBODY
        wanted = _wanted(one, current, problems)
        if one.from_month is not None and one.from_month != month:
            problems.append(election_checks.month_problem(one.from_month, current))
        elif wanted is not None and entry is not None and not problems:
            problems += election_checks.problems_of(wanted, known, has_form=has_form, current=current)
        lines.append(_Line(one, wanted, known, problems))
    return lines


def _wanted(asked: Asked, current: WageMonth, problems: list[Problem]) -> Wanted | None:
    """What a line asks for; a month that could not be read is told which ones can be."""
    for place, problem in enumerate(problems):
        if problem.code is Code.FROM_MONTH:
            problems[place] = election_checks.month_problem(problem.found, current)
    if asked.kind is None or asked.from_month is None:
        return None
    if asked.points is not None and not asked.points:
        return Wanted(asked.kind, ElectionAct.CANCEL, None, asked.from_month)
    return Wanted(asked.kind, ElectionAct.ELECT, asked.points, asked.from_month)


def _mark_twice(lines: Sequence[_Line]) -> None:
    """The same election of one person on two lines: both are told of the other."""
    first: dict[tuple[int, ElectionKind], _Line] = {}
    for line in lines:
        if line.wanted is None or line.known.entry is None:
            continue
        earlier = first.setdefault((line.known.entry.member_id, line.wanted.kind), line)
        if earlier is not line:
            line.problems.append(_twice(earlier))
            earlier.problems.append(_twice(line))


def _twice(other: _Line) -> Problem:
    return Problem(Code.ELECTION_TWICE, elections_layout.CHOICE, detail={"line": str(other.asked.row.line)})


def _store(employer: Employer, file: Upload, form: Upload | None, lines: Sequence[_Line], by: User, on: date) -> ElectionBatch:
    good = [line for line in lines if not line.problems]
    document = None if form is None else elections.store(upload=form, by=by)
    batch = ElectionBatch.objects.create(
        employer=employer,
        file=elections.store(upload=file, by=by),
        document=document,
        rows_total=len(lines),
        rows_good=len(good),
        faults=[_fault(line) for line in lines if line.problems],
        prepared_by=by,
        received_on=on,
    )
    data = {"employer": employer.number, "rows": len(lines), "good": len(good), "sha256": batch.file.sha256}
    audit.record(actor=by, action="election.file", target=batch, data=data, subjects=[employer])
    Election.objects.bulk_create([_row(line, employer, batch, document, by, on) for line in good])
    return batch


def _row(line: _Line, employer: Employer, batch: ElectionBatch, document: StoredFile | None, by: User, on: date) -> Election:
    """The draft that a line without a problem asks for."""
    if line.wanted is None or line.known.entry is None:
        raise ValueError(f"line {line.asked.row.line} has neither a problem nor a person")
    member_id = line.known.entry.member_id
    return elections.as_row(
        employer=employer, member_id=member_id, wanted=line.wanted, known=line.known, document=document, by=by, on=on, batch=batch
    )


def _fault(line: _Line) -> Mapping[str, Any]:
    row = line.asked.row
    return {"line": row.line, "name": row.name[:120], "problems": [problem.to_json() for problem in line.problems]}
