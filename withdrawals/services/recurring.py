"""Payments that come again: on each business date what is due of running plans is held and ordered, a chunk of members at a time and set-based.

A payment is ordered once: it goes forward from PLANNED under the lock of its member, and the chunk ends with its lease. Less is paid where less is
there, never below nothing; a plan of which nothing is left to pay has ended. What the bank sent back goes to another account when there is one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from kwsp_portal import bulk, jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.common import collector, money
from kwsp_portal.common.money import from_sen, to_sen
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.services import News
from members.enums import BankAccountState, PayoutKind, PayoutState
from members.identity.models import User
from members.ledger import balances, days, posting
from members.ledger.enums import EntryKind, HolderKind, HoldKind
from members.models import BankAccount, Member, Payout
from members.rules import accounts
from members.selectors import cooling
from members.services import payouts
from withdrawals import kinds
from withdrawals.enums import Action, KindCode, Payee, PaymentState, State
from withdrawals.models import Application, WithdrawalPayment
from withdrawals.selectors import facts as selectors
from withdrawals.services import desk_news, held, holding, moves, paying

PROGRAMME: Final = "recurring_payments"
CHUNK: Final = 5_000
_READ: Final = ("number", "kind", "payee", "particulars", "state", "member", "asked", "approved", "decided_on", "paid", "holds", "appeals", "version")
"""What an instalment asks of its plan; a plan that ends is read whole."""


@dataclass(kw_only=True)
class _Plan:
    """A running plan under lock, what is due of it, and what there is to pay it from: sen by account, in order. `refused`: the member's account,
    where it sent the last payment back."""

    application: Application
    due: list[WithdrawalPayment]
    account: BankAccount | None
    refused: BankAccount | None = None
    from_: dict[str, int] = field(default_factory=dict)
    held: bool = False
    part: int = 0


def plan(_period: str, on: date) -> list[dict[str, Any]]:
    """Running plans of which something is due, came back, or is to be looked at because nothing is planned, in ranges of their ids."""
    ids = list(_of_today(on).order_by("pk").values_list("pk", flat=True))
    return [{"first": ids[start], "last": ids[min(start + CHUNK, len(ids)) - 1]} for start in range(0, len(ids), CHUNK)]


def _of_today(on: date) -> QuerySet[Application]:
    due = WithdrawalPayment.objects.filter(application=OuterRef("pk"))
    now = due.filter(Q(state=PaymentState.PLANNED, due_on__lte=on) | Q(state=PaymentState.RETURNED))
    return Application.objects.filter(Exists(now) | ~Exists(due.filter(state=PaymentState.PLANNED)), state=State.ACTIVE)


def by_hand(*, on: date) -> Mapping[str, int]:
    """Open the run of a day unless it was, and work what is free of it here; how many payments were ordered on it. May be repeated."""
    period = on.isoformat()
    jobs.open_run(programme=PROGRAMME, period=period, chunks=plan(period, on), on=on)
    counts = jobs.work_some(programmes=[PROGRAMME])
    return {"done": counts.done, "failed": counts.failed}


def work_chunk(*, lease: jobs.Lease, at: datetime) -> None:
    """Pay what is due of one range of plans. Raises jobs.LeaseLost when another has it."""
    jobs.failpoint("recurring.before")
    with transaction.atomic(), collector.paused():
        pay(first=lease.payload["first"], last=lease.payload["last"], on=lease.on, at=at)
        jobs.failpoint("recurring.ordered")
        lease.finish()
    jobs.failpoint("recurring.committed")


def pay(*, first: int, last: int, on: date, at: datetime) -> int:
    """Order what is due on a day of the plans in a range of ids; how many payments. In the caller's transaction."""
    booked = max(on, days.first_open_day())
    plans = _without_dead(_locked(first, last, on, at), on)
    _plan_years(plans, on)
    ready = [one for one in plans if one.account is not None or one.application.payee != Payee.ACCOUNT]
    _fill(ready, on)
    wanted = [(one, *_exchange(one)) for one in ready if one.due]
    going = [(one, parts, exchange) for one, parts, exchange in wanted if parts]
    made = posting.exchange([exchange for _one, _parts, exchange in going], booked_on=booked)
    orders: list[payouts.Order] = []
    for (one, parts, _exchanged), holds in zip(going, made, strict=True):
        if holds is not None:
            orders += _ordered(one, parts, iter(holds))
    _save([one for (one, _parts, _wanted), holds in zip(going, made, strict=True) if holds is not None])
    payouts.order_many(kind=PayoutKind.WITHDRAWAL, orders=orders, on=on)
    _skip([one for one, parts, _wanted in wanted if len(parts) < len(one.due)])
    _again(ready, on)
    for one in plans:
        if not one.due or one.due[-1].state == PaymentState.SKIPPED:
            paying.finish(moves.locked(one.application.pk), on=on)
    return len(orders)


