"""Forgotten: the code goes to the registered phone only, and nobody learns or breaks anything by asking."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Message
from members.identity import phones, recovery, tac
from members.identity.enums import Bound, Purpose, Role
from members.identity.models import Challenge, Standing, User
from members.identity.origins import origin_of
from members.identity.recovery import Forgot, Who
from tests.factories import EmployerFactory, RepresentativeFactory, devices
from tests.factories.members import MemberFactory
from tests.identity.conftest import PASSWORD, sign_in
from tests.identity.tac_codes import bound, digits_of, wrong_for
from tests.identity.test_security_pages import text_of

NUMBER = "+60123456789"
STRANGE = "203.0.113.9"
NEW = "rusa teja gula kopi"
pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(person: Callable[..., User]) -> User:
    user = bound(person("ahlisatu"), number=NUMBER)
    MemberFactory(user=user, identity_number="850101141234", number="30012345", birth_date="1985-01-01")
    return user


def ask(browser: Client, **changed: str) -> Any:
    typed = {"who": "MEMBER", "forgot": "PASSWORD", "known_by": "850101-14-1234", "number": "012-345 6789", **changed}
    return browser.post("/recover/", typed)


def latest() -> Challenge:
    return Challenge.objects.filter(purpose=Purpose.RECOVERY).latest("pk")


def bare(answer: Any) -> str:
    """A page without what differs by chance."""
    return re.sub(
        r'(csrfmiddlewaretoken" value|nonce|content)="[^"]*"|\d\d[:.]\d\d([:.]\d\d)?( [AP]M)?|data-[a-z]+="\d+"', "", answer.content.decode()
    )


@pytest.mark.parametrize("known_by", ["850101-14-1234", "850101141234", " 850101 14 1234 ", "30012345"])
def test_a_new_password_by_any_of_the_own_numbers(owner: User, known_by: str) -> None:
    browser, elsewhere = Client(), Client()
    devices.know(elsewhere, owner)
    sign_in(elsewhere, owner.user_id)
    assert elsewhere.get("/member/").status_code == 200
    assert ask(browser, known_by=known_by).headers["Location"] == "/recover/code/"
    assert browser.post("/recover/code/", {"tac": digits_of(latest())}).headers["Location"] == "/recover/password/"
    assert owner.user_id in browser.get("/recover/password/").content.decode()
    assert browser.post("/recover/password/", {"password": NEW}).headers["Location"] == "/recover/done/"
    assert owner.user_id in browser.get("/recover/done/").content.decode()
    assert sign_in(Client(), owner.user_id, PASSWORD).status_code == 422
    assert sign_in(Client(), owner.user_id, NEW).status_code == 302
    assert elsewhere.get("/member/").status_code == 302, "whoever was signed in is out on the next click"
    assert Message.objects.filter(to=NUMBER, code="PASSWORD_CHANGED").exists()


def test_a_forgotten_user_id_is_shown_and_nothing_changes(owner: User) -> None:
    browser = Client()
    ask(browser, forgot="USER_ID")
    assert browser.post("/recover/code/", {"tac": digits_of(latest())}).headers["Location"] == "/recover/done/"
    assert owner.user_id in browser.get("/recover/done/").content.decode()
    assert sign_in(Client(), owner.user_id, PASSWORD).status_code == 302


@pytest.mark.parametrize("known_by", ["10000077", "wakilsatu"])
def test_a_representative_by_the_employer_s_number_or_the_user_id(person: Callable[..., User], known_by: str) -> None:
    user = bound(person("wakilsatu", Role.REPRESENTATIVE), number=NUMBER)
    other = bound(person("wakildua1", Role.REPRESENTATIVE), number="+60123456780")
    employer = EmployerFactory(number="10000077")
    for one in (user, other):
        RepresentativeFactory(employer=employer, user=one)
    browser = Client()
    ask(browser, who="EMPLOYER", known_by=known_by)
    assert latest().user == user
    browser.post("/recover/code/", {"tac": digits_of(latest())})
    assert browser.post("/recover/password/", {"password": NEW}).headers["Location"] == "/recover/done/"


@pytest.mark.parametrize(
    "wrong",
    [
        {"known_by": "850101141235"},
        {"number": "012-345 6780"},
        {"who": "EMPLOYER"},
        {"known_by": "99999999"},
    ],
)
def test_the_same_page_whether_somebody_exists_or_not(owner: User, wrong: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ask at one moment: what a page says of time is the same, however long the first took."""
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    known, unknown = Client(), Client(REMOTE_ADDR=STRANGE)
    right, no = ask(known), ask(unknown, **wrong)
    assert (right.status_code, right.headers["Location"]) == (no.status_code, no.headers["Location"])
    assert Message.objects.filter(code="TAC_RECOVERY").count() == 1
    pages = [known.get("/recover/code/"), unknown.get("/recover/code/")]
    masked = "6780" if "number" in wrong else "6789"
    assert bare(pages[0]).replace("6789", "") == bare(pages[1]).replace(masked, "")
    challenge = Challenge.objects.get(purpose=Purpose.RECOVERY, user=owner)
    answers = [known.post("/recover/code/", {"tac": wrong_for(challenge)}), unknown.post("/recover/code/", {"tac": "123456"})]
    assert answers[0].status_code == answers[1].status_code == 422
    texts = [re.sub(r'value="\d{6}"', "", bare(answer)) for answer in answers]
    assert texts[0].replace("6789", "") == texts[1].replace(masked, "")


