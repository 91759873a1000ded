"""Amounts as people type them."""

import re
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from kwsp_portal.common import money

_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:[, ][0-9]{3})+(?:\.[0-9]{1,2})?", re.ASCII)
_WORDS: Final = {
    "TOO_MANY_DECIMALS": _("Ditemui “%(found)s”, dijangka paling banyak dua tempat perpuluhan, seperti 3000.50"),
    "NEGATIVE": _("Ditemui “%(found)s”, dijangka jumlah yang lebih daripada sifar"),
    "TOO_LARGE": _("Ditemui “%(found)s”, dijangka jumlah yang lebih kecil. Semak titik perpuluhan."),
}
_OTHERWISE: Final = _("Ditemui “%(found)s”, dijangka jumlah seperti 3000 atau 3000.50")


class MoneyField(forms.CharField):
    """Ringgit as somebody writes them: `3000`, `RM 3,000.50`, `3 000.50`."""

    def clean(self, value: Any) -> Decimal | None:
        """The amount with two decimals; None for nothing. Raises ValidationError, which says what was found."""
        text = super().clean(value)
        plain = text.removeprefix("RM").strip()
        if not plain:
            return None
        try:
            return money.ringgit(re.sub("[, ]", "", plain) if _GROUPED.fullmatch(plain) else plain)
        except money.MoneyError as error:
            raise forms.ValidationError(_WORDS.get(error.code, _OTHERWISE), code=error.code, params={"found": plain[:20]}) from error
