"""What an employer paid too much (KWSP 14): asked for by its maker, sent by its checker, decided by two officers, taken back from whoever has it."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from contributions.enums import CorrectionState, FilingState, LineState, OverpaymentHow, OverpaymentState, OverpaymentWhy
from contributions.models import Correction, CorrectionLine, CreditUse, Filing, Overpayment, OverpaymentRow, Payment
from contributions.rules import overpaying
from contributions.selectors import explaining, recompute
from contributions.services import correction as corrections
from contributions.services import overpayment_desk as desk
from contributions.services import overpayment_money as money
from contributions.services import overpayments as services
from contributions.services import payment as payments
from contributions.services import preparing
from contributions.services.leave import to_apply
from contributions.services.overpayments import NotAllowed, RowFault
from employers.enums import ApprovalFlow
from kwsp_portal import jobs
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.clock import KL
from kwsp_portal.documents.services import Upload
from kwsp_portal.notify.models import Notice
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import User
from members.ledger import balances, invariants, posting
from members.ledger.enums import HolderKind, HoldKind
from members.models import Member, OfficerIdentity
from tests import factories
from tests.contributions.conftest import NOVEMBER, Office
from tests.contributions.correcting import ON, PAID, Officers, credited, officers, post
from tests.contributions.crediting import savings, standing
from tests.contributions.paying import Bank
from tests.contributions.test_paying_from_credit import pay
from tests.factories import borang_a, leave, withdrawals

pytestmark = pytest.mark.django_db
PAPER = Upload("slip-gaji.pdf", b"%PDF-1.4 slip gaji")
REASON = "Gaji tersalah taip dalam sistem kami."
WHOLE = {"PERSARAAN": 108_675, "SEJAHTERA": 21_735, "FLEKSIBEL": 14_490}
"""RM1,449 of RM6,250."""


@pytest.fixture
def people(db: None) -> Officers:
    return officers()


@pytest.fixture
def member(office: Office) -> Member:
    return office.hire()


@pytest.fixture
def filing(office: Office, bank: Bank, member: Member) -> Filing:
    return credited(office, bank, member)


def prepared(
    office: Office, filing: Filing, *right: tuple[Member, str], by: User | None = None, on: date = ON, how: OverpaymentHow = OverpaymentHow.REFUND
) -> Overpayment:
    asked = [(member.number, Decimal(wages)) for member, wages in right]
    said = {"why": OverpaymentWhy.WAGES, "how": how, "reason": REASON, "document": PAPER}
    return services.prepare(filing_id=filing.pk, right=asked, by=by or office.maker, on=on, **said)  # type: ignore[arg-type]


def applied(office: Office, filing: Filing, *right: tuple[Member, str], on: date = ON, how: OverpaymentHow = OverpaymentHow.REFUND) -> Overpayment:
    found = prepared(office, filing, *right, on=on, how=how)
    services.submit(overpayment_id=found.pk, by=office.maker, on=on)
    return leave.apply(overpayment_id=found.pk, by=office.checker, on=on)


def put_forward(found: Overpayment, people: Officers, on: date = ON) -> Overpayment:
    return desk.put_forward(overpayment_id=found.pk, reason=REASON, by=people.supervisor, on=on)


def taken_back(
    office: Office, filing: Filing, people: Officers, *right: tuple[Member, str], how: OverpaymentHow = OverpaymentHow.REFUND
) -> Overpayment:
    found = put_forward(applied(office, filing, *right, how=how), people)
    desk.approve(overpayment_id=found.pk, by=people.inspector, on=ON)
    assert post().failed == 0
    return Overpayment.objects.get(pk=found.pk)


def held_of(found: Overpayment) -> int:
    """What is held of the employer's credit, sen."""
    pots = balances.pots_of(HolderKind.EMPLOYER, found.filing.employer_id)
    return next(pot.held_sen for pot in pots if pot.code == "CREDIT")


