"""What must be true of the whole ledger, by name. Every check is set-based, exact, and names what breaks it with its amount and its accounts.

All run in one snapshot, so that work going on beside them is no finding; on two connections, so that they take both cores. Apps that own the open
items of a clearing account register a check of their own (`register`), since the ledger knows nobody above it.
"""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from django.db import connection, connections, transaction

from members.ledger import chart, invariants_accounts, invariants_entries, sealed_days
from members.ledger.invariants_sql import CHECKS as STATEMENTS
from members.ledger.invariants_sql import GUARDS

__all__ = ["CHECKS", "GUARDS", "Check", "Finding", "Result", "broken", "finding", "names", "register", "run"]

SHOWN: Final = 20
"""At most so many findings of a check are carried; their number, and the accounts that they concern, are always the whole."""

EVERYTHING: Final = "all postings"
EVERY_ACT: Final = "act_has_one_entry"
CLEARING: Final = "clearing_is_zero_or_owned"
CHECKS: Final = (*{**invariants_entries.CHECKS, **invariants_accounts.CHECKS}, *sealed_days.CHECKS, "ledger_sums_to_zero", *STATEMENTS)
"""The names of the ledger's own."""

MEMORY: Final = "SET LOCAL work_mem = '256MB'"
BY_INDEX: Final = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_hashagg = off; SET LOCAL enable_nestloop = off"
"""For the passes: walking two indexes side by side takes a quarter of the time that hashing a million rows does."""
BY_DAY: Final = "SET LOCAL enable_hashagg TO DEFAULT"
"""For the pass over entries, which ends in a few days: a million rows hashed by day are a sixth cheaper than sorted by it."""
BY_PLAN: Final = "SET LOCAL enable_hashjoin TO DEFAULT; SET LOCAL enable_hashagg TO DEFAULT; SET LOCAL enable_nestloop TO DEFAULT"


PARTS: Final = 4
"""The passes go over everything in so many ranges of ids, so that both connections have work to the end."""


class Finding(NamedTuple):
    """One row that breaks an invariant: which, by how many sen (0 where it is not about an amount), and the accounts it concerns."""

    what: str
    amount_sen: int = 0
    accounts: tuple[int, ...] = ()


class Result(NamedTuple):
    """The outcome of one check. `whys`: every account that it found, with what it said of it first."""

    name: str
    found: int
    findings: Sequence[Finding]
    whys: Mapping[int, str] = MappingProxyType({})

    @property
    def ok(self) -> bool:
        return not self.found


Check = Callable[[], Iterable[Finding]]
Found = Iterator[tuple[str, Finding]]
_registered: dict[str, Check] = {}
_owned: set[str] = set()


def register(name: str, check: Check, *, clears: Sequence[str] = ()) -> None:
    """Adds a check by name, from an AppConfig.ready. `clears`: the clearing accounts of whose balance it accounts for every sen: it
    returns a finding for each open item without an age or an owner, and one for what the open items do not explain."""
    unknown = set(clears) - set(chart.CLEARING)
    if unknown:
        raise ValueError(f"{name}: found {sorted(unknown)}, expected clearing accounts of the chart")
    _registered[name] = check
    _owned.update(clears)


def names() -> list[str]:
    """All checks, in the order in which they are shown."""
    return [*CHECKS, CLEARING, *_registered]


def run() -> list[Result]:
    """Every check, in one read-only snapshot (inside a caller's transaction: in that transaction as it is)."""
    if connection.in_atomic_block:
        with transaction.atomic(), connection.cursor() as cursor:
            sweep = _Sweep()
            sweep.work()
            sweep.look_again()
            cursor.execute("SET LOCAL work_mem TO DEFAULT")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            sweep = _Sweep()
            cursor.execute("SELECT pg_export_snapshot()")
            helper = threading.Thread(target=sweep.help, args=cursor.fetchone())
            helper.start()
            try:
                sweep.work()
            finally:
                helper.join()
            sweep.look_again()
    return [_result(name, sweep.found[name]) for name in names()]


def broken() -> list[Result]:
    """The checks that found something: an empty list is a sound ledger."""
    return [result for result in run() if not result.ok]


def finding(account_id: int, *, also: str) -> list[str]:
    """The names of the checks that find an account now: those of accounts, those of its entries, and `also`, whatever it is."""
    found = {name for name, _ in _of_accounts([account_id])}
    entry_ids = _column("SELECT array_agg(DISTINCT entry_id) FROM ledger_posting WHERE account_id = %s", [account_id])
    of_entries = [*_of_entries(entry_ids), *((also, one) for one in _one(also))]
    return sorted(found | {name for name, one in of_entries if account_id in one.accounts})


