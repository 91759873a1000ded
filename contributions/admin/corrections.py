"""Corrections in the admin, to be read; officers work with them under /staff/corrections/."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.models import CorrectedFiling, Correction, CorrectionLog
from kwsp_portal.registers import Lines, Register, choice_filter, column
from kwsp_portal.templatetags import formats

CORRECTION_STATES = {state: label.words for state, label in labels.CORRECTION.items()}


class CorrectedFilingLines(Lines):
    model = CorrectedFiling
    fields = (
        column("filing", _("Borang A")),
        column("lines_total", _("Baris dicadangkan"), formats.count),
        column("employer_difference", _("Perbezaan syer majikan dicadangkan (RM)"), formats.difference),
        column("employee_difference", _("Perbezaan syer pekerja dicadangkan (RM)"), formats.difference),
    )


class CorrectionLogLines(Lines):
    """Every move, in order."""

    model = CorrectionLog
    fields = (
        column("at", _("Masa"), formats.moment),
        column("action", _("Tindakan"), labels.CORRECTION_ACTION),
        column("from_state", _("Daripada"), CORRECTION_STATES),
        column("to_state", _("Kepada"), CORRECTION_STATES),
        column("by", _("Oleh")),
        column("comment", _("Ulasan")),
    )


@admin.register(Correction)
class CorrectionAdmin(Register):
    """Corrections under two officers."""

    list_display = (
        "id",
        column("prepared_on", _("Disediakan pada"), formats.day),
        column("state", _("Status"), CORRECTION_STATES),
        column("lines_total", _("Baris dicadangkan"), formats.count),
        column("difference", _("Perbezaan jumlah yang dicadangkan (RM)"), formats.difference),
        column("prepared_by", _("Disediakan oleh")),
        column("decided_by", _("Diputuskan oleh")),
    )
    fields = (
        *list_display[1:],
        column("reason", _("Sebab")),
        column("as_at", _("Diketahui setakat"), formats.day),
        column("posted_on", _("Dicatat pada"), formats.day),
    )
    inlines = (CorrectedFilingLines, CorrectionLogLines)
    list_filter = (choice_filter("state", _("Status"), CORRECTION_STATES),)
    list_select_related = ("prepared_by", "decided_by")
    search_fields = ("=id",)
    search_help_text = _("Nombor pembetulan")
