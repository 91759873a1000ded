"""Money, days and identity numbers look the same on every page (ux.md, requirement 30)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from kwsp_portal.common.periods import WageMonth
from kwsp_portal.templatetags import formats


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("1234.5"), "RM 1,234.50"),
        (Decimal("0"), "RM 0.00"),
        (Decimal("-250"), "−RM 250.00"),
        (Decimal("-0.00"), "RM 0.00"),
        (Decimal("1000000"), "RM 1,000,000.00"),
        (12, "RM 12.00"),
        ("756.00", "RM 756.00"),
        (None, ""),
    ],
)
def test_money_has_two_decimals_and_a_space_that_does_not_break(value: object, shown: str) -> None:
    assert formats.money(value) == shown.replace("RM ", "RM\N{NO-BREAK SPACE}")


@pytest.mark.parametrize("value", [12.5, True, Decimal("NaN"), Decimal("Infinity")])
def test_money_refuses_what_is_no_amount(value: object) -> None:
    with pytest.raises(TypeError):
        formats.money(value)


def test_sen_of_the_ledger_are_shown_as_ringgit() -> None:
    assert formats.sen(123450) == "RM\N{NO-BREAK SPACE}1,234.50"
    assert formats.sen(-5) == "−RM\N{NO-BREAK SPACE}0.05"
    with pytest.raises(TypeError):
        formats.sen(Decimal("1"))  # type: ignore[arg-type]


def test_a_column_of_amounts_leaves_the_currency_to_its_heading() -> None:
    assert formats.amount(Decimal("-1234.5")) == "−1,234.50"


@pytest.mark.parametrize(
    ("language", "days", "months"),
    [("ms", "3 Mac 2026|9 Ogos 2026|1 Dis 2026", "Oktober 2026|Julai 2026"), ("en", "3 Mar 2026|9 Aug 2026|1 Dec 2026", "October 2026|July 2026")],
)
def test_months_are_named_in_the_chosen_language(language: str, days: str, months: str) -> None:
    with translation.override(language):
        shown = "|".join(formats.day(day) for day in (date(2026, 3, 3), date(2026, 8, 9), date(2026, 12, 1)))
        named = "|".join((formats.month(WageMonth(2026, 10)), formats.month(date(2026, 7, 1))))

    assert shown.replace("\N{NO-BREAK SPACE}", " ") == days
    assert named.replace("\N{NO-BREAK SPACE}", " ") == months


def test_a_moment_is_told_in_kuala_lumpur() -> None:
    late = datetime(2026, 11, 2, 17, 5, tzinfo=UTC)

    assert formats.moment(late).replace("\N{NO-BREAK SPACE}", " ") == "3 Nov 2026, 01:05"
    assert formats.day(late).replace("\N{NO-BREAK SPACE}", " ") == "3 Nov 2026"


@pytest.mark.parametrize(
    ("number", "shown", "masked"),
    [
        ("850101141234", "850101-14-1234", "******-**-1234"),
        ("850101-14-1234", "850101-14-1234", "******-**-1234"),
        ("A12345678", "A12345678", "*****5678"),
        ("123", "123", "***"),
        (None, "", ""),
    ],
)
def test_identity_numbers_are_grouped_or_masked(number: str | None, shown: str, masked: str) -> None:
    assert formats.ic(number) == shown
    assert formats.masked_ic(number) == masked


def test_absent_values_are_empty_and_counts_have_thousands() -> None:
    assert [formats.day(None), formats.month(None), formats.moment(None), formats.count(None)] == ["", "", "", ""]
    assert formats.count(100000) == "100,000"


def test_a_share_is_told_in_percent() -> None:
    assert formats.percent(Decimal("75"), Decimal("100")) == "75.0%"
    assert formats.percent(Decimal("1"), Decimal("0")) == ""
