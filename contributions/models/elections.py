"""What employer and employee elected for an employment, and the notices that end it."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import ElectionAct, ElectionKind, ElectionState, FilingAction
from contributions.workflow import ELECTION_OPEN
from employers.enums import ApprovalFlow
from employers.models import Employer
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.templatetags import formats
from members.models import Member

EXCESS: Final = (ElectionKind.EMPLOYER_EXCESS.value, ElectionKind.EMPLOYEE_EXCESS.value)
IRREVOCABLE: Final = (ElectionKind.KWSP_16.value, ElectionKind.KWSP_16B.value)
KHAS_YEARS: Final = (2009, 2016, 2020, 2021, 2022)
"""Years of the Khas forms by which employees kept 11 % (facts 2.3)."""


def _after(month: str) -> Func:
    """The first day after the wage month of a column: an act on an earlier day is not retrospective."""
    return Func(F(month), template="(%(expressions)s + interval '1 month')", output_field=models.DateTimeField())


class ElectionBatch(models.Model):
    """A file of elections as it was sent, with what was wrong with its rows. Never changed: its good rows are Elections of their own."""

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="election_batches")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rows_total = models.PositiveIntegerField(default=0)
    rows_good = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list, blank=True)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_on = models.DateField(_("Diterima pada"))

    class Meta:
        verbose_name = _("fail pilihan")
        verbose_name_plural = _("fail pilihan")
        ordering = ("-id",)
        constraints = (models.CheckConstraint(condition=Q(rows_good__lte=F("rows_total")), name="election_batch_rows_add_up"),)

    def __str__(self) -> str:
        return f"{self.pk}, {formats.day(self.received_on)}"


class Election(models.Model):
    """One election for an employment from a wage month on, or one notice that ends the elections of its kind (`act`).

    In a wage month the last recorded of the approved rows that begin by it decides for its kind; so a later election replaces an earlier
    one for every month from its own on, a notice ends it, and no row is ever rewritten (migration 0004). `flow` as of a Filing.
    """

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="elections")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="elections")
    kind = models.CharField(max_length=16, choices={kind.value: kind.value for kind in ElectionKind})
    act = models.CharField(max_length=8, choices={act.value: act.value for act in ElectionAct}, default=ElectionAct.ELECT)
    points = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    khas_year = models.PositiveSmallIntegerField(null=True, blank=True)
    from_month = models.DateField(_("Mulai bulan upah"))
    state = models.CharField(max_length=12, choices={state.value: state.value for state in ElectionState}, default=ElectionState.DRAFT)
    document = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(ElectionBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="elections")
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_on = models.DateField(_("Direkodkan pada"))
    flow = models.CharField(
        max_length=8, choices={flow.value: flow.value for flow in ApprovalFlow}, default=ApprovalFlow.CHECKED, db_default=ApprovalFlow.CHECKED.value
    )
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_on = models.DateField(_("Diluluskan pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("pilihan caruman")
        verbose_name_plural = _("pilihan caruman")
        ordering = ("-from_month", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["employer", "member", "kind"],
                condition=Q(state__in=[state.value for state in sorted(ELECTION_OPEN)]),
                name="election_one_open_of_a_kind",
            ),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in ElectionKind]), name="election_kind_known"),
            models.CheckConstraint(condition=Q(act__in=[act.value for act in ElectionAct]), name="election_act_known"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in ElectionState]), name="election_state_known"),
            models.CheckConstraint(condition=Q(from_month__day=1), name="election_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(kind__in=EXCESS, act=ElectionAct.ELECT.value, points__isnull=False, points__gt=0, points__lte=100)
                | (~Q(kind__in=EXCESS, act=ElectionAct.ELECT.value) & Q(points__isnull=True)),
                name="election_points_of_an_excess",
            ),
            models.CheckConstraint(
                condition=Q(kind=ElectionKind.KEEPS_RATE.value, khas_year__isnull=False, khas_year__in=KHAS_YEARS)
                | (~Q(kind=ElectionKind.KEEPS_RATE.value) & Q(khas_year__isnull=True)),
                name="election_khas_year_known",
            ),
            models.CheckConstraint(condition=~Q(act=ElectionAct.CANCEL.value, kind__in=IRREVOCABLE), name="election_choice_is_irrevocable"),
            models.CheckConstraint(condition=Q(kind=ElectionKind.EMPLOYER_EXCESS.value) | Q(document__isnull=False), name="election_has_its_form"),
            models.CheckConstraint(
                condition=Q(prepared_on__lt=_after("from_month")) & (Q(approved_on__isnull=True) | Q(approved_on__lt=_after("from_month"))),
                name="election_never_retrospective",
            ),
            models.CheckConstraint(
                condition=Q(state=ElectionState.APPROVED.value, approved_by__isnull=False, approved_on__isnull=False)
                | (~Q(state=ElectionState.APPROVED.value) & Q(approved_by__isnull=True, approved_on__isnull=True)),
                name="election_approved_is_complete",
            ),
            models.CheckConstraint(condition=Q(flow__in=[flow.value for flow in ApprovalFlow]), name="election_flow_known"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")) | Q(flow=ApprovalFlow.SINGLE.value),
                name="election_approved_by_another",
            ),
        )
        indexes = (
            models.Index(
                fields=["employer", "member", "kind", "from_month"], condition=Q(state=ElectionState.APPROVED.value), name="election_in_force"
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}, {formats.month(self.from_month)}"


class ElectionLog(models.Model):
    """Every move of an election, never changed: the portal's role may not (migration 0004)."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="log")
    action = models.CharField(max_length=20, choices={action.value: action.value for action in FilingAction})
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    comment = models.TextField(blank=True)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(action__in=["SUBMIT", "APPROVE", "RETURN", "RECALL", "DISCARD"]), name="election_log_action_known"),
        )

    def __str__(self) -> str:
        return formats.moment(self.at)
