"""Pengeluaran Khas from application to payment: not before 20 April, before what others hold, once, and put back from then on (ruling 25a)."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from kwsp_portal.common.clock import KL
from kwsp_portal.notify.models import Notice
from members.enums import PayoutKind, ReplacementCause, SubAccount
from members.ledger import balances
from members.ledger.enums import HolderKind
from members.models import Member, Payout, ReplacementOrder
from members.services import payout_files
from tests.factories import withdrawals as make
from tests.withdrawals.sound import unsound
from withdrawals import kinds
from withdrawals.enums import Action, KindCode, State
from withdrawals.models import Application
from withdrawals.selectors import desk
from withdrawals.services import deciding, khas, paying
from withdrawals.services.moves import NotAllowed

pytestmark = pytest.mark.django_db
APPLIED = date(2022, 4, 10)
AT = datetime(2022, 4, 10, 9, 30, tzinfo=KL)
PAID_FROM = date(2022, 4, 20)
BORN = date(1971, 3, 5)
SAVINGS = {SubAccount.PERSARAAN: "5000.00", SubAccount.SEJAHTERA: "3000.00"}


def saver(savings: dict[SubAccount, str] | None = None) -> Member:
    """51 in April 2022, with an account that has cooled."""
    member = make.saver(savings=savings or SAVINGS, on=date(2022, 1, 5), birth_date=BORN)
    make.replace_account(member, since=datetime(2022, 1, 5, tzinfo=KL))
    return member


def applied(member: Member, asked: str = "7000.00") -> Application:
    return make.handed_in(member, kind=KindCode.KHAS_2022, asked=asked, on=APPLIED, at=AT)


def other(member: Member, asked: str) -> Application:
    """Age 50, which holds Akaun 2."""
    return make.handed_in(member, kind=KindCode.AGE_50, asked=asked, on=date(2022, 4, 8), at=AT)


def run(on: date) -> dict[str, int]:
    return dict(khas.by_hand(on=on))


def held(member: Member) -> dict[str, int]:
    return {pot.code: pot.held_sen for pot in balances.pots_of(HolderKind.MEMBER, member.pk) if pot.held_sen}


def test_it_waits_for_no_officer_and_none_takes_it_from_its_run() -> None:
    found, by = applied(saver()), make.officer()
    assert desk.queue(which="waiting", kind="", mine=None, number=None, on=APPLIED)[1] == []
    assert desk.how_many_wait(on=date(2022, 6, 1)) == (0, 0)
    for act in (Action.TAKE, Action.REFUSE, Action.APPROVE, Action.ASK):
        assert deciding.why_not(found, act, by)
    with pytest.raises(NotAllowed, match="BY_RUN"):
        deciding.take(application_id=found.pk, by=by, on=APPLIED)

    Application.objects.filter(pk=found.pk).update(state=State.IN_PROCESS, officer=by)  # taken before it was so
    found.refresh_from_db()
    assert deciding.allowed(found, by) == {Action.PUT_BACK}
    deciding.put_back(application_id=found.pk, by=by, on=APPLIED)
    run(PAID_FROM)

    found.refresh_from_db()
    assert (found.state, found.approved, found.officer_id) == (State.APPROVED, Decimal("7000.00"), None)


def bank_says(result: payout_files.Result, on: date) -> None:
    """The file of the day, and the bank's word on each row of it."""
    at = AT.replace(day=on.day, hour=12)
    with transaction.atomic():
        payout_files._make(on)
    for payout in Payout.objects.filter(state="SENT"):
        paid = result is payout_files.Result.PAID
        payout_files._hear(payout_files.Answer(payout.number, payout.amount, result, f"B{payout.pk}" if paid else "", at if paid else None), on, at)


def told(member: Member) -> set[str]:
    return set(Notice.objects.filter(whose_id=member.pk).values_list("code", flat=True))


def test_it_waits_unheld_until_20_april_and_is_then_held_akaun_2_first() -> None:
    member = saver()
    found = applied(member)

    assert (khas.plan("", date(2022, 4, 19)), held(member)) == ([], {})
    assert run(PAID_FROM) == {"done": 1, "failed": 0}

    found.refresh_from_db()
    assert (found.state, found.approved, found.decided_on) == (State.APPROVED, Decimal(7000), PAID_FROM)
    assert held(member) == {"SEJAHTERA": 300_000, "PERSARAAN": 400_000}
    assert unsound() == []


def test_nobody_is_served_twice() -> None:
    member = saver()
    found = applied(member)
    run(PAID_FROM)

    khas.decide(application_id=found.pk, on=PAID_FROM)
    assert run(date(2022, 4, 21)) == {"done": 0, "failed": 0}

    found.refresh_from_db()
    assert len(found.holds) == 2
    assert found.log.filter(action="PASS").count() == 1


