"""What lateness cost an employer: the late payment charge of a wage month, what is remitted of it, and the dividend on each late contribution."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import RemissionState
from employers.models import Employer
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats

DECIDED = (RemissionState.APPROVED, RemissionState.REFUSED, RemissionState.WITHDRAWN)


class LateCharge(models.Model):
    """The charge of one employer and wage month (`wage_month` holds its first day), reckoned on a day from what was paid late by then.

    `paid` holds those payments (filing, amount, day), of which the rule makes the amount again. Where they turn out to be others, this one is
    reversed (`reversed_on`) and another stands: of a month one stands at a time.
    """

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="late_charges", db_index=False, db_constraint=False)
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
    """The dividend on one late Borang A: what its contributions would have earned to the day before `paid_on`. One stands at a time.

    `credited_on`: the day from which the members have it, row by row; it is theirs then, and is not reversed any more.
    """

    filing = models.ForeignKey("contributions.Filing", on_delete=models.PROTECT, related_name="late_dividends", db_index=False, db_constraint=False)
    amount = MoneyField()
    paid_on = models.DateField(_("Dibayar pada"))
    reference = models.CharField(max_length=60)
    reckoned_on = models.DateField(_("Dikira pada"))
    reversed_on = models.DateField(_("Dibalikkan pada"), null=True, blank=True)
    credited_on = models.DateField(_("Dikreditkan pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("dividen atas caruman lewat")
        verbose_name_plural = _("dividen atas caruman lewat")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="late_dividend_amount_positive"),
            models.CheckConstraint(condition=Q(credited_on__isnull=True) | Q(reversed_on__isnull=True), name="late_dividend_credited_stands"),
            models.UniqueConstraint(fields=["filing"], condition=Q(reversed_on__isnull=True), name="late_dividend_stands_once"),
        )

    def __str__(self) -> str:
        return f"{self.pk}, {formats.day(self.paid_on)}"


class LateRemission(models.Model):
    """What KWSP remits of a charge (s. 49(2)), wholly or in part: put forward by one officer with the reason, decided by a supervisor who is another.

    `reversed_on`: the charge it was of was reversed, and this with it. The dividend is the members' and is never remitted.
    """

    charge = models.ForeignKey(LateCharge, on_delete=models.PROTECT, related_name="remissions")
    amount = MoneyField()
    reason = models.CharField(_("Sebab"), max_length=300)
    state = models.CharField(max_length=9, choices={state.value: state.value for state in RemissionState}, default=RemissionState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField(_("Dicadangkan pada"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(_("Diputuskan pada"), null=True, blank=True)
    comment = models.CharField(_("Sebab keputusan"), max_length=300, blank=True)
    reversed_on = models.DateField(_("Dibalikkan pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("remisi caj lewat bayar")
        verbose_name_plural = _("remisi caj lewat bayar")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="late_remission_amount_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="late_remission_says_why"),
            models.CheckConstraint(
                condition=Q(state=RemissionState.PROPOSED, decided_by__isnull=True, decided_on__isnull=True, comment="")
                | (Q(state__in=DECIDED, decided_by__isnull=False, decided_on__isnull=False) & ~Q(comment="")),
                name="late_remission_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")) | Q(state=RemissionState.WITHDRAWN),
                name="late_remission_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=RemissionState.WITHDRAWN) | Q(decided_by=F("proposed_by")), name="late_remission_withdrawn_by_its_own"
            ),
            models.CheckConstraint(
                condition=Q(reversed_on__isnull=True) | Q(state=RemissionState.APPROVED), name="late_remission_reversed_was_approved"
            ),
            models.UniqueConstraint(fields=["charge"], condition=Q(state=RemissionState.PROPOSED), name="late_remission_proposed_once"),
        )

    def __str__(self) -> str:
        return f"{self.pk}, {formats.day(self.proposed_on)}"
