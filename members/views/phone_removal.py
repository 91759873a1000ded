"""A member's TAC number at the counter, removed: the checklist, and what follows (/counter/members/<number>/phone/remove/)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kwsp_portal.common import clock
from members import access, forms, labels
from members.enums import Thumb
from members.models import Member
from members.selectors import counter
from members.services import checking, proposals, removing
from members.views import desk


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, number: str) -> HttpResponse:
    """Who came without a search is asked for the reason first."""
    found = access.member_numbered(number)
    if desk.reason_of(request) is None:
        return redirect(f"{reverse('counter:search')}?reason=1")
    form = forms.CheckForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _page(request, found, form)
    if not form.is_valid() or not desk.of_register(form, found):
        return _page(request, found, form, status=422)
    return _remove(request, found, form)


def _remove(request: HttpRequest, found: Member, form: forms.CheckForm) -> HttpResponse:
    at = clock.now()
    checklist = desk.checked(request, form, found, at=at)
    status, officer = 422, request.user
    try:
        outcome = removing.remove(
            member=found,
            checklist=checklist,
            by=officer,  # type: ignore[arg-type]
            on=clock.business_date(),
            at=at,
            ip=desk.address_of(request),
        )
    except checking.Incomplete as error:
        for field, words in forms.missing_words(error.codes):
            form.add_error(field, str(words))
    except removing.NoNumber:
        status = 409
        form.add_error(None, _("Orang ini tiada nombor TAC. Rakan sekerja mungkin sudah mengeluarkannya."))
    except proposals.NotAllowed as error:
        status, why = desk.NOT_ALLOWED[error.code]
        form.add_error(None, str(why))
    else:
        return _done(request, found, outcome)
    return _page(request, found, form, status=status)


def _done(request: HttpRequest, found: Member, outcome: removing.Outcome) -> HttpResponse:
    if outcome.proposal is not None:
        messages.success(request, _("Dihantar kepada penyelia. Nombor itu belum dikeluarkan."))
        return HttpResponseRedirect(reverse("counter:proposal", args=[outcome.proposal.pk]))
    messages.success(request, _("Nombor TAC dikeluarkan. Nombor itu diberitahu melalui SMS."))
    return HttpResponseRedirect(reverse("counter:member", args=[found.number]))


def _page(request: HttpRequest, found: Member, form: forms.CheckForm, *, status: int = 200) -> HttpResponse:
    desk.seen(request, found)
    thumb = desk.thumb_of(request, found.identity_number, at=clock.now())
    context = {
        "member": found,
        "kind": labels.paper(found.identity_kind, found.identity_country),
        "stands": counter.i_akaun_of(found),
        "thumb": labels.THUMBS[thumb] if thumb is not Thumb.NOT_ASKED else None,
        "has_thumb": found.identity_kind in checking.THUMBED,
        "form": form,
    }
    return render(request, "members/counter/phone_remove.html", context, status=status)