def told(whose: str) -> list[str]:
    return list(Notice.objects.filter(whose=whose, code__regex="^(OVERPAYMENT|CORRECTION)").order_by("pk").values_list("code", flat=True))


class TestTheTwoYears:
    @pytest.mark.parametrize(
        ("paid", "last"),
        [
            (date(2024, 11, 12), date(2026, 11, 12)),
            (date(2024, 2, 29), date(2026, 2, 28)),
            (date(2022, 2, 28), date(2024, 2, 28)),
        ],
    )
    def test_the_anniversary_is_the_last_day(self, paid: date, last: date) -> None:
        assert overpaying.last_day(paid, asked_on=last) == last

    def test_the_day_after_is_too_late(self, office: Office, filing: Filing, member: Member) -> None:
        last = PAID.replace(year=PAID.year + 2)
        found = prepared(office, filing, (member, "5000"), on=last)
        services.submit(overpayment_id=found.pk, by=office.maker, on=last)

        with pytest.raises(NotAllowed, match="TOO_LATE"):
            leave.apply(overpayment_id=found.pk, by=office.checker, on=last.replace(day=last.day + 1))
        assert leave.apply(overpayment_id=found.pk, by=office.checker, on=last).state == OverpaymentState.APPLIED


class TestTheEmployer:
    def test_the_shares_of_the_right_wages_are_the_rules_own(self, office: Office, filing: Filing, member: Member) -> None:
        found = prepared(office, filing, (member, "3000"))

        row = found.rows.get()
        assert (row.then_employer, row.then_employee) == (756, 693)
        assert (row.now_employer, row.now_employee) == (390, 330)
        assert found.claimed == row.difference == 729
        assert (found.state, savings(member)) == (OverpaymentState.DRAFT, WHOLE)

    def test_nothing_was_due_at_all(self, office: Office, filing: Filing, member: Member) -> None:
        assert prepared(office, filing, (member, "0")).claimed == 1449

    def test_everything_that_is_wrong_with_rows_is_said_together(self, office: Office, filing: Filing, member: Member) -> None:
        stranger = office.hire()
        asked = [(member.number, Decimal(6250)), (member.number, Decimal(1)), (stranger.number, Decimal(0))]

        with pytest.raises(services.BadRows) as refused:
            services.prepare(
                filing_id=filing.pk,
                why=OverpaymentWhy.TWICE,
                how=OverpaymentHow.REFUND,
                reason=REASON,
                right=asked,
                document=PAPER,
                by=office.maker,
                on=ON,
            )

        assert {(fault.number, fault.code) for fault in refused.value.faults} == {
            (member.number, "NOT_LESS"),
            (member.number, "TWICE"),
            (stranger.number, "UNKNOWN"),
        }
        assert not Overpayment.objects.exists()

    def test_a_row_is_in_one_application_at_a_time(self, office: Office, filing: Filing, member: Member) -> None:
        first = prepared(office, filing, (member, "5000"))
        with pytest.raises(services.BadRows) as refused:
            prepared(office, filing, (member, "4000"))
        assert refused.value.faults == (RowFault(member.number, "ASKED"),)

        services.discard(overpayment_id=first.pk, by=office.maker, on=ON)
        assert prepared(office, filing, (member, "4000")).claimed > 0

    def test_a_second_click_finds_the_first_draft_and_other_wages_are_another_matter(self, office: Office, filing: Filing, member: Member) -> None:
        first = prepared(office, filing, (member, "5000"))

        assert prepared(office, filing, (member, "5000")) == first
        assert Overpayment.objects.count() == 1
        for other in ({"how": OverpaymentHow.OFFSET}, {"by": office.colleague(administrator=True)}):
            with pytest.raises(services.BadRows):
                prepared(office, filing, (member, "5000"), **other)  # type: ignore[arg-type]

    def test_a_month_that_is_not_credited_cannot_be_asked_about(self, office: Office, member: Member) -> None:
        with pytest.raises(NotAllowed, match="NOT_CREDITED"):
            prepared(office, office.approved(), (member, "5000"))

    def test_the_maker_prepares_and_the_checker_sends_it(self, office: Office, filing: Filing, member: Member) -> None:
        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            prepared(office, filing, (member, "5000"), by=factories.UserFactory())
        found = prepared(office, filing, (member, "5000"))
        for act, by, code in ((services.submit, factories.UserFactory(), "NO_RIGHT"), (leave.apply, office.checker, "WRONG_STATE")):
            with pytest.raises(NotAllowed, match=code):
                act(overpayment_id=found.pk, by=by, on=ON)
        services.submit(overpayment_id=found.pk, by=office.maker, on=ON)
        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            leave.apply(overpayment_id=found.pk, by=office.maker, on=ON)

        found = services.send_back(overpayment_id=found.pk, comment="Semak gajinya.", by=office.checker, on=ON)
        assert (found.state, found.comment, found.submitted_by) == (OverpaymentState.DRAFT, "Semak gajinya.", None)
        services.submit(overpayment_id=found.pk, by=office.maker, on=ON)
        found = leave.apply(overpayment_id=found.pk, by=office.checker, on=ON)

        assert (found.state, found.flow, found.applied_on) == (OverpaymentState.APPLIED, ApprovalFlow.CHECKED, ON)
        acts = list(AuditEvent.objects.filter(action__startswith="overpayment", refused=False).order_by("seq").values_list("action", flat=True))
        assert [act.partition(".")[2] for act in acts] == ["prepare", "submit", "send_back", "submit", "approve"]

    def test_nobody_sends_the_own_work(self, office: Office, filing: Filing, member: Member) -> None:
        both = office.colleague(administrator=True)
        found = prepared(office, filing, (member, "5000"), by=both)
        services.submit(overpayment_id=found.pk, by=office.maker, on=ON)

        with pytest.raises(NotAllowed, match="OWN_WORK"):
            leave.apply(overpayment_id=found.pk, by=both, on=ON)

    def test_postgresql_lets_nobody_send_the_own_work_nor_change_what_was_asked(self, office: Office, filing: Filing, member: Member) -> None:
        found = prepared(office, filing, (member, "5000"))
        services.submit(overpayment_id=found.pk, by=office.maker, on=ON)

        with pytest.raises(IntegrityError, match="overpayment_approved_by_another"), transaction.atomic():
            Overpayment.objects.update(state="APPLIED", applied_on=ON, approved_by=office.maker)
        with pytest.raises(IntegrityError, match="overpayment_moves"), transaction.atomic():
            Overpayment.objects.update(state="DISCARDED", flow="", submitted_by=None)
        other = office.approved(wage_month=NOVEMBER)
        with pytest.raises(IntegrityError, match="overpayment_grows"), transaction.atomic():
            OverpaymentRow.objects.create(
                overpayment=found, row=other.rows.get(), wages=1, then_employer=1, then_employee=1, now_employer=0, now_employee=0
            )


