"""Voluntary contributions and the demo bank, a process of its own: each fault of its messages, another amount, and money that goes back."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import LazySettings

from contributions.enums import CounterMode, MatterKind, MessageVerdict, PayeeBasis, PaymentState, ReturnState, ReturnWhy
from contributions.models import Payment, PaymentMatter, VoluntaryContribution, VoluntaryReturn
from contributions.services import counter, counter_drawers, enquiry, receiving, refunds, return_payees, voluntary_money
from contributions.services import payment as payments
from contributions.services.counter_payers import Payer
from kwsp_portal.bank import conf
from kwsp_portal.bank.fpx import messages, wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.bank.fpx.messages import Model
from kwsp_portal.notify.models import Message, Notice
from members.enums import PayoutKind, PayoutState
from members.identity.enums import Role
from members.ledger import invariants
from members.models import BankAccount, Member, Payout
from members.services import payouts
from tests import factories
from tests.bank import stub
from tests.bank.bank_process import BankProcess, order_page
from tests.bank.counter import ask, pay
from tests.bank.test_payouts import AT, BEFORE, DAY, PAYEES, faulty, make, naming, portal_keys, sweep
from tests.contributions import naming_payees, volunteering
from tests.contributions.test_pages_corrections import officer

__all__ = ["portal_keys"]

pytestmark = pytest.mark.django_db
STARTED = AT - timedelta(days=1)
LATER = STARTED + timedelta(minutes=31)


@pytest.fixture(autouse=True)
def portal_at(settings: LazySettings, portal_keys: dict[str, Any], bank: BankProcess) -> Iterator[None]:
    settings.FPX = {**settings.FPX, **portal_keys, "bank_url": bank.url, "seller_id": f"SV{next(PAYEES):08d}"}
    yield
    faulty(bank, "NONE")
    naming(bank, "NONE")


@pytest.fixture
def payer() -> Member:
    return volunteering.member()


@pytest.fixture
def order(payer: Member) -> Payment:
    return volunteering.start(payer, "250.00", at=STARTED)


def hear(portal: stub.Portal, order: Payment, number: int = 1) -> receiving.Outcome:
    """The bank's direct message of that number, handed to the portal as it came."""
    body = portal.wait_for(order.order_no, number)[number - 1]
    return receiving.receive_body(body=body, channel=messages.Channel.DIRECT, on=BEFORE, at=LATER)


def savings(member: Member) -> int:
    volunteering.work()
    return sum(volunteering.accounts_of(member).values())


def account(of: Member, number: str = "114123456789", **fields: object) -> BankAccount:
    """One that has cooled off."""
    good = {"state": "CURRENT", "match": "FULL", "holder": of.name, "since": AT - timedelta(days=9), "cooling_until": AT - timedelta(days=8)}
    when = {"asked_at": AT - timedelta(days=9), "due_at": AT - timedelta(days=9)}
    return BankAccount.objects.create(member=of, bank="MBBEMYKL", number=number, ending=number[-4:], **{**good, **when, **fields})


def test_the_bank_lists_other_banks_to_persons_and_takes_a_person(bank: BankProcess, portal: stub.Portal, order: Payment, payer: Member) -> None:
    codes_of = {one.code for one in conf.fpx().bank_list(Model.B2C)}
    assert "MB2U0227" in codes_of
    assert "MBB0228" not in codes_of

    pay(bank, conf.fpx(), payments.order_of(order), direct="REPEATED", copies=2)

    assert [hear(portal, order, number).verdict for number in (1, 2)] == [MessageVerdict.APPLIED, MessageVerdict.REPEATED]
    assert savings(payer) == 250_00
    assert VoluntaryContribution.objects.count() == 1
    assert invariants.broken() == []


@pytest.mark.parametrize(("result", "code"), [("57", "57"), ("51", "51")], ids=["refused", "insufficient funds"])
def test_what_the_bank_refuses_credits_nobody(bank: BankProcess, portal: stub.Portal, order: Payment, payer: Member, result: str, code: str) -> None:
    pay(bank, conf.fpx(), payments.order_of(order), result=result)
    hear(portal, order)

    order.refresh_from_db()
    assert (order.state, order.response_code, savings(payer)) == (PaymentState.FAILED, code, 0)


