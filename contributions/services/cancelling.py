"""Taking back what was approved and not paid: the employer owes it no more, and the month is free for another Borang A."""

from datetime import date

from django.db import transaction

from contributions.enums import FilingAction, PaymentState
from contributions.models import Filing
from contributions.services import moves, supplement
from employers.models import Employer
from members.identity.models import User
from members.ledger import balances, posting
from members.ledger.enums import EntryKind, HolderKind

BEGUN = (PaymentState.SENT, PaymentState.PENDING, PaymentState.APPROVED)
"""States of a payment whose money has moved or may yet move."""


def cancel(*, filing_id: int, by: User, on: date) -> Filing:
    """Cancel an approved filing before it is paid: what it made the employer owe is reversed. A payment that comes all the same is the employer's
    credit, as any other that is not awaited.

    Raises moves.NotAllowed, also PAYMENT_BEGUN.
    """
    with transaction.atomic():
        Employer.objects.select_for_update(of=("self",), no_key=True).get(filings=filing_id)
        filing = moves.locked(filing_id)
        moves.demand(filing=filing, action=FilingAction.CANCEL, by=by, on=on)
        if filing.payments.filter(state__in=BEGUN).exists():
            raise moves.refused(filing_id, FilingAction.CANCEL, by, "PAYMENT_BEGUN")
        owed = balances.entries_with(HolderKind.EMPLOYER, filing.employer_id, EntryKind.FILING_DUE, [filing.pk])[filing.pk]
        posting.reverse(owed.entry_id, booked_on=on)
        moves.move(filing=filing, action=FilingAction.CANCEL, by=by, on=on)
        supplement.put_away(filing=filing, by=by, on=on)
    return filing
