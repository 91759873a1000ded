"""A running plan gives way to a Pengeluaran Khas (ruling 25a): what it holds and no bank was told to pay, its last payments first.

A payment that is on its way stands; one that the bank sent back is the last to give. What is left is paid on the days it was planned for, as far as
it goes. A plan of which nothing is left has ended; one of which only a payment on its way is left ends when the bank has answered.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from kwsp_portal.common import money
from kwsp_portal.notify import services as notify
from members.enums import SubAccount
from withdrawals.enums import Action, PaymentState
from withdrawals.kinds.base import Charge
from withdrawals.models import Application, WithdrawalPayment
from withdrawals.services import desk_news, held, holding, moves

Amounts = dict[SubAccount, Decimal]


def give_way(plan: Application, lacks: Amounts, to: Application, *, on: date) -> None:
    """Take of `lacks` (RM by account, made smaller by it) what a plan can give. In the caller's transaction, which has locked it and the member."""
    payments = list(plan.payments.select_for_update(of=("self",), no_key=True).order_by("place"))
    left, given = _less(held.amounts(plan.holds), lacks)
    back = []
    for payment in reversed([one for one in payments if one.state == PaymentState.RETURNED]):
        stays, gives = _less(held.amounts(payment.holds), lacks)
        if gives:
            back.append((payment, stays))
    if not given and not back:
        return
    for payment, stays in back:
        left = {account: left.get(account, money.ZERO) + stays.get(account, money.ZERO) for account in (*left, *stays)}
        holding.release(payment.holds, on=held.open_day(on))
        payment.state, payment.holds = PaymentState.CANCELLED, []
        payment.save(update_fields=["state", "holds"])
    rest = sum(left.values(), money.ZERO)
    plan.holds = held.again(plan, [Charge(account, amount) for account, amount in left.items() if amount], on=on)
    planned = _planned(plan, payments, [amount for _payment, stays in back if (amount := sum(stays.values(), money.ZERO))], rest, on)
    waiting = sum((one.amount for one in payments if one.state == PaymentState.RETURNED), money.ZERO)
    on_its_way = sum((one.amount for one in payments if one.state == PaymentState.ORDERED), money.ZERO)
    news = desk_news.plan_shrunk(plan, to, rest + waiting) if planned or waiting else desk_news.plan_gave_way(plan, to)
    if not planned:
        holding.release(plan.holds, on=held.open_day(on))
        plan.holds, rest = [], money.ZERO
    if planned or waiting or on_its_way:
        assert plan.approved is not None  # noqa: S101 - it runs
        plan.approved = min(plan.approved, plan.paid + on_its_way + waiting + rest)
        moves.move(plan, Action.SHRINK, None, on=on, note=to.number)
    else:
        moves.move(plan, Action.GIVE_WAY, None, on=on, note=to.number)
    notify.tell([news], on=on)


def _less(stands: dict[str, Decimal], lacks: Amounts) -> tuple[Amounts, Amounts]:
    """What stays of what stands, and what is given of it, RM by account; that is lacking no more."""
    left: Amounts = {}
    given: Amounts = {}
    for code, amount in stands.items():
        account = SubAccount(code)
        part = min(amount, lacks.get(account, money.ZERO))
        left[account] = amount - part
        if part:
            given[account], lacks[account] = part, lacks[account] - part
    return left, given


def _planned(plan: Application, payments: Sequence[WithdrawalPayment], back: Sequence[Decimal], there: Decimal, on: date) -> Decimal:
    """Have no more planned than is there, RM: what is left of those that came back is due at once, the last days give. What is planned then."""
    for place, amount in enumerate(back, start=len(payments) + 1):
        WithdrawalPayment.objects.create(application=plan, place=place, due_on=on, amount=amount)
    planned = sum(back, money.ZERO)
    for payment in (one for one in payments if one.state == PaymentState.PLANNED):
        part = min(payment.amount, there - planned)
        planned += part
        if part < payment.amount:
            payment.amount, payment.state = part or payment.amount, payment.state if part else PaymentState.CANCELLED
            payment.save(update_fields=["amount", "state"])
    return planned
