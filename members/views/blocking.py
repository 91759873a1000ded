"""Somebody's access (/staff/users/): found by User ID, blocked with a reason, opened again by another officer."""

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kwsp_portal import audit
from kwsp_portal.common import clock
from members import forms, labels
from members.identity.admin import ROLES
from members.identity.enums import Role
from members.identity.gates import officer_required
from members.identity.models import User, in_small_letters
from members.services import blocking
from members.views import desk

ACTS: Final = {"block": blocking.block, "unblock": blocking.unblock}


@officer_required(*blocking.BLOCKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def users(request: HttpRequest) -> HttpResponse:
    """Whose access; the User ID is sent, and stands in no address."""
    form = forms.UserIdForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        found = User.objects.filter(user_id=in_small_letters(form.cleaned_data["user_id"])).first()
        if found is not None:
            return HttpResponseRedirect(reverse("staff:user", args=[found.pk]))
        form.add_error("user_id", _("Tiada pengguna dengan ID itu. Semak ejaannya, atau cari orang itu dalam Rekod."))
    context = {"form": form, "form_errors": bool(form.errors)}
    return render(request, "members/users.html", context, status=422 if form.errors else 200)


@officer_required(*blocking.BLOCKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """How somebody's access stands, and what may be done about it."""
    found = User.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    form = forms.BlockForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, found, form)
    name = request.POST.get("action", "")
    if name not in ACTS:
        raise BadRequest("action: expected block or unblock")
    if not form.is_valid():
        return _page(request, found, form, status=422)
    officer: Any = request.user
    try:
        ACTS[name](user=found, reason=form.cleaned_data["reason"], by=officer, at=clock.now(), ip=desk.address_of(request))
    except blocking.NotAllowed as error:
        if not _did(found, name, officer):
            found.refresh_from_db()
            status, words = labels.NOT_BLOCKABLE[error.code]
            form.add_error(None, str(words))
            return _page(request, found, form, status=status)
    else:
        messages.success(request, _("Akses disekat. Orang itu diberitahu.") if name == "block" else _("Akses dibuka semula. Orang itu diberitahu."))
    return HttpResponseRedirect(reverse("staff:user", args=[pk]))


def _did(found: User, name: str, by: User) -> bool:
    """Whether this officer has done just this already: a second click."""
    last = found.access_blocks.first()
    if last is None:
        return False
    return last.lifted_at is None and last.blocked_by_id == by.pk if name == "block" else last.lifted_by_id == by.pk


def _page(request: HttpRequest, found: User, form: forms.BlockForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    officer: Any = request.user
    audit.record(actor=officer, action="access.view", target=found, ip=desk.address_of(request))
    row = blocking.open_block(found)
    why = blocking.why_not_unblock(found, row, officer) if row else blocking.why_not_block(found, officer)
    context = {
        "person": found,
        "role": ROLES[Role(found.role)],
        "shut": row,
        "history": found.access_blocks.select_related("blocked_by", "lifted_by"),
        "why_not": labels.NOT_BLOCKABLE[why][1] if why else "",
        "form": form,
        "form_errors": status != HTTPStatus.OK,
    }
    return render(request, "members/user.html", context, status=status)
