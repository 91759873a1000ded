"""What an employer does about a month for which it paid too much (Borang KWSP 14): the maker says which rows and what wages were right, the checker
sends it to KWSP. What officers do: overpayment_desk. What becomes of the money: overpayment_money."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from django.db import transaction

from contributions.enums import FilingState, OverpaymentHow, OverpaymentState, OverpaymentWhy, RowStatus
from contributions.models import CorrectedFiling, Filing, FilingRow, Overpayment, OverpaymentRow
from contributions.rules import overpaying
from contributions.selectors import recompute, wrong_credits
from contributions.services import leave
from contributions.workflow import CLOSED
from employers import access as employers_access
from employers.enums import ApprovalFlow, Right
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.documents import services as documents
from kwsp_portal.templatetags import formats
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import User


class NotAllowed(Exception):
    """Why an act on an application is refused. `code`: NO_RIGHT, OWN_WORK, WRONG_STATE, COMMENT_MISSING, REASON_MISSING, NOT_CREDITED, TOO_LATE,
    IN_CORRECTION, OWN_RECORD, CHANGED, ON_ITS_WAY, NOT_FREE; `details` are figures of the words."""

    def __init__(self, code: str, **details: str) -> None:
        self.code, self.details = code, details
        super().__init__(code)


class RowFault(NamedTuple):
    """What is wrong with one row that was asked about: `number` as it was given. `code`: UNKNOWN, TWICE, ASKED, MOVED, TOPPED_UP, NOT_LESS,
    NO_FIGURES."""

    number: str
    code: str
    found: str = ""
    expected: str = ""


class BadRows(Exception):
    """Rows that cannot be asked about, each with its reason; nothing of the application is kept."""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(", ".join(f"{fault.number} {fault.code}" for fault in faults))


def prepare(
    *,
    filing_id: int,
    why: OverpaymentWhy,
    how: OverpaymentHow,
    reason: str,
    right: Sequence[tuple[str, Decimal]],
    document: documents.Upload,
    by: User,
    on: date,
) -> Overpayment:
    """The maker's draft: by member number the wages that were right, 0 where nothing was due, and how it is to come back.

    A second click finds the first. Raises NotAllowed, BadRows, documents.NotAPaper.
    """
    with transaction.atomic():
        filing = _locked_filing(filing_id)
        code = why_not(filing, on) if may_prepare(filing.employer, by, on) else "NO_RIGHT"
        if not code and not reason.strip():
            code = "REASON_MISSING"
        if code:
            raise refused(f"filing:{filing_id}", "prepare", by, code, filing.employer)
        standing = _same_again(filing, {"why": why, "how": how, "reason": reason.strip(), "prepared_by": by}, right)
        if standing is not None:
            return standing
        rows = _reckoned(filing, right, on)
        claimed = sum((row.difference for row in rows), Decimal(0))
        found = Overpayment.objects.create(
            filing=filing,
            why=why,
            how=how,
            reason=reason.strip(),
            document=documents.keep(document, by_id=by.pk),
            claimed=claimed,
            prepared_by=by,
            prepared_on=on,
        )
        for row in rows:
            row.overpayment = found
        OverpaymentRow.objects.bulk_create(rows)
        record(found, "prepare", by, {}, on)
    return found


def _same_again(filing: Filing, said: Mapping[str, object], right: Sequence[tuple[str, Decimal]]) -> Overpayment | None:
    """The draft that was made of the same form; the caller has locked the filing."""
    for found in Overpayment.objects.filter(filing=filing, state=OverpaymentState.DRAFT, **said):
        if sorted(found.rows.values_list("row__member_number", "wages")) == sorted(right):
            return found
    return None


def submit(*, overpayment_id: int, by: User, on: date) -> Overpayment:
    """Hand it to the employer's checker, by the flow that holds now. Raises NotAllowed."""
    with transaction.atomic():
        # Before the application, as a choice of flow locks.
        employer = Employer.objects.select_for_update(of=("self",), no_key=True).get(filings__overpayments=overpayment_id)
        found = locked(overpayment_id)
        _demand(found, "submit", by, on)
        found.flow, found.submitted_by = employers_access.flow_of(employer.pk), by
        _step(found, OverpaymentState.SUBMITTED, "submit", by, on, ("flow", "submitted_by"))
    return found


def approve(*, overpayment_id: int, by: User, approval: tac.Leave, on: date, at: datetime) -> Overpayment:
    """The checker sends it to KWSP; `approval` is what the code left for these figures (`leave.to_apply`).

    Raises NotAllowed, CHANGED where the rows do not stand any more as the application has them; tac.Refused.
    """
    with transaction.atomic():
        found = _approvable(overpayment_id, by, on)
        tac.spend(approval=approval, user=by, purpose=Purpose.EMPLOYER_APPROVAL, shown=leave.to_apply(found), at=at)
        found.approved_by, found.applied_on = by, on
        _step(found, OverpaymentState.APPLIED, "approve", by, on, ("approved_by", "applied_on"))
    return found


