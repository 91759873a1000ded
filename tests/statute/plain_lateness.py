"""A second, slow and plain reading of what lateness costs, written from seed 001, facts 3.2 and rulings 10 and 11, not from the code.

Day by day, in whole numbers: each day of lateness adds arrears x rate of its year over the days of its year. Every rate stands here as in facts 4.1.
"""

from datetime import date, timedelta
from random import Random

CONVENTIONAL = {
    2006: 515, 2007: 580, 2008: 450, 2009: 565, 2010: 580, 2011: 600, 2012: 615, 2013: 635, 2014: 675, 2015: 640, 2016: 570,
    2017: 690, 2018: 615, 2019: 545, 2020: 520, 2021: 610, 2022: 535, 2023: 550, 2024: 630, 2025: 615,
}  # fmt: skip
SHARIAH = {2017: 640, 2018: 590, 2019: 500, 2020: 490, 2021: 565, 2022: 475, 2023: 540, 2024: 630, 2025: 615}
"""Facts 4.1, in hundredths of a percent."""


def rate_of(year: int, known_on: date) -> int:
    """To 2016 the conventional rate, then the lower of the two; a year that is not declared, by 1 March of the next, has the last declared one."""
    while year not in CONVENTIONAL or known_on < date(year + 1, 3, 1):
        year -= 1
    return CONVENTIONAL[year] if year <= 2016 else min(CONVENTIONAL[year], SHARIAH[year])


def days_of(year: int) -> int:
    return 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365


def charge(month: tuple[int, int], paid: list[tuple[int, date]], known_on: date) -> int:
    """The charge of a contribution month in ringgit; `paid` are sen and the day on which they came."""
    scale = 365 * 366 * 10_000
    total, late = 0, False
    for sen, day in paid:
        at = date(month[0], month[1], 16)
        while sen and at <= day:
            late = True
            total += sen * (rate_of(at.year, known_on) + 100) * (scale // 10_000 // days_of(at.year))
            at += timedelta(days=1)
    if not late:
        return 0
    ringgit, rest = divmod(total, scale * 100)
    return max(10, ringgit + (1 if rest else 0))


def dividend(month: tuple[int, int], sen: int, day: date, known_on: date) -> int:
    """The dividend on one late contribution in sen: it stands from the last day of its month, earns to the day before the payment, and at each year's
    end what it earned, to the sen, is added to it."""
    at = date(month[0] + month[1] // 12, month[1] % 12 + 1, 1) - timedelta(days=1)
    savings, earning = sen, 0
    while at < day:
        earning += savings * rate_of(at.year, known_on)
        if (at.month, at.day) == (12, 31) or at + timedelta(days=1) == day:
            whole = 10_000 * days_of(at.year)
            savings += (2 * earning + whole) // (2 * whole)
            earning = 0
        at += timedelta(days=1)
    return savings - sen


def any_history(dice: Random) -> tuple[tuple[int, int], list[tuple[int, date]], date]:
    """A contribution month since February 2008, what came of it and when, in any order, and a day to reckon on."""
    month = (dice.randrange(2008, 2027), dice.randrange(1, 13))
    month = max(month, (2008, 2))
    paid = []
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        day = date(month[0], month[1], 1) + timedelta(days=dice.choice((14, 15, 16, 27, 31, dice.randrange(60), dice.randrange(900))))
        paid.append((dice.choice((0, 100, 1_300, dice.randrange(100_000), 100 * dice.randrange(1_000_000))), day))
    known_on = max(day for _sen, day in paid) + timedelta(days=dice.choice((0, 0, 30, 200, 4_000)))
    return month, paid, known_on
