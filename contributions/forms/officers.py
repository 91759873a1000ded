"""What officers decide: corrections, matters, receipts, wrong credits, remissions."""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.enums import VoluntaryKind
from contributions.forms.amounts import AmountField
from contributions.forms.borang_a import CELLS
from kwsp_portal.templatetags import formats
from members.forms import PapersField

LARGEST_ANSWER: Final = 100 * 1024 * 1024
"""Bytes of the Government's answer: a million claims are 60 MiB."""


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


class VoluntaryReceiptForm(MatterForm):
    """Whose a receipt of a voluntary contribution is, and of which kind, beside what the officer found out."""

    member_number = forms.CharField(label=_("No. Ahli"), max_length=8, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    kind = forms.ChoiceField(
        label=_("Jenis caruman"),
        required=False,
        choices=[(kind.value, labels.VOLUNTARY_KIND[kind]) for kind in VoluntaryKind],
        widget=forms.RadioSelect,
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


class ClaimAnswerForm(forms.Form):
    """The Government's answer to a claim file."""

    file = forms.FileField(
        label=_("Fail jawapan Kerajaan"),
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": _("Pilih fail: ditemui tiada fail, dijangka jawapan Kerajaan kepada fail tuntutan ini")},
    )

    def clean_file(self) -> UploadedFile:
        found: UploadedFile = self.cleaned_data["file"]
        if (found.size or 0) > LARGEST_ANSWER:
            raise forms.ValidationError(_("Fail terlalu besar: dijangka paling banyak %(most)s MiB") % {"most": LARGEST_ANSWER // 1024 // 1024})
        return found


class AppealForm(forms.Form):
    """Why the Government's refusal of a claim is wrong."""

    words = forms.CharField(
        label=_("Mengapa penolakan ini tidak betul"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis mengapa penolakan ini tidak betul, dan apa yang ditunjukkan oleh ahli")},
    )


class AppealProposalForm(AppealForm):
    """As `AppealForm`, by an officer at a counter, with the paper that the member showed."""

    papers = PapersField(label=_("Dokumen yang ditunjukkan oleh ahli"), error_messages={"required": _("Imbas dokumen yang membuktikannya")})

    def clean_papers(self) -> Any:
        found = self.cleaned_data["papers"]
        if len(found) > 1:
            raise forms.ValidationError(_("Satu fail sahaja. Gabungkan beberapa halaman dalam satu PDF."))
        return found


class WrongCreditForm(forms.Form):
    """Whose a credit is, why, and the paper that shows it."""

    number = forms.CharField(
        label=_("Nombor ahli yang betul"), max_length=20, error_messages={"required": _("Masukkan nombor ahli orang yang memiliki caruman ini")}
    )
    reason = forms.CharField(
        label=_("Sebab"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebab: kedua-dua ahli membacanya")},
    )
    document = PapersField(
        label=_("Dokumen yang menunjukkannya"), error_messages={"required": _("Lampirkan dokumen, misalnya surat majikan atau slip gaji")}
    )

    def clean_number(self) -> str:
        return str(self.cleaned_data["number"]).replace(" ", "").replace("-", "")


class OrderNumberForm(forms.Form):
    """A voluntary contribution by the number on its receipt."""

    order_no = forms.CharField(
        label=_("No. pesanan pada resit"), max_length=40, error_messages={"required": _("Masukkan nombor pesanan, misalnya 261122ABC234")}
    )

    def clean_order_no(self) -> str:
        return str(self.cleaned_data["order_no"]).upper()


class VoluntaryReversalForm(forms.Form):
    """Who paid a voluntary contribution that is to be undone, why, and the paper that shows it."""

    recalled = forms.BooleanField(label=_("Bank menarik balik bayaran ini: wangnya kembali kepada bank, bukan kepada pembayar"), required=False)
    number = forms.CharField(label=_("Nombor ahli yang membayar"), max_length=20, required=False)
    reason = forms.CharField(
        label=_("Sebab"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": _("Tulis sebab: ahli membacanya")}
    )
    document = PapersField(
        label=_("Dokumen yang menunjukkannya"), error_messages={"required": _("Lampirkan dokumen, misalnya surat ejen bank atau bank")}
    )

    def clean_number(self) -> str:
        return str(self.cleaned_data["number"]).replace(" ", "").replace("-", "")

    def clean(self) -> dict[str, Any]:
        """Who paid it is asked of what goes back to them."""
        found = super().clean() or {}
        if found.get("recalled"):
            return {**found, "number": ""}
        if not found.get("number"):
            self.add_error("number", _("Masukkan nombor ahli orang yang membayar caruman ini"))
        return found


class StatedForm(forms.Form):
    """Who a row in suspense is for, as the employer mends it: texts, which borang_a reads as it reads a file's."""

    member_number = forms.CharField(label=_("No. Ahli"), required=False, max_length=60)
    identity_number = forms.CharField(label=_("No. KP"), required=False, max_length=60)
    name = forms.CharField(label=_("Nama"), required=False, max_length=250)

    @property
    def stated(self) -> dict[str, str]:
        """What was typed, by column of Borang A."""
        return {column: self.cleaned_data[name] for column, name in CELLS.items() if name in self.cleaned_data}


class MatchForm(forms.Form):
    """Whose a row in suspense is as an officer finds, why, and the paper that shows it."""

    number = forms.CharField(
        label=_("Nombor ahli"), max_length=20, error_messages={"required": _("Masukkan nombor ahli orang yang memiliki caruman ini")}
    )
    reason = forms.CharField(
        label=_("Sebab"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebab, supaya keputusan ini difahami kemudian")},
    )
    document = PapersField(
        label=_("Dokumen yang menunjukkannya"), error_messages={"required": _("Lampirkan dokumen, misalnya surat majikan atau slip gaji")}
    )

    def clean_number(self) -> str:
        return str(self.cleaned_data["number"]).replace(" ", "").replace("-", "")


class RefuseForm(forms.Form):
    comment = forms.CharField(
        label=_("Sebab ditolak"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebab supaya pegawai yang menyediakannya tahu apa yang perlu disemak")},
    )


class RemissionForm(forms.Form):
    """What of a late payment charge is to be remitted, and why."""

    amount = AmountField(label=_("Jumlah yang diremitkan (RM)"), max_length=30, error_messages={"required": _("Tulis berapa yang diremitkan")})
    reason = forms.CharField(
        label=_("Sebab"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebabnya, supaya keputusan ini difahami kemudian")},
    )


class RemissionDecisionForm(forms.Form):
    """Why it was decided so."""

    comment = forms.CharField(
        label=_("Sebab keputusan"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebabnya, supaya keputusan ini difahami kemudian")},
    )
