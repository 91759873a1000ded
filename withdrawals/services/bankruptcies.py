"""A member's bankruptcy is recorded by two officers at a counter: one proposes it with the paper, a supervisor approves. From then on the rules know
it (Facts.bankrupt): what is due is paid by Arahan Bayaran."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kwsp_portal import audit
from kwsp_portal.documents import pictures
from kwsp_portal.documents import services as documents
from members.enums import ProposalState
from members.identity.models import User
from members.models import Member
from members.services import own_record, proposals, queue, registering
from withdrawals.models import Bankruptcy
from withdrawals.selectors import relatives
from withdrawals.services import news

SHOWN: Final = 50


class WrongDays(Exception):
    """The days make no sense. `code`: FROM_FUTURE, TO_FUTURE, TO_BEFORE."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def propose(
    *, member: Member, from_date: date, to_date: date | None, reason: str, paper: documents.Upload, by: User, on: date, at: datetime
) -> Bankruptcy:
    """Hand it to a supervisor. The same again is a second click. Raises registering.NoRight, OwnRecord, WrongDays, documents.NotAPaper,
    proposals.NotAllowed: REASON_MISSING, RELATIVE, ANOTHER_WAITS."""
    _demand(member, by, "propose")
    code = "" if reason.strip() else "REASON_MISSING"
    if code:
        raise proposals.NotAllowed(code)
    wrong = "FROM_FUTURE" if from_date > on else "TO_FUTURE" if to_date and to_date > on else "TO_BEFORE" if to_date and to_date < from_date else ""
    if wrong:
        raise WrongDays(wrong)
    plain = pictures.anew(paper)
    said = {"from_date": from_date, "to_date": to_date, "reason": reason.strip()}
    try:
        with transaction.atomic():
            kept = documents.keep(plain, by_id=by.pk)
            made = Bankruptcy.objects.create(member=member, document=kept, proposed_by=by, proposed_on=on, proposed_at=at, **said)
            _audit(made, "propose", by, before={}, after=_kept(made))
    except IntegrityError:
        there = Bankruptcy.objects.filter(member=member, state=ProposalState.PROPOSED, proposed_by=by, **said).first()
        if there is not None:
            return there
        raise proposals.NotAllowed("ANOTHER_WAITS") from None
    return made


def decide(*, proposal_id: int, state: ProposalState, comment: str = "", by: User, on: date, at: datetime) -> Bankruptcy:
    """A supervisor approves it, or refuses it with a reason; any officer at the counter may put it away. Raises OwnRecord, proposals.NotAllowed."""
    if state is ProposalState.REFUSED and not comment.strip():
        raise proposals.NotAllowed("COMMENT_MISSING")
    with transaction.atomic():
        found = Bankruptcy.objects.select_for_update(of=("self",), no_key=True).select_related("member").get(pk=proposal_id)
        if found.state == state and found.decided_by_id == by.pk:
            return found
        _demand(found.member, by, queue.ACTS[state])
        code = queue.why_not(found, state, by)
        if code:
            audit.record_refusal(actor=by, action=f"bankruptcy.{queue.ACTS[state]}", target=found.member, data={"code": code})
            raise proposals.NotAllowed(code)
        queue.write_decision(found, state, by=by, on=on, at=at, comment=comment.strip())
        if state is ProposalState.APPROVED:
            news.bankrupt(found, on=on)
        _audit(found, queue.ACTS[state], by, before={"state": ProposalState.PROPOSED.value}, after={"state": state.value})
    return found


def register() -> None:
    """Called once, by work.py."""
    waiting = Bankruptcy.objects.filter(state=ProposalState.PROPOSED)
    queue.also(queue.Elsewhere(of=_("Muflis"), lines=lines, waiting=waiting.all))


def lines(state: str) -> Sequence[queue.Waiting]:
    """In the supervisor's queue: what waits the oldest first, what was decided the newest first."""
    found = Bankruptcy.objects.select_related("member", "proposed_by")
    found = found.filter(state=state) if state else found
    return [
        queue.Waiting(
            address="counter:bankruptcy_proposal",
            pk=one.pk,
            kind=_("Status muflis"),
            whose=one.member.name,
            number=one.member.number,
            proposed_by=one.proposed_by.name,
            proposed_at=one.proposed_at,
            state=one.state,
        )
        for one in found.order_by("id" if state == ProposalState.PROPOSED else "-id")[:SHOWN]
    ]


def _demand(member: Member, by: User, act: str) -> None:
    registering.require_counter(by)
    own_record.require_other(by, member, action=f"bankruptcy.{act}")
    if relatives.is_declared(by, member):
        audit.record_refusal(actor=by, action=f"bankruptcy.{act}", target=member, data={"code": "RELATIVE"})
        raise proposals.NotAllowed("RELATIVE")


def _kept(found: Bankruptcy) -> dict[str, str]:
    return {"from": found.from_date.isoformat(), "to": found.to_date.isoformat() if found.to_date else ""}


def _audit(found: Bankruptcy, act: str, by: User, *, before: dict[str, str], after: dict[str, str]) -> None:
    data = {"reason": found.comment or found.reason}
    audit.record(actor=by, action=f"bankruptcy.{act}", target=found, data=data, subjects=[found.member], before=before, after=after)
