"""What people type to change how they sign in, and where their e-mail goes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.identity.forms import CodeInput, PasswordField
from members.identity.forms_activation import NewPasswordField, RecognitionForm

LONGEST_ADDRESS = 254


class PresentPasswordField(PasswordField):
    """What proves that it is the person who sits at an open session."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.label = _("Kata laluan sekarang")
        self.error_messages["required"] = _("Masukkan kata laluan anda sekarang.")


class ChangePasswordForm(forms.Form):
    present = PresentPasswordField()
    password = NewPasswordField()


class ChangeRecognitionForm(RecognitionForm):
    present = PresentPasswordField()


class EmailForm(forms.Form):
    """An address of ASCII letters, as every mail server takes it; capitals are kept before the @ only, where a server may tell them apart."""

    address = forms.EmailField(
        label=_("Alamat e-mel"),
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={
            "required": _("Masukkan alamat e-mel anda."),
            "invalid": _("Alamat e-mel itu tidak lengkap. Dijangka seperti nama@contoh.com."),
            "max_length": _("Alamat e-mel tidak melebihi 254 aksara."),
        },
    )

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if not address.isascii():
            raise forms.ValidationError(_("Alamat e-mel itu mengandungi huruf yang tidak diterima. Guna huruf a hingga z, angka dan tanda biasa."))
        name, _at, host = address.rpartition("@")
        return f"{name}@{host.lower()}"


class EmailCodeForm(forms.Form):
    """What the e-mail says."""

    code = forms.CharField(
        label=_("Kod daripada e-mel"),
        max_length=20,
        widget=CodeInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Masukkan kod 8 huruf dan angka daripada e-mel.")},
    )
