"""Voluntary contributions and what of them goes back, in the admin, to be read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.models import VoluntaryContribution, VoluntaryReturn
from kwsp_portal.registers import Register, choice_filter, column
from kwsp_portal.templatetags import formats

RETURN_STATES = {state: label.words for state, label in labels.RETURN.items()}


@admin.register(VoluntaryContribution)
class VoluntaryContributionAdmin(Register):
    """What was paid for members of somebody's own accord, and what of it was credited."""

    list_display = (
        "id",
        column("member__number", _("No. Ahli")),
        column("kind", _("Jenis"), labels.VOLUNTARY_KIND),
        column("amount", _("Jumlah"), formats.money),
        column("credited", _("Dikreditkan"), formats.money),
        column("returned", _("Dipulangkan kepada pembayar"), formats.money),
        column("paid_on", _("Dibayar pada"), formats.day),
        column("credited_on", _("Dikreditkan pada"), formats.day),
    )
    fields = (*list_display[1:], column("payment", _("Bayaran")), column("reversed_on", _("Dibalikkan pada"), formats.day))
    list_filter = (choice_filter("kind", _("Jenis"), labels.VOLUNTARY_KIND),)
    list_select_related = ("member", "payment")
    search_fields = ("=member__number", "=payment__order_no")
    search_help_text = _("Nombor ahli atau nombor pesanan")


@admin.register(VoluntaryReturn)
class VoluntaryReturnAdmin(Register):
    """What goes back to payers: how old each is, and where it is."""

    list_display = (
        "id",
        column("payer__number", _("No. Ahli pembayar")),
        column("payment", _("Bayaran")),
        column("amount", _("Jumlah"), formats.money),
        column("why", _("Sebab"), labels.RETURN_WHY),
        column("state", _("Status"), RETURN_STATES),
        column("found_on", _("Hari"), formats.day),
    )
    fields = list_display[1:]
    list_filter = (choice_filter("state", _("Status"), RETURN_STATES), choice_filter("why", _("Sebab"), labels.RETURN_WHY))
    list_select_related = ("payer", "payment")
    search_fields = ("=payer__number", "=payment__order_no")
    search_help_text = _("Nombor ahli pembayar atau nombor pesanan")
