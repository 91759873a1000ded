"""The filing calls of the contract: template, upload, where a filing stands, its rows."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from contributions.api import codes
from contributions.borang_a.problem import Code
from contributions.enums import FilingState
from contributions.models import Filing
from kwsp_portal.audit.models import AuditEvent
from tests import factories
from tests.api.programs import Program, program_of
from tests.contributions.conftest import Office, bank, bank_pairs, make_office, office, read_jobs
from tests.contributions.crediting import credit, pay
from tests.contributions.pages import signed_in, text_of
from tests.contributions.paying import Bank
from tests.factories import borang_a

__all__ = ["bank", "bank_pairs", "make_office", "office"]

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def maker(office: Office) -> Program:
    return program_of(office.maker, office.employer)


def problem_of(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    found = answer.json()
    assert found["code"] in codes.known()
    assert {error["code"] for error in found.get("errors", ())} <= {*codes.FIELD, *Code, *codes.known()}
    return answer.status_code, found["code"]


def test_a_file_goes_from_the_template_to_its_rows(office: Office, maker: Program) -> None:
    """The template is filled, sent as it came but for the wages, and read by the worker."""
    member = office.hire(name="AMINAH BINTI ALI")
    template = maker.get("template/", format="csv", wage_month="2026-10")
    [header, line] = template.content.decode("utf-8-sig").splitlines()
    [number, identity, name, *_blank] = line.split(",")
    assert (template.status_code, number, name) == (200, member.number, "AMINAH BINTI ALI")
    assert template["Content-Disposition"] == f'attachment; filename="borang-a-{office.employer.number}-2026-10.csv"'

    sent = maker.send(f"{header}\r\n{number},{identity},{name},6250.00,756,693\r\n".encode())
    body = sent.json()
    assert (sent.status_code, body["state"], set(body)) == (202, "RECEIVED", {"id", "state"})
    assert sent["Location"] == f"{maker.base}filings/{body['id']}/"
    read_jobs()

    found = maker.client.get(sent["Location"]).json()
    assert (found["state"], found["wage_month"], found["contribution_month"], found["due_date"]) == ("READY", "2026-10", "2026-11", "2026-11-15")
    assert found["rows"] == {"total": 1, "valid": 1, "invalid": 0, "unmatched": 0, "left_out": 0, "credited": 0, "suspense": 0}
    assert (found["totals"], found["late_charge"]) == ({"employer": "756.00", "employee": "693.00", "total": "1449.00", "suspended": "0.00"}, None)
    [row] = maker.get(f"filings/{body['id']}/rows/").json()["results"]
    assert row == {
        "row": 2, "member_number": number, "identity_number": row["identity_number"], "name": name, "wages": "6250.00", "bonus": "0.00",
        "employer_share": "756.00", "employee_share": "693.00", "tops_up": None, "status": "valid", "version": 0, "problems": [],
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "begins"), [("xlsx", b"PK\x03\x04"), ("sdba", b"00EPF MONTHLY FORM A")])
def test_the_other_forms_of_the_template(office: Office, maker: Program, kind: str, begins: bytes) -> None:
    office.hire()

    answer = maker.get("template/", format=kind, wage_month="2026-10")

    assert (answer.status_code, answer.content[: len(begins)]) == (200, begins)
    event = AuditEvent.objects.get(action="file.download")
    assert (event.data["via"], event.actor_id) == (f"token:{maker.token.pk}", office.maker.pk)


@pytest.mark.parametrize("language", ["ms", "en"])
def test_every_problem_of_a_row_is_said_in_the_language_asked_for(office: Office, language: str) -> None:
    maker = program_of(office.maker, office.employer, language=language)
    good, bad = office.hire(), office.hire()
    rows = [borang_a.row(good), borang_a.row(bad, employer="750"), borang_a.row(good, "abc")]
    number = maker.send(borang_a.file(*rows)).json()["id"]
    read_jobs()

    found = maker.get(f"filings/{number}/").json()
    assert (found["state"], found["rows"]["valid"], found["rows"]["invalid"]) == ("FAULTY", 0, 3)
    invalid = maker.get(f"filings/{number}/rows/", status="invalid").json()["results"]
    assert [(row["row"], [problem["code"] for problem in row["problems"]]) for row in invalid] == [
        (2, ["MEMBER_TWICE"]), (3, ["OFF_SCHEDULE"]), (4, ["NOT_PLAIN", "MEMBER_TWICE"])
    ]  # fmt: skip
    [off] = invalid[1]["problems"]
    assert (off["column"], off["found"], off["expected"]) == ("EM Share", "750.00", "756.00")
    assert ("found" in off["detail"], "ditemui" in off["detail"]) == (language == "en", language == "ms")
    assert off["mend"]
    assert maker.get(f"filings/{number}/rows/", status="valid").json()["results"] == []


def test_rows_come_in_pages_that_follow_each_other(office: Office, maker: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contributions.api.filings.InTheOrderOfTheFile.page_size", 2)
    number = maker.send(borang_a.file(*[borang_a.row(office.hire()) for _ in range(5)])).json()["id"]
    read_jobs()

    lines, address = [], f"{maker.base}filings/{number}/rows/?status=valid"
    while address:
        page = maker.client.get(address).json()
        lines += [row["row"] for row in page["results"]]
        address = page["next"]

    assert lines == [2, 3, 4, 5, 6]


def test_the_list_has_what_is_asked_for(office: Office, maker: Program) -> None:
    factories.FilingFactory(employer=office.employer, ready=True, wage_month="2026-09-01")
    october = factories.FilingFactory(employer=office.employer, faulty=True)
    factories.FilingFactory(ready=True)

    assert [one["wage_month"] for one in maker.get("filings/").json()["results"]] == ["2026-10", "2026-09"]
    for query in ({"state": "FAULTY"}, {"wage_month": "2026-10"}):
        assert [one["id"] for one in maker.get("filings/", **query).json()["results"]] == [october.pk]


def test_what_became_of_the_money_is_counted(office: Office, bank: Bank) -> None:
    """Somebody who turned 75 between filing and crediting waits in the employer's suspense."""
    maker = program_of(office.maker, office.employer)
    filing = office.approved(borang_a.row(office.hire()), borang_a.row(office.hire()))
    assert maker.get(f"filings/{filing.pk}/").json()["rows"]["credited"] == 0
    pay(filing, office, bank, NOON.date())
    member = filing.rows.order_by("line")[0].member
    assert member is not None
    type(member).objects.filter(pk=member.pk).update(birth_date="1951-01-01")

    credit()

    found = maker.get(f"filings/{filing.pk}/").json()
    assert (found["state"], found["rows"]["credited"], found["rows"]["suspense"]) == ("CREDITED", 1, 1)


