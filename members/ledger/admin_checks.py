"""What the checks of the ledger found, what they froze, and the closed days, in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kwsp_portal.common import clock
from kwsp_portal.common.stored_names import WORDS
from kwsp_portal.jobs.board import may_operate
from kwsp_portal.registers import Register, choice_filter, column
from kwsp_portal.templatetags import formats
from members.ledger import labels, nightly
from members.ledger.admin_parts import Held, money, of_account
from members.ledger.models import CheckRun, DaySeal, Freeze

WORDS.update(
    {
        "check_ledger": _("Menyemak lejar"),
        "checkrun": _("Semakan lejar"),
        "ledger_account": _("Akaun"),
        "entry": _("Catatan lejar"),
        "posting": _("Baris catatan"),
    }
)


@admin.register(Freeze)
class FreezeAdmin(Held):
    list_display: Any = (
        "id",
        *of_account("account__"),
        column("state", _("Status"), labels.FREEZE_STATE),
        column("check_name", _("Semakan"), labels.CHECK),
        column("by", _("Oleh")),
        column("at", _("Masa"), formats.moment),
    )
    fields = (column("account", _("Akaun")), *list_display[1:], column("reason", _("Sebab")))
    list_filter = (choice_filter("state", _("Status"), labels.FREEZE_STATE),)
    list_select_related = ("account",)


@admin.register(CheckRun)
class CheckRunAdmin(Register):
    """What every check found, each time."""

    list_display: Any = (
        "id",
        column("on", _("Tarikh perniagaan"), formats.day),
        column("began_at", _("Bermula pada"), formats.moment),
        column("seconds", _("Saat")),
        column("broken", _("Semakan yang gagal")),
    )
    fields = (*list_display[1:], "found")
    ordering = ("-pk",)

    def get_urls(self) -> list[Any]:
        return [path("now/", self.admin_site.admin_view(require_POST(self.now)), name="ledger_checkrun_now"), *super().get_urls()]

    @admin.display(description=_("Keputusan"))
    def found(self, run: CheckRun) -> Any:
        """One line a check, with what it found."""
        lines = [
            (
                labels.CHECK.get(result["name"], result["name"]),
                result["found"],
                "; ".join(f"{one['what']} ({one['sen']} sen)" for one in result["findings"]),
            )
            for result in run.results
            if result["found"]
        ]
        return format_html_join("", "<p><strong>{}</strong>: {}<br>{}</p>", lines) or gettext("Tiada semakan yang gagal.")

    def now(self, request: HttpRequest) -> HttpResponse:
        """Has a worker check now."""
        if not may_operate(request):
            raise PermissionDenied
        nightly.start(on=clock.business_date(), at=clock.now(), by=request.user)  # type: ignore[arg-type]
        messages.success(request, gettext("Semakan lejar telah dimulakan. Muat semula halaman ini sebentar lagi untuk melihat keputusannya."))
        return HttpResponseRedirect(reverse("admin:index"))


@admin.register(DaySeal)
class DaySealAdmin(Register):
    """The closed days and what they hold."""

    list_display: Any = (
        column("day", _("Tarikh dibukukan"), formats.day),
        column("entries", _("Catatan"), formats.count),
        column("postings", _("Baris"), formats.count),
        money("turnover_sen", _("Pusing ganti")),
        column("at", _("Dimeterai pada"), formats.moment),
    )
    fields = (*list_display, column("entries_digest", _("Ringkasan catatan")), column("postings_digest", _("Ringkasan baris")))
    list_display_links = (list_display[0],)
    ordering = ("-pk",)
