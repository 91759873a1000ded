"""Somebody whom an employer hires, known by an identity number of twelve digits and the name beside it: a member already, or a member from now on.

What a clerk may learn of a stranger is least: number and name must both be right before anything is said, and whichever of them is wrong, or whether
there is such a person at all, the answer is the same. Each question needs the person's consent, counts against the employer's hour, and stands in the
trail, in the person's own log too where they are known.
"""

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from django.conf import settings

from contributions.models import WageList, WageListRow
from contributions.services import wage_lists
from contributions.services.wage_lists import NotPossible
from employers.models import Employer, Employment
from kwsp_portal import audit, jpn
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common.names import name_key
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship, IdentityKind, Sex
from members.identity.models import User
from members.models import Member
from members.rules import identity
from members.services import registering

ACTION: Final = "hire.look_up"
HOUR: Final = timedelta(hours=1)
MONTHS_BACK: Final = 12
"""How long before the month somebody may have begun who is told of only now (assumed)."""
_KINDS: Final = {jpn.Standing.CITIZEN: IdentityKind.MYKAD, jpn.Standing.PERMANENT_RESIDENT: IdentityKind.MYPR}


class Hired(NamedTuple):
    """The row on the list, and whether the person became a member just now."""

    row: WageListRow
    enrolled: bool


def hire(*, wage_list_id: int, number: str, name: str, first_day: date, consent: bool, by: User, on: date, at: datetime) -> Hired:
    """Put somebody on a list who begins, or began, to work on `first_day`; who is no member becomes one, as JPN has them. Not inside a transaction.

    Raises NotPossible, also CONSENT_MISSING, IDENTITY_FORM, FIRST_DAY_AFTER, FIRST_DAY_BEFORE, TOO_MANY, NOT_AGREED, DEAD, JPN_SILENT and
    PERHAPS_KNOWN.
    """
    wage_list = WageList.objects.select_related("employer").get(pk=wage_list_id)
    employer = wage_list.employer
    wage_lists.require_right(employer, by, on, "add")
    _check(wage_list, number, first_day, consent)
    _refuse_too_many(employer, by, at)
    member = registering.holder_of(IdentityKind.MYKAD, number)
    enrolled = member is None
    if member is None:
        member = _enrolled(employer, number, name, by, on)
    else:
        _refuse_another(employer, member, name, by)
    _refuse_employed(employer, member, first_day)
    row = wage_lists.add(wage_list_id=wage_list_id, member=member, by=by, on=on, at=at, hired_on=first_day)
    return Hired(row, enrolled)


def _check(wage_list: WageList, number: str, first_day: date, consent: bool) -> None:
    """What needs no look at anybody."""
    if not consent:
        raise NotPossible("CONSENT_MISSING")
    if identity.number_form(IdentityKind.MYKAD, number) or not _has_birth_date(number):
        raise NotPossible("IDENTITY_FORM")
    month = WageMonth.of(wage_list.wage_month)
    if first_day > month.last_day:
        raise NotPossible("FIRST_DAY_AFTER", found=str(first_day), expected=str(month.last_day))
    earliest = max(wage_list.employer.from_date, month.plus(-MONTHS_BACK).first_day)
    if first_day < earliest:
        raise NotPossible("FIRST_DAY_BEFORE", found=str(first_day), expected=str(earliest))


def _has_birth_date(number: str) -> bool:
    """Whether the first six digits are a day of any century: nobody has one of 31 February."""
    try:
        date(2000 + int(number[:2]), int(number[2:4]), int(number[4:6]))
    except ValueError:
        return False
    return True


def _refuse_too_many(employer: Employer, by: User, at: datetime) -> None:
    """Raises NotPossible TOO_MANY where the employer has asked as often as an hour allows; the trail keeps it."""
    asked = AuditEvent.objects.filter(action=ACTION, target=employer.subject, refused=False, at__gt=at - HOUR).count()
    if asked >= settings.HIRE_LOOKUPS_AN_HOUR:
        audit.record_refusal(actor=by, action=ACTION, target=employer, data={"code": "TOO_MANY"})
        raise NotPossible("TOO_MANY", expected=str(settings.HIRE_LOOKUPS_AN_HOUR))


def _keep(employer: Employer, by: User, outcome: str, member: Member | None = None) -> None:
    """One question in the trail, whatever comes of it; never the number."""
    audit.record(actor=by, action=ACTION, target=employer, data={"outcome": outcome}, subjects=[member] if member else [])


def _refuse_another(employer: Employer, member: Member, name: str, by: User) -> None:
    """Raises NotPossible for a member of another name, and for one who died."""
    if name_key(name) != member.name_key:
        _keep(employer, by, "NOT_AGREED", member)
        raise NotPossible("NOT_AGREED")
    _keep(employer, by, "DEAD" if member.died_on else "KNOWN", member)
    if member.died_on:
        raise NotPossible("DEAD")


def _enrolled(employer: Employer, number: str, name: str, by: User, on: date) -> Member:
    """A new member, as JPN has them. Raises NotPossible."""
    try:
        found = jpn.ask(number)
    except jpn.NoAnswer as silence:
        _keep(employer, by, "JPN_SILENT")
        raise NotPossible("JPN_SILENT") from silence
    if found is None or name_key(found.name) != name_key(name):
        _keep(employer, by, "NOT_AGREED")
        raise NotPossible("NOT_AGREED")
    if not found.alive:
        _keep(employer, by, "DEAD")
        raise NotPossible("DEAD")
    person = registering.Person(
        name=found.name,
        identity_kind=_KINDS[found.standing],
        identity_number=number,
        birth_date=found.birth_date,
        sex=Sex(found.sex.value),
        citizenship=Citizenship(found.standing.value),
    )
    try:
        member = registering.enrol(person=person, by=by, employer=employer, on=on)
    except registering.PerhapsKnown as known:
        _keep(employer, by, "PERHAPS_KNOWN")
        raise NotPossible("PERHAPS_KNOWN") from known
    except registering.NotRegistrable as refused:
        # JPN contradicts itself, or a colleague was quicker: the same question finds the member.
        _keep(employer, by, "NOT_AGREED")
        raise NotPossible("NOT_AGREED") from refused
    _keep(employer, by, "ENROLLED", member)
    return member


def _refuse_employed(employer: Employer, member: Member, first_day: date) -> None:
    """Raises NotPossible for somebody whose employment with the employer has that day, or ended after it."""
    if Employment.objects.filter(employer=employer, member=member, to_date__gt=first_day).exists():
        raise NotPossible("ALREADY_EMPLOYED", found=member.name)
