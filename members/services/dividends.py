"""The run of a year's dividend: every account of every member, once, in chunks on kwsp_portal.jobs; years one after another.

A year is credited when it is closed, the year before is credited, and its rates are known. What was back-valued into it between its closing
and its run is settled with it, rounded once with the rest (docs/decisions.md). `reckon` says what a run would credit and writes nothing: the
preview of a declaration is the same reckoning, so the two agree to the sen.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Max, Min
from django.db.models.fields import IntegerField
from django.db.models.functions import Cast

from kwsp_portal import audit, bulk, jobs
from kwsp_portal.common import collector
from kwsp_portal.jobs.enums import RunState
from kwsp_portal.jobs.models import Run
from members.enums import DividendKind, Scheme
from members.ledger import days, earning, posting, years
from members.ledger.earning import Due, Earned
from members.ledger.enums import EntryKind
from members.models import Dividend, Member
from members.rules import dividend
from members.selectors import dividend_rates
from members.selectors.dividend_rates import Rates
from members.selectors.dividends import Line

PROGRAMME: Final = "dividend"
CHUNK_MEMBERS: Final = 5_000
_COLUMNS: Final = "COPY members_dividend (id, kind, member_id, year, scheme, amount_sen, earned, credited_on) FROM STDIN"


class Person(NamedTuple):
    birth_date: date
    shariah_from: date | None


class Reckoned(NamedTuple):
    """What a member gets: a line for each account and year, and the rows of dividend due that are settled with it."""

    member_id: int
    scheme: Scheme
    lines: list[Line]
    dues: list[int]

    @property
    def total_sen(self) -> int:
        return sum(line.amount_sen for line in self.lines)

    def legs(self) -> list[posting.Leg]:
        """What each receiving account gets, and the fund's expense. None where it comes to nothing."""
        given: dict[str, int] = {}
        for line in self.lines:
            given[line.to] = given.get(line.to, 0) + line.amount_sen
        legs = [posting.Leg(posting.member(self.member_id, code), sen) for code, sen in given.items() if sen]
        total = sum(given.values())
        return [posting.Leg(posting.fund("DIVIDEND_EXPENSE"), -total), *legs] if total else legs


def last_paid() -> int | None:
    """The last year whose dividend is credited to everybody; None where none is. What is due for it and earlier years is settled by itself."""
    done = Run.objects.filter(programme=PROGRAMME, state=RunState.DONE)
    found: int | None = done.aggregate(last=Max(Cast("period", IntegerField())))["last"]
    return found


def next_year() -> int | None:
    """The year whose dividend is to be credited next, closed or not; None where no year was ever closed."""
    last = last_paid()
    return years.first_closed() if last is None else last + 1


def is_closed(year: int) -> bool:
    """Whether nothing can be booked in a year any more."""
    closed = years.last_closed()
    return closed is not None and year <= closed


def chunks(**more: Any) -> list[dict[str, Any]]:
    """The pieces in which all members are credited, by their ids."""
    ids = Member.objects.aggregate(first=Min("pk"), last=Max("pk"))
    end = (ids["last"] or 0) + 1
    return [{"first": first, "end": min(first + CHUNK_MEMBERS, end), **more} for first in range(ids["first"] or end, end, CHUNK_MEMBERS)]


def open_next(*, on: date) -> int:
    """Open the run of the next year, if it is closed and its rates are known; 1 where it was. Safe from any number of callers."""
    year = next_year()
    if year is None or not is_closed(year) or dividend_rates.of(year, on=on) is None:
        return 0
    if Run.objects.filter(programme=PROGRAMME, period=str(year)).exists():
        return 0
    jobs.open_run(programme=PROGRAMME, period=str(year), chunks=chunks(), on=on)
    return 1


def is_coming(year: int, on: date) -> bool:
    """Whether the dividend of a closed year is about to be credited, or is being credited: no later year is closed meanwhile, else each of its
    credits would be dividend due in every one of them. A run that failed, and rates that are not declared, hold nothing up."""
    if year != next_year():
        return False
    run = Run.objects.filter(programme=PROGRAMME, period=str(year)).first()
    return run.state == RunState.OPEN if run else dividend_rates.of(year, on=on) is not None


def credit_chunk(*, lease: jobs.Lease) -> None:
    """Credit the members of one chunk and finish its lease in one transaction."""
    jobs.failpoint("dividend.before")
    lease.renew()
    year, on = int(lease.period), max(lease.on, days.first_open_day())
    rates = dividend_rates.of(year, on=lease.on)
    if rates is None:
        raise jobs.Parked(f"{year}: found no declared rates, expected those of the year")
    with collector.paused():
        found = list(reckon(year=year, rates=rates, first=lease.payload["first"], end=lease.payload["end"], on=on))
        credit(found, kind=DividendKind.ANNUAL, year=year, on=on, lease=lease)


