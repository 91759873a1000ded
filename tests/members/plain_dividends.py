"""The annual dividend once more, day by day in fractions: written from ruling 15 and docs/decisions.md, knowing nothing of the code, SQL or sen-days.

A life is a list of legs: in which order they were posted, to which account, valued when, how much. The rates are typed from KWSP's page.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

CONVENTIONAL = {2019: "5.45", 2020: "5.20", 2021: "6.10", 2022: "5.35", 2023: "5.50", 2024: "6.30", 2025: "6.15"}
SHARIAH = {2019: "5.00", 2020: "4.90", 2021: "5.65", 2022: "4.75", 2023: "5.40", 2024: "6.30", 2025: "6.15"}
BEFORE_55 = {"PERSARAAN", "SEJAHTERA", "FLEKSIBEL", "HOUSING_RINGFENCE"}
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Leg:
    order: int
    code: str
    value_date: datetime.date
    sen: int


@dataclass
class Life:
    """A member. `run_at`: after which leg each year was credited. `seen`: which late legs are settled, by year."""

    member_id: int
    born: datetime.date
    shariah_from: datetime.date | None
    legs: list[Leg] = field(default_factory=list)
    run_at: dict[int, int] = field(default_factory=dict)
    seen: set[tuple[int, int]] = field(default_factory=set)

    def post(self, order: int, code: str, value_date: datetime.date, sen: int) -> None:
        if sen:
            self.legs.append(Leg(order, code, value_date, sen))

    def stands(self, code: str, *, by: datetime.date | None = None) -> int:
        return sum(leg.sen for leg in self.legs if leg.code == code and (by is None or leg.value_date <= by))

    def rate(self, year: int) -> Fraction:
        shariah = self.shariah_from is not None and self.shariah_from <= datetime.date(year, 1, 1)
        return Fraction((SHARIAH if shariah else CONVENTIONAL)[year]) / 100

    def gives(self, legs: list[Leg], year: int, standing: int = 0) -> int:
        """Each day's balance x rate / days of the year, summed exactly, rounded once, half a sen away from zero. Nothing from the 100th birthday."""
        day, days, total = datetime.date(year, 1, 1), 0, 0
        stops = birthday(self.born, 100)
        stood, coming = standing, sorted(legs, key=lambda leg: leg.value_date)
        place = 0
        while day.year == year:
            while place < len(coming) and coming[place].value_date <= day:
                stood += coming[place].sen
                place += 1
            total += stood if day < stops else 0
            days += 1
            day += DAY
        return half_up(total * self.rate(year) / days)

    def receives(self, code: str, on: datetime.date) -> str:
        code = "SEJAHTERA" if code == "HOUSING_RINGFENCE" else code
        return "AKAUN_55" if code in BEFORE_55 and birthday(self.born, 55) <= on else code

    def credit_year(self, year: int, on: datetime.date, order: int) -> dict[str, int]:
        """The run of a year, over all that was posted by then. What each account receives; kept as legs of 1 January."""
        given: dict[str, int] = defaultdict(int)
        for code in sorted({leg.code for leg in self.legs}):
            given[self.receives(code, on)] += self.gives([leg for leg in self.legs if leg.code == code], year)
        self.run_at[year] = order
        return self._keep(given, year, order)

    def settle(self, through: int, on: datetime.date, order: int) -> dict[str, int]:
        """What was posted after the runs of the years it is valued in: a year after another, each year's dividend earning in the later ones."""
        late = {
            (year, leg)
            for leg in self.legs
            for year in range(leg.value_date.year, through + 1)
            if leg.order > self.run_at[year] and (year, leg.order) not in self.seen
        }
        credited: dict[str, int] = defaultdict(int)
        final: dict[str, int] = defaultdict(int)
        for year in range(min((year for year, _ in late), default=through + 1), through + 1):
            fresh: dict[str, int] = defaultdict(int)
            for code in sorted({*credited, *(leg.code for of, leg in late if of == year)}):
                legs = [leg for of, leg in late if of == year and leg.code == code]
                sen = self.gives(legs, year, credited[code])
                fresh["SEJAHTERA" if code == "HOUSING_RINGFENCE" else code] += sen
                final[self.receives(code, on)] += sen
            for code, sen in fresh.items():
                credited[code] += sen
        if any(self.stands(code) + sen < 0 for code, sen in final.items()):
            return {}  # what would be taken back is not there: it stays due
        self.seen |= {(year, leg.order) for year, leg in late}
        return self._keep(final, through, order)

    def _keep(self, given: dict[str, int], year: int, order: int) -> dict[str, int]:
        kept = {code: sen for code, sen in given.items() if sen}
        for code, sen in kept.items():
            self.post(order, code, datetime.date(year + 1, 1, 1), sen)
        return kept


def half_up(exact: Fraction) -> int:
    whole = int(abs(exact) + Fraction(1, 2))
    return whole if exact >= 0 else -whole


def birthday(born: datetime.date, age: int) -> datetime.date:
    """29 February falls on 1 March in other years (ruling 15a)."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return datetime.date(born.year + age, 3, 1)
