"""Wage months, due dates and ranges of days."""

import copy
import pickle
from datetime import date

import pytest

from kwsp_portal.common.periods import DateRange, PeriodError, WageMonth


def test_wages_of_january_2018_are_due_on_15_february_2018() -> None:
    """Seed 001: "Gaji bulan Januari 2018 ... Bulan Caruman adalah Februari 2018 ... 15 Februari 2018"."""
    month = WageMonth(2018, 1)

    assert month.contribution_month == WageMonth(2018, 2)
    assert month.due_date == date(2018, 2, 15)


def test_december_is_due_in_the_next_year() -> None:
    assert WageMonth(2025, 12).due_date == date(2026, 1, 15)


def test_a_month_knows_its_days_and_neighbours() -> None:
    month = WageMonth(2024, 2)

    assert (month.first_day, month.last_day) == (date(2024, 2, 1), date(2024, 2, 29))
    assert (str(month.previous()), str(month), str(month.next())) == ("2024-01", "2024-02", "2024-03")
    assert (str(WageMonth(2024, 1).previous()), str(month.plus(-14)), str(month.plus(11))) == ("2023-12", "2022-12", "2025-01")
    assert list(month.through(month.plus(2))) == [month, month.next(), month.plus(2)]
    assert WageMonth.of(date(2024, 2, 17)) == month == WageMonth.parse("2024-02")


def test_months_are_ordered_and_each_is_one_object() -> None:
    month = WageMonth(2026, 10)

    assert WageMonth(2025, 12) < month <= WageMonth(2026, 10) < WageMonth(2026, 11)
    assert month > WageMonth(2026, 9) >= WageMonth(2026, 9)
    assert sorted([WageMonth(2026, 2), WageMonth(2025, 3)]) == [WageMonth(2025, 3), WageMonth(2026, 2)]
    assert pickle.loads(pickle.dumps(month)) is month
    assert copy.deepcopy(month) is month
    assert hash(WageMonth.parse("2026-10")) == hash(month)
    assert repr(month) == "WageMonth(2026, 10)"


def test_a_month_never_changes_and_is_compared_with_months_only() -> None:
    month = WageMonth(2026, 10)

    with pytest.raises(AttributeError):
        month.year = 2027  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del month.year
    with pytest.raises(TypeError):
        _ = month < date(2026, 10, 1)  # type: ignore[operator]
    assert month != date(2026, 10, 1)


@pytest.mark.parametrize(
    "text", ["", "2026-13", "2026-00", "2026-1", "202610", "2026-10-01", "２０２６-10", "1899-12", "2200-01", "-026-10", "2026-10\n"]
)
def test_what_names_no_month_is_refused(text: str) -> None:
    with pytest.raises(PeriodError):
        WageMonth.parse(text)


def test_a_range_holds_its_start_and_not_its_end() -> None:
    days = DateRange(date(2026, 1, 1), date(2026, 2, 1))

    assert date(2026, 1, 1) in days
    assert date(2026, 1, 31) in days
    assert date(2026, 2, 1) not in days
    assert days.last_day == date(2026, 1, 31)


def test_ranges_that_touch_do_not_overlap() -> None:
    january = DateRange(date(2026, 1, 1), date(2026, 2, 1))
    from_february = DateRange(date(2026, 2, 1))

    assert not january.overlaps(from_february)
    assert not from_february.overlaps(january)
    assert from_february.overlaps(DateRange(date(2030, 1, 1), date(2031, 1, 1)))
    assert from_february.last_day is None


def test_a_range_without_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="no day"):
        DateRange(date(2026, 1, 1), date(2026, 1, 1))
