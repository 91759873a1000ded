"""DM, DX and DN: a mandate asked for, a mandate ended, and what the bank's books say of it. The same question again gets the present state."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Final

from cryptography.hazmat.primitives import hashes

from kwsp_portal.bank.fpx import messages, wire
from kwsp_portal.bank.names.messages import LONGEST_NAME  # and the forms of accountBank, accountNo, holderName

__all__ = ["LONGEST_NAME", "AnswersRequest", "BankReason", "BankState", "MandateAnswer", "MandateEnd", "MandateRequest"]

PREFIX: Final = "dda_"


class BankState(StrEnum):
    """What the bank says of a mandate. PENDING: it has not decided; CANCELLED: it was in force and is no more; UNKNOWN: it has
    none of that number."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    REFUSED = "REFUSED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


class BankReason(StrEnum):
    """Why a mandate is refused or no more."""

    NAME = "NAME"
    CLOSED = "CLOSED"
    POLICY = "POLICY"
    CUSTOMER = "CUSTOMER"
    PAYEE = "PAYEE"


messages.FORMS.update(
    {
        "ceiling": (16, None),
        "mandateNo": (20, re.compile(r"[A-Z0-9]+", re.ASCII)),
        "mandateReason": (8, re.compile("|".join(BankReason))),
        "mandateState": (9, re.compile("|".join(BankState))),
        "collectionDate": (8, re.compile(r"[0-9]{8}", re.ASCII)),
    }
)
messages.READERS["ceiling"] = wire.amount


@dataclass(frozen=True, kw_only=True)
class _Own(messages.Message):
    DIGEST: ClassVar = hashes.SHA256()
    PREFIX: ClassVar = PREFIX
    BLANK: ClassVar = frozenset()


@dataclass(frozen=True, kw_only=True)
class MandateRequest(_Own):
    """DM: may the fund debit this account, up to the ceiling each time? Asked again it is the question how that stands."""

    TYPE: ClassVar = "DM"
    SIGNED: ClassVar = ("accountBank", "accountNo", "ceiling", "holderName", "mandateNo", "msgType", "sellerId")

    account_bank: str
    account_no: str
    ceiling: Decimal
    holder_name: str
    mandate_no: str
    seller_id: str


@dataclass(frozen=True, kw_only=True)
class MandateEnd(_Own):
    """DX: the fund asks for nothing more under this mandate."""

    TYPE: ClassVar = "DX"
    SIGNED: ClassVar = ("mandateNo", "msgType", "sellerId")

    mandate_no: str
    seller_id: str


@dataclass(frozen=True, kw_only=True)
class MandateAnswer(_Own):
    """DN: how the mandate stands in the bank's books."""

    TYPE: ClassVar = "DN"
    SIGNED: ClassVar = ("mandateNo", "mandateReason", "mandateState", "msgType", "sellerId")
    BLANK: ClassVar = frozenset({"mandateReason"})

    mandate_no: str
    mandate_state: str
    seller_id: str
    mandate_reason: str = ""

    def __post_init__(self) -> None:
        """What was refused or ended has its reason, and nothing else has one."""
        if bool(self.mandate_reason) != (self.mandate_state in (BankState.REFUSED, BankState.CANCELLED)):
            raise ValueError("mandateReason")


@dataclass(frozen=True, kw_only=True)
class AnswersRequest(_Own):
    """DR: the answer to the collection file of a day, please."""

    TYPE: ClassVar = "DR"
    SIGNED: ClassVar = ("collectionDate", "msgType", "sellerId")

    collection_date: str
    seller_id: str
