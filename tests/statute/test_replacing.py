"""The 120 % replacement (ruling 17): what a contribution puts back, where it is split, and what goes down again. Cases: data/replacement.csv."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwsp_portal.common import money
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal
from members import explanations
from members.enums import ReplacementCause, SubAccount
from members.rules import allocation, replacing

KHAS = ReplacementCause.KHAS
ON = date(2022, 5, 20)
YOUNG = date(1990, 1, 15)
CASES = list(csv.DictReader((Path(__file__).parent / "data" / "replacement.csv").open(encoding="utf-8")))


def sen(text: str) -> int:
    return money.to_sen(Decimal(text))


@pytest.mark.parametrize("case", CASES, ids=[case["cause"] for case in CASES])
def test_a_contribution_while_an_order_is_open(case: dict[str, str]) -> None:
    born, on = date.fromisoformat(case["born"]), date.fromisoformat(case["credited_on"])

    counted = replacing.counted_sen(sen(case["contribution"]), left_sen=sen(case["left"]), birth_date=born, on=on)
    parts = replacing.split_sen(sen(case["contribution"]), counted, born, on)

    words = case["parts"].split()
    assert [(code.value, part) for code, part in parts] == [(code, sen(part)) for code, part in zip(words[::2], words[1::2], strict=True)]
    assert counted == sen(case["counted"])


@pytest.mark.parametrize(
    ("paid", "asked"),
    [
        ("10000.00", "12000.00"),  # seed 004's own example: 20 % x RM10,000 = RM2,000
        ("50.00", "60.00"),
        ("5000.00", "6000.00"),
        ("0.01", "0.01"),
        ("50.02", "60.02"),
        ("50.03", "60.04"),
    ],
)
def test_what_is_to_be_replaced_of_what_was_paid(paid: str, asked: str) -> None:
    assert replacing.amount_sen(KHAS, sen(paid), ON) == sen(asked)


def test_the_steps_say_the_percentage_and_that_a_part_of_a_sen_is_assumed_to_be_rounded() -> None:
    whole, cut = replacing.why(KHAS, 1_000_000, ON), replacing.why(KHAS, 5_002, ON)

    assert [step.code for step in whole] == ["REPLACEMENT_AMOUNT"]
    assert [bool(step.assumed) for step in cut] == [False, True]
    assert all(explanations.words(step) for step in cut)


def test_the_steps_of_a_contribution_that_crosses_say_where_it_was_split() -> None:
    all_of_it, crossing = replacing.explain(100, 100, ON), replacing.explain(144_900, 44_900, ON)

    assert [step.code for step in all_of_it] == ["REPLACEMENT_ALL"]
    assert [(step.code, step.figures.get("part", "")) for step in crossing] == [("REPLACEMENT_PART", "449.00"), ("REPLACEMENT_REST", "")]
    assert all("RM" in explanations.words(step) for step in (*all_of_it, *crossing))


def test_nothing_is_replaced_before_the_law() -> None:
    with pytest.raises(NotInForce):
        replacing.amount_sen(KHAS, 100, date(2022, 3, 31))
    with pytest.raises(ValueError, match="more than nothing"):
        replacing.amount_sen(KHAS, 0, ON)


def test_from_75_a_contribution_is_refused_as_it_always_is() -> None:
    with pytest.raises(Refusal, match="CREDIT_AFTER_LAST_AGE"):
        replacing.split_sen(100, 0, date(1947, 5, 20), ON)


@pytest.mark.parametrize(
    ("taken", "counted", "whole", "down"),
    [
        (144_900, 44_900, 144_900, 44_900),  # all of it: all that was counted
        (72_450, 44_900, 144_900, 22_450),
        (1, 44_900, 144_900, 0),  # part of a sen stays counted
        (144_900, 144_900, 144_900, 144_900),
        (100, 0, 144_900, 0),
    ],
)
def test_what_is_taken_back_goes_down_in_its_proportion(taken: int, counted: int, whole: int, down: int) -> None:
    assert replacing.taken_back_sen(taken, counted=counted, whole=whole) == down


@pytest.mark.parametrize(("taken", "counted", "whole"), [(0, 0, 10), (11, 0, 10), (5, 11, 10), (5, -1, 10)])
def test_no_more_is_taken_back_than_there_is(taken: int, counted: int, whole: int) -> None:
    with pytest.raises(ValueError, match="taken back"):
        replacing.taken_back_sen(taken, counted=counted, whole=whole)


@given(
    contributions=st.lists(st.integers(1, 10**7), min_size=1, max_size=30),
    amount=st.integers(1, 10**8),
    born=st.dates(date(1955, 1, 1), date(2004, 12, 31)),
    on=st.dates(date(2022, 4, 20), date(2029, 12, 31)),
)
def test_parts_sum_the_border_is_never_passed_and_the_rest_is_divided_as_on_any_day(
    contributions: list[int], amount: int, born: date, on: date
) -> None:
    left = amount
    for contribution in contributions:
        counted = replacing.counted_sen(contribution, left_sen=left, birth_date=born, on=on)
        parts = dict(replacing.split_sen(contribution, counted, born, on))

        assert sum(parts.values()) == contribution
        assert 0 <= counted <= min(contribution, left)
        if SubAccount.EMAS in parts:
            assert (counted, set(parts)) == (0, {SubAccount.EMAS})
        elif left:
            assert counted == min(contribution, left), "an open order takes all it lacks"
        if counted:
            parts[SubAccount.PERSARAAN] -= counted
            rest = dict(allocation.split_sen(contribution - counted, born, on)) if contribution > counted else {}
            assert {code: part for code, part in parts.items() if part} == rest
        left -= counted


@given(counted=st.integers(0, 10**7), more=st.integers(0, 10**7), share=st.integers(1, 10**4))
def test_what_goes_down_is_never_more_than_was_counted_nor_than_leaves_the_account(counted: int, more: int, share: int) -> None:
    whole = counted + more
    if not whole:
        return
    taken = max(whole * share // 10**4, 1)

    down = replacing.taken_back_sen(taken, counted=counted, whole=whole)

    assert 0 <= down <= min(counted, taken)
    credited = {code: part for code, part in replacing.split_sen(whole, counted, YOUNG, ON) if part}
    assert down <= allocation.taken_back(taken, credited).get(SubAccount.PERSARAAN, 0)
