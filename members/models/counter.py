"""What is kept of acts at a counter or kiosk: who looked at whose papers, and what waits for, or was decided by, a supervisor."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kwsp_portal.documents.models import StoredFile
from members.enums import Door, IdentityKind, ProposalKind, ProposalState, Thumb
from members.models.register import Member


class IdentityCheck(models.Model):
    """One look at somebody's papers, kept with the act it was made for. Written once (migration 0004).

    `seen` are codes of enums.Seen; `without_thumb` says why an officer went on without a print. `checked_by` is empty for a kiosk, which goes by
    the thumb alone.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="identity_checks")
    door = models.CharField(max_length=8, choices={door.value: door.value for door in Door})
    paper = models.CharField(max_length=12, choices={kind.value: kind.value for kind in IdentityKind})
    seen = models.JSONField(default=list, blank=True)
    thumb = models.CharField(max_length=10, choices={thumb.value: thumb.value for thumb in Thumb})
    without_thumb = models.CharField(max_length=200, blank=True)
    reader = models.CharField(max_length=40, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked_on = models.DateField()
    checked_at = models.DateTimeField()
    invitation = models.ForeignKey("identity.Invitation", null=True, blank=True, on_delete=models.PROTECT, related_name="identity_checks")

    class Meta:
        verbose_name = _("semakan pengenalan")
        verbose_name_plural = _("semakan pengenalan")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(door__in=[door.value for door in Door]), name="identity_check_door_known"),
            models.CheckConstraint(condition=Q(paper__in=[kind.value for kind in IdentityKind]), name="identity_check_paper_known"),
            models.CheckConstraint(condition=Q(thumb__in=[thumb.value for thumb in Thumb]), name="identity_check_thumb_known"),
            models.CheckConstraint(
                condition=(~Q(door=Door.COUNTER) | Q(checked_by__isnull=False))
                & (~Q(door=Door.KIOSK) | Q(checked_by__isnull=True, thumb=Thumb.MATCHED)),
                name="identity_check_by_officer_or_thumb",
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.door} {self.checked_on}"


class CounterProposal(models.Model):
    """An act at the counter that a second officer approves. `before` is what the register said when it was proposed: if that changed, it is stale.

    `after` holds what is to be. The figures that one officer proposed are those that the other approves: written once (migration 0004).
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=12, choices={kind.value: kind.value for kind in ProposalKind})
    state = models.CharField(max_length=10, choices={state.value: state.value for state in ProposalState}, default=ProposalState.PROPOSED)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    risks = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=500)
    identity_check = models.ForeignKey(IdentityCheck, on_delete=models.PROTECT, related_name="+")
    documents = models.ManyToManyField(StoredFile, related_name="+", blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField()
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("cadangan kaunter")
        verbose_name_plural = _("cadangan kaunter")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["member", "kind"], condition=Q(state=ProposalState.PROPOSED), name="proposal_one_open_of_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in ProposalKind]), name="proposal_kind_known"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in ProposalState]), name="proposal_state_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="proposal_says_why"),
            models.CheckConstraint(
                condition=~Q(state__in=[ProposalState.APPROVED.value, ProposalState.REFUSED.value]) | ~Q(decided_by=F("proposed_by")),
                name="proposal_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.PROPOSED, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state=ProposalState.PROPOSED) & Q(decided_by__isnull=False, decided_on__isnull=False, decided_at__isnull=False)),
                name="proposal_decided_is_complete",
            ),
        )
        indexes = (models.Index(fields=["state", "-id"], name="proposal_queue"),)

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.state}"
