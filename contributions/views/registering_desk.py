"""i-Saraan at a counter (/counter/members/<number>/i-saraan/): the identity checklist, KWSP 16G(M) the first time, registering and cancelling."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contributions import forms, labels
from contributions.enums import IncentiveScheme
from contributions.models import IncentiveRegistration
from contributions.selectors import registrations as selectors
from contributions.selectors.incentives_of import incentives_of
from contributions.services import registering as services
from contributions.services.correction import OFFICERS
from contributions.views import registering as signed_in
from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from kwsp_portal.templatetags import formats
from members import access
from members import forms as member_forms
from members import labels as member_labels
from members.enums import Thumb
from members.models import Member
from members.services import checking, own_record
from members.views import desk

Checked = forms.CounterRegisterForm | forms.CounterCancelForm


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def isaraan(request: HttpRequest, number: str) -> HttpResponse:
    """What the person holds; who holds nothing is registered here. Who came without a search is asked for the reason first."""
    found = access.member_numbered(number)
    if desk.reason_of(request) is None:
        return redirect(f"{reverse('counter:search')}?reason=1")
    if request.method != "POST":
        return _page(request, found, forms.CounterRegisterForm())
    cancels = request.POST.get("action") == "cancel"
    form = (forms.CounterCancelForm if cancels else forms.CounterRegisterForm)(request.POST, request.FILES)
    if form.is_valid() and form.cleaned_data["paper_number"] != found.identity_number:
        form.add_error("paper_number", _("Nombor pada dokumen berlainan daripada daftar. Semak nombor itu, atau cadangkan pembetulan."))
    if form.errors:
        return _page(request, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _act(request, found, form)


@desk.counter_required
@require_safe
def isaraan_form(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """The form as it was scanned, always as an attachment."""
    member = access.member_numbered(number)
    found = IncentiveRegistration.objects.select_related("form").filter(member=member, pk=pk, form__isnull=False).first()
    if found is None or found.form is None:
        raise Http404
    return downloads.stored(request, found.form, target=found, subjects=[member])


def _act(request: HttpRequest, found: Member, form: Checked) -> HttpResponse:
    at, by = clock.now(), request.user
    checklist = desk.checked(request, form, found, at=at)
    asked: dict[str, Any] = {"member": found, "by": by, "on": clock.business_date(), "at": at, "ip": desk.address_of(request)}
    status, refused = HTTPStatus.UNPROCESSABLE_ENTITY, ""
    try:
        if isinstance(form, forms.CounterRegisterForm):
            paper = next(iter(form.cleaned_data["form"]), None)
            made = services.register_at_counter(asked=form.asked, seen=services.Seen(checklist=checklist, form=paper), **asked)
        else:
            made = services.cancel_at_counter(checklist=checklist, **asked)
    except checking.Incomplete as error:
        for field, words in member_forms.missing_words(error.codes):
            form.add_error(field, str(words))
    except services.NotAllowed as error:
        code, why = labels.REGISTERING_REFUSALS[error.code]
        status, refused = HTTPStatus(code), signed_in.said(error, why)
        if error.code == "FORM_MISSING":
            form.add_error("form", refused)
            refused = ""
    else:
        return _done(request, found, made)
    return _page(request, found, form, status=status, refused=refused)


def _done(request: HttpRequest, found: Member, made: IncentiveRegistration) -> HttpResponse:
    figures = {"scheme": labels.SCHEME[made.scheme], "first": formats.day(made.first), "last": formats.day(made.last)}
    if made.last is None:
        messages.success(request, _("Pendaftaran %(scheme)s berjaya: ia bermula pada %(first)s.") % figures)
    else:
        messages.success(request, _("%(scheme)s dibatalkan: ia berakhir pada %(last)s.") % figures)
    return redirect("counter:isaraan", number=found.number)


def _page(request: HttpRequest, found: Member, form: Checked, *, status: int = HTTPStatus.OK, refused: str = "") -> HttpResponse:
    by: Any = request.user
    on = clock.business_date()
    desk.seen(request, found)
    held = selectors.open_of(found)
    thumb = desk.thumb_of(request, found.identity_number, at=clock.now())
    if held is not None and isinstance(form, forms.CounterRegisterForm) and not form.is_bound:
        form = forms.CounterCancelForm()
    offer = (
        selectors.as_it_stands(found, held, on=on) if held is not None else selectors.offer(found, IncentiveScheme.ISARAAN, occupation=None, on=on)
    )
    context: dict[str, Any] = {
        "member": found,
        "kind": member_labels.paper(found.identity_kind, found.identity_country),
        "held": held,
        "scheme": labels.SCHEME[held.scheme] if held else "",
        "work": signed_in.work_words(held) if held else "",
        "history": signed_in.history(selectors.of_member(found), on),
        "half_years": incentives_of(found),
        "opens_claims": by.role in OFFICERS,
        "appeals": not own_record.owns(by, found),
        "needs_form": selectors.needs_form(found),
        "thumb": member_labels.THUMBS[thumb] if thumb is not Thumb.NOT_ASKED else None,
        "has_thumb": found.identity_kind in checking.THUMBED,
        "form": form,
        "registers": isinstance(form, forms.CounterRegisterForm),
        "refused": refused,
        "form_errors": bool(refused) or bool(form.errors),
    }
    context |= signed_in.offer_context(offer, work_known=held is not None)
    return render(request, "contributions/counter_isaraan.html", context, status=status)
