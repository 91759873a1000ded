"""Receipting counters of KWSP: who has which drawer, what it was opened and closed with, and each voluntary contribution that was taken
(KWSP 6A(2))."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import BounceWhy, CounterMode, CounterReceiptState, DrawerState, VoluntaryKind
from contributions.models.payments import Payment
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats
from members.models import Member


class CounterDrawer(models.Model):
    """A drawer of an officer's at a counter, for a day, RM. `opening` is the float that was counted when it was opened and stays in it.

    `counted` is all cash in it when it was closed, `expected` what there should be, `said` why they differ where they do. A supervisor who had not
    the drawer looks (`seen_by`); then what is counted beyond the float goes to the bank.
    """

    place = models.CharField(_("Kaunter"), max_length=40)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="counter_drawers")
    on = models.DateField(_("Hari"))
    opening = MoneyField()
    opened_at = models.DateTimeField(_("Dibuka pada"))
    state = models.CharField(_("Status"), max_length=8, choices={state.value: state.value for state in DrawerState}, default=DrawerState.OPEN)
    expected = MoneyField(null=True, blank=True)
    counted = MoneyField(null=True, blank=True)
    said = models.CharField(_("Sebab perbezaan"), max_length=300, blank=True, default="")
    counted_at = models.DateTimeField(_("Ditutup pada"), null=True, blank=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    seen_on = models.DateField(_("Dilihat pada"), null=True, blank=True)
    note = models.CharField(_("Catatan penyelia"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("laci kaunter")
        verbose_name_plural = _("laci kaunter")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[state.value for state in DrawerState]), name="drawer_state_known"),
            models.CheckConstraint(condition=Q(opening__gte=0), name="drawer_opening_not_negative"),
            models.CheckConstraint(
                condition=Q(state=DrawerState.OPEN.value, counted__isnull=True, expected__isnull=True, counted_at__isnull=True)
                | Q(~Q(state=DrawerState.OPEN.value), counted__gte=0, expected__gte=F("opening"), counted_at__isnull=False),
                name="drawer_counted_is_complete",
            ),
            models.CheckConstraint(condition=Q(counted__isnull=True) | Q(counted=F("expected")) | ~Q(said=""), name="drawer_difference_is_explained"),
            models.CheckConstraint(
                condition=Q(state=DrawerState.SEEN.value, seen_by__isnull=False, seen_on__isnull=False)
                | Q(~Q(state=DrawerState.SEEN.value), seen_by__isnull=True, seen_on__isnull=True),
                name="drawer_seen_is_complete",
            ),
            models.CheckConstraint(condition=Q(seen_by__isnull=True) | ~Q(seen_by=F("officer")), name="drawer_seen_by_another"),
            models.UniqueConstraint(fields=["officer"], condition=Q(state=DrawerState.OPEN.value), name="drawer_one_open"),
        )
        # Every page of an officer at a counter counts those that wait.
        indexes = (models.Index(fields=["counted_at"], condition=Q(state=DrawerState.COUNTED.value), name="drawer_waits"),)

    def __str__(self) -> str:
        return f"{self.place}, {formats.day(self.on)}"

    @property
    def difference(self) -> Decimal:
        """What was counted beyond what there should be; below nothing where some is missing."""
        return (self.counted or Decimal(0)) - (self.expected or Decimal(0))

    @property
    def to_bank(self) -> Decimal:
        """What of what was counted goes to the bank: all but the float, never below nothing."""
        return max((self.counted or Decimal(0)) - self.opening, Decimal(0))


class CounterReceipt(models.Model):
    """A voluntary contribution that a counter took for a member, as KWSP 6A(2) has it. `token` is of the page on which it was confirmed: the same
    again is the same receipt. `number` stands on the paper, and is the order number of its payment.

    Cash is a payment at once; a cheque when the bank has cleared it, of the day on which it was taken. `payer_name`: who stood there, where it was
    not the member. `decided_by` of a cheque is not the officer who took it.
    """

    drawer = models.ForeignKey(CounterDrawer, on_delete=models.PROTECT, related_name="receipts")
    number = models.CharField(_("No. resit"), max_length=20, unique=True)
    token = models.UUIDField(unique=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="counter_receipts")
    kind = models.CharField(_("Jenis"), max_length=10, choices={kind.value: kind.value for kind in VoluntaryKind})
    amount = MoneyField()
    payer_name = models.CharField(_("Dibayar oleh"), max_length=120, blank=True, default="")
    mode = models.CharField(_("Dibayar dengan"), max_length=8, choices={mode.value: mode.value for mode in CounterMode})
    cheque_number = models.CharField(_("No. cek"), max_length=12, blank=True, default="")
    cheque_bank = models.CharField(_("Bank cek"), max_length=12, blank=True, default="")
    taken_at = models.DateTimeField(_("Diterima pada"))
    state = models.CharField(_("Status"), max_length=8, choices={state.value: state.value for state in CounterReceiptState})
    payment = models.OneToOneField(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="counter_receipt")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(_("Diputuskan pada"), null=True, blank=True)
    why = models.CharField(_("Sebab"), max_length=10, blank=True, default="", choices={why.value: why.value for why in BounceWhy})

    class Meta:
        verbose_name = _("resit kaunter")
        verbose_name_plural = _("resit kaunter")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    state__in=[state.value for state in CounterReceiptState],
                    mode__in=[mode.value for mode in CounterMode],
                    kind__in=[kind.value for kind in VoluntaryKind],
                ),
                name="counter_receipt_words_known",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="counter_receipt_amount_positive"),
            models.CheckConstraint(
                condition=Q(mode=CounterMode.CASH.value, cheque_number="", cheque_bank="", state=CounterReceiptState.PAID.value)
                | Q(mode=CounterMode.CHEQUE.value, cheque_number__gt="", cheque_bank__gt=""),
                name="counter_receipt_of_a_cheque_names_it",
            ),
            models.CheckConstraint(
                condition=Q(state=CounterReceiptState.PAID.value, payment__isnull=False) | Q(~Q(state="PAID"), payment__isnull=True),
                name="counter_receipt_paid_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(mode=CounterMode.CHEQUE.value, decided_by__isnull=False, decided_on__isnull=False)
                & ~Q(state=CounterReceiptState.WAITS.value)
                | Q(decided_by__isnull=True, decided_on__isnull=True) & (Q(state=CounterReceiptState.WAITS.value) | Q(mode=CounterMode.CASH.value)),
                name="counter_receipt_cheque_is_decided",
            ),
            models.CheckConstraint(
                condition=Q(state=CounterReceiptState.BOUNCED.value, why__in=[why.value for why in BounceWhy])
                | Q(~Q(state=CounterReceiptState.BOUNCED.value), why=""),
                name="counter_receipt_bounced_says_why",
            ),
        )
        indexes = (models.Index(fields=["taken_at"], condition=Q(state="WAITS"), name="counter_cheque_waits"),)

    def __str__(self) -> str:
        return self.number