def shown_times(answer: Any) -> list[str]:
    return re.findall(r"\d\d?[.:]\d\d(?:[.:]\d\d)?(?: [AP]M)?", text_of(answer))


@pytest.mark.parametrize("burnt", [False, True])
def test_asked_twice_a_person_hears_what_nobody_hears(owner: User, monkeypatch: pytest.MonkeyPatch, burnt: bool) -> None:
    """A code that is open, or burnt, is a person's: neither its time of end nor the work of the answer tells."""
    start, heard, work = clock.now().replace(second=30), [], []
    for known_by, ip in (("850101141234", STRANGE), ("850101141235", "203.0.113.10")):
        browser, said = Client(REMOTE_ADDR=ip), []
        for seconds in (0, 40, 61):
            monkeypatch.setattr(clock, "now", lambda at=start + timedelta(seconds=seconds): at)
            with CaptureQueriesContext(connection) as queries:
                answer = ask(browser, known_by=known_by)
            work.append(len(queries))
            page = answer if answer.status_code == 422 else browser.get("/recover/code/")
            said.append((answer.status_code, shown_times(page)))
            if burnt and not seconds:
                for nth in range(3):
                    browser.post("/recover/code/", {"tac": wrong_for(latest(), nth)})
        heard.append(said)
    assert heard[0] == heard[1]
    assert [status for status, _times in heard[0]] == [302, 422, 302]
    assert all(abs(one - other) <= 3 for one, other in zip(work[:3], work[3:], strict=True)), work


@pytest.mark.parametrize("refused", ["TOO_MANY", "COUNTER"])
def test_what_the_limits_refuse_costs_what_nobody_costs(owner: User, refused: str) -> None:
    tac.issue(user=owner, purpose=Purpose.EMAIL, shown={"act": "SET", "email": "a@example.my"}, at=clock.now())
    if refused == "COUNTER":
        Standing.objects.filter(subject=f"user:{owner.pk}").update(blocked_at=clock.now())
    else:
        for nth in range(4):
            tac.issue(user=owner, purpose=Purpose.EMAIL, shown={"act": "SET", "email": f"{nth}@example.my"}, at=clock.now())
    work = []
    for known_by, ip in (("850101141234", STRANGE), ("850101141235", "203.0.113.10")):
        browser = Client(REMOTE_ADDR=ip)
        with CaptureQueriesContext(connection) as queries:
            assert ask(browser, known_by=known_by).status_code == 302
        work.append(len(queries))
        assert latest().user is None
    assert abs(work[0] - work[1]) <= 3, work
    row = AuditEvent.objects.get(action="tac.issue", refused=True)
    assert row.subjects == [f"user:{owner.pk}"]


