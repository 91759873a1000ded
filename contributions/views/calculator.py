"""The calculator's public pages: one employee by a form, several by a list, and both as an address that can be kept."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contributions import explanations, forms
from contributions.calculator import address, export, pasted, reckoning, several, typed
from contributions.calculator.values import SHOWN
from contributions.rules.schedule import Shares
from contributions.views import shared
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import downloads
from members.enums import Citizenship
from members.identity import gates

LIKE = 0.8
"""How much of a misspelt name is that of a field: `bonusx`, `birthdate` and `wage` are, `month` is not."""
LIST = "list"
"""The parameter that holds several employees; `contributions.calculator.address` writes it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One employee's shares as the page shows them, with the addresses of the same question elsewhere."""

    question: reckoning.Question
    shares: Shares
    why: explanations.Explained
    url: str
    csv_url: str


@gates.public
@require_safe
def contribution(request: HttpRequest) -> HttpResponse:
    """One employee. The question stands in the address by the names of the API, so the page can be kept and shared."""
    given = {name: request.GET.getlist(name) for name in reckoning.FIELDS if name in request.GET}
    if given.keys() <= {"wage_month"}:
        month = shared.month_of(request.GET.get("wage_month"))
        return _single_page(request, forms.QuestionForm(initial=_usual() | ({"wage_month": str(month)} if month else {})))
    texts = {name: typed.plain(name, found[-1]) for name, found in given.items()}
    form = forms.QuestionForm(texts)
    try:
        _once(given)
        question = reckoning.read(texts)
        reckoning.check_reach(question.facts.wage_month, clock.business_date())
        found, why = reckoning.shares(question), reckoning.why(question)
    except reckoning.Refused as error:
        forms.say(form, error.faults)
        return _single_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    row = several.Reckoned(1, question, found)
    answer = Answer(question, found, why, _single_url(question), _list_url(several.Result(question.facts.wage_month, [row], []), csv=True))
    return _single_page(request, form, answer=answer)


def _misspelt(request: HttpRequest) -> list[tuple[str, str]]:
    """Names in the address that nearly are those of a question, with what was probably meant; others (`utm_source`) are none of ours."""
    unknown = [name[:SHOWN] for name in request.GET if name not in reckoning.FIELDS]
    near = [(name, difflib.get_close_matches(name.lower(), reckoning.FIELDS, n=1, cutoff=LIKE)) for name in unknown]
    return [(name, found[0]) for name, found in near if found]


def _once(given: dict[str, list[str]]) -> None:
    """Raises Refused for a name with two answers: nobody knows which was meant."""
    doubled = [name for name, found in given.items() if len(set(found)) > 1]
    if doubled:
        raise reckoning.Refused([reckoning.Fault(name, "GIVEN_TWICE", _("Ditemui lebih daripada sekali, dijangka sekali")) for name in doubled])


def _usual() -> dict[str, str]:
    """What the empty form begins with: the wage month whose contribution is due now, and a citizen."""
    return {"wage_month": str(WageMonth.of(clock.business_date()).previous()), "citizenship": Citizenship.CITIZEN.value.lower()}


def _single_page(request: HttpRequest, form: forms.QuestionForm, *, status: int = HTTPStatus.OK, answer: Answer | None = None) -> HttpResponse:
    month = shared.month_of(form["wage_month"].value()) or WageMonth.of(clock.business_date()).previous()
    context = {"form": form, "answer": answer, "month": month, "liable": explanations.liable_wages(month), "misspelt": _misspelt(request)}
    return render(request, "contributions/calculator.html", context, status=status)


def _single_url(question: reckoning.Question) -> str:
    return f"{reverse('calculator:contribution')}?{urlencode(address.single(question))}"


def _list_url(result: several.Result, *, csv: bool = False) -> str:
    """The address of the good rows; empty if they do not fit into one."""
    rows = address.write(result.questions)
    if not rows or not address.fits(rows):
        return ""
    page = reverse("calculator:several_csv" if csv else "calculator:several")
    return f"{page}?{urlencode({'wage_month': str(result.wage_month), LIST: rows})}"


@gates.public
@require_http_methods(["GET", "HEAD", "POST"])
def employees(request: HttpRequest) -> HttpResponse:
    """Several employees. A pasted list is sent as a form, so that nothing of it stands in an address; a good one without other columns
    leads to its address."""
    if request.method == "POST":
        return _pasted(request)
    if LIST not in request.GET:
        month = shared.month_of(request.GET.get("wage_month")) or WageMonth.of(clock.business_date()).previous()
        return _list_page(request, forms.ListForm(initial={"wage_month": str(month)}), month)
    form = forms.ListForm({"wage_month": request.GET.get("wage_month", "")})
    try:
        result = _of_address(request)
    except reckoning.Refused as error:
        return _refused(request, form, error.faults)
    if not result.faulty and result.rows:
        again = pasted.write(result.questions, translation.get_language() or "ms")
        form = forms.ListForm(initial={"wage_month": str(result.wage_month), "employees": again})
    return _list_page(request, form, result.wage_month, result=result, status=_status(result))


