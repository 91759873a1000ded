"""MR, MS and MC: the order, the question what became of it, and the bank's word. Codes of results are those of FPX (assumed)."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final, Self

from cryptography.hazmat.primitives import hashes

from kwsp_portal.bank.fpx import codes, messages, wire

PREFIX: Final = "m2u_"
BANK: Final = "MB2U0227"
"""Maybank2u among the banks of banks.yaml."""
_ID: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)

messages.FORMS.update(
    {
        "bankReference": (20, _ID),
        "bankTime": (14, None),
        "orderNo": (40, _ID),
        "orderReference": (40, _ID),
        "orderTime": (14, None),
        "payeeCode": (10, re.compile(r"[A-Z0-9]+", re.ASCII)),
        "payerName": (40, None),
        "resultCode": (2, re.compile(r"[A-Z0-9]{2}", re.ASCII)),
    }
)
messages.READERS.update({"bankTime": wire.time, "orderTime": wire.time})


@dataclass(frozen=True, kw_only=True)
class _Asked(messages.Message):
    DIGEST: ClassVar = hashes.SHA256()
    PREFIX: ClassVar = PREFIX
    SIGNED: ClassVar = (
        *("makerName", "msgType", "orderNo", "orderReference", "orderTime", "payeeCode", "payerName", "productDesc", "txnAmount"),
        "txnCurrency",
    )
    BLANK: ClassVar = frozenset({"makerName", "payerName"})

    order_no: str
    order_reference: str
    order_time: datetime
    payee_code: str
    product_desc: str
    txn_amount: Decimal
    txn_currency: str = "MYR"
    maker_name: str = ""
    payer_name: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderRequest(_Asked):
    """MR: the payer's browser brings the order to Maybank."""

    TYPE: ClassVar = "MR"


@dataclass(frozen=True, kw_only=True)
class StatusRequest(_Asked):
    """MS: what became of an MR? The answer is an MC."""

    TYPE: ClassVar = "MS"


@dataclass(frozen=True, kw_only=True)
class Result(messages.Message):
    """MC: what became of an order, by the direct way, through the browser, or in answer to MS."""

    TYPE: ClassVar = "MC"
    DIGEST: ClassVar = hashes.SHA256()
    PREFIX: ClassVar = PREFIX
    SIGNED: ClassVar = (
        *("bankReference", "bankTime", "msgType", "orderNo", "orderReference", "orderTime", "payeeCode", "resultCode", "txnAmount"),
        "txnCurrency",
    )
    BLANK: ClassVar = frozenset({"bankReference", "bankTime"})

    order_no: str
    order_reference: str
    order_time: datetime
    payee_code: str
    result_code: str
    txn_amount: Decimal
    txn_currency: str = "MYR"
    bank_reference: str = ""
    bank_time: datetime | None = None

    def __post_init__(self) -> None:
        """An approval names the bank's transaction and its time: the payment's date hangs on it (ruling 30)."""
        if self.result_code == codes.APPROVED and not (self.bank_reference and self.bank_time):
            raise ValueError("bankReference, bankTime")

    @classmethod
    def of(cls, said: messages.Confirmation) -> Self:
        """The same word in this protocol."""
        return cls(
            order_no=said.seller_ex_order_no,
            order_reference=said.seller_order_no,
            order_time=said.seller_txn_time,
            payee_code=said.seller_id,
            result_code=said.debit_auth_code,
            txn_amount=said.txn_amount,
            txn_currency=said.txn_currency,
            bank_reference=said.fpx_txn_id,
            bank_time=said.fpx_txn_time,
        )

    def confirmation(self, seller_ex_id: str) -> messages.Confirmation:
        """The same word as FPX gives it: of all banks the portal knows one kind of word, and one thing to do about it."""
        return messages.Confirmation(
            buyer_bank_id=BANK,
            credit_auth_code=self.result_code if self.result_code in (codes.APPROVED, codes.AUTHORISATION) else "",
            debit_auth_code=self.result_code,
            fpx_txn_id=self.bank_reference,
            fpx_txn_time=self.bank_time,
            msg_token=messages.Model.B2B1,
            seller_ex_id=seller_ex_id,
            seller_ex_order_no=self.order_no,
            seller_id=self.payee_code,
            seller_order_no=self.order_reference,
            seller_txn_time=self.order_time,
            txn_amount=self.txn_amount,
            txn_currency=self.txn_currency,
        )