def reckon(*, year: int, rates: Rates, first: int, end: int, on: date) -> Iterator[Reckoned]:
    """The dividend of a closed year, of every member from `first` up to and without `end` who gets some, credited on a day. Writes nothing."""
    people = people_of(first, end)
    late = by_holder(earning.dues(since=year, through=year, first=first, end=end))
    paid = paid_before(year, first, end)
    whole = date(year, 12, 31)
    for member_id, accounts in groupby(earning.sen_days(year=year, first=first, end=end), key=attrgetter("holder_id")):
        person = people[member_id]
        until = dividend.last_day(birth_date=person.birth_date, year=year)
        if until != whole:
            accounts = iter(earning.sen_days(year=year, first=member_id, end=member_id + 1, until=until) if until else ())
        scheme = dividend.scheme_of(shariah_from=person.shariah_from, year=year)
        dues = late.get(member_id, ())
        lines = [
            line
            for account in accounts
            if (line := _line(account, dues, paid, until or whole, year, rates.of(scheme), person, on))  # type: ignore[arg-type]
        ]
        if lines or dues:
            yield Reckoned(member_id, scheme, lines, [due.due_id for due in dues])


def _line(
    account: Earned, dues: Iterable[Due], paid: dict[tuple[int, str], int], until: date, year: int, rate: Any, person: Person, on: date
) -> Line | None:
    """None where the account gets nothing."""
    sen_days = account.sen_days
    if dues:
        sen_days += sum(due.sen_days(until) for due in dues if due.account_id == account.account_id)
    before = paid.get((account.holder_id, account.code), 0) if paid else 0
    amount = dividend.after_withdrawal(dividend.amount_sen(sen_days, rate=rate, year=year), paid_before=before, year=year)
    if not amount:
        return None
    to = dividend.receiver(account.dividend_to, birth_date=person.birth_date, on=on)
    return Line(account.code, year, sen_days, str(rate), amount, to.value, before)


def credit(found: Collection[Reckoned], *, kind: DividendKind, year: int, on: date, lease: jobs.Lease) -> None:
    """Post what was reckoned, valued on 1 January of the year after `year`, keep how it came and what is settled, and finish the lease: together."""
    given = [(one, legs) for one in found if (legs := one.legs())]
    ids = dict(zip((one.member_id for one, _ in given), new_ids(len(given)), strict=True))
    valued = date(year + 1, 1, 1)
    acts = (posting.Act(EntryKind.DIVIDEND, ids[one.member_id], 0, on, valued, legs) for one, legs in given)

    def done() -> None:
        jobs.failpoint("dividend.posted")
        keep([(ids[one.member_id], one) for one, _ in given], kind=kind, year=year, on=on)
        earning.settle([(due_id, ids.get(one.member_id)) for one in found for due_id in one.dues])
        data = {"year": year, "members": len(given), "amount_sen": sum(one.total_sen for one, _ in given)}
        audit.record(actor="dividends", action="dividend.chunk.credited", target=f"dividend:{year}", data=data)
        lease.finish()
        jobs.failpoint("dividend.finished")

    posting.post_chunk(acts, lease=lease, guard=done)
    jobs.failpoint("dividend.committed")


def keep(rows: Collection[tuple[int, Reckoned]], *, kind: DividendKind, year: int, on: date) -> None:
    """Write how dividends came, in the caller's transaction."""
    lines = [
        f"{pk}\t{kind}\t{one.member_id}\t{year}\t{one.scheme}\t{one.total_sen}\t{json.dumps(one.lines, separators=(',', ':'))}\t{on}\n"
        for pk, one in rows
    ]
    with connection.cursor() as cursor:
        bulk.copy(cursor, _COLUMNS, lines)


def people_of(first: int, end: int) -> dict[int, Person]:
    """What decides a member's rate and ages, by id."""
    rows = Member.objects.filter(pk__gte=first, pk__lt=end).values_list("pk", "birth_date", "shariah_from")
    return {pk: Person(birth_date, shariah_from) for pk, birth_date, shariah_from in rows}


def by_holder(dues: Iterable[Due]) -> dict[int, list[Due]]:
    found: dict[int, list[Due]] = {}
    for due in dues:
        found.setdefault(due.holder_id, []).append(due)
    return found


def paid_before(year: int, first: int, end: int) -> dict[tuple[int, str], int]:
    """What was paid for the year with full withdrawals, by member and account that earned it."""
    found: dict[tuple[int, str], int] = {}
    rows = Dividend.objects.filter(kind=DividendKind.BEFORE, year=year, member_id__gte=first, member_id__lt=end)
    for member_id, earned in rows.values_list("member_id", "earned"):
        for line in map(Line._make, earned):
            found[member_id, line.code] = found.get((member_id, line.code), 0) + line.amount_sen
    return found


def new_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        return bulk.new_ids(cursor, "members_dividend", count)
