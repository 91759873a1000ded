"""Officers' pages on the half-yearly runs of an incentive: the list, one with its work, claim file and answers, and what the Government refused."""

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import ClaimFileState
from contributions.models import IncentiveClaim, IncentiveRun
from contributions.rules.incentive_steps import NAMES
from contributions.selectors import incentive_runs as selectors
from contributions.services import appeal_proposals, incentive_answers, incentive_appeals, incentive_files
from contributions.services.correction import OFFICERS
from kwsp_portal import audit
from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from kwsp_portal.documents.services import Upload
from kwsp_portal.jobs import board
from members import labels as member_labels
from members.enums import ProposalState
from members.identity.enums import Role
from members.identity.gates import officer_required
from members.views import desk

READERS: Final = (*sorted(OFFICERS), Role.AUDITOR, Role.ADMINISTRATOR)
LONGEST_SEARCH: Final = 20
OF_MEMBERS: Final = (*sorted(OFFICERS), Role.AUDITOR)
"""What names members: who runs the portal needs nobody's data for it."""
NOT_ALLOWED: Final = {
    "NO_RIGHT": (403, gettext_lazy("Peranan anda tidak membenarkan tindakan ini.")),
    "OWN_WORK": (403, gettext_lazy("Anda yang membuat fail tuntutan ini. Pegawai lain mesti meluluskannya.")),
    "OWN_RECORD": (403, gettext_lazy("Ini rekod anda sendiri. Pegawai lain mesti membuatnya.")),
    "WRONG_STATE": (409, gettext_lazy("Ini tidak boleh dibuat lagi: pegawai lain mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "ANOTHER_WAITS": (409, gettext_lazy("Pegawai lain sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "PROPOSED": (409, gettext_lazy("Rayuan ini dicadangkan di kaunter dan menunggu penyelia: putuskan cadangan itu.")),
    "NOT_REFUSED": (409, gettext_lazy("Kerajaan tidak menolak tuntutan ini: tiada apa-apa untuk dirayu.")),
    "COMMENT_MISSING": (422, gettext_lazy("Tulis sebab")),
}
DONE: Final = {
    "make": gettext_lazy("Fail tuntutan sedang ditulis. Pegawai lain meluluskannya selepas itu."),
    "approve": gettext_lazy("Diluluskan: fail tuntutan ini yang dihantar kepada Kerajaan."),
    "refuse": gettext_lazy("Ditolak: fail tuntutan dibuat semula."),
}


@officer_required(*READERS)
@require_safe
def incentive_runs(request: HttpRequest) -> HttpResponse:
    """All half-years, the newest first."""
    page = selectors.page_of(number=request.GET.get("page"))
    lines = [(run, NAMES[run.scheme], labels.INCENTIVE_RUN[run.state]) for run in page]  # type: ignore[index]
    return render(request, "contributions/incentive_runs.html", {"page": page, "lines": lines})


@officer_required(*READERS)
@require_safe
def incentive_run(request: HttpRequest, pk: int) -> HttpResponse:
    """One half-year: its totals, its work, its claim file and the answers to it."""
    return _page(request, access.incentive_run_for(pk))


@officer_required(*sorted(OFFICERS))
@require_POST
def incentive_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the claim file made, approve another's, or refuse one."""
    run, name = access.incentive_run_for(pk), request.POST.get("action", "")
    if name not in DONE:
        raise BadRequest("action: expected make, approve or refuse")
    form = forms.RefuseForm(request.POST if name == "refuse" else None)
    if form.is_bound and not form.is_valid():
        return _page(request, run, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _decide(request, run, name, form)
    except incentive_files.NotAllowed as error:
        fresh = access.incentive_run_for(pk)
        if not (error.code == "WRONG_STATE" and _did_it(fresh, name, request)):
            status, words = NOT_ALLOWED[error.code]
            return _page(request, fresh, form, status=status, refused=str(words), form_errors=True)
    messages.success(request, str(DONE[name]))
    return HttpResponseRedirect(reverse("staff:incentive_run", args=[pk]))


def _decide(request: HttpRequest, run: IncentiveRun, name: str, form: forms.RefuseForm) -> None:
    asked: dict[str, Any] = {"by": request.user, "on": clock.business_date()}
    if name == "make":
        incentive_files.make(run_id=run.pk, **asked)
        return
    file = selectors.standing_file(run) or run.files.first()
    if file is None:
        raise incentive_files.NotAllowed("WRONG_STATE")
    if name == "approve":
        incentive_files.approve(file_id=file.pk, **asked)
    else:
        incentive_files.refuse(file_id=file.pk, comment=form.cleaned_data["comment"][:200], **asked)


def _did_it(run: IncentiveRun, name: str, request: HttpRequest) -> bool:
    """Whether it stands where it does because this officer did this: the same act again is a second click."""
    state = {"approve": ClaimFileState.APPROVED, "refuse": ClaimFileState.REFUSED}.get(name)
    last = run.files.first()
    return last is not None and last.state == state and last.decided_by_id == request.user.pk


@officer_required(*sorted(OFFICERS))
@require_POST
def incentive_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """An officer brings the Government's answer; a worker reads it."""
    run = access.incentive_run_for(pk)
    form = forms.ClaimAnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, run, answer_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    given = form.cleaned_data["file"]
    by: Any = request.user
    try:
        kept = incentive_answers.upload(run_id=pk, file=Upload(given.name, given.read()), by=by, on=clock.business_date())
    except incentive_files.NotAllowed as error:
        status, words = NOT_ALLOWED[error.code]
        return _page(request, run, answer_form=form, status=status, refused=str(words), form_errors=True)
    if kept.faults:
        messages.warning(request, _("Fail itu disimpan tetapi tidak diambil: sebabnya di bawah."))
    else:
        messages.success(request, _("Jawapan diterima dan sedang dibaca; nasibnya ditunjukkan di bawah."))
    return HttpResponseRedirect(reverse("staff:incentive_run", args=[pk]))


@officer_required(*READERS)
@require_safe
def incentive_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """What goes with the claim file on paper: totals, digest, both officers."""
    run = access.incentive_run_for(pk)
    context = {"run": run, "name": NAMES[run.scheme], "file": selectors.standing_file(run), "on": clock.business_date()}  # type: ignore[index]
    return render(request, "contributions/incentive_summary.html", context)


@officer_required(*OF_MEMBERS)
@require_safe
def incentive_file(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """The claim file as it was written."""
    run = access.incentive_run_for(pk)
    found = access.claim_file_of(run, number)
    return downloads.stored(request, found.file, target=found, subjects=[])  # type: ignore[arg-type]


@officer_required(*OF_MEMBERS)
@require_safe
def incentive_answer_file(request: HttpRequest, pk: int, answer: int) -> HttpResponseBase:
    """An answer as it came."""
    found = access.claim_answer_of(access.incentive_run_for(pk), answer)
    return downloads.stored(request, found.file, target=found, subjects=[])


@officer_required(*OF_MEMBERS)
@require_safe
def incentive_refused(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose claims the Government refused, and why."""
    run = access.incentive_run_for(pk)
    text = request.GET.get("q", "")[:LONGEST_SEARCH].replace("\0", "").strip()
    page = selectors.refused_of(run, number=request.GET.get("page"), text=text)
    desk.listed(request, "incentive_claims", len(page))
    context = {"run": run, "name": NAMES[run.scheme], "page": page, "text": text}  # type: ignore[index]
    return render(request, "contributions/incentive_refused.html", context)


@officer_required(*OF_MEMBERS)
@require_safe
def incentive_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One member's claim: its figures, what became of it, and the appeal."""
    found = access.incentive_claim_for(pk)
    by: Any = request.user
    data = {"scheme": found.run.scheme, "period": found.run.period}
    audit.record(actor=by, action="incentive.claim.view", target=found, data=data, subjects=[found.member])
    return _claim(request, found)


@officer_required(*sorted(OFFICERS))
@require_POST
def incentive_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Why the refusal is wrong: the next run claims it again."""
    found = access.incentive_claim_for(pk)
    form = forms.AppealForm(request.POST)
    if not form.is_valid():
        return _claim(request, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    by: Any = request.user
    try:
        incentive_appeals.appeal(claim_id=pk, words=form.cleaned_data["words"], by=by, on=clock.business_date())
    except incentive_files.NotAllowed as error:
        status, words = NOT_ALLOWED[error.code]
        return _claim(request, access.incentive_claim_for(pk), form, status=status, refused=str(words), form_errors=True)
    messages.success(request, _("Rayuan direkodkan: ia dituntut semula dalam tuntutan separuh tahun berikutnya."))
    return HttpResponseRedirect(reverse("staff:incentive_claim", args=[pk]))


def _claim(request: HttpRequest, found: IncentiveClaim, form: forms.AppealForm | None = None, *, status: int = 200, **more: Any) -> HttpResponse:
    by: Any = request.user
    context = {
        "claim": found,
        "name": NAMES[found.run.scheme],  # type: ignore[index]
        "label": labels.of_incentive_claim(found.state, sent=found.run.state not in selectors.NOT_SENT),
        "may_appeal": incentive_appeals.may(found, by),
        "proposals": [(one, member_labels.PROPOSAL_STATES[ProposalState(one.state)]) for one in appeal_proposals.of_claim(found)],
        "opens_proposals": by.role == Role.SUPERVISOR,
        "form": form or forms.AppealForm(),
    }
    return render(request, "contributions/incentive_claim.html", {**context, **more}, status=status)


def _page(
    request: HttpRequest,
    run: IncentiveRun,
    form: forms.RefuseForm | None = None,
    *,
    answer_form: forms.ClaimAnswerForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    by: Any = request.user
    file = selectors.standing_file(run)
    work = selectors.work_of(run)
    context = {
        "run": run,
        "name": NAMES[run.scheme],  # type: ignore[index]
        "label": labels.INCENTIVE_RUN[run.state],
        "sums": selectors.sums_of(run),
        "work": [(one, board.RUN_STATES[one.line.run.state], board.KINDS[one.line.run.state]) for one in work],  # type: ignore[index]
        "under_way": selectors.is_under_way(work),
        "may_operate": board.may_operate(request),
        "names_members": by.role in OF_MEMBERS,
        "file": file,
        "files": [(one, labels.CLAIM_FILE[one.state]) for one in selectors.files_of(run)],
        "answers": selectors.answers_of(run),
        "may": dict.fromkeys(incentive_files.allowed(run=run, file=file, by=by), True),
        "own": file is not None and file.made_by_id == by.pk,
        "posted": selectors.posted_of(run) if "ledger" in request.GET else None,
        "refuse": form or forms.RefuseForm(),
        "answer_form": answer_form or forms.ClaimAnswerForm(),
    }
    return render(request, "contributions/incentive_run.html", {**context, **more}, status=status)
