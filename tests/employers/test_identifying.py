"""Who was appointed in the portal alone becomes known by an identity at the counter, by two officers, and stays one user (identifying.py)."""

from collections.abc import Callable, Iterator

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from employers.models import Appointment, AppointmentProposal, Representative
from employers.services import appointing
from employers.services.identifying import NotAppointable, Person, Said
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.thumbprint import demo
from members.enums import Risk
from members.identity import phones
from members.identity.enums import Role
from members.identity.models import User
from tests.contributions.pages import signed_in, text_of
from tests.employers.test_counter import OTHER, PERSON, appoint, approve, handed, proposed, typed
from tests.employers.test_counter import why as not_allowed
from tests.factories import EmployerFactory, RepresentativeFactory, UserFactory
from tests.ledger.acts import together
from tests.members.counter import ON, PHONE
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
def supervisor(db: None) -> User:
    return UserFactory(supervisor=True)


@pytest.fixture
def wong(db: None) -> Representative:
    """Appointed by an administrator in the portal: nobody has seen papers."""
    return RepresentativeFactory(user__name="WONG  LI YING", user__user_id="5000000102")


def why(act: Callable[[], object]) -> str:
    with pytest.raises(NotAppointable) as error:
        act()
    return error.value.code


def known_now(person: Person) -> User | None:
    return appointing.identifying.user_of(person)


def test_who_was_appointed_in_the_portal_stays_one_user(wong: Representative, officer: User, supervisor: User) -> None:
    waits = proposed(wong.employer, officer, said=Said(user_id=wong.user_id))

    assert set(waits.risks) == {Risk.IDENTITY_FIRST, Risk.ACTIVE_NUMBER}
    assert (waits.chosen, waits.before) == (wong.user, phones.current(wong.user).number)  # type: ignore[union-attr]
    assert known_now(PERSON) is None
    done = approve(waits, supervisor)
    assert done.appointment.representative == wong  # type: ignore[union-attr]
    assert Representative.objects.count() == 1
    assert known_now(PERSON) == wong.user
    assert phones.current(wong.user).number == PHONE  # type: ignore[union-attr]


def test_it_waits_for_a_supervisor_though_nothing_else_is_risky(wong: Representative, officer: User) -> None:
    own = phones.current(wong.user).number  # type: ignore[union-attr]

    assert proposed(wong.employer, officer, phone=own, said=Said(user_id=wong.user_id)).risks == [Risk.IDENTITY_FIRST]


def test_the_person_reads_in_the_own_log_whose_papers_were_recorded(wong: Representative, officer: User, supervisor: User) -> None:
    approve(proposed(wong.employer, officer, said=Said(user_id=wong.user_id)), supervisor)

    event = AuditEvent.objects.get(action="representative.identify")
    assert (event.actor_id, event.data["before"]) == (supervisor.pk, {})
    assert event.data["after"] == {"identity_kind": "MYKAD", "identity_ending": "******-**-5678"}
    assert {wong.user.subject, wong.employer.subject} <= set(event.subjects)
    words = text_of(signed_in(wong.user).get("/security/activity/"))
    assert "Nombor pengenalan wakil majikan direkodkan di kaunter" in words
    assert "******-**-5678" in words


def test_who_it_is_must_be_said_while_somebody_acts_without_papers(wong: Representative, officer: User) -> None:
    assert why(lambda: handed(wong.employer, officer, said=Said())) == "WHO_MISSING"
    assert handed(EmployerFactory(), officer, said=Said()).appointment, "there is nobody to ask about"
    assert handed(wong.employer, officer, said=Said()).appointment, "these papers are known by now"


def test_nobody_of_them_is_a_new_person(wong: Representative, officer: User) -> None:
    made = appoint(wong.employer, officer, person=OTHER, said=Said(nobody=True))

    assert made.representative.user != wong.user


def test_a_new_person_of_the_same_name_waits_and_the_supervisor_is_told_of_whom(wong: Representative, officer: User, supervisor: User) -> None:
    waits = proposed(wong.employer, officer, said=Said(nobody=True))

    assert (waits.risks, waits.chosen) == ([Risk.NAMESAKE], None)
    page = text_of(at_the_counter("penyelia09", Role.SUPERVISOR).get(f"/counter/employers/proposals/{waits.pk}/"))
    assert "wakil majikan dengan nama yang sama mungkin orang ini" in page
    assert "•••••••102" in page
    assert approve(waits, supervisor).appointment.representative.user != wong.user  # type: ignore[union-attr]


