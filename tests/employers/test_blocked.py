"""Whose access an officer blocked: the employer's administrator reads it in plain words, and no counter or administrator opens a way around."""

from collections.abc import Iterator

import pytest

from employers.models import Appointment, Representative
from employers.services.identifying import NotAppointable, Said
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from members.identity.models import Invitation, User
from members.services import blocking
from tests.contributions.pages import signed_in, text_of
from tests.employers import test_people
from tests.employers.test_counter import OTHER_PHONE, appoint, approve, handed, proposed
from tests.employers.test_counter import why as not_allowed
from tests.factories import EmployerFactory, RepresentativeFactory, UserFactory
from tests.members.counter import AT, ON
from tests.members.test_counter_pages import at_the_counter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


@pytest.fixture
def officer(db: None) -> User:
    return UserFactory(counter_officer=True)


@pytest.fixture
def administrator(db: None) -> Representative:
    found: Representative = RepresentativeFactory(administrator=True)
    return found


def blocked(user: User) -> User:
    blocking.block(user=user, reason="Telefon dicuri", by=UserFactory(supervisor=True), at=AT)
    user.refresh_from_db()
    return user


@pytest.mark.parametrize(
    ("prefix", "tag", "means"),
    [
        ("", "Akses disekat oleh KWSP", "Orang ini tidak dapat log masuk dan tidak dapat bertindak bagi mana-mana majikan."),
        ("/en", "Access blocked by KWSP", "This person cannot sign in or act for any employer."),
    ],
)
def test_the_administrator_reads_who_is_blocked_and_what_it_means(administrator: Representative, prefix: str, tag: str, means: str) -> None:
    colleague = RepresentativeFactory(employer=administrator.employer)
    blocked(colleague.user)
    person = signed_in(administrator.user, prefix)

    assert tag in text_of(person.get("/employer/people/"))
    words = text_of(person.get(f"/employer/people/{colleague.pk}/"))
    assert (tag in words, means in words) == (True, True)
    assert "KWSP 1(i)" not in words, "the way of who is not blocked"


def test_who_is_not_blocked_reads_nothing_of_it(administrator: Representative) -> None:
    RepresentativeFactory(employer=administrator.employer)

    assert "disekat" not in text_of(signed_in(administrator.user).get("/employer/people/"))


def test_an_officer_at_the_counter_sees_it(administrator: Representative) -> None:
    blocked(RepresentativeFactory(employer=administrator.employer).user)

    assert "Akses disekat oleh KWSP" in text_of(at_the_counter().get(f"/counter/employers/{administrator.employer.number}/"))


@pytest.mark.parametrize("act", ["invite", "phone"])
def test_nobody_sends_codes_or_registers_a_phone_meanwhile(administrator: Representative, act: str) -> None:
    new = {"user__invited": True} if act == "invite" else {}
    colleague = RepresentativeFactory(employer=administrator.employer, tac_phone=False, **new)
    blocked(colleague.user)
    person = signed_in(administrator.user)

    answer = person.post(test_people.address(colleague, act), phone="012-345 6789", tac_send="1")

    assert answer.status_code == 409
    assert "KWSP menyekat akses orang ini" in text_of(answer)
    assert "Hantar semula kod pengaktifan" not in text_of(person.get(test_people.address(colleague)))


def test_the_role_can_be_changed_and_ended(administrator: Representative) -> None:
    colleague = RepresentativeFactory(employer=administrator.employer)
    blocked(colleague.user)

    assert test_people.removed(colleague, administrator).removed_on is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [True, False])
def test_a_form_brought_to_the_counter_is_no_way_around(officer: User, known: bool) -> None:
    one = appoint(EmployerFactory(), officer).representative if known else RepresentativeFactory()
    blocked(one.user)
    before = Invitation.objects.filter(voided_at=None).count()

    with pytest.raises(NotAppointable, match="ACCESS_BLOCKED"):
        handed(one.employer, officer, phone=OTHER_PHONE, said=Said() if known else Said(user_id=one.user_id))

    assert Invitation.objects.filter(voided_at=None).count() == before
    assert AuditEvent.objects.get(action="employer.appoint", refused=True).data == {"code": "ACCESS_BLOCKED"}


def test_who_is_blocked_meanwhile_is_not_appointed_by_the_supervisor(officer: User) -> None:
    one = RepresentativeFactory()
    waits = proposed(one.employer, officer, said=Said(user_id=one.user_id))
    blocked(one.user)

    assert not_allowed(lambda: approve(waits, UserFactory(supervisor=True))) == "STALE"
    assert not Appointment.objects.exists()
