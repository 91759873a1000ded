"""Paying a voluntary contribution: for whom, which kind, how much, at which bank."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.enums import VoluntaryKind
from contributions.forms.amounts import more_than_nothing
from contributions.forms.paying import AccountForm
from contributions.models.direct_debit import LAST_DAY
from kwsp_portal.bank.fpx.client import Bank

SELF: Final = "self"
OTHER: Final = "other"
_NUMBER: Final = re.compile(r"[0-9]{8}", re.ASCII)


class PayeeForm(forms.Form):
    """For whom something is paid, `payee` by their number, and as which kind of contribution. (`number` would be the telephone's, beside a code.)"""

    whom = forms.ChoiceField(
        label=_("Bagi siapa?"),
        widget=forms.RadioSelect,
        choices=[(SELF, _("Diri sendiri")), (OTHER, _("Ahli lain"))],
        error_messages={"required": _("Pilih bagi siapa anda membayar"), "invalid_choice": _("Pilih bagi siapa anda membayar")},
    )
    payee = forms.CharField(
        label=_("No. Ahli bagi ahli lain"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("Jenis caruman"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih jenis caruman"), "invalid_choice": _("Pilih satu daripada jenis caruman di bawah")},
    )
    amount = forms.CharField(
        label=_("Jumlah (RM)"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": _("Masukkan jumlah yang hendak dibayar")},
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        kind.choices = [(one.value, labels.voluntary_kind(one, on)) for one in VoluntaryKind]

    def clean_kind(self) -> VoluntaryKind:
        return VoluntaryKind(self.cleaned_data["kind"])

    def clean_amount(self) -> Decimal:
        return more_than_nothing(self.cleaned_data["amount"])

    def clean(self) -> dict[str, Any]:
        """A number is asked for where it is another member's, and has eight digits however they are spaced."""
        found = super().clean() or {}
        typed = found.get("payee", "")
        found["payee"] = re.sub(r"[\s-]", "", typed) if found.get("whom") == OTHER else ""
        if found.get("whom") == OTHER and not _NUMBER.fullmatch(found["payee"]):
            words = _("Ditemui “%(found)s”, dijangka nombor ahli 8 angka, seperti 10000101")
            self.add_error("payee", forms.ValidationError(words, params={"found": typed}))
        return found


class VoluntaryForm(PayeeForm):
    """What is to be paid. The bank is chosen of those that FPX lists now."""

    bank = forms.ChoiceField(
        label=_("Bank"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih bank"), "invalid_choice": _("Pilih bank yang sedang dalam talian")},
    )

    def __init__(self, *args: Any, banks: Sequence[Bank], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["bank"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [(one.code, one.name) for one in banks if one.online]


class MonthlyForm(PayeeForm, AccountForm):
    """What is debited of which own account on which day of every month, for whom and as which kind of contribution."""

    day = forms.TypedChoiceField(
        label=_("Hari kutipan setiap bulan"),
        coerce=int,
        choices=[("", _("Pilih")), *((str(day), str(day)) for day in range(1, LAST_DAY + 1))],
        error_messages={"required": _("Pilih hari kutipan"), "invalid_choice": _("Pilih satu hari dari 1 hingga 28")},
    )
    field_order = ("whom", "payee", "kind", "amount", "day", "bank", "account")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].label = _("Jumlah setiap bulan (RM)")
        self.fields["account"].error_messages["required"] = _("Masukkan nombor akaun anda")
