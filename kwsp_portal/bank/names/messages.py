"""NE and NA: the question whose account a number is, and the answer. The house's own, in FPX's way of writing and signing, with SHA-256."""

import re
from dataclasses import dataclass
from typing import ClassVar

from cryptography.hazmat.primitives import hashes

from kwsp_portal.bank.fpx import messages
from kwsp_portal.bank.names import AccountKind, AccountState

NOT_IN_NAMES = re.compile(r"[|\x00-\x1f]")
LONGEST_NAME = 120

messages.FORMS.update(
    {
        "accountBank": (11, re.compile(r"[A-Z0-9]{8}(?:[A-Z0-9]{3})?", re.ASCII)),
        "accountKind": (7, re.compile("|".join(AccountKind))),
        "accountNo": (20, re.compile(r"[0-9]{5,20}", re.ASCII)),
        "accountState": (7, re.compile("|".join(AccountState))),
        "enquiryId": (40, re.compile(r"[A-Za-z0-9-]+", re.ASCII)),
        "holderName": (LONGEST_NAME, None),
    }
)


@dataclass(frozen=True, kw_only=True)
class NameEnquiry(messages.Message):
    """NE: whose account is this? The same `enquiryId` is the same question."""

    TYPE: ClassVar = "NE"
    DIGEST: ClassVar = hashes.SHA256()
    SIGNED: ClassVar = ("accountBank", "accountNo", "enquiryId", "holderName", "msgType", "sellerExId")
    BLANK: ClassVar = frozenset()

    account_bank: str
    account_no: str
    enquiry_id: str
    holder_name: str
    seller_ex_id: str


@dataclass(frozen=True, kw_only=True)
class NameAnswer(messages.Message):
    """NA: what the bank's books say of it, with all that was asked."""

    TYPE: ClassVar = "NA"
    DIGEST: ClassVar = hashes.SHA256()
    SIGNED: ClassVar = ("accountBank", "accountKind", "accountNo", "accountState", "enquiryId", "holderName", "msgType", "sellerExId")
    BLANK: ClassVar = frozenset({"accountKind", "holderName"})

    account_bank: str
    account_no: str
    account_state: str
    enquiry_id: str
    seller_ex_id: str
    account_kind: str = ""
    holder_name: str = ""
