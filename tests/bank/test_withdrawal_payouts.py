"""An approved withdrawal on its way to the bank: looked at again, ordered, sent, paid or returned; each fault of the demo bank, over HTTP."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import LazySettings

from kwsp_portal.common import clock
from kwsp_portal.jobs import engine
from kwsp_portal.notify.models import Notice
from members.enums import PayoutKind, PayoutState, SubAccount
from members.ledger import balances
from members.ledger.enums import HolderKind
from members.models import Dividend, Member, Payout
from members.services import ages, payout_files
from members.services.payouts import ORDER_BANK
from tests.bank.bank_process import BankProcess
from tests.bank.test_payouts import AT, BEFORE, DAY, PAYEES, books, faulty, make, naming, portal_keys, sweep
from tests.factories import withdrawals as apply
from tests.jobs.threads import at_once
from tests.withdrawals.sound import unsound
from withdrawals.enums import Channel, DecisionPoint, KindCode, Payee, PaymentState, State
from withdrawals.models import Application, Decision
from withdrawals.services import paying

__all__ = ["portal_keys"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def portal_at(settings: LazySettings, portal_keys: dict[str, Any], bank: BankProcess) -> Iterator[None]:
    settings.FPX = {**settings.FPX, **portal_keys, "bank_url": bank.url, "seller_id": f"SW{next(PAYEES):08d}"}
    yield
    faulty(bank, "NONE")
    naming(bank, "NONE")


@pytest.fixture
def found() -> Application:
    return apply.approved(on=BEFORE, at=AT - timedelta(days=1))


def fresh(found: Application) -> Application:
    return Application.objects.select_related("member").get(pk=found.pk)


def process(on: date = DAY) -> None:
    """What the worker does on a business day."""
    engine.open_run(programme=paying.PROGRAMME, period=str(on), chunks=paying.plan(str(on), on), on=on)
    counts = engine.Counts()
    while lease := engine.take([paying.PROGRAMME]):
        engine.work_one(lease, counts)
    assert counts.failed == 0


def sejahtera(member: Member) -> tuple[int, int]:
    pot = next(pot for pot in balances.pots_of(HolderKind.MEMBER, member.pk) if pot.code == "SEJAHTERA")
    return pot.balance_sen, pot.held_sen


def told(found: Application) -> list[str]:
    return list(Notice.objects.filter(whose="MEMBER", whose_id=found.member_id).order_by("pk").values_list("code", flat=True))


def payouts(found: Application) -> list[str]:
    return list(Payout.objects.filter(kind=PayoutKind.WITHDRAWAL, ref__in=found.payments.values("pk")).order_by("pk").values_list("state", flat=True))


class TestThePlainWay:
    def test_it_is_looked_at_again_ordered_sent_and_paid(self, found: Application) -> None:
        process()
        found = fresh(found)
        assert (found.state, found.holds, sejahtera(found.member)) == (State.PAYING, [], (10_000_00, 1000_00))
        assert Decision.objects.filter(application=found, point=DecisionPoint.PROCESSED).count() == 1
        assert unsound() == []
        process()
        assert payouts(found) == [PayoutState.ORDERED], "a day worked again orders nothing"

        make()
        assert sejahtera(found.member) == (9_000_00, 0)
        assert unsound() == []
        sweep()

        found = fresh(found)
        payment = found.payments.get()
        assert (found.state, found.paid, payment.state, payment.paid_on) == (State.PAID, Decimal("1000.00"), PaymentState.PAID, DAY)
        assert told(found) == ["WITHDRAWAL_APPROVED", "WITHDRAWAL_SENT", "WITHDRAWAL_PAID"]
        assert unsound() == []

    def test_what_the_bank_answers_twice_is_paid_once(self, found: Application) -> None:
        process()
        made = make()
        assert made is not None
        sweep()
        made.refresh_from_db()
        assert payout_files.take(file_id=made.pk, content=str(made.answer).encode(), on=DAY, at=AT)
        assert (fresh(found).paid, told(found).count("WITHDRAWAL_PAID")) == (Decimal("1000.00"), 1)

    def test_two_workers_at_once_order_once(self, transactional_db: None, found: Application) -> None:
        at_once(2, lambda _n: paying.process(application_id=found.pk, on=DAY, at=AT))
        assert payouts(found) == [PayoutState.ORDERED]
        assert unsound() == []


class TestLookedAtAgain:
    def test_a_member_who_died_is_paid_nothing_and_the_money_is_free(self, found: Application) -> None:
        Member.objects.filter(pk=found.member_id).update(died_on=BEFORE)
        process()
        found = fresh(found)
        assert (found.state, sejahtera(found.member), payouts(found)) == (State.REFUSED, (10_000_00, 0), [])
        assert told(found)[-1] == "WITHDRAWAL_TURNED_DOWN"
        assert unsound() == []

    def test_a_birthday_of_55_between_application_and_payment_moves_the_money_and_pays_it(self) -> None:
        member = apply.saver(birth_date=DAY.replace(year=DAY.year - 55))
        found = apply.approved(member, on=BEFORE, at=AT - timedelta(days=1), asked="10000.00")
        turn_55(DAY)
        assert balances.balances_of(HolderKind.MEMBER, member.pk)["AKAUN_55"] == 82_000_00
        process()
        make()
        sweep()
        assert (fresh(found).state, fresh(found).paid) == (State.PAID, Decimal("10000.00"))
        assert balances.balances_of(HolderKind.MEMBER, member.pk)["AKAUN_55"] == 72_000_00
        assert unsound() == []

    def test_before_the_batch_of_the_birthday_ran_it_waits(self) -> None:
        member = apply.saver(birth_date=DAY.replace(year=DAY.year - 55))
        found = apply.approved(member, on=BEFORE, at=AT - timedelta(days=1), asked="10000.00")
        process()
        assert fresh(found).state in (State.APPROVED, State.PAYING)
        assert unsound() == []

    def test_a_new_bank_account_makes_it_wait_and_then_it_is_paid_there(self, found: Application, monkeypatch: pytest.MonkeyPatch) -> None:
        now = AT + timedelta(minutes=1)
        account = apply.replace_account(found.member, since=AT, ending="0007")
        monkeypatch.setattr(clock, "now", lambda: now)
        process()
        assert (fresh(found).state, payouts(found)) == (State.APPROVED, [])
        assert told(found)[-1] == "WITHDRAWAL_WAITS"
        now = AT + timedelta(days=2)
        process(DAY + timedelta(days=2))
        assert fresh(found).account_id == account.pk
        assert Payout.objects.get(kind=PayoutKind.WITHDRAWAL).ending == "0007"


class TestEverythingIsTaken:
    def test_what_it_earned_to_the_day_before_is_credited_first(self) -> None:
        member = apply.MemberFactory(birth_date=apply.AGED_51, user=apply.UserFactory())
        apply.save(member, {SubAccount.SEJAHTERA: "10000.00"}, on=date(DAY.year, 1, 1))
        apply.bank_account(member)
        found = apply.approved(member, on=BEFORE, at=AT - timedelta(days=1), asked="10000.00")
        process()
        credited = Dividend.objects.get(member=member)
        make()
        sweep()
        assert credited.amount_sen > 0
        assert sejahtera(member) == (credited.amount_sen, 0), "never above what was applied for: what it earned stays the member's"
        assert fresh(found).paid == Decimal("10000.00")


class TestTheBanksFaults:
    @pytest.mark.parametrize("fault", ["CLOSED", "REJECTED"])
    def test_a_returned_payment_is_held_anew_and_goes_to_another_account(self, bank: BankProcess, found: Application, fault: str) -> None:
        faulty(bank, fault)
        process()
        make()
        sweep()
        found = fresh(found)
        assert (found.state, sejahtera(found.member), found.paid) == (State.RETURNED, (10_000_00, 1000_00), 0)
        assert told(found)[-1] == "WITHDRAWAL_RETURNED"
        assert unsound() == []
        process(DAY + timedelta(days=1))
        assert fresh(found).state == State.RETURNED, "nothing goes to the account that sent it back"

        faulty(bank, "NONE")
        apply.replace_account(found.member, ending="0042")
        process(DAY + timedelta(days=2))
        make(DAY + timedelta(days=2))
        sweep(2)
        found = fresh(found)
        assert (found.state, found.paid, payouts(found)) == (State.PAID, Decimal("1000.00"), [PayoutState.RETURNED, PayoutState.PAID])
        assert unsound() == []

    def test_what_came_back_of_a_member_who_died_is_free(self, bank: BankProcess, found: Application) -> None:
        faulty(bank, "CLOSED")
        process()
        make()
        sweep()
        apply.replace_account(found.member, ending="0042")
        Member.objects.filter(pk=found.member_id).update(died_on=DAY)
        process(DAY + timedelta(days=1))
        found = fresh(found)
        assert (found.state, sejahtera(found.member), payouts(found)) == (State.REFUSED, (10_000_00, 0), [PayoutState.RETURNED])
        assert (found.payments.get().state, told(found)[-1]) == (PaymentState.CANCELLED, "WITHDRAWAL_TURNED_DOWN")
        assert unsound() == []

    @pytest.mark.parametrize("fault", ["LATE", "NOT_TAKEN", "LOST"])
    def test_a_bank_that_is_late_or_silent_pays_once_when_it_speaks(self, bank: BankProcess, found: Application, fault: str) -> None:
        faulty(bank, fault)
        process()
        make()
        sweep()
        assert (fresh(found).state, payouts(found)) == (State.PAYING, [PayoutState.SENT])
        assert unsound() == []
        faulty(bank, "NONE")
        sweep(1)
        sweep(1)
        assert (fresh(found).state, fresh(found).paid) == (State.PAID, Decimal("1000.00"))
        assert [one["result"] for one in books(bank)["payouts"] if one["number"] == Payout.objects.get(kind=PayoutKind.WITHDRAWAL).number] == ["PAID"]

    @pytest.mark.parametrize("fault", ["ROW_TWICE", "OTHER_AMOUNT", "WRONG_TOTAL", "TORN", "ALTERED"])
    def test_an_answer_that_is_not_believed_changes_nothing(self, bank: BankProcess, found: Application, fault: str) -> None:
        faulty(bank, fault)
        process()
        make()
        sweep()
        assert (fresh(found).state, fresh(found).paid, payouts(found)) == (State.PAYING, 0, [PayoutState.SENT])
        assert unsound() == []


class TestArahanBayaran:
    def test_it_is_a_row_of_the_file_to_the_bank_that_pays_it_out(self, found: Application) -> None:
        Application.objects.filter(pk=found.pk).update(payee=Payee.PAYMENT_ORDER, account=None)
        process()
        payout = Payout.objects.get(kind=PayoutKind.WITHDRAWAL)
        number = f"9{found.payments.get().pk:011d}"
        assert (payout.bank, payout.account, payout.holder) == (ORDER_BANK, number, found.member.name)
        make()
        sweep()
        assert fresh(found).state == State.PAID
        assert told(found)[-2:] == ["WITHDRAWAL_ORDER_SENT", "WITHDRAWAL_PAID"]
        assert Notice.objects.get(code="WITHDRAWAL_ORDER_SENT").figures["order"] == number


class TestByRule:
    def test_akaun_fleksibel_needs_no_officer(self) -> None:
        member = apply.saver(birth_date=date(1990, 1, 1))
        found = apply.handed_in(member, kind=KindCode.FLEKSIBEL, asked="100.00", channel=Channel.ONLINE, on=BEFORE, at=AT - timedelta(days=1))
        apply.passed(found, on=BEFORE)
        process()
        make()
        sweep()
        assert fresh(found).state == State.PAID
        assert unsound() == []


def turn_55(on: date) -> None:
    """What the nightly batch does on a birthday."""
    engine.open_run(programme=ages.PROGRAMME, period=str(on), chunks=ages.plan(str(on), on), on=on)
    counts = engine.Counts()
    while lease := engine.take([ages.PROGRAMME]):
        engine.work_one(lease, counts)
    assert counts.failed == 0