def test_a_message_that_never_comes_is_fetched_and_the_browser_is_not_believed(bank: BankProcess, order: Payment, payer: Member) -> None:
    answer = pay(bank, conf.fpx(), payments.order_of(order), direct="NEVER")
    receiving.receive_body(body=wire.encode(answer.hidden_fields), channel=messages.Channel.INDIRECT, on=BEFORE, at=LATER)
    assert savings(payer) == 0

    assert enquiry.sweep(on=BEFORE, at=LATER) == {"asked": 1, "answered": 1}

    assert savings(payer) == 250_00
    assert invariants.broken() == []


def test_an_order_that_was_cancelled_at_the_bank_or_never_came_there_ends(
    bank: BankProcess, portal: stub.Portal, order: Payment, payer: Member
) -> None:
    bank.post(f"{order_page(ask(bank, conf.fpx(), payments.order_of(order)))}cancel/")
    hear(portal, order)
    never = volunteering.start(payer, "250.00", at=STARTED)
    enquiry.sweep(on=BEFORE, at=LATER)

    order.refresh_from_db()
    never.refresh_from_db()
    assert (order.state, never.state, savings(payer)) == (PaymentState.FAILED, PaymentState.EXPIRED, 0)


def test_a_bad_signature_is_not_believed(bank: BankProcess, portal: stub.Portal, order: Payment, payer: Member) -> None:
    pay(bank, conf.fpx(), payments.order_of(order), fault="BAD_SIGNATURE")

    with pytest.raises(FpxRefused):
        hear(portal, order)

    assert savings(payer) == 0


def test_another_amount_is_an_officers_and_goes_back_whole(bank: BankProcess, portal: stub.Portal, order: Payment, payer: Member) -> None:
    pay(bank, conf.fpx(), payments.order_of(order), fault="WRONG_AMOUNT")
    assert hear(portal, order).verdict == MessageVerdict.CONTRADICTS
    matter = PaymentMatter.objects.get(kind=MatterKind.CONTRADICTS)

    officer = factories.UserFactory(role=Role.INSPECTOR)
    refunds.suspend(matter_id=matter.pk, comment="Bank mengambil amaun lain.", by=officer, on=BEFORE, at=LATER)

    order.refresh_from_db()
    back = VoluntaryReturn.objects.get()
    assert (order.state, back.amount, back.why, back.payer) == (PaymentState.DIFFERS, order.debited, ReturnWhy.DIFFERS, payer)
    assert savings(payer) == 0
    assert Notice.objects.filter(code="VOLUNTARY_RETURN_DIFFERS", whose_id=payer.pk).exists()
    assert invariants.broken() == []


@pytest.fixture
def held(payer: Member) -> VoluntaryReturn:
    """RM8,000 above the ceiling."""
    says = volunteering.paying.Bank(None, None, None, []).says  # type: ignore[arg-type] - nothing is signed here

    def hears(payment: Payment) -> None:
        said = says(payment, "00", fpx_txn_time=STARTED)
        receiving.record(confirmation=said, body=payment.order_no, channel=messages.Channel.DIRECT, on=BEFORE, at=LATER)

    for _ in range(3):
        hears(volunteering.start(payer, "30000.00", at=STARTED))
    two = [volunteering.start(payer, "9000.00", kind, at=STARTED) for kind in (volunteering.OWN, volunteering.TOP_UP)]
    for payment in two:
        hears(payment)
    assert volunteering.work().failed == 0
    return VoluntaryReturn.objects.get()


def test_it_waits_for_an_account_that_has_cooled_off_and_is_paid_once(payer: Member, held: VoluntaryReturn) -> None:
    assert voluntary_money.order_waiting(on=BEFORE, at=AT) == 0
    account(payer, cooling_until=AT)
    assert voluntary_money.order_waiting(on=BEFORE, at=AT - timedelta(minutes=1)) == 0

    assert [voluntary_money.order_waiting(on=BEFORE, at=AT) for _ in range(2)] == [1, 0]
    made = make()
    assert made is not None
    assert (made.rows_total, made.amount) == (1, Decimal(8000))
    assert invariants.broken() == []
    sweep(1)

    held.refresh_from_db()
    assert (held.state, Payout.objects.get(kind=PayoutKind.VOLUNTARY).state) == (ReturnState.PAID, PayoutState.PAID)
    assert volunteering.owed_to(payer) == 0
    assert voluntary_money.order_waiting(on=DAY + timedelta(days=1), at=AT + timedelta(days=1)) == 0
    told = list(Notice.objects.filter(whose_id=payer.pk, code__startswith="VOLUNTARY_RETURN").order_by("pk").values_list("code", flat=True))
    assert told == ["VOLUNTARY_RETURN_CEILING", "VOLUNTARY_RETURN_SENT", "VOLUNTARY_RETURN_PAID"]
    assert invariants.broken() == []