def test_another_name_than_the_paper_s_is_a_risk_of_its_own_and_both_are_shown(officer: User) -> None:
    one = RepresentativeFactory(user__name="Lim Mei Ling")
    waits = proposed(one.employer, officer, said=Said(user_id=one.user_id))

    assert {Risk.IDENTITY_FIRST, Risk.OTHER_NAME} <= set(waits.risks)
    page = text_of(at_the_counter("penyelia09", Role.SUPERVISOR).get(f"/counter/employers/proposals/{waits.pk}/"))
    first_tie = "Nombor pengenalan ini diikat dengan ID Pengguna yang sudah ada buat kali pertama"
    assert all(words in page for words in ("Lim Mei Ling", PERSON.name, first_tie))


@pytest.mark.django_db(transaction=True)
def test_papers_that_are_another_user_s_are_refused_and_it_stays_in_the_trail(wong: Representative, officer: User) -> None:
    theirs = appoint(EmployerFactory(), officer).representative.user

    assert why(lambda: handed(wong.employer, officer, said=Said(user_id=wong.user_id))) == "IDENTITY_TAKEN"
    event = AuditEvent.objects.get(action="employer.appoint", refused=True)
    assert event.data == {"code": "IDENTITY_TAKEN"}
    assert {wong.user.subject, theirs.subject} <= set(event.subjects)


@pytest.mark.parametrize("chosen", ["elsewhere", "removed", "known"])
def test_only_who_acts_for_this_employer_without_papers_is_chosen(wong: Representative, officer: User, chosen: str) -> None:
    made = {
        "elsewhere": lambda: RepresentativeFactory().user_id,
        "removed": lambda: RepresentativeFactory(employer=wong.employer, removed=True).user_id,
        "known": lambda: appoint(wong.employer, officer, person=OTHER).representative.user_id,
    }[chosen]()

    assert why(lambda: handed(wong.employer, officer, phone="+60123456700", said=Said(user_id=made))) == "WHO_CHANGED"
    assert not AppointmentProposal.objects.exists()


class TestMeanwhile:
    """What changed between the officer's word and the supervisor's yes."""

    def test_the_chosen_acts_no_more(self, wong: Representative, officer: User, supervisor: User) -> None:
        waits = proposed(wong.employer, officer, said=Said(user_id=wong.user_id))
        Representative.objects.filter(pk=wong.pk).update(removed_on=ON)

        assert not_allowed(lambda: approve(waits, supervisor)) == "STALE"

    def test_the_chosen_has_papers_by_now(self, wong: Representative, officer: User, supervisor: User) -> None:
        first = proposed(wong.employer, officer, said=Said(user_id=wong.user_id))
        number = phones.current(wong.user).number  # type: ignore[union-attr]
        second = proposed(wong.employer, officer, phone=number, person=OTHER, said=Said(user_id=wong.user_id))
        approve(second, supervisor)

        assert not_allowed(lambda: approve(first, supervisor)) == "STALE"
        assert known_now(PERSON) is None

    def test_the_papers_are_another_s_by_now(self, wong: Representative, officer: User, supervisor: User) -> None:
        waits = proposed(wong.employer, officer, said=Said(user_id=wong.user_id))
        appoint(EmployerFactory(), officer, phone="+60123456700")

        assert not_allowed(lambda: approve(waits, supervisor)) == "STALE"

    def test_a_namesake_was_appointed_in_the_portal(self, officer: User, supervisor: User) -> None:
        there = RepresentativeFactory(administrator=True)
        waits = proposed(there.employer, officer)
        RepresentativeFactory(employer=there.employer, user__name=PERSON.name)

        assert not_allowed(lambda: approve(waits, supervisor)) == "STALE"

    def test_the_name_was_corrected_to_another(self, wong: Representative, officer: User, supervisor: User) -> None:
        waits = proposed(wong.employer, officer, said=Said(user_id=wong.user_id))
        User.objects.filter(pk=wong.user_id).update(name="Lim Mei Ling")

        assert not_allowed(lambda: approve(waits, supervisor)) == "STALE"


def test_another_word_on_who_it_is_is_no_second_click(wong: Representative, officer: User) -> None:
    first = proposed(wong.employer, officer, said=Said(user_id=wong.user_id))

    assert proposed(wong.employer, officer, said=Said(user_id=wong.user_id)) == first
    assert not_allowed(lambda: handed(wong.employer, officer, said=Said(nobody=True))) == "ANOTHER_WAITS"


