"""What people misread about contributions, with figures of the law of a month."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contributions import explanations
from contributions.calculator import lessons as examples
from contributions.calculator import reckoning
from contributions.views import shared
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.identity import gates


@gates.public
@require_safe
def contributions(request: HttpRequest) -> HttpResponse:
    """For the wage month in the address; for the one that is due now, if it names none or one whose law is not known."""
    due = WageMonth.of(clock.business_date()).previous()
    try:
        found = examples.of(shared.month_of(request.GET.get("wage_month")) or due)
    except reckoning.Refused:
        found = examples.of(due)
    return render(request, "contributions/help.html", {"lessons": found, "month": found.month, "liable": explanations.liable_wages(found.month)})
