"""Payouts: held money ordered to an account, and who hears what became of it.

Whoever asks for one (an employer's refund, a member's withdrawal) holds its money first and orders it in the same transaction as the decision; the
file of the day takes it (payout_files). What is told of it is the owner's to tell: `owned` names who hears of payouts of a kind.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple, Protocol

from django.db import connection, transaction

from kwsp_portal import bulk, encryption
from kwsp_portal.common.money import from_sen, to_sen
from members.enums import PayoutKind, PayoutState
from members.ledger import posting
from members.models import Payout
from members.models.payouts import OPEN

ORDER_BANK: Final = "RHBBMYKL"
"""Whose branches pay out an Arahan Bayaran in cash (seed 004): a row of the same file, with the order's number in place of an account."""
_SIGNS: Final = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789" * 8
"""The sign of a number for each byte."""


class Payee(NamedTuple):
    """An account that its bank has said is the holder's."""

    bank: str
    account: str
    holder: str


class Owner(Protocol):
    """Who hears of the payouts of a kind, in the transaction in which it happens to them. Whose payouts go by the thousand hears of them together."""

    def sent(self, payout: Payout, on: date) -> None: ...

    def sent_many(self, payouts: Sequence[Payout], on: date) -> None:
        for payout in payouts:
            self.sent(payout, on)

    def paid(self, payout: Payout, on: date) -> None: ...

    def returned(self, payout: Payout, on: date, at: datetime) -> None:
        """Its money stands again where it was held, and is held no more."""


class Watch(Protocol):
    """Who hears that a file is not as it should be, once for each cause, and that it is again."""

    def trouble(self, *, silent: bool, cause: str, reason: str, on: date) -> None: ...

    def over(self, *, cause: str, on: date) -> None: ...


class NotHeld(Exception):
    """The holds do not add up to what is to be paid."""


OWNERS: Final[dict[PayoutKind, Owner]] = {}
WATCHES: Final[list[Watch]] = []


def owned(kind: PayoutKind, owner: Owner) -> None:
    """Have `owner` hear of payouts of a kind (called once, by its work.py)."""
    OWNERS[kind] = owner


def watched(watch: Watch) -> None:
    """Have `watch` hear of files (called once, by its work.py)."""
    if watch not in WATCHES:
        WATCHES.append(watch)


def order(*, kind: PayoutKind, ref: int, holds: Sequence[int], amount: Decimal, payee: Payee, on: date) -> Payout:
    """Have held money paid with the file of the next day that is made. In the caller's transaction. A second order of the same cause finds the first,
    while that is on its way or paid.

    Raises NotHeld where the holds are another sum, posting.HoldEnded where one is there no more.
    """
    with transaction.atomic():
        standing = Payout.objects.filter(kind=kind, ref=ref, state__in=(*OPEN, PayoutState.PAID)).first()
        if standing is not None:
            return standing
        held = from_sen(sum(hold.amount_sen for hold in posting.standing(holds)))
        if held != amount:
            raise NotHeld(f"{kind} {ref}: found {held:.2f} held, expected {amount:.2f}")
        made = _ordered(kind, Order(ref, holds, amount, payee), on, attempt=Payout.objects.filter(kind=kind, ref=ref).count() + 1)
        made.save()
    return made


class Order(NamedTuple):
    """One of many: what it is for, the holds that add up to its amount (RM), and to whom it goes."""

    ref: int
    holds: Sequence[int]
    amount: Decimal
    payee: Payee


_ORDER_MANY: Final = """
INSERT INTO members_payout (number, kind, ref, attempt, holds, amount, bank, account, ending, holder, state, ordered_on, reason, bank_id)
SELECT number, %s, ref, 1, holds::bigint[], amount, bank, decode(account, 'hex'), ending, decode(holder, 'hex'), %s, %s, '', ''
  FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS new (number, ref, holds, amount, bank, account, ending, holder)
"""


def order_many(*, kind: PayoutKind, orders: Sequence[Order], on: date) -> None:
    """`order` for a chunk of thousands of causes of which none was ever ordered. In the caller's transaction, which has placed the holds.

    Raises NotHeld where the holds that stand there are another sum in all; a cause that was ordered before is an IntegrityError.
    """
    with transaction.atomic():
        wanted = sum((one.amount for one in orders), Decimal(0))
        held = from_sen(posting.held_sen([hold for one in orders for hold in one.holds]))
        if held != wanted:
            raise NotHeld(f"{kind}: found {held:.2f} held, expected {wanted:.2f}")
        columns = (
            bulk.texts([_number() for _one in orders]),
            bulk.numbers(one.ref for one in orders),
            bulk.texts([bulk.numbers(one.holds) for one in orders]),
            bulk.numbers(to_sen(one.amount) for one in orders),
            bulk.texts([one.payee.bank for one in orders]),
            bulk.texts([_encrypted("account", one.payee.account) for one in orders]),
            bulk.texts([one.payee.account[-4:] for one in orders]),
            bulk.texts([_encrypted("holder", one.payee.holder) for one in orders]),
        )
        with connection.cursor() as cursor:
            cursor.execute(_ORDER_MANY, [kind.value, PayoutState.ORDERED.value, on, *columns])


def _number() -> str:
    """By which the bank knows a payout, for ever: nobody guesses it."""
    return "PO" + secrets.token_bytes(14).translate(_SIGNS).decode("ascii")


def _encrypted(name: str, text: str) -> str:
    """A text as its column of Payout keeps it, in hexadecimal digits."""
    purpose: str = getattr(Payout._meta.get_field(name), "purpose")  # noqa: B009 - EncryptedTextField's
    return encryption.encrypt(text, purpose=purpose).hex()


def _ordered(kind: PayoutKind, one: Order, on: date, *, attempt: int) -> Payout:
    return Payout(
        number=_number(),
        kind=kind,
        ref=one.ref,
        attempt=attempt,
        holds=list(one.holds),
        amount=one.amount,
        bank=one.payee.bank,
        account=one.payee.account,
        ending=one.payee.account[-4:],
        holder=one.payee.holder,
        ordered_on=on,
    )


def cancel(*, payout_id: int, on: date) -> bool:
    """Take back an order that is in no file yet; its money stays held. False where it is too late. In the caller's transaction."""
    with transaction.atomic():
        payout = Payout.objects.select_for_update(of=("self",), no_key=True).get(pk=payout_id)
        if payout.state != PayoutState.ORDERED:
            return False
        payout.state, payout.ended_on = PayoutState.CANCELLED, on
        payout.save(update_fields=["state", "ended_on"])
    return True
