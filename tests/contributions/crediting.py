"""What crediting left behind, asked in SQL that shares nothing with what wrote it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import connection

from contributions.models import Filing, Payment
from contributions.services import crediting
from kwsp_portal import jobs
from kwsp_portal.bank.fpx import codes
from kwsp_portal.common.clock import KL
from kwsp_portal.jobs import engine
from members.models import Member
from tests.contributions import paying
from tests.contributions.conftest import Office


@dataclass
class Credit:
    """One CONTRIBUTION entry: its dates and what it added to each account, in sen."""

    booked_on: date
    value_date: date
    legs: dict[str, int] = field(default_factory=dict)


def credits_of(filing: Filing) -> dict[int, list[Credit]]:
    """By line of the file; the clearing account left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.line, e.id, e.booked_on, e.value_date, a.code, p.amount_sen FROM contributions_filingrow r "
            "JOIN ledger_entry e ON e.kind = 3 AND e.ref = r.id JOIN ledger_posting p ON p.entry_id = e.id "
            "JOIN ledger_account a ON a.id = p.account_id "
            "WHERE r.filing_id = %s AND a.holder_kind <> 'FUND' ORDER BY r.line, e.id, p.id",
            [filing.pk],
        )
        found: dict[int, dict[int, Credit]] = {}
        for line, entry_id, booked_on, value_date, code, sen in cursor.fetchall():
            found.setdefault(line, {}).setdefault(entry_id, Credit(booked_on, value_date)).legs[code] = sen
    return {line: list(entries.values()) for line, entries in found.items()}


def savings(member: Member) -> dict[str, int]:
    """The member's accounts, in sen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, balance_sen FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id "
            "WHERE holder_kind = 'MEMBER' AND holder_id = %s",
            [member.pk],
        )
        return dict(cursor.fetchall())


def standing() -> dict[str, int]:
    """What stands on each code of the employers and the fund, in sen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.code, sum(p.amount_sen)::bigint FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id "
            "WHERE a.holder_kind <> 'MEMBER' GROUP BY 1"
        )
        return dict(cursor.fetchall())


def pay(filing: Filing, office: Office, bank: paying.Bank, on: date) -> Payment:
    """The filing paid on that day; its crediting waits for a worker."""
    at = datetime.combine(on, time(10, 0), KL)
    order = paying.start(filing, office.checker, at)
    paying.deliver(bank.ac(order, codes.APPROVED, fpx_txn_time=at), at=at)
    return order


def credit() -> engine.Counts:
    """What a worker does."""
    return jobs.work_some(programmes=[crediting.PROGRAMME])
