"""What people type to sign in, made into values."""

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from members.identity.models import in_small_letters

USER_ID_FORM = RegexValidator(r"\A[a-z0-9]{8,16}\Z", _("ID Pengguna mengandungi 8 hingga 16 huruf dan angka."))
LONGEST_PASSWORD = 128


class UserIdField(forms.CharField):
    """Small letters and digits; blanks around it and capitals are forgiven, look-alikes of other scripts are not."""

    default_validators = [USER_ID_FORM]

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(
            label=_("ID Pengguna"), widget=forms.TextInput(attrs=attrs), error_messages={"required": _("Masukkan ID Pengguna anda.")}, **kwargs
        )

    def to_python(self, value: Any) -> str:
        return in_small_letters(super().to_python(value) or "")


class PasswordField(forms.CharField):
    """Taken as typed: blanks count."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Kata laluan"),
            strip=False,
            max_length=LONGEST_PASSWORD,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
            error_messages={"required": _("Masukkan kata laluan anda."), "max_length": _("Kata laluan tidak melebihi 128 aksara.")},
            **kwargs,
        )


class SignInForm(forms.Form):
    """Page one."""

    user_id = UserIdField()


class PasswordForm(forms.Form):
    """Page two."""

    password = PasswordField()


class StaffSignInForm(forms.Form):
    """The officers' door: all at once."""

    user_id = UserIdField()
    password = PasswordField()
    code = forms.CharField(
        label=_("Kod pengesahan"),
        help_text=_("6 angka daripada aplikasi pengesah anda"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": _("Masukkan kod pengesahan 6 angka.")},
    )

    def clean_code(self) -> str:
        """Blanks and hyphens between the digits are forgiven."""
        code = re.sub(r"[\s-]", "", self.cleaned_data["code"])
        if not re.fullmatch(r"[0-9]{6}", code):
            raise forms.ValidationError(_("Kod pengesahan mengandungi 6 angka."), code="form")
        return code


class CodeInput(forms.TextInput):
    """What is typed into it is never written into a page again."""

    def format_value(self, value: Any) -> str:
        return ""


class AppCodeForm(forms.Form):
    """The first code that an authenticator app shows."""

    code = forms.CharField(
        label=_("Kod daripada aplikasi"),
        help_text=_("6 angka"),
        widget=CodeInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": _("Masukkan kod 6 angka yang ditunjukkan oleh aplikasi.")},
    )

    def clean_code(self) -> str:
        """Blanks and hyphens between the digits are forgiven."""
        code = re.sub(r"[\s-]", "", self.cleaned_data["code"])
        if not re.fullmatch(r"[0-9]{6}", code):
            raise forms.ValidationError(_("Kod daripada aplikasi mengandungi 6 angka."), code="form")
        return code


class TacForm(forms.Form):
    """The code of an act, and where the meter asks for it the number that it went to. What is wrong with them, members.identity.tac says."""

    tac = forms.CharField(
        label=_("Kod TAC"),
        required=False,
        max_length=20,
        widget=CodeInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )
    number = forms.CharField(
        label=_("Nombor telefon TAC dengan penuh"),
        required=False,
        max_length=32,
        widget=CodeInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"}),
    )
