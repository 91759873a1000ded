from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.admin import assessments as assessments
from contributions.admin import corrections as corrections
from contributions.admin import counter as counter
from contributions.admin import direct_debit as direct_debit
from contributions.admin import incentive_runs as incentive_runs
from contributions.admin import incentives as incentives
from contributions.admin import instalments as instalments
from contributions.admin import lateness as lateness
from contributions.admin import matters as matters
from contributions.admin import refunds as refunds
from contributions.admin import voluntary as voluntary
from contributions.enums import MessageVerdict, RowStatus
from contributions.models import Election, ElectionBatch, ElectionLog, Filing, FilingLog, FilingRow, Payment, PaymentDue, PaymentMessage
from employers.labels import FLOWS
from kwsp_portal.common.stored_names import WORDS
from kwsp_portal.registers import Lines, Register, choice_filter, column, name_of
from kwsp_portal.templatetags import formats
from members.identity.enums import Role

ELECTION_STATES = {state: label.words for state, label in labels.ELECTION.items()}
FILING_STATES = {state: label.words for state, label in labels.FILING.items()}
PAYMENT_STATES = {state: label.words for state, label in labels.PAYMENT.items()}
WORDS.update(
    {
        "election": _("Pilihan caruman"),
        "electionbatch": _("Fail pilihan"),
        "refundaccount": _("Akaun bayaran balik"),
        "incentiveregistration": _("Pendaftaran insentif"),
        "ekasihlist": _("Senarai e-Kasih"),
        "ekasihspan": _("Tempoh dalam senarai e-Kasih"),
        "read_filing": _("Membaca Borang A"),
        "credit_filing": _("Mengkredit Borang A"),
        "filing": _("Borang A"),
        "mandate": _("Debit terus"),
        "collection": _("Fail kutipan"),
        "collect_direct_debit": _("Membuat fail kutipan debit terus"),
        "payment": _("Bayaran"),
        "credit.finished": _("Borang A selesai dikreditkan"),
        "row": _("Baris Borang A"),
        "contributions.approved_filing_is_due_once": _("Borang A diluluskan yang hutangnya tidak dicatat sekali"),
        "contributions.filing_total_is_its_rows": _("Borang A yang jumlahnya tidak sama dengan barisnya"),
        "contributions.row_is_credited_once": _("Baris Borang A yang tidak dikreditkan tepat sekali"),
        "contributions.contribution_clearing_is_owed_to_rows": _("Penjelasan caruman yang tidak sama dengan baris yang belum dikreditkan"),
        "contributions.approved_payment_is_posted_once": _("Bayaran diluluskan yang tidak dicatat sekali"),
        "paymentmatter": _("Perkara bayaran"),
        "receiptfile": _("Fail resit"),
        "receipt file": _("Fail resit"),
        "receipt": _("Resit"),
        "take_receipts": _("Menyemak resit ejen bank"),
        "receipt clearing": _("Penjelasan resit"),
        "counterdrawer": _("Laci kaunter"),
        "drawer": _("Laci kaunter"),
        "counterreceipt": _("Resit kaunter"),
        "counter receipt": _("Resit kaunter"),
        "counter clearing": _("Penjelasan kaunter"),
        "contributions.counter_receipt_is_its_payment": _("Resit kaunter yang tidak sama dengan bayarannya"),
        "contributions.drawer_expects_its_receipts": _("Laci yang jumlah sepatutnya tidak sama dengan resitnya"),
        "contributions.drawer_is_banked_once": _("Wang laci yang tidak dicatat ke bank tepat sekali"),
        "contributions.cheque_is_cleared_once": _("Cek yang dijelaskan tetapi tidak dicatat tepat sekali"),
        "contributions.counter_clearing_is_what_is_not_banked": _("Penjelasan kaunter yang tidak sama dengan wang yang belum ke bank"),
        "contributions.receipt_is_posted_once": _("Resit dalam akaun tergantung yang tidak dicatat tepat sekali"),
        "contributions.receipt_pays_its_amount": _("Resit yang tidak sama dengan bayarannya"),
        "contributions.open_receipt_has_its_matter": _("Resit terbuka tanpa perkaranya"),
        "contributions.receipt_file_is_its_receipts": _("Fail resit yang jumlahnya tidak sama dengan resitnya"),
        "contributions.receipt_clearing_is_booked_receipts": _("Penjelasan resit yang tidak sama dengan resit yang dicatat"),
        "refund": _("Bayaran balik"),
        "employer": _("Majikan"),
        "contributions.voluntary_reversal_is_posted_once": _("Caruman sukarela dibalikkan dan catatannya"),
        "returnpayee": _("Penerima pulangan caruman sukarela"),
        "return payee": _("Penerima pulangan caruman sukarela"),
        "contributions.return_payee_is_paid_as_approved": _("Penerima pulangan yang tidak dibayar seperti yang diluluskan"),
        "contributions.payment_went_where_it_counts": _("Bayaran pada akaun yang salah"),
        "contributions.part_paid_is_parts_that_wait": _("Bayaran sebahagian yang tidak sama dengan bahagian yang menunggu"),
        "contributions.parts_are_of_one_plan": _("Borang A yang dibayar mengikut dua pembahagian"),
        "settlementfile": _("Fail penyelesaian"),
        "settlement row": _("Baris penyelesaian"),
        "settlement of": _("Fail penyelesaian"),
        "collection of": _("Fail kutipan"),
        "contributions.settled_row_is_posted_once": _("Baris penyelesaian yang tidak dicatat tepat sekali"),
        "contributions.settled_row_agrees_with_its_payment": _("Baris penyelesaian yang tidak sama dengan bayarannya"),
        "contributions.settled_row_agrees_with_its_receipt": _("Baris penyelesaian yang tidak sama dengan resitnya"),
        "contributions.settlement_file_is_its_rows": _("Fail penyelesaian yang jumlahnya tidak sama dengan barisnya"),
        "contributions.open_settlement_row_has_its_matter": _("Baris penyelesaian terbuka tanpa perkaranya"),
        "contributions.refund_is_held": _("Bayaran balik yang wangnya tidak ditahan"),
        "contributions.refund_is_as_its_payout": _("Bayaran balik yang tidak sepadan dengan bayaran keluarnya"),
        "contributions.paid_filing_has_its_payment": _("Borang A dibayar tanpa bayarannya"),
        "contributions.fpx_clearing_is_approved_payments": _("Penjelasan FPX yang tidak sama dengan bayaran diluluskan"),
        "contributions.debit_clearing_is_approved_debits": _("Penjelasan debit terus yang tidak sama dengan debit diluluskan"),
        "contributions.collection_is_its_debits": _("Fail kutipan yang tidak sama dengan debitnya"),
        "contributions.credit_payment_is_its_uses": _("Bayaran dengan wang majikan yang tidak sama dengan wang yang digunakan"),
        "contributions.credit_payment_left_its_accounts": _("Bayaran dengan wang majikan yang diambil daripada akaun yang salah"),
        "contributions.employer_s_money_is_used_once": _("Wang majikan yang digunakan lebih daripada yang ada"),
        "correction": _("Pembetulan"),
        "correctionline": _("Baris pembetulan"),
        "correctedfiling": _("Borang A yang dibetulkan"),
        "prepare_correction": _("Mengira semula bagi pembetulan"),
        "post_correction": _("Mencatat pembetulan"),
        "correction line": _("Baris pembetulan"),
        "contributions.corrected_line_is_posted_once": _("Baris pembetulan yang tidak dicatat tepat sekali"),
        "contributions.correction_moves_its_own_people_s_money": _("Pembetulan pada akaun orang lain"),
        "contributions.correction_starts_where_the_row_stood": _("Pembetulan yang tidak bermula dari angka barisnya"),
        "contributions.correction_is_whole": _("Pembetulan yang jumlahnya tidak sama dengan barisnya"),
        "late_charges": _("Mengira caj lewat bayar"),
        "credit_late_dividend": _("Mengkreditkan dividen atas caruman lewat"),
        "late charge": _("Caj lewat bayar"),
        "instalmentplan": _("Pelan ansuran"),
        "instalment_plans": _("Menyemak pelan ansuran"),
        "instalment terms": _("Syarat pelan ansuran"),
        "contributions.instalment_terms_are_their_months": _("Syarat pelan ansuran yang tidak sama dengan bulannya"),
        "late dividend": _("Dividen atas caruman lewat"),
        "contributions.late_charge_is_posted_once": _("Caj lewat bayar yang tidak dicatat tepat sekali"),
        "contributions.late_dividend_is_posted_once": _("Dividen lewat yang tidak dicatat tepat sekali"),
        "suspensematch": _("Padanan akaun tergantung"),
        "match": _("Padanan akaun tergantung"),
        "contributions.match_is_posted_once": _("Padanan akaun tergantung yang tidak dicatat tepat sekali"),
        "contributions.match_moves_its_own_people_s_money": _("Padanan akaun tergantung pada akaun orang lain"),
        "contributions.match_is_of_a_row_in_suspense": _("Padanan bagi baris yang tiada dalam akaun tergantung"),
        "contributions.matched_row_leaves_no_dividend_behind": _("Dividen atas kelewatan yang tertinggal dalam akaun tergantung"),
        "contributions.shares_are_whole_ringgit": _("Syer yang bukan ringgit penuh"),
    }
)
CHANNELS = {
    "DIRECT": _("Terus daripada bank"),
    "INDIRECT": _("Melalui pelayar"),
    "ENQUIRY": _("Jawapan pertanyaan"),
    "FILE": _("Baris fail bank"),
}
VERDICTS = {
    MessageVerdict.APPLIED: _("Diterima pakai"),
    MessageVerdict.REPEATED: _("Berulang"),
    MessageVerdict.REFUSED: _("Ditolak"),
    MessageVerdict.CONTRADICTS: _("Bercanggah"),
}
ROW_STATES = {
    RowStatus.VALID: _("Sah"),
    RowStatus.UNMATCHED: _("Tidak padan"),
    RowStatus.INVALID: _("Tidak sah"),
    RowStatus.LEFT_OUT: _("Ditinggalkan"),
}


