"""Who acts for an employer: the administrator appoints, removes, changes roles, sends invitations again, and registers TAC phones (seed 000).

Every act locks the employer first, so that of two administrators who remove each other at once one stays, and looks at everything again behind the
lock; it spends the leave of the administrator's code. The checks alone (`check_…`) are for the page, before a code is asked for or used.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from employers import access, selectors
from employers.enums import EmployerRole
from employers.models import Employer, Representative
from employers.services import leave, news
from kwsp_portal import audit, turns
from kwsp_portal.audit.models import AuditEvent
from members.identity import api_tokens, endings, invitations, phones, sessions, tac
from members.identity.enums import Bound, InvitationKind, Purpose, Role, SessionEnd
from members.identity.models import Approval, Invitation, TacPhone, User, in_small_letters

DAY: Final = timedelta(hours=24)
GUESSES_A_DAY: Final = 10
"""Pairs of User ID and phone that belong to nobody, which an administrator may name in 24 hours."""


class NotAllowed(Exception):
    """Why an act is refused. `code` is one of labels.NOT_ALLOWED."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@contextmanager
def refusals_kept(employer: Employer, action: str, by: User, ip: str | None = None) -> Iterator[None]:
    """The trail has it when somebody wants what they may not; around whatever raises NotAllowed. One person's acts of a kind come one after the
    other: of guesses sent at once each is in the trail before the next is counted."""
    with turns.counted(errand=action, name=str(by.pk), refused=NotAllowed):
        try:
            yield
        except NotAllowed as error:
            audit.record_refusal(actor=by, action=action, target=employer, data={"code": error.code}, ip=ip)
            raise


def check_appointment(*, employer: Employer, name: str, user_id: str, phone: str, by: User, on: date, at: datetime) -> User | None:
    """The person with an i-Akaun whom User ID and registered phone name together; None for a new one. Raises NotAllowed."""
    require_administrator(employer, by, on)
    if not user_id:
        invited = Invitation.objects.filter(phone=phone, user__name=name, user__activated_at=None, user__representations__in=_current(employer))
        if invited.exists():
            raise NotAllowed("ALREADY")
        _require_own_phone(employer, None, phone)
        return None
    _require_few_guesses(by, at)
    found = User.objects.filter(user_id=in_small_letters(user_id), role=Role.REPRESENTATIVE, is_active=True, activated_at__isnull=False).first()
    if found is None or not phones.is_number(phones.current(found), phone):
        raise NotAllowed("UNKNOWN_PERSON")
    if _current(employer).filter(user=found).exists():
        raise NotAllowed("ALREADY")
    _require_own_phone(employer, found, phone)
    return found


def appoint(
    *,
    employer: Employer,
    name: str,
    user_id: str,
    role: EmployerRole,
    phone: str,
    language: str,
    by: User,
    approval: Approval,
    on: date,
    at: datetime,
    ip: str | None = None,
) -> Representative:
    """Let somebody act for the employer: a new person is invited by SMS, one with an i-Akaun begins at once. Raises NotAllowed, tac.Refused."""
    shown = leave.to_appoint(employer, name=name, user_id=user_id, role=role, phone=phone, language=language)
    with refusals_kept(employer, "representative.appoint", by, ip), transaction.atomic():
        hold(employer)
        user = check_appointment(employer=employer, name=name, user_id=user_id, phone=phone, by=by, on=on, at=at)
        tac.spend(approval=approval, user=by, purpose=Purpose.REPRESENTATIVES, shown=shown, at=at)
        new = user is None
        user = user or invitations.begin(role=Role.REPRESENTATIVE, name=name, language=language)
        person = Representative.objects.create(employer=employer, user=user, role=role, appointed_on=on, appointed_by=by)
        sent = _invite(user, phone, by, on, at, ip) if new else None
        data = {"invitation": sent.pk if sent else None}
        audit.record(
            actor=by,
            action="representative.appoint",
            target=f"user:{user.pk}",
            data=data,
            subjects=[employer],
            before={"role": None},
            after={"role": role.value},
            ip=ip,
        )
        news.tell_employer(person, "PERSON_APPOINTED", by=by, cause=f"representative:{person.pk}", on=on, role=role.value)
        if not new:
            news.tell_person(person, "ACTS_FOR", cause=f"representative:{person.pk}", at=at, role=role.value)
    return person


def check_removal(*, person: Representative, by: User, on: date) -> None:
    """Raises NotAllowed."""
    _require_current(person, by, on)
    if person.user_id == by.pk and not _serves_others(person):
        raise NotAllowed("OWN_LAST_ROLE")
    _require_another_administrator(person, on)


