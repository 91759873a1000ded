"""The late payment charge and the dividend on late contributions: seed 001, rulings 9, 10, 11 and 30, and every border."""

import os
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contributions import explanations_late
from contributions.rules import late, late_steps
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce
from tests.statute import plain_lateness

LONG_AFTER = date(2026, 11, 22)
SEED = 20180216
HISTORIES = 400
THIRTEEN = {2019: late.ON_FILE[2019]._replace(conventional=Decimal("0.06"), shariah=Decimal("0.055"))}
"""Dividends by which 1,000 for 73 days cost RM13.00 exactly; no year that was declared gives that."""


def charged(month: str, *paid: tuple[str, str], on: date = LONG_AFTER, **more: object) -> Decimal:
    found = [late.Paid(Decimal(amount), date.fromisoformat(day)) for amount, day in paid]
    return late.charge(contribution_month=WageMonth.parse(month), paid=found, on=on, **more).amount  # type: ignore[arg-type]


def lost(month: str, amount: str, paid_on: str, on: date = LONG_AFTER) -> Decimal:
    paid = late.Paid(Decimal(amount), date.fromisoformat(paid_on))
    return late.late_dividend(contribution_month=WageMonth.parse(month), paid=paid, on=on).amount


@pytest.mark.parametrize(
    ("month", "amount", "paid_on", "charge"),
    [
        ("2018-02", "100000", "2018-02-15", "0.00"),  # seed 001: wages of January 2018, on or before 15 February 2018
        ("2018-02", "100000", "2018-01-31", "0.00"),
        ("2018-02", "100000", "2018-02-16", "19.00"),  # one day: 100,000 x 6.90 % / 365 = 18.904
        ("2018-02", "100000", "2018-02-17", "38.00"),  # 37.808
        ("2018-02", "100000", "2018-02-28", "246.00"),  # 13 days: 245.75
        ("2018-02", "100000", "2018-03-01", "265.00"),  # the month ends, the days go on: 264.66
        ("2018-02", "1000", "2018-02-16", "10.00"),  # 0.19: never less than RM10
        ("2018-02", "0.01", "2018-02-16", "10.00"),
        ("2018-02", "0", "2018-03-16", "0.00"),  # nothing was late
        ("2016-12", "366000", "2016-12-31", "1072.00"),  # 2016 by its conventional rate: 1,000 x 6.70 % x 16
        ("2017-12", "365000", "2017-12-31", "1184.00"),  # 2017 by the lower of 6.90 and 6.40: 1,000 x 7.40 % x 16
        ("2020-02", "366000", "2020-02-29", "826.00"),  # a leap year has its 29 February and 366 days: 1,000 x 5.90 % x 14
        ("2020-02", "366000", "2020-03-01", "885.00"),
        ("2019-02", "365000", "2019-03-01", "840.00"),  # a common year: 14 days of 6 %
    ],
)
def test_the_charge_by_its_days(month: str, amount: str, paid_on: str, charge: str) -> None:
    assert charged(month, (amount, paid_on)) == Decimal(charge)


def test_a_year_ends_between_the_16th_and_the_payment() -> None:
    """365,000 x 6.70 % x 16 days of 366 in 2016, and 7.40 % x 10 days of 365 in 2017."""
    found = late.charge(contribution_month=WageMonth(2016, 12), paid=[late.Paid(Decimal(365_000), date(2017, 1, 10))], on=LONG_AFTER)

    (_paid, parts) = found.parts[0]
    assert [(str(part.first), str(part.last), part.days, part.days_in_year, str(part.rate)) for part in parts] == [
        ("2016-12-16", "2016-12-31", 16, 366, "0.067"),
        ("2017-01-01", "2017-01-10", 10, 365, "0.074"),
    ]
    assert found.exact == Fraction(365_000 * 67 * 16, 366_000) + Fraction(365_000 * 74 * 10, 365_000)
    assert found.amount == Decimal("1810.00")  # 1,069.07 + 740.00: rounded once


class TestSeed001:
    """RM13.21 is RM14, RM13.00 stays RM13, the least is RM10. 73 days of 2019 are a fifth of it, at 6 % in the year."""

    @pytest.mark.parametrize(
        ("amount", "exact", "charge"),
        [
            ("1100.83", "13.21", "14.00"),
            ("1000", "12.00", "12.00"),
            ("1000.01", "12.00", "13.00"),  # a fraction of a sen over
            ("833.33", "10.00", "10.00"),  # a fraction of a sen under: the least
            ("833.34", "10.00", "11.00"),
            ("1", "0.01", "10.00"),
        ],
    )
    def test_up_to_the_ringgit_and_at_least_ten(self, amount: str, exact: str, charge: str) -> None:
        paid = [late.Paid(Decimal(amount), date(2019, 4, 29))]

        found = late.charge(contribution_month=WageMonth(2019, 2), paid=paid, on=LONG_AFTER)

        assert (found.parts[0][1][0].days, money.fraction_to_sen(found.exact), found.amount) == (73, Decimal(exact), Decimal(charge))

    def test_thirteen_stays_thirteen(self) -> None:
        found = charged("2019-02", ("1000", "2019-04-29"), declared={**late.ON_FILE, **THIRTEEN})
        more = charged("2019-02", ("1000.01", "2019-04-29"), declared={**late.ON_FILE, **THIRTEEN})

        assert (found, more) == (Decimal("13.00"), Decimal("14.00"))


