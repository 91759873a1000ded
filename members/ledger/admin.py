"""The ledger in the admin: read only. Nothing is counted over millions of rows, every list comes by an index."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kwsp_portal.common import money
from members.ledger.models import Account, Balance, Entry, Hold, Posting


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows and never changes: what the ledger may do, members.ledger.posting does."""

    show_full_result_count = False
    list_per_page = 50
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Legs(admin.TabularInline):  # type: ignore[type-arg]
    model = Posting
    extra = 0
    can_delete = False
    fields = readonly_fields = ("account", "amount", "version", "balance_after")
    verbose_name_plural = _("Baris catatan")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Posting]":
        return super().get_queryset(request).select_related("account").order_by("pk")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("Amaun (RM)"))
    def amount(self, leg: Posting) -> str:
        return str(money.from_sen(leg.amount_sen))

    @admin.display(description=_("Baki selepas (RM)"))
    def balance_after(self, leg: Posting) -> str:
        return "" if leg.balance_after_sen is None else str(money.from_sen(leg.balance_after_sen))


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    list_display = ("id", "kind", "ref", "part", "booked_on", "value_date", "posted_at", "reverses_id")
    list_filter = ("kind",)
    search_fields = ("=ref", "=id")
    search_help_text = _("Nombor rujukan atau nombor catatan")
    inlines = (Legs,)


@admin.register(Account)
class AccountAdmin(ReadOnly):
    list_display = ("id", "holder_kind", "holder_id", "code", "stands", "held", "opened_on", "dividend_to")
    list_filter = ("holder_kind", "code")
    search_fields = ("=holder_id",)
    search_help_text = _("ID pemegang")
    list_select_related = ("balance",)

    @admin.display(description=_("Baki (RM)"))
    def stands(self, account: Account) -> str:
        """Fund accounts have no balance row: their balance is a sum, too dear for a list."""
        return str(money.from_sen(account.balance.balance_sen)) if hasattr(account, "balance") else ""

    @admin.display(description=_("Ditahan (RM)"))
    def held(self, account: Account) -> str:
        return str(money.from_sen(account.balance.held_sen)) if hasattr(account, "balance") else ""


@admin.register(Balance)
class BalanceAdmin(ReadOnly):
    list_display = ("account", "stands", "held", "version")
    search_fields = ("=account__holder_id",)
    search_help_text = _("ID pemegang")
    list_select_related = ("account",)

    @admin.display(description=_("Baki (RM)"))
    def stands(self, balance: Balance) -> str:
        return str(money.from_sen(balance.balance_sen))

    @admin.display(description=_("Ditahan (RM)"))
    def held(self, balance: Balance) -> str:
        return str(money.from_sen(balance.held_sen))


@admin.register(Posting)
class PostingAdmin(ReadOnly):
    list_display = ("id", "entry", "account", "amount", "version", "booked_on")
    search_fields = ("=account__holder_id",)
    search_help_text = _("ID pemegang")
    list_filter = ("account__holder_kind",)
    list_select_related = ("entry", "account")

    @admin.display(description=_("Amaun (RM)"))
    def amount(self, leg: Posting) -> str:
        return str(money.from_sen(leg.amount_sen))

    @admin.display(description=_("Tarikh dibukukan"))
    def booked_on(self, leg: Posting) -> str:
        return str(leg.entry.booked_on)


@admin.register(Hold)
class HoldAdmin(ReadOnly):
    list_display = ("id", "account", "amount", "kind", "ref", "state", "booked_on")
    list_filter = ("state", "kind")
    search_fields = ("=account__holder_id", "=ref")
    search_help_text = _("ID pemegang atau nombor rujukan")
    list_select_related = ("account",)

    @admin.display(description=_("Amaun (RM)"))
    def amount(self, hold: Hold) -> str:
        return str(money.from_sen(hold.amount_sen))
