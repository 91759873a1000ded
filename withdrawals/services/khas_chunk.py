"""Pengeluaran Khas by the thousand: the facts of a chunk gathered together, the same rule asked of each, and what it decides written together.

Decided here is who needs nobody's money but what is free, and whom the rules let: who does not is `khas.decide`'s, one at a time. Members are locked
first, in their order, as every act of theirs does, so nobody is served twice, whoever comes to it again or at the same time.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from django.db import transaction

from kwsp_portal import bulk
from kwsp_portal.common import collector
from kwsp_portal.common.money import to_sen
from kwsp_portal.notify import services as notify
from members.ledger import balances, posting
from members.ledger.enums import HoldKind
from members.models import Member
from withdrawals import kinds
from withdrawals.enums import Action, DecisionPoint, KindCode, State
from withdrawals.facts import Facts
from withdrawals.kinds.base import Result
from withdrawals.models import Application
from withdrawals.selectors import facts as gathering
from withdrawals.services import desk_news, held, judging, moves
from withdrawals.services.judging import Judged

log = logging.getLogger(__name__)
_READ: Final = (
    *("number", "member_id", "kind", "channel", "state", "particulars", "asked", "applied_on", "received_on", "approved", "decided_on", "paid"),
    *("holds", "payee", "appeals", "version"),
)
"""What is asked and changed of each."""


def decide(*, first: int, last: int, on: date) -> Mapping[int, Facts | None]:
    """Decide and hold what waits in a range of ids; by their ids those that must be decided one at a time, with their facts where no other of the
    same member or act comes between. In the caller's transaction."""
    with collector.paused():
        found = _locked(first, last)
        facts = gathering.of_many(found, on=on) if found else {}
        of_member = Counter(one.member_id for one in found)
        judged = [Judged(one, facts[one.pk], kinds.evaluate(facts[one.pk])) for one in found if of_member[one.member_id] == 1]
        clear = [one for one in judged if not one.result.refusals and not _lacks(one.facts, one.result)]
        try:
            with transaction.atomic():
                _pass(clear, on)
        except posting.Insufficient as why:
            log.warning("Pengeluaran Khas %s to %s one by one: %s", first, last, why)  # somebody took money between the look and the lock
            return {one.pk: None for one in found}
    done = {one.found.pk for one in clear}
    return {one.pk: facts[one.pk] if of_member[one.member_id] == 1 else None for one in found if one.pk not in done}


def _locked(first: int, last: int) -> list[Application]:
    """What waits in the range, its members locked first."""
    waiting = Application.objects.filter(pk__gte=first, pk__lte=last, kind=KindCode.KHAS_2022, state=State.SUBMITTED)
    members = Member.objects.filter(pk__in=waiting.values("member")).select_for_update(of=("self",), no_key=True).order_by("pk")
    known = bulk.objects(members, "number", "birth_date", "identity_kind", "religion", "member_since", "died_on")
    by_id = {member.pk: member for member in known}
    rows = waiting.filter(member__in=bulk.among(by_id)).select_for_update(of=("self",), no_key=True).order_by("pk")
    found = bulk.objects(rows, *_READ)
    for one in found:
        one.member = by_id[one.member_id]
    return found


def _lacks(facts: Facts, result: Result) -> bool:
    """Whether it would take what others hold: those give way first (ruling 25a)."""
    if not any(facts.held.values()):
        return False
    wanted = kinds.evaluate(replace(facts, held={}))
    return [*wanted.charges] != [*result.charges]


def _pass(clear: list[Judged], on: date) -> None:
    """Hold, keep, move, tell. Whose account is frozen is left out of `clear` too, but waits: nothing is done about it here.

    Raises posting.Insufficient."""
    booked = held.open_day(on)
    parts = balances.times_held_many(HoldKind.WITHDRAWAL, [one.found.pk for one in clear])
    made = posting.exchange([_exchange(one, parts[one.found.pk]) for one in clear], booked_on=booked)
    passed = []
    for one, holds in zip(clear, made, strict=True):
        if holds is None:
            log.warning("Pengeluaran Khas %s waits: frozen", one.found.pk)
            continue
        one.found.holds, one.found.approved, one.found.decided_on = holds, judging.charged(one.result), on
        passed.append(one)
    if passed:
        judging.keep_many(passed, point=DecisionPoint.DECIDED, on=on)
        moves.move_many([one.found for one in passed], Action.PASS, on=on)
        notify.tell([desk_news.passed(one.found) for one in passed], on=on, first=True)


def _exchange(one: Judged, part: int) -> posting.Exchange:
    member_id, ref = one.found.member_id, one.found.pk
    return posting.Exchange(
        (),
        [
            posting.NewHold(posting.member(member_id, charge.account), to_sen(charge.amount), HoldKind.WITHDRAWAL, ref, part + place)
            for place, charge in enumerate(one.result.charges)
        ],
    )
