"""For which employer a request is, and in which role; somebody who serves several chooses one, and every act and page belongs to it."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from employers import access, labels
from employers.enums import EmployerRole
from employers.models import Employer, Representative
from kwsp_portal.common import clock
from members.identity.gates import representative_required

CHOSEN: Final = "employer_number"
"""Session key: the employer that somebody who serves several has chosen."""
FIELD: Final = "for_employer"
"""The field that says for which employer a form was shown (`{% for_employer %}`)."""


class NoEmployer(Http404):
    """Who is signed in acts for no employer (any more): its pages are absent for them, and they are told why."""


class OtherEmployer(Exception):
    """A form of one employer was sent while the session acts for another, as from a second window. Nothing was done."""

    def __init__(self, *, shown: str, now: Employer) -> None:
        self.shown, self.now = shown, now
        super().__init__(f"found a form for {shown or 'no employer'}, expected one for {now.number}")


def employer_of(request: HttpRequest) -> Employer:
    """The employer the signed-in representative acts for. Raises NoEmployer, OtherEmployer.

    The request remembers the role and how many employers there are, which the frame asks for. A choice that no longer holds is forgotten.
    """
    found = _representations(request)
    chosen = request.session.get(CHOSEN)
    acting = next((one for one in found if one.employer.number == chosen), found[0])
    if chosen and acting.employer.number != chosen:
        del request.session[CHOSEN]
    request.acting_as, request.serves_several = acting, len(found) > 1  # type: ignore[attr-defined]
    _require_same(request, acting.employer, several=len(found) > 1)
    return acting.employer


def is_administrators(request: HttpRequest) -> bool:
    """Whether the page is an administrator's; asks the database only where the view has not."""
    found: Representative | None = getattr(request, "acting_as", None)
    if found is not None:
        return found.role == EmployerRole.ADMINISTRATOR
    user: Any = request.user
    return access.administers(user, request.session.get(CHOSEN), on=clock.business_date())


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """Choose the employer to act for from now on, in every window of this session."""
    found = _representations(request)
    now = next((one for one in found if one.employer.number == request.session.get(CHOSEN)), found[0])
    if request.method != "POST":
        context = {"acting_for": now.employer.name, "now": now, "lines": [(one, labels.ROLES[one.role]) for one in found]}
        return render(request, "employers/switch.html", context)
    if "employer" not in request.POST:
        raise BadRequest("employer: expected the number of an employer")
    chosen = next((one for one in found if one.employer.number == request.POST.get("employer")), None)
    if chosen is None:
        raise Http404
    request.session[CHOSEN] = chosen.employer.number
    messages.success(request, _("Anda kini bertindak untuk %(name)s.") % {"name": chosen.employer.name})
    return HttpResponseRedirect(reverse("employer:home"))


def _representations(request: HttpRequest) -> list[Representative]:
    user: Any = request.user
    found = access.representations_of(user, on=clock.business_date())
    if not found:
        raise NoEmployer
    return found


def _require_same(request: HttpRequest, now: Employer, *, several: bool) -> None:
    """Whoever serves several employers never does anything by a form that does not say for which one it was shown."""
    shown = request.POST.get(FIELD, "") if request.method == "POST" else now.number
    if shown != now.number and (shown or several):
        raise OtherEmployer(shown=shown, now=now)
