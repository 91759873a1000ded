"""Receipting counters of KWSP: who has which drawer, what it was opened and closed with, and each voluntary contribution that was taken
(KWSP 6A(2))."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import BounceWhy, CounterMode, CounterReceiptState, DrawerState, VoluntaryKind
from contributions.models.payments import Payment
from kwsp_portal.encryption import EncryptedTextField
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
    not the member (CounterPayer). `decided_by` of a cheque is not the officer who took it.
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


class CounterPayer(models.Model):
    """Who paid a counter's receipt in the member's place, whose name the receipt has: what is above the ceiling is theirs (ruling 19). Written once,
    with the receipt.

    Either another `member`, to whom it goes as whatever goes back to payers does; or who has no member number, known by their `identity`: it goes to
    the account that its bank has said is theirs (`holder`), or by Arahan Bayaran where they gave none. `phone` (E.164) is where they are told.
    """

    receipt = models.OneToOneField(CounterReceipt, on_delete=models.PROTECT, related_name="payer")
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    identity = models.CharField(_("No. pengenalan"), max_length=20, blank=True, default="")
    phone = models.CharField(_("Telefon"), max_length=16, blank=True, default="")
    bank = models.CharField(_("Bank"), max_length=11, blank=True, default="")
    account = EncryptedTextField(purpose="contributions.counter_payer_account", null=True)
    ending = models.CharField(_("Empat angka akhir"), max_length=4, blank=True, default="")
    holder = EncryptedTextField(purpose="contributions.counter_payer_holder", null=True)

    class Meta:
        verbose_name = _("pembayar di kaunter")
        verbose_name_plural = _("pembayar di kaunter")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(member__isnull=False, identity="", phone="", bank="") | Q(member__isnull=True, identity__gt=""),
                name="counter_payer_is_known",
            ),
            # No money goes to an account whose holder the bank did not name.
            models.CheckConstraint(
                condition=Q(bank="", ending="", account__isnull=True, holder__isnull=True)
                | Q(bank__regex=r"^[A-Z0-9]{8}$", ending__regex=r"^[0-9]{4}$", account__isnull=False, holder__isnull=False),
                name="counter_payer_account_is_named",
            ),
        )

    def __str__(self) -> str:
        return f"{self.receipt_id}"

    @property
    def name(self) -> str:
        """As the receipt has it."""
        return self.receipt.payer_name

    @property
    def masked(self) -> str:
        """The account as pages show it; empty where none was given."""
        return f"•••• {self.ending}" if self.ending else ""
