"""A second, slow and plain reading of i-Saraan and i-Suri, written from seed 002, rulings 18 to 20 and facts 3.1 to 3.4, not from the code.

Day by day and in whole numbers of sen: each day of the half-years so far is asked whether the member may have the incentive on it, and what was paid
on such a day counts. Every figure stands here as in shared/data/isaraan_rules_by_year.csv.
"""

from datetime import date, timedelta
from random import Random
from typing import Any

SHARE = {
    ("ISARAAN", 2018): (15, 25_000), ("ISARAAN", 2019): (15, 25_000), ("ISARAAN", 2020): (15, 25_000), ("ISARAAN", 2021): (15, 25_000),
    ("ISARAAN", 2022): (15, 25_000), ("ISARAAN", 2023): (15, 30_000), ("ISARAAN", 2024): (15, 50_000), ("ISARAAN", 2025): (20, 50_000),
    ("ISARAAN", 2026): (20, 50_000), ("ISURI", 2024): (50, 30_000), ("ISURI", 2025): (50, 30_000), ("ISURI", 2026): (50, 30_000),
}  # fmt: skip
"""Percent, and the year's cap in sen."""
BY_MONTH = {2018: 20_000, 2019: 48_000, 2020: 48_000, 2021: 48_000, 2022: 48_000}
"""i-Suri at RM40 a month: the year's cap in sen."""
LIFETIME = {"ISARAAN": 500_000, "ISURI": 300_000}
"""Since 2024."""


def age_limit(scheme: str, year: int) -> int:
    if scheme == "ISARAAN":
        return 55 if year <= 2021 else 60
    return 55 if year in (2024, 2025) else 60


def birthday(born: date, age: int) -> date:
    year = born.year + age
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return date(year, 3, 1) if (born.month, born.day) == (2, 29) and not leap else date(year, born.month, born.day)


def may(person: dict[str, Any], scheme: str, day: date) -> bool:
    """Whether a contribution on the day earns the incentive. `person`: born, standings, member_since, registered (each with the
    work that was said), paid, employer, listed."""
    if day < (date(2018, 1, 1) if scheme == "ISARAAN" else date(2018, 8, 15)) or (scheme == "ISURI" and day.year == 2023):
        return False
    standing = None
    for since, name in sorted(person["standings"]):
        if since <= day:
            standing = name
    if standing != "CITIZEN" or person["member_since"] is None or day < person["member_since"]:
        return False
    if day >= birthday(person["born"], age_limit(scheme, day.year)):
        return False
    registered = [(name, first, work) for name, first, last, work in person["registered"] if first <= day and (last is None or day <= last)]
    if not registered or any(name != scheme for name, _first, _work in registered):
        return False
    month = (day.year, day.month)
    if scheme == "ISARAAN":
        work = registered[0][2]
        if work in (None, "EMPLOYEE"):
            return False
        return work == "PENSIONABLE" or month not in person["employer"]
    if not any(first <= day and (last is None or day <= last) for first, last in person["listed"]):
        return False
    since = (registered[0][1].year, registered[0][1].month)
    return not any(since <= one <= month for one in person["employer"])


