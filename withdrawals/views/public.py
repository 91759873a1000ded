"""What everybody may read: all kinds with their conditions and papers, made from the kinds; and how much of one, of figures that somebody brings."""

from datetime import date
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kwsp_portal.common import clock
from members.explanations import account_name
from members.identity import gates
from withdrawals import calculator, explanations, forms, labels
from withdrawals.enums import DocumentCode
from withdrawals.kinds import listing
from withdrawals.kinds.base import Document
from withdrawals.views import words
from withdrawals.views.estimating import code_of, slug_of


@gates.public
@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    """Every kind of withdrawal as it stands on the day."""
    on = clock.business_date()
    found = [_entry(entry, on) for entry in listing.entries(on)]
    return render(request, "withdrawals/kinds.html", {"on": on, "kinds": found})


@gates.public
@require_safe
def calculate(request: HttpRequest) -> HttpResponse:
    """One kind. The question stands in the address by the names of the API, so the page can be kept and shared."""
    on = clock.business_date()
    open_kinds = [(slug_of(entry.kind.code), labels.KINDS[entry.kind.code]) for entry in listing.entries(on) if entry.is_open]
    if not request.GET.get("kind"):
        return render(request, "withdrawals/calculator.html", {"kinds": open_kinds, "form": None, "on": on})
    code = code_of(request.GET["kind"].lower().replace("_", "-"))
    asked = set(request.GET) - {"kind"}
    form = forms.CalculatorForm(request.GET if asked else None, kind=code, on=on, names=calculator.names_on(on))
    answer = form.answer() if form.is_bound and form.is_valid() else None
    context: dict[str, Any] = {"kinds": open_kinds, "form": form, "slug": slug_of(code), "name": labels.KINDS[code], "on": on, "answer": answer}
    if answer is not None:
        context |= {
            "reasons": explanations.reasons(answer.refusals),
            "why": explanations.explained(answer.steps),
            "charges": words.charged(answer.charges, on),
            "url": f"{reverse('calculator:withdrawal')}?{request.GET.urlencode()}",
        }
    wrong = form.is_bound and bool(form.errors)
    return render(request, "withdrawals/calculator.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)


def _entry(entry: listing.Entry, on: date) -> dict[str, Any]:
    papers = entry.checklist
    return {
        "entry": entry,
        "slug": slug_of(entry.kind.code),
        "name": labels.KINDS[entry.kind.code],
        "for_what": labels.FOR_WHAT[entry.kind.code],
        "how_much": labels.HOW_MUCH[entry.kind.code],
        "payees": [labels.PAYEE[one] for one in entry.payees],
        "notes": labels.NOTES.get(entry.kind.code, ()),
        "sources": explanations.citations(entry.kind.source, *(one.source for papers in entry.checklist for one in papers)),
        "accounts": [account_name(account, on) for account in entry.accounts],
        "conditions": [(explanations.condition_words(one, on), explanations.citations(one.source)) for one in entry.conditions],
        "channels": [labels.CHANNEL[one] for one in entry.channels],
        "form_of_all": any(one.code is DocumentCode.FORM for one in papers.with_mykad),
        "with_mykad": _papers(papers.with_mykad),
        "without_mykad": _papers(papers.without_mykad),
        "by_post": _papers(papers.by_post),
    }


def _papers(found: tuple[Document, ...]) -> list[tuple[Any, Document, tuple[str, ...]]]:
    """Each in words, with the place that names it."""
    return [(labels.DOCUMENT[one.code], one, explanations.citations(one.source)) for one in found]
