"""A register and filings of any size, laid down by SQL; approved and paid by the real services. For processes of a portal that runs."""

from datetime import date, datetime, timedelta

from django.db import connection, transaction

from contributions.enums import FilingState
from contributions.models import Filing, Payment
from contributions.services import filing as filings
from contributions.services import leave as leaves
from contributions.services import payment as payments
from contributions.services import receiving
from employers.models import Employer
from kwsp_portal.bank.fpx import codes, messages
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.jobs.models import Run
from members.identity.enums import Purpose
from members.identity.models import User
from tests import factories
from tests.factories import leave

NUMBER, PEOPLE = "19999997", "2_______"
"""The employer, and the numbers of the people of `register` and of the demo."""

_REGISTER = """
INSERT INTO members_member (number, name, name_key, identity_kind, identity_number, birth_date, sex, religion, phone, address, home_address,
                            member_since)
SELECT (20000000 + n)::text, 'PEKERJA NOMBOR ' || n, 'PEKERJANOMBOR' || n, 'MYKAD', to_char(born, 'YYMMDD') || lpad(n::text, 6, '0'), born,
       CASE WHEN n %% 2 = 0 THEN 'FEMALE' ELSE 'MALE' END, 'UNKNOWN', '', '', '', DATE '2015-01-01'
  FROM generate_series(1, %s) AS n, LATERAL (SELECT DATE '1955-01-01' + (n * 7 %% 16000)::int AS born) AS birth
"""
_ROWS = """
INSERT INTO contributions_filingrow (filing_id, line, member_id, member_number, identity_number, name, wages, bonus, employer_share, employee_share,
    part, reference, citizenship, birth_date, member_since, status, problems)
SELECT %s, row_number() OVER () + 1, id, number, identity_number, name, 300000, 0, 39000 + id %% 97 * 100, 33000, 'A', 'third_schedule@2025-10',
    'CITIZEN', birth_date, member_since, 'VALID', '[]'
FROM members_member WHERE number LIKE %s ORDER BY id
"""


def register(members: int) -> None:
    """People born from 1955 to 1998, on the record of one employer with a maker and a checker."""
    with connection.cursor() as cursor:
        cursor.execute(_REGISTER, [members])
    employer = factories.EmployerFactory(number=NUMBER)
    factories.RepresentativeFactory(employer=employer)
    factories.RepresentativeFactory(employer=employer, checker=True)


def pay(month: WageMonth, *, number: str = NUMBER, people: str = PEOPLE) -> int:
    """A filing of all these people for a month, approved and paid: its crediting waits for workers. The id of the run."""
    on, at = clock.business_date(), clock.now().replace(microsecond=0)
    employer = Employer.objects.get(number=number)
    maker, checker = User.objects.filter(representations__employer=employer).order_by("pk")
    with transaction.atomic():
        file = factories.StoredFileFactory(uploaded_by=maker)
        filing = factories.FilingFactory(employer=employer, prepared_by=maker, wage_month=month.first_day, file=file)
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [filing.pk, people])
            cursor.execute("SELECT count(*), sum(employer_share), sum(employee_share) FROM contributions_filingrow WHERE filing_id = %s", [filing.pk])
            rows, employer_sen, employee_sen = cursor.fetchone()
        totals = {"employer_total": employer_sen / 100, "employee_total": employee_sen / 100, "rows_total": rows, "rows_valid": rows}
        Filing.objects.filter(pk=filing.pk).update(state=FilingState.SUBMITTED, **totals)
    return approve_and_pay(filing, checker, on, at)


def approve_and_pay(filing: Filing, by: User, on: date, at: datetime) -> int:
    """What is submitted is approved and paid: its crediting waits for workers. The id of the run."""
    approval = leave.as_rows(user=by, purpose=Purpose.EMPLOYER_APPROVAL, shown=leaves.to_approve(Filing.objects.get(pk=filing.pk)), at=at)
    filings.approve(filing_id=filing.pk, by=by, approval=approval, on=on, at=at)
    order = _order(Filing.objects.get(pk=filing.pk), by, at)
    receiving.record(confirmation=_approval(order), body="", channel=messages.Channel.DIRECT, on=on, at=at)
    return Run.objects.get(programme="credit_filing", period=str(filing.pk)).pk


def _order(filing: Filing, by: User, at: datetime) -> Payment:
    """An order of an amount that FPX would not carry, made a while ago."""
    made = at - timedelta(minutes=5)
    return Payment.objects.create(
        filing=filing, order_no=f"LARGE{filing.pk}", bank_code="MBB0228", amount=filing.total, started_by=by, started_on=made.date(), started_at=made
    )


def _approval(payment: Payment) -> messages.Confirmation:
    order = payments.order_of(payment)
    return messages.Confirmation(
        debit_auth_code=codes.APPROVED,
        credit_auth_code=codes.APPROVED,
        msg_token=order.model,
        seller_ex_id="EX00099999",
        seller_ex_order_no=order.order_no,
        seller_id="SE00099999",
        seller_order_no=order.reference,
        seller_txn_time=order.ordered_at,
        txn_amount=order.amount,
        fpx_txn_id=f"26{payment.pk:010d}",
        fpx_txn_time=payment.started_at + timedelta(minutes=2),
        buyer_bank_id=payment.bank_code,
        buyer_name="SYARIKAT CONTOH",
    )
