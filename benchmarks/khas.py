"""Khas' first day: everything that was applied for by then decided by rule and held, from the opening of the run to its end. At most 4 x its floor by
seconds of processor, linear, memory; nobody served twice.

The floor is step 1's crediting floor for what the day writes: COPY of the same holds, decisions, log rows, acts of the trail and notices into twins
of their tables with all indexes, balances and applications updated from a temporary table, commit. One in a thousand has another application that
holds the money and gives way. A tenth of the size first, in a copy of its own. KWSP_BENCH_APPLICATIONS: fewer.
"""

import importlib
import os
from datetime import date
from decimal import Decimal
from typing import Any

from benchmarks import applications, harness

SIZE = int(os.environ.get("KWSP_BENCH_APPLICATIONS", "200000"))
COPY_NAME = "kwsp_bench_khas"
APPLIED, ON = date(2022, 4, 10), date(2022, 4, 20)
SAVINGS = {"PERSARAAN": 500_000, "SEJAHTERA": 300_000}
EVERY = 1_000
MOST, MOST_GROWTH, MOST_MEMORY = 4, 1.3, 300

_WRITTEN = {
    "ledger_hold": "SELECT h.* FROM ledger_hold h WHERE booked_on = '2022-04-20'",
    "withdrawals_decision": "SELECT * FROM withdrawals_decision",
    "withdrawals_applicationlog": "SELECT * FROM withdrawals_applicationlog",
    "audit_auditevent": "SELECT * FROM audit_auditevent WHERE action LIKE 'withdrawal.%'",
    "audit_subject": "SELECT subject, seq FROM audit_subject JOIN audit_auditevent USING (seq) WHERE action LIKE 'withdrawal.%'",
    "notify_notice": "SELECT * FROM notify_notice",
}
_CHANGED = {"ledger_balance": "account_id, held_sen", "withdrawals_application": "id, state, approved, decided_on, holds, version"}


def measure() -> list[harness.Figure]:
    """A tenth first, then all."""
    applications.prepare(SIZE)
    small, _floor, _grown = _measured(SIZE // 10)
    taken, floor, grown = _measured(SIZE)
    return [
        harness.against(f"Khas' first day, {SIZE:,} decided and held", taken, MOST, floor, f"{SIZE / taken.clock:,.0f} applications/s"),
        harness.Figure(
            "Khas' first day, ten times the applications against ten times the seconds", taken.processor, MOST_GROWTH, 10 * small.processor
        ),
        harness.Figure("Khas' first day, memory it adds", grown, MOST_MEMORY, unit="MiB"),
    ]


def _measured(size: int) -> tuple[harness.Spent, harness.Spent, float]:
    """Seconds of the run and of its floor, and by how much the process grew."""
    with applications.fresh(COPY_NAME) as backend:
        _applied(size)
        khas, before = importlib.import_module("withdrawals.services.khas"), applications.at_rest()
        found: dict[str, int] = {}
        taken = harness.spent(lambda: found.update(khas.by_hand(on=ON)), backend)
        grown = applications.peak() - before
        assert found["failed"] == 0, found
        floor = applications.writing(_WRITTEN, _CHANGED)
        _once_each(size)
        applications.sound()
    return taken, floor, grown


def _applied(size: int) -> None:
    applications.saved(size, SAVINGS)
    applications.with_accounts(size)
    one = _application(1, "KHAS_2022", "K0", 700_000)
    others = {
        "id": f"{one.pk} + n",
        "member_id": "n + 1",
        "account_id": "one.account_id + n",
        "number": "'K' || n",
        "asked": "100000 + n * 37 % 600000",
    }
    applications.filled(one, others, size)
    for member_id in range(EVERY, size + 1, EVERY):
        _holding(member_id)
    applications.analysed("members_citizenshipperiod")


def _application(member_id: int, kind: str, number: str, sen: int) -> Any:
    models, accounts = importlib.import_module("withdrawals.models"), importlib.import_module("members.models").BankAccount.objects
    return models.Application.objects.create(
        number=number, member_id=member_id, kind=kind, state="SUBMITTED", asked=Decimal(sen) / 100, account=accounts.get(member_id=member_id),
        drafted_on=APPLIED, entered_by=applications.user(), applied_on=APPLIED, applied_at="2022-04-10T02:00:00Z", due_on=date(2022, 4, 30),
    )  # fmt: skip


def _holding(member_id: int) -> None:
    """Another application holds all of Akaun 2."""
    enums, holding = importlib.import_module("members.enums"), importlib.import_module("withdrawals.services.holding")
    found = _application(member_id, "EDUCATION", f"E{member_id}", SAVINGS["SEJAHTERA"])
    charge = importlib.import_module("withdrawals.kinds.base").Charge(enums.SubAccount.SEJAHTERA, found.asked)
    found.holds = holding.hold(found, [charge], on=APPLIED)
    found.save(update_fields=["holds"])


def _once_each(size: int) -> None:
    served = "SELECT count(*), count(*) FILTER (WHERE state <> 'APPROVED' OR version <> 1) FROM withdrawals_application WHERE kind = 'KHAS_2022'"
    assert applications.counted(served) == (size, 0)
    assert applications.counted("SELECT count(*), count(DISTINCT application_id) FROM withdrawals_applicationlog WHERE action = 'PASS'") == (
        size,
        size,
    )
