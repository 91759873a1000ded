"""An employer objects to an assessment with documents, and an officer who did not make it answers with a reason: it stands, it is withdrawn, or it
is made anew. What was paid is not answered any more: the employer asks for it back as for any over-payment.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from contributions.enums import AssessmentAction, FilingState
from contributions.models import Assessment, AssessmentPaper, AssessmentRow
from contributions.services import assessment_moves as moves
from contributions.services import assessment_news, cancelling
from contributions.services import assessment_signing as signing
from kwsp_portal.documents import services as documents
from kwsp_portal.notify import services as notify
from members.identity.models import User


def object_to(*, assessment_id: int, reason: str, papers: Sequence[documents.Upload], by: User, on: date) -> Assessment:
    """The employer says why it is not so, and shows it. Raises moves.NotAllowed, also REASON_MISSING, PAPER_MISSING, PAYMENT_BEGUN; NotAPaper."""
    with transaction.atomic():
        found = moves.locked(assessment_id)
        moves.demand(found, AssessmentAction.OBJECT, by, on=on)
        code = _why_not(found, reason, papers)
        if code:
            raise moves.refused(found, AssessmentAction.OBJECT, by, code)
        entry = moves.move(found, AssessmentAction.OBJECT, by, on=on, comment=reason.strip())
        for paper in papers:
            AssessmentPaper.objects.create(entry=entry, document=documents.keep(paper, by_id=by.pk))
    return found


def uphold(*, assessment_id: int, reason: str, by: User, on: date) -> Assessment:
    """It stands as it is. Raises moves.NotAllowed."""
    with transaction.atomic():
        found = _answered(assessment_id, AssessmentAction.UPHOLD, reason, by, on)
        notify.tell([assessment_news.upheld(found, reason.strip())], on=on)
    return found


def withdraw(*, assessment_id: int, reason: str, by: User, on: date) -> Assessment:
    """The employer owes it no more, and the month is free for their own Borang A. Raises moves.NotAllowed, also PAYMENT_BEGUN."""
    with transaction.atomic():
        found = moves.locked(assessment_id)
        moves.demand(found, AssessmentAction.WITHDRAW, by, on=on)
        if not reason.strip():
            raise moves.refused(found, AssessmentAction.WITHDRAW, by, "REASON_MISSING")
        signing.lift(found, AssessmentAction.WITHDRAW, by, on)
        moves.move(found, AssessmentAction.WITHDRAW, by, on=on, comment=reason.strip())
        notify.tell([assessment_news.withdrawn(found, reason.strip())], on=on)
    return found


def amend(*, assessment_id: int, reason: str, by: User, on: date) -> Assessment:
    """A draft with the same rows, to be mended and signed by another; until then the one that it replaces stands. Raises moves.NotAllowed."""
    with transaction.atomic():
        found = _answered(assessment_id, AssessmentAction.AMEND, reason, by, on)
        made = Assessment.objects.create(
            employer=found.employer,
            wage_month=found.wage_month,
            source=found.source,
            grounds=found.grounds,
            file=found.file,
            replaces=found,
            made_by=by,
            made_on=on,
        )
        same = ("place", "member_number", "identity_number", "name", "wages", "bonus")
        rows = [AssessmentRow(assessment=made, **fields) for fields in found.rows.order_by("place").values(*same)]
        AssessmentRow.objects.bulk_create(rows, batch_size=1_000)
        moves.record(made, "begin", by, {"employer": found.employer.number, "source": made.source, "rows": len(rows)}, after={"state": made.state})
    return made


def _answered(assessment_id: int, action: AssessmentAction, reason: str, by: User, on: date) -> Assessment:
    found = moves.locked(assessment_id)
    moves.demand(found, action, by, on=on)
    if not reason.strip():
        raise moves.refused(found, action, by, "REASON_MISSING")
    if action is AssessmentAction.AMEND and is_paid(found):
        raise moves.refused(found, action, by, "PAYMENT_BEGUN")
    moves.move(found, action, by, on=on, comment=reason.strip())
    return found


def _why_not(found: Assessment, reason: str, papers: Sequence[documents.Upload]) -> str:
    if is_paid(found):
        return "PAYMENT_BEGUN"
    if not reason.strip():
        return "REASON_MISSING"
    return "" if papers else "PAPER_MISSING"


def is_paid(found: Assessment) -> bool:
    """Whether any of it is paid, or on its way."""
    filing = found.filing
    return filing is None or filing.state != FilingState.APPROVED or filing.payments.filter(state__in=cancelling.BEGUN).exists()
