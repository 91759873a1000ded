"""The statement of a member with forty years, against one indexed read of the same rows: at most 3 x, one query a section.

480 monthly contributions to two accounts, and to three from May 2024, dividends every year, withdrawals and reversals, posted month by month
among two hundred others in a copy of the benchmarks' database with its million members; then all years before this one are closed. The floor
reads the same rows by the index of accounts, joins their entries by key, and fetches them: no opening, no running balance, no sections.
"""

import importlib
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import database, harness

MEMBER, OTHERS = 500_002, 200
MONTHS = 480
LAST = date(2026, 9, 30)
THREE_SINCE = date(2024, 5, 11)
AS_AT = date(2006, 8, 15)
GOAL = 3
ROUNDS = 25
COPY_NAME = "kwsp_bench_statement"

_FLOOR = """
SELECT entry.id, kind, ref, part, booked_on, value_date, amount_sen, balance_after_sen, version
FROM ledger_account AS account JOIN ledger_posting AS posting ON account_id = account.id JOIN ledger_entry AS entry ON entry.id = entry_id
WHERE holder_kind = 'MEMBER' AND holder_id = %(member)s AND code = ANY(%(codes)s) AND version >= %(first)s AND version <= %(last)s
ORDER BY account_id, version
"""
_VERSIONS = """
SELECT min(version), max(version) FROM ledger_account AS account
JOIN ledger_posting AS posting ON account_id = account.id JOIN ledger_entry AS entry ON entry.id = entry_id
WHERE holder_kind = 'MEMBER' AND holder_id = %s AND code = %s AND booked_on >= %s AND booked_on <= %s
"""


def measure() -> list[harness.Figure]:
    database.prepare()
    with database.fresh(COPY_NAME):
        _history()
        balances = importlib.import_module("members.ledger.balances")
        kind = importlib.import_module("members.ledger.enums").HolderKind.MEMBER
        codes = list(balances.balances_of(kind, MEMBER))
        first, last = date(1986, 1, 1), LAST

        def sections(since: date, until: date, of: list[str]) -> None:
            balances.turnovers(kind, MEMBER, since=since, until=until)
            for code in of:
                balances.lines_between(kind, MEMBER, code, since=since, until=until)

        def lines(year: int) -> Callable[[], object]:
            return lambda: balances.lines_between(kind, MEMBER, codes[0], since=date(year, 1, 1), until=date(year, 12, 31))

        forty = _against(
            f"statement of 40 years: figures of {len(codes)} accounts and every line, {1 + len(codes)} queries",
            lambda: sections(first, last, codes), _floor(codes, first, last), queries=1 + len(codes),
        )  # fmt: skip
        return [
            forty,
            _against("  of these the figures alone", lambda: balances.turnovers(kind, MEMBER, since=first, until=last), _floor(codes, first, last)),
            _against("  an account's lines of its 39th year", lines(2025), _floor(codes[:1], date(2025, 1, 1), date(2025, 12, 31))),
            _against("  and of its 10th", lines(1996), _floor(codes[:1], date(1996, 1, 1), date(1996, 12, 31))),
            _against(
                "  balances as at a day 20 years ago",
                lambda: balances.balances_on(kind, MEMBER, AS_AT),
                _floor(codes[:2], date(AS_AT.year, 1, 1), AS_AT),
            ),
        ]


def _against(name: str, work: Callable[[], object], floor: Callable[[], int], *, queries: int = 1) -> harness.Figure:
    with CaptureQueriesContext(connection) as asked:
        work()
    assert len(asked) == queries, asked.captured_queries
    rows = floor()
    floor_time, taken = harness.compare(floor, work, ROUNDS)
    return harness.Figure(name, taken, GOAL, floor_time, note=f"{rows} rows")


def _floor(codes: list[str], since: date, until: date) -> Callable[[], int]:
    """The read of the rows booked in a period, whose versions are known beforehand; returns how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, [MEMBER, codes[0], since, until])
        first, last = cursor.fetchone()
    asked = {"member": MEMBER, "codes": codes, "first": first, "last": last}

    def read() -> int:
        with connection.cursor() as cursor:
            cursor.execute(_FLOOR, asked)
            return len(cursor.fetchall())

    return read


def _history() -> None:
    """Everybody's months by post_many, as a worker would; dividends and the rest of the one member between them."""
    posting = importlib.import_module("members.ledger.posting")
    kinds = importlib.import_module("members.ledger.enums").EntryKind
    clearing, expense, payout = (posting.fund(code) for code in ("CONTRIBUTION_CLEARING", "DIVIDEND_EXPENSE", "PAYOUT_CLEARING"))
    ref = 10**9

    def act(kind: Any, on: date, value_date: date, against: Any, parts: dict[str, int], member: int = MEMBER) -> Any:
        nonlocal ref
        ref += 1
        legs = [posting.Leg(against, -sum(parts.values())), *(posting.Leg(posting.member(member, code), sen) for code, sen in parts.items())]
        return posting.Act(kind, ref, 0, on, value_date, legs)

    for month in range(MONTHS):
        number = LAST.year * 12 + LAST.month - MONTHS + month
        day = date(number // 12, number % 12 + 1, 14)
        split = {"PERSARAAN": 75, "SEJAHTERA": 15, "FLEKSIBEL": 10} if day >= THREE_SINCE else {"PERSARAAN": 70, "SEJAHTERA": 30}
        parts = {code: share * 1_400 for code, share in split.items()}
        value_date = date((number + 1) // 12, (number + 1) % 12 + 1, 1).replace(day=1)
        posting.post_many([act(kinds.CONTRIBUTION, day, value_date, clearing, parts, MEMBER + other) for other in range(OTHERS)])
        if day.month == 12:
            dividend = date(day.year, 12, 31), date(day.year + 1, 1, 1), expense
            posting.post_many([act(kinds.DIVIDEND, *dividend, {code: 900 * (month + 1)}) for code in split])
        if month % 50 == 49:
            posting.post(act(kinds.PAYOUT, day, day, payout, {"SEJAHTERA": -300_000}))
            posting.reverse(posting.post(act(kinds.INCENTIVE, day, day, clearing, {"PERSARAAN": 5_000})), booked_on=day)
    _close()


def _close() -> None:
    years, days = importlib.import_module("members.ledger.years"), importlib.import_module("members.ledger.days")
    engine = importlib.import_module("kwsp_portal.jobs.engine")
    days.close(on=date(2026, 11, 22))
    setattr(years, "_holds", [])  # noqa: B010 - no dividend is credited between them
    years.close_next(on=date(2026, 11, 22))
    engine.work_some(programmes=[years.PROGRAMME])
    assert years.last_closed() == LAST.year - 1, years.last_closed()
    with database.owner_of_bench() as cursor:
        for table in ("ledger_posting", "ledger_entry", "ledger_account", "ledger_opening"):
            cursor.execute(f"VACUUM ANALYZE {table}")
