"""calculators/incentive/: page and API of the contract, with rate, cap and citations, and nonsense refused in words."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from kwsp_portal.common import clock

pytestmark = pytest.mark.django_db
PAGE, API = "/calculators/incentive/", "/api/v1/calculators/incentive/"
BASE = {"scheme": "isaraan", "year": "2024", "contributed": "3000", "birth_date": "1985-06-15"}


def ask(client: Client, language: str = "en", **changes: Any) -> Any:
    asked = {name: value for name, value in {**BASE, **changes}.items() if value is not None}
    return client.get(API, asked, headers={"accept-language": language})


def shown(page: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode()))).replace("RM ", "RM")


def test_the_answer_has_the_shape_of_the_contract(client: Client) -> None:
    body = ask(client).json()

    assert set(body) == {"incentive", "rate", "cap", "returned", "more", "explanation", "citations", "assumptions"}
    assert (body["incentive"], body["rate"], body["cap"]) == ("450.00", "0.15", "500.00")
    assert (body["returned"], body["more"]) == ("0.00", "333.33")
    assert all(isinstance(text, str) and text for name in ("explanation", "citations", "assumptions") for text in body[name])
    assert any("RM\N{NO-BREAK SPACE}450.00" in sentence for sentence in body["explanation"])


@pytest.mark.parametrize(
    ("changes", "incentive", "rate", "cap", "more"),
    [
        ({"year": "2023", "contributed": "2000"}, "300.00", "0.15", "300.00", "0.00"),
        ({"year": "2025", "contributed": "2500"}, "500.00", "0.2", "500.00", "0.00"),
        ({"scheme": "isuri", "year": "2024", "contributed": "100"}, "50.00", "0.5", "300.00", "500.00"),
        ({"scheme": "isuri", "year": "2019", "contributed": "60"}, "480.00", None, "480.00", "0.00"),
        ({"scheme": "isuri", "year": "2019", "contributed": "12"}, "80.00", None, "480.00", "48.00"),
        ({"birth_date": "1964-01-01"}, "0.00", "0.15", "500.00", None),  # 60 on the year's first day
        ({"birth_date": "1964-01-02"}, "450.00", "0.15", "500.00", "333.33"),
    ],
)
def test_years_and_schemes(client: Client, changes: dict[str, str], incentive: str, rate: str | None, cap: str, more: str | None) -> None:
    body = ask(client, **changes).json()

    assert (body["incentive"], body["rate"], body["cap"], body["more"]) == (incentive, rate, cap, more)


def test_what_is_above_the_ceiling_is_returned(client: Client) -> None:
    body = ask(client, contributed="100000.01").json()

    assert (body["incentive"], body["returned"], body["more"]) == ("500.00", "0.01", "0.00")
    assert any("returned to the payer" in sentence for sentence in body["explanation"])


def test_both_languages_say_it(client: Client) -> None:
    malay, english = ask(client, "ms").json(), ask(client, "en").json()

    assert len(malay["explanation"]) == len(english["explanation"])
    assert not (set(malay["explanation"]) - {sentence for sentence in malay["explanation"] if "x 15%" in sentence}) & set(english["explanation"])
    assert not set(malay["assumptions"]) & set(english["assumptions"])


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"scheme": None}, "scheme", "REQUIRED"),
        ({"year": ""}, "year", "REQUIRED"),
        ({"scheme": "saraan"}, "scheme", "INVALID_CHOICE"),
        ({"scheme": "isaraan_plus"}, "scheme", "NOT_IN_FORCE"),
        ({"scheme": "isuri", "year": "2023"}, "year", "NOT_IN_FORCE"),
        ({"scheme": "isuri", "year": "2017"}, "year", "NOT_IN_FORCE"),
        ({"year": "2017"}, "year", "NOT_IN_FORCE"),
        ({"year": "1899"}, "year", "NOT_A_YEAR"),
        ({"year": "20\uff124"}, "year", "NOT_A_YEAR"),
        ({"year": "2199"}, "year", "OUT_OF_RANGE"),
        ({"contributed": "NaN"}, "contributed", "NOT_PLAIN"),
        ({"contributed": "-1"}, "contributed", "NEGATIVE"),
        ({"contributed": "1.001"}, "contributed", "TOO_MANY_DECIMALS"),
        ({"birth_date": "2017-02-29"}, "birth_date", "NOT_A_DATE"),
        ({"birth_date": "2025-01-01"}, "birth_date", "OUT_OF_RANGE"),
        ({"yaer": "5"}, "yaer", "UNKNOWN_PARAMETER"),
        ({"year": ["2024", "2025"]}, "year", "GIVEN_TWICE"),
    ],
)
def test_nonsense_is_refused_in_words(client: Client, changes: dict[str, Any], field: str, code: str) -> None:
    answer = ask(client, **changes)

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert (field, code) in [(one["field"], one["code"]) for one in answer.json()["errors"]]


def test_a_year_that_is_not_confirmed_has_a_way_forward(client: Client) -> None:
    (wrong,) = ask(client, scheme="isuri", year="2023").json()["errors"]

    assert "counter" in wrong["detail"]
    assert "No figure of 2023 is confirmed" in wrong["detail"], "why, and not that terms begin in 2024: those of 2018 to 2022 are known"
    assert "earliest date" not in wrong["detail"]


class TestPage:
    def test_the_empty_form_begins_with_this_year(self, client: Client) -> None:
        page = client.get(PAGE)

        assert page.status_code == 200
        assert f'name="year" value="{clock.business_date().year}"' in page.content.decode()

    @pytest.mark.parametrize(
        ("prefix", "words"),
        [("", ["Insentif setahun", "kepada sen terdekat", "Andaian"]), ("/en", ["Incentive of the year", "to the nearest sen", "Assumptions"])],
    )
    def test_it_says_why(self, client: Client, prefix: str, words: list[str]) -> None:
        page = client.get(prefix + PAGE, BASE)

        assert page.status_code == 200
        assert all(one in shown(page) for one in ["RM450.00", "15%", "RM333.33", *words]), shown(page)

    def test_what_of_the_year_is_assumed_stands_beside_the_figures(self, client: Client) -> None:
        asked = {"scheme": "isuri", "year": "2021", "contributed": "60", "birth_date": "1990-01-01"}
        page = shown(client.get("/en/calculators/incentive/", asked))

        assert "Assumptions (Rate; Contribution for the full incentive; Cap of a year; Lifetime cap; Below age):" in page
        assert "copied it" in page

    def test_what_people_type_is_read_and_the_address_keeps_the_question(self, client: Client) -> None:
        page = client.get(PAGE, {"scheme": "i-Saraan", "year": "2024", "contributed": "RM 3,000", "birth_date": "15/6/1985"})

        assert page.status_code == 200
        assert "scheme=isaraan&amp;year=2024&amp;contributed=3000.00&amp;birth_date=1985-06-15" in page.content.decode()

    def test_what_is_wrong_is_said_beside_what_was_typed(self, client: Client) -> None:
        page = client.get("/en" + PAGE, {**BASE, "contributed": "many"})

        assert page.status_code == 422
        assert 'value="many"' in page.content.decode()
        assert "found many, expected" in shown(page).lower()

    def test_the_front_page_leads_to_it(self, client: Client) -> None:
        assert PAGE in client.get("/").content.decode()
