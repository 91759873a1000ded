"""A receipting counter: the drawer's float and count, and what stands on a KWSP 6A(2)."""

import re
import uuid
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.enums import BounceWhy, CounterMode, VoluntaryKind
from contributions.forms.amounts import AmountField, more_than_nothing
from contributions.rules import counter as rules
from kwsp_portal.bank import accounts
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.phones import PhoneField
from members.labels import refusal as refusal_words

_NUMBER: Final = re.compile(r"[0-9]{8}", re.ASCII)
_IDENTITY: Final = re.compile(r"[0-9]{12}|(?=[A-Z0-9]*[A-Z])[A-Z0-9]{6,12}", re.ASCII)
_CHEQUE: Final = re.compile(r"[0-9]{6,12}", re.ASCII)
_OF_STRANGERS: Final = ("payer_name", "payer_identity", "payer_phone", "payer_bank", "payer_account")
"""What is asked of who pays and has no member number."""


class DrawerForm(forms.Form):
    """Opening a drawer."""

    place = forms.ChoiceField(label=_("Kaunter"), error_messages={"required": _("Pilih kaunter"), "invalid_choice": _("Pilih kaunter dalam senarai")})
    opening = AmountField(
        label=_("Wang permulaan yang dikira (RM)"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": _("Kira wang dalam laci dan tulis jumlahnya; tulis 0 jika kosong")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [("", _("Pilih kaunter")), *((one, one) for one in rules.places())]


class CountForm(forms.Form):
    """Closing one."""

    counted = AmountField(
        label=_("Semua tunai dalam laci, dikira (RM)"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": _("Kira semua tunai dalam laci dan tulis jumlahnya")},
    )
    said = forms.CharField(label=_("Sebab perbezaan, jika ada"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class SeeForm(forms.Form):
    """A supervisor's look."""

    note = forms.CharField(label=_("Catatan penyelia"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class ChequeForm(forms.Form):
    """What the bank did with a cheque."""

    action = forms.ChoiceField(choices=[("clear", "clear"), ("bounce", "bounce")])
    why = forms.ChoiceField(
        label=_("Sebab pada cek yang dipulangkan"),
        required=False,
        choices=[("", _("Pilih sebab")), *((why.value, labels.BOUNCE[why]) for why in BounceWhy)],
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("action") == "bounce" and not found.get("why"):
            self.add_error("why", _("Pilih sebab yang ditulis oleh bank pada cek itu"))
        return found


class CounterPayForm(forms.Form):
    """A KWSP 6A(2)."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    number = forms.CharField(
        label=_("No. Ahli pada borang"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Masukkan nombor ahli pada borang")},
    )
    kind = forms.ChoiceField(
        label=_("Jenis caruman"),
        widget=forms.RadioSelect,
        choices=[(kind.value, labels.VOLUNTARY_KIND[kind]) for kind in VoluntaryKind],
        error_messages={"required": _("Pilih jenis caruman"), "invalid_choice": _("Pilih satu daripada jenis caruman di bawah")},
    )
    amount = forms.CharField(
        label=_("Jumlah (RM)"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": _("Masukkan jumlah pada borang")},
    )
    payer_number = forms.CharField(
        label=_("No. Ahli pembayar, jika ahli lain"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    payer_name = forms.CharField(
        label=_("Dibayar oleh, jika bukan ahli itu"), required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    payer_identity = forms.CharField(
        label=_("No. pengenalan pembayar"), required=False, max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    payer_phone = PhoneField(label=_("Telefon bimbit pembayar, jika ada"), required=False)
    payer_bank = forms.ChoiceField(label=_("Bank pembayar"), required=False)
    payer_account = forms.CharField(
        label=_("Nombor akaun pembayar"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    mode = forms.ChoiceField(
        label=_("Dibayar dengan"),
        widget=forms.RadioSelect,
        choices=[(mode.value, labels.MODE[mode.value]) for mode in CounterMode],
        error_messages={"required": _("Pilih tunai atau cek"), "invalid_choice": _("Pilih tunai atau cek")},
    )
    cheque_number = forms.CharField(
        label=_("No. cek"), required=False, max_length=12, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )
    cheque_bank = forms.ChoiceField(label=_("Bank cek"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cheque_bank"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [("", _("Pilih bank")), *labels.cheque_banks()]
        theirs = self.fields["payer_bank"]
        assert isinstance(theirs, forms.ChoiceField)  # noqa: S101 - the same
        theirs.choices = bank_choices()

    @staticmethod
    def fresh() -> "CounterPayForm":
        """A page of its own, which takes once."""
        return CounterPayForm(initial={"token": uuid.uuid4()})

    def clean_number(self) -> str:
        return _member_number(self.cleaned_data["number"])

    def clean_payer_number(self) -> str:
        typed = self.cleaned_data["payer_number"]
        return _member_number(typed) if typed.strip() else ""

    def clean_payer_identity(self) -> str:
        """As cards and passports have it, without the blanks and hyphens that people write."""
        return identity_of(self.cleaned_data["payer_identity"])

    def clean_kind(self) -> VoluntaryKind:
        return VoluntaryKind(self.cleaned_data["kind"])

    def clean_mode(self) -> CounterMode:
        return CounterMode(self.cleaned_data["mode"])

    def clean_amount(self) -> Decimal:
        return more_than_nothing(self.cleaned_data["amount"])

    def clean(self) -> dict[str, Any]:
        """A cheque has its number and its bank; cash has neither, whatever was typed."""
        found = self._with_payer(super().clean() or {})
        if found.get("mode") is CounterMode.CASH:
            return {**found, "cheque_number": "", "cheque_bank": ""}
        if found.get("mode") is CounterMode.CHEQUE:
            typed = found.get("cheque_number", "")
            if not _CHEQUE.fullmatch(re.sub(r"[\s-]", "", typed)):
                words = _("Ditemui “%(found)s”, dijangka nombor cek 6 hingga 12 angka, seperti pada cek itu")
                self.add_error("cheque_number", forms.ValidationError(words, params={"found": typed}))
            found["cheque_number"] = re.sub(r"[\s-]", "", typed)
            if not found.get("cheque_bank"):
                self.add_error("cheque_bank", _("Pilih bank yang mengeluarkan cek itu"))
        return found

    def _with_payer(self, found: dict[str, Any]) -> dict[str, Any]:
        """Of who pays in the member's place: a member's number says all; else a name has its identity number, and an account its bank."""
        if found.get("payer_number"):
            if found["payer_number"] == found.get("number"):
                self.add_error("payer_number", _("Itu nombor ahli itu sendiri. Kosongkan jika ahli itu yang membayar."))
            return {**found, **dict.fromkeys(_OF_STRANGERS, "")}
        if not found.get("payer_name"):
            if any(found.get(name) for name in _OF_STRANGERS):
                self.add_error("payer_name", _("Tulis nama orang yang membayar, atau kosongkan semua butirannya jika ahli itu yang membayar"))
            return found
        if not found.get("payer_identity") and "payer_identity" not in self.errors:
            self.add_error("payer_identity", _("Tulis nombor pada kad pengenalan atau pasport orang yang membayar"))
        return with_account(self, found, "payer_bank", "payer_account")


def identity_of(typed: str) -> str:
    """As cards and passports have it, without the blanks and hyphens that people write; nothing of nothing. Raises ValidationError."""
    found = re.sub(r"[\s-]", "", typed).upper()
    if found and not _IDENTITY.fullmatch(found):
        words = _("Ditemui “%(found)s”, dijangka nombor MyKad 12 angka, atau nombor pasport 6 hingga 12 huruf dan angka")
        raise forms.ValidationError(words, params={"found": typed})
    return found


def with_account(form: forms.Form, found: dict[str, Any], bank: str, account: str) -> dict[str, Any]:
    """An account has its bank and a number that such a bank gives, or there is none; the form says where it is not so."""
    if bool(found.get(bank)) != bool(found.get(account)):
        form.add_error(account if found.get(bank) else bank, _("Tulis bank dan nombor akaun, atau kosongkan kedua-duanya"))
    elif found.get(bank):
        try:
            found[account] = accounts.number(found[bank], found[account])
        except Refusal as refusal:
            form.add_error(account, refusal_words(refusal))
    return found


def bank_choices() -> list[tuple[str, Any]]:
    """Banks to whose accounts money goes."""
    return [("", _("Pilih bank")), *((one.bic, one.name) for one in accounts.known().values())]


def _member_number(typed: str) -> str:
    """Raises ValidationError."""
    found = re.sub(r"[\s-]", "", typed)
    if not _NUMBER.fullmatch(found):
        raise forms.ValidationError(_("Ditemui “%(found)s”, dijangka nombor ahli 8 angka, seperti 10000101"), params={"found": typed})
    return found
