"""A credited voluntary contribution that is taken back: what two officers decide about it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import ReversalCause, WrongCreditState
from contributions.models.wrong_credits import DECIDED
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.templatetags import formats
from members.models import Member

STANDING = (WrongCreditState.PROPOSED.value, WrongCreditState.POSTED.value)


class VoluntaryReversal(models.Model):
    """All that was credited of `contribution` is taken from its member and goes back to `payer`, who paid it as the paper shows: the payer of the
    order, or another member where the number on the receipt was the mistake. Of a RECALL it goes to the bank, and there is no payer.

    The ledger has it as part 1 of the contribution. What one officer proposes another decides: PostgreSQL lets only the outcome be written, once
    (migration 0121).
    """

    contribution = models.ForeignKey("contributions.VoluntaryContribution", on_delete=models.PROTECT, related_name="reversals")
    cause = models.CharField(
        max_length=8,
        choices={cause.value: cause.value for cause in ReversalCause},
        default=ReversalCause.MISTAKE,
        db_default=ReversalCause.MISTAKE.value,
    )
    payer = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("Sebab"))
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices={state.value: state.value for state in WrongCreditState}, default=WrongCreditState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField(_("Dicadangkan pada"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(_("Diputuskan pada"), null=True, blank=True)
    comment = models.TextField(blank=True)

    class Meta:
        verbose_name = _("caruman sukarela dibalikkan")
        verbose_name_plural = _("caruman sukarela dibalikkan")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[state.value for state in WrongCreditState]), name="voluntary_reversal_state_known"),
            models.CheckConstraint(
                condition=Q(cause=ReversalCause.MISTAKE.value, payer__isnull=False) | Q(cause=ReversalCause.RECALL.value, payer__isnull=True),
                name="voluntary_reversal_goes_to_one",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="voluntary_reversal_says_why"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="voluntary_reversal_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_by__isnull=False, decided_on__isnull=False)
                | (~Q(state__in=DECIDED) & Q(decided_by__isnull=True, decided_on__isnull=True)),
                name="voluntary_reversal_decided_is_complete",
            ),
            models.CheckConstraint(condition=~Q(state=WrongCreditState.REFUSED.value) | ~Q(comment=""), name="voluntary_reversal_refused_says_why"),
            models.UniqueConstraint(fields=["contribution"], condition=Q(state__in=STANDING), name="voluntary_reversal_once"),
        )

    def __str__(self) -> str:
        return f"{self.pk}, {formats.day(self.proposed_on)}"
