"""A bank for tests of paying: it signs real confirmations with a key of its own, whatever is wished to be in them."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from contributions.enums import DueKind
from contributions.models import Filing, Payment
from contributions.services import payment as payments
from contributions.services import receiving
from kwsp_portal.bank.fpx import client, codes, messages, wire
from kwsp_portal.common.clock import KL
from members.identity.models import Approval, User
from tests.factories import leave

PAID_AT = datetime(2026, 11, 12, 10, 30, 15, tzinfo=KL)
"""When orders of these tests are made, and paid if nothing else is said."""
BANK = "MBB0228"


@dataclass
class Bank:
    """`answers`: what each AE is answered with, one after the other: a body, or an error to raise."""

    key: rsa.RSAPrivateKey
    retired_key: rsa.RSAPrivateKey
    stranger_key: rsa.RSAPrivateKey
    answers: list[bytes | Exception]

    def says(self, payment: Payment, code: str, **changes: Any) -> messages.Confirmation:
        """The bank's word on an order, every field as it should be but for the changes."""
        order = payments.order_of(payment)
        known = code != codes.NOT_FOUND
        said = messages.Confirmation(
            debit_auth_code=code,
            credit_auth_code=code if code in (codes.APPROVED, codes.AUTHORISATION) else "",
            msg_token=order.model,
            seller_ex_id="EX00099999",
            seller_ex_order_no=order.order_no,
            seller_id="SE00099999",
            seller_order_no=order.reference,
            seller_txn_time=order.ordered_at,
            txn_amount=order.amount,
            fpx_txn_id=f"26{payment.pk:010d}" if known else "",
            fpx_txn_time=PAID_AT + timedelta(minutes=2) if known else None,
            buyer_bank_id=BANK,
            buyer_name="SYARIKAT CONTOH",
        )
        return replace(said, **changes)

    def signed(self, said: messages.Confirmation) -> wire.Pairs:
        return client.signed_pairs(said, self.key)

    def ac(self, payment: Payment, code: str, **changes: Any) -> wire.Pairs:
        """A signed confirmation."""
        return self.signed(self.says(payment, code, **changes))


def start(
    filing: Filing, by: User, at: datetime = PAID_AT, approval: Approval | None = None, part: int | None = None, late: Collection[DueKind] = ()
) -> Payment:
    """An order under the payer's code; `approval` was typed before."""
    given = approval or leave_of(filing, by, at, part, late)
    return payments.start(filing_id=filing.pk, bank_code=BANK, by=by, approval=given, on=at.astimezone(KL).date(), at=at, part=part, late=late)


def leave_of(filing: Filing, by: User, at: datetime = PAID_AT, part: int | None = None, late: Collection[DueKind] = ()) -> Approval:
    return leave.to_pay(filing.pk, by, at, part, late=late)


def deliver(pairs: wire.Pairs, channel: messages.Channel = messages.Channel.DIRECT, at: datetime = PAID_AT) -> receiving.Outcome:
    return receiving.receive(pairs=pairs, channel=channel, on=at.astimezone(KL).date(), at=at)
