"""What people do with a Borang A that was sent (services.sending): submit it, approve it or return it, discard it, have its file read again."""

from datetime import date, datetime

from django.db import transaction
from django.db.models.functions import Now

from contributions.enums import FilingAction
from contributions.models import Filing
from contributions.selectors import elections
from contributions.services import leave, moves, supplement
from contributions.services.sending import GIVES_WAY as GIVES_WAY
from contributions.services.sending import MONTHS_AHEAD as MONTHS_AHEAD
from contributions.services.sending import FileRefused as FileRefused
from contributions.services.sending import may_prepare as may_prepare
from contributions.services.sending import month_held as month_held
from contributions.services.sending import month_problems as month_problems
from contributions.services.sending import month_taken, opened
from contributions.services.sending import open_of_agent as open_of_agent
from contributions.services.sending import upload as upload
from contributions.workflow import CLOSED
from employers import access as employers_access
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.common import money
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import User
from members.ledger import posting
from members.ledger.enums import EntryKind


def submit(*, filing_id: int, by: User, declaration: bool, on: date, apart: bool = False, suspense: bool = False) -> Filing:
    """Send a filing for approval, declared correct. With `apart` only what holds goes forward and the rest into a supplement; with `suspense`
    unmatched rows go forward, too, to be paid into the employer's suspense account (ruling 14).

    Raises moves.NotAllowed, also DECLARATION_MISSING, ELECTIONS_CHANGED, ROWS_LEFT where rows do not hold and nobody said `apart`,
    NOTHING_GOOD, FILED_TWICE and FILED_CHANGED.
    """
    if not declaration:
        raise moves.refused(filing_id, FilingAction.SUBMIT, by, "DECLARATION_MISSING")
    with transaction.atomic():
        # Before the filing, as a choice of flow locks: either it finds this filing handed in, or this filing takes the new flow.
        employer = Employer.objects.select_for_update(of=("self",), no_key=True).get(filings=filing_id)
        filing = moves.locked(filing_id)
        moves.demand(filing=filing, action=FilingAction.SUBMIT, by=by, on=on)
        if not apart and filing.rows_invalid + filing.rows_unmatched:
            raise moves.refused(filing_id, FilingAction.SUBMIT, by, "ROWS_LEFT")
        supplement.part(filing=filing, suspense=suspense, by=by, on=on)
        supplement.refuse_doubles(filing, FilingAction.SUBMIT, by)
        filing.flow = employers_access.flow_of(employer.pk)
        moves.move(filing=filing, action=FilingAction.SUBMIT, by=by, on=on)
        _refuse_stale(filing, FilingAction.SUBMIT, by)
        Filing.objects.filter(pk=filing.pk).update(submitted_at=Now())
    return filing


def approve(*, filing_id: int, by: User, approval: tac.Leave, on: date, at: datetime) -> Filing:
    """Approve a filing: from now on the employer owes its total. Raises moves.NotAllowed, also ELECTIONS_CHANGED.

    `approval` is what the approver's code left for these figures (`leave.to_approve`), or a token of theirs; it is spent here. Raises tac.Refused.
    The employer is locked first, as an upload and an approved election lock it: no election comes to hold between the look and the approval.
    """
    with transaction.atomic():
        Employer.objects.select_for_update(of=("self",), no_key=True).get(filings=filing_id)
        filing = moves.locked(filing_id)
        moves.move(filing=filing, action=FilingAction.APPROVE, by=by, on=on)
        _refuse_stale(filing, FilingAction.APPROVE, by)
        supplement.refuse_doubles(filing, FilingAction.APPROVE, by)
        tac.spend(approval=approval, user=by, purpose=Purpose.EMPLOYER_APPROVAL, shown=leave.to_approve(filing), at=at)
        filing.approved_by, filing.approved_on = by, on
        filing.save(update_fields=["approved_by", "approved_on"])
        posting.post(due(filing, on))
    return filing


def check_approval(*, filing_id: int, by: User, on: date) -> None:
    """Whether `approve` would do it now, so that no code is asked for or used in vain. Raises moves.NotAllowed as it does."""
    filing = Filing.objects.select_related("employer").get(pk=filing_id)
    moves.demand(filing=filing, action=FilingAction.APPROVE, by=by, on=on)
    _refuse_stale(filing, FilingAction.APPROVE, by)


