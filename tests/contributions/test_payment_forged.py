"""Messages that the bank did not send, or that do not agree with our order: they are kept, and change nothing."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client

from contributions.enums import FilingState, MessageVerdict, PaymentState
from contributions.models import Filing, Payment, PaymentMessage
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank.fpx import client as fpx_client
from kwsp_portal.bank.fpx import codes, messages, signature, wire
from tests.contributions import paying
from tests.contributions.conftest import NOVEMBER, Office
from tests.contributions.paying import PAID_AT, Bank
from tests.contributions.test_payment_replays import postings

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def payment(office: Office) -> Payment:
    return paying.start(office.approved(), office.checker)


def post(client: Client, pairs: wire.Pairs | bytes | str, way: str = "direct") -> HttpResponse:
    body = pairs if isinstance(pairs, bytes | str) else urlencode(pairs)
    return client.post(f"/fpx/{way}/", data=body, content_type=FORM)  # type: ignore[return-value]


def untouched(payment: Payment) -> None:
    before = payment.order_no, PaymentState.SENT, "", ""
    payment.refresh_from_db()
    assert (payment.order_no, payment.state, payment.fpx_id, payment.response_code) == before
    assert Filing.objects.get(pk=payment.filing_id).state == FilingState.APPROVED
    assert postings(2) == []


def changed(value: str) -> str:
    """Another value of the same form: a digit or letter for the last one."""
    if not value:
        return "1"
    last = value[-1]
    return value[:-1] + (("1" if last != "1" else "2") if last.isdigit() else ("B" if last != "B" else "C"))


def forgeries(bank: Bank, payment: Payment, other: Payment) -> Iterator[tuple[str, wire.Pairs]]:
    """What each is called, and its fields. All of them claim that the order is paid."""
    true = bank.ac(payment, codes.APPROVED)
    for number, (name, value) in enumerate(true):
        yield f"flipped {name}", [*true[:number], (name, changed(value)), *true[number + 1 :]]
        yield f"without {name}", [*true[:number], *true[number + 1 :]]
        yield f"twice {name}", [*true, (name, changed(value))]
    theirs = bank.ac(other, codes.APPROVED)
    yield "the signature of another order", [*true[:-1], theirs[-1]]
    yield (
        "another order's number under this one's signature",
        [(name, other.order_no if name == "fpx_sellerExOrderNo" else text) for name, text in true],
    )
    yield "something unsigned besides", [*true, ("fpx_sellerExDesc", "paid")]
    yield "something unsigned without our prefix", [*true, ("state", "APPROVED")]
    yield "a lower-case checksum", [*true[:-1], (true[-1][0], true[-1][1].lower())]
    yield "an empty checksum", [*true[:-1], (true[-1][0], "")]
    said = bank.says(payment, codes.APPROVED)
    yield "a retired key", fpx_client.signed_pairs(said, bank.retired_key)
    yield "a stranger's key", fpx_client.signed_pairs(said, bank.stranger_key)
    yield "for another seller", bank.ac(payment, codes.APPROVED, seller_id="SE00000001")
    yield "for another exchange", bank.ac(payment, codes.APPROVED, seller_ex_id="EX00000001")
    yield "an approval without the bank's number", _raw(bank, said, fpxTxnId="")
    yield "an approval without a time", _raw(bank, said, fpxTxnTime="")
    yield "an approval on the 31st of February", _raw(bank, said, fpxTxnTime="20260231120000")
    yield "an amount in full-width digits", _raw(bank, said, txnAmount="１４４９.00")
    yield "an amount with an exponent", _raw(bank, said, txnAmount="1E3")
    yield "a request instead of an answer", _raw(bank, said, msgType="AR")


def _raw(bank: Bank, said: messages.Confirmation, **changes: str) -> wire.Pairs:
    """Really signed by the bank, over values that its own software would refuse to send."""
    values = {**said.values, **changes}
    return [*((f"fpx_{name}", text) for name, text in values.items()), ("fpx_checkSum", signature.sign("|".join(values.values()), bank.key))]


@pytest.mark.django_db(transaction=True)
def test_no_forgery_changes_anything_and_each_is_kept(client: Client, bank: Bank, office: Office, payment: Payment) -> None:
    other = paying.start(office.approved(wage_month=NOVEMBER), office.checker)
    count = 0
    for called, pairs in forgeries(bank, payment, other):
        count += 1
        for way, status in (("direct", 400), ("indirect", 302)):
            answer = post(client, pairs, way)
            assert answer.status_code == status, called
    bodies = [b"\xff\xfe=1", b"fpx_msgType=%FF", b"fpx_msgType", b"a=1&" * 50, b"fpx_msgType=" + b"A" * 20_000, b"", b"\x00=\x00"]
    for body in bodies:
        assert post(client, body).status_code == 400, body[:20]

    untouched(payment)
    untouched(other)
    kept = PaymentMessage.objects.all()
    assert kept.count() == 2 * count + len(bodies)
    assert {(one.verdict, one.payment_id) for one in kept} == {(MessageVerdict.REFUSED, None)}
    assert AuditEvent.objects.filter(action="payment.message.refused", refused=True).count() == kept.count()
    assert {one.reason.split()[0] for one in kept} >= {"BAD_SIGNATURE", "RETIRED_CERTIFICATE", "WRONG_SELLER", "DUPLICATE_FIELD", "BAD_VALUE"}
    assert post(client, bank.ac(payment, codes.APPROVED)).content == b"OK", "the true one still counts"
    assert len(postings(2)) == 2


@pytest.mark.django_db
class TestReallySignedButNotOurOrder:
    """The bank's own word that does not fit: an officer must look, and the bank need not say it again."""

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"txn_amount": Decimal("1449.01")}, "txnAmount"),
            ({"txn_amount": Decimal("0.01")}, "txnAmount"),
            ({"seller_order_no": "99999999-1"}, "sellerOrderNo"),
            ({"txn_currency": "IDR"}, "txnCurrency"),
            ({"msg_token": messages.Model.B2C}, "msgToken"),
            ({"seller_txn_time": PAID_AT + timedelta(seconds=1)}, "sellerTxnTime"),
        ],
    )
    def test_it_is_acknowledged_parked_and_credits_nobody(
        self, client: Client, bank: Bank, payment: Payment, changes: dict[str, object], field: str
    ) -> None:
        answer = post(client, bank.ac(payment, codes.APPROVED, **changes))

        assert (answer.status_code, answer.content) == (200, b"OK")
        untouched(payment)
        kept = payment.messages.get()
        assert (kept.verdict, kept.reason) == (MessageVerdict.CONTRADICTS, f"DIFFERS {field}")
        assert AuditEvent.objects.filter(action="payment.message.contradicts", target=f"payment:{payment.pk}").exists()

    def test_an_order_that_is_not_ours(self, client: Client, bank: Bank, payment: Payment) -> None:
        answer = post(client, bank.ac(payment, codes.APPROVED, seller_ex_order_no="261112ZZZZZZZZ"))

        assert (answer.status_code, answer.content) == (200, b"OK")
        untouched(payment)
        kept = PaymentMessage.objects.get()
        assert (kept.payment, kept.verdict, kept.reason) == (None, MessageVerdict.CONTRADICTS, "UNKNOWN_ORDER")
        assert AuditEvent.objects.filter(action="payment.message.unknown_order").exists()


