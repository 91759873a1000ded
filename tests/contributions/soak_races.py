"""People and banks that act on one thing at the same moment, round after round (`make soak ARGS="-k race"`).

KWSP_SOAK_RACES rounds of each race (300), eight connections. KWSP_SOAK_SEED chooses who asks for what. Each race ends with every invariant.
"""

import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

import pytest
from django.db import connection

from contributions.enums import FilingState, MessageVerdict, PaymentState
from contributions.models import Filing, Payment
from contributions.services import crediting, receiving
from contributions.services import filing as filings
from contributions.services import payment as payments
from contributions.services.filing import FileRefused
from contributions.services.moves import NotAllowed
from kwsp_portal.bank.fpx import codes
from kwsp_portal.bank.fpx.messages import Channel
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.jobs.models import Run
from members.identity.models import User
from members.ledger import invariants
from tests import factories
from tests.contributions import paying
from tests.contributions.conftest import ON, Office, work
from tests.contributions.paying import Bank
from tests.contributions.test_payment_replays import (
    ASKED_00,
    ASKED_76,
    ASKED_99,
    DIRECT_00,
    DIRECT_99,
    DIRECT_FAILED,
    INDIRECT,
    LATER,
    Message,
    check,
)
from tests.factories import borang_a, leave
from tests.jobs.threads import Crowd

ROUNDS = int(os.environ.get("KWSP_SOAK_RACES", "300"))
SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
THREADS = 8
MONTHS = [WageMonth(2024, 4).plus(number) for number in range(30)]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    with Crowd(THREADS) as made:
        yield made


@pytest.fixture
def offices(make_office: Callable[[], Office]) -> Iterator[tuple[Office, WageMonth, str]]:
    """A free wage month of some employer, and the row of somebody who works there: as many as are asked for."""

    def every() -> Iterator[tuple[Office, WageMonth, str]]:
        while True:
            office = make_office()
            row = borang_a.row(office.hire())
            for month in MONTHS:
                yield office, month, row

    return every()


@pytest.fixture(autouse=True)
def _sound(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert invariants.broken() == []
    print(f"seed {SEED}: {request.node.name}: {ROUNDS} rounds of {THREADS} in {time.monotonic() - began:.0f} s, invariants hold")  # noqa: T201


def codes_of(outcomes: list[object]) -> Counter[str]:
    """`done`, or why not; any other error is nobody's refusal and ends the race."""
    found: Counter[str] = Counter()
    for outcome in outcomes:
        if isinstance(outcome, NotAllowed):
            found[outcome.code] += 1
        elif isinstance(outcome, payments.PaymentRefused):
            found[outcome.refusal.code] += 1
        elif isinstance(outcome, FileRefused):
            found[outcome.problems[0]["code"]] += 1
        elif isinstance(outcome, Exception):
            raise outcome
        else:
            found["done"] += 1
    return found


def test_race_of_uploads(crowd: Crowd, offices: Iterator[tuple[Office, WageMonth, str]]) -> None:
    """The same file for the same month by everybody, or eight different ones: one is taken."""
    chance = Random(SEED)
    for _ in range(ROUNDS):
        office, month, row = next(offices)
        same = chance.random() < 0.5
        files = [borang_a.file(*[row] * (1 if same else 1 + place)) for place in range(THREADS)]

        found = codes_of(crowd.all_at_once(lambda place: office.send(files[place], wage_month=month)))  # noqa: B023

        assert found["done"] == 1, found
        assert set(found) <= {"done", "SAME_FILE", "MONTH_BEING_READ", "MONTH_TAKEN"}, found
        assert Filing.objects.filter(employer=office.employer, wage_month=month.first_day).count() == 1


def test_race_of_approvers(crowd: Crowd, offices: Iterator[tuple[Office, WageMonth, str]]) -> None:
    """Approved, returned, discarded and submitted again at once: the log tells one story, and it is owed once if it was approved."""
    chance, ends = Random(SEED), Counter[str]()
    for _ in range(ROUNDS):
        office, month, _ = next(offices)
        made = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, submitted=True, wage_month=month.first_day)
        filing, other = with_its_row(made), checker_of(office)
        acts = [
            lambda: filings.approve(**dict(zip(("by", "approval"), given.pop(), strict=True)), filing_id=filing.pk, on=ON, at=clock.now()),  # noqa: B023
            lambda: filings.return_to_maker(filing_id=filing.pk, by=office.checker, comment="Semak", on=ON),  # noqa: B023
            lambda: filings.discard(filing_id=filing.pk, by=office.maker, on=ON),  # noqa: B023
            lambda: filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON),  # noqa: B023
        ]
        given = [(by, leave.to_approve(filing.pk, by)) for by in chance.choices([office.checker, other], k=THREADS)]
        chosen = [chance.choice(acts) for _ in range(THREADS)]

        found = codes_of(crowd.all_at_once(lambda place: chosen[place]()))  # noqa: B023

        assert set(found) <= {"done", "WRONG_STATE"}, found
        one_story(filing, found["done"])
        ends[filing.state] += 1
    assert min(ends[state] for state in (FilingState.APPROVED, FilingState.RETURNED, FilingState.DISCARDED)) >= ROUNDS // 100, ends


