"""A second, slow and plain reading of what is owed, written from the words of the facts and the rulings, not from the code.

Whole sen and fractions, no tables made ahead, no rate file: every number stands here as facts/contributions.md says it (sections 1.1, 1.5 to
1.7, 2.1 to 2.3, 7.1; rulings 4 to 7). It says `A 756 693`, or why nobody owes anything.
"""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from contributions.facts import Elections, EmployeeFacts
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship

# Facts 2.2: from which month, which percentage.
EMPLOYEE_A_B = {(2008, 2): "11", (2009, 1): "8", (2011, 1): "11", (2016, 3): "8", (2018, 1): "11", (2020, 4): "7", (2021, 1): "9", (2022, 7): "11"}
EMPLOYEE_C_D = {(2008, 2): "5.5", (2016, 3): "4", (2018, 1): "5.5"}
EMPLOYER_A = {(2008, 2): ("12", "12"), (2012, 1): ("13", "12")}
EMPLOYER_C = {(2008, 2): ("6", "6"), (2012, 1): ("6.5", "6")}
# Facts 2.3 and 2.2: months in which somebody who keeps the old rate pays more than the edition asks.
KEPT_A_B = [((2009, 1), (2010, 12)), ((2016, 3), (2017, 12)), ((2020, 4), (2022, 6))]
KEPT_C_D = [((2016, 3), (2017, 12))]


BORDERS = [(2008, 2), (2009, 1), (2011, 1), (2012, 1), (2013, 8), (2016, 3), (2018, 1), (2019, 1), (2020, 4), (2021, 1), (2022, 7), (2025, 10)]
"""First months of the editions."""


def read(facts: EmployeeFacts, elections: Elections) -> str:
    """Part, employer's and employee's share in whole ringgit, or the code of a refusal."""
    month = (facts.wage_month.year, facts.wage_month.month)
    if month < (2008, 2):
        return "NOT_IN_FORCE"
    if (facts.birth_date.year, facts.birth_date.month) > month:
        return "BORN_AFTER_WAGE_MONTH"
    if month_of(birthday(facts.birth_date, 75)) < month:
        return "ABOVE_CONTRIBUTION_AGE"
    part = part_of(facts, month)
    if facts.domestic and part == "F":
        return "DOMESTIC_EXCLUDED"
    if (facts.domestic or part in "BD") and not elections.chosen:
        return "MAY_CHOOSE"
    return amounts(part, month, facts, elections)


def birthday(born: date, years: int) -> date:
    """Ruling 15a: of 29 February, 1 March in other years."""
    if (born.month, born.day) == (2, 29) and (born.year + years) % 4:
        return date(born.year + years, 3, 1)
    return date(born.year + years, born.month, born.day)


def month_of(day: date) -> tuple[int, int]:
    return (day.year, day.month)


def part_of(facts: EmployeeFacts, month: tuple[int, int]) -> str:
    """Facts 1.7, 2.2 and ruling 7."""
    if month < (2013, 8):
        second = month_of(birthday(facts.birth_date, 55)) < month and birthday(facts.birth_date, 55) >= date(2008, 2, 1)
    else:
        second = month_of(birthday(facts.birth_date, 60)) < month
    if facts.citizenship == "CITIZEN":
        return ("E" if month >= (2019, 1) else "C") if second else "A"
    if facts.citizenship == "PERMANENT_RESIDENT":
        return "C" if second else "A"
    if facts.member_since is not None and facts.member_since <= date(1998, 7, 31):
        return "C" if second else "A"
    if month >= (2025, 10):
        return "F"
    return "D" if second else "B"


