"""The account of whom a member owes: an institution's or a lender's, to which a withdrawal is paid straight."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kwsp_portal.encryption import EncryptedTextField
from withdrawals.models.applications import Application, ApplicationLog


class CreditorAccount(models.Model):
    """As the fee notice or the loan statement names it: bank, number, holder. What was given is never changed: another in its place ends it, and so
    does the bank that does not pay it. `checked_by` is the officer who has compared it with the document; nothing is paid to it before. `refusal`:
    the request in which an officer told the member that it is not as the document has it; it stands until another is given, and nothing is paid to
    it (migration 0056)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="creditors", db_index=False)
    bank = models.CharField(_("Bank"), max_length=8)
    number = EncryptedTextField(purpose="withdrawals.creditor_account")
    ending = models.CharField(_("Empat angka akhir"), max_length=4)
    holder = EncryptedTextField(purpose="withdrawals.creditor_holder")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    given_on = models.DateField(_("Diberi pada"))
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    checked_on = models.DateField(_("Disemak pada"), null=True, blank=True)
    refusal = models.ForeignKey(ApplicationLog, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_on = models.DateField(_("Tamat pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("akaun institusi atau pemberi pinjaman")
        verbose_name_plural = _("akaun institusi atau pemberi pinjaman")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(bank__regex=r"^[A-Z0-9]{8}$", ending__regex=r"^[0-9]{4}$"), name="creditor_account_form"),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True, checked_on__isnull=True) | Q(checked_by__isnull=False, checked_on__isnull=False),
                name="creditor_account_check_is_complete",
            ),
            # Who entered it for the member does not compare it with the document.
            models.CheckConstraint(condition=~Q(checked_by=models.F("given_by")), name="creditor_account_checked_by_another"),
            models.UniqueConstraint(fields=["application"], condition=Q(ended_on__isnull=True), name="creditor_account_one_current"),
        )
        indexes = (models.Index(fields=["application"], name="creditor_account_application"),)

    def __str__(self) -> str:
        return f"{self.application_id} {self.ending}"

    @property
    def may_be_paid(self) -> bool:
        """Whether an officer has found it as the document has it."""
        return self.checked_by_id is not None and self.refusal_id is None
