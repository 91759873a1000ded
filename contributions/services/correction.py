"""What two officers do about figures that are not what the rules give: one prepares and proposes, another approves or refuses; then a run posts."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction

from contributions import workflow
from contributions.enums import CorrectionAction, CorrectionState, CorrectionWho, FilingState, LawPurpose, LineState
from contributions.models import CorrectedFiling, Correction, Filing
from contributions.selectors import recompute
from contributions.services import correcting, law_used
from kwsp_portal.audit import services as audit
from kwsp_portal.common import collector, money
from kwsp_portal.common.refusal import Refusal
from members.identity.enums import Role
from members.identity.models import User

OFFICERS: Final = frozenset({Role.SUPERVISOR, Role.INSPECTOR})
"""Who prepares corrections and decides on them; never the same person on one."""

NAMED: Final = 100
"""How many lines for which the rules give nothing are named one by one; all are counted."""


class NotAllowed(Exception):
    """Why an act on a correction is refused. `code`: WRONG_STATE, NO_RIGHT, OWN_WORK, COMMENT_MISSING, REASON_MISSING."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class NothingToCorrect(Exception):
    """No line of these filings can be corrected. The rules give nothing for `total` of them; `unreckoned` names the first."""

    def __init__(self, total: int, unreckoned: Sequence[dict[str, Any]]) -> None:
        self.total, self.unreckoned = total, unreckoned
        super().__init__(total)


class NotCorrectable(Exception):
    """A filing that cannot be corrected now. `code`: UNKNOWN, NOT_CREDITED, IN_ANOTHER; `details` name the filing and what was found."""

    def __init__(self, code: str, **details: str) -> None:
        self.code, self.details = code, details
        super().__init__(f"{code} {details}")


def prepare(*, filing_ids: Sequence[int], as_at: date, reason: str, by: User, on: date) -> Correction:
    """A draft with every line that differs: what its officer sees before proposing it. Raises NotAllowed, NotCorrectable, NothingToCorrect."""
    if by.role not in OFFICERS:
        raise _refused(None, "correction.prepare", by, "NO_RIGHT")
    if not reason.strip():
        raise NotAllowed("REASON_MISSING")
    editions = {month: law_used.edition_id(LawPurpose.SHARES, month) for month in _months(filing_ids)}
    with transaction.atomic():
        filings = _locked_filings(sorted(set(filing_ids)))
        differing, unreckoned = _wrong(filings, as_at)
        if not differing:
            raise NothingToCorrect(**unreckoned)
        totals = _totals(line for _, lines in differing for line in lines)
        named = {"unreckoned_total": unreckoned["total"], "unreckoned": unreckoned["unreckoned"]}
        correction = Correction.objects.create(as_at=as_at, reason=reason.strip(), prepared_by=by, prepared_on=on, **named, **totals)
        for filing, lines in differing:
            CorrectedFiling.objects.create(correction=correction, filing=filing, edition_id=editions[filing.wage_month], **_totals(lines))
            _copy(correction, lines)
        data = {"filings": [filing.pk for filing, _ in differing], "as_at": str(as_at), "lines": correction.lines_total}
        audit.record(actor=by, action="correction.prepare", target=correction, data=data, subjects=correcting.employers_of(correction))
    return correction


def propose(*, correction_id: int, by: User, on: date) -> Correction:
    """Hand the draft to another officer. Raises NotAllowed."""
    with transaction.atomic():
        return _move(correction_id, CorrectionAction.PROPOSE, by, on)


def withdraw(*, correction_id: int, by: User, on: date) -> Correction:
    """Put it away; its filings are free for another. Whose draft it is does not matter: they may have left. Raises NotAllowed."""
    with transaction.atomic():
        return _freed(_move(correction_id, CorrectionAction.WITHDRAW, by, on))


def refuse(*, correction_id: int, comment: str, by: User, on: date) -> Correction:
    """The second officer says no, with a reason. Raises NotAllowed."""
    if not comment.strip():
        raise _refused(correction_id, "correction.refuse", by, "COMMENT_MISSING")
    with transaction.atomic():
        return _freed(_move(correction_id, CorrectionAction.REFUSE, by, on, comment.strip()))


def approve(*, correction_id: int, by: User, on: date) -> Correction:
    """The second officer says yes: the run that posts the differences is opened in the same transaction. Raises NotAllowed."""
    with transaction.atomic():
        correction = _move(correction_id, CorrectionAction.APPROVE, by, on)
        correcting.open_run(correction=correction, on=on)
    return correction


def allowed(*, correction: Correction, by: User) -> frozenset[CorrectionAction]:
    """What `by` may do with a correction as it stands; the page asks what the service enforces."""
    possible = set()
    for state, action in workflow.CORRECTION_MOVES:
        if state == correction.state and not _why_not(correction, action, by):
            possible.add(action)
    return frozenset(possible)


def _move(correction_id: int, action: CorrectionAction, by: User, on: date, comment: str = "") -> Correction:
    correction = Correction.objects.select_for_update(of=("self",), no_key=True).get(pk=correction_id)
    code = _why_not(correction, action, by)
    if code:
        raise _refused(correction_id, f"correction.{action.lower()}", by, code)
    decided = workflow.CORRECTION_MOVES[CorrectionState(correction.state), action].who is CorrectionWho.OTHER_OFFICER
    if decided:
        correction.decided_by, correction.decided_on = by, on
    correcting.step(correction=correction, action=action, by=by, on=on, comment=comment, also=("decided_by", "decided_on") if decided else ())
    return correction


