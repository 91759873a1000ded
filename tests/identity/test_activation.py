"""From the SMS of a counter to the own i-Akaun: each step, going on where it stopped, and what must not work."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.test import Client

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from members.identity import activation, invitations, phones, tac
from members.identity.activation import Step
from members.identity.enums import InvitationKind, Role
from members.identity.models import Challenge, Invitation, User
from tests.factories import UserFactory
from tests.identity.conftest import sign_in
from tests.identity.tac_codes import digits_of, wrong_for
from tests.jobs.threads import meet_at
from tests.ledger.acts import together

PHONE = "+60123456789"
PASSWORD = "kuda padi laut ikan"
STEPS = {
    Step.TERMS: {"agree": "on"},
    Step.USER_ID: {"user_id": "Aminah85"},
    Step.PASSWORD: {"password": PASSWORD},
    Step.RECOGNITION: {"picture": "wau", "phrase": "laut  biru"},
}
pytestmark = pytest.mark.django_db


class Newcomer:
    """Somebody with an SMS, and a browser."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        issued: list[str] = []
        made = invitations._secret
        monkeypatch.setattr(invitations, "_secret", lambda: issued.append(made()) or issued[-1])
        with transaction.atomic():
            self.user = invitations.begin(role=Role.MEMBER, name="Aminah binti Yusof", language="ms")
        self.temporary_id = self.user.user_id
        self.invitation = self.invited()
        self.secret = issued[-1]
        self.browser = Client()

    def invited(self, **more: Any) -> Invitation:
        by = UserFactory(counter_officer=True)
        return invitations.invite(
            user=self.user, kind=InvitationKind.MEMBER, phone=PHONE, inbox=None, by=by, on=clock.business_date(), at=clock.now(), **more
        )

    def enter(self, browser: Client | None = None, secret: str = "") -> Any:
        return (browser or self.browser).post("/activate/", {"user_id": self.temporary_id, "secret": secret or self.secret})

    def do(self, *steps: Step, **changed: str) -> Any:
        answer = None
        for step in steps:
            answer = self.browser.post(f"/activate/{step}/", {**STEPS[step], **changed})
        return answer

    def ask_for_code(self) -> Challenge:
        assert self.browser.post("/activate/phone/", {"tac_send": "1"}).status_code == 200
        return Challenge.objects.get(user=self.user, used_at=None, burnt_at=None)

    def finish(self, challenge: Challenge) -> Any:
        return self.browser.post("/activate/phone/", {"tac": digits_of(challenge), "action": "activate"})


@pytest.fixture
def newcomer(monkeypatch: pytest.MonkeyPatch) -> Newcomer:
    return Newcomer(monkeypatch)


def test_from_the_sms_to_the_own_home(newcomer: Newcomer) -> None:
    assert newcomer.enter().headers["Location"] == "/activate/terms/"
    for step, after in zip(STEPS, (*list(STEPS)[1:], Step.PHONE), strict=True):
        assert newcomer.do(step).headers["Location"] == f"/activate/{after}/", step
    assert newcomer.finish(newcomer.ask_for_code()).headers["Location"] == "/activate/done/"
    page = newcomer.browser.get("/activate/done/")
    assert page.status_code == 200
    assert "aminah85" in page.content.decode()

    user = User.objects.get(pk=newcomer.user.pk)
    assert (user.user_id, user.secret_phrase, user.secret_image) == ("aminah85", "laut biru", "wau")
    assert user.check_password(PASSWORD)
    assert user.activated_at is not None
    phone = phones.current(user)
    assert phone is not None
    assert phone.number == PHONE
    invitation = Invitation.objects.get(pk=newcomer.invitation.pk)
    assert invitation.used_at is not None
    assert set(invitation.progress) == {"terms"}, "the password's hash is where passwords are, and nowhere else"
    again = Client()
    assert sign_in(again, "aminah85", PASSWORD).status_code == 302


