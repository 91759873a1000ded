"""Why an incentive is what it is, as data. Words: contributions/explanations_incentive.py."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from contributions.enums import IncentiveReading, IncentiveScheme
from contributions.rules import incentive
from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from kwsp_portal.common.rates import Value
from members.enums import SubAccount
from members.rules import age

LAW: Final = incentive.LAW
NAMES: Final = {IncentiveScheme.ISARAAN: "i-Saraan", IncentiveScheme.ISURI: "i-Suri"}
"""The same in both languages."""


def of_earned(found: incentive.Earned, *, payable: bool = True) -> Iterator[Step]:
    """The incentive of a year so far, from the contributions that count to what is still to be paid. `payable`: whether what would earn the rest can
    be paid at all; else nothing is said of it."""
    law, day = found.terms, date(found.terms.year, 12, 31)
    yield _cited("INCENTIVE_COUNTS", LAW.at("counts", day), **_scheme(law), contributed=str(found.contributed))
    yield _cited("INCENTIVE_ONE_AT_A_TIME", LAW.at("exclusive", day))
    yield from _by_share(found, day) if law.form is IncentiveReading.BY_SHARE else _by_month(found, day)
    yield from _capped(found, day)
    if found.before.of_year or found.before.carried:
        paid = {"paid": str(found.before.of_year), "carried": str(found.before.carried), "amount": str(found.amount), "over": str(found.over)}
        yield Step("INCENTIVE_LESS_PAID" if not found.over else "INCENTIVE_OVER_PAID", paid)
    if payable and found.rest and found.more is not None:
        yield Step("INCENTIVE_MORE", {"more": str(found.more), "rest": str(found.rest)})


def of_age(law: incentive.Terms, birth_date: date) -> Step:
    """Until when the year's contributions count by age."""
    found = LAW.at(f"{law.scheme.lower()}.age_below", date(law.year, 12, 31))
    birthday = age.birthday(birth_date, law.age_below)
    code = "INCENTIVE_AGE_WITHIN" if birthday.year == law.year else "INCENTIVE_AGE_BELOW"
    code = "INCENTIVE_AGE_PASSED" if birthday <= law.first_day else code
    return _cited(code, found, **_scheme(law), age=str(law.age_below), birthday=str(birthday))


def of_ceiling(year: int, taken: incentive.Taken) -> Step:
    """What of the year's contributions stays below the ceiling of all kinds."""
    code = "INCENTIVE_RETURNED" if taken.returned else "INCENTIVE_BELOW_CEILING"
    ceiling = LAW.at("ceiling", date(year, 12, 31))
    figures = {"year": str(year), "ceiling": str(ceiling.value), "returned": str(taken.returned), "credited": str(taken.credited)}
    return _cited(code, ceiling, **figures)


def of_crediting(half: incentive.HalfYear, birth_date: date) -> Iterator[Step]:
    """From when, and to which account, the incentive of a half-year is credited."""
    wait, on = LAW.at("crediting.wait", half.last_day), half.earliest_credit
    code = "INCENTIVE_FIRST_HALF" if half.number == 1 else "INCENTIVE_SECOND_HALF"
    yield _cited(code, wait, year=str(half.year), credited_from=str(on))
    account = incentive.account(birth_date, on=on)
    law = LAW.at("account.from_55" if account is SubAccount.EMAS else "account.below_55", on)
    yield _cited("INCENTIVE_ACCOUNT", law, account=account.value, credited_on=str(on))


def _by_share(found: incentive.Earned, day: date) -> Iterator[Step]:
    law = found.terms
    rate = LAW.at(f"{law.scheme.lower()}.rate", day)
    yield _cited("INCENTIVE_RATE", rate, **_scheme(law), rate=str(law.rate))
    rounded = str(money.round_sen(found.exact))
    figures = {"rate": str(law.rate), "contributed": str(found.contributed), "exact": rounded}
    yield _cited("INCENTIVE_SHARE", LAW.at("rounding", day), **figures)


def _by_month(found: incentive.Earned, day: date) -> Iterator[Step]:
    law = found.terms
    figures = {"month": str(law.month), "months": str(found.months), "exact": str(found.exact), "month_minimum": str(law.month_minimum)}
    yield _cited("INCENTIVE_BY_MONTH", LAW.at("isuri.form", day), **_scheme(law), month=str(law.month))
    least = LAW.at("isuri.month_minimum", day)
    if law.year_minimum is not None and found.contributed >= law.year_minimum:
        yield _cited("INCENTIVE_EVERY_MONTH", LAW.at("isuri.year_minimum", day), **figures, year_minimum=str(law.year_minimum))
        return
    yield _cited("INCENTIVE_MONTHS", least, **figures)


def _capped(found: incentive.Earned, day: date) -> Iterator[Step]:
    law, name = found.terms, found.terms.scheme.lower()
    cap = LAW.at(f"{name}.year_cap", day)
    reached = found.whole == law.year_cap
    yield _cited("INCENTIVE_AT_CAP" if reached else "INCENTIVE_UNDER_CAP", cap, **_scheme(law), cap=str(law.year_cap), whole=str(found.whole))
    if law.lifetime_cap is None:
        yield _cited("INCENTIVE_NO_LIFETIME", LAW.at(f"{name}.lifetime", day), year=str(law.year))
        return
    left = incentive.lifetime_left(law, found.before)
    figures = {"cap": str(law.lifetime_cap), "earlier": str(found.before.earlier_years - found.before.carried), "left": str(left)}
    yield _cited("INCENTIVE_LIFETIME", LAW.at(f"{name}.lifetime_cap", day), **figures)
    how = LAW.at(f"{name}.lifetime", day)
    yield _cited("INCENTIVE_LIFETIME_COUNTS", how)


def _scheme(law: incentive.Terms) -> dict[str, str]:
    return {"scheme": NAMES[law.scheme], "year": str(law.year)}


def _cited(code: str, law: Value, **figures: str) -> Step:
    return Step(code, figures, law.citation, law.assumption)
