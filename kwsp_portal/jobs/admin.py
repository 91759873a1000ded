"""Runs and chunks for administrators: to be read; the actions call `control`."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kwsp_portal.audit import Actor
from kwsp_portal.jobs import control
from kwsp_portal.jobs.enums import ChunkState
from kwsp_portal.jobs.models import BusinessClock, Chunk, Due, Heartbeat, Run

OPERATOR = "ADMINISTRATOR"
"""The role of members.identity that may operate runs; other readers of the admin only see them."""


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shown, never edited: the engine alone writes these rows."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Asked for actions with `permissions=["operate"]`."""
        return getattr(request.user, "role", "") == OPERATOR


def _actor(request: HttpRequest) -> Actor:
    return request.user if request.user.is_authenticated else None


@admin.register(Run)
class RunAdmin(ReadOnly):
    list_display = ("id", "programme", "period", "on", "state", "chunks_done", "chunks_parked", "opened_at", "finished_at")
    list_filter = ("state", "programme")
    search_fields = ("=period",)
    ordering = ("-id",)
    actions = ("pause", "resume", "retry_parked")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        done, dead = Q(chunks__state=ChunkState.DONE), Q(chunks__state=ChunkState.DEAD)
        counted: QuerySet[Run] = (
            super().get_queryset(request).annotate(total=Count("chunks"), done=Count("chunks", filter=done), dead=Count("chunks", filter=dead))
        )
        return counted

    @admin.display(description=_("Bahagian siap"))
    def chunks_done(self, run: Any) -> str:
        return f"{run.done} / {run.total}"

    @admin.display(description=_("Bahagian diketepikan"), ordering="dead")
    def chunks_parked(self, run: Any) -> int:
        return int(run.dead)

    @admin.action(description=_("Jeda"), permissions=["operate"])
    def pause(self, request: HttpRequest, runs: QuerySet[Run]) -> None:
        self._each(request, runs, control.pause)

    @admin.action(description=_("Sambung"), permissions=["operate"])
    def resume(self, request: HttpRequest, runs: QuerySet[Run]) -> None:
        self._each(request, runs, control.resume)

    @admin.action(description=_("Cuba semula bahagian yang diketepikan"), permissions=["operate"])
    def retry_parked(self, request: HttpRequest, runs: QuerySet[Run]) -> None:
        self._each(request, runs, control.retry_parked)

    def _each(self, request: HttpRequest, runs: QuerySet[Run], act: Any) -> None:
        for run in runs:
            try:
                act(run_id=run.pk, by=_actor(request))
            except control.NotPossible:
                refused = gettext("%(run)s berstatus %(state)s: tindakan ini tidak boleh dibuat.") % {"run": run, "state": run.state}
                self.message_user(request, refused, messages.ERROR)
            else:
                self.message_user(request, gettext("%(run)s: selesai.") % {"run": run})


@admin.register(Chunk)
class ChunkAdmin(ReadOnly):
    list_display = ("id", "run", "chunk_no", "state", "attempts", "failures", "progress", "lease_until", "done_at", "reason")
    list_filter = ("state", "run__programme")
    list_select_related = ("run",)
    ordering = ("-id",)
    actions = ("retry",)
    exclude = ("lease_token",)

    @admin.display(description=_("Kemajuan"))
    def progress(self, chunk: Chunk) -> str:
        return f"{chunk.progress_done} / {chunk.progress_total}" if chunk.progress_total else ""

    @admin.display(description=_("Sebab"))
    def reason(self, chunk: Chunk) -> str:
        return chunk.error[:120]

    @admin.action(description=_("Cuba semula bahagian yang diketepikan"), permissions=["operate"])
    def retry(self, request: HttpRequest, chunks: QuerySet[Chunk]) -> None:
        for chunk in chunks.select_related("run"):
            try:
                control.retry(chunk_id=chunk.pk, by=_actor(request))
            except control.NotPossible:
                refused = gettext("%(run)s berstatus %(state)s: tindakan ini tidak boleh dibuat.") % {"run": chunk, "state": chunk.state}
                self.message_user(request, refused, messages.ERROR)
            else:
                self.message_user(request, gettext("%(run)s: selesai.") % {"run": chunk})


@admin.register(Due)
class DueAdmin(ReadOnly):
    list_display = ("programme", "period", "due_on", "run", "error")
    list_filter = ("programme",)
    list_select_related = ("run",)
    ordering = ("-due_on", "-id")


@admin.register(BusinessClock)
class BusinessClockAdmin(ReadOnly):
    list_display = ("business_date", "real_date", "looked_to", "moved_at")


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnly):
    list_display = ("worker", "seen_at")
