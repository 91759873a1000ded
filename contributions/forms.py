"""Text into typed values; what is decided, the services decide."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.borang_a import amounts, layout
from contributions.enums import ElectionKind, PaymentMethod, WageListSource, WageStanding
from employers.enums import Leaving
from employers.labels import LEAVING
from kwsp_portal.bank import accounts
from kwsp_portal.bank.fpx.client import Bank
from kwsp_portal.common import money
from kwsp_portal.common.periods import PeriodError, WageMonth
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.templatetags import formats
from members.enums import Sex
from members.forms import CountryField, day_field
from members.labels import SEXES
from members.labels import refusal as refusal_words
from members.rules import identity

COLUMNS = layout.COLUMNS_WITH_BONUS
"""Titles of the columns of Borang A, in their order."""


class MonthForm(forms.Form):
    """Which wage month a Borang A is for; months that a filing holds already are marked."""

    wage_month = forms.ChoiceField(label=_("Bulan upah"))

    def __init__(self, *args: Any, months: Sequence[WageMonth], held: Collection[WageMonth], **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "month_%s")
        super().__init__(*args, **kwargs)
        field = self.fields["wage_month"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [(str(month), self._label(month, month in held)) for month in months]

    @staticmethod
    def _label(month: WageMonth, held: bool) -> str:
        shown = formats.month(month)
        return str(_("%(month)s – sudah dihantar") % {"month": shown}) if held else shown


class UploadForm(forms.Form):
    """A Borang A for a wage month, which the page names (`YYYY-MM`); `adds` for one of people whom the month's own forgot."""

    adds = forms.BooleanField(required=False, widget=forms.HiddenInput)
    wage_month = forms.CharField(label=_("Bulan upah"), widget=forms.HiddenInput, error_messages={"required": _("Pilih bulan upah")})
    file = forms.FileField(
        label=_("Fail Borang A"),
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls,text/csv,text/plain"}),
        error_messages={
            "required": _("Pilih fail Borang A: ditemui tiada fail, dijangka satu fail CSV, XLSX, XLS atau teks SDBA"),
            "max_length": _("Nama fail terlalu panjang: ditemui %(length)s aksara, dijangka paling banyak %(max)s"),
        },
    )

    def clean_wage_month(self) -> WageMonth:
        found = self.cleaned_data["wage_month"]
        try:
            return WageMonth.parse(found)
        except PeriodError as error:
            words = _("Bulan upah: ditemui “%(found)s”, dijangka bulan seperti 2026-10")
            raise forms.ValidationError(words, params={"found": found[:40]}) from error


