"""Why the shares are those of a row of the schedule. What is the same for all wages of a row is made once and kept."""

import functools
import math
import sys
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
    """A row of a Part: its ends and width with their source, the rates and shares, the steps of both shares and the total, why the employer's share
    falls, and where the rows end. `employer_rate` is None beside a fixed sum."""

    band_from: str
    band_to: str
    width: str
    citation: str
    assumption: str
    employer_rate: Decimal | None
    employee_rate: Decimal
    employer: str
    employee: str
    steps: tuple[Step, ...]
    falls: tuple[Step, ...]
    limit: str
    limit_citation: str


def by_row(part: regime.PartLaw, wages: Decimal, whole: int) -> list[Step]:
    """The row in which the wages lie, each share, the total, and why it is not what somebody may expect; `whole`: the wages rounded up."""
    row = _row(part, whole)
    band_from, band_to, width, citation, assumption, employer_rate, employee_rate, employer, employee, steps, falls, limit, by_limit = row
    figures = {"wages": shown(wages), "band_from": band_from, "band_to": band_to, "width": width}
    told = [_step(Step, ("BAND", figures, citation, assumption)), *steps]
    # Why 693 and not 688: the exact percentage, rounded up, gives something else.
    of_employer = employer if employer_rate is None else f"{_whole(employer_rate * wages)}.00"
    of_employee = f"{_whole(employee_rate * wages)}.00"
    if of_employee != employee:
        code, figures = "NOT_EXACT_EMPLOYEE", {"band_to": band_to, "limit": limit, "employee_exact": of_employee, "employee": employee}
        if of_employer != employer:
            code, figures["employer_exact"], figures["employer"] = "NOT_EXACT", of_employer, employer
        told.append(_step(Step, (code, figures, by_limit, "")))
    elif of_employer != employer:
        figures = {"band_to": band_to, "limit": limit, "employer_exact": of_employer, "employer": employer}
        told.append(_step(Step, ("NOT_EXACT_EMPLOYER", figures, by_limit, "")))
    if falls:
        told += falls
    return told


def lying(part: regime.PartLaw, wages: Decimal) -> Step:
    """The row in which the wages lie."""
    row = _row(part, _whole(wages))
    figures = {"wages": shown(wages), "band_from": row.band_from, "band_to": row.band_to, "width": row.width}
    return Step("BAND", figures, row.citation, row.assumption)


def employer(part: regime.PartLaw, wages: Decimal) -> tuple[Step, ...]:
    """The employer's share by the row."""
    shares = bands.table(part)[_whole(wages)]
    return _employer(part, shares, _end(shares))


def employee(part: regime.PartLaw, wages: Decimal) -> tuple[Step, ...]:
    """The employee's share by the row."""
    shares = bands.table(part)[_whole(wages)]
    return _employee(part, shares, _end(shares))


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


@functools.cache
def _rows(part: regime.PartLaw) -> tuple[int, list[_Row | None]]:
    """A step that leads to the ends of all rows, and the rows by the number of such steps to their wages; each is made when it is first asked for."""
    step = math.gcd(*(int(amount) for amount in part.wages))
    return step, [None] * (int(part.wages.table_top) // step)


def _row(part: regime.PartLaw, wages: int) -> _Row:
    step, rows = _rows(part)
    place = (wages - 1) // step
    row = rows[place]
    if row is None:
        shares = bands.table(part)[wages]
        row = rows[place] = _read(part, shares, _end(shares))
    return row


def _end(shares: bands.Shares) -> Decimal:
    if shares.band_to is None:
        raise ValueError("no row of the schedule applies")
    return shares.band_to


def _read(part: regime.PartLaw, shares: bands.Shares, end: Decimal) -> _Row:
    width = part.narrow_value if end <= part.wages.limit else part.wide_value
    total = Step("TOTAL", {"employer": _text(shares.employer), "employee": _text(shares.employee), "total": _text(shares.total)})
    return _Row(
        band_from=_text(shares.band_from),
        band_to=_text(end),
        width=_text(whole(width.value)),
        citation=width.citation,
        assumption=width.assumption,
        employer_rate=None if part.employer_fixed else part.employer_value(end).value,
        employee_rate=part.employee.value,
        employer=_text(shares.employer),
        employee=_text(shares.employee),
        steps=(*_employer(part, shares, end), *_employee(part, shares, end), total),
        falls=_employer_falls(part, shares, end),
        limit=_text(whole(part.table_top_value.value)),
        limit_citation=part.table_top_value.citation,
    )


def _text(amount: Decimal) -> str:
    """The text of an amount, one object for all rows that have it: editions share most of theirs."""
    return sys.intern(str(amount))


def _employer(part: regime.PartLaw, shares: bands.Shares, end: Decimal) -> tuple[Step, ...]:
    if part.employer_fixed is not None:
        return (employer_fixed(part),)
    rate = part.employer_value(end).value
    return employer_rate(part, end), _of_end("EMPLOYER_BAND", _text(rate), _text(end), shown(rate * end), _text(shares.employer))


def _employee(part: regime.PartLaw, shares: bands.Shares, end: Decimal) -> tuple[Step, ...]:
    rate = part.employee.value
    if not rate:
        return (employee_rate(part),)
    return employee_rate(part), _of_end("EMPLOYEE_BAND", _text(rate), _text(end), shown(rate * end), _text(shares.employee))


@functools.cache
def _of_end(code: str, rate: str, band_to: str, exact: str, share: str) -> Step:
    """A share as the rate of the row's end; one step for all editions with that rate."""
    return Step(code, {"rate": rate, "band_to": band_to, "exact": exact, "share": share})


def _employer_falls(part: regime.PartLaw, shares: bands.Shares, end: Decimal) -> tuple[Step, ...]:
    """Why somebody who earns more than RM5,000 has a smaller employer's share than somebody with RM5,000."""
    limit, over = part.wages.limit, part.employer_over_limit
    at_limit = bands.table(part)[int(limit)].employer
    if end <= limit or shares.employer >= at_limit:
        return ()
    rates_of = {"lower_rate": part.employer_to_limit.value, "rate": over.value}
    figures = figures_of(limit=limit_of(part), at_limit=at_limit, employer=shares.employer, **rates_of)
    return (Step("EMPLOYER_FALLS", figures, over.citation),)
