"""Accounts that employers' refunds go to, in the admin, to be read; of an account the last digits only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.models import RefundAccount
from kwsp_portal.bank import accounts
from kwsp_portal.registers import Register, choice_filter, column
from kwsp_portal.templatetags import formats

STATES = {state: label.words for state, label in labels.REFUND_ACCOUNT.items()}


@admin.register(RefundAccount)
class RefundAccountAdmin(Register):
    """Where each employer's refunds go, and went."""

    list_display = (
        "id",
        column("employer", _("Majikan")),
        column("bank", _("Bank"), accounts.name),
        column("ending", _("Empat angka akhir")),
        column("state", _("Status"), STATES),
        column("since", _("Mulai"), formats.day),
    )
    fields = (
        *list_display[1:],
        column("why", _("Sebab"), labels.REFUND_ACCOUNT_END),
        column("asked_by", _("Diminta oleh")),
        column("asked_on", _("Diminta pada"), formats.day),
        column("ended_on", _("Tamat pada"), formats.day),
    )
    list_filter = (choice_filter("state", _("Status"), STATES),)
    list_select_related = ("employer",)
    search_fields = ("=employer__number",)
    search_help_text = _("Nombor majikan")
