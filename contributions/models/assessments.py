"""What KWSP assesses where an employer has not paid: KWSP 7 (Borang E) of one employer and wage month, and how it went."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import AssessmentAction, AssessmentSource, AssessmentState
from employers.models import Employer
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats

OPEN = ("DRAFT", "PROPOSED")
UNSERVED = (*OPEN, "DISCARDED")


class Assessment(models.Model):
    """One assessment of an employer and wage month (`wage_month` holds its first day). `grounds` is what the employer reads as its reason.

    Served, what it says is the filing that the employer owes and pays with KWSP 8 (Borang F); the one whom it `replaces` gives way to it then.
    PostgreSQL keeps its rows once it is not a draft, and what is decided once it is (migration 0051).
    """

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="assessments", db_index=False)
    wage_month = models.DateField(_("Bulan upah"))
    source = models.CharField(max_length=10, choices={one.value: one.value for one in AssessmentSource})
    state = models.CharField(max_length=9, choices={one.value: one.value for one in AssessmentState}, default=AssessmentState.DRAFT)
    grounds = models.CharField(_("Sebab taksiran"), max_length=500)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replacements")
    filing = models.OneToOneField("contributions.Filing", null=True, blank=True, on_delete=models.PROTECT, related_name="assessment")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_on = models.DateField(_("Dibuat pada"))
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    signed_on = models.DateField(_("Ditandatangani pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("taksiran KWSP 7")
        verbose_name_plural = _("taksiran KWSP 7")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(wage_month__day=1), name="assessment_month_is_first_day"),
            models.CheckConstraint(condition=Q(state__in=[one.value for one in AssessmentState]), name="assessment_state_known"),
            models.CheckConstraint(condition=Q(source__in=[one.value for one in AssessmentSource]), name="assessment_source_known"),
            models.CheckConstraint(condition=~Q(grounds=""), name="assessment_says_why"),
            models.CheckConstraint(condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("made_by")), name="assessment_signed_by_another"),
            models.CheckConstraint(
                condition=Q(state__in=UNSERVED, filing__isnull=True, signed_by__isnull=True, signed_on__isnull=True)
                | (~Q(state__in=UNSERVED) & Q(filing__isnull=False, signed_by__isnull=False, signed_on__isnull=False)),
                name="assessment_served_is_complete",
            ),
            models.UniqueConstraint(fields=["employer", "wage_month"], condition=Q(state__in=OPEN), name="assessment_one_open_a_month"),
            models.UniqueConstraint(fields=["replaces"], condition=~Q(state="DISCARDED"), name="assessment_replaced_once"),
        )
        indexes = (models.Index(fields=["employer", "-wage_month"], name="assessment_month"),)

    def __str__(self) -> str:
        return f"KWSP 7 {self.pk}, {formats.month(self.wage_month)}"


class AssessmentRow(models.Model):
    """One person whose contribution is assessed, as the inspector knows them; `wages` are all of the month, the bonus included."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="rows", db_index=False)
    place = models.PositiveIntegerField()
    member_number = models.CharField(max_length=20, blank=True)
    identity_number = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=120)
    wages = MoneyField(null=True)
    bonus = MoneyField(default=0)

    class Meta:
        verbose_name = _("baris taksiran")
        verbose_name_plural = _("baris taksiran")
        ordering = ("place",)
        constraints = (
            models.UniqueConstraint(fields=["assessment", "place"], name="assessment_row_place_once"),
            models.CheckConstraint(condition=~Q(name=""), name="assessment_row_names_somebody"),
            models.CheckConstraint(condition=Q(wages__isnull=True) | Q(wages__gte=0), name="assessment_row_wages_positive"),
            models.CheckConstraint(condition=Q(bonus=0) | Q(bonus__gt=0, bonus__lte=F("wages")), name="assessment_row_bonus_in_wages"),
        )

    def __str__(self) -> str:
        return f"{self.assessment_id}:{self.place}"


class AssessmentLog(models.Model):
    """Every move of an assessment; `comment` of an objection or an answer is what the other side reads. Never changed."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="log")
    action = models.CharField(max_length=14, choices={one.value: one.value for one in AssessmentAction})
    from_state = models.CharField(max_length=9)
    to_state = models.CharField(max_length=9)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    comment = models.CharField(max_length=1000, blank=True)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(action__in=[one.value for one in AssessmentAction]), name="assessment_log_action_known"),
            models.CheckConstraint(
                condition=~Q(action__in=["OBJECT", "UPHOLD", "WITHDRAW", "AMEND", "RETURN"]) | ~Q(comment=""), name="assessment_log_says_why"
            ),
        )

    def __str__(self) -> str:
        return formats.moment(self.at)


class AssessmentPaper(models.Model):
    """A document with which an employer objects."""

    entry = models.ForeignKey(AssessmentLog, on_delete=models.PROTECT, related_name="papers")
    document = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("dokumen bantahan")
        verbose_name_plural = _("dokumen bantahan")

    def __str__(self) -> str:
        return f"{self.entry_id}, {self.document_id}"
