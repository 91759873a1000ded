"""Peti masuk: what a member, or whoever acts for an employer, was told. One list, one notice; opening a notice marks it read."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from contributions.views import shared
from employers import access as employers_access
from kwsp_portal.common import clock
from kwsp_portal.notify import kinds, selectors, services
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.models import Notice
from members import access as members_access
from members.identity.gates import member_required, representative_required
from members.models import Member

NOTICES_A_PAGE = 20


def unread(request: HttpRequest) -> int:
    """How many notices the signed-in person has not opened; 0 for people without an inbox. One query."""
    user: Any = request.user
    if user.is_member:
        return selectors.unread_of(Whose.MEMBER, Member.objects.filter(user_id=user.pk).values("pk"), user_id=user.pk)
    if not user.is_representative:
        return 0
    employer = employers_access.employer_id_for(user, request.session.get("employer_number"), on=clock.business_date())
    return selectors.unread_of(Whose.EMPLOYER, employer, user_id=user.pk)


@member_required
@require_safe
def member_inbox(request: HttpRequest) -> HttpResponse:
    """The member's notices, the newest first."""
    return _list(request, "member")


@member_required
@require_safe
def member_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice of the member's."""
    return _one(request, "member", pk)


@member_required
@require_POST
def member_inbox_read(request: HttpRequest) -> HttpResponse:
    """All of them are read now."""
    return _all_read(request, "member")


@representative_required
@require_safe
def employer_inbox(request: HttpRequest) -> HttpResponse:
    """The employer's notices, the newest first; who acts for it reads each for themselves."""
    return _list(request, "employer")


@representative_required
@require_safe
def employer_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice of the employer's."""
    return _one(request, "employer", pk)


@representative_required
@require_POST
def employer_inbox_read(request: HttpRequest) -> HttpResponse:
    """All of them are read now, by this person."""
    return _all_read(request, "employer")


def _own(request: HttpRequest) -> tuple[Inbox, str]:
    """The inbox of the signed-in person, and the name of the employer it is, empty for a member's. Raises Http404."""
    user: Any = request.user
    if user.is_representative:
        employer = shared.employer_of(request)
        return Inbox(Whose.EMPLOYER, employer.pk), employer.name
    if not user.is_member:
        raise Http404
    return Inbox(Whose.MEMBER, members_access.member_for(user).pk), ""


def _reader(request: HttpRequest) -> int:
    reader: Any = request.user
    return int(reader.pk)


def _list(request: HttpRequest, area: str) -> HttpResponse:
    inbox, acting_for = _own(request)
    page = Paginator(selectors.notices_in(inbox, user_id=_reader(request)), NOTICES_A_PAGE).get_page(request.GET.get("page"))
    lines = [(notice, kinds.shown(notice.code, notice.figures), reverse(f"{area}:notice", args=[notice.pk])) for notice in page]
    context = {
        "acting_for": acting_for,
        "page": page,
        "lines": lines,
        "unread": selectors.unread_in(inbox, user_id=_reader(request)).count(),
        "read_url": reverse(f"{area}:inbox_read"),
    }
    return render(request, "frame/inbox.html", context)


def _one(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Another's notice is the same 404 as one that there is not."""
    inbox, acting_for = _own(request)
    notice = get_object_or_404(selectors.notices_in(inbox, user_id=_reader(request)), pk=pk)
    services.mark_read(notices=[notice], user_id=_reader(request))
    context = {
        "acting_for": acting_for,
        "notice": notice,
        "shown": kinds.shown(notice.code, notice.figures),
        "link": _link(notice.link),
        "inbox_url": reverse(f"{area}:inbox"),
    }
    return render(request, "frame/notice.html", context)


def _link(link: Sequence[Any]) -> str:
    return reverse(link[0], args=link[1:]) if link else ""


def _all_read(request: HttpRequest, area: str) -> HttpResponse:
    inbox, _acting_for = _own(request)
    unread_ones: Sequence[Notice] = list(selectors.unread_in(inbox, user_id=_reader(request)))
    services.mark_read(notices=unread_ones, user_id=_reader(request))
    return HttpResponseRedirect(reverse(f"{area}:inbox"))