class TestTheCode:
    """The checker's code is for this application, its sum, how many rows, and how it is to come back."""

    def test_of_another_application_or_another_way_it_is_for_nothing(self, office: Office, filing: Filing, member: Member) -> None:
        found = prepared(office, filing, (member, "3000"))
        services.submit(overpayment_id=found.pk, by=office.maker, on=ON)
        seen = to_apply(Overpayment.objects.get(pk=found.pk))
        for other in ({**seen, "how": "OFFSET"}, {**seen, "total": "1.00"}, {**seen, "overpayment": "0"}):
            approval = leave.as_rows(user=office.checker, purpose=Purpose.EMPLOYER_APPROVAL, shown=other, at=clock.now())
            with pytest.raises(tac.Refused):
                services.approve(overpayment_id=found.pk, by=office.checker, approval=approval, on=ON, at=clock.now())

        found.refresh_from_db()
        assert (found.state, found.approved_by) == (OverpaymentState.SUBMITTED, None)

    def test_sent_back_and_handed_in_the_other_way_the_code_of_before_is_dead(self, office: Office, filing: Filing, member: Member) -> None:
        found = prepared(office, filing, (member, "3000"))
        services.submit(overpayment_id=found.pk, by=office.maker, on=ON)
        seen = to_apply(Overpayment.objects.get(pk=found.pk))
        approval = leave.as_rows(user=office.checker, purpose=Purpose.EMPLOYER_APPROVAL, shown=seen, at=clock.now())
        services.send_back(overpayment_id=found.pk, comment="Jadikan kredit.", by=office.checker, on=ON)
        money.choose(overpayment_id=found.pk, how=OverpaymentHow.OFFSET, by=office.maker, on=ON)
        services.submit(overpayment_id=found.pk, by=office.maker, on=ON)

        with pytest.raises(tac.Refused):
            services.approve(overpayment_id=found.pk, by=office.checker, approval=approval, on=ON, at=clock.now())
        assert leave.apply(overpayment_id=found.pk, by=office.checker, on=ON).state == OverpaymentState.APPLIED


