"""Risky appointments in the supervisor's queue: another officer approves, and it is done in the same transaction, or refuses with a reason."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from employers.enums import AppointmentForm
from employers.models import Appointment, AppointmentProposal
from employers.services import appointing, identifying
from kwsp_portal import audit
from kwsp_portal.templatetags import formats
from members.enums import IdentityKind, ProposalState, Risk, Thumb
from members.identity import notices, tac
from members.identity.models import User
from members.services import binding, own_record, proposals, queue

SHOWN = 50


def approve(*, proposal_id: int, by: User, on: date, at: datetime, ip: str | None = None) -> AppointmentProposal:
    """Raises proposals.NotAllowed; STALE where the person's number is another by now, a risk has come (who was chosen without papers acts no more or
    has some), the employer has closed, the person's access is blocked, or the papers are somebody's by now."""
    with transaction.atomic():
        proposal = _decided(proposal_id, ProposalState.APPROVED, by, on, at)
        employer = appointing.hold(proposal.employer_id)
        person = person_of(proposal)
        known = identifying.held_user_of(person)
        chosen = identifying.held(proposal.chosen_id) if proposal.chosen_id is not None else None
        if chosen is not None and known is not None:
            raise _refused(proposal, ProposalState.APPROVED, by, "STALE")
        user = chosen or known
        risks = appointing.risks_of(employer, person, user, phone=proposal.phone, thumb=Thumb(proposal.thumb), at=at, chosen=chosen)
        shut = employer.closed_on is not None or (user is not None and not user.is_active)
        if shut or appointing.number_of(user) != proposal.before or not set(risks) <= set(proposal.risks):
            raise _refused(proposal, ProposalState.APPROVED, by, "STALE")
        if Risk.BLOCKED.value in proposal.risks and user is not None and binding.blocked(user):
            tac.unblock(user=user, by=by, at=at)
        names = ("identity_kind", "identity_country", "identity_number", "form", "document", "seen", "thumb", "without_thumb", "phone")
        brought = {name: getattr(proposal, name) for name in names}
        proposal.appointment = appointing.make(employer, proposal.name, user, brought, proposal.language, by, on, at, ip)
        proposal.save(update_fields=["appointment"])
        if chosen is not None:
            _tied(proposal, chosen, by, at, ip)
        _audit(proposal, ProposalState.APPROVED, by)
    return proposal


def refuse(*, proposal_id: int, comment: str, by: User, on: date, at: datetime) -> AppointmentProposal:
    """Raises proposals.NotAllowed."""
    if not comment.strip():
        raise proposals.NotAllowed("COMMENT_MISSING")
    return _end(proposal_id, ProposalState.REFUSED, by, on, at, comment.strip())


def withdraw(*, proposal_id: int, by: User, on: date, at: datetime) -> AppointmentProposal:
    """Any officer at the counter may, for whose it was may have gone home. Raises proposals.NotAllowed."""
    return _end(proposal_id, ProposalState.WITHDRAWN, by, on, at, "")


def register() -> None:
    """Called once, by work.py."""
    waiting = AppointmentProposal.objects.filter(state=ProposalState.PROPOSED)
    queue.also(queue.Elsewhere(of=_("Majikan"), lines=lines, waiting=waiting.all))


def lines(state: str) -> Sequence[queue.Waiting]:
    """In the supervisor's queue: what waits the oldest first, what was decided the newest first."""
    found = AppointmentProposal.objects.select_related("employer", "proposed_by")
    found = found.filter(state=state) if state else found
    ordered = found.order_by("id" if state == ProposalState.PROPOSED else "-id")[:SHOWN]
    return [
        queue.Waiting(
            address="counter:appointment_proposal",
            pk=one.pk,
            kind=_("Pelantikan wakil majikan"),
            whose=one.employer.name,
            number=one.employer.number,
            proposed_by=one.proposed_by.name,
            proposed_at=one.proposed_at,
            state=one.state,
        )
        for one in ordered
    ]


def _end(proposal_id: int, state: ProposalState, by: User, on: date, at: datetime, comment: str) -> AppointmentProposal:
    with transaction.atomic():
        proposal = _decided(proposal_id, state, by, on, at, comment)
        _audit(proposal, state, by)
    return proposal


def _decided(proposal_id: int, state: ProposalState, by: User, on: date, at: datetime, comment: str = "") -> AppointmentProposal:
    asked = AppointmentProposal.objects.select_for_update(of=("self",), no_key=True).select_related("employer", "document")
    proposal = asked.get(pk=proposal_id)
    if own_record.is_own(by, kind=proposal.identity_kind, number=proposal.identity_number):
        raise own_record.refused(by, action=f"employer.{queue.ACTS[state]}", target=proposal.employer)
    code = queue.why_not(proposal, state, by)
    if code:
        raise _refused(proposal, state, by, code)
    queue.write_decision(proposal, state, by=by, on=on, at=at, comment=comment)
    return proposal


def known(proposal: AppointmentProposal) -> User | None:
    """Whom the officer says this is of those without these papers, or who has been appointed with this identity already."""
    return proposal.chosen or identifying.user_of(person_of(proposal))


def person_of(proposal: AppointmentProposal) -> identifying.Person:
    """The representative, as the papers said."""
    return identifying.Person(
        name=proposal.name,
        identity_kind=IdentityKind(proposal.identity_kind),
        identity_country=proposal.identity_country,
        identity_number=proposal.identity_number,
    )


def _tied(proposal: AppointmentProposal, user: User, by: User, at: datetime, ip: str | None) -> None:
    """From now on these papers are this user's: in their log, by the last digits, and told to them, since anybody may say a User ID."""
    earlier = identifying.papers_of(user).exclude(proposal=proposal).first()
    data = {"proposal": proposal.pk, "appointment": proposal.appointment_id}
    before, after = _papers(earlier) if earlier else {}, _papers(proposal)
    audit.record(actor=by, action="representative.identify", target=user, data=data, subjects=[proposal.employer], before=before, after=after, ip=ip)
    figures = {"ending": proposal.identity_number[-4:], "company": proposal.employer.name}
    notices.warn(user, "PAPERS_RECORDED", figures=figures, cause=f"appointment:{proposal.appointment_id}", at=at)


def _papers(seen: Appointment | AppointmentProposal) -> dict[str, str]:
    """As the trail keeps them: of the number the last digits."""
    country = {"identity_country": seen.identity_country} if seen.identity_country else {}
    return {"identity_kind": seen.identity_kind, **country, "identity_ending": formats.masked_ic(seen.identity_number)}


def _refused(proposal: AppointmentProposal, state: ProposalState, by: User, code: str) -> proposals.NotAllowed:
    data = {"proposal": proposal.pk, "code": code, "state": proposal.state}
    audit.record_refusal(actor=by, action=f"employer.{queue.ACTS[state]}", target=proposal.employer, data=data)
    return proposals.NotAllowed(code)


def _audit(proposal: AppointmentProposal, state: ProposalState, by: User) -> None:
    data = {"proposal": proposal.pk, "form": AppointmentForm(proposal.form).value}
    then, now = {"state": ProposalState.PROPOSED.value}, {"state": state.value}
    audit.record(actor=by, action=f"employer.{queue.ACTS[state]}", target=proposal.employer, data=data, before=then, after=now)
