"""Closing of days: what is closed, what it is sealed with, what is refused from then on; posters and the closer meet with real threads."""

import datetime
import random
import threading
import time

import pytest
from django.db import DatabaseError, connection, connections, transaction

from kwsp_portal.jobs import registry
from kwsp_portal.jobs.enums import RunState
from kwsp_portal.jobs.models import BusinessClock, Due, Run
from members.ledger import balances, days, posting
from members.ledger.enums import EntryKind, HolderKind
from members.ledger.models import Closing, DaySeal, FundDay
from tests.ledger.acts import contribution, due, payout, together, unsound, value

D1, D2, D3 = datetime.date(2026, 1, 15), datetime.date(2026, 1, 16), datetime.date(2026, 1, 19)
TODAY = datetime.date(2026, 1, 20)


def run_on(day: datetime.date, state: RunState = RunState.OPEN, programme: str = "nothing") -> Run:
    finished = {"finished_at": datetime.datetime(2026, 1, 30, tzinfo=datetime.UTC)} if state in (RunState.DONE, RunState.FAILED) else {}
    return Run.objects.create(programme=programme, period=f"{day} {state}", on=day, state=state, **finished)


@pytest.fixture
def three_days() -> None:
    posting.post(due(1, 4, 36000))
    posting.post_many([contribution(1, 1), contribution(2, 2)])
    posting.post(contribution(3, 1, day=D2))
    posting.post(contribution(4, 2, 5000, day=D3))


pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("three_days")
def test_all_past_days_are_closed_at_once_and_sealed_each():
    assert days.first_open_day() == datetime.date.min

    assert days.close(on=TODAY) == (3, D3)

    assert days.first_open_day() == TODAY
    assert list(Closing.objects.values_list("through", flat=True)) == [D3]
    assert list(DaySeal.objects.order_by("day").values_list("day", "entries", "postings", "turnover_sen")) == [
        (D1, 3, 10, 36000 + 24000),
        (D2, 1, 4, 12000),
        (D3, 1, 4, 5000),
    ]
    assert dict(FundDay.objects.values_list("seal_id", "balance_sen")) == {D1: 12000, D2: 0, D3: -5000}
    assert days.close(on=TODAY) == (0, D3)


@pytest.mark.usefixtures("three_days")
def test_today_is_never_closed():
    assert days.close(on=D2) == (1, D1)
    assert days.close(on=D3) == (1, D2)
    assert days.close(on=D3) == (0, D2)


def test_a_day_without_entries_is_not_closed():
    assert days.close(on=TODAY) == (0, None)
    assert not Closing.objects.exists()


@pytest.mark.usefixtures("three_days")
def test_a_year_ends_though_nothing_is_booked_at_its_end():
    december = datetime.date(2026, 12, 31)

    assert days.close(on=december).through == D3  # it is not over

    assert days.close(on=december + datetime.timedelta(days=1)) == (0, december)
    assert days.close(on=datetime.date(2027, 6, 1)) == (0, december)
    with pytest.raises(posting.DayClosed):
        posting.post(contribution(9, 1, day=december))
    posting.post(contribution(9, 1, day=datetime.date(2027, 1, 4)))
    assert days.close(on=datetime.date(2027, 1, 5)) == (1, datetime.date(2027, 1, 4))
    assert unsound() == set()


@pytest.mark.usefixtures("three_days")
def test_closing_waits_for_open_runs_of_that_day_or_an_earlier_one():
    run_on(TODAY)
    open_run = run_on(D2)

    assert days.close(on=TODAY) == (1, D1)

    open_run.state, open_run.finished_at = RunState.DONE, datetime.datetime(2026, 1, 30, tzinfo=datetime.UTC)
    open_run.save()
    assert days.close(on=TODAY) == (2, D3)


@pytest.mark.usefixtures("three_days")
@pytest.mark.parametrize("state", [RunState.PAUSED, RunState.FAILED, RunState.DONE])
def test_paused_and_ended_runs_do_not_hold_it_up(state):
    run_on(D1, state)

    assert days.close(on=TODAY).through == D3


@pytest.mark.usefixtures("three_days")
def test_closing_waits_for_what_fell_due_and_is_not_opened(monkeypatch):
    monkeypatch.setitem(registry.schedules, "scheduled", registry.Schedule(programme="scheduled", when=lambda day: None, plan=lambda period, day: []))
    Due.objects.create(programme="scheduled", period="x", due_on=D2)
    Due.objects.create(programme="of an older release", period="x", due_on=D1)

    assert days.close(on=TODAY).through == D1


