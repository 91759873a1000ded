"""A member's voluntary contributions: the page of a calendar year, and its statement by kind for the tax return."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contributions import labels
from contributions.rules.incentive_steps import NAMES
from contributions.selectors import voluntary as selectors
from contributions.selectors.incentives_of import incentives_of
from kwsp_portal.common import clock, money
from members import access as members_access
from members.identity.gates import member_required
from members.models import Member

_SHOWN: Final = 100
"""How many years back can be asked for."""


@member_required
@require_safe
def voluntary(request: HttpRequest) -> HttpResponse:
    """A year: paid by kind, what the ceiling leaves, what it has earned, each payment, what comes back."""
    member, on = members_access.member_for(request.user, marked=selectors.marked), clock.business_date()  # type: ignore[arg-type]
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and on.year - _SHOWN <= int(asked) <= on.year else on.year
    page = selectors.year_of(member=member, year=year, on=on)
    return render(request, "members/voluntary.html", {"member": member, "page": page, "half_years": incentives_of(member, year=year), **_words(page)})


@member_required
@require_safe
def voluntary_tax(request: HttpRequest, year: int) -> HttpResponse:
    """What was credited in a calendar year, by kind, to print. Raises Http404 for a year to come."""
    member, on = _member(request), clock.business_date()
    if not on.year - _SHOWN <= year <= on.year:
        raise Http404
    found = selectors.contributions_of(member=member, year=year)
    lines = selectors.by_kind(member=member, found=found)
    context = {
        "member": member,
        "year": year,
        "on": on,
        "lines": [(line, labels.VOLUNTARY_KIND[line.kind]) for line in lines],
        "channels": [(line, _channel(line.method)) for line in selectors.by_channel(found)],
        "total": sum((line.amount for line in lines), start=money.ZERO),
        "by_self": sum((line.by_self for line in lines), start=money.ZERO),
        "by_others": sum((line.by_others for line in lines), start=money.ZERO),
    }
    return render(request, "members/voluntary_tax.html", context)


def _member(request: HttpRequest) -> Member:
    return members_access.member_for(request.user)  # type: ignore[arg-type]


def _words(page: selectors.YearPage) -> dict[str, Any]:
    """The page's rows with their labels."""
    return {
        "lines": [(line, labels.VOLUNTARY_KIND[line.kind]) for line in page.lines],
        "contributions": [(one, labels.VOLUNTARY_KIND[one.kind], _stands(one), _paid_with(one)) for one in page.contributions],
        "for_others": [(one, labels.VOLUNTARY_KIND[one.voluntary.kind]) for one in page.for_others if one.voluntary],
        "open": [(one, labels.VOLUNTARY_KIND[one.voluntary.kind], labels.of_payment(one.method, one.state)) for one in page.open if one.voluntary],
        "cheques": [
            (one, labels.VOLUNTARY_KIND[one.kind], labels.COUNTER_RECEIPT[one.state], labels.BOUNCE.get(one.why, "")) for one in page.cheques
        ],
        "returns": [(one, labels.RETURN_WHY[one.why], labels.RETURN[one.state]) for one in page.returns],
        "incentives": [(line, NAMES[line.scheme]) for line in page.incentives],
    }


def _channel(method: str) -> Any:
    return labels.METHOD[method] if method else _("Saluran lain")


def _paid_with(found: Any) -> str:
    """The way, and the bank where it is the member's own: what another paid with is no more told."""
    if found.payment is None:
        return ""
    own = found.payment.voluntary.payer_id == found.member_id
    return labels.paid_with(found.payment.method, found.payment.bank_code) if own else str(labels.METHOD[found.payment.method])


def _stands(found: Any) -> labels.Label:
    if found.reversed_on is not None:
        return labels.VOLUNTARY_REVERSED
    if found.credited_on is None:
        return labels.VOLUNTARY_WAITS
    return labels.VOLUNTARY_CREDITED if found.credited else labels.VOLUNTARY_GIVEN_BACK
