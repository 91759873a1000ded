"""What holds for all wages, persons and months; and a plain second reading of the facts that must agree."""

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from contributions.facts import CHOSEN, EmployeeFacts
from contributions.rules import schedule
from contributions.rules.schedule import Basis
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship

MONTHS = st.sampled_from(list(WageMonth(2019, 1).through(WageMonth(2026, 12))))
WAGES = st.integers(0, 3_500_000).map(lambda sen: Decimal(sen).scaleb(-2))


@st.composite
def people(draw: st.DrawFn) -> EmployeeFacts:
    """Somebody of 18 to 74, with or without a bonus."""
    month = draw(MONTHS)
    wages = draw(WAGES)
    bonus = draw(st.one_of(st.just(Decimal(0)), st.integers(0, int(wages * 100)).map(lambda sen: Decimal(sen).scaleb(-2))))
    born = draw(st.dates(date(month.year - 74, 1, 1), date(month.year - 18, 1, 1)))
    since = draw(st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2018, 12, 31))))
    return EmployeeFacts(month, wages, bonus, draw(st.sampled_from(Citizenship)), since, born)


def _plain(facts: EmployeeFacts) -> tuple[int, int]:
    """Employer and employee, written from facts 1.1 to 2.2 and rulings 4 to 7 with whole numbers, without looking at the code."""
    part = _plain_part(facts)
    year_month = (facts.wage_month.year, facts.wage_month.month)
    sen = int(facts.wages * 100)
    below_60 = 1100
    for start, rate in (((2020, 4), 700), ((2021, 1), 900), ((2022, 7), 1100)):
        below_60 = rate if year_month >= start else below_60
    low, high, employee = {
        "A": (1300, 1200, below_60), "B": (0, 0, below_60), "C": (650, 600, 550), "D": (0, 0, 550), "E": (400, 400, 0), "F": (200, 200, 200)
    }[part]  # fmt: skip
    fixed = 5 if part in "BD" else 0
    if sen <= 1_000:
        return 0, 0
    above_table = part == "F" or sen > 2_000_000
    lifted = part in "AC" and sen > 500_000 >= sen - int(facts.bonus * 100)
    width = 2_000 if sen <= 500_000 else 10_000
    top = sen if above_table else -(-sen // width) * width
    employer_exact = fixed + Fraction((low if sen <= 500_000 or lifted else high) * (sen if lifted else top), 1_000_000)
    employee_exact = Fraction(employee * top, 1_000_000)
    if above_table:
        return _up(employer_exact + employee_exact) - _up(employee_exact), _up(employee_exact)
    return _up(employer_exact), _up(employee_exact)


def _plain_part(facts: EmployeeFacts) -> str:
    """60 counts from the month after the birthday month."""
    reached = (facts.birth_date.year + 60, facts.birth_date.month) < (facts.wage_month.year, facts.wage_month.month)
    if facts.citizenship == "CITIZEN":
        return "E" if reached else "A"
    if facts.citizenship == "PERMANENT_RESIDENT" or (facts.member_since is not None and facts.member_since < date(1998, 8, 1)):
        return "C" if reached else "A"
    if (facts.wage_month.year, facts.wage_month.month) >= (2025, 10):
        return "F"
    return "D" if reached else "B"


def _up(amount: Fraction) -> int:
    return -(-amount.numerator // amount.denominator)


def test_a_plain_second_reading_of_the_facts_agrees_on_10000_people() -> None:
    """Drawn by an ordinary seeded generator: a hundred times as many cases a second as hypothesis, and the same ones every time."""
    dice = random.Random(20260101)
    months = list(WageMonth(2019, 1).through(WageMonth(2026, 12)))
    for _ in range(10_000):
        month = dice.choice(months)
        sen = dice.choice((dice.randrange(2_000), dice.randrange(700_000), dice.randrange(3_500_000), dice.randrange(0, 2_500_000, 2_000)))
        bonus = dice.choice((0, 0, dice.randrange(sen + 1)))
        born = month.first_day - timedelta(days=dice.randrange(18 * 366, 74 * 365))
        since = dice.choice((None, date(1998, 7, 31), date(1998, 8, 1), date(2015, 1, 1)))
        wages, of_which_bonus = Decimal(sen).scaleb(-2), Decimal(bonus).scaleb(-2)
        facts = EmployeeFacts(month, wages, of_which_bonus, dice.choice(list(Citizenship)), since, born)

        found = schedule.shares(facts, CHOSEN)

        assert (found.part, int(found.employer), int(found.employee)) == (_plain_part(facts), *_plain(facts)), facts


@settings(max_examples=60)
@given(facts=people())
def test_shares_are_whole_ringgit_that_add_up_and_cover_the_exact_percentage(facts: EmployeeFacts) -> None:
    found = schedule.shares(facts, CHOSEN)

    assert found.employer + found.employee == found.total
    assert all(amount == amount.to_integral_value() and amount >= 0 for amount in found[1:4])
    if found.basis in (Basis.BAND, Basis.EXACT):
        assert sum(schedule.exact_percentage(facts, CHOSEN)) <= found.total
    if found.band_to is not None and facts.wages:
        assert found.band_from <= facts.wages <= found.band_to


@settings(max_examples=60)
@given(facts=people(), more=st.integers(1, 500_000))
@example(facts=EmployeeFacts(WageMonth(2026, 10), Decimal(5000), Decimal(0), Citizenship.CITIZEN, None, date(1990, 1, 1)), more=1)
def test_more_wages_never_mean_less_except_where_the_employers_rate_falls(facts: EmployeeFacts, more: int) -> None:
    """The known fall: 13 % (6.5 %) to RM5,000, 12 % (6 %) above. By exact percentage one share may give a ringgit to the other."""
    poorer = facts._replace(bonus=Decimal(0))
    richer = poorer._replace(wages=facts.wages + Decimal(more).scaleb(-2))

    less, greater = schedule.shares(poorer, CHOSEN), schedule.shares(richer, CHOSEN)

    assert greater.employee >= less.employee
    crosses = less.part in ("A", "C") and poorer.wages <= 5000 < richer.wages
    if not crosses:
        assert greater.total >= less.total


@settings(max_examples=60)
@given(facts=people())
def test_every_explanation_ends_in_the_shares_it_explains(facts: EmployeeFacts) -> None:
    found = schedule.shares(facts, CHOSEN)

    steps = {step.code: step for step in schedule.explain(facts, CHOSEN)}

    if found.basis is Basis.NIL:
        assert "NIL" in steps
    else:
        figures = steps["TOTAL"].figures
        assert [figures[name] for name in ("employer", "employee", "total")] == [str(amount) for amount in found[1:4]]
    assert any(step.citation for step in steps.values())
