"""calculators/late-charge/: page and API of the contract, with days, rates and citations, and nonsense refused in words."""

import html
import re
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PAGE, API = "/calculators/late-charge/", "/api/v1/calculators/late-charge/"
BASE = {"contribution_month": "2016-12", "arrears": "366000", "paid_on": "2017-01-10"}


def ask(client: Client, language: str = "en", **changes: Any) -> Any:
    asked = {name: value for name, value in {**BASE, **changes}.items() if value is not None}
    return client.get(API, asked, headers={"accept-language": language})


def shown(page: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode()))).replace("RM ", "RM")


def test_the_answer_has_the_shape_of_the_contract(client: Client) -> None:
    body = ask(client).json()

    assert set(body) == {"charge", "dividend", "days", "dividend_days", "explanation", "citations", "assumptions"}
    assert (body["charge"], body["dividend"]) == ("1815.00", "634.67")
    assert body["days"] == [
        {
            "year": 2016, "from": "2016-12-16", "to": "2016-12-31", "days": 16, "days_in_year": 366, "rate": "0.067", "rate_of": 2016,
            "base": "366000.00", "amount": "1072.0000",
        },
        {
            "year": 2017, "from": "2017-01-01", "to": "2017-01-10", "days": 10, "days_in_year": 365, "rate": "0.074", "rate_of": 2017,
            "base": "366000.00", "amount": "742.0274",
        },
    ]  # fmt: skip
    assert [one["days"] for one in body["dividend_days"]] == [1, 9]
    assert all(isinstance(text, str) and text for name in ("explanation", "citations", "assumptions") for text in body[name])
    assert any("RM\N{NO-BREAK SPACE}1,815.00" in sentence for sentence in body["explanation"])


def test_both_languages_say_it(client: Client) -> None:
    malay, english = ask(client, "ms").json(), ask(client, "en").json()

    assert len(malay["explanation"]) == len(english["explanation"])
    assert not set(malay["explanation"]) & set(english["explanation"])
    assert not set(malay["assumptions"]) & set(english["assumptions"])


def test_paid_in_time_costs_nothing(client: Client) -> None:
    body = ask(client, contribution_month="2018-02", arrears="1449", paid_on="2018-02-15").json()

    assert (body["charge"], body["dividend"], body["days"], body["dividend_days"]) == ("0.00", "0.00", [], [])
    assert body["explanation"]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"arrears": None}, "arrears", "REQUIRED"),
        ({"contribution_month": None}, "contribution_month", "REQUIRED"),
        ({"paid_on": ""}, "paid_on", "REQUIRED"),
        ({"arrears": "NaN"}, "arrears", "NOT_PLAIN"),
        ({"arrears": "1e5"}, "arrears", "NOT_PLAIN"),
        ({"arrears": "-1"}, "arrears", "NEGATIVE"),
        ({"arrears": "1.001"}, "arrears", "TOO_MANY_DECIMALS"),
        ({"contribution_month": "2016-13"}, "contribution_month", "NOT_A_MONTH"),
        ({"contribution_month": "2008-01"}, "contribution_month", "NOT_IN_FORCE"),
        ({"contribution_month": "1900-01"}, "contribution_month", "NOT_IN_FORCE"),
        ({"paid_on": "2017-02-29"}, "paid_on", "NOT_A_DATE"),
        ({"paid_on": "2150-01-01"}, "paid_on", "OUT_OF_RANGE"),
        ({"arears": "5"}, "arears", "UNKNOWN_PARAMETER"),
        ({"paid_on": ["2017-01-10", "2017-01-11"]}, "paid_on", "GIVEN_TWICE"),
    ],
)
def test_nonsense_is_refused_in_words(client: Client, changes: dict[str, Any], field: str, code: str) -> None:
    answer = ask(client, **changes)

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert (field, code) in [(one["field"], one["code"]) for one in answer.json()["errors"]]


class TestPage:
    def test_the_empty_form_begins_today(self, client: Client) -> None:
        page = client.get(PAGE)

        assert page.status_code == 200
        assert '<form method="get"' in page.content.decode()

    @pytest.mark.parametrize(
        ("prefix", "words"),
        [("", ["Caj lewat bayar", "yang terendah ialah 6.4%", "Andaian"]), ("/en", ["Late payment charge", "the lower is 6.4%", "Assumptions"])],
    )
    def test_it_says_why(self, client: Client, prefix: str, words: list[str]) -> None:
        page = client.get(prefix + PAGE, BASE)

        assert page.status_code == 200
        assert all(one in shown(page) for one in ["RM1,815.00", "RM634.67", *words]), shown(page)

    def test_what_people_type_is_read_and_the_address_keeps_the_question(self, client: Client) -> None:
        page = client.get(PAGE, {"contribution_month": "12/2016", "arrears": "RM 366,000", "paid_on": "10/1/2017"})

        assert page.status_code == 200
        assert "contribution_month=2016-12&amp;arrears=366000.00&amp;paid_on=2017-01-10" in page.content.decode()

    def test_what_is_wrong_is_said_beside_what_was_typed(self, client: Client) -> None:
        page = client.get("/en" + PAGE, {**BASE, "arrears": "many"})

        assert page.status_code == 422
        assert 'value="many"' in page.content.decode()
        assert "found many, expected" in shown(page).lower()
