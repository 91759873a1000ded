"""The one transfer of 2024: its three cases with every border, and its time."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwsp_portal.common import money
from kwsp_portal.common.rates import NotInForce
from members import explanations
from members.rules import initial_transfer

ON = date(2024, 6, 1)
BORN = date(1990, 1, 1)


@pytest.mark.parametrize(
    ("balance", "fleksibel", "persaraan", "code"),
    [
        ("0.01", "0.01", "0", "TRANSFER_ALL"),
        ("1000.00", "1000.00", "0", "TRANSFER_ALL"),
        ("1000.01", "1000.00", "0", "TRANSFER_FIXED"),
        ("2999.99", "1000.00", "0", "TRANSFER_FIXED"),
        ("3000.00", "1000.00", "500.00", "TRANSFER_SHARED"),
        ("3000.01", "1000.00", "500.00", "TRANSFER_SHARED"),
        ("3000.06", "1000.02", "500.01", "TRANSFER_SHARED"),
        ("30000.00", "10000.00", "5000.00", "TRANSFER_SHARED"),
    ],
)
def test_the_three_cases(balance: str, fleksibel: str, persaraan: str, code: str) -> None:
    found = initial_transfer.divide(money.to_sen(Decimal(balance)), ON)

    assert {account: money.from_sen(sen) for account, sen in found.parts.items()} == {
        account: Decimal(amount) for account, amount in {"FLEKSIBEL": fleksibel, "PERSARAAN": persaraan}.items() if Decimal(amount)
    }
    assert found.steps[0].code == code
    assert all(explanations.explained(found.steps, explanations.transfer_words).sentences)


def test_a_remainder_stays_and_is_an_assumption() -> None:
    assert [bool(step.assumed) for step in initial_transfer.divide(300_001, ON).steps] == [False, True]
    assert len(initial_transfer.divide(300_000, ON).steps) == 1


@given(sen=st.integers(1, 10**10))
def test_never_more_than_there_is_and_half_at_most_from_the_border_on(sen: int) -> None:
    parts = initial_transfer.divide(sen, ON).parts

    assert 0 < sum(parts.values()) <= sen
    if sen >= 300_000:
        assert sen // 2 - 1 <= sum(parts.values()) <= sen // 2


@pytest.mark.parametrize(
    ("on", "is_open"), [("2024-05-11", False), ("2024-05-12", True), ("2024-08-31", True), ("2024-09-01", False), ("2026-11-22", False)]
)
def test_its_time(on: str, is_open: bool) -> None:
    day = date.fromisoformat(on)
    refusal = initial_transfer.why_not(birth_date=BORN, on=day, available_sen=100)

    assert initial_transfer.is_open(day) is is_open
    assert (refusal is None) is is_open
    if refusal is not None:
        assert refusal.code == "TRANSFER_CLOSED"
        assert "2024" in explanations.transfer_refusal_words(refusal)


@pytest.mark.parametrize(("born", "code"), [("1969-06-02", None), ("1969-06-01", "TRANSFER_TOO_OLD"), ("1950-01-01", "TRANSFER_TOO_OLD")])
def test_only_below_55(born: str, code: str | None) -> None:
    refusal = initial_transfer.why_not(birth_date=date.fromisoformat(born), on=ON, available_sen=100)

    assert (refusal.code if refusal else None) == code


def test_nothing_is_no_transfer() -> None:
    refusal = initial_transfer.why_not(birth_date=BORN, on=ON, available_sen=0)

    assert refusal is not None
    assert refusal.code == "TRANSFER_NOTHING"
    with pytest.raises(ValueError, match="more than nothing"):
        initial_transfer.divide(0, ON)
    with pytest.raises(NotInForce):
        initial_transfer.divide(100, date(2024, 5, 11))
