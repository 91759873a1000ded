"""A little history for the tests of dividends: contributions posted, days and years closed, and the run as the errand and the workers do it."""

import datetime

from kwsp_portal.jobs import engine
from members.ledger import balances, posting, years
from members.ledger.enums import EntryKind, HolderKind
from members.models import Member
from members.services import dividends, dividends_due
from tests.ledger.histories import close_days

MARCH = datetime.date(2024, 3, 15)
"""2023 is declared by then: its rates are on file."""


def put(member: Member, ref: int, sen: int, *, on: datetime.date, valued: datetime.date | None = None, code: str = "PERSARAAN") -> int:
    """Money onto an account (or, below zero, off it), booked on a day."""
    legs = [posting.Leg(posting.member(member.pk, code), sen), posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), -sen)]
    return posting.post(posting.Act(EntryKind.INCENTIVE, ref, 0, on, valued or on, legs))


def close(year: int) -> None:
    close_days(year)
    years.mark(year=year)
    years.store_openings(year=year, first=1, end=10**9)


def run(on: datetime.date = MARCH) -> None:
    """Every year that can be credited, as the errand and the workers do it."""
    engine.work_some(programmes=[dividends.PROGRAMME])
    while dividends.open_next(on=on):
        engine.work_some(programmes=[dividends.PROGRAMME])


def settle(on: datetime.date) -> None:
    """What is due, as the daily schedule and the workers do it."""
    engine.open_run(programme=dividends_due.PROGRAMME, period=str(on), chunks=dividends_due.chunks(), on=on)
    engine.work_some(programmes=[dividends_due.PROGRAMME])


def stands(member: Member) -> dict[str, int]:
    """What a member has, by account."""
    return {code: sen for code, sen in balances.balances_of(HolderKind.MEMBER, member.pk).items() if sen}
