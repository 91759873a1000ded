"""How much a member could take now, by kind: facts gathered once, every kind's rules asked of them."""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from kwsp_portal.common.refusal import Refusal
from members.models import Member
from withdrawals import kinds
from withdrawals.enums import Channel, KindCode
from withdrawals.facts import Facts
from withdrawals.kinds.base import Kind, Result
from withdrawals.selectors import facts as gathering

CLOSED = "CLOSED"


class Estimate(NamedTuple):
    """A kind with what the rules say of a member. `closed`: it cannot be applied for on the day, whoever asks. `needs_account`: nothing but a
    bank account is lacking; that is said once, and keeps no amount from being shown."""

    kind: Kind
    facts: Facts
    result: Result
    closed: bool
    needs_account: bool

    @property
    def possible(self) -> bool:
        return not self.closed and not self.refusals

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        return self.result.refusals


def of_member(*, member: Member, on: date, channel: Channel = Channel.ONLINE) -> list[Estimate]:
    """Every kind that is open on the day or will be, as applied for by this way: those of which something can be taken first, the rest in the order
    of the form."""
    known = gathering.gather(member, kinds.KINDS[0].code, on=on, channel=channel) if kinds.KINDS else None
    found = [estimate(kind, gathering.for_kind(known, kind.code)) for kind in kinds.KINDS if known is not None]
    return sorted((one for one in found if not one.closed or one.kind.opens(on)), key=lambda one: not one.possible)


def of_kind(*, member: Member, kind: KindCode, on: date, channel: Channel = Channel.ONLINE) -> Estimate:
    """One kind."""
    return estimate(kinds.OF[kind], gathering.gather(member, kind, on=on, channel=channel))


def estimate(kind: Kind, facts: Facts) -> Estimate:
    """What the rules of a kind say of facts."""
    result, with_account = kinds.evaluate(facts), kinds.evaluate(replace(facts, account_verified=True))
    needs_account = bool(result.refusals) and not with_account.refusals
    return Estimate(kind, facts, with_account if needs_account else result, not kind.open_on(facts.on), needs_account)
