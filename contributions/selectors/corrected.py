"""How each correction of a row was posted, and why: as its member, its employer or an officer sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from contributions import explanations
from contributions.explanations import Explained
from contributions.models import CorrectionLine, FilingRow
from contributions.rules import correcting
from contributions.selectors import divided, laws_used
from contributions.selectors.laws_used import Law
from members.ledger import balances
from members.ledger.balances import EntryView
from members.ledger.enums import EntryKind, HolderKind
from members.ledger.labels import reference
from members.selectors.replacing import counted_by


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """A posted line. `entry` is what the ledger has of it for the holder who asks: None where nothing moved, or none of it on their accounts.

    `parts`, RM by name of the member's account, less than nothing for what was taken back; `why` says how they came about; both are for the
    member and for officers, and empty for an employer.
    """

    line: CorrectionLine
    entry: EntryView | None
    parts: Mapping[str, Decimal]
    why: Explained | None
    law: Law | None

    @property
    def reference(self) -> str:
        return reference(self.entry.entry_id) if self.entry else ""


def of(row: FilingRow, lines: Sequence[CorrectionLine], *, seen_by: HolderKind) -> Sequence[Corrected]:
    """The posted corrections of a row, in order. No query where there is none."""
    if not lines:
        return ()
    keys = [line.pk for line in lines]
    own = _entries(row, seen_by, keys)
    # What never came to the member's accounts stands on the employer's: an officer sees that entry.
    other = _entries(row, HolderKind.EMPLOYER, keys) if seen_by is HolderKind.MEMBER else {}
    return [_corrected(row, line, own.get(line.pk), other.get(line.pk), seen_by) for line in lines]


def _entries(row: FilingRow, kind: HolderKind, keys: Sequence[int]) -> Mapping[int, EntryView]:
    holder = row.member_id if kind is HolderKind.MEMBER else row.filing.employer_id
    return balances.entries_with(kind, holder, EntryKind.CORRECTION, keys) if holder is not None else {}


def _corrected(row: FilingRow, line: CorrectionLine, own: EntryView | None, other: EntryView | None, seen_by: HolderKind) -> Corrected:
    entry = own or other
    if entry is None:
        return Corrected(line=line, entry=None, parts={}, why=None, law=None)
    parts = divided.named(own.amounts, own.booked_on) if own and seen_by is HolderKind.MEMBER else {}
    steps = list(correcting.explain(difference=line.difference, value_date=entry.value_date, booked_on=entry.booked_on))
    if parts and line.difference > 0 and own:
        births = (*divided.births_of(row), line.birth_date)
        steps = [*divided.steps_of(amounts=own.amounts, booked_on=own.booked_on, births=births, counted=_counted(line)), *steps]
    return Corrected(line=line, entry=entry, parts=parts, why=explanations.explained(steps), law=laws_used.of_posted_line(line))


def _counted(line: CorrectionLine) -> divided.Counted:
    """What the correction put back of a withdrawal; asked for only where its parts are not those of the day."""
    key = (EntryKind.CORRECTION.value, line.pk)
    return lambda: sum(counted_by({EntryKind.CORRECTION: [line.pk]}).get(key, {}).values())
