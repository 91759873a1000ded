"""What the matrix of roles asks for: a member and an employer with one of everything, and the same of somebody else.

For a new address that names an object: make it in `_things` for both, and say in OBJECTS which arguments lead to it.
"""

import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from contributions.enums import RowStatus, WageListSource
from contributions.models import (
    Assessment,
    AssessmentLog,
    AssessmentPaper,
    Complaint,
    ComplaintLog,
    ComplaintPaper,
    CounterDrawer,
    CounterReceipt,
    ElectionBatch,
    Filing,
    FilingRow,
    InstalmentPlan,
    InstalmentTerms,
    Mandate,
    Overpayment,
    Payment,
    VoluntaryOrder,
    WageList,
)
from employers.models import Employer
from kwsp_portal.frame.permissions import Who
from kwsp_portal.notify.enums import Whose
from kwsp_portal.notify.models import Notice
from members.identity.enums import Role
from members.identity.models import ApiToken, User, UserSession
from members.models import Dividend, Member
from tests import factories
from withdrawals.enums import KindCode
from withdrawals.models import Application, OfficerRelative

ABSENT: Mapping[type, Any] = {int: 999_999_999, str: "tiada-999"}
"""An argument of the same kind that leads nowhere."""
PLAIN: Mapping[str, Any] = {
    "year": 2026,
    "slug": "fleksibel",
    "code": "PERSARAAN",
    "name": "third_schedule",
    "path": "",
    "object_id": 7,
    "app_label": "identity",
    "content_type_id": 1,
}
"""For arguments that name no object of a person."""
DAY, MOMENT = date(2026, 10, 1), datetime(2026, 10, 1, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """Two of everything. `representatives`: who acts for `own`'s employer in each role."""

    member: Member
    own: Mapping[str, Any]
    other: Mapping[str, Any]
    representatives: Mapping[Who, User]


Arguments = Callable[[World, User], tuple[dict[str, Any], dict[str, Any]]]


def make() -> World:
    """The own and another's."""
    member, stranger = (factories.MemberFactory(user=factories.UserFactory()) for _one in range(2))
    employer, rival = factories.EmployerFactory(), factories.EmployerFactory()
    people = {
        Who.MAKER: factories.RepresentativeFactory(employer=employer).user,
        Who.CHECKER: factories.RepresentativeFactory(employer=employer, checker=True).user,
        Who.EMPLOYER_ADMINISTRATOR: factories.RepresentativeFactory(employer=employer, administrator=True).user,
    }
    return World(member, _things(member, employer), _things(stranger, rival), people)


def _things(member: Member, employer: Employer) -> dict[str, Any]:
    filing = factories.FilingFactory(employer=employer, ready=True)
    approved = factories.FilingFactory(employer=employer, approved=True, wage_month=date(2026, 9, 1))
    row, credited = (_row_of(of, member) for of in (filing, approved))
    paid = Payment.objects.create(
        filing=approved, started_by=approved.prepared_by, order_no=f"261001TEST{employer.pk}", bank_code="MBB0228", amount=Decimal(1449),
        started_on=DAY, started_at=MOMENT,
        state="APPROVED", counts=True, fpx_id=f"F{employer.pk}", paid_at=MOMENT,
    )  # fmt: skip
    file = factories.StoredFileFactory()
    wages = WageList.objects.create(
        employer=employer, wage_month=date(2026, 8, 1), source=WageListSource.EMPTY, begun_by=file.uploaded_by, begun_on=DAY
    )
    account = {"bank": "MBBEMYKL", "account": "512345678901", "ending": "8901", "ceiling": Decimal(5000)}
    mandate = Mandate.objects.create(employer=employer, number=f"DDA{employer.pk}", applied_by=file.uploaded_by, applied_on=DAY, **account)
    claim = {"why": "WAGES", "reason": "x", "claimed": Decimal(1), "document": file, "prepared_by": file.uploaded_by, "prepared_on": DAY}
    assessed = factories.FilingFactory(
        employer=employer, approved=True, wage_month=date(2026, 7, 1), source="ASSESSMENT", prepared_by=None, approved_by=None
    )
    assessment = Assessment.objects.create(
        employer=employer, wage_month=date(2026, 7, 1), source="WRITTEN", grounds="x", made_by=file.uploaded_by, made_on=DAY, state="SERVED",
        filing=assessed, signed_by=approved.prepared_by, signed_on=DAY,
    )  # fmt: skip
    drawer = CounterDrawer.objects.create(
        place="Ipoh", officer=factories.UserFactory(role=Role.COUNTER_OFFICER), on=DAY, opening=Decimal(1), opened_at=MOMENT
    )
    entry = AssessmentLog.objects.create(assessment=assessment, action="OBJECT", comment="x", on=DAY, at=MOMENT)
    return {
        "assessment": assessment,
        "paper": AssessmentPaper.objects.create(entry=entry, document=factories.StoredFileFactory()),
        "instalment_plan": _plan(employer, file.uploaded_by),
        "overpayment": Overpayment.objects.create(filing=approved, **claim),
        "mandate": mandate,
        "monthly_debit": Mandate.objects.create(
            member=member, kind="TOP_UP", day=5, number=f"DDA{employer.pk}M", applied_by=file.uploaded_by, applied_on=DAY, **account
        ),
        "wage_list": wages,
        "wage_row": wages.rows.create(place=1, member=member),
        "member": member,
        "employer": employer,
        "filing": filing,
        "person": factories.RepresentativeFactory(employer=employer),
        "approved": approved,
        "row": row,
        "credited": credited,
        "payment": paid,
        "election": factories.ElectionFactory(employer=employer, approved=True),
        "choice": factories.ElectionFactory(employer=employer, foreigner=True, approved=True),
        "batch": ElectionBatch.objects.create(employer=employer, file=file, prepared_by=file.uploaded_by, received_on=DAY),
        "complaint": _complaint(member, employer),
        "voluntary": _voluntary(member),
        "withdrawal": _withdrawal(member),
        "counter_withdrawal": _withdrawal(member, channel="COUNTER"),
        "drawer": drawer,
        "counter_receipt": CounterReceipt.objects.create(
            drawer=drawer,
            number=f"261001CTR{member.pk}",
            token=uuid.uuid4(),
            member=member,
            kind="OWN_CHOICE",
            amount=Decimal(1),
            mode="CHEQUE",
            cheque_number="123456",
            cheque_bank="MB2U0227",
            taken_at=MOMENT,
            state="WAITS",
        ),  # fmt: skip
        "dividend": Dividend.objects.create(kind="ANNUAL", member=member, year=2025, scheme="CONVENTIONAL", amount_sen=1, earned=[], credited_on=DAY),
        "member_notice": _notice(Whose.MEMBER, member.pk),
        "employer_notice": _notice(Whose.EMPLOYER, employer.pk),
    }


def _row_of(filing: Filing, member: Member) -> FilingRow:
    figures = {"wages": Decimal(6250), "employer_share": Decimal(756), "employee_share": Decimal(693)}
    who = {"member": member, "member_number": member.number, "name": member.name, "birth_date": member.birth_date, "citizenship": "CITIZEN"}
    return FilingRow.objects.create(filing=filing, line=2, part="A", reference="third_schedule@2025-10:A", status=RowStatus.VALID, **figures, **who)


def _plan(employer: Employer, by: Any) -> InstalmentPlan:
    """One that was asked for."""
    found = InstalmentPlan.objects.create(employer=employer, asked_by=by, asked_on=DAY)
    amounts = {"contribution": Decimal(1449), "charge": Decimal(0), "dividend": Decimal(0)}
    terms = {"number": 1, "count": 2, "first_on": DAY, "reason": "x", "quoted": Decimal(1449), "total": Decimal(1449), "by": by, "on": DAY}
    InstalmentTerms.objects.create(plan=found, **terms).months.create(wage_month=date(2026, 7, 1), instalment=1, due_on=DAY, **amounts)
    return found


def _voluntary(member: Member) -> Payment:
    """One that the member started, and the bank has not answered."""
    asked = VoluntaryOrder.objects.create(member=member, payer=member, kind="OWN_CHOICE")
    order = {"order_no": f"261001VOL{member.pk}", "bank_code": "MB2U0227", "amount": Decimal(100), "started_on": DAY, "started_at": MOMENT}
    return Payment.objects.create(voluntary=asked, started_by=member.user, **order)


def _withdrawal(member: Member, channel: str = "ONLINE") -> Application:
    """A draft with a paper."""
    draft = {"kind": KindCode.FLEKSIBEL, "drafted_on": DAY, "entered_by": member.user, "channel": channel}
    found: Application = Application.objects.create(number=f"PGL261001{channel[0]}{member.pk}", member=member, **draft)
    found.documents.create(code="BANK", file=factories.StoredFileFactory(), added_by=member.user, added_on=DAY)
    return found


def _withdrawal_paper(of: str = "withdrawal") -> Arguments:
    """A draft's paper."""
    return lambda world, _user: tuple(  # type: ignore[return-value]
        {"number": side[of].number, "pk": side[of].documents.get().pk} for side in (world.own, world.other)
    )


def _relative(_world: World, user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    """An officer's own declaration, and another officer's."""
    said = {"identity_kind": "MYKAD", "relation": "CHILD", "declared_on": DAY}
    number = f"900101{OfficerRelative.objects.count():06d}"
    own, other = (OfficerRelative.objects.create(officer=of, identity_number=number, **said) for of in (user, factories.UserFactory()))
    return {"pk": own.pk}, {"pk": other.pk}


def _complaint(member: Member, employer: Employer) -> Complaint:
    """One about no month, with a paper."""
    found = Complaint.objects.create(member=member, employer=employer, ground="NOT_PAID", sent_on=DAY, sent_at=MOMENT)
    entry = ComplaintLog.objects.create(complaint=found, action="SEND", by=member.user, words="x", on=DAY, at=MOMENT)
    ComplaintPaper.objects.create(entry=entry, file=factories.StoredFileFactory())
    return found


def _complaint_paper(world: World, _user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    own, other = (
        {"pk": side["complaint"].pk, "file": ComplaintPaper.objects.get(entry__complaint=side["complaint"]).file_id}
        for side in (world.own, world.other)
    )
    return own, other


def _notice(whose: Whose, number: int) -> Notice:
    figures = {"at": "x", "device": "x", "address": "x"}
    return Notice.objects.create(whose=whose, whose_id=number, code="NEW_DEVICE", cause=f"usersession:{number}", figures=figures, on=DAY)


def _of(thing: str, name: str = "pk", attribute: str = "pk", **more: Any) -> Arguments:
    """Arguments that name the thing of both."""
    return lambda world, _user: tuple(  # type: ignore[return-value]
        {**more, name: getattr(side[thing], attribute)} for side in (world.own, world.other)
    )


def _session(world: World, user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    own, other = (
        UserSession.objects.create(user=who, key_hash="0" * 64, started_at=MOMENT, seen_at=MOMENT) for who in (user, world.other["member"].user)
    )
    return {"number": own.pk}, {"number": other.pk}


def _token(world: World, user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    later = datetime(2126, 1, 1, tzinfo=UTC)
    own, other = (
        ApiToken(user=who, scope="me", created=MOMENT, expiry=later, digest=secrets.token_hex(), token_key="x")
        for who in (user, world.other["member"].user)
    )
    for row in (own, other):
        row.save(force_insert=True)
    return {"number": own.pk}, {"number": other.pk}


def _row(world: World, _user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    own, other = ({"pk": side["filing"].pk, "line": 2} for side in (world.own, world.other))
    return own, other


def _employer_s(thing: str = "") -> Arguments:
    """Arguments of a call of the API: the employer's number, and the thing."""
    return lambda world, _user: tuple(  # type: ignore[return-value]
        {"number": side["employer"].number, **({"pk": side[thing].pk} if thing else {})} for side in (world.own, world.other)
    )


def _wage_row(world: World, _user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    own, other = ({"pk": side["wage_list"].pk, "row": side["wage_row"].pk} for side in (world.own, world.other))
    return own, other


def _paper(world: World, _user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    own, other = ({"pk": side["assessment"].pk, "paper": side["paper"].pk} for side in (world.own, world.other))
    return own, other


def _cause(world: World, _user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    own, other = ({"pk": side["filing"].pk, "code": "OFF_SCHEDULE"} for side in (world.own, world.other))
    return own, other


def _mending(world: World, _user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    own, other = (
        {"pk": side["filing"].pk, "mending_id": factories.MendingFactory(filing=side["filing"], by=side["filing"].prepared_by).pk}
        for side in (world.own, world.other)
    )
    return own, other


WITHDRAWAL_PAGES = ("", "_guide", "_discard", "_done", "_cancel", "_appeal", "_renew", "_creditor", "_answer")
OBJECTS: Mapping[str, Arguments] = {
    "api:employer-template": _employer_s(),
    "api:employer-filings": _employer_s(),
    "api:employer-filing": _employer_s("filing"),
    "api:employer-filing-rows": _employer_s("filing"),
    "api:employer-filing-sheet": _employer_s("filing"),
    "api:employer-filing-submit": _employer_s("filing"),
    "api:employer-filing-discard": _employer_s("filing"),
    "api:employer-filing-row": lambda world, user: tuple(  # type: ignore[dict-item]
        {**one, "line": 2} for one in _employer_s("filing")(world, user)
    ),
    "api:employer-filing-approve": _employer_s("filing"),
    "api:employer-filing-return": _employer_s("filing"),
    "api:employer-filing-payments": _employer_s("approved"),
    "api:employer-members": _employer_s(),
    "identity:session_end": _session,
    "identity:token_revoke": _token,
    "member:contribution": _of("credited", "row_id"),
    "member:notice": _of("member_notice"),
    "member:dividend": _of("dividend"),
    **dict.fromkeys((f"member:withdrawal{end}" for end in WITHDRAWAL_PAGES), _of("withdrawal", "number", "number")),
    "member:withdrawal_step": _of("withdrawal", "number", "number", step="amount"),
    **dict.fromkeys((f"member:withdrawal_document{end}" for end in ("", "_small", "_remove")), _withdrawal_paper()),
    **dict.fromkeys((f"counter:withdrawal_document{end}" for end in ("", "_small", "_remove")), _withdrawal_paper("counter_withdrawal")),
    **dict.fromkeys(
        (f"counter:withdrawal{end}" for end in ("", "_discard", "_answer", "_cancel", "_appeal", "_renew", "_creditor")),
        _of("counter_withdrawal", "number", "number"),
    ),
    "counter:withdrawal_step": _of("counter_withdrawal", "number", "number", step="amount"),
    "staff:withdrawal_relative_end": _relative,
    "member:complaint": _of("complaint"),
    "member:complaint_withdraw": _of("complaint"),
    "member:complaint_paper": _complaint_paper,
    **dict.fromkeys(("member:voluntary_payment", "member:voluntary_go"), _of("voluntary", "order_no", "order_no")),
    **dict.fromkeys(("member:voluntary_ask", "member:voluntary_cancel"), _of("voluntary", "order_no", "order_no")),
    "employer:notice": _of("employer_notice"),
    "employer:person": _of("person"),
    "employer:person_invite": _of("person"),
    "employer:person_role": _of("person"),
    "employer:person_phone": _of("person"),
    "employer:person_remove": _of("person"),
    "employer:filing": _of("filing"),
    "employer:filing_row": _row,
    "employer:row_mend": _row,
    "employer:row_leave_out": _row,
    "employer:filing_cause": _cause,
    "employer:filing_mends": _of("filing"),
    "employer:bad_rows_file": _of("filing"),
    "employer:bad_rows_csv": _of("filing"),
    "employer:bad_rows_xlsx": _of("filing"),
    "employer:filing_take_back": _of("filing"),
    "employer:filing_cancel": _of("approved"),
    "employer:mending_undo": _mending,
    "employer:filing_submit": _of("filing"),
    "employer:filing_discard": _of("filing"),
    "employer:filing_reread": _of("filing"),
    "employer:filing_sheet": _of("filing"),
    "employer:filing_decide": _of("filing"),
    "employer:filing_pay": _of("approved"),
    "employer:assessment": _of("assessment"),
    "employer:assessment_object": _of("assessment"),
    "employer:assessment_paper": _paper,
    "employer:payment": _of("payment", "order_no", "order_no"),
    "employer:payment_go": _of("payment", "order_no", "order_no"),
    "employer:payment_ask": _of("payment", "order_no", "order_no"),
    **dict.fromkeys(("counter:drawer", "counter:drawer_see"), _of("drawer")),
    **dict.fromkeys(("counter:receipt", "counter:cheque_decide"), _of("counter_receipt", "number", "number")),
    "employer:payment_receipt": _of("payment", "order_no", "order_no"),
    "employer:wage_row": _wage_row,
    "employer:wage_list": _of("wage_list"),
    "employer:wage_list_add": _of("wage_list"),
    "employer:wage_list_foreigner": _of("wage_list"),
    "employer:wage_list_done": _of("wage_list"),
    "employer:wage_list_nil": _of("wage_list"),
    "employer:wage_list_discard": _of("wage_list"),
    "employer:wage_list_reopen": _of("wage_list"),
    "employer:direct_debit_end": _of("mandate"),
    "member:monthly_debit_stop": _of("monthly_debit"),
    "employer:suspense_row": lambda world, _user: tuple(  # type: ignore[dict-item]
        {"pk": side["approved"].pk, "line": 2} for side in (world.own, world.other)
    ),
    "employer:payment_cancel": _of("payment", "order_no", "order_no"),
    "employer:payment_refund": _of("payment", "order_no", "order_no"),
    "employer:instalment_plan": _of("instalment_plan"),
    "employer:overpayment": _of("overpayment"),
    "employer:overpayment_document": _of("overpayment"),
    "employer:overpayment_new": _of("approved"),
    "employer:election": _of("election"),
    "employer:election_cancel": _of("election"),
    "employer:election_copy": _of("choice"),
    "employer:election_document": _of("election"),
    "employer:election_file": _of("batch"),
}
