from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from kwsp_portal.common.stored_names import WORDS
from kwsp_portal.registers import Register, choice_filter, column
from kwsp_portal.templatetags import formats
from members.identity.enums import Role
from members.identity.models import User

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
        "user": _("Pengguna"),
        "identity.sign_in": _("Log masuk"),
        "identity.sign_out": _("Log keluar"),
        "identity.session_end": _("Sesi ditamatkan"),
    }
)
YES_NO = {True: _("Ya"), False: _("Tidak")}


@admin.register(User)
class UserAdmin(Register):
    """Who can sign in. Neither the password's hash nor the secret phrase is shown to anybody."""

    list_display = (
        "user_id",
        column("name", _("Nama")),
        column("role", _("Peranan"), ROLES),
        column("is_active", _("Aktif"), YES_NO),
        column("last_login", _("Log masuk terakhir"), formats.moment),
    )
    fields = (*list_display, column("joined_at", _("Didaftarkan pada"), formats.moment))
    list_filter = (choice_filter("role", _("Peranan"), ROLES), choice_filter("is_active", _("Aktif"), YES_NO))
    search_fields = ("^user_id", "^name")
    search_help_text = _("Permulaan ID Pengguna atau nama")
    ordering = ("user_id",)
