"""Dividend of a year, turn of ages, lateness and the half-yearly run of an incentive by three processes at a time that are killed (kill -9) at random
moments until all is done: what stands is what an undisturbed worker would have written, to the sen, and everybody is told once.

KWSP_SOAK_SEED begins the seeds, KWSP_SOAK_ROUNDS says how many of each.
"""

import os
import random
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import pytest

from contributions.enums import IncentiveScheme
from contributions.models import IncentiveClaim, LateCharge, LateDividend
from contributions.rules import late
from contributions.services import incentive_credits, incentive_runs, late_charges
from kwsp_portal import jobs
from kwsp_portal.common.money import from_sen
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.jobs import calendar, engine, lost
from kwsp_portal.jobs.enums import RunState
from kwsp_portal.jobs.models import Chunk, Run
from kwsp_portal.notify.enums import Whose
from kwsp_portal.notify.models import Notice
from members.ledger import invariants
from members.models import Dividend
from members.selectors import dividend_rates
from members.services import ages, dividends
from tests import factories
from tests.contributions import incentive_runs as half_years
from tests.contributions.conftest import Office
from tests.contributions.paying import Bank
from tests.contributions.test_late_charges import DEC, NOV, day, owed, paid, told
from tests.factories import MemberFactory
from tests.jobs.forks import ended, forked, starting_line
from tests.jobs.killing import nobody_else_is_here
from tests.jobs.test_processes import until
from tests.ledger.acts import unsound
from tests.members import turning
from tests.members.dividend_years import MARCH, close, put, sound, stands

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = int(os.environ.get("KWSP_SOAK_SEED", "100"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("KWSP_SOAK_ROUNDS", "10")))
PEOPLE, EMPLOYERS, PROCESSES = 40, 8, 3
LONGEST_SECONDS = 0.5
PATIENCE_SECONDS = 300


