"""Why the shares are what they are, as data. Words: contributions/explanations.py.

The order is that of a person who asks: who are you, how old, which Part (`who_steps`), which row (`row_steps`) or percentage, what is each
share, what is the total, and what may surprise you.
"""

from decimal import Decimal

from contributions.facts import EmployeeFacts
from contributions.rules import bands, mistakes, regime, row_steps, who_steps
from contributions.rules.figures import cited, figures_of, limit_of, shown, whole
from contributions.rules.row_steps import employee_rate, employer_fixed, employer_rate
from kwsp_portal.common import money
from kwsp_portal.common.explain import Step

_NIL, _BAND, _BONUS = bands.Basis.NIL, bands.Basis.BAND, bands.Basis.BONUS  # a member of an enumeration costs more to look up


def bonus_without_effect(facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw) -> Step:
    """Why a bonus leaves the shares as they are without one."""
    rule, bonus, wages = part.bonus_rule, shown(facts.bonus), shown(facts.wages)
    if rule is None or rule.value is not True:
        return Step("NO_BONUS_RULE", {"bonus": bonus, "part": part.code.value, "wage_month": law.month})
    without = shown(facts.wages - facts.bonus)
    return cited("BONUS_CHANGES_NOTHING", rule, bonus=bonus, without=without, wages=wages, limit=limit_of(part))


def nothing_to_keep(law: regime.MonthLaw, part: regime.PartLaw) -> Step:
    """Why an election to keep the employee's rate changes nothing: no edition lowers it, or only before or after this month."""
    return Step("KEEPS_NOTHING", {"part": part.code.value, "wage_month": law.month})


def explain(facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw, shares: bands.Shares, whole_wages: int) -> list[Step]:
    """The steps from facts to shares; the shares are those of `schedule.shares` without an excess, the wages also rounded up to the ringgit."""
    told = who_steps.who(facts, law, part)
    basis = shares.basis
    if basis is _BAND:
        told += row_steps.by_row(part, facts.wages, whole_wages)
    elif basis is _NIL:
        told.append(nothing_due(facts, law))
    else:
        told += _by_bonus(facts, law, part, shares) if basis is _BONUS else _by_exact(facts, part, shares)
    return told


def total(shares: bands.Shares) -> Step:
    return Step("TOTAL", {"employer": str(shares.employer), "employee": str(shares.employee), "total": str(shares.total)})


def nothing_due(facts: EmployeeFacts, law: regime.MonthLaw) -> Step:
    limit = law.at("wages.nothing_up_to")
    return Step("NIL", figures_of(wages=shown(facts.wages), limit=whole(limit.value)), limit.citation)


def _by_exact(facts: EmployeeFacts, part: regime.PartLaw, shares: bands.Shares) -> list[Step]:
    wages = facts.wages
    employer, employee = mistakes.exact_percentage(part, wages)
    told = [] if part.exact else [above_table(facts, part)]
    told += employer_exact(part, wages, employer)
    told += employee_exact(part, wages, employee)
    told += rounding(part, shares, employer, employee), total(shares)
    if part.exact and part.rounds_total:
        told += _questions_and_answers(part, shares, employer, employee)
    return told


def above_table(facts: EmployeeFacts, part: regime.PartLaw) -> Step:
    top = part.table_top_value
    return cited("EXACT_ABOVE_TABLE", top, wages=shown(facts.wages), limit=whole(top.value))


def employer_exact(part: regime.PartLaw, wages: Decimal, exact: Decimal) -> tuple[Step, ...]:
    if part.employer_fixed is not None:
        return (employer_fixed(part),)
    rate = part.employer_value(wages).value
    return employer_rate(part, wages), Step("EMPLOYER_EXACT", {"rate": str(rate), "wages": shown(wages), "exact": shown(exact)})


def employee_exact(part: regime.PartLaw, wages: Decimal, exact: Decimal) -> tuple[Step, ...]:
    if not exact:
        return (employee_rate(part),)
    return employee_rate(part), Step("EMPLOYEE_EXACT", {"rate": str(part.employee.value), "wages": shown(wages), "exact": shown(exact)})


def _by_bonus(facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw, shares: bands.Shares) -> list[Step]:
    wages, lower, employee = facts.wages, part.employer_to_limit, shares.employee
    employer = lower.value * wages
    figures = {"rate": str(lower.value), "wages": shown(wages), "exact": shown(employer)}
    told = [bonus_rule(facts, law, part), Step("EMPLOYER_EXACT", figures, lower.citation)]
    if shares.band_to is None:
        employee = part.employee.value * wages
        figures = {"rate": str(part.employee.value), "wages": shown(wages), "exact": shown(employee)}
        told.append(Step("EMPLOYEE_EXACT", figures, part.employee.citation))
    else:
        told += row_steps.employee(part, wages)
    return [*told, rounding(part, shares, employer, employee), total(shares)]


def bonus_rule(facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw) -> Step:
    rule = part.bonus_rule
    if rule is None:
        raise ValueError(f"Part {part.code} has no bonus rule")
    without, rate = facts.wages - facts.bonus, part.employer_to_limit.value
    return cited("BONUS_RULE", rule, bonus=shown(facts.bonus), without=shown(without), wages=shown(facts.wages), limit=limit_of(part), rate=rate)


def rounding(part: regime.PartLaw, shares: bands.Shares, employer: Decimal, employee: Decimal) -> Step:
    """How exact amounts became whole ringgit. The assumption is named where it decides: where both amounts hold sen."""
    employer_whole, employee_whole = not employer % 1, not employee % 1
    if employer_whole and employee_whole:
        code = "ROUND_NOTHING"
    elif not part.rounds_total:
        code = "ROUND_EACH_SHARE"
    elif shares.total == employer + employee:
        code = "ROUND_SHARES_ONLY"
    else:
        code = "ROUND_TOTAL_EMPLOYEE_WHOLE" if employee_whole else "ROUND_TOTAL"
    figures = {
        "exact": shown(employer + employee),
        "total": str(shares.total),
        "employee_exact": shown(employee),
        "employee": str(shares.employee),
        "employer": str(shares.employer),
    }
    return Step(code, figures, part.rounding.citation, "" if employer_whole or employee_whole else part.rounding.assumption)


def _questions_and_answers(part: regime.PartLaw, shares: bands.Shares, employer: Decimal, employee: Decimal) -> tuple[Step, ...]:
    """Where KWSP's questions and answers on Part F say something else."""
    each = money.up_to_ringgit(employer) + money.up_to_ringgit(employee)
    if each == shares.total:
        return ()
    return (Step("FAQ_ROUNDS_EACH", {"each": str(each), "total": str(shares.total)}, part.rounding.citation, part.rounding.assumption),)
