"""What lateness cost an employer: the late payment charge of a wage month, and the dividend on each late contribution. Written once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from employers.models import Employer
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats


class LateCharge(models.Model):
    """The charge of one employer and wage month (`wage_month` holds its first day), reckoned on a day from what was paid late by then.

    `paid` holds those payments (filing, amount, day), of which the rule makes the amount again. Where they turn out to be others, this one is
    reversed (`reversed_on`) and another stands: of a month one stands at a time.
    """

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="late_charges", db_index=False)
    wage_month = models.DateField(_("Bulan upah"))
    amount = MoneyField()
    paid = models.JSONField()
    reference = models.CharField(max_length=60)
    reckoned_on = models.DateField(_("Dikira pada"))
    reversed_on = models.DateField(_("Dibalikkan pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("caj lewat bayar")
        verbose_name_plural = _("caj lewat bayar")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(wage_month__day=1), name="late_charge_month_is_first_day"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="late_charge_amount_positive"),
            models.UniqueConstraint(fields=["employer", "wage_month"], condition=Q(reversed_on__isnull=True), name="late_charge_stands_once"),
        )

    def __str__(self) -> str:
        return f"{self.pk}, {formats.month(self.wage_month)}"


class LateDividend(models.Model):
    """The dividend on one late Borang A: what its contributions would have earned to the day before `paid_on`. One stands at a time."""

    filing = models.ForeignKey("contributions.Filing", on_delete=models.PROTECT, related_name="late_dividends", db_index=False)
    amount = MoneyField()
    paid_on = models.DateField(_("Dibayar pada"))
    reference = models.CharField(max_length=60)
    reckoned_on = models.DateField(_("Dikira pada"))
    reversed_on = models.DateField(_("Dibalikkan pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("dividen atas caruman lewat")
        verbose_name_plural = _("dividen atas caruman lewat")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="late_dividend_amount_positive"),
            models.UniqueConstraint(fields=["filing"], condition=Q(reversed_on__isnull=True), name="late_dividend_stands_once"),
        )

    def __str__(self) -> str:
        return f"{self.pk}, {formats.day(self.paid_on)}"
