"""Arrears in instalments: which months, in how many, from when, and why."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions.services.instalment_moves import Wanted
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.templatetags import formats
from members.forms import day_field


class PlanForm(forms.Form):
    """Terms of a plan. `months`: those of which anything is owed, with what each comes to today; all of them are ticked until it is sent."""

    months = forms.MultipleChoiceField(
        label=_("Bulan upah dalam pelan ini"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tandakan bulan yang hendak dibayar secara ansuran"),
            "invalid_choice": _("Pilih daripada bulan yang tertunggak di bawah"),
        },
    )
    count = forms.IntegerField(
        label=_("Bilangan ansuran bulanan"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Tulis berapa ansuran, seperti 3"),
            "invalid": _("Ditemui bukan nombor, dijangka bilangan ansuran seperti 3"),
        },
    )
    first_on = day_field(_("Ansuran pertama pada"))
    reason = forms.CharField(
        label=_("Sebab"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebabnya: pihak yang satu lagi membacanya")},
    )

    def __init__(self, *args: Any, months: Sequence[tuple[WageMonth, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["months"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [(str(month), f"{formats.month(month)}: {formats.money(total)}") for month, total in months]
        field.initial = [str(month) for month, _total in months]

    @property
    def wanted(self) -> Wanted:
        """What was sent, once it is valid."""
        typed = self.cleaned_data
        months = frozenset(WageMonth.parse(month) for month in typed["months"])
        return Wanted(months=months, count=typed["count"], first_on=typed["first_on"], reason=typed["reason"])


class PlanDecisionForm(forms.Form):
    """Why it was decided so."""

    comment = forms.CharField(
        label=_("Sebab keputusan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebabnya, supaya keputusan ini difahami kemudian")},
    )