def test_what_was_applied_for_is_never_exceeded_and_less_is_paid_where_less_is_there() -> None:
    member = saver({SubAccount.PERSARAAN: "1000.00", SubAccount.SEJAHTERA: "500.00"})
    found = applied(member, "1400.00")
    make.save(member, {SubAccount.SEJAHTERA: "5000.00"}, on=date(2022, 4, 12))

    run(PAID_FROM)

    found.refresh_from_db()
    assert (found.approved, held(member)) == (Decimal(1400), {"SEJAHTERA": 140_000})


def test_another_application_gives_way_and_is_refused_where_nothing_is_left() -> None:
    member = saver()
    first = other(member, "3000.00")
    found = applied(member, "7900.00")

    run(PAID_FROM)

    first.refresh_from_db()
    found.refresh_from_db()
    assert (first.state, first.holds) == (State.REFUSED, [])
    assert (found.state, found.approved) == (State.APPROVED, Decimal(7900))
    assert held(member) == {"SEJAHTERA": 300_000, "PERSARAAN": 490_000}
    assert "WITHDRAWAL_GAVE_WAY" in told(member)
    assert unsound() == []


def test_another_application_is_made_smaller_where_something_is_left() -> None:
    member = saver()
    first = other(member, "2500.00")
    found = applied(member, "1000.00")

    run(PAID_FROM)

    first.refresh_from_db()
    found.refresh_from_db()
    assert (first.state, found.approved) == (State.SUBMITTED, Decimal(1000))
    assert held(member) == {"SEJAHTERA": 300_000}
    assert first.log.filter(action="SHRINK", note=found.number).count() == 1
    assert "WITHDRAWAL_SHRUNK" in told(member)
    assert unsound() == []


@pytest.mark.parametrize(("first", "asked", "paid"), [("2500.00", "1000.00", "2000.00"), ("3000.00", "7900.00", "")])
def test_what_the_bank_returned_gives_way_too_and_the_rest_of_it_is_paid(first: str, asked: str, paid: str) -> None:
    member, on = saver(), date(2022, 4, 8)
    other_one = make.approved(member, kind=KindCode.AGE_50, asked=first, on=on, at=AT)
    paying.process(application_id=other_one.pk, on=on, at=AT)
    bank_says(payout_files.Result.CLOSED, on)
    applied(member, asked)
    run(PAID_FROM)
    assert unsound() == []
    make.replace_account(member, since=datetime(2022, 3, 5, tzinfo=KL))

    paying.process(application_id=other_one.pk, on=PAID_FROM, at=AT.replace(day=20))
    bank_says(payout_files.Result.PAID, PAID_FROM)

    other_one.refresh_from_db()
    payments = list(other_one.payments.order_by("place").values_list("amount", "state"))
    expected = [(Decimal(first), "CANCELLED"), *([(Decimal(paid), "PAID")] if paid else [])]
    assert (other_one.state, other_one.paid, payments) == (State.PAID if paid else State.REFUSED, Decimal(paid or 0), expected)
    assert unsound() == []


def test_what_nothing_lacks_is_left_alone() -> None:
    member = saver()
    first = other(member, "1000.00")
    applied(member, "500.00")

    run(PAID_FROM)

    assert not first.log.filter(action__in=["SHRINK", "GIVE_WAY"]).exists()
    assert held(member) == {"SEJAHTERA": 150_000}


def test_with_nothing_left_at_processing_it_is_turned_down_and_the_member_told(monkeypatch: pytest.MonkeyPatch) -> None:
    member = saver({SubAccount.PERSARAAN: "100.00", SubAccount.SEJAHTERA: "50.00"})
    found = applied(member, "50.00")
    nothing = kinds.base.Amount(Decimal(0), Decimal(50), ())
    monkeypatch.setitem(kinds.OF, KindCode.KHAS_2022, replace(kinds.OF[KindCode.KHAS_2022], amount=lambda _facts: nothing))

    run(PAID_FROM)

    found.refresh_from_db()
    assert (found.state, held(member)) == (State.REFUSED, {})
    assert "WITHDRAWAL_TURNED_DOWN" in told(member)


def test_once_the_bank_has_paid_it_120_percent_is_to_be_put_back() -> None:
    member = saver()
    found = applied(member, "5000.00")
    run(PAID_FROM)
    paying.process(application_id=found.pk, on=PAID_FROM, at=AT.replace(day=20))
    with transaction.atomic():
        payout_files._make(PAID_FROM)
    payout = Payout.objects.get(kind=PayoutKind.WITHDRAWAL)

    assert not ReplacementOrder.objects.exists(), "what may still come back is not to be replaced"
    at = AT.replace(day=21)
    payout_files._hear(payout_files.Answer(payout.number, payout.amount, payout_files.Result.PAID, f"B{payout.pk}", at), at.date(), at)

    (order,) = ReplacementOrder.objects.all()
    assert (order.member, order.cause, order.ref, order.amount) == (member, ReplacementCause.KHAS, found.pk, Decimal(6000))
    assert (order.opened_on, order.replaced) == (date(2022, 4, 21), 0)
