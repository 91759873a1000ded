"""Birthdays and ages, leap days included (ruling 15a)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.rules import accounts, age


@pytest.mark.parametrize(
    ("born", "years", "day"),
    [
        ("1971-05-11", 55, "2026-05-11"),
        ("1968-02-29", 55, "2023-03-01"),  # a common year: 1 March (assumed)
        ("1968-02-29", 56, "2024-02-29"),
        ("1952-02-29", 75, "2027-03-01"),
        ("1964-02-29", 60, "2024-02-29"),
        ("2000-02-29", 100, "2100-03-01"),
        ("1990-01-01", 0, "1990-01-01"),
    ],
)
def test_the_day_an_age_is_reached(born: str, years: int, day: str) -> None:
    assert age.birthday(date.fromisoformat(born), years) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("1971-05-11", "2026-05-10", 54),
        ("1971-05-11", "2026-05-11", 55),
        ("1968-02-29", "2023-02-28", 54),
        ("1968-02-29", "2023-03-01", 55),
        ("1968-02-29", "2024-02-28", 55),
        ("1968-02-29", "2024-02-29", 56),
        ("1990-12-31", "1990-12-31", 0),
    ],
)
def test_completed_years(born: str, on: str, years: int) -> None:
    assert age.age_on(date.fromisoformat(born), date.fromisoformat(on)) == years


def test_nobody_has_an_age_before_birth() -> None:
    with pytest.raises(ValueError, match="born"):
        age.age_on(date(2026, 1, 2), date(2026, 1, 1))


@given(born=st.dates(date(1920, 1, 1), date(2005, 12, 31)), years=st.integers(18, 80))
def test_an_age_is_reached_on_its_birthday_and_not_the_day_before(born: date, years: int) -> None:
    day = age.birthday(born, years)

    assert age.age_on(born, day) == years
    assert age.age_on(born, day - timedelta(days=1)) == years - 1


@given(on=st.dates(date(2000, 1, 1), date(2100, 12, 31)), years=st.sampled_from([55, 60, 75]))
def test_one_birth_date_parts_those_below_an_age_from_the_others(on: date, years: int) -> None:
    border = age.earliest_birth_below(years, on)

    assert age.age_on(border, on) == years - 1
    assert age.age_on(border - timedelta(days=1), on) == years


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2026-03-05", 6, "2026-09-05"), ("2026-08-31", 6, "2027-02-28"), ("2023-08-31", 6, "2024-02-29"), ("2026-12-01", 1, "2027-01-01")],
)
def test_months_later(day: str, months: int, later: str) -> None:
    assert age.months_later(date.fromisoformat(day), months) == date.fromisoformat(later)


@given(born=st.dates(date(1940, 1, 1), date(1990, 12, 31)), after=st.dates(date(2000, 1, 1), date(2060, 1, 1)), days=st.integers(1, 400))
def test_the_dates_of_birth_of_those_who_reach_an_age_within_some_days(born: date, after: date, days: int) -> None:
    until = after + timedelta(days=days)
    first, end = age.births_reaching(55, after=after, until=until)

    assert (first <= born < end) == (after < age.birthday(born, 55) <= until)


BORN = date(1971, 2, 28)


@pytest.mark.parametrize(
    ("code", "day", "stands"),
    [
        ("PERSARAAN", "2026-02-27", "PERSARAAN"),
        ("PERSARAAN", "2026-02-28", "AKAUN_55"),
        ("FLEKSIBEL", "2026-02-28", "AKAUN_55"),
        ("HOUSING_RINGFENCE", "2026-02-28", "AKAUN_55"),
        ("EMAS", "2026-02-28", "EMAS"),
        ("AKAUN_55", "2031-02-28", "AKAUN_55"),
    ],
)
def test_where_money_stands_by_the_age_of_the_day(code: str, day: str, stands: str) -> None:
    assert accounts.standing(code, birth_date=BORN, on=date.fromisoformat(day)) == stands


@pytest.mark.parametrize(("code", "opens"), [("PERSARAAN", None), ("AKAUN_55", date(2026, 2, 28)), ("EMAS", date(2031, 2, 28))])
def test_when_an_account_opens(code: str, opens: date | None) -> None:
    assert accounts.opens_on(code, birth_date=BORN, on=date(2026, 1, 1)) == opens