class TestPartialPayments:
    def test_each_amount_to_its_own_day_rounded_once(self) -> None:
        assert charged("2019-02", ("500", "2019-04-29"), ("550.83", "2019-04-29"), ("50", "2019-04-29")) == Decimal("14.00")
        assert charged("2019-02", ("1000", "2019-02-15"), ("100000", "2019-02-16"), ("100000", "2019-02-17")) == Decimal("50.00")  # 16.44 + 32.88

    def test_the_least_is_once_a_month(self) -> None:
        assert charged("2019-02", ("10", "2019-02-20"), ("10", "2019-02-21"), ("10", "2019-02-22")) == Decimal("10.00")

    def test_no_order_of_the_payments_matters(self) -> None:
        paid = [("1000.50", "2020-01-31"), ("20000", "2019-03-01"), ("7", "2019-02-15"), ("123456.78", "2019-12-31")]

        assert charged("2019-02", *paid) == charged("2019-02", *reversed(paid))

    def test_a_later_month_paid_first_changes_neither(self) -> None:
        """Each contribution month stands by itself."""
        march_first = [charged("2019-03", ("5000", "2019-03-20")), charged("2019-02", ("5000", "2019-04-20"))]

        assert march_first == [Decimal("10.00"), Decimal("53.00")]  # 5 days: 4.11; 64 days: 52.60


class TestUndeclared:
    @pytest.mark.parametrize(
        ("year", "on", "of_year", "rate"),
        [
            (2021, date(2022, 2, 28), 2020, "0.059"),  # 2021 is declared by 1 March 2022
            (2021, date(2022, 3, 1), 2021, "0.0665"),
            (2022, date(2022, 4, 10), 2021, "0.0665"),  # AS_AT=2022-04-10 knows no dividend of 2022
            (2022, date(2023, 2, 28), 2021, "0.0665"),
            (2022, date(2023, 3, 1), 2022, "0.0575"),
            (2022, date(2026, 11, 22), 2022, "0.0575"),
            (2017, date(2017, 3, 1), 2016, "0.067"),  # undeclared, so the conventional rate of 2016
        ],
    )
    def test_a_year_has_the_last_declared_rate_until_it_has_its_own(self, year: int, on: date, of_year: int, rate: str) -> None:
        found = late.year_rate(year, on=on)

        assert (found.of_year, str(found.charge)) == (of_year, rate)

    def test_a_year_ahead_of_all(self) -> None:
        found = late.year_rate(2027, on=LONG_AFTER)

        assert (found.of_year, str(found.dividend), str(found.charge)) == (2025, "0.0615", "0.0715")

    def test_a_year_that_was_declared_in_the_portal_counts_from_its_day(self) -> None:
        new = late.ON_FILE[2025]._replace(conventional=Decimal("0.05"), shariah=Decimal("0.06"), known_from=date(2027, 2, 20))

        found = [late.year_rate(2026, on=day, declared={**late.ON_FILE, 2026: new}) for day in (date(2027, 2, 19), date(2027, 2, 20))]

        assert [(one.of_year, str(one.charge)) for one in found] == [(2025, "0.0715"), (2026, "0.06")]

    def test_to_2016_the_shariah_rate_is_not_asked(self) -> None:
        with_shariah = {**late.ON_FILE, 2016: late.ON_FILE[2016]._replace(shariah=Decimal("0.01"))}

        assert late.year_rate(2016, on=LONG_AFTER, declared=with_shariah).dividend == Decimal("0.057")


def test_the_rates_are_those_of_the_facts() -> None:
    """Facts 3.2."""
    known = ["6.40", "5.90", "5.00", "4.90", "5.65", "4.75", "5.40", "6.30", "6.15"]

    for year, rate in zip(range(2017, 2026), known, strict=True):
        found = late.year_rate(year, on=LONG_AFTER)
        assert (found.dividend * 100, found.charge * 100) == (Decimal(rate), Decimal(rate) + 1)


@pytest.mark.parametrize(
    ("month", "amount", "paid_on", "dividend"),
    [
        ("2018-02", "36500", "2018-02-16", "0.00"),  # inside the contribution month
        ("2018-02", "36500", "2018-02-28", "0.00"),  # its last day: the contribution earns from this day on
        ("2018-02", "36500", "2018-03-01", "5.90"),  # one day, the last of February
        ("2018-02", "36500", "2018-03-02", "11.80"),
        ("2020-02", "36600", "2020-03-01", "4.90"),  # 29 February
        ("2016-12", "36600", "2017-01-01", "5.70"),  # 31 December 2016, by its own rate
        ("2016-12", "36600", "2017-01-02", "12.12"),  # and 36,605.70 x 6.40 % / 365 = 6.42 in 2017
        ("2018-12", "100", "2020-12-31", "10.15"),  # 0.02, then 100.02 x 5 % = 5.00, then 105.02 x 4.90 % x 365 / 366 = 5.13
        ("2018-02", "0", "2019-03-01", "0.00"),
    ],
)
def test_the_dividend_that_was_lost(month: str, amount: str, paid_on: str, dividend: str) -> None:
    assert lost(month, amount, paid_on) == Decimal(dividend)


