"""Whose shares they are: standing, choice, age, Part. What is the same for many people is made once and kept."""

import functools
import itertools
from collections.abc import Iterable
from datetime import date
from typing import Final

from contributions.enums import Category
from contributions.facts import EmployeeFacts
from contributions.rules import category, regime
from contributions.rules.figures import cited, figures_of
from kwsp_portal.common.explain import Step
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship
from members.rules import age

_PLAIN: Final = {
    Citizenship.CITIZEN: (Category.CITIZEN, Step("CITIZEN")),
    Citizenship.PERMANENT_RESIDENT: (Category.PERMANENT_RESIDENT, Step("PERMANENT_RESIDENT")),
}
_MOST_KEPT: Final = 30_000
"""Sentences about an age that are kept for each way of saying it: those of every birth date among people of working age."""


def who(facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw) -> list[Step]:
    """The steps from facts to Part; the Part is that of `category.part_of`."""
    _, _, _, citizenship, _, birth_date, domestic = facts
    standing, step = _PLAIN.get(citizenship) or _non_citizen(facts, law)
    reached = birth_date < law.born_below
    told = [step]
    if domestic or part.by_choice:
        told.append(_choice(law, part, domestic))
    if not part.exact:  # Part F is the same at every age up to 75.
        near = law.born_near_from <= birth_date < law.born_near_to
        told.append(_ages(law.reduced, reached, near).get(birth_date) or _age(birth_date, law.reduced, reached, near))
    if birth_date < law.born_after_last:
        told.append(_last_month(birth_date, law))
    told.append(_part(law, part, standing, reached and birth_date >= law.born_saved))
    return told


def change_of_standing(history: Iterable[tuple[date, Citizenship]], facts: EmployeeFacts) -> Step | None:
    """From which wage month a change of standing counts, for somebody near it; `history`: each standing with the day from which it holds.

    None where no change is near, or where the history has another standing than the facts: then it says nothing about them.
    """
    law, known = regime.law_of(facts.wage_month), sorted(history)
    if category.citizenship_in(known, facts.wage_month) != facts.citizenship:
        return None
    counts = law.at("status.after_months")
    changes = [new[0] for old, new in itertools.pairwise(known) if new[1] != old[1] and new[0] <= facts.wage_month.last_day]
    if not changes:
        return None
    from_month = WageMonth.of(changes[-1]).plus(counts.value)
    if from_month.plus(regime.NEAR) < facts.wage_month:
        return None
    code = "STANDING_CHANGES" if from_month > facts.wage_month else "STANDING_CHANGED"
    return cited(code, counts, changed_on=changes[-1], from_month=from_month)


def _non_citizen(facts: EmployeeFacts, law: regime.MonthLaw) -> tuple[Category, Step]:
    standing, member_since = category.category_of(facts, law), facts.member_since
    border, citation, assumption = _border(law)
    if member_since is None:
        return standing, Step("NOT_YET_MEMBER", {"border": border}, citation, assumption)
    return standing, Step(standing.value, {"member_since": str(member_since), "border": border}, citation, assumption)


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


@functools.cache
def _ages(law: regime.AgeLaw, reached: bool, near: bool) -> dict[date, Step]:
    """What is said of each birth date, as `_age` makes it."""
    return {}


def _age(birth_date: date, law: regime.AgeLaw, reached: bool, near: bool) -> Step:
    """Whether the age has its effect in a month; `near`: not far from the month in which it begins to."""
    kept = _ages(law, reached, near)
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    return kept.setdefault(birth_date, _reaching(birth_date, law, reached, near))


def _reaching(birth_date: date, law: regime.AgeLaw, reached: bool, near: bool) -> Step:
    birthday = age.birthday(birth_date, law.years)
    figures = figures_of(birth_date=birth_date, age=law.years, birthday=birthday)
    if law.not_before is not None and birthday < law.not_before.value:
        return Step("AGE_SAVED", {**figures, "before": str(law.not_before.value)}, law.not_before.citation, law.not_before.assumption)
    changes = WageMonth.of(birthday).plus(law.after_months)
    code = "AGE_REACHED_BEFORE" if reached else "AGE_BELOW_THIS_MONTH"
    # In a month with another age, before or after, reaching this one changed nothing: then the month is not named.
    if regime.reduced_age(changes) == law.years:
        code, figures["from_month"] = "AGE_REACHED" if reached else "AGE_BELOW", str(changes)
    # Which month the change starts with matters only to somebody near it; far from it nothing is assumed.
    return Step(code, figures, law.citation, law.assumption if near else "")


def _last_month(birth_date: date, law: regime.MonthLaw) -> Step:
    last = law.at("age.last")
    figures = figures_of(age=last.value, birthday=age.birthday(birth_date, last.value), wage_month=law.month)
    return Step("LAST_MONTH", figures, last.citation, law.at("age.last_after_months").assumption)


@functools.cache
def _part(law: regime.MonthLaw, part: regime.PartLaw, standing: Category, second: bool) -> Step:
    chosen = law.at(f"part.{standing.value.lower()}.{'from' if second else 'below'}")
    edition = WageMonth.of(regime.LAW.edition(law.wage_month.first_day))
    return cited("PART_EXACT" if part.exact else "PART_TABLE", chosen, part=part.code, wage_month=law.month, edition_month=edition)
