"""One market from its first month to its last, in the order of days, in the caller's transaction.

Nothing is kept of a month once it is paid and credited, so memory is that of the market's people, however long the history. What was filed
is posted day after day: what is owed on the day a month is approved, the payment and every row's credit on the day it is paid, both
shares split by the law of that day. Accounts are the market's own, so that two markets never wait for each other.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from random import Random

from django.db import connection

from contributions.services import crediting, filing, receiving
from kwsp_portal.bank import limits
from kwsp_portal.common import collector
from kwsp_portal.common.clock import KL
from kwsp_portal.common.money import from_sen
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.frame.population import borang, choosing, people, registers, signins
from kwsp_portal.frame.population.careers import Spell, career, labour_of
from kwsp_portal.frame.population.conduct import Conduct
from kwsp_portal.frame.population.filings import Month, Tables, Written
from kwsp_portal.frame.population.plan import Market, Plan
from kwsp_portal.frame.population.registers import Firm
from members.ledger import posting

ACTS_AT_ONCE = 20_000
"""A longer transaction updates each balance less often: the versions that it leaves are read again and again until it ends."""
Event = tuple[date, int, Written]
"""When something is booked, its place among what was gathered, and the month it is about."""


def make(plan: Plan, market: Market) -> int:
    """The market's people, work, filings and postings; the number of rows filed."""
    with collector.paused():
        firms = _firms(plan, market)
        spells = _people(plan, market, firms)
        made = choosing.choices(spells, firms, plan)
        with connection.cursor() as cursor:
            choosing.write(cursor, made, firms)
        return _History(plan, firms, spells, choosing.timelines(made)).write()


def _firms(plan: Plan, market: Market) -> list[Firm]:
    firms = []
    for place, (index, size) in enumerate(zip(range(market.first, market.end), market.sizes, strict=True)):
        firms.append(Firm(index, place, size, plan, _chance(plan, index, "employer")))
    if market.first == 0:
        firms[0].maker, firms[0].checker = signins.acting()
    with connection.cursor() as cursor:
        registers.write_firms(cursor, firms)
    if market.first == 0:
        signins.represent(employer_id=firms[0].employer_id, since=firms[0].since)
    return firms


def _people(plan: Plan, market: Market, firms: Sequence[Firm]) -> list[Spell]:
    """Everybody with their first employer here, and all their work."""
    labour = labour_of([firm.since for firm in firms], market.sizes, plan.months)
    spells = signins.work(plan=plan) if market.first == 0 else []
    everybody = [spell.person for spell in spells]
    index = market.people_from
    for firm, size in zip(firms, market.sizes, strict=True):
        chance = _chance(plan, firm.index, "people")
        for position in range(size):
            person = people.draw(index, position, size, all_members=plan.members, on=plan.on, chance=chance)
            everybody.append(person)
            spells += career(person, firm.place, plan, labour, chance)
            index += 1
    with connection.cursor() as cursor:
        registers.write_people(cursor, everybody)
        registers.write_work(cursor, firms, spells)
    if market.first == 0:
        signins.accounts()
    return spells


def _chance(plan: Plan, index: int, purpose: str) -> Random:
    """Chance of one employer's own: whatever the others draw, it draws the same."""
    return Random(f"{plan.seed}/{index}/{purpose}")  # noqa: S311 - believable, not secret


class _History:
    """The months of a market's employers, and what is to be booked for them. `elected`: by the employer's place and the member's number."""

    def __init__(self, plan: Plan, firms: Sequence[Firm], spells: Sequence[Spell], elected: Mapping[int, Mapping[str, choosing.Timeline]]) -> None:
        self._plan, self._firms, self._elected = plan, firms, elected
        self._work: list[list[Spell]] = [[] for _ in firms]
        for spell in spells:
            self._work[spell.place].append(spell)
        self._conduct = [Conduct(_chance(plan, firm.index, "months"), model=firm.index == 0) for firm in firms]
        self._tables, self._awaited = Tables(), list[Event]()
        self._acts: list[posting.Act] = []
        self._gathered = self._filed = 0

    def write(self) -> int:
        for month in self._plan.first.through(self._plan.last):
            self._book(until=month.contribution_month.first_day)
            self._file([found for firm in self._firms if (found := self._month(firm, month))])
        self._book(until=date.max)
        self._post()
        return self._filed

    def _month(self, firm: Firm, month: WageMonth) -> Month | None:
        """What the employer sends for a month, if anything is owed for it."""
        conduct, plan = self._conduct[firm.place], self._plan
        days, at_work = conduct.days(month), list(self._at_work(firm, month))
        rows = borang.rows(at_work, month, self._elected.get(firm.place, {}), domestic=firm.domestic)
        total_sen = sum(row.total_sen for row in rows)
        if days is None or not total_sen or days.filed_on > plan.on:
            return None
        at = datetime.combine(days.paid_on or days.filed_on, time(conduct.chance.randrange(9, 18), conduct.chance.randrange(60)), KL)
        paid = days.paid_on is not None and days.paid_on <= plan.on and _payable(total_sen, days.paid_on)
        return Month(firm, month, rows, days.filed_on, at if paid else None)

    def _at_work(self, firm: Firm, month: WageMonth) -> Iterator[tuple[people.Person, int]]:
        """Who has wages, and how much; whoever has left for good is not looked at again."""
        conduct, first_day, last_day = self._conduct[firm.place], month.first_day, month.last_day
        here = self._work[firm.place] = [spell for spell in self._work[firm.place] if spell.to_date is None or spell.to_date > first_day]
        for spell in here:
            if spell.from_date <= last_day:
                wages = spell.wages_sen(month, self._plan.first, conduct.chance)
                if not (conduct.leaves_out() and spell.person.user_id is None):
                    yield spell.person, wages

    def _file(self, months: Sequence[Month]) -> None:
        """Gather and copy a month of all employers; what is to be booked for it waits for its days."""
        with connection.cursor() as cursor:
            for written in self._tables.gather(cursor, months):
                heapq.heappush(self._awaited, (written.filed_on, 2 * self._gathered, written))
                if written.filing.paid_on:
                    heapq.heappush(self._awaited, (written.filing.paid_on, 2 * self._gathered + 1, written))
                self._gathered += 1
                self._filed += len(written.credits)
            self._tables.copy(cursor)

    def _book(self, until: date) -> None:
        """The acts of the days before `until`, day after day."""
        while self._awaited and self._awaited[0][0] < until:
            on, place, written = heapq.heappop(self._awaited)
            if place % 2 == 0:
                self._acts.append(filing.due(written.filing, on))
            elif written.payment is not None:
                self._acts.append(receiving.received(written.payment, "CONTRIBUTION_DUE", on, on))
                self._acts += crediting.acts(written.filing, written.credits, on)
            if len(self._acts) >= ACTS_AT_ONCE:
                self._post()

    def _post(self) -> None:
        posting.post_many(self._acts)
        self._acts = []


def _payable(total_sen: int, on: date | None) -> bool:
    return on is not None and limits.why_not_payable(amount=from_sen(total_sen), payer=limits.Payer.COMPANY, on=on) is None