def return_to_maker(*, filing_id: int, by: User, comment: str, on: date) -> Filing:
    """Give a filing back with a reason. Raises moves.NotAllowed, also COMMENT_MISSING."""
    if not comment.strip():
        raise moves.refused(filing_id, FilingAction.RETURN, by, "COMMENT_MISSING")
    return _plain_move(filing_id, FilingAction.RETURN, by, on, comment.strip())


def discard(*, filing_id: int, by: User, on: date) -> Filing:
    """Put a filing away that was not approved yet, with the drafts that took rows of it; its month is free again. Raises moves.NotAllowed."""
    with transaction.atomic():
        filing = _plain_move(filing_id, FilingAction.DISCARD, by, on)
        supplement.put_away(filing=filing, by=by, on=on)
    return filing


def take_back(*, filing_id: int, by: User, on: date) -> Filing:
    """Take a filing back that waits for approval, to mend or discard it. Raises moves.NotAllowed."""
    return _plain_move(filing_id, FilingAction.TAKE_BACK, by, on)


def reread(*, filing_id: int, by: User, on: date) -> Filing:
    """Read the same file for the same month again, with the register and the elections as they are now. The earlier reading is put away
    as it is, and a filing of the same file takes its place, prepared by whoever prepared the first. Of a supplement its own rows of the file are
    read, under a new number.

    Raises moves.NotAllowed, and FileRefused where another filing has the month by now.
    """
    try:
        with transaction.atomic():
            Employer.objects.select_for_update(of=("self",), no_key=True).get(filings=filing_id)
            earlier = moves.locked(filing_id)
            moves.move(filing=earlier, action=FilingAction.REREAD, by=by, on=on)
            supplement.put_away(filing=earlier, by=by, on=on)
            if not earlier.number:
                _refuse_taken_month(earlier)
            return opened(
                Filing(
                    rereads=earlier,
                    supplements=earlier.supplements,
                    number=supplement.next_number(earlier.supplements) if earlier.supplements else 0,
                    file=earlier.file,
                    prepared_by=earlier.prepared_by,
                    employer=earlier.employer,
                    wage_month=earlier.wage_month,
                    content_digest=earlier.content_digest,
                    sheets=earlier.sheets,
                    sheet=earlier.sheet,
                ),
                on,
            )
    except FileRefused as refused:
        data = {"codes": [problem["code"] for problem in refused.problems]}
        audit.record_refusal(actor=by, action="filing.reread", target=f"filing:{filing_id}", data=data, subjects=moves.whose(filing_id))
        raise


def _refuse_taken_month(earlier: Filing) -> None:
    """Raises FileRefused where another Borang A has the month by now."""
    same_month = Filing.objects.filter(employer=earlier.employer, wage_month=earlier.wage_month, number=0)
    taken = same_month.exclude(state__in=CLOSED).first()
    if taken is not None:
        raise FileRefused([month_taken(taken)])


def _refuse_stale(filing: Filing, action: FilingAction, by: User) -> None:
    """A filing whose shares were reckoned with other elections than those that hold now is not sent on."""
    if elections.stale_members(filing=filing):
        raise moves.refused(filing.pk, action, by, "ELECTIONS_CHANGED")


def _plain_move(filing_id: int, action: FilingAction, by: User, on: date, comment: str = "") -> Filing:
    with transaction.atomic():
        filing = moves.locked(filing_id)
        moves.move(filing=filing, action=action, by=by, on=on, comment=comment)
    return filing


def due(filing: Filing, on: date) -> posting.Act:
    """What an approved filing makes the employer owe: both shares of all rows (design/ledger.md)."""
    total = money.to_sen(filing.total)
    return posting.Act(
        kind=EntryKind.FILING_DUE,
        ref=filing.pk,
        part=0,
        booked_on=on,
        value_date=on,
        legs=(
            posting.Leg(posting.employer(filing.employer_id, "CONTRIBUTION_DUE"), -total),
            posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), total),
        ),
    )