def _why_not(correction: Correction, action: CorrectionAction, by: User) -> str:
    """The code of the refusal; empty where `by` may do it now."""
    move = workflow.CORRECTION_MOVES.get((CorrectionState(correction.state), action))
    if move is None:
        return "WRONG_STATE"
    if by.role not in OFFICERS or move.who is CorrectionWho.SYSTEM:
        return "NO_RIGHT"
    if move.who is CorrectionWho.OFFICER:
        return ""
    own = correction.prepared_by_id == by.pk
    if move.who is CorrectionWho.OTHER_OFFICER:
        return "OWN_WORK" if own else ""
    return "" if own else "NO_RIGHT"


def _freed(correction: Correction) -> Correction:
    correction.filings.update(open=False)
    return correction


def _refused(correction_id: int | None, action: str, by: User, code: str) -> NotAllowed:
    audit.record_refusal(actor=by, action=action, target=f"correction:{correction_id}" if correction_id else None, data={"code": code})
    return NotAllowed(code)


def _months(filing_ids: Iterable[int]) -> set[date]:
    return set(Filing.objects.filter(pk__in=filing_ids).values_list("wage_month", flat=True))


def _locked_filings(filing_ids: Sequence[int]) -> list[Filing]:
    """The filings in order of their ids, each credited and in no other correction. Raises NotCorrectable."""
    found = {
        filing.pk: filing
        for filing in Filing.objects.select_for_update(of=("self",), no_key=True).select_related("employer").filter(pk__in=filing_ids).order_by("pk")
    }
    taken = dict(CorrectedFiling.objects.filter(filing__in=filing_ids, open=True).values_list("filing_id", "correction_id"))
    for filing_id in filing_ids:
        if filing_id not in found:
            raise NotCorrectable("UNKNOWN", filing=str(filing_id))
        if found[filing_id].state != FilingState.CREDITED:
            raise NotCorrectable("NOT_CREDITED", filing=str(filing_id), state=str(found[filing_id].state))
        if filing_id in taken:
            raise NotCorrectable("IN_ANOTHER", filing=str(filing_id), correction=str(taken[filing_id]))
    return list(found.values())


def _wrong(filings: Sequence[Filing], as_at: date) -> tuple[list[tuple[Filing, list[recompute.Line]]], dict[str, Any]]:
    """The filings with the lines that differ, and how many lines the rules give nothing for, the first of them by name."""
    differing, nothing = [], []
    with collector.paused():
        for filing in filings:
            wrong = [line for line in recompute.lines_of(filing=filing, as_at=as_at) if line.differs or line.now is None]
            mendable = [line for line in wrong if line.differs]
            nothing += [line for line in wrong if line.now is None]
            if mendable:
                differing.append((filing, mendable))
    return differing, {"total": len(nothing), "unreckoned": [_unreckoned(line) for line in nothing[:NAMED]]}


def _unreckoned(line: recompute.Line) -> dict[str, Any]:
    """A line for which the rules give nothing, with why, as a problem of Borang A is stored."""
    why = line.refusal
    refusal = why if isinstance(why, Refusal) else Refusal("", "", {})
    row = {"row": line.row_id, "name": line.name, "column": "", "found": line.member_number, "expected": ""}
    return {**row, "code": refusal.code, "detail": {**refusal.details, "provision": refusal.provision}}


def _totals(lines: Iterable[recompute.Line]) -> dict[str, Any]:
    count, employer, employee = 0, Decimal(0), Decimal(0)
    for line in lines:
        assert line.now is not None  # noqa: S101 - a line that differs has figures
        count += 1
        employer += line.now.employer - line.stands.employer
        employee += line.now.employee - line.stands.employee
    return {"lines_total": count, "employer_difference": employer, "employee_difference": employee}


_COLUMNS: Final = (
    *("correction_id", "row_id", "then_employer", "then_employee", "then_part", "now_employer", "now_employee", "now_part", "now_reference"),
    *("citizenship", "birth_date", "member_since", "elections", "state"),
)
_COPY: Final = f"COPY contributions_correctionline ({', '.join(_COLUMNS)}) FROM STDIN"


def _copy(correction: Correction, lines: Iterable[recompute.Line]) -> None:
    """Write the lines, a hundred thousand in seconds. Their texts are codes and figures: nothing in them needs COPY's escapes."""
    text = "".join([_text(correction.pk, line) for line in lines])
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(_COPY, io.StringIO(text))


def _text(correction_id: int, line: recompute.Line) -> str:
    then, now, facts = line.stands, line.now, line.facts
    assert now is not None  # noqa: S101 - a line that differs has figures
    cells = (
        *(correction_id, line.row_id, money.to_sen(then.employer), money.to_sen(then.employee), then.part),
        *(money.to_sen(now.employer), money.to_sen(now.employee), now.part, line.reference),
        *(facts.citizenship, facts.birth_date, facts.member_since, facts.elections, LineState.OPEN),
    )
    return "\t".join(map(str, cells)) + "\n"