def check_approval(*, overpayment_id: int, by: User, on: date) -> None:
    """Whether `approve` would do it now, so that no code is used in vain. Raises NotAllowed."""
    with transaction.atomic():
        _approvable(overpayment_id, by, on)


def _approvable(overpayment_id: int, by: User, on: date) -> Overpayment:
    """Locked, after its employer as a choice of flow locks. Raises NotAllowed."""
    Employer.objects.select_for_update(of=("self",), no_key=True).get(filings__overpayments=overpayment_id)
    found = locked(overpayment_id)
    _demand(found, "approve", by, on)
    if changed(found, on):
        raise refused(found, "approve", by, "CHANGED", found.filing.employer)
    return found


def send_back(*, overpayment_id: int, comment: str, by: User, on: date) -> Overpayment:
    """The checker says no, with a reason: it is a draft again, which its maker puts away or hands in once more. Raises NotAllowed."""
    if not comment.strip():
        raise refused(f"overpayment:{overpayment_id}", "send_back", by, "COMMENT_MISSING")
    with transaction.atomic():
        found = locked(overpayment_id)
        _demand(found, "send_back", by, on)
        return recall(found, by=by, on=on, comment=comment.strip())


def recall(found: Overpayment, *, by: User, on: date, comment: str) -> Overpayment:
    """A draft again. In the caller's transaction, which has locked it and asked the right."""
    found.comment, found.flow, found.submitted_by = comment, "", None
    return _step(found, OverpaymentState.DRAFT, "send_back", by, on, ("comment", "flow", "submitted_by"))


def discard(*, overpayment_id: int, by: User, on: date) -> Overpayment:
    """Whoever prepares for the employer puts it away, while it is not with KWSP; its rows are free. Raises NotAllowed."""
    with transaction.atomic():
        found = locked(overpayment_id)
        _demand(found, "discard", by, on)
        found.flow, found.submitted_by = "", None
        _step(found, OverpaymentState.DISCARDED, "discard", by, on, ("flow", "submitted_by"))
        found.rows.update(open=False)
    return found


def may_prepare(employer: Employer, by: User, on: date) -> bool:
    """Whether `by` prepares for the employer; the page asks what the service enforces."""
    return Right.PREPARE in employers_access.rights_of(by, employer, on=on)


def why_not(filing: Filing, on: date) -> str:
    """The code of why nothing can be asked about this month; empty where it can. The page asks what the service enforces."""
    if filing.state != FilingState.CREDITED or filing.paid_on is None:
        return "NOT_CREDITED"
    if on > overpaying.last_day(filing.paid_on, asked_on=on):
        return "TOO_LATE"
    return "IN_CORRECTION" if CorrectedFiling.objects.filter(filing=filing, open=True).exists() else ""


def allowed(*, found: Overpayment, by: User, on: date) -> frozenset[str]:
    """What `by` may do with it for the employer as it stands."""
    return frozenset(act for act in ACTS if not _may(found, act, by, on))


def changed(found: Overpayment, on: date) -> bool:
    """Whether a row is not as the application has it any more: corrected, another member's, or reckoned otherwise since."""
    rows = list(found.rows.all())
    lines = lines_of(found.filing, {row.row_id: row.wages for row in rows}, on)
    moved = wrong_credits.kept_from_corrections(found.filing) | topped_up(row.row_id for row in rows)
    return any(row.row_id in moved or not _is(row, lines.get(row.row_id)) for row in rows)


def topped_up(rows: Iterable[int]) -> set[int]:
    """Those of these rows whose wages another row of the month names anew: what was right is asked of that one, which has all wages."""
    above = FilingRow.objects.filter(tops_up__in=list(rows), status=RowStatus.VALID).exclude(filing__state__in=CLOSED)
    return set(above.values_list("tops_up_id", flat=True))


def lines_of(filing: Filing, right: Mapping[int, Decimal], on: date) -> dict[int, recompute.Line]:
    """By row how it stands and what the rules give for the wages that were right."""
    return {line.row_id: line for line in recompute.lines_of(filing=filing, as_at=on, right=right)}


def locked(overpayment_id: int) -> Overpayment:
    """Kept from every other act until the open transaction ends."""
    known = ("filing__employer", "correction")
    return Overpayment.objects.select_for_update(of=("self",), no_key=True).select_related(*known).get(pk=overpayment_id)


def record(found: Overpayment, act: str, by: User | None, before: Mapping[str, str], on: date, **data: str) -> None:
    """What was done, in the trail of the employer."""
    figures = {"on": str(on), "amount": f"{found.claimed:.2f}", "how": str(found.how), **data}
    whose = [found.filing.employer]
    audit.record(actor=by, action=f"overpayment.{act}", target=found, data=figures, subjects=whose, before=before, after={"state": str(found.state)})


