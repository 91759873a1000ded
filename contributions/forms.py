"""Text into typed values; what is decided, the services decide."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kwsp_portal.bank.fpx.client import Bank
from kwsp_portal.common.periods import PeriodError, WageMonth
from kwsp_portal.templatetags import formats


class UploadForm(forms.Form):
    """A Borang A for a wage month. The month may also be typed (`YYYY-MM`) when it is not among those offered."""

    wage_month = forms.CharField(label=_("Bulan upah"), widget=forms.Select, error_messages={"required": _("Pilih bulan upah")})
    file = forms.FileField(
        label=_("Fail Borang A (CSV)"),
        allow_empty_file=True,
        max_length=255,
        error_messages={"required": _("Pilih fail Borang A"), "max_length": _("Nama fail terlalu panjang: namakan semula hingga 255 aksara")},
    )

    def __init__(self, *args: Any, months: Sequence[WageMonth], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["wage_month"].widget
        assert isinstance(widget, forms.Select)  # noqa: S101 - said by the declaration above
        widget.choices = [
            (
                str(month),
                _("%(month)s (bulan caruman %(contribution)s)")
                % {"month": formats.month(month), "contribution": formats.month(month.contribution_month)},
            )
            for month in months
        ]

    def clean_wage_month(self) -> WageMonth:
        found = self.cleaned_data["wage_month"]
        try:
            return WageMonth.parse(found)
        except PeriodError as error:
            raise forms.ValidationError(_("Bulan upah: ditemui “%(found)s”, dijangka bulan seperti 2026-10"), params={"found": found[:40]}) from error


class SubmitForm(forms.Form):
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


class BankForm(forms.Form):
    bank = forms.ChoiceField(
        label=_("Bank"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih bank"), "invalid_choice": _("Pilih bank yang sedang dalam talian")},
    )

    def __init__(self, *args: Any, banks: Sequence[Bank], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["bank"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [(bank.code, bank.name) for bank in banks if bank.online]
