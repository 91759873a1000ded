"""Matters about payments and refunds in the admin, to be read; officers work with them under /staff/payments/."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.models import PaymentMatter, PaymentMatterLog, Receipt, ReceiptFile, Refund, SettlementFile, SettlementRow
from kwsp_portal.bank import agents
from kwsp_portal.registers import Lines, Register, choice_filter, column
from kwsp_portal.templatetags import formats

DECISIONS = {code: label.words for code, label in labels.DECISION.items()}
REFUND_STATES = {state: label.words for state, label in labels.REFUND.items()}


class PaymentMatterLogLines(Lines):
    """Every step, in order."""

    model = PaymentMatterLog
    fields = (
        column("at", _("Masa"), formats.moment),
        column("action", _("Tindakan"), labels.MATTER_ACTION),
        column("by", _("Oleh")),
        column("comment", _("Ulasan")),
    )


@admin.register(PaymentMatter)
class PaymentMatterAdmin(Register):
    """What no rule decides about payments."""

    list_display = (
        "id",
        column("kind", _("Perkara"), labels.MATTER),
        column("employer", _("Majikan")),
        column("amount", _("Jumlah"), formats.money),
        column("opened_on", _("Dibuka pada"), formats.day),
        column("owner", _("Pegawai")),
        column("decision", _("Keputusan"), DECISIONS),
    )
    fields = (
        *list_display[1:],
        column("payment", _("Bayaran")),
        column("reason", _("Sebab")),
        column("closed_by", _("Ditutup oleh")),
        column("closed_on", _("Ditutup pada"), formats.day),
    )
    inlines = (PaymentMatterLogLines,)
    list_filter = (choice_filter("kind", _("Perkara"), labels.MATTER),)
    list_select_related = ("employer", "owner")
    search_fields = ("=id", "=payment__order_no", "=employer__number")
    search_help_text = _("Nombor perkara, nombor pesanan, atau nombor majikan")


@admin.register(Refund)
class RefundAdmin(Register):
    """Employers' applications to have second payments back."""

    list_display = (
        "id",
        column("payment", _("Bayaran")),
        column("amount", _("Jumlah"), formats.money),
        column("state", _("Status"), REFUND_STATES),
        column("applied_on", _("Dipohon pada"), formats.day),
    )
    fields = (
        *list_display[1:],
        column("applied_by", _("Dipohon oleh")),
        column("proposed_by", _("Dicadangkan oleh")),
        column("proposed_on", _("Dicadangkan pada"), formats.day),
        column("decided_by", _("Diputuskan oleh")),
        column("decided_on", _("Diputuskan pada"), formats.day),
    )
    list_filter = (choice_filter("state", _("Status"), REFUND_STATES),)
    list_select_related = ("payment",)
    search_fields = ("=id", "=payment__order_no")
    search_help_text = _("Nombor bayaran balik, atau nombor pesanan")


class ReceiptLines(Lines):
    model = Receipt
    fields = (
        column("number", _("No. resit")),
        column("agent", _("Ejen bank"), agents.name),
        column("employer", _("Majikan")),
        column("wage_month", _("Bulan upah"), formats.month),
        column("member", _("Ahli")),
        column("kind", _("Jenis"), labels.VOLUNTARY_KIND),
        column("amount", _("Jumlah"), formats.money),
        column("paid_at", _("Dibayar pada"), formats.moment),
        column("state", _("Status"), {state: label.words for state, label in labels.RECEIPT.items()}),
    )
    ordering = ("line",)


@admin.register(ReceiptFile)
class ReceiptFileAdmin(Register):
    """What bank agents took, file by file."""

    list_display = (
        column("number", _("No. fail")),
        column("on", _("Hari"), formats.day),
        column("receipts_total", _("Bilangan resit"), formats.count),
        column("amount", _("Jumlah"), formats.money),
        column("taken_at", _("Diambil pada"), formats.moment),
        column("uploaded_by", _("Dimuat naik oleh")),
    )
    fields = list_display
    inlines = (ReceiptLines,)
    list_select_related = ("uploaded_by",)
    search_fields = ("=number", "receipts__number")
    search_help_text = _("Nombor fail, atau nombor resit")


class SettlementRowLines(Lines):
    model = SettlementRow
    fields = (
        column("line", _("Baris")),
        column("order_no", _("No. pesanan")),
        column("fpx_id", _("ID FPX")),
        column("amount", _("Jumlah"), formats.money),
        column("paid_at", _("Dibayar pada"), formats.moment),
        column("payment", _("Bayaran")),
    )
    ordering = ("line",)


@admin.register(SettlementFile)
class SettlementFileAdmin(Register):
    """What the bank paid over, day by day."""

    list_display = (
        column("on", _("Hari"), formats.day),
        column("rows_total", _("Jumlah baris"), formats.count),
        column("amount", _("Jumlah"), formats.money),
        column("fetched_at", _("Diambil pada"), formats.moment),
    )
    fields = list_display
    inlines = (SettlementRowLines,)
    search_fields = ("rows__order_no", "rows__fpx_id")
    search_help_text = _("Nombor pesanan, atau ID FPX")
