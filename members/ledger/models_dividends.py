"""Which rows of dividend due are settled. What they came to is the dividend's own row (members.models)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DividendSettled(models.Model):
    """A row of dividend due that is settled: once, in the transaction that posts the credit. `ref` is that of the dividend's entry; null where
    it came to nothing."""

    due = models.OneToOneField("DividendDue", primary_key=True, on_delete=models.PROTECT, related_name="settled")
    ref = models.BigIntegerField(_("No. rujukan"), null=True)

    class Meta:
        db_table = "ledger_dividend_settled"
        verbose_name = _("dividen terhutang yang diselesaikan")
        verbose_name_plural = _("dividen terhutang yang diselesaikan")
        constraints = (models.CheckConstraint(condition=models.Q(ref__isnull=True) | models.Q(ref__gt=0), name="ledger_dividend_settled_ref"),)

    def __str__(self) -> str:
        return str(self.due_id)
