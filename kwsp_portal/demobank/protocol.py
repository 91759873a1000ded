"""The bank's end of the protocol: reading the seller's messages, and making and signing its own."""

from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from kwsp_portal.bank import banks
from kwsp_portal.bank.fpx import client, codes, messages, signature, wire
from kwsp_portal.bank.maybank2u import messages as maybank2u
from kwsp_portal.common import clock, money
from kwsp_portal.demobank.enums import Fault, Way
from kwsp_portal.demobank.models import Order

_WRONG_ORDER_SUFFIX = "X"


@cache
def own_key() -> rsa.RSAPrivateKey:
    return signature.private_key(Path(settings.KEY).read_bytes())


@cache
def seller_certificates() -> signature.Certificates:
    return signature.Certificates.from_pem([Path(path).read_bytes() for path in settings.SELLER_CERTS])


@cache
def _withdrawn_key() -> rsa.RSAPrivateKey:
    """The withdrawn key that was given; without one, a key nobody knows."""
    if settings.RETIRED_KEY:
        return signature.private_key(Path(settings.RETIRED_KEY).read_bytes())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def read_request(body: bytes) -> messages.AuthorisationRequest:
    return messages.AuthorisationRequest.read(wire.decode(body), seller_certificates(), clock.now())


def read_enquiry(body: bytes) -> messages.Enquiry:
    return messages.Enquiry.read(wire.decode(body), seller_certificates(), clock.now())


def read_maybank2u_order(body: bytes) -> messages.AuthorisationRequest:
    """MR, as the order that an AR of the same payment asks for."""
    return _as_ar(maybank2u.OrderRequest.read(wire.decode(body), seller_certificates(), clock.now()))


def read_maybank2u_question(body: bytes) -> messages.AuthorisationRequest:
    """MS likewise."""
    return _as_ar(maybank2u.StatusRequest.read(wire.decode(body), seller_certificates(), clock.now()))


def _as_ar(asked: maybank2u.OrderRequest | maybank2u.StatusRequest) -> messages.AuthorisationRequest:
    return messages.AuthorisationRequest(
        buyer_bank_id=maybank2u.BANK,
        buyer_name=asked.payer_name,
        maker_name=asked.maker_name,
        msg_token=messages.Model.B2B1,
        product_desc=asked.product_desc,
        seller_bank_code="01",
        seller_ex_id=asked.payee_code,
        seller_ex_order_no=asked.order_no,
        seller_id=asked.payee_code,
        seller_order_no=asked.order_reference,
        seller_txn_time=asked.order_time,
        txn_amount=asked.txn_amount,
        txn_currency=asked.txn_currency,
    )


def read_bank_list_request(body: bytes) -> messages.BankListRequest:
    return messages.BankListRequest.read(wire.decode(body), seller_certificates(), clock.now())


def confirmation(order: Order) -> messages.Confirmation:
    """What the bank's books say of the order now."""
    debited = order.code == codes.APPROVED
    return messages.Confirmation(
        buyer_bank_branch=banks.name(order.bank_code),
        buyer_bank_id=order.bank_code,
        buyer_id=order.buyer_id,
        buyer_name=order.buyer_name,
        credit_auth_code=order.code if order.code in (codes.APPROVED, codes.AUTHORISATION) else "",
        credit_auth_no=order.auth_no if debited else "",
        debit_auth_code=order.code,
        debit_auth_no=order.auth_no if debited else "",
        fpx_txn_id=order.fpx_txn_id,
        fpx_txn_time=order.fpx_txn_time,
        maker_name=order.maker_name,
        msg_token=messages.Model(order.model),
        seller_ex_id=order.seller_ex_id,
        seller_ex_order_no=order.order_no,
        seller_id=order.seller_id,
        seller_order_no=order.reference,
        seller_txn_time=order.seller_txn_time,
        txn_amount=money.from_sen(order.debited_sen),
    )


def refusal(request: messages.AuthorisationRequest | messages.Enquiry, code: str) -> messages.Confirmation:
    """An answer about a request that is in no book: nothing but what it said, and the code."""
    return messages.Confirmation(
        buyer_bank_id=request.buyer_bank_id,
        buyer_id=request.buyer_id,
        buyer_name=request.buyer_name,
        debit_auth_code=code,
        maker_name=request.maker_name,
        msg_token=request.msg_token,
        seller_ex_id=request.seller_ex_id,
        seller_ex_order_no=request.seller_ex_order_no,
        seller_id=request.seller_id,
        seller_order_no=request.seller_order_no,
        seller_txn_time=request.seller_txn_time,
        txn_amount=request.txn_amount,
    )


def signed(message: messages.Message) -> wire.Pairs:
    return client.signed_pairs(message, own_key())


def said(message: messages.Confirmation, way: str) -> messages.Message:
    """The bank's word in the protocol of the order."""
    return maybank2u.Result.of(message) if way == Way.MAYBANK2U else message


def signed_with_fault(message: messages.Confirmation, fault: str, way: str) -> wire.Pairs:
    """The message as the chosen fault spoils it on its way to the portal."""
    if fault == Fault.RETIRED_KEY:
        return client.signed_pairs(said(message, way), _withdrawn_key())
    if fault == Fault.WRONG_ORDER:
        wrong = {**vars(message), "seller_ex_order_no": message.seller_ex_order_no[:39] + _WRONG_ORDER_SUFFIX}
        return signed(said(messages.Confirmation(**wrong), way))
    pairs = signed(said(message, way))
    if fault == Fault.BAD_SIGNATURE:
        name, check_sum = pairs[-1]
        pairs[-1] = (name, ("0" if check_sum[0] != "0" else "1") + check_sum[1:])
    return pairs
