"""Closed years: readings with their openings, without them and by a plain day-by-day model are the same, whatever is posted when."""

import datetime
from random import Random

import pytest

from members.ledger import balances, earning
from members.ledger.enums import HolderKind
from tests.ledger.acts import unsound
from tests.ledger.histories import FIRST_YEAR, LAST_YEAR, History, lived

pytestmark = pytest.mark.django_db
MEMBER = HolderKind.MEMBER


@pytest.fixture(params=[(seed, openings) for seed in (0, 1) for openings in ("all", "some", "none")], ids=str)
def history(request: pytest.FixtureRequest) -> History:
    """Two histories, with all openings of closed years stored, some, and none: the model does not know which."""
    seed, openings = request.param
    return lived(seed, openings=openings)


def periods(chance: Random, number: int) -> list[tuple[datetime.date, datetime.date]]:
    """Periods that begin and end at the turn of a year, and others."""
    turns = [datetime.date(year, month, day) for year in range(FIRST_YEAR - 1, LAST_YEAR + 2) for month, day in ((1, 1), (12, 31), (2, 28))]
    others = [datetime.date(FIRST_YEAR, 1, 1) + datetime.timedelta(days=chance.randrange(7 * 365)) for _ in range(len(turns))]
    days = chance.sample(turns + others, 2 * number)
    return [(min(pair), max(pair)) for pair in zip(days[::2], days[1::2], strict=True)]


def test_readings_agree_with_the_model(history):
    check_balances_and_turnover(history)
    check_lines(history)
    check_sen_days(history)
    assert unsound() <= {"opening_matches_postings"}  # which misses the openings that were not stored


def check_balances_and_turnover(history: History) -> None:
    for since, until in periods(history.chance, 16):
        for member_id in (1, 2, 3):
            on_day = balances.balances_on(MEMBER, member_id, until)
            flows = balances.turnovers(MEMBER, member_id, since=since, until=until)
            for account in history.legs:
                if account[0] == member_id:
                    assert on_day.get(account[1], 0) == history.stood(account, until)
                    assert flows[account[1]] == flow_of(history, account, since, until)


def flow_of(history: History, account: tuple[int, str], since: datetime.date, until: datetime.date) -> balances.Turnover:
    legs = [leg for leg in history.legs[account] if leg.booked_on <= until]
    moved = [leg.amount_sen for leg in legs if leg.booked_on >= since]
    return balances.Turnover(
        opening_sen=sum(leg.amount_sen for leg in legs if leg.booked_on < since),
        in_sen=sum(sen for sen in moved if sen > 0),
        out_sen=-sum(sen for sen in moved if sen < 0),
        lines=len(moved),
        first_booked=min((leg.booked_on for leg in legs), default=None),
    )


def check_lines(history: History) -> None:
    for since, until in periods(history.chance, 6):
        for account, legs in history.legs.items():
            found = balances.lines_between(MEMBER, *account, since=since, until=until)
            stood, expected = 0, []
            for leg in sorted((leg for leg in legs if leg.booked_on <= until), key=lambda leg: leg.booked_on):
                stood += leg.amount_sen
                if leg.booked_on >= since:
                    expected.append((leg.entry_id, leg.booked_on, leg.value_date, leg.amount_sen, stood))
            read = [(line.entry_id, line.booked_on, line.value_date, line.amount_sen, line.balance_after_sen) for line in found]
            assert read == expected[::-1]


def check_sen_days(history: History) -> None:
    """Of whole years, and to some day of each: what a closing keeps is the first only."""
    for year in range(FIRST_YEAR - 3, LAST_YEAR + 3):
        for until in (None, datetime.date(year, 1, 1) + datetime.timedelta(days=history.chance.randrange(365))):
            found = {(earned.holder_id, earned.code): earned for earned in earning.sen_days(year=year, first=1, end=4, until=until)}
            assert set(found) == set(history.legs)
            for account, earned in found.items():
                assert (account, earned.sen_days) == (account, history.sen_days(account, year, until=until))
                assert (account, earned.back_sen_days) == (account, history.sen_days(account, year, back=True, until=until))


def test_a_history_with_its_openings_is_sound():
    lived(2, openings="all")

    assert unsound() == set()
