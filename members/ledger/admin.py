"""The ledger in the admin: read only. Nothing is counted over millions of rows, every list comes by an index."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kwsp_portal.registers import Column, Lines, Register, choice_filter, column
from kwsp_portal.templatetags import formats
from members.ledger import holders, labels
from members.ledger.models import Account, Balance, ClosedYear, DividendDue, Entry, Hold, Posting


def _money(name: str, label: Any) -> Column:
    return column(name, label, formats.sen)


def _of_account(path: str) -> tuple[Column, ...]:
    """Whose account and which; `path` leads to it. The number comes with the query, not one by one."""
    return (
        column(f"{path}holder_kind", _("Pemegang"), labels.HOLDER),
        column("holder_number", _("No. pemegang")),
        column(f"{path}code", _("Akaun"), labels.ACCOUNT),
    )


class Held(Register):
    """A list of what belongs to holders, found by the holder's number; `path` leads from a row to its account."""

    path = "account__"
    ordering = ("-pk",)
    search_fields = ("pk",)
    search_help_text = _("Nombor ahli atau nombor majikan")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(holder_number=holders.number(self.path))
        return rows

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:
        """By the number, through the index of accounts."""
        term = search_term.strip()
        if not term:
            return queryset, False
        ways = Q(pk__in=())
        for kind, holder in holders.ids(term):
            ways |= Q(**{f"{self.path}holder_kind": kind, f"{self.path}holder_id": holder})
        return queryset.filter(ways), False


class Legs(Lines):
    """Every leg of an entry."""

    model = Posting
    fields = (
        *_of_account("account__"),
        _money("amount_sen", _("Amaun")),
        column("version", _("Versi")),
        _money("balance_after_sen", _("Baki selepas")),
    )
    verbose_name_plural = _("Baris catatan")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Posting]:
        legs = super().get_queryset(request).select_related("account").order_by("pk")
        return legs.annotate(holder_number=holders.number("account__"))


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
    """Fund accounts have no balance row: their balance is a sum, too dear for a list."""

    path = ""
    list_display: Any = (
        "id",
        *_of_account(""),
        _money("balance__balance_sen", _("Baki")),
        _money("balance__held_sen", _("Ditahan")),
        column("opened_on", _("Dibuka pada"), formats.day),
        column("dividend_to", _("Dividen ke"), labels.ACCOUNT),
    )
    fields = list_display[1:]
    list_filter = (choice_filter("holder_kind", _("Pemegang"), labels.HOLDER), choice_filter("code", _("Akaun"), labels.ACCOUNT))
    list_select_related = ("balance",)


@admin.register(Balance)
class BalanceAdmin(Held):
    list_display: Any = (
        *_of_account("account__"),
        _money("balance_sen", _("Baki")),
        _money("held_sen", _("Ditahan")),
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
        *_of_account("account__"),
        _money("amount_sen", _("Amaun")),
        column("version", _("Versi")),
        column("entry__booked_on", _("Tarikh dibukukan"), formats.day),
    )
    fields = (*list_display[1:], _money("balance_after_sen", _("Baki selepas")))
    list_filter = (choice_filter("account__holder_kind", _("Pemegang"), labels.HOLDER),)
    list_select_related = ("entry", "account")


@admin.register(Hold)
class HoldAdmin(Held):
    list_display: Any = (
        "id",
        *_of_account("account__"),
        _money("amount_sen", _("Amaun")),
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
        *_of_account("account__"),
        column("year", _("Tahun")),
        _money("amount_sen", _("Amaun")),
        column("value_date", _("Tarikh nilai"), formats.day),
        column("sen_days", _("Sen-hari")),
        column("entry", _("Catatan lejar")),
    )
    fields = list_display[1:]
    list_filter = ("year",)
    list_select_related = ("account", "entry")
