"""What people type and choose to activate an i-Akaun."""

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from members.identity import activation, invitations, recognition
from members.identity.forms import LONGEST_PASSWORD, UserIdField

_PHRASE: Final = re.compile(r"[A-Za-z0-9 ]+")


class EnterForm(forms.Form):
    """What came by SMS."""

    user_id = UserIdField()
    secret = forms.CharField(
        label=_("Kata laluan sementara atau kod pengaktifan"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Masukkan kata laluan sementara atau kod pengaktifan yang anda terima melalui SMS.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user_id"].label = _("ID Pengguna sementara")
        self.fields["user_id"].error_messages["required"] = _("Masukkan ID Pengguna sementara yang anda terima melalui SMS.")

    def clean_secret(self) -> str:
        return invitations.normal(self.cleaned_data["secret"])


class TermsForm(forms.Form):
    agree = forms.BooleanField(
        label=_("Saya telah membaca terma ini dan bersetuju dengannya"),
        error_messages={"required": _("Tandakan kotak ini jika anda bersetuju. Tanpa persetujuan, i-Akaun tidak dapat diaktifkan.")},
    )


class UserIdForm(forms.Form):
    """The own User ID: once, here."""

    user_id = UserIdField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user_id"].label = _("ID Pengguna pilihan anda")
        self.fields["user_id"].error_messages["required"] = _("Masukkan ID Pengguna yang anda pilih.")


class NewPasswordField(forms.CharField):
    """A password that is being chosen, taken as typed. Which rules it breaks, members.identity.passwords says."""

    def __init__(self, **kwargs: Any) -> None:
        # Two more than the longest, so that one that is too long is said to be so and never cut off.
        attrs = {"autocomplete": "new-password", "maxlength": LONGEST_PASSWORD * 2, "data-new-password": ""}
        super().__init__(
            label=_("Kata laluan baharu"),
            strip=False,
            widget=forms.PasswordInput(attrs=attrs),
            error_messages={"required": _("Masukkan kata laluan baharu.")},
            **kwargs,
        )


class NewPasswordForm(forms.Form):
    password = NewPasswordField()


class RecognitionForm(forms.Form):
    """Picture and phrase, by which the owner knows the site."""

    picture = forms.ChoiceField(
        label=_("Imej rahsia"),
        choices=[(name, words) for name, words in recognition.PICTURES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih satu imej."), "invalid_choice": _("Pilih satu imej.")},
    )
    phrase = forms.CharField(
        label=_("Frasa rahsia"),
        max_length=activation.LONGEST_PHRASE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Masukkan frasa rahsia anda."),
            "max_length": _("Frasa rahsia tidak melebihi 10 aksara."),
        },
    )

    def clean_phrase(self) -> str:
        """Letters, digits and blanks: what looks the same on every screen."""
        phrase = " ".join(self.cleaned_data["phrase"].split())
        if not _PHRASE.fullmatch(phrase):
            raise forms.ValidationError(_("Frasa rahsia mengandungi huruf, angka dan ruang sahaja."), code="form")
        return phrase