def killed_until_done(run: Run, dice: random.Random) -> None:
    """Three processes at a time, killed wherever they are; a chunk that was lost twice waits for some seconds before it is given again."""
    kills, began = 0, time.monotonic()
    while Run.objects.filter(pk=run.pk, state=RunState.OPEN).exists():
        assert time.monotonic() < began + PATIENCE_SECONDS, list(run.chunks.values_list("state", "losses", "error"))
        with starting_line() as (wait, let_go), ExitStack() as started:
            work = lambda: (wait(), jobs.work_some(programmes=[run.programme]), 0)[2]  # noqa: E731 - what a forked process does
            for _ in range(PROCESSES):
                started.enter_context(forked(work))  # which kills it in the end
            let_go(PROCESSES)
            time.sleep(dice.uniform(0, LONGEST_SECONDS))
        kills += PROCESSES
        until(nobody_else_is_here)
        lost.free()
        engine.close_if_over(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.DONE
    losses = sum(Chunk.objects.filter(run=run).values_list("attempts", flat=True)) - run.chunk_count
    print(f"{run.programme}: {run.chunk_count} chunks, {kills} processes killed, {losses} in the middle of a chunk")  # noqa: T201


@pytest.mark.parametrize("seed", SEEDS)
def test_dividend_of_a_year(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)
    monkeypatch.setattr(dividends, "CHUNK_MEMBERS", 2)
    people = [MemberFactory(birth_date=date(dice.randrange(1960, 2000), 5, 1), member_since=date(2015, 1, 1)) for _ in range(PEOPLE)]
    for ref, member in enumerate(people, start=1):
        put(
            member,
            ref,
            dice.randrange(1, 10**7),
            on=date(2023, 1, 1) + timedelta(days=dice.randrange(365)),
            code=dice.choice(["PERSARAAN", "SEJAHTERA"]),
        )
    close(2023)
    rates = dividend_rates.of(2023, on=MARCH)
    assert rates is not None
    expected = {member.pk: stands(member) for member in people}
    for one in dividends.reckon(year=2023, rates=rates, first=people[0].pk, end=people[-1].pk + 1, on=MARCH):
        for line in one.lines:
            expected[one.member_id][line.to] = expected[one.member_id].get(line.to, 0) + line.amount_sen
    assert dividends.open_next(on=MARCH) == 1

    killed_until_done(Run.objects.get(programme=dividends.PROGRAMME), dice)

    assert {member.pk: stands(member) for member in people} == expected
    assert Dividend.objects.count() == Dividend.objects.values("member").distinct().count()
    assert sound()


@pytest.mark.parametrize("seed", SEEDS)
def test_turn_of_ages(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)
    monkeypatch.setattr(ages, "CHUNK_MEMBERS", 2)
    people = [(turning.saved(turning.born(turning.FIRST), sen), sen) for sen in (dice.randrange(10, 10**6) * 100 for _ in range(PEOPLE))]
    on = turning.BIRTHDAY
    run = jobs.open_run(programme=ages.PROGRAMME, period=on.isoformat(), chunks=ages.plan(on.isoformat(), on), on=on)

    killed_until_done(run, dice)

    assert [turning.pots(member) for member, _sen in people] == [{"AKAUN_55": (sen, 0)} for _member, sen in people]
    assert [turning.told(member) for member, _sen in people] == [["AGE_55"]] * PEOPLE
    figures = ages.figures_of(run)
    assert (figures["merged"], figures["sen"], figures["told"]) == (PEOPLE, sum(sen for _member, sen in people), PEOPLE)
    assert unsound() == set()


@pytest.mark.parametrize("seed", SEEDS)
def test_lateness(seed: int, make_office: Callable[[], Office], bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)
    monkeypatch.setattr(late_charges, "CHUNK_EMPLOYERS", 1)
    calendar.set_first(on=day(NOV, 10))
    offices, on = [make_office() for _ in range(EMPLOYERS)], day(DEC, 31)
    dates = sorted(day(NOV, 16) + timedelta(days=dice.randrange(46)) for _ in offices)
    filings = [office.approved() for office in offices]
    for office, filing, paid_on in zip(offices, filings, dates, strict=True):
        paid(filing, office, bank, paid_on)
    month = WageMonth.of(filings[0].wage_month).contribution_month
    money = [late.Paid(filing.total, paid_on) for filing, paid_on in zip(filings, dates, strict=True)]
    charges = [late.charge(contribution_month=month, paid=[one], on=on).amount for one in money]
    lost_dividends = [late.late_dividend(contribution_month=month, paid=one, on=on).amount for one in money]
    run = jobs.open_run(programme=late_charges.PROGRAMME, period=str(on), chunks=late_charges.plan("", on), on=on)

    killed_until_done(run, dice)

    assert list(LateCharge.objects.order_by("employer_id").values_list("amount", flat=True)) == charges
    assert sum(LateDividend.objects.values_list("amount", flat=True)) == sum(lost_dividends)
    assert owed() == (-_sen(charges), -_sen(lost_dividends))
    assert [told(Whose.EMPLOYER, office.employer.pk).count("LATE_CHARGED") for office in offices] == [1] * EMPLOYERS
    assert invariants.broken() == []


@pytest.mark.parametrize("seed", SEEDS)
def test_half_years_of_an_incentive(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both runs of a year, each opened by two at once and again when it is over: the second claims what the first leaves of the year's cap."""
    dice = random.Random(seed)
    monkeypatch.setattr(incentive_runs, "CHUNK_MEMBERS", 2)
    monkeypatch.setattr(incentive_credits, "CHUNK_CLAIMS", 2)
    officers, people = half_years.officers(), [half_years.saver() for _each in range(PEOPLE)]
    earned: dict[int, int] = dict.fromkeys((member.pk for member in people), 0)
    for half, opened, credited in (
        (half_years.FIRST, half_years.JULY, half_years.AUGUST),
        (half_years.SECOND, half_years.JANUARY, half_years.FEBRUARY),
    ):
        paid = {member.pk: dice.randrange(1, 300_000) for member in people}
        for member in people:
            factories.VoluntaryContributionFactory(member=member, amount=from_sen(paid[member.pk]), paid_on=half.first_day)
        _opened_by_two(lambda half=half, on=opened: incentive_runs.open_run(scheme=IncentiveScheme.ISARAAN, half=half, on=on))  # type: ignore[misc]
        killed_until_done(Run.objects.get(programme="isaraan", period=f"{half.year}-{half.number}"), dice)
        run = half_years.run(half, on=opened)  # and once more, which finds it done
        half_years.send(run, officers, on=opened)
        kept = half_years.answer(run, officers, half_years.content(run, received_on=opened), on=opened)
        assert kept.state == "TAKEN", kept.faults
        _opened_by_two(lambda on=credited: incentive_credits.open_due(on=on))  # type: ignore[misc]
        killed_until_done(Run.objects.get(programme=incentive_credits.PROGRAMME, period=str(run.pk)), dice)
        incentive_credits.by_hand(on=credited)

        claims = dict(run.found.values_list("member_id", "amount"))
        total = {member.pk: earned[member.pk] + paid[member.pk] for member in people}
        expected = {pk: min(_nearest(total[pk]), MOST) - min(_nearest(earned[pk]), MOST) for pk in total}
        assert {pk: int(amount * 100) for pk, amount in claims.items()} == {pk: sen for pk, sen in expected.items() if sen}
        assert [half_years.stands(member).get("PERSARAAN", 0) for member in people] == [min(_nearest(total[member.pk]), MOST) for member in people]
        assert Notice.objects.filter(code="INCENTIVE_CREDITED").count() == IncentiveClaim.objects.filter(state="CREDITED").count()
        earned = total
    assert Run.objects.filter(programme="isaraan").count() == 2
    assert invariants.broken() == []


MOST: Final = 500_00
"""i-Saraan's cap of 2025, sen."""


def _nearest(sen: int) -> int:
    """A fifth, to the nearest sen."""
    return (sen * 2 + 5) // 10


def _opened_by_two(opens: Callable[[], object]) -> None:
    with starting_line() as (wait, let_go), ExitStack() as started:
        both = [started.enter_context(forked(lambda: (wait(), opens(), 0)[2])) for _each in range(2)]
        let_go(2)
        assert [ended(one) for one in both] == [0, 0]


def _sen(amounts: Sequence[Decimal]) -> int:
    return int(sum(amounts) * 100)
