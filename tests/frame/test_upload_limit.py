"""Bodies that are too long, or do not say how long they are, are refused before anything reads them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kwsp_portal.frame import middleware
from members.identity.models import User
from tests.contributions.pages import signed_in, text_of, title_of
from tests.factories import EmployerFactory, MemberFactory, RepresentativeFactory
from tests.identity.conftest import sign_in
from tests.members.test_counter_pages import at_the_counter

LIMIT = 1024 * 1024


@pytest.fixture(autouse=True)
def small_limit(settings: object, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    settings.UPLOAD_MAX_BYTES = LIMIT  # type: ignore[attr-defined]
    with caplog.at_level(logging.CRITICAL, "django.request"):
        yield


class Endless(io.RawIOBase):
    """A body that counts what is read of it."""

    def __init__(self, size: int) -> None:
        self.left, self.taken = size, 0

    def read(self, size: int = -1) -> bytes:
        size = min(self.left, size if size >= 0 else self.left)
        self.left -= size
        self.taken += size
        return b"x" * size


def test_a_file_over_the_limit_is_refused_with_found_and_expected(client: Client, member: User) -> None:
    sign_in(client, "ahlisatu")

    answer = client.post("/employer/filings/new/", {"file": SimpleUploadedFile("borang.csv", b"x" * (2 * LIMIT))})

    assert answer.status_code == 413
    assert "Fail yang dihantar bersaiz 2.0 MB. Had ialah 1 MB." in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("prefix", "words"), [("", "Fail yang dihantar bersaiz 2.0 MB. Had ialah 1 MB."), ("/en", "2.0 MB")])
@pytest.mark.parametrize("page", ["register", "correct", "employer"])
def test_a_scan_over_the_limit_is_refused_on_the_counter_s_own_page(page: str, prefix: str, words: str) -> None:
    counter = at_the_counter(prefix=prefix)
    member, employer = MemberFactory(), EmployerFactory()
    counter.post("/counter/", q=member.number, reason="AT_COUNTER")
    address = {"register": "members/new/", "correct": f"members/{member.number}/correct/", "employer": f"employers/{employer.number}/"}[page]

    answer = counter.post(f"/counter/{address}", papers=SimpleUploadedFile("kad.pdf", b"x" * (2 * LIMIT)))

    assert answer.status_code == 413
    assert words in answer.content.decode()
    assert 'enctype="multipart/form-data"' in answer.content.decode()
    assert title_of(answer).startswith(("Ralat:", "Error:"))


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "has_form"), [("elections/files/new/", True), ("elections/new/", False)])
def test_a_form_of_an_election_over_the_limit_is_refused_once_on_its_page_or_on_one_of_its_own(page: str, has_form: bool) -> None:
    """Without an employee in the address there is no page of a new election to show again."""
    person = RepresentativeFactory()

    answer = signed_in(person.user).post(f"/employer/{page}", document=SimpleUploadedFile("kwsp17a.pdf", b"x" * (2 * LIMIT)))

    assert answer.status_code == 413
    assert text_of(answer).count("Fail yang dihantar bersaiz 2.0 MB. Had ialah 1 MB.") == 1
    assert ('enctype="multipart/form-data"' in answer.content.decode()) is has_form


@pytest.mark.django_db
def test_the_page_is_in_english_under_its_address(client: Client) -> None:
    answer = client.post("/en/sign-in/", {"file": SimpleUploadedFile("borang.csv", b"x" * (2 * LIMIT))})

    assert answer.status_code == 413
    assert '<html lang="en">' in answer.content.decode()


@pytest.mark.django_db
def test_two_hundred_megabytes_are_dropped_without_being_kept(client: Client) -> None:
    body = Endless(200 * LIMIT)

    answer = client.generic(
        "POST", "/sign-in/", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(200 * LIMIT), **{"wsgi.input": body}
    )

    assert answer.status_code == 413
    assert body.taken == 200 * LIMIT


@pytest.mark.django_db
def test_no_more_is_drained_than_the_limit_of_patience(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "DRAIN_BYTES", 5 * LIMIT)
    body = Endless(200 * LIMIT)

    answer = client.generic("POST", "/sign-in/", CONTENT_LENGTH=str(200 * LIMIT), **{"wsgi.input": body})

    assert answer.status_code == 413
    assert body.taken == 5 * LIMIT


@pytest.mark.django_db
@pytest.mark.parametrize("coding", ["chunked", "gzip, Chunked"])
def test_a_body_without_its_length_is_refused_unread(client: Client, coding: str) -> None:
    body = Endless(LIMIT)

    answer = client.generic(
        "POST", "/sign-in/", content_type="multipart/form-data; boundary=x", headers={"Transfer-Encoding": coding}, **{"wsgi.input": body}
    )

    assert answer.status_code == 411
    assert body.taken == 0


@pytest.mark.django_db
def test_the_api_gets_a_problem(client: Client) -> None:
    answer = client.post("/api/v1/calculators/contribution/", b"x" * (2 * LIMIT), content_type="application/json")
    problem = json.loads(answer.content)

    assert (answer.status_code, answer["Content-Type"], problem["code"]) == (413, "application/problem+json", "REQUEST_ENTITY_TOO_LARGE")
    assert problem["detail"] == "Fail yang dihantar bersaiz 2.0 MB. Had ialah 1 MB."


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["-5", "banyak", "1e9", "", "٣"])
def test_a_length_that_is_no_number_is_no_body(client: Client, length: str) -> None:
    assert client.generic("POST", "/sign-in/", CONTENT_LENGTH=length).status_code in {400, 422}
