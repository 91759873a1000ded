"""Text into typed values for assessments; what is decided, the services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.enums import AssessmentSource
from contributions.forms import AmountField
from kwsp_portal.common.periods import PeriodError, WageMonth
from members.forms import PapersField
from members.rules import identity


class MonthField(forms.CharField):
    """A wage month as `YYYY-MM`."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(max_length=10, widget=widget, error_messages={"required": _("Tulis bulan upah, seperti 2026-10")}, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        try:
            found = WageMonth.parse(text)
            found.next()
        except PeriodError as error:
            words = _("Ditemui “%(found)s”, dijangka tahun dan bulan, seperti 2026-10")
            raise forms.ValidationError(words, params={"found": text[:20]}) from error
        return found


class AssessmentForm(forms.Form):
    """Whose contributions are assessed, for which months, from what, and why."""

    employer_number = forms.CharField(label=_("No. Majikan"), max_length=20, error_messages={"required": _("Tulis No. Majikan, lapan angka")})
    first = MonthField(label=_("Dari bulan upah"))
    last = MonthField(label=_("Hingga bulan upah"))
    source = forms.TypedChoiceField(
        label=_("Mulakan dengan"),
        choices=list(labels.ASSESSMENT_SOURCE.items()),
        coerce=AssessmentSource,
        widget=forms.RadioSelect,
        initial=AssessmentSource.LAST_WAGES.value,
        error_messages={"required": _("Pilih satu"), "invalid_choice": _("Pilih satu daripada pilihan yang ditunjukkan")},
    )
    grounds = forms.CharField(
        label=_("Sebab taksiran"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebab taksiran: majikan membacanya")},
    )

    def clean_employer_number(self) -> str:
        return str(self.cleaned_data["employer_number"]).replace(" ", "").replace("-", "")


class AssessedRowForm(forms.Form):
    """One person, as the inspector knows them."""

    name = forms.CharField(label=_("Nama"), max_length=120, error_messages={"required": _("Tulis nama pekerja")})
    member_number = forms.CharField(label=_("No. Ahli"), max_length=20, required=False)
    identity_number = forms.CharField(
        label=_("Nombor pengenalan"), max_length=20, error_messages={"required": _("Tulis nombor pengenalan atau pasport")}
    )
    wages = AmountField(label=_("Upah bulan itu, termasuk bonus"), max_length=30, required=False)
    bonus = AmountField(label=_("Daripada itu, bonus"), max_length=30, required=False)

    def clean_member_number(self) -> str:
        return str(self.cleaned_data["member_number"]).replace(" ", "").replace("-", "")

    def clean_identity_number(self) -> str:
        return identity.compact(self.cleaned_data["identity_number"])


class AssessedFileForm(forms.Form):
    """A file of inspected wages, in any form that a Borang A may have."""

    file = forms.FileField(
        label=_("Fail upah"),
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls,text/csv,text/plain"}),
        error_messages={"required": _("Pilih fail upah yang diperiksa")},
    )


class ReasonForm(forms.Form):
    """Why something is returned, or how an objection is answered."""

    reason = forms.CharField(
        label=_("Sebab"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebabnya: pihak yang satu lagi membacanya")},
    )


class ObjectionForm(ReasonForm):
    """Why an assessment is not so, and what shows it."""

    papers = PapersField(
        label=_("Dokumen yang menunjukkannya"), error_messages={"required": _("Lampirkan dokumen, misalnya penyata gaji atau surat berhenti")}
    )
