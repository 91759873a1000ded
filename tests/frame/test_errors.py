"""When something goes wrong: words in both languages, a reference, never a trace (ux.md 26); problems for programs."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from kwsp_portal import urls
from members.identity import gates
from members.identity.session_store import SessionStore
from members.ledger import posting

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


def _raises(error: Exception) -> object:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return gates.public(view)


LATE = posting.DayClosed(date(2026, 11, 10), date(2026, 11, 11))


def _loses_the_database(request: HttpRequest) -> HttpResponse:
    """The session is changed; before it is saved the database goes away."""
    request.session["seen"] = "sulit"
    connection.close()
    connection.settings_dict["NAME"] = "no_such_database"
    return HttpResponse("sulit")


FAULTS = {"odd": SuspiciousOperation("sulit"), "closed": PermissionDenied("sulit"), "broken": RuntimeError("sulit"), "late": LATE}
urlpatterns = [
    path("lost/", gates.public(_loses_the_database)),
    *[path(f"api/{name}/", _raises(error)) for name, error in FAULTS.items()],
    urls.in_both_languages(*[path(f"{name}/", _raises(error)) for name, error in FAULTS.items()]),
    *urls.urlpatterns,
]


@pytest.fixture(autouse=True)
def faulty_pages(settings: object, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    settings.ROOT_URLCONF = __name__  # type: ignore[attr-defined]
    with caplog.at_level(logging.CRITICAL, "django.request"):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/odd/", 400, "Permintaan ini tidak dapat difahami"),
        ("/closed/", 403, "Anda tidak dibenarkan membuka halaman ini"),
        ("/tiada/", 404, "Halaman tidak ditemui"),
        ("/late/", 409, "Hari perniagaan itu sudah ditutup"),
        ("/broken/", 500, "Maaf, berlaku masalah di pihak kami"),
    ],
)
@pytest.mark.parametrize(("prefix", "language"), [("", "ms"), ("/en", "en")])
def test_people_get_a_page_in_words(address: str, status: int, words: str, prefix: str, language: str) -> None:
    answer = Client(raise_request_exception=False).get(prefix + address)
    page = answer.content.decode()

    assert answer.status_code == status
    assert f'<html lang="{language}">' in page
    assert (words in page) or language == "en"
    assert answer["X-Request-ID"] in page
    assert "sulit" not in page
    assert "Traceback" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/odd/", 400, "BAD_REQUEST"),
        ("/api/closed/", 403, "FORBIDDEN"),
        ("/api/tiada/", 404, "NOT_FOUND"),
        ("/api/broken/", 500, "INTERNAL_SERVER_ERROR"),
    ],
)
def test_programs_get_a_problem(address: str, status: int, code: str) -> None:
    answer = Client(raise_request_exception=False).get(address)
    problem = json.loads(answer.content)

    assert answer["Content-Type"] == "application/problem+json"
    assert {"type": "about:blank", "status": status, "code": code}.items() <= problem.items()
    assert problem["title"]
    assert problem["detail"]
    assert "sulit" not in answer.content.decode()


def test_the_500_page_stands_when_the_database_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """No database mark: any query fails here, as it would."""
    answer = Client(raise_request_exception=False).get("/broken/")

    assert answer.status_code == 500
    assert "Maaf, berlaku masalah di pihak kami" in answer.content.decode()


@pytest.fixture
def closed_database() -> Iterator[None]:
    """The real server is asked, and lets nobody in: as while it is restarted."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "no_such_database"
    yield
    connection.close()
    connection.settings_dict["NAME"] = before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/sign-in/", "Perkhidmatan tidak tersedia buat sementara"),
        ("/en/sign-in/", "try again"),
        ("/en/employer/", "try again"),
        ("/tiada/", "Perkhidmatan tidak tersedia buat sementara"),
    ],
)
def test_a_database_that_is_away_is_a_503_with_advice_in_words_and_no_trace(
    closed_database: None, console: io.StringIO, address: str, words: str
) -> None:
    browser = Client(raise_request_exception=False)
    browser.cookies["sessionid"] = "x" * 32

    answer = browser.get(address)

    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "15", "no-store")
    assert words in page
    assert answer["X-Request-ID"] in page
    assert "Traceback" not in page + console.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_a_problem_with_503_for_programs_and_the_bank(closed_database: None) -> None:
    browser = Client(raise_request_exception=False)
    browser.cookies["sessionid"] = "x" * 32

    answer = browser.get("/api/v1/member/accounts/", headers={"Accept-Language": "en"})

    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (503, "application/problem+json", "15")
    assert json.loads(answer.content)["code"] == "SERVICE_UNAVAILABLE"


