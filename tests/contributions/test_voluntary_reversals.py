"""A credited voluntary contribution undone by two officers: taken back whole with its value date, held for who paid, told; or not at all."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from contributions.enums import ReturnState, ReturnWhy, WrongCreditState
from contributions.models import VoluntaryContribution, VoluntaryReturn, VoluntaryReversal
from contributions.selectors import statement
from contributions.services import counter, voluntary, voluntary_reversals
from contributions.services.counter_payers import Payer
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.notify import kinds
from kwsp_portal.notify.models import Notice
from members.enums import ReplacementCause, SubAccount
from members.identity.enums import Role
from members.identity.models import User
from members.ledger import invariants, posting
from members.models import Member, ReplacementOrder
from members.services import own_record, replacing
from tests import factories
from tests.contributions import volunteering
from tests.contributions.crediting import standing
from tests.contributions.paying import PAID_AT, Bank
from tests.contributions.test_counter import AT, OF_CHEQUE, Desk
from tests.contributions.test_counter import ON as COUNTER_DAY
from tests.contributions.voluntary_reversing import REASON, approve, officer, propose, recall, reverse
from tests.factories import withdrawals

pytestmark = pytest.mark.django_db
DAY, LATER = PAID_AT.date(), date(2026, 11, 25)


@pytest.fixture
def member() -> Member:
    return volunteering.member()


@pytest.fixture
def maker() -> User:
    return officer()


@pytest.fixture
def checker() -> User:
    return officer(Role.INSPECTOR)


def told(found: Member, code: str) -> str:
    (notice,) = Notice.objects.filter(whose="MEMBER", whose_id=found.pk, code=code)
    said = kinds.shown(code, notice.figures)
    return " ".join((said.subject, *said.paragraphs))


class TestReversed:
    def test_it_is_taken_back_whole_and_held_for_who_paid(self, bank: Bank, member: Member, maker: User, checker: User) -> None:
        payer = volunteering.member()
        found = volunteering.credited(bank, member, "100.01", payer=payer)
        before = voluntary.room(member=member, on=LATER)
        proposed = propose(found, by=maker, on=LATER)
        assert sum(volunteering.accounts_of(member).values()) == 100_01, "nothing before the second officer"

        approve(proposed, by=checker, on=LATER)

        found.refresh_from_db()
        assert (found.reversed_on, found.credited) == (LATER, Decimal("100.01"))
        assert set(volunteering.accounts_of(member).values()) == {0}
        assert volunteering.owed_to(payer) == 100_01
        back = VoluntaryReturn.objects.get()
        assert (back.payer, back.amount, back.why, back.state) == (payer, Decimal("100.01"), ReturnWhy.REVERSED, ReturnState.HELD)
        assert voluntary.room(member=member, on=LATER) - before == Decimal("100.01")
        with connection.cursor() as cursor:
            cursor.execute("SELECT booked_on, value_date FROM ledger_entry WHERE kind = 40 AND part = 1 AND ref = %s", [found.pk])
            assert cursor.fetchall() == [(LATER, found.paid_on)]
        assert invariants.broken() == []

    def test_both_are_told_and_the_trail_has_it(self, bank: Bank, member: Member) -> None:
        payer = volunteering.member()
        found = reverse(volunteering.credited(bank, member, "100.00", payer=payer), on=LATER)

        said = told(member, "VOLUNTARY_REVERSED")
        assert "100.00" in said
        assert REASON in said
        assert payer.number not in said
        assert "100.00" in told(payer, "VOLUNTARY_RETURN_REVERSED")
        acts = AuditEvent.objects.filter(action__startswith="voluntary.reversal.", refused=False).order_by("pk")
        assert [(act.action, act.data["before"], act.data["after"]) for act in acts] == [
            ("voluntary.reversal.propose", {}, {"state": "PROPOSED"}),
            ("voluntary.reversal.approve", {"state": "PROPOSED"}, {"state": "POSTED"}),
        ]
        assert found.state == WrongCreditState.POSTED

    def test_an_agents_receipt_for_the_wrong_member_goes_back_to_who_paid(self, bank: Bank, member: Member) -> None:
        """The number on the receipt was the mistake: its member must not get another's money."""
        right = volunteering.member()
        reverse(volunteering.credited(bank, member, "100.00"), on=LATER, payer=right)

        assert (volunteering.owed_to(member), volunteering.owed_to(right)) == (0, 100_00)
        assert VoluntaryReturn.objects.get().payer == right
        assert invariants.broken() == []

    def test_beside_what_the_ceiling_sent_back(self, bank: Bank, member: Member) -> None:
        volunteering.credited(bank, member, "30000.00")
        volunteering.credited(bank, member, "30000.00")
        payments = [volunteering.start(member, "30000.00"), volunteering.start(member, "30000.00", volunteering.TOP_UP)]
        for payment in payments:
            volunteering.approve(bank, payment)
        volunteering.work()
        last = VoluntaryContribution.objects.get(credited=10_000)

        reverse(last, on=LATER)

        assert sorted(VoluntaryReturn.objects.values_list("why", "amount")) == [("CEILING", 20_000), ("REVERSED", 10_000)]
        assert volunteering.owed_to(member) == 30_000_00
        assert invariants.broken() == []

    def test_from_55_it_is_taken_from_akaun_55(self, bank: Bank) -> None:
        turned = volunteering.member(birth_date=date(1971, 11, 20))
        found = volunteering.credited(bank, turned, "100.00")

        reverse(found, on=LATER)

        assert set(volunteering.accounts_of(turned).values()) == {0}
        assert invariants.broken() == []

    def test_what_it_put_back_of_a_withdrawal_is_to_be_put_back_again(self, bank: Bank, member: Member) -> None:
        replacing.open_order(member=member, cause=ReplacementCause.KHAS, ref=1, paid_sen=1_000_00, on=DAY)
        found = volunteering.credited(bank, member, "100.00")
        assert ReplacementOrder.objects.get().replaced == 100

        reverse(found, on=LATER)

        assert ReplacementOrder.objects.get().replaced == 0

    def test_the_statement_says_so(self, bank: Bank, member: Member) -> None:
        reverse(volunteering.credited(bank, member, "100.00"), on=LATER)

        page = statement.account_of(member=member, code=SubAccount.PERSARAAN, on=LATER)

        assert page is not None
        assert [line.words for line in page.lines if line.amount < 0] == ["Caruman sukarela dibalikkan: Caruman Pilihan Sendiri"]


