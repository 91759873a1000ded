"""The appointed representative at a counter, with Borang KWSP 1 or 1(i): an activation code by SMS, and the TAC number (seed 000).

The first who is appointed is the employer's administrator. What the code opens is the activation's; one person may act for several employers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from employers import selectors
from employers.enums import AppointmentForm, EmployerRole
from employers.models import Appointment, AppointmentProposal, Employer, Representative
from employers.services import identifying, news
from employers.services.identifying import NotAppointable, Person, Said
from kwsp_portal import audit
from kwsp_portal.common.names import name_key
from kwsp_portal.documents import services as documents
from kwsp_portal.notify.enums import Inbox, Whose
from members.enums import ProposalState, Risk, Thumb
from members.identity import invitations, phones
from members.identity.enums import Bound, InvitationKind, Role
from members.identity.models import Invitation, User
from members.rules import identity
from members.services import binding, checking, own_record, proposals
from members.services import registering as counter
from members.services.checking import Checklist

SECOND_CLICK: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: an appointment, or a proposal that waits for a supervisor."""

    appointment: Appointment | None = None
    proposal: AppointmentProposal | None = None


def appoint(
    *,
    employer: Employer,
    person: Person,
    said: Said,
    form: AppointmentForm,
    paper: documents.Upload,
    phone: str,
    language: str,
    checklist: Checklist,
    by: User,
    on: date,
    at: datetime,
    ip: str | None = None,
) -> Outcome:
    """Appoint, bind the number and send the code; who is active already only gets the appointment and the number. What is risky waits.

    `said`: who of those without these papers the officer says this is (identifying.py). Raises NoRight, OwnRecord, NotAppointable,
    checking.Incomplete, documents.NotAPaper, proposals.NotAllowed (ANOTHER_WAITS).
    """
    counter.require_counter(by)
    if own_record.is_own(by, kind=person.identity_kind, number=person.identity_number):
        raise own_record.refused(by, action="employer.appoint", target=employer, ip=ip)
    _require_good(employer, person)
    checking.require(checklist=checklist, kind=person.identity_kind, registered=False)
    with transaction.atomic():
        held = hold(employer.pk)
        known = identifying.held_user_of(person)
        chosen = identifying.chosen(held, person, known, said, by=by, ip=ip)
        again = _second_click(held, person, chosen, phone, by, at)
        if again is not None:
            return again
        user = chosen or known
        if user is not None and not user.is_active:
            raise identifying.refused("ACCESS_BLOCKED", held, [user], by=by, ip=ip)
        risks = risks_of(held, person, user, phone=phone, thumb=checklist.thumb, at=at, chosen=chosen)
        brought = {
            **_identity_of(person),
            "form": form,
            "document": documents.keep(paper, by_id=by.pk),
            "seen": sorted(code.value for code in checklist.seen),
            "thumb": checklist.thumb,
            "without_thumb": checklist.without_thumb.strip()[:200],
            "phone": phone,
        }
        if risks:
            brought["chosen"] = chosen
            return Outcome(proposal=_propose(held, person, user, brought, language, risks, by, on, at, ip))
        return Outcome(appointment=make(held, person.name, user, brought, language, by, on, at, ip))


def hold(employer_id: int) -> Employer:
    """One appointment of an employer at a time, until the open transaction ends."""
    return Employer.objects.select_for_update(no_key=True).get(pk=employer_id)


def make(
    employer: Employer,
    name: str,
    user: User | None,
    brought: Mapping[str, Any],
    language: str,
    by: User,
    on: date,
    at: datetime,
    ip: str | None = None,
) -> Appointment:
    """The representative, the number, the invitation and the row of the appointment, with the employer locked."""
    user = user or invitations.begin(role=Role.REPRESENTATIVE, name=name, language=language)
    served = list(Representative.objects.filter(user=user, removed_on__isnull=True).select_related("employer", "user"))
    acted = any(one.employer_id == employer.pk for one in served)
    representative = _representative(employer, user, on)
    _bind(user, brought["phone"], served, by, on, at, ip)
    invitation = _invite(employer, user, brought["phone"], by, on, at, ip)
    appointment = Appointment.objects.create(representative=representative, **brought, invitation=invitation, made_by=by, made_on=on, made_at=at)
    data = {"appointment": appointment.pk, "form": brought["form"], "invitation": invitation.pk if invitation else None}
    now = {"role": representative.role}
    then = now if acted else {"role": None}
    audit.record(actor=by, action="employer.appoint", target=employer, data=data, before=then, after=now, subjects=[user], ip=ip)
    return appointment


def _bind(user: User, phone: str, served: Sequence[Representative], by: User, on: date, at: datetime, ip: str | None) -> None:
    """Every employer that the person acted for already is told of another number."""
    if number_of(user) == phone:
        return
    bound = phones.bind(user=user, number=phone, how=Bound.COUNTER, by=by, at=at, inbox=None, ip=ip)
    for one in served:
        news.tell_employer(one, "PERSON_PHONE", by=None, cause=f"tac_phone:{bound.pk}", on=on, phone=phones.masked(bound))


