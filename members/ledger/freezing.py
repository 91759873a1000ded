"""Accounts that a check of the ledger found broken pay nothing out until somebody has looked; all others go on, and money goes on coming in.

posting.place_hold and posting.capture raise `posting.Frozen`; PostgreSQL repeats it (migrations/0006_freezing.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.db import connection, transaction
from django.db.models import QuerySet

from kwsp_portal import audit
from members.ledger import holders, invariants
from members.ledger.enums import FreezeState
from members.ledger.models import Account, Freeze

NAMED: Final = 100
"""At most so many accounts are named in one event of the trail; their number is always the whole, and each has its row here."""

FROZEN: Final = {"state": FreezeState.FROZEN.value}
LIFTED: Final = {"state": FreezeState.LIFTED.value}
"""As the trail has it."""


class NotLiftable(Exception):
    """Why a freeze stays. `code`: NOT_FROZEN, REASON_MISSING, STILL_BROKEN with the names of the checks that find the account."""

    def __init__(self, code: str, checks: Sequence[str] = ()) -> None:
        super().__init__(f"{code} {' '.join(checks)}".strip())
        self.code, self.checks = code, tuple(checks)


def open_freezes() -> "QuerySet[Freeze]":
    """The freezes that are not lifted."""
    return Freeze.objects.filter(state=FreezeState.FROZEN, end=None)


def freeze(results: Iterable[invariants.Result]) -> int:
    """Freezes every account of a member or employer that the checks named and that is not frozen; returns how many."""
    frozen = 0
    with transaction.atomic():
        for result in results:
            accounts = _freeze(result.name, result.whys)
            frozen += len(accounts)
            if accounts:
                data = {"check": result.name, "count": len(accounts), "accounts": accounts[:NAMED]}
                audit.record(actor="jobs", action="ledger.freeze", data=data, subjects=_holders(accounts[:NAMED]), before={}, after=FROZEN)
    return frozen


def _freeze(check: str, whys: Mapping[int, str]) -> list[int]:
    """In the order of accounts, in which everybody locks their balance rows. The fund's own accounts pay nothing out by holds."""
    if not whys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_freeze (account_id, state, check_name, reason, by)
            SELECT found.id, 'FROZEN', %s, found.why, 'jobs'
            FROM unnest(%s::bigint[], %s::text[]) AS found (id, why) JOIN ledger_account AS account ON account.id = found.id
            WHERE holder_kind <> 'FUND' AND NOT EXISTS (
                SELECT FROM ledger_freeze AS begun WHERE account_id = found.id AND state = 'FROZEN'
                    AND NOT EXISTS (SELECT FROM ledger_freeze AS lifted WHERE lifted.frozen_id = begun.id)
            ) ORDER BY found.id RETURNING account_id""",
            [check, list(whys), list(whys.values())],
        )
        return [row[0] for row in cursor.fetchall()]


def lift(*, account_id: int, reason: str, by: audit.Actor) -> None:
    """Ends the freeze of an account that no check finds any more. Raises NotLiftable; the trail keeps that too.

    The checks are asked now, under the lock of the balance row, and not remembered from last night.
    """
    try:
        with transaction.atomic():
            _lift(account_id, reason.strip(), by)
    except NotLiftable as refused:
        data = {"code": refused.code, "checks": list(refused.checks)}
        whom = _holders([account_id])
        audit.record_refusal(actor=by, action="ledger.freeze.lift", target=f"ledger_account:{account_id}", data=data, subjects=whom)
        raise


def _lift(account_id: int, reason: str, by: audit.Actor) -> None:
    if not reason:
        raise NotLiftable("REASON_MISSING")
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id FROM ledger_balance WHERE account_id = %s FOR NO KEY UPDATE", [account_id])
    found = open_freezes().filter(account_id=account_id).first()
    if found is None:
        raise NotLiftable("NOT_FROZEN")
    still = invariants.finding(account_id, also=found.check_name)
    if still:
        raise NotLiftable("STILL_BROKEN", still)
    name = by if isinstance(by, str) else by.get_username() if by else "portal"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_freeze (account_id, state, frozen_id, check_name, reason, by) VALUES (%s, 'LIFTED', %s, %s, %s, %s)",
            [account_id, found.pk, found.check_name, reason, name[:60]],
        )
    data = {"check": found.check_name, "reason": reason}
    target, whom = f"ledger_account:{account_id}", _holders([account_id])
    audit.record(actor=by, action="ledger.freeze.lift", target=target, data=data, subjects=whom, before=FROZEN, after=LIFTED)


def _holders(account_ids: Sequence[int]) -> list[str]:
    """Whose accounts these are, as the trail's subjects. An account whose holder is in no register is nobody's."""
    found = Account.objects.filter(pk__in=account_ids).values_list("holder_kind", holders.number())
    return [f"{kind.lower()}:{number}" for kind, number in found if number]
