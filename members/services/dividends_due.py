"""What was back-valued into years whose dividend is credited: settled daily, each row once, each year's dividend earning in the later ones.

The credit is valued on 1 January of the first year that is not credited yet. Is that year closed already, the credit leaves a row for it, and
the year's own run takes it up: nothing is in both and nothing in neither. What would be taken back and is not there any more stays due.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from kwsp_portal import jobs
from members.enums import DividendKind
from members.ledger import balances, days, earning
from members.ledger.earning import Due
from members.ledger.enums import HolderKind
from members.rules import dividend
from members.rules.dividend import YearLaw
from members.selectors import dividend_rates
from members.selectors.dividend_rates import Rates
from members.selectors.dividends import Line
from members.services import dividends
from members.services.dividends import Person, Reckoned

PROGRAMME: Final = "dividend_due"
CHUNK_MEMBERS: Final = 2_000


def chunks() -> list[dict[str, Any]]:
    """The pieces in which those are settled to whom something is due, through the last year that is credited."""
    through = dividends.last_paid()
    if through is None:
        return []
    owed = earning.owed(since=dividend.FIRST_YEAR, through=through)
    pieces = [owed[start : start + CHUNK_MEMBERS] for start in range(0, len(owed), CHUNK_MEMBERS)]
    return [{"first": piece[0], "end": piece[-1] + 1, "through": through} for piece in pieces]


def settle_chunk(*, lease: jobs.Lease) -> None:
    """Settle what is due to the members of one range, and finish the lease in one transaction."""
    jobs.failpoint("dividend_due.before")
    lease.renew()
    on, through = max(lease.on, days.first_open_day()), lease.payload["through"]
    found = list(reckon(through=through, first=lease.payload["first"], end=lease.payload["end"], on=on))
    dividends.credit(found, kind=DividendKind.SETTLED, year=through, on=on, lease=lease)


def reckon(*, through: int, first: int, end: int, on: date) -> Iterator[Reckoned]:
    """What is due to every member from `first` up to and without `end`, compounded through a year. Writes nothing."""
    dues = dividends.by_holder(earning.dues(since=dividend.FIRST_YEAR, through=through, first=first, end=end))
    people = dividends.people_of(first, end)
    known = {rates.year: rates for rates in dividend_rates.known(on=on)}
    for member_id, rows in dues.items():
        found = _of_member(member_id, people[member_id], rows, known, through, on)
        if _is_there(found):
            yield found


def _of_member(member_id: int, person: Person, dues: Sequence[Due], known: dict[int, Rates], through: int, on: date) -> Reckoned:
    by_year = {year: _law_of(person, known[year]) for year in range(min(due.year for due in dues), through + 1)}
    earned: dict[tuple[str, int], int] = {}
    for due in dues:
        until = dividend.last_day(birth_date=person.birth_date, year=due.year)
        if until is not None:
            earned[due.code, due.year] = earned.get((due.code, due.year), 0) + due.sen_days(until)
    goes_to = {due.code: due.dividend_to for due in dues}
    lines = [
        Line(
            one.code,
            one.year,
            one.sen_days,
            str(by_year[one.year].rate),
            one.amount_sen,
            dividend.receiver(goes_to.get(one.code, one.code), birth_date=person.birth_date, on=on).value,
        )
        for one in dividend.settled(earned, goes_to=goes_to, by_year=by_year)
    ]
    scheme = dividend.scheme_of(shariah_from=person.shariah_from, year=through)
    return Reckoned(member_id, scheme, lines, [due.due_id for due in dues])


def _law_of(person: Person, rates: Rates) -> YearLaw:
    scheme = dividend.scheme_of(shariah_from=person.shariah_from, year=rates.year)
    last = dividend.last_day(birth_date=person.birth_date, year=rates.year)
    return YearLaw(rates.of(scheme), 0 if last is None else (last - date(rates.year, 1, 1)).days + 1)


def _is_there(found: Reckoned) -> bool:
    """Whether what would be taken from an account is there: else all of the member's stays due."""
    taken = {leg.account.code: -leg.amount_sen for leg in found.legs() if leg.amount_sen < 0 and leg.account.holder_kind == HolderKind.MEMBER}
    if not taken:
        return True
    there = {pot.code: pot.available_sen for pot in balances.pots_of(HolderKind.MEMBER, found.member_id)}
    return all(there.get(code, 0) >= sen for code, sen in taken.items())