@pytest.mark.django_db(transaction=True)
def test_a_session_that_cannot_be_saved_for_the_moment_is_no_fault_of_the_browser() -> None:
    """Django calls every failed save a session that somebody ended, and that a bad request (seen while PostgreSQL was restarted)."""
    kept = SessionStore()
    kept["seen"] = ""
    kept.save()
    browser, before = Client(raise_request_exception=False), connection.settings_dict["NAME"]
    browser.cookies["sessionid"] = kept.session_key or ""
    try:
        answer = browser.get("/lost/")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before

    assert (answer.status_code, answer["Retry-After"]) == (503, "15")
    assert "sulit" not in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_says_what_happened() -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"user_id": "ahlisatu"})

    assert answer.status_code == 403
    assert "Borang ini sudah tidak sah" in answer.content.decode()


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_refused() -> None:
    assert Client(headers={"Host": "jahat.example"}).get("/").status_code == 400


@pytest.mark.django_db
def test_too_many_fields_are_too_much(client: Client) -> None:
    answer = client.post("/sign-in/", {f"f{number}": "x" for number in range(1100)})

    assert answer.status_code == 413


@pytest.mark.django_db
def test_faults_of_input_name_field_code_and_detail(client: Client) -> None:
    answer = client.get("/api/v1/calculators/contribution/?wages=-1&wage_month=2026-13", headers={"Accept-Language": "ms"})
    problem = json.loads(answer.content)

    assert (answer.status_code, answer["Content-Type"], problem["code"]) == (400, "application/problem+json", "INVALID")
    assert {"wages", "wage_month"} <= {error["field"] for error in problem["errors"]}
    assert all(set(error) == {"field", "code", "detail"} and error["detail"] for error in problem["errors"])


@pytest.mark.django_db
def test_a_method_the_api_does_not_know_is_a_problem_too(client: Client) -> None:
    answer = client.delete("/api/v1/calculators/contribution/")

    assert (answer.status_code, json.loads(answer.content)["code"]) == (405, "METHOD_NOT_ALLOWED")


@pytest.fixture
def console() -> Iterator[io.StringIO]:
    """What the portal's own handler (settings.LOGGING) writes."""
    handler = next(found for found in logging.getLogger().handlers if type(found) is logging.StreamHandler)
    before = handler.setStream(io.StringIO())
    written = handler.stream
    yield written
    handler.setStream(before or sys.stderr)


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "status"), [("/broken/", 500), ("/api/broken/", 500), ("/tiada/", 404), ("/odd/", 400)])
def test_the_reference_that_a_person_quotes_stands_in_the_log(
    console: io.StringIO, caplog: pytest.LogCaptureFixture, address: str, status: int
) -> None:
    with caplog.at_level(logging.WARNING, "django.request"):
        answer = Client(raise_request_exception=False).get(address)

    assert answer.status_code == status
    assert f"[{answer['X-Request-ID']}]" in console.getvalue()


def test_what_is_logged_outside_a_request_has_no_reference(console: io.StringIO) -> None:
    logging.getLogger("kwsp_portal.jobs").warning("kerja")

    assert " kwsp_portal.jobs [-] kerja" in console.getvalue()