@pytest.mark.parametrize("known_by", ["850101141234", "850101141235"])
def test_the_second_click_comes_to_the_same_page(owner: User, known_by: str) -> None:
    """Without script, and before the first answer gave the browser its session."""
    browser = Client()
    browser.get("/recover/")
    first = ask(browser, known_by=known_by)
    del browser.cookies["sessionid"]
    again = ask(browser, known_by=known_by)
    assert (first.status_code, again.status_code) == (302, 302)
    assert Challenge.objects.filter(purpose=Purpose.RECOVERY).count() == 1
    assert browser.get("/recover/code/").status_code == 200
    elsewhere = Client()
    elsewhere.get("/recover/")
    assert ask(elsewhere, known_by=known_by).status_code == 422, "what one browser asked for is no other's"


def test_a_number_that_cools_off_recovers_nothing(owner: User) -> None:
    """Whoever had it changed may not be the person, who cancels that with the password on the own browser."""
    phones.bind(user=owner, number="+60198765432", how=Bound.COUNTER, by=None, at=clock.now())
    thief, own = Client(), Client()
    assert ask(thief, number="019-876 5432").status_code == 302
    assert latest().user is None
    devices.know(own, owner)
    assert sign_in(own, owner.user_id).headers["Location"] == "/home/"
    assert own.post("/security/phone/cancel/").headers["Location"] == "/security/"
    assert phones.current(owner) is None


def test_while_a_number_cools_off_a_new_browser_changes_no_password_either(owner: User) -> None:
    """Who had the number changed and knows the password would shut the owner out, who must get in to cancel."""
    own, thief = Client(), Client()
    devices.know(own, owner)
    phones.bind(user=owner, number="+60198765432", how=Bound.COUNTER, by=None, at=clock.now())
    sign_in(thief, owner.user_id)
    assert thief.post("/sign-in/device/", {"tac": devices.code_for(owner.user_id)}).status_code == 302
    typed = {"present": PASSWORD, "password": NEW}

    refused = thief.post("/security/password/", typed)

    assert refused.status_code == 422
    assert "Nombor telefon TAC anda baru ditukar" in text_of(refused)
    assert NEW not in refused.content.decode()
    assert sign_in(own, owner.user_id).headers["Location"] == "/home/"
    assert own.post("/security/password/", typed).headers["Location"] == "/security/", "the own browser, known from before"


def test_after_its_day_a_changed_number_recovers(owner: User) -> None:
    phones.bind(user=owner, number="+60198765432", how=Bound.COUNTER, by=None, at=clock.now() - timedelta(hours=24))
    ask(Client(), number="019-876 5432")
    assert latest().user == owner


def test_nothing_of_anybody_s_number_is_shown(owner: User) -> None:
    browser = Client()
    ask(browser)
    page = browser.get("/recover/code/").content.decode()
    assert owner.user_id not in page
    assert "123456789" not in page
    assert owner.name not in page


def test_from_one_address_each_ask_for_a_number_waits_longer(owner: User) -> None:
    """Alike for numbers that nobody has, and never more than three an hour."""
    start = clock.now()
    for number in (NUMBER, "+60123450000"):
        waits, at = [], start
        for _ask in range(6):
            try:
                recovery.ask(who=Who.MEMBER, known_by="30012345", number=number, forgot=Forgot.PASSWORD, at=at, ip=STRANGE)
            except recovery.TooMany as many:
                waits.append((many.until - at) / timedelta(minutes=1))
                at = many.until
                recovery.ask(who=Who.MEMBER, known_by="30012345", number=number, forgot=Forgot.PASSWORD, at=at, ip=STRANGE)
        assert waits == [1, 20, 40, 60, 60], number
    browser = Client(REMOTE_ADDR=STRANGE)
    assert ask(browser).status_code == 422


