"""What must be true of the whole ledger, by name. Each check is one set-based query that returns what breaks it.

All run in one snapshot, so that work going on beside them is no finding. Apps that own the open items of a clearing account register a
check of their own (`register`), since the ledger knows nobody above it.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction

from members.ledger import chart
from members.ledger.invariants_sql import CHECKS, GUARDS

__all__ = ["CHECKS", "GUARDS", "Check", "Finding", "Result", "broken", "names", "register", "run"]

SHOWN = 20
"""At most so many findings of a check are carried; their number is always the whole."""


class Finding(NamedTuple):
    """One row that breaks an invariant: which, and by how many sen (0 where it is not about an amount)."""

    what: str
    amount_sen: int = 0


class Result(NamedTuple):
    """The outcome of one check."""

    name: str
    found: int
    findings: Sequence[Finding]

    @property
    def ok(self) -> bool:
        return not self.found


Check = Callable[[], Iterable[Finding]]
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
    """All checks in the order they run."""
    return [*CHECKS, "clearing_is_zero_or_owned", *_registered]


def run() -> list[Result]:
    """Every check, in one read-only snapshot (inside a caller's transaction: in that transaction as it is)."""
    fresh = not connection.in_atomic_block
    with transaction.atomic():
        if fresh:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        results = [_ask(name, sql) for name, sql in CHECKS.items()]
        results.append(_counted("clearing_is_zero_or_owned", _unowned()))
        results += [_counted(name, check()) for name, check in _registered.items()]
    return results


def broken() -> list[Result]:
    """The checks that found something: an empty list is a sound ledger."""
    return [result for result in run() if not result.ok]


def _ask(name: str, sql: str) -> Result:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) OVER (), what, amount_sen FROM ({sql}) AS wrong (what, amount_sen) LIMIT {SHOWN}")  # noqa: S608
        rows = cursor.fetchall()
    return Result(name, rows[0][0] if rows else 0, [Finding(what, int(amount)) for _, what, amount in rows])


def _counted(name: str, findings: Iterable[Finding]) -> Result:
    every = iter(findings)
    shown = list(islice(every, SHOWN))
    return Result(name, len(shown) + sum(1 for _ in every), shown)


def _unowned() -> list[Finding]:
    """Clearing accounts that are not zero and whose open items nobody answers for."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT code, sum(amount_sen)::bigint FROM ledger_account AS account JOIN ledger_posting ON account_id = account.id
            WHERE holder_kind = 'FUND' AND code = ANY(%s) GROUP BY code HAVING sum(amount_sen) <> 0""",
            [sorted(set(chart.CLEARING) - _owned)],
        )
        return [Finding(code, amount) for code, amount in cursor.fetchall()]
