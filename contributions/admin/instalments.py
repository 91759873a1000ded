"""Instalment plans, to be read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.models import InstalmentPlan, InstalmentTerms
from kwsp_portal.registers import Lines, Register, choice_filter, column
from kwsp_portal.templatetags import formats

_STATES = {state: label.words for state, label in labels.PLAN.items()}


class TermsLines(Lines):
    """Terms as they were written, in order."""

    model = InstalmentTerms
    fields = (
        column("number", _("No.")),
        column("count", _("Bilangan ansuran")),
        column("first_on", _("Ansuran pertama pada"), formats.day),
        column("quoted", _("Jika dibayar hari itu"), formats.money),
        column("total", _("Dianggarkan"), formats.money),
        column("by", _("Oleh")),
        column("on", _("Ditulis pada"), formats.day),
        column("reason", _("Sebab")),
    )


@admin.register(InstalmentPlan)
class InstalmentPlanAdmin(Register):
    """Plans by employer. Officers act at /staff/instalments/."""

    list_display = (
        "id",
        column("employer", _("Majikan")),
        column("state", _("Status"), _STATES),
        column("asked_by", _("Diminta oleh")),
        column("asked_on", _("Diminta pada"), formats.day),
        column("approved_by", _("Diluluskan oleh")),
        column("approved_on", _("Diluluskan pada"), formats.day),
        column("accepted_by", _("Diterima oleh")),
        column("accepted_on", _("Diterima pada"), formats.day),
        column("ended_on", _("Tamat pada"), formats.day),
    )
    fields = list_display[1:]
    inlines = (TermsLines,)
    list_filter = (choice_filter("state", _("Status"), _STATES),)
    list_select_related = ("employer", "asked_by", "approved_by", "accepted_by")
    search_fields = ("=id", "=employer__number")
    search_help_text = _("Nombor pelan, atau nombor majikan")
