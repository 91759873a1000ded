"""What new contributions put back after a withdrawal that is to be replaced (ruling 17), and each contribution that did."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats
from members.enums import ReplacementCause
from members.ledger.enums import EntryKind
from members.models.register import Member

COUNTED = (EntryKind.CONTRIBUTION, EntryKind.CORRECTION, EntryKind.WRONG_CREDIT, EntryKind.SUSPENSE_MATCH, EntryKind.VOLUNTARY)
"""The acts whose money is, or was, a new contribution."""


class ReplacementOrder(models.Model):
    """What a member is to put back, RM. `cause` and `ref` name what it comes from, once; `replaced` is the sum of its moves and the only column that
    changes, with `filled_on`, the day on which it became complete (migration 0019)."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="replacement_orders", db_index=False)
    cause = models.CharField(max_length=8, choices={cause.value: cause.value for cause in ReplacementCause})
    ref = models.BigIntegerField()
    amount = MoneyField(_("Perlu diganti"))
    replaced = MoneyField(_("Telah diganti"), default=0)
    opened_on = models.DateField(_("Dibuka pada"))
    filled_on = models.DateField(_("Selesai pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("penggantian semula")
        verbose_name_plural = _("penggantian semula")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(cause__in=[cause.value for cause in ReplacementCause], ref__gt=0), name="replacement_cause_known"),
            models.CheckConstraint(condition=Q(amount__gt=0, replaced__gte=0, replaced__lte=F("amount")), name="replacement_within_its_amount"),
            models.CheckConstraint(
                condition=Q(filled_on__isnull=False, replaced=F("amount"), filled_on__gte=F("opened_on"))
                | Q(filled_on__isnull=True, replaced__lt=F("amount")),
                name="replacement_filled_when_whole",
            ),
            models.UniqueConstraint(fields=["cause", "ref"], name="replacement_once_for_its_cause"),
            # One at a time: which of two a contribution goes to, no source says.
            models.UniqueConstraint(fields=["member"], condition=Q(filled_on=None), name="replacement_one_open"),
        )
        indexes = (models.Index(fields=["member", "-id"], name="replacement_of_member"),)

    def __str__(self) -> str:
        return f"{self.cause} {self.ref}, {formats.day(self.opened_on)}"

    @property
    def left(self):  # type: ignore[no-untyped-def]
        """What is still to come, RM."""
        return self.amount - self.replaced


class ReplacementMove(models.Model):
    """What one entry of the ledger, named by its natural key, put back, RM; less than nothing where a contribution was taken back."""

    order = models.ForeignKey(ReplacementOrder, on_delete=models.PROTECT, related_name="moves", db_index=False)
    kind = models.PositiveSmallIntegerField()
    ref = models.BigIntegerField()
    part = models.PositiveSmallIntegerField(default=0)
    amount = MoneyField(_("Amaun"))
    booked_on = models.DateField(_("Dikreditkan pada"))

    class Meta:
        verbose_name = _("caruman yang mengganti")
        verbose_name_plural = _("caruman yang mengganti")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in COUNTED], ref__gt=0), name="replacement_move_is_counted"),
            models.CheckConstraint(condition=~Q(amount=0), name="replacement_move_has_money"),
            models.UniqueConstraint(fields=["order", "kind", "ref", "part"], name="replacement_move_once"),
        )
        indexes = (models.Index(fields=["kind", "ref"], name="replacement_move_by_act"),)

    def __str__(self) -> str:
        return f"{EntryKind(self.kind).name} {self.ref}, {formats.amount(self.amount)}"
