"""The tables of cases stand on both sides of each border: every reason a kind can give is given by one case and not by another, and a number of law
that moved by the least step would be noticed by a case."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest

from kwsp_portal.common.rates import Law, Rate, Value
from tests.statute import tables, test_khas, withdrawal_cases
from withdrawals import kinds
from withdrawals.enums import Channel, KindCode
from withdrawals.kinds import common, khas_2022
from withdrawals.kinds.base import Kind, Result
from withdrawals.rules import education, housing, khas, withdrawal

LAWS: Final = (withdrawal.LAW, housing.LAW, education.LAW, khas.LAW)
OF_EVERY_KIND: Final = frozenset({"NOT_OPEN", "AMOUNT_NOT_POSITIVE", "AMOUNT_DECIMALS", "AMOUNT_ABOVE", "NOTHING"})
STEP: Final[dict[str, Callable[[Any], Any]]] = {
    "ringgit": lambda value: Decimal("0.01") if value else Decimal("0.02"),  # of a least of nothing a sen is the least all the same
    "rate": lambda _value: Decimal("0.0001"),
    "date": lambda _value: timedelta(days=1),
    "years": lambda _value: 1,
    "months": lambda _value: 1,
    "days": lambda _value: 1,
}
ELSEWHERE: Final = {
    **dict.fromkeys(
        ("age_50.charter", "age_55.charter", "fleksibel.charter", "housing/charter", "education/charter", "khas_2022/charter"), "charter"
    ),
    **dict.fromkeys(("age_55.emas",), "said in a step: test_a_member_of_60_has_a_way…"),
    **dict.fromkeys(("khas_2022/last_day", "khas_2022/status_from", "khas_2022/dividend", "khas_2022/zakat"), "of pages: tests/frame/test_khas.py"),
}
"""Numbers that decide neither who nor how much, and where they are looked at."""


def table(kind: KindCode) -> list[dict[str, str]]:
    return tables.read("khas_2022.csv" if kind is KindCode.KHAS_2022 else f"withdrawal_{kind.lower()}.csv")


def found(kind: KindCode, case: dict[str, str]) -> Result:
    """What the rules say of a row."""
    if kind is KindCode.KHAS_2022:
        return kinds.evaluate(test_khas._of(case))
    return kinds.evaluate(withdrawal_cases.facts(kind, case["change"], case["asked"], date.fromisoformat(case["on"])))


def can_give(kind: Kind) -> set[str]:
    """Every reason that the kind could refuse for."""
    codes = {*OF_EVERY_KIND, *(condition.code for condition in kind.conditions)}
    if any(one.required for one in kind.particulars):
        codes |= {"PARTICULAR_MISSING", "PARTICULAR_WRONG"}
    if kind.code in (KindCode.HOUSE_BUY, KindCode.FLEKSIBEL, KindCode.KHAS_2022):
        codes.add("CHANNEL")
    if kind.code in (KindCode.AGE_55, KindCode.KHAS_2022):
        codes.add("TOO_EARLY_TO_DECIDE")
    if kind.code in (KindCode.HOUSE_INSTALMENT, KindCode.AGE_55, KindCode.FLEKSIBEL, KindCode.KHAS_2022):
        codes |= {"TOO_LITTLE", "AMOUNT_BELOW"}
    return codes


@pytest.mark.parametrize("kind", kinds.KINDS, ids=lambda kind: kind.code)
def test_each_reason_is_given_by_a_case_and_not_by_another_and_all_have_a_source(kind: Kind) -> None:
    cases = table(kind.code)
    refused = [set(case["refusals"].split()) for case in cases]
    given = set().union(*refused)

    assert len(cases) >= 20
    assert can_give(kind) - given == set(), "no case is refused for it"
    assert given - can_give(kind) == set(), "reasons that this test does not know"
    assert set.intersection(*refused) == set(), "each has a case that is not refused for it"
    assert [case for case in cases if not case["source"].strip()] == []


def test_what_a_kind_can_give_follows_its_ways_its_days_and_its_least() -> None:
    """`can_give` names kinds; the kinds say the same."""
    for kind in kinds.KINDS:
        day = khas.FIRST if kind.code is KindCode.KHAS_2022 else withdrawal_cases.TODAY
        facts = test_khas.somebody(on=day, kind=kind.code)
        soho = test_khas.somebody(on=day, kind=kind.code, particulars={"property": "SOHO"})
        few = kind.channels(facts) != frozenset(Channel) or kind.channels(soho) != frozenset(Channel)
        assert ("CHANNEL" in can_give(kind)) is few, kind.code
        assert ("TOO_EARLY_TO_DECIDE" in can_give(kind)) is (kind.decided_from(facts) is not None), kind.code
        least = max(kind.amount(test_khas.somebody(on=day, kind=kind.code, particulars={"mode": mode})).least for mode in ("", "MONTHLY"))
        assert ("AMOUNT_BELOW" in can_give(kind)) is (least > common.SEN), kind.code


def numbers() -> list[tuple[Law, Rate, Value]]:
    """Each number of law of withdrawals with a least step."""
    every = [(law, rate, value) for law in LAWS for rate in law.rates.values() for value in rate.values]
    return [
        one
        for one in every
        if one[1].unit in STEP and one[2].value is not None and not {one[1].name, f"{one[0].name}/{one[1].name}"} & set(ELSEWHERE)
    ]


@contextmanager
def moved(value: Value, by: Any) -> Iterator[None]:
    """The number is another within."""
    before = value.value
    object.__setattr__(value, "value", before + by)
    _forget()
    try:
        yield
    finally:
        object.__setattr__(value, "value", before)
        _forget()


def _forget() -> None:
    common.in_force.cache_clear()
    khas_2022._law.cache_clear()
    khas._bounds.cache_clear()


@pytest.mark.parametrize(("law", "rate", "value"), numbers(), ids=lambda part: part.start.isoformat() if isinstance(part, Value) else part.name)
def test_a_number_of_law_that_moved_by_the_least_step_would_be_noticed(law: Law, rate: Rate, value: Value) -> None:
    asked = [kind for kind in kinds.KINDS if law in kind.laws or law is withdrawal.LAW]
    cases = [(kind.code, case) for kind in asked for case in table(kind.code)]
    step = STEP[rate.unit](value.value)
    for by in (step, -step):
        if not isinstance(value.value, date) and value.value + by < 0:
            continue
        with moved(value, by):
            assert any(_otherwise(kind, case) for kind, case in cases), f"{law.name}/{rate.name} {value.value} {by:+}"


def _otherwise(kind: KindCode, case: dict[str, str]) -> bool:
    """Whether a row is not as it says any more."""
    result = found(kind, case)
    return sorted(one.code for one in result.refusals) != sorted(case["refusals"].split()) or result.most != Decimal(case["most"])