def test_the_temporary_secret_opens_nothing_else(newcomer: Newcomer) -> None:
    newcomer.enter()
    for address in ("/member/", "/home/", "/security/sessions/", "/employer/"):
        answer = newcomer.browser.get(address)
        assert answer.status_code == 302
        assert "/sign-in/" in answer.headers["Location"], address


def test_it_goes_on_where_it_stopped_in_another_browser(newcomer: Newcomer) -> None:
    newcomer.enter()
    newcomer.do(Step.TERMS, Step.USER_ID)
    other = Client()
    assert newcomer.enter(other).headers["Location"] == "/activate/password/"
    assert "aminah85" in other.get("/activate/user-id/").content.decode()


def test_no_step_is_jumped_over(newcomer: Newcomer) -> None:
    newcomer.enter()
    for step in ("user-id", "password", "recognition", "phone", "nothing"):
        assert newcomer.browser.get(f"/activate/{step}/").headers["Location"] == "/activate/terms/", step
    assert newcomer.browser.post("/activate/phone/", {"tac": "123456"}).headers["Location"] == "/activate/terms/"


@pytest.mark.parametrize(
    ("step", "typed", "words"),
    [
        (Step.TERMS, {"agree": ""}, "Tandakan kotak ini"),
        (Step.USER_ID, {"user_id": ""}, "Masukkan ID Pengguna yang anda pilih"),
        (Step.USER_ID, {"user_id": "pendek"}, "8 hingga 16"),
        (Step.USER_ID, {"user_id": "terlalupanjangsekali"}, "8 hingga 16"),
        (Step.USER_ID, {"user_id": "\u0430minah85"}, "8 hingga 16"),
        (Step.USER_ID, {"user_id": "kwsp12345678"}, "dikhaskan"),
        (Step.USER_ID, {"user_id": "10000001"}, "dikhaskan"),
        (Step.USER_ID, {"user_id": "1000000102"}, "dikhaskan"),
        (Step.USER_ID, {"user_id": "SudahAda1"}, "telah digunakan"),
        (Step.PASSWORD, {"password": "pendek"}, "sekurang-kurangnya 12"),
        (Step.PASSWORD, {"password": "qwerty123456"}, "dicuba dahulu oleh pencuri"),
        (Step.PASSWORD, {"password": "Aminah85-Yusof"}, "maklumat anda sendiri"),
        (Step.RECOGNITION, {"picture": "../wau"}, "Pilih satu imej"),
        (Step.RECOGNITION, {"phrase": "lebih daripada sepuluh"}, "10 aksara"),
        (Step.RECOGNITION, {"phrase": "<b>"}, "huruf, angka dan ruang"),
    ],
)
def test_what_is_refused_says_how_to_mend_it(newcomer: Newcomer, step: Step, typed: dict[str, str], words: str) -> None:
    UserFactory(user_id="sudahada1")
    newcomer.enter()
    newcomer.do(*[before for before in STEPS if list(Step).index(before) < list(Step).index(step)])
    answer = newcomer.do(step, **typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert activation.step_of(Invitation.objects.get(pk=newcomer.invitation.pk)) is step, "nothing was kept"


def test_a_chosen_password_is_kept_as_its_hash(newcomer: Newcomer) -> None:
    newcomer.enter()
    newcomer.do(Step.TERMS, Step.USER_ID, Step.PASSWORD)
    kept = Invitation.objects.get(pk=newcomer.invitation.pk).progress
    assert PASSWORD not in str(kept)
    assert check_password(PASSWORD, kept[Step.PASSWORD])


def test_a_wrong_code_begins_nothing(newcomer: Newcomer) -> None:
    newcomer.enter()
    newcomer.do(*STEPS)
    challenge = newcomer.ask_for_code()
    answer = newcomer.browser.post("/activate/phone/", {"tac": wrong_for(challenge), "action": "activate"})
    assert answer.status_code == 422
    assert User.objects.get(pk=newcomer.user.pk).activated_at is None
    assert newcomer.finish(challenge).status_code == 302


def test_changing_an_answer_kills_the_code(newcomer: Newcomer) -> None:
    """The code approves what was shown: another User ID needs another one."""
    newcomer.enter()
    newcomer.do(*STEPS)
    challenge = newcomer.ask_for_code()
    newcomer.do(Step.USER_ID, user_id="aminah99")
    answer = newcomer.browser.post("/activate/phone/", {"tac": digits_of(challenge), "action": "activate"})
    assert answer.status_code == 422
    assert User.objects.get(pk=newcomer.user.pk).activated_at is None


@pytest.mark.parametrize("step", [Step.TERMS, Step.PASSWORD, Step.RECOGNITION])
def test_the_code_approves_all_that_was_chosen(newcomer: Newcomer, step: Step) -> None:
    """Who has the temporary secret, too, changes nothing behind the back of who has the phone."""
    newcomer.enter()
    newcomer.do(*STEPS)
    challenge = newcomer.ask_for_code()
    thief = Client()
    newcomer.enter(thief)
    for one in STEPS if step is Step.RECOGNITION else [step]:
        thief.post(f"/activate/{one}/", {**STEPS[one], "password": "kata orang lain 77", "phrase": "lain"})
    answer = newcomer.finish(challenge)
    assert answer.status_code == 422 or answer.headers["Location"] == "/activate/password/"
    user = User.objects.get(pk=newcomer.user.pk)
    assert user.activated_at is None
    assert not user.check_password("kata orang lain 77")


def test_an_approval_is_not_for_what_was_changed_after_it(newcomer: Newcomer) -> None:
    """Between the right code and the i-Akaun nothing can be put under it."""
    newcomer.enter()
    newcomer.do(*STEPS)
    challenge = newcomer.ask_for_code()
    approval = tac.verify(challenge=challenge, user=newcomer.user, digits=digits_of(challenge), at=clock.now())
    row = Invitation.objects.get(pk=newcomer.invitation.pk)
    activation.choose_password(invitation=row, password="kata orang lain 77", on=clock.business_date())
    with pytest.raises(tac.Refused):
        activation.finish(invitation=row, approval=approval, on=clock.business_date(), at=clock.now())
    assert User.objects.get(pk=newcomer.user.pk).activated_at is None


def test_a_password_of_another_browser_is_not_taken_over(newcomer: Newcomer) -> None:
    """Whoever ends the activation has chosen the password in the same browser; the rest goes on where it stopped."""
    thief = Client()
    newcomer.enter(thief)
    for step in STEPS:
        thief.post(f"/activate/{step}/", {**STEPS[step], **({"password": "kata orang lain 77"} if step is Step.PASSWORD else {})})
    assert newcomer.enter().headers["Location"] == "/activate/password/"
    assert newcomer.browser.get("/activate/phone/").headers["Location"] == "/activate/password/"
    assert newcomer.do(Step.PASSWORD).headers["Location"] == "/activate/phone/"
    assert newcomer.finish(newcomer.ask_for_code()).headers["Location"] == "/activate/done/"
    assert User.objects.get(pk=newcomer.user.pk).check_password(PASSWORD)


def test_who_was_quicker_has_the_user_id(newcomer: Newcomer) -> None:
    newcomer.enter()
    newcomer.do(*STEPS)
    challenge = newcomer.ask_for_code()
    UserFactory(user_id="aminah85")
    answer = newcomer.finish(challenge)
    assert answer.headers["Location"] == "/activate/user-id/"
    invitation = Invitation.objects.get(pk=newcomer.invitation.pk)
    assert invitation.used_at is None
    assert activation.step_of(invitation) is Step.USER_ID
    assert newcomer.do(Step.USER_ID, user_id="aminah86").headers["Location"] == "/activate/phone/", "what else was chosen is kept"


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_end_one_activation_at_once_one_does(newcomer: Newcomer) -> None:
    newcomer.enter()
    newcomer.do(*STEPS)
    challenge = newcomer.ask_for_code()
    approval = tac.verify(challenge=challenge, user=newcomer.user, digits=digits_of(challenge), at=clock.now())
    row, on = Invitation.objects.get(pk=newcomer.invitation.pk), clock.business_date()

    found = together(8, lambda _place: activation.finish(invitation=row, approval=approval, on=on, at=clock.now()))

    assert sorted(type(one).__name__ for one in found) == ["Ended"] * 7 + ["User"]
    assert AuditEvent.objects.filter(action="identity.activate", refused=False).count() == 1
    assert newcomer.finish(challenge).status_code == 410, "nor once more by the page"


@pytest.mark.parametrize(("days", "status"), [(30, 302), (31, 410)])
def test_thirty_days_and_no_more(newcomer: Newcomer, days: int, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    on = newcomer.invitation.issued_on + timedelta(days=days)
    monkeypatch.setattr(clock, "business_date", lambda: on)
    answer = newcomer.enter()
    assert answer.status_code == status
    if status == 410:
        assert "kaunter" in answer.content.decode()


def test_an_earlier_sms_says_that_a_newer_one_replaces_it(newcomer: Newcomer) -> None:
    """Only to who knows its secret, and it is no wrong guess."""
    first = newcomer.secret
    newcomer.invited()
    newcomer.invited()
    for _again in range(7):
        answer = newcomer.enter(secret=first)
        assert answer.status_code == 410
        assert "SMS yang terakhir" in answer.content.decode()
    assert not newcomer.browser.session.get("activation")
    assert newcomer.enter(secret="abcd-efgh-jkmn-pqrs").status_code == 422


def test_as_many_hashes_are_made_whoever_is_asked_for(newcomer: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many SMS there were: time says nothing of who was invited."""
    newcomer.invited()
    made: list[str] = []
    check = invitations.check_password
    monkeypatch.setattr(invitations, "check_password", lambda typed, kept: bool(made.append(kept)) or check(typed, kept))
    counts = []
    for user_id in (newcomer.temporary_id, "kwsp00000000"):
        made.clear()
        with pytest.raises(invitations.Unknown):
            invitations.find(user_id=user_id, secret="abcd-efgh-jkmn-pqrs", on=clock.business_date())
        counts.append(len(made))
    assert counts[0] == counts[1] > 1


@pytest.mark.django_db(transaction=True)
def test_a_code_sent_again_while_a_step_is_taken_stops_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have got as far as the row that the other one wants next."""
    gate, on = threading.Barrier(2), clock.business_date()
    user, officer = invitations.begin(role=Role.MEMBER, name="Aminah binti Salleh", language="ms"), UserFactory(counter_officer=True)

    def send() -> Invitation:
        asked = {"kind": InvitationKind.MEMBER, "phone": PHONE, "inbox": None, "by": officer, "on": on, "at": clock.now()}
        return invitations.invite(user=user, **asked)

    first = send()
    meet_at(monkeypatch, invitations, "_open", gate)
    meet_at(monkeypatch, phones, "current", gate)

    sent, chosen = together(
        2, lambda place: (send, lambda: activation.choose_recognition(invitation=first, picture="1", phrase="bunga", on=on, at=clock.now()))[place]()
    )

    assert isinstance(sent, Invitation), sent
    assert isinstance(chosen, Invitation | invitations.Ended), chosen


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (lambda one, _days: invitations.void(invitation_id=one.invitation.pk, at=clock.now()), "SMS ini telah digantikan"),
        (lambda one, days: days.setattr(clock, "business_date", lambda: one.invitation.issued_on + timedelta(days=31)), "Tempoh 30 hari telah tamat"),
        (lambda one, _days: Invitation.objects.filter(pk=one.invitation.pk).update(used_at=clock.now()), "i-Akaun ini telah diaktifkan"),
    ],
)
def test_what_ends_under_way_says_so_at_once(newcomer: Newcomer, monkeypatch: pytest.MonkeyPatch, ends: Any, words: str) -> None:
    """On day 31, by a newer SMS, or by whoever had the same SMS and was quicker: nobody is told that they only paused."""
    newcomer.enter()
    newcomer.do(Step.TERMS)

    ends(newcomer, monkeypatch)

    for answer in (newcomer.do(Step.USER_ID), newcomer.browser.get("/activate/user-id/")):
        assert answer.status_code == 410
        assert words in answer.content.decode()
    assert newcomer.browser.get("/activate/").status_code == 200, "and the next SMS has its form"
    assert not User.objects.filter(user_id="aminah85").exists()


def test_the_second_click_of_the_last_step_is_told_of_the_way_in(newcomer: Newcomer) -> None:
    """Without script: the first one's answer, and with it the new session, never reached the browser."""
    newcomer.enter()
    newcomer.do(*STEPS)
    challenge, key = newcomer.ask_for_code(), newcomer.browser.cookies["sessionid"].value
    assert newcomer.finish(challenge).headers["Location"] == "/activate/done/"
    newcomer.browser.cookies["sessionid"] = key

    page = newcomer.browser.get(newcomer.finish(challenge).headers["Location"]).content.decode()

    assert "i-Akaun anda mungkin sudah aktif" in page
    assert 'href="/sign-in/"' in page


def test_a_wrong_secret_and_an_unknown_id_get_one_answer(newcomer: Newcomer) -> None:
    wrong = Client().post("/activate/", {"user_id": newcomer.temporary_id, "secret": "abcd-efgh-jkmn-pqrs"})
    unknown = Client().post("/activate/", {"user_id": "kwsp00000000", "secret": "abcd-efgh-jkmn-pqrs"})
    assert wrong.status_code == unknown.status_code == 422
    sides = [answer.content.decode().replace(name, "") for answer, name in ((wrong, newcomer.temporary_id), (unknown, "kwsp00000000"))]
    assert _without_tokens(sides[0]) == _without_tokens(sides[1])


def test_guesses_at_a_secret_are_counted(newcomer: Newcomer) -> None:
    statuses = [newcomer.enter(secret=f"abcd-efgh-jkmn-pq{n:02}").status_code for n in range(6)]
    assert statuses[-1] == 429
    assert newcomer.enter().status_code == 429, "the door is closed from that address, even for the right one"


def test_the_activation_begins_with_a_session_of_its_own(newcomer: Newcomer) -> None:
    newcomer.browser.post("/sign-in/", {"user_id": "somebody1"})
    before = newcomer.browser.session.session_key
    newcomer.enter()
    during = newcomer.browser.session.session_key
    newcomer.do(*STEPS)
    newcomer.finish(newcomer.ask_for_code())
    assert len({before, during, newcomer.browser.session.session_key}) == 3
    assert "sign_in" not in newcomer.browser.session


def test_after_twenty_minutes_the_sms_is_asked_for_again(newcomer: Newcomer) -> None:
    newcomer.enter()
    session = newcomer.browser.session
    session["activation"] = {**session["activation"], "at": session["activation"]["at"] - 21 * 60}
    session.save()
    assert newcomer.browser.get("/activate/terms/").headers["Location"] == "/activate/?ended=pause"
    assert "ditangguhkan" in newcomer.browser.get("/activate/?ended=pause").content.decode()


def test_pages_in_english(newcomer: Newcomer) -> None:
    newcomer.enter()
    for step in Step:
        page = newcomer.browser.get(f"/en/activate/{step}/")
        assert page.status_code == 200, step
        assert "Step " in page.content.decode()
        if step in STEPS:
            newcomer.do(step)


def _without_tokens(page: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", page)
