"""How a filing, and what its lateness cost, or a voluntary contribution is paid: each attempt, and every message of the bank's about it."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import DueKind, MessageVerdict, PaymentMethod, PaymentState
from contributions.models.direct_debit import Collection, Mandate
from contributions.models.voluntary import VoluntaryOrder
from employers.models import Employer
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats
from members.models import Member

if TYPE_CHECKING:
    from contributions.models import Filing

OF_PEOPLE = (PaymentMethod.FPX.value, PaymentMethod.COUNTER.value, PaymentMethod.DDA.value)
"""How a person may pay with somebody's hand in it, for a monthly debit who allowed it; an agent's receipt has nobody's."""


class Payment(models.Model):
    """An attempt to pay a filing, or one `part` of the `parts` in which it is paid, and what of its month was late; or a `voluntary` order of a
    person's. `order_no` is ours and goes to the bank; `fpx_id` is the bank's own number, whichever bank.

    `late`: how much of the amount is for charge and dividend, which `dues` name; the rest is for the contribution. Where it is all of it the
    filing is the one by whose lateness it came.

    `counts`: approved, and what its part is paid by; of two approved for one part the other is the employer's credit (ruling 26a). `debited`: what
    the bank took where that is not what was asked (DIFFERS). Of direct debit: under which `mandate`, on which day, and in which file. Nobody started
    one that a receipt tells of: its `bank_code` is the agent's, its `fpx_id` agent and number.
    """

    filing = models.ForeignKey("contributions.Filing", null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    voluntary = models.OneToOneField(VoluntaryOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="payment")
    order_no = models.CharField(_("No. pesanan"), max_length=20, unique=True)
    method = models.CharField(max_length=10, choices={method.value: method.value for method in PaymentMethod}, default=PaymentMethod.FPX)
    bank_code = models.CharField(max_length=12)
    amount = MoneyField()
    late = MoneyField(default=0, db_default=0)
    part = models.PositiveSmallIntegerField(default=1, db_default=1)
    parts = models.PositiveSmallIntegerField(default=1, db_default=1)
    counts = models.BooleanField(default=False, db_default=False)
    debited = MoneyField(null=True, blank=True)
    state = models.CharField(max_length=10, choices={state.value: state.value for state in PaymentState}, default=PaymentState.SENT)
    mandate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    collect_on = models.DateField(_("Hari kutipan"), null=True, blank=True)
    collection = models.ForeignKey(Collection, null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    fpx_id = models.CharField(max_length=40, blank=True)
    response_code = models.CharField(max_length=4, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    started_on = models.DateField()
    started_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("bayaran")
        verbose_name_plural = _("bayaran")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[state.value for state in PaymentState]), name="payment_state_known"),
            models.CheckConstraint(condition=Q(method__in=[method.value for method in PaymentMethod]), name="payment_method_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(filing__isnull=False, voluntary__isnull=True)
                | (
                    Q(filing__isnull=True, voluntary__isnull=False, late=0, part=1, parts=1)
                    & (Q(method=PaymentMethod.RECEIPT) | Q(method__in=OF_PEOPLE, started_by__isnull=False))
                ),
                name="payment_of_one_thing",
            ),
            models.CheckConstraint(condition=~Q(state="APPROVED") | Q(paid_at__isnull=False, fpx_id__gt=""), name="payment_approved_is_complete"),
            models.CheckConstraint(
                condition=Q(method="DDA", mandate__isnull=False, collect_on__isnull=False)
                | (~Q(method="DDA") & Q(mandate__isnull=True, collect_on__isnull=True, collection__isnull=True)),
                name="payment_debit_has_its_mandate",
            ),
            models.CheckConstraint(condition=Q(part__gte=1, part__lte=F("parts")), name="payment_part_of_its_parts"),
            models.CheckConstraint(condition=Q(counts=False) | Q(state="APPROVED"), name="payment_counts_when_approved"),
            models.CheckConstraint(
                condition=Q(state="DIFFERS", debited__isnull=False, debited__gt=0, paid_at__isnull=False, fpx_id__gt="")
                | (~Q(state="DIFFERS") & Q(debited__isnull=True)),
                name="payment_differs_is_complete",
            ),
            models.CheckConstraint(condition=Q(late__gte=0, late__lte=F("amount")), name="payment_late_is_of_its_amount"),
            models.UniqueConstraint(
                fields=["filing", "part"], condition=Q(state__in=["SENT", "PENDING"], late__lt=F("amount")), name="payment_one_in_flight"
            ),
            models.UniqueConstraint(fields=["filing", "part"], condition=Q(counts=True, late__lt=F("amount")), name="payment_part_paid_once"),
            models.UniqueConstraint(fields=["mandate", "collect_on"], condition=Q(voluntary__isnull=False), name="payment_monthly_debit_once"),
            models.UniqueConstraint(fields=["fpx_id"], condition=~Q(fpx_id=""), name="payment_fpx_id_once"),
        )

    def __str__(self) -> str:
        return self.order_no

    @property
    def contribution(self) -> Decimal:
        """What of the amount is for the Borang A itself."""
        return self.amount - self.late

    @property
    def borang_a(self) -> "Filing":
        """The filing that it pays. Raises TypeError for a person's own payment."""
        if self.filing is None:
            raise TypeError(f"payment {self.order_no} pays no filing")
        return self.filing

    @property
    def employer(self) -> Employer | None:
        """The employer that pays; None where a person does, for a member's account."""
        return self.filing.employer if self.filing else None

    @property
    def whose(self) -> "list[Employer | Member]":
        """Whom the trail names for acts on it."""
        if self.voluntary is None:
            return [self.borang_a.employer]
        ours = [self.voluntary.payer, self.voluntary.member]
        return list({one.pk: one for one in ours}.values())


class PaymentDue(models.Model):
    """What of a payment is for lateness: the charge of its filing's month, or the dividend on one late filing of it. Written once."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="dues")
    kind = models.CharField(max_length=8, choices={kind.value: kind.value for kind in DueKind})
    filing = models.ForeignKey("contributions.Filing", null=True, blank=True, on_delete=models.PROTECT, related_name="dues_paid")
    amount = MoneyField()

    class Meta:
        verbose_name = _("bayaran caj dan dividen lewat")
        verbose_name_plural = _("bayaran caj dan dividen lewat")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind=DueKind.CHARGE, filing__isnull=True) | Q(kind=DueKind.DIVIDEND, filing__isnull=False), name="payment_due_kind_known"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_due_amount_positive"),
            models.UniqueConstraint(fields=["payment", "kind", "filing"], nulls_distinct=False, name="payment_due_once"),
        )

    def __str__(self) -> str:
        return f"{self.pk}, {self.payment_id}"


class PaymentMessage(models.Model):
    """Every message of the bank's as it came, with what became of it."""

    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=10)
    body = models.TextField()
    verdict = models.CharField(max_length=12, choices={verdict.value: verdict.value for verdict in MessageVerdict})
    reason = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mesej bank")
        verbose_name_plural = _("mesej bank")
        constraints = (
            models.CheckConstraint(condition=Q(verdict__in=[verdict.value for verdict in MessageVerdict]), name="payment_message_verdict_known"),
        )

    def __str__(self) -> str:
        return formats.moment(self.received_at)