class TestRecalled:
    """What its bank takes back goes to the bank: nobody is paid once more (ruling 19: what is paid is otherwise final)."""

    @pytest.fixture
    def desk(self) -> Desk:
        return Desk(officer(Role.COUNTER_OFFICER), officer(Role.SUPERVISOR))

    def cleared(self, desk: Desk, member: Member, amount: str, payer: Member | None = None) -> VoluntaryContribution:
        paid_by = Payer(name=payer.name, member=payer) if payer else None
        made = desk.take(member, amount, payer=paid_by, **OF_CHEQUE)
        counter.clear(receipt_id=made.pk, by=desk.supervisor, on=COUNTER_DAY, at=AT)
        assert volunteering.work().failed == 0
        return VoluntaryContribution.objects.select_related("payment__voluntary__payer").get(payment__order_no=made.number)

    def test_it_goes_to_the_bank_and_both_are_told(self, desk: Desk, member: Member, maker: User, checker: User) -> None:
        payer = volunteering.member()
        found, before = self.cleared(desk, member, "100.00", payer), standing()["BANK"]
        proposed = recall(found, by=maker, on=LATER)
        assert recall(found, by=maker, on=LATER) == proposed, "a second click"

        approve(proposed, by=checker, on=LATER)

        assert (set(volunteering.accounts_of(member).values()), volunteering.owed_to(payer), volunteering.owed_to(member)) == ({0}, 0, 0)
        assert standing()["BANK"] - before == 100_00
        assert not VoluntaryReturn.objects.exists()
        assert "bank yang membayarnya telah menarik balik" in told(member, "VOLUNTARY_RECALLED")
        assert member.number in told(payer, "VOLUNTARY_PAID_FOR_RECALLED")
        assert invariants.broken() == []

    def test_only_what_a_bank_paid_over_and_all_of_it(self, bank: Bank, desk: Desk, member: Member, maker: User) -> None:
        cash = desk.take(member, "50.00")
        unsettled = volunteering.credited(bank, member, "50.00")
        waits = VoluntaryContribution.objects.get(payment__order_no=cash.number)
        for found, code in ((waits, "NO_BANK"), (unsettled, "NOT_SETTLED")):
            with pytest.raises(voluntary_reversals.NotAllowed, match=code):
                recall(found, by=maker, on=LATER)

    def test_what_went_back_in_part_is_not_recalled(self, desk: Desk, member: Member, maker: User) -> None:
        made = desk.take(member, "100.00", **OF_CHEQUE)
        given = {"member": member, "kind": "OWN_CHOICE", "amount": 99_990, "paid_on": COUNTER_DAY}
        VoluntaryContribution.objects.create(**given, credited=99_990, returned=0, credited_on=COUNTER_DAY)
        counter.clear(receipt_id=made.pk, by=desk.supervisor, on=COUNTER_DAY, at=AT)
        assert volunteering.work().failed == 0

        with pytest.raises(voluntary_reversals.NotAllowed, match="PARTLY_RETURNED"):
            recall(VoluntaryContribution.objects.get(returned=90), by=maker, on=LATER)


