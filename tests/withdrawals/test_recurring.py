"""Payments that come again: one for each due day, held and ordered in chunks; safe twice, side by side, killed; ending by themselves."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common.clock import KL
from kwsp_portal.jobs import engine
from kwsp_portal.notify.models import Notice
from members.enums import IdentityKind, PayoutKind, PayoutState, SubAccount
from members.identity.enums import Role
from members.identity.models import User
from members.ledger import balances, posting
from members.ledger.enums import EntryKind, HolderKind
from members.models import Payout
from members.services import payout_files, payouts
from tests.factories import withdrawals as make
from tests.factories.identity import UserFactory
from tests.jobs.threads import at_once
from tests.withdrawals.sound import unsound
from withdrawals import kinds
from withdrawals.enums import Action, KindCode, PaymentState, Relation, State, StopReason
from withdrawals.kinds.base import Kind
from withdrawals.models import Application, WithdrawalPayment
from withdrawals.services import afterwards, deciding, moves, paying, recurring, relatives

pytestmark = pytest.mark.django_db
ON = make.ON
MONTHS = (ON, date(2026, 12, 10), date(2027, 1, 10), date(2027, 2, 10))


def schedule(_facts: object, amount: Decimal, _first: date) -> list[tuple[date, Decimal]]:
    """RM300 a month, the last what is left."""
    days, left = [], amount
    for day in MONTHS:
        part = min(left, Decimal("300.00"))
        if part > 0:
            days.append((day, part))
        left -= part
    return days


@pytest.fixture(params=["when handed in", "when approved"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Age 50, paid in parts: all of it held from the one moment or the other."""
    use(monkeypatch, holds=lambda _facts: request.param == "when handed in")
    return str(request.param)


def use(monkeypatch: pytest.MonkeyPatch, **fields: Any) -> Kind:
    made = replace(kinds.OF[KindCode.AGE_50], **{"recurring": lambda _facts: True, "schedule": schedule, **fields})
    monkeypatch.setitem(kinds.OF, KindCode.AGE_50, made)
    return made


def begun(asked: str = "1000.00", **fields: Any) -> Application:
    found = make.approved(asked=asked, **fields)
    paying.process(application_id=found.pk, on=ON, at=make.AT)
    found = fresh(found)
    assert found.state == State.ACTIVE
    return found


def fresh(found: Application) -> Application:
    return Application.objects.select_related("member").get(pk=found.pk)


def run(on: date) -> engine.Counts:
    """What workers do on a business day, in the test's own transaction."""
    engine.open_run(programme=recurring.PROGRAMME, period=str(on), chunks=recurring.plan(str(on), on), on=on)
    counts = engine.Counts()
    while lease := engine.take([recurring.PROGRAMME]):
        engine.work_one(lease, counts)
    assert counts.failed == 0
    return counts


def bank_pays(on: date, *, ends: PayoutState = PayoutState.PAID) -> None:
    """The file of the day, and the bank's word on each row of it."""
    at = datetime.combine(on, time(9), KL)
    with transaction.atomic():
        payout_files._make(on)
    for payout in Payout.objects.filter(state=PayoutState.SENT).order_by("pk"):
        result = payout_files.Result.PAID if ends == PayoutState.PAID else payout_files.Result.CLOSED
        paid = result is payout_files.Result.PAID
        payout_files._hear(payout_files.Answer(payout.number, payout.amount, result, f"B{payout.pk}" if paid else "", at if paid else None), on, at)


def states(found: Application) -> list[str]:
    return list(found.payments.order_by("place").values_list("state", flat=True))


def pot(found: Application) -> tuple[int, int]:
    one = next(pot for pot in balances.pots_of(HolderKind.MEMBER, found.member_id) if pot.code == "SEJAHTERA")
    return one.balance_sen, one.held_sen


def test_one_payment_for_each_due_day_and_it_ends_by_itself(kind: str) -> None:
    found = begun()
    assert [str(amount) for amount in found.payments.values_list("amount", flat=True)] == ["300.00", "300.00", "300.00", "100.00"]
    assert unsound() == []
    for number, day in enumerate(MONTHS, start=1):
        run(day)
        run(day)
        assert Payout.objects.count() == number, "a day that is run again pays nothing"
        assert unsound() == []
        bank_pays(day)
        assert unsound() == []
    found = fresh(found)
    assert (found.state, found.paid, pot(found)) == (State.PAID, Decimal("1000.00"), (9_000_00, 0))
    codes = list(Notice.objects.filter(whose_id=found.member_id).order_by("pk").values_list("code", flat=True))
    assert codes[-1] == "WITHDRAWAL_FINISHED"
    assert codes.count("WITHDRAWAL_PAID") == 4


