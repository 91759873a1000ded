"""Negative controls: damage planted on what was paid, credited and remitted for lateness that each check must name."""

from decimal import Decimal

import pytest

from contributions.enums import DueKind
from contributions.models import Filing, LateCharge, LateDividend, LateRemission, Payment
from contributions.services import late_remissions
from members.identity.enums import Role
from tests.contributions.conftest import OCTOBER, Office
from tests.contributions.crediting import credit
from tests.contributions.paying import Bank
from tests.contributions.test_invariants_payments import found
from tests.contributions.test_late_charges import run
from tests.contributions.test_late_paying import LATE, credited, pay
from tests.contributions.test_pages_corrections import officer
from tests.ledger.test_invariants import plant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def names(office: Office, bank: Bank) -> dict[str, int]:
    """The contribution paid late, RM4 of its charge remitted, the dividend paid and credited, then the rest of the charge; and the month before."""
    filing = office.approved()
    pay(filing, office, bank, LATE, [])
    credit()
    run(LATE)
    charge = LateCharge.objects.get()
    by = officer("pemeriksa08", Role.INSPECTOR)
    made = late_remissions.propose(charge_id=charge.pk, amount=Decimal(4), reason="Banjir", by=by, on=LATE)
    late_remissions.decide(remission_id=made.pk, approved=True, comment="Setuju", by=officer("penyelia08", Role.SUPERVISOR), on=LATE)
    dividend = pay(Filing.objects.get(), office, bank, LATE, [DueKind.DIVIDEND])
    credited()
    rest = pay(Filing.objects.get(), office, bank, LATE, [DueKind.CHARGE])
    (row,) = filing.rows.all()
    ids = {"filing": filing.pk, "row": row.pk, "charge": charge.pk, "remission": LateRemission.objects.get().pk}
    ids["other"] = office.approved(wage_month=OCTOBER.previous()).pk
    return {**ids, "lost": LateDividend.objects.get().pk, "dividend": dividend.pk, "rest": rest.pk, "employer": office.employer.pk}


PLANTED: dict[str, tuple[list[str], set[tuple[str, str]]]] = {
    "a payment whose dues are not its own": (
        ["UPDATE contributions_paymentdue SET amount = amount - 1 WHERE payment_id = {rest}"],
        {("late_payment_is_its_dues", "payment {rest}"), ("charge_paid_is_posted", "payment {rest}")},
    ),
    "a dividend paid of another month": (
        ["UPDATE contributions_paymentdue SET filing_id = {other} WHERE payment_id = {dividend}"],
        {("late_due_is_of_its_month", "payment {dividend}"), ("late_dividend_credited_is_paid", "late dividend {lost}")},
    ),
    "a dividend paid to another account": (
        [
            "UPDATE ledger_posting SET account_id = (SELECT id FROM ledger_account WHERE code = 'LATE_CHARGE'), version = 99 "
            "WHERE amount_sen > 0 AND entry_id = (SELECT id FROM ledger_entry WHERE kind = 2 AND ref = {dividend})"
        ],
        {("late_dividend_paid_is_posted", "payment {dividend}"), ("charge_paid_is_posted", "payment {dividend}")},
    ),
    "a dividend credited that nobody began to credit": (
        [
            "ALTER TABLE contributions_latedividend DISABLE TRIGGER late_dividend_is_credited",
            "UPDATE contributions_latedividend SET credited_on = NULL",
            "ALTER TABLE contributions_latedividend ENABLE ALWAYS TRIGGER late_dividend_is_credited",
        ],
        {("late_dividend_is_credited_whole", "late dividend none of filing {filing}")},
    ),
    "a row whose dividend was forgotten": (
        [
            "DELETE FROM ledger_posting WHERE entry_id = (SELECT id FROM ledger_entry WHERE kind = 24 AND ref = {row})",
            "DELETE FROM ledger_entry WHERE kind = 24",
        ],
        {("late_dividend_is_credited_whole", "late dividend {lost} of filing {filing}")},
    ),
    "a remission of another amount": (
        ["UPDATE contributions_lateremission SET amount = amount + 1"],
        {("remission_is_posted_once", "remission {remission} APPROVED")},
    ),
    "more remitted than was charged": (
        ["UPDATE contributions_lateremission SET amount = 1500"],
        {("remission_is_posted_once", "remission {remission} APPROVED"), ("remission_is_within_its_charge", "late charge {charge}")},
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_planted_damage_is_named(names: dict[str, int], case: str) -> None:
    damage, expected = PLANTED[case]
    assert found() == set()

    plant(*[statement.format(**names) for statement in damage])

    assert found() == {(name, what.format(**names)) for name, what in expected}
    assert Payment.objects.count() == 3