def test_a_stranger_with_the_number_alone_keeps_nobody_from_asking(owner: User) -> None:
    for known_by in ("99999999", "99999998", "99999997", "99999996"):
        ask(Client(REMOTE_ADDR=STRANGE), known_by=known_by)
    assert ask(Client()).status_code == 302
    assert latest().user == owner


@pytest.mark.parametrize("forgot", ["PASSWORD", "USER_ID", "BOTH"])
def test_a_stranger_who_spends_the_code_leaves_the_owner_one(owner: User, forgot: str) -> None:
    """With both numbers: what is asked for from elsewhere is another code, and guesses there are a part of those that the owner has."""
    thief, browser = Client(REMOTE_ADDR=STRANGE), Client()
    for known_by in ("30012345", "850101-14-1234", "30012345", "30012345"):
        ask(thief, known_by=known_by, forgot=forgot)
    for _guess in range(3):
        assert thief.post("/recover/code/", {"tac": wrong_for(latest())}).status_code == 422
    assert ask(browser).headers["Location"] == "/recover/code/"
    own = latest()
    assert own.user == owner, "no decoy"
    assert thief.post("/recover/code/", {"tac": wrong_for(own)}).status_code == 422
    assert browser.post("/recover/code/", {"tac": wrong_for(own)}).status_code == 422, "mistyped once"
    assert browser.post("/recover/code/", {"tac": digits_of(own)}).headers["Location"] == "/recover/password/"
    assert browser.post("/recover/password/", {"password": NEW}).headers["Location"] == "/recover/done/"


def test_days_of_guessing_from_one_address_leave_the_owner_a_recovery(owner: User) -> None:
    at = _guessed_for(days=4, ip=STRANGE)
    own = recovery.ask(who=Who.MEMBER, known_by="30012345", number=NUMBER, forgot=Forgot.PASSWORD, at=at, ip="198.51.100.7")
    assert own.user == owner
    assert tac.verify(challenge=own, user=owner, digits=digits_of(own), at=at)


def test_addresses_of_one_network_are_one() -> None:
    """Who has an IPv6 address has thousands of millions of them."""
    assert origin_of("2001:db8:1:2::1") == origin_of("2001:db8:1:2:ffff::9") != origin_of("2001:db8:1:3::1")
    assert len({origin_of(ip) for ip in ("203.0.113.9", "203.0.113.10", None)}) == 3


def _guessed_for(*, days: int, ip: str | None) -> datetime:
    """Every four hours, as many wrong codes as are taken."""
    at = clock.now()
    for _hour in range(6 * days):
        at += timedelta(hours=4)
        with suppress(recovery.TooMany):
            challenge = recovery.ask(who=Who.MEMBER, known_by="30012345", number=NUMBER, forgot=Forgot.PASSWORD, at=at, ip=ip)
            for _guess in range(3):
                with suppress(tac.Refused):
                    tac.verify(challenge=challenge, user=challenge.user, digits=wrong_for(challenge), at=at)
    return at


