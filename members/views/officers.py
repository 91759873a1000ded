"""Who the officers are (/staff/officers/): an administrator enters their identity, so that nobody works on the own record."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from kwsp_portal.common import clock
from kwsp_portal.templatetags import formats
from members import forms, labels
from members.identity.admin import ROLES
from members.identity.enums import Role
from members.identity.gates import officer_required
from members.identity.models import User
from members.models import OfficerIdentity
from members.selectors import officers as selectors
from members.services import own_record
from members.views import desk


@officer_required(Role.ADMINISTRATOR, Role.AUDITOR)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, those first of whom nobody has said who they are."""
    rows = [(one, ROLES[Role(one.role)], _shown(entered)) for one, entered in selectors.officers()]
    desk.listed(request, "officers", len(rows))
    context = {"rows": rows, "missing": sum(not shown for _one, _office, shown in rows), "may": request.user.role == Role.ADMINISTRATOR}  # type: ignore[union-attr]
    return render(request, "members/officers.html", context)


@officer_required(Role.ADMINISTRATOR)
@sensitive_post_parameters("identity_number")
@require_http_methods(["GET", "HEAD", "POST"])
def officer(request: HttpRequest, pk: int) -> HttpResponse:
    """One officer: what is entered, and the form for it. Nobody enters the own."""
    found = selectors.officer(pk)
    if found is None:
        raise Http404
    form = forms.OfficerForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, found, form)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    asked = form.cleaned_data
    try:
        own_record.name(
            user=found,
            kind=asked["identity_kind"],
            number=asked["identity_number"],
            reason=asked["reason"],
            by=request.user,  # type: ignore[arg-type]
            at=clock.now(),
            ip=desk.address_of(request),
        )
    except own_record.NotNameable as error:
        if error.code != "SAME":  # sent twice: it stands there already
            status, words = labels.NOT_NAMEABLE.get(error.code, (422, ""))
            form.add_error(None if error.code else "identity_number", str(words) or " ".join(labels.refusal(one) for one in error.refusals))
            return _page(request, found, form, status=status)
    messages.success(request, _("Pengenalan %(name)s disimpan.") % {"name": found.name})
    return HttpResponseRedirect(reverse("staff:officers"))


def _page(request: HttpRequest, found: User, form: forms.OfficerForm, *, status: int = 200) -> HttpResponse:
    entered = own_record.identity_of(found)
    context: dict[str, Any] = {
        "officer": found,
        "office": ROLES[Role(found.role)],
        "shown": _shown(entered),
        "entered": entered,
        "own": found.pk == request.user.pk,
        "form": form,
        "form_errors": status != 200,
    }
    return render(request, "members/officer.html", context, status=status)


def _shown(entered: OfficerIdentity | None) -> str:
    """The last digits, as everywhere in a list."""
    return formats.masked_ic(entered.identity_number) if entered else ""