class FilingLogLines(Lines):
    """Every move, in order."""

    model = FilingLog
    fields = (
        column("at", _("Masa"), formats.moment),
        column("action", _("Tindakan"), labels.ACTION),
        column("from_state", _("Daripada"), FILING_STATES),
        column("to_state", _("Kepada"), FILING_STATES),
        column("by", _("Oleh")),
        column("comment", _("Ulasan")),
    )


class PaymentLines(Lines):
    model = Payment
    fields = (
        column("order_no", _("No. pesanan")),
        column("amount", _("Jumlah"), formats.money),
        column("state", _("Status"), PAYMENT_STATES),
        column("paid_at", _("Dibayar pada"), formats.moment),
    )


@admin.register(Filing)
class FilingAdmin(Register):
    """Borang A by employer and wage month."""

    list_display = (
        "id",
        column("employer", _("Majikan")),
        column("wage_month", _("Bulan upah"), formats.month),
        column("state", _("Status"), FILING_STATES),
        column("rows_total", _("Jumlah baris"), formats.count),
        column("total", _("Jumlah"), formats.money),
        column("received_on", _("Diterima pada"), formats.day),
    )
    fields = (
        *list_display[1:4],
        column("rows_total", _("Jumlah baris"), formats.count),
        column("rows_valid", _("Baris sah"), formats.count),
        column("rows_unmatched", _("Baris tidak padan"), formats.count),
        column("rows_invalid", _("Baris tidak sah"), formats.count),
        column("employer_total", _("Syer majikan"), formats.money),
        column("employee_total", _("Syer pekerja"), formats.money),
        "rows_link",
        column("file", _("Fail")),
        column("received_on", _("Diterima pada"), formats.day),
        column("prepared_by", _("Disediakan oleh")),
        column("submitted_at", _("Dihantar pada"), formats.moment),
        column("flow", _("Aliran kelulusan"), FLOWS),
        column("approved_by", _("Diluluskan oleh")),
        column("approved_on", _("Diluluskan pada"), formats.day),
        column("paid_on", _("Dibayar pada"), formats.day),
        column("credited_on", _("Dikreditkan pada"), formats.day),
    )
    inlines = (FilingLogLines, PaymentLines)
    list_filter = (choice_filter("state", _("Status"), FILING_STATES),)
    list_select_related = ("employer",)
    search_fields = ("=id", "=employer__number", "employer__name")
    search_help_text = _("Nombor rujukan, nombor majikan, atau sebahagian nama majikan")
    date_hierarchy = "wage_month"

    def get_queryset(self, request: Any) -> Any:
        """The file's name, never its bytes."""
        return super().get_queryset(request).select_related("file").defer("file__content")

    @admin.display(description=_("Baris Borang A"))
    def rows_link(self, filing: Filing) -> str:
        return format_html(
            '<a href="{}?filing__id__exact={}">{}</a>', reverse("admin:contributions_filingrow_changelist"), filing.pk, gettext("Lihat baris")
        )


