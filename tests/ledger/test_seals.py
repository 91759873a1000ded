"""The seal of a day sees every column: a row that differs in one of them has another hash."""

import pytest
from django.db import connection

from members.ledger import seals

pytestmark = pytest.mark.django_db

ENTRY = {
    "id": "7::bigint",
    "kind": "3::smallint",
    "ref": "11::bigint",
    "part": "0",
    "booked_on": "DATE '2026-01-15'",
    "value_date": "DATE '2026-01-31'",
    "reverses": "NULL::bigint",
    "posted_at": "TIMESTAMPTZ '2026-01-15 10:00:00.000001+08'",
}
OTHER_ENTRY = {
    "id": "8::bigint",
    "kind": "4::smallint",
    "ref": "12::bigint",
    "part": "1",
    "booked_on": "DATE '2026-01-16'",
    "value_date": "DATE '2026-02-01'",
    "reverses": "5::bigint",
    "posted_at": "TIMESTAMPTZ '2026-01-15 10:00:00.000002+08'",
}
POSTING = {"id": "7::bigint", "entry_id": "5::bigint", "account_id": "3::bigint", "amount_sen": "100::bigint", "version": "2"}
POSTING |= {"balance_after_sen": "100::bigint"}
OTHER_POSTING = {"id": "8::bigint", "entry_id": "6::bigint", "account_id": "4::bigint", "amount_sen": "-100::bigint", "version": "3"}
OTHER_POSTING |= {"balance_after_sen": "NULL::bigint"}


def digest(of: str, table: str, row: dict[str, str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {of} FROM (SELECT {', '.join(f'{value} AS {name}' for name, value in row.items())}) AS {table}")
        found: int = cursor.fetchone()[0]
    return found


@pytest.mark.parametrize("column", ENTRY)
def test_a_column_of_an_entry_is_in_its_hash(column: str) -> None:
    changed = ENTRY | {column: OTHER_ENTRY[column]}

    assert digest(seals.ENTRY_HASH, "entry", changed) != digest(seals.ENTRY_HASH, "entry", ENTRY)


@pytest.mark.parametrize("column", POSTING)
def test_a_column_of_a_posting_is_in_its_hash(column: str) -> None:
    changed = POSTING | {column: OTHER_POSTING[column]}

    assert digest(seals.POSTING_HASH, "posting", changed) != digest(seals.POSTING_HASH, "posting", POSTING)


def test_the_columns_are_all_there_are() -> None:
    with connection.cursor() as cursor:
        for table, columns in (("ledger_entry", ENTRY), ("ledger_posting", POSTING)):
            cursor.execute("SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [table])
            assert set(cursor.fetchone()[0]) == set(columns)
