"""Negative controls: damage planted on parts, second payments and refunds that each check of payments must name."""

from decimal import Decimal

import pytest
from django.db import transaction

from contributions.models import Payment, SettlementRow
from contributions.services import refunds, settling
from kwsp_portal.bank import limits, settlement
from kwsp_portal.bank.fpx import codes
from members.ledger import invariants
from tests.contributions import paying
from tests.contributions.conftest import NOVEMBER, Office
from tests.contributions.paying import PAID_AT, Bank
from tests.ledger.test_invariants import plant

pytestmark = pytest.mark.django_db(transaction=True)
FINAL_OFF = "ALTER TABLE contributions_payment DISABLE TRIGGER payment_is_final"
FINAL_ON = "ALTER TABLE contributions_payment ENABLE ALWAYS TRIGGER payment_is_final"
ON = PAID_AT.date()


@pytest.fixture
def names(office: Office, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A filing with one of its three parts paid, and a second payment of another filing whose refund is asked for."""
    whole = office.approved()
    first = paying.start(whole, office.checker)
    paying.deliver(bank.ac(first, codes.INSUFFICIENT))
    second = paying.start(whole, office.checker)
    for order in (second, first):
        paying.deliver(bank.ac(order, codes.APPROVED))
    refund = refunds.apply(order_no=first.order_no, by=office.checker, on=ON)
    low = [(start, {**row, "company": {"lowest": "2.00", "highest": "500.00"}}) for start, row in limits._rows()]
    monkeypatch.setattr(limits, "_rows", lambda: low)
    in_parts = office.approved(wage_month=NOVEMBER)
    part = paying.start(in_parts, office.checker)
    paying.deliver(bank.ac(part, codes.APPROVED))
    other = paying.start(in_parts, office.checker)
    assert Payment.objects.get(pk=part.pk).amount == Decimal(483)
    rows = [settlement.Row(second.order_no, f"26{second.pk:010d}", second.amount, PAID_AT), settlement.Row("ZZZ", "F", Decimal(5), PAID_AT)]
    content = settlement.Settlement(ON, "SE", rows)
    with transaction.atomic():
        settling._import(content, "0" * 64, ON, PAID_AT)
    settled, strange = SettlementRow.objects.order_by("pk")
    ids = {
        "settled": settled.pk,
        "strange": strange.pk,
        "credit": first.pk,
        "paid": second.pk,
        "part": part.pk,
        "other": other.pk,
        "refund": refund.pk,
    }
    return {**ids, "in_parts": in_parts.pk, "employer": office.employer.pk}


PLANTED: dict[str, tuple[list[str], set[tuple[str, str]]]] = {
    "a second payment that counts nowhere in the ledger": (
        [
            "UPDATE ledger_posting SET account_id = (SELECT id FROM ledger_account WHERE code = 'CONTRIBUTION_DUE'), version = 99 "
            "WHERE amount_sen > 0 AND entry_id = (SELECT id FROM ledger_entry WHERE kind = 2 AND ref = {credit})"
        ],
        {("payment_went_where_it_counts", "payment {credit} APPROVED"), ("paid_filing_has_its_payment", "filing {whole} PAID")},
    ),
    "a part that counts and whose money is not kept": (
        [
            "UPDATE ledger_posting SET account_id = (SELECT id FROM ledger_account WHERE code = 'CREDIT'), version = 99 "
            "WHERE amount_sen > 0 AND entry_id = (SELECT id FROM ledger_entry WHERE kind = 2 AND ref = {part})"
        ],
        {("payment_went_where_it_counts", "payment {part} APPROVED"), ("part_paid_is_parts_that_wait", "employer {employer}")},
    ),
    "parts of two plans": (
        [
            FINAL_OFF,
            "UPDATE contributions_payment SET state = 'APPROVED', counts = true, parts = 2, fpx_id = 'X', paid_at = now() WHERE id = {other}",
            FINAL_ON,
        ],
        {
            ("parts_are_of_one_plan", "filing {in_parts}"),
            ("part_paid_is_parts_that_wait", "employer {employer}"),
            ("approved_payment_is_posted_once", "payment {other} APPROVED"),
            ("fpx_clearing_is_approved_payments", "fpx clearing"),
        },
    ),
    "a settled row that was never booked": (
        [
            "DELETE FROM ledger_posting WHERE entry_id = (SELECT id FROM ledger_entry WHERE kind = 14)",
            "DELETE FROM ledger_entry WHERE kind = 14",
        ],
        {("settled_row_is_posted_once", "settlement row {settled}"), ("fpx_clearing_is_approved_payments", "fpx clearing")},
    ),
    "a settled row of another FPX number": (
        ["UPDATE contributions_settlementrow SET fpx_id = 'X' WHERE id = {settled}"],
        {("settled_row_agrees_with_its_payment", "settlement row {settled}")},
    ),
    "a row taken out of its file": (
        [
            "DELETE FROM contributions_settlementrow WHERE id = {strange}",
        ],
        {("settlement_file_is_its_rows", "settlement of 2026-11-12")},
    ),
    "an open row that nobody looks after": (
        [
            "DELETE FROM contributions_paymentmatterlog WHERE matter_id IN "
            "(SELECT id FROM contributions_paymentmatter WHERE cause = 'row:{strange}')",
            "DELETE FROM contributions_paymentmatter WHERE cause = 'row:{strange}'",
        ],
        {("open_settlement_row_has_its_matter", "settlement row {strange}")},
    ),
    "a refund of more than is held": (
        ["UPDATE contributions_refund SET amount = amount + 100 WHERE id = {refund}"],
        {("refund_is_held", "refund {refund} APPLIED")},
    ),
    "a refund that was refused and is held": (
        ["UPDATE contributions_refund SET state = 'REFUSED', decided_by_id = applied_by_id, decided_on = applied_on WHERE id = {refund}"],
        {("refund_is_held", "refund {refund} REFUSED")},
    ),
    "a refund that is paid and was sent nowhere": (
        [
            "ALTER TABLE contributions_refund DISABLE TRIGGER refund_moves_forwards",
            "UPDATE contributions_refund SET state = 'PAID', proposed_by_id = applied_by_id, proposed_on = applied_on, decided_on = applied_on, "
            "decided_by_id = (SELECT min(id) FROM identity_user WHERE id <> applied_by_id) WHERE id = {refund}",
            "ALTER TABLE contributions_refund ENABLE ALWAYS TRIGGER refund_moves_forwards",
        ],
        {("refund_is_held", "refund {refund} PAID"), ("refund_is_as_its_payout", "refund {refund} PAID")},
    ),
    "a hold of no refund": (
        ["UPDATE ledger_hold SET ref = 9999 WHERE kind = 2"],
        {("refund_is_held", "refund {refund} APPLIED"), ("refund_is_held", "refund 9999 absent")},
    ),
}


def found() -> set[tuple[str, str]]:
    results = {result.name.removeprefix("contributions."): result for result in invariants.run() if result.name.startswith("contributions.")}
    return {(name, finding.what) for name, result in results.items() for finding in result.findings}


@pytest.mark.parametrize("case", PLANTED)
def test_planted_damage_to_payments_is_named_with_its_row(names: dict[str, int], case: str) -> None:
    damage, expected = PLANTED[case]
    known = {**names, "whole": Payment.objects.get(pk=names["paid"]).filing_id}
    assert found() == set()

    plant(*[statement.format(**known) for statement in damage])

    assert found() == {(name, what.format(**known)) for name, what in expected}