WAGES = {"wages", "bonus", "employer_share", "employee_share", "why_link"}
"""What somebody earns, and what tells it: the administrator needs it for nothing (frame.permissions.SECTIONS)."""


def _seen(request: HttpRequest, entries: Any) -> list[Any]:
    reader: Any = request.user
    return [entry for entry in entries if reader.role == Role.AUDITOR or name_of(entry) not in WAGES]


@admin.register(FilingRow)
class FilingRowAdmin(Register):
    """The rows of a filing; reached from it."""

    list_display = (
        column("line", _("Baris")),
        column("member_number", _("No. Ahli")),
        column("identity_number", _("No. pengenalan"), formats.masked_ic),
        column("name", _("Nama")),
        column("wages", _("Upah"), formats.money),
        column("employer_share", _("Syer majikan"), formats.money),
        column("employee_share", _("Syer pekerja"), formats.money),
        column("status", _("Status"), ROW_STATES),
    )
    fields = (
        column("filing", _("Borang A")),
        *list_display,
        column("bonus", _("Bonus"), formats.money),
        column("part", _("Bahagian Jadual Ketiga")),
        column("reference", _("Rujukan kadar")),
        column("member_since", _("Ahli sejak"), formats.day),
        "why_link",
    )
    list_display_links = (list_display[0],)
    list_filter = (choice_filter("status", _("Status"), ROW_STATES),)
    search_fields = ("=member_number",)
    search_help_text = _("Nombor ahli")
    ordering = ("filing_id", "line")

    def get_list_display(self, request: HttpRequest) -> Any:
        return _seen(request, self.list_display)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return _seen(request, self.fields)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return bool(_seen(request, [lookup])) and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("Mengapa angka ini?"))
    def why_link(self, row: FilingRow) -> str:
        return format_html('<a href="{}">{}</a>', reverse("staff:row", args=[row.pk]), gettext("Lihat langkah, kadar dan rujukan"))