class TestRefusals:
    def test_a_file_that_is_not_taken_says_everything_that_is_wrong(self, office: Office, maker: Program) -> None:
        office.hire()

        answer = maker.send(b"", month="2030-01")

        assert problem_of(answer) == (422, "FILE_REFUSED")
        assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [("file", "EMPTY_FILE"), ("wage_month", "MONTH_TOO_FAR")]
        assert not Filing.objects.exists()

    def test_a_month_that_is_taken_names_the_filing_that_has_it(self, office: Office, maker: Program) -> None:
        member = office.hire()
        first = maker.send(borang_a.file(borang_a.row(member))).json()["id"]
        read_jobs()

        answer = maker.send(borang_a.file(borang_a.row(member), header="Member No,IC No,Name,Salary,EM Share,EMP Share,Bonus"))

        assert problem_of(answer) == (422, "FILE_REFUSED")
        [wrong] = answer.json()["errors"]
        assert (wrong["code"], wrong["filing"]) == ("MONTH_TAKEN", str(first))

    @pytest.mark.parametrize(
        ("fields", "wrong"),
        [
            ({}, [("wage_month", "REQUIRED"), ("file", "REQUIRED")]),
            ({"wage_month": "Oktober", "file": "teks"}, [("wage_month", "NOT_A_MONTH"), ("file", "INVALID")]),
            ({"wage_month": "2199-12"}, [("wage_month", "NOT_A_MONTH"), ("file", "REQUIRED")]),
        ],
    )
    def test_a_form_that_is_none(self, maker: Program, fields: dict[str, str], wrong: list[tuple[str, str]]) -> None:
        answer = maker.client.post(f"{maker.base}filings/", fields, headers={"Idempotency-Key": "1"})

        assert problem_of(answer) == (400, "INVALID")
        assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == wrong

    def test_a_body_that_is_no_form(self, maker: Program) -> None:
        answer = maker.post("filings/", wage_month="2026-10")

        assert problem_of(answer) == (415, "UNSUPPORTED_MEDIA_TYPE")

    @pytest.mark.parametrize(
        ("path", "query", "code"),
        [
            ("template/", {"format": "pdf", "wage_month": "2026-10"}, "NOT_ONE_OF"),
            ("template/", {"format": "csv"}, "REQUIRED"),
            ("template/", {"format": "csv", "wage_month": "10/2026"}, "NOT_A_MONTH"),
            ("filings/", {"state": "ready"}, "NOT_ONE_OF"),
            ("filings/", {"sort": "x"}, "UNKNOWN_PARAMETER"),
        ],
    )
    def test_a_parameter_that_is_wrong(self, maker: Program, path: str, query: dict[str, str], code: str) -> None:
        answer = maker.get(path, **query)

        assert problem_of(answer) == (400, "INVALID")
        assert [one["code"] for one in answer.json()["errors"]] == [code]

    @pytest.mark.django_db(transaction=True)
    def test_who_only_checks_sends_nothing(self, office: Office) -> None:
        checker = program_of(office.checker, office.employer)
        member = office.hire()

        assert problem_of(checker.send(borang_a.file(borang_a.row(member)))) == (403, "NO_RIGHT")
        event = AuditEvent.objects.get(action="filing.upload", refused=True)
        assert (event.actor_id, event.data) == (office.checker.pk, {"code": "NO_RIGHT", "via": f"token:{checker.token.pk}"})

    def test_another_s_is_as_if_it_were_not_there(self, office: Office, make_office: Any) -> None:
        """Also for somebody who acts for both: a token is for one employer."""
        rival = make_office()
        theirs = factories.FilingFactory(employer=rival.employer, ready=True)
        factories.RepresentativeFactory(employer=rival.employer, user=office.maker)
        maker = program_of(office.maker, office.employer)
        of_rival = Program(maker.client, rival.employer, maker.token)
        nobody = Program(maker.client, factories.EmployerFactory.build(number="99999999"), maker.token)

        for path in ("template/?format=csv&wage_month=2026-10", "filings/", f"filings/{theirs.pk}/", f"filings/{theirs.pk}/rows/"):
            answers = [one.client.get(one.base + path) for one in (of_rival, nobody)]
            assert [problem_of(answer) for answer in answers] == [(404, "NOT_FOUND")] * 2
            bodies = [{**answer.json(), "reference": ""} for answer in answers]
            assert bodies[0] == bodies[1]
        assert problem_of(maker.get(f"filings/{theirs.pk}/")) == (404, "NOT_FOUND")
        assert problem_of(of_rival.send(b"x")) == (404, "NOT_FOUND")

    def test_a_member_s_token_and_a_stranger(self, office: Office) -> None:
        member = factories.MemberFactory(user=factories.UserFactory())
        program = program_of(member.user, office.employer)

        assert problem_of(program.get("filings/")) == (403, "PERMISSION_DENIED")
        assert problem_of(Client().get(f"{program.base}filings/")) == (401, "NOT_AUTHENTICATED")

    def test_files_are_taken_at_a_pace(self, maker: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("contributions.api.filings.Uploads.rate", "2/minute")

        answers = [maker.send(b"x", key=str(turn)) for turn in range(3)]

        assert [answer.status_code for answer in answers] == [422, 422, 429]
        assert (problem_of(answers[2])[1], answers[2]["Retry-After"]) == ("THROTTLED", "60")
        assert maker.get("filings/").status_code == 200


def test_the_employer_reads_by_which_token_it_was(office: Office, maker: Program) -> None:
    maker.send(borang_a.file(borang_a.row(office.hire())))

    page = text_of(signed_in(office.checker).get("/employer/activity/"))

    assert f"Melalui: Token API {maker.token.pk}" in page
    assert Filing.objects.get().state == FilingState.RECEIVED