@pytest.mark.usefixtures("three_days")
def test_closing_waits_until_the_calendar_was_looked_at():
    BusinessClock.objects.update_or_create(id=1, defaults={"business_date": TODAY, "real_date": TODAY, "looked_to": D1})

    assert days.close(on=TODAY).through == D1


@pytest.mark.usefixtures("three_days")
def test_a_closed_day_takes_nothing_more_in_any_way():
    days.close(on=TODAY)
    late = contribution(9, 1, day=D3)

    for attempt in (lambda: posting.post(late), lambda: posting.post_once(late), lambda: posting.post_many([late, contribution(10, 1, day=TODAY)])):
        with pytest.raises(posting.DayClosed) as refused:
            attempt()
        assert (refused.value.found, refused.value.expected) == (D3, TODAY)
    with pytest.raises(posting.DayClosed):
        posting.reverse(balances.entry_ids(EntryKind.CONTRIBUTION, [1])[1, 0], booked_on=D3)

    posting.post(late._replace(booked_on=TODAY))
    assert balances.balances_of(HolderKind.MEMBER, 1)["PERSARAAN"] == 27000


@pytest.mark.usefixtures("three_days")
def test_a_caller_goes_on_after_a_closed_day():
    days.close(on=TODAY)

    with transaction.atomic():
        with pytest.raises(posting.DayClosed):
            posting.post(contribution(9, 1, day=D1))
        posting.post(contribution(9, 1, day=days.first_open_day()))

    assert value("SELECT booked_on FROM ledger_entry WHERE ref = 9") == TODAY


def test_the_balance_of_the_fund_is_the_same_with_and_without_closing():
    chance = random.Random(20260115)
    ref = 0
    for day in (D1, D2, D3, TODAY):
        for _ in range(6):
            ref += 1
            act = chance.choice([contribution(ref, chance.randint(1, 3), chance.randint(1, 90) * 100, day=day), due(ref, 4, chance.randint(1, 900))])
            posting.post(act._replace(booked_on=day))
    plain = "SELECT coalesce(sum(amount_sen), 0)::bigint FROM ledger_posting JOIN ledger_account a ON a.id = account_id WHERE code = %s"

    for on in (D1, D2, TODAY, TODAY + datetime.timedelta(days=1)):
        days.close(on=on)
        for code in ("CONTRIBUTION_CLEARING", "PAYOUT_CLEARING"):
            assert balances.fund_balance(code) == value(plain, code)
    assert set(FundDay.objects.values_list("seal_id", flat=True)) == {D1, D2, D3, TODAY}


def seals() -> list[object]:
    digests = DaySeal.objects.order_by("day").values_list("day", "entries_digest", "postings_digest")
    return [*digests, *FundDay.objects.order_by("seal", "account").values_list("seal", "account", "balance_sen")]


@pytest.mark.usefixtures("three_days")
def test_seals_made_day_by_day_are_those_made_at_once():
    point = transaction.savepoint()
    days.close(on=TODAY)
    at_once = seals()
    transaction.savepoint_rollback(point)

    for day in (D2, D3, TODAY):
        days.close(on=day)

    assert seals() == at_once


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ledger_closing (through) VALUES ('2026-01-14')",
        "INSERT INTO ledger_closing (through) VALUES ('9999-12-31')",
        "INSERT INTO ledger_closing (through) VALUES ('2027-12-31')",
        "INSERT INTO ledger_closing (through) VALUES ('2026-01-16'), ('2026-01-15')",
        "INSERT INTO ledger_dayseal VALUES ('2026-01-15', 1, 1, 1, 1, 1)",
        "INSERT INTO ledger_dayseal (day, entries, entries_digest, postings, postings_digest, turnover_sen) VALUES ('2026-01-15', 1, 1, 1, 1, 1)",
        "INSERT INTO ledger_closing (through, at) VALUES ('2026-01-15', now())",
    ],
)
@pytest.mark.usefixtures("three_days")
def test_the_portals_role_cannot_close_or_seal_what_is_not_to_be(statement):
    with pytest.raises(DatabaseError, match="expected a later day|expected a day that is closed|permission denied"), transaction.atomic():
        value(statement)


def test_the_errand_is_registered():
    assert registry.errands["ledger.close_days"].every_seconds <= 60


