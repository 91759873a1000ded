"""A person who has no number yet becomes a member: the self-employed, housewives and everybody whom no employer registered (ruling 13)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol

from django.db import IntegrityError, connection, transaction

from kwsp_portal import audit
from kwsp_portal.common import countries
from kwsp_portal.common.names import name_key
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.documents import services as documents
from kwsp_portal.templatetags import formats
from members.enums import Citizenship, Door, IdentityKind, Religion, Sex
from members.facts import PersonFacts
from members.identity.enums import Role
from members.identity.models import User
from members.models import CitizenshipPeriod, Member
from members.rules import identity
from members.services import checking, own_record
from members.services.checking import Checklist

COUNTER: Final = frozenset({Role.COUNTER_OFFICER, Role.SUPERVISOR})
"""Who works at a counter."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody as their papers say, numbers without blanks and signs (rules.identity.compact)."""

    name: str
    identity_kind: IdentityKind
    identity_number: str
    birth_date: date
    sex: Sex
    citizenship: Citizenship
    identity_country: str = ""
    religion: Religion = Religion.UNKNOWN
    phone: str = ""
    address: str = ""


class SubjectOf(Protocol):
    """Somebody in whose log an act stands."""

    @property
    def subject(self) -> str: ...


class NotRegistrable(Exception):
    """Everything that keeps a person out of the register, together. `holder`: the number of the member whose identity it is already."""

    def __init__(self, refusals: list[Refusal], holder: str = "") -> None:
        self.refusals, self.holder = refusals, holder
        super().__init__("; ".join(str(refusal) for refusal in refusals))


class PerhapsKnown(Exception):
    """Members born on the same day whose names are alike: an officer looks at them first and says that it is none of them."""

    def __init__(self, members: list[Member]) -> None:
        self.members = members
        super().__init__(", ".join(member.number for member in members))


class NoRight(Exception):
    """People of this role do not work at a counter."""


def register(
    *,
    person: Person,
    checklist: Checklist,
    papers: list[documents.Upload],
    none_of: frozenset[str] = frozenset(),
    by: User,
    on: date,
    at: datetime,
) -> Member:
    """A new member with a number of their own, at once. `none_of`: numbers of members who are alike and are others, as the officer says.

    Raises NoRight, own_record.OwnRecord, NotRegistrable, PerhapsKnown, checking.Incomplete, documents.NotAPaper.
    """
    require_counter(by)
    if own_record.is_own(by, kind=person.identity_kind, number=person.identity_number):
        raise own_record.refused(by, action="member.register", target=None)
    require_good(person, on)
    checking.require(checklist=checklist, kind=person.identity_kind, registered=False)
    others = [member for member in namesakes(name=person.name, birth_date=person.birth_date) if member.number not in none_of]
    _refuse_taken(person)  # after them: who was registered meanwhile is this person, and no namesake
    if others:
        raise PerhapsKnown(others)
    try:
        with transaction.atomic():
            member = _make(person, on)
            kept = [documents.keep(paper, by_id=by.pk) for paper in papers]
            check = checking.keep(member=member, checklist=checklist, door=Door.COUNTER, by=by, on=on, at=at)
            data = {"number": member.number, "check": check.pk, "papers": [paper.pk for paper in kept], "none_of": sorted(none_of)}
            audit.record(actor=by, action="member.register", target=member, data=data, before={}, after=_kept(person))
    except IntegrityError:
        _refuse_taken(person)
        raise
    return member


def enrol(*, person: Person, by: User, employer: SubjectOf, on: date, none_of: frozenset[str] = frozenset()) -> Member:
    """A new member whom an employer brings, with a number at once. `employer` is in whose log it stands, too.

    Who has a paper of JPN is as JPN has them; a foreigner is as the employer reads the passport, until an officer sees it. Raises NotRegistrable, and
    PerhapsKnown for somebody whose names are like a member's of the same birth date, but for those of `none_of`, as the employer says.
    """
    require_good(person, on)
    alike = countrymen(person) if person.identity_kind is IdentityKind.PASSPORT else namesakes(name=person.name, birth_date=person.birth_date)
    others = [member for member in alike if member.number not in none_of]
    _refuse_taken(person)  # after them, as at the counter
    if others:
        raise PerhapsKnown(others)
    try:
        with transaction.atomic():
            member = _make(person, on)
            data = {"number": member.number, "none_of": sorted(none_of)}
            audit.record(actor=by, action="member.enrol", target=member, data=data, subjects=[employer], before={}, after=_kept(person))
    except IntegrityError:
        _refuse_taken(person)
        raise
    return member


