"""Half-yearly runs of an incentive and their claims in the admin, to be read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.models import IncentiveClaim, IncentiveRun
from contributions.rules.incentive_steps import NAMES
from kwsp_portal.common.stored_names import WORDS
from kwsp_portal.registers import Register, choice_filter, column
from kwsp_portal.templatetags import formats

RUN_STATES = {state: label.words for state, label in labels.INCENTIVE_RUN.items()}
CLAIM_STATES = {state: label.words for state, label in labels.INCENTIVE_CLAIM.items()}
WORDS.update(
    {
        "incentive run": _("Larian insentif"),
        "incentive claim": _("Tuntutan insentif"),
        "answer": _("Jawapan Kerajaan"),
        "government clearing": _("Penjelasan Kerajaan"),
        "contributions.incentive_claim_is_credited_once": _("Tuntutan insentif yang tidak dikreditkan tepat sekali"),
        "contributions.incentive_went_to_its_member": _("Insentif yang dikreditkan kepada akaun lain"),
        "contributions.incentive_run_is_its_claims": _("Larian insentif yang jumlahnya tidak sama dengan tuntutannya"),
        "contributions.government_s_answer_is_posted_once": _("Jawapan Kerajaan yang tidak dicatat tepat sekali"),
        "contributions.government_clearing_is_received_claims": _("Penjelasan Kerajaan yang tidak sama dengan tuntutan yang diterima"),
    }
)


@admin.register(IncentiveRun)
class IncentiveRunAdmin(Register):
    """What was claimed of each half-year, and what became of it."""

    list_display = (
        "id",
        column("scheme", _("Insentif"), lambda code: NAMES[code]),
        column("year", _("Tahun")),
        column("half", _("Separuh tahun")),
        column("state", _("Status"), RUN_STATES),
        column("claims", _("Tuntutan"), formats.count),
        column("claimed", _("Dituntut"), formats.money),
        column("received", _("Diterima"), formats.money),
        column("credited_on", _("Selesai dikreditkan pada"), formats.day),
    )
    fields = (
        *list_display[1:],
        column("opened_on", _("Dibuka pada"), formats.day),
        column("edition", _("Undang-undang")),
        column("members", _("Ahli"), formats.count),
        column("received_on", _("Diterima pada"), formats.day),
        column("credits_from", _("Dikreditkan mulai"), formats.day),
    )
    list_filter = (choice_filter("state", _("Status"), RUN_STATES),)


@admin.register(IncentiveClaim)
class IncentiveClaimAdmin(Register):
    """Each member's claim; by the member's number."""

    list_display = (
        "id",
        column("run", _("Larian insentif")),
        column("member", _("Ahli")),
        column("amount", _("Dituntut"), formats.money),
        column("over", _("Lebih dibayar"), formats.money),
        column("state", _("Status"), CLAIM_STATES),
        column("credited_on", _("Dikreditkan pada"), formats.day),
    )
    fields = (
        *list_display[1:],
        column("contributed", _("Caruman yang dikira"), formats.money),
        column("whole", _("Diperoleh tahun itu"), formats.money),
        column("before", _("Dituntut sebelum ini"), formats.money),
        column("carried", _("Beza tahun lalu"), formats.money),
        column("reason", _("Sebab ditolak")),
        column("appeal", _("Rayuan")),
        column("appealed_on", _("Dirayu pada"), formats.day),
    )
    list_filter = (choice_filter("state", _("Status"), CLAIM_STATES),)
    list_select_related = ("run", "member")
    search_fields = ("=member__number",)
    search_help_text = _("No. Ahli")
