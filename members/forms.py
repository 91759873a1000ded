"""What is typed at a counter, made into values; what is decided, the services decide."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kwsp_portal.bank import accounts
from kwsp_portal.common import countries
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.documents import services as documents
from kwsp_portal.phones import PhoneField
from members import labels
from members.enums import Citizenship, IdentityKind, Religion, Seen, Sex, Thumb
from members.labels import CITIZENSHIPS, IDENTITY_KINDS, REASONS, RELIGIONS, SEEN, SEXES
from members.rules import identity
from members.services.checking import Checklist
from members.services.correcting import Changes
from members.services.registering import Person

LONGEST_SEARCH: Final = 120
MOST_PAPERS: Final = 5
LANGUAGES: Final = {"ms": "Bahasa Melayu", "en": "English"}
NOT_A_PAPER: Final = {
    "EMPTY": _("%(name)s: ditemui fail kosong, dijangka PDF, JPEG atau PNG."),
    "TOO_BIG": _("%(name)s: fail melebihi 5 MB. Imbas semula dengan kualiti yang lebih rendah."),
    "TYPE": _("%(name)s: ditemui jenis fail lain, dijangka PDF, JPEG atau PNG."),
    "MANY": _("Paling banyak 5 dokumen. Gabungkan dalam satu PDF."),
}


def paper_words(error: documents.NotAPaper) -> str:
    """Why a file is not taken."""
    return str(NOT_A_PAPER[error.code]) % {"name": error.name}


class SearchForm(forms.Form):
    """Whom, and why."""

    q = forms.CharField(
        label=_("Nombor pengenalan, nombor ahli, telefon atau permulaan nama"),
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Masukkan nombor atau permulaan nama"), "max_length": _("Terlalu panjang: paling banyak 120 aksara")},
    )
    reason = forms.ChoiceField(label=_("Sebab carian"), choices=REASONS, error_messages={"required": _("Pilih sebab carian")})


class _Papers(forms.FileInput):
    allow_multiple_selected = True


class PapersField(forms.FileField):
    """One or several scanned papers; cleaned, they are Uploads that can be kept."""

    def __init__(self, **kwargs: Any) -> None:
        widget = _Papers(attrs={"accept": "application/pdf,image/jpeg,image/png", "multiple": True})
        super().__init__(allow_empty_file=True, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[documents.Upload]:  # type: ignore[override]
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if not files and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(files) > MOST_PAPERS:
            raise forms.ValidationError(NOT_A_PAPER["MANY"], code="MANY")
        uploads = [documents.Upload(file.name[:255], file.read(documents.MOST_BYTES + 1)) for file in files]
        for upload in uploads:
            try:
                documents.check(upload)
            except documents.NotAPaper as error:
                raise forms.ValidationError(paper_words(error), code=error.code) from error
        return uploads


def day_field(label: Any, missing: Any = None, **kwargs: Any) -> forms.DateField:
    """`missing` is said of an empty one: on a page with two of them, which."""
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing or _("Masukkan tarikh"), "invalid": _("Masukkan tarikh sebagai hari/bulan/tahun, contohnya 15/12/1990.")},
        **kwargs,
    )


class CheckForm(forms.Form):
    """The identity checklist: what the officer holds in their hands."""

    paper_number = forms.CharField(
        label=_("Nombor pada dokumen asal"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Masukkan nombor pengenalan daripada dokumen yang anda pegang")},
    )
    seen = forms.MultipleChoiceField(
        label=_("Apa yang anda semak"),
        choices=SEEN,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tandakan apa yang anda lihat")},
    )
    without_thumb = forms.CharField(label=_("Sebab tanpa cap ibu jari"), max_length=200, required=False)

    def without_register(self) -> None:
        """Who is in no register yet has nothing there to compare with."""
        seen = self.fields["seen"]
        assert isinstance(seen, forms.MultipleChoiceField)  # noqa: S101 - said by the declaration above
        seen.choices = [(code, words) for code, words in SEEN.items() if code != Seen.REGISTER]

    def clean_paper_number(self) -> str:
        return identity.compact(self.cleaned_data["paper_number"])

    def checklist(self, *, paper: IdentityKind, thumb: Thumb, reader: str) -> Checklist:
        """What the officer says they saw, with what the reader said."""
        return Checklist(
            paper=paper,
            seen=frozenset(Seen(code) for code in self.cleaned_data["seen"]),
            thumb=thumb,
            without_thumb=self.cleaned_data["without_thumb"],
            reader=reader,
        )


class IssueForm(CheckForm):
    """The checklist, and where the SMS goes."""

    phone = PhoneField(label=_("Telefon bimbit bagi TAC dan SMS"), error_messages={"required": _("Masukkan nombor telefon bimbit orang ini")})
    language = forms.ChoiceField(
        label=_("Bahasa SMS dan slip"),
        choices=LANGUAGES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih bahasa orang ini")},
    )
    field_order = ("paper_number", "seen", "phone", "language", "without_thumb")


class KioskForm(forms.Form):
    """Alone at a kiosk: the number twice, for nobody else looks at it."""

    phone = PhoneField(label=_("Telefon bimbit anda"), error_messages={"required": _("Masukkan nombor telefon bimbit anda")})
    again = PhoneField(label=_("Nombor itu sekali lagi"), error_messages={"required": _("Masukkan nombor itu sekali lagi")})
    language = forms.ChoiceField(
        label=_("Bahasa SMS"), choices=LANGUAGES, widget=forms.RadioSelect, error_messages={"required": _("Pilih bahasa SMS")}
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("phone") and cleaned.get("again") and cleaned["phone"] != cleaned["again"]:
            self.add_error("again", _("Dua nombor itu tidak sama. Semak kedua-duanya."))
        return cleaned


class CountryField(forms.ChoiceField):
    """Who issued a passport; the names are those of the page's language."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Negara pengeluar pasport"),
            choices=lambda: [("", _("Pilih negara")), *countries.in_order(translation.get_language() or "ms")],
            error_messages={"required": _("Pilih negara yang mengeluarkan pasport itu")},
            **kwargs,
        )


