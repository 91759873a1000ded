"""Who mended which rows of a filing, when, and what they were before: written once, never changed (migration 0019)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import MendKind
from kwsp_portal.templatetags import formats


class Mending(models.Model):
    """One act of mending: a row, or all rows of a cause at once. `undoes` is the act that it takes back."""

    filing = models.ForeignKey("contributions.Filing", on_delete=models.PROTECT, related_name="mendings")
    kind = models.CharField(max_length=10, choices={kind.value: kind.value for kind in MendKind})
    cause = models.CharField(max_length=24, blank=True)
    undoes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")
    rows_total = models.PositiveIntegerField(_("Baris"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("Tarikh"))
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("betulan Borang A")
        verbose_name_plural = _("betulan Borang A")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in MendKind]), name="mending_kind_known"),
            models.CheckConstraint(condition=Q(rows_total__gt=0), name="mending_of_some_row"),
            models.CheckConstraint(
                condition=Q(kind=MendKind.UNDO.value, undoes__isnull=False) | (~Q(kind=MendKind.UNDO.value) & Q(undoes__isnull=True)),
                name="mending_undo_names_what",
            ),
        )

    def __str__(self) -> str:
        return f"{self.filing_id}, {formats.moment(self.at)}"


class RowMend(models.Model):
    """What one act of mending changed of a row: the columns that changed, as the database holds them (amounts in sen), before and after.

    `number` counts the mends of the row from 1: the first one's `before` is what was read.
    """

    mending = models.ForeignKey(Mending, on_delete=models.PROTECT, related_name="rows")
    row = models.ForeignKey("contributions.FilingRow", on_delete=models.PROTECT, related_name="history", db_index=False)
    number = models.PositiveSmallIntegerField()
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        verbose_name = _("betulan baris")
        verbose_name_plural = _("betulan baris")
        ordering = ("row_id", "number")
        constraints = (
            models.UniqueConstraint(fields=["row", "number"], name="row_mend_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="row_mend_counts_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.row_id}, {self.number}"
