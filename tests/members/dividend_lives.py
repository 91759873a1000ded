"""Random lives of members over years, as the portal posts, closes, credits and settles them, and beside it tests.members.plain_dividends."""

import datetime
from collections.abc import Iterator
from random import Random

from kwsp_portal.jobs import engine
from kwsp_portal.jobs.models import Run
from members.enums import DividendKind
from members.ledger import balances, posting, years
from members.ledger.enums import EntryKind, HolderKind
from members.models import Dividend, Member
from members.services import dividends, dividends_due
from tests.factories import MemberFactory
from tests.ledger.histories import close_days
from tests.members.plain_dividends import DAY, Life

FIRST, LAST = 2019, 2024
CODES = ("PERSARAAN", "SEJAHTERA", "FLEKSIBEL", "AKAUN_55", "EMAS", "HOUSING_RINGFENCE")
BORN = (datetime.date(1990, 1, 1), datetime.date(1966, 5, 17), datetime.date(1968, 2, 29), datetime.date(1922, 9, 1), datetime.date(1920, 2, 29))


class Lives:
    """Members who live through the same years; each act is posted and kept in the plain life."""

    def __init__(self, seed: int, members: int) -> None:
        self.chance, self.order, self.ref = Random(seed), 0, 0
        self.lives = [self._born() for _ in range(members)]

    def _born(self) -> Life:
        born, shariah = self.chance.choice(BORN), self.chance.choice((None, None, datetime.date(2018, 1, 1), datetime.date(2022, 1, 1)))
        member: Member = MemberFactory(birth_date=born, member_since=datetime.date(2015, 1, 1), shariah_from=shariah)
        return Life(member.pk, born, shariah)

    def live(self, *, acts: int) -> None:
        """From FIRST to LAST; a year is closed in January, credited in March or a year late, and what came late is settled now and then."""
        for year in range(FIRST, LAST + 2):
            waits = year > FIRST and self.chance.random() < 0.25 and year <= LAST
            for month in (1, 2, 3, 5, 8, 11):
                on = datetime.date(year, month, self.chance.randrange(1, 27))
                self._act(on, acts)
                if month == 2 and year > FIRST:
                    close_days(year - 1)
                    years.mark(year=year - 1)
                    years.store_openings(year=year - 1, first=1, end=self.chance.choice((1, 10**9)))
                if month == 3 and not waits:
                    self._credit(on)
                if month == 8 or self.chance.random() < 0.2:
                    self._settle(on)

    def _act(self, on: datetime.date, acts: int) -> None:
        made = [act for life in self.lives for _ in range(acts) if (act := self._one(life, on))]
        posting.post_many(made)

    def _one(self, life: Life, on: datetime.date) -> posting.Act | None:
        """A contribution valued on some month's last day, years back or a year ahead; a withdrawal; a move; a mistake taken back."""
        self.ref += 1
        self.order += 1
        code, to = self.chance.choice(CODES), self.chance.choice(CODES)
        there = min(life.stands(code), life.stands(code, by=on)) // 3
        kind = self.chance.choice(("in", "in", "in", "out", "move", "back"))
        if kind == "in" or there < 100:
            after = on.year * 12 + on.month + self.chance.choice((0, 0, 0, 1, 12, -2, -9, -14, -30))
            valued = max(datetime.date(FIRST, 1, 1), datetime.date(after // 12, after % 12 + 1, 1) - DAY)
            return self._posted(life, EntryKind.INCENTIVE, on, valued, {code: self.chance.randrange(1, 2_000_000)})
        sen = self.chance.randrange(1, there)
        if kind == "move" and to != code:
            return self._posted(life, EntryKind.RINGFENCE, on, on, {code: -sen, to: sen})
        back = on - DAY * self.chance.randrange(30, 400) if kind == "back" and life.stands(code, by=on - DAY * 400) > 3 * sen else on
        return self._posted(life, EntryKind.CORRECTION, on, max(back, datetime.date(FIRST, 1, 1)), {code: -sen})

    def _posted(self, life: Life, kind: EntryKind, on: datetime.date, valued: datetime.date, amounts: dict[str, int]) -> posting.Act:
        legs = [posting.Leg(posting.member(life.member_id, code), sen) for code, sen in amounts.items()]
        if sum(amounts.values()):
            legs.append(posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), -sum(amounts.values())))
        for code, sen in amounts.items():
            life.post(self.order, code, valued, sen)
        return posting.Act(kind, self.ref, 0, on, valued, legs)

    def _credit(self, on: datetime.date) -> None:
        """Every year that can be, one after another; the plain lives likewise."""
        while dividends.open_next(on=on):
            engine.work_some(programmes=[dividends.PROGRAMME])
        for year in range(FIRST, (dividends.last_paid() or 0) + 1):
            if year not in self.lives[0].run_at:
                self.order += 1
                self._agree(year, DividendKind.ANNUAL, {life.member_id: life.credit_year(year, on, self.order) for life in self.lives})

    def _settle(self, on: datetime.date) -> None:
        through = dividends.last_paid()
        if through is None or Run.objects.filter(programme=dividends_due.PROGRAMME, period=str(on)).exists():
            return
        before = set(Dividend.objects.values_list("pk", flat=True))
        engine.open_run(programme=dividends_due.PROGRAMME, period=str(on), chunks=dividends_due.chunks(), on=on)
        engine.work_some(programmes=[dividends_due.PROGRAMME])
        self.order += 1
        given = {life.member_id: life.settle(through, on, self.order) for life in self.lives}
        self._agree(through, DividendKind.SETTLED, given, but=before)

    def _agree(self, year: int, kind: DividendKind, given: dict[int, dict[str, int]], but: set[int] = frozenset()) -> None:  # type: ignore[assignment]
        """What the portal has just credited is what the plain lives say, account by account."""
        found: dict[int, dict[str, int]] = {member_id: {} for member_id in given}
        for dividend in Dividend.objects.filter(kind=kind, year=year, member_id__in=given).exclude(pk__in=but):
            entry = balances.entries_with(HolderKind.MEMBER, dividend.member_id, EntryKind.DIVIDEND, [dividend.pk])
            found[dividend.member_id] = entry[dividend.pk].amounts
        differing = {member_id: (found[member_id], given[member_id]) for member_id in given if found[member_id] != given[member_id]}
        assert not differing, f"{kind} {year}, by the portal and by the plain life: {differing}"

    def stood(self) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
        """What each member has, by the portal and by the plain life."""
        for life in self.lives:
            told = {code: sen for code, sen in balances.balances_of(HolderKind.MEMBER, life.member_id).items() if sen}
            yield told, {code: sen for code in CODES if (sen := life.stands(code))}
