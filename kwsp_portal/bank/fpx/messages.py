"""The messages: which fields each has, their order in the checksum, and their reading.

Source: section 9.2 of the facts on FPX. AE carries the fields of AR. In HTTP each name has the prefix `fpx_`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Self

from cryptography.hazmat.primitives import hashes

from kwsp_portal.bank.fpx import codes, wire
from kwsp_portal.bank.fpx.errors import FpxRefused, Refused
from kwsp_portal.bank.fpx.signature import PRESCRIBED, Certificates


class Model(StrEnum):
    """Who pays: the message token of FPX."""

    B2C = "01"
    B2B1 = "02"
    B2B2 = "03"


class Channel(StrEnum):
    """By which way a confirmation came. DIRECT, ENQUIRY and FILE (a row of a signed file) come from the bank itself; INDIRECT
    passes through the payer's browser and tells the page what to say."""

    DIRECT = "DIRECT"
    INDIRECT = "INDIRECT"
    ENQUIRY = "ENQUIRY"
    FILE = "FILE"


_ID = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)
_NAME = re.compile(r"[A-Z0-9]*", re.ASCII)
# Longest value of each field (assumed) and its form. `|` is nowhere allowed: it would shift one signed field into another.
FORMS: dict[str, tuple[int, re.Pattern[str] | None]] = {
    "bankList": (8_000, re.compile(r"(?:[A-Z0-9]{1,10}~[AB])(?:,[A-Z0-9]{1,10}~[AB])*", re.ASCII)),
    "buyerAccNo": (20, _ID),
    "buyerBankBranch": (40, None),
    "buyerBankId": (10, _NAME),
    "buyerEmail": (50, None),
    "buyerIban": (40, _ID),
    "buyerId": (20, _ID),
    "buyerName": (40, None),
    "checkSum": (1_024, _NAME),
    "creditAuthCode": (2, _NAME),
    "creditAuthNo": (20, _ID),
    "debitAuthCode": (2, re.compile(r"[A-Z0-9]{2}", re.ASCII)),
    "debitAuthNo": (20, _ID),
    "fpxTxnId": (20, _ID),
    "fpxTxnTime": (14, None),
    "makerName": (40, None),
    "msgToken": (2, re.compile(r"0[123]", re.ASCII)),
    "msgType": (2, _NAME),
    "productDesc": (30, None),
    "sellerBankCode": (2, _NAME),
    "sellerExId": (10, _NAME),
    "sellerExOrderNo": (40, _ID),
    "sellerId": (10, _NAME),
    "sellerOrderNo": (40, _ID),
    "sellerTxnTime": (14, None),
    "txnAmount": (16, None),
    "txnCurrency": (3, re.compile(r"[A-Z]{3}", re.ASCII)),
    "version": (4, re.compile(r"[0-9]\.[0-9]", re.ASCII)),
}
READERS: dict[str, Callable[[str], Any]] = {"txnAmount": wire.amount, "fpxTxnTime": wire.time, "sellerTxnTime": wire.time, "msgToken": Model}
_HUMP = re.compile(r"(?=[A-Z])")


