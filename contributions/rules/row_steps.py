"""Why the shares are those of a row of the schedule. What is the same for all wages of a row is made once and kept."""

import functools
from collections.abc import Callable
from decimal import Decimal
from typing import Final, NamedTuple

from contributions.rules import bands, regime
from contributions.rules.figures import cited, figures_of, limit_of, shown, since, whole
from kwsp_portal.common import money
from kwsp_portal.common.explain import Step

_whole = money.whole_ringgit_up
_step: Final[Callable[[type[Step], tuple[object, ...]], Step]] = tuple.__new__  # half of what `Step(...)` costs, twice for each row


class _Row(NamedTuple):
    """A row of a Part: its ends and width, the steps of both shares and the total, the rates, the shares in whole ringgit, what NOT_EXACT says of
    them, and why the employer's share falls."""

    band_from: str
    band_to: str
    width: str
    citation: str
    assumption: str
    steps: tuple[Step, ...]
    employer_rate: Decimal | None
    employee_rate: Decimal
    employer: int
    employee: int
    because: tuple[str, str, str, str]
    falls: tuple[Step, ...]
    employer_steps: tuple[Step, ...]
    employee_steps: tuple[Step, ...]


def by_row(part: regime.PartLaw, wages: Decimal, shares: bands.Shares) -> list[Step]:
    """The row in which the wages lie, each share, the total, and why it is not what somebody may expect."""
    row = _row(part, _top(shares))
    band_from, band_to, width, citation, assumption, steps, employer_rate, employee_rate, employer, employee, because, falls, _, _ = row
    figures = {"wages": shown(wages), "band_from": band_from, "band_to": band_to, "width": width}
    told = [_step(Step, ("BAND", figures, citation, assumption)), *steps]
    # Why 693 and not 688: the exact percentage, rounded up, gives something else.
    employer_exact = employer if employer_rate is None else _whole(employer_rate * wages)
    employee_exact = _whole(employee_rate * wages)
    if employer_exact != employer or employee_exact != employee:
        employer_share, employee_share, limit, limit_citation = because
        figures = {"band_to": band_to, "limit": limit}
        code = "NOT_EXACT"
        if employee_exact == employee:
            code = "NOT_EXACT_EMPLOYER"
        else:
            figures["employee_exact"], figures["employee"] = f"{employee_exact}.00", employee_share
        if employer_exact == employer:
            code = "NOT_EXACT_EMPLOYEE"
        else:
            figures["employer_exact"], figures["employer"] = f"{employer_exact}.00", employer_share
        told.append(_step(Step, (code, figures, limit_citation, "")))
    if falls:
        told += falls
    return told


def lying(part: regime.PartLaw, wages: Decimal, shares: bands.Shares) -> Step:
    """The row in which the wages lie."""
    row = _row(part, _top(shares))
    figures = {"wages": shown(wages), "band_from": row.band_from, "band_to": row.band_to, "width": row.width}
    return Step("BAND", figures, row.citation, row.assumption)


def employer(part: regime.PartLaw, shares: bands.Shares) -> tuple[Step, ...]:
    """The employer's share by the row."""
    return _row(part, _top(shares)).employer_steps


def employee(part: regime.PartLaw, shares: bands.Shares) -> tuple[Step, ...]:
    """The employee's share by the row."""
    return _row(part, _top(shares)).employee_steps


@functools.cache
def _rate_on_side(part: regime.PartLaw, to_limit: bool) -> Step:
    code = "EMPLOYER_RATE"
    if part.employer_to_limit.value != part.employer_over_limit.value:
        code = "EMPLOYER_RATE_TO_LIMIT" if to_limit else "EMPLOYER_RATE_OVER_LIMIT"
    rate = part.employer_to_limit if to_limit else part.employer_over_limit
    return cited(code, rate, rate=rate.value, limit=limit_of(part), since_month=since(rate))


def employer_rate(part: regime.PartLaw, wages: Decimal) -> Step:
    """The employer's rate, and where it depends on the wages on which side of the limit they lie."""
    return _rate_on_side(part, wages <= part.wages.limit)


@functools.cache
def employer_fixed(part: regime.PartLaw) -> Step:
    """The employer's fixed sum. Raises ValueError for a Part that has none."""
    fixed = part.employer_fixed
    if fixed is None:
        raise ValueError(f"Part {part.code} has no fixed sum")
    return cited("EMPLOYER_FIXED", fixed, share=shown(fixed.value), since_month=since(fixed))


@functools.cache
def employee_rate(part: regime.PartLaw) -> Step:
    rate = part.employee
    if part.lowered is not None:
        return cited("EMPLOYEE_KEPT", rate, rate=rate.value, lowered=part.lowered.value, since_month=since(rate))
    if rate.value == 0:
        return cited("EMPLOYEE_NONE", rate, part=part.code, since_month=since(rate))
    return cited("EMPLOYEE_RATE", rate, rate=rate.value, since_month=since(rate))


def _top(shares: bands.Shares) -> int:
    if shares.band_to is None:
        raise ValueError("no row of the schedule applies")
    return int(shares.band_to)


@functools.lru_cache(maxsize=20_000)
def _row(part: regime.PartLaw, top: int) -> _Row:
    shares, end = bands.table(part)[top], whole(top)
    width = part.narrow_value if end <= part.wages.limit else part.wide_value
    of_employer, of_employee = _employer(part, shares, end), _employee(part, shares, end)
    total = Step("TOTAL", figures_of(employer=shares.employer, employee=shares.employee, total=shares.total))
    return _Row(
        band_from=str(shares.band_from),
        band_to=str(end),
        width=str(whole(width.value)),
        citation=width.citation,
        assumption=width.assumption,
        employer_steps=of_employer,
        employee_steps=of_employee,
        steps=(*of_employer, *of_employee, total),
        employer_rate=None if part.employer_fixed else part.employer_value(end).value,
        employee_rate=part.employee.value,
        employer=int(shares.employer),
        employee=int(shares.employee),
        because=(str(shares.employer), str(shares.employee), str(whole(part.table_top_value.value)), part.table_top_value.citation),
        falls=_employer_falls(part, shares, end),
    )


def _employer(part: regime.PartLaw, shares: bands.Shares, end: Decimal) -> tuple[Step, ...]:
    value = part.employer_value(end)
    if part.employer_fixed is not None:
        return (employer_fixed(part),)
    exact = figures_of(rate=value.value, band_to=end, exact=shown(value.value * end), share=shares.employer)
    return employer_rate(part, end), Step("EMPLOYER_BAND", exact)


def _employee(part: regime.PartLaw, shares: bands.Shares, end: Decimal) -> tuple[Step, ...]:
    rate = part.employee.value
    if not rate:
        return (employee_rate(part),)
    return employee_rate(part), Step("EMPLOYEE_BAND", figures_of(rate=rate, band_to=end, exact=shown(rate * end), share=shares.employee))


def _employer_falls(part: regime.PartLaw, shares: bands.Shares, end: Decimal) -> tuple[Step, ...]:
    """Why somebody who earns more than RM5,000 has a smaller employer's share than somebody with RM5,000."""
    limit, over = part.wages.limit, part.employer_over_limit
    at_limit = bands.table(part)[int(limit)].employer
    if end <= limit or shares.employer >= at_limit:
        return ()
    rates_of = {"lower_rate": part.employer_to_limit.value, "rate": over.value}
    figures = figures_of(limit=limit_of(part), at_limit=at_limit, employer=shares.employer, **rates_of)
    return (Step("EMPLOYER_FALLS", figures, over.citation),)
