"""Papers of an application on its pages: added, shown small, downloaded, taken away."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, NamedTuple

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from kwsp_portal.documents import services as documents
from members import forms as members_forms
from members.identity.gates import member_required
from withdrawals import access, forms, labels
from withdrawals.models import Application
from withdrawals.selectors.guides import Paper
from withdrawals.services import moves, papers
from withdrawals.views import places, words


class Line(NamedTuple):
    """A paper on a page, with the form that adds a file to it."""

    paper: Paper
    name: Any
    form: django_forms.Form


def lines(found: Iterable[Paper], refused: django_forms.Form | None = None) -> list[Line]:
    """Each paper with its form; the one that was refused keeps what is wrong with it."""
    asked = str(refused.data.get("code", "")) if refused is not None else ""
    return [
        Line(
            paper,
            labels.DOCUMENT[paper.document.code],
            refused
            if refused is not None and asked == paper.document.code
            else forms.PaperForm(initial={"code": paper.document.code.value}, auto_id=f"{paper.document.code.lower()}_%s"),
        )
        for paper in found
    ]


def added(request: HttpRequest, found: Application) -> tuple[django_forms.Form | None, str]:
    """Keep what was sent; the form and why not, where it is not kept."""
    if request.method != "POST":
        return None, ""
    code = request.POST.get("code", "").lower()[:20]
    form = forms.PaperForm(request.POST, request.FILES, auto_id=f"{code}_%s")
    if not form.is_valid():
        return form, " ".join(str(error) for errors in form.errors.values() for error in errors)
    on = clock.business_date()
    try:
        for upload in form.cleaned_data["papers"]:
            papers.add(application_id=found.pk, code=form.cleaned_data["code"], upload=upload, by=request.user, on=on)  # type: ignore[arg-type]
    except moves.NotAllowed as error:
        return form, words.not_allowed(error)[1]
    except documents.NotAPaper as error:
        return form, members_forms.paper_words(error)
    return form, ""


@member_required
@require_safe
def document(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """A paper as it is kept; the trail says who took it."""
    return document_of(request, _own(request, number), pk)


def document_of(request: HttpRequest, found: Application, pk: int) -> HttpResponseBase:
    """A paper of an application that the caller may open."""
    return downloads.stored(request, access.document_for(found, pk).file, target=found, subjects=[found.member])


@member_required
@require_safe
def thumbnail(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A small picture of a paper: made by us from a picture that we drew, and nothing else is ever shown in the page. Of a PDF there is none."""
    return thumbnail_of(_own(request, number), pk)


def thumbnail_of(found: Application, pk: int) -> HttpResponse:
    """A small picture of a paper of an application that the caller may open."""
    small = papers.thumbnail(access.document_for(found, pk).file)
    if small is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    answer = HttpResponse(small, content_type="image/jpeg")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=600"
    return answer


@member_required
@require_POST
def document_remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a file away, and back to where it was."""
    return remove_from(request, _own(request, number), pk)


def remove_from(request: HttpRequest, found: Application, pk: int) -> HttpResponse:
    """Take a file away from an application that the caller may open."""
    row = access.document_for(found, pk)
    try:
        papers.remove(application_id=found.pk, document_id=row.pk, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    except moves.NotAllowed:
        return places.go(request, "withdrawal", found.number)
    if found.state == "DRAFT":
        return places.go(request, "withdrawal_step", found.number, "documents")
    return places.go(request, "withdrawal_answer", found.number)


def _own(request: HttpRequest, number: str) -> Application:
    return access.application_for(request.user, number)  # type: ignore[arg-type]
