"""Amounts as text, sen, and the roundings that have a name."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwsp_portal.common import money
from kwsp_portal.common.money import MoneyError


@pytest.mark.parametrize(
    ("text", "amount"), [("0", "0.00"), ("10", "10.00"), ("10.5", "10.50"), ("10.05", "10.05"), ("007.10", "7.10"), ("9999999999999.99",) * 2]
)
def test_plain_amounts_are_read_exactly(text: str, amount: str) -> None:
    assert str(money.ringgit(text)) == amount


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "EMPTY"),
        ("  ", "EMPTY"),
        ("NaN", "NOT_PLAIN"),
        ("sNaN", "NOT_PLAIN"),
        ("Infinity", "NOT_PLAIN"),
        ("1e5", "NOT_PLAIN"),
        ("1E+2", "NOT_PLAIN"),
        ("１２３", "NOT_PLAIN"),
        ("١٢٣", "NOT_PLAIN"),
        ("12.3４", "NOT_PLAIN"),
        ("+5", "NOT_PLAIN"),
        ("-5", "NEGATIVE"),
        ("-0.01", "NEGATIVE"),
        ("1.234", "TOO_MANY_DECIMALS"),
        ("1.000", "TOO_MANY_DECIMALS"),
        ("1,234.50", "GROUPED"),
        ("1_000", "NOT_PLAIN"),
        ("0x10", "NOT_PLAIN"),
        (" 12", "NOT_PLAIN"),
        ("12\n", "NOT_PLAIN"),
        ("12.", "NOT_PLAIN"),
        (".5", "NOT_PLAIN"),
        ("RM12", "NOT_PLAIN"),
        ("=A1+1", "FORMULA"),
        ("12345678901234", "TOO_LARGE"),
        ("1234567890123.", "NOT_PLAIN"),
        ("12345678901234.00", "TOO_LARGE"),
    ],
)
def test_everything_else_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(MoneyError) as refused:
        money.ringgit(text)

    assert (refused.value.code, refused.value.found) == (code, text)


@given(st.integers(-(10**15), 10**15))
def test_sen_and_ringgit_are_the_same_money(sen: int) -> None:
    assert money.to_sen(money.from_sen(sen)) == sen
    assert str(money.from_sen(sen))[-3] == "."
    assert money.each_in_full([abs(sen)]) == [str(money.from_sen(abs(sen)))]


@pytest.mark.parametrize("amount", ["0.001", "1.005", "NaN", "Infinity"])
def test_what_is_not_whole_sen_is_refused(amount: str) -> None:
    with pytest.raises(MoneyError):
        money.to_sen(Decimal(amount))


@pytest.mark.parametrize(
    ("rounding", "amount", "result"),
    [
        (money.up_to_ringgit, "13.21", "14.00"),  # seed 001: RM13.21 becomes RM14
        (money.up_to_ringgit, "14.00", "14.00"),
        (money.up_to_ringgit, "14.000001", "15.00"),
        (money.up_to_ringgit, "0", "0.00"),
        (money.down_to_ringgit, "13.99", "13.00"),
        (money.nearest_ringgit, "13.50", "14.00"),
        (money.nearest_ringgit, "13.49", "13.00"),
        (money.round_sen, "1.005", "1.01"),
        (money.round_sen, "-1.005", "-1.01"),
        (money.round_sen, "1.0049", "1.00"),
        (money.down_to_sen, "1.009", "1.00"),
    ],
)
def test_each_rounding_does_what_its_name_says(rounding: object, amount: str, result: str) -> None:
    assert str(rounding(Decimal(amount))) == result  # type: ignore[operator]


@given(
    sen=st.integers(0, 10**12),
    weights=st.lists(st.integers(0, 100), min_size=1, max_size=6).filter(lambda found: sum(found) > 0),
    to=st.integers(0, 5),
)
def test_the_parts_of_a_split_add_up_and_are_never_negative(sen: int, weights: list[int], to: int) -> None:
    shares = dict(enumerate(_shares(weights)))

    parts = money.split(money.from_sen(sen), shares, to % len(shares))

    assert sum(parts.values()) == money.from_sen(sen)
    assert min(parts.values()) >= 0


def _shares(weights: list[int]) -> list[Decimal]:
    """Shares of four decimals that add up to 1 exactly."""
    shares = [Decimal(weight * 10_000 // sum(weights)).scaleb(-4) for weight in weights]
    return [1 - sum(shares[1:], Decimal(0)), *shares[1:]]


@pytest.mark.parametrize(
    ("shares", "to"),
    [({"a": Decimal("0.5"), "b": Decimal("0.4")}, "a"), ({"a": Decimal("1.1"), "b": Decimal("-0.1")}, "a"), ({"a": Decimal(1)}, "b")],
)
def test_shares_that_are_no_whole_are_refused(shares: dict[str, Decimal], to: str) -> None:
    with pytest.raises(ValueError, match="share"):
        money.split(Decimal(1), shares, to)


def test_a_negative_whole_is_not_split() -> None:
    with pytest.raises(MoneyError, match="NEGATIVE"):
        money.split(Decimal(-1), {"a": Decimal(1)}, "a")


def test_what_was_found_is_kept_to_forty_characters() -> None:
    with pytest.raises(MoneyError) as refused:
        money.ringgit("9" * 41)

    assert refused.value.found == "9" * 40