def refused(target: Overpayment | str, act: str, by: User, code: str, employer: Employer | None = None, **details: str) -> NotAllowed:
    """The refusal of an act, to be raised by the caller; the trail has it."""
    audit.record_refusal(actor=by, action=f"overpayment.{act}", target=target, data={"code": code}, subjects=[employer] if employer else [])
    return NotAllowed(code, **details)


ACTS: Final = {
    "submit": (OverpaymentState.DRAFT, Right.PREPARE),
    "approve": (OverpaymentState.SUBMITTED, Right.APPROVE),
    "send_back": (OverpaymentState.SUBMITTED, Right.APPROVE),
    "discard": (OverpaymentState.DRAFT, Right.PREPARE),
}
"""From which state, and with which right."""


def _may(found: Overpayment, act: str, by: User, on: date) -> str:
    """The code of the refusal; empty where `by` may do it now."""
    state, right = ACTS[act]
    if found.state != state:
        return "WRONG_STATE"
    if right not in employers_access.rights_of(by, found.filing.employer, on=on):
        return "NO_RIGHT"
    if act in ("approve", "send_back") and found.flow == ApprovalFlow.CHECKED and by.pk in (found.prepared_by_id, found.submitted_by_id):
        return "OWN_WORK"
    return why_not(found.filing, on) if act in ("submit", "approve") else ""


def _demand(found: Overpayment, act: str, by: User, on: date) -> None:
    code = _may(found, act, by, on)
    if code:
        raise refused(found, act, by, code, found.filing.employer)


def _step(found: Overpayment, to: OverpaymentState, act: str, by: User, on: date, also: Sequence[str]) -> Overpayment:
    before = {"state": str(found.state)}
    found.state = to
    found.save(update_fields=["state", *also])
    record(found, act, by, before, on)
    return found


def _locked_filing(filing_id: int) -> Filing:
    return Filing.objects.select_for_update(of=("self",), no_key=True).select_related("employer").get(pk=filing_id)


def _reckoned(filing: Filing, right: Sequence[tuple[str, Decimal]], on: date) -> list[OverpaymentRow]:
    """The rows with what they would have been. Raises BadRows with everything that is wrong with them."""
    faults: list[RowFault] = []
    by_number: dict[str, list[FilingRow]] = {}
    for row in FilingRow.objects.filter(filing=filing, status="VALID", member_number__in=[number for number, _ in right]):
        by_number.setdefault(row.member_number, []).append(row)
    asked: dict[int, tuple[str, Decimal]] = {}
    for number, wages in right:
        rows = by_number.get(number, [])
        if len(rows) != 1:
            faults.append(RowFault(number, "UNKNOWN"))
        elif rows[0].pk in asked:
            faults.append(RowFault(number, "TWICE"))
        else:
            asked[rows[0].pk] = (number, wages)
    taken = set(OverpaymentRow.objects.filter(row__in=asked, open=True).values_list("row_id", flat=True))
    kept = {**dict.fromkeys(taken, "ASKED"), **dict.fromkeys(topped_up(asked), "TOPPED_UP")}
    kept |= dict.fromkeys(wrong_credits.kept_from_corrections(filing), "MOVED")
    lines = lines_of(filing, {row: wages for row, (_number, wages) in asked.items()}, on)
    found = []
    for row_id, (number, wages) in asked.items():
        fault = RowFault(number, kept[row_id]) if row_id in kept else _fault(number, lines.get(row_id))
        if fault is not None:
            faults.append(fault)
            continue
        found.append(_row(row_id, wages, lines[row_id]))
    if faults:
        raise BadRows(faults)
    return found


def _fault(number: str, line: recompute.Line | None) -> RowFault | None:
    if line is None or line.now is None:
        return RowFault(number, "NO_FIGURES")
    less = line.now.employer <= line.stands.employer and line.now.employee <= line.stands.employee and line.differs
    if less:
        return None
    return RowFault(number, "NOT_LESS", formats.money(line.now.total), formats.money(line.stands.total))


def _is(row: OverpaymentRow, line: recompute.Line | None) -> bool:
    if line is None or line.now is None:
        return False
    then, now = (line.stands.employer, line.stands.employee), (line.now.employer, line.now.employee)
    return (then, now) == ((row.then_employer, row.then_employee), (row.now_employer, row.now_employee))


def _row(row_id: int, wages: Decimal, line: recompute.Line) -> OverpaymentRow:
    assert line.now is not None  # noqa: S101 - looked at by _fault
    return OverpaymentRow(
        row_id=row_id,
        wages=wages,
        then_employer=line.stands.employer,
        then_employee=line.stands.employee,
        now_employer=line.now.employer,
        now_employee=line.now.employee,
    )
