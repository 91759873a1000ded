"""The public calculator of i-Saraan and i-Suri: what the Government adds to a year's contributions."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contributions import forms
from contributions.calculator import incentive as reckoning
from contributions.calculator import typed
from contributions.calculator.reckoning import Fault, Refused
from contributions.enums import IncentiveScheme
from kwsp_portal.common import clock
from members.identity import gates


@gates.public
@require_safe
def incentive(request: HttpRequest) -> HttpResponse:
    """One scheme and year. The question stands in the address by the names of the API, so the page can be kept and shared."""
    on = clock.business_date()
    given = {name: request.GET.getlist(name) for name in reckoning.FIELDS if name in request.GET}
    if set(given) <= {"scheme", "year"}:
        usual = {"scheme": IncentiveScheme.ISARAAN.lower(), "year": str(on.year), **{name: found[-1] for name, found in given.items()}}
        return _page(request, forms.IncentiveForm(initial=usual))
    texts = {name: typed.plain(name, found[-1]) for name, found in given.items()}
    form = forms.IncentiveForm(texts)
    twice = [name for name, found in given.items() if len(set(found)) > 1]
    try:
        if twice:
            raise Refused([Fault(name, "GIVEN_TWICE", _("Ditemui lebih daripada sekali, dijangka sekali")) for name in twice])
        answer = reckoning.answer(reckoning.read(texts, on=on))
    except Refused as error:
        forms.say(form, error.faults)
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request, form, answer=answer)


def _page(request: HttpRequest, form: forms.IncentiveForm, *, status: int = HTTPStatus.OK, answer: reckoning.Answer | None = None) -> HttpResponse:
    return render(request, "contributions/incentive.html", {"form": form, "answer": answer, "url": _url(answer)}, status=status)


def _url(answer: reckoning.Answer | None) -> str:
    """The address of the same question, by its values and not as it was typed."""
    if answer is None:
        return ""
    question = {name: str(value) for name, value in answer.question._asdict().items()} | {"scheme": answer.question.scheme.lower()}
    return f"{reverse('calculator:incentive')}?{urlencode(question)}"
