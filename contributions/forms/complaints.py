"""A member's complaint of an employer, and what an inspector does with it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.enums import ComplaintGround
from kwsp_portal.common.periods import WageMonth
from members.forms import PapersField

WORDS_MOST = 2_000


class ComplaintForm(forms.Form):
    """Which months of one employer, what is wrong with them, in the member's words, with papers."""

    months = forms.MultipleChoiceField(
        label=_("Bulan"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tandakan sekurang-kurangnya satu bulan"), "invalid_choice": _("Ditemui bulan lain, dijangka bulan di bawah")},
    )
    ground = forms.ChoiceField(
        label=_("Apa yang tidak betul?"),
        widget=forms.RadioSelect,
        choices=[(code, words) for code, words in labels.COMPLAINT_GROUND.items()],
        error_messages={"required": _("Pilih apa yang tidak betul"), "invalid_choice": _("Pilih satu daripada pilihan yang ditunjukkan")},
    )
    words = forms.CharField(
        label=_("Apa yang berlaku?"),
        max_length=WORDS_MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Tulis apa yang berlaku, dengan kata-kata anda sendiri")},
    )
    papers = PapersField(label=_("Dokumen (jika ada)"), required=False)

    def __init__(self, *args: Any, months: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["months"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = months

    def clean_months(self) -> list[WageMonth]:
        return [WageMonth.parse(month) for month in self.cleaned_data["months"]]

    def clean_ground(self) -> ComplaintGround:
        return ComplaintGround(self.cleaned_data["ground"])


class ComplaintAddForm(forms.Form):
    """More words, more papers."""

    words = forms.CharField(label=_("Apa yang ingin anda tambah?"), max_length=WORDS_MOST, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    papers = PapersField(label=_("Dokumen (jika ada)"), required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and not found["words"] and not found["papers"]:
            self.add_error("words", _("Tulis sesuatu, atau pilih dokumen"))
        return found


class ComplaintSayForm(forms.Form):
    """What an inspector writes for the member."""

    words = forms.CharField(
        label=_("Kata-kata anda kepada ahli"),
        max_length=WORDS_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Tulis jawapan anda: ahli membacanya")},
    )


class ComplaintNameForm(forms.Form):
    """Why the employer must know who complained."""

    why = forms.CharField(
        label=_("Sebab majikan perlu tahu siapa yang mengadu"),
        max_length=WORDS_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebabnya: ahli membacanya")},
    )
