"""Wage lists, and people who are hired with them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.enums import WageListSource, WageStanding
from contributions.forms.amounts import AmountField
from employers.enums import Leaving
from employers.labels import LEAVING
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.templatetags import formats
from members.enums import Sex
from members.forms import CountryField, day_field
from members.labels import SEXES
from members.rules import identity


class WageListForm(forms.Form):
    """A new list of a month: from what it begins."""

    wage_month = forms.TypedChoiceField(coerce=WageMonth.parse, widget=forms.HiddenInput, error_messages={"invalid_choice": _("Pilih bulan upah")})
    source = forms.TypedChoiceField(
        label=_("Mulakan dengan"),
        choices=labels.WAGE_LIST_SOURCE,
        coerce=WageListSource,
        widget=forms.RadioSelect,
        initial=WageListSource.LAST_WAGES.value,
        error_messages={"required": _("Pilih satu"), "invalid_choice": _("Pilih satu daripada pilihan yang ditunjukkan")},
    )

    def __init__(self, *args: Any, months: Sequence[WageMonth], adds: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, source = self.fields["wage_month"], self.fields["source"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - said by the declaration above
        assert isinstance(source, forms.TypedChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [(str(month), formats.month(month)) for month in months]
        if adds:
            source.choices = list(labels.LEFT_OUT_SOURCE.items())


class WageRowForm(forms.Form):
    """One person's wages, and how they stand in the month."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    standing = forms.TypedChoiceField(
        label=_("Bulan ini"),
        choices=labels.WAGE_STANDING,
        coerce=WageStanding,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih satu"), "invalid_choice": _("Pilih satu daripada pilihan yang ditunjukkan")},
    )
    wages = AmountField(label=_("Upah bulan itu, termasuk bonus"), required=False, max_length=30)
    bonus = AmountField(label=_("Daripada itu, bonus"), required=False, max_length=30)
    last_day = day_field(_("Hari terakhir bekerja"), required=False)
    leaving = forms.TypedChoiceField(
        label=_("Sebab berhenti"), choices=[("", "–"), *LEAVING.items()], coerce=Leaving, required=False, empty_value=None
    )


class NilForm(forms.Form):
    declaration = forms.BooleanField(
        label=_("Saya mengaku bahawa tiada upah yang dikenakan caruman dibayar bagi bulan ini."),
        error_messages={"required": _("Tandakan pengakuan sebelum menghantar")},
    )


class HireForm(forms.Form):
    """Somebody new: number and name as on the MyKad, the first day of work, and their consent."""

    identity_number = forms.CharField(
        label=_("Nombor pengenalan (12 angka)"), max_length=30, error_messages={"required": _("Masukkan nombor pengenalan")}
    )
    name = forms.CharField(label=_("Nama seperti pada MyKad"), max_length=120, error_messages={"required": _("Masukkan nama seperti pada MyKad")})
    first_day = day_field(_("Hari pertama bekerja"), _("Masukkan hari pertama bekerja"))
    consent = forms.BooleanField(
        label=_("Orang ini bersetuju nombor ahlinya dicari, dan bekerja dengan kami mulai hari itu."),
        error_messages={"required": _("Tandakan persetujuan orang itu sebelum nombor ahlinya dicari")},
    )

    def clean_identity_number(self) -> str:
        return identity.compact(self.cleaned_data["identity_number"])


class ForeignerForm(forms.Form):
    """A foreigner who is new, as the passport says. `another` answers whether they are a member like them, for the passport in `about` only."""

    identity_country = CountryField()
    identity_number = forms.CharField(label=_("Nombor pasport"), max_length=30, error_messages={"required": _("Masukkan nombor pasport")})
    name = forms.CharField(label=_("Nama seperti pada pasport"), max_length=120, error_messages={"required": _("Masukkan nama seperti pada pasport")})
    birth_date = day_field(_("Tarikh lahir"), _("Masukkan tarikh lahir seperti pada pasport"))
    sex = forms.TypedChoiceField(
        label=_("Jantina"), choices=SEXES, coerce=Sex, widget=forms.RadioSelect, error_messages={"required": _("Pilih jantina")}
    )
    first_day = day_field(_("Hari pertama bekerja"), _("Masukkan hari pertama bekerja"))
    consent = forms.BooleanField(
        label=_("Orang ini bersetuju nombor ahlinya dicari, dan bekerja dengan kami mulai hari itu."),
        error_messages={"required": _("Tandakan persetujuan orang itu sebelum nombor ahlinya dicari")},
    )
    another = forms.BooleanField(
        label=_("Kami sudah bertanya: orang ini tidak pernah mempunyai pasport lain yang didaftarkan dengan KWSP. Daftarkan sebagai ahli baharu."),
        required=False,
    )
    about = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean_identity_number(self) -> str:
        return identity.compact(self.cleaned_data["identity_number"])

    @property
    def paper(self) -> str:
        """The passport that a question is about."""
        return f"{self.cleaned_data['identity_country']} {self.cleaned_data['identity_number']}"

    def says_another(self) -> bool:
        """Whether the question was answered for this very passport."""
        return bool(self.cleaned_data["another"]) and self.cleaned_data["about"] == self.paper
