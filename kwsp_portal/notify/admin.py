from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kwsp_portal.common import clock
from kwsp_portal.jobs import board
from kwsp_portal.notify import services
from kwsp_portal.notify.enums import Channel, State, Whose
from kwsp_portal.notify.models import Message, Notice
from kwsp_portal.registers import Register, choice_filter, column
from kwsp_portal.templatetags import formats

WHOSE = {Whose.MEMBER: _("Ahli"), Whose.EMPLOYER: _("Majikan")}
CHANNELS = {Channel.SMS: "SMS", Channel.EMAIL: _("E-mel")}
STATES = {
    State.QUEUED: _("Menunggu dihantar"),
    State.SENT: _("Dihantar"),
    State.DELIVERED: _("Sampai"),
    State.FAILED: _("Gagal"),
    State.EXPIRED: _("Luput sebelum dihantar"),
    State.REFUSED: _("Ditolak"),
}
WHY_NOT = {
    "SECRET": _("Mesej %(message)s mengandungi kod atau kata laluan: orang itu meminta yang baharu."),
    "DELIVERED": _("Mesej %(message)s sudah sampai."),
    "UNDER_WAY": _("Mesej %(message)s masih dalam perjalanan."),
    "BEFORE": _("Mesej %(message)s sudah dihantar semula."),
}


@admin.register(Notice)
class NoticeAdmin(Register):
    """What was told, to be read."""

    list_display = (
        "id",
        column("on", _("Tarikh"), formats.day),
        column("whose", _("Peti masuk"), WHOSE),
        column("whose_id", _("Baris daftar")),
        column("code", _("Kod")),
        column("cause", _("Sebab")),
    )
    fields = (*list_display[1:], column("figures", _("Angka")), column("at", _("Masa"), formats.moment))
    list_filter = (choice_filter("whose", _("Peti masuk"), WHOSE),)
    search_fields = ("=cause", "=whose_id", "code")
    search_help_text = _("Sebab seperti correctionline:12, nombor baris daftar, atau kod")


@admin.register(Message)
class MessageAdmin(Register):
    """What left the house, and how far it came. Words and secrets are not here: they are made when it is sent, and gone after it."""

    list_display = (
        "id",
        column("at", _("Masa"), formats.moment),
        column("channel", _("Saluran"), CHANNELS),
        column("to_masked", _("Kepada")),
        column("code", _("Kod")),
        column("state", _("Status"), STATES),
        column("reason", _("Sebab gagal")),
        column("tries", _("Cubaan")),
    )
    fields = (
        *list_display[1:],
        column("cause", _("Sebab")),
        column("language", _("Bahasa")),
        column("figures", _("Angka")),
        column("expires_at", _("Luput pada"), formats.moment),
        column("due_at", _("Cubaan seterusnya"), formats.moment),
        column("sent_at", _("Dihantar pada"), formats.moment),
        column("ended_at", _("Selesai pada"), formats.moment),
        column("reference", _("Rujukan penyedia")),
    )
    list_filter = (choice_filter("state", _("Status"), STATES), choice_filter("channel", _("Saluran"), CHANNELS))
    search_fields = ("=cause", "=to", "=reference", "code")
    search_help_text = _("Nombor penuh seperti +60123456789, sebab seperti challenge:12, rujukan penyedia, atau kod")
    ordering = ("-id",)
    actions = ("send_again",)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Asked for actions with `permissions=["operate"]`."""
        return board.may_operate(request)

    @admin.action(description=_("Hantar semula"), permissions=["operate"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        """Once each; why one cannot be is said of that one."""
        for message in chosen:
            try:
                services.send_again(message_id=message.pk, by=board.actor_of(request), at=clock.now())
            except services.NotAgain as refused:
                why = WHY_NOT[refused.why] % {"message": message.pk}
                self.message_user(request, why, messages.ERROR)
            else:
                self.message_user(request, gettext("Mesej %(message)s dihantar semula.") % {"message": message.pk})
