"""The public calculator: figures that somebody brings, of one kind. The API asks by the same names."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from members.enums import Citizenship, SubAccount
from members.forms import day_field
from withdrawals import calculator, kinds
from withdrawals.enums import KindCode
from withdrawals.forms.amounts import MoneyField
from withdrawals.forms.applying import ParticularsForm, field_of
from withdrawals.kinds import asking
from withdrawals.kinds.base import Result

_CITIZENSHIPS: Final = (("citizen", _("Warganegara")), ("permanent_resident", _("Penduduk tetap")), ("non_citizen", _("Bukan warganegara")))
ACCOUNTS: Final[Mapping[str, SubAccount]] = {one.value.lower(): one for one in SubAccount if one is not SubAccount.HOUSING_RINGFENCE}
"""By the names of the API."""


class CalculatorForm(forms.Form):
    """Who asks, what is in which account, how much, and what the kind asks. Nothing of it is kept."""

    birth_date = day_field(_("Tarikh lahir"), _("Masukkan tarikh lahir"))
    member_since = day_field(_("Menjadi ahli sejak (jika tahu)"), "", required=False)
    citizenship = forms.ChoiceField(label=_("Kewarganegaraan"), choices=_CITIZENSHIPS, required=False)

    def __init__(self, data: Any = None, *, kind: KindCode, on: date, names: Mapping[SubAccount, str], **kwargs: Any) -> None:
        self.kind, self.on = kinds.OF[kind], on
        super().__init__(data, **kwargs)
        for name, account in ACCOUNTS.items():
            if account in names:
                self.fields[name] = MoneyField(label=names[account], required=False, max_length=30)
        self.fields["amount"] = MoneyField(label=_("Jumlah yang ingin dikeluarkan (jika tahu)"), required=False, max_length=30)
        for one in self.kind.particulars:
            self.fields[one.name] = field_of(kind, one, required=False)

    def clean_birth_date(self) -> date:
        found: date = self.cleaned_data["birth_date"]
        if found >= self.on:
            raise forms.ValidationError(_("Ditemui hari yang belum tiba, dijangka tarikh sebelum hari ini"), code="OUT_OF_RANGE")
        return found

    def clean_citizenship(self) -> Citizenship:
        return Citizenship((self.cleaned_data["citizenship"] or "citizen").upper())

    def clean_member_since(self) -> date | None:
        found: date | None = self.cleaned_data["member_since"]
        born = self.cleaned_data.get("birth_date")
        if found is not None and born is not None and found < born:
            raise forms.ValidationError(_("Ditemui hari sebelum lahir, dijangka hari lahir atau selepasnya"), code="OUT_OF_RANGE")
        if found is not None and found > self.on:
            raise forms.ValidationError(_("Ditemui hari yang belum tiba, dijangka hari ini atau sebelumnya"), code="OUT_OF_RANGE")
        return found

    def answer(self) -> Result:
        """What the rules say of it, once it holds."""
        known: dict[str, Any] = {name: self.cleaned_data[name] for name in ("birth_date", "citizenship", "member_since", "amount")}
        return calculator.answer(kind=self.kind.code, balances=self.balances(), particulars=self.particulars(), on=self.on, **known)

    def balances(self) -> dict[SubAccount, Decimal]:
        """What was said to be in each account; nothing where nothing was said."""
        return {account: self.cleaned_data.get(name) or Decimal(0) for name, account in ACCOUNTS.items()}

    def particulars(self) -> dict[str, Any]:
        """The answers to what the kind asks, as an application would keep them."""
        given = ParticularsForm.kept(self.kind.particulars, self.cleaned_data)
        return asking.needed(self.kind, given)

    def questions(self) -> Iterable[forms.BoundField]:
        return [self["member_since"], *(self[one.name] for one in self.kind.particulars)]

    def accounts(self) -> Iterable[forms.BoundField]:
        return [self[name] for name in ACCOUNTS if name in self.fields]
