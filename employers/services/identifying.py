"""Who somebody at a counter is: by the papers of an earlier appointment, or by what the officer says of those whose papers nobody has seen.

An administrator appoints in the portal without papers. The first time such a person comes with a signed form, the officer says which of them it is:
two officers tie an identity to a user, so that nobody becomes two users, and nobody takes a colleague's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from employers import selectors
from employers.models import Appointment, Employer, Representative
from kwsp_portal import audit, turns
from kwsp_portal.common.names import name_key
from members.enums import IdentityKind, Risk
from members.identity.models import User


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """The representative, as the papers say; the number without blanks and signs."""

    name: str
    identity_kind: IdentityKind
    identity_number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What the officer says of those who act for the employer without papers: that this is the one with `user_id` (the user's row), or none of
    them. Neither, where there was nobody to ask about."""

    user_id: int | None = None
    nobody: bool = False


NOTHING = Said()


class NotAppointable(Exception):
    """`code`: EMPLOYER_CLOSED, IDENTITY_FORM, NAME_EMPTY, WHO_MISSING, WHO_CHANGED, IDENTITY_TAKEN, ACCESS_BLOCKED."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def held_user_of(person: Person) -> User | None:
    """`user_of`, and nobody else appoints this identity until the open transaction ends: at two counters at once it would become two users."""
    turns.take(errand="employers.appoint", name=f"{person.identity_kind}:{person.identity_number}")
    return user_of(person)


def user_of(person: Person) -> User | None:
    """Who was appointed with this identity before, for this employer or another."""
    known = Appointment.objects.filter(identity_kind=person.identity_kind, identity_number=person.identity_number)
    last = known.select_related("representative__user").order_by("-id").first()
    return last.representative.user if last else None


def chosen(employer: Employer, known: User | None, said: Said, *, by: User, ip: str | None) -> User | None:
    """Whom the officer says this is, of those without papers; None where it is nobody of them. `known`: whose the papers are already.

    With the employer locked and the identity held. Raises NotAppointable WHO_MISSING, WHO_CHANGED, IDENTITY_TAKEN; the last stays in the trail.
    """
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


def risks_of(employer: Employer, user: User | None, chosen: User | None, *, name: str) -> Iterator[Risk]:
    """A first tie of papers and user, and somebody said to be new while a namesake without papers acts for the employer."""
    if chosen is not None:
        yield Risk.IDENTITY_FIRST
    if user is None and namesakes(employer, name):
        yield Risk.NAMESAKE


def namesakes(employer: Employer, name: str) -> list[Representative]:
    """Who of those without papers is written as the papers write this person."""
    return [one for one in selectors.without_papers(employer) if name_key(one.user.name) == name_key(name)]