def _propose(
    employer: Employer,
    person: Person,
    user: User | None,
    brought: Mapping[str, Any],
    language: str,
    risks: tuple[Risk, ...],
    by: User,
    on: date,
    at: datetime,
    ip: str | None,
) -> AppointmentProposal:
    try:
        with transaction.atomic():
            proposal = AppointmentProposal.objects.create(
                employer=employer,
                name=person.name,
                **brought,
                language=language,
                risks=[risk.value for risk in risks],
                before=number_of(user),
                proposed_by=by,
                proposed_on=on,
                proposed_at=at,
            )
    except IntegrityError:
        raise proposals.NotAllowed("ANOTHER_WAITS") from None
    data = {"proposal": proposal.pk, "form": proposal.form, "risks": proposal.risks}
    then, now = {"state": None}, {"state": proposal.state}
    audit.record(actor=by, action="employer.propose", target=employer, data=data, before=then, after=now, subjects=[user] if user else [], ip=ip)
    return proposal


def risks_of(
    employer: Employer, person: Person, user: User | None, *, phone: str, thumb: Thumb, at: datetime, chosen: User | None
) -> tuple[Risk, ...]:
    """What binding the number risks, a new administrator beside one who could appoint by themselves, and papers tied to somebody for the first
    time (`chosen`, who is `user` then)."""
    acting = Representative.objects.filter(employer=employer, removed_on__isnull=True)
    administrators = acting.filter(role=EmployerRole.ADMINISTRATOR, user__is_active=True, user__activated_at__isnull=False)
    risks = list(binding.risks_of(user, phone=phone, thumb=thumb, at=at))
    if Risk.NUMBER_OF_ANOTHER not in risks and selectors.is_anothers_number(employer, user, phone):
        risks.append(Risk.NUMBER_OF_ANOTHER)
    if user is not None:
        risks += _risks_of_known(employer, user, name=person.name, phone=phone)
    if (user is None or not acting.filter(user=user).exists()) and administrators.exists():
        risks.append(Risk.ADMINISTRATOR_THERE)
    return (*risks, *identifying.risks_of(employer, person, user, chosen))


def _risks_of_known(employer: Employer, user: User, *, name: str, phone: str) -> Iterator[Risk]:
    """Whoever moves the number of somebody active, or of another employer's representative, recovers or begins their i-Akaun with it."""
    elsewhere = Representative.objects.filter(user=user, removed_on__isnull=True).exclude(employer=employer)
    if number_of(user) != phone and (user.activated_at is not None or elsewhere.exists()):
        yield Risk.ACTIVE_NUMBER
    if name_key(name) != name_key(user.name):
        yield Risk.OTHER_NAME


def number_of(user: User | None) -> str:
    """The person's TAC number now; empty where there is none."""
    bound = phones.current(user) if user else None
    return bound.number if bound else ""


def _require_good(employer: Employer, person: Person) -> None:
    if employer.closed_on is not None:
        raise NotAppointable("EMPLOYER_CLOSED")
    if identity.number_form(person.identity_kind, person.identity_number):
        raise NotAppointable("IDENTITY_FORM")
    if identity.country_known(person.identity_kind, person.identity_country):
        raise NotAppointable("PASSPORT_COUNTRY")
    if identity.has_name(person.name):
        raise NotAppointable("NAME_EMPTY")


def _representative(employer: Employer, user: User, on: date) -> Representative:
    """The appointment that holds, or a new one as administrator."""
    acting = Representative.objects.filter(employer=employer, user=user, removed_on__isnull=True).first()
    return acting or Representative.objects.create(employer=employer, user=user, role=EmployerRole.ADMINISTRATOR, appointed_on=on)


def _invite(employer: Employer, user: User, phone: str, by: User, on: date, at: datetime, ip: str | None) -> Invitation | None:
    if user.activated_at is not None:
        return None
    inbox = Inbox(Whose.EMPLOYER, employer.pk)
    return invitations.invite(user=user, kind=InvitationKind.EMPLOYER, phone=phone, inbox=inbox, by=by, on=on, at=at, ip=ip)


def _identity_of(person: Person) -> dict[str, Any]:
    names = ("identity_kind", "identity_country", "identity_number")
    return {name: getattr(person, name) for name in names}


def _second_click(employer: Employer, person: Person, chosen: User | None, phone: str, by: User, at: datetime) -> Outcome | None:
    """The same act by the same officer a moment ago, with the same word on who it is."""
    same = {**_identity_of(person), "phone": phone}
    made = Appointment.objects.filter(representative__employer=employer, **same, made_by=by, made_at__gt=at - SECOND_CLICK)
    appointment = made.select_related("representative__user", "invitation").order_by("-id").first()
    if appointment is not None:
        return Outcome(appointment=appointment)
    waits = AppointmentProposal.objects.filter(employer=employer, **same, proposed_by=by, proposed_at__gt=at - SECOND_CLICK)
    proposal = waits.filter(state=ProposalState.PROPOSED, chosen=chosen).first()
    return Outcome(proposal=proposal) if proposal is not None else None
