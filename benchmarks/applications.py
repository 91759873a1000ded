"""Members with savings, an account at a bank, and what they applied for, by the hundred thousand: for the benchmarks of withdrawals.

A database of their own holds the register, made once for each size; every measurement works in a copy of it. Savings are posted, so that the ledger
adds up; accounts and applications are copies of one.
"""

import importlib
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection

from benchmarks import database, harness

SAVED = date(2021, 1, 5)
CHUNK = 5_000
MIB = 1024
USER = "pemohon01"


def prepare(size: int) -> None:
    """The register of so many members."""
    database.prepare(members=size)


@contextmanager
def fresh(name: str) -> Iterator[int]:
    """A copy of the register; the process of its backend."""
    with database.fresh(name):
        importlib.import_module("kwsp_portal.urls")  # what a worker that is up has loaded
        yield database.backend()


def saved(size: int, amounts: Mapping[str, int]) -> None:
    """Each of the first members has so much sen on these accounts."""
    posting, enums = importlib.import_module("members.ledger.posting"), importlib.import_module("members.ledger.enums")
    total = sum(amounts.values())
    for start in range(1, size + 1, CHUNK):
        posting.post_many(
            posting.Act(
                enums.EntryKind.CONTRIBUTION,
                9_000_000_000 + pk,
                0,
                SAVED,
                SAVED,
                [
                    *(posting.Leg(posting.member(pk, code), sen) for code, sen in amounts.items()),
                    posting.Leg(posting.fund("RECEIPT_CLEARING"), -total),
                ],
            )
            for pk in range(start, min(start + CHUNK, size + 1))
        )


def user() -> Any:
    """Who entered them all."""
    users = importlib.import_module("members.identity.models").User.objects
    made, _created = users.get_or_create(user_id=USER, defaults={"role": "MEMBER", "name": "Pemohon", "password": "!"})
    return made


def with_accounts(size: int) -> None:
    """Each of the first members has an account that its bank has confirmed."""
    models = importlib.import_module("members.models")
    since = "2021-01-05T00:00:00Z"
    one = models.BankAccount.objects.create(
        member_id=1, bank="MBBEMYKL", number="114112346789", ending="6789", state="CURRENT", match="FULL", holder="PEKERJA NOMBOR 1", since=since,
        cooling_until=since, asked_at=since, due_at=since,
    )  # fmt: skip
    filled(one, {"id": f"{one.pk} + n", "key": "gen_random_uuid()", "member_id": "n + 1"}, size)


def filled(one: Any, other: Mapping[str, str], size: int) -> None:
    """So many of a row in all, with what is other in each, n from 1."""
    columns = [field.column for field in one._meta.concrete_fields]
    table = one._meta.db_table
    values = ", ".join(other.get(name, f'one."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    with database.owner_of_bench() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} AS one, generate_series(1, {size - 1}) AS n WHERE one.id = {one.pk}"
        )
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def analysed(*tables: str) -> None:
    with database.owner_of_bench() as cursor:
        for table in ("ledger_account", "ledger_balance", "ledger_hold", "members_bankaccount", "withdrawals_application", *tables):
            cursor.execute(f"VACUUM ANALYZE {table}")


def writing(written: Mapping[str, str], updates: Mapping[str, str]) -> harness.Spent:
    """The floor: COPY of what was written into twins of their tables with all indexes, and what was changed changed from a temporary table, in one
    transaction. `written`: a query by table; `updates`: by table the columns that were changed, the id first."""
    with database.owner_of_bench() as cursor:
        texts = {table: _text(cursor, query) for table, query in written.items()}
        changed = {table: _text(cursor, f"SELECT {columns} FROM {table}") for table, columns in updates.items()}
        for table in {*written, *updates}:
            cursor.execute(f"CREATE TABLE twin_{table} (LIKE {table} INCLUDING DEFAULTS INCLUDING INDEXES)")
        for table, columns in updates.items():
            cursor.execute(f"INSERT INTO twin_{table} SELECT * FROM {table}")
            cursor.execute(f"CREATE TEMPORARY TABLE new_{table} AS SELECT {columns} FROM {table} LIMIT 0")
            cursor.execute(f"VACUUM ANALYZE twin_{table}")

        def work() -> None:
            cursor.execute("BEGIN")
            for table, text in texts.items():
                cursor.copy_expert(f"COPY twin_{table} FROM STDIN", io.StringIO(text))
            for table, text in changed.items():
                cursor.copy_expert(f"COPY new_{table} FROM STDIN", io.StringIO(text))
                key, *columns = (name.strip() for name in updates[table].split(","))
                sets = ", ".join(f"{name} = new.{name}" for name in columns)
                cursor.execute(f"UPDATE twin_{table} AS twin SET {sets} FROM new_{table} AS new WHERE twin.{key} = new.{key}")
            cursor.execute("COMMIT")

        return harness.spent(work, cursor.connection.get_backend_pid())


def _text(cursor: Any, query: str) -> str:
    found = io.StringIO()
    cursor.copy_expert(f"COPY ({query}) TO STDOUT", found)
    assert found.getvalue(), query
    return found.getvalue()


def at_rest() -> float:
    """Forget the most memory this process had, and say what it has now, in MiB: an earlier size and its floor had their own. Linux."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return peak()


def peak() -> float:
    """The most memory this process had since `at_rest`, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / MIB


def sound(*but: str) -> None:
    """`check_ledger` has no finding in the ledger, with members, or with withdrawals; money of these benchmarks comes from no contribution."""
    found = importlib.import_module("members.ledger.invariants").broken()
    broken = [one for one in found if not one.name.startswith(("contributions.", *but))]
    assert not broken, broken


def counted(query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()
