"""What two officers correct: the differences between what a credited Borang A has and what the rules give, line by line."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import CorrectionAction, CorrectionState, LineState, SchedulePart
from kwsp_portal.editions.models import Edition
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats

DECIDED = (CorrectionState.APPROVED.value, CorrectionState.POSTED.value, CorrectionState.REFUSED.value)


class Correction(models.Model):
    """A correction of one or more credited filings, reckoned with what was known as at a day. Differences are what it adds, RM; either sign.

    A run of kwsp_portal.jobs prepares it; from its end on lines and figures stay as they are (migration 0012).
    """

    state = models.CharField(max_length=10, choices={state.value: state.value for state in CorrectionState}, default=CorrectionState.PREPARING)
    as_at = models.DateField(_("Diketahui setakat"))
    reason = models.TextField(_("Sebab"))
    unreckoned_total = models.PositiveIntegerField(_("Baris tanpa angka daripada peraturan"), default=0)
    lines_total = models.PositiveIntegerField(_("Baris berbeza"), default=0)
    employer_difference = MoneyField(default=0)
    employee_difference = MoneyField(default=0)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_on = models.DateField(_("Disediakan pada"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(_("Diputuskan pada"), null=True, blank=True)
    posted_on = models.DateField(_("Dicatat pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("pembetulan")
        verbose_name_plural = _("pembetulan")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[state.value for state in CorrectionState]), name="correction_state_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_says_why"),
            models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("prepared_by")), name="correction_decided_by_another"),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_by__isnull=False, decided_on__isnull=False)
                | (~Q(state__in=DECIDED) & Q(decided_by__isnull=True, decided_on__isnull=True)),
                name="correction_decided_is_complete",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}, {formats.day(self.prepared_on)}"

    @property
    def difference(self):  # type: ignore[no-untyped-def]
        """Both shares of all lines, RM."""
        return self.employer_difference + self.employee_difference


class CorrectedFiling(models.Model):
    """A filing in a correction, with the edition of the law by which its lines were reckoned again.

    While `open`, no other correction can have it: two would take the same difference twice. `credit` is what the posted correction gave the employer,
    RM, who may use it for another Borang A (CreditUse); null before that, where it gave nothing, and where a KWSP 14 has it (Overpayment.amount).
    """

    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="filings")
    filing = models.ForeignKey("contributions.Filing", on_delete=models.PROTECT, related_name="corrections")
    open = models.BooleanField(default=True)
    lines_total = models.PositiveIntegerField(default=0)
    employer_difference = MoneyField(default=0)
    employee_difference = MoneyField(default=0)
    credit = MoneyField(null=True, blank=True)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("Borang A yang dibetulkan")
        verbose_name_plural = _("Borang A yang dibetulkan")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["filing"], condition=Q(open=True), name="correction_one_open_a_filing"),
            models.UniqueConstraint(fields=["correction", "filing"], name="correction_has_a_filing_once"),
            models.CheckConstraint(condition=Q(credit__gt=0) | Q(credit__isnull=True), name="correction_credit_is_something"),
        )

    def __str__(self) -> str:
        return f"{self.correction_id}: {self.filing_id}"

    @property
    def difference(self):  # type: ignore[no-untyped-def]
        """Both shares of this filing's lines, RM."""
        return self.employer_difference + self.employee_difference


class UnreckonedRow(models.Model):
    """A row of a filing in a correction for which the rules give nothing: `why` as a problem of Borang A has it. No correction can mend it."""

    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="unreckoned", db_index=False)
    row = models.ForeignKey("contributions.FilingRow", on_delete=models.PROTECT, related_name="+", db_index=False)
    why = models.JSONField()

    class Meta:
        verbose_name = _("baris tanpa angka daripada peraturan")
        verbose_name_plural = _("baris tanpa angka daripada peraturan")
        ordering = ("row_id",)
        constraints = (models.UniqueConstraint(fields=["correction", "row"], name="unreckoned_row_once"),)

    def __str__(self) -> str:
        return f"{self.correction_id}: {self.row_id}"


