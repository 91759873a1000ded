"""What goes forward when a Borang A is handed in, and what stays behind (ruling 14): invalid rows move to a supplement of the same month, a draft
of its own; unmatched ones go with them, or are paid into the employer's suspense account where who hands it in says so.

A row that moves stays the row that was read: its id, its place in the file, what was mended of it. Who was forgotten altogether is filed in a
supplement with a file of its own, once the Borang A of the month is handed in.
"""

from datetime import date
from typing import Final

from django.db import connection
from django.db.models import Max

from contributions.enums import FilingAction, FilingState, LawPurpose, RowStatus
from contributions.models import Filing, LawUsed
from contributions.services import figures, law_used, moves, topping
from contributions.workflow import HANDED_IN
from employers.models import Employer
from kwsp_portal.audit import services as audit
from members.identity.models import User

DRAFT: Final = (FilingState.FAULTY, FilingState.READY, FilingState.RETURNED)
"""States in which a supplement is still in the hands of who prepares it."""

# Of an unmatched row nobody knows what the schedule asks for; but contributions are whole ringgit whoever they are for.
_PAYABLE: Final = """status = 'UNMATCHED' AND employer_share % 100 = 0 AND employee_share % 100 = 0 AND employer_share + employee_share > 0"""
_STAY_BEHIND: Final = f"(status = 'INVALID' OR status = 'UNMATCHED' AND (NOT %s OR ({_PAYABLE}) IS NOT TRUE))".replace("% 100", "%% 100")
_MOVE: Final = f"UPDATE contributions_filingrow SET filing_id = %s WHERE filing_id = %s AND {_STAY_BEHIND}"  # noqa: S608 - fixed texts
_HOW_MUCH: Final = f"""SELECT count(*), coalesce(sum(employer_share + employee_share), 0) FROM contributions_filingrow
    WHERE filing_id = %s AND {_PAYABLE.replace("% 100", "%% 100")}"""  # noqa: S608


def payable_unmatched(filing: Filing) -> tuple[int, int]:
    """How many unmatched rows could be paid into suspense, and how many sen that is."""
    with connection.cursor() as cursor:
        cursor.execute(_HOW_MUCH, [filing.pk])
        count, sen = cursor.fetchone()
    return count, int(sen)


def part(*, filing: Filing, suspense: bool, by: User, on: date) -> Filing | None:
    """Leave in a filing, which the caller has locked, only what goes forward; the supplement that has the rest, if there is any.

    Raises moves.NotAllowed NOTHING_GOOD where nothing would go forward.
    """
    if not filing.rows_invalid + filing.rows_unmatched:
        return None
    count, _sen = payable_unmatched(filing) if suspense else (0, 0)
    made = _made(filing, on) if filing.rows_invalid + filing.rows_unmatched > count else None
    if made is not None:
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, [made.pk, filing.pk, suspense])
    changed = figures.add_up(filing, suspense=suspense)
    if not filing.rows_total or not filing.total:
        raise moves.refused(filing.pk, FilingAction.SUBMIT, by, "NOTHING_GOOD")
    filing.save(update_fields=changed)
    if filing.suspended_total:
        told = {"unmatched": filing.rows_unmatched, "suspended": f"{filing.suspended_total:.2f}"}
        audit.record(
            actor=by,
            action="filing.suspend",
            target=f"filing:{filing.pk}",
            data=told,
            subjects=[filing.employer],
            before={"total": f"{filing.total - filing.suspended_total:.2f}"},
            after={"total": f"{filing.total:.2f}"},
        )
    if made is not None:
        _begin(made, filing, by, on)
    return made


def main_of(*, employer: Employer, month: date) -> Filing | None:
    """The Borang A that a file of forgotten people adds to: the month's own, handed in."""
    return Filing.objects.filter(employer=employer, wage_month=month, number=0, state__in=HANDED_IN).first()


def next_number(main: Filing) -> int:
    """The number of one more supplement, with the employer locked; one that was put away keeps its own."""
    last: int = Filing.objects.filter(employer_id=main.employer_id, wage_month=main.wage_month).aggregate(last=Max("number"))["last"]
    return last + 1


def put_away(*, filing: Filing, by: User, on: date) -> None:
    """Discard the drafts that supplement a filing which is itself put away."""
    for pk in filing.supplement_filings.filter(state__in=DRAFT).order_by("pk").values_list("pk", flat=True):
        draft = moves.locked(pk)
        if draft.state in DRAFT:
            moves.move(filing=draft, action=FilingAction.DISCARD, by=by, on=on, follows=True)


def rows_of_the_file(filing: Filing) -> frozenset[int] | None:
    """Which rows of its file a supplement that is read again has: those that it had when it was read last. None for all of them."""
    earlier = filing.rereads if filing.number else None
    while earlier is not None:
        lines = frozenset(earlier.rows.values_list("line", flat=True))
        if lines:
            return lines
        earlier = earlier.rereads
    return None


def filed_elsewhere(filing: Filing) -> frozenset[int]:
    """Members whom another filing of the month has."""
    others = topping.siblings(filing)
    return frozenset().union(*topping.whose_in(others)) if others else frozenset()


def refuse_doubles(filing: Filing, action: FilingAction, by: User) -> None:
    """Nobody goes forward twice for a month but for what is owed beyond what was filed too low, and still is what it was reckoned from: asked with
    the employer locked, as everything that goes forward is."""
    others = topping.siblings(filing)
    if others:
        whole = filing.rows.filter(status=RowStatus.VALID, tops_up__isnull=True)
        if any(whole.filter(member_id__in=elsewhere).exists() for elsewhere in topping.whose_in(others)):
            raise moves.refused(filing.pk, action, by, "FILED_TWICE")
    if topping.stale(filing):
        raise moves.refused(filing.pk, action, by, "FILED_CHANGED")


def _begin(made: Filing, filing: Filing, by: User, on: date) -> None:
    """The supplement stands as a file would that had just these rows, reckoned by the law that they were read by."""
    made.save(update_fields=figures.add_up(made))
    for edition in LawUsed.objects.filter(filing=filing, purpose=LawPurpose.SHARES).values_list("edition_id", flat=True):
        law_used.keep_for_shares(filing=made, edition=edition)
    moves.move(filing=made, action=FilingAction.READ_FAULTY, by=None, on=on)
    told = {"supplement": made.pk, "rows": made.rows_total}
    audit.record(actor=by, action="filing.supplement", target=f"filing:{filing.pk}", data=told, subjects=[filing.employer])


def _made(filing: Filing, on: date) -> Filing:
    main = filing.supplements or filing
    return Filing.objects.create(
        employer=filing.employer,
        wage_month=filing.wage_month,
        supplements=main,
        number=next_number(main),
        file=filing.file,
        content_digest=filing.content_digest,
        sheets=filing.sheets,
        sheet=filing.sheet,
        prepared_by=filing.prepared_by,
        received_on=on,
    )
