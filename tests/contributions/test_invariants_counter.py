"""Negative controls: damage planted on counters' drawers and receipts that each check must name."""

import pytest

from contributions.models import CounterReceipt
from contributions.services import counter
from members.identity.enums import Role
from tests.contributions import volunteering
from tests.contributions.test_counter import AT, OF_CHEQUE, ON, Desk
from tests.contributions.test_invariants_payments import found
from tests.contributions.test_invariants_voluntary import off
from tests.contributions.test_pages_corrections import officer
from tests.ledger.test_invariants import plant

pytestmark = pytest.mark.django_db(transaction=True)


def receipt(change: str, which: str) -> list[str]:
    statement = f"UPDATE contributions_counterreceipt SET {change} WHERE id = {{{which}}}"
    table, trigger = "contributions_counterreceipt", "counter_cheque_is_decided"
    inner = off(table, "counter_receipt_is_its_payment", statement)
    return [*off(table, trigger, inner[0])[:1], *inner, *off(table, trigger, inner[0])[-1:]]


def drawer(change: str) -> list[str]:
    return off("contributions_counterdrawer", "drawer_moves", f"UPDATE contributions_counterdrawer SET {change}")


@pytest.fixture
def names(db: None) -> dict[str, object]:
    """RM250 of cash in a drawer that was seen with RM340 of RM350, and a cheque of RM700 that was cleared."""
    desk, member = Desk(officer("kaunter7", Role.COUNTER_OFFICER), officer("penyelia7", Role.SUPERVISOR)), volunteering.member()
    cash, cheque = desk.take(member, "250.00"), desk.take(member, "700.00", **OF_CHEQUE)
    counter.clear(receipt_id=cheque.pk, by=desk.supervisor, on=ON, at=AT)
    desk.count("340.00", "Salah bagi baki")
    desk.see("Dikira dua kali")
    volunteering.work()
    return {
        **{"cash": cash.pk, "cheque": cheque.pk, "drawer": desk.drawer.pk, "number": cheque.number, "of_cash": cash.number},
        "payment": CounterReceipt.objects.get(pk=cash.pk).payment_id,
    }


CLEARING = ("counter_clearing_is_what_is_not_banked", "counter clearing")
PLANTED: dict[str, tuple[list[str], set[tuple[str, str]]]] = {
    "a cheque that is of another amount than was cleared": (
        receipt("amount = amount + 100", "cheque"),
        {("counter_receipt_is_its_payment", "counter receipt {number} PAID"), ("cheque_is_cleared_once", "counter receipt {number}")},
    ),
    "cash of another amount than was paid": (
        receipt("amount = amount + 100", "cash"),
        {
            ("counter_receipt_is_its_payment", "counter receipt {of_cash} PAID"),
            ("drawer_expects_its_receipts", "drawer {drawer}"),
            CLEARING,
        },
    ),
    "more counted than went to the bank": (drawer("counted = counted + 100"), {("drawer_is_banked_once", "drawer {drawer} SEEN"), CLEARING}),
}


@pytest.mark.parametrize("case", PLANTED)
def test_planted_damage_is_named(names: dict[str, object], case: str) -> None:
    damage, expected = PLANTED[case]
    assert found() == set()

    plant(*[statement.format(**names) for statement in damage])

    assert found() == {(name, what.format(**names)) for name, what in expected}
