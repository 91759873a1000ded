"""What two officers do about figures that are not what the rules give: one has a run prepare it and proposes it, another approves or refuses;
then a run posts."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from django.db import transaction

from contributions import workflow
from contributions.enums import CorrectionAction, CorrectionState, CorrectionWho, FilingState, LawPurpose
from contributions.models import CorrectedFiling, Correction, Filing, FilingRow
from contributions.selectors import recompute
from contributions.services import correcting, law_used, preparing
from kwsp_portal.audit import services as audit
from members.identity.enums import Role
from members.identity.models import User
from members.services import own_record

OFFICERS: Final = frozenset({Role.SUPERVISOR, Role.INSPECTOR})
"""Who prepares corrections and decides on them; never the same person on one."""


class NotAllowed(Exception):
    """Why an act on a correction is refused. `code`: WRONG_STATE, NO_RIGHT, OWN_WORK, OWN_RECORD, COMMENT_MISSING, REASON_MISSING."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class NotCorrectable(Exception):
    """A filing that cannot be corrected now. `code`: UNKNOWN, NOT_CREDITED, IN_ANOTHER; `details` name the filing and what was found."""

    def __init__(self, code: str, **details: str) -> None:
        self.code, self.details = code, details
        super().__init__(f"{code} {details}")


def prepare(*, filing_ids: Sequence[int], as_at: date, reason: str, by: User, on: date) -> Correction:
    """Open the run that reckons every line of these filings again; its end is a draft, which the officer sees before proposing it, or nothing to
    correct. Raises NotAllowed, NotCorrectable."""
    if by.role not in OFFICERS:
        raise _refused(None, "correction.prepare", by, "NO_RIGHT")
    if _concerns(by, filing_ids):
        raise _refused(None, "correction.prepare", by, "OWN_RECORD")
    if not reason.strip():
        raise NotAllowed("REASON_MISSING")
    editions = {month: law_used.edition_id(LawPurpose.SHARES, month) for month in _months(filing_ids)}
    with transaction.atomic():
        filings = _locked_filings(sorted(set(filing_ids)))
        correction = Correction.objects.create(as_at=as_at, reason=reason.strip(), prepared_by=by, prepared_on=on)
        CorrectedFiling.objects.bulk_create(
            [CorrectedFiling(correction=correction, filing=filing, edition_id=editions[filing.wage_month]) for filing in filings]
        )
        preparing.open_run(correction=correction, filings=filings, on=on)
        data = {"filings": [filing.pk for filing in filings], "as_at": str(as_at)}
        audit.record(actor=by, action="correction.prepare", target=correction, data=data, subjects=correcting.employers_of(correction))
    return correction


def propose_lines(*, filing_id: int, lines: Sequence[recompute.Line], edition: int, reason: str, by: User, on: date) -> Correction:
    """Hand lines of one filing that another service has reckoned to a second officer at once. In the caller's transaction; `edition` is that of the
    law of its month. Raises NotAllowed, NotCorrectable."""
    if by.role not in OFFICERS:
        raise _refused(None, "correction.prepare", by, "NO_RIGHT")
    if _concerns(by, [filing_id]):
        raise _refused(None, "correction.prepare", by, "OWN_RECORD")
    (filing,) = _locked_filings([filing_id])
    correction = Correction.objects.create(as_at=on, reason=reason, prepared_by=by, prepared_on=on)
    CorrectedFiling.objects.create(correction=correction, filing=filing, edition_id=edition)
    preparing.keep(correction, lines)
    preparing.conclude(correction, on=on)
    data = {"filings": [filing_id], "as_at": str(on)}
    audit.record(actor=by, action="correction.prepare", target=correction, data=data, subjects=[filing.employer])
    return _move(correction.pk, CorrectionAction.PROPOSE, by, on)


def propose(*, correction_id: int, by: User, on: date) -> Correction:
    """Hand the draft to another officer. Raises NotAllowed."""
    with transaction.atomic():
        return _move(correction_id, CorrectionAction.PROPOSE, by, on)


def withdraw(*, correction_id: int, by: User, on: date) -> Correction:
    """Put it away, also while it is being prepared; its filings are free for another. Whose draft it is does not matter: they may have left. Raises
    NotAllowed."""
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


def concerns(by: User, filing_id: int) -> bool:
    """Whether the officer has a row in this filing: nobody works on the own contributions."""
    return _concerns(by, [filing_id])


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
    if _concerns(by, list(correction.filings.values_list("filing", flat=True))):
        return "OWN_RECORD"
    if move.who is CorrectionWho.OFFICER:
        return ""
    own = correction.prepared_by_id == by.pk
    if move.who is CorrectionWho.OTHER_OFFICER:
        return "OWN_WORK" if own else ""
    return "" if own else "NO_RIGHT"


def _concerns(by: User, filing_ids: Sequence[int]) -> bool:
    """Whether the officer has a row in one of these filings: nobody works on the own contributions."""
    mine = own_record.member_of(by)
    return mine is not None and FilingRow.objects.filter(filing__in=filing_ids, member=mine).exists()


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
