"""The appointed representative at a counter, with Borang KWSP 1 or 1(i): an activation code by SMS, and the TAC number (seed 000).

The first who is appointed is the employer's administrator. What the code opens is the activation's; one person may act for several employers.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from employers.enums import AppointmentForm, EmployerRole
from employers.models import Appointment, Employer, Representative
from kwsp_portal import audit
from kwsp_portal.documents import services as documents
from kwsp_portal.notify.enums import Inbox, Whose
from members.enums import IdentityKind, Risk
from members.identity import invitations, phones
from members.identity.enums import Bound, InvitationKind, Role
from members.identity.models import Invitation, User
from members.rules import identity
from members.services import binding, checking
from members.services import registering as counter
from members.services.checking import Checklist

SECOND_CLICK: Final = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """The representative, as the papers say; the number without blanks and signs."""

    name: str
    identity_kind: IdentityKind
    identity_number: str


class NotAppointable(Exception):
    """`code`: EMPLOYER_CLOSED, IDENTITY_FORM, NAME_EMPTY, NOTHING_TO_DO."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class NeedsSupervisor(Exception):
    """What a counter officer does not do alone; a supervisor at the counter does."""

    def __init__(self, risks: tuple[Risk, ...]) -> None:
        self.risks = risks
        super().__init__(", ".join(risks))


def appoint(
    *,
    employer: Employer,
    person: Person,
    form: AppointmentForm,
    paper: documents.Upload,
    phone: str,
    language: str,
    checklist: Checklist,
    by: User,
    on: date,
    at: datetime,
    ip: str | None = None,
) -> Appointment:
    """Appoint, bind the number and send the code; who is active already only gets the appointment and the number.

    Raises NoRight, NotAppointable, checking.Incomplete, documents.NotAPaper, NeedsSupervisor.
    """
    counter.require_counter(by)
    _require_good(employer, person)
    checking.require(checklist=checklist, kind=person.identity_kind, registered=False)
    with transaction.atomic():
        held = Employer.objects.select_for_update(no_key=True).get(pk=employer.pk)
        again = _second_click(held, person, phone, by, at)
        if again is not None:
            return again
        user = _user_of(person)
        risks = binding.risks_of(user, phone=phone, thumb=checklist.thumb, at=at)
        if risks and by.role != Role.SUPERVISOR:
            audit.record_refusal(actor=by, action="employer.appoint", target=employer, data={"codes": [risk.value for risk in risks]}, ip=ip)
            raise NeedsSupervisor(risks)
        user = user or invitations.begin(role=Role.REPRESENTATIVE, name=person.name, language=language)
        representative = _representative(held, user, on)
        phones.bind(user=user, number=phone, how=Bound.COUNTER, by=by, at=at, inbox=None, ip=ip)
        invitation = _invite(held, user, phone, by, on, at, ip)
        appointment = Appointment.objects.create(
            representative=representative,
            identity_kind=person.identity_kind,
            identity_number=person.identity_number,
            form=form,
            document=documents.keep(paper, by_id=by.pk),
            seen=sorted(code.value for code in checklist.seen),
            thumb=checklist.thumb,
            without_thumb=checklist.without_thumb.strip()[:200],
            phone=phone,
            invitation=invitation,
            made_by=by,
            made_on=on,
            made_at=at,
        )
        data = {"appointment": appointment.pk, "form": form.value, "invitation": invitation.pk if invitation else None}
        audit.record(actor=by, action="employer.appoint", target=held, data=data, subjects=[user], ip=ip)
    return appointment


def _require_good(employer: Employer, person: Person) -> None:
    if employer.closed_on is not None:
        raise NotAppointable("EMPLOYER_CLOSED")
    if identity.number_form(person.identity_kind, person.identity_number):
        raise NotAppointable("IDENTITY_FORM")
    if identity.has_name(person.name):
        raise NotAppointable("NAME_EMPTY")


def _user_of(person: Person) -> User | None:
    """Who was appointed with this identity before, for this employer or another."""
    known = Appointment.objects.filter(identity_kind=person.identity_kind, identity_number=person.identity_number)
    last = known.select_related("representative__user").order_by("-id").first()
    return last.representative.user if last else None


def _representative(employer: Employer, user: User, on: date) -> Representative:
    """The appointment that holds, or a new one as administrator."""
    acting = Representative.objects.filter(employer=employer, user=user, removed_on__isnull=True).first()
    return acting or Representative.objects.create(employer=employer, user=user, role=EmployerRole.ADMINISTRATOR, appointed_on=on)


def _invite(employer: Employer, user: User, phone: str, by: User, on: date, at: datetime, ip: str | None) -> Invitation | None:
    if user.activated_at is not None:
        return None
    inbox = Inbox(Whose.EMPLOYER, employer.pk)
    return invitations.invite(user=user, kind=InvitationKind.EMPLOYER, phone=phone, inbox=inbox, by=by, on=on, at=at, ip=ip)


def _second_click(employer: Employer, person: Person, phone: str, by: User, at: datetime) -> Appointment | None:
    """The same act by the same officer a moment ago."""
    same = Appointment.objects.filter(
        representative__employer=employer,
        identity_kind=person.identity_kind,
        identity_number=person.identity_number,
        phone=phone,
        made_by=by,
        made_at__gt=at - SECOND_CLICK,
    )
    return same.select_related("representative__user", "invitation").order_by("-id").first()
