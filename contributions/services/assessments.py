"""An assessment while an inspector writes it: begun for one or several months from last wages and people on record, from wages that were inspected
and are written row by row, or from a file of them; put forward to another officer, taken back, returned, discarded.

No amount is invented: somebody whose wages nobody knows has an empty row until the inspector writes them or takes it away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final

from django.db import transaction
from django.db.models import Max

from contributions.borang_a import layout, reader
from contributions.borang_a.problem import FileProblem, Problem
from contributions.borang_a.values import Row
from contributions.enums import AssessmentAction, AssessmentSource, AssessmentState, RowStatus
from contributions.models import Assessment, AssessmentRow, Filing, FilingRow
from contributions.selectors import owing
from contributions.services import assessment_moves as moves
from contributions.services import assessment_signing as signing
from contributions.services import filing as filings
from contributions.services import template
from contributions.services.assessment_moves import NotAllowed
from contributions.workflow import STANDS
from employers import selectors as employers
from employers.models import Employer
from kwsp_portal import bulk
from kwsp_portal.audit import services as audit
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import content as documents
from members.identity.models import User
from members.models import Member

MOST_ROWS: Final = 10_000
"""Rows of one assessment: the second officer's page signs them while the officer waits."""
MOST_MONTHS: Final = 24
"""Months that one act begins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """One person as an inspector writes them."""

    name: str
    member_number: str = ""
    identity_number: str = ""
    wages: Decimal | None = None
    bonus: Decimal = field(default_factory=Decimal)


class FileRefused(Exception):
    """A file that is not one of wages; nothing of it is kept."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = problems
        super().__init__(", ".join(problem.code for problem in problems))


class RowsRefused(Exception):
    """A file whose rows cannot be taken; nothing of it is kept. Each problem with the row that it is of."""

    def __init__(self, problems: Sequence[tuple[int, Problem]]) -> None:
        self.problems = problems
        super().__init__(len(problems))


def begin(
    *, employer: Employer, first: WageMonth, last: WageMonth, source: AssessmentSource, grounds: str, by: User, on: date
) -> Sequence[Assessment]:
    """A draft for each month from `first` to `last`. Raises NotAllowed: all of them are begun, or none."""
    if by.role not in moves.OFFICERS:
        raise _refused(employer, by, "NO_RIGHT")
    if not grounds.strip():
        raise _refused(employer, by, "REASON_MISSING")
    months = list(islice(first.through(last), MOST_MONTHS + 1))
    if not 0 < len(months) <= MOST_MONTHS:
        raise _refused(employer, by, "MONTHS", found=f"{first} - {last}", expected=str(MOST_MONTHS))
    with transaction.atomic():
        Employer.objects.select_for_update(of=("self",), no_key=True).get(pk=employer.pk)
        return [_begun(employer, month, source, grounds.strip(), by, on) for month in months]


def write_row(*, assessment_id: int, place: int | None, written: Written, by: User, on: date) -> AssessmentRow:
    """Write the row at a place, or one more at the end; the same person with the same wages once more is a second click. Raises NotAllowed, also ROW
    for one that is gone."""
    with transaction.atomic():
        found = _draft(assessment_id, by, "write")
        _check(found, written, by)
        if place is None:
            same = found.rows.filter(**asdict(replace(written, name=written.name.strip()))).exclude(member_number="", identity_number="").first()
            if same is not None:
                return same
            count = found.rows.count()
            if count >= MOST_ROWS:
                raise moves.refused(found, "write", by, "TOO_MANY", found=str(count + 1), expected=str(MOST_ROWS))
            place = (found.rows.aggregate(last=Max("place"))["last"] or 0) + 1
            row, before = AssessmentRow(assessment=found, place=place), {}
        else:
            known = found.rows.filter(place=place).first()
            if known is None:
                raise moves.refused(found, "write", by, "ROW")
            row, before = known, _said(known)
        row.member_number, row.identity_number, row.name = written.member_number, written.identity_number, written.name.strip()
        row.wages, row.bonus = written.wages, written.bonus
        row.save()
        moves.record(found, "write", by, {"row": place}, before=before, after=_said(row))
    return row


def remove_row(*, assessment_id: int, place: int, by: User, on: date) -> None:
    """Take somebody out of a draft. Who is out of it already is no fault. Raises NotAllowed."""
    with transaction.atomic():
        found = _draft(assessment_id, by, "remove")
        row = found.rows.filter(place=place).first()
        if row is not None:
            before = _said(row)
            row.delete()
            moves.record(found, "remove", by, {"row": place}, before=before, after={})


