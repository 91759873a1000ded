"""An employer's arrears by month, with the exact charge before it is paid."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contributions import forms, labels
from contributions.calculator import late, typed, values
from contributions.rules import instalments as rules
from contributions.selectors import arrears as selectors
from contributions.selectors import assessments, instalments, late_dues
from contributions.services import instalment_moves
from contributions.views import shared
from contributions.workflow import PLAN_OPEN
from employers.models import Employer
from kwsp_portal.common import clock
from kwsp_portal.templatetags import formats
from members.identity.gates import representative_required


@representative_required
@require_safe
def arrears(request: HttpRequest) -> HttpResponse:
    """Every month that is behind, priced as if it were paid today, or on the day that the address names."""
    employer, on = shared.employer_of(request), clock.business_date()
    form = forms.PaidOnForm(request.GET if "paid_on" in request.GET else None, initial={"paid_on": str(on)})
    paid_on, words = _day(typed.plain("paid_on", request.GET.get("paid_on", "")), on)
    if words:
        forms.say(form, [("paid_on", "OUT_OF_RANGE", words)])
    found = selectors.arrears_of(employer=employer, paid_on=paid_on, on=on)
    charged = late_dues.charged_of(employer=employer)
    behind = {quote.month for quote in found.quotes} | {one.month for one in charged if one.left}
    context = {
        "acting_for": employer.name,
        "found": found,
        "missing": [(month, filing, labels.FILING[filing.state] if filing else None) for month, filing in found.missing],
        "charged": charged,
        "may_ask": instalment_moves.may_act(employer, request.user, on=on),  # type: ignore[arg-type]
        "offers_plan": len(behind) >= rules.LEAST,
        **_plan(employer),
        "assessed": assessments.served_to(employer=employer).exists(),
        "form": form,
        "paid_on": paid_on,
        "on": on,
        "tomorrow": on + timedelta(days=1),
    }
    return render(request, "contributions/arrears.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if words else HTTPStatus.OK)


def _plan(employer: Employer) -> dict[str, Any]:
    """The plan that is open, and whether there were others."""
    plans = instalments.of_employer(employer)
    found = next((one for one in plans if one.state in PLAN_OPEN), None)
    return {"plan": found, "plan_label": labels.PLAN_TO_EMPLOYER[found.state] if found else None, "had_plans": bool(plans)}


def _day(text: str, on: date) -> tuple[date, str]:
    """The day to price for, and what is wrong with what was asked: a day between today and a year ahead."""
    if not text:
        return on, ""
    latest = on + timedelta(days=late.DAYS_AHEAD)
    try:
        found = values.day(text)
    except values.Unreadable as error:
        return on, error.words
    if on <= found <= latest:
        return found, ""
    return on, _("Ditemui %(found)s, dijangka tarikh dari %(earliest)s hingga %(latest)s") % {
        "found": formats.day(found),
        "earliest": formats.day(on),
        "latest": formats.day(latest),
    }
