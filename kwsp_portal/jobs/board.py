"""The administrators' page of all background work, inside Django admin: how far it is, what was parked and why, and the buttons.

It refreshes itself and works without JavaScript. Auditors see it without buttons.
"""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from kwsp_portal import ways
from kwsp_portal.audit import Actor
from kwsp_portal.common.stored_names import named
from kwsp_portal.jobs import control, progress
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Due, Run

OPERATOR: Final = "ADMINISTRATOR"
"""The role of members.identity that may operate runs; other readers of the admin only see them."""

RUN_STATES: Final = {RunState.OPEN: _("Berjalan"), RunState.PAUSED: _("Dijeda"), RunState.DONE: _("Selesai"), RunState.FAILED: _("Gagal")}
CHUNK_STATES: Final = {
    ChunkState.WAITING: _("Menunggu"),
    ChunkState.RUNNING: _("Sedang dikerjakan"),
    ChunkState.DONE: _("Selesai"),
    ChunkState.DEAD: _("Diketepikan"),
}
KINDS: Final = {RunState.OPEN: "info", RunState.PAUSED: "warn", RunState.DONE: "good", RunState.FAILED: "bad"}

ACTS: Final[dict[str, Callable[[int, Actor], object]]] = {
    "pause": lambda pk, by: control.pause(run_id=pk, by=by),
    "resume": lambda pk, by: control.resume(run_id=pk, by=by),
    "retry_parked": lambda pk, by: control.retry_parked(run_id=pk, by=by),
    "retry": lambda pk, by: control.retry(chunk_id=pk, by=by),
    "open": lambda pk, by: control.open_again(due_id=pk, by=by),
}
OBJECTS: Final[dict[str, Any]] = {"pause": Run, "resume": Run, "retry_parked": Run, "retry": Chunk, "open": Due}
CONFIRMED: Final = {
    "pause": (
        _("Jeda kerja ini?"),
        _("Bahagian yang sedang dikerjakan akan disiapkan. Bahagian lain menunggu sehingga kerja disambung; kredit ahli menjadi lewat."),
        _("Jeda"),
    ),
    "resume": (_("Sambung kerja ini?"), _("Bahagian yang menunggu akan dikerjakan semula serta-merta."), _("Sambung")),
}


def may_operate(request: HttpRequest) -> bool:
    return getattr(request.user, "role", "") == OPERATOR


def actor_of(request: HttpRequest) -> Actor:
    return request.user if request.user.is_authenticated else None


def title_of(run: Run, chunk: Chunk | None = None) -> str:
    """`Membaca Borang A 12`, and of a chunk its number."""
    return f"{named(run.programme)} {run.period}" + (f" / {chunk.chunk_no}" if chunk else "")


def _title(found: Run | Chunk | Due) -> str:
    if isinstance(found, Chunk):
        return title_of(found.run, found)
    return title_of(found) if isinstance(found, Run) else f"{named(found.programme)} {found.period}"


def urls(run_admin: Any) -> list[URLPattern]:
    """The addresses of the page, before those of the register of runs."""

    def board_view(request: HttpRequest) -> HttpResponse:
        return _board(request, run_admin.admin_site.each_context(request))

    def act_view(request: HttpRequest, act: str, pk: int) -> HttpResponse:
        return _act(request, act, pk, run_admin.admin_site.each_context(request))

    guarded = run_admin.admin_site.admin_view
    return [
        path("board/", guarded(require_safe(board_view)), name="jobs_board"),
        path("board/<slug:act>/<int:pk>/", guarded(require_http_methods(["GET", "HEAD", "POST"])(act_view)), name="jobs_act"),
    ]


def _board(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    found = progress.board()
    runs = [
        {"line": line, "title": title_of(line.run), "words": RUN_STATES[RunState(line.run.state)], "kind": KINDS[RunState(line.run.state)]}
        for line in (*found.going, *found.ended)
    ]
    return TemplateResponse(
        request,
        "admin/jobs/board.html",
        {
            **context,
            "title": gettext("Kerja latar"),
            "board": found,
            "going": runs[: len(found.going)],
            "ended": runs[len(found.going) :],
            "parked": [(chunk, title_of(chunk.run, chunk)) for chunk in found.parked],
            "unopened": [(due, _title(due)) for due in found.unopened],
            "still": "still" in request.GET,
            "may_operate": may_operate(request),
        },
    )


def _act(request: HttpRequest, act: str, pk: int, context: dict[str, Any]) -> HttpResponse:
    """POST does it, and leads back to the page of ours that `next` names, else to the board. GET asks first: for pausing and resuming."""
    if not may_operate(request):
        raise PermissionDenied
    if act not in ACTS or (request.method != "POST" and act not in CONFIRMED):
        raise Http404
    found = OBJECTS[act].objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    back = ways.safe(request, (request.POST or request.GET).get("next", ""))
    if request.method != "POST":
        question, what, button = CONFIRMED[act]
        page = {**context, "title": question, "what": what, "button": button, "object": _title(found), "kind": act, "next": back}
        return TemplateResponse(request, "admin/jobs/confirm.html", page)
    try:
        done = ACTS[act](pk, actor_of(request))
    except control.NotPossible:
        messages.error(request, gettext("%(run)s: tindakan ini tidak boleh dibuat lagi; statusnya telah berubah.") % {"run": _title(found)})
    else:
        _say(request, found, done)
    return HttpResponseRedirect(back or reverse("admin:jobs_board"))


def _say(request: HttpRequest, found: Run | Chunk | Due, done: object) -> None:
    if isinstance(done, Due) and done.run is None:
        messages.error(request, gettext("%(run)s: masih tidak dapat dibuka. %(reason)s") % {"run": _title(found), "reason": done.error})
    else:
        messages.success(request, gettext("%(run)s: selesai.") % {"run": _title(found)})
