"""Elections of employers and employees."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions.enums import ElectionKind
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.templatetags import formats

_FROM_MONTHS = _("Pilih bulan upah semasa atau bulan yang ditawarkan selepasnya.")


class FromMonthForm(forms.Form):
    """From which wage month on; the signed form, where one is needed."""

    from_month = forms.TypedChoiceField(
        label=_("Mulai bulan upah"), coerce=WageMonth.parse, error_messages={"required": _("Pilih bulan upah"), "invalid_choice": _FROM_MONTHS}
    )
    document = forms.FileField(
        label=_("Borang yang ditandatangani"),
        required=False,
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={"max_length": _("Nama fail terlalu panjang: ditemui %(length)s aksara, dijangka paling banyak %(max)s")},
    )

    def __init__(self, *args: Any, months: Sequence[WageMonth], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["from_month"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [(str(month), formats.month(month)) for month in months]


class ElectionForm(FromMonthForm):
    """What is elected for one person."""

    kind = forms.TypedChoiceField(
        label=_("Apa yang dipilih"),
        coerce=ElectionKind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih apa yang dipilih"), "invalid_choice": _("Pilih satu daripada pilihan yang ditunjukkan")},
    )
    points = forms.CharField(label=_("Mata peratusan di atas kadar berkanun"), required=False)
    field_order = ("kind", "points", "from_month", "document")

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = list(kinds)

    def clean_points(self) -> Decimal | None:
        """Points as `2.5` or `5`; whether they are needed, the service says."""
        found = self.cleaned_data["points"].strip().removesuffix("%").strip()
        if not found:
            return None
        try:
            return money.ringgit(found)
        except money.MoneyError as error:
            words = _("Mata peratusan: ditemui “%(found)s”, dijangka nombor seperti 5 atau 2.50")
            raise forms.ValidationError(words, params={"found": found[:20]}) from error


class ElectionFileForm(forms.Form):
    """A file of elections, with the signed forms in one more file."""

    file = forms.FileField(
        label=_("Fail pilihan (CSV)"),
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": _("Pilih fail pilihan: ditemui tiada fail, dijangka satu fail CSV")},
    )
    document = forms.FileField(
        label=_("Borang yang ditandatangani, semuanya dalam satu fail"),
        required=False,
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )


class ElectionSubmitForm(forms.Form):
    declaration = forms.BooleanField(
        label=_("Saya mengaku bahawa maklumat ini benar, dipersetujui oleh mereka yang berkenaan, dan borang asalnya disimpan."),
        error_messages={"required": _("Tandakan pengakuan sebelum menghantar")},
    )
