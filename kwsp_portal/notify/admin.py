from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from kwsp_portal.notify.enums import Whose
from kwsp_portal.notify.models import Notice
from kwsp_portal.registers import Register, choice_filter, column
from kwsp_portal.templatetags import formats

WHOSE = {Whose.MEMBER: _("Ahli"), Whose.EMPLOYER: _("Majikan")}


@admin.register(Notice)
class NoticeAdmin(Register):
    """What was told, to be read."""

    list_display = (
        "id",
        column("on", _("Tarikh"), formats.day),
        column("whose", _("Peti masuk"), WHOSE),
        column("whose_id", _("Baris daftar")),
        column("code", _("Kod")),
        column("cause", _("Sebab")),
    )
    fields = (*list_display[1:], column("figures", _("Angka")), column("at", _("Masa"), formats.moment))
    list_filter = (choice_filter("whose", _("Peti masuk"), WHOSE),)
    search_fields = ("=cause", "=whose_id", "code")
    search_help_text = _("Sebab seperti correctionline:12, nombor baris daftar, atau kod")