def give_way(running: Application, to: Application, *, by: User, on: date) -> None:
    """A running plan ends because another is approved in its place; what was held for it is free. In the caller's transaction, which has locked both.

    Raises NotAllowed, ON_ITS_WAY, where the bank has a payment of it that it has not answered for."""
    try:
        holding.free(running, on=held.open_day(on))
    except holding.OnItsWay as error:
        raise moves.refused(to, Action.APPROVE, by, "ON_ITS_WAY") from error
    moves.move(running, Action.GIVE_WAY, None, on=on, note=to.number)
    notify.tell([desk_news.of_plan(desk_news.REPLACED, running, by_number=to.number)], on=on)


def _without_dead(plans: Sequence[_Plan], on: date) -> list[_Plan]:
    """The plans of the living. A dead member is paid no more: what was to come and what came back ends, and what is held for it is free; what the
    bank has an order for stands until it answers."""
    dead = [one.application for one in plans if paying.is_dead(one.application, on)]
    if not dead:
        return list(plans)
    over = WithdrawalPayment.objects.filter(application__in=dead, state__in=[PaymentState.PLANNED, PaymentState.RETURNED])
    holds = [hold for payment in over for hold in payment.holds] + [hold for application in dead for hold in application.holds]
    holding.release(holds, on=held.open_day(on))
    over.update(state=PaymentState.CANCELLED, holds=[])
    for application in dead:
        application.holds = []
        application.save(update_fields=["holds"])
        paying.finish(moves.locked(application.pk), on=on)
    return [one for one in plans if one.application not in dead]


def _locked(first: int, last: int, on: date, at: datetime) -> list[_Plan]:
    """The plans of the range, their members locked first, as every act of theirs does; those whose money waits are told and left out."""
    range_ = _of_today(on).filter(pk__gte=first, pk__lte=last)
    members = cooling.marked(Member.objects.filter(pk__in=range_.values("member"))).order_by("pk")
    known = members.only("number", "name", "birth_date", "died_on", "user")
    by_member = {member.pk: member for member in known.select_for_update(of=("self",), no_key=True)}
    rows = Application.objects.filter(pk__gte=first, pk__lte=last, state=State.ACTIVE, member__in=bulk.among(by_member))
    found = list(rows.only(*_READ).select_for_update(of=("self",), no_key=True).order_by("pk"))
    due: dict[int, list[WithdrawalPayment]] = defaultdict(list)
    planned = WithdrawalPayment.objects.filter(application__in=_among(found), state=PaymentState.PLANNED, due_on__lte=on)
    for payment in planned.select_for_update(of=("self",), no_key=True).order_by("application", "place"):
        due[payment.application_id].append(payment)
    to, plans, told = _accounts(found), [], []
    for application in found:
        application.member = member = by_member[application.member_id]
        if cooling.seen(member, at=at):
            told += [desk_news.waits(application)] if due[application.pk] else []
            continue
        # Who is paid by Arahan Bayaran is paid so, whatever account they have.
        account = to.get(member.pk) if application.payee == Payee.ACCOUNT else None
        one = _Plan(application=application, due=due[application.pk], account=account)
        plans.append(one)
    _without_refused(plans)
    told += [_asked_for(one) for one in plans if one.account is None and one.application.payee == Payee.ACCOUNT and one.due]
    notify.tell(told, on=on)
    return plans


def _among(found: Iterable[Application]) -> RawSQL:
    return bulk.among(one.pk for one in found)


