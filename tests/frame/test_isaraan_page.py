"""`/help/i-saraan/`: seed 002 for everybody, with the figures of the business date's year."""

import html
import re
from datetime import date

import pytest
from django.test import Client

from kwsp_portal.bank import channels
from kwsp_portal.common import clock

pytestmark = pytest.mark.django_db
ADDRESS = "/help/i-saraan/"


def read(client: Client, monkeypatch: pytest.MonkeyPatch, on: date, prefix: str = "/en") -> str:
    monkeypatch.setattr(clock, "business_date", lambda: on)
    answer = client.get(prefix + ADDRESS)
    assert answer.status_code == 200
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode())).replace("\N{NO-BREAK SPACE}", " "))


def test_2023_is_as_the_seed_has_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = read(client, monkeypatch, date(2023, 3, 1))

    for words in (
        "In 2023, members below age 60 receive 15% of their i-Saraan contributions, at most RM 300.00 a year.",
        "January to June 2023: after July, not before 1 Aug 2023.",
        "July to December 2023: after January of the next year, not before 1 Feb 2024.",
        "The ceiling of 2023 is RM 60,000.00 for all voluntary contributions",
        "Death aid of RM 2,500.00",
        "The incentive goes to Account 1, and from age 55 to Akaun Emas.",
        "Akaun Emas, and can only be withdrawn after age 60",
        "cancel it first",
        "the part above the ceiling is returned to the payer",
    ):
        assert words.lower() in page.lower(), words
    assert "In a lifetime at most" not in page
    assert "2024 20%" not in page


def test_the_law_of_the_day_stands_there(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = read(client, monkeypatch, date(2026, 11, 23))

    assert "In 2026, members below age 60 receive 20% of their i-Saraan contributions, at most RM 500.00 a year." in page
    assert "In a lifetime at most RM 5,000.00." in page
    assert "The ceiling of 2026 is RM 100,000.00" in page
    assert "2018 15% RM 250.00" in page
    assert "2019 RM 40.00 a month RM 480.00 RM 60.00" in page
    assert "2023 Not confirmed: the portal does not reckon this year" in page
    assert "Budget 2026 restates the caps only. The rate of 2025 is taken to stand." in page
    assert "Akaun Persaraan" in page


def test_each_year_says_what_of_it_is_assumed_also_once_it_is_past(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = read(client, monkeypatch, date(2027, 3, 1))

    for row in (
        "2026 20% RM 500.00 RM 2,500.00 RM 5,000.00 60 Rate; Lifetime cap",
        "2025 20% RM 500.00 RM 2,500.00 RM 5,000.00 60 Lifetime cap",
        "2023 15% RM 300.00 RM 2,000.00 None 60 –",
        "2026 50% RM 300.00 RM 600.00 RM 3,000.00 60 Cap of a year; Lifetime cap; Below age",
        "2024 50% RM 300.00 RM 600.00 RM 3,000.00 55 Lifetime cap",
        "2019 RM 40.00 a month RM 480.00 RM 60.00 None 60 Rate; Contribution for the full incentive; Cap of a year; Lifetime cap; Below age",
    ):
        assert row in page, row
    assert "The rate of 2025 is taken to stand." in page
    assert page.count("this value is from sites that copied it") == 1
    assert "No figure of 2023 is confirmed" in page


@pytest.mark.parametrize(("prefix", "language"), [("", "ms"), ("/en", "en")])
def test_who_may_and_how_it_is_paid(client: Client, monkeypatch: pytest.MonkeyPatch, prefix: str, language: str) -> None:
    page = read(client, monkeypatch, date(2026, 11, 23), prefix)
    groups = {
        "ms": ["Petani, nelayan, pemandu teksi", "Pengasuh bayi", "Suri rumah", "Pekerja berpencen", "Warganegara Malaysia"],
        "en": ["Farmers, fishermen, taxi drivers", "Childminders", "Housewives", "Pensionable employees", "A citizen of Malaysia"],
    }

    assert all(words in page for words in groups[language])
    for way in channels.channels_for(channels.Kind.I_SARAAN, on=date(2026, 11, 23)):
        known = channels.known()
        assert known.names[way.channel].in_language(language) in page
        assert all(document.in_language(language) in page for document in way.documents)


def test_before_there_was_any_the_page_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = read(client, monkeypatch, date(2016, 12, 31))

    assert "No i-Saraan in this year" in page
    assert "the earliest date is 1 Jan 2018" in page
    assert "RM 2,500" not in page


def test_the_front_and_the_calculator_lead_there(client: Client) -> None:
    assert f'href="{ADDRESS}"' in client.get("/").content.decode()
    assert f'href="{ADDRESS}"' in client.get("/calculators/incentive/").content.decode()
