from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kwsp_portal.common.names import name_key
from kwsp_portal.registers import Lines, Register, column
from kwsp_portal.templatetags import formats
from members.enums import Citizenship, IdentityKind, Religion, Sex
from members.models import CitizenshipPeriod, Member

CITIZENSHIPS = {
    Citizenship.CITIZEN: _("Warganegara"),
    Citizenship.PERMANENT_RESIDENT: _("Pemastautin tetap"),
    Citizenship.NON_CITIZEN: _("Bukan warganegara"),
}
IDENTITY_KINDS = {
    IdentityKind.MYKAD: _("MyKad"),
    IdentityKind.PASSPORT: _("Pasport"),
    IdentityKind.MYPR: _("MyPR"),
    IdentityKind.ARMY: _("Kad tentera"),
    IdentityKind.POLICE: _("Kad polis"),
}
SEXES = {Sex.FEMALE: _("Perempuan"), Sex.MALE: _("Lelaki")}
RELIGIONS = {
    Religion.ISLAM: _("Islam"),
    Religion.BUDDHISM: _("Buddha"),
    Religion.CHRISTIANITY: _("Kristian"),
    Religion.HINDUISM: _("Hindu"),
    Religion.SIKHISM: _("Sikh"),
    Religion.OTHER: _("Lain-lain"),
    Religion.UNKNOWN: _("Tidak dinyatakan"),
}


class CitizenshipLines(Lines):
    model = CitizenshipPeriod
    fields = (
        column("status", _("Kewarganegaraan"), CITIZENSHIPS),
        column("from_date", _("Mulai"), formats.day),
        column("to_date", _("Hingga (tidak termasuk)"), formats.day),
    )
    ordering = ("from_date",)


@admin.register(Member)
class MemberAdmin(Register):
    """The register of members. Lists show the last four of an identity number; the person's own page shows all of it."""

    list_display = (
        "number",
        column("name", _("Nama")),
        column("identity_number", _("No. pengenalan"), formats.masked_ic),
        column("birth_date", _("Tarikh lahir"), formats.day),
        column("member_since", _("Ahli sejak"), formats.day),
    )
    fields = (
        "number",
        column("name", _("Nama")),
        column("identity_kind", _("Jenis pengenalan"), IDENTITY_KINDS),
        column("identity_number", _("No. pengenalan"), formats.ic),
        column("birth_date", _("Tarikh lahir"), formats.day),
        column("sex", _("Jantina"), SEXES),
        column("religion", _("Agama"), RELIGIONS),
        column("phone", _("Telefon bimbit")),
        column("address", _("Alamat surat-menyurat")),
        column("home_address", _("Alamat rumah")),
        column("member_since", _("Ahli sejak"), formats.day),
        column("shariah_from", _("Simpanan Shariah mulai"), formats.day),
        column("died_on", _("Tarikh kematian"), formats.day),
        column("user", _("ID Pengguna")),
    )
    inlines = (CitizenshipLines,)
    search_fields = ("number", "identity_number", "name_key")
    search_help_text = _("Nombor ahli, nombor pengenalan, atau permulaan nama")
    ordering = ("number",)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Member], search_term: str) -> tuple[QuerySet[Member], bool]:
        """Each way goes by an index: a whole number however it is spaced, or how the name begins."""
        term = search_term.strip()
        if not term:
            return queryset, False
        compact = "".join(character for character in term if character.isalnum()).upper()
        ways = Q(number=compact) | Q(identity_number=compact)
        key: Any = name_key(term)
        if key:
            ways |= Q(name_key__startswith=key)
        return queryset.filter(ways), False
