"""Who acts for an employer: appointed, invited again, given another role or phone, removed; and what stays impossible."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection

from employers.enums import EmployerRole
from employers.models import Employer, Representative
from employers.services import leave as shown
from employers.services import people, user_ids
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Notice
from members.identity import activation, phones, recovery, tac
from members.identity.enums import Bound, Purpose
from members.identity.models import Approval, Invitation, User
from tests import factories, phone
from tests.contributions import pages
from tests.contributions.pages import Person, signed_in
from tests.factories import leave
from tests.ledger.acts import together

NEW = "/employer/people/new/"
TYPED = {"name": "Aminah binti Salleh", "user_id": "", "phone": "012-345 6789", "role": "MAKER", "language": "ms"}
NUMBER = "+60123456789"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_meters() -> None:
    cache.clear()


@pytest.fixture
def administrator() -> Representative:
    found: Representative = factories.RepresentativeFactory(administrator=True, user__name="Rohani binti Kassim")
    return found


def colleague(of: Representative, **fields: object) -> Representative:
    found: Representative = factories.RepresentativeFactory(employer=of.employer, **fields)
    return found


def leave_of(by: Representative, what: dict[str, str]) -> Approval:
    return leave.as_rows(user=by.user, purpose=Purpose.REPRESENTATIVES, shown=what, at=clock.now())


def removed(person: Representative, by: Representative) -> Representative:
    approval = leave_of(by, shown.to_remove(person))
    return people.remove(person=person, by=by.user, approval=approval, on=clock.business_date(), at=clock.now())


def appointed(by: Representative, **asked: str) -> Representative:
    who = {"name": "Aminah binti Salleh", "user_id": "", "phone": NUMBER, "language": "ms", "role": "MAKER"} | asked
    approval = leave_of(by, shown.to_appoint(by.employer, **who))
    who["role"] = EmployerRole(who["role"])
    return people.appoint(employer=by.employer, **who, by=by.user, approval=approval, on=clock.business_date(), at=clock.now())


def address(person: Representative, act: str = "") -> str:
    return f"/employer/people/{person.pk}/" + (f"{act}/" if act else "")


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(people.NotAllowed) as error:
        act()
    return error.value.code


def current(employer: Employer) -> list[str]:
    return list(Representative.objects.filter(employer=employer, removed_on=None).order_by("pk").values_list("role", flat=True))


class TestAppointing:
    def test_a_new_person_is_invited_by_sms_and_stands_in_the_list(self, administrator: Representative) -> None:
        person = signed_in(administrator.user)

        answer = person.coded(NEW, **TYPED)

        new = Representative.objects.get(employer=administrator.employer, role="MAKER")
        assert (answer.status_code, answer.url) == (302, address(new))
        assert (new.user.name, new.user.activated_at, new.appointed_by) == ("Aminah binti Salleh", None, administrator.user)
        assert "kod pengaktifan" in phone.texts(NUMBER)[0]
        listed = pages.text_of(person.get("/employer/people/"))
        assert all(words in listed for words in ("Aminah binti Salleh", "Belum mengaktifkan", "SMS menunggu dihantar"))
        assert Notice.objects.filter(code="PERSON_APPOINTED", whose_id=administrator.employer_id).count() == 1
        event = AuditEvent.objects.get(action="representative.appoint")
        assert event.data["after"] == {"role": "MAKER"}
        assert {administrator.employer.subject, new.user.subject, administrator.user.subject} <= set(event.subjects)

    def test_a_second_click_invites_nobody_twice(self, administrator: Representative) -> None:
        person = signed_in(administrator.user)
        person.coded(NEW, **TYPED)
        code = leave.digits_of(leave.Challenge.objects.latest("pk"))

        answer = person.post(NEW, **TYPED, tac=code)

        assert answer.status_code == 302
        assert Invitation.objects.count() == 1

    def test_a_person_who_acts_for_another_employer_begins_at_once(self, administrator: Representative) -> None:
        other = factories.RepresentativeFactory()
        number = phones.current(other.user).number

        new = appointed(administrator, name="", user_id=other.user.user_id, phone=number, role="CHECKER")

        assert new.user == other.user
        assert not Invitation.objects.exists()
        assert any(administrator.employer.name in text for text in phone.texts(number))

    @pytest.mark.parametrize("wrong", ["phone", "user_id", "member"])
    def test_who_is_not_known_by_both_is_refused_in_the_same_words(self, administrator: Representative, wrong: str) -> None:
        other = factories.RepresentativeFactory()
        asked = {"user_id": other.user.user_id, "phone": phones.current(other.user).number}
        asked |= {"phone": {"phone": NUMBER}, "user_id": {"user_id": "tiadaorang1"}, "member": {"user_id": factories.UserFactory().user_id}}[wrong]

        assert refusal(lambda: appointed(administrator, name="", **asked)) == "UNKNOWN_PERSON"

    def test_guessed_phones_of_a_user_id_are_few(self, administrator: Representative) -> None:
        other = factories.RepresentativeFactory()
        person = signed_in(administrator.user)
        asked = {**TYPED, "name": "", "user_id": other.user.user_id}

        statuses = [person.post(NEW, **{**asked, "phone": f"012-345 67{wrong}"}, tac_send="1").status_code for wrong in range(10, 20)]
        right = person.post(NEW, **{**asked, "phone": phones.current(other.user).number}, tac_send="1")

        assert statuses == [422] * 10
        assert right.status_code == 429, "the right one, too: it would say that it is right"
        assert "terlalu banyak" in pages.text_of(right)
        assert not leave.Challenge.objects.exists()
        assert AuditEvent.objects.filter(action="representative.appoint", refused=True, data__code="TOO_MANY").count() == 1
        assert appointed(administrator), "a new person is no guess"

    @pytest.mark.django_db(transaction=True)
    def test_guesses_sent_at_once_are_as_few(self, administrator: Representative) -> None:
        other = factories.RepresentativeFactory()
        asked = {"name": "", "user_id": other.user.user_id, "by": administrator.user, "on": clock.business_date(), "at": clock.now()}

        def guess(place: int) -> None:
            with people.refusals_kept(administrator.employer, "representative.appoint", administrator.user):
                people.check_appointment(employer=administrator.employer, phone=f"+601234567{place:02d}", **asked)

        outcomes = together(16, guess)

        assert Counter(getattr(one, "code", one) for one in outcomes) == {"UNKNOWN_PERSON": people.GUESSES_A_DAY, "TOO_MANY": 6}

    def test_a_name_keeps_no_unprintable_signs(self, administrator: Representative) -> None:
        signed_in(administrator.user).coded(NEW, **{**TYPED, "name": "Aminah\u202e  binti\u0007 Salleh"})

        assert Representative.objects.get(employer=administrator.employer, role="MAKER").user.name == "Aminah binti Salleh"

    def test_the_phone_of_who_was_invited_is_the_administrator_s_word(self, administrator: Representative) -> None:
        new = appointed(administrator)
        invitation = Invitation.objects.get(user=new.user)

        activation.choose_recognition(invitation=invitation, picture="1", phrase="bunga", on=clock.business_date(), at=clock.now())

        bound = phones.current(new.user)
        assert (bound.how, bound.by) == ("ADMINISTRATOR", administrator.user)

    def test_the_same_person_twice_is_sent_to_the_invitation(self, administrator: Representative) -> None:
        appointed(administrator)

        assert refusal(lambda: appointed(administrator)) == "ALREADY"

    def test_another_figure_than_the_code_s_is_refused(self, administrator: Representative) -> None:
        approval = leave_of(administrator, shown.to_appoint(administrator.employer, **{**TYPED, "phone": NUMBER}))
        other = {**TYPED, "phone": NUMBER, "role": EmployerRole.ADMINISTRATOR}

        with pytest.raises(tac.Refused):
            people.appoint(
                employer=administrator.employer,
                **other,
                by=administrator.user,
                approval=approval,
                on=clock.business_date(),
                at=clock.now(),
            )
        assert current(administrator.employer) == ["ADMINISTRATOR"]

    def test_what_is_missing_is_said_and_no_code_is_sent(self, administrator: Representative) -> None:
        answer = signed_in(administrator.user).post(NEW, name="", user_id="", phone="", tac_send="1")

        assert answer.status_code == 422
        assert "Masukkan nombor telefon bimbit orang ini" in pages.text_of(answer)
        assert not leave.Challenge.objects.exists()


class TestUserIds:
    def test_the_first_is_the_number_itself_and_none_comes_twice(self) -> None:
        employer = factories.EmployerFactory(number="20990001")
        first, second = (factories.RepresentativeFactory(employer=employer, user__invited=True) for _ in range(2))
        factories.UserFactory(user_id="2099000103")

        assert [user_ids.given(one.user) for one in (first, second)] == ["20990001", "2099000102"]
        Representative.objects.filter(pk=second.pk).update(removed_on=clock.business_date())
        third = factories.RepresentativeFactory(employer=employer, user__invited=True)
        assert user_ids.given(third.user) == "2099000103a"

    def test_the_activation_asks_for_it(self, administrator: Representative) -> None:
        new = appointed(administrator)

        assert activation.given_user_id(Invitation.objects.get(user=new.user)) == f"{administrator.employer.number}02"


class TestRemoving:
    def test_the_rights_and_the_sessions_end_on_the_next_click(self, administrator: Representative) -> None:
        maker = colleague(administrator)
        theirs = signed_in(maker.user)
        assert theirs.get("/employer/").status_code == 200

        answer = signed_in(administrator.user).coded(address(maker, "remove"))

        assert answer.status_code == 302
        assert theirs.get("/employer/").status_code == 302
        maker.refresh_from_db()
        assert (maker.removed_on, maker.removed_by) == (clock.business_date(), administrator.user)

    def test_who_acts_for_nobody_any_more_is_told_so(self, administrator: Representative) -> None:
        maker = colleague(administrator)
        removed(maker, administrator)

        person = signed_in(maker.user)

        for start in ("/", "/home/"):
            page = person.client.get(start, follow=True)
            assert "Anda tidak mewakili mana-mana majikan" in pages.text_of(page)
            assert "/sign-out/" in page.content.decode()
        assert person.get("/employer/people/").status_code == 404

    def test_who_serves_another_employer_is_signed_out_too_and_comes_back_for_that_one(self, administrator: Representative) -> None:
        maker = colleague(administrator)
        other = factories.RepresentativeFactory(user=maker.user)
        theirs = signed_in(maker.user)

        removed(maker, administrator)

        assert theirs.get("/employer/").status_code == 302
        answer = signed_in(maker.user).get("/employer/")
        assert answer.status_code == 200
        assert other.employer.name in pages.text_of(answer)
        assert administrator.employer.name not in pages.text_of(answer)

    def test_who_ends_the_own_role_goes_on_where_they_did_it_and_nowhere_else(self, administrator: Representative) -> None:
        colleague(administrator, administrator=True)
        other = factories.RepresentativeFactory(user=administrator.user)
        here, elsewhere = signed_in(administrator.user), signed_in(administrator.user)

        answer = here.coded(address(administrator, "remove"), for_employer=administrator.employer.number)

        assert (answer.status_code, answer.url) == (302, "/home/")
        assert other.employer.name in pages.text_of(here.get("/employer/"))
        assert elsewhere.get("/employer/").status_code == 302

    def test_tokens_for_the_employer_end_and_those_for_another_stay(self, administrator: Representative) -> None:
        maker = colleague(administrator)
        other = factories.RepresentativeFactory(user=maker.user)
        mine, theirs = (factories.ApiTokenFactory(user=maker.user, scope=f"employer:{person.employer.number}") for person in (maker, other))

        removed(maker, administrator)

        mine.refresh_from_db()
        theirs.refresh_from_db()
        assert mine.revoked_at is not None
        assert theirs.revoked_at is None

    def test_an_open_invitation_is_void(self, administrator: Representative) -> None:
        new = appointed(administrator)

        removed(new, administrator)

        assert Invitation.objects.get(user=new.user).voided_at is not None

    def test_nobody_ends_the_own_last_role(self, administrator: Representative) -> None:
        colleague(administrator, administrator=True)

        assert refusal(lambda: removed(administrator, administrator)) == "OWN_LAST_ROLE"

    @pytest.mark.parametrize("other", [{}, {"administrator": True, "user__invited": True}, {"administrator": True, "user__inactive": True}])
    def test_the_last_administrator_who_could_act_cannot_go(self, administrator: Representative, other: dict[str, object]) -> None:
        colleague(administrator, **other)
        factories.RepresentativeFactory(user=administrator.user)

        assert refusal(lambda: removed(administrator, administrator)) == "LAST_ADMINISTRATOR"
        assert AuditEvent.objects.filter(action="representative.remove", refused=True).count() == 1

    def test_a_second_click_shows_the_outcome(self, administrator: Representative) -> None:
        maker, person = colleague(administrator), signed_in(administrator.user)
        person.coded(address(maker, "remove"))

        answer = person.post(address(maker, "remove"), tac="123456")

        assert (answer.status_code, answer.url) == (302, address(maker))

    def test_what_a_colleague_did_already_is_said(self, administrator: Representative) -> None:
        maker = colleague(administrator)
        second = colleague(administrator, administrator=True)
        removed(maker, second)

        answer = signed_in(administrator.user).post(address(maker, "remove"), tac="123456")

        assert answer.status_code == 409
        assert "tidak lagi mewakili majikan" in pages.text_of(answer)


class TestRoles:
    def test_another_role_is_another_row(self, administrator: Representative) -> None:
        maker = colleague(administrator)
        token = factories.ApiTokenFactory(user=maker.user, scope=f"employer:{administrator.employer.number}")

        answer = signed_in(administrator.user).coded(address(maker, "role"), role="CHECKER")

        assert answer.status_code == 302
        rows = Representative.objects.filter(user=maker.user).order_by("pk")
        assert [(row.role, row.removed_on is None) for row in rows] == [("MAKER", False), ("CHECKER", True)]
        event = AuditEvent.objects.get(action="representative.role")
        assert (event.data["before"], event.data["after"]) == ({"role": "MAKER"}, {"role": "CHECKER"})
        token.refresh_from_db()
        assert token.revoked_at is not None  # what the code for it named was the old role's

    def test_the_last_administrator_stays_one(self, administrator: Representative) -> None:
        assert refusal(lambda: people.check_role(person=administrator, role=EmployerRole.MAKER, by=administrator.user, on=clock.business_date())) == (
            "LAST_ADMINISTRATOR"
        )

    def test_the_register_itself_refuses_another_role_in_the_same_row(self, administrator: Representative) -> None:
        with pytest.raises(Exception, match="permission denied"):
            Representative.objects.filter(pk=administrator.pk).update(role="MAKER")


class TestInvitingAgain:
    def test_the_earlier_code_is_void(self, administrator: Representative) -> None:
        new = appointed(administrator)

        answer = signed_in(administrator.user).coded(address(new, "invite"), phone="013-456 7890")

        assert answer.status_code == 302
        first, second = Invitation.objects.filter(user=new.user).order_by("pk")
        assert (first.voided_at is None, second.voided_at, second.phone) == (False, None, "+60134567890")

    def test_who_has_an_i_akaun_is_not_invited(self, administrator: Representative) -> None:
        maker = colleague(administrator)

        answer = signed_in(administrator.user).post(address(maker, "invite"), phone="013-456 7890", tac_send="1")

        assert answer.status_code == 409
        assert not Invitation.objects.exists()


class TestPhones:
    @pytest.fixture
    def without(self, administrator: Representative) -> Representative:
        """Active, and no number was ever registered."""
        return colleague(administrator, tac_phone=False)

    def test_the_first_number_is_registered_and_everybody_is_told(self, administrator: Representative, without: Representative) -> None:
        person = signed_in(administrator.user)

        answer = person.coded(address(without, "phone"), phone="013-456 7890")

        assert answer.status_code == 302
        now = phones.current(without.user)
        assert (now.number, now.how, now.by) == ("+60134567890", "ADMINISTRATOR", administrator.user)
        assert len(phone.texts("+60134567890")) == 1
        assert Notice.objects.filter(code="PERSON_PHONE", whose_id=administrator.employer_id).count() == 1
        again = person.post(address(without, "phone"), phone="013-456 7890", tac="123456")
        assert again.status_code == 302, "a second click is no fault"

    @pytest.mark.parametrize("state", ["current", "cancelled", "removed"])
    def test_whose_number_there_was_has_it_changed_at_the_counter_only(self, administrator: Representative, state: str) -> None:
        """With the checker's number an administrator would recover the checker's password, and approve alone."""
        checker = colleague(administrator, checker=True)
        before = phones.current(checker.user)
        if state == "cancelled":
            phones.bind(user=checker.user, number="+60199999999", how=Bound.COUNTER, by=None, at=clock.now())
            phones.cancel(user=checker.user, at=clock.now())
        if state == "removed":
            phones.remove(user=checker.user, by=factories.UserFactory(supervisor=True), at=clock.now())
        person = signed_in(administrator.user)

        answers = [person.get(address(checker, "phone")), person.post(address(checker, "phone"), phone="013-456 7890", tac_send="1")]

        assert [answer.status_code for answer in answers] == [200, 409]
        assert all("di kaunter KWSP dengan Borang KWSP 1(i)" in pages.text_of(answer) for answer in answers)
        assert not leave.Challenge.objects.exists()
        assert phones.current(checker.user) == (before if state == "current" else None)
        assert address(checker, "phone") not in person.get(address(checker)).content.decode()
        with pytest.raises(people.NotAllowed, match="HAD_PHONE"):
            self.registered(checker, administrator)

    def test_a_number_that_an_administrator_registered_recovers_no_password(self, administrator: Representative, without: Representative) -> None:
        self.registered(without, administrator)

        asked = recovery.ask(who=recovery.Who.EMPLOYER, known_by=without.user.user_id, number=NUMBER, forgot=recovery.Forgot.PASSWORD, at=clock.now())

        assert asked.user is None, "a decoy"

    def registered(self, person: Representative, by: Representative, number: str = NUMBER) -> None:
        approval = leave_of(by, shown.to_bind_phone(person, phone=number))
        people.bind_phone(person=person, phone=number, by=by.user, approval=approval, on=clock.business_date(), at=clock.now())

    @pytest.mark.parametrize("whose", ["own", "elsewhere", "invited"])
    def test_whose_number_is_not_the_administrator_s_to_register(self, administrator: Representative, whose: str) -> None:
        person = {
            "own": lambda: administrator,
            "elsewhere": lambda: colleague(administrator, user=factories.RepresentativeFactory(tac_phone=False).user, tac_phone=False),
            "invited": lambda: colleague(administrator, user__invited=True, tac_phone=False),
        }[whose]()
        expected = {"own": "OWN_PHONE", "elsewhere": "ELSEWHERE", "invited": "NOT_ACTIVATED"}[whose]

        assert refusal(lambda: people.check_phone(person=person, phone=NUMBER, by=administrator.user, on=clock.business_date())) == expected


class TestOnePhoneEach:
    """The codes of who prepares and of who approves do not come to one phone."""

    @pytest.fixture(params=["bound", "invited"])
    def taken(self, administrator: Representative, request: pytest.FixtureRequest) -> str:
        """The number of somebody who acts for the employer, or who was invited to."""
        if request.param == "invited":
            appointed(administrator, name="Wong Li Ying")
            return NUMBER
        return phones.current(colleague(administrator).user).number

    def test_nobody_is_appointed_with_it(self, administrator: Representative, taken: str) -> None:
        other = factories.RepresentativeFactory(tac_phone=False)
        phones.bind(user=other.user, number=taken, how=Bound.COUNTER, by=None, at=clock.now())

        assert refusal(lambda: appointed(administrator, phone=taken, role="CHECKER")) == "NUMBER_TAKEN"
        assert refusal(lambda: appointed(administrator, name="", user_id=other.user.user_id, phone=taken, role="CHECKER")) == "NUMBER_TAKEN"

    def test_nobody_is_invited_again_to_it(self, administrator: Representative, taken: str) -> None:
        new = appointed(administrator, phone="+60177777777")

        answer = signed_in(administrator.user).post(address(new, "invite"), phone=taken, tac_send="1")

        assert answer.status_code == 409
        assert "orang lain yang mewakili majikan ini" in pages.text_of(answer)
        assert refusal(lambda: self.invited_again(new, administrator, taken)) == "NUMBER_TAKEN"

    def test_it_is_registered_for_nobody_else(self, administrator: Representative, taken: str) -> None:
        person = colleague(administrator, tac_phone=False)

        check = {"person": person, "phone": taken, "by": administrator.user, "on": clock.business_date()}
        assert refusal(lambda: people.check_phone(**check)) == "NUMBER_TAKEN"

    def test_the_own_number_again_and_that_of_who_was_removed_are_free(self, administrator: Representative) -> None:
        new = appointed(administrator)
        self.invited_again(new, administrator, NUMBER)
        removed(new, administrator)

        assert appointed(administrator, name="Wong Li Ying").user != new.user

    def test_the_codes_go_where_the_last_invitation_went(self, administrator: Representative) -> None:
        """Nothing but the administrator's word had said that the first one is the person's."""
        new = appointed(administrator)
        self.chosen(new)
        assert phones.current(new.user).number == NUMBER

        self.invited_again(new, administrator, "+60198765432")
        self.chosen(new)

        assert (phones.current(new.user).number, phones.current(new.user).how) == ("+60198765432", "ADMINISTRATOR")

    def test_who_has_a_number_from_the_counter_is_invited_to_no_other(self, administrator: Representative) -> None:
        new = appointed(administrator)
        phones.bind(user=new.user, number=NUMBER, how=Bound.COUNTER, by=None, at=clock.now())

        assert refusal(lambda: self.invited_again(new, administrator, "+60198765432")) == "HAD_PHONE"
        self.invited_again(new, administrator, NUMBER)

    def chosen(self, person: Representative) -> None:
        """As far as the page that sends the code."""
        last = Invitation.objects.filter(user=person.user, voided_at=None).latest("pk")
        activation.choose_recognition(invitation=last, picture="1", phrase="bunga", on=clock.business_date(), at=clock.now())

    def invited_again(self, person: Representative, by: Representative, number: str) -> None:
        approval = leave_of(by, shown.to_invite_again(person, phone=number))
        people.invite_again(person=person, phone=number, by=by.user, approval=approval, on=clock.business_date(), at=clock.now())


class TestWhoMay:
    ACTS = ("", "new/", "{pk}/", "{pk}/invite/", "{pk}/role/", "{pk}/phone/", "{pk}/remove/")
    ONLY_READ = frozenset({"", "{pk}/"})

    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("act", ACTS)
    def test_the_matrix(self, administrator: Representative, act: str, method: str) -> None:
        maker, checker = colleague(administrator), colleague(administrator, checker=True)
        foreign = factories.RepresentativeFactory(administrator=True)
        path = "/employer/people/" + act.format(pk=maker.pk)

        seen = {
            "administrator": self._status(administrator.user, path, method),
            "maker": self._status(maker.user, path, method),
            "checker": self._status(checker.user, path, method),
            "foreign": self._status(foreign.user, path, method),
            "member": self._status(factories.MemberFactory(user=factories.UserFactory()).user, path, method),
        }

        reads_only = method == "post" and act in self.ONLY_READ
        own = 405 if reads_only else 200 if method == "get" else seen["administrator"]
        other = 405 if reads_only else 404 if "{pk}" in act else own
        assert seen == {
            "administrator": own,
            "maker": 405 if reads_only else 403,
            "checker": 405 if reads_only else 403,
            "foreign": other,
            "member": 403,
        }
        assert own in {200, 405, 409, 422}

    def _status(self, user: User, path: str, method: str) -> int:
        return getattr(signed_in(user), method)(path).status_code

    def test_the_menu_has_the_place_for_administrators_only(self, administrator: Representative) -> None:
        maker = colleague(administrator)

        assert ["/employer/people/" in self._home(one) for one in (administrator, maker)] == [True, False]

    def _home(self, person: Representative) -> str:
        return signed_in(person.user).get("/employer/").content.decode()

    def test_pages_are_there_in_english(self, administrator: Representative) -> None:
        maker = colleague(administrator)
        person: Person = signed_in(administrator.user, "/en")

        said = [pages.text_of(person.get(path)) for path in ("/employer/people/", NEW, address(maker), address(maker, "remove"))]

        assert all(word in text for word, text in zip(["Representatives", "Appoint", "Maker", "End"], said, strict=True))


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_remove_each_other_at_once_one_stays() -> None:
    for _round in range(3):
        first: Representative = factories.RepresentativeFactory(administrator=True)
        second = colleague(first, administrator=True)
        start, codes = threading.Barrier(2), []

        def go(person: Representative, by: Representative) -> None:
            try:
                approval = leave_of(by, shown.to_remove(person))
                start.wait()  # noqa: B023 - joined within the round
                people.remove(person=person, by=by.user, approval=approval, on=clock.business_date(), at=clock.now())
            except people.NotAllowed as error:
                codes.append(error.code)  # noqa: B023
            finally:
                connection.close()

        threads = [threading.Thread(target=go, args=pair) for pair in ((first, second), (second, first))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert current(first.employer) == ["ADMINISTRATOR"]
        assert codes == ["NO_RIGHT"]
