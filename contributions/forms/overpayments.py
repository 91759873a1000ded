"""What was paid too much (KWSP 14)."""

import re
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.enums import OverpaymentHow, OverpaymentWhy
from contributions.forms.amounts import amount_of
from kwsp_portal.templatetags import formats
from members.forms import PapersField

MOST_ROWS = 200
"""Of one application for what was paid too much."""


class OverpaymentForm(forms.Form):
    """What of a month was too much: why, how it is to come back, whose rows with the wages that were right, and the paper that shows it (KWSP 14)."""

    why = forms.TypedChoiceField(
        label=_("Mengapa terlebih bayar"),
        choices=labels.OVERPAYMENT_WHY,
        coerce=OverpaymentWhy,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih satu"), "invalid_choice": _("Pilih satu daripada pilihan yang ditunjukkan")},
    )
    how = forms.TypedChoiceField(
        label=_("Bagaimana wang itu dipulangkan"),
        choices=labels.OVERPAYMENT_HOW,
        coerce=OverpaymentHow,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih satu"), "invalid_choice": _("Pilih satu daripada pilihan yang ditunjukkan")},
    )
    rows = forms.CharField(
        label=_("Nombor ahli dan gaji yang betul"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Tulis sekurang-kurangnya satu nombor ahli dengan gaji yang betul")},
    )
    reason = forms.CharField(
        label=_("Penjelasan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis apa yang berlaku, supaya pegawai KWSP boleh memeriksanya")},
    )
    document = PapersField(
        label=_("Dokumen yang menunjukkannya"),
        error_messages={"required": _("Lampirkan dokumen, misalnya slip gaji atau surat berhenti kerja")},
    )

    def clean_rows(self) -> list[tuple[str, Decimal]]:
        """By member number the wages that were right, RM."""
        typed = [text.strip() for text in self.cleaned_data["rows"].splitlines() if text.strip()]
        if len(typed) > MOST_ROWS:
            words = _("Ditemui %(found)s baris, dijangka paling banyak %(most)s dalam satu permohonan")
            raise forms.ValidationError(words, params={"found": formats.count(len(typed)), "most": formats.count(MOST_ROWS)})
        return [_asked_row(text) for text in typed]


_ASKED = re.compile(r"([0-9]{8})(?:\s*[,;\t]\s*|\s+)(.+)", re.ASCII)


def _asked_row(text: str) -> tuple[str, Decimal]:
    found = _ASKED.fullmatch(text)
    amount = amount_of(found[2]) if found else None
    if found is None or amount is None:
        words = _("Ditemui “%(found)s”, dijangka nombor ahli 8 angka, koma dan gaji, seperti 10000101, 3000.00")
        raise forms.ValidationError(words, params={"found": text[:40]})
    return found[1], amount


class PutForwardForm(forms.Form):
    """What the members read when their rows are corrected."""

    reason = forms.CharField(
        label=_("Sebab yang dibaca oleh ahli"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebab: ahli dan majikan membacanya")},
    )