def _pasted(request: HttpRequest) -> HttpResponse:
    form = forms.ListForm(request.POST)
    try:
        found = pasted.read(request.POST.get("employees", ""))
        result = several.reckon(found.rows, typed.plain("wage_month", request.POST.get("wage_month", "")))
        reckoning.check_reach(result.wage_month, clock.business_date())
    except pasted.PasteRefused as error:
        return _refused(request, form, [("employees", error.code, error.words)])
    except reckoning.Refused as error:
        return _refused(request, form, error.faults)
    url = _list_url(result)
    if not result.faulty and url:
        # Columns that were passed over are said with the figures; an address has no room for them, so this answer leads to none.
        return _list_page(request, form, result.wage_month, result=result, passed_over=found.passed_over) if found.passed_over else redirect(url)
    if not url and result.rows:
        words = _(
            "Senarai ini dikira di bawah, tetapi terlalu panjang untuk satu alamat atau CSV: bahagikan kepada beberapa bahagian untuk menyimpannya."
        )
        forms.say(form, [("employees", "TOO_LONG", words)])
    return _list_page(request, form, result.wage_month, result=result, status=HTTPStatus.UNPROCESSABLE_ENTITY, passed_over=found.passed_over)


def _of_address(request: HttpRequest) -> several.Result:
    """The list that stands in the address. Raises Refused."""
    _once({name: request.GET.getlist(name) for name in ("wage_month", LIST)})
    month, rows = request.GET.get("wage_month", ""), request.GET.get(LIST, "")
    if not address.fits(rows):
        words = _("Alamat ini terlalu panjang: ditemui %(found)s aksara, dijangka paling banyak %(most)s. Tampal senarai itu sekali lagi.")
        figures = {"found": f"{len(rows):,}", "most": f"{address.LONGEST:,}"}
        raise reckoning.Refused([reckoning.Fault("employees", "TOO_LONG", words % figures)])
    result = several.reckon(several.rows_of(address.read(rows, month)), month)
    reckoning.check_reach(result.wage_month, clock.business_date())
    return result


def _status(result: several.Result) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if result.faulty or not result.rows else HTTPStatus.OK


def _refused(request: HttpRequest, form: forms.ListForm, faults: Iterable[tuple[str, str, str]]) -> HttpResponse:
    forms.say(form, faults)
    month = shared.month_of(form["wage_month"].value()) or WageMonth.of(clock.business_date()).previous()
    return _list_page(request, form, month, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _list_page(
    request: HttpRequest, form: forms.ListForm, month: WageMonth, *, status: int = HTTPStatus.OK, result: several.Result | None = None, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "form_errors": status != HTTPStatus.OK,
        "month": month,
        "liable": explanations.liable_wages(month),
        "result": result,
        "rows": [(row, _single_url(row.question)) for row in result.rows] if result else [],
        "url": _list_url(result) if result else "",
        "csv_url": _list_url(result, csv=True) if result else "",
        "columns": [(forms.QuestionForm.base_fields[name].label, pasted.TITLES[name][0]) for name in pasted.COLUMNS],
        "faults": list(_faults(result)) if result else [],
        "most": pasted.MOST_ROWS,
    }
    return render(request, "contributions/calculator_list.html", {"passed_over": (), **context, **more}, status=status)


def _faults(result: several.Result) -> Iterator[tuple[int, Any, str, str]]:
    """Each fault of each row: the row, the title of the column, what was found and expected, how to mend it."""
    for row in result.faulty:
        for fault in row.faults:
            field = forms.QuestionForm.base_fields.get(fault.field)
            yield row.line, field.label if field else "", fault.words, reckoning.mend(fault)


@gates.public
@require_safe
def employees_csv(request: HttpRequest) -> HttpResponseBase:
    """The list of the address as a file; a list with a fault has no file, its page says what is wrong."""
    try:
        result = _of_address(request)
    except reckoning.Refused:
        result = None
    if result is None or result.faulty or not result.rows:
        return HttpResponseRedirect(f"{reverse('calculator:several')}?{request.GET.urlencode()}")
    return downloads.attachment(export.csv_of(result), name=f"caruman-{result.wage_month}.csv")
