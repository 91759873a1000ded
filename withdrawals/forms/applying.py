"""The pages of the guide: what a kind asks, how much, to where, papers, the declaration."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from kwsp_portal.bank.names.messages import LONGEST_NAME
from kwsp_portal.documents.services import Upload
from members.forms import BankAccountForm, CheckForm, PapersField, day_field
from withdrawals import labels
from withdrawals.enums import DocumentCode, KindCode, Payee
from withdrawals.forms.amounts import MoneyField
from withdrawals.kinds.base import Particular, Sort
from withdrawals.services.creditors import Given

REASON_MOST: Final = 1_000
_YES: Final = (("true", _("Ya")), ("false", _("Tidak")))
_COUNT_MOST: Final = 1_000


class ParticularsForm(forms.Form):
    """What a page of a kind asks. Cleaned, `answers()` are plain JSON values as an application keeps them."""

    def __init__(self, data: Any = None, *, kind: KindCode, asked: Iterable[Particular], answers: Mapping[str, Any], **kwargs: Any) -> None:
        self.kind, self.asked = kind, list(asked)
        super().__init__(data, initial={one.name: _shown(one, answers.get(one.name)) for one in self.asked}, **kwargs)
        for one in self.asked:
            self.fields[one.name] = field_of(kind, one)

    def answers(self) -> dict[str, Any]:
        """What was said, as it is kept; None for what was left out."""
        return self.kept(self.asked, self.cleaned_data)

    @staticmethod
    def kept(asked: Iterable[Particular], cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Values of fields as an application keeps them."""
        return {one.name: _kept(one, cleaned.get(one.name)) for one in asked}


class AmountForm(forms.Form):
    """How much is asked for. Whether it may be: the rules."""

    amount = MoneyField(
        label=_("Jumlah yang anda mohon"),
        max_length=30,
        error_messages={"required": _("Masukkan jumlah yang anda mohon, seperti 3000 atau 3000.50")},
    )


