"""Where somebody is signed in, for themselves: `/security/sessions/`. One session or all the others are signed out from here."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kwsp_portal.common import clock
from members.identity import gates, sessions
from members.identity.enums import SessionEnd
from members.identity.models import UserSession
from members.identity.session_store import REGISTER


@gates.signed_in_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """This session, the others, and the last ones that are over."""
    now = clock.now()
    mine = request.session.get(REGISTER)
    open_now = sessions.open_of(request.user, at=now)  # type: ignore[arg-type]
    context = {
        "here": next((row for row in open_now if row.pk == mine), None),
        "others": [row for row in open_now if row.pk != mine],
        "ended": sessions.ended_of(request.user, at=now),  # type: ignore[arg-type]
    }
    return render(request, "identity/sessions.html", context)


@gates.signed_in_required
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here; pressed twice, there are none left."""
    ended = sessions.end_sessions(
        request.user,  # type: ignore[arg-type]
        except_key=request.session.session_key,
        why=SessionEnd.OTHERS,
        at=clock.now(),
        ip=sessions.address_of(request),
    )
    messages.success(request, _("Sesi lain telah dilog keluar: %(count)s.") % {"count": ended} if ended else _("Tiada sesi lain yang masih dibuka."))
    return redirect("identity:sessions")


@gates.signed_in_required
@require_POST
def end_one(request: HttpRequest, number: int) -> HttpResponse:
    """Sign out one session. A foreign one and one that never was are the same 404; one that is over already is said."""
    user = request.user
    if not UserSession.objects.filter(user=user, pk=number).exists():  # type: ignore[misc]
        raise Http404
    if number == request.session.get(REGISTER):
        messages.info(request, _("Ini sesi yang anda gunakan sekarang. Untuk menamatkannya, log keluar."))
    elif sessions.end_one(user, number=number, why=SessionEnd.OTHERS, at=clock.now(), ip=sessions.address_of(request)):  # type: ignore[arg-type]
        messages.success(request, _("Sesi itu telah dilog keluar."))
    else:
        messages.info(request, _("Sesi itu sudah tamat."))
    return redirect("identity:sessions")
