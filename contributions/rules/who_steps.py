"""Whose shares they are: standing, choice, age, Part. What is the same for many people is made once and kept."""

import functools
from datetime import date
from typing import Final, NamedTuple

from contributions.enums import Category
from contributions.facts import EmployeeFacts
from contributions.rules import category, regime
from contributions.rules.figures import cited, figures_of
from kwsp_portal.common.explain import Step
from kwsp_portal.common.periods import WageMonth
from members.rules import age

_PLAIN: Final = {standing: Step(standing.value) for standing in (Category.CITIZEN, Category.PERMANENT_RESIDENT)}
_NEAR: Final = 2
"""Months around a change of Part in which it matters that its month is assumed."""


def who(facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw) -> list[Step]:
    """The steps from facts to Part; the Part is that of `category.part_of`."""
    _, _, _, _, member_since, birth_date, domestic = facts
    standing = category.category_of(facts, law)
    told = [_PLAIN.get(standing) or _non_citizen(member_since, law, standing)]
    if domestic or part.by_choice:
        told.append(_choice(law, part, domestic))
    if not part.exact:  # Part F is the same at every age up to 75.
        told.append(_age(birth_date, law))
    if birth_date < law.born_after_last:
        told.append(_last_month(birth_date, law))
    told.append(_part(law, part, standing, law.born_saved <= birth_date < law.born_below))
    return told


def _non_citizen(member_since: date | None, law: regime.MonthLaw, standing: Category) -> Step:
    border, citation, assumption = _border(law)
    if member_since is None:
        return Step("NOT_YET_MEMBER", {"border": border}, citation, assumption)
    return Step(standing.value, {"member_since": str(member_since), "border": border}, citation, assumption)


@functools.cache
def _border(law: regime.MonthLaw) -> tuple[str, str, str]:
    early = law.at("member.early_before")
    return str(early.value), early.citation, early.assumption


@functools.cache
def _choice(law: regime.MonthLaw, part: regime.PartLaw, domestic: bool) -> Step:
    form = category.choice(law, part, domestic=domestic)
    if form is None:
        raise ValueError(f"Part {part.code} binds everybody")
    return cited("DOMESTIC_CHOSE" if domestic else "NON_CITIZEN_CHOSE", form, form=form.value)


class _Reaching(NamedTuple):
    """What is said of a birth date before the Part changes and after; `changes` is the number of the month in which it does."""

    below: Step
    reached: Step
    changes: int


@functools.lru_cache(maxsize=50_000)
def _reaching(birth_date: date, law: regime.AgeLaw) -> _Reaching:
    birthday = age.birthday(birth_date, law.years)
    changes = WageMonth.of(birthday).plus(law.after_months)
    figures = figures_of(birth_date=birth_date, age=law.years, birthday=birthday)
    below, reached = "AGE_BELOW_THIS_MONTH", "AGE_REACHED_BEFORE"
    # In a month with another age, before or after, reaching this one changed nothing: then the month is not named.
    if regime.reduced_age(changes) == law.years:
        below, reached, figures = "AGE_BELOW", "AGE_REACHED", {**figures, "from_month": str(changes)}
    return _Reaching(Step(below, figures, law.citation), Step(reached, figures, law.citation), regime.number_of(changes))


def _age(birth_date: date, law: regime.MonthLaw) -> Step:
    if birth_date < law.born_saved:
        return _saved(birth_date, law)
    below, reached, changes = _reaching(birth_date, law.reduced)
    ahead = changes - law.number
    told = below if ahead > 0 else reached
    # Which month the change starts with matters only to somebody near it; far from it nothing is assumed.
    return told._replace(assumed=law.reduced.assumption) if -_NEAR <= ahead <= _NEAR else told


def _saved(birth_date: date, law: regime.MonthLaw) -> Step:
    before, years = law.at("age.reduced_not_if_before"), law.reduced.years
    return cited("AGE_SAVED", before, birth_date=birth_date, age=years, birthday=age.birthday(birth_date, years), before=before.value)


def _last_month(birth_date: date, law: regime.MonthLaw) -> Step:
    last = law.at("age.last")
    figures = figures_of(age=last.value, birthday=age.birthday(birth_date, last.value), wage_month=law.month)
    return Step("LAST_MONTH", figures, last.citation, law.at("age.last_after_months").assumption)


@functools.cache
def _part(law: regime.MonthLaw, part: regime.PartLaw, standing: Category, second: bool) -> Step:
    chosen = law.at(f"part.{standing.value.lower()}.{'from' if second else 'below'}")
    edition = WageMonth.of(regime.LAW.edition(law.wage_month.first_day))
    return cited("PART_EXACT" if part.exact else "PART_TABLE", chosen, part=part.code, wage_month=law.month, edition_month=edition)
