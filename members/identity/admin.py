from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from kwsp_portal.common.stored_names import WORDS
from kwsp_portal.registers import Register, choice_filter, column
from kwsp_portal.templatetags import formats
from members.identity.enums import InvitationKind, Role
from members.identity.models import Invitation, User

ROLES = {
    Role.MEMBER: _("Ahli"),
    Role.REPRESENTATIVE: _("Wakil majikan"),
    Role.COUNTER_OFFICER: _("Pegawai kaunter"),
    Role.SUPERVISOR: _("Penyelia kaunter"),
    Role.WITHDRAWAL_OFFICER: _("Pegawai pengeluaran"),
    Role.INSPECTOR: _("Pemeriksa"),
    Role.AUDITOR: _("Juruaudit"),
    Role.ADMINISTRATOR: _("Pentadbir sistem"),
}
WORDS.update(
    {
        "token": _("Token API"),
        "user": _("Pengguna"),
        "challenge": _("Kod TAC"),
        "tac_phone": _("Telefon TAC"),
        "invitation": _("Jemputan i-Akaun"),
    }
)
INVITATION_KINDS = {InvitationKind.MEMBER: _("Ahli"), InvitationKind.EMPLOYER: _("Majikan")}
YES_NO = {True: _("Ya"), False: _("Tidak")}


@admin.register(User)
class UserAdmin(Register):
    """Who can sign in. Neither the password's hash nor the secret phrase is shown to anybody."""

    list_display = (
        column("user_id", _("ID Pengguna"), formats.masked_user_id),
        column("name", _("Nama")),
        column("role", _("Peranan"), ROLES),
        column("is_active", _("Aktif"), YES_NO),
        column("last_login", _("Log masuk terakhir"), formats.moment),
    )
    fields = (
        *list_display,
        column("joined_at", _("Didaftarkan pada"), formats.moment),
        column("activated_at", _("i-Akaun diaktifkan pada"), formats.moment),
    )
    list_filter = (choice_filter("role", _("Peranan"), ROLES), choice_filter("is_active", _("Aktif"), YES_NO))
    search_fields = ("=user_id", "^name")
    search_help_text = _("ID Pengguna penuh, atau permulaan nama")
    ordering = ("user_id",)


def _hidden_number(phone: str) -> str:
    return f"…{phone[-4:]}"


@admin.register(Invitation)
class InvitationAdmin(Register):
    """Who was invited and what became of it. The hash of the secret is shown to nobody."""

    list_display = (
        "id",
        column("user__user_id", _("ID Pengguna"), formats.masked_user_id),
        column("kind", _("Jenis"), INVITATION_KINDS),
        column("issued_at", _("Dikeluarkan pada"), formats.moment),
        column("issued_by", _("Dikeluarkan oleh")),
        column("expires_on", _("Sah hingga"), formats.day),
        column("used_at", _("Digunakan pada"), formats.moment),
        column("voided_at", _("Dibatalkan pada"), formats.moment),
    )
    fields = (*list_display[1:], column("phone", _("Dihantar kepada"), _hidden_number))
    list_select_related = ("user", "issued_by")
    list_filter = (choice_filter("kind", _("Jenis"), INVITATION_KINDS),)
    search_fields = ("=user__user_id", "^user__name")
    search_help_text = _("ID Pengguna penuh, atau permulaan nama")