def longest(wire_name: str) -> int:
    return FORMS[wire_name][0]


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message without its checksum. `SIGNED` is the order of the checksum string and names every field."""

    TYPE: ClassVar[str]
    SIGNED: ClassVar[tuple[str, ...]]
    BLANK: ClassVar[frozenset[str]]
    DIGEST: ClassVar[hashes.HashAlgorithm] = PRESCRIBED
    PREFIX: ClassVar[str] = wire.PREFIX

    @property
    def values(self) -> dict[str, str]:
        """Wire name to text, in the order of the checksum string. Raises ValueError for a value the wire cannot carry."""
        values = {name: _text(self, name) for name in self.SIGNED}
        _check_forms(values, self.BLANK)
        return values

    def signed_text(self) -> str:
        return "|".join(self.values.values())

    @classmethod
    def read(cls, pairs: wire.Pairs, certificates: Certificates, at: datetime) -> Self:
        """The message, if its fields are complete, its checksum holds at real time `at`, and its values can be read.

        The checksum is taken over the text as it came. Raises FpxRefused.
        """
        values = _shape(cls, pairs)
        certificates.check("|".join(values[name] for name in cls.SIGNED), values.pop("checkSum"), at, cls.DIGEST)
        if values["msgType"] != cls.TYPE:
            raise FpxRefused(Refused.WRONG_TYPE, "msgType")
        try:
            _check_forms(values, cls.BLANK)
            return cls(**{_attribute(name): _value(name, values[name]) for name in cls.SIGNED if name != "msgType"})
        except ValueError as fault:
            raise FpxRefused(Refused.BAD_VALUE, str(fault)) from fault


@dataclass(frozen=True, kw_only=True)
class _Request(Message):
    SIGNED: ClassVar = (
        "buyerAccNo", "buyerBankBranch", "buyerBankId", "buyerEmail", "buyerIban", "buyerId", "buyerName", "makerName",
        "msgToken", "msgType", "productDesc", "sellerBankCode", "sellerExId", "sellerExOrderNo", "sellerId",
        "sellerOrderNo", "sellerTxnTime", "txnAmount", "txnCurrency", "version",
    )  # fmt: skip
    BLANK: ClassVar = frozenset({"buyerAccNo", "buyerBankBranch", "buyerEmail", "buyerIban", "buyerId", "buyerName", "makerName"})

    buyer_bank_id: str
    msg_token: Model
    product_desc: str
    seller_bank_code: str
    seller_ex_id: str
    seller_ex_order_no: str
    seller_id: str
    seller_order_no: str
    seller_txn_time: datetime
    txn_amount: Decimal
    txn_currency: str = "MYR"
    version: str = "7.0"
    buyer_acc_no: str = ""
    buyer_bank_branch: str = ""
    buyer_email: str = ""
    buyer_iban: str = ""
    buyer_id: str = ""
    buyer_name: str = ""
    maker_name: str = ""


@dataclass(frozen=True, kw_only=True)
class AuthorisationRequest(_Request):
    """AR: the seller asks, through the payer's browser, for a payment."""

    TYPE: ClassVar = "AR"


@dataclass(frozen=True, kw_only=True)
class Enquiry(_Request):
    """AE: the seller asks the bank what became of an AR; the answer is an AC."""

    TYPE: ClassVar = "AE"


@dataclass(frozen=True, kw_only=True)
class Confirmation(Message):
    """AC: what became of an order, by the direct way, through the browser, or in answer to AE."""

    TYPE: ClassVar = "AC"
    SIGNED: ClassVar = (
        "buyerBankBranch", "buyerBankId", "buyerIban", "buyerId", "buyerName", "creditAuthCode", "creditAuthNo",
        "debitAuthCode", "debitAuthNo", "fpxTxnId", "fpxTxnTime", "makerName", "msgToken", "msgType", "sellerExId",
        "sellerExOrderNo", "sellerId", "sellerOrderNo", "sellerTxnTime", "txnAmount", "txnCurrency",
    )  # fmt: skip
    BLANK: ClassVar = frozenset(
        {
            "buyerBankBranch", "buyerBankId", "buyerIban", "buyerId", "buyerName", "creditAuthCode", "creditAuthNo",
            "debitAuthNo", "fpxTxnId", "fpxTxnTime", "makerName",
        }
    )  # fmt: skip

    debit_auth_code: str
    msg_token: Model
    seller_ex_id: str
    seller_ex_order_no: str
    seller_id: str
    seller_order_no: str
    seller_txn_time: datetime
    txn_amount: Decimal
    txn_currency: str = "MYR"
    credit_auth_code: str = ""
    credit_auth_no: str = ""
    debit_auth_no: str = ""
    fpx_txn_id: str = ""
    fpx_txn_time: datetime | None = None
    buyer_bank_branch: str = ""
    buyer_bank_id: str = ""
    buyer_iban: str = ""
    buyer_id: str = ""
    buyer_name: str = ""
    maker_name: str = ""

    def __post_init__(self) -> None:
        """An approval names the bank's transaction and its time: the payment's date hangs on it (ruling 30)."""
        if self.debit_auth_code == "00" and not (self.fpx_txn_id and self.fpx_txn_time):
            raise ValueError("fpxTxnId, fpxTxnTime")

    @property
    def outcome(self) -> codes.Outcome:
        return codes.outcome(self.debit_auth_code, self.credit_auth_code)


