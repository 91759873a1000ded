"""Money of an application on the ledger: held when it is applied for, free again when it comes to nothing (ruling 26)."""

import contextlib
from collections.abc import Iterable, Sequence
from datetime import date

from kwsp_portal.common.money import to_sen
from members.ledger import posting
from members.ledger.enums import HoldKind
from withdrawals.enums import PaymentState
from withdrawals.kinds.base import Charge
from withdrawals.models import Application


def hold(found: Application, charges: Iterable[Charge], *, on: date) -> list[int]:
    """Hold what is charged to each account, in the caller's transaction, and say which holds these are. What was held for the application before and
    released keeps its place: a hold's part is never used twice. Raises posting.Insufficient, posting.Frozen."""
    part, holds = 0, []
    for charge in charges:
        placed = None
        while placed is None:
            with contextlib.suppress(posting.AlreadyHeld):
                placed = posting.place_hold(
                    account=posting.member(found.member_id, charge.account),
                    amount_sen=to_sen(charge.amount),
                    kind=HoldKind.WITHDRAWAL,
                    ref=found.pk,
                    booked_on=on,
                    part=part,
                )
            part += 1
        holds.append(placed)
    return holds


def release(holds: Sequence[int], *, on: date) -> None:
    """Free what is held, wherever its money stands now."""
    for one in holds:
        posting.release_hold(one, booked_on=on)


class OnItsWay(Exception):
    """The bank has a payment that it has not answered for."""


def free(found: Application, *, on: date) -> None:
    """All that is held for it is free, and no payment of it follows. In the caller's transaction, which has locked it and saves `holds`. Raises
    OnItsWay, and nothing is free."""
    payments = list(found.payments.select_for_update(of=("self",), no_key=True).exclude(state__in=[PaymentState.PAID, PaymentState.CANCELLED]))
    if any(payment.state == PaymentState.ORDERED for payment in payments):
        raise OnItsWay
    over = [payment for payment in payments if payment.state in (PaymentState.PLANNED, PaymentState.RETURNED)]
    release([*found.holds, *(one for payment in over for one in payment.holds if one not in found.holds)], on=on)
    found.payments.filter(pk__in=[payment.pk for payment in over]).update(state=PaymentState.CANCELLED, holds=[])
    found.holds = []
