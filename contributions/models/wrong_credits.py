"""A credit that is another person's: what two officers decide about one row of a credited Borang A."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import WrongCreditState
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.editions.models import Edition
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats
from members.models import Member

DECIDED = (WrongCreditState.POSTED.value, WrongCreditState.REFUSED.value)


class WrongCredit(models.Model):
    """Both shares of a row, as they stand, are `to_member`'s and not `from_member`'s; the paper that shows it is kept with it.

    The ledger's natural key is this id. The row itself is never changed: whose it is says the last of these that is posted, else the row. What one
    officer proposes is what another decides: PostgreSQL lets only the outcome be written, once (migration 0045).
    """

    row = models.ForeignKey("contributions.FilingRow", on_delete=models.PROTECT, related_name="wrong_credits", db_index=False)
    from_member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="wrong_credits_taken")
    to_member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="wrong_credits_given")
    employer_share = MoneyField()
    employee_share = MoneyField()
    reason = models.TextField(_("Sebab"))
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices={state.value: state.value for state in WrongCreditState}, default=WrongCreditState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField(_("Dicadangkan pada"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(_("Diputuskan pada"), null=True, blank=True)
    comment = models.TextField(blank=True)
    posted_on = models.DateField(_("Dicatat pada"), null=True, blank=True)
    edition = models.ForeignKey(Edition, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("kredit kepada ahli yang salah")
        verbose_name_plural = _("kredit kepada ahli yang salah")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[state.value for state in WrongCreditState]), name="wrong_credit_state_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="wrong_credit_says_why"),
            models.CheckConstraint(condition=~Q(from_member=F("to_member")), name="wrong_credit_of_two_members"),
            models.CheckConstraint(
                condition=Q(employer_share__gte=0, employee_share__gte=0) & (Q(employer_share__gt=0) | Q(employee_share__gt=0)),
                name="wrong_credit_has_money",
            ),
            models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="wrong_credit_decided_by_another"),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_by__isnull=False, decided_on__isnull=False)
                | (~Q(state__in=DECIDED) & Q(decided_by__isnull=True, decided_on__isnull=True)),
                name="wrong_credit_decided_is_complete",
            ),
            models.CheckConstraint(condition=~Q(state=WrongCreditState.REFUSED.value) | ~Q(comment=""), name="wrong_credit_refused_says_why"),
            models.CheckConstraint(
                condition=Q(state=WrongCreditState.POSTED.value, posted_on__isnull=False, edition__isnull=False)
                | (~Q(state=WrongCreditState.POSTED.value) & Q(posted_on__isnull=True, edition__isnull=True)),
                name="wrong_credit_posted_is_complete",
            ),
            models.UniqueConstraint(fields=["row"], condition=Q(state=WrongCreditState.PROPOSED.value), name="wrong_credit_one_open_a_row"),
        )
        indexes = (models.Index(fields=["row", "-id"], name="wrong_credit_of_row"),)

    def __str__(self) -> str:
        return f"{self.pk}, {formats.day(self.proposed_on)}"

    @property
    def total(self):  # type: ignore[no-untyped-def]
        """Both shares, RM."""
        return self.employer_share + self.employee_share