@pytest.mark.django_db(transaction=True)
def test_whoever_posts_has_committed_before_the_day_closes_or_is_refused():
    posting.post(contribution(1, 1, day=D1))
    posted = threading.Barrier(2)

    def work(place: int) -> object:
        if place == 0:
            with transaction.atomic():
                posting.post(contribution(2, 2, day=D1))
                posted.wait(timeout=10)
                time.sleep(0.4)
            return "committed"
        posted.wait(timeout=10)
        return days.close(on=TODAY)

    assert together(2, work) == ["committed", (1, D1)]
    assert DaySeal.objects.get().entries == 2
    with pytest.raises(posting.DayClosed):
        posting.post(contribution(3, 2, day=D1))


@pytest.mark.django_db(transaction=True)
def test_closing_gives_way_to_a_long_poster_and_holds_nobody_up(monkeypatch):
    monkeypatch.setattr(days, "WAIT", "200ms")
    posting.post(contribution(1, 1, day=D1))
    posted, over = threading.Barrier(2), threading.Event()

    def work(place: int) -> object:
        if place == 0:
            with transaction.atomic():
                posting.post(contribution(2, 2, day=TODAY))
                posted.wait(timeout=10)
                assert over.wait(timeout=20)
            return "committed"
        posted.wait(timeout=10)
        began = time.monotonic()
        closed = days.close(on=TODAY)
        assert time.monotonic() - began < 10
        posting.post(contribution(3, 3, day=TODAY))
        over.set()
        return closed

    assert together(2, work) == ["committed", (0, None)]
    assert days.close(on=TODAY) == (1, D1)


@pytest.mark.django_db(transaction=True)
def test_a_poster_who_waits_behind_the_closer_does_not_deadlock_with_one_before_it():
    """One posts and goes on to the second's account, on which the second waits behind the closer: PostgreSQL lets it pass."""
    posting.post_many([contribution(1, 1, day=D1), contribution(2, 2, day=D1)])
    first_posted, second_waits = threading.Event(), threading.Event()

    def first() -> object:
        with transaction.atomic():
            posting.post(contribution(3, 1, day=TODAY))
            first_posted.set()
            assert second_waits.wait(timeout=10)
            time.sleep(0.3)
            posting.post(contribution(4, 2, day=TODAY))
        return "first"

    def closer() -> object:
        assert first_posted.wait(timeout=10)
        return days.close(on=TODAY)

    def second() -> object:
        assert first_posted.wait(timeout=10)
        time.sleep(0.3)
        second_waits.set()
        return posting.post(contribution(5, 2, day=TODAY)) and "second"

    outcomes = together(3, lambda place: (first, closer, second)[place]())

    assert (outcomes[0], outcomes[2]) == ("first", "second")
    assert outcomes[1] in {(1, D1), (0, None)}
    assert unsound() == set()


@pytest.mark.django_db(transaction=True)
def test_at_midnight_no_entry_is_lost_to_a_sealed_day():
    """Eight post on yesterday as fast as they can while it is closed: each entry is under the seal or was refused."""
    posting.post(contribution(1, 99, day=D1))

    def work(place: int) -> object:
        if place == 8:
            time.sleep(0.15)
            while days.close(on=TODAY).through is None:
                time.sleep(0.05)
            return None
        for turn in range(200):
            try:
                posting.post(contribution(10 + place * 1000 + turn, place + 1, day=D1))
            except posting.DayClosed:
                return turn
        return 200

    outcomes = together(9, work)

    assert all(isinstance(outcome, int) for outcome in outcomes[:8]), outcomes
    assert DaySeal.objects.get().entries == 1 + sum(outcomes[:8]) == value("SELECT count(*) FROM ledger_entry")
    assert unsound() == set()


@pytest.mark.django_db(transaction=True)
def test_only_who_sees_what_was_committed_meanwhile_may_post():
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(DatabaseError, match="expected read committed"):
            posting.post(contribution(1, 1))


@pytest.mark.django_db(transaction=True)
def test_a_killed_closer_leaves_days_that_the_next_turn_seals():
    posting.post(contribution(1, 1, day=D1))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_closing (through) VALUES (%s)", [D1])
    connections.close_all()

    assert days.close(on=TODAY) == (1, D1)


@pytest.mark.django_db(transaction=True)
def test_two_closers_at_once_close_and_seal_once():
    posting.post(contribution(1, 1, day=D1))
    posting.post(payout(1, 1, 100)._replace(booked_on=D2))

    outcomes = together(4, lambda _: days.close(on=TODAY))

    assert all(isinstance(outcome, days.Closed) for outcome in outcomes), outcomes
    assert sum(outcome.days for outcome in outcomes) == 2
    assert DaySeal.objects.count() == 2
