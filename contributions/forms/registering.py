"""Registering for i-Saraan, and officers' files of the e-Kasih list."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions.enums import Occupation
from contributions.explanations_incentive import OCCUPATIONS
from contributions.services.registering import LONGEST_WORK, Asked
from members.forms import CheckForm, PapersField
from members.rules import identity

WORKS: Final = [*((code.value, words) for code, words in OCCUPATIONS.items()), (Occupation.OTHER.value, _("Lain-lain, atau tanpa pendapatan tetap"))]
DECLARED: Final = _(
    "Saya mengaku bahawa maklumat ini benar, bahawa saya memilih i-Saraan sebagai satu-satunya insentif saya, dan bahawa saya akan memaklumkan KWSP "
    "jika saya tidak lagi memenuhi syaratnya"
)


class _AskedFields(forms.Form):
    """The work and the declaration."""

    occupation = forms.ChoiceField(
        label=_("Pekerjaan anda"),
        choices=WORKS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih pekerjaan anda"), "invalid_choice": _("Pilih pekerjaan anda daripada senarai")},
    )
    other_work = forms.CharField(
        label=_("Pekerjaan itu, jika lain"),
        max_length=LONGEST_WORK,
        required=False,
        error_messages={"max_length": _("Tulis paling banyak 80 huruf")},
    )
    declared = forms.BooleanField(label=DECLARED, error_messages={"required": _("Tandakan akuan untuk mendaftar")})

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("occupation") == Occupation.OTHER and not found.get("other_work"):
            self.add_error("other_work", _("Tulis pekerjaan anda, kerana ia tiada dalam senarai"))
        elif found.get("occupation") not in (None, Occupation.OTHER) and found.get("other_work"):
            words = _("Anda memilih pekerjaan dalam senarai dan menulis pekerjaan lain: kosongkan yang ini, atau pilih lain-lain")
            self.add_error("other_work", words)
        return found

    @property
    def asked(self) -> Asked:
        """What was said; only of a form that is valid."""
        said = self.cleaned_data
        return Asked(occupation=Occupation(said["occupation"]), other_work=said["other_work"], declared=said["declared"])


class RegisterForm(_AskedFields):
    """By the member."""


class RegisterDoorForm(forms.Form):
    """Who it is, at the public door."""

    identity = forms.CharField(
        label=_("Nombor pengenalan"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text", "spellcheck": "false"}),
        error_messages={"required": _("Masukkan nombor kad pengenalan anda"), "max_length": _("Masukkan nombor kad pengenalan anda")},
    )
    number = forms.CharField(
        label=_("Nombor ahli KWSP"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": _("Masukkan nombor ahli anda, 8 angka"), "max_length": _("Masukkan nombor ahli anda, 8 angka")},
    )

    def clean_identity(self) -> str:
        return identity.compact(self.cleaned_data["identity"])

    def clean_number(self) -> str:
        """Eight digits, with blanks and hyphens as people write them."""
        found = identity.compact(self.cleaned_data["number"])
        if not (found.isascii() and found.isdigit() and len(found) == 8):
            raise forms.ValidationError(_("Ditemui “%(found)s”, dijangka 8 angka, seperti 30012345"), params={"found": found[:20]})
        return found


class CounterCancelForm(CheckForm):
    """The checklist, before an incentive is cancelled at a counter."""


class CounterRegisterForm(_AskedFields, CheckForm):
    """The checklist, the work and the scanned form."""

    form = PapersField(label=_("Borang KWSP 16G(M) yang diimbas"), required=False)
    field_order = ("paper_number", "seen", "without_thumb", "occupation", "other_work", "form", "declared")


class EKasihFileForm(forms.Form):
    """The Ministry's list that an officer brings."""

    file = forms.FileField(
        label=_("Fail senarai e-Kasih"),
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".txt,text/plain"}),
        error_messages={"required": _("Pilih fail: ditemui tiada fail, dijangka satu senarai e-Kasih daripada Kementerian")},
    )
