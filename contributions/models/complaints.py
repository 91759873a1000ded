"""A member says that the employer did not pay, or paid too little: which months, in what words, what inspectors did about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import ComplaintAction, ComplaintGround, ComplaintState, MonthStanding
from employers.models import Employer
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats
from members.models import Member

OPEN = (ComplaintState.SENT.value, ComplaintState.TAKEN.value)
SAYS = (ComplaintAction.SEND, ComplaintAction.ANSWER, ComplaintAction.NAME, ComplaintAction.RESOLVE, ComplaintAction.DECLINE)
"""Acts that are nothing without words."""


class Complaint(models.Model):
    """One member about one employer. `owner` is the inspector who has it.

    The employer does not learn whose it is, unless an inspector says so, and why (`named_*`), which the member reads. Its months are open as long
    as it is: PostgreSQL closes them with it (migration 0057).
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="complaints")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(_("Perkara"), max_length=13, choices={ground.value: ground.value for ground in ComplaintGround})
    state = models.CharField(max_length=9, choices={state.value: state.value for state in ComplaintState}, default=ComplaintState.SENT)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sent_on = models.DateField(_("Dihantar pada"))
    sent_at = models.DateTimeField()
    closed_on = models.DateField(_("Ditutup pada"), null=True, blank=True)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    named_on = models.DateField(null=True, blank=True)
    named_why = models.TextField(blank=True)

    class Meta:
        verbose_name = _("aduan")
        verbose_name_plural = _("aduan")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(ground__in=[ground.value for ground in ComplaintGround]), name="complaint_ground_known"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in ComplaintState]), name="complaint_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, closed_on__isnull=True) | (~Q(state__in=OPEN) & Q(closed_on__isnull=False)),
                name="complaint_closed_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(state=ComplaintState.SENT.value, owner__isnull=True)
                | Q(state=ComplaintState.WITHDRAWN.value)
                | (~Q(state__in=[ComplaintState.SENT.value, ComplaintState.WITHDRAWN.value]) & Q(owner__isnull=False)),
                name="complaint_taken_has_owner",
            ),
            models.CheckConstraint(
                condition=Q(named_by__isnull=True, named_on__isnull=True, named_why="")
                | (Q(named_by__isnull=False, named_on__isnull=False) & ~Q(named_why="")),
                name="complaint_named_says_why",
            ),
        )
        indexes = (models.Index(fields=["sent_on", "id"], condition=Q(closed_on__isnull=True), name="complaint_open"),)

    def __str__(self) -> str:
        return f"{self.pk}, {formats.day(self.sent_on)}"


class ComplaintMonth(models.Model):
    """A wage month that a complaint is about, as its member saw it then: `standing`, and both shares (RM) where there were any.

    Member and employer stand here too, so that PostgreSQL keeps a month from being open in two complaints.
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="months", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    wage_month = models.DateField()
    standing = models.CharField(max_length=16, choices={standing.value: standing.value for standing in MonthStanding})
    total = MoneyField(null=True)
    open = models.BooleanField(default=True)

    class Meta:
        ordering = ("wage_month",)
        constraints = (
            models.CheckConstraint(condition=Q(wage_month__day=1), name="complaint_month_is_first_day"),
            models.UniqueConstraint(fields=["complaint", "wage_month"], name="complaint_month_once"),
            models.UniqueConstraint(fields=["member", "employer", "wage_month"], condition=Q(open=True), name="complaint_month_open_once"),
        )

    def __str__(self) -> str:
        return formats.month(self.wage_month)


class ComplaintLog(models.Model):
    """What was said and done, by whom; written once. `words` are read by the member, whoever wrote them."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="log")
    action = models.CharField(max_length=8, choices={action.value: action.value for action in ComplaintAction})
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(action__in=[action.value for action in ComplaintAction]), name="complaint_log_action_known"),
            models.CheckConstraint(condition=~Q(action__in=[action.value for action in SAYS]) | Q(words__gt=""), name="complaint_log_says_something"),
        )

    def __str__(self) -> str:
        return formats.moment(self.at)


class ComplaintPaper(models.Model):
    """A paper that the member sent with an entry of the log."""

    entry = models.ForeignKey(ComplaintLog, on_delete=models.PROTECT, related_name="papers")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.file.name
