"""Every named constraint of the registers refuses what it is named for (house style 31), and none is without its case here."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import psycopg2
import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction

from contributions.models import (
    ApiAnswer,
    Assessment,
    AssessmentLog,
    AssessmentRow,
    ClaimAnswer,
    ClaimFile,
    Collection,
    ComparedBy,
    Complaint,
    ComplaintLog,
    ComplaintMonth,
    CorrectedFiling,
    Correction,
    CorrectionLaw,
    CorrectionLine,
    CorrectionLog,
    CounterDrawer,
    CounterPayer,
    CounterReceipt,
    CreditUse,
    EKasihList,
    EKasihRow,
    EKasihSpan,
    Election,
    ElectionBatch,
    ElectionLog,
    FilingLog,
    FilingRow,
    IncentiveAppeal,
    IncentiveClaim,
    IncentiveRegistration,
    IncentiveRun,
    InstalmentLog,
    InstalmentMonth,
    InstalmentPlan,
    InstalmentTerms,
    LateCharge,
    LateDividend,
    LateRemission,
    LawUsed,
    Mandate,
    Overpayment,
    OverpaymentRow,
    Payment,
    PaymentDue,
    PaymentMatter,
    PaymentMatterLog,
    PaymentMessage,
    Receipt,
    ReceiptFile,
    Refund,
    RefundAccount,
    ReturnPayee,
    RowMend,
    SettlementFile,
    SettlementRow,
    SuspenseMatch,
    UnreckonedRow,
    VoluntaryContribution,
    VoluntaryOrder,
    VoluntaryReturn,
    VoluntaryReversal,
    WageList,
    WrongCredit,
)
from employers.models import Appointment, AppointmentProposal, Employer, Employment, FlowChoice, Representative
from kwsp_portal.editions.models import Edition
from members.enums import Citizenship
from members.identity.models import (
    ApiToken,
    Authenticator,
    Challenge,
    Draft,
    EmailAddress,
    Invitation,
    KnownDevice,
    Standing,
    TacPhone,
    TokenUse,
    User,
    UserSession,
)
from members.models import (
    AccessBlock,
    BankAccount,
    CitizenshipPeriod,
    CounterProposal,
    Dividend,
    DividendDeclaration,
    DividendPreview,
    IdentityCheck,
    Member,
    OfficerIdentity,
    Payout,
    PayoutFile,
    ReplacementMove,
    ReplacementOrder,
    ShariahChoice,
)
from tests.conftest import owner_connection
from tests.factories.contributions import ElectionFactory, FilingFactory, MendingFactory, StoredFileFactory
from tests.factories.employers import EmployerFactory, EmploymentFactory, RepresentativeFactory
from tests.factories.identity import UserFactory
from tests.factories.members import MemberFactory
from withdrawals.models import (
    Application,
    ApplicationDocument,
    ApplicationLog,
    Bankruptcy,
    Confirmation,
    CreditorAccount,
    Decision,
    OfficerRelative,
    PublicHoliday,
    WithdrawalPayment,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 1)
MOMENT = datetime(2026, 10, 1, tzinfo=UTC)


def changed(factory: Callable[[], object], **fields: object) -> Callable[[], object]:
    """Make a good row, then break it: an UPDATE meets the same constraint as an INSERT."""

    def act() -> object:
        row = factory()
        return type(row).objects.filter(pk=row.pk).update(**fields)

    return act


def CleanFiling() -> object:  # noqa: N802 - stands where a factory does
    return FilingFactory(clean=True)


def row_mend(**fields: object) -> RowMend:
    return RowMend.objects.create(
        **{"mending": MendingFactory(), "row": fields.get("row") or row(), "number": 1, "before": {}, "after": {}, **fields}
    )


def row(**fields: object) -> FilingRow:
    filing = fields.pop("filing", None) or FilingFactory(clean=True)
    good = {
        "member": MemberFactory(),
        "wages": Decimal(6250),
        "employer_share": Decimal(756),
        "employee_share": Decimal(693),
        "part": "A",
        "reference": "third_schedule@2025-10:A",
        "status": "VALID",
        "line": 2,
    }
    return FilingRow.objects.create(filing=filing, **{**good, **fields})


def payment(**fields: object) -> Payment:
    filing = fields.pop("filing", None) or FilingFactory(approved=True)
    number = Payment.objects.count()
    good = {"order_no": f"261001TEST{number}", "bank_code": "MBB0228", "amount": Decimal(1449), "started_on": DAY, "started_at": MOMENT}
    return Payment.objects.create(filing=filing, started_by=filing.prepared_by, **{**good, **fields})


def mandate(**fields: object) -> Mandate:
    good = {"applied_by": UserFactory(), "applied_on": DAY, **({} if "employer" in fields else {"employer": EmployerFactory()})}
    account = {"number": f"DDA{Mandate.objects.count()}", "bank": "MBBEMYKL", "account": "512345678901", "ending": "8901", "ceiling": Decimal(5000)}
    return Mandate.objects.create(**{**good, **account, **fields})


def monthly_debit(**fields: object) -> Mandate:
    return mandate(**{"employer": None, "member": MemberFactory(), "kind": "TOP_UP", "day": 5, **fields})


def monthly_payment(found: Mandate, **fields: object) -> Payment:
    order = VoluntaryOrder.objects.create(member=found.member, payer=found.member, kind=found.kind)
    good = {"order_no": f"261001MONTH{Payment.objects.count()}", "bank_code": found.bank, "amount": Decimal(100), "collect_on": DAY}
    when = {"started_by": found.applied_by, "started_on": DAY, "started_at": MOMENT}
    return Payment.objects.create(method="DDA", voluntary=order, mandate=found, **{**good, **when, **fields})


def monthly_debit_twice_on_a_day() -> object:
    found = monthly_debit()
    return [monthly_payment(found) for _ in range(2)]


def refund_account(**fields: object) -> RefundAccount:
    good = {"employer": fields.pop("employer", None) or EmployerFactory(), "asked_by": UserFactory(), "asked_on": DAY}
    account = {"bank": "MBBEMYKL", "number": "512345678901", "ending": "8901", "asked_at": MOMENT, "due_at": MOMENT}
    return RefundAccount.objects.create(**{**good, **account, **fields})


def payout_file(**fields: object) -> PayoutFile:
    return PayoutFile.objects.create(**{"on": DAY, "content": "H", "rows_total": 1, "amount": Decimal(1), **fields})


def payout(**fields: object) -> Payout:
    number = Payout.objects.count() + 1
    account = {"bank": "MBBEMYKL", "account": "512345678901", "ending": "8901", "holder": "SYARIKAT", "ordered_on": DAY}
    good = {"number": f"PO{number}", "kind": "REFUND", "ref": number, "attempt": 1, "holds": [1], "amount": Decimal(1)}
    return Payout.objects.create(**{**account, **good, **fields})


def replacement(**fields: object) -> ReplacementOrder:
    good = {"cause": "KHAS", "ref": ReplacementOrder.objects.count() + 1, "amount": Decimal(12), "opened_on": DAY}
    member = {} if "member" in fields else {"member": MemberFactory()}
    return ReplacementOrder.objects.create(**{**good, **member, **fields})


def replacement_move(**fields: object) -> ReplacementMove:
    order = {} if "order" in fields else {"order": replacement()}
    return ReplacementMove.objects.create(**{"kind": 3, "ref": 1, "amount": Decimal(1), "booked_on": DAY, **order, **fields})


def two_open_mandates() -> object:
    employer = EmployerFactory()
    return [mandate(employer=employer) for _ in range(2)]


def collection(**fields: object) -> Collection:
    return Collection.objects.create(**{"on": DAY, "content": "x", "rows_total": 1, "amount": Decimal(1), **fields})


def message(**fields: object) -> PaymentMessage:
    return PaymentMessage.objects.create(payment=payment(), channel="DIRECT", body="x", received_at=MOMENT, **{"verdict": "APPLIED", **fields})


def log(**fields: object) -> FilingLog:
    filing = FilingFactory()
    return FilingLog.objects.create(filing=filing, from_state="READY", to_state="SUBMITTED", on=DAY, at=MOMENT, **{"action": "SUBMIT", **fields})


def edition() -> Edition:
    return Edition.objects.get_or_create(digest="0" * 64, defaults={"reference": "third_schedule@2025-10", "content": {}})[0]


def law_used(**fields: object) -> LawUsed:
    good = {"filing": fields.pop("filing", None) or FilingFactory(), "purpose": "SHARES", "from_id": 0, "to_id": 9, "on": DAY, "edition": edition()}
    return LawUsed.objects.create(**{**good, **fields})


def correction(**fields: object) -> Correction:
    good = {"as_at": DAY, "reason": "x", "prepared_by": fields.pop("prepared_by", None) or UserFactory(), "prepared_on": DAY}
    return Correction.objects.create(**{**good, **fields})


def corrected_by_its_maker() -> object:
    maker = UserFactory()
    return correction(prepared_by=maker, state="APPROVED", decided_by=maker, decided_on=DAY)


def corrected_filing(**fields: object) -> CorrectedFiling:
    good = {"correction": fields.pop("correction", None) or correction(), "filing": fields.pop("filing", None) or FilingFactory(clean=True)}
    return CorrectedFiling.objects.create(edition=edition(), **good, **fields)


def correction_law(**fields: object) -> CorrectionLaw:
    good = {"correction": fields.pop("correction", None) or correction(), "from_id": 0, "to_id": 9, "on": DAY, "edition": edition()}
    return CorrectionLaw.objects.create(**{**good, **fields})


def correction_line(**fields: object) -> CorrectionLine:
    good = {
        **{
            "then_employer": Decimal(756),
            "then_employee": Decimal(693),
            "then_part": "A",
            "now_employer": Decimal(125),
            "now_employee": Decimal(125),
        },
        **{"now_part": "F", "now_reference": "third_schedule@2025-10:F", "citizenship": "NON_CITIZEN", "birth_date": DAY, "member_since": DAY},
    }
    of = {"correction": fields.pop("correction", None) or correction(), "row": fields.pop("row", None) or row()}
    return CorrectionLine.objects.create(**of, **{**good, **fields})


def twice_of_one(make: Callable[..., object], **of: Callable[[], object]) -> Callable[[], object]:
    """The same twice, belonging to the same things."""

    def act() -> object:
        things = {name: made() for name, made in of.items()}
        make(**things)
        return make(**things)

    return act


def twice(make: Callable[..., object], **fields: object) -> Callable[[], object]:
    def act() -> object:
        make(**fields)
        return make(**fields)

    return act


def same_member_twice() -> object:
    member = MemberFactory()
    return MemberFactory(identity_kind=member.identity_kind, identity_number=member.identity_number)


def overlapping_citizenship() -> object:
    member = MemberFactory()
    return CitizenshipPeriod.objects.create(member=member, status=Citizenship.CITIZEN, from_date=date(2020, 1, 1))


def overlapping_employment() -> object:
    first = EmploymentFactory()
    return EmploymentFactory(employer=first.employer, member=first.member, from_date=date(2024, 1, 1))


def representative_twice() -> object:
    first = RepresentativeFactory()
    return RepresentativeFactory(employer=first.employer, user=first.user)


def wage_list(**fields: object) -> WageList:
    employer = fields.pop("employer", None) or EmployerFactory()
    given = {"wage_month": date(2026, 10, 1), "source": "EMPTY", "begun_by": UserFactory(), "begun_on": DAY}
    made = WageList.objects.create(employer=employer, **{**given, **fields})
    made.rows.create(place=1, member=MemberFactory())
    return made


def two_wage_lists() -> None:
    wage_list(employer=wage_list().employer)


def wage_row(**fields: object) -> object:
    return wage_list().rows.create(**{"place": 2, "member": MemberFactory(), **fields})


def wage_row_of_one_member_twice() -> None:
    found = wage_list()
    found.rows.create(place=2, member=found.rows.get().member)


def two_filings_of_a_month() -> object:
    first = FilingFactory()
    return FilingFactory(employer=first.employer)


def approved_by_its_maker() -> object:
    filing = FilingFactory(clean=True)
    return type(filing).objects.filter(pk=filing.pk).update(approved_by=filing.prepared_by)


def chosen(**fields: object) -> FlowChoice:
    by = RepresentativeFactory(administrator=True)
    return FlowChoice.objects.create(
        **{"employer": by.employer, "flow": "SINGLE", "under_way": "NONE", "chosen_by": by.user, "chosen_on": DAY, **fields}
    )


def declaration(**fields: object) -> DividendDeclaration:
    """The rates of 2026, put forward by one and waiting for another; `decided` is how it was decided, `own` by whoever put it forward."""
    by = fields.pop("proposed_by", None) or UserFactory(administrator=True)
    decided, own = fields.pop("decided", None), fields.pop("own", False)
    other = by if own else UserFactory(administrator=True)
    more = {} if decided is None else {"state": decided, "decided_by": other, "decided_on": DAY, "decided_at": MOMENT}
    values = {"year": 2026, "conventional": Decimal("0.0610"), "shariah": Decimal("0.0600"), "source": "KWSP", "state": "PROPOSED"}
    made = {"proposed_by": by, "proposed_on": DAY, "proposed_at": MOMENT}
    return DividendDeclaration.objects.create(**{**values, **made, **more, **fields})


def preview(**fields: object) -> DividendPreview:
    values = {"first_member": 1, "scheme": "SHARIAH", "code": "EMAS", "accounts": 1, "amount_sen": 1}
    return DividendPreview.objects.create(**{**values, "declaration": fields.pop("declaration", None) or declaration(), **fields})


def dividend(**fields: object) -> Dividend:
    values = {"kind": "ANNUAL", "year": 2026, "scheme": "SHARIAH", "amount_sen": 1, "earned": [], "credited_on": DAY}
    return Dividend.objects.create(**{**values, "member": fields.pop("member", None) or MemberFactory(), **fields})


def shariah(**fields: object) -> ShariahChoice:
    values = {"chosen_on": DAY, "chosen_at": MOMENT, "from_date": date(2027, 1, 1)}
    return ShariahChoice.objects.create(**{**values, "member": MemberFactory(), **fields})


def access_block(**fields: object) -> AccessBlock:
    user, by = UserFactory(), UserFactory(supervisor=True)
    if fields.pop("lifted_by_same", False):
        fields |= {"lifted_by": by, "lifted_at": MOMENT, "lift_reason": "Selesai"}
    return AccessBlock.objects.create(**{"user": user, "reason": "Telefon dicuri", "blocked_by": by, "blocked_at": MOMENT, **fields})


def officer_identity(**fields: object) -> OfficerIdentity:
    good = {"identity_kind": "MYKAD", "identity_number": "900101145678", "reason": "Kad asal dilihat", "named_at": MOMENT}
    user = UserFactory(counter_officer=True)
    by = user if fields.pop("own", False) else UserFactory(administrator=True)
    return OfficerIdentity.objects.create(**{**good, "user": user, "named_by": by, **fields})


def appointment_proposal(**fields: object) -> AppointmentProposal:
    paper = StoredFileFactory()
    good = {
        **{"employer": fields.get("employer") or EmployerFactory(), "name": "Wong Li Ying", "identity_kind": "MYKAD"},
        **{"identity_number": "880808105678", "form": "KWSP_1", "document": paper, "thumb": "MATCHED", "phone": "+60123456789"},
        **{"language": "ms", "proposed_by": paper.uploaded_by, "proposed_on": DAY, "proposed_at": MOMENT},
    }
    return AppointmentProposal.objects.create(**{**good, **fields})


def appointment_decided_by_its_proposer() -> object:
    waits = appointment_proposal()
    decided = {"decided_by": waits.proposed_by, "decided_on": DAY, "decided_at": MOMENT}
    return AppointmentProposal.objects.filter(pk=waits.pk).update(state="APPROVED", **decided)


def appointment_made_and_refused() -> object:
    by = UserFactory(supervisor=True)
    return appointment_proposal(state="REFUSED", decided_by=by, decided_on=DAY, decided_at=MOMENT, appointment=appointment())


def two_rows_on_a_line() -> object:
    first = row()
    return FilingRow.objects.create(filing=first.filing, line=first.line, status="INVALID")


def two_payments_in_flight() -> object:
    first = payment()
    return payment(filing=first.filing)


def one_fpx_number_twice() -> object:
    payment(fpx_id="F1")
    return payment(fpx_id="F1")


TAKEN = {"fpx_id": "F1", "paid_at": MOMENT}


def one_part_paid_twice() -> object:
    first = payment(state="APPROVED", counts=True, **TAKEN)
    return payment(filing=first.filing, state="APPROVED", counts=True, fpx_id="F2", paid_at=MOMENT)


def matter(**fields: object) -> PaymentMatter:
    return PaymentMatter.objects.create(**{"kind": "SILENT", "cause": "payment:1", "reason": "x", "opened_on": DAY, **fields})


def matter_log(**fields: object) -> PaymentMatterLog:
    return PaymentMatterLog.objects.create(matter=matter(), on=DAY, at=MOMENT, **{"action": "OPEN", **fields})


def settlement_file() -> SettlementFile:
    return SettlementFile.objects.create(on=DAY, digest="0", rows_total=1, amount=Decimal(1), payments_from=1, fetched_at=MOMENT)


def settlement_row(**fields: object) -> SettlementRow:
    good = {"line": 2, "order_no": "A", "fpx_id": "F", "amount": Decimal(1), "paid_at": MOMENT}
    return SettlementRow.objects.create(**{"file": fields.pop("file", None) or settlement_file(), **good, **fields})


def receipt_file() -> ReceiptFile:
    return ReceiptFile.objects.create(
        number=7, on=DAY, digest="0", receipts_total=1, amount=Decimal(1), file=StoredFileFactory(), taken_on=DAY, taken_at=MOMENT
    )  # fmt: skip


def receipt(**fields: object) -> Receipt:
    good = {"line": 2, "number": "R1", "agent": "BSN0601", "mode": "CASH", "employer_number": "20000001", "wage_month": DAY, "amount": Decimal(1)}
    file = fields.pop("file", None) or receipt_file()
    return Receipt.objects.create(**{**good, "file": file, "paid_at": MOMENT, "form": StoredFileFactory(), **fields})


def drawer(**fields: object) -> CounterDrawer:
    good = {"place": "Ipoh", "on": DAY, "opening": Decimal(1), "opened_at": MOMENT}
    return CounterDrawer.objects.create(**{"officer": fields.pop("officer", None) or UserFactory(), **good, **fields})


def drawer_seen_by_who_had_it() -> object:
    one = UserFactory()
    return drawer(officer=one, seen_by=one, seen_on=DAY, state="SEEN", expected=Decimal(1), counted=Decimal(1), counted_at=MOMENT)


def counter_receipt(**fields: object) -> CounterReceipt:
    cheque = {"mode": "CHEQUE", "cheque_number": "123456", "cheque_bank": "MB2U0227", "state": "WAITS"}
    good = {"number": "K1", "token": uuid.uuid4(), "kind": "TOP_UP", "amount": Decimal(1), "taken_at": MOMENT, **cheque}
    return CounterReceipt.objects.create(**{"drawer": drawer(), "member": MemberFactory(), **good, **fields})


def counter_payer(**fields: object) -> CounterPayer:
    return CounterPayer.objects.create(**{"receipt": counter_receipt(payer_name="ALI BIN ABU"), "identity": "850101141234", **fields})


def late_charge(**fields: object) -> LateCharge:
    good = {"wage_month": DAY, "amount": Decimal(10), "paid": [], "reference": "late", "reckoned_on": DAY}
    return LateCharge.objects.create(**{"employer": fields.pop("employer", None) or EmployerFactory(), **good, **fields})


def credited_row() -> FilingRow:
    return row(filing=FilingFactory(approved=True, state="CREDITED", paid_on=DAY, credited_on=DAY))


def wrong_credit(**fields: object) -> WrongCredit:
    of = fields.pop("row", None) or credited_row()
    good = {"from_member": of.member, "employer_share": Decimal(756), "employee_share": Decimal(693), "reason": "x", "proposed_on": DAY}
    if "to_member" not in fields:
        fields["to_member"] = MemberFactory()
    who = {"proposed_by": fields.pop("proposed_by", None) or UserFactory(), "document": StoredFileFactory()}
    return WrongCredit.objects.create(**{"row": of, **good, **who, **fields})


def wrong_credit_decided_by_its_maker() -> object:
    maker = UserFactory()
    return wrong_credit(proposed_by=maker, state="REFUSED", comment="x", decided_by=maker, decided_on=DAY)


def wrong_credit_to_the_same() -> object:
    of = credited_row()
    return wrong_credit(row=of, to_member=of.member)


def suspended_row() -> FilingRow:
    return row(
        filing=FilingFactory(approved=True, state="CREDITED", paid_on=DAY, credited_on=DAY), status="UNMATCHED", member=None, part="", reference=""
    )


def suspense_match(**fields: object) -> SuspenseMatch:
    of = fields.pop("row", None) or suspended_row()
    good = {"employer": of.filing.employer, "member": MemberFactory(), "amount": Decimal(1449), "by_officer": False, "proposed_on": DAY}
    return SuspenseMatch.objects.create(**{"row": of, "proposed_by": fields.pop("proposed_by", None) or UserFactory(), **good, **fields})


def suspense_match_decided_by_its_maker() -> object:
    maker = UserFactory()
    return suspense_match(proposed_by=maker, state="REFUSED", comment="x", decided_by=maker, decided_on=DAY)


def complaint(**fields: object) -> Complaint:
    good = {"ground": "NOT_PAID", "sent_on": DAY, "sent_at": MOMENT}
    who = {"member": fields.pop("member", None) or MemberFactory(), "employer": fields.pop("employer", None) or EmployerFactory()}
    return Complaint.objects.create(**{**good, **who, **fields})


def complaint_month(**fields: object) -> ComplaintMonth:
    of = fields.pop("complaint", None) or complaint()
    good = {"complaint": of, "member": of.member, "employer": of.employer, "wage_month": date(2026, 10, 1), "standing": "MISSING"}
    return ComplaintMonth.objects.create(**{**good, **fields})


def complaint_month_in_two() -> object:
    first = complaint_month().complaint
    return complaint_month(complaint=complaint(member=first.member, employer=first.employer))


def complaint_log(**fields: object) -> ComplaintLog:
    good = {"action": "SEND", "words": "x", "on": DAY, "at": MOMENT}
    return ComplaintLog.objects.create(**{"complaint": complaint(), "by": UserFactory(), **good, **fields})


def overpayment(**fields: object) -> Overpayment:
    of = fields.pop("filing", None) or FilingFactory(approved=True, state="CREDITED", paid_on=DAY, credited_on=DAY)
    good = {"why": "WAGES", "reason": "x", "claimed": Decimal(1), "document": StoredFileFactory(), "prepared_on": DAY}
    return Overpayment.objects.create(filing=of, **{**good, "prepared_by": fields.pop("prepared_by", None) or UserFactory(), **fields})


def with_kwsp(**fields: object) -> dict[str, object]:
    return {"applied_on": DAY, "approved_by": UserFactory(), "submitted_by": UserFactory(), "flow": "CHECKED", **fields}


def overpayment_sent_by_its_maker() -> object:
    maker = UserFactory()
    return overpayment(prepared_by=maker, state="APPLIED", **with_kwsp(approved_by=maker))


def overpayment_row(**fields: object) -> OverpaymentRow:
    of = fields.pop("row", None) or credited_row()
    whose = fields.pop("overpayment", None) or overpayment(filing=of.filing)
    good = {"wages": Decimal(0), "then_employer": Decimal(756), "then_employee": Decimal(693), "now_employer": Decimal(0), "now_employee": Decimal(0)}
    return OverpaymentRow.objects.create(overpayment=whose, row=of, **{**good, **fields})


def the_same_row_twice() -> object:
    of = credited_row()
    whose = overpayment(filing=of.filing)
    overpayment_row(row=of, overpayment=whose, open=False)
    return overpayment_row(row=of, overpayment=whose)


def voluntary(**fields: object) -> VoluntaryContribution:
    good = {"kind": "ISARAAN", "amount": Decimal(100), "paid_on": DAY}
    return VoluntaryContribution.objects.create(**{"member": MemberFactory(), **good, **fields})


def voluntary_return(**fields: object) -> VoluntaryReturn:
    payer, user = MemberFactory(), UserFactory()
    asked = VoluntaryOrder.objects.create(member=payer, payer=payer, kind="TOP_UP")
    order = {"order_no": f"261001VOL{asked.pk}", "bank_code": "MB2U0227", "amount": Decimal(100), "started_on": DAY, "started_at": MOMENT}
    made = Payment.objects.create(voluntary=asked, started_by=user, **order)
    return VoluntaryReturn.objects.create(**{"payment": made, "payer": payer, "why": "CEILING", "amount": Decimal(1), "found_on": DAY, **fields})


def credited_voluntary() -> VoluntaryContribution:
    """One that a payment brought."""
    made = voluntary_return().payment
    return voluntary(member=made.voluntary.payer, payment=made, credited=Decimal(100), returned=Decimal(0), credited_on=DAY)


def voluntary_reversal(**fields: object) -> VoluntaryReversal:
    of = fields.pop("contribution", None) or credited_voluntary()
    good = {"payer": of.member, "reason": "x", "proposed_on": DAY, "document": StoredFileFactory()}
    who = {"proposed_by": fields.pop("proposed_by", None) or UserFactory()}
    return VoluntaryReversal.objects.create(**{"contribution": of, **good, **who, **fields})


def return_payee(**fields: object) -> ReturnPayee:
    of = fields.pop("returned", None) or voluntary_return()
    good = {"basis": "PAYER", "name": "ALI BIN ABU", "identity": "850101141234", "reason": "x", "proposed_on": DAY, "document": StoredFileFactory()}
    who = {"proposed_by": fields.pop("proposed_by", None) or UserFactory()}
    return ReturnPayee.objects.create(**{"returned": of, **good, **who, **fields})


def heir() -> ReturnPayee:
    """Of a payer who has died."""
    of = voluntary_return(payer=MemberFactory(died_on=DAY))
    return return_payee(returned=of, basis="HEIR", died_on=DAY, death_paper=StoredFileFactory())


def return_payee_decided_by_its_maker() -> object:
    maker = UserFactory()
    return return_payee(proposed_by=maker, state="REFUSED", comment="x", decided_by=maker, decided_on=DAY)


def voluntary_reversal_decided_by_its_maker() -> object:
    maker = UserFactory()
    return voluntary_reversal(proposed_by=maker, state="REFUSED", comment="x", decided_by=maker, decided_on=DAY)


def registration(**fields: object) -> IncentiveRegistration:
    good = {"scheme": "ISARAAN", "occupation": "TRADER", "first": DAY, "registered_at": "ACCOUNT"}
    return IncentiveRegistration.objects.create(**{"member": fields.pop("member", None) or MemberFactory(), **good, **fields})


def incentive_run(**fields: object) -> IncentiveRun:
    good = {"scheme": "ISARAAN", "year": 2025, "half": 1, "since": 2025, "opened_on": date(2025, 7, 1), "earliest": date(2025, 8, 1)}
    law = Edition.objects.filter(digest="d" * 64).first() or Edition.objects.create(reference="incentive@2025-01-01", digest="d" * 64, content={})
    return IncentiveRun.objects.create(**{"edition": law, "last_contribution": 0, "members": 1, **good, **fields})


def incentive_claim(**fields: object) -> IncentiveClaim:
    whose = {"run": fields.pop("run", None) or incentive_run(), "member": fields.pop("member", None) or MemberFactory()}
    figures = {"contributed": Decimal(1000), "whole": Decimal(200), "before": Decimal(0), "carried": Decimal(0), "amount": Decimal(200)}
    return IncentiveClaim.objects.create(**{**whose, "over": Decimal(0), "state": "CLAIMED", **figures, **fields})


def claim_file(**fields: object) -> ClaimFile:
    whose = {"run": fields.pop("run", None) or incentive_run(), "made_by": fields.pop("made_by", None) or UserFactory()}
    return ClaimFile.objects.create(**{**whose, "number": 1, "made_on": DAY, **fields})


def made_claim_file(**fields: object) -> ClaimFile:
    return claim_file(**{"state": "MADE", "file": StoredFileFactory(), "sha256": "x", "rows": 1, "total": Decimal(200), **fields})


def claim_file_approved_by_its_maker() -> object:
    maker = UserFactory()
    return made_claim_file(made_by=maker, state="APPROVED", decided_by=maker, decided_on=DAY)


def refused_claim_file(**fields: object) -> ClaimFile:
    return made_claim_file(**{"state": "REFUSED", "decided_by": UserFactory(), "decided_on": DAY, "comment": "x", **fields})


def claim_answer(**fields: object) -> ClaimAnswer:
    whose = {"run": fields.pop("run", None) or incentive_run(), "file": StoredFileFactory(), "uploaded_by": UserFactory()}
    return ClaimAnswer.objects.create(**{**whose, "uploaded_on": DAY, **fields})


def ekasih_span(**fields: object) -> EKasihSpan:
    return EKasihSpan.objects.create(**{"member": fields.pop("member", None) or MemberFactory(), "first": DAY, **fields})


def ekasih_list(**fields: object) -> EKasihList:
    good = {"as_at": DAY, "digest": "d" * 64, "rows_total": 1, "state": "WAITS", "uploaded_on": DAY}
    who = {"uploaded_by": fields.pop("uploaded_by", None) or UserFactory(), "file": StoredFileFactory()}
    return EKasihList.objects.create(**{**good, **who, **fields})


def ekasih_list_decided_by_its_bringer() -> object:
    maker = UserFactory()
    return ekasih_list(uploaded_by=maker, state="TAKEN", decided_by=maker, decided_on=DAY)


def ekasih_row(**fields: object) -> EKasihRow:
    good = {"line": 2, "identity_number": "900101145678", "name": "AMINAH BINTI YUSOF", "fate": "UNKNOWN"}
    return EKasihRow.objects.create(**{"of": fields.pop("of", None) or ekasih_list(), **good, **fields})


def two_registrations_of_a_day() -> object:
    one = MemberFactory()
    registration(member=one, last=DAY)
    return registration(member=one)


def two_spans_of_a_day() -> object:
    one = MemberFactory()
    ekasih_span(member=one, last=DAY)
    return ekasih_span(member=one)


def instalment_plan(**fields: object) -> InstalmentPlan:
    who = {"employer": fields.pop("employer", None) or EmployerFactory(), "asked_by": UserFactory()}
    return InstalmentPlan.objects.create(**{"asked_on": DAY, **who, **fields})


def instalment_terms(**fields: object) -> InstalmentTerms:
    good = {"number": 1, "count": 2, "first_on": DAY, "reason": "x", "quoted": Decimal(1), "total": Decimal(1), "by": UserFactory(), "on": DAY}
    return InstalmentTerms.objects.create(**{"plan": fields.pop("plan", None) or instalment_plan(), **good, **fields})


def instalment_month(**fields: object) -> InstalmentMonth:
    good = {"wage_month": date(2026, 9, 1), "instalment": 1, "due_on": DAY, "contribution": Decimal(1), "charge": Decimal(0), "dividend": Decimal(0)}
    return InstalmentMonth.objects.create(**{"terms": fields.pop("terms", None) or instalment_terms(), **good, **fields})


def instalment_log(**fields: object) -> InstalmentLog:
    good = {"action": "ASK", "to_state": "ASKED", "comment": "x", "on": DAY, "at": MOMENT}
    return InstalmentLog.objects.create(**{"plan": instalment_plan(), "by": UserFactory(), **good, **fields})


def late_dividend(**fields: object) -> LateDividend:
    good = {"amount": Decimal(1), "paid_on": DAY, "reference": "late", "reckoned_on": DAY}
    return LateDividend.objects.create(**{"filing": fields.pop("filing", None) or FilingFactory(), **good, **fields})


def late_remission(**fields: object) -> LateRemission:
    good = {"charge": fields.pop("charge", None) or late_charge(), "amount": Decimal(1), "reason": "Banjir", "proposed_on": DAY}
    return LateRemission.objects.create(**{"proposed_by": fields.pop("by", None) or UserFactory(), **good, **fields})


def remission_decided(state: str, *, by: User, decided_by: User, **more: object) -> LateRemission:
    return late_remission(by=by, state=state, decided_by=decided_by, decided_on=DAY, **{"comment": "Setuju", **more})


def assessment(**fields: object) -> Assessment:
    good = {"wage_month": DAY, "source": "WRITTEN", "grounds": "Tiada Borang A", "made_on": DAY}
    who = {"employer": fields.pop("employer", None) or EmployerFactory(), "made_by": fields.pop("made_by", None) or UserFactory()}
    return Assessment.objects.create(**{**good, **who, **fields})


def served_assessment(**fields: object) -> Assessment:
    employer = EmployerFactory()
    filing = FilingFactory(employer=employer, approved=True, source="ASSESSMENT", prepared_by=None, approved_by=None)
    signed = {"filing": filing, "signed_by": UserFactory(), "signed_on": DAY, "state": "SERVED"}
    return assessment(employer=employer, **{**signed, **fields})


def assessment_signed_by_its_maker() -> object:
    maker = UserFactory()
    return served_assessment(made_by=maker, signed_by=maker)


def assessment_row(**fields: object) -> AssessmentRow:
    of = fields.pop("assessment", None) or assessment()
    return AssessmentRow.objects.create(**{"assessment": of, "place": 1, "name": "X", "wages": Decimal(100), **fields})


def assessment_log(**fields: object) -> AssessmentLog:
    return AssessmentLog.objects.create(assessment=assessment(), on=DAY, at=MOMENT, **{"action": "PROPOSE", **fields})


def payment_due(**fields: object) -> PaymentDue:
    return PaymentDue.objects.create(**{"payment": fields.pop("payment", None) or payment(), "kind": "CHARGE", "amount": Decimal(10), **fields})


def credit_use(**fields: object) -> CreditUse:
    return CreditUse.objects.create(**{"payment": fields.pop("payment", None) or payment(), "amount": Decimal(1), **fields})


def refund(**fields: object) -> Refund:
    of = fields.pop("payment", None) or payment()
    return Refund.objects.create(payment=of, applied_by=of.started_by, applied_on=DAY, **{"amount": Decimal(1449), **fields})


def election_log(**fields: object) -> ElectionLog:
    election = ElectionFactory()
    by = election.prepared_by
    good = {"action": "SUBMIT", "from_state": "DRAFT", "to_state": "SUBMITTED", "by": by, "on": DAY, "at": MOMENT}
    return ElectionLog.objects.create(election=election, **{**good, **fields})


def election_batch(**fields: object) -> ElectionBatch:
    file = StoredFileFactory()
    return ElectionBatch.objects.create(employer=EmployerFactory(), file=file, prepared_by=file.uploaded_by, received_on=DAY, **fields)


def two_elections_open() -> object:
    first = ElectionFactory()
    return ElectionFactory(employer=first.employer, member=first.member, points=Decimal(6))


def election_approved_by_its_maker() -> object:
    maker = RepresentativeFactory().user
    return ElectionFactory(prepared_by=maker, approved_by=maker, approved_on=DAY, from_month=DAY, state="APPROVED")


def invitation(**fields: object) -> Invitation:
    good = {"kind": "MEMBER", "secret_hash": "!", "phone": "+60123456789", "issued_at": MOMENT, "issued_on": DAY, "expires_on": DAY}
    return Invitation.objects.create(user=fields.pop("user", None) or UserFactory(invited=True), **{**good, **fields})


def tac_phone(**fields: object) -> TacPhone:
    good = {"number": "+60123456789", "how": "COUNTER", "bound_at": MOMENT}
    return TacPhone.objects.create(user=fields.pop("user", None) or UserFactory(), **{**good, **fields})


def email(**fields: object) -> EmailAddress:
    good = {
        "address": "a@example.my",
        "salt": "0" * 32,
        "mac": "0" * 64,
        "asked_at": MOMENT,
        "sent_at": MOMENT,
        "expires_at": MOMENT + timedelta(days=1),
    }
    return EmailAddress.objects.create(user=fields.pop("user", None) or UserFactory(), **{**good, **fields})


def proved_email(**fields: object) -> EmailAddress:
    return email(verified_at=MOMENT, **fields)


def challenge(**fields: object) -> Challenge:
    good = {"purpose": "API_TOKEN", "method": "SMS", "digest": "0" * 64, "salt": "0" * 32, "issued_at": MOMENT, "valid_until": MOMENT}
    return Challenge.objects.create(subject="user:1", resend_at=MOMENT, **{**good, **fields})


def known_device(**fields: object) -> KnownDevice:
    good = {"user": fields.pop("user", None) or UserFactory(), "key_hash": "0" * 64, "first_at": MOMENT, "last_at": MOMENT}
    return KnownDevice.objects.create(**{**good, **fields})


def user_session(**fields: object) -> UserSession:
    return UserSession.objects.create(**{"user": UserFactory(), "key_hash": "0" * 64, "started_at": MOMENT, "seen_at": MOMENT, **fields})


def identity_check(**fields: object) -> IdentityCheck:
    good = {
        **{"member": fields.pop("member", None) or MemberFactory(), "door": "COUNTER", "paper": "MYKAD", "thumb": "MATCHED"},
        **{"checked_by": UserFactory(counter_officer=True), "checked_on": DAY, "checked_at": MOMENT},
    }
    return IdentityCheck.objects.create(**{**good, **fields})


def proposal(**fields: object) -> CounterProposal:
    check = identity_check(**({"member": fields["member"]} if "member" in fields else {}))
    good = {
        **{"member": check.member, "kind": "CORRECTION", "reason": "x", "identity_check": check},
        **{"proposed_by": check.checked_by, "proposed_on": DAY, "proposed_at": MOMENT},
    }
    return CounterProposal.objects.create(**{**good, **fields})


def proposal_decided_by_its_officer() -> object:
    officer = UserFactory(counter_officer=True)
    return proposal(proposed_by=officer, decided_by=officer, decided_on=DAY, decided_at=MOMENT, state="APPROVED")


def authenticator(**fields: object) -> Authenticator:
    return Authenticator.objects.create(user=fields.pop("user", None) or UserFactory(), secret="A" * 32, made_at=MOMENT, **fields)


def api_token(**fields: object) -> ApiToken:
    good = {"user": UserFactory(), "digest": "0" * 128, "token_key": "0" * 15, "scope": "employer:20000001", "created": MOMENT}
    row = ApiToken(**{**good, "expiry": datetime(2026, 11, 1, tzinfo=UTC), **fields})
    row.save(force_insert=True)
    return row


def api_answer(**fields: object) -> ApiAnswer:
    asked = {"employer": EmployerFactory, "user": UserFactory, "key": "k", "method": "POST", "path": "/", "digest": "0" * 64}
    made = {name: value() if callable(value) else value for name, value in {**asked, **fields}.items()}
    return ApiAnswer.objects.create(**{"status": 202, "headers": {}, "body": b"{}", "at": MOMENT, **made})


def token_use(**fields: object) -> TokenUse:
    token = fields.pop("token", None) or api_token(scope="employer:20000001", monthly_limit=Decimal(5000))
    good = {"purpose": "EMPLOYER_APPROVAL", "month": DAY, "digest": "0" * 64, "amount": Decimal(1000), "at": MOMENT}
    return TokenUse.objects.create(token=token, **{**good, **fields})


def draft(**fields: object) -> Draft:
    return Draft.objects.create(page="/x/", content="{}", kept_at=MOMENT, **fields)


def appointment(**fields: object) -> Appointment:
    representative = RepresentativeFactory()
    good = {
        **{"representative": representative, "identity_kind": "MYKAD", "identity_number": "900101145678", "form": "KWSP_1", "thumb": "MATCHED"},
        **{"document": StoredFileFactory(), "phone": "+60123456789", "made_by": UserFactory(), "made_on": DAY, "made_at": MOMENT},
    }
    return Appointment.objects.create(**{**good, **fields})


def bank_account(**fields: object) -> BankAccount:
    good = {"bank": "MBBEMYKL", "number": "114123456789", "ending": "6789", "asked_at": MOMENT, "due_at": MOMENT}
    return BankAccount.objects.create(member=fields.pop("member", None) or MemberFactory(), **{**good, **fields})


def current_account(**fields: object) -> BankAccount:
    good = {"state": "CURRENT", "match": "FULL", "holder": "X", "since": MOMENT, "cooling_until": MOMENT + timedelta(days=1)}
    return bank_account(**{**good, **fields})


HANDED_IN = {"state": "SUBMITTED", "asked": Decimal(100), "applied_on": DAY, "applied_at": MOMENT, "due_on": DAY, "payee": "PAYMENT_ORDER"}
APPROVED = {**HANDED_IN, "state": "APPROVED", "approved": Decimal(90), "decided_on": DAY}


def application(**fields: object) -> Application:
    good = {"number": f"PG{Application.objects.count()}", "kind": "AGE_50", "drafted_on": DAY, "entered_by": UserFactory(), "member": MemberFactory()}
    return Application.objects.create(**{**good, **fields})


def incentive_appeal(**fields: object) -> IncentiveAppeal:
    said = {"words": "x", "proposed_by": UserFactory(), "proposed_on": DAY, "proposed_at": MOMENT}
    claim = fields.pop("claim", None) or incentive_claim()
    return IncentiveAppeal.objects.create(**{"claim": claim, "document": StoredFileFactory(), **said, **fields})


def incentive_appeal_by_one() -> IncentiveAppeal:
    officer = UserFactory()
    return incentive_appeal(state="APPROVED", proposed_by=officer, decided_by=officer, decided_on=DAY, decided_at=MOMENT)


def bankruptcy(**fields: object) -> Bankruptcy:
    said = {"from_date": DAY, "reason": "x", "proposed_by": UserFactory(), "proposed_on": DAY, "proposed_at": MOMENT}
    member, document = fields.pop("member", None) or MemberFactory(), fields.pop("document", None) or StoredFileFactory()
    return Bankruptcy.objects.create(**{"member": member, "document": document, **said, **fields})


def bankruptcy_by_one() -> Bankruptcy:
    officer = UserFactory()
    return bankruptcy(state="APPROVED", proposed_by=officer, decided_by=officer, decided_on=DAY, decided_at=MOMENT)


def public_holiday(**fields: object) -> PublicHoliday:
    good = {"day": DAY, "name": "x", "source": "x", "entered_by": UserFactory(), "entered_on": DAY}
    return PublicHoliday.objects.create(**{**good, **fields})


def confirmation(**fields: object) -> Confirmation:
    good = {"way": "KWSP_3", "digest": "0" * 64, "by": UserFactory(), "on": DAY, "at": MOMENT}
    return Confirmation.objects.create(**{"application": fields.pop("application", None) or application(), **good, **fields})


def creditor_account(**fields: object) -> CreditorAccount:
    owed = fields.pop("application", None) or application(payee="INSTITUTION")
    good = {"bank": "MBBEMYKL", "number": "514012345678", "ending": "5678", "holder": "X", "given_by": UserFactory(), "given_on": DAY}
    return CreditorAccount.objects.create(**{"application": owed, **good, **fields})


def creditor_checked_by_who_gave_it() -> int:
    made = creditor_account()
    return CreditorAccount.objects.filter(pk=made.pk).update(checked_by=made.given_by, checked_on=DAY)


def application_document(**fields: object) -> ApplicationDocument:
    good = {"application": application(), "code": "MYKAD", "file": StoredFileFactory(), "added_by": UserFactory(), "added_on": DAY}
    return ApplicationDocument.objects.create(**{**good, **fields})


def decision(**fields: object) -> Decision:
    return Decision.objects.create(**{"application": application(), "point": "SUBMITTED", "on": DAY, "at": MOMENT, "facts": {}, "most": 1, **fields})


def application_log(**fields: object) -> ApplicationLog:
    good = {"application": application(), "action": "SUBMIT", "from_state": "DRAFT", "to_state": "SUBMITTED", "on": DAY, "at": MOMENT}
    return ApplicationLog.objects.create(**{**good, **fields})


def relative(**fields: object) -> OfficerRelative:
    good = {"identity_kind": "MYKAD", "identity_number": "900101145678", "relation": "CHILD", "declared_on": DAY}
    return OfficerRelative.objects.create(**{"officer": fields.pop("officer", None) or UserFactory(), **good, **fields})


def withdrawal_payment(**fields: object) -> WithdrawalPayment:
    good = {"place": 1, "due_on": DAY, "amount": Decimal(1)}
    return WithdrawalPayment.objects.create(**{"application": fields.pop("application", None) or application(**APPROVED), **good, **fields})


def second_by_the_first() -> object:
    officer = UserFactory()
    return application(**APPROVED, first_officer=officer, decided_by=officer)


CASES: dict[str, Callable[[], object]] = {
    "application_kind_known": lambda: application(kind="LOST"),
    "application_state_known": lambda: application(**{**HANDED_IN, "state": "LOST"}),
    "application_handed_in_is_complete": lambda: application(**{**HANDED_IN, "due_on": None}),
    "application_asks_for_something": lambda: application(asked=Decimal(0)),
    "application_approved_is_complete": lambda: application(**HANDED_IN, approved=Decimal(1)),
    "application_approved_within_asked": lambda: application(**{**APPROVED, "approved": Decimal(101)}),
    "application_paid_within_approved": lambda: application(**APPROVED, paid=Decimal(91)),
    "application_paid_says_how_much": lambda: application(**{**APPROVED, "state": "PAID"}),
    "application_second_officer_is_another": second_by_the_first,
    "application_second_has_first": lambda: application(**{**HANDED_IN, "state": "SECOND"}),
    "application_waits_since": lambda: application(**{**HANDED_IN, "state": "DOCUMENTS"}),
    "application_goes_somewhere": lambda: application(**{**HANDED_IN, "payee": "ACCOUNT"}),
    "application_over_holds_nothing": lambda: application(**{**HANDED_IN, "state": "REFUSED"}, holds=[1]),
    "application_by_post_has_its_day": lambda: application(channel="POST"),
    "bankruptcy_one_open": twice_of_one(bankruptcy, member=MemberFactory),
    "bankruptcy_state_known": lambda: bankruptcy(state="LOST", decided_by=UserFactory(), decided_on=DAY, decided_at=MOMENT),
    "bankruptcy_says_why": lambda: bankruptcy(reason=""),
    "bankruptcy_ends_after_it_began": lambda: bankruptcy(to_date=DAY - timedelta(days=1)),
    "bankruptcy_decided_by_another": bankruptcy_by_one,
    "bankruptcy_decided_is_complete": lambda: bankruptcy(state="APPROVED"),
    "public_holiday_once": twice_of_one(public_holiday, day=lambda: DAY),
    "public_holiday_says_whence": lambda: public_holiday(source=""),
    "public_holiday_end_says_why": lambda: public_holiday(ended_on=DAY),
    "confirmation_way_known": lambda: confirmation(way="NOD", identity_check=identity_check()),
    "confirmation_of_who_was_there_is_checked": lambda: confirmation(way="THUMB"),
    "confirmation_act_known": lambda: confirmation(act="PASS", identity_check=identity_check()),
    "confirmation_digest_form": lambda: confirmation(digest="abc"),
    "confirmation_once": twice_of_one(confirmation, application=application),
    "creditor_account_form": lambda: creditor_account(ending="67"),
    "creditor_account_check_is_complete": lambda: CreditorAccount.objects.filter(pk=creditor_account().pk).update(checked_by=UserFactory()),
    "creditor_account_checked_by_another": creditor_checked_by_who_gave_it,
    "creditor_account_one_current": twice_of_one(creditor_account, application=lambda: application(payee="INSTITUTION")),
    "application_document_known": lambda: application_document(code="PARROT"),
    "decision_point_known": lambda: decision(point="LOST"),
    "decision_most_not_negative": lambda: decision(most=-1),
    "application_log_action_known": lambda: application_log(action="BURN"),
    "application_log_says_why": lambda: application_log(action="REFUSE"),
    "officer_relative_known": lambda: relative(relation="FRIEND"),
    "officer_relative_form": lambda: relative(identity_number="900101-14-5678"),
    "officer_relative_end_says_why": lambda: relative(ended_on=DAY),
    "officer_relative_once": twice_of_one(relative, officer=UserFactory),
    "withdrawal_payment_place_once": twice_of_one(withdrawal_payment, application=lambda: application(**APPROVED)),
    "withdrawal_payment_amount_positive": lambda: withdrawal_payment(amount=Decimal(0)),
    "withdrawal_payment_state_known": lambda: withdrawal_payment(state="LOST"),
    "withdrawal_payment_paid_has_its_day": lambda: withdrawal_payment(state="PAID"),
    "authenticator_one_open": twice_of_one(authenticator, user=UserFactory),
    "authenticator_secret_wiped": lambda: authenticator(removed_at=MOMENT),
    "tac_phone_form": lambda: tac_phone(number="012-3456789"),
    "tac_phone_how_known": lambda: tac_phone(how="POST"),
    "tac_phone_end_says_why": lambda: tac_phone(ended_at=MOMENT),
    "tac_phone_one_current": twice_of_one(tac_phone, user=UserFactory),
    "email_one_waiting": twice_of_one(email, user=UserFactory),
    "email_one_current": twice_of_one(proved_email, user=UserFactory),
    "email_end_says_why": lambda: email(ended_at=MOMENT, address=None),
    "email_wiped_at_end": lambda: email(ended_at=MOMENT, ended_why="REMOVED"),
    "email_proved_in_time": lambda: email(verified_at=MOMENT + timedelta(days=1)),
    "tac_standing_subject": lambda: Standing.objects.create(subject="900101145678", touched_at=MOMENT),
    "tac_purpose_known": lambda: challenge(purpose="FUN"),
    "tac_method_known": lambda: challenge(method="FAX"),
    "tac_digest_form": lambda: challenge(digest="x"),
    "tac_used_or_burnt": lambda: challenge(user=UserFactory(), used_at=MOMENT, burnt_at=MOMENT),
    "tac_decoy_is_never_right": lambda: challenge(used_at=MOMENT),
    "user_role_known": changed(UserFactory, role="KING"),
    "user_id_form": changed(UserFactory, user_id="Wahid!"),
    "user_password_comes_with_activation": changed(UserFactory, activated_at=None),
    "invitation_one_open_a_user": twice_of_one(invitation, user=UserFactory),
    "invitation_kind_known": lambda: invitation(kind="GUEST"),
    "invitation_dates_in_order": lambda: invitation(expires_on=date(2026, 9, 1)),
    "invitation_ends_once": lambda: invitation(used_at=MOMENT, voided_at=MOMENT),
    "draft_one_a_page": twice_of_one(draft, user=UserFactory),
    "api_answer_key_once": twice_of_one(api_answer, employer=EmployerFactory, user=UserFactory),
    "api_answer_key_form": lambda: api_answer(key="dua kata"),
    "api_answer_digest_form": lambda: api_answer(digest="X" * 64),
    "api_answer_is_an_outcome": lambda: api_answer(status=503),
    "token_use_once_a_month": twice_of_one(token_use, token=lambda: api_token(scope="employer:20000001", monthly_limit=Decimal(5000))),
    "token_use_is_of_money": lambda: token_use(purpose="RECOVERY"),
    "token_use_month_is_first_day": lambda: token_use(month=date(2026, 10, 2)),
    "token_use_amount_positive": lambda: token_use(amount=Decimal(0)),
    "api_token_scope_form": lambda: api_token(scope="semua"),
    "api_token_expires": lambda: api_token(expiry=MOMENT),
    "api_token_limit_positive": lambda: api_token(monthly_limit=Decimal(0)),
    "api_token_limit_is_an_employer_s": lambda: api_token(scope="me", monthly_limit=Decimal(100)),
    "known_device_once": twice_of_one(known_device, user=UserFactory),
    "known_device_hashed": lambda: known_device(key_hash="rahsia"),
    "session_hashed": lambda: user_session(key_hash="rahsia"),
    "session_end_says_why": lambda: user_session(ended_at=MOMENT),
    "invitation_phone_form": lambda: invitation(phone="012-3456789"),
    "bank_account_one_current": twice_of_one(current_account, member=MemberFactory),
    "bank_account_one_on_its_way": twice_of_one(bank_account, member=MemberFactory),
    "bank_account_state_known": lambda: bank_account(state="LOST"),
    "bank_account_form": lambda: bank_account(ending="67"),
    "bank_account_refusal_says_why": lambda: bank_account(state="REFUSED", ended_at=MOMENT),
    "bank_account_end_has_its_time": lambda: bank_account(state="GIVEN_UP"),
    "bank_account_name_verified": lambda: current_account(match="NEAR"),
    "bank_account_current_has_begun": lambda: bank_account(state="CURRENT"),
    "bank_account_cools_after": lambda: current_account(cooling_until=MOMENT - timedelta(days=1)),
    "member_identity_once": same_member_twice,
    "member_number_form": changed(MemberFactory, number="1234567A"),
    "member_born_before_joining": changed(MemberFactory, member_since=date(1980, 1, 1)),
    "member_death_after_birth": changed(MemberFactory, died_on=date(1950, 1, 1)),
    "member_identity_kind_known": changed(MemberFactory, identity_kind="LIBRARY"),
    "member_sex_known": changed(MemberFactory, sex="X"),
    "member_religion_known": changed(MemberFactory, religion="X"),
    "member_mykad_form": changed(MemberFactory, identity_number="A123"),
    "member_passport_country": changed(MemberFactory, identity_country="IDN"),
    "member_phone_form": changed(MemberFactory, phone="012-3456789"),
    "identity_check_door_known": lambda: identity_check(door="WINDOW"),
    "identity_check_paper_known": lambda: identity_check(paper="LIBRARY"),
    "identity_check_thumb_known": lambda: identity_check(thumb="MAYBE"),
    "identity_check_by_officer_or_thumb": lambda: identity_check(door="KIOSK", checked_by=None, thumb="SILENT"),
    "proposal_one_open_of_a_kind": twice_of_one(proposal, member=MemberFactory),
    "proposal_kind_known": lambda: proposal(kind="WISH"),
    "proposal_state_known": lambda: proposal(state="LOST", decided_by=UserFactory(), decided_on=DAY, decided_at=MOMENT),
    "proposal_says_why": lambda: proposal(reason=""),
    "proposal_decided_by_another": proposal_decided_by_its_officer,
    "proposal_decided_is_complete": lambda: proposal(state="REFUSED"),
    "citizenship_known": lambda: CitizenshipPeriod.objects.filter(member=MemberFactory()).update(status="MARTIAN"),
    "citizenship_dates_in_order": lambda: CitizenshipPeriod.objects.filter(member=MemberFactory()).update(to_date=date(1990, 1, 1)),
    "citizenship_one_at_a_time": overlapping_citizenship,
    "employer_number_form": changed(EmployerFactory, number="123"),
    "employer_kind_known": changed(EmployerFactory, kind="CLUB"),
    "employer_closed_after_start": changed(EmployerFactory, closed_on=date(2001, 1, 1)),
    "representative_once": representative_twice,
    "representative_role_known": lambda: RepresentativeFactory(role="OWNER"),
    "representative_dates_in_order": changed(RepresentativeFactory, removed_on=date(2001, 1, 1)),
    "representative_removed_by_and_on": lambda: RepresentativeFactory(removed_by=UserFactory()),
    "appointment_form_known": lambda: appointment(form="KWSP_99"),
    "appointment_identity_kind_known": lambda: appointment(identity_kind="LIBRARY"),
    "appointment_passport_country": lambda: appointment(identity_country="IDN"),
    "appointment_thumb_known": lambda: appointment(thumb="MAYBE"),
    "employment_dates_in_order": changed(EmploymentFactory, to_date=date(2001, 1, 1)),
    "employment_no_overlap": overlapping_employment,
    "filing_one_a_month": two_filings_of_a_month,
    "filing_supplement_is_numbered": changed(FilingFactory, number=1),
    "filing_suspends_its_unmatched": changed(CleanFiling, suspended_total=Decimal(100)),
    "filing_state_known": changed(CleanFiling, state="LOST"),
    "filing_month_is_first_day": changed(FilingFactory, wage_month=date(2026, 10, 2)),
    "flow_choice_known": lambda: chosen(flow="NOBODY"),
    "flow_choice_under_way_known": lambda: chosen(under_way="BURNS"),
    "dividend_declared_once": lambda: (declaration(), declaration()),
    "dividend_rates_possible": lambda: declaration(conventional=Decimal("0.0249")),
    "dividend_declaration_known": lambda: declaration(source=""),
    "dividend_decided_whole": lambda: declaration(decided="REFUSED"),
    "dividend_decided_by_another": lambda: declaration(decided="APPROVED", own=True),
    "dividend_withdrawn_by_its_own": lambda: declaration(decided="WITHDRAWN", comment="why"),
    "dividend_preview_once": twice_of_one(preview, declaration=declaration),
    "dividend_preview_counts": lambda: preview(accounts=0),
    "dividend_once_a_year": twice_of_one(dividend, member=MemberFactory),
    "dividend_kind_known": lambda: dividend(kind="HALF"),
    "shariah_from_next_year": lambda: shariah(from_date=date(2027, 2, 1)),
    "access_block_one_open": twice_of_one(access_block, user=UserFactory),
    "access_block_says_why": lambda: access_block(reason=""),
    "access_block_lifted_by_another": lambda: access_block(lifted_by_same=True),
    "officer_identity_kind_known": lambda: officer_identity(identity_kind="LIBRARY"),
    "officer_identity_form": lambda: officer_identity(identity_number="900101-14-5678"),
    "officer_identity_says_why": lambda: officer_identity(reason=""),
    "officer_identity_named_by_another": lambda: officer_identity(own=True),
    "appointment_proposal_one_open": twice_of_one(appointment_proposal, employer=EmployerFactory),
    "appointment_proposal_form_known": lambda: appointment_proposal(form="KWSP_9"),
    "appointment_proposal_kind_known": lambda: appointment_proposal(identity_kind="LIBRARY"),
    "appointment_proposal_passport_country": lambda: appointment_proposal(identity_kind="PASSPORT"),
    "appointment_proposal_thumb_known": lambda: appointment_proposal(thumb="MAYBE"),
    "appointment_proposal_state_known": lambda: appointment_proposal(state="LOST", decided_by=UserFactory(), decided_on=DAY, decided_at=MOMENT),
    "appointment_proposal_chosen_is_risky": lambda: appointment_proposal(chosen=UserFactory(), risks=["NAMESAKE"]),
    "appointment_proposal_decided_by_another": appointment_decided_by_its_proposer,
    "appointment_proposal_decided_is_complete": lambda: appointment_proposal(decided_on=DAY),
    "appointment_proposal_done_is_approved": appointment_made_and_refused,
    "filing_flow_known": lambda: FilingFactory(flow="NOBODY"),
    "filing_approved_by_another": approved_by_its_maker,
    "filing_rows_add_up": changed(FilingFactory, rows_total=3),
    "filing_goes_on_only_clean": changed(FilingFactory, state="READY"),
    "filing_row_line_once": two_rows_on_a_line,
    "filing_row_status_known": lambda: FilingRow.objects.filter(pk=row().pk).update(status="ODD"),
    "filing_row_tops_up_what_stood": lambda: FilingRow.objects.filter(pk=row().pk).update(earlier_employer=Decimal(1)),
    "filing_row_valid_is_complete": lambda: FilingRow.objects.filter(pk=row().pk).update(member=None),
    "filing_log_action_known": lambda: log(action="BURN"),
    "compared_by_percent_in_range": lambda: ComparedBy.objects.create(employer=EmployerFactory(), percent=0, chosen_by=UserFactory(), chosen_on=DAY),
    "wage_list_one_a_month": two_wage_lists,
    "wage_list_state_known": lambda: wage_list(state="LOST"),
    "wage_list_source_known": lambda: wage_list(source="DREAM"),
    "wage_list_month_is_first_day": lambda: wage_list(wage_month=date(2026, 10, 2)),
    "wage_list_filed_has_its_filing": lambda: wage_list(state="FILED"),
    "wage_list_nil_was_declared": lambda: wage_list(state="NIL_WAITS"),
    "wage_list_nil_is_the_month_s": lambda: wage_list(adds=True, state="NIL_WAITS", declared_by=UserFactory(), declared_on=DAY),
    "wage_list_nil_was_agreed": lambda: wage_list(state="NIL", declared_by=UserFactory(), declared_on=DAY),
    "wage_list_row_place_once": lambda: wage_row(place=1),
    "wage_list_row_member_once": wage_row_of_one_member_twice,
    "wage_list_row_standing_known": lambda: wage_row(standing="ASLEEP"),
    "wage_list_row_wages_positive": lambda: wage_row(wages=Decimal(-1)),
    "wage_list_row_bonus_in_wages": lambda: wage_row(wages=Decimal(5), bonus=Decimal(6)),
    "wage_list_row_leave_has_no_wages": lambda: wage_row(standing="UNPAID_LEAVE", wages=Decimal(5)),
    "wage_list_row_left_says_when_and_why": lambda: wage_row(standing="LEFT", last_day=DAY),
    "mending_kind_known": lambda: MendingFactory(kind="MAGIC"),
    "mending_of_some_row": lambda: MendingFactory(rows_total=0),
    "mending_undo_names_what": lambda: MendingFactory(kind="UNDO"),
    "row_mend_once": twice_of_one(row_mend, row=row),
    "row_mend_counts_from_one": lambda: row_mend(number=0),
    "election_one_open_of_a_kind": two_elections_open,
    "election_kind_known": lambda: ElectionFactory(kind="LUCK", points=None),
    "election_act_known": lambda: ElectionFactory(act="WISH", points=None),
    "election_state_known": lambda: ElectionFactory(state="LOST"),
    "election_month_is_first_day": lambda: ElectionFactory(from_month=date(2026, 11, 2)),
    "election_points_of_an_excess": lambda: ElectionFactory(points=Decimal(0)),
    "election_khas_year_known": lambda: ElectionFactory(kind="KEEPS_RATE", points=None, khas_year=2010),
    "election_choice_is_irrevocable": lambda: ElectionFactory(foreigner=True, act="CANCEL"),
    "election_has_its_form": lambda: ElectionFactory(document=None),
    "election_never_retrospective": lambda: ElectionFactory(prepared_on=date(2026, 12, 1)),
    "election_approved_is_complete": lambda: ElectionFactory(state="APPROVED"),
    "election_flow_known": lambda: ElectionFactory(flow="NOBODY"),
    "election_approved_by_another": election_approved_by_its_maker,
    "election_log_action_known": lambda: election_log(action="PAY"),
    "election_batch_rows_add_up": lambda: election_batch(rows_total=1, rows_good=2),
    "payment_state_known": lambda: payment(state="LOST"),
    "payment_method_known": lambda: payment(method="GOLD"),
    "payment_debit_has_its_mandate": lambda: payment(method="DDA"),
    "mandate_ceiling_positive": lambda: mandate(ceiling=Decimal(0)),
    "mandate_account_form": lambda: mandate(ending="89"),
    "mandate_active_has_its_day": lambda: mandate(state="ACTIVE"),
    "mandate_end_is_complete": lambda: mandate(state="LOST"),
    "mandate_one_open": two_open_mandates,
    "mandate_one_open_of_kind": twice_of_one(monthly_debit, member=MemberFactory),
    "mandate_whom_is_another_person_s": lambda: monthly_debit(member=(member := MemberFactory()), whom=member),
    "mandate_of_one_owner": lambda: monthly_debit(day=29),
    "mandate_monthly_has_its_next_day": lambda: monthly_debit(state="ACTIVE", active_from=DAY),
    "payment_monthly_debit_once": monthly_debit_twice_on_a_day,
    "collection_has_rows": lambda: collection(rows_total=0),
    "collection_answers_what_was_sent": lambda: collection(answer="x", answered_at=MOMENT),
    "payment_amount_positive": lambda: payment(amount=Decimal(0)),
    "payment_approved_is_complete": lambda: payment(state="APPROVED"),
    "payment_one_in_flight": two_payments_in_flight,
    "payment_fpx_id_once": one_fpx_number_twice,
    "payment_part_of_its_parts": lambda: payment(part=3, parts=2),
    "payment_counts_when_approved": lambda: payment(counts=True),
    "payment_differs_is_complete": lambda: payment(state="DIFFERS", **TAKEN),
    "payment_part_paid_once": one_part_paid_twice,
    "payment_matter_kind_known": lambda: matter(kind="GOSSIP"),
    "payment_matter_closed_is_complete": lambda: matter(closed_on=DAY),
    "payment_matter_open_once": lambda: [matter(cause="order:1") for _ in range(2)],
    "payment_matter_log_action_known": lambda: matter_log(action="BURN"),
    "payment_matter_log_says_why": lambda: matter_log(action="CLOSE", by=UserFactory()),
    "settlement_row_line_once": lambda: [settlement_row(file=file) for file in [settlement_file()] for _ in range(2)],
    "settlement_row_settles_one": lambda: settlement_row(payment=payment(), receipt=receipt()),
    "settlement_row_amount_positive": lambda: settlement_row(amount=Decimal(0)),
    "receipt_state_known": lambda: receipt(state="LOST"),
    "receipt_amount_positive": lambda: receipt(amount=Decimal(0)),
    "receipt_month_is_first_day": lambda: receipt(wage_month=date(2026, 10, 2)),
    "receipt_state_is_complete": lambda: receipt(state="PAID"),
    "receipt_of_one_thing": lambda: receipt(kind="ISARAAN", member_number="10000101"),
    "drawer_state_known": lambda: drawer(state="LOST", expected=Decimal(1), counted=Decimal(1), counted_at=MOMENT),
    "drawer_opening_not_negative": lambda: drawer(opening=Decimal(-1)),
    "drawer_counted_is_complete": lambda: drawer(state="COUNTED"),
    "drawer_difference_is_explained": lambda: drawer(state="COUNTED", expected=Decimal(1), counted=Decimal(2), counted_at=MOMENT),
    "drawer_seen_is_complete": lambda: drawer(state="SEEN", expected=Decimal(1), counted=Decimal(1), counted_at=MOMENT),
    "drawer_seen_by_another": drawer_seen_by_who_had_it,
    "drawer_one_open": lambda: [drawer(officer=one) for one in [UserFactory()] for _time in range(2)],
    "counter_receipt_words_known": lambda: counter_receipt(kind="LOAN"),
    "counter_receipt_amount_positive": lambda: counter_receipt(amount=Decimal(0)),
    "counter_receipt_of_a_cheque_names_it": lambda: counter_receipt(cheque_number=""),
    "counter_receipt_paid_is_complete": lambda: counter_receipt(state="PAID", decided_by=UserFactory(), decided_on=DAY),
    "counter_receipt_cheque_is_decided": lambda: counter_receipt(state="BOUNCED", why="FUNDS"),
    "counter_payer_is_known": lambda: counter_payer(identity=""),
    "counter_payer_account_is_named": lambda: counter_payer(bank="MBBEMYKL", account="112233445566", ending="5566"),
    "counter_receipt_bounced_says_why": lambda: counter_receipt(state="BOUNCED", decided_by=UserFactory(), decided_on=DAY),
    "receipt_line_once": lambda: [receipt(file=file, number=number) for file in [receipt_file()] for number in ("R1", "R2")],
    "receipt_number_once": lambda: [receipt(file=file, line=line) for file in [receipt_file()] for line in (2, 5)],
    "refund_state_known": lambda: refund(state="LOST", decided_by=UserFactory(), decided_on=DAY),
    "refund_amount_positive": lambda: refund(amount=Decimal(0)),
    "late_charge_month_is_first_day": lambda: late_charge(wage_month=date(2026, 10, 2)),
    "late_charge_amount_positive": lambda: late_charge(amount=Decimal(0)),
    "late_charge_stands_once": lambda: [late_charge(employer=employer) for employer in [EmployerFactory()] for _ in range(2)],
    "late_dividend_amount_positive": lambda: late_dividend(amount=Decimal(0)),
    "late_dividend_credited_stands": lambda: late_dividend(credited_on=DAY, reversed_on=DAY),
    "payment_late_is_of_its_amount": lambda: payment(late=Decimal(1450)),
    "payment_due_kind_known": lambda: payment_due(kind="GIFT"),
    "payment_due_amount_positive": lambda: payment_due(amount=Decimal(0)),
    "payment_due_once": lambda: [payment_due(payment=of) for of in [payment()] for _ in range(2)],
    "filing_source_known": lambda: FilingFactory(source="ASSESSMENT"),
    "assessment_month_is_first_day": lambda: assessment(wage_month=date(2026, 10, 2)),
    "assessment_state_known": lambda: served_assessment(state="LOST"),
    "assessment_source_known": lambda: assessment(source="GUESS"),
    "assessment_says_why": lambda: assessment(grounds=""),
    "assessment_signed_by_another": assessment_signed_by_its_maker,
    "assessment_served_is_complete": lambda: assessment(state="SERVED"),
    "assessment_one_open_a_month": twice_of_one(assessment, employer=EmployerFactory),
    "assessment_replaced_once": lambda: [assessment(replaces=of) for of in [served_assessment()] for _ in range(2)],
    "assessment_row_place_once": twice_of_one(assessment_row, assessment=assessment),
    "assessment_row_names_somebody": lambda: assessment_row(name=""),
    "assessment_row_wages_positive": lambda: assessment_row(wages=Decimal(-1)),
    "assessment_row_bonus_in_wages": lambda: assessment_row(bonus=Decimal(101)),
    "assessment_log_action_known": lambda: assessment_log(action="BURN"),
    "assessment_log_says_why": lambda: assessment_log(action="OBJECT"),
    "late_remission_amount_positive": lambda: late_remission(amount=Decimal(0)),
    "late_remission_says_why": lambda: late_remission(reason=""),
    "late_remission_decided_whole": lambda: late_remission(state="APPROVED"),
    "late_remission_decided_by_another": lambda: [remission_decided("APPROVED", by=user, decided_by=user) for user in [UserFactory()]],
    "late_remission_withdrawn_by_its_own": lambda: remission_decided("WITHDRAWN", by=UserFactory(), decided_by=UserFactory()),
    "late_remission_reversed_was_approved": lambda: late_remission(reversed_on=DAY),
    "late_remission_proposed_once": lambda: [late_remission(charge=charge) for charge in [late_charge()] for _ in range(2)],
    "late_dividend_stands_once": lambda: [late_dividend(filing=filing) for filing in [FilingFactory()] for _ in range(2)],
    "refund_decided_is_complete": lambda: refund(state="APPROVED", proposed_by=UserFactory(), proposed_on=DAY),
    "refund_two_officers": lambda: [
        refund(state="SENT", proposed_on=DAY, decided_on=DAY, proposed_by=one, decided_by=one) for one in [UserFactory()]
    ],
    "refund_account_one_current": twice_of_one(
        refund_account, employer=EmployerFactory, state=lambda: "CURRENT", since=lambda: DAY, holder=lambda: "SYARIKAT"
    ),
    "refund_account_one_asked": twice_of_one(refund_account, employer=EmployerFactory),
    "refund_account_form": lambda: refund_account(ending="89"),
    "refund_account_state_known": lambda: refund_account(state="LOST"),
    "refund_account_name_verified": lambda: refund_account(state="CURRENT", since=DAY),
    "refund_account_end_says_why": lambda: refund_account(state="REFUSED", ended_on=DAY),
    "replacement_cause_known": lambda: replacement(cause="FUN"),
    "replacement_within_its_amount": lambda: replacement(replaced=Decimal(-1)),
    "replacement_filled_when_whole": lambda: replacement(filled_on=DAY),
    "replacement_once_for_its_cause": lambda: [replacement(ref=9) for _ in range(2)],
    "replacement_one_open": twice_of_one(replacement, member=MemberFactory),
    "replacement_move_is_counted": lambda: replacement_move(kind=6),
    "replacement_move_has_money": lambda: replacement_move(amount=Decimal(0)),
    "replacement_move_once": twice_of_one(replacement_move, order=replacement),
    "payout_file_has_rows": lambda: payout_file(rows_total=0),
    "payout_file_answers_what_was_sent": lambda: payout_file(answer="H", answered_at=MOMENT),
    "payout_amount_positive": lambda: payout(amount=Decimal(0)),
    "payout_kind_known": lambda: payout(kind="FUN"),
    "payout_account_form": lambda: payout(ending="89"),
    "payout_state_is_complete": lambda: payout(state="SENT"),
    "payout_return_says_why": lambda: payout(reason="CLOSED"),
    "payout_paid_has_its_number": lambda: payout(bank_id="PO1"),
    "payout_attempt_once": lambda: [payout(ref=9, state="CANCELLED", ended_on=DAY) for _ in range(2)],
    "payout_one_of_a_cause": lambda: [payout(ref=9, attempt=attempt) for attempt in (1, 2)],
    "payout_bank_number_once": lambda: [
        payout(state="PAID", file=file, entry_id=1, ended_on=DAY, paid_at=MOMENT, bank_id="PO1") for file in [payout_file()] for _ in range(2)
    ],
    "credit_use_amount_positive": lambda: credit_use(source_payment=payment(), amount=Decimal(0)),
    "credit_use_of_one_source": credit_use,
    "credit_use_of_a_source_once": lambda: [
        CreditUse.objects.bulk_create([CreditUse(payment=of, source_payment=source, amount=Decimal(1)) for _ in range(2)])
        for of, source in [(payment(), payment())]
    ],
    "refund_of_a_payment_once": twice_of_one(refund, payment=payment),
    "law_used_once": twice_of_one(law_used, filing=FilingFactory),
    "law_used_purpose_known": lambda: law_used(purpose="FUN"),
    "law_used_ids_in_order": lambda: law_used(from_id=9),
    "complaint_ground_known": lambda: complaint(ground="WEATHER"),
    "complaint_state_known": lambda: complaint(state="LOST", owner=UserFactory(), closed_on=DAY),
    "complaint_closed_is_complete": lambda: complaint(closed_on=DAY),
    "complaint_taken_has_owner": lambda: complaint(state="TAKEN"),
    "complaint_named_says_why": lambda: complaint(named_by=UserFactory(), named_on=DAY),
    "complaint_month_is_first_day": lambda: complaint_month(wage_month=date(2026, 10, 2)),
    "complaint_month_once": twice_of_one(complaint_month, complaint=complaint),
    "complaint_month_open_once": complaint_month_in_two,
    "complaint_log_action_known": lambda: complaint_log(action="SING"),
    "complaint_log_says_something": lambda: complaint_log(words=""),
    "voluntary_order_kind_known": lambda: VoluntaryOrder.objects.create(member=MemberFactory(), payer=MemberFactory(), kind="LOAN"),
    "voluntary_return_state_known": lambda: voluntary_return(why="FUN"),
    "voluntary_return_once_for_its_cause": lambda: voluntary_return(payment=voluntary_return(why="DIED").payment),
    "return_payee_words_known": lambda: return_payee(state="LOST"),
    "return_payee_says_who_and_why": lambda: return_payee(name=""),
    "return_payee_account_is_named": lambda: return_payee(bank="MBBEMYKL", account="112233445566", ending="5566"),
    "return_payee_of_the_dead_shows_it": lambda: return_payee(basis="HEIR", died_on=DAY),
    "return_payee_decided_by_another": return_payee_decided_by_its_maker,
    "return_payee_decided_is_complete": lambda: return_payee(state="REFUSED", comment="x"),
    "return_payee_refused_says_why": lambda: return_payee(state="REFUSED", decided_by=UserFactory(), decided_on=DAY),
    "return_payee_posted_is_ordered": lambda: return_payee(state="POSTED", decided_by=UserFactory(), decided_on=DAY),
    "return_payee_one_waits": twice_of_one(return_payee, returned=voluntary_return),
    "voluntary_reversal_state_known": lambda: voluntary_reversal(state="LOST"),
    "voluntary_reversal_goes_to_one": lambda: voluntary_reversal(cause="RECALL"),
    "voluntary_reversal_says_why": lambda: voluntary_reversal(reason=""),
    "voluntary_reversal_decided_by_another": voluntary_reversal_decided_by_its_maker,
    "voluntary_reversal_decided_is_complete": lambda: voluntary_reversal(state="REFUSED", comment="x"),
    "voluntary_reversal_refused_says_why": lambda: voluntary_reversal(state="REFUSED", decided_by=UserFactory(), decided_on=DAY),
    "voluntary_reversal_once": twice_of_one(voluntary_reversal, contribution=credited_voluntary),
    "voluntary_return_amount_positive": lambda: voluntary_return(amount=Decimal(0)),
    "payment_of_one_thing": lambda: payment(voluntary=VoluntaryOrder.objects.create(member=MemberFactory(), payer=MemberFactory(), kind="TOP_UP")),
    "voluntary_kind_known": lambda: voluntary(kind="LOAN"),
    "voluntary_amount_positive": lambda: voluntary(amount=Decimal(0)),
    "voluntary_taken_is_complete": lambda: voluntary(credited=Decimal(60), returned=Decimal(30), credited_on=DAY),
    "voluntary_reversed_after": lambda: voluntary(credited=Decimal(100), returned=Decimal(0), credited_on=DAY, reversed_on=DAY - timedelta(days=1)),
    "registration_scheme_known": lambda: registration(registered_at="STREET"),
    "registration_occupation_known": lambda: registration(occupation=""),
    "registration_says_one_work": lambda: registration(occupation="FARMER", other_work="Tukang gunting"),
    "registration_work_is_for_isaraan": lambda: registration(occupation="EMPLOYEE"),
    "registration_ends_after": lambda: registration(last=DAY - timedelta(days=1)),
    "registration_one_at_a_time": twice_of_one(registration, member=MemberFactory),
    "registration_end_known": lambda: registration(ended_why="MEMBER"),
    "registration_form_is_of_a_counter": lambda: registration(form=StoredFileFactory()),
    "registration_spans_apart": two_registrations_of_a_day,
    "ekasih_spans_apart": two_spans_of_a_day,
    "ekasih_list_state_known": lambda: ekasih_list(state="LOST"),
    "ekasih_list_is_read_or_not": lambda: ekasih_list(state="UNREADABLE", rows_total=0),
    "ekasih_list_decided_is_complete": lambda: ekasih_list(state="TAKEN"),
    "ekasih_list_decided_by_another": ekasih_list_decided_by_its_bringer,
    "ekasih_list_refused_says_why": lambda: ekasih_list(state="REFUSED", decided_by=UserFactory(), decided_on=DAY),
    "ekasih_list_followed_has_its_day": lambda: ekasih_list(state="FOLLOWED", decided_by=UserFactory(), decided_on=DAY),
    "ekasih_list_once": lambda: [ekasih_list(), ekasih_list(as_at=DAY - timedelta(days=1))],
    "ekasih_list_one_a_day": lambda: [ekasih_list(), ekasih_list(digest="e" * 64)],
    "ekasih_row_once": lambda: [ekasih_row(of=of) for of in [ekasih_list()] * 2],
    "ekasih_row_fate_known": lambda: ekasih_row(fate="LOST"),
    "ekasih_row_is_somebodys": lambda: ekasih_row(fate="LISTED"),
    "ekasih_ends_after": lambda: ekasih_span(last=DAY - timedelta(days=1)),
    "ekasih_on_the_list_once": twice_of_one(ekasih_span, member=MemberFactory),
    "instalment_plan_state_known": lambda: instalment_plan(state="LOST", ended_on=DAY),
    "instalment_plan_one_open": twice_of_one(instalment_plan, employer=EmployerFactory),
    "instalment_plan_approved_whole": lambda: instalment_plan(state="OFFERED"),
    "instalment_plan_accepted_whole": lambda: instalment_plan(state="RUNNING", approved_by=UserFactory(), approved_on=DAY),
    "instalment_plan_ended_has_its_day": lambda: instalment_plan(state="WITHDRAWN"),
    "instalment_terms_number_once": lambda: [instalment_terms(plan=plan, number=1) for plan in [instalment_plan()] for _ in range(2)],
    "instalment_terms_are_a_plan": lambda: instalment_terms(count=1),
    "instalment_terms_say_why_and_when": lambda: instalment_terms(reason=""),
    "instalment_month_once": twice_of_one(instalment_month, terms=instalment_terms),
    "instalment_month_is_first_day": lambda: instalment_month(wage_month=DAY.replace(day=2)),
    "instalment_month_is_owed": lambda: instalment_month(contribution=Decimal(0)),
    "instalment_log_action_known": lambda: instalment_log(action="BURN"),
    "instalment_log_says_why": lambda: instalment_log(comment=""),
    "incentive_run_once_a_half_year": twice_of_one(incentive_run),
    "incentive_run_known": lambda: incentive_run(half=3),
    "incentive_run_received_is_complete": lambda: incentive_run(state="RECEIVED", claims=1, claimed=Decimal(200)),
    "incentive_run_credited_in_time": lambda: incentive_run(
        state="CREDITED",
        claims=1,
        claimed=Decimal(200),
        received=Decimal(200),
        received_on=date(2025, 7, 20),
        credits_from=date(2025, 8, 1),
        credited_on=date(2025, 7, 31),
    ),
    "incentive_run_claims_something": lambda: incentive_run(state="CLAIMED"),
    "incentive_appeal_one_open": twice_of_one(incentive_appeal, claim=incentive_claim),
    "incentive_appeal_state_known": lambda: incentive_appeal(state="LOST", decided_by=UserFactory(), decided_on=DAY, decided_at=MOMENT),
    "incentive_appeal_says_why": lambda: incentive_appeal(words=""),
    "incentive_appeal_decided_by_another": incentive_appeal_by_one,
    "incentive_appeal_refused_says_why": lambda: incentive_appeal(state="REFUSED", decided_by=UserFactory(), decided_on=DAY, decided_at=MOMENT),
    "incentive_appeal_decided_is_complete": lambda: incentive_appeal(state="APPROVED"),
    "incentive_claim_once": twice_of_one(incentive_claim, run=incentive_run, member=MemberFactory),
    "incentive_claim_adds_up": lambda: incentive_claim(whole=Decimal(201)),
    "incentive_claim_state_known": lambda: incentive_claim(state="SET_OFF"),
    "incentive_claim_refused_says_why": lambda: incentive_claim(reason="x"),
    "incentive_claim_credited_is_complete": lambda: incentive_claim(account="EMAS"),
    "incentive_claim_appeal_is_complete": lambda: incentive_claim(appeal="x"),
    "claim_file_number_once": twice_of_one(refused_claim_file, run=incentive_run),
    "claim_file_one_of_a_run": lambda: [claim_file(run=of, number=number) for of in [incentive_run()] for number in (1, 2)],
    "claim_file_made_is_complete": lambda: claim_file(state="MADE"),
    "claim_file_decided_is_complete": lambda: made_claim_file(state="APPROVED"),
    "claim_file_approved_by_another": claim_file_approved_by_its_maker,
    "claim_file_refused_says_why": lambda: refused_claim_file(comment=""),
    "claim_answer_one_of_a_run": twice_of_one(claim_answer, run=incentive_run),
    "claim_answer_is_complete": lambda: claim_answer(state="TAKEN"),
    "overpayment_state_known": lambda: overpayment(why="FUN"),
    "overpayment_says_why_and_how_much": lambda: overpayment(claimed=Decimal(0)),
    "overpayment_applied_is_complete": lambda: overpayment(state="APPLIED", flow="CHECKED"),
    "overpayment_approved_by_another": overpayment_sent_by_its_maker,
    "overpayment_refused_says_why": lambda: overpayment(state="REFUSED", decided_by=UserFactory(), decided_on=DAY, **with_kwsp()),
    "overpayment_taken_back_is_complete": lambda: overpayment(state="HELD", **with_kwsp()),
    "overpayment_goes_as_chosen": lambda: overpayment(state="OFFSET", how="REFUND", amount=Decimal(1), correction=correction(), **with_kwsp()),
    "overpayment_one_of_a_correction": twice_of_one(overpayment, correction=correction),
    "overpayment_one_open_a_row": twice_of_one(overpayment_row, row=credited_row),
    "overpayment_has_a_row_once": the_same_row_twice,
    "overpayment_row_asks_for_less": lambda: overpayment_row(now_employer=Decimal(756), now_employee=Decimal(693)),
    "wrong_credit_state_known": lambda: wrong_credit(state="LOST"),
    "wrong_credit_says_why": lambda: wrong_credit(reason=""),
    "wrong_credit_of_two_members": wrong_credit_to_the_same,
    "wrong_credit_has_money": lambda: wrong_credit(employer_share=Decimal(0), employee_share=Decimal(0)),
    "wrong_credit_decided_by_another": wrong_credit_decided_by_its_maker,
    "wrong_credit_decided_is_complete": lambda: wrong_credit(state="REFUSED", comment="x"),
    "wrong_credit_refused_says_why": lambda: wrong_credit(state="REFUSED", decided_by=UserFactory(), decided_on=DAY),
    "wrong_credit_posted_is_complete": lambda: wrong_credit(state="POSTED", decided_by=UserFactory(), decided_on=DAY),
    "wrong_credit_one_open_a_row": twice_of_one(wrong_credit, row=credited_row),
    "suspense_match_state_known": lambda: suspense_match(state="LOST"),
    "suspense_match_has_money": lambda: suspense_match(amount=Decimal(0)),
    "suspense_match_officers_say_why": lambda: suspense_match(by_officer=True),
    "suspense_match_flow_known": lambda: [
        suspense_match(row=of, by_officer=True, flow="SINGLE", reason="x", document=StoredFileFactory())
        for of in [suspended_row()]
        if FlowChoice.objects.create(employer=of.filing.employer, flow="SINGLE", under_way="NONE", chosen_by=UserFactory(), chosen_on=DAY)
    ],
    "suspense_match_decided_by_another": suspense_match_decided_by_its_maker,
    "suspense_match_decided_is_complete": lambda: suspense_match(state="REFUSED", comment="x"),
    "suspense_match_refused_says_why": lambda: suspense_match(state="REFUSED", decided_by=UserFactory(), decided_on=DAY),
    "suspense_match_posted_is_complete": lambda: suspense_match(state="POSTED", decided_by=UserFactory(), decided_on=DAY),
    "suspense_match_one_standing_a_row": twice_of_one(suspense_match, row=suspended_row),
    "correction_state_known": lambda: correction(state="LOST"),
    "correction_says_why": lambda: correction(reason=""),
    "correction_decided_by_another": corrected_by_its_maker,
    "correction_decided_is_complete": lambda: correction(state="APPROVED"),
    "correction_one_open_a_filing": twice_of_one(corrected_filing, filing=CleanFiling),
    "correction_has_a_filing_once": lambda: twice_of_one(
        lambda **of: corrected_filing(open=False, **of), filing=CleanFiling, correction=correction
    )(),
    "correction_credit_is_something": lambda: corrected_filing(credit=Decimal(0)),
    "unreckoned_row_once": twice_of_one(lambda **of: UnreckonedRow.objects.create(why={}, **of), correction=correction, row=row),
    "correction_law_once": twice_of_one(correction_law, correction=correction),
    "correction_law_ids_in_order": lambda: correction_law(from_id=9),
    "correction_line_once": twice_of_one(correction_line, correction=correction, row=row),
    "correction_line_state_known": lambda: correction_line(state="LOST"),
    "correction_line_has_a_difference": lambda: correction_line(now_employer=Decimal(756), now_employee=Decimal(693)),
    "correction_line_not_negative": lambda: correction_line(now_employer=Decimal(1), now_employee=Decimal(-2)),
    "correction_line_refused_says_why": lambda: correction_line(state="REFUSED"),
    "correction_log_action_known": lambda: CorrectionLog.objects.create(
        correction=correction(), action="BURN", from_state="A", to_state="B", on=DAY, at=MOMENT
    ),
    "payment_message_verdict_known": lambda: message(verdict="MAYBE"),
}
REGISTERS = ("identity", "members", "employers", "contributions", "withdrawals")


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_constraint_refuses_what_it_is_named_for(name: str) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        CASES[name]()

    assert name in str(refused.value)


def test_every_constraint_of_the_registers_has_its_case() -> None:
    named = {constraint.name for label in REGISTERS for model in apps.get_app_config(label).get_models() for constraint in model._meta.constraints}

    assert named == set(CASES)


def test_the_good_rows_of_these_cases_are_taken() -> None:
    for model in (Member, Employer, Representative, Employment, User):
        assert model._meta.constraints

    assert [row().pk, payment().pk, message().pk, log().pk, StoredFileFactory().pk]
    assert [ElectionFactory(approved=True).pk, ElectionFactory(employer_share=True).pk, election_log().pk, election_batch(rows_total=1).pk]


@pytest.mark.parametrize(
    "fields", [{"points": None}, {"kind": "KEEPS_RATE", "points": None}, {"act": "CANCEL"}, {"kind": "KWSP_16B"}, {"khas_year": 2020}]
)
def test_what_an_election_holds_fits_its_kind(fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=r"election_(points_of_an_excess|khas_year_known)"), transaction.atomic():
        ElectionFactory(**fields)


@pytest.mark.parametrize("state", ["APPROVED", "DISCARDED"])
@pytest.mark.parametrize("column", ["state", "approved_on"])
def test_an_election_that_is_approved_or_put_away_is_never_touched_again(state: str, column: str) -> None:
    election = ElectionFactory(approved=state == "APPROVED", state=state)

    with pytest.raises(IntegrityError, match="election_is_final"), transaction.atomic():
        Election.objects.filter(pk=election.pk).update(**{column: "DRAFT" if column == "state" else DAY})


@pytest.mark.parametrize(
    "column", ["points", "from_month", "kind", "act", "member_id", "employer_id", "document_id", "prepared_by_id", "prepared_on"]
)
def test_what_was_elected_is_written_once(column: str) -> None:
    election = ElectionFactory()

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Election.objects.filter(pk=election.pk).update(**{column: getattr(election, column)})


@pytest.mark.parametrize("table", ["contributions_election", "contributions_electionlog", "contributions_electionbatch"])
def test_nobody_deletes_elections_nor_rewrites_who_moved_them(table: str) -> None:
    statements = [f"DELETE FROM {table}", f"UPDATE {table} SET id = id"]

    for statement in statements:
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_domestic_helper_is_employed_by_a_household_only() -> None:
    EmploymentFactory(employer=EmployerFactory(household=True), domestic=True)

    with pytest.raises(IntegrityError, match="employment_domestic_of_a_household"), transaction.atomic():
        EmploymentFactory(domestic=True)


@pytest.mark.parametrize(("column", "guard"), [("filing_id", "filing_row_of_a_filing"), ("member_id", "filing_row_of_a_member")])
@pytest.mark.parametrize("new", [True, False])
def test_a_row_leads_to_a_filing_and_a_member_that_exist(column: str, guard: str, new: bool) -> None:
    good = row()

    def act() -> object:
        if new:
            return FilingRow.objects.create(**{"filing_id": good.filing_id, "line": 3, "status": "INVALID", column: 10**9})
        return FilingRow.objects.filter(pk=good.pk).update(**{column: 10**9})

    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        act()


def test_a_claim_leads_to_a_run_and_a_member_that_exist_and_stays_with_them() -> None:
    good = incentive_claim()

    for whose, guard in (("run_id", "incentive_claim_of_a_run"), ("member_id", "incentive_claim_of_a_member")):
        with pytest.raises(IntegrityError, match=guard), transaction.atomic():
            IncentiveClaim.objects.bulk_create([_another_claim(good), _another_claim(good, **{whose: 10**9})])
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            IncentiveClaim.objects.filter(pk=good.pk).update(**{whose: getattr(good, whose)})
    assert IncentiveClaim.objects.count() == 1


def _another_claim(good: IncentiveClaim, **whose: int) -> IncentiveClaim:
    amounts = {name: getattr(good, name) for name in ("contributed", "whole", "before", "carried", "amount", "over", "state")}
    return IncentiveClaim(**{"run_id": good.run_id, "member_id": MemberFactory().pk, **amounts, **whose})


def test_lateness_leads_to_an_employer_and_a_filing_that_exist() -> None:
    cases = (
        (late_charge(), "employer_id", EmployerFactory().pk, "late_charge_of_an_employer"),
        (late_dividend(), "filing_id", FilingFactory().pk, "late_dividend_of_a_filing"),
    )

    for good, whose, other, guard in cases:
        fields = {field.attname: getattr(good, field.attname) for field in good._meta.concrete_fields if not field.primary_key}
        rows = [type(good)(**{**fields, whose: key}) for key in (other, 10**9)]
        with pytest.raises(IntegrityError, match=guard), transaction.atomic():
            type(good).objects.bulk_create(rows)  # type: ignore[arg-type]
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            type(good).objects.filter(pk=good.pk).update(**{whose: other})
        rows[0].save()
        assert type(good).objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_nobody_at_all_moves_lateness_to_another() -> None:
    charge, dividend = late_charge(), late_dividend()

    with owner_connection(connection.settings_dict["NAME"]) as owner, owner.cursor() as cursor:
        for one, whose in ((charge, "employer_id"), (dividend, "filing_id")):
            with pytest.raises(psycopg2.errors.CheckViolation, match="lateness_stays"):
                cursor.execute(f"UPDATE {one._meta.db_table} SET {whose} = {whose} + 1")


@pytest.mark.parametrize("table", ["contributions_filing", "members_member", "contributions_incentiverun", "employers_employer"])
def test_nobody_deletes_what_rows_lead_to(table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


@pytest.mark.django_db
def test_every_guard_is_always_on() -> None:
    """Also for a session with session_replication_role = replica, in which ordinary triggers keep silent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'A'")
        assert cursor.fetchall() == []
