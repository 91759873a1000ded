"""Why an officer looks at what is somebody's: asked before anything is shown, held a while in the officer's session, kept in the trail with each
look, and read by whom it is about in their own log."""

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from kwsp_portal.common import clock
from members.forms import ReasonField

SAID: Final = "looks"
"""Session key: what the officer has said why to look at, why, and when."""
HOLDS: Final = timedelta(minutes=15)
KEPT: Final = 5


class ReasonForm(forms.Form):
    """Why."""

    reason = ReasonField()


def hold(request: HttpRequest, about: str, reason: str, *, at: datetime) -> None:
    """From now for a while the officer need not say it again; of the last few things only."""
    kept = {thing: said for thing, said in request.session.get(SAID, {}).items() if thing != about}
    request.session[SAID] = {**dict(list(kept.items())[1 - KEPT :]), about: [reason, int(at.timestamp())]}


def said(request: HttpRequest, *about: str, at: datetime) -> str:
    """What the officer said a moment ago of the first of these things that they gave a reason for; empty where that is none."""
    every: dict[str, Any] = request.session.get(SAID, {})
    fresh = (every[thing][0] for thing in about if thing in every and at.timestamp() - every[thing][1] < HOLDS.total_seconds())
    return str(next(fresh, ""))


def ask(request: HttpRequest, about: str, *, what: str, initial: str = "") -> HttpResponse:
    """The question in place of the page, at the same address; its answer leads to the page. Nothing is said yet of whose it is."""
    form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm(initial={"reason": initial})
    if form.is_bound and form.is_valid():
        hold(request, about, form.cleaned_data["reason"], at=clock.now())
        return HttpResponseRedirect(request.path)
    return render(request, "members/reason.html", {"form": form, "what": what}, status=422 if form.is_bound else 200)
