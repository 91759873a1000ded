"""What bank agents took comes to the fund's account by the bank's settlement file: matched three ways with the receipts, each fault owned."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from contributions.enums import MatterKind, ReceiptState
from contributions.models import PaymentMatter, Receipt, SettlementFile, SettlementRow
from contributions.services import receipt_acts, settling
from kwsp_portal.bank import settlement
from kwsp_portal.bank.settlement import Row, Settlement
from members.ledger import invariants
from tests.bank import stub
from tests.bank.bank_process import BankProcess
from tests.bank.test_portal_pays import portal_keys
from tests.bank.test_receipts import AT, DAY, TOTAL, Agent, form, officer
from tests.contributions.conftest import Office, make_office, office
from tests.contributions.crediting import standing

__all__ = ["make_office", "office", "portal_keys"]

pytestmark = pytest.mark.django_db
AMOUNT = Decimal("1449.00")
LINES = count(1)


@pytest.fixture
def agent(bank: BankProcess, settings: LazySettings, portal_keys: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Agent]:
    settings.FPX = {**settings.FPX, **portal_keys, "bank_url": bank.url}
    SettlementFile.objects.create(on=DAY - timedelta(days=1), digest="0" * 64, rows_total=0, amount=0, payments_from=1, fetched_at=AT)
    yield Agent(bank)
    monkeypatch.undo()


@pytest.fixture
def taken(agent: Agent, office: Office) -> Receipt:
    """A receipt whose Borang A is paid and credited by it."""
    agent.make(form(office.employer, office.hire()))
    agent.fetch()
    found = Receipt.objects.get()
    assert (found.state, standing()["RECEIPT_CLEARING"]) == (ReceiptState.PAID, -TOTAL)
    return found


def row(receipt: Receipt, **other: Any) -> Row:
    return Row(receipt.number, receipt.agent, receipt.amount, receipt.paid_at)._replace(**other)


def told(*rows: Row, day: int = 0) -> None:
    """The bank's file of a day says so."""
    on = DAY + timedelta(days=day)
    with transaction.atomic():
        settling._import(Settlement(on, "SE1", rows), f"{next(LINES):064d}", on + timedelta(days=1), AT + timedelta(days=day + 1))


def again(day: int = 1) -> None:
    settling.rematch(on=DAY + timedelta(days=day), at=AT + timedelta(days=day))


def open_kinds() -> list[tuple[str, str]]:
    return sorted(PaymentMatter.objects.filter(closed_on=None).values_list("kind", "reason"))


def sound() -> None:
    assert invariants.broken() == []


def test_the_bank_s_own_file_brings_the_money_once_however_often_it_comes(taken: Receipt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stub, "BUSINESS_DATE", str(DAY + timedelta(days=1)))
    content = settlement.configured().fetch(DAY)
    assert content is not None
    assert f"D|{taken.number}|{taken.agent}|1449.00|" in content.decode()

    for _ in range(2):
        assert settling.take(content=content, day=DAY, on=DAY + timedelta(days=1), at=AT + timedelta(days=1))

    assert (standing()["RECEIPT_CLEARING"], standing()["BANK"]) == (0, -TOTAL)
    assert SettlementRow.objects.get(receipt=taken).order_no == taken.number
    assert not PaymentMatter.objects.filter(reason__contains=taken.number).exists()
    sound()


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ({"amount": AMOUNT + 1}, MatterKind.SETTLED_AMOUNT),
        ({"order_no": "TIADA0001"}, MatterKind.SETTLED_UNKNOWN),
        ({"fpx_id": "RHB0218"}, MatterKind.SETTLED_UNKNOWN),
    ],
    ids=["another amount", "another receipt", "another agent"],
)
def test_what_does_not_agree_is_an_officers_with_its_age(taken: Receipt, other: dict[str, Any], kind: MatterKind) -> None:
    told(row(taken, **other))
    again()

    matter = PaymentMatter.objects.get(closed_on=None)
    assert (matter.kind, matter.opened_on, matter.reason.split()[0]) == (kind, DAY + timedelta(days=1), kind)
    assert (matter.employer, standing()["RECEIPT_CLEARING"]) == (taken.employer if kind is MatterKind.SETTLED_AMOUNT else None, -TOTAL)
    sound()


def test_a_receipt_paid_over_twice_is_settled_once(taken: Receipt) -> None:
    told(row(taken))
    told(row(taken), day=1)

    assert [kind for kind, _reason in open_kinds()] == [MatterKind.SETTLED_TWICE]
    assert standing()["RECEIPT_CLEARING"] == 0
    sound()


def test_money_that_comes_before_an_officer_has_decided_waits_and_then_matches_by_itself(agent: Agent, office: Office) -> None:
    agent.make(form(office.employer, office.hire()), fault="WRONG_TOTAL")
    agent.fetch()
    found = Receipt.objects.get()
    told(row(found))
    assert [kind for kind, _reason in open_kinds()] == [MatterKind.RECEIPT_TOTAL, MatterKind.SETTLED_UNPAID]

    matter = PaymentMatter.objects.get(kind=MatterKind.RECEIPT_TOTAL)
    receipt_acts.suspend(matter_id=matter.pk, number=office.employer.number, comment="Disimpan", by=officer(), on=DAY + timedelta(days=1))
    again()

    assert (open_kinds(), standing()["RECEIPT_CLEARING"], standing()["SUSPENSE"]) == ([], 0, TOTAL + 1_000)
    sound()


def test_money_that_never_comes_is_told_once_after_three_days_and_closed_when_it_comes(taken: Receipt) -> None:
    for day in range(3):
        told(day=day)
    assert open_kinds() == []

    for day in (3, 4):
        told(day=day)

    assert open_kinds() == [(MatterKind.NOT_SETTLED, f"NOT_SETTLED {taken.agent} {taken.number} 1449.00")]
    told(row(taken), day=5)
    assert (open_kinds(), standing()["RECEIPT_CLEARING"]) == ([], 0)
    sound()


def test_postgresql_lets_no_row_settle_another_receipt(taken: Receipt, office: Office, agent: Agent) -> None:
    told(row(taken))

    with pytest.raises(IntegrityError, match="settlement_row_has_its_receipt"), transaction.atomic():
        SettlementRow.objects.filter(receipt=taken).update(receipt=None)
