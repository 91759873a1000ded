"""The demo's doors: its clock, its bank behind the proxy, its people (ruling 2; contract.md)."""

import http.server
import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern

from kwsp_portal import urls
from kwsp_portal.common import clock
from kwsp_portal.frame.demo.forms import next_fifteenth, next_half_year
from kwsp_portal.frame.demo.people import PEOPLE
from members.identity.models import User
from tests.identity.conftest import sign_in


class Bank(http.server.BaseHTTPRequestHandler):
    """A bank that says what it was asked."""

    asked: list[dict[str, Any]] = []

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        Bank.asked.append({"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body})
        moved = self.path.startswith("/demo/bank/move/")
        self.send_response(302 if moved else 418)
        if moved:
            self.send_header("Location", "/fpx/indirect/")
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'self'")
        self.send_header("Set-Cookie", "bank=1")
        self.send_header("X-Powered-By", "bank")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"wang rekaan")

    do_GET = do_POST = do_HEAD = _answer  # noqa: N815

    def log_message(self, *args: Any) -> None:
        """Silence."""


@pytest.fixture
def bank(settings: Any) -> Iterator[list[dict[str, Any]]]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bank)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.FPX = {**settings.FPX, "bank_url": f"http://127.0.0.1:{server.server_port}"}
    Bank.asked = []
    yield Bank.asked
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.django_db
def test_the_bank_s_answer_comes_back_as_the_bank_gave_it(client: Client, bank: list[dict[str, Any]]) -> None:
    answer = client.get("/demo/bank/pay/abc/?lang=en&x=%2F")

    assert bank[0]["path"] == "/demo/bank/pay/abc/?lang=en&x=%2F"
    assert (answer.status_code, answer.content.decode()) == (418, "wang rekaan")
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'self'"
    assert "X-Powered-By" not in answer


def test_nothing_of_ours_goes_along_and_no_cookie_of_the_bank_s_stays(client: Client, member: User, bank: list[dict[str, Any]]) -> None:
    sign_in(client, "ahlisatu")

    answer = client.get("/demo/bank/", headers={"Authorization": "Token rahsia", "Accept-Language": "en"})

    sent = {name.lower(): value for name, value in bank[0]["headers"].items()}
    assert sent["cookie"] == "django_language=ms"
    assert "authorization" not in sent
    assert sent["accept-language"] == "en"
    assert "bank" not in answer.cookies


@pytest.mark.django_db
def test_a_form_reaches_the_bank_without_a_token_of_ours_and_its_way_on_is_kept(bank: list[dict[str, Any]]) -> None:
    answer = Client(enforce_csrf_checks=True).post("/demo/bank/move/", "a=1&b=2", content_type="application/x-www-form-urlencoded")

    assert bank[0]["method"] == "POST"
    assert bank[0]["body"] == b"a=1&b=2"
    assert bank[0]["headers"]["Content-Type"] == "application/x-www-form-urlencoded"
    assert (answer.status_code, answer["Location"]) == (302, "/fpx/indirect/")


@pytest.mark.django_db
def test_the_bank_is_reached_under_both_languages(client: Client, bank: list[dict[str, Any]]) -> None:
    for prefix in ("/en", "/ms"):
        assert client.get(f"{prefix}/demo/bank/").status_code == 418
    assert [asked["path"] for asked in bank] == ["/demo/bank/", "/demo/bank/"]
    assert [asked["headers"]["Cookie"] for asked in bank] == ["django_language=en", "django_language=ms"]


@pytest.mark.django_db
def test_the_bank_speaks_the_language_of_the_page_last_seen(client: Client, bank: list[dict[str, Any]]) -> None:
    for page in ("/en/", "/"):
        client.get(page)
        client.get("/demo/bank/")

    assert [asked["headers"]["Cookie"] for asked in bank] == ["django_language=en", "django_language=ms"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["../secret", "%2e%2e/secret", "a/../../secret", "//jahat.example/", "@jahat.example/", "a%0d%0aX-Evil:%201"])
def test_no_path_leads_away_from_the_bank(client: Client, bank: list[dict[str, Any]], path: str) -> None:
    client.get(f"/demo/bank/{path}")

    assert all(asked["path"].startswith("/demo/bank/") and "X-Evil" not in asked["headers"] for asked in bank)
    assert all(".." not in asked["path"].split("/") for asked in bank)


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_bank_that_is_down_is_said_in_words(client: Client, settings: Any, prefix: str) -> None:
    settings.FPX = {**settings.FPX, "bank_url": "http://127.0.0.1:1"}

    answer = client.get(f"{prefix}/demo/bank/")

    assert answer.status_code == 502
    assert ("Bank tidak menjawab" in answer.content.decode()) or prefix


