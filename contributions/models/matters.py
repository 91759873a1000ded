"""What no rule decides about payments: it comes before an officer, with its age, its owner and everything that was done about it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import MatterAction, MatterDecision, MatterKind, RefundState
from contributions.models.payments import Payment
from employers.models import Employer
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats

UNDECIDED = (RefundState.APPLIED.value, RefundState.PROPOSED.value)
"""States of a refund in which an officer is still to decide."""


class PaymentMatter(models.Model):
    """One matter; of the same `kind` and `cause` one is open at a time. Until an officer takes it (`owner`) it is the desk's.

    `reason` is a code with its figures, as the message or the settlement had it; `amount` the money it is about, where that is known.
    """

    kind = models.CharField(max_length=16, choices={kind.value: kind.value for kind in MatterKind})
    cause = models.CharField(max_length=60)
    payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="matters")
    employer = models.ForeignKey(Employer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    amount = MoneyField(null=True, blank=True)
    reason = models.CharField(max_length=120)
    opened_on = models.DateField(_("Dibuka pada"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=16, blank=True, choices={decision.value: decision.value for decision in MatterDecision})
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField(_("Ditutup pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("perkara bayaran")
        verbose_name_plural = _("perkara bayaran")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in MatterKind]), name="payment_matter_kind_known"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, decision="", closed_by__isnull=True)
                | Q(closed_on__isnull=False, decision=MatterDecision.SOLVED.value, closed_by__isnull=True)
                | Q(
                    closed_on__isnull=False,
                    decision__in=[decision.value for decision in MatterDecision if decision is not MatterDecision.SOLVED],
                    closed_by__isnull=False,
                ),
                name="payment_matter_closed_is_complete",
            ),
            models.UniqueConstraint(fields=["kind", "cause"], condition=Q(closed_on__isnull=True), name="payment_matter_open_once"),
        )

    def __str__(self) -> str:
        return f"{self.pk}, {formats.day(self.opened_on)}"


class PaymentMatterLog(models.Model):
    """What was done about a matter, by whom; written once. No `by` is the portal."""

    matter = models.ForeignKey(PaymentMatter, on_delete=models.PROTECT, related_name="log")
    action = models.CharField(max_length=8, choices={action.value: action.value for action in MatterAction})
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    comment = models.TextField(blank=True)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(action__in=[action.value for action in MatterAction]), name="payment_matter_log_action_known"),
            models.CheckConstraint(
                condition=~Q(action=MatterAction.CLOSE.value) | Q(by__isnull=True) | Q(comment__gt=""), name="payment_matter_log_says_why"
            ),
        )

    def __str__(self) -> str:
        return formats.moment(self.at)


class Refund(models.Model):
    """An employer asks to have a payment back that came for what another had paid. Its money is held from then on, until it is in a payout file.

    One officer proposes it, another decides. `hold_id` is the ledger's last hold on the employer's CREDIT: a payout that comes back is held anew.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount = MoneyField()
    state = models.CharField(max_length=8, choices={state.value: state.value for state in RefundState}, default=RefundState.APPLIED)
    hold_id = models.BigIntegerField(null=True)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    applied_on = models.DateField(_("Dipohon pada"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField(_("Dicadangkan pada"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(_("Diputuskan pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("bayaran balik")
        verbose_name_plural = _("bayaran balik")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[state.value for state in RefundState]), name="refund_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(
                condition=Q(state__in=UNDECIDED, decided_by__isnull=True, decided_on__isnull=True)
                | (~Q(state__in=UNDECIDED) & Q(decided_by__isnull=False, decided_on__isnull=False)),
                name="refund_decided_is_complete",
            ),
            # Nobody sends money out alone.
            models.CheckConstraint(
                condition=Q(state__in=[RefundState.APPLIED.value, RefundState.REFUSED.value])
                | (Q(proposed_by__isnull=False, proposed_on__isnull=False) & (Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")))),
                name="refund_two_officers",
            ),
            models.UniqueConstraint(fields=["payment"], condition=~Q(state=RefundState.REFUSED.value), name="refund_of_a_payment_once"),
        )

    def __str__(self) -> str:
        return f"{self.pk}, {formats.day(self.applied_on)}"
