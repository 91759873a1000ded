"""Ten idle minutes: the warning, staying, and the form that is kept for the same person (issue 5; WCAG 2.2.1, 2.2.5; ASVS 7.3, 14.2)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from time_machine import Traveller

from kwsp_portal.common import clock
from members.identity import drafts
from members.identity.models import Draft, User
from tests.identity.conftest import sign_in

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
IDLE = timedelta(seconds=settings.SESSION_IDLE_SECONDS)
PAGE = "/employer/elections/new/"
FORM = """<main><form method="post"><input type="hidden" name="version" value="3"><input type="text" name="wages" value="1">
<input name="plain"><input type="checkbox" name="agree" value="yes"><input type="radio" name="kind" value="a" checked><input type="radio"
name="kind" value="b"><input type="password" name="password" value=""><input name="tac" autocomplete="one-time-code">
<select name="month"><option value="2026-10" selected>Okt</option><option value="2026-11">Nov</option></select>
<textarea name="reason" rows="3">lama</textarea><input type="file" name="paper"></form></main><input name="plain">"""


@pytest.fixture
def moment() -> Iterator[Traveller]:
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


def kept(user: User, page: str = PAGE, **fields: list[str]) -> bool:
    return drafts.keep(user=user, page=page, fields=fields, at=clock.now())


class TestKeeping:
    def test_what_was_typed_is_encrypted_and_never_a_secret(self, member: User) -> None:
        assert kept(member, wages=["6250.00"], password=["rahsia-saya"], tac=["123456"], csrfmiddlewaretoken=["x"], new_password1=["y"])

        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM identity_draft")
            stored = bytes(cursor.fetchone()[0])
        assert Draft.objects.get().content == '{"wages": ["6250.00"]}'
        assert b"6250" not in stored

    @pytest.mark.parametrize("fields", [{}, {"wages": [""]}, {"password": ["x"]}, {"wages": ["x" * 70_000]}])
    def test_nothing_and_too_much_are_not_kept(self, member: User, fields: dict[str, list[str]]) -> None:
        assert not kept(member, **fields)
        assert not Draft.objects.exists()

    def test_the_last_of_a_page_counts_and_a_day_later_it_is_gone(self, member: User, moment: Traveller) -> None:
        kept(member, wages=["1"])
        kept(member, wages=["2"])
        assert Draft.objects.get().content == '{"wages": ["2"]}'
        moment.shift(timedelta(hours=24))

        assert drafts.pages_of(member, at=clock.now()) == []
        assert drafts.forget_old(at=clock.now()) == 1

    def test_a_form_that_arrives_too_late_is_kept_and_offered_after_signing_in_again(self, client: Client, member: User, moment: Traveller) -> None:
        sign_in(client, "ahlisatu")
        moment.shift(IDLE)
        late = client.post("/session/stay/", {"wages": "6250.00", "password": "x"}, headers={"Referer": "http://testserver/en/security/sessions/"})
        sign_in(client, "ahlisatu")

        page = client.get("/security/sessions/").content.decode()

        assert late.url.startswith("/sign-in/?ended=idle")
        assert Draft.objects.get().page == "/security/sessions/"
        assert "Apa yang anda taip di halaman ini telah disimpan" in page
        assert 'href="?draft=1"' in page
        assert "telah disimpan" not in client.get("/home/", follow=True).content.decode()

    def test_a_form_without_its_token_is_kept_for_nobody(self, member: User, moment: Traveller) -> None:
        client = Client(enforce_csrf_checks=True)
        client.get("/sign-in/")
        token = client.cookies["csrftoken"].value
        client.post("/sign-in/", {"user_id": "ahlisatu", "csrfmiddlewaretoken": token})
        client.post("/sign-in/password/", {"password": "biji-sawi-2026", "csrfmiddlewaretoken": token})
        moment.shift(IDLE)

        client.post("/session/stay/", {"wages": "1"}, headers={"Referer": "http://testserver/security/sessions/"})

        assert not Draft.objects.exists()

    def test_the_page_itself_keeps_what_was_typed_without_prolonging_the_session(self, client: Client, member: User, moment: Traveller) -> None:
        sign_in(client, "ahlisatu")
        moment.shift(IDLE - timedelta(seconds=4))
        body = {"page": PAGE, "fields": [["wages", "6250.00"], ["agree"], ["tac", "123456"], 7, ["x", 1]]}

        answer = client.post("/session/draft/", body, content_type="application/json", headers={"X-Fragment": "idle"})
        moment.shift(5)

        assert answer.status_code == 204
        assert Draft.objects.get().content == '{"wages": ["6250.00"], "agree": []}'
        assert client.get("/security/sessions/").url.startswith("/sign-in/?ended=idle")

    @pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"page": "/x/"}', b"\xff", b'{"page": "/x/", "fields": 1}'])
    def test_what_is_no_draft_is_refused(self, client: Client, member: User, body: bytes) -> None:
        sign_in(client, "ahlisatu")

        assert client.post("/session/draft/", body, content_type="application/json").status_code == 400

    def test_somebody_else_in_the_same_browser_is_offered_nothing(self, client: Client, member: User, person: Callable[..., User]) -> None:
        person("ahlidua0")
        kept(member, page="/security/sessions/", wages=["1"])
        sign_in(client, "ahlidua0")

        assert "telah disimpan" not in client.get("/security/sessions/").content.decode()

    def test_discarded_is_discarded_twice_over(self, client: Client, member: User) -> None:
        kept(member, page="/security/sessions/", wages=["1"])
        sign_in(client, "ahlisatu")

        for _time in range(2):
            assert client.post("/session/draft/discard/", {"page": "/en/security/sessions/"}).url == "/en/security/sessions/"
        assert not Draft.objects.exists()
        assert "telah disimpan" not in client.get("/security/sessions/").content.decode()


class TestFilling:
    def filled(self, **fields: list[str]) -> str:
        return drafts._Filling(fields).into(FORM)

    def test_every_kind_of_field_is_filled_and_the_rest_is_left_to_the_letter(self) -> None:
        page = self.filled(wages=['6,250 "x" <b>'], agree=["yes"], kind=["b"], month=["2026-11"], reason=["baris 1\nbaris <2>"], plain=["p"])

        assert '<input type="text" name="wages" value="6,250 &quot;x&quot; &lt;b&gt;">' in page
        assert '<input type="checkbox" name="agree" value="yes" checked>' in page
        assert '<input type="radio" name="kind" value="a">' in page
        assert 'value="b" checked>' in page
        assert '<option value="2026-10">' in page
        assert '<option value="2026-11" selected>' in page
        assert '<textarea name="reason" rows="3">\nbaris 1\nbaris &lt;2&gt;</textarea>' in page
        assert '<input name="plain" value="p">' in page
        assert page.endswith('</main><input name="plain">')

    def test_hidden_fields_passwords_codes_and_files_are_never_filled(self) -> None:
        assert self.filled(version=["9"], password=["x"], tac=["1"], paper=["/etc/passwd"]) == FORM

    def test_a_page_without_what_was_typed_is_the_same_page(self) -> None:
        assert self.filled(other=["x"]) == FORM

    def test_an_unticked_box_is_unticked(self) -> None:
        ticked = FORM.replace('value="yes">', 'value="yes" checked>')

        assert drafts._Filling({"agree": []}).into(ticked) == FORM


class TestWarning:
    def test_every_page_says_when_it_warns(self, client: Client, member: User, moment: Traveller) -> None:
        sign_in(client, "ahlisatu")
        moment.shift(20)

        page = client.get("/security/sessions/").content.decode()

        assert 'data-idle="600" data-left="580"' in page
        assert 'data-warn="120"' in page
        assert '<noscript><meta http-equiv="refresh" content="460; url=/session/idle/?next=/security/sessions/"></noscript>' in page

    def test_the_page_of_the_warning_prolongs_nothing_and_its_button_does(self, client: Client, member: User, moment: Traveller) -> None:
        sign_in(client, "ahlisatu")
        moment.shift(480)
        page = client.get("/session/idle/?next=/security/sessions/").content.decode()
        moment.shift(115)
        stayed = client.post("/session/stay/", {"next": "/security/sessions/"})
        moment.shift(590)

        assert "12:10" in page
        assert 'content="120; url=/security/sessions/"' in page
        assert stayed.url == "/security/sessions/"
        assert client.get("/security/sessions/").status_code == 200

    def test_without_the_button_the_warned_session_ends_on_time(self, client: Client, member: User, moment: Traveller) -> None:
        sign_in(client, "ahlisatu")
        moment.shift(480)
        client.get("/session/idle/?next=https://jahat.example/")
        moment.shift(120)

        assert client.get("/security/sessions/").url.startswith("/sign-in/?ended=idle")

    def test_a_script_is_answered_without_a_page(self, client: Client, member: User) -> None:
        sign_in(client, "ahlisatu")

        assert client.post("/session/stay/", headers={"Accept": "application/json"}).status_code == 204
        assert client.post("/session/stay/", {"next": "https://jahat.example/"}).url == "/home/"
