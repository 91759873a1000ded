"""`Idempotency-Key`: whatever happens to the answer, the act is done once, and whoever asks again is told the truth."""

import secrets
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.client import encode_multipart

from contributions.models import ApiAnswer, Filing
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import reference
from kwsp_portal.jobs import failpoints
from tests import factories
from tests.api.programs import Program, program_of
from tests.contributions.conftest import Office, make_office, office, read_jobs
from tests.factories import borang_a
from tests.jobs.forks import ended, forked
from tests.jobs.threads import at_once

__all__ = ["make_office", "office"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unthrottled() -> None:
    cache.clear()


@pytest.fixture
def maker(office: Office) -> Program:
    return program_of(office.maker, office.employer)


@pytest.fixture
def content(office: Office) -> bytes:
    return borang_a.file(borang_a.row(office.hire()))


def what_matters(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    return answer.status_code, answer.content, {name: answer[name] for name in ("Content-Type", "Content-Language", "Location") if name in answer}


def test_the_first_answer_comes_again_byte_for_byte(maker: Program, content: bytes) -> None:
    """Also when the filing stands elsewhere by then, and the caller reads another language."""
    first = maker.send(content, key="gaji-2026-10")
    read_jobs()
    maker.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    again = maker.send(content, key="gaji-2026-10")

    assert first.status_code == 202
    assert what_matters(again) == what_matters(first)
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    assert Filing.objects.count() == 1
    assert AuditEvent.objects.filter(action="filing.upload").count() == 1
    kept = ApiAnswer.objects.get()
    assert (kept.key, kept.token, kept.method, kept.path) == ("gaji-2026-10", maker.token, "POST", f"{maker.base}filings/")


def test_it_is_the_content_that_counts_and_not_how_it_travelled(maker: Program, content: bytes) -> None:
    """Another boundary, other order of the parts, another name of the file."""
    first = maker.send(content, key="k")
    parts = {"file": SimpleUploadedFile("lain.csv", content, "application/octet-stream"), "wage_month": "2026-10"}

    again = maker.client.post(
        f"{maker.base}filings/", encode_multipart("lainlain", parts), "multipart/form-data; boundary=lainlain", headers={"Idempotency-Key": "k"}
    )

    assert what_matters(again) == what_matters(first)


@pytest.mark.parametrize("change", ["file", "month"])
def test_another_request_with_the_same_key_is_refused_and_changes_nothing(maker: Program, content: bytes, change: str) -> None:
    maker.send(content, key="k")

    other = maker.send(content + b"\r\n", key="k") if change == "file" else maker.send(content, key="k", month="2026-09")

    assert (other.status_code, other.json()["code"]) == (409, "KEY_REUSED")
    assert (Filing.objects.count(), ApiAnswer.objects.count()) == (1, 1)


def test_a_refusal_is_an_answer_too(maker: Program, content: bytes) -> None:
    """What was decided for a key stays so; whoever mended the cause asks with another key."""
    first = maker.send(content, key="k", month="2014-12")
    assert (first.status_code, [one["code"] for one in first.json()["errors"]]) == (422, ["MONTH_BEFORE_EMPLOYER"])
    assert not Filing.objects.exists()

    again = maker.send(content, key="k", month="2014-12")

    assert what_matters(again) == what_matters(first)
    assert again["Content-Type"] == "application/problem+json"
    assert maker.send(content, key="k2").status_code == 202


def test_what_is_wrong_with_the_request_itself_is_not_kept(maker: Program, content: bytes) -> None:
    assert maker.send(content, key="k", month="Oktober").status_code == 400

    assert maker.send(content, key="k").status_code == 202


@pytest.mark.parametrize(("key", "code"), [("", "KEY_REQUIRED"), ("dua kata", "KEY_FORM"), ("é", "KEY_FORM"), ("x" * 201, "KEY_FORM")])
def test_a_key_that_is_none(maker: Program, content: bytes, key: str, code: str) -> None:
    fields = {"wage_month": "2026-10", "file": SimpleUploadedFile("a.csv", content)}

    answer = maker.client.post(f"{maker.base}filings/", fields, headers={"Idempotency-Key": key} if key else {})

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not Filing.objects.exists()


def test_a_key_is_its_person_s_and_its_employer_s(office: Office, make_office: Any, content: bytes) -> None:
    """A colleague's same key is another one; so is the own for another employer. A new token of the same person goes on with the old one's keys."""
    maker = program_of(office.maker, office.employer)
    colleague = program_of(factories.RepresentativeFactory(employer=office.employer).user, office.employer)
    rival = make_office()
    factories.RepresentativeFactory(employer=rival.employer, user=office.maker)
    elsewhere = program_of(office.maker, rival.employer)
    first = maker.send(content, key="k")

    assert colleague.send(content, key="k").json()["code"] == "FILE_REFUSED"
    assert elsewhere.send(content, key="k").status_code == 202
    assert what_matters(program_of(office.maker, office.employer).send(content, key="k")) == what_matters(first)
    assert ApiAnswer.objects.count() == 3


@pytest.mark.django_db(transaction=True)
class TestProcesses:
    def test_sixteen_with_one_key_make_one_filing(self, maker: Program, content: bytes) -> None:
        found = at_once(16, lambda _number: maker.send(content, key="k"))

        codes = {answer.status_code for answer in found}
        done = {answer.content for answer in found if answer.status_code == 202}
        waiting = [answer for answer in found if answer.status_code == 409]
        assert codes <= {202, 409}
        assert len(done) == 1
        assert {(answer.json()["code"], answer["Retry-After"]) for answer in waiting} <= {("KEY_IN_USE", "2")}
        assert (Filing.objects.count(), ApiAnswer.objects.count()) == (1, 1)
        assert maker.send(content, key="k").content in done

    def test_one_that_is_still_at_work_is_said_with_when_to_ask_again(self, maker: Program, content: bytes) -> None:
        """The lock of another connection stands for a request that has not ended."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                owner = f"{maker.employer.pk}:{maker.token.user_id}:k"
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('contributions.answers'), hashtext(%s))", [owner])

            [answer] = at_once(1, lambda _number: maker.send(content, key="k"))

        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (409, "KEY_IN_USE", "2")
        assert maker.send(content, key="k").status_code == 202

    @pytest.mark.parametrize(("step", "filings"), [("api.kept", 0), ("api.answered", 1)])
    def test_a_web_process_killed_before_or_after_the_commit(self, maker: Program, content: bytes, step: str, filings: int) -> None:
        """Before it nothing has happened; after it the filing is there and the caller never heard of it. The same request is answered truthfully."""

        def killed() -> None:
            with failpoints.armed(step, mode="exit"):
                maker.send(content, key="k")

        with forked(killed) as process:
            assert ended(process) == failpoints.KILLED
        assert Filing.objects.count() == ApiAnswer.objects.count() == filings

        answer = maker.send(content, key="k")

        assert answer.status_code == 202
        assert answer.json()["id"] == Filing.objects.get().pk
        assert ("Idempotent-Replayed" in answer) == bool(filings)
        assert AuditEvent.objects.filter(action="filing.upload", refused=False).count() == 1


@pytest.mark.parametrize("statement", ["UPDATE contributions_apianswer SET status = 201", "DELETE FROM contributions_apianswer"])
def test_an_answer_is_written_once(maker: Program, content: bytes, statement: str) -> None:
    maker.send(content, key=secrets.token_hex(4))

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_token_of_one_request_is_not_that_of_the_next(maker: Program, content: bytes) -> None:
    maker.send(content)

    assert reference.via.get() == ""
