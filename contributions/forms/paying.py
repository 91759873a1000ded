"""Paying, and the accounts that are paid from and to."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.enums import DueKind, PaymentMethod
from contributions.forms.amounts import amount_of
from kwsp_portal.bank import accounts
from kwsp_portal.bank.fpx.client import Bank
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.templatetags import formats
from members.forms import day_field
from members.labels import refusal as refusal_words


class PayForm(forms.Form):
    """By which way a payment is made; by FPX at which bank, by direct debit on which day.

    `late`: what of its lateness is paid, where any is open; `alone`, where nothing else is.
    """

    method = forms.ChoiceField(
        label=_("Cara membayar"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih cara membayar"), "invalid_choice": _("Pilih satu daripada cara membayar di bawah")},
    )
    bank = forms.ChoiceField(
        label=_("Bank bagi FPX"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih bank"), "invalid_choice": _("Pilih bank yang sedang dalam talian")},
    )

    collect_on = day_field(_("Hari kutipan bagi debit terus"), required=False)
    late = forms.MultipleChoiceField(
        label=_("Bayar sekali kerana lewat"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tandakan sekurang-kurangnya satu yang hendak dibayar"),
            "invalid_choice": _("Pilih daripada apa yang perlu dibayar di bawah"),
        },
    )

    def __init__(
        self,
        *args: Any,
        methods: Sequence[PaymentMethod],
        banks: Sequence[Bank],
        late: Sequence[tuple[str, str]] = (),
        alone: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if late:
            ticks = self.fields["late"]
            assert isinstance(ticks, forms.MultipleChoiceField)  # noqa: S101 - said by the declaration above
            ticks.choices, ticks.initial, ticks.required = late, [kind for kind, _words in late], alone
        else:
            del self.fields["late"]
        method, bank = self.fields["method"], self.fields["bank"]
        assert isinstance(method, forms.ChoiceField) and isinstance(bank, forms.ChoiceField)  # noqa: S101, PT018 - said by the declarations above
        method.choices = [(one.value, labels.METHOD[one]) for one in methods]
        method.initial = methods[0].value if methods else None
        bank.choices = [(one.code, one.name) for one in banks if one.online]

    def clean(self) -> dict[str, Any]:
        """FPX needs a bank and direct debit a day; another way takes neither. A bank alone is FPX."""
        found = super().clean() or {}
        if "method" in self.errors:
            return found
        method = found.get("method") or PaymentMethod.FPX
        if method == PaymentMethod.FPX and not found.get("bank") and "bank" not in self.errors:
            self.add_error("bank", self.fields["bank"].error_messages["required"])
        if method == PaymentMethod.DDA and not found.get("collect_on") and "collect_on" not in self.errors:
            self.add_error("collect_on", self.fields["collect_on"].error_messages["required"])
        for name, of in (("bank", PaymentMethod.FPX), ("collect_on", PaymentMethod.DDA)):
            if method != of:
                self.errors.pop(name, None)
        day = found.get("collect_on") if method == PaymentMethod.DDA else None
        bank = found.get("bank", "") if method == PaymentMethod.FPX else ""
        late = [DueKind(kind) for kind in found.get("late", [])]
        return {**found, "method": PaymentMethod(method), "bank": bank, "collect_on": day, "late": late}


class AccountForm(forms.Form):
    """An account of the employer's at a bank."""

    bank = forms.ChoiceField(
        label=_("Bank"), error_messages={"required": _("Pilih bank"), "invalid_choice": _("Pilih satu daripada bank dalam senarai")}
    )
    account = forms.CharField(
        label=_("Nombor akaun"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Masukkan nombor akaun majikan")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["bank"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [("", _("Pilih")), *((bank.bic, bank.name) for bank in accounts.known().values())]

    def clean(self) -> dict[str, Any]:
        """The account's number as its bank writes it."""
        found = super().clean() or {}
        if found.get("bank") and found.get("account"):
            try:
                found["account"] = accounts.number(found["bank"], found["account"])
            except Refusal as refusal:
                self.add_error("account", refusal_words(refusal))
        return found


class MandateForm(AccountForm):
    """An account that the fund may debit, and up to how much each time."""

    ceiling = forms.CharField(
        label=_("Had setiap kutipan (RM)"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": _("Masukkan had setiap kutipan")},
    )

    def clean_ceiling(self) -> Decimal:
        """More than nothing."""
        amount = amount_of(self.cleaned_data["ceiling"])
        if not amount:
            raise forms.ValidationError(self.fields["ceiling"].error_messages["required"])
        return amount


class PaymentsForm(forms.Form):
    """Which payments are listed."""

    month = forms.ChoiceField(label=_("Bulan upah"), required=False)
    method = forms.ChoiceField(label=_("Kaedah"), required=False)
    state = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args: Any, months: Sequence[WageMonth], states: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, list[tuple[Any, Any]]] = {
            "month": [(str(month), formats.month(month)) for month in months],
            "method": [(one, words) for one, words in labels.METHOD.items() if one != PaymentMethod.COUNTER],
            "state": [(state, labels.PAYMENT[state].words) for state in states],
        }
        for name, choices in chosen.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declarations above
            field.choices = [("", _("Semua")), *choices]
