"""A representative's TAC number at the counter, removed (/counter/employers/people/<pk>/phone/remove/)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from employers import access
from employers.models import Representative
from employers.services import removing_phone, viewing
from kwsp_portal.common import clock
from members import labels
from members.enums import IdentityKind, Thumb
from members.forms import CheckForm, missing_words
from members.identity import phones
from members.rules.identity import TWELVE_DIGITS
from members.services import checking
from members.views import desk

WHY: dict[str, tuple[int, str | None, Any]] = {
    "UNSEEN": (
        409,
        None,
        gettext_lazy(
            "Identiti wakil ini belum pernah dilihat di kaunter. Minta pentadbir majikan menamatkannya, "
            "atau minta Borang KWSP 1(i) dengan nombor baharu."
        ),
    ),
    "NO_THUMB": (
        422,
        None,
        gettext_lazy(
            "Cap ibu jari tidak disahkan. Tanpanya nombor wakil hanya ditukar dengan Borang KWSP 1(i) dan penyelia, "
            "atau penyelia menyekat akses orang ini."
        ),
    ),
    "OTHER_PAPER": (
        422,
        "paper_number",
        gettext_lazy("Nombor pada dokumen berlainan daripada daftar. Semak nombor itu, atau cadangkan pembetulan."),
    ),
    "NO_NUMBER": (409, None, gettext_lazy("Orang ini tiada nombor TAC. Rakan sekerja mungkin sudah mengeluarkannya.")),
}


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist against the papers of the appointment, and the thumb."""
    found = access.acting_person(pk)
    form = CheckForm(request.POST if request.method == "POST" else None)
    form.without_register()
    if not form.is_bound or not form.is_valid():
        return _page(request, found, form, status=422 if form.errors else 200)
    status = 422
    try:
        _remove(request, found, form)
    except checking.Incomplete as error:
        for field, words in missing_words(error.codes):
            form.add_error(field, str(words))
    except removing_phone.NotRemovable as error:
        status, place, why = WHY[error.code]
        form.add_error(place, str(why))
    else:
        messages.success(request, _("Nombor TAC dikeluarkan. Nombor itu diberitahu melalui SMS."))
        return HttpResponseRedirect(reverse("counter:employer", args=[found.employer.number]))
    return _page(request, found, form, status=status)


def _remove(request: HttpRequest, found: Representative, form: CheckForm) -> None:
    """Asks the reader of the desk first, where the papers hold a print."""
    papers, at = removing_phone.seen_as(found), clock.now()
    kind = IdentityKind(papers.identity_kind) if papers else IdentityKind.PASSPORT
    number = form.cleaned_data["paper_number"]
    thumb = desk.thumb_of(request, number, at=at)
    if thumb is not Thumb.MATCHED and kind in TWELVE_DIGITS:
        thumb = desk.ask_reader(request, None, number, at=at)
    removing_phone.remove(
        person=found,
        paper_number=number,
        checklist=form.checklist(paper=kind, thumb=thumb, reader=desk.reader_of(request)),
        by=request.user,  # type: ignore[arg-type]
        on=clock.business_date(),
        at=at,
        ip=desk.address_of(request),
    )


def _page(request: HttpRequest, found: Representative, form: CheckForm, *, status: int = 200) -> HttpResponse:
    desk.seen(request, found.employer, action=viewing.VIEW, subjects=[found.user])
    papers = removing_phone.seen_as(found)
    context = {
        "person": found,
        "employer": found.employer,
        "phone": phones.masked(phones.current(found.user)),
        "kind": labels.IDENTITY_KINDS[IdentityKind(papers.identity_kind)] if papers else None,
        "unseen": "" if papers else WHY["UNSEEN"][2],
        "form": form,
    }
    return render(request, "employers/counter/phone_remove.html", context, status=status)
