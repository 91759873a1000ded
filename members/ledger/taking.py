"""For acts that take money back in bulk: where it went, and what may be taken. Reads only; each function is one query."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db import connection

from members.ledger.enums import EntryKind, HolderKind

Key = tuple[str, int, str]
"""An account by its holder's kind and id and its code, as an AccountRef names it."""


def credited_by(kind: EntryKind, refs: Sequence[int], *, part: int | None = None) -> dict[int, dict[Key, int]]:
    """What the entries of these causes, all parts of them or one, did to members' accounts and to employers' SUSPENSE: sen by ref and account."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT ref, holder_kind, holder_id, code, sum(amount_sen)::bigint
            FROM ledger_entry AS entry
            JOIN ledger_posting AS posting ON entry_id = entry.id JOIN ledger_account AS account ON account.id = account_id
            WHERE kind = %s AND ref = ANY(%s) AND part = coalesce(%s, part) AND (holder_kind = 'MEMBER' OR code = 'SUSPENSE')
            GROUP BY ref, holder_kind, holder_id, code ORDER BY ref, code""",
            [kind.value, list(refs), part],
        )
        found: dict[int, dict[Key, int]] = {}
        for ref, holder_kind, holder_id, code, sen in cursor.fetchall():
            found.setdefault(ref, {})[holder_kind, holder_id, code] = sen
    return found


def booked_by(kind: EntryKind, refs: Sequence[int]) -> dict[int, date]:
    """When the entries of these causes were booked, by ref."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ref, booked_on FROM ledger_entry WHERE kind = %s AND ref = ANY(%s) AND part = 0", [kind.value, list(refs)])
        return dict(cursor.fetchall())


def any_frozen(accounts: Collection[Key]) -> bool:
    """Whether one of these accounts is frozen. Asked under the lock of their balances, nobody can freeze one until that ends."""
    if not accounts:
        return False
    kinds, holders, codes = zip(*accounts, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (
                SELECT FROM ledger_freeze AS begun JOIN ledger_account AS account ON account.id = begun.account_id
                JOIN unnest(%s::text[], %s::bigint[], %s::text[]) AS wanted (holder_kind, holder_id, code) USING (holder_kind, holder_id, code)
                WHERE begun.state = 'FROZEN' AND NOT EXISTS (SELECT FROM ledger_freeze AS lifted WHERE lifted.frozen_id = begun.id)
            )""",
            [[str(kind) for kind in kinds], list(holders), list(codes)],
        )
        return bool(cursor.fetchone()[0])


def available_on(holders: Sequence[tuple[HolderKind, int]]) -> dict[Key, int]:
    """What may be taken from the accounts of these holders, in sen: the balance less what is held, nothing from one that is frozen."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT account.holder_kind, account.holder_id, code,
                CASE WHEN EXISTS (
                    SELECT FROM ledger_freeze AS begun WHERE begun.account_id = account.id AND begun.state = 'FROZEN'
                        AND NOT EXISTS (SELECT FROM ledger_freeze AS lifted WHERE lifted.frozen_id = begun.id)
                ) THEN 0 ELSE balance_sen - held_sen END
            FROM unnest(%s::text[], %s::bigint[]) AS wanted (holder_kind, holder_id)
            JOIN ledger_account AS account USING (holder_kind, holder_id) JOIN ledger_balance ON account_id = account.id""",
            [[kind.value for kind, _ in holders], [holder_id for _, holder_id in holders]],
        )
        return {(kind, holder_id, code): int(sen) for kind, holder_id, code, sen in cursor.fetchall()}
