"""What is filed for a wage month, row by row. How it is paid: models.payments. What was elected for an employment: models.elections."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import FilingAction, FilingSource, FilingState, RowStatus, SchedulePart
from contributions.models.answers import ApiAnswer as ApiAnswer
from contributions.models.assessments import Assessment as Assessment
from contributions.models.assessments import AssessmentLog as AssessmentLog
from contributions.models.assessments import AssessmentPaper as AssessmentPaper
from contributions.models.assessments import AssessmentRow as AssessmentRow
from contributions.models.comparing import ComparedBy as ComparedBy
from contributions.models.complaints import Complaint as Complaint
from contributions.models.complaints import ComplaintLog as ComplaintLog
from contributions.models.complaints import ComplaintMonth as ComplaintMonth
from contributions.models.complaints import ComplaintPaper as ComplaintPaper
from contributions.models.corrections import CorrectedFiling as CorrectedFiling
from contributions.models.corrections import Correction as Correction
from contributions.models.corrections import CorrectionLaw as CorrectionLaw
from contributions.models.corrections import CorrectionLine as CorrectionLine
from contributions.models.corrections import CorrectionLog as CorrectionLog
from contributions.models.corrections import UnreckonedRow as UnreckonedRow
from contributions.models.counter import CounterDrawer as CounterDrawer
from contributions.models.counter import CounterPayer as CounterPayer
from contributions.models.counter import CounterReceipt as CounterReceipt
from contributions.models.credit_uses import CreditUse as CreditUse
from contributions.models.direct_debit import Collection as Collection
from contributions.models.direct_debit import Mandate as Mandate
from contributions.models.ekasih import EKasihList as EKasihList
from contributions.models.ekasih import EKasihRow as EKasihRow
from contributions.models.elections import Election as Election
from contributions.models.elections import ElectionBatch as ElectionBatch
from contributions.models.elections import ElectionLog as ElectionLog
from contributions.models.incentive_appeals import IncentiveAppeal as IncentiveAppeal
from contributions.models.incentives import ClaimAnswer as ClaimAnswer
from contributions.models.incentives import ClaimFile as ClaimFile
from contributions.models.incentives import IncentiveClaim as IncentiveClaim
from contributions.models.incentives import IncentiveRun as IncentiveRun
from contributions.models.instalments import InstalmentLog as InstalmentLog
from contributions.models.instalments import InstalmentMonth as InstalmentMonth
from contributions.models.instalments import InstalmentPlan as InstalmentPlan
from contributions.models.instalments import InstalmentTerms as InstalmentTerms
from contributions.models.lateness import LateCharge as LateCharge
from contributions.models.lateness import LateDividend as LateDividend
from contributions.models.lateness import LateRemission as LateRemission
from contributions.models.law_used import LawUsed as LawUsed
from contributions.models.matches import SuspenseMatch as SuspenseMatch
from contributions.models.matters import PaymentMatter as PaymentMatter
from contributions.models.matters import PaymentMatterLog as PaymentMatterLog
from contributions.models.matters import Refund as Refund
from contributions.models.mending import Mending as Mending
from contributions.models.mending import RowMend as RowMend
from contributions.models.overpayments import Overpayment as Overpayment
from contributions.models.overpayments import OverpaymentRow as OverpaymentRow
from contributions.models.payments import Payment as Payment
from contributions.models.payments import PaymentDue as PaymentDue
from contributions.models.payments import PaymentMessage as PaymentMessage
from contributions.models.receipts import Receipt as Receipt
from contributions.models.receipts import ReceiptFile as ReceiptFile
from contributions.models.refund_accounts import RefundAccount as RefundAccount
from contributions.models.return_payees import ReturnPayee as ReturnPayee
from contributions.models.settlements import SettlementFile as SettlementFile
from contributions.models.settlements import SettlementRow as SettlementRow
from contributions.models.voluntary import EKasihSpan as EKasihSpan
from contributions.models.voluntary import IncentiveRegistration as IncentiveRegistration
from contributions.models.voluntary import VoluntaryContribution as VoluntaryContribution
from contributions.models.voluntary import VoluntaryOrder as VoluntaryOrder
from contributions.models.voluntary import VoluntaryReturn as VoluntaryReturn
from contributions.models.voluntary_reversals import VoluntaryReversal as VoluntaryReversal
from contributions.models.wage_lists import WageList as WageList
from contributions.models.wage_lists import WageListRow as WageListRow
from contributions.models.wrong_credits import WrongCredit as WrongCredit
from contributions.workflow import CLOSED
from employers.enums import ApprovalFlow
from employers.models import Employer
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats
from members.models import Member


class Filing(models.Model):
    """One Borang A: an employer's contributions for a wage month (`wage_month` holds its first day).

    `rows_total` are the rows of whatever class that are part of it; those left out are counted apart. `mended` is how many acts of mending
    there were.
    `number` is 0 for the Borang A of the month; its supplements count from 1. Of unmatched rows that are paid into the employer's suspense account
    (ruling 14) `suspended_total` is the sum, which is part of the totals.
    `sheets` of a workbook that the portal asked about, `sheet` the one that was chosen; `assumptions` made while reading, as borang_a.assumed
    gives them. `content_digest` is of the file's bytes, `rows_digest` of what it says (borang_a.content_digest). What was read is written once.
    The same file read again, against the facts of another day, is another filing, which `rereads` the first; one that could not go on `gave_way_to`
    a later file. Nobody prepared one that came with the receipt of a bank agent, or that KWSP assessed (`source`). `flow` is the employer's as it was
    when the filing was handed in; PostgreSQL lets it change at no other moment (migration 0014).
    """

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="filings")
    wage_month = models.DateField(_("Bulan upah"))
    state = models.CharField(max_length=12, choices={state.value: state.value for state in FilingState}, default=FilingState.RECEIVED)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(
        max_length=10,
        choices={source.value: source.value for source in FilingSource},
        default=FilingSource.FORM_A,
        db_default=FilingSource.FORM_A.value,
    )
    content_digest = models.CharField(max_length=64)
    rows_digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    supplements = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="supplement_filings")
    number = models.PositiveSmallIntegerField(default=0, db_default=0)
    rereads = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reread_as")
    gave_way_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    refusal = models.JSONField(null=True, blank=True)
    sheets = models.JSONField(null=True, blank=True)
    sheet = models.CharField(max_length=60, blank=True, db_default="")
    assumptions = models.JSONField(default=list, db_default=[], blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_valid = models.PositiveIntegerField(default=0)
    rows_unmatched = models.PositiveIntegerField(default=0)
    rows_invalid = models.PositiveIntegerField(default=0)
    rows_left_out = models.PositiveIntegerField(default=0, db_default=0)
    mended = models.PositiveIntegerField(default=0, db_default=0)
    employer_total = MoneyField(default=0)
    employee_total = MoneyField(default=0)
    suspended_total = MoneyField(default=0, db_default=0)
    received_on = models.DateField(_("Diterima pada"))
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    flow = models.CharField(
        max_length=8, choices={flow.value: flow.value for flow in ApprovalFlow}, default=ApprovalFlow.CHECKED, db_default=ApprovalFlow.CHECKED.value
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_on = models.DateField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    credited_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("penghantaran Borang A")
        verbose_name_plural = _("penghantaran Borang A")
        ordering = ("-wage_month", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["employer", "wage_month", "number"],
                condition=~Q(state__in=[state.value for state in sorted(CLOSED)]),
                name="filing_one_a_month",
            ),
            models.CheckConstraint(
                condition=Q(number=0, supplements__isnull=True) | Q(number__gt=0, supplements__isnull=False), name="filing_supplement_is_numbered"
            ),
            models.CheckConstraint(
                condition=Q(suspended_total=0) | Q(suspended_total__gt=0, rows_unmatched__gt=0), name="filing_suspends_its_unmatched"
            ),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in FilingState]), name="filing_state_known"),
            models.CheckConstraint(condition=Q(wage_month__day=1), name="filing_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(source=FilingSource.FORM_A.value) | Q(source=FilingSource.ASSESSMENT.value, prepared_by__isnull=True),
                name="filing_source_known",
            ),
            models.CheckConstraint(condition=Q(flow__in=[flow.value for flow in ApprovalFlow]), name="filing_flow_known"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")) | Q(flow=ApprovalFlow.SINGLE.value),
                name="filing_approved_by_another",
            ),
            models.CheckConstraint(condition=Q(rows_total=F("rows_valid") + F("rows_unmatched") + F("rows_invalid")), name="filing_rows_add_up"),
            models.CheckConstraint(
                condition=Q(state__in=["RECEIVED", "ASKED", "UNREADABLE", "FAULTY", "RETURNED", "DISCARDED"])
                | Q(Q(rows_unmatched=0) | Q(suspended_total__gt=0), rows_invalid=0, rows_total__gt=0),
                name="filing_goes_on_only_clean",
            ),
        )
        indexes = (models.Index(fields=["employer", "content_digest"], name="filing_content"),)

    def __str__(self) -> str:
        return f"Borang A {self.pk}, {formats.month(self.wage_month)}"

    @property
    def reading_period(self) -> str:
        """By which the run is known that reads its file: another one for a sheet that was chosen."""
        if not self.sheet:
            return str(self.pk)
        return f"{self.pk}/{[sheet['name'] for sheet in self.sheets or ()].index(self.sheet)}"

    @property
    def assessed(self) -> bool:
        """Whether it is what KWSP assessed: it is paid with KWSP 8, and is not the employer's to cancel."""
        return self.source == FilingSource.ASSESSMENT

    @property
    def total(self):  # type: ignore[no-untyped-def]
        """Both shares of all rows, RM."""
        return self.employer_total + self.employee_total


