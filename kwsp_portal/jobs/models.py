"""The work list, the due table and the business clock."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kwsp_portal.common.stored_names import named
from kwsp_portal.jobs.enums import OPEN_CHUNKS, URGENCY, ChunkState, RunState


class Run(models.Model):
    """One batch: a programme for a period, opened once whatever rings (reliability.md C-9)."""

    programme = models.CharField(_("Program"), max_length=60)
    period = models.CharField(_("Tempoh"), max_length=60)
    on = models.DateField(_("Tarikh perniagaan"))
    state = models.CharField(_("Status"), max_length=8, choices={state.value: state.value for state in RunState}, default=RunState.OPEN)
    opened_at = models.DateTimeField(_("Dibuka pada"), db_default=Now())
    finished_at = models.DateTimeField(_("Selesai pada"), null=True, blank=True)
    error = models.TextField(_("Sebab"), blank=True, default="")
    urgency = models.PositiveSmallIntegerField(_("Keutamaan"), default=URGENCY)
    chunk_count = models.PositiveIntegerField(_("Bahagian"), default=0)

    class Meta:
        verbose_name = _("kerja berkelompok")
        verbose_name_plural = _("kerja berkelompok")
        constraints = (
            models.UniqueConstraint(fields=["programme", "period"], name="run_once_per_period"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in RunState]), name="run_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=[RunState.DONE, RunState.FAILED], finished_at__isnull=False)
                | Q(state__in=[RunState.OPEN, RunState.PAUSED], finished_at__isnull=True),
                name="run_finished_has_time",
            ),
        )
        indexes = (
            # The way in for whoever takes work: the most urgent first, then the oldest.
            models.Index(fields=["urgency", "id"], condition=Q(state=RunState.OPEN), name="run_open"),
        )

    def __str__(self) -> str:
        return f"{named(self.programme)} {self.period}"


class Chunk(models.Model):
    """A piece of a run that one worker does in one transaction, under a lease with a fencing token."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="chunks", verbose_name=_("kerja berkelompok"))
    chunk_no = models.PositiveIntegerField(_("Bahagian"))
    payload = models.JSONField(_("Isi"), default=dict)
    state = models.CharField(_("Status"), max_length=8, choices={state.value: state.value for state in ChunkState}, default=ChunkState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("Cubaan"), default=0)
    failures = models.PositiveSmallIntegerField(_("Kegagalan"), default=0)
    losses = models.PositiveSmallIntegerField(_("Pekerja hilang"), default=0)
    suspect_since = models.DateTimeField(null=True, blank=True, editable=False)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    leased_at = models.DateTimeField(_("Diambil pada"), null=True, blank=True)
    lease_until = models.DateTimeField(_("Dipegang hingga"), null=True, blank=True)
    not_before = models.DateTimeField(_("Tidak sebelum"), null=True, blank=True)
    done_at = models.DateTimeField(_("Selesai pada"), null=True, blank=True)
    error = models.TextField(_("Sebab"), blank=True, default="")
    progress_done = models.PositiveIntegerField(_("Siap"), default=0)
    progress_total = models.PositiveIntegerField(_("Jumlah"), default=0)

    class Meta:
        verbose_name = _("bahagian kerja")
        verbose_name_plural = _("bahagian kerja")
        constraints = (
            models.UniqueConstraint(fields=["run", "chunk_no"], name="chunk_once_per_run"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in ChunkState]), name="chunk_state_known"),
            models.CheckConstraint(
                condition=Q(state=ChunkState.RUNNING, lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state=ChunkState.RUNNING) & Q(lease_token__isnull=True, lease_until__isnull=True)),
                name="chunk_running_has_lease",
            ),
            models.CheckConstraint(
                condition=Q(state=ChunkState.DONE, done_at__isnull=False) | (~Q(state=ChunkState.DONE) & Q(done_at__isnull=True)),
                name="chunk_done_has_time",
            ),
            models.CheckConstraint(condition=~Q(state=ChunkState.DEAD) | ~Q(error=""), name="chunk_dead_has_reason"),
            models.CheckConstraint(condition=Q(failures__lte=F("attempts")), name="chunk_failures_within_attempts"),
            models.CheckConstraint(condition=Q(progress_done__lte=F("progress_total")), name="chunk_progress_within_total"),
        )
        indexes = (
            # The way in for whoever takes work, and to whether a run is over: as small as the work that is left.
            models.Index(fields=["run", "losses", "id"], condition=Q(state__in=[state.value for state in OPEN_CHUNKS]), name="chunk_open"),
            models.Index(fields=["lease_until"], condition=Q(state=ChunkState.RUNNING), name="chunk_running"),
            models.Index(fields=["run"], condition=Q(state=ChunkState.DEAD), name="chunk_dead"),
            # How many were done lately, and of which runs.
            models.Index(fields=["done_at"], include=["run"], condition=Q(state=ChunkState.DONE), name="chunk_done"),
        )

    def __str__(self) -> str:
        return f"{self.run_id}/{self.chunk_no}"


class Due(models.Model):
    """What the calendar demanded: a programme for a period, on a business date. Without a run it is still to be opened."""

    programme = models.CharField(max_length=60)
    period = models.CharField(max_length=60)
    due_on = models.DateField()
    run = models.OneToOneField(Run, on_delete=models.PROTECT, null=True, blank=True, related_name="due")
    error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("kerja yang perlu dibuat")
        verbose_name_plural = _("kerja yang perlu dibuat")
        constraints = (models.UniqueConstraint(fields=["programme", "period"], name="due_once_per_period"),)
        indexes = (models.Index(fields=["due_on"], condition=Q(run__isnull=True), name="due_unopened"),)

    def __str__(self) -> str:
        return f"{named(self.programme)} {self.period}"


class BusinessClock(models.Model):
    """The business date (ruling 2), in one row: it was `business_date` on the real day `real_date` and moves on by real midnights.

    `looked_to` is the last business date whose due programmes were written down. None of the three ever goes back (trigger).
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    business_date = models.DateField()
    real_date = models.DateField()
    looked_to = models.DateField()
    moved_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("tarikh perniagaan")
        verbose_name_plural = _("tarikh perniagaan")
        constraints = (models.CheckConstraint(condition=Q(id=1), name="business_clock_single"),)

    def __str__(self) -> str:
        return self.business_date.isoformat()


class Periodic(models.Model):
    """When a small regular errand of the sweeper last began, by the database's clock."""

    name = models.CharField(max_length=60, primary_key=True)
    began_at = models.DateTimeField()

    class Meta:
        verbose_name = _("kerja berkala")
        verbose_name_plural = _("kerja berkala")

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """When a worker last came for work: a process that lives but hangs falls behind here (reliability.md C-7)."""

    worker = models.CharField(max_length=120, primary_key=True)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("denyut pekerja")
        verbose_name_plural = _("denyut pekerja")

    def __str__(self) -> str:
        return self.worker
