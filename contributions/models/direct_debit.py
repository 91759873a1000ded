"""Direct debit: what an employer, or a person, lets the fund debit, and the file of each day by which it is collected."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import MandateState, VoluntaryKind
from employers.models import Employer
from kwsp_portal.encryption import EncryptedTextField
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats
from members.models import Member

OPEN: Final = (MandateState.APPLIED.value, MandateState.ACTIVE.value)
"""States in which a mandate may be, or become, one that is collected under; an employer has one at a time, a person one of each kind for each
member who is credited."""
LAST_DAY: Final = 28
"""The last day of a month that a person may choose: every month has it."""


class Mandate(models.Model):
    """An account that the fund may debit, up to `ceiling` each time. What was applied for is written once; how far it came is added, forwards.

    An employer's is for the filings that are chosen to be paid so. A person's, `member`, is collected every month on `day`, as a voluntary
    contribution of one `kind`, for the own savings or for those of another member, `whom`; `next_on` is the next time. `number` is what the bank
    knows it by; the account is encrypted, and `ending` all that is shown of it. `ended_by` is nobody where the bank ended it, or the fund; then
    `reason` says why.
    """

    employer = models.ForeignKey(Employer, null=True, blank=True, on_delete=models.PROTECT, related_name="mandates")
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="mandates")
    whom = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Bagi ahli"))
    kind = models.CharField(_("Jenis"), max_length=10, blank=True, default="", db_default="", choices={one.value: one.value for one in VoluntaryKind})
    day = models.PositiveSmallIntegerField(_("Hari setiap bulan"), null=True, blank=True)
    next_on = models.DateField(_("Kutipan seterusnya"), null=True, blank=True)
    number = models.CharField(_("No. kebenaran"), max_length=20, unique=True)
    bank = models.CharField(_("Bank"), max_length=11)
    account = EncryptedTextField(purpose="contributions.mandate_account")
    ending = models.CharField(_("Empat angka akhir"), max_length=4)
    ceiling = MoneyField()
    state = models.CharField(_("Status"), max_length=8, choices={state.value: state.value for state in MandateState}, default=MandateState.APPLIED)
    reason = models.CharField(max_length=8, blank=True, default="")
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    applied_on = models.DateField(_("Dipohon pada"))
    active_from = models.DateField(_("Berkuat kuasa mulai"), null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(_("Tamat pada"), null=True, blank=True)
    told_bank = models.BooleanField(default=False)
    asked_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("kebenaran debit terus")
        verbose_name_plural = _("kebenaran debit terus")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(ceiling__gt=0), name="mandate_ceiling_positive"),
            models.CheckConstraint(condition=Q(bank__regex=r"^[A-Z0-9]{8}$", ending__regex=r"^[0-9]{4}$"), name="mandate_account_form"),
            models.CheckConstraint(condition=~Q(state="ACTIVE") | Q(active_from__isnull=False), name="mandate_active_has_its_day"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_on__isnull=True, ended_by__isnull=True, reason="")
                | Q(state="REFUSED", ended_on__isnull=False, ended_by__isnull=True, reason__gt="")
                | (Q(state="ENDED", ended_on__isnull=False) & (Q(ended_by__isnull=False, reason="") | Q(ended_by__isnull=True, reason__gt=""))),
                name="mandate_end_is_complete",
            ),
            models.UniqueConstraint(fields=["employer"], condition=Q(state__in=OPEN), name="mandate_one_open"),
            models.UniqueConstraint(
                fields=["member", "whom", "kind"],
                condition=Q(state__in=OPEN, member__isnull=False),
                nulls_distinct=False,
                name="mandate_one_open_of_kind",
            ),
            models.CheckConstraint(
                condition=Q(whom__isnull=True) | (Q(member__isnull=False) & ~Q(whom=F("member"))), name="mandate_whom_is_another_person_s"
            ),
            models.CheckConstraint(
                condition=Q(employer__isnull=False, member__isnull=True, kind="", day__isnull=True, next_on__isnull=True)
                | Q(employer__isnull=True, member__isnull=False, kind__in=[one.value for one in VoluntaryKind], day__gte=1, day__lte=LAST_DAY),
                name="mandate_of_one_owner",
            ),
            models.CheckConstraint(
                condition=~Q(state="ACTIVE") | Q(member__isnull=True) | Q(next_on__isnull=False), name="mandate_monthly_has_its_next_day"
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def owner(self) -> Employer | Member:
        """Whose account it is, and whom the trail names. Raises TypeError for nobody's, which PostgreSQL keeps from being."""
        found = self.employer or self.member
        if found is None:
            raise TypeError(f"mandate {self.number} is nobody's")
        return found

    @property
    def credited(self) -> Member:
        """Whose savings a person's debit becomes: the own, or another member's. Raises TypeError for an employer's."""
        found = self.whom or self.member
        if found is None:
            raise TypeError(f"mandate {self.number} is no person's")
        return found

    @property
    def masked(self) -> str:
        """The account as pages show it."""
        return f"•••• {self.ending}"


class Collection(models.Model):
    """The file of a day, as it is sent to the bank; written once. `answer` is the bank's file, as it was believed."""

    on = models.DateField(_("Hari"), unique=True)
    content = models.TextField()
    rows_total = models.PositiveIntegerField()
    amount = MoneyField()
    sent_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("fail kutipan")
        verbose_name_plural = _("fail kutipan")
        ordering = ("-on",)
        constraints = (
            models.CheckConstraint(condition=Q(rows_total__gt=0, amount__gt=0), name="collection_has_rows"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | Q(answer__gt="", sent_at__isnull=False), name="collection_answers_what_was_sent"
            ),
        )

    def __str__(self) -> str:
        return formats.day(self.on)
