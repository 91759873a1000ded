from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from employers.enums import AppointmentForm, EmployerKind
from employers.labels import FLOWS, ROLES, TOLD_UNDER_WAY
from employers.models import Appointment, AppointmentProposal, Employer, Employment, FlowChoice, Representative
from kwsp_portal.registers import Lines, Register, choice_filter, column
from kwsp_portal.templatetags import formats
from members.labels import PROPOSAL_STATES

KINDS = {EmployerKind.PRIVATE: _("Swasta"), EmployerKind.GOVERNMENT: _("Kerajaan"), EmployerKind.HOUSEHOLD: _("Isi rumah")}

REPRESENTATION = (
    column("user__user_id", _("ID Pengguna"), formats.masked_user_id),
    column("user__name", _("Nama")),
    column("role", _("Peranan"), ROLES),
    column("appointed_on", _("Dilantik pada"), formats.day),
    column("removed_on", _("Ditamatkan pada"), formats.day),
    column("appointed_by", _("Dilantik oleh")),
    column("removed_by", _("Ditamatkan oleh")),
)
EMPLOYMENT = (
    column("employer__number", _("No. Majikan")),
    column("employer__name", _("Majikan")),
    column("member__number", _("No. Ahli")),
    column("member__name", _("Ahli")),
    column("from_date", _("Mulai"), formats.day),
    column("to_date", _("Hingga (tidak termasuk)"), formats.day),
    column("domestic", _("Pembantu domestik"), {True: _("Ya"), False: _("Tidak")}),
)


class RepresentativeLines(Lines):
    model = Representative
    fields = REPRESENTATION


@admin.register(Employer)
class EmployerAdmin(Register):
    list_display = (
        "number",
        column("name", _("Nama")),
        column("kind", _("Jenis"), KINDS),
        column("from_date", _("Majikan sejak"), formats.day),
        column("closed_on", _("Ditutup pada"), formats.day),
    )
    fields = list_display
    inlines = (RepresentativeLines,)
    list_filter = (choice_filter("kind", _("Jenis"), KINDS),)
    search_fields = ("=number", "name")
    search_help_text = _("Nombor majikan, atau sebahagian nama")
    ordering = ("number",)


@admin.register(Representative)
class RepresentativeAdmin(Register):
    list_display = (column("employer", _("Majikan")), *REPRESENTATION)
    fields = list_display
    list_display_links = (list_display[0],)
    list_select_related = ("employer", "user")
    list_filter = (choice_filter("role", _("Peranan"), ROLES),)
    search_fields = ("=employer__number", "=user__user_id", "^user__name")
    search_help_text = _("Nombor majikan, ID Pengguna penuh, atau permulaan nama")


@admin.register(Employment)
class EmploymentAdmin(Register):
    list_display = EMPLOYMENT
    fields = EMPLOYMENT
    list_select_related = ("employer", "member")
    search_fields = ("=employer__number", "=member__number")
    search_help_text = _("Nombor majikan, atau nombor ahli")
    ordering = ("-id",)


@admin.register(AppointmentProposal)
class AppointmentProposalAdmin(Register):
    """Risky appointments at a counter, and what the supervisor decided."""

    list_display = (
        "id",
        column("employer", _("Majikan")),
        column("name", _("Wakil")),
        column("identity_number", _("No. pengenalan"), formats.masked_ic),
        column("state", _("Status"), {state: label.words for state, label in PROPOSAL_STATES.items()}),
        column("proposed_by", _("Dicadangkan oleh")),
        column("proposed_on", _("Pada"), formats.day),
    )
    fields = (*list_display[1:], column("decided_by", _("Diputuskan oleh")), column("decided_on", _("Diputuskan pada"), formats.day))
    list_select_related = ("employer", "proposed_by", "decided_by")
    search_fields = ("=employer__number",)
    search_help_text = _("Nombor majikan")


@admin.register(FlowChoice)
class FlowChoiceAdmin(Register):
    """Which employer chose to approve with or without a checker, from when on, and who did."""

    list_display = (
        "id",
        column("employer", _("Majikan")),
        column("flow", _("Aliran kelulusan"), FLOWS),
        column("chosen_by", _("Dipilih oleh")),
        column("chosen_on", _("Dipilih pada"), formats.day),
    )
    fields = (*list_display[1:], column("under_way", _("Yang sedang menunggu"), TOLD_UNDER_WAY))
    list_select_related = ("employer", "chosen_by")
    list_filter = (choice_filter("flow", _("Aliran kelulusan"), FLOWS),)
    search_fields = ("=employer__number",)
    search_help_text = _("Nombor majikan")


APPOINTMENT_FORMS = {AppointmentForm.KWSP_1: _("Borang KWSP 1"), AppointmentForm.KWSP_1I: _("Borang KWSP 1(i)")}


@admin.register(Appointment)
class AppointmentAdmin(Register):
    """Who was appointed at a counter, by which form, and by whom."""

    list_display = (
        "id",
        column("representative__employer__number", _("No. Majikan")),
        column("representative__user__name", _("Wakil")),
        column("identity_number", _("No. pengenalan"), formats.masked_ic),
        column("form", _("Borang yang dibawa"), APPOINTMENT_FORMS),
        column("made_on", _("Dilantik pada"), formats.day),
        column("made_by", _("Dilantik di kaunter oleh")),
    )
    fields = (*list_display[1:], column("made_at", _("Masa"), formats.moment))
    list_select_related = ("representative__employer", "representative__user", "made_by")
    search_fields = ("=representative__employer__number",)
    search_help_text = _("Nombor majikan")
