"""Negative controls: damage planted on applications, payments and holds, that each check of withdrawals must name."""

from datetime import timedelta

import pytest
from django.db import transaction

from members.enums import PayoutState
from members.ledger import invariants
from members.models import Payout
from members.services import payout_files
from tests.factories import withdrawals as make
from tests.ledger.test_invariants import plant
from withdrawals.models import Application
from withdrawals.selectors import invariants as checks
from withdrawals.services import paying

pytestmark = pytest.mark.django_db(transaction=True)
ON = make.ON


@pytest.fixture
def names() -> dict[str, int]:
    """An application that is undecided, one that is on its way, one that came back and one that is paid; their ids by name."""
    found = {"undecided": make.handed_in().pk}
    for number, name in enumerate(("ordered", "returned", "paid")):
        one = make.approved()
        day = ON + timedelta(days=number)
        if name != "ordered":
            paying.process(application_id=one.pk, on=day, at=make.AT)
            pays(one, name)
        found[name] = one.pk
    paying.process(application_id=found["ordered"], on=ON, at=make.AT)
    for name in ("ordered", "returned", "paid"):
        found[f"{name}_payment"] = Application.objects.get(pk=found[name]).payments.get().pk
    return found


def pays(one: Application, name: str) -> None:
    """The bank's word on its payout."""
    payout = Payout.objects.get(ref=one.payments.get().pk)
    with transaction.atomic():
        payout_files._make(payout.ordered_on)
    payout.refresh_from_db()
    assert payout.state == PayoutState.SENT
    paid = name == "paid"
    result = payout_files.Result.PAID if paid else payout_files.Result.CLOSED
    answer = payout_files.Answer(payout.number, payout.amount, result, "B1" if paid else "", make.AT if paid else None)
    payout_files._hear(answer, payout.ordered_on, make.AT)


OFF = [
    "ALTER TABLE withdrawals_application DISABLE TRIGGER USER",
    "ALTER TABLE withdrawals_withdrawalpayment DISABLE TRIGGER USER",
    "ALTER TABLE members_payout DISABLE TRIGGER USER",
]
PLANTED: dict[str, tuple[list[str], set[str]]] = {
    "an application that forgot its hold": (
        ["UPDATE withdrawals_application SET holds = '{{}}' WHERE id = {undecided}"],
        {"withdrawal_holds_are_the_ledgers"},
    ),
    "an application that names a hold which is over": (
        ["UPDATE withdrawals_application SET holds = holds || (SELECT min(id) FROM ledger_hold) || 999999 WHERE id = {undecided}"],
        {"withdrawal_holds_are_the_ledgers"},
    ),
    "more held than was asked": (
        ["UPDATE withdrawals_application SET asked = 100 WHERE id = {undecided}"],
        {"withdrawal_holds_no_more_than_asked"},
    ),
    "less is approved than is held of what came back": (
        ["UPDATE withdrawals_application SET approved = approved - 100 WHERE id = {returned}"],
        {"withdrawal_returned_is_held", "withdrawal_returned_is_its_payment"},
    ),
    "less came back than is approved": (
        ["UPDATE withdrawals_withdrawalpayment SET amount = amount - 100 WHERE id = {returned_payment}"],
        {"withdrawal_returned_is_its_payment", "withdrawal_payment_is_as_its_payout"},
    ),
    "less paid than its payments": (
        ["UPDATE withdrawals_application SET paid = 100 WHERE id = {paid}"],
        {"withdrawal_paid_is_its_payments"},
    ),
    "more on its way than was approved": (
        ["UPDATE withdrawals_application SET approved = 100 WHERE id = {ordered}"],
        {"withdrawal_pays_no_more_than_asked", "withdrawal_holds_no_more_than_asked"},
    ),
    "a payment that its payout does not know": (
        ["UPDATE withdrawals_withdrawalpayment SET state = 'RETURNED' WHERE id = {ordered_payment}"],
        {"withdrawal_payment_is_as_its_payout"},
    ),
    "a payout of no payment": (
        ["UPDATE members_payout SET ref = 999999 WHERE ref = {ordered_payment} AND kind = 'WITHDRAWAL'"],
        {"withdrawal_payment_is_as_its_payout"},
    ),
}


def found() -> set[str]:
    return {one.name.removeprefix("withdrawals.") for one in invariants.broken() if one.name.startswith("withdrawals.")}


def test_every_check_has_its_damage() -> None:
    assert set.union(*(expected for _damage, expected in PLANTED.values())) == set(checks.CHECKS)


@pytest.mark.parametrize("case", PLANTED)
def test_the_damage_is_named(case: str, names: dict[str, int]) -> None:
    damage, expected = PLANTED[case]
    assert found() == set()
    plant(*OFF, *(one.format(**names) for one in damage))
    assert expected <= found()
