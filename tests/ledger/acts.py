"""Acts for the ledger's tests, and the questions they ask of it."""

import datetime
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection, connections

from members.ledger import invariants, posting
from members.ledger.enums import EntryKind

DAY = datetime.date(2026, 1, 15)
LATER = datetime.date(2026, 3, 2)
T = TypeVar("T")


def contribution(ref: int, member_id: int, sen: int = 12000, *, day: datetime.date = DAY) -> posting.Act:
    """A member's contribution, 75/15/10 with the remainder in Persaraan."""
    sejahtera, fleksibel = sen * 15 // 100, sen * 10 // 100
    return posting.Act(
        kind=EntryKind.CONTRIBUTION,
        ref=ref,
        part=0,
        booked_on=day,
        value_date=day,
        legs=[
            posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), -sen),
            posting.Leg(posting.member(member_id, "PERSARAAN"), sen - sejahtera - fleksibel),
            posting.Leg(posting.member(member_id, "SEJAHTERA"), sejahtera),
            posting.Leg(posting.member(member_id, "FLEKSIBEL"), fleksibel),
        ],
    )


def payout(ref: int, member_id: int, sen: int, code: str = "PERSARAAN") -> posting.Act:
    return posting.Act(
        EntryKind.PAYOUT,
        ref,
        0,
        LATER,
        LATER,
        [posting.Leg(posting.member(member_id, code), -sen), posting.Leg(posting.fund("PAYOUT_CLEARING"), sen)],
    )


def due(ref: int, employer_id: int, sen: int) -> posting.Act:
    return posting.Act(
        EntryKind.FILING_DUE,
        ref,
        0,
        DAY,
        DAY,
        [posting.Leg(posting.employer(employer_id, "CONTRIBUTION_DUE"), -sen), posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), sen)],
    )


def credits_of(each: list[tuple[int, int, str, int]], source: posting.AccountRef | None = None) -> posting.Credits:
    """Of each ref, member, code of the account, sen."""
    columns: list[list[Any]] = [[one[place] for one in each] for place in range(4)]
    return posting.Credits(EntryKind.INCENTIVE, source or posting.fund("GOVERNMENT_CLEARING"), LATER, DAY, *columns)


class Lease:
    """One that ends as soon as it is asked to."""

    finished = False

    def finish(self) -> None:
        self.finished = True


def unsound() -> set[str]:
    """Names of the broken invariants of the ledger itself. Left out: open items of clearing accounts, which these tests never close, and
    what other apps (`contributions.…`) say of acts, which here have no filings behind them."""
    return {result.name for result in invariants.broken() if "clearing" not in result.name and "." not in result.name}


def value(sql: str, *arguments: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        row = cursor.fetchone()
    return row[0] if row else None


def together(number: int, work: Callable[[int], T], timeout: float = 180) -> list[T | Exception]:
    """Runs the work in so many threads that start at once, each on its own connection; what each returned or raised."""
    gate = threading.Barrier(number)
    outcomes: list[T | Exception] = [AssertionError("the thread did not end")] * number

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            gate.wait(timeout=timeout)
            outcomes[place] = work(place)
        except Exception as error:  # noqa: BLE001
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=timeout)
    return outcomes