class TestNotAtAll:
    def test_what_is_held_cannot_be_taken(self, bank: Bank, member: Member, maker: User, checker: User) -> None:
        found = volunteering.credited(bank, member, "100.00")
        hold = withdrawals.hold(posting.member(member.pk, "PERSARAAN"), 1, on=LATER)
        proposed = propose(found, by=maker, on=LATER)

        with pytest.raises(voluntary_reversals.NotAllowed) as refused:
            approve(proposed, by=checker, on=LATER)

        assert (refused.value.code, refused.value.short[0].account) == ("TOO_LOW", "PERSARAAN")
        assert (VoluntaryReversal.objects.get().state, VoluntaryReturn.objects.count()) == ("PROPOSED", 0)
        found.refresh_from_db()
        assert found.reversed_on is None
        withdrawals.let_go(hold, on=LATER)
        assert approve(proposed, by=checker, on=LATER).state == "POSTED", "on any later day"

    def test_who_may_and_when(self, bank: Bank, member: Member, maker: User, checker: User) -> None:
        waits = volunteering.came(bank, member, "50.00")
        with pytest.raises(voluntary_reversals.NotAllowed, match="NOT_CREDITED"):
            propose(waits, by=maker, on=LATER)
        volunteering.work()
        found = VoluntaryContribution.objects.get(pk=waits.pk)
        for by, reason, code in ((officer(Role.COUNTER_OFFICER), REASON, "NO_RIGHT"), (maker, " ", "REASON_MISSING")):
            with pytest.raises(voluntary_reversals.NotAllowed, match=code):
                propose(found, by=by, on=LATER, reason=reason)
        proposed = propose(found, by=maker, on=LATER)
        assert propose(found, by=maker, on=LATER) == proposed, "a second click"
        with pytest.raises(voluntary_reversals.NotAllowed, match="ANOTHER_WAITS"):
            propose(found, by=checker, on=LATER)
        with pytest.raises(voluntary_reversals.NotAllowed, match="OWN_WORK"):
            approve(proposed, by=maker, on=LATER)
        with pytest.raises(voluntary_reversals.NotAllowed, match="COMMENT_MISSING"):
            voluntary_reversals.refuse(reversal_id=proposed.pk, comment=" ", by=checker, on=LATER)
        with pytest.raises(voluntary_reversals.NotAllowed, match="NO_RIGHT"):
            voluntary_reversals.withdraw(reversal_id=proposed.pk, by=checker, on=LATER)
        assert voluntary_reversals.refuse(reversal_id=proposed.pk, comment="Surat tidak lengkap.", by=checker, on=LATER).state == "REFUSED"
        again = propose(found, by=maker, on=LATER)
        assert voluntary_reversals.withdraw(reversal_id=again.pk, by=maker, on=LATER).state == "WITHDRAWN"
        approve(propose(found, by=maker, on=LATER), by=checker, on=LATER)
        with pytest.raises(voluntary_reversals.NotAllowed, match="NOT_CREDITED"):
            propose(found, by=maker, on=LATER)

    def test_nobody_decides_on_their_own_record(self, bank: Bank, member: Member, maker: User) -> None:
        found = volunteering.credited(bank, member, "50.00")
        own, administrator = officer(Role.INSPECTOR), factories.UserFactory(administrator=True)
        own_record.name(user=own, kind=member.identity_kind, number=member.identity_number, reason="Kad asal dilihat", by=administrator, at=PAID_AT)

        with pytest.raises(voluntary_reversals.NotAllowed, match="OWN_RECORD"):
            propose(found, by=own, on=LATER)
        with pytest.raises(voluntary_reversals.NotAllowed, match="OWN_RECORD"):
            approve(propose(found, by=maker, on=LATER), by=own, on=LATER)


class TestHeld:
    """What PostgreSQL holds, asked as the portal's role."""

    def test_a_reversal_begins_of_what_is_credited_and_ends_once(self, bank: Bank, member: Member) -> None:
        done = reverse(volunteering.credited(bank, member, "50.00"), on=LATER)
        with pytest.raises(IntegrityError, match="voluntary_reversal_is_final"), transaction.atomic():
            VoluntaryReversal.objects.filter(pk=done.pk).update(state="REFUSED", comment="x")
        waits = volunteering.came(bank, member, "60.00")
        with pytest.raises(IntegrityError, match="expected PROPOSED of one"), transaction.atomic():
            VoluntaryReversal.objects.create(
                contribution=waits, payer=member, reason="x", document=done.document, proposed_by=done.proposed_by, proposed_on=LATER
            )
