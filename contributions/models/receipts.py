"""What bank agents and internet banking took from employers and from people: each file as it came, and each receipt in it with what became of it."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import ReceiptState, VoluntaryKind
from contributions.models.payments import Payment
from employers.models import Employer
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.fields import MoneyField
from members.models import Member


class ReceiptFile(models.Model):
    """A file of receipts, whole and signed; written once. `uploaded_by`: the officer who brought it, nobody where it was fetched."""

    number = models.PositiveIntegerField(_("No. fail"), unique=True)
    on = models.DateField(_("Hari"))
    digest = models.CharField(max_length=64)
    receipts_total = models.PositiveIntegerField()
    amount = MoneyField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_on = models.DateField()
    taken_at = models.DateTimeField()

    class Meta:
        verbose_name = _("fail resit")
        verbose_name_plural = _("fail resit")
        ordering = ("-number",)

    def __str__(self) -> str:
        return str(self.number)


class Receipt(models.Model):
    """Money that an agent took: an employer's, with the Borang A that came with it (`form`, a file of its own), or a voluntary contribution of a
    `kind`.

    Of a voluntary one `member_number` is as the agent wrote it, `member` whose it is taken to be, and nothing is said of employer and month.

    `employer_number` is as the agent wrote it; `employer` and `wage_month` are what it is taken for, which an officer may mend. `repeats` is an
    earlier receipt of the same agent and number. `filing` came of `form`; `payment` is what the money pays, of that filing or of another.
    """

    file = models.ForeignKey(ReceiptFile, on_delete=models.PROTECT, related_name="receipts")
    line = models.PositiveIntegerField()
    number = models.CharField(_("No. resit"), max_length=20)
    agent = models.CharField(max_length=10)
    mode = models.CharField(max_length=16)
    employer_number = models.CharField(max_length=8, blank=True, default="", db_default="")
    employer = models.ForeignKey(Employer, null=True, blank=True, on_delete=models.PROTECT, related_name="receipts")
    wage_month = models.DateField(_("Bulan upah"), null=True, blank=True)
    member_number = models.CharField(_("No. Ahli"), max_length=8, blank=True, default="", db_default="")
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="receipts")
    kind = models.CharField(
        _("Jenis"), max_length=10, blank=True, default="", db_default="", choices={kind.value: kind.value for kind in VoluntaryKind}
    )
    amount = MoneyField()
    paid_at = models.DateTimeField()
    form = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    repeats = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices={state.value: state.value for state in ReceiptState}, default=ReceiptState.NEW)
    filing = models.OneToOneField("contributions.Filing", null=True, blank=True, on_delete=models.PROTECT, related_name="receipt")
    payment = models.OneToOneField(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="receipt")

    class Meta:
        verbose_name = _("resit")
        verbose_name_plural = _("resit")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[state.value for state in ReceiptState]), name="receipt_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_amount_positive"),
            models.CheckConstraint(condition=Q(wage_month__day=1), name="receipt_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(kind="", wage_month__isnull=False, form__isnull=False, employer_number__gt="", member_number="", member__isnull=True)
                | Q(
                    kind__in=[kind.value for kind in VoluntaryKind],
                    wage_month__isnull=True,
                    form__isnull=True,
                    filing__isnull=True,
                    employer_number="",
                    employer__isnull=True,
                    member_number__gt="",
                ),
                name="receipt_of_one_thing",
            ),
            models.CheckConstraint(
                condition=(Q(state=ReceiptState.PAID.value, payment__isnull=False) & (Q(employer__isnull=False) | Q(member__isnull=False)))
                | Q(state=ReceiptState.SUSPENDED.value, payment__isnull=True, employer__isnull=False)
                | Q(~Q(state__in=[ReceiptState.PAID.value, ReceiptState.SUSPENDED.value]), payment__isnull=True),
                name="receipt_state_is_complete",
            ),
            models.UniqueConstraint(fields=["file", "line"], name="receipt_line_once"),
            models.UniqueConstraint(fields=["agent", "number"], condition=Q(repeats__isnull=True), name="receipt_number_once"),
        )
        indexes = (models.Index(fields=["state"], condition=Q(state__in=["NEW", "READING", "OPEN"]), name="receipt_under_way"),)

    def __str__(self) -> str:
        return f"{self.agent} {self.number}"

    @property
    def month(self) -> date:
        """The wage month of an employer's. Raises TypeError for a voluntary contribution, which has none."""
        if self.wage_month is None:
            raise TypeError(f"receipt {self.number} is of no wage month")
        return self.wage_month