def _accounts(found: Sequence[Application]) -> dict[int, BankAccount]:
    """By member the account that money may go to."""
    current = BankAccount.objects.filter(member__in=bulk.among({one.member_id for one in found}), state=BankAccountState.CURRENT)
    return {row.member_id: row for row in current.only("member", "bank", "number", "ending", "holder")}


def _without_refused(plans: Sequence[_Plan]) -> None:
    """Nothing goes to an account that sent the last payment of a plan back (paying.account_of): such a plan has no account until there is another. Of
    a payment that came back the plan's own says so: it waits, is on its way again, or ended."""
    again = (PaymentState.RETURNED, PaymentState.ORDERED, PaymentState.CANCELLED)
    back = Payout.objects.filter(kind=PayoutKind.WITHDRAWAL, ref=OuterRef("pk"), state=PayoutState.RETURNED)
    payments = WithdrawalPayment.objects.filter(Exists(back), application__in=_among(one.application for one in plans), state__in=again)
    doubtful = set(payments.values_list("application_id", flat=True))
    for one in plans:
        if one.account is not None and one.application.pk in doubtful:
            one.refused, one.account = one.account, paying.account_of(one.application)


def _asked_for(one: _Plan) -> News:
    """The member is asked for an account, once for each payment that waits for it."""
    if one.refused is None:
        return desk_news.needs_account(one.application, cause=f"payment:{one.due[0].pk}")
    return desk_news.next_waits(one.application, one.due[0], one.refused)


def _fill(plans: Sequence[_Plan], on: date) -> None:
    """What each can be paid from: what is held for it, else what is free on the accounts of its kind, where their money stands today."""
    held = _standing([hold for one in plans for hold in one.application.holds])
    pots = balances.pots_of_many(HolderKind.MEMBER, [one.application.member_id for one in plans])
    parts = balances.times_held_many(HoldKind.WITHDRAWAL, [one.application.pk for one in plans])
    for one in plans:
        application, one.part = one.application, parts[one.application.pk]
        one.held = bool(application.holds)
        if one.held:
            for code, sen in (held[hold] for hold in application.holds):
                one.from_[code] = one.from_.get(code, 0) + sen
            continue
        for named in kinds.OF[KindCode(application.kind)].accounts(on):
            code = accounts.standing(named, birth_date=application.member.birth_date, on=on).value
            pot = pots[application.member_id].get(code)
            one.from_[code] = pot.available_sen if pot else 0


def _standing(holds: Sequence[int]) -> dict[int, tuple[str, int]]:
    """By hold the account where it stands, and its sen."""
    found = posting.standing(holds) if holds else []
    return {asked: (hold.account.code, hold.amount_sen) for asked, hold in zip(sorted(set(holds)), found, strict=True)}


Parts = list[tuple[WithdrawalPayment, dict[str, int]]]


def _exchange(one: _Plan) -> tuple[Parts, posting.Exchange]:
    """What of each due payment comes from which account, and the holds that makes: its own for each payment, and one for the rest of what is held."""
    parts: Parts = []
    left = dict(one.from_)
    for payment in one.due:
        taken, wanted = {}, to_sen(payment.amount)
        for code, sen in left.items():
            if part := min(sen, wanted):
                taken[code], left[code], wanted = part, sen - part, wanted - part
        if taken:
            parts.append((payment, taken))
    amounts = [(code, sen) for _payment, taken in parts for code, sen in taken.items()]
    amounts += [(code, sen) for code, sen in left.items() if sen] if one.held else []
    member_id, ref = one.application.member_id, one.application.pk
    places = [
        posting.NewHold(posting.member(member_id, code), sen, HoldKind.WITHDRAWAL, ref, one.part + number)
        for number, (code, sen) in enumerate(amounts)
    ]
    return parts, posting.Exchange(one.application.holds, places)


def _ordered(one: _Plan, parts: Parts, holds: Iterator[int]) -> Iterator[payouts.Order]:
    """Give each payment its holds, and the application what is left of them."""
    for payment, taken in parts:
        payment.holds = [next(holds) for _code in taken]
        payment.amount, payment.state = from_sen(sum(taken.values())), PaymentState.ORDERED
        account = one.account
        payee = paying.by_order(one.application, payment) if account is None else paying.by_account(account, one.application)
        yield payouts.Order(payment.pk, payment.holds, payment.amount, payee)
    one.application.holds = list(holds)
    one.application.version += 1


