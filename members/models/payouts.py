"""Money on its way out of the fund: each payout, and the file of each day by which the bank is told to pay."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kwsp_portal.bank.payouts.files import Result
from kwsp_portal.encryption import EncryptedTextField
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats
from members.enums import PayoutKind, PayoutState

OPEN: Final = (PayoutState.ORDERED.value, PayoutState.SENT.value)
NOT_PAID: Final = tuple(result.value for result in Result if result is not Result.PAID)


class PayoutFile(models.Model):
    """The file of a day, as it is sent to the bank; written once. It names accounts, so it is encrypted; `answer` is the bank's file, as it was
    believed, and names none."""

    on = models.DateField(_("Hari"), unique=True)
    content = EncryptedTextField(purpose="members.payout_file")
    rows_total = models.PositiveIntegerField()
    amount = MoneyField()
    sent_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("fail bayaran keluar")
        verbose_name_plural = _("fail bayaran keluar")
        ordering = ("-on",)
        constraints = (
            models.CheckConstraint(condition=Q(rows_total__gt=0, amount__gt=0), name="payout_file_has_rows"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | Q(answer__gt="", sent_at__isnull=False, answered_at__isnull=False),
                name="payout_file_answers_what_was_sent",
            ),
        )

    def __str__(self) -> str:
        return formats.day(self.on)


class Payout(models.Model):
    """Held money that goes to an account. What was ordered is written once; how far it came is added, forwards (migration payout_guards).

    `number` is what the bank knows it by, for ever: the same file again pays nothing, and another try is another payout. `holds` are the ledger's
    holds whose money it is, `entry_id` the ledger's entry that took it, from which day it earns no more.
    """

    number = models.CharField(_("No. bayaran"), max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices={kind.value: kind.value for kind in PayoutKind})
    ref = models.BigIntegerField()
    attempt = models.PositiveSmallIntegerField()
    holds = ArrayField(models.BigIntegerField())
    amount = MoneyField()
    bank = models.CharField(_("Bank"), max_length=11)
    account = EncryptedTextField(purpose="members.payout_account")
    ending = models.CharField(_("Empat angka akhir"), max_length=4)
    holder = EncryptedTextField(purpose="members.payout_holder")
    state = models.CharField(_("Status"), max_length=9, choices={state.value: state.value for state in PayoutState}, default=PayoutState.ORDERED)
    ordered_on = models.DateField(_("Diarahkan pada"))
    file = models.ForeignKey(PayoutFile, null=True, blank=True, on_delete=models.PROTECT, related_name="payouts")
    entry_id = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=8, blank=True, default="")
    bank_id = models.CharField(_("No. transaksi bank"), max_length=20, blank=True, default="")
    paid_at = models.DateTimeField(_("Dibayar pada"), null=True, blank=True)
    ended_on = models.DateField(_("Tamat pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("bayaran keluar")
        verbose_name_plural = _("bayaran keluar")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_amount_positive"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in PayoutKind], attempt__gt=0), name="payout_kind_known"),
            models.CheckConstraint(condition=Q(bank__regex=r"^[A-Z0-9]{8}$", ending__regex=r"^[0-9]{4}$"), name="payout_account_form"),
            models.CheckConstraint(
                condition=Q(state="ORDERED", file__isnull=True, entry_id__isnull=True, ended_on__isnull=True, paid_at__isnull=True)
                | Q(state="SENT", file__isnull=False, entry_id__isnull=False, ended_on__isnull=True, paid_at__isnull=True)
                | Q(state="PAID", file__isnull=False, entry_id__isnull=False, ended_on__isnull=False, paid_at__isnull=False)
                | Q(state="RETURNED", file__isnull=False, entry_id__isnull=False, ended_on__isnull=False, paid_at__isnull=True)
                | Q(state="CANCELLED", file__isnull=True, entry_id__isnull=True, ended_on__isnull=False, paid_at__isnull=True),
                name="payout_state_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(state="RETURNED", reason__in=NOT_PAID) | (~Q(state="RETURNED") & Q(reason="")), name="payout_return_says_why"
            ),
            models.CheckConstraint(condition=Q(state="PAID", bank_id__gt="") | (~Q(state="PAID") & Q(bank_id="")), name="payout_paid_has_its_number"),
            models.UniqueConstraint(fields=["kind", "ref", "attempt"], name="payout_attempt_once"),
            # Whoever asks twice is served once: one on its way or paid, whatever the program believes.
            models.UniqueConstraint(fields=["kind", "ref"], condition=Q(state__in=[*OPEN, PayoutState.PAID.value]), name="payout_one_of_a_cause"),
            models.UniqueConstraint(fields=["bank_id"], condition=~Q(bank_id=""), name="payout_bank_number_once"),
        )
        indexes = (models.Index(fields=["ordered_on"], condition=Q(state="ORDERED"), name="payout_to_send"),)

    def __str__(self) -> str:
        return self.number

    @property
    def masked(self) -> str:
        """The account as pages show it."""
        return f"•••• {self.ending}"