def test_what_the_bank_sends_back_is_held_anew_and_goes_to_another_account(bank: BankProcess, payer: Member, held: VoluntaryReturn) -> None:
    first = account(payer)
    voluntary_money.order_waiting(on=BEFORE, at=AT)
    faulty(bank, "CLOSED")
    make()
    sweep()
    held.refresh_from_db()
    assert (held.state, volunteering.owed_to(payer)) == (ReturnState.RETURNED, 8000_00)
    assert voluntary_money.order_waiting(on=DAY, at=AT) == 0, "nothing goes to the account that sent it back"
    assert invariants.broken() == []

    faulty(bank, "NONE")
    BankAccount.objects.filter(pk=first.pk).update(state="REPLACED", ended_at=AT)
    account(payer, number="114123450000")
    assert voluntary_money.order_waiting(on=DAY, at=AT) == 1
    make(DAY + timedelta(days=2))
    sweep(2)

    held.refresh_from_db()
    assert (held.state, volunteering.owed_to(payer)) == (ReturnState.PAID, 0)
    assert invariants.broken() == []


def test_what_a_counter_payer_s_bank_sends_back_goes_by_arahan_bayaran_and_then_before_an_officer(bank: BankProcess, payer: Member) -> None:
    """Who paid at a counter and is no member has one account here; after it the order, and after that nothing that a rule could decide."""
    by, seen_by, on = officer("kaunter6", Role.COUNTER_OFFICER), officer("penyelia5", Role.SUPERVISOR), STARTED.date()
    counter_drawers.open_drawer(place="Kuala Lumpur", opening=Decimal(0), by=by, on=on, at=STARTED)
    stranger = Payer(name="ALI BIN ABU", identity="800101145555", bank="MBBEMYKL", account="114123456789", holder="ALI BIN ABU")
    cheque: dict[str, Any] = {"mode": CounterMode.CHEQUE, "cheque_number": "123456", "cheque_bank": "MB2U0227"}
    asked = counter.Asked(member=payer, kind=volunteering.OWN, amount=Decimal(100), payer=stranger, **cheque)
    made = counter.take(asked, token=uuid.uuid4(), by=by, at=STARTED)
    Member.objects.filter(pk=payer.pk).update(died_on=on)
    counter.clear(receipt_id=made.pk, by=seen_by, on=BEFORE, at=LATER)
    assert volunteering.work().failed == 0
    faulty(bank, "CLOSED")

    went = []
    for days in (0, 2):
        assert voluntary_money.order_waiting(on=DAY, at=AT) == 1
        make(DAY + timedelta(days=days))
        sweep(days)
        last = Payout.objects.latest("pk")
        went.append((last.bank, last.state))
        assert invariants.broken() == []

    assert went == [("MBBEMYKL", "RETURNED"), (payouts.ORDER_BANK, "RETURNED")]
    assert voluntary_money.order_waiting(on=DAY, at=AT) == 0
    assert PaymentMatter.objects.get().kind == MatterKind.VOLUNTARY_BACK
    assert not voluntary_money.is_for_heirs(PaymentMatter.objects.get())

    # Two officers name another account: it goes out once more, and is paid once.
    faulty(bank, "NONE")
    back, right = VoluntaryReturn.objects.get(), Payer(name="ALI BIN ABU", identity="800101145555", bank="MBBEMYKL", account="114123450077")
    when: dict[str, Any] = {"on": DAY + timedelta(days=3), "at": AT + timedelta(days=3)}
    found = naming_payees.propose(back, naming_payees.asked(payee=replace(right, holder=right.name)), by=seen_by, **when)
    naming_payees.approve(found, by=officer("pemeriksa5", Role.INSPECTOR), **when)
    make(when["on"])
    sweep(3)
    back.refresh_from_db()
    last = Payout.objects.latest("pk")
    assert (back.state, last.state, last.ending, volunteering.owed_to(payer)) == (ReturnState.PAID, PayoutState.PAID, "0077", 0)
    assert (PaymentMatter.objects.get().decision, voluntary_money.order_waiting(**when)) == ("SOLVED", 0)
    with pytest.raises(return_payees.NotAllowed, match="PAID"):
        naming_payees.propose(back, naming_payees.asked(payee=right), by=seen_by, **when)
    assert invariants.broken() == []


