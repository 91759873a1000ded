"""Two officers decide about an application for what was paid too much (KWSP 14): one puts its rows forward as a correction, another approves that,
and a run takes back from the members what is there; either refuses, with a reason that the employer reads."""

from datetime import date

from django.db import transaction

from contributions.enums import CorrectionState, LawPurpose, OverpaymentState
from contributions.models import Overpayment
from contributions.services import correction, law_used, overpayment_news
from contributions.services.overpayments import NotAllowed, changed, lines_of, locked, record, refused
from kwsp_portal.notify import services as notify
from members.identity.models import User

_WAITS = (CorrectionState.PREPARING, CorrectionState.DRAFT, CorrectionState.PROPOSED)


def put_forward(*, overpayment_id: int, reason: str, by: User, on: date) -> Overpayment:
    """One officer has looked and would give it back; `reason` is what the members read. A second click finds what the first has done.

    Raises NotAllowed: also CHANGED where the rows are not as the application has them any more, IN_CORRECTION.
    """
    if not reason.strip():
        raise refused(f"overpayment:{overpayment_id}", "put_forward", by, "REASON_MISSING")
    month = Overpayment.objects.values_list("filing__wage_month", flat=True).get(pk=overpayment_id)
    edition = law_used.edition_id(LawPurpose.SHARES, month)
    with transaction.atomic():
        found = locked(overpayment_id)
        if _stands(found) and found.correction is not None and found.correction.prepared_by_id == by.pk:
            return found
        if found.state != OverpaymentState.APPLIED or _stands(found):
            raise refused(found, "put_forward", by, "WRONG_STATE", found.filing.employer)
        if changed(found, on):
            raise refused(found, "put_forward", by, "CHANGED", found.filing.employer)
        rows = {row.row_id: row.wages for row in found.rows.all()}
        lines = list(lines_of(found.filing, rows, on).values())
        try:
            found.correction = correction.propose_lines(filing_id=found.filing_id, lines=lines, edition=edition, reason=reason.strip(), by=by, on=on)
        except correction.NotAllowed as error:
            raise refused(found, "put_forward", by, error.code, found.filing.employer) from error
        except correction.NotCorrectable as error:
            raise refused(found, "put_forward", by, "IN_CORRECTION", found.filing.employer) from error
        found.save(update_fields=["correction"])
        record(found, "put_forward", by, {"state": str(found.state)}, on, correction=str(found.correction.pk))
    return found


def approve(*, overpayment_id: int, by: User, on: date) -> Overpayment:
    """Another officer approves: a run takes the money back. Raises NotAllowed."""
    with transaction.atomic():
        found = locked(overpayment_id)
        if not _stands(found) or found.correction is None:
            raise refused(found, "settle", by, "WRONG_STATE", found.filing.employer)
        try:
            found.correction = correction.approve(correction_id=found.correction.pk, by=by, on=on)
        except correction.NotAllowed as error:
            raise refused(found, "settle", by, error.code, found.filing.employer) from error
        record(found, "settle", by, {"state": str(found.state)}, on)
    return found


def refuse(*, overpayment_id: int, comment: str, by: User, on: date) -> Overpayment:
    """An officer says no, with a reason that the employer reads; what another put forward is refused with it. Raises NotAllowed."""
    if not comment.strip():
        raise refused(f"overpayment:{overpayment_id}", "refuse", by, "COMMENT_MISSING")
    with transaction.atomic():
        found = locked(overpayment_id)
        code = _why_not_refused(found, by)
        if code:
            raise refused(found, "refuse", by, code, found.filing.employer)
        if _stands(found) and found.correction is not None:
            _end(found, comment.strip(), by, on)
        before = {"state": str(found.state)}
        found.state, found.decided_by, found.decided_on, found.comment = OverpaymentState.REFUSED, by, on, comment.strip()
        found.save(update_fields=["state", "decided_by", "decided_on", "comment"])
        found.rows.update(open=False)
        record(found, "refuse", by, before, on)
        notify.tell([overpayment_news.of_refused(found)], on=on)
    return found


def allowed(*, found: Overpayment, by: User) -> frozenset[str]:
    """What an officer may do with it now; the page asks what the service enforces."""
    if by.role not in correction.OFFICERS or found.state != OverpaymentState.APPLIED or correction.concerns(by, found.filing_id):
        return frozenset()
    if found.correction is not None and found.correction.state == CorrectionState.APPROVED:
        return frozenset()
    if not _stands(found):
        return frozenset({"put_forward", "refuse"})
    own = found.correction is not None and found.correction.prepared_by_id == by.pk
    return frozenset({"refuse"} if own else {"approve", "refuse"})


def _stands(found: Overpayment) -> bool:
    """Whether it is put forward, and waits for another officer."""
    return found.state == OverpaymentState.APPLIED and found.correction is not None and found.correction.state in _WAITS


def _why_not_refused(found: Overpayment, by: User) -> str:
    if by.role not in correction.OFFICERS:
        return "NO_RIGHT"
    if correction.concerns(by, found.filing_id):
        return "OWN_RECORD"
    being_posted = found.correction is not None and found.correction.state == CorrectionState.APPROVED
    return "WRONG_STATE" if found.state != OverpaymentState.APPLIED or being_posted else ""


def _end(found: Overpayment, comment: str, by: User, on: date) -> None:
    assert found.correction is not None  # noqa: S101 - the caller has looked
    try:
        if found.correction.prepared_by_id == by.pk:
            correction.withdraw(correction_id=found.correction.pk, by=by, on=on)
        else:
            correction.refuse(correction_id=found.correction.pk, comment=comment, by=by, on=on)
    except correction.NotAllowed as error:
        raise refused(found, "refuse", by, error.code, found.filing.employer) from error


__all__ = ["NotAllowed", "allowed", "approve", "put_forward", "refuse"]
