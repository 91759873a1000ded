"""Inspectors' pages on members' complaints: the list by age, and one with what the portal knows of its months and what may be done."""

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages as notes
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import ComplaintAction
from contributions.models import Complaint
from contributions.selectors import complaints as selectors
from contributions.services import complaints as services
from contributions.views.complaints import months_of
from kwsp_portal import audit
from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from members.identity.enums import Role
from members.identity.gates import officer_required

READERS = (*sorted(services.OFFICERS), Role.AUDITOR)
ACTS: Final = {action.lower(): action for action in (ComplaintAction.TAKE, ComplaintAction.TELL, ComplaintAction.NAME, *sorted(services.WORDED))}
NOT_ALLOWED: Final = {
    "WRONG_STATE": (409, gettext_lazy("Ini tidak boleh dibuat lagi: pegawai lain mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "NO_RIGHT": (403, gettext_lazy("Peranan anda tidak membenarkan tindakan ini.")),
    "OWN_RECORD": (403, gettext_lazy("Aduan ini aduan anda sendiri. Pemeriksa lain mesti mengambilnya.")),
    "NOT_OWNER": (409, gettext_lazy("Pemeriksa lain memegang aduan ini sekarang. Ambil dahulu jika ia kini tugas anda.")),
    "WORDS_MISSING": (422, gettext_lazy("Tulis jawapan anda: ahli membacanya")),
}


@officer_required(*READERS)
@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """The open ones, the oldest first; closed ones at `?closed=1`. Who complained stands on the page of each."""
    closed, on = request.GET.get("closed") == "1", clock.business_date()
    page = selectors.page_of(closed=closed, number=request.GET.get("page"))
    context = {
        "page": page,
        "lines": [(one, labels.COMPLAINT_GROUND[one.ground], labels.COMPLAINT[one.state], _age(one)) for one in page],
        "closed": closed,
        "waiting": selectors.waiting(on=on),
    }
    return render(request, "contributions/complaints.html", context)


@officer_required(*READERS)
@require_safe
def complaint(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: who, about whom, the months then and now, what was said."""
    return _page(request, access.complaint_for(pk))


@officer_required(*sorted(services.OFFICERS))
@require_POST
def complaint_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it, tell the employer with or without a name, answer, end it."""
    found = access.complaint_for(pk)
    action = ACTS.get(request.POST.get("action", ""))
    if action is None:
        raise BadRequest(f"action: expected {', '.join(ACTS)}")
    form = _form_of(action, request)
    if form is not None and not form.is_valid():
        return _page(request, found, **{_place_of(action): form}, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _act(request, found, action, form)
    except services.NotAllowed as error:
        fresh, by = access.complaint_for(pk), request.user
        if not (error.code == "WRONG_STATE" and selectors.did_last(complaint=fresh, action=action, by=by, words=_words(action, form))):  # type: ignore[arg-type]
            status, words = NOT_ALLOWED[error.code]
            return _page(request, fresh, refused=str(words), form_errors=True, status=status)
    notes.success(request, str(labels.COMPLAINT_ACTION[action]))
    return HttpResponseRedirect(reverse("staff:complaint", args=[found.pk]))


@officer_required(*READERS)
@require_safe
def complaint_paper(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A paper as it was sent, always as an attachment."""
    found = access.complaint_for(pk)
    return downloads.stored(request, access.complaint_paper_of(found, file).file, target=found, subjects=[found.member])


def _form_of(action: ComplaintAction, request: HttpRequest) -> forms.ComplaintSayForm | forms.ComplaintNameForm | None:
    if action is ComplaintAction.NAME:
        return forms.ComplaintNameForm(request.POST)
    return forms.ComplaintSayForm(request.POST) if action in services.WORDED else None


def _place_of(action: ComplaintAction) -> str:
    return "name_form" if action is ComplaintAction.NAME else "say_form"


def _act(request: HttpRequest, found: Complaint, action: ComplaintAction, form: forms.ComplaintSayForm | forms.ComplaintNameForm | None) -> None:
    """Raises NotAllowed."""
    asked: dict[str, Any] = {"complaint_id": found.pk, "by": request.user, "on": clock.business_date(), "at": clock.now()}
    if action is ComplaintAction.TAKE:
        services.take(**asked)
    else:
        services.say(**asked, action=action, words=_words(action, form))


def _words(action: ComplaintAction, form: forms.ComplaintSayForm | forms.ComplaintNameForm | None) -> str:
    return "" if form is None else str(form.cleaned_data["why" if action is ComplaintAction.NAME else "words"])


def _page(request: HttpRequest, found: Complaint, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    by: Any = request.user
    audit.record(actor=by, action="complaint.view", target=found, subjects=[found.member])
    context = {
        "complaint": found,
        "label": labels.COMPLAINT[found.state],
        "ground": labels.COMPLAINT_GROUND[found.ground],
        "age": _age(found),
        "months": months_of(found, selectors.cases_of(complaint=found)),
        "log": [(entry, labels.COMPLAINT_ACTION[entry.action]) for entry in selectors.log_of(complaint=found)],
        "may": {action.value: True for action in services.allowed(complaint=found, by=by)},
        "own": found.owner_id == by.pk,
        "say_form": forms.ComplaintSayForm(),
        "name_form": forms.ComplaintNameForm(),
    }
    return render(request, "contributions/complaint.html", {**context, **more}, status=status)


def _age(found: Complaint) -> int:
    """Days from its sending to its end, or to today."""
    return max(0, ((found.closed_on or clock.business_date()) - found.sent_on).days)
