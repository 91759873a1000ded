"""Negative controls: damage planted on voluntary contributions and what goes back that each check must name."""

import pytest

from contributions.enums import PaymentMethod
from contributions.models import Mandate, Payment, ReturnPayee, VoluntaryOrder, VoluntaryReturn
from members.identity.enums import Role
from tests import factories
from tests.contributions import naming_payees, paying, volunteering
from tests.contributions.paying import Bank
from tests.contributions.test_invariants_payments import found
from tests.factories import UserFactory
from tests.ledger.test_invariants import plant

pytestmark = pytest.mark.django_db(transaction=True)


def off(table: str, trigger: str, statement: str) -> list[str]:
    return [f"ALTER TABLE {table} DISABLE TRIGGER {trigger}", statement, f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}"]


def contribution(change: str) -> list[str]:
    return off(
        "contributions_voluntarycontribution", "voluntary_is_taken", f"UPDATE contributions_voluntarycontribution SET {change} WHERE id = {{last}}"
    )


def returned(change: str) -> list[str]:
    return off("contributions_voluntaryreturn", "voluntary_return_moves", f"UPDATE contributions_voluntaryreturn SET {change}")


def debit(like: Payment) -> Payment:
    """A debit of RM50 of a month for another member that the bank refused, agreed for RM60."""
    assert like.voluntary is not None
    member, by, on = like.voluntary.member, like.started_by, like.started_on
    account = {"number": "DDAMONTHLY", "bank": "MBBEMYKL", "account": "512345678901", "ending": "8901"}
    agreed = Mandate.objects.create(
        member=member, whom=factories.MemberFactory(), kind="OWN_CHOICE", day=5, ceiling=60, applied_by=by, applied_on=on, **account
    )
    return Payment.objects.create(
        voluntary=VoluntaryOrder.objects.create(member=agreed.credited, payer=member, kind="OWN_CHOICE"),
        method=PaymentMethod.DDA,
        state="FAILED",
        finished_at=like.started_at,
        order_no="261001MONTHLY",
        mandate=agreed,
        collect_on=on,
        bank_code=agreed.bank,
        amount=50,
        started_by=by,
        started_on=on,
        started_at=like.started_at,
    )


@pytest.fixture
def names(bank: Bank) -> dict[str, int]:
    """RM100,000 of two payments of RM8,000 after RM90,000: the second has RM2,000 credited and RM6,000 held."""
    member = volunteering.member()
    for _ in range(3):
        volunteering.credited(bank, member, "30000.00")
    payments = [volunteering.start(member, "8000.00", kind) for kind in (volunteering.OWN, volunteering.TOP_UP)]
    for payment in payments:
        volunteering.approve(bank, payment)
    volunteering.work()
    back = VoluntaryReturn.objects.get()
    return {"debit": debit(payments[0]).pk, "last": back.payment.brought.pk, "payment": back.payment_id, "member": member.pk, "back": back.pk}


ABOVE = ("voluntary_within_the_ceiling", "member {member} in 2026")
POSTED = ("voluntary_is_posted_once", "voluntary contribution {last}")
GIVEN = ("voluntary_returned_is_posted_once", "voluntary contribution {last}")
DUE = ("voluntary_return_is_what_was_not_credited", "voluntary return of payment {payment}")
PLANTED: dict[str, tuple[list[str], set[tuple[str, str]]]] = {
    "more credited than was posted, and than the year allows": (
        contribution("credited = credited + 100, returned = returned - 100"),
        {ABOVE, POSTED, GIVEN, DUE},
    ),
    "one that was taken and waits again": (
        contribution("credited = NULL, returned = NULL, credited_on = NULL"),
        {POSTED, GIVEN, DUE, ("voluntary_clearing_is_what_waits", "voluntary clearing")},
    ),
    "one that is said to be reversed and no officers reversed": (
        contribution("reversed_on = credited_on"),
        {("voluntary_reversal_is_posted_once", "voluntary contribution {last}")},
    ),
    "another amount than was paid": (
        contribution("amount = amount + 100, credited = credited + 100"),
        {ABOVE, POSTED, ("person_payment_brings_one_contribution", "payment {payment} APPROVED")},
    ),
    "more debited of a month than was agreed": (
        ["UPDATE contributions_mandate SET ceiling = 40"],
        {("monthly_debit_is_as_agreed", "payment {debit}")},
    ),
    "a month debited for another member than was agreed": (
        ["UPDATE contributions_mandate SET whom_id = NULL"],
        {("monthly_debit_is_as_agreed", "payment {debit}")},
    ),
    "less to give back than is held": (
        returned("amount = amount - 100"),
        {DUE, ("voluntary_return_is_held", "voluntary return {back} HELD"), ("payer_account_is_what_goes_back", "member {member}")},
    ),
    "another account than the officers saw": (
        [
            "ALTER TABLE contributions_returnpayee DISABLE TRIGGER USER",
            "UPDATE contributions_returnpayee SET bank = 'MBBEMYKL', ending = '9999', account = 'x', holder = 'x'",
        ],
        {("return_payee_is_paid_as_approved", "return payee {payee}")},
    ),
    "one that is paid without a payout": (
        returned("state = 'PAID'"),
        {
            ("voluntary_return_is_held", "voluntary return {back} PAID"),
            ("voluntary_return_is_as_its_payout", "voluntary return {back} PAID"),
            ("payer_account_is_what_goes_back", "member {member}"),
        },
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_planted_damage_is_named(names: dict[str, int], case: str) -> None:
    damage, expected = PLANTED[case]
    known = {**names, **({"payee": by_order(names["back"]).pk} if "returnpayee" in damage[0] else {})}
    assert found() == set()

    plant(*[statement.format(**known) for statement in damage])

    assert found() == {(name, what.format(**known)) for name, what in expected}


def by_order(back: int) -> ReturnPayee:
    """Two officers have the member paid by Arahan Bayaran, who has no account."""
    of, when = VoluntaryReturn.objects.get(pk=back), {"on": paying.PAID_AT.date(), "at": paying.PAID_AT}
    made = naming_payees.propose(of, naming_payees.asked(), by=UserFactory(role=Role.SUPERVISOR), **when)  # type: ignore[arg-type]
    return naming_payees.approve(made, by=UserFactory(role=Role.INSPECTOR), **when)  # type: ignore[arg-type]
