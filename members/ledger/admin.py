"""The ledger in the admin: read only, but for the lifting of a freeze. Nothing is counted over millions of rows, every list comes by an index."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kwsp_portal.common.stored_names import WORDS
from kwsp_portal.jobs.board import may_operate
from kwsp_portal.registers import Lines, Register, choice_filter, column
from kwsp_portal.templatetags import formats
from members.ledger import admin_checks, freezing, holders, labels  # noqa: F401 - registers its own
from members.ledger.admin_parts import Held, money, of_account
from members.ledger.models import Account, Balance, ClosedYear, DividendDue, Entry, Freeze, Hold, Posting

WORDS["close_year"] = _("Menutup tahun")


class Legs(Lines):
    """Every leg of an entry."""

    model = Posting
    fields = (
        *of_account("account__"),
        money("amount_sen", _("Amaun")),
        column("version", _("Versi")),
        money("balance_after_sen", _("Baki selepas")),
    )
    verbose_name_plural = _("Baris catatan")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Posting]:
        legs = super().get_queryset(request).select_related("account").order_by("pk")
        return legs.annotate(holder_number=holders.number("account__"))


class Freezes(Lines):
    """Every freeze of an account and its end."""

    model = Freeze
    fields = (
        column("at", _("Masa"), formats.moment),
        column("state", _("Status"), labels.FREEZE_STATE),
        column("check_name", _("Semakan"), labels.CHECK),
        column("reason", _("Sebab")),
        column("by", _("Oleh")),
    )
    verbose_name_plural = _("Pembekuan")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Freeze]:
        return super().get_queryset(request).order_by("pk")


@admin.register(Entry)
class EntryAdmin(Register):
    list_display: Any = (
        "id",
        column("kind", _("Jenis"), labels.ENTRY),
        column("ref", _("No. rujukan")),
        column("part", _("Bahagian")),
        column("booked_on", _("Tarikh dibukukan"), formats.day),
        column("value_date", _("Tarikh nilai"), formats.day),
        column("posted_at", _("Dicatat pada"), formats.moment),
        column("reverses_id", _("Membalikkan catatan")),
    )
    fields = list_display
    list_filter = (choice_filter("kind", _("Jenis"), labels.ENTRY),)
    ordering = ("-pk",)
    search_fields = ("=ref", "=id")
    search_help_text = _("Nombor rujukan atau nombor catatan")
    inlines = (Legs,)


@admin.register(Account)
class AccountAdmin(Held):
    """Fund accounts have no balance row: their balance is a sum, too dear for a list. An administrator lifts a freeze here."""

    path = ""
    list_display: Any = (
        "id",
        *of_account(""),
        money("balance__balance_sen", _("Baki")),
        money("balance__held_sen", _("Ditahan")),
        column("opened_on", _("Dibuka pada"), formats.day),
        column("dividend_to", _("Dividen ke"), labels.ACCOUNT),
    )
    fields = list_display[1:]
    list_filter = (choice_filter("holder_kind", _("Pemegang"), labels.HOLDER), choice_filter("code", _("Akaun"), labels.ACCOUNT))
    list_select_related = ("balance",)
    inlines = (Freezes,)
    change_form_template = "members/ledger_account.html"

    def get_urls(self) -> list[Any]:
        view = require_http_methods(["GET", "HEAD", "POST"])(self.lift)
        lift = path("<int:account_id>/lift/", self.admin_site.admin_view(view), name="ledger_account_lift")
        return [lift, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the way to lift its freeze, where it is frozen and the reader may."""
        key = int(object_id) if object_id.isascii() and object_id.isdigit() else 0
        may_lift = may_operate(request) and freezing.open_freezes().filter(account_id=key).exists()
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "may_lift": may_lift})

    def lift(self, request: HttpRequest, account_id: int) -> HttpResponse:
        """The page that asks why, and the act."""
        if not may_operate(request):
            raise PermissionDenied
        account = get_object_or_404(Account, pk=account_id)
        back = reverse("admin:ledger_account_change", args=[account_id])
        refused = ""
        if request.method == "POST":
            try:
                freezing.lift(account_id=account_id, reason=request.POST.get("reason", "").replace("\0", ""), by=request.user)  # type: ignore[arg-type]
            except freezing.NotLiftable as error:
                refused = why_not_liftable(error)
            else:
                messages.success(request, gettext("Pembekuan akaun ini telah ditarik balik."))
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Tarik balik pembekuan"),
            "account": account,
            "freeze": freezing.open_freezes().filter(account_id=account_id).first(),
            "checks": labels.CHECK,
            "refused": refused,
            "reason": request.POST.get("reason", ""),
            "back": back,
        }
        return render(request, "members/ledger_lift.html", context, status=422 if refused else 200)


def why_not_liftable(error: freezing.NotLiftable) -> str:
    """In words: what was found, and how to mend it."""
    if error.code == "REASON_MISSING":
        return gettext("Nyatakan sebab pembekuan ini ditarik balik.")
    if error.code == "NOT_FROZEN":
        return gettext("Akaun ini tidak dibekukan.")
    found = ", ".join(str(labels.CHECK.get(name, name)) for name in error.checks)
    return gettext("Semakan lejar masih menemui akaun ini: %(found)s. Betulkan dahulu, kemudian cuba lagi.") % {"found": found}


@admin.register(Balance)
class BalanceAdmin(Held):
    list_display: Any = (
        *of_account("account__"),
        money("balance_sen", _("Baki")),
        money("held_sen", _("Ditahan")),
        column("version", _("Versi")),
    )
    fields = list_display
    list_display_links = (list_display[1],)
    list_select_related = ("account",)


@admin.register(Posting)
class PostingAdmin(Held):
    list_display: Any = (
        "id",
        column("entry", _("Catatan lejar")),
        *of_account("account__"),
        money("amount_sen", _("Amaun")),
        column("version", _("Versi")),
        column("entry__booked_on", _("Tarikh dibukukan"), formats.day),
    )
    fields = (*list_display[1:], money("balance_after_sen", _("Baki selepas")))
    list_filter = (choice_filter("account__holder_kind", _("Pemegang"), labels.HOLDER),)
    list_select_related = ("entry", "account")


@admin.register(Hold)
class HoldAdmin(Held):
    list_display: Any = (
        "id",
        *of_account("account__"),
        money("amount_sen", _("Amaun")),
        column("kind", _("Jenis"), labels.HOLD),
        column("ref", _("No. rujukan")),
        column("state", _("Status"), labels.HOLD_STATE),
        column("booked_on", _("Tarikh dibukukan"), formats.day),
    )
    fields = (*list_display[1:], column("placed", _("Tahanan asal")), column("entry", _("Catatan lejar")), column("at", _("Masa"), formats.moment))
    list_filter = (choice_filter("state", _("Status"), labels.HOLD_STATE), choice_filter("kind", _("Jenis"), labels.HOLD))
    list_select_related = ("account",)


@admin.register(ClosedYear)
class ClosedYearAdmin(Register):
    list_display: Any = (column("year", _("Tahun")), column("closed_at", _("Ditutup pada"), formats.moment))
    fields = list_display
    ordering = ("-year",)


@admin.register(DividendDue)
class DividendDueAdmin(Held):
    list_display: Any = (
        "id",
        *of_account("account__"),
        column("year", _("Tahun")),
        money("amount_sen", _("Amaun")),
        column("value_date", _("Tarikh nilai"), formats.day),
        column("sen_days", _("Sen-hari")),
        column("entry", _("Catatan lejar")),
    )
    fields = list_display[1:]
    list_filter = ("year",)
    list_select_related = ("account", "entry")
