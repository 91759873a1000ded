"""Pengeluaran Akaun Fleksibel, from 12 May 2024: for any purpose, once a day, at least RM50 (facts 2.6)."""

from collections.abc import Sequence
from typing import Final

from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from members.enums import Citizenship, SubAccount
from withdrawals.enums import Channel, KindCode
from withdrawals.facts import Facts
from withdrawals.kinds import common
from withdrawals.kinds.base import Amount, Document, Kind
from withdrawals.rules.withdrawal import LAW

SOURCE: Final = "withdrawal/act_54_6ja; withdrawal/fleksibel"


def _small(facts: Facts) -> bool:
    return facts.asked is None or facts.asked <= LAW.at("fleksibel.straight", facts.asked_on).value


def _at_office(facts: Facts) -> bool:
    return facts.citizenship is not Citizenship.CITIZEN and bool(LAW.at("fleksibel.non_citizens_at_office", facts.asked_on).value)


def _channels(facts: Facts) -> frozenset[Channel]:
    """Online what needs no thumbprint; everything at an office."""
    return frozenset({Channel.COUNTER} if _at_office(facts) or not _small(facts) else {Channel.ONLINE, Channel.COUNTER})


def _amount(facts: Facts) -> Amount:
    least = LAW.at("fleksibel.least", facts.on)
    straight = LAW.at("fleksibel.straight", facts.on)
    free = common.free(facts, (SubAccount.FLEKSIBEL,))
    steps = [Step("WHOLE_ACCOUNT", {"free": f"{free:.2f}"}, SOURCE)] if free > money.ZERO else []
    steps.append(Step("LEAST", {"least": f"{least.value:.2f}"}, least.citation))
    office = Step("STRAIGHT_AT_OFFICE", {}, LAW.at("fleksibel.non_citizens_at_office", facts.on).citation)
    steps.append(office if _at_office(facts) else Step("STRAIGHT", {"straight": f"{straight.value:.2f}"}, straight.citation))
    return Amount(free, least.value, tuple(steps))


def _documents(facts: Facts) -> Sequence[Document]:
    return common.papers(facts, "", "withdrawal/fleksibel", common.bank("withdrawal/fleksibel"))


KIND: Final = Kind(
    code=KindCode.FLEKSIBEL,
    laws=(LAW,),
    accounts=lambda _on: (SubAccount.FLEKSIBEL,),
    conditions=(common.LIVING, common.BELOW_55, common.once_a_day(KindCode.FLEKSIBEL, LAW["fleksibel.once_a_day"]), common.OWN_ACCOUNT),
    amount=_amount,
    documents=_documents,
    channels=_channels,
    payees=common.to_member,
    open_on=common.open_by(LAW["fleksibel.least"]),
    opens=common.opens_by(LAW["fleksibel.least"]),
    charter_days=common.days_of(LAW["fleksibel.charter"]),
    straight=lambda facts: _small(facts) and not _at_office(facts),
    source=SOURCE,
)
