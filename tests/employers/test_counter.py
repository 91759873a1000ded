"""Employers at the counter: registered once, their representative appointed with a signed form, and a code of one phone."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, transaction

from employers.enums import AppointmentForm, EmployerKind
from employers.models import Appointment, AppointmentProposal, Employer, Representative
from employers.services import appointing, appointment_queue, identifying, registering
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.documents import services as documents
from kwsp_portal.notify.models import Notice
from kwsp_portal.thumbprint import demo
from members.enums import IdentityKind, Risk, Thumb
from members.identity import invitations, phones
from members.identity.enums import Bound, InvitationKind, Role
from members.identity.models import Invitation, User
from members.identity.models_tac import Standing
from members.services import checking, proposals
from members.services import registering as counter
from tests.contributions.pages import text_of
from tests.factories import EmployerFactory, RepresentativeFactory, UserFactory
from tests.jobs.threads import meet_at
from tests.ledger.acts import together
from tests.members.counter import AT, ON, OTHER_PHONE, PDF, PHONE, checklist, temporary, without_thumb
from tests.members.test_counter_pages import at_the_counter

pytestmark = pytest.mark.django_db
PERSON = identifying.Person(name="Wong Li Ying", identity_kind=IdentityKind.MYKAD, identity_number="880808105678")
OTHER = identifying.Person(name="Tan Mei Ling", identity_kind=IdentityKind.MYKAD, identity_number="870707105678")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


@pytest.fixture
def officer(db: None) -> User:
    return UserFactory(counter_officer=True)


def handed(employer: Employer, by: User, **changed: Any) -> appointing.Outcome:
    asked = {
        **{
            "person": PERSON,
            "said": identifying.Said(nobody=True),
            "form": AppointmentForm.KWSP_1,
            "paper": PDF,
            "phone": PHONE,
            "language": "ms",
            "checklist": checklist(),
        },
        **{"on": ON, "at": AT, **changed},
    }
    return appointing.appoint(employer=employer, by=by, **asked)


def appoint(employer: Employer, by: User, **changed: Any) -> Appointment:
    """Done at once: nothing about it is risky."""
    made = handed(employer, by, **changed).appointment
    assert made is not None
    return made


def proposed(employer: Employer, by: User, **changed: Any) -> AppointmentProposal:
    """It waits for a supervisor."""
    waits = handed(employer, by, **changed).proposal
    assert waits is not None
    return waits


def approve(proposal: AppointmentProposal, by: User) -> AppointmentProposal:
    return appointment_queue.approve(proposal_id=proposal.pk, by=by, on=ON, at=AT)


def why(act: Callable[[], object]) -> str:
    with pytest.raises(proposals.NotAllowed) as error:
        act()
    return error.value.code


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
        ({"person": identifying.Person(name="-", identity_kind=IdentityKind.MYKAD, identity_number="880808105678")}, "NAME_EMPTY"),
        ({"person": identifying.Person(name="Wong", identity_kind=IdentityKind.MYKAD, identity_number="8808")}, "IDENTITY_FORM"),
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


class TestRisky:
    """What one officer may not do alone waits in the supervisor's queue, and another decides."""

    @pytest.fixture
    def supervisor(self) -> User:
        return UserFactory(supervisor=True)

    def test_a_number_of_another_or_a_wrong_thumb_waits_and_nothing_is_sent(self, officer: User) -> None:
        phones.bind(user=UserFactory(), number=OTHER_PHONE, how=Bound.COUNTER, by=None, at=AT)

        for changed, risk in (({"phone": OTHER_PHONE}, Risk.NUMBER_OF_ANOTHER), ({"checklist": without_thumb(Thumb.REFUSED)}, Risk.THUMB_REFUSED)):
            assert proposed(EmployerFactory(), officer, **changed).risks == [risk]
        assert not Invitation.objects.exists()
        assert not Representative.objects.exists()

    def active(self, officer: User) -> Representative:
        """The administrator of an employer, who is known by the papers and has an i-Akaun."""
        acting = appoint(EmployerFactory(), officer).representative
        User.objects.filter(pk=acting.user_id).update(activated_at=AT)
        Invitation.objects.update(used_at=AT)
        return acting

    def test_appointed_for_a_shell_nobody_s_number_moves_and_every_employer_is_told_when_it_does(self, officer: User, supervisor: User) -> None:
        """Otherwise one officer and an employer made up at the counter would open the i-Akaun of another employer's administrator."""
        acting = self.active(officer)

        waits = proposed(EmployerFactory(), officer, phone=OTHER_PHONE)

        assert waits.risks == [Risk.ACTIVE_NUMBER]
        assert phones.current(acting.user).number == PHONE  # type: ignore[union-attr]
        assert not Notice.objects.filter(code="PERSON_PHONE").exists()
        approve(waits, supervisor)
        assert phones.current(acting.user).number == OTHER_PHONE  # type: ignore[union-attr]
        told = Notice.objects.get(code="PERSON_PHONE")
        assert (told.whose_id, told.figures["by"]) == (acting.employer_id, "KWSP")

    @pytest.mark.parametrize("state", ["invited", "without"])
    def test_a_number_of_who_acts_elsewhere_or_lost_it_waits_too(self, officer: User, supervisor: User, state: str) -> None:
        acting = self.active(officer) if state == "without" else appoint(EmployerFactory(), officer).representative
        if state == "without":
            phones.remove(user=acting.user, by=supervisor, at=AT)

        assert Risk.ACTIVE_NUMBER in proposed(EmployerFactory(), officer, phone=OTHER_PHONE).risks

    def test_who_has_not_begun_yet_has_a_mistyped_number_mended_at_once(self, officer: User) -> None:
        employer = EmployerFactory()
        appoint(employer, officer)

        assert appoint(employer, officer, phone=OTHER_PHONE).phone == OTHER_PHONE

    def test_papers_with_another_name_wait_and_the_supervisor_sees_both(self, officer: User) -> None:
        appoint(EmployerFactory(), officer)
        same = identifying.Person(name="WONG  LI YING", identity_kind=PERSON.identity_kind, identity_number=PERSON.identity_number)
        other = identifying.Person(name="Lim Mei Ling", identity_kind=PERSON.identity_kind, identity_number=PERSON.identity_number)

        assert appoint(EmployerFactory(), officer, person=same)
        waits = proposed(EmployerFactory(), officer, person=other)

        assert waits.risks == [Risk.OTHER_NAME]
        page = text_of(at_the_counter("penyelia09", Role.SUPERVISOR).get(f"/counter/employers/proposals/{waits.pk}/"))
        assert "Lim Mei Ling" in page
        assert "Wong Li Ying" in page

    def test_a_number_that_a_colleague_s_code_went_to_is_another_s(self, officer: User) -> None:
        colleague = RepresentativeFactory(user__invited=True, tac_phone=False)
        invitations.invite(
            user=colleague.user, kind=InvitationKind.EMPLOYER, phone=OTHER_PHONE, inbox=None, by=UserFactory(representative=True), on=ON, at=AT
        )

        assert proposed(colleague.employer, officer, phone=OTHER_PHONE).risks == [Risk.NUMBER_OF_ANOTHER]

    def test_another_administrator_beside_one_who_could_appoint_by_themselves_waits(self, officer: User) -> None:
        there = RepresentativeFactory(administrator=True)
        RepresentativeFactory(employer=EmployerFactory(), administrator=True)

        assert proposed(there.employer, officer).risks == [Risk.ADMINISTRATOR_THERE]

    @pytest.mark.parametrize("beside", [{}, {"administrator": True, "user__invited": True}, {"administrator": True, "removed": True}])
    def test_who_could_not_appoint_is_no_administrator_there(self, officer: User, beside: dict[str, Any]) -> None:
        employer = EmployerFactory()
        RepresentativeFactory(employer=employer, **beside)

        assert appoint(employer, officer).representative.role == "ADMINISTRATOR"

    def test_a_second_change_of_number_and_a_blocked_person_wait(self, officer: User, supervisor: User) -> None:
        employer = EmployerFactory()
        made = appoint(employer, officer)
        Invitation.objects.update(used_at=AT)
        User.objects.filter(pk=made.representative.user_id).update(activated_at=AT)
        second = approve(proposed(employer, officer, phone=OTHER_PHONE, checklist=without_thumb(Thumb.REFUSED)), supervisor)
        assert phones.current(made.representative.user).number == OTHER_PHONE  # type: ignore[union-attr]
        assert second.appointment.invitation is None  # type: ignore[union-attr]
        Standing.objects.create(pk=f"user:{made.representative.user_id}", blocked_at=AT, touched_at=AT)

        third = proposed(employer, officer, phone="+60123456700")

        assert set(third.risks) == {Risk.SECOND_CHANGE, Risk.BLOCKED, Risk.ACTIVE_NUMBER}
        approve(third, supervisor)
        assert Standing.objects.get(pk=f"user:{made.representative.user_id}").blocked_at is None

    def test_the_supervisor_s_yes_appoints_binds_and_sends(self, officer: User, supervisor: User) -> None:
        there = RepresentativeFactory(administrator=True)
        waits = proposed(there.employer, officer)

        done = approve(waits, supervisor)

        assert done.appointment.representative.employer == there.employer  # type: ignore[union-attr]
        assert done.appointment.document == waits.document  # type: ignore[union-attr]
        assert invitations.find(user_id=temporary()[0], secret=temporary()[1], on=ON).user == done.appointment.representative.user  # type: ignore[union-attr]
        acts = list(AuditEvent.objects.filter(action__startswith="employer.", refused=False).order_by("pk").values_list("action", "actor_id"))
        assert acts == [("employer.propose", officer.pk), ("employer.appoint", supervisor.pk), ("employer.approve", supervisor.pk)]

    def test_nobody_decides_on_the_own(self, supervisor: User, officer: User) -> None:
        waits = proposed(RepresentativeFactory(administrator=True).employer, supervisor)

        assert why(lambda: approve(waits, supervisor)) == "OWN_WORK"
        assert why(lambda: approve(waits, officer)) == "NO_RIGHT"
        assert (
            why(lambda: appointment_queue.refuse(proposal_id=waits.pk, comment=" ", by=UserFactory(supervisor=True), on=ON, at=AT))
            == "COMMENT_MISSING"
        )
        with pytest.raises(IntegrityError, match="appointment_proposal_decided_by_another"), transaction.atomic():
            AppointmentProposal.objects.filter(pk=waits.pk).update(state="APPROVED", decided_by=supervisor, decided_on=ON, decided_at=AT)
        appointment_queue.withdraw(proposal_id=waits.pk, by=officer, on=ON, at=AT)
        assert why(lambda: approve(waits, UserFactory(supervisor=True))) == "WRONG_STATE"

    def test_a_number_that_changed_meanwhile_makes_it_stale(self, officer: User, supervisor: User) -> None:
        employer = EmployerFactory()
        made = appoint(employer, officer)
        waits = proposed(employer, officer, checklist=without_thumb(Thumb.REFUSED), phone=OTHER_PHONE)
        phones.bind(user=made.representative.user, number="+60123456701", how=Bound.COUNTER, by=None, at=AT)

        assert why(lambda: approve(waits, supervisor)) == "STALE"
        waits.refresh_from_db()
        assert waits.state == "PROPOSED"

    def test_what_the_supervisor_was_not_told_makes_it_stale(self, officer: User, supervisor: User) -> None:
        waits = proposed(RepresentativeFactory(administrator=True).employer, officer)
        phones.bind(user=UserFactory(), number=PHONE, how=Bound.COUNTER, by=None, at=AT)

        assert why(lambda: approve(waits, supervisor)) == "STALE"
        assert not Appointment.objects.exists()

    def test_a_second_click_proposes_once_and_another_officer_is_told(self, officer: User) -> None:
        employer = RepresentativeFactory(administrator=True).employer
        first = proposed(employer, officer)

        assert proposed(employer, officer) == first
        assert why(lambda: handed(employer, UserFactory(counter_officer=True))) == "ANOTHER_WAITS"

    def test_what_was_proposed_is_written_once(self, officer: User) -> None:
        waits = proposed(RepresentativeFactory(administrator=True).employer, officer)

        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            AppointmentProposal.objects.filter(pk=waits.pk).update(phone=OTHER_PHONE)


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