class _Sweep:
    """One run: what is left to do, taken by whichever connection is free, the longest first; and what was found."""

    def __init__(self) -> None:
        self.found: dict[str, list[Finding]] = defaultdict(list)
        self.suspects: set[int] = set()
        self.met: list[int] = []
        self.of_days: list[Any] = []
        self.fund = dict(_rows("SELECT code, id FROM ledger_account WHERE holder_kind = 'FUND' ORDER BY id"))
        self.errors: list[Exception] = []
        statements = [lambda name=name: ((name, one) for one in _one(name)) for name in (*STATEMENTS, *_registered)]
        passes = [
            *(partial(self._accounts, ids) for ids in _ranges("ledger_account")),
            *(partial(self._entries, ids) for ids in _ranges("ledger_entry")),
        ]
        self.left: deque[Callable[[], Found]] = deque([*passes, self._balances, *statements])

    def work(self) -> None:
        """Takes what is left until there is none."""
        with connection.cursor() as cursor:
            cursor.execute(MEMORY)
        while self.left and not self.errors:
            try:
                task = self.left.popleft()
            except IndexError:
                return
            for name, one in task():
                self.found[name].append(one)

    def help(self, snapshot: str) -> None:
        """The same on a connection of this thread's own, in the same snapshot."""
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])
                self.work()
        except Exception as error:
            self.errors.append(error)
        finally:
            connections.close_all()

    def look_again(self) -> None:
        """At the accounts that the passes could not call sound, check by check. Raises what the other connection met."""
        if self.errors:
            raise self.errors[0]
        if sum(self.met):
            self.suspects.update(_column(invariants_accounts.STRAYS))
        for name, one in (*_of_accounts(sorted(self.suspects)), *self._days()):
            self.found[name].append(one)

    def _accounts(self, ids: str) -> Found:
        ((met, suspects),) = _rows(invariants_accounts.sweep(ids), by_index=True)
        self.met.append(met)
        self.suspects.update(suspects or ())
        return iter(())

    def _balances(self) -> Found:
        self.met.append(-_rows(invariants_accounts.COUNTED)[0][0])
        return iter(())

    def _entries(self, ids: str) -> Found:
        self.of_days += _rows(invariants_entries.sweep(self.fund, ids), by_index=True, also=BY_DAY)
        return iter(())

    def _days(self) -> Found:
        days = sealed_days.Days(self.fund, self.of_days)
        yield from _of_entries(days.suspects)
        for name, what, amount_sen in days.findings():
            yield name, Finding(what, amount_sen)
        if days.total_sen:
            yield "ledger_sums_to_zero", Finding(EVERYTHING, days.total_sen)
        for code in sorted(set(chart.CLEARING) - _owned):
            if days.stands(code):
                yield CLEARING, Finding(code, days.stands(code))


def _ranges(table: str) -> list[str]:
    """Conditions on an id, one for each part: everything there is or could be is in one of them."""
    last = _rows(f"SELECT coalesce(max(id), 0) FROM {table}")[0][0]  # noqa: S608 - the tables of the passes
    cuts = sorted({last * part // PARTS for part in range(1, PARTS)})
    return [
        *(f"<= {cut}" for cut in cuts[:1]),
        *(f"BETWEEN {before + 1} AND {cut}" for before, cut in pairwise(cuts)),
        *(f"> {cut}" for cut in cuts[-1:]),
    ]


def _of_accounts(ids: Sequence[int]) -> Found:
    return _named(invariants_accounts.CHECKS, ids)


def _of_entries(ids: Sequence[int]) -> Found:
    return _named(invariants_entries.CHECKS, ids)


def _named(checks: Mapping[str, str], ids: Sequence[int]) -> Found:
    """What the checks say of these accounts or entries."""
    for name, statement in checks.items() if ids else ():
        for row in _rows(statement, {"ids": list(ids)}):
            yield name, _finding(row)


def _one(name: str) -> Iterable[Finding]:
    """The findings of one check that is asked by itself."""
    if name in STATEMENTS:
        return map(_finding, _rows(STATEMENTS[name], by_index=name == EVERY_ACT))
    return _registered[name]() if name in _registered else ()


def _finding(row: Sequence[Any]) -> Finding:
    accounts = tuple(dict.fromkeys(row[2] or ())) if len(row) > 2 else ()
    return Finding(row[0], int(row[1]), accounts)


def _rows(statement: str, values: Any = None, *, by_index: bool = False, also: str = "") -> list[Any]:
    """`also`: further settings for a statement by index."""
    with connection.cursor() as cursor:
        if by_index:
            cursor.execute(f"{BY_INDEX};{also}")
        cursor.execute(statement, values)
        found: list[Any] = cursor.fetchall()
        if by_index:
            cursor.execute(BY_PLAN)
    return found


def _column(statement: str, values: Any = None) -> list[int]:
    """The one array that the statement makes."""
    return _rows(statement, values)[0][0] or []


def _result(name: str, found: Sequence[Finding]) -> Result:
    whys: dict[int, str] = {}
    for one in found:
        for account_id in one.accounts:
            whys.setdefault(account_id, f"{one.what}: {one.amount_sen} sen")
    return Result(name, len(found), found[:SHOWN], whys)