@pytest.mark.django_db
def test_a_body_no_bank_would_want_is_not_passed_on(client: Client, bank: list[dict[str, Any]]) -> None:
    assert client.post("/demo/bank/", "x" * 70_000, content_type="text/plain").status_code == 413
    assert bank == []


@pytest.mark.django_db
def test_the_clock_shows_the_business_date_to_people_and_programs(client: Client) -> None:
    page, program = client.get("/demo/clock/"), client.get("/demo/clock/?format=json")

    assert "Tarikh perniagaan ialah" in page.content.decode()
    assert program.json()["business_date"] == clock.business_date().isoformat()
    assert set(program.json()) == {"business_date", "now"}


@pytest.fixture
def advances(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """Where the clock was moved to; it starts on 20 November 2026."""
    moved: list[date] = []
    monkeypatch.setattr("kwsp_portal.frame.demo.views.clock.business_date", lambda: date(2026, 11, 20))
    monkeypatch.setattr("kwsp_portal.frame.demo.views.calendar.advance", lambda *, to, by: moved.append(to))
    return moved


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "to"),
    [
        ({"move": "day"}, date(2026, 11, 21)),
        ({"move": "fifteenth"}, date(2026, 12, 15)),
        ({"move": "half_year"}, date(2027, 1, 1)),
        ({"date": "2027-03-02"}, date(2027, 3, 2)),
        ({"date": "2/3/2027"}, date(2027, 3, 2)),
    ],
)
def test_the_clock_moves_forward(client: Client, advances: list[date], fields: dict[str, str], to: date) -> None:
    assert client.post("/demo/clock/", fields).url == "/demo/clock/"
    assert advances == [to]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Pilih satu langkah atau tulis tarikh."),
        ({"date": "esok"}, "Masukkan tarikh sebagai hari/bulan/tahun"),
        ({"date": "2040-01-01"}, "terlalu jauh"),
        ({"move": "semalam"}, "Pilih satu langkah atau tulis tarikh."),
    ],
)
def test_what_the_clock_cannot_do_is_said(client: Client, advances: list[date], fields: dict[str, str], words: str) -> None:
    answer = client.post("/demo/clock/", fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert advances == []


@pytest.mark.django_db
def test_backwards_is_refused_in_words(client: Client) -> None:
    answer = client.post("/demo/clock/", {"date": "2001-01-01"})

    assert answer.status_code == 422
    assert "hanya bergerak ke hadapan" in answer.content.decode()


@pytest.mark.parametrize(
    ("today", "fifteenth", "half"),
    [
        (date(2026, 1, 1), date(2026, 1, 15), date(2026, 7, 1)),
        (date(2026, 1, 15), date(2026, 2, 15), date(2026, 7, 1)),
        (date(2026, 6, 30), date(2026, 7, 15), date(2026, 7, 1)),
        (date(2026, 7, 1), date(2026, 7, 15), date(2027, 1, 1)),
        (date(2026, 12, 31), date(2027, 1, 15), date(2027, 1, 1)),
    ],
)
def test_the_named_days_are_after_today(today: date, fifteenth: date, half: date) -> None:
    assert (next_fifteenth(today), next_half_year(today)) == (fifteenth, half)


@pytest.mark.django_db
def test_the_demo_s_page_names_everybody(client: Client) -> None:
    page = client.get("/demo/").content.decode()

    assert all(person.user_id in page for person in PEOPLE)
    assert "kwsp-demo-2026" in page


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/demo/", "/demo/clock/", "/demo/bank/"])
def test_without_demo_mode_there_are_no_such_pages(client: Client, settings: Any, address: str) -> None:
    settings.DEMO = False

    assert client.get(address).status_code == 404
    with pytest.raises(Resolver404):
        URLResolver(RegexPattern(r"^/"), urls.patterns(demo=False)).resolve(address)


def test_the_front_page_asks_the_database_for_the_date_only(client: Client, django_assert_max_num_queries: Any, db: None) -> None:
    with django_assert_max_num_queries(2):
        client.get("/")
