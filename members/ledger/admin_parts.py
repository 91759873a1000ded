"""What the ledger's pages in the admin share."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kwsp_portal.registers import Column, Register, column
from kwsp_portal.templatetags import formats
from members.ledger import holders, labels


def money(name: str, label: Any) -> Column:
    return column(name, label, formats.sen)


def of_account(path: str) -> tuple[Column, ...]:
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