def amounts(part: str, month: tuple[int, int], facts: EmployeeFacts, elections: Elections) -> str:
    sen, bonus = int(facts.wages * 100), int(facts.bonus * 100)
    wages = Fraction(sen, 100)
    lifted = part in "AC" and month >= (2012, 1) and sen > 500_000 and sen - bonus <= 500_000
    low, high = employer_percent(part, month)
    employer_rate = low if sen <= 500_000 or lifted else high
    employee_rate = employee_percent(part, month, keeps=elections.keeps)
    employer_more, employee_more = (percent(str(points)) for points in elections[:2])
    if employer_rate + employer_more > 1 or employee_rate + employee_more > 1:
        return "EXCESS_TOO_HIGH"
    if sen <= 1_000:
        return f"{part} 0 0"
    fixed = 5 if part in "BD" else 0
    has_row = part != "F" and sen <= 2_000_000
    employer, employee = (employer_rate + employer_more) * wages + fixed, (employee_rate + employee_more) * wages
    if has_row and not employer_more and not lifted:
        employer = Fraction(up(employer_rate * top_of_row(sen)) + fixed)
    if has_row and not employee_more:
        employee = Fraction(up(employee_rate * top_of_row(sen)))
    total = up(employer + employee)
    return f"{part} {total - up(employee)} {up(employee)}"


def top_of_row(sen: int) -> Fraction:
    """Facts 1.1: rows of RM20 to RM5,000, of RM100 above."""
    width = 2_000 if sen <= 500_000 else 10_000
    top = 0
    while top < sen:
        top += width * max(1, (sen - top) // width)
    return Fraction(top, 100)


def employer_percent(part: str, month: tuple[int, int]) -> tuple[Fraction, Fraction]:
    """To RM5,000 and above it; the fixed RM5 of B and D is no percentage."""
    if part in "BD":
        return Fraction(0), Fraction(0)
    if part in "EF":
        rate = percent("4" if part == "E" else "2")
        return rate, rate
    low, high = latest(EMPLOYER_A if part == "A" else EMPLOYER_C, month)
    return percent(low), percent(high)


def employee_percent(part: str, month: tuple[int, int], *, keeps: bool) -> Fraction:
    if part in "EF":
        return percent("0" if part == "E" else "2")
    below = part in "AB"
    if keeps and any(first <= month <= last for first, last in (KEPT_A_B if below else KEPT_C_D)):
        return percent("11" if below else "5.5")
    return percent(latest(EMPLOYEE_A_B if below else EMPLOYEE_C_D, month))


def latest(table: dict, month: tuple[int, int]):  # type: ignore[no-untyped-def, type-arg]
    return table[max(start for start in table if start <= month)]


def percent(text: str) -> Fraction:
    return Fraction(text) / 100


def up(amount: Fraction) -> int:
    """The ringgit at or above."""
    return -(-amount.numerator // amount.denominator)


def anybody(dice: Random) -> tuple[EmployeeFacts, Elections]:
    """Facts and elections drawn so that the borders of wages, ages, months and dates come often."""
    anywhere, border = WageMonth(2008, 2).plus(dice.randrange(228)), WageMonth(*dice.choice(BORDERS))
    month = dice.choice((anywhere, border, max(border.previous(), WageMonth(2008, 2))))
    sen = dice.choice(
        (
            dice.randrange(2_500),
            dice.randrange(490_000, 520_000),
            dice.randrange(700_000),
            dice.randrange(1_980_000, 3_500_000),
            dice.randrange(300) * 10_000,
        )
    )
    bonus = dice.choice((0, 0, 0, dice.randrange(sen + 1), max(0, sen - 500_000), min(sen, 50_000)))
    reached = dice.choice((18, 54, 55, 55, 59, 60, 60, 74, 75))
    around = month.first_day - timedelta(days=reached * 1461 // 4 + dice.randrange(-45, 45))
    born = dice.choice((around, around, month.first_day - timedelta(days=dice.randrange(18 * 366, 76 * 365)), date(1952, 2, 29), date(1953, 1, 31)))
    since = dice.choice((None, date(1998, 7, 31), date(1998, 8, 1), date(2005, 1, 1)))
    facts = EmployeeFacts(month, Decimal(sen).scaleb(-2), Decimal(bonus).scaleb(-2), dice.choice(list(Citizenship)), since, born, dice.random() < 0.1)
    points = [Decimal(dice.choice((0, 0, 0, 1, 5, dice.randrange(9_500) / Decimal(100)))) for _ in range(2)]
    return facts, Elections(points[0], points[1], dice.random() < 0.3, dice.random() < 0.85)
