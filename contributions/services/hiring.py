"""Somebody whom an employer hires: a member already, or a member from now on. Known by an identity number of twelve digits and the name beside it,
which JPN confirms; a foreigner by number and country of the passport, name and birth date, which nobody confirms until an officer sees the paper.

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


class Passport(NamedTuple):
    """What stands in a foreigner's passport, as the employer reads it."""

    country: str
    number: str
    name: str
    birth_date: date
    sex: Sex


class Hired(NamedTuple):
    """The row on the list, and whether the person became a member just now."""

    row: WageListRow
    enrolled: bool


def hire(*, wage_list_id: int, number: str, name: str, first_day: date, consent: bool, by: User, on: date, at: datetime) -> Hired:
    """Put somebody on a list who begins, or began, to work on `first_day`; who is no member becomes one, as JPN has them. Not inside a transaction.

    Raises NotPossible, also CONSENT_MISSING, IDENTITY_FORM, FIRST_DAY_AFTER, FIRST_DAY_BEFORE, TOO_MANY, NOT_AGREED, DEAD, JPN_SILENT and
    PERHAPS_KNOWN.
    """
    employer = _asking(wage_list_id, first_day, consent, by, on, at)
    if identity.number_form(IdentityKind.MYKAD, number) or not _has_birth_date(number):
        raise NotPossible("IDENTITY_FORM")
    member = registering.holder_of(IdentityKind.MYKAD, number)
    enrolled = member is None
    if member is None:
        member = _enrolled(employer, number, name, by, on)
    else:
        _refuse_another(employer, member, name, by)
    _refuse_employed(employer, member, first_day)
    row = wage_lists.add(wage_list_id=wage_list_id, member=member, by=by, on=on, at=at, hired_on=first_day)
    return Hired(row, enrolled)


def hire_foreigner(
    *, wage_list_id: int, passport: Passport, first_day: date, consent: bool, another: bool, by: User, on: date, at: datetime
) -> Hired:
    """Put a foreigner on a list; who is no member becomes one, as the passport says. `another`: the employer was asked, and says that
    it is none of the members of that country, name and birth date whose passports have other numbers.

    Raises NotPossible as `hire` does, with PASSPORT_NOT_AGREED and PASSPORT_PERHAPS_KNOWN, and registering.NotRegistrable.
    """
    person = registering.Person(
        name=passport.name,
        identity_kind=IdentityKind.PASSPORT,
        identity_country=passport.country,
        identity_number=passport.number,
        birth_date=passport.birth_date,
        sex=passport.sex,
        citizenship=Citizenship.NON_CITIZEN,
    )
    registering.require_good(person, on)
    employer = _asking(wage_list_id, first_day, consent, by, on, at)
    member = registering.holder_of(IdentityKind.PASSPORT, passport.number, passport.country)
    enrolled = member is None
    if member is None:
        member = _foreigner(employer, person, another, by, on)
    else:
        _refuse_another(employer, member, passport.name, by, born=passport.birth_date, code="PASSPORT_NOT_AGREED")
    _refuse_employed(employer, member, first_day)
    row = wage_lists.add(wage_list_id=wage_list_id, member=member, by=by, on=on, at=at, hired_on=first_day)
    return Hired(row, enrolled)


def _asking(wage_list_id: int, first_day: date, consent: bool, by: User, on: date, at: datetime) -> Employer:
    """The employer, who may ask about somebody for this list. Raises NotPossible."""
    wage_list = WageList.objects.select_related("employer").get(pk=wage_list_id)
    wage_lists.require_right(wage_list.employer, by, on, "add")
    _check(wage_list, first_day, consent)
    _refuse_too_many(wage_list.employer, by, at)
    return wage_list.employer


def _check(wage_list: WageList, first_day: date, consent: bool) -> None:
    """What needs no look at anybody."""
    if not consent:
        raise NotPossible("CONSENT_MISSING")
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


def _keep(employer: Employer, by: User, outcome: str, *members: Member) -> None:
    """One question in the trail, whatever comes of it; never the number."""
    audit.record(actor=by, action=ACTION, target=employer, data={"outcome": outcome}, subjects=members)


def _refuse_another(employer: Employer, member: Member, name: str, by: User, *, born: date | None = None, code: str = "NOT_AGREED") -> None:
    """Raises NotPossible for a member of another name or birth date, and for one who died."""
    if name_key(name) != member.name_key or born not in (None, member.birth_date):
        _keep(employer, by, "NOT_AGREED", member)
        raise NotPossible(code)
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
        _keep(employer, by, "PERHAPS_KNOWN", *known.members)
        raise NotPossible("PERHAPS_KNOWN") from known
    except registering.NotRegistrable as refused:
        # JPN contradicts itself, or a colleague was quicker: the same question finds the member.
        _keep(employer, by, "NOT_AGREED")
        raise NotPossible("NOT_AGREED") from refused
    _keep(employer, by, "ENROLLED", member)
    return member


def _foreigner(employer: Employer, person: registering.Person, another: bool, by: User, on: date) -> Member:
    """A new member, as the passport says. Raises NotPossible."""
    none_of = frozenset(member.number for member in registering.countrymen(person)) if another else frozenset()
    try:
        member = registering.enrol(person=person, by=by, employer=employer, on=on, none_of=none_of)
    except registering.PerhapsKnown as known:
        _keep(employer, by, "PERHAPS_KNOWN", *known.members)
        raise NotPossible("PASSPORT_PERHAPS_KNOWN") from known
    except registering.NotRegistrable as refused:
        # A colleague was quicker: the same question finds the member.
        _keep(employer, by, "NOT_AGREED")
        raise NotPossible("PASSPORT_NOT_AGREED") from refused
    _keep(employer, by, "ENROLLED", member)
    return member


def _refuse_employed(employer: Employer, member: Member, first_day: date) -> None:
    """Raises NotPossible for somebody whose employment with the employer has that day, or ended after it."""
    if Employment.objects.filter(employer=employer, member=member, to_date__gt=first_day).exists():
        raise NotPossible("ALREADY_EMPLOYED", found=member.name)
