"""Rows of a Borang A mended where they stand, checked by the rules that read the file; what was read stays in RowMend.

Every act locks the filing, so that two people who mend, submit or discard it do so one after the other, and moves its counts and totals by what
changed: a row of a hundred thousand costs as much as a row of ten.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db import connection, transaction

from contributions.borang_a import layout, remedies
from contributions.borang_a.problem import Code
from contributions.borang_a.remedies import Remedy
from contributions.enums import FilingAction, FilingState, LawPurpose, MendKind, RowStatus
from contributions.models import Filing, FilingRow, LawUsed
from contributions.selectors import mending as selectors
from contributions.services import law_used, moves, rechecking, row_changes
from kwsp_portal.audit import services as audit
from members.identity.models import User

_UNDONE: Final = """SELECT mend.row_id, mend.before FROM contributions_rowmend mend
    JOIN contributions_filingrow now ON now.id = mend.row_id AND now.mends = mend.number WHERE mend.mending_id = %(undoes)s"""
_TWICE: Final = """SELECT EXISTS (SELECT FROM contributions_rowmend mend JOIN contributions_filingrow one ON one.id = mend.row_id
    JOIN contributions_filingrow other ON other.filing_id = one.filing_id AND other.member_id = one.member_id AND other.id <> one.id
    WHERE mend.mending_id = %s AND one.status = 'VALID' AND other.status = 'VALID')"""


class StillWrong(Exception):
    """What is wrong with the row as it would be; nothing of it was taken. `problems` as Problem.to_json gives them, never empty."""

    def __init__(self, problems: list[dict[str, Any]]) -> None:
        self.problems = problems
        super().__init__(", ".join(problem["code"] for problem in problems))


def mend_row(*, filing_id: int, line: int, cells: Mapping[str, str], by: User, on: date, seen: int | None = None, tops_up: bool = False) -> FilingRow:
    """Give a row other cells (texts by column of Borang A; the others stay), checked at once as the reader checks them.

    Taken only where the row is then valid; or unmatched, where nobody was found for it before either. `seen` is how often the row had been
    mended when `by` looked at it (FilingRow.mends). What changes nothing is no act. With `tops_up` the row has all wages of somebody whose wages
    were filed too low, and only the difference is filed (services.topping); a row that is filed so stays so.

    Raises StillWrong; FilingRow.DoesNotExist; moves.NotAllowed, also ROW_CHANGED where somebody else mended it since `seen`, LAW_CHANGED where
    the portal holds another law of the month than the file was read by, and NOTHING_LEFT where nothing would be owed any more.
    """
    with transaction.atomic():
        filing = opened(filing_id, by, on)
        row = filing.rows.get(line=line)
        tops_up = tops_up or row.tops_up_id is not None
        after, people = rechecking.outcome(filing=filing, row=row, cells={**selectors.cells_of(row), **cells}, tops_up=tops_up)
        changed = rechecking.differing(row, after)
        if not changed and row.status != RowStatus.INVALID:
            return row
        _refuse_seen(filing, row, seen, by)
        if after["status"] == RowStatus.INVALID or (after["status"] == RowStatus.UNMATCHED and _named_somebody(row)):
            raise StillWrong(after["problems"])
        wanted = [(row.pk, changed), *rechecking.freed(filing=filing, row=row, still=people)]
        kind = MendKind.TOP_UP if changed.get("tops_up_id") is not None else MendKind.BY_HAND
        _change(filing, row_changes.these(wanted), kind, by, on, line=line, columns=_named(changed))
        return FilingRow.objects.get(pk=row.pk)


def leave_out(*, filing_id: int, line: int, by: User, on: date, seen: int | None = None) -> FilingRow:
    """Say that a row is not part of the filing; it stays to be seen, and can be brought back. Raises as `mend_row` does."""
    with transaction.atomic():
        filing = opened(filing_id, by, on)
        row = filing.rows.get(line=line)
        if row.status == RowStatus.LEFT_OUT:
            return row
        _refuse_seen(filing, row, seen, by)
        wanted = [(row.pk, {"status": RowStatus.LEFT_OUT.value}), *rechecking.freed(filing=filing, row=row, still=None)]
        _change(filing, row_changes.these(wanted), MendKind.LEAVE_OUT, by, on, line=line)
        return FilingRow.objects.get(pk=row.pk)


def apply_to_cause(*, filing_id: int, code: Code, by: User, on: date, seen: int) -> row_changes.Effect:
    """Do to all rows of a cause what is right for each of them. `seen` is Filing.mended as it was when the effect was shown.

    Raises moves.NotAllowed, also ROW_CHANGED where anything was mended since, NO_REMEDY, LAW_CHANGED and NOTHING_LEFT.
    """
    with transaction.atomic():
        filing = opened(filing_id, by, on)
        if filing.mended != seen:
            raise moves.refused(filing_id, FilingAction.MEND, by, "ROW_CHANGED")
        wanted = rechecking.of_cause(filing=filing, code=code)
        if wanted is None:
            raise moves.refused(filing_id, FilingAction.MEND, by, "NO_REMEDY")
        return _change(filing, wanted, _KINDS[remedies.REMEDIES[code]], by, on, cause=code)


def undo(*, filing_id: int, mending_id: int, by: User, on: date) -> row_changes.Effect:
    """Take an act of mending back: its rows are again what they were, those apart that were mended once more since. Nothing twice.

    Raises Mending.DoesNotExist; moves.NotAllowed, also ROW_CHANGED where no row is left to take back, TWICE where somebody would stand in the
    filing twice, and NOTHING_LEFT.
    """
    with transaction.atomic():
        filing = opened(filing_id, by, on)
        mending = filing.mendings.get(pk=mending_id)
        effect = _change(filing, (_UNDONE, {}), MendKind.UNDO, by, on, undoes=mending.pk)
        with connection.cursor() as cursor:
            cursor.execute(_TWICE, [mending.pk])
            if cursor.fetchone()[0]:
                raise moves.refused(filing_id, FilingAction.MEND, by, "TWICE")
        return effect


_KINDS: Final = {
    Remedy.SHARES: MendKind.SHARES,
    Remedy.ZEROS: MendKind.ZEROS,
    Remedy.DIFFERENCE: MendKind.TOP_UP,
    Remedy.LEAVE_OUT: MendKind.LEAVE_OUT,
}


def opened(filing_id: int, by: User, on: date) -> Filing:
    """The filing, locked, for somebody who may mend it by the law that it was read by."""
    filing = moves.locked(filing_id)
    moves.demand(filing=filing, action=FilingAction.MEND, by=by, on=on)
    used = LawUsed.objects.filter(filing=filing, purpose=LawPurpose.SHARES).values_list("edition_id", flat=True).first()
    if used is not None and used != law_used.edition_id(LawPurpose.SHARES, filing.wage_month):
        raise moves.refused(filing_id, FilingAction.MEND, by, "LAW_CHANGED")
    return filing


def _refuse_seen(filing: Filing, row: FilingRow, seen: int | None, by: User) -> None:
    if seen is not None and row.mends != seen:
        raise moves.refused(filing.pk, FilingAction.MEND, by, "ROW_CHANGED")


def _change(
    filing: Filing,
    wanted: tuple[str, Mapping[str, Any]],
    kind: MendKind,
    by: User,
    on: date,
    *,
    cause: str = "",
    undoes: int | None = None,
    line: int | None = None,
    columns: str = "",
) -> row_changes.Effect:
    """Write the rows, then the filing's figures and, where they say so, its state; one act in the trail."""
    before = _sides(filing)
    effect = row_changes.write(filing=filing, wanted=wanted[0], asked=wanted[1], kind=kind, by=by, on=on, cause=cause, undoes=undoes)
    if not effect.rows:
        raise moves.refused(filing.pk, FilingAction.MEND, by, "ROW_CHANGED")
    bad = filing.rows_unmatched + filing.rows_invalid
    if not filing.rows_total or (not bad and not filing.total):
        raise moves.refused(filing.pk, FilingAction.MEND, by, "NOTHING_LEFT")
    if bad and filing.state == FilingState.READY:
        # The state first: a filing that goes on has no bad row, not even for a moment (filing_goes_on_only_clean).
        moves.move(filing=filing, action=FilingAction.UNDO_MEND, by=by, on=on)
    filing.save(update_fields=row_changes.FIGURES)
    if not bad and filing.state == FilingState.FAULTY:
        moves.move(filing=filing, action=FilingAction.MEND_LAST, by=by, on=on)
    what = {"kind": kind.value, "cause": str(cause), "row": line, "rows": effect.rows, "columns": columns}
    audit.record(
        actor=by,
        action="filing.mend",
        target=f"filing:{filing.pk}",
        data={"on": str(on), **{name: value for name, value in what.items() if value}},
        subjects=[filing.employer],
        before=before,
        after=_sides(filing),
    )
    return effect


def _sides(filing: Filing) -> dict[str, Any]:
    return {"bad": filing.rows_unmatched + filing.rows_invalid, "total": f"{filing.total:.2f}"}


def _named_somebody(row: FilingRow) -> bool:
    unread = not row.member_number and any(problem["column"] == layout.IDENTITY for problem in row.problems)
    return not unread and remedies.names_somebody(row.problems)


def _named(changed: Mapping[str, Any]) -> str:
    """The columns of Borang A that a mend changed, by their titles; what is in them is for RowMend alone."""
    return ", ".join(title for title, column in selectors.STORED_AS.items() if column in changed)