class _PersonFields(forms.Form):
    """Who somebody is, as their papers say."""

    name = forms.CharField(label=_("Nama seperti pada dokumen"), max_length=120, error_messages={"required": _("Masukkan nama seperti pada dokumen")})
    identity_kind = forms.TypedChoiceField(
        label=_("Jenis dokumen"), choices=IDENTITY_KINDS, coerce=IdentityKind, error_messages={"required": _("Pilih jenis dokumen")}
    )
    identity_country = CountryField(required=False)
    birth_date = day_field(_("Tarikh lahir"))
    citizenship = forms.TypedChoiceField(
        label=_("Kewarganegaraan"), choices=CITIZENSHIPS, coerce=Citizenship, error_messages={"required": _("Pilih kewarganegaraan")}
    )

    def clean_name(self) -> str:
        return " ".join("".join(sign for sign in self.cleaned_data["name"] if sign.isprintable()).split())


class RegisterForm(_PersonFields, CheckForm):
    """A person who has no number yet. The number on the paper is the one that is registered."""

    sex = forms.TypedChoiceField(
        label=_("Jantina"), choices=SEXES, coerce=Sex, widget=forms.RadioSelect, error_messages={"required": _("Pilih jantina")}
    )
    religion = forms.TypedChoiceField(label=_("Agama"), choices=RELIGIONS, coerce=Religion, initial=Religion.UNKNOWN)
    phone = PhoneField(label=_("Telefon bimbit"), required=False)
    address = forms.CharField(label=_("Alamat surat-menyurat"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    papers = PapersField(label=_("Salinan dokumen"), required=False)
    others = forms.CharField(required=False, widget=forms.HiddenInput)
    none_of = forms.BooleanField(label=_("Saya telah menyemak: orang ini bukan salah seorang daripada mereka"), required=False)
    field_order = (
        *("identity_kind", "identity_country", "paper_number", "name", "birth_date", "sex", "citizenship", "religion", "phone", "address"),
        *("papers", "seen", "without_thumb"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.without_register()

    def person(self) -> Person:
        taken: Mapping[str, Any] = self.cleaned_data
        return Person(
            name=taken["name"],
            identity_kind=taken["identity_kind"],
            identity_country=taken["identity_country"],
            identity_number=taken["paper_number"],
            birth_date=taken["birth_date"],
            sex=taken["sex"],
            citizenship=taken["citizenship"],
            religion=taken["religion"],
            phone=taken["phone"],
            address=taken["address"],
        )

    def others_seen(self) -> frozenset[str]:
        """Numbers of the members whom the officer was shown and says it is none of."""
        return frozenset(self.cleaned_data["others"].split()) if self.cleaned_data["none_of"] else frozenset()


class CorrectionForm(_PersonFields, CheckForm):
    """What the register is to say. An identity number left empty stays."""

    identity_number = forms.CharField(label=_("No. pengenalan yang betul"), max_length=40, required=False)
    citizenship_from = day_field(_("Kewarganegaraan itu mulai"))
    reason = forms.CharField(
        label=_("Sebab pembetulan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebab supaya penyelia tahu apa yang perlu disemak")},
    )
    papers = PapersField(label=_("Dokumen sokongan"), error_messages={"required": _("Imbas sekurang-kurangnya satu dokumen yang membuktikannya")})
    field_order = (
        *("name", "identity_kind", "identity_country", "identity_number", "birth_date", "citizenship", "citizenship_from"),
        *("reason", "papers", "paper_number", "seen", "without_thumb"),
    )

    def changes(self, *, recorded_number: str) -> Changes:
        taken: Mapping[str, Any] = self.cleaned_data
        return Changes(
            name=taken["name"],
            identity_kind=taken["identity_kind"],
            identity_country=taken["identity_country"],
            identity_number=identity.compact(taken["identity_number"]) or recorded_number,
            birth_date=taken["birth_date"],
            citizenship=taken["citizenship"],
            citizenship_from=taken["citizenship_from"],
        )


class OfficerForm(forms.Form):
    """Who an officer is, as an administrator reads it from the original paper."""

    identity_kind = forms.TypedChoiceField(
        label=_("Jenis dokumen"), choices=IDENTITY_KINDS, coerce=IdentityKind, error_messages={"required": _("Pilih jenis dokumen")}
    )
    identity_number = forms.CharField(
        label=_("No. pengenalan"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Masukkan nombor pada dokumen")},
    )
    reason = forms.CharField(label=_("Sebab"), max_length=200, error_messages={"required": _("Tulis sebab; ia disimpan dalam log")})

    def clean_identity_number(self) -> str:
        return identity.compact(self.cleaned_data["identity_number"])


class UserIdForm(forms.Form):
    """Whose access."""

    user_id = forms.CharField(
        label=_("ID Pengguna"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={"required": _("Tulis ID Pengguna")},
    )


class ReasonField(forms.CharField):
    """Why, in words that the person will read."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Sebab"),
            min_length=5,
            max_length=200,
            error_messages={
                "required": _("Tulis sebab: orang itu membacanya dalam log sendiri"),
                "min_length": _("Tulis sebab dengan sekurang-kurangnya %(limit_value)s aksara"),
            },
        )


class BlockForm(forms.Form):
    """Why somebody's access is shut or opened."""

    reason = ReasonField()


class RefusalForm(forms.Form):
    """Why a supervisor says no."""

    comment = forms.CharField(
        label=_("Sebab ditolak"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebab supaya pegawai yang mencadangkannya tahu apa yang perlu dibetulkan")},
    )


def missing_words(codes: list[str]) -> list[tuple[str, Any]]:
    """What the checklist lacks: the field and its words."""
    words: dict[str, tuple[str, Any]] = {
        "PAPER": ("paper_number", _("Jenis dokumen berlainan daripada daftar. Lihat dokumen yang didaftarkan, atau cadangkan pembetulan.")),
        "THUMB": ("without_thumb", _("Cap ibu jari itu bukan milik ahli ini. Minta ahli sendiri meletakkan ibu jarinya pada pembaca.")),
        "THUMB_REASON": ("without_thumb", _("Cap ibu jari tidak disahkan: tulis sebabnya, atau minta orang ini mencuba lagi.")),
        Seen.SECOND_PAPER: ("seen", _("Tanpa cap ibu jari, lihat dokumen kedua dengan gambar dan tandakannya.")),
    }
    return [words.get(code, ("seen", _("Belum ditandakan: %s") % SEEN[Seen(code)] if code in set(Seen) else code)) for code in codes]


class BankAccountForm(forms.Form):
    """Where the money is to go. The number is checked by the bank's own form; whose it is, the bank says."""

    bank = forms.ChoiceField(label=_("Bank"), error_messages={"required": _("Pilih bank anda."), "invalid_choice": _("Pilih bank daripada senarai.")})
    account = forms.CharField(
        label=_("Nombor akaun"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Masukkan nombor akaun anda."), "max_length": _("Nombor akaun tidak melebihi 40 aksara.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank"].choices = [("", _("Pilih bank")), *((bank.bic, bank.name) for bank in accounts.known().values())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The number by the form of the chosen bank, without blanks and hyphens."""
        typed = super().clean() or {}
        if "bank" in typed and "account" in typed:
            try:
                typed["account"] = accounts.number(typed["bank"], typed["account"])
            except Refusal as refused:
                self.add_error("account", labels.refusal(refused))
        return typed


class CounterBankAccountForm(CheckForm, BankAccountForm):
    """The same at a counter, with the identity checklist in place of the phone's code."""

    field_order = ("bank", "account")
