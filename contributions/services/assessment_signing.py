"""Another officer signs an assessment: its rows become a filing that the employer owes, and the employer is served.

Nobody sees that filing before it stands. It is read by the functions that read every file, in the transaction of the signature; what the employer had
begun for the month and nobody approved gives way to it, and rows of nobody whom the register knows are owed, too, to lie in suspense (ruling 14). Of
a month that is handed in it is a supplement: only people who were left out are assessed.
"""

import hashlib
from datetime import date
from decimal import Decimal

from django.db import transaction

from contributions.borang_a.problem import FileProblem
from contributions.enums import AssessmentAction, FilingAction, FilingSource, FilingState, LawPurpose
from contributions.models import Assessment, Filing
from contributions.services import assessed_rows, assessment_news, cancelling, figures, law_used, reading, supplement
from contributions.services import assessment_moves as moves
from contributions.services import filing as filings
from contributions.services import moves as filing_moves
from contributions.workflow import MOVES
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import content as documents
from kwsp_portal.notify import services as notify
from members.identity.models import User
from members.ledger import balances, posting
from members.ledger.enums import EntryKind, HolderKind


def edition_of(assessment_id: int) -> int:
    """The edition of the law of its month. Asked before the transaction that reckons it makes nobody wait."""
    return law_used.edition_id(LawPurpose.SHARES, Assessment.objects.values_list("wage_month", flat=True).get(pk=assessment_id))


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sign(*, assessment_id: int, total: Decimal, by: User, on: date) -> Assessment:
    """Sign and serve an assessment of `total`, which the officer saw: from now on the employer owes it. Raises moves.NotAllowed, also CHANGED where
    it comes to something else by now."""
    edition = edition_of(assessment_id)
    with transaction.atomic():
        found = moves.locked(assessment_id)
        moves.demand(found, AssessmentAction.SIGN, by, on=on)
        if found.replaces is not None:
            _replaced(found, by, on)
        filing = _filed(found, AssessmentAction.SIGN, edition, by, on)
        if filing.total != total:
            raise moves.refused(found, AssessmentAction.SIGN, by, "CHANGED", found=f"{filing.total:.2f}", expected=f"{total:.2f}")
        posting.post(filings.due(filing, on))
        found.filing, found.signed_by, found.signed_on = filing, by, on
        moves.move(found, AssessmentAction.SIGN, by, on=on)
        notify.tell([assessment_news.served(found, filing)], on=on)
    return found


def try_out(found: Assessment, action: AssessmentAction, edition: int, by: User, on: date) -> None:
    """Whether it would stand if it were signed now; nothing is kept of it. In the caller's transaction. Raises moves.NotAllowed as `sign` does."""
    point = transaction.savepoint()
    try:
        if found.replaces is not None:
            lift(found.replaces, action, by, on)
        _filed(found, action, edition, by, on)
    finally:
        transaction.savepoint_rollback(point)


def lift(found: Assessment, action: AssessmentAction, by: User, on: date) -> None:
    """What a served assessment made the employer owe is reversed, before anything of it is paid. In the caller's transaction, who has locked it.
    Raises moves.NotAllowed PAYMENT_BEGUN."""
    assert found.filing_id is not None  # noqa: S101 - assessment_served_is_complete
    filing = filing_moves.locked(found.filing_id)
    if filing.state != FilingState.APPROVED or filing.payments.filter(state__in=cancelling.BEGUN).exists():
        raise moves.refused(found, action, by, "PAYMENT_BEGUN")
    owed = balances.entries_with(HolderKind.EMPLOYER, filing.employer_id, EntryKind.FILING_DUE, [filing.pk])[filing.pk]
    posting.reverse(owed.entry_id, booked_on=on)
    filing_moves.move(filing=filing, action=FilingAction.LIFT, by=None, on=on)


def _replaced(found: Assessment, by: User, on: date) -> None:
    assert found.replaces_id is not None  # noqa: S101 - asked by the caller
    earlier = moves.locked(found.replaces_id)
    lift(earlier, AssessmentAction.SIGN, by, on)
    moves.move(earlier, AssessmentAction.REPLACE, None, on=on)


def _filed(found: Assessment, action: AssessmentAction, edition: int, by: User, on: date) -> Filing:
    """The filing that the rows come to, approved. Raises moves.NotAllowed."""
    _refuse_rows(found, action, by)
    _make_way(found, action, by, on)
    content = assessed_rows.file_of(assessed_rows.all_lines(found))
    digest, name = digest_of(content), f"kwsp-7-{found.pk}-{WageMonth.of(found.wage_month)}.csv"
    main = supplement.main_of(employer=found.employer, month=found.wage_month)
    filing = Filing(employer=found.employer, wage_month=found.wage_month, source=FilingSource.ASSESSMENT, content_digest=digest, received_on=on)
    filing.supplements, filing.number = main, supplement.next_number(main) if main else 0
    filing.file = documents.keep(name=name, otherwise=name, content=content, sha256=digest, by_id=by.pk)
    filing.save(force_insert=True)
    try:
        reading.read_now(filing=filing, edition=edition, on=on)
    except FileProblem as error:
        raise moves.refused(found, action, by, "BAD_ROWS", count=str(found.rows.count())) from error
    if filing.rows_invalid:
        raise moves.refused(found, action, by, "BAD_ROWS", count=str(filing.rows_invalid))
    filing.save(update_fields=figures.add_up(filing, suspense=True))
    if not filing.total:
        raise moves.refused(found, action, by, "NOTHING_DUE")
    filing_moves.move(filing=filing, action=FilingAction.ASSESS, by=None, on=on)
    filing.approved_on = on
    filing.save(update_fields=["approved_on"])
    return filing


def _refuse_rows(found: Assessment, action: AssessmentAction, by: User) -> None:
    rows = found.rows.count()
    if not rows:
        raise moves.refused(found, action, by, "NO_ROWS")
    blank = found.rows.filter(wages=None).count()
    if blank:
        raise moves.refused(found, action, by, "BLANK", found=str(blank))
    bad = assessed_rows.totals_of(assessed_rows.all_lines(found)).bad
    if bad:
        raise moves.refused(found, action, by, "BAD_ROWS", count=str(bad))


def _make_way(found: Assessment, action: AssessmentAction, by: User, on: date) -> None:
    """What the employer has for the month and nobody approved is put away: a draft keeps no month from being assessed. Raises moves.NotAllowed."""
    of_month = Filing.objects.filter(employer=found.employer_id, wage_month=found.wage_month)
    if of_month.filter(state=FilingState.RECEIVED).exists():
        raise moves.refused(found, action, by, "BEING_READ")
    giving = [state for state, act in MOVES if act is FilingAction.GIVE_WAY]
    for pk in of_month.filter(state__in=giving).order_by("-number", "pk").values_list("pk", flat=True):
        filing_moves.move(filing=filing_moves.locked(pk), action=FilingAction.GIVE_WAY, by=None, on=on)
