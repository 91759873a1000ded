"""Pengeluaran Khas comes before other withdrawals (seed 004; ruling 25a): from 20 April what was applied for is decided by rule alone and held.

What other applications of the member hold, running plans as well, and no bank was told to pay, gives way as far as it is needed, the newest first: it
is computed again, and smaller or refused, and the member told which. What a bank was told to pay stands. In chunks of thousands on kwsp_portal.jobs,
members locked: who takes what is free is decided with the chunk (khas_chunk), the others one after the other. Nobody is served twice, whoever comes
to it again.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from kwsp_portal import jobs
from kwsp_portal.common import money
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.notify import services as notify
from members.enums import SubAccount
from members.ledger import posting
from withdrawals import kinds
from withdrawals.enums import Action, DecisionPoint, KindCode, State
from withdrawals.facts import Facts
from withdrawals.kinds.base import Charge
from withdrawals.models import Application
from withdrawals.rules.khas import LAW
from withdrawals.selectors import facts as gathering
from withdrawals.services import deciding, desk_news, held, holding, judging, khas_chunk, moves, running
from withdrawals.workflow import UNPAID

PROGRAMME: Final = "khas"
CHUNK: Final = 5_000
log = logging.getLogger(__name__)


def plan(_period: str, on: date) -> list[dict[str, Any]]:
    """What waits to be decided on a day, in pieces; nothing before 20 April 2022."""
    try:
        first: date = LAW.at("paid_from", on).value
    except NotInForce:
        return []
    if on < first:
        return []
    waiting = Application.objects.filter(kind=KindCode.KHAS_2022, state=State.SUBMITTED)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    return [{"first": ids[start], "last": ids[min(start + CHUNK, len(ids)) - 1]} for start in range(0, len(ids), CHUNK)]


def work_chunk(*, lease: jobs.Lease) -> None:
    """Decide some. Raises jobs.LeaseLost when another has them."""
    jobs.failpoint("khas.before")
    with transaction.atomic():
        for pk, facts in khas_chunk.decide(first=lease.payload["first"], last=lease.payload["last"], on=lease.on).items():
            try:
                with transaction.atomic():
                    decide(application_id=pk, on=lease.on, known=facts)
            except (posting.Insufficient, posting.Frozen) as why:
                log.warning("Pengeluaran Khas %s waits: %s", pk, why)  # one whose account is frozen holds up nobody else
        jobs.failpoint("khas.decided")
        lease.finish()
    jobs.failpoint("khas.committed")


def by_hand(*, on: date) -> Mapping[str, int]:
    """The run of a business date by hand: opened unless it was, and worked in this process."""
    period = on.isoformat()
    jobs.open_run(programme=PROGRAMME, period=period, chunks=plan(period, on), on=on)
    counts = jobs.work_some(programmes=[PROGRAMME])
    return {"done": counts.done, "failed": counts.failed}


def decide(*, application_id: int, on: date, known: Facts | None = None) -> Application:
    """Decide one by the rules of the day, hold what it comes to, and tell the member; nothing where it waits no more. `known`: its facts, where the
    caller's transaction has gathered them under the lock of the member."""
    with transaction.atomic():
        found = moves.locked(application_id)
        if found.state != State.SUBMITTED:
            return found
        _make_way(found, known or gathering.of_application(found, on=on), on)
        facts, result = judging.judge(found, on=on)
        judging.keep(found, facts, result, point=DecisionPoint.DECIDED, by=None, on=on)
        if result.refusals:
            deciding.end(found, Action.TURN_DOWN, None, on=on, note=" ".join(refusal.code for refusal in result.refusals))
            notify.tell([desk_news.turned_down(found, result.refusals)], on=on)
            return found
        found.approved, found.decided_on = judging.charged(result), on
        found.holds = holding.hold(found, result.charges, on=held.open_day(on))
        moves.move(found, Action.PASS, None, on=on)
        notify.tell([desk_news.passed(found)], on=on)
    return found


def _make_way(found: Application, facts: Facts, on: date) -> None:
    """Free what the others hold of it. In the caller's transaction, which has locked the member, so that none of them moves meanwhile."""
    wanted = kinds.evaluate(replace(facts, held={}))
    lacks = {charge.account: charge.amount - max(facts.free(charge.account), money.ZERO) for charge in wanted.charges}
    lacks = {account: amount for account, amount in lacks.items() if amount > money.ZERO}
    holding_some = Q(state__in=[state.value for state in UNPAID]) & ~Q(holds=[]) | Q(state=State.ACTIVE)
    others = Application.objects.filter(holding_some, member=found.member_id).exclude(pk=found.pk)
    for pk in others.order_by("-pk").values_list("pk", flat=True) if lacks else ():
        other = moves.locked(pk)
        if other.state == State.ACTIVE:
            running.give_way(other, lacks, found, on=on)
        else:
            _give_way(other, lacks, found, on)


def _give_way(other: Application, lacks: dict[SubAccount, Decimal], to: Application, on: date) -> None:
    """Take what is lacking of what another application holds; what is left of it stands, unless it is less than its kind pays."""
    stands = {SubAccount(code): amount for code, amount in held.amounts(other.holds).items()}
    given = {account: min(amount, lacks.get(account, money.ZERO)) for account, amount in stands.items()}
    if not any(given.values()):
        return
    left = [Charge(account, amount - given[account]) for account, amount in stands.items() if amount > given[account]]
    total = sum((charge.amount for charge in left), money.ZERO)
    if total <= money.ZERO or total < judging.kind_of(other).amount(gathering.of_application(other, on=on)).least:
        given = stands
        deciding.end(other, Action.GIVE_WAY, None, on=on, note=to.number)
        notify.tell([desk_news.gave_way(other, to)], on=on)
    else:
        other.holds = held.again(other, left, on=on)
        if other.approved is not None:
            other.approved = min(other.approved, total)
        moves.move(other, Action.SHRINK, None, on=on, note=to.number)
        notify.tell([desk_news.shrunk(other, to, total)], on=on)
    for account, amount in given.items():
        if account in lacks:
            lacks[account] = max(lacks[account] - amount, money.ZERO)
