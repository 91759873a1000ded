"""What an administrator types of a public holiday."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms import day_field


class HolidayForm(forms.Form):
    """Which day, and where it is said."""

    day = day_field(_("Hari"), _("Masukkan hari cuti itu"))
    name = forms.CharField(label=_("Cuti"), max_length=100, error_messages={"required": _("Tulis nama cuti itu")})
    source = forms.CharField(label=_("Sumber"), max_length=200, error_messages={"required": _("Tulis di mana ia diwartakan atau diumumkan")})


class HolidayEndForm(forms.Form):
    """Why it is taken back."""

    reason = forms.CharField(label=_("Sebab ditarik balik"), max_length=200, error_messages={"required": _("Tulis sebabnya")})
