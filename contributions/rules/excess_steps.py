"""Why shares with a voluntary excess are what they are, as data; the steps of `steps` where the excess changes nothing."""

from decimal import Decimal

from contributions.facts import Elections, EmployeeFacts
from contributions.rules import bands, excess, mistakes, regime, row_steps, steps, who_steps
from contributions.rules.figures import cited, shown
from kwsp_portal.common import money, rates
from kwsp_portal.common.explain import Step


def explain(
    facts: EmployeeFacts,
    law: regime.MonthLaw,
    part: regime.PartLaw,
    statutory: bands.Shares,
    found: bands.Shares,
    elected: Elections,
) -> list[Step]:
    """The steps from facts and election to `found`; `statutory` are the shares without the excess."""
    told = who_steps.who(facts, law, part)
    elected_employer, elected_employee, _, _ = elected
    if elected_employer:
        told.append(_elected(law, "EMPLOYER_ELECTED", elected_employer))
    if elected_employee:
        told.append(_elected(law, "EMPLOYEE_ELECTED", elected_employee))
    if statutory.basis is bands.Basis.NIL:
        return [*told, steps.nothing_due(facts, law), Step("NOTHING_TO_EXCEED")]
    return told + _shares(facts, law, part, statutory, found, elected)


def _elected(law: regime.MonthLaw, code: str, points: Decimal) -> Step:
    """Who elected how much, and the form it needs (ruling 20a)."""
    rule = law.at("excess.exact")
    return Step(code, {"excess": str(_rate(points))}, rule.citation, rule.assumption)


def _rate(points: Decimal) -> Decimal:
    return points.scaleb(-2)


def _shares(
    facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw, statutory: bands.Shares, found: bands.Shares, elected: Elections
) -> list[Step]:
    told: list[Step] = []
    basis, wages = statutory.basis, facts.wages
    if basis is bands.Basis.EXACT and not part.exact:
        told.append(steps.above_table(facts, part))
    elif basis is bands.Basis.BONUS:
        told.append(steps.bonus_rule(facts, law, part))
    if excess.some_share_by_row(statutory, elected):
        told.append(row_steps.lying(part, wages))
    employer, employee = excess.exact(part, statutory, wages, elected)
    told += _employer(wages, law, part, statutory, elected, employer)
    told += _employee(wages, part, statutory, elected, employee)
    told += steps.rounding(part, found, employer, employee), steps.total(found)
    if basis is bands.Basis.BAND and not elected.employer_excess:
        told += _other_reading(facts, law, part, statutory)
    return told


def _employer(
    wages: Decimal, law: regime.MonthLaw, part: regime.PartLaw, statutory: bands.Shares, elected: Elections, exact: Decimal
) -> tuple[Step, ...]:
    by_bonus = statutory.basis is bands.Basis.BONUS
    rate = excess.employer_statutory(part, statutory, wages)
    if elected.employer_excess:
        if part.employer_fixed is not None:
            return row_steps.employer_fixed(part), _beside_fixed(law, part.employer_fixed, elected.employer_excess, wages, exact)
        above = _with_excess("EMPLOYER_EXCESS", rate, elected.employer_excess, wages, exact)
        return (above,) if by_bonus else (row_steps.employer_rate(part, wages), above)
    if by_bonus:
        return (Step("EMPLOYER_EXACT", {"rate": str(rate), "wages": shown(wages), "exact": shown(exact)}),)
    return row_steps.employer(part, wages) if statutory.basis is bands.Basis.BAND else steps.employer_exact(part, wages, exact)


def _beside_fixed(law: regime.MonthLaw, fixed: rates.Value, points: Decimal, wages: Decimal, exact: Decimal) -> Step:
    figures = {"share": shown(fixed.value), "excess": _rate(points), "wages": shown(wages), "exact": shown(exact)}
    return cited("EMPLOYER_FIXED_EXCESS", law.at("excess.beside_fixed"), **figures)


def _employee(wages: Decimal, part: regime.PartLaw, statutory: bands.Shares, elected: Elections, exact: Decimal) -> tuple[Step, ...]:
    if elected.employee_excess:
        return row_steps.employee_rate(part), _with_excess("EMPLOYEE_EXCESS", part.employee.value, elected.employee_excess, wages, exact)
    return row_steps.employee(part, wages) if statutory.band_to is not None else steps.employee_exact(part, wages, exact)


def _with_excess(code: str, rate: Decimal, points: Decimal, wages: Decimal, exact: Decimal) -> Step:
    above = _rate(points)
    return Step(code, {"rate": str(rate), "excess": str(above), "together": str(rate + above), "wages": shown(wages), "exact": shown(exact)})


def _other_reading(facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw, statutory: bands.Shares) -> tuple[Step, ...]:
    """KWSP's page in English takes the employer's share beside an employee's excess by exact percentage: RM750, where the seed says RM756."""
    by_percentage = money.up_to_ringgit(mistakes.exact_percentage(part, facts.wages)[0])
    if by_percentage == statutory.employer:
        return ()
    return (cited("OTHER_BY_ROW", law.at("excess.other_by_row"), employer_exact=by_percentage, employer=statutory.employer),)
