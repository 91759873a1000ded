"""A member's bank accounts: one to which money may go, one on its way to be it, and all that were before."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kwsp_portal.encryption import EncryptedTextField
from members.enums import BankAccountRefusal, BankAccountState, NameMatch
from members.models.counter import IdentityCheck
from members.models.register import Member

OPEN = (BankAccountState.ASKED, BankAccountState.REVIEW)
OVER = tuple(state for state in BankAccountState if state not in (*OPEN, BankAccountState.CURRENT))


class BankAccount(models.Model):
    """An account that a member asked for under a code; or, where there is an `identity_check`, that an officer at a counter asked the bank about for
    somebody without an i-Akaun. What was asked is written once; how far it came is added, forwards (migration 0006).

    `ending` are the last four digits, all that pages and messages show; number and the bank's name of the holder are encrypted. `key` is what the
    bank knows our question by. `due_at` is when a worker may ask next, and taking it moves it on; `tries` counts the takings. `former` is the
    account that it took the place of, and `restores` the one that it is again, after a change was cancelled.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="bank_accounts", db_index=False)
    bank = models.CharField(_("Bank"), max_length=11)
    number = EncryptedTextField(purpose="members.bank_account")
    ending = models.CharField(_("Empat angka akhir"), max_length=4)
    state = models.CharField(
        _("Status"), max_length=9, choices={state.value: state.value for state in BankAccountState}, default=BankAccountState.ASKED
    )
    identity_check = models.OneToOneField(IdentityCheck, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    asked_at = models.DateTimeField(_("Diminta pada"))
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)
    holder = EncryptedTextField(purpose="members.bank_holder", null=True)
    match = models.CharField(max_length=4, blank=True, default="", choices={match.value: match.value for match in NameMatch})
    why = models.CharField(max_length=10, blank=True, default="", choices={why.value: why.value for why in BankAccountRefusal})
    since = models.DateTimeField(_("Mulai"), null=True, blank=True)
    cooling_until = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(_("Tamat"), null=True, blank=True)
    former = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    restores = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("akaun bank")
        verbose_name_plural = _("akaun bank")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["member"], condition=Q(state=BankAccountState.CURRENT), name="bank_account_one_current"),
            models.UniqueConstraint(fields=["member"], condition=Q(state__in=OPEN), name="bank_account_one_on_its_way"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in BankAccountState]), name="bank_account_state_known"),
            models.CheckConstraint(condition=Q(bank__regex=r"^[A-Z0-9]{8}$", ending__regex=r"^[0-9]{4}$"), name="bank_account_form"),
            models.CheckConstraint(
                condition=Q(state=BankAccountState.REFUSED, why__in=[why.value for why in BankAccountRefusal])
                | (~Q(state=BankAccountState.REFUSED) & Q(why="")),
                name="bank_account_refusal_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in OVER], ended_at__isnull=False)
                | (~Q(state__in=[state.value for state in OVER]) & Q(ended_at__isnull=True)),
                name="bank_account_end_has_its_time",
            ),
            # No money goes to an account whose holder the bank did not name, and an officer decided where the names are not the same.
            models.CheckConstraint(
                condition=Q(since__isnull=True)
                | (
                    Q(holder__isnull=False, cooling_until__isnull=False)
                    & (Q(match=NameMatch.FULL) | Q(match=NameMatch.NEAR, decided_by__isnull=False))
                ),
                name="bank_account_name_verified",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[BankAccountState.CURRENT, BankAccountState.REPLACED, BankAccountState.CANCELLED]) | Q(since__isnull=False),
                name="bank_account_current_has_begun",
            ),
            models.CheckConstraint(condition=Q(cooling_until=None) | Q(cooling_until__gte=F("since")), name="bank_account_cools_after"),
        )
        indexes = (
            models.Index(fields=["member", "-id"], name="bank_account_member"),
            models.Index(fields=["due_at"], condition=Q(state=BankAccountState.ASKED), name="bank_account_due"),
            models.Index(fields=["id"], condition=Q(state=BankAccountState.REVIEW), name="bank_account_review"),
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.bank} {self.ending} {self.state}"

    @property
    def masked(self) -> str:
        """The number as pages show it."""
        return f"•••• {self.ending}"
