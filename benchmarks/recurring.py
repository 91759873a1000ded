"""A day of recurring payments and the bank's file of it: every plan's instalment held and ordered, then the one file of the day made, from the
opening of the run to its end. At most 4 x its floor by seconds of processor, linear, under 300 MiB; nobody paid twice.

The floor is step 1's crediting floor for what both write: COPY of the same holds, entries, postings, payouts, acts of the trail, notices and the file
into twins of their tables with all indexes, balances, plans and payments updated from a temporary table, commit. A tenth of the size first, in
a copy of its own. KWSP_BENCH_PAYEES: fewer.
"""

import importlib
import os
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db import transaction

from benchmarks import applications, database, harness

SIZE = int(os.environ.get("KWSP_BENCH_PAYEES", "200000"))
COPY_NAME = "kwsp_bench_recurring"
APPLIED, ON, NEXT = date(2022, 4, 1), date(2022, 4, 25), date(2022, 5, 25)
EACH, TIMES = 300_00, 4
SAVINGS = {"PERSARAAN": 500_000, "SEJAHTERA": 300_000}
MOST, MOST_GROWTH, MOST_MEMORY = 4, 1.3, 300

_WRITTEN = {
    "ledger_hold": "SELECT * FROM ledger_hold WHERE booked_on = '2022-04-25'",
    "ledger_entry": "SELECT * FROM ledger_entry WHERE booked_on = '2022-04-25'",
    "ledger_posting": "SELECT posting.* FROM ledger_posting AS posting JOIN ledger_entry AS entry ON entry.id = entry_id"
    " WHERE booked_on = '2022-04-25'",
    "members_payout": "SELECT * FROM members_payout",
    "members_payoutfile": "SELECT * FROM members_payoutfile",
    "audit_auditevent": "SELECT * FROM audit_auditevent WHERE action IN ('withdrawal.recurring', 'withdrawal.sent', 'payout.file')",
    "audit_subject": "SELECT subject, seq FROM audit_subject JOIN audit_auditevent USING (seq) WHERE action LIKE 'withdrawal.%'",
    "notify_notice": "SELECT * FROM notify_notice",
}
_CHANGED = {
    "ledger_balance": "account_id, balance_sen, held_sen, version",
    "withdrawals_application": "id, holds, version",
    "withdrawals_withdrawalpayment": "id, state, holds, amount",
}


def measure() -> list[harness.Figure]:
    """A tenth first, then all."""
    applications.prepare(SIZE)
    small, _floor, _grown = _measured(SIZE // 10)
    taken, floor, grown = _measured(SIZE)
    return [
        harness.against(f"recurring payments and the bank's file, {SIZE:,} payees", taken, MOST, floor, f"{SIZE / taken.clock:,.0f} payees/s"),
        harness.Figure("recurring payments, ten times the payees against ten times the seconds", taken.processor, MOST_GROWTH, 10 * small.processor),
        harness.Figure("recurring payments and the file, memory they add", grown, MOST_MEMORY, unit="MiB"),
    ]


def _measured(size: int) -> tuple[harness.Spent, harness.Spent, float]:
    """Seconds of run and file and of their floor, and by how much the process grew."""
    with applications.fresh(COPY_NAME) as backend:
        _begun(size)
        before = applications.at_rest()
        taken = harness.spent(_run, backend)
        grown = applications.peak() - before
        floor = applications.writing(_WRITTEN, _CHANGED)
        _once_each(size)
        applications.sound()
    return taken, floor, grown


def _run() -> None:
    """What a worker does on the day: the run of the plans, then the file."""
    recurring, files = importlib.import_module("withdrawals.services.recurring"), importlib.import_module("members.services.payout_files")
    found = recurring.by_hand(on=ON)
    assert found["failed"] == 0, found
    made = files.make(lease=SimpleNamespace(on=ON, finish=lambda: None))
    assert made is not None


def _begun(size: int) -> None:
    """Plans that run, each with all of its money held and one payment due."""
    applications.saved(size, SAVINGS)
    applications.with_accounts(size)
    models = importlib.import_module("withdrawals.models")
    accounts = importlib.import_module("members.models").BankAccount.objects
    sen = EACH * TIMES
    one = models.Application.objects.create(
        number="R0", member_id=1, kind="HOUSE_INSTALMENT", state="ACTIVE", asked=Decimal(sen) / 100, approved=Decimal(sen) / 100,
        account=accounts.get(member_id=1), drafted_on=APPLIED, entered_by=applications.user(), applied_on=APPLIED, decided_on=APPLIED,
        applied_at="2022-04-01T02:00:00Z", due_on=date(2022, 4, 30),
    )  # fmt: skip
    others = {"id": f"{one.pk} + n", "member_id": "n + 1", "account_id": "one.account_id + n", "number": "'R' || n"}
    applications.filled(one, others, size)
    _held(one, size, sen)
    for place in range(1, TIMES + 1):
        _planned(one, size, place)
    applications.analysed("withdrawals_withdrawalpayment")


def _held(first: Any, size: int, sen: int) -> None:
    """The money of each is held, as its approval holds it."""
    posting, enums = importlib.import_module("members.ledger.posting"), importlib.import_module("members.ledger.enums")
    for start in range(0, size, applications.CHUNK):
        wanted = [
            posting.Exchange((), [posting.NewHold(posting.member(n + 1, "SEJAHTERA"), sen, enums.HoldKind.WITHDRAWAL, first.pk + n, 0)])
            for n in range(start, min(start + applications.CHUNK, size))
        ]
        with transaction.atomic():
            posting.exchange(wanted, booked_on=APPLIED)
    with database.owner_of_bench() as cursor:
        cursor.execute(
            "UPDATE withdrawals_application SET holds = ARRAY[hold.id] FROM ledger_hold AS hold WHERE hold.ref = withdrawals_application.id"
        )


def _planned(first: Any, size: int, place: int) -> None:
    payments = importlib.import_module("withdrawals.models").WithdrawalPayment.objects
    due = ON if place == 1 else NEXT.replace(month=NEXT.month + place - 2)
    one = payments.create(application=first, place=place, due_on=due, amount=Decimal(EACH) / 100)
    applications.filled(one, {"id": f"{one.pk} + n", "application_id": f"{first.pk} + n"}, size)


def _once_each(size: int) -> None:
    ordered = "SELECT count(*), count(DISTINCT ref), count(*) FILTER (WHERE state = 'SENT' AND amount = %s) FROM members_payout"
    assert applications.counted(ordered % EACH) == (size, size, size)
    assert applications.counted("SELECT count(*), sum(rows_total), sum(amount)::bigint FROM members_payoutfile") == (1, size, size * EACH)
