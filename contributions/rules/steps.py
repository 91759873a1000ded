"""Why the shares are what they are, as data. Words: contributions/explanations.py.

The order is that of a person who asks: who are you, how old, which Part (`who_steps`), which row (`row_steps`) or percentage, what is each
share, what is the total, and what may surprise you.
"""

from collections.abc import Iterator
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
        return Step("NO_BONUS_RULE", figures_of(bonus=bonus, part=part.code, wage_month=law.month))
    without = shown(facts.wages - facts.bonus)
    return cited("BONUS_CHANGES_NOTHING", rule, bonus=bonus, without=without, wages=wages, limit=limit_of(part))


def nothing_to_keep(law: regime.MonthLaw, part: regime.PartLaw) -> Step:
    """Why an election to keep the employee's rate changes nothing: no edition lowers it, or only before or after this month."""
    return Step("KEEPS_NOTHING", figures_of(part=part.code, wage_month=law.month))


def explain(facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw, shares: bands.Shares) -> list[Step]:
    """The steps from facts to shares; the shares are those of `schedule.shares` without an excess."""
    told = who_steps.who(facts, law, part)
    basis = shares.basis
    if basis is _BAND:
        told += row_steps.by_row(part, facts.wages)
    elif basis is _NIL:
        told.append(nothing_due(facts, law))
    else:
        told += _by_bonus(facts, law, part, shares) if basis is _BONUS else _by_exact(facts, part, shares)
    return told


def total(shares: bands.Shares) -> Step:
    return Step("TOTAL", figures_of(employer=shares.employer, employee=shares.employee, total=shares.total))


def nothing_due(facts: EmployeeFacts, law: regime.MonthLaw) -> Step:
    limit = law.at("wages.nothing_up_to")
    return Step("NIL", figures_of(wages=shown(facts.wages), limit=whole(limit.value)), limit.citation)


def _by_exact(facts: EmployeeFacts, part: regime.PartLaw, shares: bands.Shares) -> Iterator[Step]:
    employer, employee = mistakes.exact_percentage(part, facts.wages)
    if not part.exact:
        yield above_table(facts, part)
    yield from employer_exact(part, facts.wages, employer)
    yield from employee_exact(part, facts.wages, employee)
    yield rounding(part, shares, employer, employee)
    yield total(shares)
    yield from _questions_and_answers(part, shares, employer, employee)


def above_table(facts: EmployeeFacts, part: regime.PartLaw) -> Step:
    top = part.table_top_value
    return cited("EXACT_ABOVE_TABLE", top, wages=shown(facts.wages), limit=whole(top.value))


def employer_exact(part: regime.PartLaw, wages: Decimal, exact: Decimal) -> Iterator[Step]:
    if part.employer_fixed is not None:
        yield employer_fixed(part)
    else:
        yield employer_rate(part, wages)
        yield Step("EMPLOYER_EXACT", {"rate": str(part.employer_value(wages).value), "wages": shown(wages), "exact": shown(exact)})


def employee_exact(part: regime.PartLaw, wages: Decimal, exact: Decimal) -> Iterator[Step]:
    yield employee_rate(part)
    if exact:
        yield Step("EMPLOYEE_EXACT", {"rate": str(part.employee.value), "wages": shown(wages), "exact": shown(exact)})


def _by_bonus(facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw, shares: bands.Shares) -> Iterator[Step]:
    wages, lower = facts.wages, part.employer_to_limit
    yield bonus_rule(facts, law, part)
    yield Step("EMPLOYER_EXACT", figures_of(rate=lower.value, wages=shown(wages), exact=shown(lower.value * wages)), lower.citation)
    employee = shares.employee
    if shares.band_to is None:
        employee = part.employee.value * wages
        yield Step("EMPLOYEE_EXACT", figures_of(rate=part.employee.value, wages=shown(wages), exact=shown(employee)), part.employee.citation)
    else:
        yield from row_steps.employee(part, wages)
    yield rounding(part, shares, lower.value * wages, employee)
    yield total(shares)


def bonus_rule(facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw) -> Step:
    rule = law.at(f"{part.code.lower()}.bonus_rule")
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


def _questions_and_answers(part: regime.PartLaw, shares: bands.Shares, employer: Decimal, employee: Decimal) -> Iterator[Step]:
    """Where KWSP's questions and answers on Part F say something else."""
    if part.exact and part.rounds_total:
        each = money.up_to_ringgit(employer) + money.up_to_ringgit(employee)
        if each != shares.total:
            yield Step("FAQ_ROUNDS_EACH", figures_of(each=each, total=shares.total), part.rounding.citation, part.rounding.assumption)
