"""A history through the real services: every month uploaded, read, approved, paid and credited as people would have done it."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from contributions.borang_a import layout
from contributions.enums import FilingState
from contributions.facts import EmployeeFacts
from contributions.models import Filing
from contributions.rules import schedule
from contributions.services import crediting, filing, payment, reading
from employers.models import Employer
from kwsp_portal import jobs
from kwsp_portal.bank import limits
from kwsp_portal.bank.fpx import messages
from kwsp_portal.common.clock import KL
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.frame.population.people import Worker
from members.identity.models import User

BANK = "MBB0228"
LATE_PAYERS_IN_HUNDRED = 6
NOTHING = Decimal(0)


def borang_a(*, workers: Sequence[Worker], month: WageMonth, first: WageMonth) -> bytes:
    """The month's file of these workers, with shares by the rules. Who may not contribute any more is left out, as the law has it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(layout.HEADER.split(","))
    for worker in workers:
        wages = worker.wages_in(month, first)
        facts = EmployeeFacts(
            wage_month=month,
            wages=wages,
            bonus=NOTHING,
            citizenship=worker.citizenship,
            member_since=worker.member.member_since,
            birth_date=worker.member.birth_date,
        )
        try:
            owed = schedule.shares(facts)
        except Refusal:
            continue
        writer.writerow(
            [worker.member.number, worker.member.identity_number, worker.member.name, f"{wages:.2f}", f"{owed.employer:.0f}", f"{owed.employee:.0f}"]
        )
    return text.getvalue().encode()


def past(
    *, employer: Employer, workers: Sequence[Worker], acting: tuple[User, User], first: WageMonth, last: WageMonth, chance: Random, last_day: date
) -> int:
    """Every month of an employer, one day after the other; the number of rows filed.

    A month that is paid late is credited after a later one that was paid in time, as the days have it. Nothing happens after `last_day`: a
    month whose payment would fall later stays approved and unpaid, and so does one that FPX cannot carry. Raises RuntimeError when the
    portal itself refuses a file of this population.
    """
    rows, awaited = 0, list[Awaited]()
    for month in first.through(last):
        at_work = [worker for worker in workers if worker.employed_in(month)]
        content = borang_a(workers=at_work, month=month, first=first)
        filed_on, paid_on = _days(month, chance)
        if content.count(b"\n") <= 1 or filed_on > last_day:
            continue
        awaited = _pay_due(awaited, filed_on, acting[1], chance)
        made = _filed(employer, month, content, acting, filed_on)
        rows += made.rows_total
        if paid_on <= last_day and limits.why_not_payable(amount=made.total, payer=limits.Payer.COMPANY, on=paid_on) is None:
            awaited.append(Awaited(paid_on, made))
    _pay_due(awaited, last_day, acting[1], chance)
    return rows


class Awaited(NamedTuple):
    """An approved filing and the day on which its employer will pay it."""

    paid_on: date
    made: Filing


def _days(month: WageMonth, chance: Random) -> tuple[date, date]:
    """When a punctual (or, rarely, a late) employer files a month, and when it pays."""
    filed_on = month.contribution_month.first_day + timedelta(days=chance.randrange(2, 9))
    late = chance.randrange(100) < LATE_PAYERS_IN_HUNDRED
    return filed_on, filed_on + timedelta(days=chance.randrange(16, 40) if late else chance.randrange(1, 5))


def _filed(employer: Employer, month: WageMonth, content: bytes, acting: tuple[User, User], on: date) -> Filing:
    """A month's file sent, read, submitted and approved on one day."""
    maker, checker = acting
    made = filing.upload(employer=employer, wage_month=month, name=f"borang-a-{month}.csv", content=content, by=maker, on=on)
    jobs.work_some(programmes=[reading.PROGRAMME])
    made.refresh_from_db()
    if made.state != FilingState.READY:
        problems = made.refusal or [row.problems for row in made.rows.exclude(status="VALID")[:3]]
        raise RuntimeError(f"{employer} {month}: found {made.state}, expected READY: {problems}")
    filing.submit(filing_id=made.pk, by=maker, declaration=True, on=on)
    filing.approve(filing_id=made.pk, by=checker, on=on)
    return made


def _pay_due(awaited: Sequence[Awaited], until: date, checker: User, chance: Random) -> list[Awaited]:
    """Pay and credit what is to be paid by a day, in the order of days; what is left for later."""
    for paid_on, made in sorted((one for one in awaited if one.paid_on <= until), key=lambda one: one.paid_on):
        _pay(made, checker, paid_on, chance)
        jobs.work_some(programmes=[crediting.PROGRAMME])
    return [one for one in awaited if one.paid_on > until]


def _pay(made: Filing, checker: User, paid_on: date, chance: Random) -> None:
    """An order and the bank's 00 for it, as the bank would have said it on that day."""
    at = datetime.combine(paid_on, time(chance.randrange(9, 18), chance.randrange(60)), KL)
    order = payment.start(filing_id=made.pk, bank_code=BANK, by=checker, on=paid_on, at=at)
    asked = payment.order_of(order)
    confirmation = messages.Confirmation(
        debit_auth_code="00",
        credit_auth_code="00",
        msg_token=asked.model,
        seller_ex_id="",
        seller_ex_order_no=asked.order_no,
        seller_id="",
        seller_order_no=asked.reference,
        seller_txn_time=asked.ordered_at,
        txn_amount=asked.amount,
        fpx_txn_id=f"DEMO{order.pk:012d}",
        fpx_txn_time=at + timedelta(minutes=2),
        buyer_bank_id=BANK,
    )
    payment.record(confirmation=confirmation, body="demo history", channel=messages.Channel.DIRECT, on=paid_on, at=at)
