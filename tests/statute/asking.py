"""Asks the rules about every kind of person in every edition and writes which values of the rate files they asked for, a line each.

A program of its own: the rules keep what they were told once, so that a process that has reckoned before would ask for less.
"""

import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from kwsp_portal.common import rates
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal

ASKED: set[tuple[str, str, date]] = set()
_at = rates.Rate.at


def _heard(rate: rates.Rate, on: date) -> rates.Value:
    found = _at(rate, on)
    ASKED.add((rate.law, rate.name, found.start))
    return found


rates.Rate.at = _heard  # type: ignore[method-assign]

from contributions.enums import IncentiveScheme, Occupation  # noqa: E402  after the ear is in its place
from contributions.facts import Elections, EmployeeFacts, IncentiveFacts, Registration  # noqa: E402
from contributions.rules import (  # noqa: E402
    category,
    correcting,
    duties,
    electing,
    incentive,
    incentive_steps,
    incentive_who,
    instalments,
    late,
    late_steps,
    liable,
    overpaying,
    regime,
    schedule,
    value_date,
    voluntary,
)
from members.enums import Citizenship, IdentityKind, Religion, ReplacementCause, Scheme, SubAccount  # noqa: E402
from members.rules import accounts, age, allocation, dividend, initial_transfer, replacing  # noqa: E402
from withdrawals import kinds  # noqa: E402
from withdrawals.enums import Channel, KindCode  # noqa: E402
from withdrawals.facts import Facts  # noqa: E402
from withdrawals.kinds import listing  # noqa: E402
from withdrawals.rules import deciding, education, housing, khas, withdrawal  # noqa: E402

WAGES = tuple(Decimal(text) for text in ("5.00", "1000.00", "5050.00", "6250.00", "25000.00"))
CHOSEN = Elections(chosen=True)
ELECTED = (
    (CHOSEN, False),
    (CHOSEN, True),
    (Elections(employer_excess=Decimal(5), chosen=True), False),
    (Elections(employee_excess=Decimal(5), keeps=True, chosen=True), False),
)
"""What was elected, and whether by a domestic helper."""


def _editions(law: rates.Law) -> list[date]:
    starts = {max(value.start, law.known_from) for rate in law.rates.values() for value in rate.values}
    return sorted(starts)


def shares() -> None:
    for edition in _editions(regime.LAW):
        month = WageMonth.of(edition)
        category.citizenship_in([(date(2000, 1, 1), Citizenship.CITIZEN)], month)
        births = [date(month.year - years, month.month, 1) for years in (30, 56, 61, 75, 76)]
        joined = (date(1990, 1, 1), date(2006, 1, 1))
        for citizenship, born, since, wages, (elections, domestic) in product(Citizenship, births, joined, WAGES, ELECTED):
            bonus = Decimal(100) if wages == WAGES[2] else Decimal(0)
            try:
                schedule.explain(EmployeeFacts(month, wages, bonus, citizenship, since, born, domestic), elections)
            except Refusal:
                continue


def the_rest() -> None:
    for day in (*_editions(allocation.LAW), *(day for day in _editions(age.LAW) if day >= allocation.LAW.known_from)):
        age.told_until(day)
        accounts.opens_on("EMAS", birth_date=date(1970, 1, 1), on=day)
        for born in (day - timedelta(days=365 * 30), date(1960, 2, 29), date(1930, 1, 1)):
            try:
                allocation.split_credit(amount=Decimal("100.01"), birth_date=born, credited_on=day)
            except Refusal:
                continue
    for edition in _editions(initial_transfer.LAW):
        initial_transfer.is_open(edition)
        initial_transfer.divide(300_001, edition)
    for edition in _editions(replacing.LAW):
        replacing.why(ReplacementCause.KHAS, 5_001, edition)
        replacing.split_sen(100, 50, date(1990, 1, 1), edition)
        replacing.explain(100, 50, edition)
    for edition in _editions(electing.LAW):
        electing.start_months(WageMonth.of(edition))
        electing.khas_year_in(WageMonth.of(edition))
    for edition in _editions(liable.LAW):
        liable.payments(WageMonth.of(edition))
    for difference in (Decimal(1), Decimal(-1)):
        list(correcting.explain(difference=difference, value_date=date(2026, 11, 30), booked_on=date(2026, 12, 1)))
    for paid_on in (date(2026, 11, 15), date(2027, 2, 1)):
        value_date.explain(wage_month=WageMonth(2026, 10), paid_on=paid_on, credited_on=paid_on)
    value_date.of_voluntary(paid_on=date(2026, 11, 15), credited_on=date(2026, 11, 15))


