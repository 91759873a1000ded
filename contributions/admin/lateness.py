"""Charges and dividends of lateness, and what was remitted, to be read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.models import LateCharge, LateDividend, LateRemission
from kwsp_portal.registers import Register, column
from kwsp_portal.templatetags import formats

_RECKONED = (
    column("reckoned_on", _("Dikira pada"), formats.day),
    column("reversed_on", _("Dibalikkan pada"), formats.day),
    column("reference", _("Rujukan kadar")),
)


@admin.register(LateCharge)
class LateChargeAdmin(Register):
    """One for each employer and wage month; one that was reversed stays."""

    list_display = (
        "id",
        column("employer", _("Majikan")),
        column("wage_month", _("Bulan upah"), formats.month),
        column("amount", _("Jumlah"), formats.money),
        *_RECKONED,
    )
    fields = list_display[1:]
    list_select_related = ("employer",)
    search_fields = ("=id", "=employer__number")
    search_help_text = _("Nombor rujukan, atau nombor majikan")


@admin.register(LateDividend)
class LateDividendAdmin(Register):
    """One for each late Borang A; one that was reversed stays."""

    list_display = (
        "id",
        column("filing", _("Borang A")),
        column("paid_on", _("Dibayar pada"), formats.day),
        column("amount", _("Jumlah"), formats.money),
        column("credited_on", _("Dikreditkan pada"), formats.day),
        *_RECKONED,
    )
    fields = list_display[1:]
    list_select_related = ("filing",)
    search_fields = ("=id", "=filing__id", "=filing__employer__number")
    search_help_text = _("Nombor rujukan, Borang A, atau nombor majikan")


@admin.register(LateRemission)
class LateRemissionAdmin(Register):
    """What officers put forward to remit of a charge, and what was decided. They act at /staff/late-charges/."""

    list_display = (
        "id",
        column("charge", _("Caj lewat bayar")),
        column("amount", _("Jumlah"), formats.money),
        column("state", _("Status"), {state: label.words for state, label in labels.REMISSION.items()}),
        column("proposed_by", _("Dicadangkan oleh")),
        column("proposed_on", _("Dicadangkan pada"), formats.day),
        column("decided_by", _("Diputuskan oleh")),
        column("decided_on", _("Diputuskan pada"), formats.day),
        column("reversed_on", _("Dibalikkan pada"), formats.day),
    )
    fields = (*list_display[1:], column("reason", _("Sebab")), column("comment", _("Sebab keputusan")))
    list_select_related = ("charge", "proposed_by", "decided_by")
    search_fields = ("=id", "=charge__id", "=charge__employer__number")
    search_help_text = _("Nombor rujukan, caj, atau nombor majikan")
