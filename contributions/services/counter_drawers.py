"""Drawers of receipting counters: opened with a counted float, closed with a count and a reason for every difference, looked at by a supervisor who
had not the drawer. With that look what is counted beyond the float goes to the bank: what is missing, or too much, stays on the counters' account."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from contributions.enums import CounterMode, DrawerState
from contributions.models import CounterDrawer
from contributions.rules import counter as rules
from kwsp_portal.audit import services as audit
from kwsp_portal.common.clock import KL
from kwsp_portal.common.money import ZERO, to_sen
from kwsp_portal.templatetags import formats
from members.enums import ProposalState
from members.identity.enums import Role
from members.identity.models import User
from members.ledger import days, posting
from members.ledger.enums import EntryKind
from members.services import queue

OFFICERS: Final = frozenset({Role.COUNTER_OFFICER, Role.SUPERVISOR})
CLEARING: Final = "COUNTER_CLEARING"
SHOWN: Final = 50
_QUEUED: Final = {DrawerState.COUNTED.value: ProposalState.PROPOSED, DrawerState.SEEN.value: ProposalState.APPROVED}
"""As what a drawer stands in the supervisor's queue."""


class NotAllowed(Exception):
    """Why an act at a counter is refused. `code`: NO_RIGHT, NO_PLACE, ANOTHER_OPEN, NO_DRAWER, OTHER_DAY, WRONG_STATE, OWN_WORK, NOT_EXPLAINED,
    NO_REASON, NO_MEMBER; of what may not be taken, rules (NotTakeable)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def open_drawer(*, place: str, opening: Decimal, by: User, on: date, at: datetime) -> CounterDrawer:
    """The officer's drawer for the day, with the float that they counted, RM. The same again finds it. Raises NotAllowed."""
    if by.role not in OFFICERS:
        raise refused("open", by, "NO_RIGHT")
    if place not in rules.places():
        raise refused("open", by, "NO_PLACE")
    with transaction.atomic():
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
        held = open_of(by)
        if held is not None:
            if (held.place, held.opening, held.on) == (place, opening, on):
                return held
            raise refused("open", by, "ANOTHER_OPEN", held)
        made = CounterDrawer.objects.create(place=place, officer=by, on=on, opening=opening, opened_at=at)
        data = {"place": place, "opening": f"{opening:.2f}", "on": str(on)}
        audit.record(actor=by, action="counter.drawer.open", target=made, data=data, before={}, after={"state": DrawerState.OPEN.value})
    return made


def count(*, drawer_id: int, counted: Decimal, said: str, by: User, at: datetime) -> CounterDrawer:
    """The officer closes the own drawer with all cash in it, RM, and says why it is not what there should be. Raises NotAllowed."""
    with transaction.atomic():
        found = locked(drawer_id)
        if found.officer_id != by.pk:
            raise refused("count", by, "OWN_WORK", found)
        if found.state != DrawerState.OPEN:
            raise refused("count", by, "WRONG_STATE", found)
        expected = expected_in(found)
        if counted != expected and not said.strip():
            raise refused("count", by, "NOT_EXPLAINED", found)
        found.state, found.expected, found.counted, found.counted_at = DrawerState.COUNTED, expected, counted, at
        found.said = said.strip() if counted != expected else ""
        found.save(update_fields=["state", "expected", "counted", "counted_at", "said"])
        _record(found, "count", DrawerState.OPEN, by, counted=f"{counted:.2f}", expected=f"{expected:.2f}")
    return found