def test_a_contribution_with_its_late_dividend_is_what_it_would_have_been_in_time() -> None:
    """No day is paid twice and none is lost: the days before the payment are the employer's, from the payment on the contribution earns."""
    month, paid_on = WageMonth(2021, 3), date(2021, 9, 13)
    found = late.late_dividend(contribution_month=month, paid=late.Paid(Decimal(36_500), paid_on), on=LONG_AFTER)

    (part,) = found.parts
    assert (part.first, part.last + timedelta(days=1)) == (month.last_day, paid_on)


def test_before_february_2008_nothing_is_reckoned() -> None:
    with pytest.raises(NotInForce):
        charged("2008-01", ("100", "2008-03-01"))
    with pytest.raises(NotInForce):
        lost("2008-01", "100", "2008-03-01")
    assert charged("2008-02", ("100000", "2008-02-16"), on=LONG_AFTER) == Decimal("16.00")  # 5.50 % / 366


_BORDER = """
import sys
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo
from kwsp_portal.common.clock import KL
from contributions.rules import late
from kwsp_portal.common.periods import WageMonth
for moment in ("2018-02-15T15:59:59.999999+00:00", "2018-02-15T16:00:00+00:00"):
    paid_on = datetime.fromisoformat(moment).astimezone(KL).date()
    paid = [late.Paid(Decimal(100_000), paid_on)]
    sys.stdout.write(f"{paid_on} {late.charge(contribution_month=WageMonth(2018, 2), paid=paid, on=date(2026, 11, 22)).amount} ")
"""


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kuala_Lumpur", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_the_15th_ends_in_kuala_lumpur_whatever_the_hosts_zone(zone: str) -> None:
    """23:59:59.999999 of the 15th is in time, 00:00 of the 16th is a day late (ruling 30)."""
    said = subprocess.run([sys.executable, "-c", _BORDER], env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True, timeout=60)

    assert said.stdout.split() == ["2018-02-15", "0.00", "2018-02-16", "19.00"]


def agreed(month: tuple[int, int], paid: list[tuple[int, date]], known_on: date) -> bool:
    """The rules against the plain second reading, for one history."""
    contribution_month = WageMonth(*month)
    given = [late.Paid(money.from_sen(sen), day) for sen, day in paid]
    found = late.charge(contribution_month=contribution_month, paid=given, on=known_on)
    dividends = [late.late_dividend(contribution_month=contribution_month, paid=one, on=known_on).amount for one in given]
    return found.amount == plain_lateness.charge(month, paid, known_on) and [money.to_sen(one) for one in dividends] == [
        plain_lateness.dividend(month, sen, day, known_on) for sen, day in paid
    ]


def test_a_plain_second_reading_of_the_rulings_agrees() -> None:
    dice = Random(SEED)
    for number in range(HISTORIES):
        history = plain_lateness.any_history(dice)

        assert agreed(*history), (SEED, number, history)


def test_every_step_has_its_sentence_and_its_source() -> None:
    month, on = WageMonth(2016, 12), date(2018, 1, 5)
    paid = late.Paid(Decimal(50_000), on)
    steps = [
        *late_steps.of_charge(month, late.charge(contribution_month=month, paid=[paid], on=on)),
        *late_steps.of_dividend(month, paid, late.late_dividend(contribution_month=month, paid=paid, on=on)),
    ]

    found = explanations_late.explained(steps)

    assert [step.code for step in steps][:7] == [
        "LATE_DAYS",
        "LATE_PAID",
        "LATE_YEAR_CONVENTIONAL",
        "LATE_POINTS",
        "LATE_PART",
        "LATE_UNDECLARED",
        "LATE_DECLARED_FROM",
    ]
    assert {"LATE_ROUND_UP", "LATE_DIVIDEND_DAYS", "LATE_DIVIDEND_PART", "LATE_DIVIDEND_TOTAL"} <= {step.code for step in steps}
    assert len(found.sentences) < len(steps)  # what charge and dividend share is said once
    assert len(found.citations) >= 4
    assert len(found.assumptions) == 4


@given(amount=st.integers(1, 10**9), rows=st.lists(st.integers(0, 10**7), min_size=1, max_size=40).filter(any))
def test_every_sen_of_a_dividend_goes_to_somebody_and_to_each_within_a_sen_of_their_own(amount: int, rows: list[int]) -> None:
    sums = [sum(rows[:count]) for count in range(len(rows) + 1)]
    found = [late.share_sen(amount, before_sen=before, row_sen=after - before, total_sen=sums[-1]) for before, after in pairwise(sums)]

    assert sum(found) == amount
    for sen, row in zip(found, rows, strict=True):
        assert abs(sen - amount * row / sums[-1]) < 1
        assert sen >= 0
        assert row or not sen
