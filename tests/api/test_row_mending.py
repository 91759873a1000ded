"""Rows mended by a program, one by one, until the filing is ready."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from contributions.models import Filing, Mending
from contributions.services import filing as filings
from kwsp_portal.audit.models import AuditEvent
from tests import factories
from tests.api.programs import Program, program_of
from tests.api.test_filings import problem_of
from tests.contributions.conftest import OCTOBER, ON, Office, make_office, office, work
from tests.factories import borang_a

__all__ = ["make_office", "office"]

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _moment() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def maker(office: Office) -> Program:
    return program_of(office.maker, office.employer)


@pytest.fixture
def faulty(office: Office) -> Filing:
    """Rows 2 and 4 are wrong."""
    return office.read(borang_a.row(office.hire(), employer="750"), borang_a.row(office.hire()), borang_a.row(office.hire(), "abc", "756", "693"))


def patch(program: Program, filing: Filing, line: int, **body: Any) -> Any:
    return program.client.patch(f"{program.base}filings/{filing.pk}/rows/{line}/", body, content_type="application/json")


def test_the_last_row_that_is_mended_makes_the_filing_ready(maker: Program, faulty: Filing) -> None:
    first = patch(maker, faulty, 2, employer_share="756", version=0)
    again = patch(maker, faulty, 2, employer_share="756")
    between = maker.get(f"filings/{faulty.pk}/").json()
    last = patch(maker, faulty, 4, wages="6250.00")

    assert (first.status_code, first.json()["status"], first.json()["version"]) == (200, "valid", 1)
    assert (again.status_code, again.json()) == (200, first.json())
    assert (between["state"], between["rows"]["invalid"]) == ("FAULTY", 1)
    assert (last.json()["wages"], last.json()["problems"]) == ("6250.00", [])
    found = maker.get(f"filings/{faulty.pk}/").json()
    assert (found["state"], found["rows"]["valid"], found["totals"]["total"]) == ("READY", 3, "4347.00")
    assert Mending.objects.count() == 2
    assert {event.data["via"] for event in AuditEvent.objects.filter(action__startswith="filing.mend")} == {f"token:{maker.token.pk}"}


def test_a_row_is_left_out(maker: Program, faulty: Filing) -> None:
    answer = patch(maker, faulty, 4, left_out=True)

    assert (answer.status_code, answer.json()["status"]) == (200, "left_out")
    assert [row["row"] for row in maker.get(f"filings/{faulty.pk}/rows/", status="left_out").json()["results"]] == [4]
    assert maker.get(f"filings/{faulty.pk}/").json()["rows"]["left_out"] == 1


def test_what_is_still_wrong_is_said_by_field_and_not_taken(maker: Program, faulty: Filing) -> None:
    answer = patch(maker, faulty, 2, employer_share="755", name="SOMEBODY ELSE")

    assert problem_of(answer) == (422, "ROW_INVALID")
    assert {(error["field"], error["code"]) for error in answer.json()["errors"]} >= {("employer_share", "OFF_SCHEDULE")}
    assert maker.get(f"filings/{faulty.pk}/rows/").json()["results"][0]["employer_share"] == "750.00"


def test_a_colleague_s_mend_is_not_overwritten(maker: Program, faulty: Filing) -> None:
    patch(maker, faulty, 2, employer_share="756", version=0)

    assert problem_of(patch(maker, faulty, 2, wages="6240.00", version=0)) == (409, "ROW_CHANGED")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "", "REQUIRED"),
        ({"left_out": False}, "", "REQUIRED"),
        ({"version": 1}, "", "REQUIRED"),
        ({"left_out": True, "wages": "1.00"}, "left_out", "INVALID"),
        ({"wages": 6250}, "wages", "INVALID"),
        ({"wages": "6250.00", "version": "1"}, "version", "INVALID"),
        ({"wages": "6250.00", "left_out": "true"}, "left_out", "NOT_A_BOOLEAN"),
        ({"salary": "6250.00"}, "salary", "UNKNOWN_PARAMETER"),
        ({"wages": "1" * 61}, "wages", "MAX_LENGTH"),
    ],
)
def test_a_body_that_is_wrong(maker: Program, faulty: Filing, body: dict[str, Any], field: str, code: str) -> None:
    answer = patch(maker, faulty, 2, **body)

    assert problem_of(answer) == (400, "INVALID")
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]


def test_who_may_not(office: Office, maker: Program, faulty: Filing) -> None:
    checker = program_of(office.checker, office.employer)
    approved = factories.FilingFactory(employer=office.employer, approved=True, wage_month="2026-08-01")

    assert problem_of(patch(checker, faulty, 2, employer_share="756")) == (403, "NO_RIGHT")
    assert problem_of(patch(maker, faulty, 99, employer_share="756")) == (404, "NOT_FOUND")
    assert problem_of(patch(maker, approved, 2, employer_share="756")) == (404, "NOT_FOUND")


def test_wages_that_were_filed_too_low_are_topped_up(maker: Program, office: Office) -> None:
    member = office.hire()
    main = office.approved(borang_a.row(member, "3000.00", "390", "330"))
    Filing.objects.filter(pk=main.pk).update(state="PAID", paid_on=ON)
    sent = {"employer": office.employer, "wage_month": OCTOBER, "name": "a.csv", "by": office.maker, "on": ON, "adds": True}
    made = work(filings.upload(content=borang_a.file(borang_a.row(member)), **sent))  # type: ignore[arg-type]

    still = patch(maker, made, 2, wages="6250.00")
    both = patch(maker, made, 2, tops_up=True, left_out=True)
    done = patch(maker, made, 2, tops_up=True, version=0)

    assert (still.status_code, [error["code"] for error in still.json()["errors"]]) == (422, ["WAGES_RAISED"])
    assert both.status_code == 400
    row = done.json()
    assert (row["status"], row["wages"], row["employer_share"], row["employee_share"]) == ("valid", "6250.00", "366.00", "363.00")
    assert row["tops_up"] == {"employer_share": "390.00", "employee_share": "330.00"}
    found = maker.get(f"filings/{made.pk}/").json()
    assert (found["state"], found["supplements"], found["totals"]["total"]) == ("READY", main.pk, "729.00")
