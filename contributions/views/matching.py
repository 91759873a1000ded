"""One row in suspense (e-CTML): the employer mends who it is for and approves it; officers say so by a paper, one after the other."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import access, forms, labels, problems
from contributions.borang_a import remedies
from contributions.enums import MatchState
from contributions.models import FilingRow, SuspenseMatch
from contributions.problems.matches import NOT_ALLOWED
from contributions.selectors import matches as selectors
from contributions.selectors import mending as cells
from contributions.services import correction, leave, matching
from contributions.services.mending import StillWrong
from contributions.views import shared
from kwsp_portal import audit
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import downloads
from members.identity import tac
from members.identity.enums import Purpose, Role
from members.identity.gates import officer_required, representative_required
from members.identity.tac_step import TacStep
from members.models import Member

READERS = (*sorted(correction.OFFICERS), Role.AUDITOR)
ACTS = ("propose", "approve", "refuse", "withdraw")
OUTCOME = {"approve": MatchState.POSTED, "refuse": MatchState.REFUSED, "withdraw": MatchState.WITHDRAWN}
DONE = {
    "propose": gettext_lazy("Disimpan: menunggu kelulusan"),
    "approve": gettext_lazy("Diluluskan: wang itu dikreditkan kepada ahli"),
    "refuse": gettext_lazy("Ditolak: wang itu kekal dalam akaun tergantung"),
    "withdraw": gettext_lazy("Ditarik balik: wang itu kekal dalam akaun tergantung"),
}
ON_FIELD = {"REASON_MISSING": "reason"}
"""Refusals that a field of the officer's form can mend."""


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def suspense_row(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """The employer's: who the row is for, mended and approved."""
    employer = shared.employer_of(request)
    row = access.row_for(access.filing_for(employer, pk), line)
    match = selectors.standing_of(row)
    step = _step(request, match)
    if request.method != "POST":
        return _employers(request, row, match, step)
    if step is not None and step.wanted():
        if match is not None and "approve" in matching.allowed(found=match, by=request.user, on=clock.business_date()):  # type: ignore[arg-type]
            step.send(at=clock.now())
        return _employers(request, row, match, step, status=422 if step.refusal else 200)
    name = _asked(request)
    if name == "propose":
        return _propose(request, row)
    form = forms.RefuseForm(request.POST if name == "refuse" else None)
    if form.is_bound and not form.is_valid():
        return _employers(request, row, match, step, status=422, refuse_form=form)
    try:
        _decide(request, row, match, name, form, step)
    except tac.Refused as refused:
        if refused.code in ("USED", "SPENT") and _did(row, name, request):
            return _to(row)
        if step is not None:
            step.refuse(refused)
        return _employers(request, row, match, step, status=422)
    except matching.NotAllowed as error:
        if error.code == "WRONG_STATE" and _did(row, name, request):
            return _to(row)
        return _refused(lambda **more: _employers(request, row, selectors.standing_of(row), None, **more), error)
    messages.success(request, str(DONE[name]))
    return _to(row)


def _propose(request: HttpRequest, row: FilingRow) -> HttpResponse:
    form = forms.StatedForm(request.POST)
    if not form.is_valid():
        return _employers(request, row, selectors.standing_of(row), None, status=422, form=form)
    stated = {**form.stated, **({column: text for column, text in _offered(row).items() if column in form.stated} if "take" in request.POST else {})}
    by: Any = request.user
    try:
        matching.propose(row_id=row.pk, stated=stated, by=by, on=clock.business_date())
    except StillWrong as wrong:
        typed = forms.StatedForm({forms.CELLS[column]: text for column, text in stated.items()})
        typed.is_valid()
        for problem in wrong.problems:
            field = forms.CELLS.get(problem["column"])
            words = f"{problems.sentence(problem)} {problems.mend(problem)}"
            typed.add_error(field if field in typed.fields else None, words)
        return _employers(request, row, selectors.standing_of(row), None, status=422, form=typed)
    except matching.NotAllowed as error:
        return _refused(lambda **more: _employers(request, row, selectors.standing_of(row), None, form=form, **more), error)
    messages.success(request, str(DONE["propose"]))
    return _to(row)


def _offered(row: FilingRow) -> dict[str, str]:
    """What the register has where the row has something else, by column: of the one person that the rest of the row names."""
    return remedies.taken(row.problems)


def _step(request: HttpRequest, match: SuspenseMatch | None) -> TacStep | None:
    """The code of an employer's approval, where there is something of its own to approve."""
    if match is None or match.by_officer or match.state != MatchState.PROPOSED:
        return None
    match.row.filing.employer = match.employer
    return TacStep.of(request, purpose=Purpose.EMPLOYER_APPROVAL, shown=leave.to_match(match))


def _decide(request: HttpRequest, row: FilingRow, match: SuspenseMatch | None, name: str, form: forms.RefuseForm, step: TacStep | None) -> None:
    """Raises matching.NotAllowed, tac.Refused."""
    by: Any = request.user
    last = match or next(reversed(selectors.of_row(row)), None)
    if last is None:
        raise matching.NotAllowed("WRONG_STATE")
    asked: dict[str, Any] = {"match_id": last.pk, "by": by, "on": clock.business_date()}
    if name == "refuse":
        matching.refuse(**asked, comment=form.cleaned_data["comment"])
    elif name == "withdraw":
        matching.withdraw(**asked)
    elif last.by_officer or step is None:
        matching.approve(**asked, at=clock.now())
    else:
        matching.check_decision(**asked)
        matching.approve(**asked, at=clock.now(), approval=step.approval(at=clock.now()))


def _employers(request: HttpRequest, row: FilingRow, match: SuspenseMatch | None, step: TacStep | None, **more: Any) -> HttpResponse:
    by, on = request.user, clock.business_date()
    box = step.box(at=clock.now()) if step else None
    context = {
        "acting_for": row.filing.employer.name,
        "form": forms.StatedForm(initial={forms.CELLS[column]: text for column, text in cells.cells_of(row).items()}),
        "refuse_form": forms.RefuseForm(),
        "offered": [(problems.column_name(column), text) for column, text in _offered(row).items()],
        "faults": shared.faults_of(row)["faults"],
        "box": box,
        "may_propose": matching.may_propose(row=row, by=by, on=on),  # type: ignore[arg-type]
        "sees_other": match is not None and match.by_officer,
        **_facts(request, row, match),
    }
    return _rendered(request, "contributions/suspense_row.html", context, **more)


@officer_required(*READERS)
@require_safe
def staff_suspense_row(request: HttpRequest, pk: int) -> HttpResponse:
    """Officers': the same row, with all that was said about it."""
    row = access.row_of(pk)
    seen: Any = request.user
    month = WageMonth.of(row.filing.wage_month)
    subjects = [row.filing.employer.subject]
    audit.record(actor=seen, action="row.view", target=f"filingrow:{row.pk}", data={"wage_month": str(month)}, subjects=subjects)
    return _officers(request, row, selectors.standing_of(row))


@officer_required(*sorted(correction.OFFICERS))
@require_POST
def staff_suspense_row_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whose it is; withdraw the own, approve or refuse another's."""
    row = access.row_of(pk)
    name = _asked(request)
    if name == "propose":
        return _propose_as_officer(request, row)
    match = selectors.standing_of(row)
    form = forms.RefuseForm(request.POST if name == "refuse" else None)
    if form.is_bound and not form.is_valid():
        return _officers(request, row, match, status=422, refuse_form=form)
    try:
        _decide(request, row, match, name, form, None)
    except matching.NotAllowed as error:
        if not (error.code == "WRONG_STATE" and _did(row, name, request)):
            return _refused(lambda **more: _officers(request, row, selectors.standing_of(row), **more), error)
    messages.success(request, str(DONE[name]))
    return HttpResponseRedirect(reverse("staff:suspense_row", args=[row.pk]))


@officer_required(*READERS)
@require_safe
def staff_suspense_document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The paper as it was uploaded, always as an attachment."""
    found = access.match_for(pk)
    assert found.document is not None  # noqa: S101 - a constraint says so of what officers propose
    return downloads.stored(request, found.document, target=found, subjects=[found.employer, found.member])


def _propose_as_officer(request: HttpRequest, row: FilingRow) -> HttpResponse:
    form = forms.MatchForm(request.POST, request.FILES)
    if not form.is_valid():
        return _officers(request, row, selectors.standing_of(row), status=422, form=form)
    asked, by = form.cleaned_data, request.user
    member = Member.objects.filter(number=asked["number"]).first()
    if member is None:
        form.add_error("number", _("Ditemui %(found)s, dijangka nombor ahli yang wujud dalam daftar") % {"found": asked["number"]})
        return _officers(request, row, selectors.standing_of(row), status=422, form=form)
    given: Any = {"row_id": row.pk, "member": member, "reason": asked["reason"], "document": asked["document"][0], "by": by}
    try:
        matching.propose_as_officer(**given, on=clock.business_date())
    except matching.NotAllowed as error:
        if error.code in ON_FIELD:
            form.add_error(ON_FIELD[error.code], str(NOT_ALLOWED[error.code][1]))
            return _officers(request, row, selectors.standing_of(row), status=422, form=form)
        return _refused(lambda **more: _officers(request, row, selectors.standing_of(row), form=form, **more), error)
    messages.success(request, str(DONE["propose"]))
    return HttpResponseRedirect(reverse("staff:suspense_row", args=[row.pk]))


def _officers(request: HttpRequest, row: FilingRow, match: SuspenseMatch | None, **more: Any) -> HttpResponse:
    by: Any = request.user
    context = {
        "form": forms.MatchForm(),
        "refuse_form": forms.RefuseForm(),
        "may_propose": by.role in correction.OFFICERS and matching.may_propose(row=row, by=by, on=clock.business_date()),
        "said": [(found, labels.MATCH[found.state]) for found in selectors.of_row(row)],
        "sees_other": match is not None and not match.by_officer,
        **_facts(request, row, match),
    }
    return _rendered(request, "contributions/staff_suspense_row.html", context, **more)


def _facts(request: HttpRequest, row: FilingRow, match: SuspenseMatch | None) -> dict[str, Any]:
    """What both pages show of the row and of the match that stands."""
    on = clock.business_date()
    may = matching.allowed(found=match, by=request.user, on=on) if match else frozenset()  # type: ignore[arg-type]
    return {
        "row": row,
        "filing": row.filing,
        "month": WageMonth.of(row.filing.wage_month),
        "match": match,
        "label": labels.MATCH[match.state] if match else None,
        "may": dict.fromkeys(may, True),
        "own": match is not None and match.proposed_by_id == request.user.pk,
        "suspended": selectors.is_suspended(row),
        "refused": "",
    }


def _rendered(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, template, {**context, "form_errors": status != HTTPStatus.OK, **more}, status=status)


def _refused(page: Callable[..., HttpResponse], error: matching.NotAllowed) -> HttpResponse:
    status, words = NOT_ALLOWED[error.code]
    return page(status=status, refused=str(words))


def _asked(request: HttpRequest) -> str:
    name = request.POST.get("action", "")
    if name not in ACTS:
        raise BadRequest(f"action: expected {', '.join(ACTS)}")
    return name


def _did(row: FilingRow, name: str, request: HttpRequest) -> bool:
    """Whether the row stands where it does because this person did this: the same act again is a second click."""
    last = next(reversed(selectors.of_row(row)), None)
    if last is None or last.state != OUTCOME[name]:
        return False
    return (last.proposed_by_id if name == "withdraw" else last.decided_by_id) == request.user.pk


def _to(row: FilingRow) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("employer:suspense_row", args=[row.filing_id, row.line]))
