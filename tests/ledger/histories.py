"""Random histories of accounts over years, posted and closed as time passes, and a plain day-by-day model of them.

The model knows nothing of openings, versions or SQL: a list of (when in the order of posting, booked on, valued on, amount) an account.
"""

import datetime
from dataclasses import dataclass, field
from random import Random

from django.db import connection

from members.ledger import posting, years
from members.ledger.enums import EntryKind, HoldKind

CODES = ("PERSARAAN", "SEJAHTERA", "FLEKSIBEL", "HOUSING_RINGFENCE")
FIRST_YEAR, LAST_YEAR = 2019, 2025
DAY = datetime.timedelta(days=1)
EVERY_ACCOUNT = 10**6


@dataclass(frozen=True)
class Moved:
    """One leg as the model keeps it. `closed`: the last year that was closed when it was posted."""

    entry_id: int
    booked_on: datetime.date
    value_date: datetime.date
    amount_sen: int
    closed: int


Account = tuple[int, str]


@dataclass
class History:
    """Members 1 to 3 and employer 4, with what was posted to each of their accounts, in order."""

    chance: Random
    legs: dict[Account, list[Moved]] = field(default_factory=dict)
    closed: int = 0
    waiting: int = 0
    ref: int = 0
    entries: list[tuple[int, datetime.date, datetime.date, dict[Account, int]]] = field(default_factory=list)

    def post(self, kind: EntryKind, booked_on: datetime.date, value_date: datetime.date, amounts: dict[Account, int]) -> None:
        self.ref += 1
        legs = [posting.Leg(posting.member(*account), sen) for account, sen in amounts.items()]
        if sum(amounts.values()):
            legs.append(posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), -sum(amounts.values())))
        act = posting.Act(kind, self.ref, 0, booked_on, value_date, legs)
        entry_id = posting.post(act) if self.chance.random() < 0.5 else posting.post_many([act])[0]
        self.entries.append((entry_id, booked_on, value_date, amounts))
        self._keep(entry_id, booked_on, value_date, amounts)

    def _keep(self, entry_id: int, booked_on: datetime.date, value_date: datetime.date, amounts: dict[Account, int]) -> None:
        for account, sen in amounts.items():
            self.legs.setdefault(account, []).append(Moved(entry_id, booked_on, value_date, sen, self.closed))

    def stands(self, account: Account) -> int:
        return sum(leg.amount_sen for leg in self.legs.get(account, ()))

    def contribute(self, on: datetime.date) -> None:
        """Valued on some month's last day: of months past, this one, or up to a year ahead; sometimes years back."""
        months = self.chance.choice((0, 0, 0, 1, 6, 12, -1, -2, -14, -40))
        after = on.year * 12 + on.month + months
        value_date = datetime.date(after // 12, after % 12 + 1, 1) - DAY
        member_id = self.chance.randrange(1, 4)
        codes = self.chance.sample(CODES[:3], self.chance.randrange(1, 4))
        self.post(EntryKind.INCENTIVE, on, value_date, {(member_id, code): self.chance.randrange(1, 100_000) for code in codes})

    def withdraw(self, on: datetime.date) -> None:
        account = self.chance.choice([account for account in self.legs if self.stands(account) > 1] or [None])
        if account is None:
            return
        sen = self.chance.randrange(1, self.stands(account))
        self.ref += 1
        hold = posting.place_hold(account=posting.member(*account), amount_sen=sen, kind=HoldKind.WITHDRAWAL, ref=self.ref, booked_on=on)
        if self.chance.random() < 0.3:
            posting.release_hold(hold, booked_on=on)
            return
        legs = [posting.Leg(posting.member(*account), -sen), posting.Leg(posting.fund("PAYOUT_CLEARING"), sen)]
        entry_id = posting.capture([hold], posting.Act(EntryKind.PAYOUT, self.ref, 0, on, on, legs))
        self.entries.append((entry_id, on, on, {account: -sen}))
        self._keep(entry_id, on, on, {account: -sen})

    def move(self, on: datetime.date) -> None:
        """From one account to another of a member, as the ring-fence does."""
        account = self.chance.choice([account for account in self.legs if self.stands(account) > 1] or [None])
        if account is None:
            return
        sen, to = self.chance.randrange(1, self.stands(account)), (account[0], self.chance.choice(CODES))
        if to != account:
            self.post(EntryKind.RINGFENCE, on, on, {account: -sen, to: sen})

    def reverse(self, on: datetime.date) -> None:
        if not self.entries:
            return
        entry = self.chance.choice(self.entries)
        entry_id, booked_on, value_date, amounts = entry
        if booked_on > on or any(self.stands(account) < sen for account, sen in amounts.items()):
            return
        self.entries.remove(entry)
        mirrored = {account: -sen for account, sen in amounts.items()}
        self._keep(posting.reverse(entry_id, booked_on=on), on, value_date, mirrored)

    def close(self, year: int, *, openings: str) -> None:
        """Close a year; `openings`: "all" are stored, "some", or "none": now, or after some more acts."""
        self.store()
        close_days(year)
        years.mark(year=year)
        self.closed = year
        self.waiting = {"all": EVERY_ACCOUNT, "some": self.chance.randrange(1, 12), "none": 1}[openings]
        if self.chance.random() < 0.4:
            self.store()

    def store(self) -> None:
        if self.waiting:
            years.store_openings(year=self.closed, first=1, end=self.waiting)
            self.waiting = 0

    # What a plain model says.

    def stood(self, account: Account, on: datetime.date) -> int:
        return sum(leg.amount_sen for leg in self.legs.get(account, ()) if leg.booked_on <= on)

    def sen_days(self, account: Account, year: int, *, back: bool = False, until: datetime.date | None = None) -> int:
        """Day by day, to the end of the year or to a day of it: what stood on it by value date. Known when the year was closed, or (`back`) posted
        after that."""
        legs = [leg for leg in self.legs.get(account, ()) if (leg.closed >= year) == back]
        day, total = datetime.date(year, 1, 1), 0
        while day <= (until or datetime.date(year, 12, 31)):
            total += sum(leg.amount_sen for leg in legs if leg.value_date <= day)
            day += DAY
        return total


def close_days(year: int) -> None:
    """Close every day of a year, on the last of which something is booked late."""
    last = datetime.date(year, 12, 31)
    legs = [posting.Leg(posting.fund("GOVERNMENT_CLEARING"), -1), posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), 1)]
    posting.post(posting.Act(EntryKind.LATE_CHARGE, year, 0, last, last, legs))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_closing (through) VALUES (%s)", [last])


def lived(seed: int, *, openings: str, acts: int = 90) -> History:
    """A history of the seed, from FIRST_YEAR to LAST_YEAR; years are closed in the January after them, or a little later."""
    chance = Random(seed)
    history = History(chance)
    days = sorted(datetime.date(FIRST_YEAR, 1, 1) + DAY * chance.randrange(365 * (LAST_YEAR - FIRST_YEAR + 1)) for _ in range(acts))
    for day in days:
        if history.closed < day.year - 1 and day.year > FIRST_YEAR and (day.month > 1 or chance.random() < 0.5):
            for year in range(max(history.closed + 1, FIRST_YEAR), day.year):
                history.close(year, openings=openings)
        chance.choice((history.contribute,) * 5 + (history.withdraw, history.move, history.reverse))(day)
        if chance.random() < 0.1:
            history.store()
    history.store()
    return history
