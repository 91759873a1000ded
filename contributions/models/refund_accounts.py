"""The bank account that an employer's refunds go to: asked for under a code, verified by name at its bank; another takes its place."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import RefundAccountEnd, RefundAccountState
from employers.models import Employer
from kwsp_portal.encryption import EncryptedTextField

_OVER = (RefundAccountState.REFUSED.value, RefundAccountState.ENDED.value)


class RefundAccount(models.Model):
    """An account that an employer's administrator asked for. What was asked is written once; how far it came is added, forwards (refund_guards).

    `ending` are the last four digits, all that pages and messages show; number and the bank's name of the holder are encrypted. `key` is what the
    bank knows our question by; `due_at` is when a worker may ask next, and taking it moves it on.
    """

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="refund_accounts")
    bank = models.CharField(_("Bank"), max_length=11)
    number = EncryptedTextField(purpose="contributions.refund_account")
    ending = models.CharField(_("Empat angka akhir"), max_length=4)
    state = models.CharField(
        _("Status"), max_length=8, choices={state.value: state.value for state in RefundAccountState}, default=RefundAccountState.ASKED
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField(_("Diminta pada"))
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    holder = EncryptedTextField(purpose="contributions.refund_holder", null=True)
    why = models.CharField(_("Sebab"), max_length=10, blank=True, default="", choices={why.value: why.value for why in RefundAccountEnd})
    since = models.DateField(_("Mulai"), null=True, blank=True)
    ended_on = models.DateField(_("Tamat pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("akaun bayaran balik")
        verbose_name_plural = _("akaun bayaran balik")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["employer"], condition=Q(state="CURRENT"), name="refund_account_one_current"),
            models.UniqueConstraint(fields=["employer"], condition=Q(state="ASKED"), name="refund_account_one_asked"),
            models.CheckConstraint(condition=Q(bank__regex=r"^[A-Z0-9]{8}$", ending__regex=r"^[0-9]{4}$"), name="refund_account_form"),
            models.CheckConstraint(
                condition=Q(state="ASKED", since__isnull=True) | Q(state="CURRENT", since__isnull=False) | Q(state__in=_OVER),
                name="refund_account_state_known",
            ),
            # No money goes to an account whose holder the bank did not name.
            models.CheckConstraint(condition=Q(since__isnull=True) | Q(holder__isnull=False), name="refund_account_name_verified"),
            models.CheckConstraint(
                condition=Q(state__in=_OVER, ended_on__isnull=False, why__in=[why.value for why in RefundAccountEnd])
                | (~Q(state__in=_OVER) & Q(ended_on__isnull=True, why="")),
                name="refund_account_end_says_why",
            ),
        )
        indexes = (models.Index(fields=["due_at"], condition=Q(state="ASKED"), name="refund_account_due"),)

    def __str__(self) -> str:
        return f"{self.employer_id} {self.bank} {self.ending} {self.state}"

    @property
    def masked(self) -> str:
        """The number as pages show it."""
        return f"•••• {self.ending}"
