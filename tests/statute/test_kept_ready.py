"""What is kept ready is what would be made anew: rows on both sides of every border, sentences about an age, and where its assumption is named."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from contributions.rules import bands, figures, regime, schedule, who_steps
from kwsp_portal.common.periods import WageMonth
from members.rules import age
from tests.statute import tables


@pytest.mark.parametrize(
    ("wage_month", "birth_date", "assumed"),
    [
        ("2026-08", "1966-09-30", True),  # the change is with October 2026, two months ahead
        ("2026-08", "1966-10-01", False),
        ("2026-12", "1966-09-01", True),  # two months after it
        ("2026-12", "1966-08-31", False),
    ],
)
def test_the_assumption_is_named_at_most_two_months_around_the_change(wage_month: str, birth_date: str, assumed: bool) -> None:
    steps = schedule.explain(tables.person(wage_month=wage_month, birth_date=birth_date))

    (step,) = (step for step in steps if step.code.startswith("AGE_"))

    assert bool(step.assumed) is assumed


def test_both_sides_of_every_border_are_told_their_own_row() -> None:
    rows = {(shares.band_from, shares.band_to): shares for shares in bands.table(regime.law_of(WageMonth(2026, 10)).citizen[0])[11:]}

    assert len(rows) == 400
    for (first, last), shares in rows.items():
        assert last is not None
        for wages in (first, last):
            steps = {step.code: step.figures for step in schedule.explain(tables.person(wages=str(wages)))}
            assert (steps["BAND"]["band_from"], steps["BAND"]["band_to"]) == (str(first), str(last))
            assert steps["TOTAL"]["total"] == str(shares.total)


def test_the_last_months_that_exist_have_a_law() -> None:
    """No month is known after December 2199: what lies ahead of it is as it is in it."""
    for month, ahead in ((9, 10), (10, 11), (11, 12), (12, 12)):
        assert regime.law_of(WageMonth(2199, month)).born_near_to == age.earliest_birth_below(60, WageMonth(2199, ahead).last_day)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("756.00", "756.00"),
        ("687.5", "687.50"),
        ("2200.0011", "2200.0011"),
        ("812.5000", "812.50"),
        ("0E-8", "0.00"),
        ("1E+3", "1000.00"),
        ("7", "7.00"),
    ],
)
def test_an_exact_amount_is_shown_in_plain_digits(amount: str, text: str) -> None:
    assert figures.shown(Decimal(amount)) == text


def test_kept_sentences_are_given_up_when_they_are_many_and_made_again_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(who_steps, "_MOST_KEPT", 3)
    kept = who_steps._ages(regime.law_of(WageMonth(2026, 10)).reduced, False, False)
    kept.clear()
    births = [date(1990, 1, 1) + timedelta(days=day) for day in range(8)]
    people = [tables.person(birth_date=str(born)) for born in births]

    first = [schedule.explain(facts) for facts in people]

    assert len(kept) == 2, "three are kept, three more, and two"
    assert [schedule.explain(facts) for facts in people] == first
    assert len({step.figures["birthday"] for steps in first for step in steps if step.code.startswith("AGE_")}) == len(births)


def test_an_excess_on_both_shares_lies_in_no_row() -> None:
    found = schedule.shares(tables.person(wages="6250.00"), schedule.Elections(Decimal(1), Decimal(1)))

    assert (found.band_from, found.band_to) == (Decimal("10.01"), None), "whatever is above what nothing is due on"
