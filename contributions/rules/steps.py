"""Why the shares are what they are, as data. Words: contributions/explanations.py.

The order is that of a person who asks: who are you, how old, which Part, which row or percentage, what is each share, what is the
total, and what may surprise you.
"""

from collections.abc import Iterator
from decimal import Decimal

from contributions.enums import Category
from contributions.facts import EmployeeFacts
from contributions.rules import bands, category, mistakes, regime
from kwsp_portal.common import money, rates
from kwsp_portal.common.explain import Step
from kwsp_portal.common.periods import WageMonth
from members.rules import age


def explain(facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw, shares: bands.Shares) -> list[Step]:
    """The steps from facts to shares; the shares are those of `schedule.shares`."""
    return [*who(facts, law, part), *_shares(facts, part, shares), *_surprises(facts, part, shares)]


def figures_of(**values: object) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def since(value: rates.Value) -> WageMonth:
    return WageMonth.of(value.start)


def cited(code: str, value: rates.Value, **figures: object) -> Step:
    return Step(code, figures_of(**figures), value.citation, value.assumption)


# Who: standing, age, Part


def who(facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw) -> Iterator[Step]:
    standing = category.category_of(facts)
    early = law.at("member.early_before")
    if standing in (Category.CITIZEN, Category.PERMANENT_RESIDENT):
        yield Step(standing.value, {})
    elif facts.member_since is None:
        yield cited("NOT_YET_MEMBER", early, border=early.value)
    else:
        yield cited(standing.value, early, member_since=facts.member_since, border=early.value)
    yield from _choice(facts, law, part)
    yield from _age(facts, law, part)
    if category.changes_from(facts.birth_date, law, "age.last") == facts.wage_month.next():
        last = law.at("age.last")
        figures = figures_of(age=last.value, birthday=age.birthday(facts.birth_date, last.value), wage_month=facts.wage_month)
        yield Step("LAST_MONTH", figures, last.citation, law.at("age.last_after_months").assumption)
    stage = "from" if law.born_saved <= facts.birth_date < law.born_below else "below"
    chosen = law.at(f"part.{standing.value.lower()}.{stage}")
    edition = WageMonth.of(regime.LAW.edition(facts.wage_month.first_day))
    yield cited("PART_EXACT" if part.exact else "PART_TABLE", chosen, part=part.code, wage_month=facts.wage_month, edition_month=edition)


def _choice(facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw) -> Iterator[Step]:
    form = category.choice(law, part, domestic=facts.domestic)
    if form is not None:
        yield cited("DOMESTIC_CHOSE" if facts.domestic else "NON_CITIZEN_CHOSE", form, form=form.value)


def _age(facts: EmployeeFacts, law: regime.MonthLaw, part: regime.PartLaw) -> Iterator[Step]:
    if part.exact:
        return  # Part F is the same at every age up to 75.
    threshold = law.at("age.reduced")
    changes = category.changes_from(facts.birth_date, law, "age.reduced")
    birthday = age.birthday(facts.birth_date, threshold.value)
    figures = figures_of(birth_date=facts.birth_date, age=threshold.value, birthday=birthday, from_month=changes, wage_month=facts.wage_month)
    if facts.birth_date < law.born_saved:
        yield cited("AGE_SAVED", law.at("age.reduced_not_if_before"), **{**figures, "before": law.at("age.reduced_not_if_before").value})
        return
    code = "AGE_BELOW" if facts.wage_month < changes else "AGE_REACHED"
    # Which month the change starts with matters only to somebody near it; far from it nothing is assumed.
    near = changes.plus(-2) <= facts.wage_month <= changes.plus(2)
    months = law.at("age.reduced_after_months")
    yield Step(code, figures, threshold.citation, months.assumption if near else "")


# The shares


def _shares(facts: EmployeeFacts, part: regime.PartLaw, shares: bands.Shares) -> Iterator[Step]:
    if shares.basis is bands.Basis.NIL:
        yield nothing_due(facts)
        return
    if shares.basis is bands.Basis.BAND:
        yield from _by_row(facts, part, shares)
    elif shares.basis is bands.Basis.BONUS:
        yield from _by_bonus(facts, part, shares)
    else:
        yield from _by_exact(facts, part, shares)
    yield Step("TOTAL", figures_of(employer=shares.employer, employee=shares.employee, total=shares.total))


