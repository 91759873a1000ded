"""Sessions for their own person: `/security/sessions/` lists and ends them; `/session/…` is the warning before one ends, staying, and drafts."""

import json
from datetime import timedelta
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kwsp_portal import ways
from kwsp_portal.common import clock
from members.identity import api_tokens, drafts, gates, sessions
from members.identity.enums import SessionEnd
from members.identity.middleware import seconds_left
from members.identity.models import ApiToken, UserSession
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
        "tokens": api_tokens.of(request.user, at=now),  # type: ignore[arg-type]
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
    messages.success(request, _("Sesi lain telah ditamatkan: %(count)s.") % {"count": ended} if ended else _("Tiada sesi lain yang masih dibuka."))
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
        messages.success(request, _("Sesi itu telah ditamatkan."))
    else:
        messages.info(request, _("Sesi itu sudah tamat."))
    return redirect("identity:sessions")


@gates.signed_in_required
@never_cache
@require_safe
def idle(request: HttpRequest) -> HttpResponse:
    """The warning for browsers without script; it comes by itself, so it keeps nobody signed in."""
    left = seconds_left(request)
    back = ways.safe(request, request.GET.get("next", "")) or reverse("home")
    return render(request, "identity/idle.html", {"next": back, "ends_at": clock.now() + timedelta(seconds=left["idle"])})


idle.by_itself = True  # type: ignore[attr-defined]  # read by SessionLimits


@gates.signed_in_required
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Somebody is still here: the request itself says so to the session."""
    if "application/json" in request.headers.get("Accept", ""):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return redirect(ways.safe(request, request.POST.get("next", "")) or "home")


@gates.signed_in_required
@require_POST
def keep_draft(request: HttpRequest) -> HttpResponse:
    """What a page says was typed in it, just before its session ends. JSON: `{"page": "/…", "fields": [[name, value], …]}`."""
    try:
        said = json.loads(request.body)
        json.dumps(said, ensure_ascii=False).encode()  # lone surrogates are no text
        page, fields = ways.safe(request, str(said["page"])), drafts.said(said["fields"])
    except (ValueError, KeyError, TypeError):
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    if page:
        drafts.keep(user=request.user, page=drafts.page_of(page), fields=fields, at=clock.now())  # type: ignore[arg-type]
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@gates.signed_in_required
@require_POST
def discard_draft(request: HttpRequest) -> HttpResponse:
    """What was typed is not wanted any more; pressed twice, nothing is left."""
    page = ways.safe(request, request.POST.get("page", ""))
    drafts.discard(request, page=drafts.page_of(page))
    messages.info(request, _("Apa yang ditaip telah dibuang."))
    return redirect(page or "home")


@gates.signed_in_required
@require_POST
def revoke_token(request: HttpRequest, number: int) -> HttpResponse:
    """End one token of the API. A foreign one and one that never was are the same 404."""
    user = request.user
    if not ApiToken.objects.filter(user=user, pk=number).exists():  # type: ignore[misc]
        raise Http404
    if api_tokens.revoke(user=user, number=number, at=clock.now(), ip=sessions.address_of(request)):  # type: ignore[arg-type]
        messages.success(request, _("Token API itu telah dibatalkan."))
    else:
        messages.info(request, _("Token API itu sudah dibatalkan."))
    return redirect("identity:sessions")
