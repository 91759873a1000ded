"""What became of a filing's rows, in numbers."""

from typing import NamedTuple

from contributions.enums import FilingState
from contributions.models import Filing
from contributions.selectors import filings
from members.ledger import balances
from members.ledger.enums import EntryKind, HolderKind

CREDITING = "credit_filing"


class Outcome(NamedTuple):
    """Rows whose money is on the members' accounts, and rows whose money waits in the employer's suspense."""

    credited: int
    suspense: int


def outcome_of(*, filing: Filing) -> Outcome:
    """As the ledger has it; while rows are being credited, as far as the worker is."""
    if filing.state not in filings.SETTLED:
        return Outcome(0, 0)
    held = balances.refs_on(HolderKind.EMPLOYER, filing.employer_id, "SUSPENSE", EntryKind.CONTRIBUTION)
    suspense = filing.rows.filter(pk__in=held).count() if held else 0
    if filing.state == FilingState.CREDITED:
        return Outcome(filing.rows_total - suspense, suspense)
    return Outcome(max(filings.progress_of(programme=CREDITING, filing=filing).done - suspense, 0), suspense)
