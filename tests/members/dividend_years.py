"""A little history for the tests of dividends: contributions posted, days and years closed, and the run as the errand and the workers do it."""

import datetime

from kwsp_portal.jobs import engine
from members.ledger import balances, invariants, posting, years
from members.ledger.enums import EntryKind, HolderKind
from members.models import Member
from members.services import dividends, dividends_due
from tests.factories import MemberFactory
from tests.ledger.acts import unsound
from tests.ledger.histories import close_days

JANUARY = datetime.date(2023, 1, 1)
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


def five_savers() -> list[Member]:
    """RM1,000 each from 1 January 2023 on, which is closed: conventional, Shariah, ring-fenced, 55 since, and 100 on 1 July."""
    made = [
        MemberFactory(),
        MemberFactory(shariah_from=JANUARY),
        MemberFactory(),
        MemberFactory(birth_date=datetime.date(1969, 2, 1)),
        MemberFactory(birth_date=datetime.date(1923, 7, 1), member_since=datetime.date(1960, 1, 1)),
    ]
    for ref, member in enumerate(made, start=1):
        put(member, ref, 1_000_00, on=JANUARY, code="HOUSING_RINGFENCE" if ref == 3 else "AKAUN_55" if ref == 5 else "PERSARAAN")
    close(2023)
    return made


CREDITED = [
    {"PERSARAAN": 1_055_00},
    {"PERSARAAN": 1_054_00},
    {"HOUSING_RINGFENCE": 1_000_00, "SEJAHTERA": 55_00},
    {"PERSARAAN": 1_000_00, "AKAUN_55": 55_00},
    {"AKAUN_55": 1_027_27},  # 181 days: RM27.27
]
"""What stands with the five after the run of 2023."""


def sound() -> bool:
    """Whether the ledger and the dividends beside it have no finding; clearing accounts are left out, as in `unsound`."""
    beside = [result for result in invariants.run() if result.name.startswith("members.") and "clearing" not in result.name]
    return not unsound() and all(result.ok for result in beside)
