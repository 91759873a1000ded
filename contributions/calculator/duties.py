"""The page of an employer's duties: every figure of it reckoned or read from the dated law of a day, none typed in.

Only the wages, the month and the day of the examples are chosen: those of KWSP's own (seed 001), and a payment some weeks late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils import translation

from contributions import explanations
from contributions.calculator import late
from contributions.enums import Category, SchedulePart
from contributions.facts import EmployeeFacts
from contributions.rules import duties, regime, schedule
from contributions.rules import late as lateness
from kwsp_portal.common import money, rates
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship

EXAMPLE_MONTH: Final = WageMonth(2018, 1)
"""KWSP's own example of the day: the wages of January 2018."""
EXAMPLE_WAGES: Final = Decimal("6250.00")
"""KWSP's own example of shares."""
EXAMPLE_PAID: Final = date(2018, 3, 20)
ROUNDED: Final = Decimal("13.21")
"""KWSP's own example of a charge with sen."""
_YEARS_OLD: Final = 35


@dataclass(frozen=True, slots=True)
class Stage:
    """What is owed for somebody in one stage of age: rates as fractions, or a fixed sum of the employer's. `over` where wages above the limit have a
    rate of their own."""

    part: SchedulePart
    employer: Decimal
    over: Decimal | None
    fixed: bool
    employee: Decimal


@dataclass(frozen=True, slots=True)
class Shares:
    """Of one kind of people, below the age of the second stage and from it. `by_choice`: they may choose, and owe nothing unless they do."""

    who: Category
    below: Stage
    reached: Stage
    by_choice: bool


@dataclass(frozen=True, slots=True)
class Duties:
    """What the law of a wage month, and of the day on which it falls due, asks of an employer."""

    month: WageMonth
    example: WageMonth
    shares: Sequence[Shares]
    early_before: date
    reduced_age: int
    last_age: int
    limit: Decimal
    terms: Mapping[str, int]
    penalties: Sequence[duties.Penalty]
    points: Decimal
    minimum: Decimal
    rounded: Decimal
    late: late.Answer
    shares_example: schedule.Shares
    liable: explanations.LiableWages | None
    citations: Sequence[str]
    assumptions: Sequence[str]


def of(month: WageMonth, *, on: date, declared: Mapping[int, lateness.Declared]) -> Duties:
    """For a wage month; `on` is the day of asking. Raises NotInForce for a month whose law the portal does not know."""
    law, day = regime.law_of(month), month.due_date
    example = schedule.shares(
        EmployeeFacts(EXAMPLE_MONTH, EXAMPLE_WAGES, money.ZERO, Citizenship.CITIZEN, None, date(EXAMPLE_MONTH.year - _YEARS_OLD, 1, 1))
    )
    question = late.Question(EXAMPLE_MONTH.contribution_month, example.total, EXAMPLE_PAID)
    points, minimum = (lateness.LAW.at(f"charge.{name}", day) for name in ("points", "minimum"))
    terms = {which.name: duties.term(which, day) for which in duties.Term}
    penalties = duties.penalties(day)
    used = [*terms.values(), *(penalty.fine for penalty in penalties)]
    citations, assumptions = _sources(used)
    return Duties(
        month=month,
        example=EXAMPLE_MONTH,
        shares=[_shares(category, law) for category in Category],
        early_before=law.early_before,
        reduced_age=law.reduced.years,
        last_age=law.at("age.last").value,
        limit=law.citizen[0].wages.limit,
        terms={name: value.value for name, value in terms.items()},
        penalties=penalties,
        points=points.value,
        minimum=money.ZERO + minimum.value,
        rounded=money.up_to_ringgit(ROUNDED),
        late=late.answer(question, on=on, declared=declared),
        shares_example=example,
        liable=explanations.liable_wages(month),
        citations=[*citations, *_sources([law.citizen[0].employee, points, minimum])[0]],
        assumptions=assumptions,
    )


def _shares(who: Category, law: regime.MonthLaw) -> Shares:
    below, reached = getattr(law, who.lower())
    return Shares(who=who, below=_stage(below), reached=_stage(reached), by_choice=below.by_choice is not None)


def _stage(part: regime.PartLaw) -> Stage:
    to_limit, over = part.employer_to_limit.value, part.employer_over_limit.value
    return Stage(
        part=part.code,
        employer=to_limit,
        over=over if over != to_limit else None,
        fixed=part.employer_fixed is not None,
        employee=part.employee.value,
    )


def _sources(used: Sequence[rates.Value]) -> tuple[list[str], list[str]]:
    """Citations and assumptions in the active language, each once."""
    language = translation.get_language() or "ms"
    names = dict.fromkeys(name for value in used for name in value.citation.split(rates.CITATIONS_BETWEEN))
    cited = [source.in_language(language) for name in names for source in rates.citations(name)]
    return cited, list(dict.fromkeys(value.reason.in_language(language) for value in used if value.reason))