class CorrectionLine(models.Model):
    """One row whose figures differ: where they stood (`then`), and what the rules give with the facts beside them (`now`); `wages` where others than
    the row's were right (KWSP 14).

    The ledger's natural key is this line's id. A row is never changed; where it stands is its last posted line, else the row itself.
    """

    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="lines", db_index=False)
    row = models.ForeignKey("contributions.FilingRow", on_delete=models.PROTECT, related_name="corrections", db_index=False)
    then_employer = MoneyField()
    then_employee = MoneyField()
    then_part = models.CharField(max_length=1, choices={part.value: part.value for part in SchedulePart})
    now_employer = MoneyField()
    now_employee = MoneyField()
    now_part = models.CharField(max_length=1, choices={part.value: part.value for part in SchedulePart})
    now_reference = models.CharField(max_length=40)
    wages = MoneyField(null=True, blank=True)
    citizenship = models.CharField(max_length=20)
    birth_date = models.DateField()
    member_since = models.DateField()
    elections = models.CharField(max_length=60, blank=True, db_default="")
    state = models.CharField(max_length=10, choices={state.value: state.value for state in LineState}, default=LineState.OPEN)
    refusal = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("baris pembetulan")
        verbose_name_plural = _("baris pembetulan")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["correction", "row"], name="correction_line_once"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in LineState]), name="correction_line_state_known"),
            models.CheckConstraint(
                condition=~Q(then_employer=F("now_employer"), then_employee=F("now_employee")), name="correction_line_has_a_difference"
            ),
            # One of the two may be, of a row that tops up another (FilingRow.tops_up).
            models.CheckConstraint(condition=Q(now_employer__gte=F("now_employee") * -1), name="correction_line_not_negative"),
            models.CheckConstraint(
                condition=Q(state=LineState.REFUSED.value, refusal__isnull=False) | (~Q(state=LineState.REFUSED.value) & Q(refusal__isnull=True)),
                name="correction_line_refused_says_why",
            ),
        )
        indexes = (
            models.Index(fields=["row", "-id"], name="correction_line_of_row"),
            models.Index(fields=["correction", "id"], name="correction_line_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.correction_id}: {self.row_id}"

    @property
    def employer_difference(self):  # type: ignore[no-untyped-def]
        """What it adds to the employer's share, RM."""
        return self.now_employer - self.then_employer

    @property
    def employee_difference(self):  # type: ignore[no-untyped-def]
        """What it adds to the employee's share, RM."""
        return self.now_employee - self.then_employee

    @property
    def difference(self):  # type: ignore[no-untyped-def]
        """What it adds to the member's savings, RM."""
        return self.employer_difference + self.employee_difference


class CorrectionLaw(models.Model):
    """The edition by which the lines of a correction with ids [from_id, to_id) were posted: divided, valued, credited or taken back. Written in the
    transaction that posts them, one row a chunk, never changed."""

    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="laws", db_index=False)
    from_id = models.BigIntegerField()
    to_id = models.BigIntegerField()
    on = models.DateField(_("Tarikh"))
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("undang-undang yang dipakai")
        verbose_name_plural = _("undang-undang yang dipakai")
        ordering = ("correction_id", "from_id")
        constraints = (
            models.UniqueConstraint(fields=["correction", "from_id"], name="correction_law_once"),
            models.CheckConstraint(condition=Q(from_id__lt=F("to_id")), name="correction_law_ids_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.correction_id} {self.from_id}"


class CorrectionLog(models.Model):
    """Every move of a correction, never changed: the portal's role may not."""

    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="log")
    action = models.CharField(max_length=20, choices={action.value: action.value for action in CorrectionAction})
    from_state = models.CharField(max_length=10)
    to_state = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    comment = models.TextField(blank=True)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(action__in=[action.value for action in CorrectionAction]), name="correction_log_action_known"),
        )

    def __str__(self) -> str:
        return formats.moment(self.at)
