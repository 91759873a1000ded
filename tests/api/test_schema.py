"""The schema of the API: made without a warning, and answers are as it says."""

import re
from decimal import Decimal
from io import StringIO
from typing import Any

import jsonschema
import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from contributions.api import calculators
from contributions.calculator import reckoning
from kwsp_portal.common.periods import WageMonth
from tests.contributions import correcting
from tests.contributions.conftest import Office, bank, bank_pairs, make_office, office
from tests.contributions.pages import signed_in
from tests.contributions.paying import Bank
from tests.factories import UserFactory, borang_a

__all__ = ["bank", "bank_pairs", "make_office", "office"]

pytestmark = pytest.mark.django_db
CALCULATOR = "/api/v1/calculators/contribution/"
MINE = "/api/v1/me/contributions/"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    loaded: dict[str, Any] = yaml.safe_load(out.getvalue())
    return loaded


def answers_of(schema: dict[str, Any], path: str, status: str, method: str = "get") -> dict[str, Any]:
    """The JSON schema of an answer, OpenAPI's `nullable` said in its words."""
    (content,) = schema["paths"][path][method]["responses"][status]["content"].values()
    return {**content["schema"], "components": _nullable(schema["components"])}


def _nullable(node: Any) -> Any:
    if isinstance(node, list):
        return [_nullable(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain = {name: _nullable(value) for name, value in node.items() if name != "nullable"}
    if not node.get("nullable"):
        return plain
    return {**plain, "type": [plain["type"], "null"]} if "type" in plain else {"anyOf": [plain, {"type": "null"}]}


def test_it_is_served(client: Client) -> None:
    answer = client.get("/api/schema/")

    assert answer.status_code == 200
    assert yaml.safe_load(answer.content)["paths"].keys() >= {CALCULATOR}


def test_every_parameter_of_the_contract_is_named(schema: dict[str, Any]) -> None:
    parameters = {one["name"]: one.get("required", False) for one in schema["paths"][CALCULATOR]["get"]["parameters"] if one["in"] == "query"}

    assert parameters == {
        "wage_month": True, "wages": True, "citizenship": True, "birth_date": True,
        "bonus": False, "member_since": False, "employer_excess": False, "employee_excess": False, "keeps": False, "domestic": False,
    }  # fmt: skip


def test_what_is_described_is_what_is_read() -> None:
    assert set(calculators.Input().fields) == set(reckoning.FIELDS)
    required = {name for name, field in calculators.Input().fields.items() if field.required}
    assert required == {name for name in reckoning.FIELDS if not _may_be_left_out(name)}


def _may_be_left_out(name: str) -> bool:
    given = {"wage_month": "2026-10", "wages": "6250.00", "citizenship": "citizen", "birth_date": "1990-01-01"}
    try:
        reckoning.read({field: text for field, text in given.items() if field != name})
    except reckoning.Refused:
        return False
    return True


@pytest.mark.parametrize("wages", ["6250.00", "21250.00", "5.00"])
def test_an_answer_is_as_the_schema_says(client: Client, schema: dict[str, Any], wages: str) -> None:
    answer = client.get(CALCULATOR, {"wage_month": "2026-10", "wages": wages, "citizenship": "citizen", "birth_date": "1990-01-01"})

    described = answers_of(schema, CALCULATOR, "200")
    jsonschema.validate(answer.json(), described)
    assert set(answer.json()) == set(described["components"]["schemas"]["Output"]["properties"])


def test_a_refusal_is_as_the_schema_says(client: Client, schema: dict[str, Any]) -> None:
    answer = client.get(CALCULATOR, {"wages": "-1"})

    assert answer.status_code == 400
    jsonschema.validate(answer.json(), answers_of(schema, CALCULATOR, "400"))
    assert list(schema["paths"][CALCULATOR]["get"]["responses"]["400"]["content"]) == ["application/problem+json"]


def test_an_answer_for_several_is_as_the_schema_says(client: Client, schema: dict[str, Any]) -> None:
    employees = [{"wages": "6250.00", "citizenship": "citizen", "birth_date": "1990-01-01"}, {"wages": "-1"}]
    answer = client.post(f"{CALCULATOR}list/", {"wage_month": "2026-10", "employees": employees}, content_type="application/json")

    assert answer.status_code == 200
    jsonschema.validate(answer.json(), answers_of(schema, f"{CALCULATOR}list/", "200", "post"))


def test_a_member_s_contributions_are_as_the_schema_says(office: Office, bank: Bank, schema: dict[str, Any]) -> None:
    """One that was corrected, one that is not credited, and one that today's rules would give otherwise."""
    member = office.hire(user=UserFactory())
    filing = correcting.credited(office, bank, member)
    correcting.was_never_a_citizen(member)
    correcting.approved(correcting.officers(), filing)
    correcting.post()
    stored = {"employer_share": Decimal(700)}
    office.approved(borang_a.row(member, employer="125", employee="125"), wage_month=WageMonth(2026, 9), stored=stored)
    office.approved(borang_a.row(member, employer="125", employee="125"), wage_month=WageMonth(2026, 11))
    described = answers_of(schema, MINE, "200")
    client = signed_in(member.user).client

    answer = client.get(MINE, {"year": 2026})

    jsonschema.validate(answer.json(), described)
    assert len(answer.json()["results"]) == 3
    for name, found in (("ContributionOfMember", answer.json()["results"][0]), ("ContributionPageOfMember", answer.json())):
        assert set(found) == set(described["components"]["schemas"][name]["properties"])
    assert set(schema["paths"][MINE]["get"]["responses"]) == {"200", "400", "401", "403", "404"}
    for refused, status in ((client.get(MINE, {"year": "x"}), "400"), (Client().get(MINE), "401")):
        assert refused.status_code == int(status)
        jsonschema.validate(refused.json(), answers_of(schema, MINE, status))


def test_the_page_for_people_names_what_is_sent(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()

    assert f"POST {CALCULATOR}list/" in page
    assert '<a href="#bentuk-Employees">' in page
    assert 'id="bentuk-Employees"' in page


UNREADABLE = [f"{CALCULATOR}list/", "/api/v1/auth/tac/", "/api/v1/auth/token/"]


@pytest.mark.parametrize("path", UNREADABLE)
def test_a_body_that_cannot_be_read_is_refused_as_the_schema_says(client: Client, schema: dict[str, Any], path: str) -> None:
    answer = client.post(path, b"\0", content_type="application/json")

    assert answer.json()["code"] == "PARSE_ERROR"
    jsonschema.validate(answer.json(), answers_of(schema, path, "400", "post"))


def test_applications_are_refused_as_the_schema_says(office: Office, schema: dict[str, Any]) -> None:
    path = "/api/v1/me/applications/"

    for refused, status in ((Client().get(path), 401), (signed_in(office.maker).client.get(path), 403)):
        assert refused.status_code == status
        jsonschema.validate(refused.json(), answers_of(schema, path, str(status)))


def test_bodies_say_that_they_take_no_other_names(schema: dict[str, Any]) -> None:
    """Each is refused with 400 UNKNOWN_PARAMETER."""
    bodies = ("Declared", "Nothing", "Comment", "Paying", "Chosen", "PatchedMended", "Employees")

    assert {name: schema["components"]["schemas"][name].get("additionalProperties") for name in bodies} == dict.fromkeys(bodies, False)


def test_what_is_sent_is_described_by_its_form(schema: dict[str, Any]) -> None:
    """A file is bytes and no address; a list of employees has one to a thousand; a month is of twelve."""
    defined = schema["components"]["schemas"]
    month = {**defined["Employees"]["properties"]["wage_month"]}

    assert defined["Upload"]["properties"]["file"] == {"type": "string", "format": "binary"}
    assert {name: defined["Employees"]["properties"]["employees"].get(name) for name in ("minItems", "maxItems")} == {"minItems": 1, "maxItems": 1000}
    assert [text for text in ("2026-00", "2026-13", "2026-1", "26-10", "2026-12\n") if re.fullmatch(month["pattern"], text)] == []
    assert re.fullmatch(month["pattern"], "2026-10")
