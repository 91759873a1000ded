"""What must be true between applications, their payments, what the ledger holds for them and what was paid out; run by `manage.py check_ledger`."""

# ruff: noqa: S608 - every text comes from this file and from closed lists

from collections.abc import Iterator
from functools import partial
from typing import Final

from django.db import connection

from members.enums import PayoutKind, PayoutState
from members.ledger import invariants
from members.ledger.enums import HoldKind, HoldState
from withdrawals.enums import Action, PaymentState, State

_OPEN_HOLDS: Final = f"""(SELECT root.id, root.ref, root.amount_sen FROM ledger_hold AS root
    WHERE root.kind = {HoldKind.WITHDRAWAL:d} AND root.state = '{HoldState.PLACED}' AND root.moved_from_id IS NULL
        AND NOT EXISTS (WITH RECURSIVE going (id) AS (
            SELECT root.id UNION ALL SELECT next.id FROM going JOIN ledger_hold AS next ON next.moved_from_id = going.id
        ) SELECT FROM going JOIN ledger_hold AS ended ON ended.placed_id = going.id WHERE ended.state <> '{HoldState.MOVED}'))"""
"""What stands held for applications, by the id by which it was placed, wherever it moved since."""
_WAITS: Final = f"('{PaymentState.PLANNED}', '{PaymentState.RETURNED}')"
_ON_ITS_WAY: Final = f"('{PayoutState.ORDERED}', '{PayoutState.SENT}')"

CHECKS: Final = {
    # An application, or one of its payments that no file has yet, has each hold; and each hold that stands is had by one of them, once.
    "withdrawal_holds_are_the_ledgers": f"""
        WITH known AS (
            SELECT id AS application_id, unnest(holds) AS hold FROM withdrawals_application
            UNION ALL
            SELECT payment.application_id, unnest(payment.holds) FROM withdrawals_withdrawalpayment AS payment
            LEFT JOIN members_payout AS payout ON payout.kind = '{PayoutKind.WITHDRAWAL}' AND payout.ref = payment.id
                AND payout.state = '{PayoutState.ORDERED}'
            WHERE payment.state IN {_WAITS} OR payout.id IS NOT NULL
        ), counted AS (SELECT application_id, hold, count(*) AS times FROM known GROUP BY application_id, hold)
        SELECT 'withdrawal ' || coalesce(counted.application_id, held.ref) || ', hold ' || coalesce(counted.hold, held.id),
            coalesce(held.amount_sen, 0)
        FROM counted FULL JOIN {_OPEN_HOLDS} AS held ON held.id = counted.hold
        WHERE counted.hold IS NULL OR held.id IS NULL OR counted.times > 1 OR held.ref <> counted.application_id""",
    "withdrawal_holds_no_more_than_asked": f"""
        SELECT 'withdrawal ' || application.id, sum(held.amount_sen) - coalesce(application.approved, application.asked, 0)
        FROM withdrawals_application AS application JOIN {_OPEN_HOLDS} AS held ON held.ref = application.id
        GROUP BY application.id HAVING sum(held.amount_sen) > coalesce(application.approved, application.asked, 0)""",
    "withdrawal_returned_is_held": f"""
        SELECT 'withdrawal ' || application.id, application.approved - coalesce(sum(held.amount_sen), 0)
        FROM withdrawals_application AS application LEFT JOIN {_OPEN_HOLDS} AS held ON held.ref = application.id
        WHERE application.state = '{State.RETURNED}' GROUP BY application.id
        HAVING coalesce(sum(held.amount_sen), 0) <> application.approved""",
    # What the bank sent back is what is still approved; only Pengeluaran Khas, which comes first, may have taken a part of it since.
    "withdrawal_returned_is_its_payment": f"""
        SELECT 'withdrawal ' || application.id, application.approved - coalesce(sum(payment.amount), 0)
        FROM withdrawals_application AS application LEFT JOIN withdrawals_withdrawalpayment AS payment
            ON payment.application_id = application.id AND payment.state = '{PaymentState.RETURNED}'
        WHERE application.state = '{State.RETURNED}' GROUP BY application.id
        HAVING coalesce(sum(payment.amount), 0) < application.approved OR coalesce(sum(payment.amount), 0) > application.approved AND NOT EXISTS
            (SELECT FROM withdrawals_applicationlog AS log WHERE log.application_id = application.id AND log.action = '{Action.SHRINK}')""",
    "withdrawal_paid_is_its_payments": f"""
        SELECT 'withdrawal ' || application.id, application.paid - coalesce(sum(payment.amount), 0)
        FROM withdrawals_application AS application
        LEFT JOIN withdrawals_withdrawalpayment AS payment ON payment.application_id = application.id AND payment.state = '{PaymentState.PAID}'
        GROUP BY application.id HAVING application.paid <> coalesce(sum(payment.amount), 0)""",
    "withdrawal_pays_no_more_than_asked": f"""
        SELECT 'withdrawal ' || application.id, sum(payment.amount) - coalesce(application.approved, 0)
        FROM withdrawals_application AS application JOIN withdrawals_withdrawalpayment AS payment ON payment.application_id = application.id
        WHERE payment.state IN ('{PaymentState.ORDERED}', '{PaymentState.PAID}')
        GROUP BY application.id HAVING sum(payment.amount) > coalesce(application.approved, 0)""",
    "withdrawal_payment_is_as_its_payout": f"""
        SELECT 'withdrawal payment ' || coalesce(payment.id, payout.ref) || ' ' || coalesce(payment.state, 'absent'),
            coalesce(payment.amount, 0) - coalesce(payout.amount, 0)
        FROM withdrawals_withdrawalpayment AS payment
        FULL JOIN (SELECT DISTINCT ON (ref) ref, state, amount FROM members_payout WHERE kind = '{PayoutKind.WITHDRAWAL}'
            ORDER BY ref, attempt DESC) AS payout ON payout.ref = payment.id
        WHERE (payment.state IN ('{PaymentState.ORDERED}', '{PaymentState.PAID}', '{PaymentState.RETURNED}') OR payment.id IS NULL
                OR payout.state IN ('{PayoutState.ORDERED}', '{PayoutState.SENT}', '{PayoutState.PAID}'))
            AND (payment.id IS NULL OR payout.ref IS NULL OR payout.amount <> payment.amount
                OR (payment.state = '{PaymentState.ORDERED}') <> (payout.state IN {_ON_ITS_WAY})
                OR (payment.state = '{PaymentState.PAID}') <> (payout.state = '{PayoutState.PAID}'))""",
}


def register() -> None:
    """Make our checks known to the ledger (called once, by work.py)."""
    for name, sql in CHECKS.items():
        invariants.register(f"withdrawals.{name}", partial(_ask, sql))


def _ask(sql: str) -> Iterator[invariants.Finding]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = cursor.fetchall()
    for what, sen in found:
        yield invariants.Finding(what, int(sen))
