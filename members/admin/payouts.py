"""Payouts and their files in the admin, to be read; of an account the last digits only, and of a file never its content."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from kwsp_portal.bank import accounts
from kwsp_portal.registers import Register, choice_filter, column
from kwsp_portal.templatetags import formats
from members import labels
from members.models import Payout, PayoutFile


@admin.register(Payout)
class PayoutAdmin(Register):
    """Money on its way out, and what the bank said of it."""

    list_display = (
        "number",
        column("kind", _("Perkara"), labels.PAYOUT_KIND),
        column("amount", _("Jumlah"), formats.money),
        column("bank", _("Bank"), accounts.name),
        column("ending", _("Empat angka akhir")),
        column("state", _("Status"), labels.PAYOUT),
        column("ordered_on", _("Diarahkan pada"), formats.day),
    )
    fields = (
        *list_display,
        column("file", _("Fail bayaran keluar")),
        column("attempt", _("Percubaan")),
        column("reason", _("Sebab"), labels.NOT_PAID_OUT),
        column("bank_id", _("No. transaksi bank")),
        column("paid_at", _("Dibayar pada"), formats.moment),
        column("ended_on", _("Tamat pada"), formats.day),
    )
    list_filter = (choice_filter("state", _("Status"), labels.PAYOUT), choice_filter("kind", _("Perkara"), labels.PAYOUT_KIND))
    search_fields = ("=number", "=bank_id")
    search_help_text = _("Nombor bayaran, atau nombor transaksi bank")


@admin.register(PayoutFile)
class PayoutFileAdmin(Register):
    """The payout file of each day, and when the bank had it and answered."""

    list_display = (
        column("on", _("Hari"), formats.day),
        column("rows_total", _("Jumlah baris"), formats.count),
        column("amount", _("Jumlah"), formats.money),
        column("sent_at", _("Dihantar pada"), formats.moment),
        column("answered_at", _("Dijawab pada"), formats.moment),
    )
    fields = (*list_display, column("answer", _("Jawapan")))
    search_fields = ("=payouts__number",)
    search_help_text = _("Nombor bayaran")
