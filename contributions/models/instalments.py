"""What an employer in arrears agrees with KWSP to pay in instalments: the plan, its terms as they were written, and how it went.

A plan holds no money and changes none: each month is paid by the pay page of its Borang A, with its charge and dividend as they are on that day.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import PlanAction, PlanState
from contributions.workflow import PLAN_OPEN
from employers.models import Employer
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats

OPEN = sorted(state.value for state in PLAN_OPEN)
AGREED = (PlanState.RUNNING.value, PlanState.DONE.value, PlanState.BROKEN.value)
SAYS = (PlanAction.ASK.value, PlanAction.PROPOSE.value, PlanAction.RETURN.value, PlanAction.APPROVE.value, PlanAction.REFUSE.value)


class InstalmentPlan(models.Model):
    """One plan of an employer. Its terms are the last that were written (`InstalmentTerms.number`); from OFFERED on nobody writes others.

    `approved_by` is the officer who agreed to terms that they had not written, `accepted_by` who accepted them for the employer.
    """

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="instalment_plans")
    state = models.CharField(_("Status"), max_length=9, choices={one.value: one.value for one in PlanState}, default=PlanState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField(_("Diminta pada"))
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_on = models.DateField(_("Diluluskan pada"), null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    accepted_on = models.DateField(_("Diterima pada"), null=True, blank=True)
    ended_on = models.DateField(_("Tamat pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("pelan ansuran")
        verbose_name_plural = _("pelan ansuran")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[one.value for one in PlanState]), name="instalment_plan_state_known"),
            models.UniqueConstraint(fields=["employer"], condition=Q(state__in=OPEN), name="instalment_plan_one_open"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_on__isnull=True)
                & ~Q(state__in=[PlanState.OFFERED.value, *AGREED])
                & Q(accepted_by__isnull=True)
                | Q(approved_by__isnull=False, approved_on__isnull=False) & ~Q(state__in=[PlanState.ASKED.value, PlanState.PROPOSED.value]),
                name="instalment_plan_approved_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=AGREED, accepted_by__isnull=False, accepted_on__isnull=False)
                | (~Q(state__in=AGREED) & Q(accepted_by__isnull=True, accepted_on__isnull=True)),
                name="instalment_plan_accepted_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_on__isnull=True) | (~Q(state__in=OPEN) & Q(ended_on__isnull=False)),
                name="instalment_plan_ended_has_its_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}, {formats.day(self.asked_on)}"


class InstalmentTerms(models.Model):
    """Terms as somebody wrote them: number 1 the employer's, later ones officers'. Never changed; `reason` is why it should be so.

    `quoted` is what its months came to if paid on the day of writing; `total` if each is paid on its own instalment's day, by the rates known then.
    """

    plan = models.ForeignKey(InstalmentPlan, on_delete=models.PROTECT, related_name="terms", db_index=False)
    number = models.PositiveSmallIntegerField()
    count = models.PositiveSmallIntegerField(_("Bilangan ansuran"))
    first_on = models.DateField(_("Ansuran pertama pada"))
    reason = models.CharField(_("Sebab"), max_length=500)
    quoted = MoneyField()
    total = MoneyField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("Ditulis pada"))

    class Meta:
        verbose_name = _("syarat pelan ansuran")
        verbose_name_plural = _("syarat pelan ansuran")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["plan", "number"], name="instalment_terms_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1, count__gte=2, quoted__gt=0, total__gt=0), name="instalment_terms_are_a_plan"),
            models.CheckConstraint(condition=~Q(reason="") & Q(first_on__gte=models.F("on")), name="instalment_terms_say_why_and_when"),
        )

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.number}"


class InstalmentMonth(models.Model):
    """A wage month in terms, the instalment that pays it, and what it came to if paid on that instalment's day.

    The contribution as it was, charge and dividend as reckoned when the terms were written.
    """

    terms = models.ForeignKey(InstalmentTerms, on_delete=models.PROTECT, related_name="months", db_index=False)
    wage_month = models.DateField(_("Bulan upah"))
    instalment = models.PositiveSmallIntegerField(_("Ansuran"))
    due_on = models.DateField(_("Perlu dibayar pada"))
    contribution = MoneyField()
    charge = MoneyField()
    dividend = MoneyField()

    class Meta:
        verbose_name = _("bulan pelan ansuran")
        verbose_name_plural = _("bulan pelan ansuran")
        ordering = ("wage_month",)
        constraints = (
            models.UniqueConstraint(fields=["terms", "wage_month"], name="instalment_month_once"),
            models.CheckConstraint(condition=Q(wage_month__day=1, instalment__gte=1), name="instalment_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(contribution__gte=0, charge__gte=0, dividend__gte=0) & (Q(contribution__gt=0) | Q(charge__gt=0) | Q(dividend__gt=0)),
                name="instalment_month_is_owed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.terms_id}, {formats.month(self.wage_month)}"

    @property
    def total(self):  # type: ignore[no-untyped-def]
        """All of it, RM."""
        return self.contribution + self.charge + self.dividend


class InstalmentLog(models.Model):
    """Every move of a plan; nobody made what the calendar did. Never changed."""

    plan = models.ForeignKey(InstalmentPlan, on_delete=models.PROTECT, related_name="log")
    action = models.CharField(max_length=8, choices={one.value: one.value for one in PlanAction})
    from_state = models.CharField(max_length=9, blank=True)
    to_state = models.CharField(max_length=9)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    comment = models.CharField(max_length=500, blank=True)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(action__in=[one.value for one in PlanAction]), name="instalment_log_action_known"),
            models.CheckConstraint(condition=~Q(action__in=SAYS) | ~Q(comment=""), name="instalment_log_says_why"),
        )

    def __str__(self) -> str:
        return formats.moment(self.at)