def take_file(*, assessment_id: int, name: str, content: bytes, by: User, on: date) -> Assessment:
    """The rows of a file of inspected wages take the place of those of a draft; of its shares nothing is taken. Raises NotAllowed, RowsRefused,
    FileRefused."""
    with transaction.atomic():
        found = _draft(assessment_id, by, "file")
        try:
            rows = _read(found, content, by)
        except FileProblem as error:
            raise FileRefused(error.problems) from error
        except reader.SheetsAsked as asked:
            several = ", ".join(sheet.name for sheet in asked.sheets)
            raise moves.refused(found, "file", by, "SHEETS", found=several) from asked
        before = {"rows": found.rows.count()}
        found.rows.all().delete()
        AssessmentRow.objects.bulk_create(
            [AssessmentRow(assessment=found, place=place, **fields) for place, fields in enumerate(rows, 1)], batch_size=1_000
        )
        digest = signing.digest_of(content)
        found.file = documents.keep(name=name, otherwise="upah.csv", content=content, sha256=digest, by_id=by.pk)
        found.source = AssessmentSource.FILE
        found.save(update_fields=["file", "source"])
        moves.record(found, "file", by, {"sha256": digest}, before=before, after={"rows": len(rows)})
    return found


def propose(*, assessment_id: int, by: User, on: date) -> Assessment:
    """Put a draft forward to another officer, once it would stand if it were signed now. Raises NotAllowed."""
    edition = signing.edition_of(assessment_id)
    with transaction.atomic():
        found = moves.locked(assessment_id)
        moves.demand(found, AssessmentAction.PROPOSE, by, on=on)
        signing.try_out(found, AssessmentAction.PROPOSE, edition, by, on)
        moves.move(found, AssessmentAction.PROPOSE, by, on=on)
    return found


def take_back(*, assessment_id: int, by: User, on: date) -> Assessment:
    """Who put it forward writes on. Raises NotAllowed."""
    with transaction.atomic():
        found = moves.locked(assessment_id)
        moves.move(found, AssessmentAction.TAKE_BACK, by, on=on)
    return found


def give_back(*, assessment_id: int, comment: str, by: User, on: date) -> Assessment:
    """Another officer does not sign, and says why. Raises NotAllowed, also REASON_MISSING."""
    with transaction.atomic():
        found = moves.locked(assessment_id)
        moves.demand(found, AssessmentAction.RETURN, by, on=on)
        if not comment.strip():
            raise moves.refused(found, AssessmentAction.RETURN, by, "REASON_MISSING")
        moves.move(found, AssessmentAction.RETURN, by, on=on, comment=comment.strip())
    return found


def discard(*, assessment_id: int, by: User, on: date) -> Assessment:
    """Put a draft away. One that was to take the place of another leaves that objected to, as it was. Raises NotAllowed."""
    with transaction.atomic():
        found = moves.locked(assessment_id)
        moves.move(found, AssessmentAction.DISCARD, by, on=on)
        if found.replaces_id is not None:
            earlier = moves.locked(found.replaces_id)
            moves.move(earlier, AssessmentAction.DROP_AMENDMENT, None, on=on)
    return found


def _begun(employer: Employer, month: WageMonth, source: AssessmentSource, grounds: str, by: User, on: date) -> Assessment:
    code, details = _why_not_begun(employer, month, on)
    if code:
        raise _refused(employer, by, code, month=str(month), **details)
    made = Assessment.objects.create(employer=employer, wage_month=month.first_day, source=source, grounds=grounds, made_by=by, made_on=on)
    rows = _filled(made, month) if source is AssessmentSource.LAST_WAGES else 0
    moves.record(made, "begin", by, {"employer": employer.number, "source": source.value, "rows": rows}, after={"state": made.state})
    return made


def _why_not_begun(employer: Employer, month: WageMonth, on: date) -> tuple[str, Mapping[str, str]]:
    if on <= month.due_date:
        return "NOT_DUE", {"expected": str(month.due_date)}
    problems = filings.month_problems(employer, month, on)
    if problems:
        return "MONTH", {"problem": problems[0].code.value}
    if Assessment.objects.filter(employer=employer, wage_month=month.first_day, state__in=[AssessmentState.DRAFT, AssessmentState.PROPOSED]).exists():
        return "OPEN_ALREADY", {}
    return "", {}


