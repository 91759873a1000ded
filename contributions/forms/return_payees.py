"""Whom two officers have paid what goes back of a voluntary contribution."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.enums import PayeeBasis
from contributions.forms.counter import bank_choices, identity_of, with_account
from kwsp_portal.phones import PhoneField
from members.forms import PapersField, day_field

_WHO: Final = ("name", "identity", "phone", "bank", "account")
"""What is asked of everybody but a member who paid and lives."""


class ReturnPayeeForm(forms.Form):
    """To whom it goes, as whom, why, and the papers. `bases` are those that there may be; `in_register`: the payer is a member, whom the register
    knows, and who lives is paid in the own name."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    basis = forms.ChoiceField(
        label=_("Dibayar kepada"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih kepada siapa wang itu dibayar"), "invalid_choice": _("Pilih satu daripada pilihan di bawah")},
    )
    name = forms.CharField(
        label=_("Nama seperti pada kad pengenalan"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Tulis nama seperti pada kad pengenalan")},
    )
    identity = forms.CharField(
        label=_("No. pengenalan"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Tulis nombor pada kad pengenalan atau pasport")},
    )
    phone = PhoneField(label=_("Telefon bimbit, jika ada"), required=False)
    bank = forms.ChoiceField(label=_("Bank"), required=False)
    account = forms.CharField(
        label=_("Nombor akaun"), required=False, max_length=40, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )
    died_on = day_field(_("Pembayar meninggal dunia pada"), required=False)
    reason = forms.CharField(
        label=_("Sebab"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebab: pegawai yang meluluskannya membacanya")},
    )
    document = PapersField(
        label=_("Dokumen yang menunjukkan kepada siapa wang itu dibayar"), error_messages={"required": _("Lampirkan dokumen yang menunjukkannya")}
    )
    death_paper = PapersField(label=_("Sijil kematian pembayar"), required=False)

    def __init__(self, *args: Any, bases: Sequence[PayeeBasis], in_register: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, banks = self.fields["basis"], self.fields["bank"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        assert isinstance(banks, forms.ChoiceField)  # noqa: S101 - the same
        field.choices = [(basis.value, labels.PAYEE_BASIS[basis]) for basis in bases]
        banks.choices = bank_choices()
        self.initial.setdefault("token", uuid.uuid4())
        if len(bases) == 1:
            self.initial.setdefault("basis", bases[0].value)
        if in_register:
            del self.fields["died_on"]
        if PayeeBasis.PAYER not in bases:
            self.fields["death_paper"].required = True
            self.fields["death_paper"].error_messages["required"] = _DEATH
        elif in_register:
            for name in (*_WHO, "death_paper"):
                del self.fields[name]

    def clean_basis(self) -> PayeeBasis:
        return PayeeBasis(self.cleaned_data["basis"])

    def clean_identity(self) -> str:
        return identity_of(self.cleaned_data["identity"])

    def clean_document(self) -> Any:
        return _one(self.cleaned_data["document"])

    def clean_death_paper(self) -> Any:
        return _one(self.cleaned_data["death_paper"])

    def clean(self) -> dict[str, Any]:
        """In the place of who has died: when that was, where no register says it, and its certificate."""
        found = super().clean() or {}
        if found.get("basis") not in (None, PayeeBasis.PAYER):
            if "died_on" in self.fields and not found.get("died_on") and "died_on" not in self.errors:
                self.add_error("died_on", _("Masukkan tarikh pada sijil kematian"))
            if not found.get("death_paper") and "death_paper" not in self.errors:
                self.add_error("death_paper", _DEATH)
        return with_account(self, found, "bank", "account") if "bank" in self.fields else found


_DEATH: Final = _("Lampirkan sijil kematian pembayar")


def _one(found: Any) -> Any:
    """The paper; None of none. Raises ValidationError."""
    if len(found or ()) > 1:
        raise forms.ValidationError(_("Satu fail sahaja. Gabungkan beberapa halaman dalam satu PDF."))
    return found[0] if found else None
