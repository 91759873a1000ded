"""RSA-SHA1 over the joined fields, against openssl's output and against the arithmetic written out by hand."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from kwsp_portal.bank.fpx import client, messages, signature
from kwsp_portal.bank.fpx.client import FpxClient, Order
from kwsp_portal.bank.fpx.errors import FpxRefused
from tests.bank import keys

DATA = Path(__file__).with_name("data")
VECTORS = json.loads((DATA / "vectors.json").read_text())
VECTOR_CERTIFICATE = signature.Certificates.from_pem([(DATA / "vector.crt").read_bytes()])
MADE_AT = keys.NOW + timedelta(days=365)
AR_ORDER = (
    "buyerAccNo buyerBankBranch buyerBankId buyerEmail buyerIban buyerId buyerName makerName msgToken msgType productDesc sellerBankCode "
    "sellerExId sellerExOrderNo sellerId sellerOrderNo sellerTxnTime txnAmount txnCurrency version"
)
AC_ORDER = (
    "buyerBankBranch buyerBankId buyerIban buyerId buyerName creditAuthCode creditAuthNo debitAuthCode debitAuthNo fpxTxnId fpxTxnTime "
    "makerName msgToken msgType sellerExId sellerExOrderNo sellerId sellerOrderNo sellerTxnTime txnAmount txnCurrency"
)


def vector_pairs(kind: type[messages.Message]) -> list[tuple[str, str]]:
    vector = VECTORS[kind.TYPE]
    fields = zip(kind.SIGNED, vector["text"].split("|"), strict=True)
    return [(f"fpx_{name}", value) for name, value in fields] + [("fpx_checkSum", vector["check_sum"])]


def test_the_fields_are_joined_in_the_order_that_fpx_prescribes():
    assert messages.AuthorisationRequest.SIGNED == messages.Enquiry.SIGNED == tuple(AR_ORDER.split())
    assert tuple(AC_ORDER.split()) == messages.Confirmation.SIGNED
    assert messages.BankList.SIGNED == ("bankList", "msgToken", "msgType", "sellerExId")
    assert messages.BankListRequest.SIGNED == ("msgToken", "msgType", "sellerExId", "version")


def test_a_confirmation_signed_by_openssl_is_read():
    read = messages.Confirmation.read(vector_pairs(messages.Confirmation), VECTOR_CERTIFICATE, MADE_AT)

    assert str(read.txn_amount) == "1512.00"
    assert str(read.fpx_txn_time) == "2026-10-12 09:05:00+08:00"
    assert read.signed_text() == VECTORS["AC"]["text"]


def test_a_bank_list_signed_by_openssl_is_read():
    read = messages.BankList.read(vector_pairs(messages.BankList), VECTOR_CERTIFICATE, MADE_AT)

    assert read.online == {"HLB0224": True, "MBB0228": False}


@pytest.mark.parametrize("name", messages.Confirmation.SIGNED)
def test_any_signed_field_changed_by_one_mark_is_refused(name: str):
    flipped = {"0": "1", "A": "B"}
    pairs = [(key, flipped.get(value[:1], "A") + value[1:] if key == f"fpx_{name}" else value) for key, value in vector_pairs(messages.Confirmation)]

    with pytest.raises(FpxRefused) as refused:
        messages.Confirmation.read(pairs, VECTOR_CERTIFICATE, MADE_AT)

    assert refused.value.code == "BAD_SIGNATURE"


@pytest.mark.parametrize("spoil", [str.lower, lambda text: text[:-2], lambda text: text[:-1] + "G", lambda text: "", lambda text: text + "00"])
def test_a_check_sum_of_another_form_is_refused(spoil):
    pairs = vector_pairs(messages.Confirmation)
    pairs[-1] = ("fpx_checkSum", spoil(pairs[-1][1]))

    with pytest.raises(FpxRefused) as refused:
        messages.Confirmation.read(pairs, VECTOR_CERTIFICATE, MADE_AT)

    assert refused.value.code == "BAD_SIGNATURE"


def test_a_request_is_signed_as_the_arithmetic_says(make_client, seller_pair: keys.Pair, order: Order):
    form = make_client().authorisation_request(order)
    fields = dict(form.fields)

    text = "|".join(fields[f"fpx_{name}"] for name in AR_ORDER.split())
    assert fields["fpx_checkSum"] == keys.independent_check_sum(text, seller_pair.key)
    assert text == (
        "||MBB0228||||SYARIKAT CONTOH SDN BHD|AMINAH BINTI ALI|02|AR|Caruman Oktober 2026|01|EX00099999|P0000000001|SE00099999|"
        "BA-2026-10|20261012090000|1512.00|MYR|7.0"
    )
    assert form.url == "/demo/bank/FPXMain/seller2DReceiver.jsp"


class TestCertificates:
    text = "one|two"

    def check(self, signer: keys.Pair, current: list[keys.Pair], retired: list[keys.Pair] | None = None) -> None:
        certificates = signature.Certificates.from_pem([one.cert_pem for one in current], [one.cert_pem for one in retired or []])
        certificates.check(self.text, signature.sign(self.text, signer.key), keys.NOW)

    def test_both_certificates_hold_while_the_bank_changes_them(self, bank_pair, stranger_pair):
        self.check(bank_pair, [stranger_pair, bank_pair])
        self.check(stranger_pair, [stranger_pair, bank_pair])

    def test_a_retired_one_is_refused_and_named_so(self, bank_pair, stranger_pair):
        with pytest.raises(FpxRefused, match="RETIRED_CERTIFICATE"):
            self.check(bank_pair, [stranger_pair], [bank_pair])

    def test_an_expired_one_is_refused_and_named_so(self):
        old = keys.make_pair("old", valid=keys.expired())
        with pytest.raises(FpxRefused, match="RETIRED_CERTIFICATE"):
            self.check(old, [old])

    def test_an_unknown_one_is_refused(self, bank_pair, stranger_pair):
        with pytest.raises(FpxRefused, match="BAD_SIGNATURE"):
            self.check(stranger_pair, [bank_pair])

    def test_without_any_certificate_nothing_is_believed(self, bank_pair):
        with pytest.raises(FpxRefused, match="BAD_SIGNATURE"):
            self.check(bank_pair, [])


def test_the_portal_reads_what_the_bank_signs_for_it_only(make_client, bank_pair: keys.Pair, order: Order):
    reader: FpxClient = make_client()
    answer = messages.Confirmation(
        debit_auth_code="80",
        msg_token=order.model,
        seller_ex_id="EX00099999",
        seller_ex_order_no=order.order_no,
        seller_id="SE00088888",
        seller_order_no=order.reference,
        seller_txn_time=order.ordered_at,
        txn_amount=order.amount,
    )

    with pytest.raises(FpxRefused, match="WRONG_SELLER"):
        reader.read_ac(client.signed_pairs(answer, bank_pair.key))
