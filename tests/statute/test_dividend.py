"""The annual dividend as a table: KWSP's example of 2009, leap years, half a sen, both schemes, ages, late money, full withdrawals."""

from datetime import date
from decimal import Decimal

import pytest

from kwsp_portal.common import rates
from members.enums import Scheme, SubAccount
from members.rules import dividend
from members.rules.dividend import Earned, YearLaw

RATE_2009 = Decimal("0.0565")


@pytest.mark.parametrize(
    ("sen_days", "rate", "year", "sen"),
    [
        (7_000_000 * 30, "0.0565", 2009, 325_07),  # RM70,000 on 30 days of January: RM325.07
        (7_070_000 * 1, "0.0565", 2009, 10_94),  # and RM70,700 on the 31st: RM10.94
        (2_553_820_000, "0.0565", 2025, 3_953_17),  # docs/ledger.md
        (100_00 * 365, "0.0615", 2025, 6_15),  # a whole year gives the rate itself
        (100_00 * 366, "0.0630", 2024, 6_30),  # and so does a leap year
        (100_00 * 365, "0.0630", 2024, 6_28),  # a day less of it does not: 628.28 sen
        (100_00 * 1, "0.0615", 2025, 2),  # 1.68 sen
        (73_00, "0.025", 1953, 1),  # half a sen, away from zero
        (72_99, "0.025", 1953, 0),
        (-73_00, "0.025", 1953, -1),
        (0, "0.0615", 2025, 0),
    ],
)
def test_sen_days_times_rate_over_the_days_of_the_year_to_the_nearest_sen(sen_days: int, rate: str, year: int, sen: int):
    assert dividend.amount_sen(sen_days, rate=Decimal(rate), year=year) == sen


def test_no_figure_of_a_whole_fund_loses_a_digit():
    """RM1.3 trillion for a year and one sen-day more: nothing passes through binary floating point, or a context of 28 digits."""
    whole = 130_000_000_000_000 * 365

    assert dividend.amount_sen(whole, rate=Decimal("0.0615"), year=2025) == 7_995_000_000_000
    assert dividend.amount_sen(whole * 10**12 + 2968, rate=Decimal("0.0615"), year=2025) == 7_995_000_000_000 * 10**12 + 1
    assert dividend.amount_sen(whole * 10**12 + 2967, rate=Decimal("0.0615"), year=2025) == 7_995_000_000_000 * 10**12


@pytest.mark.parametrize(
    ("year", "conventional", "shariah"),
    [
        (1951, None, None),
        (1952, "0.025", None),
        (1959, "0.025", None),
        (1960, "0.04", None),
        (1987, "0.085", None),  # a blog has 8.00; KWSP's own page 8.50
        (1999, "0.0684", None),
        (2016, "0.057", None),
        (2017, "0.069", "0.064"),
        (2020, "0.052", "0.049"),
        (2024, "0.063", "0.063"),
        (2025, "0.0615", "0.0615"),
        (2026, None, None),  # never the rate of the year before
    ],
)
def test_a_year_has_the_rate_declared_for_it_or_none(year: int, conventional: str | None, shariah: str | None):
    found = [dividend.on_file(year, scheme) for scheme in (Scheme.CONVENTIONAL, Scheme.SHARIAH)]

    assert [None if one is None else one.value for one in found] == [None if one is None else Decimal(one) for one in (conventional, shariah)]


def test_every_year_since_1952_has_its_own_rate():
    years = [value.start for value in dividend.LAW["conventional"].values]

    assert years == [date(year, 1, 1) for year in range(1952, 2026)]
    assert [value.start.year for value in dividend.LAW["shariah"].values] == list(range(2017, 2026))
    assert all(line.value.citation for line in rates.lines_of(dividend.LAW))


def test_a_rate_on_file_counts_from_1_march_of_the_year_after():
    assert dividend.known_from(2021) == date(2022, 3, 1)


@pytest.mark.parametrize(
    ("shariah_from", "year", "scheme"),
    [
        (None, 2025, Scheme.CONVENTIONAL),
        (date(2025, 1, 1), 2024, Scheme.CONVENTIONAL),
        (date(2025, 1, 1), 2025, Scheme.SHARIAH),
        (date(2025, 1, 2), 2025, Scheme.CONVENTIONAL),
    ],
)
def test_simpanan_shariah_from_the_year_that_begins_with_it(shariah_from: date | None, year: int, scheme: Scheme):
    assert dividend.scheme_of(shariah_from=shariah_from, year=year) is scheme


