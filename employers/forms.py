"""What a counter officer types about an employer and its representative, and an administrator about those who act for the employer."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from employers.enums import AppointmentForm, EmployerKind
from employers.labels import DUTIES, FLOW_CHOICES, KINDS, UNDER_WAY, who
from employers.models import Representative
from employers.services.identifying import Person, Said
from kwsp_portal.phones import PhoneField
from members.enums import IdentityKind
from members.forms import LANGUAGES, CheckForm, CountryField, PapersField, day_field
from members.identity.forms import USER_ID_FORM
from members.identity.models import in_small_letters
from members.labels import IDENTITY_KINDS

NOBODY: Final = "NOBODY"
PAPERS: Final = {AppointmentForm.KWSP_1: _("Borang KWSP 1"), AppointmentForm.KWSP_1I: _("Borang KWSP 1(i)")}


def _name(typed: str) -> str:
    """Without signs that nobody sees, and with single blanks."""
    return " ".join("".join(sign for sign in typed if sign.isprintable()).split())


def _user_id(typed: str) -> str:
    """As it is kept; empty where none was typed."""
    kept = in_small_letters(typed)
    if kept:
        USER_ID_FORM(kept)
    return kept


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Nombor majikan atau permulaan nama"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Masukkan nombor atau permulaan nama")},
    )


class EmployerForm(forms.Form):
    """An employer that is new."""

    name = forms.CharField(label=_("Nama majikan"), max_length=160, error_messages={"required": _("Masukkan nama majikan")})
    kind = forms.TypedChoiceField(
        label=_("Jenis"), choices=KINDS, coerce=EmployerKind, widget=forms.RadioSelect, error_messages={"required": _("Pilih jenis majikan")}
    )
    from_date = day_field(_("Majikan sejak"))
    others = forms.CharField(required=False, widget=forms.HiddenInput)
    none_of = forms.BooleanField(label=_("Saya telah menyemak: majikan ini bukan salah satu daripada mereka"), required=False)

    def clean_name(self) -> str:
        return _name(self.cleaned_data["name"])

    def others_seen(self) -> frozenset[str]:
        return frozenset(self.cleaned_data["others"].split()) if self.cleaned_data["none_of"] else frozenset()


class AppointForm(CheckForm):
    """The representative, the signed form, and where the code goes."""

    name = forms.CharField(
        label=_("Nama wakil seperti pada dokumen"), max_length=120, error_messages={"required": _("Masukkan nama seperti pada dokumen")}
    )
    identity_kind = forms.TypedChoiceField(
        label=_("Jenis dokumen"), choices=IDENTITY_KINDS, coerce=IdentityKind, error_messages={"required": _("Pilih jenis dokumen")}
    )
    identity_country = CountryField(required=False)
    user_id = forms.CharField(
        label=_("ID Pengguna wakil majikan, jika orang ini sudah mempunyainya"),
        max_length=16,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    form = forms.TypedChoiceField(
        label=_("Borang yang dibawa"),
        choices=PAPERS,
        coerce=AppointmentForm,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih borang yang dibawa")},
    )
    papers = PapersField(label=_("Imbasan borang yang ditandatangani"), error_messages={"required": _("Imbas borang yang ditandatangani")})
    phone = PhoneField(label=_("Telefon bimbit wakil bagi TAC dan SMS"), error_messages={"required": _("Masukkan nombor telefon bimbit wakil")})
    language = forms.ChoiceField(
        label=_("Bahasa SMS dan slip"), choices=LANGUAGES, widget=forms.RadioSelect, error_messages={"required": _("Pilih bahasa orang ini")}
    )
    who = forms.ChoiceField(
        label=_("Siapakah orang ini antara wakil yang dilantik di portal?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Pilih siapakah orang ini, atau bahawa orang ini bukan seorang daripada mereka"),
            "invalid_choice": _("Senarai wakil telah berubah: rakan sekerja mungkin sudah mengubahnya. Pilih sekali lagi."),
        },
    )
    field_order = (
        *("name", "identity_kind", "identity_country", "paper_number", "who", "user_id", "form", "papers", "seen", "phone", "language"),
        *("without_thumb",),
    )

    def __init__(self, *args: Any, without_papers: Iterable[Representative], **kwargs: Any) -> None:
        """`without_papers`: of whom the officer says whether this is one of them; without any, nothing is asked."""
        super().__init__(*args, **kwargs)
        self.without_register()
        choices = [(str(one.user_id), who(one.user)) for one in without_papers]
        if choices:
            self.fields["who"].choices = [*choices, (NOBODY, _("Bukan seorang daripada mereka"))]  # type: ignore[attr-defined]
        else:
            del self.fields["who"]

    def person(self) -> Person:
        taken = self.cleaned_data
        return Person(
            name=_name(taken["name"]),
            identity_kind=taken["identity_kind"],
            identity_country=taken["identity_country"],
            identity_number=taken["paper_number"],
        )

    def clean_user_id(self) -> str:
        return _user_id(self.cleaned_data["user_id"])

    def said(self) -> Said:
        """Which of those without papers the officer says this is, and the User ID that the person says they have."""
        told, known_as = self.cleaned_data.get("who", ""), self.cleaned_data["user_id"]
        return Said(user_id=int(told) if told.isdigit() else None, nobody=told == NOBODY, known_as=known_as)


def _role() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Peranan"), choices=DUTIES, widget=forms.RadioSelect, error_messages={"required": _("Pilih peranan")})


class RepresentativeForm(forms.Form):
    """A new person by name, or somebody with a representative's i-Akaun by User ID; the phone in both cases."""

    name = forms.CharField(
        label=_("Nama penuh"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    user_id = forms.CharField(
        label=_("ID Pengguna, jika orang ini sudah mewakili majikan lain"),
        max_length=16,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    phone = PhoneField(label=_("Telefon bimbit orang ini"), error_messages={"required": _("Masukkan nombor telefon bimbit orang ini")})
    role = _role()
    language = forms.ChoiceField(label=_("Bahasa SMS"), choices=LANGUAGES, initial="ms", widget=forms.RadioSelect)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        name, user_id = cleaned.get("name"), cleaned.get("user_id")
        if not name and not user_id:
            self.add_error("name", _("Masukkan nama penuh, atau ID Pengguna orang yang sudah mempunyai i-Akaun wakil majikan"))
        elif name and user_id:
            self.add_error(
                "user_id", _("Masukkan nama atau ID Pengguna, bukan kedua-duanya: nama bagi orang baharu, ID Pengguna bagi yang sudah ada")
            )
        return cleaned

    def clean_name(self) -> str:
        return _name(self.cleaned_data["name"])

    def clean_user_id(self) -> str:
        return _user_id(self.cleaned_data["user_id"])


class FlowForm(forms.Form):
    """How filings are approved; and, while any `waiting`, what becomes of those that wait."""

    flow = forms.ChoiceField(
        label=_("Kelulusan"), choices=FLOW_CHOICES, widget=forms.RadioSelect, error_messages={"required": _("Pilih aliran kelulusan")}
    )
    under_way = forms.ChoiceField(
        label=_("Yang sedang menunggu kelulusan"),
        choices=UNDER_WAY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih apa yang berlaku kepada yang sedang menunggu kelulusan")},
    )

    def __init__(self, *args: Any, waiting: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not waiting:
            del self.fields["under_way"]


class RoleForm(forms.Form):
    """Another role."""

    role = _role()


class PhoneForm(forms.Form):
    """The number that SMS go to."""

    phone = PhoneField(label=_("Telefon bimbit orang ini"), error_messages={"required": _("Masukkan nombor telefon bimbit orang ini")})
