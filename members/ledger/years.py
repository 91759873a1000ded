"""The closing of years: one moment, after which what is valued in the year is a row of dividend_due; then the openings, chunk by chunk.

A year is closed when all of its days are: nothing can be booked in it any more. Its moment is one row (migrations/0005_years.py says
how postings in flight fall on one side of it or the other); from then on the year's figures are settled, so the openings of the next can
be stored whenever a worker comes to it, by ranges of accounts, each from the one before and the postings of that year. Years are
closed one after another, the oldest first.
"""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import Max, Min

from kwsp_portal import audit, jobs
from kwsp_portal.jobs.enums import RunState
from kwsp_portal.jobs.models import Run
from members.ledger import days, openings
from members.ledger.models import Account, ClosedYear, Entry
from members.ledger.posting.engine import sqlstate

PROGRAMME = "close_year"
CHUNK_ACCOUNTS = 20_000
PATIENCE = "500ms"
"""How long the closing waits for back-valued acts in flight; then it lets others pass and is tried again at the errand's next turn."""


LOCK_NOT_AVAILABLE = "55P03"

Hold = Callable[[int, date], bool]
HoldT = TypeVar("HoldT", bound=Hold)
_holds: list[Hold] = []


def waits_for(hold: HoldT) -> HoldT:
    """Decorator: as long as the function says so of the last closed year, on a business date, the errand closes no later one."""
    _holds.append(hold)
    return hold


class NotClosable(Exception):
    """The year cannot be closed now; says what was found and what was expected."""


def last_closed() -> int | None:
    """The last closed year: it and all before it are closed. None where none is."""
    return ClosedYear.objects.order_by("-year").values_list("year", flat=True).first()


def first_closed() -> int | None:
    """The first year that was closed by itself; None where none is."""
    return ClosedYear.objects.order_by("year").values_list("year", flat=True).first()


def next_to_close(*, on: date) -> int | None:
    """The oldest year before that of `on` that is not closed and has all its days closed; None where there is none, or one is being closed."""
    closed = last_closed()
    if closed is None:
        first = Entry.objects.order_by("booked_on").values_list("booked_on", flat=True).first()
        if first is None:
            return None
        year = first.year
    else:
        if not Run.objects.filter(programme=PROGRAMME, period=str(closed), state=RunState.DONE).exists():
            return None
        year = closed + 1
    return year if year < on.year and days_are_closed(year) else None


def days_are_closed(year: int) -> bool:
    """Whether nothing can be booked any more on any day of a year (members.ledger.days)."""
    through = days.closed_through()
    return through is not None and through >= date(year, 12, 31)