def test_nothing_is_due_before_its_day(kind: str) -> None:
    found = begun()
    run(ON)
    run(ON + timedelta(days=1))
    assert states(found) == ["ORDERED", "PLANNED", "PLANNED", "PLANNED"]


def test_days_that_were_missed_are_paid_when_the_run_comes(kind: str) -> None:
    found = begun()
    run(MONTHS[2])
    assert states(found) == ["ORDERED", "ORDERED", "ORDERED", "PLANNED"]
    assert unsound() == []
    bank_pays(MONTHS[2])
    assert fresh(found).paid == Decimal("900.00")
    assert unsound() == []


def yearly(monkeypatch: pytest.MonkeyPatch) -> Application:
    use(monkeypatch, schedule=None, yearly=lambda _facts: True, holds=lambda _facts: False)
    return begun(asked="800.00")


def dividend(found: Application, year: int, on: date) -> None:
    legs = [posting.Leg(posting.member(found.member_id, "SEJAHTERA"), 500_00), posting.Leg(posting.fund("DIVIDEND_EXPENSE"), -500_00)]
    posting.post(posting.Act(EntryKind.DIVIDEND, year, 0, on, date(year, 1, 1), legs))


def take_away(found: Application, sen: int, on: date) -> None:
    legs = [posting.Leg(posting.member(found.member_id, "SEJAHTERA"), -sen), posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), sen)]
    posting.post(posting.Act(EntryKind.INCENTIVE, sen, 0, on, on, legs))


