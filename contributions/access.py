"""The one gate to filings, payments and elections: another employer's is the same 404 as one that does not exist."""

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from contributions.models import (
    Assessment,
    ClaimAnswer,
    ClaimFile,
    Complaint,
    ComplaintPaper,
    Correction,
    CounterDrawer,
    CounterReceipt,
    EKasihList,
    Election,
    ElectionBatch,
    Filing,
    FilingRow,
    IncentiveAppeal,
    IncentiveClaim,
    IncentiveRun,
    InstalmentPlan,
    LateCharge,
    LateRemission,
    Mandate,
    Mending,
    Overpayment,
    Payment,
    PaymentMatter,
    ReceiptFile,
    ReturnPayee,
    SuspenseMatch,
    VoluntaryContribution,
    VoluntaryReturn,
    VoluntaryReversal,
    WageList,
    WageListRow,
    WrongCredit,
)
from contributions.selectors import assessments as selectors
from contributions.selectors.return_payees import OF_RETURN as _OF_RETURN
from employers.models import Employer
from members.models import Member


def filing_for(employer: Employer, pk: int) -> Filing:
    """Raises Http404."""
    found = (
        Filing.objects.select_related("employer", "prepared_by", "approved_by", "file")
        .annotate(has_supplements=Exists(Filing.objects.filter(supplements=OuterRef("pk"))))
        .defer("file__content")
        .filter(employer=employer, pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def payment_for(employer: Employer, order_no: str) -> Payment:
    """Raises Http404."""
    found = Payment.objects.select_related("filing__employer", "started_by").filter(filing__employer=employer, order_no=order_no).first()
    if found is None:
        raise Http404
    return found


def voluntary_payment_for(payer: Member, order_no: str) -> Payment:
    """The own payment of a voluntary contribution, for whomever. Raises Http404."""
    known = ("voluntary__member", "voluntary__payer", "started_by", "brought")
    found = Payment.objects.select_related(*known).filter(voluntary__payer=payer, order_no=order_no).first()
    if found is None:
        raise Http404
    return found


def drawer_for(pk: int) -> CounterDrawer:
    """A counter's drawer, whoever has it. Raises Http404."""
    found = CounterDrawer.objects.select_related("officer", "seen_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def counter_receipt_for(number: str) -> CounterReceipt:
    """A counter's receipt, whoever took it. Raises Http404."""
    known = ("drawer__officer", "member", "decided_by", "payment__brought", "payer__member")
    found = CounterReceipt.objects.select_related(*known).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def mandate_for(employer: Employer, pk: int) -> Mandate:
    """Raises Http404."""
    found = employer.mandates.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def monthly_debit_for(member: Member, pk: int) -> Mandate:
    """The own monthly direct debit. Raises Http404."""
    found = member.mandates.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def row_for(filing: Filing, line: int) -> FilingRow:
    """The row that stands on `line` of the file. Raises Http404."""
    found = FilingRow.objects.select_related("member", "tops_up").filter(filing=filing, line=line).first()
    if found is None:
        raise Http404
    return found


def mending_for(filing: Filing, pk: int) -> Mending:
    """Raises Http404."""
    found = filing.mendings.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def wage_list_for(employer: Employer, pk: int) -> WageList:
    """Raises Http404."""
    known = ("employer", "filing", "begun_by", "changed_by", "declared_by", "agreed_by")
    found = WageList.objects.select_related(*known).filter(employer=employer, pk=pk).first()
    if found is None:
        raise Http404
    return found


def wage_row_for(wage_list: WageList, pk: int) -> WageListRow:
    """Raises Http404."""
    found = wage_list.rows.select_related("member", "changed_by", "wage_list").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def election_for(employer: Employer, pk: int) -> Election:
    """Raises Http404."""
    found = (
        Election.objects.select_related("employer", "member", "prepared_by", "approved_by", "document", "batch")
        .defer("document__content", "batch__faults")
        .filter(employer=employer, pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def election_batch_for(employer: Employer, pk: int) -> ElectionBatch:
    """Raises Http404."""
    found = (
        ElectionBatch.objects.select_related("employer", "prepared_by", "file", "document")
        .defer("file__content", "document__content", "faults")
        .filter(employer=employer, pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def employee_for(employer: Employer, number: str) -> Member:
    """Somebody who works or worked for the employer, by member number. Raises Http404."""
    found = Member.objects.filter(number=number, employments__employer=employer).distinct().first()
    if found is None:
        raise Http404
    return found


def correction_for(pk: int) -> Correction:
    """For officers, whom the gate of the page has let in. Raises Http404."""
    found = Correction.objects.select_related("prepared_by", "decided_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def wrong_credit_for(pk: int) -> WrongCredit:
    """For officers, whom the gate of the page has let in. Raises Http404."""
    known = ("row__filing__employer", "row__member", "from_member", "to_member", "proposed_by", "decided_by", "document")
    found = WrongCredit.objects.select_related(*known).defer("document__content").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def voluntary_reversal_for(pk: int) -> VoluntaryReversal:
    """For officers, whom the gate of the page has let in. Raises Http404."""
    known = ("contribution__member", "contribution__payment__voluntary__payer", "payer", "proposed_by", "decided_by", "document")
    found = VoluntaryReversal.objects.select_related(*known).defer("document__content").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def voluntary_brought_by(order_no: str) -> VoluntaryContribution:
    """What a payment brought, by its order number, for officers, whom the gate of the page has let in. Raises Http404."""
    known = ("member", "payment__voluntary__payer")
    found = VoluntaryContribution.objects.select_related(*known).filter(payment__order_no=order_no).first()
    if found is None:
        raise Http404
    return found


def match_for(pk: int) -> SuspenseMatch:
    """One that officers proposed, with its paper; for officers. Raises Http404."""
    known = SuspenseMatch.objects.select_related("employer", "member", "document").defer("document__content")
    found = known.filter(pk=pk, by_officer=True).first()
    if found is None:
        raise Http404
    return found


def complaint_of(member: Member, pk: int) -> Complaint:
    """A member's own. Raises Http404."""
    found = Complaint.objects.select_related("member", "employer").filter(member=member, pk=pk).first()
    if found is None:
        raise Http404
    return found


def complaint_for(pk: int) -> Complaint:
    """For inspectors, whom the gate of the page has let in. Raises Http404."""
    found = Complaint.objects.select_related("member", "employer", "owner", "named_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def complaint_paper_of(complaint: Complaint, file: int) -> ComplaintPaper:
    """A paper that came with it. Raises Http404."""
    found = ComplaintPaper.objects.select_related("file").filter(entry__complaint=complaint, file=file).first()
    if found is None:
        raise Http404
    return found


def late_charge_for(pk: int) -> LateCharge:
    """For officers, whom the gate of the page has let in. Raises Http404."""
    found = LateCharge.objects.select_related("employer").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def late_remission_of(charge: LateCharge, pk: int) -> LateRemission:
    """What was put forward for this charge. Raises Http404."""
    found = charge.remissions.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def instalment_plan_for(employer: Employer, pk: int) -> InstalmentPlan:
    """Raises Http404."""
    found = _instalment_plans().filter(employer=employer, pk=pk).first()
    if found is None:
        raise Http404
    return found


def any_instalment_plan(pk: int) -> InstalmentPlan:
    """For officers, whom the gate of the page has let in. Raises Http404."""
    found = _instalment_plans().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _instalment_plans() -> "QuerySet[InstalmentPlan]":
    return InstalmentPlan.objects.select_related("employer", "asked_by", "approved_by", "accepted_by")


def overpayment_for(employer: Employer, pk: int) -> Overpayment:
    """Raises Http404."""
    found = _overpayments().filter(filing__employer=employer, pk=pk).first()
    if found is None:
        raise Http404
    return found


def any_overpayment(pk: int) -> Overpayment:
    """For officers, whom the gate of the page has let in: what an employer has sent to KWSP. Raises Http404."""
    found = _overpayments().filter(pk=pk, applied_on__isnull=False).first()
    if found is None:
        raise Http404
    return found


def _overpayments() -> "QuerySet[Overpayment]":
    known = ("filing__employer", "prepared_by", "submitted_by", "approved_by", "decided_by", "document", "correction__prepared_by")
    return Overpayment.objects.select_related(*known).defer("document__content")


def matter_for(pk: int) -> PaymentMatter:
    """For officers, whom the gate of the page has let in. Raises Http404."""
    found = (
        PaymentMatter.objects.select_related(
            "payment__filing__employer", "payment__voluntary__member", "payment__voluntary__payer", "employer", "owner", "closed_by"
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def voluntary_return_for(pk: int) -> VoluntaryReturn:
    """For officers, whom the gate of the page has let in. Raises Http404."""
    found = VoluntaryReturn.objects.select_related(*_OF_RETURN).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def return_payee_for(pk: int) -> ReturnPayee:
    """For officers, whom the gate of the page has let in. Raises Http404."""
    known = ("proposed_by", "decided_by", "document", "death_paper", "payout", *(f"returned__{name}" for name in _OF_RETURN))
    found = ReturnPayee.objects.select_related(*known).defer("document__content", "death_paper__content").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def ekasih_list_for(pk: int) -> EKasihList:
    """For officers, whom the gate of the page has let in. Raises Http404."""
    found = EKasihList.objects.select_related("file", "uploaded_by", "decided_by").defer("file__content").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def receipt_file_for(pk: int) -> ReceiptFile:
    """For officers, whom the gate of the page has let in. Raises Http404."""
    found = ReceiptFile.objects.select_related("file", "uploaded_by").defer("file__content").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def row_of(pk: int) -> FilingRow:
    """Any row, for officers. Raises Http404."""
    found = FilingRow.objects.select_related("filing__employer", "member", "tops_up").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def assessment_of(pk: int) -> Assessment:
    """For officers, whom the gate of the page has let in. Raises Http404."""
    found = Assessment.objects.select_related("employer", "made_by", "signed_by", "filing", "replaces").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def assessment_for(employer: Employer, pk: int) -> Assessment:
    """One that the employer was served. Raises Http404."""
    found = selectors.served_to(employer=employer).select_related("employer", "filing").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def incentive_run_for(pk: int) -> IncentiveRun:
    """For officers, whom the gate of the page has let in. Raises Http404."""
    found = IncentiveRun.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def claim_file_of(run: IncentiveRun, number: int) -> ClaimFile:
    """One that a worker has written. Raises Http404."""
    found = run.files.select_related("file").filter(number=number, file__isnull=False).first()
    if found is None:
        raise Http404
    return found


def claim_answer_of(run: IncentiveRun, pk: int) -> ClaimAnswer:
    """Raises Http404."""
    found = run.answers.select_related("file").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def incentive_appeal_for(pk: int) -> IncentiveAppeal:
    """An appeal that a counter proposed, for officers whom the gate of the page has let in. Raises Http404."""
    known = ("claim__run", "claim__member__user", "proposed_by", "decided_by", "document")
    found = IncentiveAppeal.objects.select_related(*known).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def incentive_claim_for(pk: int) -> IncentiveClaim:
    """For officers, whom the gate of the page has let in. Raises Http404."""
    found = IncentiveClaim.objects.select_related("run", "member__user", "appealed_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
