"""Every kind of withdrawal evaluated for one member with the facts in hand: first as an estimate, then each with its answers. Under a millisecond."""

import statistics
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from benchmarks import harness
from members.enums import Citizenship, IdentityKind, Religion, SubAccount
from withdrawals import kinds
from withdrawals.enums import Channel, KindCode, State
from withdrawals.facts import Earlier, Facts

GOAL = 0.001
TIMES = 2000
TODAY = date(2026, 11, 23)
HOUSE = {
    **{"title": "HSD 1", "address": "1 Jalan Satu", "property": "TERRACE", "in_malaysia": True, "house": "FIRST", "together": "ALONE"},
    **{"price": "400000.00", "financing": "LOAN", "loan": "360000.00", "lender": "Bank", "agreement_on": "2026-06-01"},
}
LOAN = {
    **{"title": "HSD 1", "address": "1 Jalan Satu", "lender": "Bank", "loan_number": "L-1", "statement_by": "LENDER", "statement_on": "2026-11-10"},
    **{"balance": "90000.00", "refinanced": False, "loan_ends_on": "2040-01-01", "instalment": "900.00", "paying": True, "together": "ALONE"},
    **{"monthly": "100.00", "months": 6},
}
STUDIES = {
    **{"who": "SELF", "institution": "Universiti", "place": "MALAYSIA", "course": "Sains", "level": "DEGREE", "study": "FULL_TIME"},
    **{"status": "STUDYING", "purpose": "FEES", "semester": 3, "fees": "8000.00", "paid_already": False},
}
ANSWERS: Final[dict[KindCode, Mapping[str, Any]]] = {
    KindCode.HOUSE_BUY: HOUSE,
    KindCode.HOUSE_INSTALMENT: LOAN,
    KindCode.EDUCATION: STUDIES,
    KindCode.AGE_55: {"mode": "PART"},
}
OPEN = {KindCode.AGE_50, KindCode.FLEKSIBEL, KindCode.HOUSE_BUY, KindCode.HOUSE_INSTALMENT, KindCode.EDUCATION}
"""Kinds that this member may apply for: nothing is cut short by a refusal."""


def measure() -> list[harness.Figure]:
    """Seconds of the processor for all kinds together, the mean of many rounds."""
    facts = _member()
    asked = [_applying(facts, kind.code) for kind in kinds.KINDS]
    assert {one.kind for one in asked if not kinds.evaluate(one).refusals} == OPEN
    return [
        harness.Figure("all kinds estimated for one member", _mean([replace(facts, kind=kind.code) for kind in kinds.KINDS]), GOAL),
        harness.Figure("all kinds applied for by one member", _mean(asked), GOAL),
    ]


def _applying(facts: Facts, kind: KindCode) -> Facts:
    channel = Channel.COUNTER if kind is KindCode.FLEKSIBEL else Channel.ONLINE
    return replace(facts, kind=kind, particulars=ANSWERS.get(kind, {}), asked=Decimal(600), channel=channel)


def _mean(found: list[Facts]) -> float:
    return statistics.median(_seconds(found) for _ in range(harness.ROUNDS)) / TIMES


def _seconds(found: list[Facts]) -> float:
    start = time.process_time()
    for _ in range(TIMES):
        for facts in found:
            kinds.evaluate(facts)
    return time.process_time() - start


def _member() -> Facts:
    """Aged 51, with twenty earlier applications."""
    before = Earlier(kind=KindCode.FLEKSIBEL, state=State.PAID, applied_on=date(2026, 5, 5), asked=Decimal(100), taken=Decimal(100))
    return Facts(
        kind=KindCode.AGE_50,
        on=TODAY,
        channel=Channel.ONLINE,
        birth_date=date(1975, 5, 5),
        citizenship=Citizenship.CITIZEN,
        identity_kind=IdentityKind.MYKAD,
        religion=Religion.ISLAM,
        member_since=date(2000, 1, 1),
        balances=dict.fromkeys((SubAccount.PERSARAAN, SubAccount.SEJAHTERA, SubAccount.FLEKSIBEL), Decimal("50000.00")),
        earlier=(before,) * 20,
    )