class TestTwoOfficers:
    def test_what_two_approve_is_taken_back_told_and_held(self, office: Office, filing: Filing, member: Member, people: Officers) -> None:
        found = taken_back(office, filing, people, (member, "3000"))

        # RM729 in the proportion 75 : 15 : 10.
        assert savings(member) == {"PERSARAAN": 108_675 - 54_675, "SEJAHTERA": 21_735 - 10_935, "FLEKSIBEL": 14_490 - 7_290}
        assert (found.state, found.amount, found.decided_by) == (OverpaymentState.HELD, Decimal(729), people.inspector)
        (hold,) = posting.standing([found.hold_id])  # type: ignore[list-item]
        assert (hold.amount_sen, standing()["CREDIT"]) == (72_900, 72_900)
        assert told("MEMBER") == ["CORRECTION_LESS"]
        assert told("EMPLOYER") == ["CORRECTION_EMPLOYER", "OVERPAYMENT_HELD", "OVERPAYMENT_NEEDS_ACCOUNT"]
        assert invariants.broken() == []

    def test_nobody_decides_alone_and_a_second_click_finds_it_done(self, office: Office, filing: Filing, member: Member, people: Officers) -> None:
        found = put_forward(applied(office, filing, (member, "3000")), people)
        assert put_forward(found, people).correction == found.correction

        for act, by, code in (
            (desk.approve, people.supervisor, "OWN_WORK"),
            (desk.approve, office.checker, "NO_RIGHT"),
        ):
            with pytest.raises(NotAllowed, match=code):
                act(overpayment_id=found.pk, by=by, on=ON)
        with pytest.raises(NotAllowed, match="WRONG_STATE"):
            desk.put_forward(overpayment_id=found.pk, reason=REASON, by=people.inspector, on=ON)
        assert savings(member) == WHOLE

    def test_one_refuses_alone_also_what_another_put_forward(self, office: Office, filing: Filing, member: Member, people: Officers) -> None:
        found = put_forward(applied(office, filing, (member, "3000")), people)
        with pytest.raises(NotAllowed, match="COMMENT_MISSING"):
            desk.refuse(overpayment_id=found.pk, comment=" ", by=people.inspector, on=ON)

        found = desk.refuse(overpayment_id=found.pk, comment="Slip gaji bulan lain.", by=people.inspector, on=ON)

        assert (found.state, Correction.objects.get().state) == (OverpaymentState.REFUSED, CorrectionState.REFUSED)
        assert (told("MEMBER"), told("EMPLOYER")) == ([], ["OVERPAYMENT_REFUSED"])
        assert prepared(office, filing, (member, "3000")).state == OverpaymentState.DRAFT, "its rows are free"
        assert invariants.broken() == []

    def test_a_withdrawn_proposal_is_put_forward_by_another(self, office: Office, filing: Filing, member: Member, people: Officers) -> None:
        found = put_forward(applied(office, filing, (member, "3000")), people)
        assert found.correction is not None
        corrections.withdraw(correction_id=found.correction.pk, by=people.supervisor, on=ON)

        again = desk.put_forward(overpayment_id=found.pk, reason=REASON, by=people.inspector, on=ON)

        assert again.correction is not None
        assert again.correction.pk != found.correction.pk
        desk.approve(overpayment_id=found.pk, by=people.supervisor, on=ON)
        assert post().failed == 0
        assert Overpayment.objects.get().state == OverpaymentState.HELD
        assert invariants.broken() == []

    def test_a_row_that_was_corrected_meanwhile_is_not_taken_back(self, office: Office, filing: Filing, member: Member, people: Officers) -> None:
        found = applied(office, filing, (member, "3000"))
        member.citizenships.update(status="NON_CITIZEN")

        with pytest.raises(NotAllowed, match="CHANGED"):
            put_forward(found, people)

    def test_an_officer_who_is_in_the_month_has_nothing_to_do_with_it(self, office: Office, bank: Bank, people: Officers) -> None:
        own = office.hire()
        named = {"identity_kind": "MYKAD", "identity_number": own.identity_number, "reason": "x"}
        at = datetime(2026, 11, 1, 9, tzinfo=KL)
        OfficerIdentity.objects.create(user=people.supervisor, named_by=people.inspector, named_at=at, **named)
        found = applied(office, credited(office, bank, own), (own, "3000"))

        for act in (lambda: put_forward(found, people), lambda: desk.refuse(overpayment_id=found.pk, comment="x", by=people.supervisor, on=ON)):
            with pytest.raises(NotAllowed, match="OWN_RECORD"):
                act()