def _filled(made: Assessment, month: WageMonth) -> int:
    """The people on record for whom something is owed and who stand in no filing of the month that stands, with the wages of the latest month before
    it that was filed."""
    people = employers.employees_on_record(employer_id=made.employer_id, wage_month=month)
    standing = Filing.objects.filter(employer=made.employer_id, wage_month=made.wage_month, state__in=[state.value for state in STANDS])
    filed = FilingRow.objects.filter(filing__in=standing, status=RowStatus.VALID).values("member_id")
    nothing = owing.people_not_owed(employer=made.employer, month=month)
    found = list(people.exclude(pk__in=filed).exclude(pk__in=bulk.among(nothing))[: MOST_ROWS + 1])
    return fill(made, found, template.last_wages(employer=made.employer, before=month, members=[member.pk for member in found]))


def fill(made: Assessment, people: Iterable[Member], wages: Mapping[int, Decimal]) -> int:
    """Rows of these people; how many. Raises NotAllowed TOO_MANY."""
    rows = [
        AssessmentRow(
            assessment=made,
            place=place,
            member_number=member.number,
            identity_number=member.identity_number,
            name=member.name,
            wages=wages.get(member.pk),
        )
        for place, member in enumerate(people, 1)
    ]
    if len(rows) > MOST_ROWS:
        raise NotAllowed("TOO_MANY", found=str(len(rows)), expected=str(MOST_ROWS))
    AssessmentRow.objects.bulk_create(rows, batch_size=1_000)
    return len(rows)


def _draft(assessment_id: int, by: User, act: str) -> Assessment:
    """A draft for who made it, locked. Raises NotAllowed."""
    found = moves.locked(assessment_id)
    if by.role not in moves.OFFICERS or found.made_by_id != by.pk:
        raise moves.refused(found, act, by, "NO_RIGHT")
    if found.state != AssessmentState.DRAFT:
        raise moves.refused(found, act, by, "WRONG_STATE")
    return found


def _check(found: Assessment, written: Written, by: User) -> None:
    if not written.name.strip():
        raise moves.refused(found, "write", by, "NO_NAME")
    if written.wages is not None and not 0 <= written.wages <= layout.LARGEST_WAGES:
        raise moves.refused(found, "write", by, "WAGES", found=f"{written.wages:.2f}", expected=f"{layout.LARGEST_WAGES:.2f}")
    if not 0 <= written.bonus <= (written.wages or money.ZERO):
        raise moves.refused(found, "write", by, "BONUS", found=f"{written.bonus:.2f}", expected=f"{written.wages or money.ZERO:.2f}")


def _read(found: Assessment, content: bytes, by: User) -> list[dict[str, object]]:
    """The rows of a file; what of them cannot be read is refused, all of it at once. Raises RowsRefused, NotAllowed TOO_MANY."""
    reader.check(content, max_bytes=layout.MAX_BOOK_BYTES, meant=_meant(found))
    rows = list(islice(reader.open_file(content, meant=_meant(found)).rows, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise moves.refused(found, "file", by, "TOO_MANY", found=str(len(rows)), expected=str(MOST_ROWS))
    shares = (layout.EMPLOYER_SHARE, layout.EMPLOYEE_SHARE)
    bad = [(row.line, problem) for row in rows for problem in row.problems if problem.column not in shares]
    if bad:
        audit.record_refusal(actor=by, action="assessment.file", target=found, data={"code": "BAD_ROWS"})
        raise RowsRefused(bad)
    return [_of_file(row) for row in rows]


def _of_file(row: Row) -> dict[str, object]:
    person = {
        "member_number": row.member_number,
        "identity_number": row.identity_number,
        "name": row.name or row.identity_number or row.member_number,
    }
    return {**person, "wages": row.wages, "bonus": row.bonus or money.ZERO}


def _meant(found: Assessment) -> reader.MeantFor:
    return reader.MeantFor(found.employer.number, WageMonth.of(found.wage_month))


def _said(row: AssessmentRow) -> dict[str, object]:
    return {"name": row.name, "number": row.member_number, "wages": None if row.wages is None else f"{row.wages:.2f}", "bonus": f"{row.bonus:.2f}"}


def _refused(employer: Employer, by: User, code: str, **details: str) -> NotAllowed:
    # Not of the employer by name: what is being written is in no log of theirs.
    audit.record_refusal(actor=by, action="assessment.begin", data={"code": code, "employer": employer.number})
    return NotAllowed(code, **details)
