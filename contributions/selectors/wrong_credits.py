"""Whose a row is after what was credited to the wrong member has been put right, and what pages show of it."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Case, Q, When

from contributions.enums import LineState, MatchState, RowStatus, WrongCreditState
from contributions.models import CorrectionLine, Filing, FilingRow, SuspenseMatch, WrongCredit
from members.ledger import balances
from members.ledger.balances import EntryView
from members.ledger.enums import EntryKind, HolderKind
from members.models import Member

A_PAGE = 20
KEEPS = (WrongCreditState.PROPOSED, WrongCreditState.POSTED)
"""States in which no correction may have the row."""


class Moves(NamedTuple):
    """Of one member, by row: what was credited to them by mistake and taken back, what another had and is theirs now, and what lay in an
    employer's suspense until it was matched."""

    taken: Mapping[int, WrongCredit]
    given: Mapping[int, WrongCredit]
    matched: Mapping[int, SuspenseMatch]

    @property
    def came(self) -> list[int]:
        """Rows that name another or nobody, and are theirs, or were until they were taken back."""
        return [*self.given, *self.taken, *self.matched]

    def credits(self, member: Member) -> dict[int, EntryView]:
        """By row the entries that gave. No query where there is none."""
        credited: dict[int, EntryView] = {}
        stays = {row: one for row, one in self.matched.items() if row not in self.taken and row not in self.given}
        for kind, found in ((EntryKind.WRONG_CREDIT, self.given), (EntryKind.SUSPENSE_MATCH, stays)):
            row_of = {one.pk: row for row, one in found.items()}
            booked = balances.entries_with(HolderKind.MEMBER, member.pk, kind, list(row_of)) if row_of else {}
            credited |= {row_of[ref]: entry for ref, entry in booked.items()}
        return credited


_MOVED_OR_MATCHED = """
SELECT EXISTS (SELECT FROM contributions_wrongcredit WHERE (from_member_id = %(member)s OR to_member_id = %(member)s) AND state = %(moved)s),
       EXISTS (SELECT FROM contributions_suspensematch WHERE member_id = %(member)s AND state = %(matched)s)
"""


def moves_of(member: Member) -> Moves:
    """Where the last of several moves of a row left it. One query for nearly everybody, one more for each kind that there is."""
    posted = WrongCredit.objects.filter(Q(from_member=member) | Q(to_member=member), state=WrongCreditState.POSTED).order_by("pk")
    matched = SuspenseMatch.objects.filter(member=member, state=MatchState.POSTED)
    with connection.cursor() as cursor:
        cursor.execute(_MOVED_OR_MATCHED, {"member": member.pk, "moved": WrongCreditState.POSTED.value, "matched": MatchState.POSTED.value})
        has_moved, has_matched = cursor.fetchone()
    last = {found.row_id: found for found in posted} if has_moved else {}
    return Moves(
        taken={row: found for row, found in last.items() if found.from_member_id == member.pk},
        given={row: found for row, found in last.items() if found.to_member_id == member.pk},
        matched={found.row_id: found for found in matched} if has_matched else {},
    )


def holder_of(row: FilingRow) -> Member | None:
    """Whose the row is now: of one that was paid into suspense, by its match."""
    last = row.wrong_credits.filter(state=WrongCreditState.POSTED).select_related("to_member").order_by("-pk").first()
    if last is not None:
        return last.to_member
    if row.status == RowStatus.VALID:
        return row.member
    match = row.matches.filter(state=MatchState.POSTED).select_related("member").first()
    return match.member if match else None


def of_row(row: FilingRow, *, posted: bool = False) -> Sequence[WrongCredit]:
    """All that was proposed about a row, or only what is posted, in order."""
    found = row.wrong_credits.select_related("from_member", "to_member", "proposed_by", "decided_by").order_by("pk")
    return list(found.filter(state=WrongCreditState.POSTED) if posted else found)


def kept_from_corrections(filing: Filing) -> frozenset[int]:
    """The rows of a filing that no correction may have: another member's now, or said to be."""
    return frozenset(WrongCredit.objects.filter(row__filing=filing, state__in=KEEPS).values_list("row_id", flat=True))


def shares_of(row: FilingRow) -> tuple[Decimal, Decimal]:
    """Both shares as the row stands with its posted corrections, RM."""
    last = CorrectionLine.objects.filter(row=row, state=LineState.POSTED).order_by("-pk").first()
    if last is not None:
        return last.now_employer, last.now_employee
    return row.employer_share or Decimal(0), row.employee_share or Decimal(0)


def page_of(*, number: str | None = None) -> "Page[WrongCredit]":
    """All of them: those that wait first, then the newest."""
    found = WrongCredit.objects.select_related("row__filing__employer", "from_member", "to_member", "proposed_by")
    waits = Case(When(state=WrongCreditState.PROPOSED, then=0), default=1)
    return Paginator(found.order_by(waits, "-pk"), A_PAGE).get_page(number)


def waiting() -> int:
    """How many wait for a second officer."""
    return WrongCredit.objects.filter(state=WrongCreditState.PROPOSED).count()


def entries_of(found: Collection[WrongCredit], member: Member) -> Mapping[int, EntryView]:
    """What the ledger has of these for one member, by id."""
    return balances.entries_with(HolderKind.MEMBER, member.pk, EntryKind.WRONG_CREDIT, [one.pk for one in found]) if found else {}