@pytest.mark.parametrize(
    ("born", "year", "last"),
    [
        (date(1990, 1, 1), 2025, date(2025, 12, 31)),
        (date(1925, 6, 1), 2025, date(2025, 5, 31)),  # 100 on 1 June
        (date(1926, 1, 1), 2025, date(2025, 12, 31)),  # the day before
        (date(1925, 1, 1), 2025, None),
        (date(1924, 12, 31), 2025, None),
        (date(1920, 2, 29), 2020, date(2020, 2, 28)),
        (date(1941, 6, 1), 2016, date(2016, 5, 31)),  # 75 until Act A1504
        (date(1941, 6, 1), 2017, date(2017, 12, 31)),
    ],
)
def test_the_last_day_on_which_savings_earn(born: date, year: int, last: date | None):
    assert dividend.last_day(birth_date=born, year=year) == last


@pytest.mark.parametrize(
    ("goes_to", "on", "receives"),
    [
        ("PERSARAAN", date(2026, 5, 16), SubAccount.PERSARAAN),
        ("PERSARAAN", date(2026, 5, 17), SubAccount.AKAUN_55),  # the birthday itself
        ("SEJAHTERA", date(2026, 5, 17), SubAccount.AKAUN_55),
        ("FLEKSIBEL", date(2030, 1, 1), SubAccount.AKAUN_55),
        ("AKAUN_55", date(2030, 1, 1), SubAccount.AKAUN_55),
        ("EMAS", date(2030, 1, 1), SubAccount.EMAS),
    ],
)
def test_a_dividend_follows_the_savings_that_earned_it(goes_to: str, on: date, receives: SubAccount):
    assert dividend.receiver(goes_to, birth_date=date(1971, 5, 17), on=on) is receives


def test_late_money_earns_in_each_year_and_the_dividend_of_one_in_the_next():
    """RM10,000 valued 31 December 2023 and posted when 2025 was credited: a day of 2023, all of 2024 and 2025."""
    late = {("PERSARAAN", 2023): 1_000_000, ("PERSARAAN", 2024): 1_000_000 * 366, ("PERSARAAN", 2025): 1_000_000 * 365}
    law = {2023: YearLaw(Decimal("0.055"), 365), 2024: YearLaw(Decimal("0.063"), 366), 2025: YearLaw(Decimal("0.0615"), 365)}

    assert list(dividend.settled(late, goes_to={}, by_year=law)) == [
        Earned("PERSARAAN", 2023, 1_000_000, 1_51),
        Earned("PERSARAAN", 2024, 1_000_151 * 366, 630_10),
        Earned("PERSARAAN", 2025, 1_063_161 * 365, 653_84),
    ]


def test_late_money_of_the_ring_fence_earns_on_in_sejahtera_and_nothing_from_the_last_age():
    late = {("HOUSING_RINGFENCE", 2023): 1_000_000 * 365, ("SEJAHTERA", 2024): 100 * 366}
    law = {2023: YearLaw(Decimal("0.055"), 365), 2024: YearLaw(Decimal("0.063"), 61), 2025: YearLaw(Decimal("0.0615"), 0)}

    assert list(dividend.settled(late, goes_to={"HOUSING_RINGFENCE": "SEJAHTERA"}, by_year=law)) == [
        Earned("HOUSING_RINGFENCE", 2023, 365_000_000, 550_00),
        Earned("SEJAHTERA", 2024, 100 * 366 + 550_00 * 61, 5_84),
    ]


def test_what_a_full_withdrawal_took_before_the_declaration_is_taken_off_and_never_taken_back():
    assert dividend.before_declaration(100_00 * 365, year=2025) == 2_50
    assert dividend.after_withdrawal(6_15, paid_before=2_50, year=2025) == 3_65
    assert dividend.after_withdrawal(1_90, paid_before=2_50, year=2025) == 0
    assert dividend.after_withdrawal(-5, paid_before=0, year=2025) == -5
    assert dividend.lowest(2026) == Decimal("0.025")


def test_the_explanation_has_days_rate_average_and_amount():
    steps = dividend.explain(year=2025, scheme=Scheme.SHARIAH, rate=Decimal("0.0615"), sen_days=100_00 * 365, paid_before=2_50)

    assert [step.code for step in steps] == [
        "DIVIDEND_BALANCE",
        "DIVIDEND_SHARIAH",
        "DIVIDEND_AMOUNT",
        "DIVIDEND_COMPOUNDED",
        "DIVIDEND_PAID_BEFORE",
    ]
    assert (steps[0].figures["average"], steps[0].figures["days"], steps[2].figures["part"]) == ("100.00", "365", "6.15")
    assert (steps[4].figures["part"], steps[4].assumed) == ("3.65", "dividend/taken_back@1952-01-01")
