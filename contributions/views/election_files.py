"""Files of elections in the browser: a template, a file, what became of its rows, and decisions about all of them."""

from http import HTTPStatus
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from contributions import access, forms, labels, problems
from contributions.borang_a import elections_layout
from contributions.enums import ElectionState, FilingAction
from contributions.models import ElectionBatch
from contributions.rules import electing
from contributions.selectors import elections as selectors
from contributions.services import election_files as services
from contributions.services import election_moves, elections, moves
from contributions.services import filing as filings
from contributions.views import shared
from contributions.views.elections import NOT_ALLOWED, asked_for, form_of, line_of, said_of, second_click
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import downloads
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.gates import representative_required
from members.identity.tac_step import TacStep

ROWS_A_PAGE = 25


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def election_file_new(request: HttpRequest) -> HttpResponse:
    """Take the template, send the file."""
    employer, on = shared.employer_of(request), clock.business_date()
    may = filings.may_prepare(employer=employer, by=request.user, on=on)  # type: ignore[arg-type]
    form = forms.ElectionFileForm(request.POST, request.FILES) if request.method == "POST" else forms.ElectionFileForm()
    months = electing.start_months(WageMonth.of(on))
    context = {
        "acting_for": employer.name,
        "form": form,
        "may": may,
        "months": months,
        "columns": [(column, problems.column_name(column)) for column in elections_layout.COLUMNS],
        "choices": [(code, labels.ELECTION_KIND[kind]) for code, kind in elections_layout.CHOICES.items()],
        "most": elections_layout.MAX_ROWS,
    }
    if request.method != "POST":
        return render(request, "contributions/election_file_new.html", context)
    if form.is_valid():
        file, document = form.cleaned_data["file"], form.cleaned_data["document"]
        try:
            batch = services.take(
                employer=employer,
                file=elections.Upload(file.name, file.read()),
                form=elections.Upload(document.name, document.read()) if document else None,
                by=request.user,  # type: ignore[arg-type]
                on=on,
            )
            return HttpResponseRedirect(reverse("employer:election_file", args=[batch.pk]))
        except elections.ElectionRefused as error:
            for problem in error.problems:
                at = "document" if problem["column"] == elections_layout.DOCUMENT else "file"
                form.add_error(at, f"{problems.sentence(problem)} {problems.mend(problem)}")
        except moves.NotAllowed as error:
            form.add_error(None, str(NOT_ALLOWED[error.code][1]))
    return render(request, "contributions/election_file_new.html", context, status=422)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def election_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file: its faults, its good rows, and what may be done with all of them."""
    employer = shared.employer_of(request)
    batch = access.election_batch_for(employer, pk)
    step = TacStep.of(request, purpose=Purpose.ELECTION_APPROVAL, shown=services.shown_to_approve(batch))
    if request.method != "POST":
        return _page(request, batch, step)
    action = asked_for(request, step)
    form = form_of(action, request)
    if form is not None and not form.is_valid():
        return _page(request, batch, step, form=form, status=422)
    try:
        if not _act(request, batch, action, form, step):
            return _page(request, batch, step)
    except (moves.NotAllowed, tac.Refused) as error:
        if not second_click(request, batch.elections.order_by("-pk").first(), action, error):
            status, refused = said_of(error, step)
            return _page(request, batch, step, form=form, refused=refused, status=status)
    return HttpResponseRedirect(reverse("employer:election_file", args=[pk]))


def _act(request: HttpRequest, batch: ElectionBatch, action: FilingAction, form: Any, step: TacStep) -> bool:
    """Whether it is done: a code that was asked for is on its way instead."""
    asked: dict[str, Any] = {"batch_id": batch.pk, "by": request.user, "on": clock.business_date()}
    if action is not FilingAction.APPROVE:
        services.move_all(**asked, action=action, comment=form.cleaned_data.get("comment", "") if form else "", declaration=True)
        return True
    services.check_approval(**asked)
    if step.wanted():
        step.send(at=clock.now())
        return False
    services.approve_all(**asked, approval=step.approval(at=clock.now()), at=clock.now())
    return True


def _page(request: HttpRequest, batch: ElectionBatch, step: TacStep, *, form: Any = None, refused: str = "", status: int = 200) -> HttpResponse:
    status = 422 if step.refusal else status
    context = {**_context(request, batch, form), "box": step.box(at=clock.now()), "refused": refused, "form_errors": status != HTTPStatus.OK}
    return render(request, "contributions/election_file.html", context, status=status)


def _context(request: HttpRequest, batch: ElectionBatch, form: Any = None) -> dict[str, Any]:
    on = clock.business_date()
    states = selectors.batch_states(batch=batch)
    page = Paginator(batch.elections.select_related("member", "employer").order_by("pk"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    faults = Paginator(batch.faults, ROWS_A_PAGE).get_page(request.GET.get("faults"))
    sample = {state: batch.elections.select_related("employer").filter(state=state).first() for state in states}
    may = {
        action.value.lower(): True
        for election in sample.values()
        if election is not None
        for action in election_moves.allowed(election=election, by=request.user, on=on)  # type: ignore[arg-type]
    }
    return {
        "acting_for": batch.employer.name,
        "batch": batch,
        "page": page,
        "lines": [line_of(election) for election in page],
        "faults_page": faults,
        "faults": [_faults(fault) for fault in faults],
        "counts": [(labels.ELECTION[state], states[state]) for state in ElectionState if state in states],
        "returned": selectors.last_return(batch=batch) if ElectionState.RETURNED in states else None,
        "waiting": states.get(ElectionState.SUBMITTED, 0),
        "drafts": states.get(ElectionState.DRAFT, 0) + states.get(ElectionState.RETURNED, 0),
        "may": may,
        "submit_form": form if isinstance(form, forms.ElectionSubmitForm) else forms.ElectionSubmitForm(),
        "return_form": form if isinstance(form, forms.ReturnForm) else forms.ReturnForm(),
    }


def _faults(fault: dict[str, Any]) -> dict[str, Any]:
    """A bad line with, for each fault, its column, what was found and expected, the sentence and how to mend it."""
    return {
        "row": {"line": fault["line"], "name": fault["name"]},
        "faults": [
            {
                "column": problems.column_name(problem["column"]),
                "found": problem["found"],
                "expected": problems.expected(problem),
                "sentence": problems.sentence(problem),
                "mend": problems.mend(problem),
            }
            for problem in fault["problems"]
        ],
    }


@representative_required
@require_safe
def election_template(request: HttpRequest) -> HttpResponseBase:
    """The CSV to fill, with the people on record."""
    employer = shared.employer_of(request)
    content = services.template(employer=employer, on=clock.business_date())
    return downloads.handed_out(request, content, name=f"pilihan-{employer.number}.csv", target=employer, subjects=[employer])