@dataclass(frozen=True, kw_only=True)
class BankListRequest(Message):
    """BE: which banks answer now?"""

    TYPE: ClassVar = "BE"
    SIGNED: ClassVar = ("msgToken", "msgType", "sellerExId", "version")
    BLANK: ClassVar = frozenset()

    msg_token: Model
    seller_ex_id: str
    version: str = "7.0"


@dataclass(frozen=True, kw_only=True)
class BankList(Message):
    """BC: the banks of a model, `A` available or `B` blocked."""

    TYPE: ClassVar = "BC"
    SIGNED: ClassVar = ("bankList", "msgToken", "msgType", "sellerExId")
    BLANK: ClassVar = frozenset()

    bank_list: str
    msg_token: Model
    seller_ex_id: str

    @property
    def online(self) -> dict[str, bool]:
        """Bank code to whether it answers now."""
        return {code: state == "A" for code, _, state in (one.partition("~") for one in self.bank_list.split(","))}


def _attribute(wire_name: str) -> str:
    return _HUMP.sub("_", wire_name).lower()


def _text(message: Message, wire_name: str) -> str:
    if wire_name == "msgType":
        return message.TYPE
    value = getattr(message, _attribute(wire_name))
    if isinstance(value, Decimal):
        return wire.amount_text(value)
    if isinstance(value, datetime):
        return wire.time_text(value)
    return "" if value is None else str(value)


def _value(wire_name: str, text: str) -> Any:
    """Raises ValueError with the field's name."""
    read = READERS.get(wire_name)
    if read is None:
        return text
    try:
        return read(text) if text else None
    except ValueError as fault:
        raise ValueError(wire_name) from fault


def _shape(cls: type[Message], pairs: wire.Pairs) -> dict[str, str]:
    """Every field of the message once, and no other. Raises FpxRefused."""
    wanted = {*cls.SIGNED, "checkSum"}
    values: dict[str, str] = {}
    for key, text in pairs:
        name = key.removeprefix(cls.PREFIX)
        if name not in wanted or not key.startswith(cls.PREFIX):
            raise FpxRefused(Refused.UNKNOWN_FIELD, _printable(key))
        if name in values:
            raise FpxRefused(Refused.DUPLICATE_FIELD, name)
        if len(text) > longest(name):
            raise FpxRefused(Refused.TOO_LONG, name)
        values[name] = text
    missing = sorted(wanted - values.keys())
    if missing:
        raise FpxRefused(Refused.MISSING_FIELD, ", ".join(missing))
    return values


def _check_forms(values: dict[str, str], blank: frozenset[str]) -> None:
    """Raises ValueError with the names of the fields that are blank, too long or of the wrong form."""
    wrong = [name for name, text in values.items() if not _fits(name, text, name in blank)]
    if wrong:
        raise ValueError(", ".join(wrong))


def _fits(name: str, text: str, may_be_blank: bool) -> bool:
    most, form = FORMS[name]
    if not text:
        return may_be_blank
    if len(text) > most or "|" in text or not text.isprintable():
        return False
    return form is None or form.fullmatch(text) is not None


def _printable(key: str) -> str:
    return "".join(mark for mark in key[:40] if mark.isascii() and mark.isprintable())
