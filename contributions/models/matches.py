"""Whose a row is that was paid into its employer's suspense account: what two people say about it (ruling 14, e-CTML)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import MatchState
from employers.enums import ApprovalFlow
from employers.models import Employer
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.editions.models import Edition
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats
from members.models import Member

DECIDED = (MatchState.POSTED.value, MatchState.REFUSED.value)
STANDING = (MatchState.PROPOSED.value, MatchState.POSTED.value)


class SuspenseMatch(models.Model):
    """Both shares of an unmatched row, which lie in the employer's suspense account, are `member`'s.

    The employer says so, one preparing and another approving, unless the employer does without (`flow`, as it was chosen then); or two officers do,
    with a reason and the paper that shows it. The ledger's natural key is this id. The row itself is never changed: whose it is says the match that
    is posted. PostgreSQL lets only the outcome be written, once (migration 0043).
    """

    row = models.ForeignKey("contributions.FilingRow", on_delete=models.PROTECT, related_name="matches", db_index=False)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="suspense_matches")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="suspense_matches")
    amount = MoneyField()
    by_officer = models.BooleanField()
    flow = models.CharField(max_length=8, choices={flow.value: flow.value for flow in ApprovalFlow}, default=ApprovalFlow.CHECKED)
    reason = models.TextField(_("Sebab"), blank=True)
    document = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices={state.value: state.value for state in MatchState}, default=MatchState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField(_("Dicadangkan pada"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(_("Diputuskan pada"), null=True, blank=True)
    comment = models.TextField(blank=True)
    posted_on = models.DateField(_("Dicatat pada"), null=True, blank=True)
    edition = models.ForeignKey(Edition, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("padanan akaun tergantung")
        verbose_name_plural = _("padanan akaun tergantung")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[state.value for state in MatchState]), name="suspense_match_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="suspense_match_has_money"),
            models.CheckConstraint(
                condition=Q(by_officer=False, document__isnull=True) | (Q(by_officer=True, document__isnull=False) & ~Q(reason="")),
                name="suspense_match_officers_say_why",
            ),
            models.CheckConstraint(
                condition=Q(flow=ApprovalFlow.CHECKED.value) | Q(flow=ApprovalFlow.SINGLE.value, by_officer=False), name="suspense_match_flow_known"
            ),
            # Without a checker who said it may approve it; two officers are always two.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")) | Q(flow=ApprovalFlow.SINGLE.value),
                name="suspense_match_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_by__isnull=False, decided_on__isnull=False)
                | (~Q(state__in=DECIDED) & Q(decided_by__isnull=True, decided_on__isnull=True)),
                name="suspense_match_decided_is_complete",
            ),
            models.CheckConstraint(condition=~Q(state=MatchState.REFUSED.value) | ~Q(comment=""), name="suspense_match_refused_says_why"),
            models.CheckConstraint(
                condition=Q(state=MatchState.POSTED.value, posted_on__isnull=False, edition__isnull=False)
                | (~Q(state=MatchState.POSTED.value) & Q(posted_on__isnull=True, edition__isnull=True)),
                name="suspense_match_posted_is_complete",
            ),
            models.UniqueConstraint(fields=["row"], condition=Q(state__in=STANDING), name="suspense_match_one_standing_a_row"),
        )

    def __str__(self) -> str:
        return f"{self.pk}, {formats.day(self.proposed_on)}"
