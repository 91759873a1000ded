from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kwsp_portal.audit.acts import ACTS
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common.stored_names import named, thing
from kwsp_portal.registers import Register, choice_filter, column
from kwsp_portal.templatetags import formats

YES_NO = {True: _("Ya"), False: _("Tidak")}


class ActionFilter(admin.SimpleListFilter):
    """By act, in words."""

    title = _("Tindakan")
    parameter_name = "action__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return sorted((code, act.words) for code, act in ACTS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(Register):
    """The trail, to be read. Nobody adds, changes or deletes here, and the database would refuse it."""

    list_display = (
        "seq",
        column("at", _("Masa"), formats.moment),
        column("actor", _("Pelaku")),
        column("action", _("Tindakan"), named),
        column("target", _("Perkara"), thing),
        column("refused", _("Ditolak"), YES_NO),
        column("ip", _("Alamat IP")),
    )
    fields = (
        *list_display[1:],
        column("action", _("Kod tindakan")),
        column("subjects", _("Pihak terlibat"), ", ".join),
        column("data", _("Butiran")),
    )
    list_filter = (choice_filter("refused", _("Ditolak"), YES_NO), ActionFilter)
    search_fields = ("=target", "=actor", "action")
    search_help_text = _("ID Pengguna, perkara seperti filing:12, atau kod tindakan")