def test_a_stranger_locks_nobody_out(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who knows somebody's numbers can use up a part of the guesses: the owner has the rest, signed in."""
    start = clock.now()
    for hour in range(24 * 5):
        at = start + timedelta(hours=hour)
        try:
            challenge = recovery.ask(who=Who.MEMBER, known_by="30012345", number=NUMBER, forgot=Forgot.PASSWORD, at=at)
            while True:
                tac.verify(challenge=challenge, user=challenge.user, digits="000000" if challenge.user is None else wrong_for(challenge), at=at)
        except (tac.Refused, recovery.TooMany):
            continue
    standing = Standing.objects.get(subject=f"user:{owner.pk}")
    assert standing.blocked_at is None
    assert standing.wrong_in_a_row <= 15
    own = tac.issue(user=owner, purpose=Purpose.EMAIL, shown={"act": "SET", "email": "a@example.my"}, at=at + timedelta(minutes=1))
    assert tac.verify(challenge=own, user=owner, digits=digits_of(own), at=at + timedelta(minutes=2))


def test_the_log_does_not_say_you_of_a_stranger(owner: User) -> None:
    """Who asks for a recovery has proven nothing: the rows are in the person's log, and by nobody known."""
    browser = Client()
    ask(browser)
    challenge = latest()
    browser.post("/recover/code/", {"tac": wrong_for(challenge)})
    browser.post("/recover/code/", {"tac": digits_of(challenge)})
    rows = AuditEvent.objects.filter(action__in=["tac.issue", "tac.verify"], subjects__contains=[f"user:{owner.pk}"])
    assert sorted((row.action, row.refused) for row in rows) == [("tac.issue", False), ("tac.verify", False), ("tac.verify", True)]
    assert {(row.actor, row.actor_id) for row in rows} == {("anonymous", None)}


def test_a_broken_rule_keeps_the_code_good(owner: User) -> None:
    browser = Client()
    ask(browser)
    browser.post("/recover/code/", {"tac": digits_of(latest())})
    answer = browser.post("/recover/password/", {"password": "850101141234"})
    assert answer.status_code == 422
    assert "maklumat anda sendiri" in answer.content.decode()
    assert browser.post("/recover/password/", {"password": NEW}).status_code == 302


def test_steps_out_of_order_lead_to_the_first(owner: User) -> None:
    browser = Client()
    for address in ("/recover/code/", "/recover/password/"):
        assert browser.get(address).headers["Location"] == "/recover/"
    ask(browser)
    assert browser.get("/recover/password/").headers["Location"] == "/recover/"
    assert browser.post("/recover/password/", {"password": NEW}).headers["Location"] == "/recover/"


def test_a_code_is_good_once_and_in_its_own_browser(owner: User) -> None:
    browser, thief = Client(), Client()
    ask(browser)
    digits = digits_of(latest())
    ask(thief, number="012-345 0000")
    assert thief.post("/recover/code/", {"tac": digits}).status_code == 422
    browser.post("/recover/code/", {"tac": digits})
    browser.post("/recover/password/", {"password": NEW})
    assert browser.post("/recover/password/", {"password": "lain pula kata ini"}).headers["Location"] == "/recover/"
    assert sign_in(Client(), owner.user_id, NEW).status_code == 302


def test_who_is_not_activated_or_closed_recovers_nothing(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    ask(Client())
    assert latest().user is None


@pytest.mark.parametrize("forgot", ["PASSWORD", "USER_ID"])
def test_who_is_blocked_meanwhile_ends_no_recovery(owner: User, forgot: str) -> None:
    """A thief with the phone is half-way when a supervisor blocks the access: no password of theirs waits for the day it is opened again."""
    browser = Client()
    ask(browser, forgot=forgot)
    if forgot == "PASSWORD":
        assert browser.post("/recover/code/", {"tac": digits_of(latest())}).headers["Location"] == "/recover/password/"
    User.objects.filter(pk=owner.pk).update(is_active=False)

    if forgot == "PASSWORD":
        assert browser.post("/recover/password/", {"password": NEW}).headers["Location"] == "/recover/"
    else:
        assert browser.post("/recover/code/", {"tac": digits_of(latest())}).status_code == 422

    assert owner.user_id not in browser.get("/recover/done/", follow=True).content.decode()
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


@pytest.mark.parametrize("language", ["ms", "en"])
def test_pages_in_both_languages(owner: User, language: str) -> None:
    page = Client().get(f"/{language}/recover/")
    assert page.status_code == 200
    assert ("Forgotten" in page.content.decode() or "forgotten" in page.content.decode()) == (language == "en")
