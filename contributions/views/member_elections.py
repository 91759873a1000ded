"""What employers recorded for a member: to read, not to change."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contributions.enums import ElectionAct, ElectionKind
from contributions.models import Election
from contributions.selectors import elections as selectors
from contributions.views.elections import line_of
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members import access
from members.identity.gates import member_required


@member_required
@require_safe
def member_elections(request: HttpRequest) -> HttpResponse:
    """The member's approved elections, the latest first, with those that decide the rate now marked."""
    member = access.member_for(request.user)  # type: ignore[arg-type]
    now = WageMonth.of(clock.business_date())
    found = list(selectors.of_member(member=member))
    deciding = {pk for employer_id in {one.employer_id for one in found} for pk in _deciding(employer_id, member.pk, now)}
    context = {"member": member, "lines": [{**line_of(one), "stands": _stands(one, deciding, now, found)} for one in found]}
    return render(request, "members/elections.html", context)


def _deciding(employer_id: int, member_id: int, month: WageMonth) -> set[int]:
    kinds = selectors.holding_in(employer_id=employer_id, wage_month=month, members=[member_id]).get(member_id, {})
    return {row.election_id for kind, row in kinds.items() if ElectionKind(kind) and row.act is ElectionAct.ELECT}


def _stands(election: Election, deciding: set[int], now: WageMonth, found: Sequence[Election]) -> str:
    """`holds`, `comes` for a month ahead, or `over`: also for one of a month ahead that a later act from an earlier month covers."""
    if election.pk in deciding:
        return "holds"
    return "comes" if WageMonth.of(election.from_month) > now and not _is_covered(election, found) else "over"


def _is_covered(election: Election, found: Sequence[Election]) -> bool:
    """Whether a later recorded act of the same employer and kind begins no later. A Khas form covers those of its year only."""
    same = (other for other in found if _of(other) == _of(election))
    return any(other.pk > election.pk and other.from_month <= election.from_month for other in same)


def _of(election: Election) -> tuple[int, str, int | None]:
    return election.employer_id, election.kind, election.khas_year
