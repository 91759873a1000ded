"""What holds for all wages, persons, months and elections."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from contributions.facts import CHOSEN, Elections, EmployeeFacts
from contributions.rules import regime, schedule
from contributions.rules.schedule import Basis
from kwsp_portal.common.explain import Step
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship

MONTHS = st.sampled_from(list(WageMonth(2008, 2).through(WageMonth(2026, 12))))
WAGES = st.integers(0, 3_500_000).map(lambda sen: Decimal(sen).scaleb(-2))
POINTS = st.one_of(st.just(Decimal(0)), st.decimals(min_value=Decimal("0.01"), max_value=40, places=2))
ELECTIONS = st.builds(Elections, POINTS, POINTS, st.booleans(), st.just(True))


@st.composite
def people(draw: st.DrawFn) -> EmployeeFacts:
    """Somebody of 18 to 74, with or without a bonus, who may contribute."""
    month = draw(MONTHS)
    wages = draw(WAGES)
    bonus = draw(st.one_of(st.just(Decimal(0)), st.integers(0, int(wages * 100)).map(lambda sen: Decimal(sen).scaleb(-2))))
    born = draw(st.dates(date(month.year - 74, 1, 1), date(month.year - 18, 1, 1)))
    since = draw(st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2018, 12, 31))))
    return EmployeeFacts(month, wages, bonus, draw(st.sampled_from(Citizenship)), since, born)


@settings(max_examples=60)
@given(facts=people(), elections=ELECTIONS)
def test_shares_are_whole_ringgit_that_add_up(facts: EmployeeFacts, elections: Elections) -> None:
    found = schedule.shares(facts, elections)

    assert found.employer + found.employee == found.total
    assert all(amount == amount.to_integral_value() and amount >= 0 for amount in found[1:4])
    assert [amount.as_tuple().exponent for amount in found[1:4]] == [-2, -2, -2]
    if found.band_to is not None and facts.wages:
        assert found.band_from <= facts.wages <= found.band_to


@settings(max_examples=100)
@given(facts=people(), keeps=st.booleans())
@example(facts=EmployeeFacts(WageMonth(2020, 4), Decimal(100), Decimal(0), Citizenship.CITIZEN, None, date(1990, 1, 1)), keeps=False)
def test_the_total_covers_the_exact_percentage_and_is_less_than_two_ringgit_above_the_rows(facts: EmployeeFacts, keeps: bool) -> None:
    """By row each share is rounded up, so less than RM1 each is added to the percentage of the row's end; by percentage, to the total."""
    facts, elections = facts._replace(bonus=Decimal(0)), CHOSEN._replace(keeps=keeps)
    found = schedule.shares(facts, elections)

    if found.basis is Basis.BAND:
        assert sum(schedule.exact_percentage(facts, elections)) <= found.total
        assert found.total < sum(schedule.exact_percentage(facts._replace(wages=found.band_to), elections)) + 2  # type: ignore[arg-type]
    elif found.basis is Basis.EXACT:
        assert 0 <= found.total - sum(schedule.exact_percentage(facts, elections)) < 1


@settings(max_examples=100)
@given(facts=people(), elections=ELECTIONS, more=st.integers(1, 500_000))
@example(facts=EmployeeFacts(WageMonth(2026, 10), Decimal(5000), Decimal(0), Citizenship.CITIZEN, None, date(1990, 1, 1)), elections=CHOSEN, more=1)
@example(facts=EmployeeFacts(WageMonth(2011, 12), Decimal(5000), Decimal(0), Citizenship.CITIZEN, None, date(1990, 1, 1)), elections=CHOSEN, more=1)
@example(facts=EmployeeFacts(WageMonth(2026, 10), Decimal(20000), Decimal(0), Citizenship.CITIZEN, None, date(1990, 1, 1)), elections=CHOSEN, more=1)
def test_more_wages_never_mean_less_except_where_the_employers_rate_falls(facts: EmployeeFacts, elections: Elections, more: int) -> None:
    """The known fall: 13 % (6.5 %) to RM5,000, 12 % (6 %) above, since 2012. By exact percentage one share may give a ringgit to the other."""
    poorer = facts._replace(bonus=Decimal(0))
    richer = poorer._replace(wages=facts.wages + Decimal(more).scaleb(-2))

    less, greater = schedule.shares(poorer, elections), schedule.shares(richer, elections)

    assert greater.employee >= less.employee
    falls = less.part in ("A", "C") and facts.wage_month >= WageMonth(2012, 1) and poorer.wages <= 5000 < richer.wages
    if not falls:
        assert greater.total >= less.total


@settings(max_examples=60)
@given(facts=people(), elections=ELECTIONS)
def test_every_explanation_ends_in_the_shares_it_explains(facts: EmployeeFacts, elections: Elections) -> None:
    found = schedule.shares(facts, elections)

    steps = {step.code: step for step in schedule.explain(facts, elections)}

    if found.basis is Basis.NIL:
        assert "NIL" in steps
    else:
        figures = steps["TOTAL"].figures
        assert [figures[name] for name in ("employer", "employee", "total")] == [str(amount) for amount in found[1:4]]
    assert any(step.citation for step in steps.values())


@settings(max_examples=60)
@given(facts=people(), elections=ELECTIONS)
def test_no_float_anywhere(facts: EmployeeFacts, elections: Elections) -> None:
    """In the law of the month, in the shares, in the steps: amounts and rates are Decimal or text of digits."""
    found, law = schedule.shares(facts, elections), regime.law_of(facts.wage_month)

    assert {type(amount) for amount in found[1:4]} == {Decimal}
    assert not any(isinstance(value, float) for value in _everything((found, law, schedule.explain(facts, elections))))


def _everything(value: Any) -> Iterator[Any]:
    """A value and all it holds."""
    yield value
    if is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, field.name) for field in fields(value)]
    elif isinstance(value, dict):
        parts = [*value.keys(), *value.values()]
    else:
        parts = list(value) if isinstance(value, tuple | list) else []
    for part in parts:
        yield from _everything(part)


def test_the_search_for_floats_sees_them_where_they_hide() -> None:
    assert 0.5 in list(_everything((Step("X", {"a": 0.5}), [1, ("x",)])))  # type: ignore[dict-item]