class PaymentMessageLines(Lines):
    """What the bank said, as it came."""

    model = PaymentMessage
    fields = (
        column("received_at", _("Masa"), formats.moment),
        column("channel", _("Saluran"), CHANNELS),
        column("verdict", _("Keputusan"), VERDICTS),
        column("reason", _("Sebab")),
        column("body", _("Kandungan")),
    )
    ordering = ("id",)


class PaymentDueLines(Lines):
    """What of it is for lateness."""

    model = PaymentDue
    fk_name = "payment"
    fields = (column("kind", _("Jenis"), labels.DUE), column("filing", _("Borang A")), column("amount", _("Jumlah"), formats.money))
    ordering = ("id",)


@admin.register(Payment)
class PaymentAdmin(Register):
    list_display = (
        "order_no",
        column("filing", _("Borang A")),
        column("amount", _("Jumlah"), formats.money),
        column("part", _("Bahagian bayaran")),
        column("state", _("Status"), PAYMENT_STATES),
        column("method", _("Kaedah"), labels.METHOD),
        column("bank_code", _("Bank")),
        column("fpx_id", _("No. transaksi bank")),
        column("paid_at", _("Dibayar pada"), formats.moment),
    )
    fields = (
        *list_display,
        column("voluntary__member__number", _("Caruman sukarela bagi No. Ahli")),
        column("late", _("Daripada itu, caj dan dividen lewat"), formats.money),
        column("parts", _("Bilangan bahagian")),
        column("mandate", _("Debit terus")),
        column("collect_on", _("Hari kutipan"), formats.day),
        column("debited", _("Diambil oleh bank"), formats.money),
        column("response_code", _("Kod jawapan")),
        column("started_by", _("Dimulakan oleh")),
        column("started_at", _("Dimulakan pada"), formats.moment),
        column("finished_at", _("Selesai pada"), formats.moment),
    )
    inlines = (PaymentDueLines, PaymentMessageLines)
    list_filter = (choice_filter("state", _("Status"), PAYMENT_STATES), choice_filter("method", _("Kaedah"), labels.METHOD))
    list_select_related = ("filing", "voluntary__member")
    search_fields = ("=order_no", "=fpx_id", "=filing__employer__number")
    search_help_text = _("Nombor pesanan, nombor transaksi bank, atau nombor majikan")


