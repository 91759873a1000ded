"""Assessments (KWSP 7), to be read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.models import Assessment
from kwsp_portal.registers import Register, choice_filter, column
from kwsp_portal.templatetags import formats

_STATES = {state: label.words for state, label in labels.ASSESSMENT.items()}


@admin.register(Assessment)
class AssessmentAdmin(Register):
    """One for each employer and wage month that was assessed. Officers act at /staff/assessments/."""

    list_display = (
        "id",
        column("employer", _("Majikan")),
        column("wage_month", _("Bulan upah"), formats.month),
        column("state", _("Status"), _STATES),
        column("filing", _("Penghantaran")),
        column("made_by", _("Dibuat oleh")),
        column("made_on", _("Dibuat pada"), formats.day),
        column("signed_by", _("Ditandatangani oleh")),
        column("signed_on", _("Ditandatangani pada"), formats.day),
    )
    fields = (*list_display[1:], column("grounds", _("Sebab taksiran")), column("replaces", _("Menggantikan")))
    list_filter = (choice_filter("state", _("Status"), _STATES),)
    list_select_related = ("employer", "filing", "made_by", "signed_by")
    search_fields = ("=id", "=employer__number")
    search_help_text = _("Nombor taksiran, atau nombor majikan")
