"""The wages of a month as a clerk writes them, person by person, without a file. When the clerk says done they become a Borang A."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import WageListSource, WageListState, WageStanding
from employers.enums import Leaving
from employers.models import Employer
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats
from members.models import Member

HOLDS_MONTH = (WageListState.OPEN, WageListState.NIL_WAITS, WageListState.NIL)


class WageList(models.Model):
    """One list of an employer for a wage month (`wage_month` holds its first day), kept until it is done, over days and by several people.

    `filing` is the last Borang A that was made from it. `declared_by` said that nothing is to be contributed, `agreed_by` is the approver who
    agreed, or who gave it back with `comment`. A month has one list that is open or says nil, and one open list that `adds` people who
    were left out of the Borang A that is handed in: it becomes a supplement.
    """

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="wage_lists", db_index=False)
    wage_month = models.DateField(_("Bulan upah"))
    state = models.CharField(max_length=9, choices={state.value: state.value for state in WageListState}, default=WageListState.OPEN)
    source = models.CharField(max_length=10, choices={source.value: source.value for source in WageListSource})
    adds = models.BooleanField(default=False, db_default=False)
    filing = models.OneToOneField("Filing", null=True, blank=True, on_delete=models.PROTECT, related_name="wage_list")
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    begun_on = models.DateField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField(null=True, blank=True)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    declared_on = models.DateField(null=True, blank=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    agreed_on = models.DateField(null=True, blank=True)
    comment = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("senarai upah")
        verbose_name_plural = _("senarai upah")
        ordering = ("-wage_month", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["employer", "wage_month", "adds"], condition=Q(state__in=[state.value for state in HOLDS_MONTH]), name="wage_list_one_a_month"
            ),
            models.CheckConstraint(
                condition=Q(adds=False) | ~Q(state__in=[WageListState.NIL.value, WageListState.NIL_WAITS.value]), name="wage_list_nil_is_the_month_s"
            ),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in WageListState]), name="wage_list_state_known"),
            models.CheckConstraint(condition=Q(source__in=[source.value for source in WageListSource]), name="wage_list_source_known"),
            models.CheckConstraint(condition=Q(wage_month__day=1), name="wage_list_month_is_first_day"),
            models.CheckConstraint(condition=~Q(state=WageListState.FILED.value) | Q(filing__isnull=False), name="wage_list_filed_has_its_filing"),
            models.CheckConstraint(
                condition=~Q(state__in=[WageListState.NIL.value, WageListState.NIL_WAITS.value])
                | Q(declared_by__isnull=False, declared_on__isnull=False),
                name="wage_list_nil_was_declared",
            ),
            models.CheckConstraint(
                condition=~Q(state=WageListState.NIL.value) | Q(agreed_by__isnull=False, agreed_on__isnull=False), name="wage_list_nil_was_agreed"
            ),
        )
        indexes = (models.Index(fields=["employer", "wage_month"], name="wage_list_month"),)

    def __str__(self) -> str:
        return f"{self.pk}, {formats.month(self.wage_month)}"


class WageListRow(models.Model):
    """One person's wages. Shares are not kept: they follow from the wages, the law and what was elected, whenever somebody looks.

    `wages` are all of the month, the bonus included; empty until somebody wrote them. `hired_on` is the first day of an employment that begins
    when the list is done, `last_day` the last of one that ends then. `version` goes up with each change: who saw an older one is told.
    """

    wage_list = models.ForeignKey(WageList, on_delete=models.CASCADE, related_name="rows", db_index=False)
    place = models.PositiveIntegerField()
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    standing = models.CharField(max_length=12, choices={one.value: one.value for one in WageStanding}, default=WageStanding.WAGES)
    wages = MoneyField(null=True)
    bonus = MoneyField(default=0)
    hired_on = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    leaving = models.CharField(max_length=14, blank=True, default="", choices={one.value: one.value for one in Leaving})
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("baris senarai upah")
        verbose_name_plural = _("baris senarai upah")
        ordering = ("place",)
        constraints = (
            models.UniqueConstraint(fields=["wage_list", "place"], name="wage_list_row_place_once"),
            models.UniqueConstraint(fields=["wage_list", "member"], name="wage_list_row_member_once"),
            models.CheckConstraint(condition=Q(standing__in=[one.value for one in WageStanding]), name="wage_list_row_standing_known"),
            models.CheckConstraint(condition=Q(wages__isnull=True) | Q(wages__gte=0), name="wage_list_row_wages_positive"),
            models.CheckConstraint(condition=Q(bonus=0) | Q(bonus__gt=0, bonus__lte=F("wages")), name="wage_list_row_bonus_in_wages"),
            models.CheckConstraint(condition=~Q(standing=WageStanding.UNPAID_LEAVE.value) | Q(wages=0), name="wage_list_row_leave_has_no_wages"),
            models.CheckConstraint(
                condition=Q(standing=WageStanding.LEFT.value, last_day__isnull=False, leaving__in=[one.value for one in Leaving])
                | (~Q(standing=WageStanding.LEFT.value) & Q(last_day__isnull=True, leaving="")),
                name="wage_list_row_left_says_when_and_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.wage_list_id}:{self.place}"