def require_good(person: Person, on: date) -> None:
    """Raises NotRegistrable with everything that the rules say no to."""
    facts = PersonFacts(
        name=person.name,
        identity_kind=person.identity_kind,
        identity_country=person.identity_country,
        identity_number=person.identity_number,
        birth_date=person.birth_date,
        citizenship=person.citizenship,
        on=on,
    )
    refusals = identity.person_refusals(facts)
    if refusals:
        raise NotRegistrable(refusals)


def _kept(person: Person) -> dict[str, Any]:
    """What the register says from now on, as the trail keeps it: of the identity number the last digits."""
    return {
        "name": person.name,
        "identity_kind": person.identity_kind.value,
        **({"identity_country": person.identity_country} if person.identity_country else {}),
        "identity_ending": formats.masked_ic(person.identity_number),
        "birth_date": str(person.birth_date),
        "citizenships": [[person.citizenship.value, str(person.birth_date), None]],
    }


def namesakes(*, name: str, birth_date: date) -> list[Member]:
    """Members born on that day whose names are alike, by number."""
    key = name_key(name)
    born = Member.objects.filter(birth_date=birth_date).order_by("number")
    return [member for member in born if identity.alike(key, member.name_key)]


def countrymen(person: Person) -> list[Member]:
    """Namesakes with a passport of the same country, or of one that was not recorded: a passport that was renewed has another number."""
    same = {person.identity_country, countries.UNRECORDED}
    return [member for member in namesakes(name=person.name, birth_date=person.birth_date) if member.identity_country in same]


def holder_of(kind: IdentityKind, number: str, country: str = "") -> Member | None:
    """Whose identity this is. A MyKad and a MyPR of one number are one person's: who becomes a citizen keeps it. Two countries may give one number
    to two people; a passport whose country was never recorded may be of any."""
    kinds = identity.TWELVE_DIGITS if kind in identity.TWELVE_DIGITS else frozenset({kind})
    held = Member.objects.filter(identity_number=number, identity_kind__in=kinds)
    if kind is IdentityKind.PASSPORT:
        held = held.filter(identity_country__in=(country, countries.UNRECORDED))
    return min(held, key=lambda member: member.identity_country == countries.UNRECORDED, default=None)


def require_counter(by: User) -> None:
    """Raises NoRight, and keeps it in the trail."""
    if by.role not in COUNTER:
        audit.record_refusal(actor=by, action="counter.act", data={"code": "NO_RIGHT"})
        raise NoRight


def allocate_number() -> str:
    """The next member number: eight digits, never the same twice, however many ask at once. Numbers given before the portal are passed over."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT nextval('members_number')")
            number = f"{cursor.fetchone()[0]:08d}"
            if not Member.objects.filter(number=number).exists():
                return number


def _refuse_taken(person: Person) -> None:
    holder = holder_of(person.identity_kind, person.identity_number, person.identity_country)
    if holder is not None:
        raise NotRegistrable([Refusal("IDENTITY_TAKEN", identity.RULING_13, {"number": holder.number})], holder.number)


def _make(person: Person, on: date) -> Member:
    member = Member.objects.create(
        number=allocate_number(),
        name=person.name,
        name_key=name_key(person.name),
        identity_kind=person.identity_kind,
        identity_country=person.identity_country,
        identity_number=person.identity_number,
        birth_date=person.birth_date,
        sex=person.sex,
        religion=person.religion,
        phone=person.phone,
        address=person.address,
        member_since=on,
    )
    CitizenshipPeriod.objects.create(member=member, status=person.citizenship, from_date=person.birth_date)
    return member
