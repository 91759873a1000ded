"""What came back from members of what an employer paid too much, to the employer's account, at the demo bank (a process of its own)."""

import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.conf import LazySettings

from contributions.enums import OverpaymentHow, OverpaymentState, OverpaymentWhy, PaymentMethod
from contributions.models import Filing, Overpayment
from contributions.services import overpayment_desk, overpayment_money, overpayments, receiving
from kwsp_portal.bank.fpx import codes, messages
from kwsp_portal.documents.services import Upload
from kwsp_portal.notify.models import Notice
from members.enums import PayoutKind, PayoutState
from members.identity.models import User
from members.ledger import balances, invariants
from members.ledger.enums import HolderKind
from members.models import Member, Payout
from members.services import payout_files
from tests.bank.bank_process import BankProcess
from tests.bank.test_payouts import AT, BEFORE, DAY, PAYEES, administrator, faulty, make, naming, portal_keys, sweep, timedelta, verified
from tests.contributions import paying
from tests.contributions.conftest import Office, make_office, office
from tests.contributions.correcting import officers, post
from tests.contributions.crediting import credit, standing
from tests.contributions.test_overpayments import told
from tests.factories import borang_a, leave
from tests.jobs.threads import at_once, meet_at

__all__ = ["administrator", "make_office", "office", "portal_keys"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def portal_at(settings: LazySettings, portal_keys: dict[str, Any], bank: BankProcess) -> Iterator[None]:
    """The portal that asks this bank, which behaves as a bank should."""
    settings.FPX = {**settings.FPX, **portal_keys, "bank_url": bank.url, "seller_id": f"SP{next(PAYEES):08d}"}
    yield
    faulty(bank, "NONE")
    naming(bank, "NONE")


@pytest.fixture
def member(office: Office) -> Member:
    return office.hire()


@pytest.fixture
def held(office: Office, member: Member) -> Overpayment:
    """RM729 of RM1,449 taken back, and nowhere to send it."""
    paid_at = AT - timedelta(days=1)
    order = paying.start(office.approved(borang_a.row(member)), office.checker, at=paid_at)
    said = paying.Bank(None, None, None, []).says(order, codes.APPROVED, fpx_txn_time=paid_at)  # type: ignore[arg-type] - nothing is signed here
    receiving.record(confirmation=said, body=f"{order.pk}", channel=messages.Channel.DIRECT, method=PaymentMethod.FPX, on=BEFORE, at=AT)
    assert credit().failed == 0
    people = officers()
    found = overpayments.prepare(
        filing_id=Filing.objects.get().pk,
        why=OverpaymentWhy.WAGES,
        how=OverpaymentHow.REFUND,
        reason="Gaji tersalah taip.",
        right=[(member.number, Decimal(3000))],
        document=Upload("slip.pdf", b"%PDF-1.4 slip"),
        by=office.maker,
        on=BEFORE,
    )
    overpayments.submit(overpayment_id=found.pk, by=office.maker, on=BEFORE)
    leave.apply(overpayment_id=found.pk, by=office.checker, on=BEFORE)
    overpayment_desk.put_forward(overpayment_id=found.pk, reason="Gaji tersalah taip.", by=people.supervisor, on=BEFORE)
    overpayment_desk.approve(overpayment_id=found.pk, by=people.inspector, on=BEFORE)
    assert post().failed == 0
    found.refresh_from_db()
    assert found.state == OverpaymentState.HELD
    return found


def test_it_waits_for_an_account_and_is_paid_once(office: Office, administrator: User, held: Overpayment) -> None:
    assert make() is None
    verified(office, administrator)
    made = make(DAY + timedelta(days=1))
    assert made is not None
    assert (made.rows_total, made.amount) == (1, Decimal(729))
    assert invariants.broken() == []

    sweep(1)

    held.refresh_from_db()
    payout = Payout.objects.get(kind=PayoutKind.OVERPAID, ref=held.pk)
    assert (held.state, payout.state) == (OverpaymentState.PAID, PayoutState.PAID)
    assert (standing().get("CREDIT", 0), standing()["PAYOUT_CLEARING"]) == (0, 0)
    assert told("EMPLOYER")[-3:] == ["OVERPAYMENT_NEEDS_ACCOUNT", "OVERPAYMENT_SENT", "OVERPAYMENT_PAID"]
    assert make(DAY + timedelta(days=2)) is None
    assert invariants.broken() == []


def test_one_that_the_bank_returns_is_held_anew_and_goes_to_another_account(
    bank: BankProcess, office: Office, administrator: User, held: Overpayment
) -> None:
    verified(office, administrator)
    faulty(bank, "CLOSED")
    make()
    sweep()
    held.refresh_from_db()
    assert (held.state, Payout.objects.get().state, standing()["CREDIT"]) == (OverpaymentState.RETURNED, PayoutState.RETURNED, 72_900)
    assert Notice.objects.filter(code="OVERPAYMENT_RETURNED").count() == 1
    assert make(DAY + timedelta(days=1)) is None, "nothing goes to the account that sent it back"
    assert invariants.broken() == []

    faulty(bank, "NONE")
    verified(office, administrator, account=f"6{int(office.employer.number):011d}")
    make(DAY + timedelta(days=2))
    sweep(2)

    held.refresh_from_db()
    assert (held.state, Payout.objects.filter(state=PayoutState.PAID).count()) == (OverpaymentState.PAID, 1)
    assert invariants.broken() == []


class TestTheEmployerChangesItsMind:
    def test_before_the_file_it_becomes_credit_and_no_payout_takes_it(self, office: Office, administrator: User, held: Overpayment) -> None:
        verified(office, administrator)
        assert Payout.objects.get().state == PayoutState.ORDERED

        for _ in range(2):
            found = overpayment_money.choose(overpayment_id=held.pk, how=OverpaymentHow.OFFSET, by=office.checker, on=DAY)

        assert (found.state, found.hold_id, Payout.objects.get().state) == (OverpaymentState.OFFSET, None, PayoutState.CANCELLED)
        assert make(DAY + timedelta(days=1)) is None
        assert (standing()["CREDIT"], free(office)) == (72_900, 72_900)
        assert told("EMPLOYER")[-1] == "OVERPAYMENT_TO_CREDIT"
        assert invariants.broken() == []

    def test_and_back_again_while_all_of_it_is_there(self, office: Office, administrator: User, held: Overpayment) -> None:
        verified(office, administrator)
        for how in (OverpaymentHow.OFFSET, OverpaymentHow.REFUND, OverpaymentHow.OFFSET, OverpaymentHow.REFUND):
            overpayment_money.choose(overpayment_id=held.pk, how=how, by=office.checker, on=DAY)
        assert told("EMPLOYER")[-4:] == ["OVERPAYMENT_TO_CREDIT", "OVERPAYMENT_TO_ACCOUNT"] * 2
        assert invariants.broken() == []
        assert make(DAY + timedelta(days=1)) is not None
        sweep(1)

        held.refresh_from_db()
        assert (held.state, standing().get("CREDIT", 0)) == (OverpaymentState.PAID, 0)
        with pytest.raises(overpayments.NotAllowed, match="ON_ITS_WAY"):
            overpayment_money.choose(overpayment_id=held.pk, how=OverpaymentHow.OFFSET, by=office.checker, on=DAY)
        assert invariants.broken() == []

    def test_one_that_the_bank_returned_becomes_credit(self, bank: BankProcess, office: Office, administrator: User, held: Overpayment) -> None:
        verified(office, administrator)
        faulty(bank, "CLOSED")
        make()
        sweep()

        found = overpayment_money.choose(overpayment_id=held.pk, how=OverpaymentHow.OFFSET, by=office.checker, on=DAY)

        assert (found.state, free(office)) == (OverpaymentState.OFFSET, 72_900)
        assert invariants.broken() == []


@pytest.mark.django_db(transaction=True)
def test_the_file_is_made_while_the_employer_changes_its_mind(
    monkeypatch: pytest.MonkeyPatch, office: Office, administrator: User, held: Overpayment
) -> None:
    """Both have seen the payout as it was ordered; one of them has it, whichever came first, and the other knows."""
    verified(office, administrator)
    gate = threading.Barrier(2)
    meet_at(monkeypatch, overpayment_money, "payout_of", gate)
    meet_at(monkeypatch, payout_files, "_take_money", gate)

    def act(number: int) -> str:
        try:
            return (
                str(make())
                if number
                else overpayment_money.choose(overpayment_id=held.pk, how=OverpaymentHow.OFFSET, by=office.checker, on=DAY).state
            )
        except overpayments.NotAllowed as refused:
            return refused.code

    chosen, file = at_once(2, act)

    held.refresh_from_db()
    left = (held.state, held.how, Payout.objects.get().state)
    if chosen == "ON_ITS_WAY":
        assert left == (OverpaymentState.SENT, OverpaymentHow.REFUND, PayoutState.SENT)
    else:
        assert (chosen, file) == ("OFFSET", "None")
        assert left == (OverpaymentState.OFFSET, OverpaymentHow.OFFSET, PayoutState.CANCELLED)
    assert invariants.broken() == []


def free(office: Office) -> int:
    """Of the employer's credit, what nothing holds, sen."""
    pots = balances.pots_of(HolderKind.EMPLOYER, office.employer.pk)
    return next(pot.available_sen for pot in pots if pot.code == "CREDIT")