def whole(person: dict[str, Any], scheme: str, year: int, half: int, earlier: int) -> int:
    """What the year has earned by the end of the half-year, in sen; `earlier` is what other years have earned."""
    contributed, days, months = 0, set(), dict.fromkeys(range(1, 13), 0)
    day = date(year, 1, 1)
    while day <= (date(year, 6, 30) if half == 1 else date(year, 12, 31)):
        if may(person, scheme, day):
            days.add(day.month)
            for kind, sen, paid_on in person["paid"]:
                if kind == scheme and paid_on == day:
                    contributed += sen
                    months[day.month] += sen
        day += timedelta(days=1)
    if scheme == "ISURI" and year in BY_MONTH:
        earning = len(days) if year >= 2019 and contributed >= 6_000 else sum(sen >= 500 for sen in months.values())
        return min(4_000 * earning, BY_MONTH[year])
    percent, cap = SHARE[scheme, year]
    found = min((contributed * percent * 2 + 100) // 200, cap)
    return max(0, min(found, LIFETIME[scheme] - earlier)) if year >= 2024 else found


def incentives(person: dict[str, Any], scheme: str, year: int, earlier: int) -> tuple[int, int]:
    """What is paid for each half-year, in sen."""
    first = whole(person, scheme, year, 1, earlier)
    return first, whole(person, scheme, year, 2, earlier) - first


def known(person: dict[str, Any], on: date) -> dict[str, Any]:
    """The person as the fund knows them on a day. `came`: kind, sen, paid on, credited on, taken back on (or None)."""
    came = person["came"]
    stands = [(kind, sen, paid) for kind, sen, paid, credited, back in came if credited <= on and (back is None or back > on)]
    return {**person, "paid": stands, "employer": {(day.year, day.month) for day in person["arrived"] if day <= on}}


def owed(person: dict[str, Any], scheme: str, year: int, half: int, *, since: int, claims: list[tuple[int, int, str]]) -> int:
    """What a run has to claim for a half-year, in sen: all that was earned since the first run's year, less all that was claimed; below zero what was
    claimed and is not earned any more. `claims` are the earlier runs': year, sen, PAID, REFUSED or APPEALED.

    What the Government refused was no money: it is nobody's debt, and leaves its room of the lifetime cap; but it is not asked for again. Once it is
    appealed it is as if it had never been claimed.
    """
    left, earned = 0, 0
    for one in range(since, year + 1):
        if (scheme, one) not in SHARE and not (scheme == "ISURI" and one in BY_MONTH):
            continue
        of_year = whole(person, scheme, one, half if one == year else 2, earned)
        left += of_year - sum(sen for claimed, sen, fate in claims if claimed == one and fate == "PAID")
        given_up = min(sum(sen for claimed, sen, fate in claims if claimed == one and fate == "REFUSED"), max(left, 0))
        left -= given_up
        earned += of_year - given_up
    return left


def any_year(dice: Random) -> tuple[dict[str, Any], str, int, int]:
    """A member with contributions, schemes, birthdays and everything else near their borders; a scheme, a year, and what other years have earned."""
    scheme = dice.choice(("ISARAAN", "ISURI"))
    year = dice.choice([year for year in range(2018, 2027) if scheme == "ISARAAN" or year != 2023])

    def day() -> date:
        return dice.choice((date(year, 1, 1), date(year, 6, 30), date(year, 7, 1), date(year, 12, 31))) if dice.random() < 0.15 else usual()

    def usual() -> date:
        return date(year, 1, 1) + timedelta(days=dice.randrange(365))

    turning = usual()
    born = date(turning.year - dice.choice((25, 30, 35, 40, 45, 50, 55, 55, 60, 60, 76)), turning.month, min(turning.day, 28))
    if dice.random() < 0.05:
        born = date(dice.choice((1964, 1968, 1972)), 2, 29)
    long_ago = date(year - 3, 5, 5)
    first = long_ago if dice.random() < 0.6 else day()
    other = "ISURI" if scheme == "ISARAAN" else "ISARAAN"

    def work() -> str | None:
        return dice.choice(("HOUSEWIFE", "TRADER", "PENSIONABLE", "OTHER", "OTHER", "EMPLOYEE", None) if dice.random() < 0.3 else ("FARMER",))

    registered: list[tuple[str, date, date | None, str | None]] = [(scheme, first, day() if dice.random() < 0.2 else None, work())]
    changes = dice.random()
    if changes < 0.2:
        until = day()
        registered = [(other, long_ago, until, work()), (scheme, until + timedelta(days=dice.choice((-3, 0, 1, 30))), None, work())]
    elif changes < 0.3:
        until = day()
        registered = [(scheme, long_ago, until, work()), (scheme, until + timedelta(days=dice.choice((1, 1, 30))), None, work())]
    amounts = (499, 500, 1_000, 6_000, 10_001, 60_000, 166_667, 333_333, 999_999, dice.randrange(1, 400_000))
    person = {
        "born": born,
        "standings": [(date(1990, 1, 1), dice.choice(("CITIZEN",) * 24 + ("PERMANENT_RESIDENT",)))],
        "member_since": dice.choice((long_ago,) * 18 + (day(), None)),
        "registered": registered,
        "paid": [
            (dice.choice((scheme,) * 9 + (other, "OWN_CHOICE", "TOP_UP")), dice.choice(amounts), dice.choice((day(), turning, usual())))
            for _ in range(dice.choice((0, 1, 2, 3, 3, 6, 12)))
        ],
        "employer": {(year, dice.randrange(1, 13)) for _ in range(2)} if dice.random() < 0.2 else set(),
        "listed": [(long_ago, None)] if dice.random() < 0.85 else [(day(), day())],
    }
    if dice.random() < 0.1:
        person["standings"] += [(day(), dice.choice(("CITIZEN", "PERMANENT_RESIDENT")))]
    earlier = dice.choice((0, 0, 0, 25_000, 270_001, 299_999, 460_000, 499_999, 500_000))
    return person, scheme, year, earlier
