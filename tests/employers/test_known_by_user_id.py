"""Whose papers are new to the counter stays one user: by the User ID they say and a supervisor's yes, and namesakes are never new unseen."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from employers.models import Appointment, AppointmentProposal, Representative
from employers.services import identifying
from employers.services.identifying import NotAppointable, Person, Said
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.countries import UNRECORDED
from members.enums import IdentityKind, Risk, Thumb
from members.identity import phones
from members.identity.enums import Role
from members.identity.models import User
from tests import phone as telephone
from tests.contributions.pages import signed_in, text_of
from tests.employers.test_counter import OTHER, PERSON, appoint, approve, handed, proposed, typed
from tests.employers.test_counter import why as not_allowed
from tests.factories import EmployerFactory, RepresentativeFactory, UserFactory
from tests.guards import test_constraints
from tests.members.counter import ON, PHONE, checklist
from tests.members.test_counter_pages import at_the_counter

pytestmark = pytest.mark.django_db
BUDI = Person(name="Budi Santoso", identity_kind=IdentityKind.PASSPORT, identity_number="C1234567", identity_country="IDN")
RENEWED = replace(BUDI, identity_number="E7654321")
NO_PRINT = checklist(paper=IdentityKind.PASSPORT, thumb=Thumb.NOT_ASKED)


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
    return RepresentativeFactory(user__name="Wong Li Ying", user__user_id="5000000102")


@pytest.fixture
def budi(officer: User, supervisor: User) -> User:
    """Appointed at a counter with a passport, active since."""
    user = appoint(EmployerFactory(), officer, person=BUDI, checklist=NO_PRINT).representative.user
    user.user_id, user.activated_at = "budisantoso", clock.now()
    user.set_password("kwsp-demo-2026")
    user.save()
    return user


def why(act: Callable[[], object]) -> str:
    with pytest.raises(NotAppointable) as error:
        act()
    return error.value.code


def own_number(user: User) -> str:
    return str(phones.current(user).number)  # type: ignore[union-attr]


class TestOneUser:
    """The three ways in which one person became two."""

    def test_papers_that_come_for_another_employer_only(self, wong: Representative, officer: User, supervisor: User) -> None:
        other = EmployerFactory()
        waits = proposed(other, officer, phone=own_number(wong.user), said=Said(known_as="5000000102"))

        assert (waits.risks, waits.chosen) == ([Risk.IDENTITY_FIRST, Risk.BY_USER_ID], wong.user)
        made = approve(waits, supervisor).appointment
        assert made is not None
        assert (made.representative.user, made.representative.employer) == (wong.user, other)
        assert identifying.user_of(PERSON) == wong.user

    def test_a_removed_representative_who_comes_back(self, officer: User, supervisor: User) -> None:
        gone = RepresentativeFactory(user__name=PERSON.name, user__user_id="5000000103", removed=True)
        waits = proposed(gone.employer, officer, phone=own_number(gone.user), said=Said(known_as="5000000103"))

        made = approve(waits, supervisor).appointment
        assert made is not None
        assert (made.representative.user, made.representative.pk != gone.pk) == (gone.user, True)
        assert made.invitation is None, "the i-Akaun is active"

    def test_a_passport_that_was_renewed(self, budi: User, officer: User, supervisor: User) -> None:
        waits = proposed(EmployerFactory(), officer, person=RENEWED, checklist=NO_PRINT, said=Said(known_as="budisantoso"))

        assert waits.risks == [Risk.IDENTITY_FIRST, Risk.BY_USER_ID, Risk.OTHER_PAPERS]
        approve(waits, supervisor)
        assert identifying.user_of(RENEWED) == identifying.user_of(BUDI) == budi
        event = AuditEvent.objects.get(action="representative.identify")
        assert event.data["before"] == {"identity_kind": "PASSPORT", "identity_country": "IDN", "identity_ending": "****4567"}
        assert event.data["after"] == {"identity_kind": "PASSPORT", "identity_country": "IDN", "identity_ending": "****4321"}
        assert handed(EmployerFactory(), officer, person=RENEWED, checklist=NO_PRINT).appointment, "known by now"


def test_the_person_is_told_and_reads_it_in_the_own_log(budi: User, officer: User, supervisor: User) -> None:
    employer = EmployerFactory(name="Kilang Papan Seraya")
    approve(proposed(employer, officer, person=RENEWED, checklist=NO_PRINT, said=Said(known_as="budisantoso")), supervisor)

    told = [text for text in telephone.texts(PHONE) if "direkodkan bagi ID Pengguna anda" in text]
    assert len(told) == 1
    assert "berakhir 4321" in told[0]
    assert "Kilang Papan Seraya" in told[0]
    words = text_of(signed_in(budi).get("/security/activity/"))
    assert "****4567" in words


class TestRefused:
    def test_a_user_id_of_no_representative(self, officer: User) -> None:
        member = UserFactory(user_id="zalehamat1")

        for typed_id in ("nobody0001", member.user_id, officer.user_id):
            assert why(lambda known_as=typed_id: handed(EmployerFactory(), officer, said=Said(known_as=known_as))) == "USER_ID_UNKNOWN"  # type: ignore[misc]
        assert not AppointmentProposal.objects.exists()

    def test_papers_that_are_somebody_else_s_already(self, wong: Representative, officer: User) -> None:
        appoint(EmployerFactory(), officer, person=OTHER)

        assert why(lambda: handed(EmployerFactory(), officer, person=OTHER, said=Said(known_as="5000000102"))) == "IDENTITY_TAKEN"

    def test_somebody_with_another_mykad(self, officer: User) -> None:
        user = appoint(EmployerFactory(), officer, person=OTHER).representative.user
        User.objects.filter(pk=user.pk).update(user_id="tanmeiling", activated_at=clock.now())

        assert why(lambda: handed(EmployerFactory(), officer, said=Said(known_as="tanmeiling"))) == "OTHER_PERSON"

    def test_somebody_else_than_the_officer_chose_in_the_list(self, wong: Representative, officer: User) -> None:
        other = RepresentativeFactory(employer=wong.employer)

        assert why(lambda: handed(wong.employer, officer, said=Said(user_id=other.user_id, known_as="5000000102"))) == "USER_ID_DIFFERS"
        assert proposed(wong.employer, officer, said=Said(user_id=wong.user_id, known_as="5000000102")).chosen == wong.user

    def test_who_is_blocked(self, wong: Representative, officer: User) -> None:
        User.objects.filter(pk=wong.user_id).update(is_active=False)

        assert why(lambda: handed(EmployerFactory(), officer, said=Said(known_as="5000000102"))) == "ACCESS_BLOCKED"

    def test_the_own_user_id_beside_known_papers_changes_nothing(self, budi: User, officer: User) -> None:
        made = handed(EmployerFactory(), officer, person=BUDI, checklist=NO_PRINT, said=Said(known_as="budisantoso")).appointment

        assert made is not None
        assert made.representative.user == budi


@pytest.mark.django_db(transaction=True)
def test_a_user_id_that_is_nobody_s_stays_in_the_trail(officer: User) -> None:
    assert why(lambda: handed(EmployerFactory(), officer, said=Said(known_as="nobody0001"))) == "USER_ID_UNKNOWN"

    event = AuditEvent.objects.get(refused=True)
    assert (event.action, event.data) == ("employer.appoint", {"code": "USER_ID_UNKNOWN"})


class TestNamesakes:
    """Somebody said to be new whose name a representative has waits, and the supervisor sees who that is."""

    def test_who_acts_for_another_employer_without_papers(self, wong: Representative, officer: User) -> None:
        assert proposed(EmployerFactory(), officer).risks == [Risk.NAMESAKE]

    def test_who_acted_for_this_employer(self, officer: User) -> None:
        gone = RepresentativeFactory(user__name="WONG  LI YING", removed=True)

        assert proposed(gone.employer, officer).risks == [Risk.NAMESAKE]

    def test_whose_passport_may_have_been_renewed(self, budi: User, officer: User, supervisor: User) -> None:
        waits = proposed(EmployerFactory(), officer, person=RENEWED, phone="+60123456700", checklist=NO_PRINT)

        assert waits.risks == [Risk.NAMESAKE]
        page = text_of(at_the_counter("penyelia09", Role.SUPERVISOR).get(f"/counter/employers/proposals/{waits.pk}/"))
        acting = Representative.objects.get(user=budi)
        assert "Budi Santoso · ••••••••oso" in page
        assert f"Pentadbir bagi {acting.employer.name} ({acting.employer.number})" in page

    def test_never_who_has_a_mykad_of_another_number(self, officer: User) -> None:
        appoint(EmployerFactory(), officer)
        namesake = replace(PERSON, identity_number="900909105678")

        assert appoint(EmployerFactory(), officer, person=namesake, phone="+60123456700").representative.user.name == PERSON.name

    def test_a_name_is_found_by_its_index(self, wong: Representative, officer: User) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as asked:
            identifying.namesakes(EmployerFactory(), PERSON)
        by_name = next(query["sql"] for query in asked if "UPPER" in query["sql"])
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {by_name}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "user_representative_name" in plan


class TestCountries:
    def test_one_number_of_two_countries_is_two_people(self, budi: User, officer: User) -> None:
        other = Person(name="Rahim Uddin", identity_kind=IdentityKind.PASSPORT, identity_number="C1234567", identity_country="BGD")

        made = appoint(EmployerFactory(), officer, person=other, phone="+60123456700", checklist=NO_PRINT)

        assert made.representative.user != budi
        assert (identifying.user_of(BUDI), identifying.user_of(other)) == (budi, made.representative.user)

    @pytest.mark.parametrize("changed", [{"identity_country": ""}, {"identity_country": "QQQ"}, {"identity_country": UNRECORDED}])
    def test_a_passport_has_a_country_that_there_is(self, officer: User, changed: dict[str, str]) -> None:
        assert why(lambda: handed(EmployerFactory(), officer, person=replace(BUDI, **changed), checklist=NO_PRINT)) == "PASSPORT_COUNTRY"  # type: ignore[arg-type]

    def test_no_other_paper_has_one(self, officer: User) -> None:
        assert why(lambda: handed(EmployerFactory(), officer, person=replace(PERSON, identity_country="IDN"))) == "PASSPORT_COUNTRY"

    def test_papers_of_before_may_be_of_any_country_until_their_holder_comes(self, officer: User) -> None:
        holder, other = _of_before(), replace(BUDI, identity_country="BGD")
        assert identifying.user_of(other) == identifying.user_of(BUDI) == holder.representative.user

        appoint(EmployerFactory(), officer, person=BUDI, phone=own_number(holder.representative.user), checklist=NO_PRINT)

        assert identifying.user_of(BUDI) == holder.representative.user
        assert identifying.user_of(other) is None
        assert appoint(EmployerFactory(), officer, person=replace(other, name="Rahim"), phone="+60123456700", checklist=NO_PRINT)

    def test_a_mykad_is_the_mypr_of_the_same_number(self, officer: User) -> None:
        mypr = replace(PERSON, identity_kind=IdentityKind.MYPR)
        before = appoint(EmployerFactory(), officer, person=mypr, checklist=checklist(paper=IdentityKind.MYPR))

        assert identifying.user_of(PERSON) == before.representative.user


class TestPostgreSQL:
    def test_papers_of_before_are_of_one_user_too(self, officer: User) -> None:
        made = _of_before()

        with pytest.raises(IntegrityError, match="appointment_identity_of_one_user"), transaction.atomic():
            _copied(made, identity_country="BGD")
        assert _copied(made, identity_country="IDN", representative=RepresentativeFactory(user=made.representative.user))
        assert _copied(made, identity_country="BGD"), "the holder's is Indonesia's by now"

    def test_a_mypr_of_somebody_s_mykad_is_theirs(self, officer: User) -> None:
        made = appoint(EmployerFactory(), officer)

        with pytest.raises(IntegrityError, match="appointment_identity_of_one_user"), transaction.atomic():
            _copied(made, identity_kind="MYPR")


def _of_before() -> Appointment:
    """Papers of when no country was kept."""
    holder = RepresentativeFactory(user__name=BUDI.name)
    papers = {"identity_kind": BUDI.identity_kind, "identity_number": BUDI.identity_number, "identity_country": UNRECORDED}
    return test_constraints.appointment(representative=holder, **papers)


def _copied(made: Appointment, **changed: Any) -> Appointment:
    fields = {field.name: getattr(made, field.name) for field in Appointment._meta.concrete_fields if field.name not in ("id", "representative")}
    return Appointment.objects.create(**{"representative": RepresentativeFactory(), **fields, **changed})


class TestPages:
    def test_from_the_user_id_to_the_supervisor_s_yes(self, budi: User) -> None:
        employer = EmployerFactory()
        person = at_the_counter()
        passport = {"name": "Budi Santoso", "identity_kind": "PASSPORT", "identity_country": "IDN", "paper_number": "E 7654321"}

        answer = person.client.post(f"/counter/employers/{employer.number}/", typed(**passport, user_id="BudiSantoso"), follow=True)

        waits = AppointmentProposal.objects.get()
        words = text_of(answer)
        acting = Representative.objects.get(user=budi)
        assert f"Pentadbir bagi {acting.employer.name} ({acting.employer.number})" in words
        assert "Pasport · Indonesia · ****4567" in words
        assert "budisantoso" not in words
        done = at_the_counter("penyelia09", Role.SUPERVISOR).client.post(
            f"/counter/employers/proposals/{waits.pk}/", {"action": "approve"}, follow=True
        )
        assert done.status_code == 200
        assert Representative.objects.get(employer=employer).user == budi

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"user_id": "nobody0001"}, "user_id"),
            ({"user_id": "a b"}, "user_id"),
            ({"identity_kind": "PASSPORT", "paper_number": "C1234567"}, "identity_country"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, changed: dict[str, str], field: str) -> None:
        answer = at_the_counter(prefix="/en").client.post(
            f"/en/counter/employers/{EmployerFactory().number}/", typed(**changed, without_thumb="x", seen=["ORIGINAL", "LIKENESS", "SECOND_PAPER"])
        )

        assert answer.status_code in (409, 422)
        assert set(answer.context["form"].errors) == {field}

    def test_a_proposal_says_that_the_chosen_acts_for_nobody(self, officer: User) -> None:
        gone = RepresentativeFactory(user__name=PERSON.name, user__user_id="5000000103", removed=True)
        waits = proposed(EmployerFactory(), officer, said=Said(known_as="5000000103"))

        assert "Tidak mewakili sesiapa" in text_of(at_the_counter("penyelia09", Role.SUPERVISOR).get(f"/counter/employers/proposals/{waits.pk}/"))
        assert gone.user == waits.chosen


class TestMeanwhile:
    def test_the_papers_are_somebody_s_by_now(self, wong: Representative, officer: User, supervisor: User) -> None:
        waits = proposed(EmployerFactory(), officer, said=Said(known_as="5000000102"))
        User.objects.filter(pk=wong.user_id).update(name="Lim Mei Ling")
        appoint(EmployerFactory(), officer, phone="+60123456700")

        assert not_allowed(lambda: approve(waits, supervisor)) == "STALE"

    def test_the_chosen_has_other_papers_by_now(self, wong: Representative, officer: User, supervisor: User) -> None:
        first = proposed(EmployerFactory(), officer, phone=own_number(wong.user), said=Said(known_as="5000000102"))
        approve(proposed(EmployerFactory(), officer, person=OTHER, phone=own_number(wong.user), said=Said(known_as="5000000102")), supervisor)

        assert not_allowed(lambda: approve(first, supervisor)) == "STALE"
        assert identifying.user_of(PERSON) is None


def test_the_same_click_twice_is_one_proposal(wong: Representative, officer: User) -> None:
    employer = EmployerFactory()
    first = proposed(employer, officer, said=Said(known_as="5000000102"))

    assert proposed(employer, officer, said=Said(known_as="5000000102")) == first
    assert not_allowed(lambda: handed(employer, officer)) == "ANOTHER_WAITS"