class TestOffset:
    """Against a later month: what came back is the employer's credit, and nothing holds it."""

    def test_it_is_free_credit_told_and_no_account_is_asked_for(self, office: Office, filing: Filing, member: Member, people: Officers) -> None:
        found = taken_back(office, filing, people, (member, "3000"), how=OverpaymentHow.OFFSET)

        assert (found.state, found.amount, found.hold_id) == (OverpaymentState.OFFSET, Decimal(729), None)
        assert (standing()["CREDIT"], held_of(found)) == (72_900, 0)
        assert told("EMPLOYER") == ["CORRECTION_EMPLOYER", "OVERPAYMENT_OFFSET"]
        assert AuditEvent.objects.filter(action="overpayment.credited").get().data["how"] == "OFFSET"
        assert invariants.broken() == []

    def test_a_part_of_it(self, office: Office, bank: Bank, people: Officers) -> None:
        gone, there = office.hire(), office.hire()
        filing = credited(office, bank, gone, there)
        withdrawals.hold(posting.member(gone.pk, "FLEKSIBEL"), 14_000, on=PAID)

        found = taken_back(office, filing, people, (gone, "3000"), (there, "3000"), how=OverpaymentHow.OFFSET)

        assert (found.state, found.amount) == (OverpaymentState.OFFSET, Decimal(729))
        assert told("EMPLOYER") == ["CORRECTION_EMPLOYER_PARTLY", "OVERPAYMENT_OFFSET_PARTLY"]
        assert invariants.broken() == []

    def test_the_maker_chooses_in_a_draft_and_the_checker_from_then_on(
        self, office: Office, filing: Filing, member: Member, people: Officers, make_office: Callable[[], Office]
    ) -> None:
        def choose(how: OverpaymentHow, by: User) -> Overpayment:
            return money.choose(overpayment_id=found.pk, how=how, by=by, on=ON)

        found = prepared(office, filing, (member, "3000"))
        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            choose(OverpaymentHow.OFFSET, office.checker)
        assert choose(OverpaymentHow.OFFSET, office.maker).how == OverpaymentHow.OFFSET
        services.submit(overpayment_id=found.pk, by=office.maker, on=ON)
        for by in (office.maker, office.checker):
            with pytest.raises(NotAllowed, match="WRONG_STATE"):
                choose(OverpaymentHow.REFUND, by)
        leave.apply(overpayment_id=found.pk, by=office.checker, on=ON)
        for by in (office.maker, make_office().checker):
            with pytest.raises(NotAllowed, match="NO_RIGHT"):
                choose(OverpaymentHow.REFUND, by)
        assert choose(OverpaymentHow.REFUND, office.checker).state == OverpaymentState.APPLIED
        # While officers look at it, too: what they decide is whether it is taken back.
        put_forward(found, people)
        choose(OverpaymentHow.OFFSET, office.checker)
        desk.approve(overpayment_id=found.pk, by=people.inspector, on=ON)
        assert post().failed == 0
        assert Overpayment.objects.get().state == OverpaymentState.OFFSET

    def test_it_pays_a_later_month_once_and_is_no_refund_any_more(self, office: Office, filing: Filing, member: Member, people: Officers) -> None:
        found = taken_back(office, filing, people, (member, "3000"), how=OverpaymentHow.OFFSET)
        later = office.approved(borang_a.row(member, "3000.00", "390", "330"), wage_month=NOVEMBER)
        other = office.approved(borang_a.row(member, "100.00", "13", "11"), wage_month=NOVEMBER.next())

        payment = pay(later, office.checker, ON)

        assert [(use.source_overpayment_id, use.amount) for use in payment.made_of.all()] == [(found.pk, Decimal(720))]
        assert (standing()["CREDIT"], Filing.objects.get(pk=later.pk).state) == (900, FilingState.PAID)
        assert invariants.broken() == []
        with pytest.raises(payments.PaymentRefused) as short:
            pay(other, office.checker, ON)
        assert short.value.refusal.code == "CREDIT_SHORT"
        # Other money of the employer's on the same account does not make it whole.
        with pytest.raises(NotAllowed, match="NOT_FREE"):
            money.choose(overpayment_id=found.pk, how=OverpaymentHow.REFUND, by=office.checker, on=ON)
        with pytest.raises(IntegrityError, match="after its money was used"), transaction.atomic():
            Overpayment.objects.filter(pk=found.pk).update(state="HELD", how="REFUND", hold_id=1)
        forged = {
            "order_no": "X",
            "bank_code": "KWSP",
            "method": "CREDIT",
            "state": "APPROVED",
            "counts": True,
            "fpx_id": "X",
            "paid_at": clock.now(),
        }
        again = Payment.objects.create(filing=other, amount=Decimal(10), started_on=ON, started_at=clock.now(), **forged)
        with pytest.raises(IntegrityError, match="over what is left"), transaction.atomic():
            CreditUse.objects.create(payment=again, source_overpayment=found, amount=Decimal(10))

    def test_what_was_used_or_is_wanted_elsewhere_cannot_be_sent_to_the_bank(
        self, office: Office, filing: Filing, member: Member, people: Officers
    ) -> None:
        found = taken_back(office, filing, people, (member, "3000"), how=OverpaymentHow.OFFSET)
        credit = posting.employer(office.employer.pk, "CREDIT")
        hold = posting.place_hold(account=credit, amount_sen=1, kind=HoldKind.REFUND, ref=1, booked_on=ON)

        with pytest.raises(NotAllowed, match="NOT_FREE"):
            money.choose(overpayment_id=found.pk, how=OverpaymentHow.REFUND, by=office.checker, on=ON)

        found.refresh_from_db()
        assert (found.state, found.how) == (OverpaymentState.OFFSET, OverpaymentHow.OFFSET)
        posting.release_hold(hold, booked_on=ON)
        found = money.choose(overpayment_id=found.pk, how=OverpaymentHow.REFUND, by=office.checker, on=ON)
        assert (found.state, held_of(found)) == (OverpaymentState.HELD, 72_900)
        assert told("EMPLOYER")[-2:] == ["OVERPAYMENT_TO_ACCOUNT", "OVERPAYMENT_NEEDS_ACCOUNT"]
        assert {one.name for one in invariants.broken()} == {"contributions.refund_is_held"}, "the hold of this test, which no refund has"

    def test_postgresql_keeps_what_was_chosen_with_where_it_is(self, office: Office, filing: Filing, member: Member, people: Officers) -> None:
        found = prepared(office, filing, (member, "3000"))
        services.submit(overpayment_id=found.pk, by=office.maker, on=ON)
        with pytest.raises(IntegrityError, match="overpayment_moves"), transaction.atomic():
            Overpayment.objects.update(how="OFFSET")
        leave.apply(overpayment_id=found.pk, by=office.checker, on=ON)
        desk.approve(overpayment_id=put_forward(found, people).pk, by=people.inspector, on=ON)
        assert post().failed == 0
        with pytest.raises(IntegrityError, match="overpayment_goes_as_chosen"), transaction.atomic():
            Overpayment.objects.update(state="OFFSET", hold_id=None)
        with pytest.raises(IntegrityError, match="overpayment_goes_as_chosen"), transaction.atomic():
            Overpayment.objects.update(how="OFFSET")


