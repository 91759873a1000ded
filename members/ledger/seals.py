"""The seal of a closed day, as SQL: counts, what was moved, sums of a hash of every row, and where the fund's accounts then stood.

The hash of a row runs through all its columns. Sums of hashes do not depend on the order of rows, so that one pass makes the seals of
all days, and another finds a changed, lost or added row in any of them. The functions are those that PostgreSQL partitions by hash with: their
values stay from one version to the next. It is a check on what goes wrong behind the guards, not a signature: who may rewrite the
ledger may rewrite its seals.
"""

from typing import Final

from django.db.backends.utils import CursorWrapper


def _hash(*columns: str) -> str:
    """A whole number of 64 bits from columns that are bigint and not null: the hash of each is the seed of the next."""
    text = "0"
    for column in columns:
        text = f"hashint8extended({column}, {text})"
    return text


ENTRY_HASH: Final = _hash(
    "entry.id",
    "entry.kind",
    "entry.ref",
    "entry.part",
    "entry.booked_on - DATE '2000-01-01'",
    "entry.value_date - DATE '2000-01-01'",
    "coalesce(entry.reverses, 0)",
    "timestamp_hash_extended(entry.posted_at AT TIME ZONE 'UTC', 0)",
)
POSTING_HASH: Final = _hash(
    "posting.id",
    "posting.entry_id",
    "posting.account_id",
    "posting.amount_sen",
    "coalesce(posting.version, 0)",
    "coalesce(posting.balance_after_sen, 0)",
    "(posting.balance_after_sen IS NULL)::int",
)

# A day's rows by the index on booked_on; many days at once by whole tables, as PostgreSQL then sees fit.
_SEAL: Final = f"""
INSERT INTO ledger_dayseal (day, entries, entries_digest, postings, postings_digest, turnover_sen)
SELECT day, entries, entries_digest, coalesce(postings, 0), coalesce(postings_digest, 0), coalesce(turnover_sen, 0)
FROM (
    SELECT booked_on AS day, count(*) AS entries, sum({ENTRY_HASH}) AS entries_digest
    FROM ledger_entry AS entry WHERE booked_on > %(after)s AND booked_on <= %(through)s GROUP BY booked_on
) AS of_entries
LEFT JOIN (
    SELECT booked_on AS day, count(*) AS postings, sum({POSTING_HASH}) AS postings_digest,
        sum(amount_sen) FILTER (WHERE amount_sen > 0) AS turnover_sen
    FROM ledger_entry AS entry JOIN ledger_posting AS posting ON entry_id = entry.id
    WHERE booked_on > %(after)s AND booked_on <= %(through)s GROUP BY booked_on
) AS of_postings USING (day)
"""  # noqa: S608 - texts of this file

_FUND: Final = """
INSERT INTO ledger_fundday (day, account_id, balance_sen)
SELECT day, account_id, coalesce((
        SELECT balance_sen FROM ledger_fundday AS before WHERE before.account_id = stood.account_id AND before.day <= %(after)s
        ORDER BY before.day DESC LIMIT 1
    ), 0) + sum(sen) OVER (PARTITION BY account_id ORDER BY day)
FROM (
    SELECT seal.day, account.id AS account_id, coalesce(moved.sen, 0) AS sen
    FROM ledger_dayseal AS seal CROSS JOIN ledger_account AS account
    LEFT JOIN (
        SELECT booked_on, account_id, sum(amount_sen) AS sen
        FROM ledger_entry AS entry JOIN ledger_posting AS posting ON entry_id = entry.id
        WHERE booked_on > %(after)s AND booked_on <= %(through)s AND version IS NULL GROUP BY booked_on, account_id
    ) AS moved ON moved.booked_on = seal.day AND moved.account_id = account.id
    WHERE seal.day > %(after)s AND seal.day <= %(through)s AND account.holder_kind = 'FUND'
) AS stood
"""


def write(cursor: CursorWrapper, *, after: str, through: str) -> int:
    """Seals every day after one and up to another on which something is booked; returns how many. `after` may be '-infinity'."""
    days = {"after": after, "through": through}
    cursor.execute(_SEAL, days)
    sealed = cursor.rowcount
    cursor.execute(_FUND, days)
    return sealed