def mark(*, year: int) -> None:
    """The moment: what is valued in the year or before it and posted from now on is dividend due. Gives way after PATIENCE."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        cursor.execute("INSERT INTO ledger_closed_year (year) VALUES (%s)", [year])
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")


def close(*, year: int, on: date) -> Run:
    """Close a year and open the run that stores its openings. Raises NotClosable; a year that is closed already keeps its run."""
    if ClosedYear.objects.filter(year=year).exists():
        return Run.objects.get(programme=PROGRAMME, period=str(year))
    if next_to_close(on=on) != year:
        raise NotClosable(f"{year}: found the years to {last_closed()} closed, expected the one before, its openings, and all days of {year}")
    with transaction.atomic():
        mark(year=year)
        audit.record(actor="ledger", action="ledger.year.closed", target=f"year:{year}")
        # Read after the moment: an account with anything in the year is there by now.
        ids = Account.objects.aggregate(first=Min("pk"), last=Max("pk"))
        end = (ids["last"] or 0) + 1
        chunks = [{"first": first, "end": min(first + CHUNK_ACCOUNTS, end)} for first in range(ids["first"] or end, end, CHUNK_ACCOUNTS)]
        return jobs.open_run(programme=PROGRAMME, period=str(year), chunks=chunks, on=on)


def close_next(*, on: date) -> int:
    """Close the oldest year that can be closed and waits for nobody (`waits_for`); 1 where there was one. Called again at the end of its run."""
    year = next_to_close(on=on)
    if year is None or any(hold(year - 1, on) for hold in _holds):
        return 0
    try:
        close(year=year, on=on)
    except OperationalError as error:
        if sqlstate(error) != LOCK_NOT_AVAILABLE:
            raise
        return 0
    return 1


def close_chunk(*, lease: jobs.Lease) -> None:
    """Store the openings of one range of accounts and finish the lease, in one transaction."""
    jobs.failpoint("years.before")
    with transaction.atomic():
        store_openings(year=int(lease.period), first=lease.payload["first"], end=lease.payload["end"])
        jobs.failpoint("years.stored")
        lease.finish()
    jobs.failpoint("years.committed")


# A posting lies in the opening by booked day, by value date, or both. What was valued in closed years and posted after an opening is in
# dividend_due: of the years before the opening it starts from, it comes in; of the year that is closed here, it stays out.
STORE_OPENINGS = f"""
INSERT INTO ledger_opening (account_id, year, booked_sen, valued_sen, from_version, last_version, first_booked, sen_days)
SELECT account.id, %(to_year)s + 1,
    coalesce(opening.booked_sen, 0) + coalesce(sum(amount_sen) FILTER (WHERE {openings.BOOKED_SINCE} AND booked_on < next_day), 0),
    CASE WHEN dividend_to <> '' THEN coalesce(opening.valued_sen, 0)
        + coalesce(sum(amount_sen) FILTER (WHERE {openings.VALUED_SINCE} AND value_date < next_day), 0)
        + coalesce(before.sen, 0) - coalesce(after.sen, 0) END,
    coalesce(min(version) FILTER (WHERE booked_on >= next_day OR value_date >= next_day), max(version) + 1),
    max(version) FILTER (WHERE booked_on < next_day OR value_date < next_day),
    coalesce(opening.first_booked, min(booked_on) FILTER (WHERE booked_on < next_day)),
    CASE WHEN dividend_to <> '' THEN (days * (coalesce(opening.valued_sen, 0) + coalesce(before.sen, 0))
        + coalesce(sum(amount_sen * least(days, next_day - value_date)) FILTER (WHERE {openings.VALUED_SINCE} AND value_date < next_day), 0)
        - coalesce(after.sen_days, 0))::bigint END
FROM ledger_account AS account
CROSS JOIN (
    SELECT make_date(%(to_year)s + 1, 1, 1) AS next_day, make_date(%(to_year)s + 1, 1, 1) - make_date(%(to_year)s, 1, 1) AS days
) AS calendar
{openings.STARTS}
LEFT JOIN LATERAL (
    SELECT sum(amount_sen) AS sen FROM ledger_dividend_due AS due WHERE due.account_id = account.id AND due.year = opening.year - 1
) AS before ON true
LEFT JOIN LATERAL (
    SELECT sum(amount_sen) AS sen, sum(sen_days) AS sen_days FROM ledger_dividend_due AS due
    WHERE due.account_id = account.id AND due.year = %(to_year)s
) AS after ON true
JOIN ledger_posting AS posting ON posting.account_id = account.id AND version >= coalesce(opening.from_version, 1)
JOIN ledger_entry AS entry ON entry.id = posting.entry_id
WHERE account.id >= %(first)s AND account.id < %(end)s AND holder_kind <> 'FUND'
GROUP BY account.id, dividend_to, next_day, days, opening.day, opening.booked_sen, opening.valued_sen, opening.first_booked, before.sen, after.sen,
    after.sen_days
HAVING bool_or(({openings.BOOKED_SINCE} AND booked_on < next_day) OR ({openings.VALUED_SINCE} AND value_date < next_day)) OR before.sen <> 0
ORDER BY account.id
ON CONFLICT (account_id, year) DO NOTHING
"""  # noqa: S608 - fixed texts


def store_openings(*, year: int, first: int, end: int) -> int:
    """Store where the accounts from `first` up to and without `end` stood after a closed year; the number that were not there yet.

    May be called again. Accounts that did not move in the year have none: the earlier one stands.
    """
    with connection.cursor() as cursor:
        cursor.execute(STORE_OPENINGS, {"from_year": year, "to_year": year, "first": first, "end": end})
        return cursor.rowcount