class TestWhoHasWithdrawn:
    def test_what_is_not_there_any_more_is_not_taken_and_the_rest_is(self, office: Office, bank: Bank, people: Officers) -> None:
        gone, there = office.hire(), office.hire()
        filing = credited(office, bank, gone, there)
        withdrawals.hold(posting.member(gone.pk, "FLEKSIBEL"), 14_000, on=PAID)

        found = taken_back(office, filing, people, (gone, "3000"), (there, "3000"))

        assert (savings(gone), found.amount, found.claimed) == (WHOLE, Decimal(729), Decimal(1458))
        assert dict(CorrectionLine.objects.values_list("row__member", "state")) == {gone.pk: LineState.REFUSED, there.pk: LineState.POSTED}
        assert told("EMPLOYER") == ["CORRECTION_EMPLOYER_PARTLY", "OVERPAYMENT_HELD_PARTLY", "OVERPAYMENT_NEEDS_ACCOUNT"]
        assert Notice.objects.filter(whose="MEMBER", code="CORRECTION_LESS").count() == 1
        assert invariants.broken() == []

    def test_none_of_it_is_there(self, office: Office, filing: Filing, member: Member, people: Officers) -> None:
        withdrawals.hold(posting.member(member.pk, "FLEKSIBEL"), 14_000, on=PAID)

        found = taken_back(office, filing, people, (member, "3000"))

        assert (found.state, found.amount, found.hold_id) == (OverpaymentState.NOTHING, None, None)
        assert told("EMPLOYER") == ["CORRECTION_EMPLOYER_PARTLY", "OVERPAYMENT_NOTHING"]
        assert invariants.broken() == []


