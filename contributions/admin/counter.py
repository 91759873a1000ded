"""Drawers and receipts of KWSP's counters in the admin, to be read; officers work with them under /counter/."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.models import CounterDrawer, CounterReceipt
from kwsp_portal.registers import Register, choice_filter, column
from kwsp_portal.templatetags import formats

DRAWER_STATES = {state: label.words for state, label in labels.DRAWER.items()}
RECEIPT_STATES = {state: label.words for state, label in labels.COUNTER_RECEIPT.items()}


@admin.register(CounterDrawer)
class CounterDrawerAdmin(Register):
    """Who had which drawer, with what it was opened and closed, and who looked."""

    list_display = (
        "id",
        column("place", _("Kaunter")),
        column("officer", _("Pegawai")),
        column("on", _("Hari"), formats.day),
        column("opening", _("Wang permulaan"), formats.money),
        column("expected", _("Tunai yang sepatutnya ada"), formats.money),
        column("counted", _("Tunai yang dikira"), formats.money),
        column("state", _("Status"), DRAWER_STATES),
    )
    fields = (
        *list_display[1:],
        column("said", _("Sebab perbezaan")),
        column("counted_at", _("Ditutup pada"), formats.moment),
        column("seen_by", _("Dilihat oleh penyelia")),
        column("seen_on", _("Dilihat pada"), formats.day),
        column("note", _("Catatan penyelia")),
    )
    list_filter = (choice_filter("state", _("Status"), DRAWER_STATES),)
    list_select_related = ("officer",)
    search_fields = ("=id", "place")
    search_help_text = _("Nombor laci atau nama kaunter")


@admin.register(CounterReceipt)
class CounterReceiptAdmin(Register):
    """What counters took, and what became of cheques."""

    list_display = (
        "number",
        column("member__number", _("No. Ahli")),
        column("kind", _("Jenis"), labels.VOLUNTARY_KIND),
        column("amount", _("Jumlah"), formats.money),
        column("mode", _("Dibayar dengan"), labels.MODE),
        column("taken_at", _("Diterima pada"), formats.moment),
        column("state", _("Status"), RECEIPT_STATES),
    )
    fields = (
        *list_display,
        column("drawer", _("Laci")),
        column("payer_name", _("Dibayar oleh")),
        column("cheque_number", _("No. cek")),
        column("cheque_bank", _("Bank cek"), labels.cheque_bank),
        column("payment", _("Bayaran")),
        column("decided_by", _("Jawapan bank dicatat oleh")),
        column("decided_on", _("Dicatat pada"), formats.day),
        column("why", _("Sebab"), labels.BOUNCE),
    )
    list_filter = (choice_filter("state", _("Status"), RECEIPT_STATES), choice_filter("kind", _("Jenis"), labels.VOLUNTARY_KIND))
    list_select_related = ("member", "drawer", "payment")
    search_fields = ("=number", "=member__number", "=cheque_number")
    search_help_text = _("Nombor resit, nombor ahli atau nombor cek")