def nothing_due(facts: EmployeeFacts) -> Step:
    limit = regime.LAW.at("wages.nothing_up_to", facts.wage_month.first_day)
    return Step("NIL", figures_of(wages=shown(facts.wages), limit=money.from_sen(int(limit.value) * 100)), limit.citation)


def _by_row(facts: EmployeeFacts, part: regime.PartLaw, shares: bands.Shares) -> Iterator[Step]:
    yield row(facts, shares)
    yield from employer_by_row(part, shares)
    yield from employee_by_row(part, shares)


def row(facts: EmployeeFacts, shares: bands.Shares) -> Step:
    """The row in which the wages lie."""
    top = _top(shares)
    name = "wages.narrow_band" if top <= regime.LAW.at("wages.limit", facts.wage_month.first_day).value else "wages.wide_band"
    width = regime.LAW.at(name, facts.wage_month.first_day)
    return cited("BAND", width, wages=shown(facts.wages), band_from=shares.band_from, band_to=top, width=money.from_sen(int(width.value) * 100))


def employer_by_row(part: regime.PartLaw, shares: bands.Shares) -> Iterator[Step]:
    top = _top(shares)
    employer = part.employer_value(top)
    if part.employer_fixed is not None:
        yield cited("EMPLOYER_FIXED", employer, share=shares.employer, since_month=since(employer))
    else:
        yield employer_rate(part, top)
        yield Step("EMPLOYER_BAND", figures_of(rate=employer.value, band_to=top, exact=shown(employer.value * top), share=shares.employer))


def employer_rate(part: regime.PartLaw, wages: Decimal) -> Step:
    """The employer's rate, and where it depends on the wages on which side of the limit they lie."""
    code = "EMPLOYER_RATE"
    if part.employer_to_limit.value != part.employer_over_limit.value:
        code = "EMPLOYER_RATE_TO_LIMIT" if wages <= part.wages.limit else "EMPLOYER_RATE_OVER_LIMIT"
    rate = part.employer_value(wages)
    return cited(code, rate, rate=rate.value, limit=limit_of(part), since_month=since(rate))


def employee_rate(part: regime.PartLaw) -> Step:
    rate = part.employee
    if part.lowered is not None:
        return cited("EMPLOYEE_KEPT", rate, rate=rate.value, lowered=part.lowered.value, since_month=since(rate))
    if rate.value == 0:
        return cited("EMPLOYEE_NONE", rate, part=part.code, since_month=since(rate))
    return cited("EMPLOYEE_RATE", rate, rate=rate.value, since_month=since(rate))


def employee_by_row(part: regime.PartLaw, shares: bands.Shares) -> Iterator[Step]:
    top, rate = _top(shares), part.employee.value
    yield employee_rate(part)
    if rate:
        yield Step("EMPLOYEE_BAND", figures_of(rate=rate, band_to=top, exact=shown(rate * top), share=shares.employee))


def _by_exact(facts: EmployeeFacts, part: regime.PartLaw, shares: bands.Shares) -> Iterator[Step]:
    if not part.exact:
        yield above_table(facts)
    yield from employer_exact(part, facts.wages)
    yield from employee_exact(part, facts.wages)
    yield rounding(part, shares, *mistakes.exact_percentage(part, facts.wages))


def above_table(facts: EmployeeFacts) -> Step:
    top = regime.LAW.at("wages.table_top", facts.wage_month.first_day)
    return cited("EXACT_ABOVE_TABLE", top, wages=shown(facts.wages), limit=money.from_sen(int(top.value) * 100))


def employer_exact(part: regime.PartLaw, wages: Decimal) -> Iterator[Step]:
    employer = part.employer_value(wages)
    if part.employer_fixed is not None:
        yield cited("EMPLOYER_FIXED", employer, share=shown(part.employer_part(employer, wages)), since_month=since(employer))
    else:
        yield employer_rate(part, wages)
        yield Step("EMPLOYER_EXACT", figures_of(rate=employer.value, wages=shown(wages), exact=shown(employer.value * wages)))


def employee_exact(part: regime.PartLaw, wages: Decimal) -> Iterator[Step]:
    rate = part.employee.value
    yield employee_rate(part)
    if rate:
        yield Step("EMPLOYEE_EXACT", figures_of(rate=rate, wages=shown(wages), exact=shown(rate * wages)))