class TestAfterwards:
    def test_the_row_stands_by_the_right_wages_from_then_on(self, office: Office, filing: Filing, member: Member, people: Officers) -> None:
        taken_back(office, filing, people, (member, "3000"))

        (line,) = recompute.lines_of(filing=filing, as_at=ON)
        assert (line.wages, line.right_wages, line.differs) == (6250, 3000, False)
        shares = explaining.shares_of(filing.rows.get())
        assert shares is not None
        assert (shares.now, shares.stored.total) == (None, 720), "the explanation is that of the right wages"
        made = corrections.prepare(filing_ids=[filing.pk], as_at=ON, reason="x", by=people.supervisor, on=ON)
        assert jobs.work_some(programmes=[preparing.PROGRAMME]).failed == 0
        made.refresh_from_db()
        assert made.state == CorrectionState.NOTHING, "no later correction takes the filed wages for right again"

    def test_a_second_application_starts_where_the_first_left_it(self, office: Office, filing: Filing, member: Member, people: Officers) -> None:
        taken_back(office, filing, people, (member, "3000"))

        found = taken_back(office, filing, people, (member, "0"))

        assert (found.amount, savings(member)) == (Decimal(720), dict.fromkeys(WHOLE, 0))
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_hold WHERE kind = 3")
            assert cursor.fetchone() == (2,)
        assert invariants.broken() == []