def remove(
    *, person: Representative, by: User, approval: Approval, on: date, at: datetime, ip: str | None = None, except_key: str | None = None
) -> Representative:
    """End the role: the rights are gone at once, and the person is signed out everywhere: for another employer they sign in again, and see for
    which. `except_key` is the session of who ends the own role. Raises NotAllowed, tac.Refused."""
    with refusals_kept(person.employer, "representative.remove", by, ip), transaction.atomic():
        row = _locked(person)
        check_removal(person=row, by=by, on=on)
        tac.spend(approval=approval, user=by, purpose=Purpose.REPRESENTATIVES, shown=leave.to_remove(row), at=at)
        _end(row, by, on)
        audit.record(
            actor=by,
            action="representative.remove",
            target=f"user:{row.user_id}",
            subjects=[row.employer],
            before={"role": row.role},
            after={"role": None},
            ip=ip,
        )
        news.tell_employer(row, "PERSON_REMOVED", by=by, cause=f"representative:{row.pk}", on=on, role=row.role)
        news.tell_person(row, "ACTS_NO_MORE", cause=f"representative:{row.pk}", at=at)
        _end_tokens(row, by, at, ip)
        sessions.end_sessions(row.user, except_key=except_key, why=SessionEnd.REMOVED, at=at, by=by, ip=ip)
        if not _serves_others(row):
            for one in Invitation.objects.filter(user=row.user, used_at__isnull=True, voided_at__isnull=True):
                invitations.void(invitation_id=one.pk, at=at)
            endings.end_tokens(row.user, at=at, by=by, ip=ip)
    return row


def check_role(*, person: Representative, role: EmployerRole, by: User, on: date) -> None:
    """Raises NotAllowed."""
    _require_current(person, by, on)
    if person.role == role:
        raise NotAllowed("SAME_ROLE")
    _require_another_administrator(person, on)


def change_role(
    *, person: Representative, role: EmployerRole, by: User, approval: Approval, on: date, at: datetime, ip: str | None = None
) -> Representative:
    """Another role: the old row is removed and a new one appointed, so that the register says who could do what when. Raises as `remove`."""
    with refusals_kept(person.employer, "representative.role", by, ip), transaction.atomic():
        row = _locked(person)
        check_role(person=row, role=role, by=by, on=on)
        tac.spend(approval=approval, user=by, purpose=Purpose.REPRESENTATIVES, shown=leave.to_change_role(row, role=role), at=at)
        _end(row, by, on)
        new = Representative.objects.create(employer=row.employer, user=row.user, role=role, appointed_on=on, appointed_by=by)
        audit.record(
            actor=by,
            action="representative.role",
            target=f"user:{row.user_id}",
            subjects=[row.employer],
            before={"role": row.role},
            after={"role": role.value},
            ip=ip,
        )
        _end_tokens(row, by, at, ip)
        news.tell_employer(new, "PERSON_ROLE", by=by, cause=f"representative:{new.pk}", on=on, role=role.value)
    return new


def check_invitation(*, person: Representative, phone: str, by: User, on: date) -> None:
    """The codes go to the number that a counter bound, whatever is typed here: to another the invitation would be no use. Raises NotAllowed."""
    _require_current(person, by, on)
    if person.user.activated_at is not None:
        raise NotAllowed("ACTIVATED")
    bound = phones.current(person.user)
    if bound is not None and bound.how != Bound.ADMINISTRATOR and bound.number != phone:
        raise NotAllowed("HAD_PHONE")
    _require_own_phone(person.employer, person.user, phone)


def invite_again(*, person: Representative, phone: str, by: User, approval: Approval, on: date, at: datetime, ip: str | None = None) -> Invitation:
    """A new activation code, to the same or another phone; the earlier one is void. Raises NotAllowed, tac.Refused."""
    with refusals_kept(person.employer, "representative.invite", by, ip), transaction.atomic():
        row = _locked(person)
        check_invitation(person=row, phone=phone, by=by, on=on)
        tac.spend(approval=approval, user=by, purpose=Purpose.REPRESENTATIVES, shown=leave.to_invite_again(row, phone=phone), at=at)
        sent = _invite(row.user, phone, by, on, at, ip)
        data = {"invitation": sent.pk}
        audit.record(actor=by, action="representative.invite", target=f"user:{row.user_id}", data=data, subjects=[row.employer], ip=ip)
        news.tell_employer(row, "PERSON_INVITED", by=by, cause=f"invitation:{sent.pk}", on=on)
    return sent