def _by_bonus(facts: EmployeeFacts, part: regime.PartLaw, shares: bands.Shares) -> Iterator[Step]:
    wages, lower = facts.wages, part.employer_to_limit
    yield bonus_rule(facts, part)
    yield Step("EMPLOYER_EXACT", figures_of(rate=lower.value, wages=shown(wages), exact=shown(lower.value * wages)), lower.citation)
    employee = shares.employee
    if shares.band_to is None:
        employee = part.employee.value * wages
        yield Step("EMPLOYEE_EXACT", figures_of(rate=part.employee.value, wages=shown(wages), exact=shown(employee)), part.employee.citation)
    else:
        yield from employee_by_row(part, shares)
    yield rounding(part, shares, lower.value * wages, employee)


def bonus_rule(facts: EmployeeFacts, part: regime.PartLaw) -> Step:
    rule = regime.LAW.at(f"{part.code.lower()}.bonus_rule", facts.wage_month.first_day)
    without, rate = facts.wages - facts.bonus, part.employer_to_limit.value
    return cited("BONUS_RULE", rule, bonus=shown(facts.bonus), without=shown(without), wages=shown(facts.wages), limit=limit_of(part), rate=rate)


def rounding(part: regime.PartLaw, shares: bands.Shares, employer: Decimal, employee: Decimal) -> Step:
    """How exact amounts became whole ringgit. The assumption is named where it decides: where both amounts hold sen."""
    employer_whole, employee_whole = (money.up_to_ringgit(amount) == amount for amount in (employer, employee))
    if employer_whole and employee_whole:
        code = "ROUND_NOTHING"
    elif not part.rounds_total:
        code = "ROUND_EACH_SHARE"
    else:
        code = "ROUND_TOTAL_EMPLOYEE_WHOLE" if employee_whole else "ROUND_TOTAL"
    figures = figures_of(
        exact=shown(employer + employee), total=shares.total, employee_exact=shown(employee), employee=shares.employee, employer=shares.employer
    )
    return Step(code, figures, part.rounding.citation, "" if employer_whole or employee_whole else part.rounding.assumption)


# What may surprise


def _surprises(facts: EmployeeFacts, part: regime.PartLaw, shares: bands.Shares) -> Iterator[Step]:
    if shares.basis is bands.Basis.BAND:
        yield from _not_exact(facts, part, shares)
        yield from _employer_falls(part, shares)
    elif shares.basis is bands.Basis.EXACT and part.rounds_total:
        each = sum(money.up_to_ringgit(amount) for amount in mistakes.exact_percentage(part, facts.wages))
        if part.exact and each != shares.total:
            yield Step("FAQ_ROUNDS_EACH", figures_of(each=each, total=shares.total), part.rounding.citation, part.rounding.assumption)


def _not_exact(facts: EmployeeFacts, part: regime.PartLaw, shares: bands.Shares) -> Iterator[Step]:
    """Why 693 and not 688: the exact percentage, rounded up, gives something else."""
    employer, employee = (money.up_to_ringgit(amount) for amount in mistakes.exact_percentage(part, facts.wages))
    if (employer, employee) != (shares.employer, shares.employee):
        top = regime.LAW.at("wages.table_top", facts.wage_month.first_day)
        figures = figures_of(
            employer_exact=employer,
            employee_exact=employee,
            employer=shares.employer,
            employee=shares.employee,
            band_to=shares.band_to,
            limit=money.from_sen(int(top.value) * 100),
        )
        yield Step("NOT_EXACT", figures, top.citation)


def _employer_falls(part: regime.PartLaw, shares: bands.Shares) -> Iterator[Step]:
    """Why somebody who earns more than RM5,000 has a smaller employer's share than somebody with RM5,000."""
    limit = part.wages.limit
    at_limit = money.up_to_ringgit(part.employer_part(part.employer_to_limit, limit))
    if _top(shares) > limit and shares.employer < at_limit:
        figures = figures_of(
            limit=limit_of(part),
            at_limit=at_limit,
            employer=shares.employer,
            lower_rate=part.employer_to_limit.value,
            rate=part.employer_over_limit.value,
        )
        yield Step("EMPLOYER_FALLS", figures, part.employer_over_limit.citation)


def _top(shares: bands.Shares) -> Decimal:
    if shares.band_to is None:
        raise ValueError("no row of the schedule applies")
    return shares.band_to


def limit_of(part: regime.PartLaw) -> Decimal:
    return money.from_sen(int(part.wages.limit) * 100)


def shown(amount: Decimal) -> str:
    """An exact amount as it is: at least two decimals, more if it has them (11 % of RM20,000.01)."""
    plain = amount.normalize()
    return f"{plain:.2f}" if -int(plain.as_tuple().exponent) <= 2 else f"{plain:f}"
