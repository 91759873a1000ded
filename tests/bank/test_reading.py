"""What is refused before and after the signature is looked at."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from kwsp_portal.bank.fpx import client, codes, messages, signature, wire
from kwsp_portal.bank.fpx.client import FpxClient, Order
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.common.clock import KL
from tests.bank import keys


def confirmation(order: Order, **changes: Any) -> messages.Confirmation:
    usual = messages.Confirmation(
        buyer_bank_id=order.bank_id,
        buyer_name=order.buyer_name,
        credit_auth_code="00",
        debit_auth_code="00",
        debit_auth_no="00000001",
        fpx_txn_id="2610120905000001",
        fpx_txn_time=datetime(2026, 10, 12, 9, 5, tzinfo=KL),
        msg_token=order.model,
        seller_ex_id="EX00099999",
        seller_ex_order_no=order.order_no,
        seller_id="SE00099999",
        seller_order_no=order.reference or order.order_no,
        seller_txn_time=order.ordered_at,
        txn_amount=order.amount,
    )
    return replace(usual, **changes)


@pytest.fixture
def pairs(order: Order, bank_pair: keys.Pair) -> wire.Pairs:
    return client.signed_pairs(confirmation(order), bank_pair.key)


@pytest.fixture
def reader(make_client) -> FpxClient:
    return make_client()


def refusal(reader: FpxClient, pairs: wire.Pairs) -> str:
    with pytest.raises(FpxRefused) as refused:
        reader.read_ac(pairs)
    return f"{refused.value.code} {refused.value.detail}"


def resigned(pairs: wire.Pairs, key, **values: str) -> wire.Pairs:
    """The message with other values, signed anew by the bank: what a faulty bank could send."""
    changed = {**dict(pairs), **{f"fpx_{name}": value for name, value in values.items()}}
    text = "|".join(changed[f"fpx_{name}"] for name in messages.Confirmation.SIGNED)
    changed["fpx_checkSum"] = signature.sign(text, key)
    return list(changed.items())


def test_a_good_message_is_read_and_agrees_with_its_order(reader: FpxClient, pairs: wire.Pairs, order: Order):
    read = reader.read_ac(pairs)

    assert read.outcome is codes.Outcome.APPROVED
    assert client.disagreements(order, read) == ()


def test_the_order_of_the_fields_in_the_body_does_not_matter(reader: FpxClient, pairs: wire.Pairs):
    assert reader.read_ac(pairs[::-1]) == reader.read_ac(wire.decode(wire.encode(pairs)))


@pytest.mark.parametrize("name", [*messages.Confirmation.SIGNED, "checkSum"])
def test_a_missing_field_is_refused(reader: FpxClient, pairs: wire.Pairs, name: str):
    left = [pair for pair in pairs if pair[0] != f"fpx_{name}"]

    assert refusal(reader, left) == f"MISSING_FIELD {name}"


@pytest.mark.parametrize("name", [*messages.Confirmation.SIGNED, "checkSum"])
def test_a_field_given_twice_is_refused_even_with_the_same_value(reader: FpxClient, pairs: wire.Pairs, name: str):
    again = [*pairs, (f"fpx_{name}", dict(pairs)[f"fpx_{name}"])]

    assert refusal(reader, again) == f"DUPLICATE_FIELD {name}"


@pytest.mark.parametrize("key", ["fpx_buyerEmail", "txnAmount", "fpx_txnamount", "FPX_txnAmount", "fpx_", "", "csrfmiddlewaretoken"])
def test_a_field_the_message_does_not_have_is_refused(reader: FpxClient, pairs: wire.Pairs, key: str):
    assert refusal(reader, [*pairs, (key, "1")]).startswith("UNKNOWN_FIELD")


@pytest.mark.parametrize("name", messages.Confirmation.SIGNED)
def test_an_overlong_field_is_refused(reader: FpxClient, pairs: wire.Pairs, bank_pair: keys.Pair, name: str):
    long = "0" * (messages.longest(name) + 1)

    assert refusal(reader, resigned(pairs, bank_pair.key, **{name: long})) == f"TOO_LONG {name}"


@pytest.mark.parametrize(
    "amount", ["1512", "1512.0", "1512.000", "1,512.00", "-1.00", "+1.00", "1e5", "NaN", " 1.00", "١.٠٠", "１.００", "1.00\n", ""]
)
def test_an_amount_of_another_form_is_refused_though_signed(reader: FpxClient, pairs: wire.Pairs, bank_pair: keys.Pair, amount: str):
    assert refusal(reader, resigned(pairs, bank_pair.key, txnAmount=amount)) == "BAD_VALUE txnAmount"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fpxTxnTime", "20261012"),
        ("fpxTxnTime", "20261312090000"),
        ("fpxTxnTime", "２0261012090000"),
        ("sellerTxnTime", ""),
        ("debitAuthCode", ""),
        ("debitAuthCode", "0"),
        ("msgToken", "04"),
        ("txnCurrency", "myr"),
        ("sellerExOrderNo", ""),
        ("sellerExOrderNo", "A B"),
        ("buyerName", "A|B"),
        ("buyerName", "A\nB"),
        ("buyerName", "A\x00B"),
        ("fpxTxnId", ""),
    ],
)
def test_a_value_of_another_form_is_refused_though_signed(reader: FpxClient, pairs: wire.Pairs, bank_pair: keys.Pair, name: str, value: str):
    assert refusal(reader, resigned(pairs, bank_pair.key, **{name: value})).startswith("BAD_VALUE")


def test_another_type_of_message_is_refused_though_signed(reader: FpxClient, pairs: wire.Pairs, bank_pair: keys.Pair):
    assert refusal(reader, resigned(pairs, bank_pair.key, msgType="AR")) == "WRONG_TYPE msgType"


def test_no_field_can_slide_into_its_neighbour(reader: FpxClient, pairs: wire.Pairs):
    """`a|` + `b` and `a` + `|b` join to one signed text: the sign between them is allowed in no field."""
    shifted = [
        ("fpx_buyerBankId", "|MBB0228") if name == "fpx_buyerBankId" else (name, "") if name == "fpx_buyerBankBranch" else (name, value)
        for name, value in pairs
    ]
    shifted = [(name, "" if name == "fpx_buyerIban" else value) for name, value in shifted]
    moved = [(name, "MBB0228|" if name == "fpx_buyerBankId" else value) for name, value in shifted if name != "fpx_buyerIban"]

    assert refusal(reader, shifted).startswith(("BAD_SIGNATURE", "BAD_VALUE"))
    assert refusal(reader, moved).startswith("MISSING_FIELD")


def test_an_open_order_needs_no_transaction_of_the_bank(reader: FpxClient, order: Order, bank_pair: keys.Pair):
    unknown = confirmation(order, debit_auth_code="76", credit_auth_code="", fpx_txn_id="", fpx_txn_time=None, debit_auth_no="")

    read = reader.read_ac(client.signed_pairs(unknown, bank_pair.key))

    assert read.outcome is codes.Outcome.NOT_FOUND
    assert read.fpx_txn_time is None


def test_what_the_bank_says_differently_is_named(order: Order):
    said = confirmation(order, txn_amount=Decimal("1513.00"), txn_currency="USD", seller_ex_order_no="P0000000002", seller_order_no="X")

    assert client.disagreements(order, said) == ("sellerExOrderNo", "sellerOrderNo", "txnAmount", "txnCurrency")


class TestBodies:
    @pytest.mark.parametrize("body", [b"fpx_a=%ff", b"fpx_a=\xc3\xa9", b"fpx_a", b"a=1&b", b"&".join([b"a=1"] * 41)])
    def test_a_body_that_is_no_clean_form_is_refused(self, body: bytes):
        with pytest.raises(FpxRefused, match="BAD_ENCODING"):
            wire.decode(body)

    def test_a_body_that_is_too_large_is_refused_unread(self):
        with pytest.raises(FpxRefused, match="TOO_LARGE"):
            wire.decode(b"a=" + b"1" * wire.LARGEST_BODY)

    def test_repeated_and_blank_fields_are_kept_for_the_reader_to_judge(self):
        assert wire.decode(b"a=1&a=2&b=&c=%C3%A9+x\n") == [("a", "1"), ("a", "2"), ("b", ""), ("c", "é x")]


class TestWriting:
    @pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "1.001", "99999999999999.00"])
    def test_an_amount_that_fpx_cannot_carry_is_never_sent(self, reader: FpxClient, order: Order, amount: str):
        with pytest.raises(ValueError, match=r"amount|txnAmount"):
            reader.authorisation_request(replace(order, amount=Decimal(amount)))

    def test_a_time_without_a_zone_is_never_sent(self, reader: FpxClient, order: Order):
        with pytest.raises(ValueError, match="zone"):
            reader.authorisation_request(replace(order, ordered_at=datetime(2026, 10, 12)))  # noqa: DTZ001

    @pytest.mark.parametrize("order_no", ["", "A B", "A|B", "A" * 41, "É1"])
    def test_an_order_number_that_fpx_cannot_carry_is_never_sent(self, reader: FpxClient, order: Order, order_no: str):
        with pytest.raises(ValueError, match="sellerExOrderNo"):
            reader.authorisation_request(replace(order, order_no=order_no))

    def test_names_are_made_to_fit(self, reader: FpxClient, order: Order):
        name = "MUTHU A/L RAMAN | SONS\n& CO \u2028" + "X" * 50

        fields = dict(reader.authorisation_request(replace(order, buyer_name=name)).fields)

        assert fields["fpx_buyerName"] == "MUTHU A/L RAMAN SONS & CO XXXXXXXXXXXXXX"
        assert len(fields["fpx_buyerName"]) == 40

    def test_times_are_told_in_kuala_lumpur(self):
        moment = datetime(2026, 10, 14, 17, 30, 5, tzinfo=UTC)

        assert wire.time_text(moment) == "20261015013005"
        assert wire.time("20261015013005") == moment


class TestCodes:
    @pytest.mark.parametrize(
        ("debit", "credit", "outcome"),
        [
            ("00", "00", "APPROVED"),
            ("00", "", "PENDING"),
            ("00", "51", "PENDING"),
            ("09", "", "PENDING"),
            ("99", "99", "AUTHORISATION"),
            ("51", "", "FAILED"),
            ("80", "00", "FAILED"),
            ("48", "", "FAILED"),
            ("2A", "", "FAILED"),
            ("OE", "", "FAILED"),
            ("OF", "", "FAILED"),
            ("XB", "", "FAILED"),
            ("1M", "", "FAILED"),
            ("76", "", "NOT_FOUND"),
            ("45", "", "DUPLICATE"),
            ("ZZ", "00", "UNKNOWN"),
        ],
    )
    def test_what_a_pair_of_codes_says(self, debit: str, credit: str, outcome: str):
        assert codes.outcome(debit, credit) == outcome

    def test_every_code_has_words(self):
        assert all(meaning.words for meaning in codes.TABLE.values())
        assert codes.meaning("ZZ").words