@pytest.mark.django_db
class TestOverHttp:
    def test_duplicates_are_answered_ok(self, client: Client, bank: Bank, payment: Payment) -> None:
        body = bank.ac(payment, codes.APPROVED)

        answers = [post(client, body) for _ in range(4)]

        assert {(answer.status_code, answer.content) for answer in answers} == {(200, b"OK")}
        assert len(postings(2)) == 2
        assert payment.messages.count() == 4

    def test_the_message_is_kept_so_that_it_can_be_read_again(self, client: Client, bank: Bank, payment: Payment) -> None:
        said = bank.ac(payment, codes.APPROVED, buyer_name="TAN & ANAK-ANAK = 100%")

        post(client, said)

        assert wire.decode(payment.messages.get().body.encode()) == said

    def test_through_the_browser_it_leads_to_the_receipt_and_pays_nothing(self, client: Client, bank: Bank, payment: Payment) -> None:
        answer = post(client, bank.ac(payment, codes.APPROVED), "indirect")

        assert (answer.status_code, answer["Location"]) == (302, f"/employer/payments/{payment.order_no}/?back")
        untouched(payment)

    @pytest.mark.parametrize("way", ["direct", "indirect"])
    def test_only_post(self, client: Client, db: None, way: str) -> None:
        assert client.get(f"/fpx/{way}/").status_code == 405


@pytest.mark.django_db
def test_a_name_changed_after_the_order_was_made_is_no_contradiction(bank: Bank, payment: Payment) -> None:
    said = bank.ac(payment, codes.APPROVED)
    employer = payment.filing.employer
    employer.name = "NAMA BAHARU SDN BHD"
    employer.save()

    assert paying.deliver(said).verdict == MessageVerdict.APPLIED
