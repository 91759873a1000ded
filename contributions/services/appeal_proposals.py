"""A member asks at a counter to appeal a claim that the Government refused: an officer there proposes it with the paper that they showed, a
supervisor approves it, and it is the claim's appeal (incentive_appeals). The member is told at each step."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from contributions.models import IncentiveAppeal, IncentiveClaim
from contributions.services import incentive_appeals, incentive_news
from kwsp_portal import audit
from kwsp_portal.documents import pictures
from kwsp_portal.documents import services as documents
from kwsp_portal.notify import services as notify
from members.enums import ProposalState
from members.identity.models import User
from members.services import own_record, proposals, queue, registering

SHOWN: Final = 50


def propose(*, claim_id: int, words: str, paper: documents.Upload, by: User, on: date, at: datetime) -> IncentiveAppeal:
    """Hand it to a supervisor. The same again is a second click. Raises registering.NoRight, OwnRecord, documents.NotAPaper, proposals.NotAllowed:
    REASON_MISSING, NOT_REFUSED, APPEALED, ANOTHER_WAITS."""
    claim = IncentiveClaim.objects.select_related("run", "member").get(pk=claim_id)
    _demand(claim, by, "propose")
    said, plain = words.strip(), pictures.anew(paper)
    try:
        with transaction.atomic():
            # Who records an appeal at the same time has it before this, or finds what is proposed here.
            claim.refresh_from_db(from_queryset=IncentiveClaim.objects.select_for_update(of=("self",), no_key=True).select_related("run", "member"))
            hindrance = incentive_appeals.hindrance(claim)
            code = "REASON_MISSING" if not said else "APPEALED" if hindrance == "ANOTHER_WAITS" else hindrance
            if code:
                raise _refused(claim, "propose", by, code)
            kept = documents.keep(plain, by_id=by.pk)
            made = IncentiveAppeal.objects.create(claim=claim, words=said, document=kept, proposed_by=by, proposed_on=on, proposed_at=at)
            _record(made, "propose", by, before={}, after={"state": ProposalState.PROPOSED.value})
            notify.tell([incentive_news.of_appeal(made)], on=on)
    except IntegrityError:
        there = IncentiveAppeal.objects.filter(claim=claim, state=ProposalState.PROPOSED, proposed_by=by, words=said).first()
        if there is not None:
            return there
        raise _refused(claim, "propose", by, "ANOTHER_WAITS") from None
    return made


def decide(*, proposal_id: int, state: ProposalState, comment: str = "", by: User, on: date, at: datetime) -> IncentiveAppeal:
    """A supervisor approves it, or refuses it with a reason that the member reads; any officer at the counter may put it away. Raises
    registering.NoRight, OwnRecord, proposals.NotAllowed."""
    if state is ProposalState.REFUSED and not comment.strip():
        raise proposals.NotAllowed("COMMENT_MISSING")
    with transaction.atomic():
        known = IncentiveAppeal.objects.select_related("claim__run", "claim__member", "document", "proposed_by")
        found = known.select_for_update(of=("self",), no_key=True).get(pk=proposal_id)
        if found.state == state and found.decided_by_id == by.pk:
            return found
        act = queue.ACTS[state]
        _demand(found.claim, by, act)
        code = queue.why_not(found, state, by)
        if code:
            raise _refused(found.claim, act, by, code)
        queue.write_decision(found, state, by=by, on=on, at=at, comment=comment.strip())
        if state is ProposalState.APPROVED:
            incentive_appeals.write(claim_id=found.claim_id, words=found.words, by=by, on=on)
        elif state is ProposalState.REFUSED:
            notify.tell([incentive_news.of_appeal(found)], on=on)
        _record(found, act, by, before={"state": ProposalState.PROPOSED.value}, after={"state": state.value})
    return found


def of_claim(claim: IncentiveClaim) -> Sequence[IncentiveAppeal]:
    """What was proposed of a claim, the newest first."""
    return list(claim.appeals.select_related("proposed_by", "decided_by"))


def register() -> None:
    """Called once, by work.py: what is proposed waits in the supervisor's queue."""
    waiting = IncentiveAppeal.objects.filter(state=ProposalState.PROPOSED)
    queue.also(queue.Elsewhere(of=_("Rayuan insentif"), lines=lines, waiting=waiting.all))


def lines(state: str) -> Sequence[queue.Waiting]:
    """In the supervisor's queue: what waits the oldest first, what was decided the newest first."""
    found = IncentiveAppeal.objects.select_related("claim__member", "proposed_by")
    found = found.filter(state=state) if state else found
    return [
        queue.Waiting(
            address="counter:appeal_proposal",
            pk=one.pk,
            kind=_("Rayuan insentif"),
            whose=one.claim.member.name,
            number=one.claim.member.number,
            proposed_by=one.proposed_by.name,
            proposed_at=one.proposed_at,
            state=one.state,
        )
        for one in found.order_by("id" if state == ProposalState.PROPOSED else "-id")[:SHOWN]
    ]


def _demand(claim: IncentiveClaim, by: User, act: str) -> None:
    registering.require_counter(by)
    own_record.require_other(by, claim.member, action=f"incentive.appeal.{act}")


def _refused(claim: IncentiveClaim, act: str, by: User, code: str) -> proposals.NotAllowed:
    audit.record_refusal(actor=by, action=f"incentive.appeal.{act}", target=claim, data={"code": code}, subjects=[claim.member])
    return proposals.NotAllowed(code)


def _record(found: IncentiveAppeal, act: str, by: User, *, before: dict[str, str], after: dict[str, str]) -> None:
    claim = found.claim
    data = {"scheme": claim.run.scheme, "period": claim.run.period, "amount": f"{claim.amount:.2f}", "reason": found.comment or found.words}
    audit.record(actor=by, action=f"incentive.appeal.{act}", target=found, data=data, subjects=[claim.member], before=before, after=after)
