"""What can be asked of the demo's clock."""

import datetime
import re
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

DUE_DAY: Final = 15
FARTHEST: Final = timedelta(days=366 * 5)
"""Each day on the way runs what falls due on it: a farther jump is taken in steps."""


def next_fifteenth(today: datetime.date) -> datetime.date:
    """The next day on which contributions are due (ruling 9), after today."""
    if today.day < DUE_DAY:
        return today.replace(day=DUE_DAY)
    return (today.replace(day=28) + timedelta(days=4)).replace(day=DUE_DAY)


def next_half_year(today: datetime.date) -> datetime.date:
    """1 January or 1 July, whichever comes first after today."""
    return datetime.date(today.year, 7, 1) if today.month < 7 else datetime.date(today.year + 1, 1, 1)


class ThumbForm(forms.Form):
    """A card and a thumb on one of the demo's readers."""

    reader = forms.CharField(label=_("Pembaca"), max_length=40, error_messages={"required": _("Masukkan pembaca")})
    card = forms.CharField(
        label=_("Nombor pada kad"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Masukkan nombor pada kad")},
    )
    whose = forms.ChoiceField(
        label=_("Ibu jari siapa?"),
        choices={"own": _("Pemegang kad"), "other": _("Orang lain")},
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih ibu jari siapa")},
    )

    def clean_card(self) -> str:
        card = "".join(sign for sign in self.cleaned_data["card"] if sign.isalnum()).upper()
        if not re.fullmatch(r"[A-Z0-9]{5,15}", card):
            raise forms.ValidationError(_("Nombor pada kad: dijangka 5 hingga 15 huruf dan angka."), code="form")
        return card


class ClockForm(forms.Form):
    """A named move, or a date."""

    move = forms.CharField(required=False, widget=forms.HiddenInput)
    date = forms.DateField(
        required=False,
        label=_("Tarikh lain"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Masukkan tarikh sebagai hari/bulan/tahun, contohnya 15/12/2026.")},
    )

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.moves = {"day": today + timedelta(days=1), "fifteenth": next_fifteenth(today), "half_year": next_half_year(today)}

    def clean(self) -> dict[str, Any]:
        """`to`: the day asked for. An earlier one is the clock's to refuse."""
        cleaned = super().clean() or {}
        to: datetime.date | None = self.moves.get(cleaned.get("move") or "", cleaned.get("date"))
        if to is None and "date" not in self.errors:
            self.add_error("date", _("Pilih satu langkah atau tulis tarikh."))
        elif to is not None and to > self.today + FARTHEST:
            self.add_error("date", _("Tarikh itu terlalu jauh. Gerakkan paling banyak lima tahun setiap kali."))
        cleaned["to"] = to
        return cleaned
