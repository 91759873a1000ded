"""With which of the employer's own money, that came for something else, a payment was made."""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributions.models.corrections import CorrectedFiling
from contributions.models.overpayments import Overpayment
from contributions.models.payments import Payment
from contributions.models.receipts import Receipt
from kwsp_portal.fields import MoneyField

SOURCES = ("source_payment", "source_receipt", "source_overpayment", "source_correction")


class CreditUse(models.Model):
    """So much of one earlier payment, of one receipt, of what one KWSP 14 brought back, or of what officers' correction of one Borang A gave, made
    the `payment` of method CREDIT. Written once.

    The earlier payment counts for nothing (CREDIT), or differs (SUSPENSE); the receipt is in suspense; the application is an offset (CREDIT), the
    correction no KWSP 14's (CREDIT). PostgreSQL lets no more of it be used than it brought, nothing of what is asked back, and nothing of another
    employer's (migrations 0064, 0092, 0101).
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="made_of")
    source_payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="uses")
    source_receipt = models.ForeignKey(Receipt, null=True, blank=True, on_delete=models.PROTECT, related_name="uses")
    source_overpayment = models.ForeignKey(Overpayment, null=True, blank=True, on_delete=models.PROTECT, related_name="uses")
    source_correction = models.ForeignKey(CorrectedFiling, null=True, blank=True, on_delete=models.PROTECT, related_name="uses")
    amount = MoneyField()

    class Meta:
        verbose_name = _("penggunaan wang majikan")
        verbose_name_plural = _("penggunaan wang majikan")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_use_amount_positive"),
            models.CheckConstraint(
                condition=reduce(or_, (Q(**{f"{other}__isnull": other != source for other in SOURCES}) for source in SOURCES)),
                name="credit_use_of_one_source",
            ),
            models.UniqueConstraint(fields=["payment", *SOURCES], nulls_distinct=False, name="credit_use_of_a_source_once"),
        )

    def __str__(self) -> str:
        return f"{self.pk}, {self.payment_id}"