def check_phone(*, person: Representative, phone: str, by: User, on: date) -> None:
    """Only the first number: whoever could change it would recover the password with it, and prepare and approve alone. Who acts for another
    employer, too, has it registered at the counter, and nobody registers the own. Raises NotAllowed."""
    _require_current(person, by, on)
    if person.user_id == by.pk:
        raise NotAllowed("OWN_PHONE")
    if person.user.activated_at is None:
        raise NotAllowed("NOT_ACTIVATED")
    if _serves_others(person):
        raise NotAllowed("ELSEWHERE")
    if phones.had_one(person.user):
        raise NotAllowed("HAD_PHONE")
    _require_own_phone(person.employer, person.user, phone)


def bind_phone(*, person: Representative, phone: str, by: User, approval: Approval, on: date, at: datetime, ip: str | None = None) -> TacPhone:
    """The first number that the person's codes go to; it recovers no password. Raises NotAllowed, tac.Refused."""
    with refusals_kept(person.employer, "representative.phone", by, ip), transaction.atomic():
        row = _locked(person)
        check_phone(person=row, phone=phone, by=by, on=on)
        tac.spend(approval=approval, user=by, purpose=Purpose.REPRESENTATIVES, shown=leave.to_bind_phone(row, phone=phone), at=at)
        bound = phones.bind(user=row.user, number=phone, how=Bound.ADMINISTRATOR, by=by, at=at, ip=ip)
        after = phones.masked(bound)
        sides = {"before": {"phone": ""}, "after": {"phone": after}}
        audit.record(actor=by, action="representative.phone", target=f"user:{row.user_id}", subjects=[row.employer], ip=ip, **sides)
        news.tell_employer(row, "PERSON_PHONE", by=by, cause=f"tac_phone:{bound.pk}", on=on, phone=after)
    return bound


def _invite(user: User, phone: str, by: User, on: date, at: datetime, ip: str | None) -> Invitation:
    return invitations.invite(user=user, kind=InvitationKind.EMPLOYER, phone=phone, inbox=None, by=by, on=on, at=at, ip=ip)


def hold(employer: Employer) -> None:
    """One act on the employer's people at a time, until the open transaction ends."""
    Employer.objects.select_for_update(of=("self",), no_key=True).get(pk=employer.pk)


def _locked(person: Representative) -> Representative:
    """The row as it is once nobody else changes the employer's people."""
    hold(person.employer)
    return Representative.objects.select_related("employer", "user").get(pk=person.pk)


def _current(employer: Employer) -> "QuerySet[Representative]":
    return Representative.objects.filter(employer=employer, removed_on__isnull=True)


def _end(row: Representative, by: User, on: date) -> None:
    row.removed_on, row.removed_by = max(on, row.appointed_on), by
    row.save(update_fields=["removed_on", "removed_by"])


def _end_tokens(row: Representative, by: User, at: datetime, ip: str | None) -> None:
    """What was given for the old role is good for no other."""
    endings.end_tokens(row.user, scope=f"{api_tokens.EMPLOYER}{row.employer.number}", at=at, by=by, ip=ip)


def _serves_others(person: Representative) -> bool:
    others = Representative.objects.filter(user_id=person.user_id, removed_on__isnull=True)
    return others.exclude(employer_id=person.employer_id).exists()


def require_administrator(employer: Employer, by: User, on: date) -> None:
    """Raises NotAllowed NO_RIGHT."""
    if not access.is_administrator(by, employer, on=on):
        raise NotAllowed("NO_RIGHT")


def _require_few_guesses(by: User, at: datetime) -> None:
    """Whether a phone belongs to a User ID is not found out by trying: who named too many wrong pairs waits, with the right one, too."""
    wrong = AuditEvent.objects.filter(actor_id=by.pk, action="representative.appoint", refused=True, data__code="UNKNOWN_PERSON", at__gt=at - DAY)
    if wrong.count() >= GUESSES_A_DAY:
        raise NotAllowed("TOO_MANY")


def _require_current(person: Representative, by: User, on: date) -> None:
    require_administrator(person.employer, by, on)
    if person.removed_on is not None:
        raise NotAllowed("GONE")


def _require_own_phone(employer: Employer, user: User | None, phone: str) -> None:
    """The codes of who prepares and of who approves do not come to one phone, and none to whose access is blocked."""
    if user is not None and not user.is_active:
        raise NotAllowed("BLOCKED")
    if selectors.is_anothers_number(employer, user, phone):
        raise NotAllowed("NUMBER_TAKEN")


def _require_another_administrator(person: Representative, on: date) -> None:
    """One who was invited and has not activated the i-Akaun could not take over."""
    if person.role != EmployerRole.ADMINISTRATOR:
        return
    others = _current(person.employer).filter(role=EmployerRole.ADMINISTRATOR, appointed_on__lte=on).exclude(user=person.user_id)
    if not others.filter(user__is_active=True, user__activated_at__isnull=False).exists():
        raise NotAllowed("LAST_ADMINISTRATOR")
