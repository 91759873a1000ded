"""PR: the answer to the payout file of a day is asked for."""

import re
from dataclasses import dataclass
from typing import ClassVar, Final

from cryptography.hazmat.primitives import hashes

from kwsp_portal.bank.fpx import messages

PREFIX: Final = "payout_"

messages.FORMS["payoutDate"] = (8, re.compile(r"[0-9]{8}", re.ASCII))


@dataclass(frozen=True, kw_only=True)
class PayoutAnswersRequest(messages.Message):
    """PR: the answer to the payout file of a day, please."""

    TYPE: ClassVar = "PR"
    DIGEST: ClassVar = hashes.SHA256()
    PREFIX: ClassVar = PREFIX
    SIGNED: ClassVar = ("msgType", "payoutDate", "sellerId")
    BLANK: ClassVar = frozenset()

    payout_date: str
    seller_id: str
