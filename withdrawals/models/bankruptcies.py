"""Since when, and until when, a member is a bankrupt: to whom a payment order is paid in place of an account (seed 004)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kwsp_portal.documents.models import StoredFile
from members.enums import ProposalState
from members.models import Member


class Bankruptcy(models.Model):
    """What one officer at a counter proposed with its paper, and another approved: from `from_date` up to, not including, `to_date`.

    The last that was approved for a first day is what holds of it: a discharge is a row of its own, and so is a mistake, which ends on its first day.
    Written once; decided once (migration 0043).
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="bankruptcies")
    from_date = models.DateField(_("Muflis mulai"))
    to_date = models.DateField(_("Sehingga"), null=True, blank=True)
    reason = models.CharField(_("Sebab"), max_length=500)
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices={state.value: state.value for state in ProposalState}, default=ProposalState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposed_on = models.DateField()
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("status muflis")
        verbose_name_plural = _("status muflis")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["member"], condition=Q(state=ProposalState.PROPOSED.value), name="bankruptcy_one_open"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in ProposalState]), name="bankruptcy_state_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="bankruptcy_says_why"),
            models.CheckConstraint(condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")), name="bankruptcy_ends_after_it_began"),
            models.CheckConstraint(
                condition=~Q(state__in=[ProposalState.APPROVED.value, ProposalState.REFUSED.value]) | ~Q(decided_by=F("proposed_by")),
                name="bankruptcy_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.PROPOSED.value, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state=ProposalState.PROPOSED.value) & Q(decided_by__isnull=False, decided_on__isnull=False, decided_at__isnull=False)),
                name="bankruptcy_decided_is_complete",
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.from_date} {self.state}"
