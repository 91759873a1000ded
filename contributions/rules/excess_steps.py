"""Why shares with a voluntary excess are what they are, as data; the steps of `steps` where the excess changes nothing."""

from collections.abc import Iterator
from decimal import Decimal

from contributions.facts import Elections, EmployeeFacts
from contributions.rules import bands, excess, mistakes, regime, row_steps, steps, who_steps
from contributions.rules.figures import cited, figures_of, shown
from kwsp_portal.common import money
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
    return [*who_steps.who(facts, law, part), *_elected(law, elected), *_shares(facts, law, part, statutory, found, elected)]


def _elected(law: regime.MonthLaw, elected: Elections) -> Iterator[Step]:
    """Who elected how much, and the form it needs (ruling 20a)."""
    rule = law.at("excess.exact")
    for share, points in zip(("EMPLOYER", "EMPLOYEE"), elected[:2], strict=True):
        if points:
            yield cited(f"{share}_ELECTED", rule, excess=_rate(points))


def _rate(points: Decimal) -> Decimal:
    return points.scaleb(-2)


def _shares(
    facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw, statutory: bands.Shares, found: bands.Shares, elected: Elections
) -> Iterator[Step]:
    if statutory.basis is bands.Basis.NIL:
        yield steps.nothing_due(facts, law)
        yield Step("NOTHING_TO_EXCEED")
        return
    if statutory.basis is bands.Basis.EXACT and not part.exact:
        yield steps.above_table(facts, part)
    elif statutory.basis is bands.Basis.BONUS:
        yield steps.bonus_rule(facts, law, part)
    if excess.some_share_by_row(statutory, elected):
        yield row_steps.lying(part, facts.wages)
    exact = excess.exact(part, statutory, facts.wages, elected)
    yield from _employer(facts.wages, law, part, statutory, elected, exact.employer)
    yield from _employee(facts.wages, part, statutory, elected, exact.employee)
    yield steps.rounding(part, found, *exact)
    yield steps.total(found)
    yield from _other_reading(facts, law, part, statutory, elected)


def _employer(
    wages: Decimal, law: regime.MonthLaw, part: regime.PartLaw, statutory: bands.Shares, elected: Elections, exact: Decimal
) -> Iterator[Step]:
    by_bonus = statutory.basis is bands.Basis.BONUS
    rate = excess.employer_statutory(part, statutory, wages)
    if not elected.employer_excess and statutory.basis is bands.Basis.BAND:
        yield from row_steps.employer(part, wages)
    elif not elected.employer_excess and by_bonus:
        yield Step("EMPLOYER_EXACT", figures_of(rate=rate, wages=shown(wages), exact=shown(exact)))
    elif not elected.employer_excess:
        yield from steps.employer_exact(part, wages, exact)
    elif part.employer_fixed is not None:
        fixed = part.employer_fixed
        yield row_steps.employer_fixed(part)
        figures = {
            "share": shown(fixed.value),
            "excess": _rate(elected.employer_excess),
            "wages": shown(wages),
            "exact": shown(exact),
        }
        yield cited("EMPLOYER_FIXED_EXCESS", law.at("excess.beside_fixed"), **figures)
    else:
        if not by_bonus:
            yield row_steps.employer_rate(part, wages)
        yield _with_excess("EMPLOYER_EXCESS", rate, elected.employer_excess, wages, exact)


def _employee(wages: Decimal, part: regime.PartLaw, statutory: bands.Shares, elected: Elections, exact: Decimal) -> Iterator[Step]:
    if elected.employee_excess:
        yield row_steps.employee_rate(part)
        yield _with_excess("EMPLOYEE_EXCESS", part.employee.value, elected.employee_excess, wages, exact)
    elif statutory.band_to is not None:
        yield from row_steps.employee(part, wages)
    else:
        yield from steps.employee_exact(part, wages, exact)


def _with_excess(code: str, rate: Decimal, points: Decimal, wages: Decimal, exact: Decimal) -> Step:
    above = _rate(points)
    return Step(code, figures_of(rate=rate, excess=above, together=rate + above, wages=shown(wages), exact=shown(exact)))


def _other_reading(facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw, statutory: bands.Shares, elected: Elections) -> Iterator[Step]:
    """KWSP's page in English takes the employer's share beside an employee's excess by exact percentage: RM750, where the seed says RM756."""
    if elected.employer_excess or statutory.basis is not bands.Basis.BAND:
        return
    by_percentage = money.up_to_ringgit(mistakes.exact_percentage(part, facts.wages)[0])
    if by_percentage != statutory.employer:
        yield cited("OTHER_BY_ROW", law.at("excess.other_by_row"), employer_exact=by_percentage, employer=statutory.employer)
