"""Django admin as a window: everything to be read, nothing to be changed. The base of every register of the portal."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

Column = Any
"""A function of a row, as Django takes it beside field names; its stubs know names only."""
MASKED: Final = {"user_id", "identity_number", "phone", "birth_date", "religion", "address", "home_address"}
"""Never in full in a register, and so never a filter either: else it could be guessed there figure by figure."""
_MYKAD: Final = re.compile(r"\s*\d{6}[\s-]*\d{2}[\s-]*\d{4}\s*")


def column(name: str, label: Any, show: Callable[[Any], Any] | Mapping[Any, Any] | None = None) -> Column:
    """A column of a list and a line of a page: the attribute `name` under `label`, through `show` (a filter, or words by code)."""

    def value(row: Any) -> Any:
        found = row
        for part in name.split("__"):
            try:
                found = getattr(found, part)
            except ObjectDoesNotExist:
                return None
            if found is None or found == "":
                return None
        if isinstance(show, Mapping):
            return show.get(found, found)
        return show(found) if show else found

    value.short_description = label  # type: ignore[attr-defined]
    value.admin_order_field = name  # type: ignore[attr-defined]
    value.__name__ = name
    return value


def name_of(entry: Any) -> str:
    """The attribute of a row that a column stands for, without what is looked up behind it."""
    return str(getattr(entry, "__name__", entry)).partition("__")[0]


def choice_filter(name: str, label: Any, words: Mapping[Any, Any]) -> type[admin.SimpleListFilter]:
    """A filter on the side of a list, by code, in words. Its key in the address is Django's own, `<name>__exact`."""

    class ChoiceFilter(admin.SimpleListFilter):
        title = label
        parameter_name = f"{name}__exact"

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
            return [(str(code), text) for code, text in words.items()]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            known = {str(code): code for code in words}
            chosen = self.value() or ""
            return queryset.filter(**{name: known[chosen]}) if chosen in known else queryset

    return ChoiceFilter


class ReadOnly:
    """Nobody adds, changes or deletes here: acts are services, with their rules, locks and trail."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Columns are functions, which Django shows only when they are named here, too."""
        return self.fields or ()  # type: ignore[attr-defined]


class Register(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """A list to search and a page to read."""

    actions: Any = None
    show_full_result_count = False
    list_per_page = 50

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what is shown may be filtered by: else a hash or a secret phrase could be guessed letter by letter in the address."""
        shown = {name_of(entry) for entry in (*self.list_display, *(self.fields or ()), self.date_hierarchy, "id", "pk")}
        return lookup.partition("__")[0] in shown - MASKED and super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """A MyKad number that somebody typed here does not stay in the address: browsers forget where they were sent on from."""
        if _MYKAD.fullmatch(request.GET.get("q", "")):
            said = gettext('Nombor pengenalan tidak dicari di sini, supaya tidak tinggal dalam alamat halaman. Cari di <a href="{}">Rekod penuh</a>.')
            messages.warning(request, format_html(said, reverse("staff:records")))
            return HttpResponseRedirect(request.path)
        return super().changelist_view(request, extra_context)

    def get_urls(self) -> list[Any]:
        """No address to add or delete at all; what Django calls `change` is the page to read."""
        return [entry for entry in super().get_urls() if not (entry.name or "").endswith(("_add", "_delete"))]


class Lines(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    """Rows that belong to the page above them."""

    extra = 0
    can_delete = False
