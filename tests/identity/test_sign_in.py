"""The ordinary door: the User ID, the phrase, the password (story 1; ux.md 15, 18, 24)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.db.models import Max
from django.test import Client

from kwsp_portal.audit.models import AuditEvent
from members.identity import recognition
from members.identity.enums import Role
from members.identity.models import User
from tests.factories import devices
from tests.identity.conftest import PASSWORD, both_pages, sign_in
from tests.jobs.threads import at_once

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(("prefix", "title", "goal"), [("", "Log masuk", "/home/"), ("/ms", "Log masuk", "/home/"), ("/en", "", "/en/home/")])
def test_a_member_signs_in_in_both_languages(client: Client, member: User, prefix: str, title: str, goal: str) -> None:
    devices.know(client, member)
    first = client.get(f"{prefix}/sign-in/")
    second = client.post(f"{prefix}/sign-in/", {"user_id": " AhliSatu "}, follow=True)
    third = client.post(f"{prefix}/sign-in/password/", {"password": PASSWORD})

    assert f'<html lang="{"en" if prefix == "/en" else "ms"}">' in first.content.decode()
    assert title in first.content.decode()
    assert "biru kapal" in second.content.decode()
    assert (third.status_code, third.url) == (302, goal)
    assert client.session["_auth_user_id"] == str(member.pk)


def test_the_phrase_is_shown_before_the_password_is_asked_and_not_on_page_one(client: Client, member: User) -> None:
    assert 'type="password"' not in client.get("/sign-in/").content.decode()

    page = client.post("/sign-in/", {"user_id": "ahlisatu"}, follow=True).content.decode()

    assert page.index("biru kapal") < page.index('type="password"')
    assert 'autocomplete="current-password"' in page


def test_page_two_without_page_one_leads_back(client: Client, db: None) -> None:
    assert client.get("/sign-in/password/").url == "/sign-in/"


@pytest.mark.parametrize("typed", ["", "abc", "ahli satu", "аhlisatu", "ahlisatu'--", "a" * 17])
def test_what_cannot_be_a_user_id_is_refused_in_words(client: Client, db: None, typed: str) -> None:
    answer = client.post("/sign-in/", {"user_id": typed})

    assert answer.status_code == 422
    assert "Terdapat masalah" in answer.content.decode()
    assert "<title>Ralat:" in answer.content.decode()


def test_a_wrong_password_keeps_the_person_on_the_page_with_the_tries_left(client: Client, member: User) -> None:
    answer = sign_in(client, "ahlisatu", "salah-salah-salah")

    assert answer.status_code == 422
    assert "ID Pengguna atau kata laluan tidak betul. Baki cubaan sebelum log masuk dikunci: 4." in answer.content.decode()
    assert "_auth_user_id" not in client.session


def _layout(page: str, phrase: str, user_id: str) -> str:
    """A page without what differs between any two requests."""
    for pattern in (r'name="csrfmiddlewaretoken" value="[^"]+"', r'nonce="[^"]+"', r'<img class="secret-picture"[^>]*>'):
        page = re.sub(pattern, "", page)
    return page.replace(phrase, "PHRASE").replace(user_id, "USER")


def test_an_unknown_user_id_looks_like_a_known_one(client: Client, member: User) -> None:
    pages = []
    with time_machine.travel(NOON, tick=False):
        for user_id in ("ahlisatu", "tiadaorang"):
            visitor = Client()
            shown = visitor.post("/sign-in/", {"user_id": user_id}, follow=True)
            refused = visitor.post("/sign-in/password/", {"password": "salah-salah-salah"})
            phrase = recognition.recognise(user_id=user_id).phrase
            pages.append([(answer.status_code, _layout(answer.content.decode(), phrase, user_id)) for answer in (shown, refused)])

    assert pages[0] == pages[1]


def test_a_made_up_phrase_is_stable_and_has_the_form_of_a_real_one() -> None:
    phrases = {recognition.made_up_phrase(f"orang{number:05d}") for number in range(300)}

    assert recognition.made_up_phrase("tiadaorang") == recognition.made_up_phrase("tiadaorang")
    assert all(len(phrase) <= 10 and re.fullmatch(r"[A-Z][a-z]{3} [A-Z][a-z]{3,4}", phrase) for phrase in phrases)
    assert len(phrases) > 200


def test_a_made_up_picture_is_stable_and_one_of_the_set_and_a_chosen_one_is_shown(member: User) -> None:
    pictures = {recognition.made_up_picture(f"orang{number:05d}") for number in range(300)}
    User.objects.filter(pk=member.pk).update(secret_image="kunci")

    assert recognition.made_up_picture("tiadaorang") == recognition.made_up_picture("tiadaorang")
    assert pictures == set(recognition.PICTURES)
    assert recognition.recognise(user_id="ahlisatu").picture == "kunci"


@pytest.mark.parametrize("name", recognition.PICTURES)
def test_every_picture_has_its_file_and_words_in_both_languages(client: Client, member: User, name: str) -> None:
    User.objects.filter(pk=member.pk).update(secret_image=name)
    pages = [client.post(f"{prefix}/sign-in/", {"user_id": "ahlisatu"}, follow=True).content.decode() for prefix in ("", "/en")]

    source, words = zip(*(re.findall(r'<img class="secret-picture" src="([^"]+)".* alt="([^"]+)">', page)[0] for page in pages), strict=True)
    assert source == (f"/static/img/secret/{name}.svg",) * 2
    assert words[0] == name
    assert words[1] != name
    assert finders.find(f"img/secret/{name}.svg")


def test_an_unknown_user_id_costs_one_password_hash_like_a_known_one(client: Client, member: User, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    hasher = "django.contrib.auth.hashers.MD5PasswordHasher"
    real = __import__("django.contrib.auth.hashers", fromlist=["MD5PasswordHasher"]).MD5PasswordHasher.encode
    monkeypatch.setattr(f"{hasher}.encode", lambda self, password, salt: hashed.append(password) or real(self, password, salt))

    counts = []
    for user_id in ("ahlisatu", "tiadaorang"):
        hashed.clear()
        both_pages(Client(), user_id, "salah-salah-salah")
        counts.append(len(hashed))

    assert counts == [1, 1]


@pytest.mark.parametrize("user_id", ["ahlisatu", "tiadaorang"])
def test_five_wrong_passwords_lock_the_door_and_the_page_says_until_when(member: User, user_id: str) -> None:
    client = Client()
    with time_machine.travel(NOON, tick=False):
        answers = [both_pages(client, user_id, "salah-salah-salah") for _try in range(5)]
        refused_even_when_right = both_pages(client, user_id, PASSWORD)

        assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
        assert refused_even_when_right.status_code == 429
        assert "16\N{NO-BREAK SPACE}Nov\N{NO-BREAK SPACE}2026, 12:15" in refused_even_when_right.content.decode()
        assert refused_even_when_right["Retry-After"] == "900"


@pytest.mark.django_db(transaction=True)
def test_of_wrong_passwords_sent_all_at_once_no_more_are_looked_at_than_one_after_the_other(
    person: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    person("ahlisatu")
    looked_at: list[str] = []
    check_password = User.check_password
    monkeypatch.setattr(User, "check_password", lambda user, raw: looked_at.append(raw) or check_password(user, raw))

    answers = at_once(8, lambda _number: both_pages(Client(), "ahlisatu", "salah-salah-salah").status_code)

    assert sorted(answers) == [422] * 4 + [429] * 4
    assert len(looked_at) == 5
    assert both_pages(Client(), "ahlisatu").status_code == 429


def test_trying_during_a_lockout_does_not_prolong_it(member: User) -> None:
    client = Client()
    with time_machine.travel(NOON, tick=False) as moment:
        for _try in range(5):
            both_pages(client, "ahlisatu", "salah-salah-salah")
        moment.shift(14 * 60)
        both_pages(client, "ahlisatu", PASSWORD)
        moment.shift(61)

        assert both_pages(client, "ahlisatu", PASSWORD).status_code == 302


def test_a_lockout_from_one_address_does_not_lock_the_owner_out_of_another(member: User) -> None:
    stranger, owner = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="198.51.100.4")
    for _try in range(6):
        both_pages(stranger, "ahlisatu", "salah-salah-salah")

    assert both_pages(owner, "ahlisatu").status_code == 302


def test_the_lockout_page_is_in_english_too(member: User) -> None:
    client = Client()
    for _try in range(4):
        both_pages(client, "ahlisatu", "salah-salah-salah", "/en")

    answer = both_pages(client, "ahlisatu", "salah-salah-salah", "/en")

    assert answer.status_code == 429
    assert '<html lang="en">' in answer.content.decode()


def test_signing_in_changes_the_session_key_and_drops_what_was_before(client: Client, member: User) -> None:
    devices.know(client, member)
    client.post("/sign-in/", {"user_id": "ahlisatu"})
    before = client.session.session_key

    client.post("/sign-in/password/", {"password": PASSWORD})

    assert client.session.session_key != before
    assert "sign_in" not in client.session
    assert not type(client.session)().exists(before)


@pytest.mark.parametrize(
    "goal",
    ["https://jahat.example/", "//jahat.example/", "/\\jahat.example", "javascript:alert(1)", "http:///jahat.example", "\\\\jahat.example", "jahat"],
)
def test_only_ways_inside_the_portal_are_followed(client: Client, member: User, goal: str) -> None:
    assert sign_in(client, "ahlisatu", next=goal).url == "/home/"


def test_a_way_inside_the_portal_is_followed(client: Client, member: User) -> None:
    assert sign_in(client, "ahlisatu", next="/employer/filings/7/?page=2").url == "/employer/filings/7/?page=2"


def test_a_closed_account_is_refused_like_a_wrong_password(client: Client, person: Callable[..., User]) -> None:
    person("ahlitutup", is_active=False)

    assert sign_in(client, "ahlitutup").status_code == 422


def test_an_officer_learns_of_the_other_door_by_the_right_password_only(client: Client, administrator: User) -> None:
    told = sign_in(client, "pentadbir9")
    stranger = sign_in(Client(), "pentadbir9", "salah-salah-salah")

    assert told.status_code == 403
    assert "/admin/login/" in told.content.decode()
    assert "_auth_user_id" not in client.session
    assert stranger.status_code == 422
    assert "pegawai" not in stranger.content.decode().lower()


def test_signing_out_is_a_post_and_ends_the_session(client: Client, member: User) -> None:
    sign_in(client, "ahlisatu")
    key = client.session.session_key

    refused = client.get("/sign-out/")
    answer = client.post("/sign-out/", follow=True)

    assert refused.status_code == 405
    assert "Anda telah log keluar" in answer.content.decode()
    assert not type(client.session)().exists(key)


def test_signing_out_twice_is_harmless(client: Client, db: None) -> None:
    assert client.post("/sign-out/").status_code == 302


def test_the_sign_in_form_wants_its_token(member: User) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/sign-in/", {"user_id": "ahlisatu"}).status_code == 403
    assert strict.post("/sign-in/password/", {"password": PASSWORD}).status_code == 403


def test_sign_ins_failures_and_sign_outs_are_in_the_trail_without_what_was_typed(client: Client, member: User) -> None:
    # Refusals are written on a connection of their own and outlive a test's rollback: earlier ones are not ours.
    before = AuditEvent.objects.aggregate(last=Max("seq"))["last"] or 0

    sign_in(client, "ahlisatu", "salah-salah-salah")
    sign_in(client, "kucingbelang", "salah-salah-salah")
    sign_in(client, "ahlisatu")
    client.post("/sign-out/")

    trail = list(AuditEvent.objects.filter(seq__gt=before).order_by("seq").values_list("action", "refused", "target"))
    assert trail == [
        ("identity.sign_in", True, f"user:{member.pk}"),
        ("identity.sign_in", True, "user:unknown"),
        ("identity.sign_in", False, f"user:{member.pk}"),
        ("identity.sign_out", False, f"user:{member.pk}"),
    ]
    assert not AuditEvent.objects.filter(data__icontains="kucing").exists()


def test_somebody_signed_in_is_sent_on_from_the_doors(client: Client, person: Callable[..., User]) -> None:
    person("wakilsatu", Role.REPRESENTATIVE)
    sign_in(client, "wakilsatu")

    assert client.get("/sign-in/").url == "/home/"
    assert client.get("/").url == "/home/"
