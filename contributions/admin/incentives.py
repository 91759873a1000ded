"""Registrations for incentives, and the Ministry's e-Kasih list, in the admin, to be read; officers work at counters and under /staff/e-kasih/."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.explanations_incentive import OCCUPATIONS
from contributions.models import EKasihList, EKasihSpan, IncentiveRegistration
from kwsp_portal.registers import Register, choice_filter, column
from kwsp_portal.templatetags import formats

STATES = {state: label.words for state, label in labels.EKASIH.items()}


@admin.register(IncentiveRegistration)
class IncentiveRegistrationAdmin(Register):
    """Who held which incentive from when to when."""

    list_display = (
        "id",
        column("member", _("Ahli")),
        column("scheme", _("Insentif"), labels.SCHEME),
        column("first", _("Mulai"), formats.day),
        column("last", _("Hingga"), formats.day),
        column("registered_at", _("Cara"), labels.REGISTERED_AT),
    )
    fields = (
        *list_display[1:],
        column("occupation", _("Pekerjaan"), OCCUPATIONS),
        column("other_work", _("Pekerjaan lain")),
        column("registered_by", _("Didaftarkan oleh")),
        column("ended_why", _("Sebab berakhir"), labels.REGISTRATION_END),
        column("ended_by", _("Ditamatkan oleh")),
    )
    list_filter = (choice_filter("scheme", _("Insentif"), labels.SCHEME), choice_filter("registered_at", _("Cara"), labels.REGISTERED_AT))
    list_select_related = ("member",)
    search_fields = ("=member__number",)
    search_help_text = _("Nombor ahli")


@admin.register(EKasihSpan)
class EKasihSpanAdmin(Register):
    """Whom the Ministry's list has, and had."""

    list_display = ("id", column("member", _("Ahli")), column("first", _("Mulai"), formats.day), column("last", _("Hingga"), formats.day))
    fields = list_display[1:]
    list_select_related = ("member",)
    search_fields = ("=member__number",)
    search_help_text = _("Nombor ahli")


@admin.register(EKasihList)
class EKasihListAdmin(Register):
    """Files of the list; each row's fate stands on the officers' own page."""

    list_display = (
        "id",
        column("as_at", _("Setakat"), formats.day),
        column("rows_total", _("Jumlah baris"), formats.count),
        column("state", _("Status"), STATES),
        column("uploaded_by", _("Dimuat naik oleh")),
        column("uploaded_on", _("Dimuat naik pada"), formats.day),
    )
    fields = (
        *list_display[1:],
        column("decided_by", _("Diputuskan oleh")),
        column("decided_on", _("Diputuskan pada"), formats.day),
        column("comment", _("Ulasan")),
        column("dropped", _("Tidak lagi dalam senarai"), formats.count),
        column("followed_on", _("Berkuat kuasa pada"), formats.day),
    )
    list_filter = (choice_filter("state", _("Status"), STATES),)
    list_select_related = ("uploaded_by",)
