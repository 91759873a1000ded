from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from kwsp_portal.editions.models import Edition
from kwsp_portal.registers import Register, column
from kwsp_portal.templatetags import formats


@admin.register(Edition)
class EditionAdmin(Register):
    """The law as it was used."""

    list_display = ("id", column("reference", _("Rujukan")), column("kept_at", _("Disimpan pada"), formats.moment))
    fields = (*list_display[1:], column("digest", _("Cap jari")), column("content", _("Kandungan")))
    search_fields = ("reference", "=digest")
    search_help_text = _("Rujukan seperti third_schedule@2025-10")
