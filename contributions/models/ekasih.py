"""Files of the Ministry's e-Kasih list as officers brought them, and what became of each of their rows (facts, section 3.2)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import EKasihFate, EKasihState
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.templatetags import formats
from members.models import Member

DECIDED = (EKasihState.REFUSED.value, EKasihState.TAKEN.value, EKasihState.FOLLOWED.value)
OF_NOBODY = (EKasihFate.BAD_NUMBER.value, EKasihFate.UNKNOWN.value)


class EKasihList(models.Model):
    """The whole list as at a day. One officer brings it, another takes it; then it stands for everybody from `followed_on` on.

    `fault` says why nothing of a file was read, found and expected. Everything but state and decision is written once (migration 0084).
    """

    as_at = models.DateField(_("Setakat"), null=True, blank=True)
    digest = models.CharField(max_length=64)
    rows_total = models.PositiveIntegerField(_("Jumlah baris"), default=0)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices={state.value: state.value for state in EKasihState})
    fault = models.CharField(max_length=20, blank=True, default="")
    detail = models.CharField(max_length=200, blank=True, default="")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_on = models.DateField(_("Dimuat naik pada"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(_("Diputuskan pada"), null=True, blank=True)
    comment = models.TextField(blank=True, default="")
    dropped = models.PositiveIntegerField(_("Tidak lagi dalam senarai"), default=0)
    followed_on = models.DateField(_("Berkuat kuasa pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("senarai e-Kasih")
        verbose_name_plural = _("senarai e-Kasih")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[state.value for state in EKasihState]), name="ekasih_list_state_known"),
            models.CheckConstraint(
                condition=(Q(state=EKasihState.UNREADABLE.value, rows_total=0) & ~Q(fault=""))
                | (~Q(state=EKasihState.UNREADABLE.value) & Q(fault="", as_at__isnull=False, rows_total__gt=0)),
                name="ekasih_list_is_read_or_not",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_by__isnull=False, decided_on__isnull=False)
                | (~Q(state__in=DECIDED) & Q(decided_by__isnull=True, decided_on__isnull=True)),
                name="ekasih_list_decided_is_complete",
            ),
            models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("uploaded_by")), name="ekasih_list_decided_by_another"),
            models.CheckConstraint(condition=~Q(state=EKasihState.REFUSED.value) | ~Q(comment=""), name="ekasih_list_refused_says_why"),
            models.CheckConstraint(
                condition=Q(state=EKasihState.FOLLOWED.value, followed_on__isnull=False)
                | (~Q(state=EKasihState.FOLLOWED.value) & Q(followed_on__isnull=True)),
                name="ekasih_list_followed_has_its_day",
            ),
            models.UniqueConstraint(
                fields=["digest"],
                condition=Q(state__in=[EKasihState.WAITS.value, EKasihState.TAKEN.value, EKasihState.FOLLOWED.value]),
                name="ekasih_list_once",
            ),
            models.UniqueConstraint(
                fields=["as_at"],
                condition=Q(state__in=[EKasihState.WAITS.value, EKasihState.TAKEN.value, EKasihState.FOLLOWED.value]),
                name="ekasih_list_one_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"e-Kasih {formats.day(self.as_at)}" if self.as_at else f"e-Kasih {self.pk}"


class EKasihRow(models.Model):
    """One row of a list, with its place in the file. The identity number is kept as it stood there."""

    of = models.ForeignKey(EKasihList, on_delete=models.PROTECT, related_name="rows", db_index=False)
    line = models.PositiveIntegerField(_("Baris"))
    identity_number = models.CharField(_("No. pengenalan"), max_length=30)
    name = models.CharField(_("Nama"), max_length=120)
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="ekasih_rows")
    fate = models.CharField(max_length=12, choices={fate.value: fate.value for fate in EKasihFate})

    class Meta:
        verbose_name = _("baris senarai e-Kasih")
        verbose_name_plural = _("baris senarai e-Kasih")
        ordering = ("of", "line")
        constraints = (
            models.UniqueConstraint(fields=["of", "line"], name="ekasih_row_once"),
            models.CheckConstraint(condition=Q(fate__in=[fate.value for fate in EKasihFate]), name="ekasih_row_fate_known"),
            models.CheckConstraint(
                condition=Q(fate__in=OF_NOBODY, member__isnull=True)
                | Q(fate=EKasihFate.TWICE.value)
                | (~Q(fate__in=OF_NOBODY) & Q(member__isnull=False)),
                name="ekasih_row_is_somebodys",
            ),
        )
        indexes = (models.Index(fields=["of", "fate"], name="ekasih_row_fates"),)

    def __str__(self) -> str:
        return f"{self.line} {self.fate}"
