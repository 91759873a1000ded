"""Pengeluaran Khas comes before running plans as well (ruling 25a): what they hold for days to come gives way, what the bank has been told stands."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from kwsp_portal.common.clock import KL
from members.enums import SubAccount
from members.models import Member, Payout
from members.services import payout_files
from tests.factories import withdrawals as make
from tests.withdrawals import test_khas as khas
from tests.withdrawals.sound import unsound
from tests.withdrawals.test_recurring import TestTheRealKinds
from withdrawals.enums import KindCode, State
from withdrawals.models import Application
from withdrawals.services import paying, recurring

pytestmark = pytest.mark.django_db
BEGUN, DAYS = date(2022, 4, 8), tuple(date(2022, month, 25) for month in range(4, 10))
ON = khas.PAID_FROM
PLANNED, OVER = ("250.00", "PLANNED"), ("250.00", "CANCELLED")
LOAN = {**TestTheRealKinds.LOAN, "statement_on": "2022-04-01", "monthly": "250.00", "months": 6}


@pytest.fixture
def member() -> Member:
    """RM3000 in Akaun 2, of which a plan of six months holds RM1500; RM100 in Akaun 1, which stay there."""
    return khas.saver({SubAccount.PERSARAAN: "100.00", SubAccount.SEJAHTERA: "3000.00"})


def running(member: Member) -> Application:
    found = make.approved(member, kind=KindCode.HOUSE_INSTALMENT, asked="1500.00", particulars=LOAN, on=BEGUN, at=khas.AT)
    paying.process(application_id=found.pk, on=BEGUN, at=khas.AT)
    found.refresh_from_db()
    assert (found.state, tuple(found.payments.values_list("due_on", flat=True))) == (State.ACTIVE, DAYS)
    return found


def payments(found: Application) -> list[tuple[str, str]]:
    return [(f"{amount:.2f}", state) for amount, state in found.payments.order_by("place").values_list("amount", "state")]


def instalment(found: Application, on: date, *, paid: bool | None) -> None:
    """Order what is due, and have the bank say of it what became of it; None: it has not answered."""
    at = datetime(on.year, on.month, on.day, 12, tzinfo=KL)
    with transaction.atomic():
        recurring.pay(first=found.pk, last=found.pk, on=on, at=at)
        payout_files._make(on)
    if paid is not None:
        payout = Payout.objects.get(state="SENT")
        result = payout_files.Result.PAID if paid else payout_files.Result.CLOSED
        payout_files._hear(payout_files.Answer(payout.number, payout.amount, result, "B1" if paid else "", at if paid else None), on, at)


@pytest.mark.parametrize(
    ("asked", "left", "told"),
    [
        ("1500.00", [PLANNED] * 6, None),
        ("1800.00", [*[PLANNED] * 4, ("200.00", "PLANNED"), OVER], "WITHDRAWAL_PLAN_SHRUNK"),
        ("2800.00", [("200.00", "PLANNED"), *[OVER] * 5], "WITHDRAWAL_PLAN_SHRUNK"),
        ("3000.00", [OVER] * 6, "WITHDRAWAL_PLAN_GAVE_WAY"),
    ],
)
def test_the_last_payments_give_first(member: Member, asked: str, left: list[tuple[str, str]], told: str | None) -> None:
    plan = running(member)
    found = khas.applied(member, asked)

    khas.run(ON)
    khas.run(ON)

    plan.refresh_from_db()
    found.refresh_from_db()
    rest = Decimal(3000) - max(Decimal(asked), Decimal(1500))
    assert (found.state, found.approved) == (State.APPROVED, Decimal(asked))
    assert (plan.state, payments(plan)) == (State.ACTIVE if rest else State.CANCELLED, left)
    assert plan.approved == (rest or Decimal(1500))
    assert khas.held(member) == {"SEJAHTERA": int((Decimal(asked) + rest) * 100)}
    assert list(plan.log.filter(action__in=["SHRINK", "GIVE_WAY"]).values_list("note", flat=True)) == ([found.number] if told else [])
    assert [code for code in khas.told(member) if "_PLAN_" in code] == ([told] if told else [])
    assert unsound() == []
    if rest:
        instalment(plan, DAYS[-1], paid=None)
        assert sum(payout.amount for payout in Payout.objects.filter(ref__in=plan.payments.values("pk"))) == rest
        assert unsound() == []


def test_a_payment_on_its_way_stands_and_the_plan_ends_when_the_bank_has_answered(member: Member) -> None:
    plan = running(member)
    instalment(plan, date(2022, 4, 25), paid=None)  # before the run of Khas came to it
    found = khas.applied(member, "2750.00")
    khas.run(date(2022, 4, 25))

    plan.refresh_from_db()
    assert (plan.state, plan.approved, plan.holds) == (State.ACTIVE, Decimal(250), [])
    assert payments(plan) == [("250.00", "ORDERED"), *[OVER] * 5]
    assert "WITHDRAWAL_PLAN_GAVE_WAY" in khas.told(member)
    assert unsound() == []

    payout = Payout.objects.get(state="SENT")
    at = datetime(2022, 4, 26, 12, tzinfo=KL)
    payout_files._hear(payout_files.Answer(payout.number, payout.amount, payout_files.Result.PAID, "B1", at), at.date(), at)
    plan.refresh_from_db()
    found.refresh_from_db()
    assert (plan.state, plan.paid, found.approved) == (State.PAID, Decimal(250), Decimal(2750))
    assert unsound() == []


@pytest.mark.parametrize(
    ("asked", "expected", "state"),
    [
        ("2750.00", [("250.00", "RETURNED"), *[OVER] * 5], State.ACTIVE),
        ("2800.00", [*[OVER] * 6, ("200.00", "PLANNED")], State.ACTIVE),
        ("3000.00", [OVER] * 6, State.CANCELLED),
    ],
)
def test_what_the_bank_sent_back_is_the_last_to_give(member: Member, asked: str, expected: list[tuple[str, str]], state: State) -> None:
    plan = running(member)
    instalment(plan, DAYS[0], paid=False)
    khas.applied(member, asked)
    khas.run(DAYS[0])

    plan.refresh_from_db()
    assert (plan.state, payments(plan)) == (state, expected)
    assert khas.held(member) == {"SEJAHTERA": 300_000}
    assert unsound() == []
    if state is State.ACTIVE:
        make.replace_account(member, since=datetime(2022, 3, 5, tzinfo=KL))
        instalment(plan, DAYS[1], paid=True)
        plan.refresh_from_db()
        assert (plan.state, plan.paid) == (State.PAID, Decimal(3000) - Decimal(asked))
        assert unsound() == []


def test_the_newest_gives_first_whether_it_runs_or_waits(member: Member) -> None:
    plan = running(member)
    waiting = khas.other(member, "1000.00")
    khas.applied(member, "1600.00")

    khas.run(ON)

    plan.refresh_from_db()
    waiting.refresh_from_db()
    assert (waiting.state, plan.state, plan.approved) == (State.REFUSED, State.ACTIVE, Decimal(1400))
    assert payments(plan) == [*[PLANNED] * 5, ("150.00", "PLANNED")]
    assert khas.told(member) >= {"WITHDRAWAL_GAVE_WAY", "WITHDRAWAL_PLAN_SHRUNK"}
    assert unsound() == []