_SAVE_PAYMENTS: Final = """
UPDATE withdrawals_withdrawalpayment AS payment SET state = %s, amount = new.amount, holds = new.holds::bigint[]
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS new (id, amount, holds) WHERE payment.id = new.id
"""
_SAVE_PLANS: Final = """
UPDATE withdrawals_application AS application SET holds = new.holds::bigint[], version = new.version
  FROM unnest(%s::bigint[], %s::text[], %s::int[]) AS new (id, holds, version) WHERE application.id = new.id
"""


def _save(plans: Sequence[_Plan]) -> None:
    ordered = [(one.application, payment) for one in plans for payment in one.due if payment.state == PaymentState.ORDERED]
    if not ordered:
        return
    payments = (
        bulk.numbers(payment.pk for _plan, payment in ordered),
        bulk.numbers(to_sen(payment.amount) for _plan, payment in ordered),
        bulk.texts([bulk.numbers(payment.holds) for _plan, payment in ordered]),
    )
    applications = (
        bulk.numbers(one.application.pk for one in plans),
        bulk.texts([bulk.numbers(one.application.holds) for one in plans]),
        bulk.numbers(one.application.version for one in plans),
    )
    with connection.cursor() as cursor:
        cursor.execute(_SAVE_PAYMENTS, [PaymentState.ORDERED.value, *payments])
        cursor.execute(_SAVE_PLANS, applications)
    acts = [(plan, moves.told(plan, {"amount": f"{payment.amount:.2f}"}), [plan.member]) for plan, payment in ordered]
    audit.record_many(actor=None, action="withdrawal.recurring", acts=acts)


def _skip(plans: Sequence[_Plan]) -> None:
    """Nothing is left for these: they and all that come after are skipped."""
    ids = [one.application.pk for one in plans if any(payment.state == PaymentState.PLANNED for payment in one.due)]
    if ids:
        WithdrawalPayment.objects.filter(application__in=bulk.among(ids), state=PaymentState.PLANNED).update(state=PaymentState.SKIPPED)
    for one in plans:
        for payment in one.due:
            if payment.state == PaymentState.PLANNED:
                payment.state = PaymentState.SKIPPED


def _again(plans: Sequence[_Plan], on: date) -> None:
    """What the bank sent back, now that there is another account, or another order was asked for."""
    of = {one.application.pk: one.application for one in plans}
    waiting: dict[int, set[int]] = {}
    for payment in WithdrawalPayment.objects.filter(application__in=bulk.among(of), state=PaymentState.RETURNED).order_by("pk"):
        found = of[payment.application_id]
        if found.pk not in waiting:
            waiting[found.pk] = {one.payment.pk for one in paying.unasked(found)}
        if payment.pk not in waiting[found.pk]:
            paying.order_payment(found, payment, on=on)


def _plan_years(plans: Sequence[_Plan], on: date) -> None:
    """Plans of the yearly dividend: what was credited since and is not paid yet is due today, within what was approved."""
    for one in plans:
        application = one.application
        if one.due or application.payments.filter(state=PaymentState.PLANNED).exists():
            continue
        amount = _dividend_not_paid(application)
        if amount > 0:
            place = application.payments.count() + 1
            one.due.append(WithdrawalPayment.objects.create(application=application, place=place, due_on=on, amount=amount))


def _dividend_not_paid(application: Application) -> Decimal:
    """RM of dividend since it was approved that no payment has taken."""
    kind = kinds.OF[KindCode(application.kind)]
    since = application.decided_on
    assert since is not None and application.approved is not None  # noqa: S101, PT018 - approved
    if not kind.yearly(selectors.of_application(application, on=since)):
        return money.ZERO
    entries = balances.entries_of(HolderKind.MEMBER, application.member_id, EntryKind.DIVIDEND, limit=60)
    codes = {accounts.standing(one, birth_date=application.member.birth_date, on=since).value for one in kind.accounts(since)}
    credited = sum(sen for one in entries if one.booked_on >= since for code, sen in one.amounts.items() if code in codes)
    taken = sum((one.amount for one in application.payments.exclude(state=PaymentState.CANCELLED)), money.ZERO)
    return min(from_sen(credited), application.approved) - taken