class ElectionLogLines(Lines):
    """Every move, in order."""

    model = ElectionLog
    fields = (
        column("at", _("Masa"), formats.moment),
        column("action", _("Tindakan"), labels.ACTION),
        column("from_state", _("Daripada"), ELECTION_STATES),
        column("to_state", _("Kepada"), ELECTION_STATES),
        column("by", _("Oleh")),
        column("comment", _("Ulasan")),
    )


@admin.register(Election)
class ElectionAdmin(Register):
    """Elections and the notices that end them, by employer and employee."""

    list_display = (
        "id",
        column("employer__number", _("No. Majikan")),
        column("member__number", _("No. Ahli")),
        column("member__name", _("Ahli")),
        column("kind", _("Pilihan"), labels.ELECTION_KIND),
        column("act", _("Tindakan"), labels.ELECTION_ACT),
        column("points", _("Mata peratusan")),
        column("from_month", _("Mulai bulan upah"), formats.month),
        column("state", _("Status"), ELECTION_STATES),
    )
    fields = (
        *list_display[1:8],
        column("khas_year", _("Tahun borang Khas")),
        column("state", _("Status"), ELECTION_STATES),
        column("document", _("Borang")),
        column("batch", _("Fail pilihan")),
        column("prepared_by", _("Direkodkan oleh")),
        column("prepared_on", _("Direkodkan pada"), formats.day),
        column("flow", _("Aliran kelulusan"), FLOWS),
        column("approved_by", _("Diluluskan oleh")),
        column("approved_on", _("Diluluskan pada"), formats.day),
    )
    inlines = (ElectionLogLines,)
    list_filter = (choice_filter("state", _("Status"), ELECTION_STATES), choice_filter("kind", _("Pilihan"), labels.ELECTION_KIND))
    list_select_related = ("employer", "member")
    search_fields = ("=employer__number", "=member__number")
    search_help_text = _("Nombor majikan, atau nombor ahli")

    def get_queryset(self, request: Any) -> Any:
        """The form's name, never its bytes."""
        return super().get_queryset(request).select_related("document", "prepared_by", "approved_by").defer("document__content")


@admin.register(ElectionBatch)
class ElectionBatchAdmin(Register):
    """Files of elections as they were sent."""

    list_display = (
        "id",
        column("employer", _("Majikan")),
        column("received_on", _("Diterima pada"), formats.day),
        column("rows_total", _("Jumlah baris"), formats.count),
        column("rows_good", _("Baris sah"), formats.count),
    )
    fields = (*list_display[1:], column("file", _("Fail")), column("document", _("Borang")), column("prepared_by", _("Disediakan oleh")))
    list_select_related = ("employer",)
    search_fields = ("=id", "=employer__number")
    search_help_text = _("Nombor rujukan, atau nombor majikan")

    def get_queryset(self, request: Any) -> Any:
        """The files' names, never their bytes."""
        return super().get_queryset(request).select_related("file", "document").defer("file__content", "document__content")