def one_story(filing: Filing, moves: int) -> None:
    log = list(filing.log.values_list("from_state", "to_state"))
    filing.refresh_from_db()
    assert len(log) == moves
    assert [step[0] for step in log] == [FilingState.SUBMITTED, *(step[1] for step in log[:-1])][: len(log)]
    assert filing.state == (log[-1][1] if log else FilingState.SUBMITTED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_entry WHERE kind = 1 AND ref = %s", [filing.pk])
        assert cursor.fetchone() == (int(filing.state == FilingState.APPROVED),)


def with_its_row(filing: Filing) -> Filing:
    """The row that the filing's totals speak of."""
    shares = {"wages": 6250, "bonus": 0, "employer_share": 756, "employee_share": 693}
    filing.rows.create(line=2, member=factories.MemberFactory(), part="A", reference="third_schedule@2025-10", status="VALID", **shares)
    return filing


def checker_of(office: Office) -> User:
    """Another one who may approve."""
    return factories.RepresentativeFactory(employer=office.employer, checker=True).user


def test_race_of_payers(crowd: Crowd, offices: Iterator[tuple[Office, WageMonth, str]], bank: Bank) -> None:
    """Two people pay at once, again and again; then the bank approves all their orders at once."""
    for _ in range(ROUNDS // 3):
        office, month, row = next(offices)
        filing = approved(office, month, row)
        payers = [office.checker, checker_of(office)]

        given = [paying.leave_of(filing, payers[place % 2]) for place in range(THREADS)]

        found = codes_of(crowd.all_at_once(lambda place: paying.start(filing, payers[place % 2], approval=given[place])))  # noqa: B023

        assert found == {"done": 1, "PAYMENT_IN_FLIGHT": THREADS - 1}
        order = Payment.objects.get(filing=filing)
        message = bank.ac(order, codes.APPROVED)
        verdicts = crowd.all_at_once(lambda place: paying.deliver(message).verdict)  # noqa: B023
        assert Counter(verdicts) == {MessageVerdict.APPLIED: 1, MessageVerdict.REPEATED: THREADS - 1}
        check(order, [DIRECT_00] * THREADS)


def approved(office: Office, month: WageMonth, row: str) -> Filing:
    filing = work(office.send(borang_a.file(row), wage_month=month))
    filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)
    leave.approve(filing_id=filing.pk, by=office.checker, on=ON)
    return Filing.objects.get(pk=filing.pk)


def test_race_of_the_banks_messages(crowd: Crowd, offices: Iterator[tuple[Office, WageMonth, str]], bank: Bank) -> None:
    """Direct, indirect and asked for, approved, failed, pending and unknown, eight at once: credited if and only if one was a final 00."""
    chance = Random(SEED)
    kinds, ends = [DIRECT_99, DIRECT_00, DIRECT_FAILED, INDIRECT, ASKED_00, ASKED_76, ASKED_99], Counter[str]()
    for _ in range(ROUNDS):
        office, month, row = next(offices)
        filing = approved(office, month, row)
        order = paying.start(filing, office.checker)
        messages = [chance.choice(kinds) for _ in range(THREADS)]

        outcomes = crowd.all_at_once(lambda place: hear(bank, order, messages[place]))  # noqa: B023

        codes_of(outcomes)
        standing(order, messages)
        ends[order.state] += 1
    assert ends[PaymentState.APPROVED] >= ROUNDS // 3
    assert ends.total() - ends[PaymentState.APPROVED] >= ROUNDS // 100, ends


def hear(bank: Bank, order: Payment, message: Message) -> object:
    if message.channel is Channel.ENQUIRY:
        return receiving.record(confirmation=bank.says(order, message.code), body="asked", channel=Channel.ENQUIRY, on=LATER.date(), at=LATER)
    return paying.deliver(bank.ac(order, message.code), message.channel)


def standing(order: Payment, messages: list[Message]) -> None:
    """One of them came first; which, nobody knows. But a 00 that was not shown by the browser only is final, and is posted once."""
    order.refresh_from_db()
    final = any(message.code == codes.APPROVED and message.channel is not Channel.INDIRECT for message in messages)
    failed = any(message.code == codes.INSUFFICIENT for message in messages)
    assert (order.state == PaymentState.APPROVED) == final
    if not final and failed:
        assert order.state in (PaymentState.FAILED, PaymentState.EXPIRED)
    assert order.messages.count() == THREADS
    assert Run.objects.filter(programme=crediting.PROGRAMME, period=str(order.filing_id)).count() == int(final)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_entry WHERE kind = 2 AND ref = %s", [order.pk])
        assert cursor.fetchone() == (int(final),)


def test_race_of_two_orders(crowd: Crowd, offices: Iterator[tuple[Office, WageMonth, str]], bank: Bank) -> None:
    """Two orders of one filing approved at once: one pays what is due, the other is the payer's credit."""
    for _ in range(ROUNDS // 3):
        office, month, row = next(offices)
        filing = approved(office, month, row)
        first = paying.start(filing, office.checker)
        paying.deliver(bank.ac(first, codes.INSUFFICIENT))
        orders = [first, paying.start(filing, office.checker)]

        codes_of(crowd.all_at_once(lambda place: paying.deliver(bank.ac(orders[place % 2], codes.APPROVED))))  # noqa: B023

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT array_agg(a.code ORDER BY a.code) FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id "
                "JOIN ledger_account a ON a.id = p.account_id WHERE e.kind = 2 AND e.ref = ANY(%s)",
                [[order.pk for order in orders]],
            )
            assert cursor.fetchone() == (["CONTRIBUTION_DUE", "CREDIT", "FPX_CLEARING", "FPX_CLEARING"],)
        assert Run.objects.filter(period=str(filing.pk), programme=crediting.PROGRAMME).count() == 1
