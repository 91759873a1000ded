"""Amounts as people type them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions.borang_a import amounts
from kwsp_portal.common import money


def amount_of(text: str) -> Decimal | None:
    """Ringgit as somebody writes them (`3000`, `RM 3,000.50`); None for nothing. Raises ValidationError, which says what was found."""
    plain = text.strip()
    if not plain:
        return None
    try:
        cleaned = amounts.cleaned(plain, decimal_comma=False)
        return money.ringgit(plain if cleaned is None else cleaned.plain)
    except money.MoneyError as error:
        words = _("Ditemui “%(found)s”, dijangka jumlah seperti 3000 atau 3000.50")
        raise forms.ValidationError(words, params={"found": plain[:20]}) from error


def more_than_nothing(text: str) -> Decimal:
    """Ringgit that are to be paid, to the sen. Raises ValidationError, which says what was found."""
    amount = amount_of(text)
    if not amount:
        words = _("Ditemui “%(found)s”, dijangka jumlah lebih daripada sifar, seperti 100 atau 100.50")
        raise forms.ValidationError(words, params={"found": text[:20]})
    return amount


class AmountField(forms.CharField):
    """An amount in ringgit, or None."""

    def clean(self, value: Any) -> Decimal | None:
        return amount_of(super().clean(value))