@pytest.mark.django_db(transaction=True)
def test_of_officers_who_appoint_for_one_employer_at_once_one_makes_the_administrator() -> None:
    """One after the other by the lock on the employer: the second finds the person appointed, with one number, and one open code."""
    employer, officers = EmployerFactory(), [UserFactory(counter_officer=True) for _ in range(8)]

    found = together(8, lambda place: appoint(employer, officers[place]))

    assert all(isinstance(one, Appointment) for one in found), found
    assert Representative.objects.filter(employer=employer).count() == 1
    assert User.objects.filter(representations__employer=employer).distinct().count() == 1
    assert Invitation.objects.filter(used_at=None, voided_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_number_for_the_people_of_two_employers_at_once_is_one_person_s(monkeypatch: pytest.MonkeyPatch) -> None:
    employers, officers = [EmployerFactory() for _ in range(2)], [UserFactory(counter_officer=True) for _ in range(2)]
    meet_at(monkeypatch, appointing.binding, "risks_of")

    found = together(2, lambda place: handed(employers[place], officers[place], person=(PERSON, OTHER)[place]))

    assert all(isinstance(one, appointing.Outcome) for one in found), found
    assert (Appointment.objects.count(), AppointmentProposal.objects.get().risks) == (1, [Risk.NUMBER_OF_ANOTHER])


@pytest.mark.django_db(transaction=True)
def test_one_person_appointed_for_two_employers_at_once_is_one_user(monkeypatch: pytest.MonkeyPatch) -> None:
    employers, officers = [EmployerFactory() for _ in range(2)], [UserFactory(counter_officer=True) for _ in range(2)]
    meet_at(monkeypatch, identifying, "user_of")

    found = together(2, lambda place: handed(employers[place], officers[place]))

    assert all(isinstance(one, appointing.Outcome) and one.appointment for one in found), found
    assert User.objects.filter(representations__isnull=False).distinct().count() == 1
    assert {one.representative.user.name for one in Appointment.objects.all()} == {PERSON.name}


@pytest.mark.django_db(transaction=True)
def test_one_person_approved_and_appointed_at_once_is_one_user(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = proposed(RepresentativeFactory(administrator=True).employer, UserFactory(counter_officer=True))
    officer, supervisor, other = UserFactory(counter_officer=True), UserFactory(supervisor=True), EmployerFactory()
    acts = (lambda: approve(waits, supervisor), lambda: handed(other, officer))
    meet_at(monkeypatch, identifying, "user_of")

    together(2, lambda place: acts[place]())

    assert Appointment.objects.values("representative__user").distinct().count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_supervisors_who_approve_at_once_one_does() -> None:
    waits = proposed(RepresentativeFactory(administrator=True).employer, UserFactory(counter_officer=True))
    supervisors = [UserFactory(supervisor=True) for _ in range(8)]

    together(8, lambda place: approve(waits, supervisors[place]))

    assert Appointment.objects.count() == Invitation.objects.count() == 1


def typed(**changed: object) -> dict[str, object]:
    """What an officer fills in on the appointment's page."""
    paper = SimpleUploadedFile("kwsp1.pdf", b"%PDF-1.7 kwsp 1", content_type="application/pdf")
    return {
        **{"name": "Wong Li Ying", "identity_kind": "MYKAD", "paper_number": "880808-10-5678", "form": "KWSP_1", "papers": paper},
        **{"seen": ["ORIGINAL", "LIKENESS"], "phone": "012-345 6789", "language": "ms", "without_thumb": "", "who": "NOBODY", **changed},
    }


class TestPages:
    def test_from_a_new_employer_to_the_slip(self) -> None:
        person = at_the_counter()
        new = {"name": "Kedai Buku Merbau", "kind": "PRIVATE", "from_date": "2026-11-02"}
        answer = person.client.post("/counter/employers/new/", new, follow=True)
        employer = Employer.objects.get()
        assert f"Nombor majikan: {employer.number}" in text_of(answer)
        demo.put(reader="kaunter09", card="880808105678", own=True, at=clock.now())

        answer = person.client.post(f"/counter/employers/{employer.number}/", typed(), follow=True)

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

    def test_what_an_officer_saw_of_an_employer_is_in_its_log(self, settings: Any) -> None:
        employer = RepresentativeFactory(administrator=True).employer
        person, officer = at_the_counter(), UserFactory(counter_officer=True)
        made = appoint(EmployerFactory(), officer, person=OTHER, phone=OTHER_PHONE)
        waits = proposed(employer, officer)
        person.client.post("/counter/employers/", {"q": employer.number})
        search = AuditEvent.objects.latest("seq")
        assert (search.action, search.data["way"], search.data["found"]) == ("counter.search", "EMPLOYER", 1)

        wanted = {
            f"/counter/employers/{employer.number}/": {employer.subject},
            f"/counter/employers/proposals/{waits.pk}/": {employer.subject},
            f"/counter/employers/appointments/{made.pk}/": {made.representative.employer.subject, made.representative.user.subject},
        }
        for address, whose in wanted.items():
            assert person.get(address).status_code == 200
            event = AuditEvent.objects.latest("seq")
            assert (event.action, set(event.subjects) - {f"user:{event.actor_id}"}) == ("employer.view", whose), address

        settings.COUNTER_LOOKUPS_AN_HOUR = 1
        assert person.client.post("/counter/employers/", {"q": "kilang"}).status_code == 429
        assert person.get(f"/counter/employers/{EmployerFactory().number}/").status_code == 429

    def test_errors_keep_what_was_typed(self) -> None:
        employer = EmployerFactory()

        answer = at_the_counter().client.post(f"/counter/employers/{employer.number}/", typed(papers=b"", phone="03"))

        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"papers", "phone"}
        assert 'value="880808-10-5678"' in answer.content.decode()

    def test_in_english_too(self) -> None:
        employer = EmployerFactory()

        page = text_of(at_the_counter(prefix="/en").client.get(f"/en/counter/employers/{employer.number}/"))

        assert "Appoint a representative and send the activation code" in page

    def test_from_the_risky_appointment_to_the_supervisor_s_yes(self) -> None:
        employer = RepresentativeFactory(administrator=True).employer
        person = at_the_counter()
        demo.put(reader="kaunter09", card="880808105678", own=True, at=clock.now())

        answer = person.client.post(f"/counter/employers/{employer.number}/", typed(), follow=True)

        waits = AppointmentProposal.objects.get()
        words = text_of(answer)
        assert "sudah mempunyai pentadbir lain yang aktif" in words
        assert "Luluskan dan hantar kod" not in words
        assert "Pelantikan wakil majikan" in text_of(person.get("/counter/queue/"))
        assert "Menunggu penyelia" in text_of(person.get(f"/counter/employers/{employer.number}/"))
        supervisor = at_the_counter("penyelia09", Role.SUPERVISOR)
        paper = supervisor.get(f"/counter/employers/proposals/{waits.pk}/document/")
        assert paper["Content-Disposition"] == 'attachment; filename="kwsp1.pdf"'
        done = supervisor.client.post(f"/counter/employers/proposals/{waits.pk}/", {"action": "approve"}, follow=True)
        assert "Slip untuk anda" in text_of(done)
        again = supervisor.post(f"/counter/employers/proposals/{waits.pk}/", action="approve")
        assert (again.status_code, Appointment.objects.count()) == (302, 1)
        assert "Diluluskan" in text_of(supervisor.get("/counter/queue/?state=APPROVED"))

    def test_a_refusal_needs_its_reason_and_shows_it(self) -> None:
        waits = proposed(RepresentativeFactory(administrator=True).employer, UserFactory(counter_officer=True))
        supervisor = at_the_counter("penyelia09", Role.SUPERVISOR, "/en")
        page = f"/counter/employers/proposals/{waits.pk}/"

        assert supervisor.post(page, action="refuse", comment="").status_code == 422
        assert supervisor.post(page, action="refuse", comment="Borang tidak ditandatangani").status_code == 302
        assert "Borang tidak ditandatangani" in text_of(supervisor.get(page))
        assert supervisor.post(page, action="approve").status_code == 409
