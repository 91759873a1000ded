"""What an employer and an employee owe for a wage month (s. 43(1), Third Schedule). The door to the rules of contributions.

`shares` is asked for every row of every Borang A and does little but look up; `explain` says why, for whoever asks.
"""

from decimal import Decimal
from typing import Final

from contributions.facts import CHOSEN as CHOSEN
from contributions.facts import NO_ELECTIONS as NO_ELECTIONS
from contributions.facts import Elections as Elections
from contributions.facts import EmployeeFacts as EmployeeFacts
from contributions.rules import bands, category, excess, excess_steps, mistakes, regime, steps
from contributions.rules.bands import Basis as Basis
from contributions.rules.bands import Shares as Shares
from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from kwsp_portal.common.refusal import Refusal

# Names of this module: a look-up less on a path that a hundred thousand rows take.
_part_law = category.part_law
_MONTHS: Final = regime.MONTHS
_table = bands.table
_whole = money.whole_ringgit_up
_NOTHING: Final = Decimal(0)
_BONUS: Final = Basis.BONUS


def shares(facts: EmployeeFacts, elections: Elections = NO_ELECTIONS) -> Shares:
    """Both shares in whole ringgit.

    Raises NotInForce for a wage month before the rate file; Refusal ABOVE_CONTRIBUTION_AGE, BORN_AFTER_WAGE_MONTH, MAY_CHOOSE,
    DOMESTIC_EXCLUDED, NEGATIVE_WAGES, BONUS_OUT_OF_RANGE, EXCESS_NEGATIVE or EXCESS_TOO_HIGH.
    """
    return _owed(facts, elections)[4]


def _owed(facts: EmployeeFacts, elections: Elections) -> tuple[regime.MonthLaw, regime.PartLaw, int, Shares, Shares]:
    """The law of the month, the Part, the wages rounded up to the ringgit, the shares without an excess, and the shares."""
    wage_month, wages, bonus, citizenship, member_since, birth_date, domestic = facts
    employer_excess, employee_excess, keeps, chosen = elections
    law = _MONTHS.get(wage_month) or regime.law_of(wage_month)
    part = _part_law(law, citizenship, member_since, birth_date)
    if domestic or (part.by_choice and not chosen):
        category.check_choice(law, part, domestic=domestic, chosen=chosen)
    if keeps:
        part, elections = regime.keeping(part), excess.keeping(part, elections)
        employee_excess = elections.employee_excess
    table = _table(part)
    if wages < _NOTHING:
        raise Refusal("NEGATIVE_WAGES", "", {"wages": str(wages)})
    whole = _whole(wages)
    found = table[whole] if whole < len(table) else bands.exact(part, wages)
    if bonus:
        found = _with_bonus(part, found, wages, bonus)
    if employer_excess or employee_excess:
        return law, part, whole, found, excess.shares(law, part, found, wages, elections)
    return law, part, whole, found, found


def _with_bonus(part: regime.PartLaw, found: Shares, wages: Decimal, bonus: Decimal) -> Shares:
    if not 0 <= bonus <= wages:
        raise Refusal("BONUS_OUT_OF_RANGE", "", {"bonus": str(bonus), "wages": str(wages)})
    return bands.with_bonus(part, wages, found) if bands.lifted_by_bonus(part, wages, bonus) else found


def explain(facts: EmployeeFacts, elections: Elections = NO_ELECTIONS) -> list[Step]:
    """Why the shares are what they are: Part and reason, elections, row or percentage, rates with their dates, rounding. Raises as `shares`."""
    law, part, whole, statutory, found = _owed(facts, elections)
    if elections.keeps:
        elections = excess.keeping(part, elections)
    employer_excess, employee_excess, keeps, _ = elections
    if employer_excess or employee_excess:
        told = excess_steps.explain(facts, law, part, statutory, found, elections)
    else:
        told = steps.explain(facts, law, part, found, whole)
    # Whoever ticks something is answered, also where it changes nothing.
    if facts.bonus and statutory.basis is not _BONUS:
        told.append(steps.bonus_without_effect(facts, law, part))
    if keeps and part.kept is None:
        told.append(steps.nothing_to_keep(law, part))
    return told


def exact_percentage(facts: EmployeeFacts, elections: Elections = NO_ELECTIONS) -> tuple[Decimal, Decimal]:
    """Employer's and employee's share by exact percentage, not rounded: what the law forbids up to RM20,000. Raises as `shares`."""
    return mistakes.exact_percentage(category.part_of(facts, elections), facts.wages)


def looks_like_exact_percentage(facts: EmployeeFacts, employer: Decimal, employee: Decimal, elections: Elections = NO_ELECTIONS) -> bool:
    """Whether shares that differ from the schedule are those of the exact percentage, rounded in any usual way.

    750/688 for RM6,250, where the schedule says 756/693 (seed 001: "kesilapan pengiraan"). Raises as `shares`.
    """
    return mistakes.looks_like_exact_percentage(category.part_of(facts, elections), facts.wages, shares(facts, elections), employer, employee)


def bonus_that_fits(facts: EmployeeFacts, employer: Decimal, employee: Decimal, elections: Elections = NO_ELECTIONS) -> Decimal | None:
    """The least bonus with which shares stated without one are those of the bonus rule; None where they are not (ruling 12). Raises as `shares`."""
    part = category.part_of(facts, elections)
    assumed = facts.wages - part.wages.limit
    if not bands.lifted_by_bonus(part, facts.wages, assumed):
        return None
    by_rule = shares(facts._replace(bonus=assumed), elections)
    return assumed if (employer, employee) == (by_rule.employer, by_rule.employee) else None
