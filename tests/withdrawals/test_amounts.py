"""Amounts as people type them: what is plainly one is taken, anything else is said back."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from withdrawals.forms.amounts import MoneyField


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("3000", "3000.00"),
        ("RM 3,000.50", "3000.50"),
        ("RM3,000.5", "3000.50"),
        ("1 500.50", "1500.50"),
        (" 1 234 567 ", "1234567.00"),
    ],
)
def test_what_is_plainly_an_amount_is_taken(typed: str, amount: str) -> None:
    assert MoneyField().clean(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["1 50", "15 00.50", "1,50", "1.500,50", "1e3", "-5", "0x10", "1  500", "10.005"])
def test_what_could_be_another_amount_is_refused_with_what_was_found(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MoneyField().clean(typed)

    assert typed.strip() in str(refused.value.messages)
