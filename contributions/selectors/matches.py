"""Rows in suspense and whose they are: by row, by member, and what waits to be decided."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from contributions.enums import FilingState, MatchState, RowStatus
from contributions.models import FilingRow, SuspenseMatch
from contributions.models.matches import STANDING
from contributions.selectors.months import filed_total
from employers.enums import ApprovalFlow
from employers.models import Employer
from members.identity.models import User


class Holder(NamedTuple):
    """Whose a row is by its match."""

    member_id: int
    birth_date: date


def is_suspended(row: FilingRow) -> bool:
    """Whether the money of a row was paid into suspense, for nobody that was known."""
    return row.status == RowStatus.UNMATCHED and row.filing.state == FilingState.CREDITED and bool(filed_total(row))


def standing_of(row: FilingRow) -> SuspenseMatch | None:
    """The match that is posted, or that waits to be decided."""
    found = row.matches.filter(state__in=STANDING).select_related("member", "proposed_by", "decided_by", "employer", "document")
    return found.defer("document__content").first()


def of_row(row: FilingRow) -> Sequence[SuspenseMatch]:
    """All that was said about a row, in order."""
    return list(row.matches.select_related("member", "proposed_by", "decided_by").order_by("pk"))


def standing_by_row(row_ids: Collection[int]) -> Mapping[int, SuspenseMatch]:
    """Of several rows the match that stands. No query for no row."""
    found = SuspenseMatch.objects.filter(row__in=row_ids, state__in=STANDING).select_related("member") if row_ids else ()
    return {match.row_id: match for match in found}


def holders(row_ids: Collection[int]) -> Mapping[int, Holder]:
    """Whose these rows are by a match that is posted. No query for no row."""
    found = SuspenseMatch.objects.filter(row__in=row_ids, state=MatchState.POSTED) if row_ids else SuspenseMatch.objects.none()
    return {row: Holder(member, born) for row, member, born in found.values_list("row", "member", "member__birth_date")}


def waiting(*, by_officer: bool, employer: Employer | None = None) -> Sequence[SuspenseMatch]:
    """What waits for a second officer, or for an employer's approver; the oldest first."""
    found = SuspenseMatch.objects.filter(state=MatchState.PROPOSED, by_officer=by_officer)
    if employer is not None:
        found = found.filter(employer=employer)
    return list(found.select_related("row__filing", "member", "employer", "proposed_by").order_by("pk"))


def waiting_for(*, employer: Employer, by: User) -> Sequence[SuspenseMatch]:
    """What waits for this approver of the employer's, who does not approve the own where another has to; the oldest first."""
    found = SuspenseMatch.objects.filter(state=MatchState.PROPOSED, by_officer=False, employer=employer)
    return list(found.exclude(proposed_by=by, flow=ApprovalFlow.CHECKED).select_related("row").order_by("pk"))


def how_many_wait() -> int:
    """For a second officer."""
    return SuspenseMatch.objects.filter(state=MatchState.PROPOSED, by_officer=True).count()
