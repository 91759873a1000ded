"""What an employer owes, does and must not do: public, with figures of the law of a month."""

from datetime import date
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from contributions.calculator import duties as page
from contributions.enums import Category
from contributions.rules.duties import Offence, Penalty
from contributions.selectors import late_rates
from contributions.views import shared
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.templatetags import formats
from members import explanations
from members.identity import gates

WHO: Final = {
    Category.CITIZEN: gettext_lazy("Warganegara"),
    Category.PERMANENT_RESIDENT: gettext_lazy("Penduduk tetap"),
    Category.EARLY_NON_CITIZEN: gettext_lazy("Bukan warganegara, ahli sebelum %(border)s"),
    Category.LATER_NON_CITIZEN: gettext_lazy("Bukan warganegara lain"),
}
OFFENCES: Final = {
    Offence.NOT_REGISTERED: gettext_lazy("Tidak mendaftar dengan KWSP dalam tempohnya selepas wajib mencarum"),
    Offence.NOT_NOTIFIED: gettext_lazy("Tidak memaklumkan dalam tempohnya bahawa tiada lagi pekerja"),
    Offence.NO_WAGE_STATEMENT: gettext_lazy("Tidak menyediakan dan memberi penyata upah kepada setiap pekerja"),
    Offence.NOT_PAID: gettext_lazy("Tidak membayar caruman pada atau sebelum tarikh akhirnya"),
    Offence.OWN_SHARE_DEDUCTED: gettext_lazy("Memotong, atau cuba memotong, syer majikan daripada upah pekerja"),
    Offence.DEDUCTED_NOT_PAID: gettext_lazy("Memotong syer pekerja daripada upah dan tidak membayarnya kepada KWSP"),
    Offence.FALSE_STATEMENT: gettext_lazy("Memberi penyataan, sijil atau dokumen yang palsu"),
}


@gates.public
@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """For the wage month in the address; for the one that is due now, if it names none or one whose law is not known."""
    on = clock.business_date()
    due = WageMonth.of(on).previous()
    found = _of(shared.month_of(request.GET.get("wage_month")) or due, on) or _of(due, on)
    assert found is not None  # noqa: S101 - the month that is due has its law
    question = {name: str(value) for name, value in found.late.question._asdict().items()}
    context = {
        "found": found,
        "shares": [
            (str(WHO[row.who]) % {"border": formats.day(found.early_before)}, row, _stage(row.below, found.limit), _stage(row.reached, found.limit))
            for row in found.shares
        ],
        "penalties": [(penalty.offence.value, OFFENCES[penalty.offence], _penalty(penalty)) for penalty in found.penalties],
        "late_url": f"{reverse('calculator:late_charge')}?{urlencode(question)}",
        "points": explanations.percent(str(found.points)),
        "rounded_from": page.ROUNDED,
    }
    return render(request, "contributions/duties.html", context)


def _of(month: WageMonth, on: date) -> page.Duties | None:
    try:
        return page.of(month, on=on, declared=late_rates.declared(on=on))
    except NotInForce:
        return None


def _stage(stage: page.Stage, limit: Decimal) -> dict[str, Any]:
    """Both shares in words."""
    if stage.fixed:
        employer = formats.money(stage.employer)
    elif stage.over is not None:
        figures = {"rate": explanations.percent(str(stage.employer)), "limit": formats.money(limit), "over": explanations.percent(str(stage.over))}
        employer = _("%(rate)s; bagi upah melebihi %(limit)s, %(over)s") % figures
    else:
        employer = explanations.percent(str(stage.employer))
    return {"part": stage.part, "employer": employer, "employee": explanations.percent(str(stage.employee)) if stage.employee else _("tiada")}


def _penalty(penalty: Penalty) -> str:
    if penalty.years:
        prison = ngettext("%(number)s tahun", "%(number)s tahun", penalty.years) % {"number": penalty.years}
    else:
        prison = ngettext("%(number)s bulan", "%(number)s bulan", penalty.months or 0) % {"number": penalty.months}
    return _("Penjara tidak melebihi %(prison)s, atau denda tidak melebihi %(fine)s, atau kedua-duanya") % {
        "prison": prison,
        "fine": formats.money(penalty.fine.value),
    }
