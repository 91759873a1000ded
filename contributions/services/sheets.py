"""Which sheet of a workbook is the Borang A, where the portal had to ask."""

from datetime import date

from django.db import transaction

from contributions.enums import FilingAction
from contributions.models import Filing
from contributions.services import moves, reading
from members.identity.models import User


def choose(*, filing_id: int, sheet: str, by: User, on: date) -> Filing:
    """Say which sheet it is; it is read soon after commit. Raises moves.NotAllowed, also NO_SHEET for one that was not offered."""
    with transaction.atomic():
        filing = moves.locked(filing_id)
        moves.demand(filing=filing, action=FilingAction.CHOOSE, by=by, on=on)
        if sheet not in {offered["name"] for offered in filing.sheets or ()}:
            raise moves.refused(filing_id, FilingAction.CHOOSE, by, "NO_SHEET")
        moves.move(filing=filing, action=FilingAction.CHOOSE, by=by, on=on, comment=sheet)
        filing.sheet = sheet
        filing.save(update_fields=["sheet"])
        reading.soon(filing, on)
    return filing
