"""The public page of an employer's duties: every figure is the dated law's, and in both languages."""

import html
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from contributions.calculator import duties as page
from contributions.rules import duties, late
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce
from tests.contributions.conftest import Office
from tests.contributions.pages import signed_in, text_of

DUTIES = "/help/employer-duties/"
pytestmark = pytest.mark.django_db
ON = date(2026, 11, 22)


def shown(answer: Any) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))).replace("RM ", "RM")


@pytest.mark.parametrize(
    ("section", "years", "months", "fine"),
    [
        ("41(1)", 3, None, 10_000),
        ("41(3)", None, 6, 2_000),
        ("42(1)", None, 6, 2_000),
        ("43(2)", 3, None, 10_000),
        ("47", 6, None, 20_000),
        ("48(3)", 6, None, 20_000),
        ("59", 3, None, 10_000),
    ],
)
def test_the_penalties_of_kwsp_s_own_page(section: str, years: int | None, months: int | None, fine: int) -> None:
    found = next(one for one in duties.penalties(ON) if one.offence == section)

    assert (found.years, found.months, found.fine.value) == (years, months, fine)


@pytest.mark.parametrize(
    ("which", "value"),
    [(duties.Term.REGISTER, 7), (duties.Term.STOP, 30), (duties.Term.ADDRESS, 14), (duties.Term.NAME, 21), (duties.Term.RECORDS, 6)],
)
def test_the_times(which: duties.Term, value: int) -> None:
    assert duties.term(which, ON).value == value


def test_before_its_first_day_the_law_says_so() -> None:
    with pytest.raises(NotInForce):
        duties.penalties(date(2008, 1, 31))


@pytest.mark.parametrize(
    ("month", "later", "chosen"),
    [(WageMonth(2023, 8), ("5.00", "5.00", "0.11", "0.055"), True), (WageMonth(2026, 10), ("0.02", "0.02", "0.02", "0.02"), False)],
)
def test_the_shares_are_those_of_the_month(month: WageMonth, later: tuple[Any, ...], chosen: bool) -> None:
    """Seed 001 of September 2023: a fixed RM5 for foreigners who chose; from October 2025 Part F."""
    found = {row.who.value: row for row in page.of(month, on=ON, declared=late.ON_FILE).shares}

    citizen, resident, foreign = found["CITIZEN"], found["PERMANENT_RESIDENT"], found["LATER_NON_CITIZEN"]
    assert [str(one) for one in (citizen.below.employer, citizen.below.over, citizen.below.employee)] == ["0.13", "0.12", "0.11"]
    assert [str(one) for one in (citizen.reached.employer, citizen.reached.employee)] == ["0.04", "0"]
    assert [str(one) for one in (resident.reached.employer, resident.reached.over, resident.reached.employee)] == ["0.065", "0.06", "0.055"]
    assert [str(one) for one in (foreign.below.employer, foreign.reached.employer, foreign.below.employee, foreign.reached.employee)] == [
        str(one) for one in later
    ]
    assert (foreign.by_choice, foreign.below.fixed) == (chosen, chosen)


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        (
            "",
            [
                "kontrak perkhidmatan atau kontrak perantisan",
                "Contoh KWSP: gaji bulan Januari 2018. Bulan caruman ialah Februari 2018, dan ia dibayar selewat-lewatnya pada 15 Feb 2018.",
                "13%; bagi upah melebihi RM5,000.00, 12%",
                "Tidak boleh: syer majikan",
                "dividen terendah tahun itu ditambah 1%",
                "sekurang-kurangnya RM10.00",
                "(RM13.21 menjadi RM14.00)",
                "caruman RM1,449.00 bagi upah Januari 2018 dibayar pada 20 Mac 2018, 33 hari lewat",
                "Caj lewat bayar RM10.00, dividen bagi pekerja RM4.68",
                "Penjara tidak melebihi 6 tahun, atau denda tidak melebihi RM20,000.00, atau kedua-duanya",
                "Penjara tidak melebihi 6 bulan, atau denda tidak melebihi RM2,000.00, atau kedua-duanya",
                "s. 43(2)",
                "7 hari",
                "6 tahun",
                "Halaman KWSP tidak menyatakan sejak bila",
            ],
        ),
        (
            "/en",
            [
                "contract of service or a contract of apprenticeship",
                "KWSP's example: wages of January 2018. The contribution month is February 2018, and it is paid on or before 15 Feb 2018.",
                "13%; for wages above RM5,000.00, 12%",
                "Imprisonment not exceeding 3 years, or a fine not exceeding RM10,000.00, or both",
                "KWSP's pages do not say since when",
                "Offences and Penalties, under the EPF Act 1991",
            ],
        ),
    ],
)
def test_every_figure_is_said_in_both_languages(client: Client, prefix: str, words: list[str]) -> None:
    text = shown(client.get(f"{prefix}{DUTIES}", {"wage_month": "2026-10"}))

    for said in words:
        assert said in text, said


def test_the_example_of_lateness_is_the_calculator_s(client: Client) -> None:
    answer = client.get(DUTIES)
    address = re.search(r'href="(/calculators/late-charge/\?[^"]+)"', answer.content.decode())
    assert address

    text = shown(client.get(html.unescape(address[1])))
    for figure in ("RM10.00", "RM4.68", "RM1,449.00", "33"):
        assert figure in text


def test_a_month_without_law_is_answered_with_the_one_that_is_due(client: Client) -> None:
    for month in ("1990-01", "nonsense", "9999-12"):
        assert client.get(DUTIES, {"wage_month": month}).status_code == 200


def test_the_front_and_the_employer_s_home_lead_to_it(client: Client, office: Office) -> None:
    assert f'href="{DUTIES}"' in client.get("/").content.decode()
    home = signed_in(office.maker).get("/employer/")
    assert f'href="{DUTIES}"' in home.content.decode()
    assert "Tanggungjawab majikan" in text_of(home)
