from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kwsp_portal.bank import accounts
from kwsp_portal.common.names import name_key
from kwsp_portal.common.stored_names import WORDS
from kwsp_portal.phones import masked
from kwsp_portal.registers import Lines, Register, choice_filter, column
from kwsp_portal.templatetags import formats
from members.admin import dividends as dividends
from members.admin import payouts as payouts
from members.labels import (
    BANK_ACCOUNT_STATES,
    CITIZENSHIPS,
    DOORS,
    IDENTITY_KINDS,
    PROPOSAL_KINDS,
    PROPOSAL_STATES,
    RISKS,
    SEEN,
    SEXES,
    THUMBS,
)
from members.models import BankAccount, CitizenshipPeriod, CounterProposal, IdentityCheck, Member

WORDS.update(
    {
        "age_transitions": _("Akaun mengikut umur"),
        "member": _("Ahli"),
        "counterproposal": _("Cadangan kaunter"),
        "bankaccount": _("Akaun bank"),
        "payout": _("Bayaran keluar"),
        "payoutfile": _("Fail bayaran keluar"),
    }
)


class CitizenshipLines(Lines):
    model = CitizenshipPeriod
    fields = (
        column("status", _("Kewarganegaraan"), CITIZENSHIPS),
        column("from_date", _("Mulai"), formats.day),
        column("to_date", _("Hingga (tidak termasuk)"), formats.day),
    )
    ordering = ("from_date",)


def _whole_record(number: str) -> str:
    return format_html('<a href="{}">{}</a>', reverse("staff:member_record", args=[number]), _("Buka rekod"))


@admin.register(Member)
class MemberAdmin(Register):
    """The register of members, masked: who needs more opens the whole record, with a reason (/staff/records/)."""

    list_display = (
        "number",
        column("name", _("Nama")),
        column("identity_number", _("No. pengenalan"), formats.masked_ic),
        column("member_since", _("Ahli sejak"), formats.day),
    )
    fields = (
        "number",
        column("name", _("Nama")),
        column("identity_kind", _("Jenis pengenalan"), IDENTITY_KINDS),
        column("identity_number", _("No. pengenalan"), formats.masked_ic),
        column("sex", _("Jantina"), SEXES),
        column("phone", _("Telefon bimbit"), masked),
        column("member_since", _("Ahli sejak"), formats.day),
        column("died_on", _("Tarikh kematian"), formats.day),
        column("user__user_id", _("ID Pengguna"), formats.masked_user_id),
        column("number", _("Rekod penuh"), _whole_record),
    )
    inlines = (CitizenshipLines,)
    search_fields = ("number", "name_key")
    search_help_text = _("Nombor ahli, atau permulaan nama")
    ordering = ("number",)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Member], search_term: str) -> tuple[QuerySet[Member], bool]:
        """Each way goes by an index: a whole number however it is spaced, or how the name begins."""
        term = search_term.strip()
        if not term:
            return queryset, False
        compact = "".join(character for character in term if character.isalnum()).upper()
        ways = Q(number=compact)
        key: Any = name_key(term)
        if key:
            ways |= Q(name_key__startswith=key)
        return queryset.filter(ways), False


def _several(words: dict[str, Any]) -> Any:
    """Codes of a list, in words."""
    return lambda codes: ", ".join(str(words[code]) for code in codes) or None


@admin.register(IdentityCheck)
class IdentityCheckAdmin(Register):
    """Who looked at whose papers, and what the thumbprint reader said."""

    list_display = (
        "id",
        column("member__number", _("No. Ahli")),
        column("door", _("Tempat"), DOORS),
        column("checked_on", _("Tarikh"), formats.day),
        column("checked_by", _("Disemak oleh")),
        column("thumb", _("Cap ibu jari"), {code: label.words for code, label in THUMBS.items()}),
    )
    fields = (
        *list_display[1:],
        column("paper", _("Jenis dokumen"), IDENTITY_KINDS),
        column("seen", _("Semakan pengenalan"), _several(SEEN)),
        column("without_thumb", _("Sebab tanpa cap ibu jari")),
        column("reader", _("Pembaca")),
        column("checked_at", _("Masa"), formats.moment),
    )
    list_select_related = ("member", "checked_by")
    list_filter = (choice_filter("door", _("Tempat"), DOORS),)
    search_fields = ("=member__number",)
    search_help_text = _("Nombor ahli")


@admin.register(CounterProposal)
class CounterProposalAdmin(Register):
    """What waited for a supervisor, and what was decided. What it changes, the counter's own page shows."""

    list_display = (
        "id",
        column("member__number", _("No. Ahli")),
        column("kind", _("Perkara"), PROPOSAL_KINDS),
        column("state", _("Status"), {code: label.words for code, label in PROPOSAL_STATES.items()}),
        column("proposed_by", _("Dicadangkan oleh")),
        column("decided_by", _("Diputuskan oleh")),
    )
    fields = (
        *list_display[1:],
        column("reason", _("Sebab")),
        column("risks", _("Mengapa penyelia diperlukan"), _several(RISKS)),
        column("proposed_at", _("Masa"), formats.moment),
        column("decided_at", _("Diputuskan pada"), formats.moment),
        column("comment", _("Sebab keputusan")),
    )
    list_select_related = ("member", "proposed_by", "decided_by")
    list_filter = (choice_filter("state", _("Status"), {code: label.words for code, label in PROPOSAL_STATES.items()}),)
    search_fields = ("=member__number",)
    search_help_text = _("Nombor ahli")


ACCOUNT_STATES = {code: label.words for code, label in BANK_ACCOUNT_STATES.items()}


@admin.register(BankAccount)
class BankAccountAdmin(Register):
    """Where members' money goes, and went. Numbers and holders' names are encrypted and shown to nobody here."""

    list_display = (
        "id",
        column("member__number", _("No. Ahli")),
        column("bank", _("Bank"), accounts.name),
        column("ending", _("Empat angka akhir")),
        column("state", _("Status"), ACCOUNT_STATES),
        column("since", _("Mulai"), formats.moment),
    )
    fields = (
        *list_display[1:],
        column("asked_at", _("Diminta pada"), formats.moment),
        column("answered_at", _("Bank menjawab pada"), formats.moment),
        column("tries", _("Cubaan")),
        column("cooling_until", _("Wang menunggu hingga"), formats.moment),
        column("ended_at", _("Tamat"), formats.moment),
        column("decided_by", _("Diputuskan oleh")),
    )
    list_select_related = ("member", "decided_by")
    list_filter = (choice_filter("state", _("Status"), ACCOUNT_STATES),)
    search_fields = ("=member__number",)
    search_help_text = _("Nombor ahli")
