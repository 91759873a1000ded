"""The public calculator of lateness: what a late payment costs and what the members are owed for it."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contributions import forms
from contributions.calculator import late, typed
from contributions.calculator.reckoning import Fault, Refused
from contributions.selectors import late_rates
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.identity import gates


@gates.public
@require_safe
def late_charge(request: HttpRequest) -> HttpResponse:
    """One contribution month. The question stands in the address by the names of the API, so the page can be kept and shared."""
    on = clock.business_date()
    given = {name: request.GET.getlist(name) for name in late.FIELDS if name in request.GET}
    if not given:
        usual = {"contribution_month": str(WageMonth.of(on)), "paid_on": str(on)}
        return _page(request, forms.LateForm(initial=usual))
    texts = {name: typed.plain(name, found[-1]) for name, found in given.items()}
    form = forms.LateForm(texts)
    twice = [name for name, found in given.items() if len(set(found)) > 1]
    try:
        if twice:
            raise Refused([Fault(name, "GIVEN_TWICE", _("Ditemui lebih daripada sekali, dijangka sekali")) for name in twice])
        answer = late.answer(late.read(texts, on=on), on=on, declared=late_rates.declared(on=on))
    except Refused as error:
        forms.say(form, error.faults)
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request, form, answer=answer)


def _page(request: HttpRequest, form: forms.LateForm, *, status: int = HTTPStatus.OK, answer: late.Answer | None = None) -> HttpResponse:
    return render(request, "contributions/late_charge.html", {"form": form, "answer": answer, "url": _url(answer)}, status=status)


def _url(answer: late.Answer | None) -> str:
    """The address of the same question, by its values and not as it was typed."""
    if answer is None:
        return ""
    question = {name: str(value) for name, value in answer.question._asdict().items()}
    return f"{reverse('calculator:late_charge')}?{urlencode(question)}"
