from django.contrib import admin
from django.http import HttpRequest

from kwsp_portal.audit.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The trail, to be read. Nobody adds, changes or deletes here, and the database would refuse it."""

    list_display = ("seq", "at", "actor", "action", "target", "refused", "ip")
    list_filter = ("refused", "action")
    search_fields = ("=target", "=actor", "action")
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return False