@pytest.mark.django_db(transaction=True)
def test_of_two_papers_tied_to_one_user_at_two_counters_at_once_one_is() -> None:
    """The person acts for two employers; each counter holds its own employer and its own papers."""
    wong = RepresentativeFactory(user__name=PERSON.name)
    elsewhere = RepresentativeFactory(user=wong.user, tac_phone=False)
    officer, supervisors = UserFactory(counter_officer=True), [UserFactory(supervisor=True) for _ in range(2)]
    number = phones.current(wong.user).number  # type: ignore[union-attr]
    waits = [
        proposed(acting.employer, officer, person=person, phone=number, said=Said(user_id=wong.user_id))
        for acting, person in ((wong, PERSON), (elsewhere, OTHER))
    ]

    found = together(2, lambda place: approve(waits[place], supervisors[place]))

    assert sorted(type(one).__name__ for one in found) == ["AppointmentProposal", "NotAllowed"], found
    assert Appointment.objects.count() == 1


class TestPostgreSQL:
    def test_papers_are_of_one_user(self, officer: User) -> None:
        made = appoint(EmployerFactory(), officer)
        fields = {field.name: getattr(made, field.name) for field in Appointment._meta.concrete_fields if field.name not in ("id", "representative")}

        with pytest.raises(IntegrityError, match="appointment_identity_of_one_user"), transaction.atomic():
            Appointment.objects.create(representative=RepresentativeFactory(), **fields)
        assert Appointment.objects.create(representative=RepresentativeFactory(user=made.representative.user), **fields)

    def test_who_was_chosen_is_written_once(self, wong: Representative, officer: User) -> None:
        waits = proposed(wong.employer, officer, said=Said(user_id=wong.user_id))

        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            AppointmentProposal.objects.filter(pk=waits.pk).update(chosen=None)


class TestPage:
    def address(self, one: Representative) -> str:
        return f"/counter/employers/{one.employer.number}/"

    def test_the_question_is_asked_only_where_somebody_has_no_papers(self, wong: Representative, officer: User) -> None:
        person = at_the_counter()

        words = text_of(person.get(self.address(wong)))
        assert "Siapakah orang ini antara wakil yang dilantik di portal?" in words
        assert "•••••••102" in words
        assert "5000000102" not in words
        page = person.get(self.address(appoint(EmployerFactory(), officer).representative))
        assert "Siapakah orang ini" not in text_of(page)

    def test_it_is_required_and_nothing_is_chosen_before(self, wong: Representative) -> None:
        person = at_the_counter(prefix="/en")

        page = person.get(self.address(wong)).content.decode()
        assert page.count('name="who"') == 2
        assert 'name="who" value="NOBODY" id="id_who_1" checked' not in page
        answer = person.client.post("/en" + self.address(wong), typed(who=""))

        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"who"}
        assert 'value="880808-10-5678"' in answer.content.decode()

    def test_from_the_choice_to_the_supervisor_s_yes(self, wong: Representative) -> None:
        person = at_the_counter()
        demo.put(reader="kaunter09", card="880808105678", own=True, at=clock.now())

        answer = person.client.post(self.address(wong), typed(who=str(wong.user_id), form="KWSP_1I"), follow=True)

        waits = AppointmentProposal.objects.get()
        assert "Wakil yang dipilih pegawai" in text_of(answer)
        assert f"Penyedia bagi {wong.employer.name} ({wong.employer.number})" in text_of(answer)
        done = at_the_counter("penyelia09", Role.SUPERVISOR).client.post(
            f"/counter/employers/proposals/{waits.pk}/", {"action": "approve"}, follow=True
        )
        assert "ia kini bertindak" not in text_of(done), "it acted for this employer before"
        assert Appointment.objects.get().representative == wong

    def test_somebody_appointed_since_the_page_was_opened_is_asked_about(self) -> None:
        employer = EmployerFactory()
        person = at_the_counter()
        demo.put(reader="kaunter09", card="880808105678", own=True, at=clock.now())
        RepresentativeFactory(employer=employer)

        answer = person.client.post(f"/counter/employers/{employer.number}/", typed(who=""))

        assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"who"})
        gone = person.client.post(f"/counter/employers/{employer.number}/", typed(who="999999999"))
        assert (gone.status_code, "Senarai wakil telah berubah" in text_of(gone)) == (422, True)

    def test_papers_of_another_are_refused(self, wong: Representative, officer: User) -> None:
        appoint(EmployerFactory(), officer)
        person = at_the_counter()
        demo.put(reader="kaunter09", card="880808105678", own=True, at=clock.now())

        answer = person.client.post(self.address(wong), typed(who=str(wong.user_id)))

        assert (answer.status_code, set(answer.context["form"].errors)) == (409, {"__all__"})
