"""What PostgreSQL refuses of applications, their payments, log and decisions, whatever the program believes."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories import withdrawals as make
from withdrawals.models import Application, WithdrawalPayment
from withdrawals.services import judging

pytestmark = pytest.mark.django_db


def refused(sql: str) -> str:
    """The name of the guard that refuses a statement."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return str(getattr(error.value.__cause__, "diag").constraint_name)  # noqa: B009 - psycopg2's, which mypy does not know


@pytest.mark.parametrize(
    ("state", "change", "guard"),
    [
        ("SUBMITTED", "state = 'PAID'", "application_moves"),
        ("APPROVED", "state = 'SUBMITTED'", "application_moves"),
        ("CANCELLED", "version = version + 1", "application_moves"),
        ("SUBMITTED", "asked = asked - 1", "application_stays"),
        ("SUBMITTED", "particulars = '{\"a\": 1}'", "application_stays"),
        ("SUBMITTED", "subject = 'another'", "application_stays"),
        ("SUBMITTED", "applied_on = applied_on - 1", "application_stays"),
        ("APPROVED", "approved = approved + 1", "application_approved_never_grows"),
        ("APPROVED", "approved = NULL", "application_approved_never_grows"),
        ("APPROVED", "version = version - 1", "application_approved_never_grows"),
        ("APPROVED", "paid = paid - 1", "application_approved_never_grows"),
        ("APPROVED", "appeals = appeals - 1", "application_approved_never_grows"),
    ],
)
def test_an_application_only_goes_where_it_may(state: str, change: str, guard: str) -> None:
    found = make.approved() if state == "APPROVED" else make.handed_in()
    if state == "CANCELLED":
        Application.objects.filter(pk=found.pk).update(state=state, holds=[])
    assert refused(f"UPDATE withdrawals_application SET {change} WHERE id = {found.pk}") == guard


def test_a_payment_only_goes_forward_and_is_never_more() -> None:
    found = make.approved()
    one = WithdrawalPayment.objects.create(application=found, place=1, due_on=make.ON, amount=Decimal(100))
    update = f"UPDATE withdrawals_withdrawalpayment SET %s WHERE id = {one.pk}"
    assert refused(update % "state = 'PAID', paid_on = due_on") == "withdrawal_payment_moves"
    assert refused(update % "amount = amount + 1") == "withdrawal_payment_never_grows"
    WithdrawalPayment.objects.filter(pk=one.pk).update(amount=Decimal(99))
    WithdrawalPayment.objects.filter(pk=one.pk).update(state="ORDERED")
    assert refused(update % "amount = amount - 1") == "withdrawal_payment_never_grows"
    assert refused(update % "state = 'PLANNED'") == "withdrawal_payment_moves"


def test_log_and_decisions_are_of_an_application_that_exists() -> None:
    found = make.handed_in()
    facts, result = judging.judge(found, on=make.ON)
    judging.keep_many([judging.Judged(found, facts, result)], point=judging.DecisionPoint.DECIDED, on=make.ON)
    for table in ("withdrawals_decision", "withdrawals_applicationlog"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 1", [table])
            names = cursor.fetchone()[0]
        values = names.replace("application_id", "application_id + 1000000")
        copied = f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE application_id = {found.pk}"
        assert refused(copied) == "application_exists"
