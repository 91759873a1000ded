"""Runs and chunks for administrators: to be read; the actions call `control`."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kwsp_portal.common.stored_names import WORDS, named
from kwsp_portal.jobs import board, control, progress, registry
from kwsp_portal.jobs.board import CHUNK_STATES, RUN_STATES, actor_of, title_of
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import BusinessClock, Chunk, Due, Heartbeat, Run
from kwsp_portal.registers import Column, Register, choice_filter, column
from kwsp_portal.templatetags import formats

WORDS.update(
    {
        "run": _("Kerja berkelompok"),
        "chunk": _("Bahagian kerja"),
        "due": _("Kerja yang perlu dibuat"),
    }
)


class Operated(Register):
    """Shown, never edited: the engine alone writes these rows. Actions are for administrators."""

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Asked for actions with `permissions=["operate"]`."""
        return board.may_operate(request)


def _programme(name: str = "programme") -> Column:
    return column(name, _("Program"), named)


def programme_filter(name: str) -> type[admin.SimpleListFilter]:
    """A filter by programme, in words: those that this portal can work."""

    class ProgrammeFilter(admin.SimpleListFilter):
        title = _("Program")
        parameter_name = f"{name}__exact"

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
            return [(programme, named(programme)) for programme in registry.programmes]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            return queryset.filter(**{name: self.value()}) if self.value() else queryset

    return ProgrammeFilter


@admin.register(Run)
class RunAdmin(Operated):
    change_list_template = "admin/jobs/runs.html"
    list_display = (
        "id",
        _programme(),
        column("period", _("Tempoh")),
        column("on", _("Tarikh perniagaan"), formats.day),
        column("state", _("Status"), RUN_STATES),
        "chunks_done",
        "chunks_parked",
        column("opened_at", _("Dibuka pada"), formats.moment),
        column("finished_at", _("Selesai pada"), formats.moment),
    )
    fields = (*list_display[1:], column("error", _("Sebab")))
    list_filter = (choice_filter("state", _("Status"), RUN_STATES), programme_filter("programme"))
    search_fields = ("=period",)
    ordering = ("-id",)
    actions = ("pause", "resume", "retry_parked")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        return progress.counted(super().get_queryset(request))

    def get_urls(self) -> list[Any]:
        return [*board.urls(self), *super().get_urls()]

    @admin.display(description=_("Bahagian siap"))
    def chunks_done(self, run: Any) -> str:
        return f"{formats.count(progress.done_of(run))} / {formats.count(run.chunk_count)}"

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
                act(run_id=run.pk, by=actor_of(request))
            except control.NotPossible:
                refused = gettext("%(run)s berstatus %(state)s: tindakan ini tidak boleh dibuat.") % {
                    "run": title_of(run),
                    "state": RUN_STATES[RunState(run.state)],
                }
                self.message_user(request, refused, messages.ERROR)
            else:
                self.message_user(request, gettext("%(run)s: selesai.") % {"run": title_of(run)})


@admin.register(Chunk)
class ChunkAdmin(Operated):
    list_display = (
        "id",
        _programme("run__programme"),
        column("run__period", _("Tempoh")),
        column("chunk_no", _("Bahagian")),
        column("state", _("Status"), CHUNK_STATES),
        column("attempts", _("Cubaan")),
        column("failures", _("Kegagalan")),
        column("losses", _("Pekerja hilang")),
        "progress",
        column("lease_until", _("Dipegang hingga"), formats.moment),
        column("done_at", _("Selesai pada"), formats.moment),
        "reason",
    )
    fields = (
        *list_display[1:-1],
        column("leased_at", _("Diambil pada"), formats.moment),
        column("not_before", _("Tidak sebelum"), formats.moment),
        column("payload", _("Isi")),
        column("error", _("Sebab")),
    )
    list_filter = (choice_filter("state", _("Status"), CHUNK_STATES), programme_filter("run__programme"))
    list_select_related = ("run",)
    ordering = ("-id",)
    actions = ("retry",)

    @admin.display(description=_("Kemajuan"))
    def progress(self, chunk: Chunk) -> str:
        return f"{formats.count(chunk.progress_done)} / {formats.count(chunk.progress_total)}" if chunk.progress_total else ""

    @admin.display(description=_("Sebab"))
    def reason(self, chunk: Chunk) -> str:
        return chunk.error[:120]

    @admin.action(description=_("Cuba semula bahagian yang diketepikan"), permissions=["operate"])
    def retry(self, request: HttpRequest, chunks: QuerySet[Chunk]) -> None:
        for chunk in chunks.select_related("run"):
            try:
                control.retry(chunk_id=chunk.pk, by=actor_of(request))
            except control.NotPossible:
                refused = gettext("%(run)s berstatus %(state)s: tindakan ini tidak boleh dibuat.") % {
                    "run": title_of(chunk.run, chunk),
                    "state": CHUNK_STATES[ChunkState(chunk.state)],
                }
                self.message_user(request, refused, messages.ERROR)
            else:
                self.message_user(request, gettext("%(run)s: selesai.") % {"run": title_of(chunk.run, chunk)})


@admin.register(Due)
class DueAdmin(Register):
    list_display = (
        _programme(),
        column("period", _("Tempoh")),
        column("due_on", _("Perlu dibuat pada"), formats.day),
        column("run_id", _("Kerja berkelompok")),
        column("error", _("Sebab")),
    )
    fields = list_display
    list_display_links = (list_display[0],)
    list_filter = (programme_filter("programme"),)
    ordering = ("-due_on", "-id")


@admin.register(BusinessClock)
class BusinessClockAdmin(Register):
    list_display = (
        column("business_date", _("Tarikh perniagaan"), formats.day),
        column("real_date", _("Ditetapkan pada tarikh sebenar"), formats.day),
        column("looked_to", _("Kerja dicatat hingga"), formats.day),
        column("moved_at", _("Digerakkan pada"), formats.moment),
    )
    fields = list_display
    list_display_links = (list_display[0],)


@admin.register(Heartbeat)
class HeartbeatAdmin(Register):
    list_display = (column("worker", _("Proses pekerja")), column("seen_at", _("Kali terakhir dilihat"), formats.moment))
    fields = list_display
    list_display_links = (list_display[0],)