def lateness() -> None:
    on = date(2026, 11, 22)
    for month in (WageMonth(2008, 2), WageMonth(2026, 9)):
        paid = late.Paid(Decimal(1000), on)
        list(late_steps.of_charge(month, late.charge(contribution_month=month, paid=[paid], on=on)))
        list(late_steps.of_dividend(month, paid, late.late_dividend(contribution_month=month, paid=paid, on=on)))
    list(late_steps.of_charge(month, late.charge(contribution_month=month, paid=[late.Paid(Decimal(1), on)], on=on)))


def incentives() -> None:
    for scheme, year in product(IncentiveScheme, range(2018, 2027)):
        try:
            law = incentive.terms(scheme, year)
        except rates.NotInForce:
            continue
        for contributed in (Decimal(5), Decimal(60_000)):
            list(incentive_steps.of_earned(incentive.reckon(law=law, contributed=contributed)))
        incentive_steps.of_age(law, date(1980, 1, 1))
        held = (Registration(scheme, date(2018, 1, 1), None, Occupation.OTHER),)
        facts = IncentiveFacts(date(1980, 1, 1), (), None, held, employer_months={WageMonth(2018, 9)})
        incentive_who.conditions(facts, scheme, on=date(year, 12, 31))
    for edition, born in product(_editions(incentive.LAW), (date(1950, 1, 1), date(2000, 1, 1))):
        incentive.ceiling(edition)
        incentive.death_aid(edition)
        if edition.year >= 2017:
            voluntary.top_up_step(100, on=edition)
        if edition.year >= 2018:
            incentive.account(born, on=edition)
            list(incentive_steps.of_crediting(incentive.HalfYear.of(edition), born))


def employers() -> None:
    for edition in _editions(duties.LAW):
        duties.penalties(edition)
        for term in duties.Term:
            duties.term(term, edition)
    for edition in _editions(overpaying.LAW):
        overpaying.last_day(edition, asked_on=edition)
    for edition in _editions(instalments.LAW):
        instalments.most(edition)
        instalments.first_days(edition)
        instalments.reminded_from(edition)
        instalments.broken_on(edition)


def dividends() -> None:
    for edition in _editions(dividend.LAW):
        year = edition.year
        for scheme in Scheme:
            dividend.on_file(year, scheme)
        dividend.known_from(year)
        dividend.lowest(year)
        dividend.last_day(birth_date=date(1950, 1, 1), year=year)
        dividend.before_declaration(100, year=year)
        dividend.after_withdrawal(100, paid_before=1, year=year)
    dividend.receiver("PERSARAAN", birth_date=date(1950, 1, 1), on=date(2020, 1, 1))


def withdrawals() -> None:
    deciding.limit(date(2026, 11, 10))
    for name in ("last_day", "status_from", "paid_from", "dividend"):
        khas.LAW.at(name, khas.FIRST)
    khas.most(account_1=Decimal(1), account_2=Decimal(1), on=khas.FIRST)
    khas.zakat(amount=Decimal(1), on=khas.FIRST)
    for law in (withdrawal.LAW, housing.LAW, education.LAW, khas.LAW):
        for edition, kind in product(_editions(law), kinds.KINDS):
            entry = listing.entry(kind.code, edition)
            for condition in entry.conditions:
                condition.figures(edition)
            for years in (30, 56, 61):
                facts = _applicant(kind.code, edition, date(edition.year - years, 1, 1))
                kinds.evaluate(facts)
            if kind.schedule is not None and entry.is_open:
                said = {"mode": "MONTHLY", "monthly": "100.00", "months": 12, "refinanced": True, "balance": "9.00", "first_balance": "9.00"}
                said |= {"price": "9.00", "financing": "CASH", "property": "SOHO", "instalment": "9.00"}
                facts = replace(facts, particulars=said)
                kinds.evaluate(facts)
                kind.schedule(facts, Decimal(1200), edition)


def _applicant(code: KindCode, on: date, born: date) -> Facts:
    """A non-citizen, so that every condition of a standing is asked."""
    return Facts(
        kind=code,
        on=on,
        channel=Channel.ONLINE,
        birth_date=born,
        citizenship=Citizenship.NON_CITIZEN,
        identity_kind=IdentityKind.PASSPORT,
        religion=Religion.UNKNOWN,
        member_since=date(2005, 1, 1),
        balances=dict.fromkeys(SubAccount, Decimal(1000)),
        particulars={"price": "9.00", "financing": "CASH", "property": "SOHO", "refinanced": True, "balance": "9.00", "first_balance": "9.00"},
        earlier=(),
    )


if __name__ == "__main__":
    lateness()
    incentives()
    shares()
    the_rest()
    employers()
    dividends()
    withdrawals()
    for law, rate, start in sorted(ASKED):
        sys.stdout.write(f"{law}/{rate}@{start}\n")