class TestTheYearlyDividend:
    def test_is_paid_when_it_comes_and_never_above_what_was_approved(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = yearly(monkeypatch)
        run(ON)
        assert (states(found), fresh(found).state, pot(found)[1]) == ([], State.ACTIVE, 0), "it waits for the first dividend, and holds nothing"
        for year in (2027, 2028):
            day = date(year, 3, 1)
            dividend(found, year, day)
            run(day)
            run(day + timedelta(days=1))
            bank_pays(day)
        assert (fresh(found).state, fresh(found).paid) == (State.PAID, Decimal("800.00"))

    def test_pays_what_is_there_and_never_below_zero(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found, day = yearly(monkeypatch), date(2027, 3, 1)
        dividend(found, 2027, day)
        take_away(found, 10_300_00, day)
        run(day)
        bank_pays(day)
        run(day + timedelta(days=1))
        run(day + timedelta(days=2))
        assert (fresh(found).paid, pot(found), states(found)) == (Decimal("200.00"), (0, 0), ["PAID", "SKIPPED"])
        assert unsound_but_dividends() == []


def unsound_but_dividends() -> list[str]:
    """The dividend of these tests comes from nowhere."""
    return [one for one in unsound() if "dividend" not in one]


def test_the_member_stops_it_between_payments(kind: str) -> None:
    found = begun()
    run(ON)
    with pytest.raises(deciding.NotAllowed, match="PAYMENT_ON_ITS_WAY"):
        afterwards.cancel(application_id=found.pk, by=found.member.user, on=ON, at=make.AT)
    bank_pays(ON)
    afterwards.cancel(application_id=found.pk, by=found.member.user, on=ON, at=make.AT)
    run(MONTHS[1])
    found = fresh(found)
    assert (found.state, found.paid, pot(found)) == (State.CANCELLED, Decimal("300.00"), (9_700_00, 0))
    assert states(found) == ["PAID", "CANCELLED", "CANCELLED", "CANCELLED"]
    assert unsound() == []


def test_one_that_the_bank_returns_goes_to_another_account_and_the_next_are_not_late(kind: str) -> None:
    found = begun()
    run(ON)
    bank_pays(ON, ends=PayoutState.RETURNED)
    assert states(found)[0] == PaymentState.RETURNED
    assert unsound() == []
    run(ON + timedelta(days=1))
    assert states(found)[0] == PaymentState.RETURNED, "nothing goes to the account that sent it back"
    make.replace_account(found.member, ending="0042")
    run(ON + timedelta(days=2))
    assert states(found)[0] == PaymentState.ORDERED
    bank_pays(ON + timedelta(days=2))
    assert fresh(found).paid == Decimal("300.00")
    assert unsound() == []


def test_the_next_waits_too_where_the_last_came_back_and_the_member_is_asked_for_another_account(kind: str) -> None:
    found = begun()
    run(ON)
    bank_pays(ON, ends=PayoutState.RETURNED)
    run(MONTHS[1])
    run(MONTHS[1] + timedelta(days=1))
    assert states(found) == ["RETURNED", "PLANNED", "PLANNED", "PLANNED"], "nothing goes to the account that sent the last one back"
    (notice,) = Notice.objects.filter(code="WITHDRAWAL_NEXT_WAITS")
    assert (notice.whose_id, notice.figures["amount"], notice.link) == (found.member_id, "300.00", ["member:bank_account"])
    assert unsound() == []
    make.replace_account(found.member, ending="0042")
    run(MONTHS[1] + timedelta(days=2))
    assert states(found) == ["ORDERED", "ORDERED", "PLANNED", "PLANNED"]
    assert {payout.ending for payout in Payout.objects.filter(state=PayoutState.ORDERED)} == {"0042"}
    bank_pays(MONTHS[1] + timedelta(days=2))
    assert (states(found), fresh(found).paid) == (["PAID", "PAID", "PLANNED", "PLANNED"], Decimal("600.00"))
    assert unsound() == []


def test_what_came_back_of_two_is_believed_by_the_last_that_the_bank_answered(kind: str) -> None:
    """Both were on their way: the second was paid to the same account, so it takes money again."""
    found = begun()
    run(MONTHS[1])
    at = datetime.combine(MONTHS[1], time(9), KL)
    with transaction.atomic():
        payout_files._make(MONTHS[1])
    first, second = Payout.objects.order_by("ref")
    payout_files._hear(payout_files.Answer(first.number, first.amount, payout_files.Result.CLOSED, "", None), MONTHS[1], at)
    payout_files._hear(payout_files.Answer(second.number, second.amount, payout_files.Result.PAID, "B1", at), MONTHS[1], at)
    run(MONTHS[2])
    assert states(found) == ["ORDERED", "PAID", "ORDERED", "PLANNED"]
    assert not Notice.objects.filter(code="WITHDRAWAL_NEXT_WAITS").exists()
    assert unsound() == []


def test_it_stops_and_the_returned_payment_is_free(kind: str) -> None:
    found = begun()
    run(ON)
    bank_pays(ON, ends=PayoutState.RETURNED)
    afterwards.cancel(application_id=found.pk, by=found.member.user, on=ON, at=make.AT)
    assert pot(fresh(found)) == (10_000_00, 0)
    assert unsound() == []


def test_who_died_is_paid_no_more_and_what_waits_is_free(kind: str) -> None:
    found = begun()
    run(ON)
    type(found.member).objects.filter(pk=found.member_id).update(died_on=ON + timedelta(days=1))
    run(MONTHS[1])
    assert states(found) == ["ORDERED", "CANCELLED", "CANCELLED", "CANCELLED"], "what was sent stands"
    assert (fresh(found).holds, pot(found)[1]) == ([], 300_00)
    bank_pays(MONTHS[1], ends=PayoutState.RETURNED)
    make.replace_account(found.member, ending="0042")
    run(MONTHS[1] + timedelta(days=1))
    found = fresh(found)
    assert (found.state, found.paid, pot(found)) == (State.CANCELLED, Decimal(0), (10_000_00, 0))
    assert states(found) == ["CANCELLED"] * 4
    assert Payout.objects.count() == 1
    assert unsound() == []


def test_a_plan_that_is_approved_in_its_place_ends_it(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    found = begun()
    run(ON)
    bank_pays(ON)
    without_once = tuple(one for one in kinds.OF[KindCode.AGE_50].conditions if one.code != "ONCE")
    use(monkeypatch, changeable=True, conditions=without_once, holds=kinds.OF[KindCode.AGE_50].holds)
    other = make.approved(found.member, asked="500.00")
    assert (fresh(found).state, fresh(found).holds, fresh(found).paid) == (State.CANCELLED, [], Decimal("300.00"))
    assert other.state == State.APPROVED
    assert Notice.objects.filter(code="WITHDRAWAL_REPLACED").exists()
    assert unsound() == []


def test_a_new_account_makes_it_wait(kind: str) -> None:
    found = begun()
    make.replace_account(found.member, since=datetime.now(tz=KL))
    run(ON)
    assert states(found)[0] == PaymentState.PLANNED
    assert Notice.objects.filter(code="WITHDRAWAL_WAITS").exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_side_by_side_pay_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, holds=lambda _facts: True)
    monkeypatch.setattr(recurring, "CHUNK", 2)
    found = [begun() for _ in range(5)]

    def work(_number: int) -> int:
        with transaction.atomic():
            return recurring.pay(first=found[0].pk, last=found[-1].pk, on=ON, at=make.AT)

    assert sorted(at_once(3, work)) == [0, 0, 5]
    assert Payout.objects.filter(kind=PayoutKind.WITHDRAWAL).count() == 5
    assert unsound() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", ["recurring.before", "recurring.ordered", "recurring.committed"])
def test_a_worker_that_dies_leaves_nothing_half_done(monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    use(monkeypatch, holds=lambda _facts: True)
    found = begun()

    def die(name: str) -> None:
        if name == point:
            raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(recurring.jobs, "failpoint", die)
        engine.open_run(programme=recurring.PROGRAMME, period=str(ON), chunks=recurring.plan(str(ON), ON), on=ON)
        counts = engine.Counts()
        engine.work_one(engine.take([recurring.PROGRAMME]), counts)
    done = point == "recurring.committed"
    assert (Payout.objects.count() == 1) is done
    assert unsound() == []
    with transaction.atomic():
        recurring.pay(first=found.pk, last=found.pk, on=ON, at=make.AT)
    assert Payout.objects.count() == 1
    assert unsound() == []


def test_what_is_ordered_at_once_must_be_held(kind: str) -> None:
    found = begun()
    payee = payouts.Payee("MBBEMYKL", "114123456789", "AMINAH")
    with pytest.raises(payouts.NotHeld):
        payouts.order_many(kind=PayoutKind.WITHDRAWAL, orders=[payouts.Order(1, [], Decimal("1.00"), payee)], on=ON)
    assert WithdrawalPayment.objects.filter(application=found, state=PaymentState.ORDERED).count() == 0
    assert Action.BEGIN in set(found.log.values_list("action", flat=True))


class TestTheRealKinds:
    """With their own conditions, days and amounts."""

    LOAN = {
        "title": "GRN 12345",
        "address": "Lot 12, Jalan Contoh 3, 43000 Kajang",
        "lender": "Bank Contoh",
        "loan_number": "L-1",
        "statement_by": "LENDER",
        "statement_on": "2026-11-01",
        "balance": "90000.00",
        "refinanced": False,
        "loan_ends_on": "2040-12-31",
        "instalment": "1200.00",
        "paying": True,
        "together": "ALONE",
        "monthly": "500.00",
        "months": 6,
    }

    def paid_out(self, found: Application) -> Application:
        paying.process(application_id=found.pk, on=ON, at=make.AT)
        for day in list(found.payments.values_list("due_on", flat=True)):
            run(day)
            bank_pays(day)
            assert unsound() == []
        return fresh(found)

    def test_a_housing_instalment_is_paid_every_month_and_ends(self) -> None:
        member = make.saver(birth_date=date(1990, 1, 1))
        found = self.paid_out(make.approved(member, kind=KindCode.HOUSE_INSTALMENT, asked="3000.00", particulars=self.LOAN))
        assert (found.state, found.paid, found.payments.count()) == (State.PAID, Decimal("3000.00"), 6)

    def test_kwsp_stops_the_instalments_of_a_house_that_was_sold_and_frees_what_is_held(self) -> None:
        """Seed 003, item 6, clause 5."""
        member, officer = make.saver(birth_date=date(1990, 1, 1)), make.officer()
        found = make.approved(member, kind=KindCode.HOUSE_INSTALMENT, asked="3000.00", particulars=self.LOAN)
        before = pot(found)
        paying.process(application_id=found.pk, on=ON, at=make.AT)
        first, second = found.payments.order_by("place").values_list("due_on", flat=True)[:2]
        run(first)

        def stop(by: User, **more: Any) -> Application:
            asked: dict[str, Any] = {"version": fresh(found).version, "reason": StopReason.HOUSE_SOLD, "comment": "Hak milik bertukar pada 3 Mac."}
            return deciding.stop(application_id=found.pk, by=by, on=second, **{**asked, **more})

        relative = make.officer()
        relatives.declare(kind=IdentityKind.MYKAD, number=member.identity_number, relation=Relation.SPOUSE, by=relative, on=ON)
        for by, code, more in (
            (officer, "PAYMENT_ON_ITS_WAY", {}),
            (officer, "CHANGED", {"version": 0}),
            (officer, "REASON_MISSING", {"comment": " "}),
            (relative, "RELATIVE", {}),
            (UserFactory(role=Role.COUNTER_OFFICER), "NO_RIGHT", {}),
            (member.user, "NO_RIGHT", {}),
        ):
            with pytest.raises(moves.NotAllowed, match=code):
                stop(by, **more)
            assert fresh(found).state == State.ACTIVE
        bank_pays(first)

        stop(officer)

        done = fresh(found)
        assert (done.state, done.paid, done.holds) == (State.CANCELLED, Decimal("500.00"), [])
        assert states(found) == ["PAID", *["CANCELLED"] * 5]
        assert pot(found) == (before[0] - 500_00, 0)
        entry = found.log.get(action=Action.STOP)
        assert (entry.note, entry.comment, entry.by) == ("HOUSE_SOLD", "Hak milik bertukar pada 3 Mac.", officer)
        told = Notice.objects.get(code="WITHDRAWAL_STOPPED")
        assert (told.whose_id, told.figures["stop"], told.figures["paid"]) == (member.pk, "HOUSE_SOLD", "500.00")
        event = AuditEvent.objects.get(action="withdrawal.stop", refused=False)
        assert (event.actor_id, event.data["before"]["state"], event.data["after"]["state"]) == (officer.pk, "ACTIVE", "CANCELLED")
        run(second)
        assert Payout.objects.count() == 1
        assert unsound() == []
        with pytest.raises(moves.NotAllowed, match="WRONG_STATE"):
            stop(make.officer())

    def test_what_is_not_paid_yet_is_stopped_too_and_other_kinds_are_not(self) -> None:
        asked: dict[str, Any] = {"reason": StopReason.FALSE_PAPERS, "comment": "Surat bank itu palsu.", "by": make.officer(), "on": ON}
        found = make.approved(make.saver(birth_date=date(1990, 1, 1)), kind=KindCode.HOUSE_INSTALMENT, asked="3000.00", particulars=self.LOAN)
        deciding.stop(application_id=found.pk, version=fresh(found).version, **asked)
        assert (fresh(found).state, pot(found)[1]) == (State.CANCELLED, 0)

        other = make.approved()
        with pytest.raises(moves.NotAllowed, match="WRONG_STATE"):
            deciding.stop(application_id=other.pk, version=fresh(other).version, **asked)
        assert fresh(other).state == State.APPROVED

    def test_age_55_monthly_and_then_changed_to_all(self) -> None:
        member = make.saver(birth_date=date(1970, 1, 1), savings={SubAccount.AKAUN_55: "50000.00"})
        asked = {"mode": "MONTHLY", "monthly": "1000.00", "months": 12}
        found = make.approved(member, kind=KindCode.AGE_55, asked="12000.00", particulars=asked)
        paying.process(application_id=found.pk, on=ON, at=make.AT)
        first = found.payments.earliest("place").due_on
        run(first)
        bank_pays(first)
        assert (fresh(found).state, fresh(found).paid) == (State.ACTIVE, Decimal("1000.00"))

        every = make.approved(member, kind=KindCode.AGE_55, asked="49000.00", particulars={"mode": "ALL"}, on=first)
        assert fresh(found).state == State.CANCELLED
        paying.process(application_id=every.pk, on=first, at=make.AT)
        bank_pays(first + timedelta(days=1))
        assert (fresh(every).state, fresh(every).paid) == (State.PAID, Decimal("49000.00"))

    def test_age_55_by_dividend_holds_nothing(self) -> None:
        member = make.saver(birth_date=date(1970, 1, 1), savings={SubAccount.AKAUN_55: "50000.00"})
        found = make.approved(member, kind=KindCode.AGE_55, asked="50000.00", particulars={"mode": "DIVIDEND"})
        paying.process(application_id=found.pk, on=ON, at=make.AT)
        run(ON)
        assert (fresh(found).state, found.payments.count(), fresh(found).holds) == (State.ACTIVE, 0, [])
        assert unsound() == []


def test_what_a_member_calls_their_house_is_no_log_of_somebody_elses() -> None:
    """The trail names a row by what it is: the column `subject` is the member's own words."""
    other, member = make.saver(), make.saver(birth_date=date(1990, 1, 1))
    loan = {**TestTheRealKinds.LOAN, "title": f"member:{other.number}"}
    found = make.handed_in(member, kind=KindCode.HOUSE_INSTALMENT, asked="3000.00", particulars=loan)
    event = AuditEvent.objects.get(action="withdrawal.submit", target=f"application:{found.pk}")
    assert f"member:{other.number}" not in event.subjects
