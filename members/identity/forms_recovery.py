"""What people type when they have forgotten their User ID or password."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kwsp_portal.phones import PhoneField
from members.identity.forms_activation import NewPasswordField
from members.identity.recovery import Forgot, Who


class RecoverForm(forms.Form):
    """Who it is, and the phone that the code goes to, in full: the page shows no number of anybody's."""

    who = forms.ChoiceField(
        label=_("Anda ialah"),
        choices=[(Who.MEMBER.value, _("Ahli")), (Who.EMPLOYER.value, _("Majikan atau wakil majikan"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih satu: ahli atau majikan."), "invalid_choice": _("Pilih satu: ahli atau majikan.")},
    )
    forgot = forms.ChoiceField(
        label=_("Apa yang terlupa?"),
        choices=[
            (Forgot.PASSWORD.value, _("Kata laluan")),
            (Forgot.USER_ID.value, _("ID Pengguna")),
            (Forgot.BOTH.value, _("Kedua-duanya")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih apa yang terlupa."), "invalid_choice": _("Pilih apa yang terlupa.")},
    )
    known_by = forms.CharField(
        label=_("Nombor anda"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Masukkan nombor pengenalan, nombor ahli atau nombor majikan, atau ID Pengguna.")},
    )
    number = PhoneField(label=_("Nombor telefon TAC dengan penuh"), error_messages={"required": _("Masukkan nombor telefon yang didaftarkan.")})

    def clean_known_by(self) -> str:
        """Blanks and hyphens as people write them."""
        return "".join(sign for sign in self.cleaned_data["known_by"] if not sign.isspace() and sign != "-")


class RecoverPasswordForm(forms.Form):
    password = NewPasswordField()