def test_what_was_a_dead_payer_s_goes_to_who_has_the_estate_and_what_comes_back_to_another(
    bank: BankProcess, payer: Member, held: VoluntaryReturn
) -> None:
    """An Arahan Bayaran of the heir's that nobody cashed comes before an officer, and is paid to the account of the administrator."""
    account(payer)
    Member.objects.filter(pk=payer.pk).update(died_on=BEFORE)
    officers = officer("pemeriksa6", Role.INSPECTOR), officer("penyelia6", Role.SUPERVISOR)
    assert voluntary_money.order_waiting(on=BEFORE, at=AT) == 0
    administrator = replace(naming_payees.HEIR, bank="MBBEMYKL", account="114123450088", holder=naming_payees.HEIR.name)
    for days, basis, payee, fault in (
        (0, PayeeBasis.HEIR, naming_payees.HEIR, "CLOSED"),
        (2, PayeeBasis.ADMINISTRATOR, administrator, "NONE"),
    ):
        when: dict[str, Any] = {"on": DAY + timedelta(days=days), "at": AT + timedelta(days=days)}
        found = naming_payees.propose(held, naming_payees.asked(basis, payee), by=officers[0], **when)
        naming_payees.approve(found, by=officers[1], **when)
        faulty(bank, fault)
        make(when["on"])
        sweep(days)
        assert voluntary_money.order_waiting(**when) == 0
        assert PaymentMatter.objects.filter(kind=MatterKind.VOLUNTARY_BACK, closed_on=None).exists() == (fault == "CLOSED")
        assert invariants.broken() == []

    held.refresh_from_db()
    assert (held.state, volunteering.owed_to(payer)) == (ReturnState.PAID, 0)
    assert list(Payout.objects.order_by("pk").values_list("bank", "state")) == [(payouts.ORDER_BANK, "RETURNED"), ("MBBEMYKL", "PAID")]
    told = list(Message.objects.filter(to=naming_payees.HEIR.phone).order_by("pk").values_list("code", flat=True))
    assert told == ["RETURN_HEIR_ORDER", "RETURN_PAYEE_BACK", "RETURN_HEIR_ACCOUNT"]
    assert not Notice.objects.filter(whose_id=payer.pk, code__in=["VOLUNTARY_RETURN_SENT", "VOLUNTARY_RETURN_PAID"]).exists()


def test_a_member_without_an_account_hears_of_the_own_order_and_then_of_the_account(bank: BankProcess, payer: Member, held: VoluntaryReturn) -> None:
    """Two officers have them paid by Arahan Bayaran; one that nobody cashed goes to the account that they have given since, by itself."""
    officers = officer("pemeriksa6", Role.INSPECTOR), officer("penyelia6", Role.SUPERVISOR)
    found = naming_payees.propose(held, naming_payees.asked(), by=officers[0], on=DAY, at=AT)
    naming_payees.approve(found, by=officers[1], on=DAY, at=AT)
    faulty(bank, "CLOSED")
    make()
    sweep()
    assert PaymentMatter.objects.filter(closed_on=None).count() == 1
    faulty(bank, "NONE")
    account(payer, number="114123450099")
    assert voluntary_money.order_waiting(on=DAY + timedelta(days=2), at=AT + timedelta(days=2)) == 1
    make(DAY + timedelta(days=2))
    sweep(2)

    held.refresh_from_db()
    assert (held.state, volunteering.owed_to(payer), PaymentMatter.objects.filter(closed_on=None).count()) == (ReturnState.PAID, 0, 0)
    told = Notice.objects.filter(whose_id=payer.pk, code__startswith="VOLUNTARY_RETURN").order_by("pk").values_list("code", flat=True)
    of_order = ["VOLUNTARY_RETURN_ORDER", "VOLUNTARY_RETURN_ORDER_BACK"]
    assert list(told) == ["VOLUNTARY_RETURN_CEILING", *of_order, "VOLUNTARY_RETURN_SENT", "VOLUNTARY_RETURN_PAID"]
    assert invariants.broken() == []
