"""Employers at the counter: registered once, their representative appointed with a signed form, and a code of one phone."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction

from employers.enums import AppointmentForm, EmployerKind
from employers.models import Appointment, Employer, Representative
from employers.services import appointing, registering
from kwsp_portal.common import clock
from kwsp_portal.documents import services as documents
from kwsp_portal.thumbprint import demo
from members.enums import IdentityKind, Risk, Thumb
from members.identity import invitations, phones
from members.identity.enums import Bound
from members.identity.models import Invitation, User
from members.services import checking
from members.services import registering as counter
from tests.contributions.pages import text_of
from tests.factories import EmployerFactory, UserFactory
from tests.ledger.acts import together
from tests.members.counter import AT, ON, OTHER_PHONE, PDF, PHONE, checklist, temporary, without_thumb
from tests.members.test_counter_pages import at_the_counter

pytestmark = pytest.mark.django_db
PERSON = appointing.Person(name="Wong Li Ying", identity_kind=IdentityKind.MYKAD, identity_number="880808105678")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


@pytest.fixture
def officer(db: None) -> User:
    return UserFactory(counter_officer=True)


def appoint(employer: Employer, by: User, **changed: Any) -> Appointment:
    asked = {
        **{"person": PERSON, "form": AppointmentForm.KWSP_1, "paper": PDF, "phone": PHONE, "language": "ms", "checklist": checklist()},
        **{"on": ON, "at": AT, **changed},
    }
    return appointing.appoint(employer=employer, by=by, **asked)


def test_a_new_employer_has_a_number_at_once(officer: User) -> None:
    made = registering.register(name="Kedai Buku Merbau", kind=EmployerKind.PRIVATE, from_date=ON, by=officer, on=ON)

    assert len(made.number) == 8
    with pytest.raises(registering.Known) as known:
        registering.register(name="KEDAI BUKU MERBAU", kind=EmployerKind.PRIVATE, from_date=ON, by=officer, on=ON)
    assert known.value.employers == [made]
    other = registering.register(
        name="Kedai Buku Merbau", kind=EmployerKind.PRIVATE, from_date=ON, none_of=frozenset({made.number}), by=officer, on=ON
    )
    assert other.number != made.number


def test_an_employer_does_not_begin_after_today(officer: User) -> None:
    with pytest.raises(registering.StartRefused):
        registering.register(name="Esok", kind=EmployerKind.PRIVATE, from_date=date(2026, 11, 3), by=officer, on=ON)


def test_the_representative_gets_a_code_and_is_the_administrator(officer: User) -> None:
    employer = EmployerFactory()

    made = appoint(employer, officer)

    assert (made.representative.role, made.representative.employer) == ("ADMINISTRATOR", employer)
    user_id, code = temporary()
    found = invitations.find(user_id=user_id, secret=code, on=ON)
    assert (found.kind, found.user) == ("EMPLOYER", made.representative.user)
    assert phones.current(found.user).number == PHONE  # type: ignore[union-attr]
    assert bytes(made.document.content) == PDF.content


def test_sent_again_the_earlier_code_is_dead_and_a_second_click_sends_nothing(officer: User) -> None:
    employer = EmployerFactory()
    first = appoint(employer, officer)
    assert appoint(employer, officer) == first

    again = appoint(employer, officer, at=AT + appointing.SECOND_CLICK)

    assert again.representative == first.representative
    assert Invitation.objects.filter(used_at=None, voided_at=None).get() == again.invitation
    assert Representative.objects.count() == 1


def test_one_person_acts_for_several_employers(officer: User) -> None:
    first = appoint(EmployerFactory(), officer)
    user = first.representative.user
    user.set_password("kwsp-demo-2026")
    user.activated_at = AT
    user.save()

    second = appoint(EmployerFactory(), officer)

    assert second.representative.user == user
    assert second.invitation is None, "who is active already needs no code"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"person": appointing.Person(name="-", identity_kind=IdentityKind.MYKAD, identity_number="880808105678")}, "NAME_EMPTY"),
        ({"person": appointing.Person(name="Wong", identity_kind=IdentityKind.MYKAD, identity_number="8808")}, "IDENTITY_FORM"),
    ],
)
def test_what_is_lacking_is_said(officer: User, changed: dict[str, Any], code: str) -> None:
    with pytest.raises(appointing.NotAppointable, match=code):
        appoint(EmployerFactory(), officer, **changed)


def test_a_closed_employer_gets_nothing(officer: User) -> None:
    with pytest.raises(appointing.NotAppointable, match="EMPLOYER_CLOSED"):
        appoint(EmployerFactory(closed=True), officer)
    assert not Invitation.objects.exists()


def test_without_the_form_or_the_checklist_there_is_no_code(officer: User) -> None:
    with pytest.raises(documents.NotAPaper):
        appoint(EmployerFactory(), officer, paper=documents.Upload("x.exe", b"MZ"))
    with pytest.raises(checking.Incomplete):
        appoint(EmployerFactory(), officer, checklist=checklist(seen=frozenset()))
    assert not Invitation.objects.exists()
    assert not Representative.objects.exists()


def test_what_is_risky_a_supervisor_does(officer: User) -> None:
    phones.bind(user=UserFactory(), number=OTHER_PHONE, how=Bound.COUNTER, by=None, at=AT)
    employer = EmployerFactory()

    for risky, risk in (({"phone": OTHER_PHONE}, Risk.NUMBER_OF_ANOTHER), ({"checklist": without_thumb(Thumb.REFUSED)}, Risk.THUMB_REFUSED)):
        with pytest.raises(appointing.NeedsSupervisor) as needed:
            appoint(employer, officer, **risky)  # type: ignore[arg-type]
        assert needed.value.risks == (risk,)
    assert appoint(employer, UserFactory(supervisor=True), phone=OTHER_PHONE).invitation


def test_only_a_counter_appoints() -> None:
    with pytest.raises(counter.NoRight):
        appoint(EmployerFactory(), UserFactory(representative=True))


def test_an_appointment_is_written_once(officer: User) -> None:
    made = appoint(EmployerFactory(), officer)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Appointment.objects.filter(pk=made.pk).update(phone=OTHER_PHONE)


@pytest.mark.django_db(transaction=True)
def test_of_officers_who_register_one_employer_at_once_one_does() -> None:
    officers = [UserFactory(counter_officer=True) for _ in range(8)]

    found = together(8, lambda place: registering.register(name="Serentak", kind=EmployerKind.PRIVATE, from_date=ON, by=officers[place], on=ON))

    assert len([one for one in found if isinstance(one, Employer)]) == Employer.objects.count() == 1


class TestPages:
    def fields(self, **changed: object) -> dict[str, object]:
        paper = SimpleUploadedFile("kwsp1.pdf", b"%PDF-1.7 kwsp 1", content_type="application/pdf")
        return {
            **{"name": "Wong Li Ying", "identity_kind": "MYKAD", "paper_number": "880808-10-5678", "form": "KWSP_1", "papers": paper},
            **{"seen": ["ORIGINAL", "LIKENESS"], "phone": "012-345 6789", "language": "ms", "without_thumb": "", **changed},
        }

    def test_from_a_new_employer_to_the_slip(self) -> None:
        person = at_the_counter()
        new = {"name": "Kedai Buku Merbau", "kind": "PRIVATE", "from_date": "2026-11-02"}
        answer = person.client.post("/counter/employers/new/", new, follow=True)
        employer = Employer.objects.get()
        assert f"Nombor majikan: {employer.number}" in text_of(answer)
        demo.put(reader="kaunter09", card="880808105678", own=True, at=clock.now())

        answer = person.client.post(f"/counter/employers/{employer.number}/", self.fields(), follow=True)

        _user_id, code = temporary()
        assert code not in answer.content.decode()
        assert "Slip untuk anda" in text_of(answer)
        made = Appointment.objects.get()
        paper = person.client.get(f"/counter/employers/appointments/{made.pk}/document/")
        assert paper["Content-Disposition"] == 'attachment; filename="kwsp1.pdf"'

    def test_an_employer_is_found_by_number_or_start_of_name(self) -> None:
        employer = EmployerFactory(name="Kilang Papan Seraya")
        person = at_the_counter()

        for text in (employer.number, "kilang pa"):
            assert employer.number in text_of(person.client.post("/counter/employers/", {"q": text}))
        assert "Tiada majikan ditemui" in text_of(person.client.post("/counter/employers/", {"q": "zzz"}))

    def test_errors_keep_what_was_typed(self) -> None:
        employer = EmployerFactory()

        answer = at_the_counter().client.post(f"/counter/employers/{employer.number}/", self.fields(papers=b"", phone="03"))

        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"papers", "phone"}
        assert 'value="880808-10-5678"' in answer.content.decode()

    def test_in_english_too(self) -> None:
        employer = EmployerFactory()

        page = text_of(at_the_counter(prefix="/en").client.get(f"/en/counter/employers/{employer.number}/"))

        assert "Appoint a representative and send the activation code" in page