class SheetForm(forms.Form):
    """Which of the sheets of a workbook is the Borang A."""

    sheet = forms.ChoiceField(
        label=_("Helaian Borang A"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih satu helaian"), "invalid_choice": _("Pilih satu daripada helaian yang ditunjukkan")},
    )

    def __init__(self, *args: Any, sheets: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sheet"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [(sheet["name"], self._label(sheet)) for sheet in sheets]

    @staticmethod
    def _label(sheet: Mapping[str, Any]) -> str:
        words = _("%(name)s – %(rows)s baris, tersembunyi dalam Excel") if sheet["hidden"] else _("%(name)s – %(rows)s baris")
        return str(words % {"name": sheet["name"], "rows": formats.count(sheet["rows"])})


class RowForm(forms.Form):
    """The cells of a row as texts: borang_a reads them as it reads a file's, and says what is wrong with each."""

    member_number = forms.CharField(label=_("No. Ahli"), required=False, max_length=60)
    identity_number = forms.CharField(label=_("No. KP"), required=False, max_length=60)
    name = forms.CharField(label=_("Nama"), required=False, max_length=250)
    wages = forms.CharField(label=_("Upah"), required=False, max_length=60)
    employer_share = forms.CharField(label=_("Syer majikan"), required=False, max_length=60)
    employee_share = forms.CharField(label=_("Syer pekerja"), required=False, max_length=60)
    bonus = forms.CharField(label=_("Daripada itu, bonus"), required=False, max_length=60)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    @property
    def cells(self) -> dict[str, str]:
        """What was typed, by column of Borang A; as it came where a cell is too long."""
        return {column: self.cleaned_data.get(name, "") for column, name in CELLS.items()}


CELLS = dict(zip(COLUMNS, ("member_number", "identity_number", "name", "wages", "employer_share", "employee_share", "bonus"), strict=True))
"""The field of a column of Borang A."""


class MendedFileForm(forms.Form):
    """The file of bad rows, mended."""

    file = forms.FileField(
        label=_("Fail baris yang dibetulkan"),
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
        error_messages={"required": _("Pilih fail: ditemui tiada fail, dijangka fail baris salah yang dimuat turun dari halaman ini")},
    )


class ShownForm(forms.Form):
    """How often a filing had been mended when its page was shown."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class SubmitForm(forms.Form):
    """`apart`: only what holds, the rest in a supplement; `suspense`: unmatched rows are paid into the suspense account."""

    apart = forms.BooleanField(required=False, widget=forms.HiddenInput)
    suspense = forms.BooleanField(label=_("Ya, bayar baris yang tidak padan ke akaun tergantung majikan"), required=False)
    declaration = forms.BooleanField(
        label=_("Saya mengaku bahawa maklumat ini benar, lengkap dan mengikut rekod gaji majikan."),
        error_messages={"required": _("Tandakan pengakuan sebelum menghantar")},
    )


class ReturnForm(forms.Form):
    comment = forms.CharField(
        label=_("Sebab dipulangkan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Tulis sebab supaya penyedia tahu apa yang perlu dibetulkan")},
    )


class PayForm(forms.Form):
    """By which way a payment is made; by FPX at which bank, by direct debit on which day."""

    method = forms.ChoiceField(
        label=_("Cara membayar"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih cara membayar"), "invalid_choice": _("Pilih satu daripada cara membayar di bawah")},
    )
    bank = forms.ChoiceField(
        label=_("Bank bagi FPX"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih bank"), "invalid_choice": _("Pilih bank yang sedang dalam talian")},
    )

    collect_on = day_field(_("Hari kutipan bagi debit terus"), required=False)

    def __init__(self, *args: Any, methods: Sequence[PaymentMethod], banks: Sequence[Bank], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        method, bank = self.fields["method"], self.fields["bank"]
        assert isinstance(method, forms.ChoiceField) and isinstance(bank, forms.ChoiceField)  # noqa: S101, PT018 - said by the declarations above
        method.choices = [(one.value, labels.METHOD[one]) for one in methods]
        method.initial = methods[0].value if methods else None
        bank.choices = [(one.code, one.name) for one in banks if one.online]

    def clean(self) -> dict[str, Any]:
        """FPX needs a bank and direct debit a day; another way takes neither. A bank alone is FPX."""
        found = super().clean() or {}
        if "method" in self.errors:
            return found
        method = found.get("method") or PaymentMethod.FPX
        if method == PaymentMethod.FPX and not found.get("bank") and "bank" not in self.errors:
            self.add_error("bank", self.fields["bank"].error_messages["required"])
        if method == PaymentMethod.DDA and not found.get("collect_on") and "collect_on" not in self.errors:
            self.add_error("collect_on", self.fields["collect_on"].error_messages["required"])
        for name, of in (("bank", PaymentMethod.FPX), ("collect_on", PaymentMethod.DDA)):
            if method != of:
                self.errors.pop(name, None)
        day = found.get("collect_on") if method == PaymentMethod.DDA else None
        bank = found.get("bank", "") if method == PaymentMethod.FPX else ""
        return {**found, "method": PaymentMethod(method), "bank": bank, "collect_on": day}


class MandateForm(forms.Form):
    """An account that the fund may debit, and up to how much each time."""

    bank = forms.ChoiceField(
        label=_("Bank"), error_messages={"required": _("Pilih bank"), "invalid_choice": _("Pilih satu daripada bank dalam senarai")}
    )
    account = forms.CharField(
        label=_("Nombor akaun"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Masukkan nombor akaun majikan")},
    )
    ceiling = forms.CharField(
        label=_("Had setiap kutipan (RM)"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": _("Masukkan had setiap kutipan")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["bank"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [("", _("Pilih")), *((bank.bic, bank.name) for bank in accounts.known().values())]

    def clean_ceiling(self) -> Decimal:
        """More than nothing."""
        amount = amount_of(self.cleaned_data["ceiling"])
        if not amount:
            raise forms.ValidationError(self.fields["ceiling"].error_messages["required"])
        return amount

    def clean(self) -> dict[str, Any]:
        """The account's number as its bank writes it."""
        found = super().clean() or {}
        if found.get("bank") and found.get("account"):
            try:
                found["account"] = accounts.number(found["bank"], found["account"])
            except Refusal as refusal:
                self.add_error("account", refusal_words(refusal))
        return found


class QuestionForm(forms.Form):
    """The texts of a question to the calculator as they were typed: `contributions.calculator` reads them and says what is wrong."""

    wage_month = forms.CharField(label=_("Bulan upah"), required=False, widget=forms.TextInput(attrs={"type": "month"}))
    wages = forms.CharField(label=_("Upah bulan itu, termasuk bonus"), required=False)
    bonus = forms.CharField(label=_("Daripada itu, bonus"), required=False)
    citizenship = forms.CharField(
        label=_("Kewarganegaraan"),
        required=False,
        widget=forms.RadioSelect(
            choices=[("citizen", _("Warganegara")), ("permanent_resident", _("Penduduk tetap")), ("non_citizen", _("Bukan warganegara"))]
        ),
    )
    birth_date = forms.CharField(label=_("Tarikh lahir"), required=False, widget=forms.TextInput(attrs={"type": "date"}))
    member_since = forms.CharField(label=_("Menjadi ahli KWSP pada"), required=False, widget=forms.TextInput(attrs={"type": "date"}))
    employer_excess = forms.CharField(label=_("Lebihan syer majikan (%)"), required=False)
    employee_excess = forms.CharField(label=_("Lebihan syer pekerja (%)"), required=False)
    keeps = forms.CharField(
        label=_("Pekerja memilih mengekalkan kadarnya sementara kadar diturunkan"),
        required=False,
        widget=forms.CheckboxInput(attrs={"value": "true"}),
    )
    domestic = forms.CharField(
        label=_("Pembantu domestik"),
        required=False,
        widget=forms.CheckboxInput(attrs={"value": "true"}),
    )


class LateForm(forms.Form):
    """The texts of a question about lateness as they were typed: `contributions.calculator.late` reads them and says what is wrong."""

    contribution_month = forms.CharField(label=_("Bulan caruman"), required=False, widget=forms.TextInput(attrs={"type": "month"}))
    arrears = forms.CharField(label=_("Tunggakan caruman"), required=False)
    paid_on = forms.CharField(label=_("Tarikh bayaran"), required=False, widget=forms.TextInput(attrs={"type": "date"}))


class PaidOnForm(forms.Form):
    """The day for which arrears are priced, as it was typed."""

    paid_on = forms.CharField(label=_("Jika dibayar pada"), required=False, widget=forms.TextInput(attrs={"type": "date"}))


class ListForm(forms.Form):
    """Several employees of one wage month, pasted."""

    wage_month = forms.CharField(label=_("Bulan upah"), required=False, widget=forms.TextInput(attrs={"type": "month"}))
    employees = forms.CharField(
        label=_("Senarai pekerja"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
    )


def say(form: forms.Form, faults: Iterable[tuple[str, str, str]]) -> None:
    """What the calculator found wrong, `(field, code, words)`, beside each field; a fault of no field stands above the form.

    What is missing is said with its name: in the summary above the form two missing fields would read alike. Django's own word on a field (a NUL in
    it) gives way, so that one fault is said once.
    """
    form.is_valid()
    told = list(faults)
    for field in {field for field, _code, _found in told}:
        form.errors.pop(field, None)
    for field, code, found in told:
        words = f"{form.fields[field].label}: {found}" if code in ("REQUIRED", "GIVEN_TWICE") and field in form.fields else found
        form.add_error(field if field in form.fields else None, forms.ValidationError(words, code=code))


_FROM_MONTHS = _("Pilih bulan upah semasa atau bulan yang ditawarkan selepasnya.")


class FromMonthForm(forms.Form):
    """From which wage month on; the signed form, where one is needed."""

    from_month = forms.TypedChoiceField(
        label=_("Mulai bulan upah"), coerce=WageMonth.parse, error_messages={"required": _("Pilih bulan upah"), "invalid_choice": _FROM_MONTHS}
    )
    document = forms.FileField(
        label=_("Borang yang ditandatangani"),
        required=False,
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={"max_length": _("Nama fail terlalu panjang: ditemui %(length)s aksara, dijangka paling banyak %(max)s")},
    )

    def __init__(self, *args: Any, months: Sequence[WageMonth], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["from_month"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [(str(month), formats.month(month)) for month in months]


class ElectionForm(FromMonthForm):
    """What is elected for one person."""

    kind = forms.TypedChoiceField(
        label=_("Apa yang dipilih"),
        coerce=ElectionKind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih apa yang dipilih"), "invalid_choice": _("Pilih satu daripada pilihan yang ditunjukkan")},
    )
    points = forms.CharField(label=_("Mata peratusan di atas kadar berkanun"), required=False)
    field_order = ("kind", "points", "from_month", "document")

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = list(kinds)

    def clean_points(self) -> Decimal | None:
        """Points as `2.5` or `5`; whether they are needed, the service says."""
        found = self.cleaned_data["points"].strip().removesuffix("%").strip()
        if not found:
            return None
        try:
            return money.ringgit(found)
        except money.MoneyError as error:
            words = _("Mata peratusan: ditemui “%(found)s”, dijangka nombor seperti 5 atau 2.50")
            raise forms.ValidationError(words, params={"found": found[:20]}) from error


class ElectionFileForm(forms.Form):
    """A file of elections, with the signed forms in one more file."""

    file = forms.FileField(
        label=_("Fail pilihan (CSV)"),
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": _("Pilih fail pilihan: ditemui tiada fail, dijangka satu fail CSV")},
    )
    document = forms.FileField(
        label=_("Borang yang ditandatangani, semuanya dalam satu fail"),
        required=False,
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )


class ElectionSubmitForm(forms.Form):
    declaration = forms.BooleanField(
        label=_("Saya mengaku bahawa maklumat ini benar, dipersetujui oleh mereka yang berkenaan, dan borang asalnya disimpan."),
        error_messages={"required": _("Tandakan pengakuan sebelum menghantar")},
    )


class CorrectionForm(forms.Form):
    """Which filings are reckoned again, with what was known as at a day, and why."""

    filing_ids = forms.CharField(
        label=_("Nombor rujukan Borang A"), max_length=200, error_messages={"required": _("Tulis nombor rujukan satu atau beberapa Borang A")}
    )
    as_at = forms.DateField(
        label=_("Diketahui setakat"),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": _("Tulis tarikh seperti 2026-11-22"), "invalid": _("Ditemui bukan tarikh, dijangka tarikh seperti 2026-11-22")},
    )
    reason = forms.CharField(
        label=_("Sebab"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebab: ahli dan majikan membacanya")},
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._on = on

    def clean_filing_ids(self) -> list[int]:
        """Numbers with commas, blanks or lines between them."""
        found = self.cleaned_data["filing_ids"].replace(",", " ").split()
        wrong = [word for word in found if not (word.isascii() and word.isdigit() and len(word) <= 12)]
        if wrong:
            words = _("Ditemui “%(found)s”, dijangka nombor seperti 12 atau 12, 15")
            raise forms.ValidationError(words, params={"found": wrong[0][:20]})
        return [int(word) for word in found]

    def clean_as_at(self) -> date:
        """Not after the business date: nobody knows later facts."""
        day: date = self.cleaned_data["as_at"]
        if day > self._on:
            words = _("Ditemui %(found)s, dijangka %(today)s atau lebih awal: fakta kemudian belum diketahui")
            raise forms.ValidationError(words, params={"found": formats.day(day), "today": formats.day(self._on)})
        return day


class PaymentsForm(forms.Form):
    """Which payments are listed."""

    month = forms.ChoiceField(label=_("Bulan upah"), required=False)
    method = forms.ChoiceField(label=_("Kaedah"), required=False)
    state = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args: Any, months: Sequence[WageMonth], states: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, list[tuple[Any, Any]]] = {
            "month": [(str(month), formats.month(month)) for month in months],
            "method": list(labels.METHOD.items()),
            "state": [(state, labels.PAYMENT[state].words) for state in states],
        }
        for name, choices in chosen.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declarations above
            field.choices = [("", _("Semua")), *choices]


class MatterForm(forms.Form):
    """What an officer found out about a payment."""

    comment = forms.CharField(
        label=_("Apa yang anda dapati"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis apa yang anda dapati, supaya keputusan ini difahami kemudian")},
    )


class ReceiptForm(MatterForm):
    """Whose a receipt is, and of which month, beside what the officer found out."""

    employer_number = forms.CharField(label=_("No. Majikan"), max_length=8, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    wage_month = forms.CharField(
        label=_("Bulan upah"), max_length=7, required=False, help_text=_("Tahun dan bulan, seperti 2026-10"), widget=forms.TextInput()
    )


class ReceiptFileForm(forms.Form):
    """A bank agent's file of receipts that an officer brings."""

    file = forms.FileField(
        label=_("Fail resit ejen bank"),
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".txt,text/plain"}),
        error_messages={"required": _("Pilih fail: ditemui tiada fail, dijangka satu fail resit daripada ejen bank")},
    )


class RefuseForm(forms.Form):
    comment = forms.CharField(
        label=_("Sebab ditolak"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebab supaya pegawai yang menyediakannya tahu apa yang perlu disemak")},
    )


def amount_of(text: str) -> Decimal | None:
    """Ringgit as somebody writes them (`3000`, `RM 3,000.50`); None for nothing. Raises ValidationError, which says what was found."""
    plain = text.strip()
    if not plain:
        return None
    try:
        cleaned = amounts.cleaned(plain, decimal_comma=False)
        return money.ringgit(plain if cleaned is None else cleaned.plain)
    except money.MoneyError as error:
        words = _("Ditemui “%(found)s”, dijangka jumlah seperti 3000 atau 3000.50")
        raise forms.ValidationError(words, params={"found": plain[:20]}) from error


class WageListForm(forms.Form):
    """A new list of a month: from what it begins."""

    wage_month = forms.TypedChoiceField(coerce=WageMonth.parse, widget=forms.HiddenInput, error_messages={"invalid_choice": _("Pilih bulan upah")})
    source = forms.TypedChoiceField(
        label=_("Mulakan dengan"),
        choices=labels.WAGE_LIST_SOURCE,
        coerce=WageListSource,
        widget=forms.RadioSelect,
        initial=WageListSource.LAST_WAGES.value,
        error_messages={"required": _("Pilih satu"), "invalid_choice": _("Pilih satu daripada pilihan yang ditunjukkan")},
    )

    def __init__(self, *args: Any, months: Sequence[WageMonth], adds: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, source = self.fields["wage_month"], self.fields["source"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - said by the declaration above
        assert isinstance(source, forms.TypedChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [(str(month), formats.month(month)) for month in months]
        if adds:
            source.choices = list(labels.LEFT_OUT_SOURCE.items())


class AmountField(forms.CharField):
    """An amount in ringgit, or None."""

    def clean(self, value: Any) -> Decimal | None:
        return amount_of(super().clean(value))


class WageRowForm(forms.Form):
    """One person's wages, and how they stand in the month."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    standing = forms.TypedChoiceField(
        label=_("Bulan ini"),
        choices=labels.WAGE_STANDING,
        coerce=WageStanding,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih satu"), "invalid_choice": _("Pilih satu daripada pilihan yang ditunjukkan")},
    )
    wages = AmountField(label=_("Upah bulan itu, termasuk bonus"), required=False, max_length=30)
    bonus = AmountField(label=_("Daripada itu, bonus"), required=False, max_length=30)
    last_day = day_field(_("Hari terakhir bekerja"), required=False)
    leaving = forms.TypedChoiceField(
        label=_("Sebab berhenti"), choices=[("", "–"), *LEAVING.items()], coerce=Leaving, required=False, empty_value=None
    )


class NilForm(forms.Form):
    declaration = forms.BooleanField(
        label=_("Saya mengaku bahawa tiada upah yang dikenakan caruman dibayar bagi bulan ini."),
        error_messages={"required": _("Tandakan pengakuan sebelum menghantar")},
    )


class HireForm(forms.Form):
    """Somebody new: number and name as on the MyKad, the first day of work, and their consent."""

    identity_number = forms.CharField(
        label=_("Nombor pengenalan (12 angka)"), max_length=30, error_messages={"required": _("Masukkan nombor pengenalan")}
    )
    name = forms.CharField(label=_("Nama seperti pada MyKad"), max_length=120, error_messages={"required": _("Masukkan nama seperti pada MyKad")})
    first_day = day_field(_("Hari pertama bekerja"))
    consent = forms.BooleanField(
        label=_("Orang ini bersetuju nombor ahlinya dicari, dan bekerja dengan kami mulai hari itu."),
        error_messages={"required": _("Tandakan persetujuan orang itu sebelum nombor ahlinya dicari")},
    )

    def clean_identity_number(self) -> str:
        return identity.compact(self.cleaned_data["identity_number"])


class ForeignerForm(forms.Form):
    """A foreigner who is new, as the passport says. `another` answers whether they are a member like them, for the passport in `about` only."""

    identity_country = CountryField()
    identity_number = forms.CharField(label=_("Nombor pasport"), max_length=30, error_messages={"required": _("Masukkan nombor pasport")})
    name = forms.CharField(label=_("Nama seperti pada pasport"), max_length=120, error_messages={"required": _("Masukkan nama seperti pada pasport")})
    birth_date = day_field(_("Tarikh lahir"))
    sex = forms.TypedChoiceField(
        label=_("Jantina"), choices=SEXES, coerce=Sex, widget=forms.RadioSelect, error_messages={"required": _("Pilih jantina")}
    )
    first_day = day_field(_("Hari pertama bekerja"))
    consent = forms.BooleanField(
        label=_("Orang ini bersetuju nombor ahlinya dicari, dan bekerja dengan kami mulai hari itu."),
        error_messages={"required": _("Tandakan persetujuan orang itu sebelum nombor ahlinya dicari")},
    )
    another = forms.BooleanField(
        label=_("Kami sudah bertanya: orang ini tidak pernah mempunyai pasport lain yang didaftarkan dengan KWSP. Daftarkan sebagai ahli baharu."),
        required=False,
    )
    about = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean_identity_number(self) -> str:
        return identity.compact(self.cleaned_data["identity_number"])

    @property
    def paper(self) -> str:
        """The passport that a question is about."""
        return f"{self.cleaned_data['identity_country']} {self.cleaned_data['identity_number']}"

    def says_another(self) -> bool:
        """Whether the question was answered for this very passport."""
        return bool(self.cleaned_data["another"]) and self.cleaned_data["about"] == self.paper


class PercentForm(forms.Form):
    """By how many percent wages must have changed to be named."""

    percent = forms.IntegerField(
        label=_("Tunjuk perubahan upah lebih daripada (peratus)"),
        min_value=1,
        max_value=100,
        widget=forms.TextInput,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _("Masukkan angka penuh dari 1 hingga 100, contohnya 20.")),
    )
