"""What the bank says it has paid over, day by day, and which payment each row of it is."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributions.models.payments import Payment
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats


class SettlementFile(models.Model):
    """The bank's file of a day, whole and signed; written once. `payments_from`: payments from this number on are looked for in files."""

    on = models.DateField(_("Hari"), unique=True)
    digest = models.CharField(max_length=64)
    rows_total = models.PositiveIntegerField()
    amount = MoneyField()
    payments_from = models.BigIntegerField()
    fetched_at = models.DateTimeField()

    class Meta:
        verbose_name = _("fail penyelesaian")
        verbose_name_plural = _("fail penyelesaian")
        ordering = ("-on",)

    def __str__(self) -> str:
        return formats.day(self.on)


class SettlementRow(models.Model):
    """One row of a file. `payment` is what it settles, once order, FPX number and amount agree; or `receipt`, of a bank agent (`fpx_id` then
    names the agent, `order_no` the receipt). The ledger has it by this row's id."""

    file = models.ForeignKey(SettlementFile, on_delete=models.PROTECT, related_name="rows")
    line = models.PositiveIntegerField()
    order_no = models.CharField(max_length=40)
    fpx_id = models.CharField(max_length=40)
    amount = MoneyField()
    paid_at = models.DateTimeField()
    payment = models.OneToOneField(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="settled_by")
    receipt = models.OneToOneField("contributions.Receipt", null=True, blank=True, on_delete=models.PROTECT, related_name="settled_by")

    class Meta:
        verbose_name = _("baris penyelesaian")
        verbose_name_plural = _("baris penyelesaian")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["file", "line"], name="settlement_row_line_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="settlement_row_amount_positive"),
            models.CheckConstraint(condition=Q(payment__isnull=True) | Q(receipt__isnull=True), name="settlement_row_settles_one"),
        )
        indexes = (models.Index(fields=["order_no"], name="settlement_row_by_order"),)

    def __str__(self) -> str:
        return f"{self.file_id}:{self.line}"
