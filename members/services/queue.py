"""The supervisor's queue: what one officer proposed at the counter, another approves or refuses; nobody decides on the own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise

from kwsp_portal import audit
from kwsp_portal.documents import services as documents
from members.enums import Door, ProposalKind, ProposalState
from members.identity.enums import Role
from members.identity.models import User
from members.models import CounterProposal, Member
from members.services import binding, checking, correcting, correction_news, own_record, proposals, registering, removing
from members.services.checking import Checklist
from members.services.correcting import Changes

SUPERVISORS: Final = frozenset({Role.SUPERVISOR})


def propose_correction(
    *,
    member: Member,
    changes: Changes,
    reason: str,
    papers: list[documents.Upload],
    checklist: Checklist,
    by: User,
    on: date,
    at: datetime,
) -> CounterProposal:
    """Hand a correction to a supervisor. Raises NotAllowed, NoRight, OwnRecord, NothingChanged, NotRegistrable, Incomplete, NotAPaper."""
    registering.require_counter(by)
    own_record.require_other(by, member, action="counter.propose")
    if own_record.is_own(by, kind=changes.identity_kind, number=changes.identity_number):
        raise own_record.refused(by, action="counter.propose", target=member)
    if not reason.strip():
        raise proposals.NotAllowed("REASON_MISSING")
    if not papers:
        raise proposals.NotAllowed("PAPER_MISSING")
    before, after = correcting.corrected(member=member, changes=changes, on=on)
    checking.require(checklist=checklist, kind=changes.identity_kind)
    with transaction.atomic():
        check = checking.keep(member=member, checklist=checklist, door=Door.COUNTER, by=by, on=on, at=at)
        proposal = proposals.propose(
            member=member, kind=ProposalKind.CORRECTION, before=before, after=after, reason=reason, risks=(), check=check, by=by, on=on, at=at
        )
        proposal.documents.set([documents.keep(paper, by_id=by.pk) for paper in papers])
    return proposal


def approve(*, proposal_id: int, by: User, on: date, at: datetime) -> CounterProposal:
    """The supervisor says yes, and it is done in the same transaction. Raises NotAllowed, NotRegistrable, AlreadyActivated."""
    with transaction.atomic():
        proposal = _decided(proposal_id, ProposalState.APPROVED, by, on, at, "")
        if proposal.kind == ProposalKind.CORRECTION:
            member = Member.objects.select_for_update(of=("self",), no_key=True).get(pk=proposal.member_id)
            if correcting.record_of(member) != proposal.before:
                raise _refused(proposal, "counter.approve", by, "STALE")
            correcting.apply(member=member, after=proposal.after)
            correction_news.tell(member=member, proposal=proposal, on=on, at=at)
        else:
            done = binding.bind_approved if proposal.after["phone"] else removing.remove_approved
            try:
                done(proposal=proposal, by=by, on=on, at=at)
            except proposals.NotAllowed as error:
                raise _refused(proposal, "counter.approve", by, error.code) from None
        _audit(proposal, "counter.approve", by)
    return proposal


def refuse(*, proposal_id: int, comment: str, by: User, on: date, at: datetime) -> CounterProposal:
    """The supervisor says no, with a reason. Raises NotAllowed."""
    if not comment.strip():
        raise proposals.NotAllowed("COMMENT_MISSING")
    with transaction.atomic():
        proposal = _decided(proposal_id, ProposalState.REFUSED, by, on, at, comment.strip())
        _audit(proposal, "counter.refuse", by)
    return proposal


def withdraw(*, proposal_id: int, by: User, on: date, at: datetime) -> CounterProposal:
    """Put it away; any officer at the counter may, for whose it was may have gone home. Raises NotAllowed."""
    with transaction.atomic():
        proposal = _decided(proposal_id, ProposalState.WITHDRAWN, by, on, at, "")
        _audit(proposal, "counter.withdraw", by)
    return proposal


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """One line of the queue that another app keeps: the page it opens (`address` and `pk`), what it is, whom it concerns, and where it stands."""

    address: str
    pk: int
    kind: str | Promise
    whose: str
    number: str
    proposed_by: str
    proposed_at: datetime
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Elsewhere:
    """Proposals that another app keeps: what the lines concern, its lines of the queue in a state (empty: in any), and the rows that wait."""

    of: str | Promise
    lines: Callable[[str], Sequence[Waiting]]
    waiting: "Callable[[], QuerySet[Any]]"


_ELSEWHERE: Final[list[Elsewhere]] = []


def also(one: Elsewhere) -> None:
    """Have the queue show and count these, too."""
    _ELSEWHERE.append(one)


def elsewhere(state: str) -> list[tuple[str | Promise, Sequence[Waiting]]]:
    """What other apps keep in that state, by what it concerns; only where there is any."""
    found = [(one.of, one.lines(state)) for one in _ELSEWHERE]
    return [(of, lines) for of, lines in found if lines]


def waiting() -> "QuerySet[CounterProposal]":
    """What waits for a supervisor, the oldest first."""
    return CounterProposal.objects.filter(state=ProposalState.PROPOSED).order_by("id")


def how_many_wait() -> int:
    """For the mark beside the menu, wherever they are kept; one query."""
    others = [one.waiting().order_by().values("pk") for one in _ELSEWHERE]
    return waiting().order_by().values("pk").union(*others, all=True).count()


def allowed(*, proposal: Any, by: User) -> frozenset[ProposalState]:
    """To which states `by` may bring a proposal as it stands; the page asks what the service enforces."""
    wanted = (ProposalState.APPROVED, ProposalState.REFUSED, ProposalState.WITHDRAWN)
    return frozenset(state for state in wanted if not why_not(proposal, state, by))


def _decided(proposal_id: int, state: ProposalState, by: User, on: date, at: datetime, comment: str) -> CounterProposal:
    proposal = CounterProposal.objects.select_for_update(of=("self",), no_key=True).select_related("member").get(pk=proposal_id)
    own_record.require_other(by, proposal.member, action=f"counter.{ACTS[state]}")
    code = why_not(proposal, state, by)
    if code:
        raise _refused(proposal, f"counter.{ACTS[state]}", by, code)
    write_decision(proposal, state, by=by, on=on, at=at, comment=comment)
    return proposal


ACTS: Final = {ProposalState.APPROVED: "approve", ProposalState.REFUSED: "refuse", ProposalState.WITHDRAWN: "withdraw"}


def write_decision(proposal: Any, state: ProposalState, *, by: User, on: date, at: datetime, comment: str) -> None:
    """On a proposal that the caller has locked and asked `why_not` of."""
    proposal.state, proposal.comment = state, comment[:500]
    proposal.decided_by, proposal.decided_on, proposal.decided_at = by, on, at
    proposal.save(update_fields=["state", "comment", "decided_by", "decided_on", "decided_at"])


def why_not(proposal: Any, state: ProposalState, by: User) -> str:
    """The code of the refusal; empty where `by` may do it now."""
    if by.role not in (registering.COUNTER if state is ProposalState.WITHDRAWN else SUPERVISORS):
        return "NO_RIGHT"
    if proposal.state != ProposalState.PROPOSED:
        return "WRONG_STATE"
    own = proposal.proposed_by_id == by.pk
    return "OWN_WORK" if own and state is not ProposalState.WITHDRAWN else ""


def _refused(proposal: CounterProposal, action: str, by: User, code: str) -> proposals.NotAllowed:
    data = {"proposal": proposal.pk, "code": code, "state": proposal.state}
    audit.record_refusal(actor=by, action=action, target=proposal.member, data=data)
    return proposals.NotAllowed(code)


def _audit(proposal: CounterProposal, action: str, by: User) -> None:
    data = {"proposal": proposal.pk, "kind": proposal.kind}
    audit.record(actor=by, action=action, target=proposal.member, data=data, **proposals.changed(proposal.before, proposal.after))
