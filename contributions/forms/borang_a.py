"""A Borang A: its file, its rows, handing it in and comparing it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions.borang_a import layout
from kwsp_portal.common.periods import PeriodError, WageMonth
from kwsp_portal.templatetags import formats

COLUMNS = layout.COLUMNS_WITH_BONUS
"""Titles of the columns of Borang A, in their order."""


class MonthForm(forms.Form):
    """Which wage month a Borang A is for; months that a filing holds already are marked."""

    wage_month = forms.ChoiceField(label=_("Bulan upah"))

    def __init__(self, *args: Any, months: Sequence[WageMonth], held: Collection[WageMonth], **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "month_%s")
        super().__init__(*args, **kwargs)
        field = self.fields["wage_month"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [(str(month), self._label(month, month in held)) for month in months]

    @staticmethod
    def _label(month: WageMonth, held: bool) -> str:
        shown = formats.month(month)
        return str(_("%(month)s – sudah dihantar") % {"month": shown}) if held else shown


class UploadForm(forms.Form):
    """A Borang A for a wage month, which the page names (`YYYY-MM`); `adds` for one of people whom the month's own forgot."""

    adds = forms.BooleanField(required=False, widget=forms.HiddenInput)
    wage_month = forms.CharField(label=_("Bulan upah"), widget=forms.HiddenInput, error_messages={"required": _("Pilih bulan upah")})
    file = forms.FileField(
        label=_("Fail Borang A"),
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls,text/csv,text/plain"}),
        error_messages={
            "required": _("Pilih fail Borang A: ditemui tiada fail, dijangka satu fail CSV, XLSX, XLS atau teks SDBA"),
            "max_length": _("Nama fail terlalu panjang: ditemui %(length)s aksara, dijangka paling banyak %(max)s"),
        },
    )

    def clean_wage_month(self) -> WageMonth:
        found = self.cleaned_data["wage_month"]
        try:
            return WageMonth.parse(found)
        except PeriodError as error:
            words = _("Bulan upah: ditemui “%(found)s”, dijangka bulan seperti 2026-10")
            raise forms.ValidationError(words, params={"found": found[:40]}) from error


class SheetForm(forms.Form):
    """Which of the sheets of a workbook is the Borang A."""

    sheet = forms.ChoiceField(
        label=_("Helaian Borang A"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih satu helaian"), "invalid_choice": _("Pilih satu daripada helaian yang ditunjukkan")},
    )

    def __init__(self, *args: Any, sheets: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sheet"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [(sheet["name"], self._label(sheet)) for sheet in sheets]

    @staticmethod
    def _label(sheet: Mapping[str, Any]) -> str:
        words = _("%(name)s – %(rows)s baris, tersembunyi dalam Excel") if sheet["hidden"] else _("%(name)s – %(rows)s baris")
        return str(words % {"name": sheet["name"], "rows": formats.count(sheet["rows"])})


class RowForm(forms.Form):
    """The cells of a row as texts: borang_a reads them as it reads a file's, and says what is wrong with each."""

    member_number = forms.CharField(label=_("No. Ahli"), required=False, max_length=60)
    identity_number = forms.CharField(label=_("No. KP"), required=False, max_length=60)
    name = forms.CharField(label=_("Nama"), required=False, max_length=250)
    wages = forms.CharField(label=_("Upah"), required=False, max_length=60)
    employer_share = forms.CharField(label=_("Syer majikan"), required=False, max_length=60)
    employee_share = forms.CharField(label=_("Syer pekerja"), required=False, max_length=60)
    bonus = forms.CharField(label=_("Daripada itu, bonus"), required=False, max_length=60)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    @property
    def cells(self) -> dict[str, str]:
        """What was typed, by column of Borang A; as it came where a cell is too long."""
        return {column: self.cleaned_data.get(name, "") for column, name in CELLS.items()}


CELLS = dict(zip(COLUMNS, ("member_number", "identity_number", "name", "wages", "employer_share", "employee_share", "bonus"), strict=True))
"""The field of a column of Borang A."""


class MendedFileForm(forms.Form):
    """The file of bad rows, mended."""

    file = forms.FileField(
        label=_("Fail baris yang dibetulkan"),
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
        error_messages={"required": _("Pilih fail: ditemui tiada fail, dijangka fail baris salah yang dimuat turun dari halaman ini")},
    )


class ShownForm(forms.Form):
    """How often a filing had been mended when its page was shown."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class SubmitForm(forms.Form):
    """`apart`: only what holds, the rest in a supplement; `suspense`: unmatched rows are paid into the suspense account."""

    apart = forms.BooleanField(required=False, widget=forms.HiddenInput)
    suspense = forms.BooleanField(label=_("Ya, bayar baris yang tidak padan ke akaun tergantung majikan"), required=False)
    declaration = forms.BooleanField(
        label=_("Saya mengaku bahawa maklumat ini benar, lengkap dan mengikut rekod gaji majikan."),
        error_messages={"required": _("Tandakan pengakuan sebelum menghantar")},
    )


class ReturnForm(forms.Form):
    comment = forms.CharField(
        label=_("Sebab dipulangkan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Tulis sebab supaya penyedia tahu apa yang perlu dibetulkan")},
    )


class PercentForm(forms.Form):
    """By how many percent wages must have changed to be named."""

    percent = forms.IntegerField(
        label=_("Tunjuk perubahan upah lebih daripada (peratus)"),
        min_value=1,
        max_value=100,
        widget=forms.TextInput,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _("Masukkan angka penuh dari 1 hingga 100, contohnya 20.")),
    )
