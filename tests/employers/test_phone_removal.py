"""A representative's TAC number is removed at the counter, by the papers of the appointment and the thumb (employers/services/removing_phone.py)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from employers.models import Appointment, Representative
from employers.services import removing_phone
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Notice
from members.enums import IdentityKind, Thumb
from members.identity import phones
from members.identity.enums import Bound
from members.identity.models import User
from members.models import OfficerIdentity
from members.services import checking, registering
from members.services.own_record import OwnRecord
from tests.contributions.pages import text_of
from tests.employers.test_counter import PERSON, appoint
from tests.factories import EmployerFactory, RepresentativeFactory, UserFactory
from tests.members.counter import AT, ON, PHONE, checklist, message_kinds, without_thumb
from tests.members.test_counter_pages import at_the_counter, thumb

pytestmark = pytest.mark.django_db
NUMBER = PERSON.identity_number


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


@pytest.fixture
def officer(db: None) -> User:
    return UserFactory(counter_officer=True)


@pytest.fixture
def made(officer: User) -> Appointment:
    return appoint(EmployerFactory(), officer)


def remove(person: Representative, by: User, **changed: Any) -> phones.TacPhone | None:
    return removing_phone.remove(person=person, by=by, **{"paper_number": NUMBER, "checklist": checklist(), "on": ON, "at": AT, **changed})


def why(person: Representative, by: User, **changed: Any) -> str:
    with pytest.raises(removing_phone.NotRemovable) as error:
        remove(person, by, **changed)
    return error.value.code


def test_the_number_and_every_employer_are_told(made: Appointment, officer: User) -> None:
    acting = made.representative
    elsewhere = RepresentativeFactory(user=acting.user)

    assert remove(acting, officer) is not None

    assert phones.current(acting.user) is None
    assert message_kinds(PHONE)[-1] == "PHONE_REMOVED"
    told = Notice.objects.filter(code="PERSON_PHONE_REMOVED")
    assert {one.whose_id for one in told} == {acting.employer_id, elsewhere.employer_id}
    event = AuditEvent.objects.get(action="phone.remove")
    assert (event.actor_id, event.data["appointment"], event.data["seen"]) == (officer.pk, made.pk, ["LIKENESS", "ORIGINAL", "REGISTER"])


def test_a_second_click_is_the_first_one(made: Appointment, officer: User) -> None:
    remove(made.representative, officer)

    assert remove(made.representative, UserFactory(counter_officer=True), at=AT + timedelta(seconds=30)) is None
    assert why(made.representative, officer, at=AT + timedelta(minutes=2)) == "NO_NUMBER"
    assert message_kinds(PHONE).count("PHONE_REMOVED") == 1


@pytest.mark.parametrize("said", [Thumb.SILENT, Thumb.REFUSED])
def test_without_the_print_it_stays(made: Appointment, officer: User, said: Thumb) -> None:
    assert why(made.representative, officer, checklist=without_thumb(said)) == "NO_THUMB"
    assert why(made.representative, officer, paper_number="870707105678") == "OTHER_PAPER"
    with pytest.raises(checking.Incomplete):
        remove(made.representative, officer, checklist=checklist(seen=frozenset()))
    with pytest.raises(registering.NoRight):
        remove(made.representative, UserFactory(administrator=True))

    assert phones.current(made.representative.user) is not None
    assert AuditEvent.objects.filter(action="phone.remove", refused=True).count() == 2


def test_who_never_was_at_a_counter_has_no_papers_there(officer: User) -> None:
    acting = RepresentativeFactory()
    phones.bind(user=acting.user, number=PHONE, how=Bound.ADMINISTRATOR, by=None, at=AT)

    assert why(acting, officer) == "UNSEEN"


def test_nobody_removes_the_own_number(made: Appointment, officer: User) -> None:
    OfficerIdentity.objects.create(
        user=officer,
        identity_kind=IdentityKind.MYKAD,
        identity_number=NUMBER,
        reason="Kad dilihat",
        named_by=UserFactory(administrator=True),
        named_at=AT,
    )

    with pytest.raises(OwnRecord):
        remove(made.representative, officer)
    assert phones.current(made.representative.user) is not None


def test_on_the_page_it_is_done_once_in_both_languages(made: Appointment) -> None:
    counter, acting = at_the_counter(), made.representative
    address = f"/counter/employers/people/{acting.pk}/phone/remove/"
    assert address in counter.client.get(f"/counter/employers/{acting.employer.number}/").content.decode()
    assert "Remove the TAC number" in text_of(counter.client.get(f"/en{address}"))
    filled = {"paper_number": "880808-10-5678", "seen": ["ORIGINAL", "LIKENESS"]}
    silent = counter.client.post(address, filled)
    assert (silent.status_code, "880808-10-5678" in silent.content.decode()) == (422, True)
    thumb(card=NUMBER)

    for _click in range(2):
        assert counter.client.post(address, filled).headers["Location"] == f"/counter/employers/{acting.employer.number}/"

    assert phones.current(acting.user) is None
    assert message_kinds(PHONE).count("PHONE_REMOVED") == 1
    assert "tiada nombor TAC" in text_of(counter.client.get(address))
    assert counter.client.get("/counter/employers/people/999999/phone/remove/").status_code == 404