class FilingRow(models.Model):
    """One employee's line. `line` is where it stands in the file; the ledger's natural key is this row's id.

    citizenship, birth_date, member_since and elections are the facts the share was computed from, as they stood when the
    file was read or the row mended: a figure can be explained years later. `elections` is the line of text of rules.electing, empty for most.
    `mends` is how often the row was mended: what it was before each time is in RowMend, so that what was read is never lost.
    A row that `tops_up` another has all wages of somebody whose wages were filed too low there, and what is owed beyond it: its shares are those of
    the schedule less `earlier_employer` and `earlier_employee`, what stood filed for the month when it was made. One of the two may be negative.

    Filing and member have no row-level foreign key: of 100,000 rows they took a third of the writing. A statement trigger checks
    all rows of a statement at once, and neither filings nor members can be deleted (migrations/0002_guards.py).
    """

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="rows", db_index=False, db_constraint=False)
    line = models.PositiveIntegerField()
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="filing_rows", db_index=False, db_constraint=False)
    member_number = models.CharField(max_length=20, blank=True)
    identity_number = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=120, blank=True)
    wages = MoneyField(null=True)
    bonus = MoneyField(null=True)
    employer_share = MoneyField(null=True)
    employee_share = MoneyField(null=True)
    part = models.CharField(max_length=1, blank=True, choices={part.value: part.value for part in SchedulePart})
    reference = models.CharField(max_length=40, blank=True)
    citizenship = models.CharField(max_length=20, blank=True)
    birth_date = models.DateField(null=True)
    member_since = models.DateField(null=True)
    elections = models.CharField(max_length=60, blank=True, db_default="")
    mends = models.PositiveSmallIntegerField(default=0, db_default=0)
    tops_up = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="topped_by", db_index=False, db_constraint=False
    )
    earlier_employer = MoneyField(null=True, blank=True)
    earlier_employee = MoneyField(null=True, blank=True)
    status = models.CharField(max_length=10, choices={status.value: status.value for status in RowStatus})
    problems = models.JSONField(default=list)

    class Meta:
        verbose_name = _("baris Borang A")
        verbose_name_plural = _("baris Borang A")
        constraints = (
            models.UniqueConstraint(fields=["filing", "line"], name="filing_row_line_once"),
            models.CheckConstraint(condition=Q(status__in=[status.value for status in RowStatus]), name="filing_row_status_known"),
            models.CheckConstraint(
                condition=~Q(status="VALID")
                | Q(
                    Q(employer_share__gte=0, employee_share__gte=0) | Q(tops_up__isnull=False),
                    *(Q(member__isnull=False), Q(wages__gte=0), Q(employer_share__isnull=False), Q(employee_share__isnull=False)),
                    *(Q(part__gt=""), Q(reference__gt="")),
                ),
                name="filing_row_valid_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(tops_up__isnull=True, earlier_employer__isnull=True, earlier_employee__isnull=True)
                | Q(tops_up__isnull=False, earlier_employer__gte=0, earlier_employee__gte=0),
                name="filing_row_tops_up_what_stood",
            ),
        )
        indexes = (
            models.Index(fields=["filing", "line"], condition=~Q(status="VALID"), name="filing_row_bad"),
            models.Index(fields=["filing", "member_number"], condition=~Q(status="VALID"), name="filing_row_bad_number"),
            models.Index(fields=["member", "filing"], name="filing_row_by_member"),
            models.Index(fields=["tops_up"], condition=Q(tops_up__isnull=False), name="filing_row_tops_up"),
        )

    def __str__(self) -> str:
        return f"{self.filing_id}:{self.line}"


class FilingLog(models.Model):
    """Every move of a filing, never changed: the portal's role may not (migration 0002)."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="log")
    action = models.CharField(max_length=20, choices={action.value: action.value for action in FilingAction})
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    comment = models.TextField(blank=True)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (models.CheckConstraint(condition=Q(action__in=[action.value for action in FilingAction]), name="filing_log_action_known"),)

    def __str__(self) -> str:
        return formats.moment(self.at)
