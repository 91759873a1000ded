"""The calculators."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _


class QuestionForm(forms.Form):
    """The texts of a question to the calculator as they were typed: `contributions.calculator` reads them and says what is wrong."""

    wage_month = forms.CharField(label=_("Bulan upah"), required=False, widget=forms.TextInput(attrs={"type": "month"}))
    wages = forms.CharField(label=_("Upah bulan itu, termasuk bonus"), required=False)
    bonus = forms.CharField(label=_("Daripada itu, bonus"), required=False)
    citizenship = forms.CharField(
        label=_("Kewarganegaraan"),
        required=False,
        widget=forms.RadioSelect(
            choices=[("citizen", _("Warganegara")), ("permanent_resident", _("Penduduk tetap")), ("non_citizen", _("Bukan warganegara"))]
        ),
    )
    birth_date = forms.CharField(label=_("Tarikh lahir"), required=False, widget=forms.TextInput(attrs={"type": "date"}))
    member_since = forms.CharField(label=_("Menjadi ahli KWSP pada"), required=False, widget=forms.TextInput(attrs={"type": "date"}))
    employer_excess = forms.CharField(label=_("Lebihan syer majikan (%)"), required=False)
    employee_excess = forms.CharField(label=_("Lebihan syer pekerja (%)"), required=False)
    keeps = forms.CharField(
        label=_("Pekerja memilih mengekalkan kadarnya sementara kadar diturunkan"),
        required=False,
        widget=forms.CheckboxInput(attrs={"value": "true"}),
    )
    domestic = forms.CharField(
        label=_("Pembantu domestik"),
        required=False,
        widget=forms.CheckboxInput(attrs={"value": "true"}),
    )


class LateForm(forms.Form):
    """The texts of a question about lateness as they were typed: `contributions.calculator.late` reads them and says what is wrong."""

    contribution_month = forms.CharField(label=_("Bulan caruman"), required=False, widget=forms.TextInput(attrs={"type": "month"}))
    arrears = forms.CharField(label=_("Tunggakan caruman"), required=False)
    paid_on = forms.CharField(label=_("Tarikh bayaran"), required=False, widget=forms.TextInput(attrs={"type": "date"}))


class IncentiveForm(forms.Form):
    """The texts of a question about an incentive as they were typed: `contributions.calculator.incentive` reads them and says what is wrong."""

    scheme = forms.CharField(label=_("Insentif"), required=False, widget=forms.Select(choices=[("isaraan", "i-Saraan"), ("isuri", "i-Suri")]))
    year = forms.CharField(label=_("Tahun"), required=False)
    contributed = forms.CharField(label=_("Caruman dalam tahun itu"), required=False)
    birth_date = forms.CharField(label=_("Tarikh lahir"), required=False, widget=forms.TextInput(attrs={"type": "date"}))


class PaidOnForm(forms.Form):
    """The day for which arrears are priced, as it was typed."""

    paid_on = forms.CharField(label=_("Jika dibayar pada"), required=False, widget=forms.TextInput(attrs={"type": "date"}))


class ListForm(forms.Form):
    """Several employees of one wage month, pasted."""

    wage_month = forms.CharField(label=_("Bulan upah"), required=False, widget=forms.TextInput(attrs={"type": "month"}))
    employees = forms.CharField(
        label=_("Senarai pekerja"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
    )


def say(form: forms.Form, faults: Iterable[tuple[str, str, str]]) -> None:
    """What the calculator found wrong, `(field, code, words)`, beside each field; a fault of no field stands above the form.

    What is missing is said with its name: in the summary above the form two missing fields would read alike. Django's own word on a field (a NUL in
    it) gives way, so that one fault is said once.
    """
    form.is_valid()
    told = list(faults)
    for field in {field for field, _code, _found in told}:
        form.errors.pop(field, None)
    for field, code, found in told:
        words = f"{form.fields[field].label}: {found}" if code in ("REQUIRED", "GIVEN_TWICE") and field in form.fields else found
        form.add_error(field if field in form.fields else None, forms.ValidationError(words, code=code))
