"""Negative controls: damage planted on payouts, their files and their entries, that each check of payouts must name."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import transaction

from contributions.models import PaymentMatter, Refund, RefundAccount
from contributions.services import refunds
from kwsp_portal.bank.fpx import codes
from kwsp_portal.bank.payouts import files
from kwsp_portal.common.periods import WageMonth
from members.enums import PayoutState
from members.identity.enums import Role
from members.ledger import invariants
from members.models import Payout, PayoutFile
from members.selectors import invariants as checks
from members.services import payout_files
from tests import factories
from tests.contributions import paying
from tests.contributions.conftest import OCTOBER, Office, bank, bank_pairs, make_office, office
from tests.contributions.paying import PAID_AT, Bank
from tests.ledger.test_invariants import plant

__all__ = ["bank", "bank_pairs", "make_office", "office"]

pytestmark = pytest.mark.django_db(transaction=True)
ON = PAID_AT.date()
OTHERS = {"dividend_has_its_entry", "settled_due_has_its_dividend", "replacement_is_what_was_posted", "open_replacement_takes_all"}
"""Checks of dividends and replacements, whose damage is planted in test_dividend_runs and tests/contributions/test_replacing.py."""


def second(office: Office, bank: Bank, month: WageMonth) -> Refund:
    """A refund that two officers have agreed to, of a payment that came for what another had paid."""
    first = paying.start(office.approved(wage_month=month), office.checker)
    paying.deliver(bank.ac(first, codes.INSUFFICIENT))
    for payment in (paying.start(first.filing, office.checker), first):
        paying.deliver(bank.ac(payment, codes.APPROVED))
    found = refunds.apply(order_no=first.order_no, by=office.checker, on=ON)
    matter = PaymentMatter.objects.get(cause=f"refund:{found.pk}")
    one, other = factories.UserFactory(role=Role.INSPECTOR), factories.UserFactory(role=Role.SUPERVISOR)
    refunds.propose(matter_id=matter.pk, comment="Dibayar dua kali", by=one, on=ON)
    return refunds.decide(matter_id=matter.pk, approved=True, comment="Setuju", by=other, on=ON)


def made(on: date) -> PayoutFile:
    """The file of a day."""
    with transaction.atomic():
        file = payout_files._make(on)
    assert file is not None
    return file


def answered(file: PayoutFile, payout: Payout, bank: Bank) -> None:
    """The bank has paid it."""
    PayoutFile.objects.filter(pk=file.pk).update(sent_at=PAID_AT)
    said = files.Answer(payout.number, payout.amount, files.Result.PAID, f"B{payout.pk}", PAID_AT)
    digest = files.digest(str(file.content).encode("ascii"))
    content = files.write_answers(on=file.on, seller_id=settings.FPX["seller_id"], of=digest, rows=[said], key=bank.key)
    assert payout_files.take(file_id=file.pk, content=content, on=file.on, at=PAID_AT)


@pytest.fixture
def names(office: Office, bank: Bank) -> dict[str, int]:
    """A payout that is paid, one that is sent and one that is ordered; their ids by name."""
    asked = {"asked_by": office.checker, "asked_on": ON, "asked_at": PAID_AT, "due_at": PAID_AT}
    account = {"bank": "MBBEMYKL", "number": "512345678901", "ending": "8901", "holder": office.employer.name, "since": ON, "state": "CURRENT"}
    RefundAccount.objects.create(employer=office.employer, **account, **asked)
    found = {}
    for number, name in enumerate(("paid", "sent", "ordered")):
        refund = second(office, bank, OCTOBER.plus(number))
        payout = Payout.objects.get(ref=refund.pk)
        found[name] = payout.pk
        if name == "paid":
            answered(made(ON), payout, bank)
        elif name == "sent":
            found["file"] = made(ON + timedelta(days=1)).pk
    states = Payout.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [PayoutState.PAID, PayoutState.SENT, PayoutState.ORDERED]
    return found


def gone(kind: int, ref: str) -> list[str]:
    entry = f"(SELECT id FROM ledger_entry WHERE kind = {kind} AND ref = {ref})"
    return [f"DELETE FROM ledger_posting WHERE entry_id = {entry}", f"DELETE FROM ledger_entry WHERE id = {entry}"]


CLEARING = ("payout_clearing_is_sent_payouts", "payout clearing")
FILE = ("payout_file_is_its_payouts", "payouts of 2026-11-13")
PLANTED: dict[str, tuple[list[str], set[tuple[str, str]]]] = {
    "a payout that took no money": (
        ["UPDATE ledger_entry SET kind = 9 WHERE kind = 5 AND ref = {sent}"],
        {("payout_took_its_money_once", "payout {sent} SENT")},
    ),
    "money taken for no payout": (
        ["UPDATE ledger_entry SET ref = 9999 WHERE kind = 5 AND ref = {sent}"],
        {("payout_took_its_money_once", "payout {sent} SENT"), ("payout_took_its_money_once", "payout 9999 absent")},
    ),
    "a payout of another amount than was taken": (
        ["UPDATE members_payout SET amount = amount + 100 WHERE id = {sent}"],
        {("payout_took_its_money_once", "payout {sent} SENT"), FILE, CLEARING},
    ),
    "a payout that came back and whose money did not": (
        ["UPDATE members_payout SET state = 'RETURNED', reason = 'CLOSED', ended_on = '2026-11-14' WHERE id = {sent}"],
        {("payout_took_its_money_once", "payout {sent} RETURNED"), CLEARING},
    ),
    "a paid payout that the fund's account never paid": (gone(22, "{paid}"), {("paid_payout_is_settled_once", "payout {paid}"), CLEARING}),
    "a payout settled that nobody paid": (
        ["UPDATE ledger_entry SET ref = {sent} WHERE kind = 22 AND ref = {paid}"],
        {("paid_payout_is_settled_once", "payout {paid}"), ("paid_payout_is_settled_once", "payout {sent}")},
    ),
    "a payout on the hold of another, which has ended": (
        ["UPDATE members_payout SET holds = (SELECT holds FROM members_payout WHERE id = {sent}) WHERE id = {ordered}"],
        {("ordered_payout_is_held", "payout {ordered}")},
    ),
    "a file of more than its payouts": (["UPDATE members_payoutfile SET amount = amount + 100 WHERE id = {file}"], {FILE}),
    "a file answered and a payout of it not": (
        ["UPDATE members_payoutfile SET sent_at = now(), answered_at = now(), answer = 'x' WHERE id = {file}"],
        {FILE},
    ),
    "another act on the clearing of payouts": (
        [
            "INSERT INTO ledger_posting (entry_id, account_id, amount_sen) VALUES "
            "(999, (SELECT id FROM ledger_account WHERE code = 'PAYOUT_CLEARING'), 500), "
            "(999, (SELECT id FROM ledger_account WHERE code = 'BANK'), -500)",
            "INSERT INTO ledger_entry (id, kind, ref, part, booked_on, value_date) VALUES (999, 9, 1, 0, '2026-11-12', '2026-11-12')",
        ],
        {CLEARING},
    ),
}


def found() -> set[tuple[str, str]]:
    """Name and row of whatever the checks of members find; the ledger's own have controls of their own."""
    results = {result.name.removeprefix("members."): result for result in invariants.run() if result.name.startswith("members.")}
    return {(name, finding.what) for name, result in results.items() for finding in result.findings}


def test_every_check_of_payouts_has_its_damage() -> None:
    assert {name for _damage, expected in PLANTED.values() for name, _what in expected} == set(checks.CHECKS) - OTHERS


@pytest.mark.parametrize("case", PLANTED)
def test_planted_damage_to_payouts_is_named_with_its_row(names: dict[str, int], case: str) -> None:
    damage, expected = PLANTED[case]
    assert found() == set()

    plant(*[statement.format(**names) for statement in damage])

    assert found() == {(name, what.format(**names)) for name, what in expected}
