from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kwsp_portal.common.stored_names import WORDS
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.registers import Register, column
from kwsp_portal.templatetags import formats

WORDS.update(
    {
        "verify_audit": _("Mengesahkan jejak audit"),
        "verification": _("Pengesahan jejak audit"),
        "demo_data": _("Membina data demo"),
    }
)


@admin.register(StoredFile)
class StoredFileAdmin(Register):
    """That a file came, from whom and when. What is in it is not shown here."""

    list_display = (
        "id",
        column("name", _("Nama fail")),
        column("size", _("Saiz (bait)"), formats.count),
        column("uploaded_by", _("Dimuat naik oleh")),
        column("uploaded_at", _("Dimuat naik pada"), formats.moment),
    )
    fields = (*list_display[1:], column("sha256", _("Cap jari SHA-256")))
    list_select_related = ("uploaded_by",)
    search_fields = ("=sha256", "^name")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoredFile]:
        return super().get_queryset(request).defer("content")
