"""What a correction of a member's register does to contributions: the Part of the Third Schedule, and rows that were credited by the old facts."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from contributions.enums import FilingState, RowStatus
from contributions.models import FilingRow
from contributions.rules import category, regime
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.templatetags import formats
from members.enums import Citizenship
from members.models import Member
from members.services import correcting
from members.services.correcting import Record


def of_part(member: Member, before: Record, after: Record, on: date) -> list[Any]:
    """The Part of the wage month of the day, where it is another; and that credited rows are corrected on their own."""
    month = WageMonth.of(on)
    was, will = _part(member, before, month), _part(member, after, month)
    words = []
    if was != will:
        words.append(
            _("Bahagian Jadual Ketiga bagi gaji %(month)s: %(after)s, bukan %(before)s.")
            % {"month": formats.month(month), "before": was, "after": will}
        )
    if any(before[name] != after[name] for name in ("birth_date", "citizenships")):
        credited = FilingRow.objects.filter(member=member, filing__state=FilingState.CREDITED, status=RowStatus.VALID).count()
        if credited:
            words.append(
                _("%(count)s baris Borang A yang telah dikreditkan tidak berubah sendiri: sediakan pembetulan Borang A.") % {"count": credited}
            )
    return words


def _part(member: Member, record: Record, month: WageMonth) -> str:
    """The letter of the Part; in words where nothing is due."""
    history = [(date.fromisoformat(start), Citizenship(status)) for status, start, _end in record["citizenships"]]
    citizenship = category.citizenship_in(history, month)
    if citizenship is None:
        return str(_("tiada"))
    try:
        return category.part_law(regime.law_of(month), citizenship, member.member_since, date.fromisoformat(record["birth_date"])).code.value
    except Refusal:
        return str(_("tiada"))


def register() -> None:
    """Asked before every decision on a correction."""
    correcting.EFFECTS.append(of_part)