class PayeeForm(forms.Form):
    """To whom it is paid, where the kind leaves a choice."""

    payee = forms.ChoiceField(label=_("Bagaimana wang dibayar?"), widget=forms.RadioSelect, error_messages={"required": _("Pilih cara bayaran")})

    def __init__(self, *args: Any, payees: Sequence[Payee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["payee"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [(one.value, labels.PAYEE[one]) for one in payees]

    def clean_payee(self) -> Payee:
        return Payee(self.cleaned_data["payee"])


class PaperForm(forms.Form):
    """Files for one paper."""

    code = forms.ChoiceField(choices=[(one.value, one.value) for one in DocumentCode], widget=forms.HiddenInput)
    papers = PapersField(label=_("Fail"), error_messages={"required": _("Pilih fail PDF, JPEG atau PNG")})

    def clean_code(self) -> DocumentCode:
        return DocumentCode(self.cleaned_data["code"])


class DeclarationForm(forms.Form):
    """What the member declares on the last page."""

    declared = forms.BooleanField(
        label=_("Saya mengaku semua maklumat dan dokumen ini benar, dan akaun bank itu milik saya sendiri"),
        error_messages={"required": _("Tandakan pengakuan untuk menghantar permohonan")},
    )


class BeginForm(forms.Form):
    """Which kind an officer enters; by post, also the day on which it came."""

    kind = forms.ChoiceField(label=_("Jenis pengeluaran"), widget=forms.RadioSelect, error_messages={"required": _("Pilih jenis pengeluaran")})
    received_on = day_field(_("Diterima pada"), _("Masukkan hari borang itu diterima"))

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, Any]], by_post: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = list(kinds)
        if not by_post:
            del self.fields["received_on"]

    def clean_kind(self) -> KindCode:
        return KindCode(self.cleaned_data["kind"])


class PostedForm(forms.Form):
    """What an officer has compared of an application that came by post."""

    compared = forms.BooleanField(
        label=_("Saya telah membandingkan semua jawapan dengan borang, dan cap ibu jari pada KWSP 3 dengan daftar"),
        error_messages={"required": _("Bandingkan dahulu, kemudian tandakan")},
    )


class AppealForm(forms.Form):
    """Why what was refused is asked for again."""

    reason = forms.CharField(
        label=_("Mengapa keputusan itu patut dilihat semula?"),
        max_length=REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Tulis sebab rayuan anda: pegawai membacanya"), "max_length": _("Terlalu panjang: paling banyak 1,000 aksara")},
    )


class OnePaperForm(forms.Form):
    """A form with KWSP 3, scanned in as one file."""

    def clean_papers(self) -> list[Upload]:
        found: list[Upload] = self.cleaned_data["papers"]
        if len(found) > 1:
            raise forms.ValidationError(_("Satu fail sahaja. Gabungkan beberapa halaman dalam satu PDF."))
        return found

    def paper(self) -> Upload | None:
        """The form that was scanned in."""
        return next(iter(self.cleaned_data["papers"]), None)


class CreditorForm(BankAccountForm):
    """The account of an institution or a lender, as the document names it; or none, and it is paid by an order in its name."""

    ACCOUNT, ORDER = "ACCOUNT", "ORDER"
    field_order: tuple[str, ...] = ("way", "bank", "account", "holder")
    way = forms.ChoiceField(
        label=_("Ada akaun bank penerima pada bil yuran atau penyata pinjaman?"),
        choices=[(ACCOUNT, _("Ya, bayar ke akaun itu")), (ORDER, _("Tiada: bayar dengan Arahan Bayaran atas namanya"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih cara bayaran")},
    )
    holder = forms.CharField(label=_("Nama pada akaun"), max_length=LONGEST_NAME)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("bank", "account", "holder", "papers"):
            if name in self.fields:
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("way") != self.ACCOUNT:
            return typed  # nothing else is asked
        for name, missing in _CREDITOR_MISSING.items():
            if name in self.fields and name not in self.errors and not typed.get(name):
                self.add_error(name, missing)
        return super().clean()

    def clean_holder(self) -> str:
        return " ".join(self.cleaned_data["holder"].replace("|", " ").split())

    def given(self) -> Given | None:
        """None: by order."""
        typed = self.cleaned_data
        return Given(typed["bank"], typed["account"], typed["holder"]) if typed["way"] == self.ACCOUNT else None


_CREDITOR_MISSING: Final = {
    "bank": _("Pilih bank penerima"),
    "account": _("Masukkan nombor akaun penerima, seperti pada dokumen"),
    "holder": _("Masukkan nama pada akaun itu, seperti pada dokumen"),
    "papers": _("Muat naik dokumen yang menyatakan akaun itu: fail PDF, JPEG atau PNG"),
}


class CreditorAgainForm(OnePaperForm, CreditorForm):
    """Another account after the bank has sent the money back, with the document that names it."""

    field_order = ("way", "bank", "account", "holder", "papers")
    papers = PapersField(label=_("Dokumen yang menyatakan akaun itu"))


class RenewForm(forms.Form):
    """To whom it is sent again, where there is a choice."""

    to = forms.ChoiceField(
        label=_("Bagaimana wang itu dihantar semula?"), widget=forms.RadioSelect, error_messages={"required": _("Pilih cara bayaran")}
    )

    def __init__(self, *args: Any, ways: Sequence[tuple[Payee, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [(one.value, words) for one, words in ways]

    def clean_to(self) -> Payee:
        return Payee(self.cleaned_data["to"])


class CounterCancelForm(OnePaperForm, CheckForm):
    """The identity checklist of who takes an application back at a counter, with KWSP 3 where the print fails."""

    papers = PapersField(label=_("Borang KWSP 3 (Pindaan) yang bercap ibu jari"), required=False)


class PostedCancelForm(OnePaperForm):
    """A letter that takes an application back: the day on which it came, and KWSP 3 with it."""

    received_on = day_field(_("Diterima pada"), _("Masukkan hari surat itu diterima"))
    papers = PapersField(
        label=_("Surat dan Borang KWSP 3 (Pindaan) yang bercap ibu jari"), error_messages={"required": _("Pilih fail PDF, JPEG atau PNG")}
    )
    compared = forms.BooleanField(
        label=_("Saya telah membandingkan surat itu dengan permohonan ini, dan cap ibu jari pada KWSP 3 dengan daftar"),
        error_messages={"required": _("Bandingkan dahulu, kemudian tandakan")},
    )


class PostedAppealForm(PostedCancelForm, AppealForm):
    """The same, and why what was refused is asked for again."""

    field_order = ("received_on", "reason")


class CounterAppealForm(CounterCancelForm, AppealForm):
    """The same, and why what was refused is asked for again."""

    field_order = ("reason",)


def field_of(kind: KindCode, one: Particular, *, required: bool | None = None) -> forms.Field:
    """The field that asks one particular, in the words of its kind."""
    label: Any = labels.PARTICULARS[kind][one.name].words
    must = one.required if required is None else required
    missing = {"required": _("Jawab soalan ini")}
    if one.sort is Sort.MONEY:
        return MoneyField(label=label, required=must, max_length=30, error_messages={"required": _("Masukkan jumlah, seperti 3000 atau 3000.50")})
    if one.sort is Sort.DAY:
        return day_field(label, required=must)
    if one.sort is Sort.COUNT:
        wrong = {
            "invalid": _("Masukkan nombor bulat, seperti 12"),
            "min_value": _("Dijangka 0 atau lebih"),
            "max_value": _("Dijangka paling banyak 1,000"),
        }
        text = forms.TextInput(attrs={"inputmode": "numeric"})
        return forms.IntegerField(label=label, required=must, min_value=0, max_value=_COUNT_MOST, widget=text, error_messages={**missing, **wrong})
    if one.sort is Sort.YES:
        return forms.ChoiceField(label=label, required=must, choices=_YES, widget=forms.RadioSelect, error_messages=missing)
    if one.sort is Sort.CHOICE:
        choices = [(code, labels.CHOICES[one.name][code]) for code in one.choices]
        return forms.ChoiceField(label=label, required=must, choices=choices, widget=forms.RadioSelect, error_messages=missing)
    long = {"max_length": _("Terlalu panjang: paling banyak %(limit_value)s aksara")}
    return forms.CharField(label=label, required=must, max_length=one.longest, error_messages={**missing, **long})


def _kept(one: Particular, value: Any) -> Any:
    if value in (None, ""):
        return None
    if one.sort is Sort.YES:
        return value == "true"
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else value


def _shown(one: Particular, value: Any) -> Any:
    if one.sort is Sort.YES and value is not None:
        return "true" if value else "false"
    return date.fromisoformat(value) if one.sort is Sort.DAY and value else value
