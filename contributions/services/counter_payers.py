"""Who pays at a counter in a member's place: another member, or who has none of our numbers and is known by the papers (ruling 19: what is above the
ceiling goes back to who paid it).

An account is taken when its bank has named the payer as its holder, asked between transactions; who has none, or whose bank is silent, has it by
Arahan Bayaran.
"""

import uuid
from dataclasses import dataclass, replace
from typing import Final

from contributions.enums import RefundAccountEnd
from contributions.models import CounterPayer, CounterReceipt
from contributions.services import refund_verifying
from kwsp_portal.audit import services as audit
from kwsp_portal.bank import accounts, names
from members.identity.models import User
from members.models import Member

ACTION: Final = "counter.payer.account"


class NotTheirs(Exception):
    """The bank does not know the account, or as another's. `code`: one of RefundAccountEnd; SILENT where it said nothing."""

    def __init__(self, code: RefundAccountEnd) -> None:
        self.code = code
        super().__init__(code.value)


@dataclass(frozen=True, kw_only=True)
class Payer:
    """As the form and the papers have it. `member`: one of ours, and then nothing else is asked for. `phone` is E.164, `account` as accounts.number
    gives it, `holder` what its bank calls who has it."""

    name: str
    member: Member | None = None
    identity: str = ""
    phone: str = ""
    bank: str = ""
    account: str = ""
    holder: str = ""


def named(payer: Payer, *, token: uuid.UUID, whose: Member, by: User) -> Payer:
    """With the holder as the bank names them; asks the bank, outside any transaction, and of the same page the same question. Raises NotTheirs, which
    the trail keeps."""
    if not payer.bank:
        return payer
    key = uuid.uuid5(token, f"{payer.bank} {payer.account} {payer.name}").hex
    question = names.Question(key=key, bank=payer.bank, account=payer.account, holder=payer.name)
    try:
        answer = names.bank().ask(question)
    except names.NoAnswer as silent:
        raise NotTheirs(RefundAccountEnd.SILENT) from silent
    why = refund_verifying.why_not(payer.name, answer)
    if why is not None:
        data = {"code": why.value, "bank": accounts.name(payer.bank), "ending": payer.account[-4:]}
        audit.record_refusal(actor=by, action=ACTION, target=whose, data=data, subjects=[whose])
        raise NotTheirs(why)
    return replace(payer, holder=answer.holder)


def keep(payer: Payer, receipt: CounterReceipt) -> CounterPayer:
    """In the caller's transaction, which has just written the receipt."""
    account = {"bank": payer.bank, "account": payer.account, "ending": payer.account[-4:], "holder": payer.holder} if payer.bank else {}
    who = {"member": payer.member} if payer.member else {"identity": payer.identity, "phone": payer.phone, **account}
    return CounterPayer.objects.create(receipt=receipt, **who)
