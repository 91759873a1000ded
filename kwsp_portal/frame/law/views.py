"""`/law/`: the register of law, for everybody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kwsp_portal.common import clock
from kwsp_portal.common.rates import Confidence
from kwsp_portal.frame.law import register, words
from members.identity import gates

LEGEND = [(words.CONFIDENCE[level], words.CONFIDENCE_KIND[level], words.CONFIDENCE_MEANS[level]) for level in Confidence]


@gates.public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every law the portal knows."""
    return render(request, "frame/law/index.html", {"laws": register.laws(clock.business_date()), "legend": LEGEND})


@gates.public
@require_safe
def law(request: HttpRequest, name: str) -> HttpResponse:
    """One law: every number through time."""
    found = next((page for page in register.laws(clock.business_date()) if page.name == name), None)
    if found is None:
        raise Http404
    return render(request, "frame/law/law.html", {"law": found, "legend": LEGEND})


@gates.public
@require_safe
def assumptions(request: HttpRequest) -> HttpResponse:
    """What the sources leave open and the portal had to decide."""
    return render(request, "frame/law/assumptions.html", {"assumptions": register.assumptions(clock.business_date())})
