"""Who somebody at a counter is: by the papers of an earlier appointment, or by what the officer says of those whose papers are others, or unseen.

An administrator appoints in the portal without papers; passports are renewed under other numbers; who was removed comes back. The first time
such a person comes with a signed form, the officer says which of those without papers it is, or which User ID the person has: two officers tie an
identity to a user, so that nobody becomes two users, and nobody takes a colleague's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from employers import selectors
from employers.models import Appointment, Employer
from kwsp_portal import audit, turns
from kwsp_portal.common import countries
from members.enums import IdentityKind, Risk
from members.identity.enums import Role
from members.identity.models import User
from members.rules.identity import TWELVE_DIGITS


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """The representative, as the papers say; the number without blanks and signs."""

    name: str
    identity_kind: IdentityKind
    identity_number: str
    identity_country: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What the officer says of those who act for the employer without papers: that this is the one with `user_id` (the user's row), or none of
    them. Neither, where there was nobody to ask about. `known_as`: the User ID that the person has, whoever they act for or acted for."""

    user_id: int | None = None
    nobody: bool = False
    known_as: str = ""


NOTHING = Said()


class NotAppointable(Exception):
    """`code`: EMPLOYER_CLOSED, IDENTITY_FORM, PASSPORT_COUNTRY, NAME_EMPTY, WHO_MISSING, WHO_CHANGED, USER_ID_UNKNOWN, USER_ID_DIFFERS,
    OTHER_PERSON, IDENTITY_TAKEN, ACCESS_BLOCKED."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def held_user_of(person: Person) -> User | None:
    """`user_of`, and nobody else appoints this identity until the open transaction ends: at two counters at once it would become two users."""
    turns.take(errand="employers.appoint", name=person.identity_number)
    return user_of(person)


def user_of(person: Person) -> User | None:
    """Who was appointed with this identity before, for this employer or another. A MyKad and a MyPR of one number are one person's; a passport whose
    country was never recorded may be of any, until its holder is appointed with one that was."""
    kinds = TWELVE_DIGITS if person.identity_kind in TWELVE_DIGITS else {person.identity_kind}
    asked = Appointment.objects.filter(identity_kind__in=kinds, identity_number=person.identity_number)
    rows = list(asked.select_related("representative__user").order_by("-id"))
    recorded = {row.representative.user_id for row in rows if row.identity_country != countries.UNRECORDED}
    same = [row for row in rows if row.identity_country == person.identity_country]
    perhaps = [row for row in rows if row.identity_country == countries.UNRECORDED and row.representative.user_id not in recorded]
    last = next(iter(same or perhaps), None)
    return last.representative.user if last else None


def chosen(employer: Employer, person: Person, known: User | None, said: Said, *, by: User, ip: str | None) -> User | None:
    """Whom the officer says this is, of those without these papers; None where it is nobody of them. `known`: whose the papers are already.

    With the employer locked and the identity held. Raises NotAppointable WHO_MISSING, WHO_CHANGED, IDENTITY_TAKEN, and as `_named`; IDENTITY_TAKEN
    stays in the trail.
    """
    if said.known_as:
        return _named(employer, person, known, said, by=by, ip=ip)
    if said.user_id is None:
        if known is None and not said.nobody and selectors.without_papers(employer).exists():
            raise NotAppointable("WHO_MISSING")
        return None
    found = held_without_papers(employer, said.user_id)
    if found is None:
        raise NotAppointable("WHO_CHANGED")
    if known is not None:
        raise refused("IDENTITY_TAKEN", employer, [known, found], by=by, ip=ip)
    return found


def _named(employer: Employer, person: Person, known: User | None, said: Said, *, by: User, ip: str | None) -> User | None:
    """Whose User ID it is; None where the papers are theirs already. Raises NotAppointable USER_ID_UNKNOWN; USER_ID_DIFFERS from whom the officer
    chose in the list; OTHER_PERSON, who has a MyKad of another number, which nobody changes; IDENTITY_TAKEN. Guesses stay in the trail."""
    found = held_by_user_id(User.objects.filter(user_id=said.known_as))
    if found is None:
        raise refused("USER_ID_UNKNOWN", employer, [], by=by, ip=ip)
    if said.user_id not in (None, found.pk):
        raise NotAppointable("USER_ID_DIFFERS")
    if known is not None and known != found:
        raise refused("IDENTITY_TAKEN", employer, [known, found], by=by, ip=ip)
    if known is None and _is_another(found, person):
        raise refused("OTHER_PERSON", employer, [found], by=by, ip=ip)
    return found if known is None else None


def held_by_user_id(users: QuerySet[User]) -> User | None:
    """The representative among `users` who has a User ID of their own; nobody gives them papers elsewhere until the open transaction ends."""
    return users.select_for_update(no_key=True).filter(role=Role.REPRESENTATIVE, activated_at__isnull=False).first()


def _is_another(user: User, person: Person) -> bool:
    """Nobody has two numbers of the National Registration Department."""
    theirs = papers_of(user).filter(identity_kind__in=TWELVE_DIGITS).exclude(identity_number=person.identity_number)
    return person.identity_kind in TWELVE_DIGITS and theirs.exists()


def papers_of(user: User) -> QuerySet[Appointment]:
    """The papers that counters have seen of somebody, the last ones first."""
    return Appointment.objects.filter(representative__user=user).order_by("-id")


def refused(code: str, employer: Employer, whose: Sequence[User], *, by: User, ip: str | None) -> NotAppointable:
    """To be raised by the caller; the trail has it, and those whom it touches read it."""
    audit.record_refusal(actor=by, action="employer.appoint", target=employer, data={"code": code}, subjects=whose, ip=ip)
    return NotAppointable(code)


def held_without_papers(employer: Employer, user_id: int) -> User | None:
    """Somebody who acts for the employer and whose papers nobody has seen; no other employer's counter gives them any until the open
    transaction ends."""
    User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    one = selectors.without_papers(employer).filter(user=user_id).first()
    return one.user if one else None


def held(user_id: int | str) -> User:
    """Whom an officer said it is; nobody else gives them papers until the open transaction ends."""
    return User.objects.select_for_update(no_key=True).get(pk=user_id)


def risks_of(employer: Employer, person: Person, user: User | None, chosen: User | None) -> Iterator[Risk]:
    """A first tie of papers and user, by a User ID that was said or beside other papers, and somebody said to be new who has a namesake."""
    if chosen is not None:
        yield Risk.IDENTITY_FIRST
        if not selectors.without_papers(employer).filter(user=chosen).exists():
            yield Risk.BY_USER_ID
        if papers_of(chosen).exists():
            yield Risk.OTHER_PAPERS
    if user is None and namesakes(employer, person):
        yield Risk.NAMESAKE


def namesakes(employer: Employer, person: Person) -> list[User]:
    """Representatives who may be this person, under other papers or none: of the same name, and without a number of the National Registration
    Department, which would be the same."""
    numbered = Appointment.objects.filter(identity_kind__in=TWELVE_DIGITS).values("representative__user")
    return [one for one in selectors.of_that_name(employer, person.name) if not numbered.filter(representative__user=one).exists()]