def see(*, drawer_id: int, note: str, by: User, on: date) -> CounterDrawer:
    """A supervisor who had not the drawer has looked at the count, with a note where it differs; the cash goes to the bank. Raises NotAllowed."""
    with transaction.atomic():
        found = locked(drawer_id)
        if by.role != Role.SUPERVISOR:
            raise refused("see", by, "NO_RIGHT", found)
        if found.officer_id == by.pk:
            raise refused("see", by, "OWN_WORK", found)
        if found.state != DrawerState.COUNTED:
            raise refused("see", by, "WRONG_STATE", found)
        if found.difference and not note.strip():
            raise refused("see", by, "NOT_EXPLAINED", found)
        found.state, found.seen_by, found.seen_on, found.note = DrawerState.SEEN, by, on, note.strip()
        found.save(update_fields=["state", "seen_by", "seen_on", "note"])
        _bank(found, max(on, days.first_open_day()))
        _record(found, "see", DrawerState.COUNTED, by, banked=f"{found.to_bank:.2f}")
    return found


def register() -> None:
    """Called once, by work.py: a counted drawer waits in the supervisor's queue."""
    waiting = CounterDrawer.objects.filter(state=DrawerState.COUNTED)
    queue.also(queue.Elsewhere(of=_("Kiraan laci"), lines=lines, waiting=waiting.all))


def lines(state: str) -> Sequence[queue.Waiting]:
    """In the supervisor's queue: what waits the oldest first, what was looked at the newest first."""
    states = [own for own, there in _QUEUED.items() if state in ("", there)]
    order = F("counted_at").asc() if state == ProposalState.PROPOSED else F("counted_at").desc()
    return [
        queue.Waiting(
            address="counter:drawer",
            pk=one.pk,
            kind=_("Laci"),
            whose=one.place,
            number=formats.day(one.on),
            proposed_by=one.officer.name,
            proposed_at=one.counted_at or one.opened_at,
            state=_QUEUED[one.state],
        )
        for one in CounterDrawer.objects.filter(state__in=states).select_related("officer").order_by(order)[:SHOWN]
    ]


def open_of(officer: User) -> CounterDrawer | None:
    """The drawer that an officer has open, of whichever day."""
    return CounterDrawer.objects.filter(officer=officer, state=DrawerState.OPEN).first()


def expected_in(found: CounterDrawer) -> Decimal:
    """The cash that there should be in a drawer, RM: its float and what was taken in cash."""
    taken = found.receipts.filter(mode=CounterMode.CASH).aggregate(sum=Sum("amount"))["sum"]
    return Decimal(found.opening) + (taken or ZERO)


def demand_open(by: User, act: str, at: datetime) -> CounterDrawer:
    """The officer's drawer, kept open until the transaction ends. Raises NotAllowed: NO_DRAWER, or OTHER_DAY for one of another day."""
    found = CounterDrawer.objects.select_for_update(of=("self",), no_key=True).filter(officer=by, state=DrawerState.OPEN).first()
    if found is None:
        raise refused(act, by, "NO_DRAWER")
    if found.on != at.astimezone(KL).date():
        raise refused(act, by, "OTHER_DAY", found)
    return found


def locked(drawer_id: int) -> CounterDrawer:
    """Kept from every other act until the open transaction ends."""
    return CounterDrawer.objects.select_for_update(of=("self",), no_key=True).select_related("officer", "seen_by").get(pk=drawer_id)


def refused(act: str, by: User, code: str, drawer: CounterDrawer | None = None) -> NotAllowed:
    """The refusal of an officer's act, to be raised by the caller; the trail has it."""
    audit.record_refusal(actor=by, action=f"counter.drawer.{act}", target=drawer, data={"code": code})
    return NotAllowed(code)


def _bank(found: CounterDrawer, on: date) -> None:
    sen = to_sen(found.to_bank)
    if sen:
        legs = (posting.Leg(posting.fund(CLEARING), sen), posting.Leg(posting.fund("BANK"), -sen))
        posting.post(posting.Act(kind=EntryKind.COUNTER_BANKED, ref=found.pk, part=0, booked_on=on, value_date=on, legs=legs))


def _record(found: CounterDrawer, act: str, was: DrawerState, by: User, **data: str) -> None:
    figures = {"place": found.place, **data}
    audit.record(actor=by, action=f"counter.drawer.{act}", target=found, data=figures, before={"state": was.value}, after={"state": str(found.state)})
