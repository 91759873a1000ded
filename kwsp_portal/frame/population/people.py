"""Members and their work, drawn from one seed: the same seed gives the same people."""

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random

from employers.models import Employer, Employment
from kwsp_portal.common.names import name_key
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.frame.population.names import PEOPLES, People, full_name
from members.enums import Citizenship, IdentityKind, Sex
from members.models import CitizenshipPeriod, Member
from members.rules import age

FIRST_NUMBER = 20_000_001
YOUNGEST, OLDEST = 18, 76
FEW = 20
"""Up to so many people, chance alone decides their ages."""
LEAVERS_IN_HUNDRED, JOINERS_IN_HUNDRED = 8, 12
PERMANENT_RESIDENTS_IN_HUNDRED = 30
"""Of those who came from elsewhere."""
LARGEST_IN_HUNDRED = 60
MOST_PEOPLE = 600
"""At this size a month comes to some RM600,000; FPX carries RM1,000,000 (ruling 26a)."""
WEIGHTS = tuple(accumulate(people.share for people in PEOPLES))


@dataclass(frozen=True, kw_only=True)
class Worker:
    """A member at work: whose rows the history writes. Wages in RM in the first month; they grow each January."""

    member: Member
    citizenship: Citizenship
    employer: Employer
    wages: Decimal
    from_date: date
    to_date: date | None

    def employed_in(self, month: WageMonth) -> bool:
        return self.from_date <= month.last_day and (self.to_date is None or self.to_date > month.first_day)

    def wages_in(self, month: WageMonth, first: WageMonth) -> Decimal:
        """Three per cent more each January, to RM10."""
        raises = month.year - first.year
        grown = self.wages * (Decimal("1.03") ** raises)
        return Decimal(int(grown) // 10 * 10) if raises else self.wages


def born_for_age(years: int, on: date, chance: Random) -> date:
    """A birth date of somebody who is `years` old on `on`."""
    latest = age.birthday(date(on.year - years, on.month, min(on.day, 28)), 0)
    return latest - timedelta(days=chance.randrange(364))


def sizes(count: int, employers: int) -> list[int]:
    """How many of `count` people each employer has: the first is the largest, none has more than FPX can pay for if there is room."""
    found: list[int] = []
    left = count
    for employers_left in range(employers, 0, -1):
        fair = -(-left // employers_left)
        found.append(min(max(fair, left * LARGEST_IN_HUNDRED // 100), max(MOST_PEOPLE, fair)))
        left -= found[-1]
    return found


@dataclass
class Numbers:
    """What may be given once only: the running number of people, and identity numbers."""

    index: int = 0
    identities: set[str] = field(default_factory=set)


def make(*, employer: Employer, count: int, first: WageMonth, on: date, chance: Random, numbers: Numbers) -> list[Worker]:
    """`count` members at work for the employer, with citizenship and employment on record."""
    members, citizenships, workers, employments = [], [], [], []
    for position in range(count):
        people = chance.choices(PEOPLES, cum_weights=WEIGHTS)[0]
        sex = chance.choice((Sex.FEMALE, Sex.MALE))
        years = min(OLDEST, max(YOUNGEST, int(chance.gauss(38, 13))))
        # Every larger employer has its oldest hand and its youngest: chance alone seldom draws them.
        years = {0: OLDEST, 1: YOUNGEST}.get(position, years) if count > FEW else years
        member, citizenship = _member(numbers, people, sex, born_for_age(years, on, chance), on, chance)
        from_date, to_date = _work(first, on, member, chance)
        members.append(member)
        citizenships.append(CitizenshipPeriod(member=member, status=citizenship, from_date=member.birth_date))
        employments.append(Employment(employer=employer, member=member, from_date=from_date, to_date=to_date))
        workers.append(
            Worker(member=member, citizenship=citizenship, employer=employer, wages=_wages(years, chance), from_date=from_date, to_date=to_date)
        )
    Member.objects.bulk_create(members, batch_size=5_000)
    CitizenshipPeriod.objects.bulk_create(citizenships, batch_size=5_000)
    Employment.objects.bulk_create(employments, batch_size=5_000)
    return workers


def _member(numbers: Numbers, people: People, sex: Sex, born: date, on: date, chance: Random) -> tuple[Member, Citizenship]:
    index, numbers.index = numbers.index, numbers.index + 1
    since = max(age.birthday(born, YOUNGEST), on - timedelta(days=chance.randrange(200, 9_000)))
    resident = people.country != "MY" and chance.randrange(100) < PERMANENT_RESIDENTS_IN_HUNDRED
    name = full_name(people, sex, chance)
    if people.country == "MY":
        kind, citizenship = IdentityKind.MYKAD, Citizenship.CITIZEN
    elif resident:
        kind, citizenship = IdentityKind.MYPR, Citizenship.PERMANENT_RESIDENT
    else:
        kind, citizenship = IdentityKind.PASSPORT, Citizenship.NON_CITIZEN
    place = chance.randrange(1, 17) if people.country == "MY" else 71
    identity = f"{people.country}{index:07d}" if kind == IdentityKind.PASSPORT else _mykad(numbers, born, place, sex)
    member = Member(
        number=f"{FIRST_NUMBER + index:08d}",
        name=name,
        name_key=name_key(name),
        identity_kind=kind,
        identity_number=identity,
        birth_date=born,
        sex=sex,
        religion=people.religion,
        phone=f"+6011{index:08d}",
        address=f"{chance.randrange(1, 200)}, Jalan Contoh {chance.randrange(1, 40)}, 50000 Kuala Lumpur",
        member_since=min(since, on),
        shariah_from=date(on.year, 1, 1) if people.religion == "ISLAM" and chance.random() < 0.4 else None,
    )
    return member, citizenship


def _mykad(numbers: Numbers, born: date, place: int, sex: Sex) -> str:
    """Birth date, place, and a serial whose last digit is odd for a man; one that nobody else has."""
    serial = (numbers.index * 2 + (sex == Sex.MALE)) % 10_000
    while (number := f"{born:%y%m%d}{place:02d}{serial:04d}") in numbers.identities:
        serial = (serial + 2) % 10_000
    numbers.identities.add(number)
    return number


def _work(first: WageMonth, on: date, member: Member, chance: Random) -> tuple[date, date | None]:
    """From when to when somebody works: most from before the history on, some join in it, some leave."""
    span = max((on - first.first_day).days, 60)
    joined = chance.randrange(100) < JOINERS_IN_HUNDRED
    start = first.first_day + timedelta(days=chance.randrange(span - 30)) if joined else first.first_day - timedelta(days=chance.randrange(30, 2_000))
    start = max(start, member.member_since)
    leaves = chance.randrange(100) < LEAVERS_IN_HUNDRED
    end = start + timedelta(days=chance.randrange(60, span + 60)) if leaves else None
    return start, end if end and end < on else None


def _wages(years: int, chance: Random) -> Decimal:
    """Wages that look like a payroll: the minimum wage, a broad middle, a few above RM20,000; to RM10."""
    drawn = 1_700 * math.exp(abs(chance.gauss(0.25 + min(years, 55) / 90, 0.55)))
    return Decimal(max(1_700, min(48_000, int(drawn) // 10 * 10)))
