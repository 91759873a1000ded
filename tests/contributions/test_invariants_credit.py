"""Negative controls: damage planted on payments with the employer's own money that each of their checks must name."""

import pytest

from contributions.models import Refund
from contributions.services import paying_from_credit
from kwsp_portal.bank.fpx import codes
from tests.contributions import paying
from tests.contributions.conftest import NOVEMBER, Office
from tests.contributions.paying import PAID_AT, Bank
from tests.contributions.test_invariants_payments import found
from tests.factories import leave
from tests.ledger.test_invariants import plant

pytestmark = pytest.mark.django_db(transaction=True)
ON = PAID_AT.date()
PLANTED: dict[str, tuple[list[str], set[tuple[str, str]]]] = {
    "a use that is not all of its payment": (
        ["UPDATE contributions_credituse SET amount = amount - 100"],
        {("credit_payment_is_its_uses", "payment {used} APPROVED"), ("credit_payment_left_its_accounts", "payment {used} on CREDIT")},
    ),
    "money taken from an account in which it never lay": (
        [
            "UPDATE ledger_posting SET version = 98, "
            "account_id = (SELECT id FROM ledger_account WHERE code = 'CONTRIBUTION_DUE' AND holder_id = {employer}) "
            "WHERE amount_sen < 0 AND entry_id = (SELECT id FROM ledger_entry WHERE kind = 2 AND ref = {used})"
        ],
        {
            ("credit_payment_left_its_accounts", "payment {used} on CREDIT"),
            ("credit_payment_left_its_accounts", "payment {used} on CONTRIBUTION_DUE"),
        },
    ),
    "money that is used, and asked back as well": (
        [
            "ALTER TABLE contributions_refund DISABLE TRIGGER refund_is_left",
            "INSERT INTO contributions_refund (payment_id, amount, state, applied_by_id, applied_on) "
            "SELECT id, 100, 'APPLIED', started_by_id, started_on FROM contributions_payment WHERE id = {source}",
            "ALTER TABLE contributions_refund ENABLE ALWAYS TRIGGER refund_is_left",
        ],
        {("employer_s_money_is_used_once", "payment {source} APPROVED"), ("refund_is_held", "refund {refund} APPLIED")},
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_planted_damage_is_named(case: str, office: Office, bank: Bank) -> None:
    first = paying.start(office.approved(), office.checker)
    paying.deliver(bank.ac(first, codes.INSUFFICIENT))
    second = paying.start(first.filing, office.checker)
    for order in (second, first):
        paying.deliver(bank.ac(order, codes.APPROVED))
    later = office.approved(wage_month=NOVEMBER)
    approval = leave.to_pay(later.pk, office.checker, PAID_AT, from_credit=True)
    used = paying_from_credit.start(filing_id=later.pk, by=office.checker, approval=approval, on=ON, at=PAID_AT)
    assert found() == set()
    sql, expected = PLANTED[case]
    names = {"used": used.pk, "source": first.pk, "employer": office.employer.pk}

    plant(*[one.format(**names) for one in sql])

    names["refund"] = max(Refund.objects.values_list("pk", flat=True), default=0)
    assert {(check, what.format(**names)) for check, what in expected} <= found()
