"""The help on contributions: the figures of its examples are those of the law of the month, and stand where the figures are."""

import html
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from contributions.calculator import lessons
from contributions.rules import regime
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from tests.contributions import pages
from tests.contributions.conftest import ON, Office

HELP = "/help/contributions/"
pytestmark = pytest.mark.django_db


def shown(answer: Any) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", answer.content.decode()))).replace("RM ", "RM")


@pytest.mark.parametrize(
    ("prefix", "questions"),
    [
        (
            "",
            [
                "Mengapa RM693.00 dan bukan RM688.00?",
                "Mengapa syer majikan turun pada RM5,000.01?",
                "Apa yang berlaku melebihi RM20,000.00?",
                "Bagaimana Bahagian F digenapkan?",
                "Bulan upah atau bulan caruman?",
            ],
        ),
        (
            "/en",
            [
                "Why RM693.00 and not RM688.00?",
                "Why does the employer's share fall at RM5,000.01?",
                "What happens above RM20,000.00?",
                "How is Part F rounded?",
                "Wage month or contribution month?",
            ],
        ),
    ],
)
def test_what_people_misread_is_said_in_both_languages(client: Client, prefix: str, questions: list[str]) -> None:
    text = shown(client.get(f"{prefix}{HELP}", {"wage_month": "2026-10"}))

    for question in questions:
        assert question in text
    # KWSP's own figures: seed 001; facts 1.5 and 1.6.
    for figure in ("756.00", "1,449.00", "750.00", "1,438.00", "RM650.00", "RM612.00", "RM657.00", "RM4,888.00", "RM71.00", "RM72.00", "RM1,063.00"):
        assert figure in text, figure


@pytest.mark.parametrize(
    ("month", "present", "absent"),
    [
        ("2022-06", ["Mengapa RM567.00 dan bukan RM563.00?"], ["Bahagian F"]),
        ("2022-07", ["Mengapa RM693.00 dan bukan RM688.00?", "RM657.00"], ["Bahagian F"]),
        ("2025-10", ["Bagaimana Bahagian F digenapkan?", "pada 15 Nov 2025"], []),
    ],
)
def test_the_law_of_the_month_decides(client: Client, month: str, present: list[str], absent: list[str]) -> None:
    text = shown(client.get(HELP, {"wage_month": month})).replace("\N{NO-BREAK SPACE}", " ")

    for words in present:
        assert words in text
    for words in absent:
        assert words not in text


@pytest.mark.parametrize("month", ["", "nonsense", "1960-01", "9999-12", "2199-12"])
def test_a_month_that_is_none_gives_the_one_that_is_due(client: Client, month: str) -> None:
    assert shown(client.get(HELP, {"wage_month": month})) == shown(client.get(HELP))


def test_every_month_the_portal_knows_has_its_lessons() -> None:
    month = WageMonth.of(regime.LAW.known_from)
    while month <= WageMonth(2030, 12):
        found = lessons.of(month)
        assert found.by_row.shares.employee >= found.by_row.exact_employee
        assert (found.over_limit is None) == (found.law.employer_over_limit.value >= found.law.employer_to_limit.value)
        month = month.next()


def test_an_example_of_each_kind_is_one() -> None:
    found = lessons.of(WageMonth(2026, 10))

    assert found.over_limit is not None
    assert found.bonus is not None
    assert found.not_bonus is not None
    assert found.without_rows is not None
    assert found.by_row.facts.wages == Decimal(6250)
    assert found.over_limit.shares.employer < found.at_limit.shares.employer
    assert found.bonus.shares.employer > found.not_bonus.shares.employer
    assert found.without_rows.exact_total > found.without_rows.shares.total
    assert found.reduced.first_after == found.reduced.last_before.next()
    assert WageMonth.of(found.reduced.birthday) == found.reduced.last_before == WageMonth(2026, 10)


def test_every_example_opens_in_the_calculator_with_its_figures(client: Client) -> None:
    page = client.get(HELP, {"wage_month": "2026-10"}).content.decode()
    links = [html.unescape(link) for link in re.findall(r'href="(/calculators/contribution/\?[^"]+)"', page)]

    assert len(links) == 6
    for link in links:
        assert client.get(link).status_code == 200


def test_the_help_is_linked_from_where_figures_stand(client: Client) -> None:
    for page in ("/", "/calculators/contribution/", "/calculators/contribution/list/", "/law/"):
        assert f'href="{HELP}"' in client.get(page).content.decode()


class TestBorangA:
    @pytest.fixture(autouse=True)
    def tenth_of_november(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clock, "business_date", lambda: ON)

    def test_the_help_of_its_month_is_linked_from_upload_result_and_row(self, office: Office) -> None:
        maker, filing = pages.signed_in(office.maker), pages.ready(office)

        for path in (f"{pages.NEW}?wage_month=2026-09", pages.address(filing), f"{pages.address(filing)}rows/2/"):
            month = "2026-09" if "new" in path else "2026-10"
            assert f'href="{HELP}?wage_month={month}"' in maker.get(path).content.decode(), path

    @pytest.mark.parametrize(
        ("prefix", "words"), [("", ("Dikenakan caruman", "Fi pengarah")), ("/en", ("Liable to contributions", "Director's fee"))]
    )
    def test_what_counts_as_wages_stands_on_the_upload_page(self, office: Office, prefix: str, words: tuple[str, str]) -> None:
        text = pages.text_of(pages.signed_in(office.maker, prefix).get(pages.NEW))

        assert all(word in text for word in (*words, "kwsp.gov.my"))

    @pytest.mark.parametrize(
        ("prefix", "words"),
        [("", "Upah ialah jumlah bayaran yang dikenakan caruman sahaja"), ("/en", "Wages are the sum of payments liable to contributions only")],
    )
    def test_the_help_of_the_template_says_which_payments_are_wages(self, office: Office, prefix: str, words: str) -> None:
        assert words in pages.text_of(pages.signed_in(office.maker, prefix).get(pages.NEW))


@pytest.mark.parametrize("path", ["", "list/"])
@pytest.mark.parametrize(("prefix", "words"), [("", ("Dikenakan caruman", "Fi pengarah")), ("/en", ("Liable to contributions", "Director's fee"))])
def test_what_counts_as_wages_stands_where_wages_are_keyed_in(db: None, client: Client, prefix: str, words: tuple[str, str], path: str) -> None:
    text = pages.text_of(client.get(f"{prefix}/calculators/contribution/{path}"))

    assert all(word in text for word in words)
