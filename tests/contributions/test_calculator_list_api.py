"""POST /api/v1/calculators/contribution/list/: good rows reckoned, the others told what is wrong with them."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

pytestmark = pytest.mark.django_db
URL = "/api/v1/calculators/contribution/list/"
GOOD = {"wages": "6250.00", "citizenship": "citizen", "birth_date": "1990-01-01"}


def ask(client: Client, employees: Any, language: str = "ms", **changes: Any) -> HttpResponse:
    body = {"wage_month": "2026-10", "employees": employees, **changes}
    asked = {name: value for name, value in body.items() if value is not None}
    return client.post(URL, asked, content_type="application/json", headers={"accept-language": language})  # type: ignore[return-value]


def errors(answer: HttpResponse) -> list[tuple[str, str]]:
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    return [(one["field"], one["code"]) for one in answer.json()["errors"]]  # type: ignore[attr-defined]


def test_good_rows_are_reckoned_and_bad_ones_named(client: Client) -> None:
    rows = [
        GOOD,
        {**GOOD, "wages": "-1", "bonus": "x"},
        {**GOOD, "wages": "8010.00", "bonus": "3010.00"},
        {**GOOD, "wages": "6710.00", "citizenship": "non_citizen", "member_since": None},
        {**GOOD, "birth_date": "1950-01-01"},
    ]

    body = ask(client, rows).json()  # type: ignore[attr-defined]

    assert (body["wage_month"], body["contribution_month"], body["due_date"]) == ("2026-10", "2026-11", "2026-11-15")
    assert [(row["row"], row["part"], row["employer"], row["employee"], row["total"]) for row in body["rows"]] == [
        (1, "A", "756.00", "693.00", "1449.00"),
        (2, None, None, None, None),
        (3, "A", "1042.00", "891.00", "1933.00"),
        (4, "F", "134.00", "135.00", "269.00"),
        (5, None, None, None, None),
    ]
    assert [[(fault["field"], fault["code"]) for fault in row["errors"]] for row in body["rows"]] == [
        [],
        [("wages", "NEGATIVE"), ("bonus", "NOT_PLAIN")],
        [],
        [],
        [("birth_date", "ABOVE_CONTRIBUTION_AGE")],
    ]
    assert body["totals"] == {"valid": 3, "invalid": 2, "employer": "1932.00", "employee": "1719.00", "total": "3651.00"}


@pytest.mark.parametrize(
    ("employee", "found"),
    [
        ({**GOOD, "wages": 6250}, [("wages", "NOT_TEXT")]),
        ({**GOOD, "wages": 6250.1}, [("wages", "NOT_TEXT")]),
        ({**GOOD, "wages": True}, [("wages", "NOT_TEXT")]),
        ({**GOOD, "wages": ["6250"]}, [("wages", "NOT_TEXT")]),
        ({**GOOD, "wages": None}, [("wages", "REQUIRED")]),
        ({**GOOD, "bonuss": "1"}, [("bonuss", "UNKNOWN_PARAMETER")]),
        ({**GOOD, "wage_month": "2026-09"}, [("wage_month", "UNKNOWN_PARAMETER")]),
        ({**GOOD, "keeps": "ya"}, [("keeps", "NOT_YES_NO")]),
        ("6250", [("", "NOT_TEXT")]),
        (None, [("", "NOT_TEXT")]),
    ],
    ids=str,
)
def test_nonsense_in_a_row_is_named_in_the_row(client: Client, employee: Any, found: list[tuple[str, str]]) -> None:
    body = ask(client, [GOOD, employee]).json()  # type: ignore[attr-defined]

    assert [(fault["field"], fault["code"]) for fault in body["rows"][1]["errors"]] == found
    assert (body["totals"]["valid"], body["totals"]["invalid"]) == (1, 1)


def test_yes_and_no_may_be_json_s_own(client: Client) -> None:
    body = ask(client, [{**GOOD, "keeps": True}, {**GOOD, "keeps": "true"}, {**GOOD, "keeps": False}], wage_month="2020-05").json()  # type: ignore[attr-defined]

    assert [row["employee"] for row in body["rows"]] == ["693.00", "693.00", "441.00"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"employees": []}, [("employees", "NOT_A_LIST")]),
        ({"employees": None}, [("employees", "NOT_A_LIST")]),
        ({"employees": {"wages": "1"}}, [("employees", "NOT_A_LIST")]),
        ({"employees": [GOOD] * 1_001}, [("employees", "TOO_MANY")]),
        ({"wage_month": None}, [("wage_month", "REQUIRED")]),
        ({"wage_month": 202610}, [("wage_month", "NOT_TEXT")]),
        ({"wage_month": "2026-13"}, [("wage_month", "NOT_A_MONTH")]),
        ({"wage_month": "1951-12"}, [("wage_month", "NOT_IN_FORCE")]),
        ({"wage_month": "2199-12", "employees": [{**GOOD, "birth_date": "2150-01-01"}]}, [("wage_month", "OUT_OF_RANGE")]),
        ({"wage_month": "2030-01"}, [("wage_month", "OUT_OF_RANGE")]),
        ({"month": "2026-10"}, [("month", "UNKNOWN_PARAMETER")]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_nonsense_in_the_body_is_a_400(client: Client, body: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert errors(ask(client, **{"employees": [GOOD], **body})) == found


@pytest.mark.parametrize("body", ["[]", "1", "null", '"x"'])
def test_a_body_that_is_no_object_is_a_400(client: Client, body: str) -> None:
    assert errors(client.post(URL, body, content_type="application/json")) == [("employees", "NOT_A_LIST")]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body",
    [
        "{",
        '{"employees": [NaN]}',
        "[" * 3_000,
        "[" * 200_000,
        "[" * 500 + "]" * 500,
        '{"a":' * 21 + "1" + "}" * 21,
        r'{"wage_month":"2026-10","employees":[{"wages":"6250","domestic":"\ud800"}]}',
        r'{"wage_month":"2026-10","employees":[{"wages":"6250","\udfff":"1"}]}',
        '{"wage_month":"2026-10","employees":[{"wages":"6250","wages":"1"}]}',
        r'{"\ud800":1,"\ud800":2}',
        '{"wage_month":"2026-09","wage_month":"2026-10","employees":[]}',
        b"\xff\xfe",
        "1" * 5_000,
    ],
    ids=lambda body: str(body)[:40],
)
def test_broken_json_is_a_400(client: Client, body: str | bytes) -> None:
    answer = client.post(URL, body, content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "PARSE_ERROR"


@pytest.mark.parametrize(
    ("employee", "words"),
    [
        (None, "Ditemui null, dijangka pekerja"),
        ({**GOOD, "keeps": 1}, 'Ditemui 1, dijangka teks dalam tanda petik, seperti "true"'),
        ({**GOOD, "birth_date": ["2026-10"]}, 'Ditemui ["2026-10"], dijangka teks dalam tanda petik, seperti "1990-05-31"'),
    ],
)
def test_what_was_found_is_said_in_json(client: Client, employee: Any, words: str) -> None:
    body = ask(client, [employee]).json()  # type: ignore[attr-defined]

    assert words in body["rows"][0]["errors"][0]["detail"]


def test_a_thousand_are_reckoned_in_one_question(client: Client) -> None:
    body = ask(client, [GOOD] * 1_000).json()  # type: ignore[attr-defined]

    assert body["totals"] == {"valid": 1000, "invalid": 0, "employer": "756000.00", "employee": "693000.00", "total": "1449000.00"}


def test_nobody_is_asked_who_they_are_and_nothing_is_kept(client: Client) -> None:
    answer = ask(client, [GOOD])

    assert "Set-Cookie" not in answer.headers
    assert client.get(URL).status_code == 405
