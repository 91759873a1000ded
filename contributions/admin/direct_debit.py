"""Direct debit in the admin, to be read: what employers and members let the fund debit, and the collection files."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.models import Collection, Mandate
from kwsp_portal.bank import accounts
from kwsp_portal.registers import Register, choice_filter, column
from kwsp_portal.templatetags import formats

MANDATE_STATES = {state: label.words for state, label in labels.MANDATE.items()}


@admin.register(Mandate)
class MandateAdmin(Register):
    """What employers and members let the fund debit; of an account the last digits only."""

    list_display = (
        "number",
        column("employer", _("Majikan")),
        column("member", _("Ahli")),
        column("whom", _("Bagi ahli")),
        column("bank", _("Bank"), accounts.name),
        column("ending", _("Empat angka akhir")),
        column("ceiling", _("Had setiap kutipan"), formats.money),
        column("state", _("Status"), MANDATE_STATES),
        column("active_from", _("Berkuat kuasa mulai"), formats.day),
    )
    fields = (
        *list_display,
        column("kind", _("Jenis"), labels.VOLUNTARY_KIND),
        column("day", _("Hari setiap bulan")),
        column("next_on", _("Kutipan seterusnya"), formats.day),
        column("reason", _("Sebab"), labels.MONTHLY_REASON),
        column("applied_by", _("Dipohon oleh")),
        column("applied_on", _("Dipohon pada"), formats.day),
        column("ended_by", _("Ditamatkan oleh")),
        column("ended_on", _("Tamat pada"), formats.day),
    )
    list_filter = (choice_filter("state", _("Status"), MANDATE_STATES),)
    list_select_related = ("employer", "member", "whom")
    search_fields = ("=number", "=employer__number", "=member__number", "=whom__number")
    search_help_text = _("Nombor kebenaran, nombor majikan atau nombor ahli")


@admin.register(Collection)
class CollectionAdmin(Register):
    """The collection file of each day, and when the bank had it and answered."""

    list_display = (
        column("on", _("Hari"), formats.day),
        column("rows_total", _("Jumlah baris"), formats.count),
        column("amount", _("Jumlah"), formats.money),
        column("sent_at", _("Dihantar pada"), formats.moment),
        column("answered_at", _("Dijawab pada"), formats.moment),
    )
    fields = (*list_display, column("content", _("Kandungan")), column("answer", _("Jawapan")))
    search_fields = ("=payments__order_no",)
    search_help_text = _("Nombor pesanan")
