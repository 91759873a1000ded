"""What an employer paid too much for a month that is credited, and asks to have back (Borang KWSP 14)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import OverpaymentHow, OverpaymentState, OverpaymentWhy
from contributions.models.corrections import Correction
from employers.enums import ApprovalFlow
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats

BEFORE_KWSP = (OverpaymentState.DRAFT.value, OverpaymentState.SUBMITTED.value, OverpaymentState.DISCARDED.value)
ENDED = (OverpaymentState.REFUSED.value, OverpaymentState.DISCARDED.value, OverpaymentState.NOTHING.value)
TO_ACCOUNT = (OverpaymentState.HELD.value, OverpaymentState.SENT.value, OverpaymentState.PAID.value, OverpaymentState.RETURNED.value)


class Overpayment(models.Model):
    """An application about some rows of one credited Borang A: its maker prepares it, its checker sends it to KWSP, two officers decide.

    What the rows say is never changed: their differences become a `correction`, proposed by one officer and approved by another, which takes back
    from the members what is there; `amount` is what came back. `how` the employer chose to have it: on the way to its account `hold_id` is the
    ledger's last hold on it; as credit it is held no more. `comment` is why it was refused.
    """

    filing = models.ForeignKey("contributions.Filing", on_delete=models.PROTECT, related_name="overpayments")
    why = models.CharField(_("Sebab"), max_length=12, choices={why.value: why.value for why in OverpaymentWhy})
    how = models.CharField(_("Cara pulangan"), max_length=6, choices={how.value: how.value for how in OverpaymentHow}, default=OverpaymentHow.REFUND)
    reason = models.TextField(_("Penjelasan"))
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    claimed = MoneyField()
    state = models.CharField(
        _("Status"), max_length=10, choices={state.value: state.value for state in OverpaymentState}, default=OverpaymentState.DRAFT
    )
    flow = models.CharField(max_length=7, blank=True, default="", choices={flow.value: flow.value for flow in ApprovalFlow})
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_on = models.DateField(_("Disediakan pada"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    applied_on = models.DateField(_("Dipohon pada"), null=True, blank=True)
    correction = models.ForeignKey(Correction, null=True, blank=True, on_delete=models.PROTECT, related_name="overpayments")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(_("Diputuskan pada"), null=True, blank=True)
    comment = models.TextField(blank=True, default="")
    amount = MoneyField(null=True, blank=True)
    hold_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("permohonan KWSP 14")
        verbose_name_plural = _("permohonan KWSP 14")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in OverpaymentState], why__in=[why.value for why in OverpaymentWhy])
                & Q(how__in=[how.value for how in OverpaymentHow]),
                name="overpayment_state_known",
            ),
            models.CheckConstraint(condition=~Q(reason="") & Q(claimed__gt=0), name="overpayment_says_why_and_how_much"),
            models.CheckConstraint(
                condition=Q(state__in=BEFORE_KWSP, applied_on__isnull=True, approved_by__isnull=True)
                | (~Q(state__in=BEFORE_KWSP) & Q(applied_on__isnull=False, approved_by__isnull=False, submitted_by__isnull=False)),
                name="overpayment_applied_is_complete",
            ),
            # With a checker nobody sends the own work; a choice of the employer's to do without one is kept with it.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(flow=ApprovalFlow.SINGLE)
                | (Q(flow=ApprovalFlow.CHECKED) & ~Q(approved_by=F("prepared_by")) & ~Q(approved_by=F("submitted_by"))),
                name="overpayment_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=OverpaymentState.REFUSED, decided_by__isnull=False, decided_on__isnull=False) & ~Q(comment="")
                | ~Q(state=OverpaymentState.REFUSED),
                name="overpayment_refused_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=TO_ACCOUNT, amount__gt=0, hold_id__isnull=False, correction__isnull=False)
                | Q(state=OverpaymentState.OFFSET, amount__gt=0, hold_id__isnull=True, correction__isnull=False)
                | (~Q(state__in=(*TO_ACCOUNT, OverpaymentState.OFFSET.value)) & Q(amount__isnull=True, hold_id__isnull=True)),
                name="overpayment_taken_back_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(state__in=TO_ACCOUNT, how=OverpaymentHow.REFUND)
                | Q(state=OverpaymentState.OFFSET, how=OverpaymentHow.OFFSET)
                | ~Q(state__in=(*TO_ACCOUNT, OverpaymentState.OFFSET.value)),
                name="overpayment_goes_as_chosen",
            ),
            models.UniqueConstraint(fields=["correction"], condition=Q(correction__isnull=False), name="overpayment_one_of_a_correction"),
        )

    def __str__(self) -> str:
        return f"KWSP 14 {self.pk}, {formats.day(self.prepared_on)}"


class OverpaymentRow(models.Model):
    """A row in an application: the wages that were right, and both shares as they stand (`then`) and as they would have been (`now`).

    While `open`, no other application can have it.
    """

    overpayment = models.ForeignKey(Overpayment, on_delete=models.PROTECT, related_name="rows")
    row = models.ForeignKey("contributions.FilingRow", on_delete=models.PROTECT, related_name="overpayments", db_index=False)
    open = models.BooleanField(default=True)
    wages = MoneyField()
    then_employer = MoneyField()
    then_employee = MoneyField()
    now_employer = MoneyField()
    now_employee = MoneyField()

    class Meta:
        verbose_name = _("baris permohonan KWSP 14")
        verbose_name_plural = _("baris permohonan KWSP 14")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["row"], condition=Q(open=True), name="overpayment_one_open_a_row"),
            models.UniqueConstraint(fields=["overpayment", "row"], name="overpayment_has_a_row_once"),
            models.CheckConstraint(
                condition=Q(wages__gte=0, now_employer__gte=0, now_employee__gte=0)
                & Q(now_employer__lte=F("then_employer"), now_employee__lte=F("then_employee"))
                & (Q(now_employer__lt=F("then_employer")) | Q(now_employee__lt=F("then_employee"))),
                name="overpayment_row_asks_for_less",
            ),
        )

    def __str__(self) -> str:
        return f"{self.overpayment_id}: {self.row_id}"

    @property
    def then(self):  # type: ignore[no-untyped-def]
        """Both shares as they stood, RM."""
        return self.then_employer + self.then_employee

    @property
    def now(self):  # type: ignore[no-untyped-def]
        """Both shares as they would have been, RM."""
        return self.now_employer + self.now_employee

    @property
    def difference(self):  # type: ignore[no-untyped-def]
        """What was too much, RM."""
        return self.then - self.now
