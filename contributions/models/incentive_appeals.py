"""An appeal of a refused claim that an officer at a counter proposes on the member's request: what a supervisor decides about it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.models.incentives import IncentiveClaim
from kwsp_portal.documents.models import StoredFile
from members.enums import ProposalState


class IncentiveAppeal(models.Model):
    """What one officer at a counter proposed, with the paper that the member showed, and a supervisor approved: then the claim has it as its appeal,
    and the next run claims it again. Written once; decided once (migration 0124)."""

    claim = models.ForeignKey(IncentiveClaim, on_delete=models.PROTECT, related_name="appeals")
    words = models.CharField(_("Rayuan"), max_length=200)
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
        verbose_name = _("cadangan rayuan insentif")
        verbose_name_plural = _("cadangan rayuan insentif")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["claim"], condition=Q(state=ProposalState.PROPOSED.value), name="incentive_appeal_one_open"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in ProposalState]), name="incentive_appeal_state_known"),
            models.CheckConstraint(condition=~Q(words=""), name="incentive_appeal_says_why"),
            models.CheckConstraint(
                condition=~Q(state__in=[ProposalState.APPROVED.value, ProposalState.REFUSED.value]) | ~Q(decided_by=F("proposed_by")),
                name="incentive_appeal_decided_by_another",
            ),
            models.CheckConstraint(condition=~Q(state=ProposalState.REFUSED.value) | ~Q(comment=""), name="incentive_appeal_refused_says_why"),
            models.CheckConstraint(
                condition=Q(state=ProposalState.PROPOSED.value, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state=ProposalState.PROPOSED.value) & Q(decided_by__isnull=False, decided_on__isnull=False, decided_at__isnull=False)),
                name="incentive_appeal_decided_is_complete",
            ),
        )

    def __str__(self) -> str:
        return f"{self.claim_id} {self.state}"
