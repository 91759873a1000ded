"""The rates of all years, for everybody (/help/dividends/), and a member's own dividends with how each came (/member/dividends/)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from kwsp_portal.common import clock, rates
from kwsp_portal.common.rates import RegisterLine
from members import access
from members.enums import Scheme
from members.explanations import dividend_percent
from members.identity.gates import member_required, public
from members.rules import dividend
from members.selectors import dividend_rates, dividends, rates_chart
from members.selectors.dividend_rates import Rates


@public
@require_safe
def declared(request: HttpRequest) -> HttpResponse:
    """Every year as a drawing and as a table, how a dividend is reckoned, and what is assumed."""
    on = clock.business_date()
    known = dividend_rates.known(on=on)
    context: dict[str, Any] = {
        "on": on,
        "chart": rates_chart.of(known),
        "rows": [
            (one, dividend_percent(str(one.conventional)), "" if one.shariah is None else dividend_percent(str(one.shariah)), _source(one))
            for one in known
        ],
        "latest": known[0],
        "assumed": [_said(line) for line in rates.lines_of(dividend.LAW) if line.value.assumed],
    }
    return render(request, "members/dividend_rates.html", context)


@member_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every dividend credited, the newest first."""
    member, on = access.member_for(request.user), clock.business_date()  # type: ignore[arg-type]
    scheme = dividend.scheme_of(shariah_from=member.shariah_from, year=on.year)
    context = {"rows": dividends.of(member), "member": member, "shariah": scheme is Scheme.SHARIAH, "year": on.year}
    return render(request, "members/dividends.html", context)


@member_required
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One dividend: each account with its days, the rate and what they gave."""
    member = access.member_for(request.user)  # type: ignore[arg-type]
    page = dividends.one_of(member, pk, on=clock.business_date())
    if page is None:
        raise Http404
    return render(request, "members/dividend.html", {"page": page, "row": page.row})


def _source(one: Rates) -> str:
    """Of a declared year what was said then, of an earlier one its citation."""
    on_file = dividend.on_file(one.year, Scheme.CONVENTIONAL)
    if one.source or on_file is None:
        return one.source
    return "; ".join(source.in_language(translation.get_language() or "ms") for source in rates.citations(on_file.citation))


def _said(line: RegisterLine) -> tuple[str, str]:
    """What is assumed, and why, in the active language."""
    language = translation.get_language() or "ms"
    reason = line.value.reason
    return line.rate.description.in_language(language), reason.in_language(language) if reason else ""
