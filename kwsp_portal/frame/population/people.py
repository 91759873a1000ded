"""Who the members are: ages, papers, citizenships, drawn from a seed. Everything about a person follows from the seed and their place."""

from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Final

from contributions.rules import category
from kwsp_portal.common.names import name_key
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.frame.population.names import PEOPLES, People, full_name
from kwsp_portal.frame.population.plan import MOST_MEMBERS
from members.enums import Citizenship, IdentityKind, Religion, Sex
from members.rules import age

FIRST_NUMBER: Final = 20_000_001
YOUNGEST: Final = 18
OLDEST: Final = 76
FEW: Final = 20
"""Up to so many people, chance alone decides their ages."""
PERMANENT_RESIDENTS_IN_HUNDRED: Final = 30
"""Of those who came from elsewhere."""
NATURALISED_IN_HUNDRED: Final = 20
"""Of the permanent residents: citizens by now."""
SHARIAH_IN_HUNDRED: Final = 40
WEIGHTS: Final = tuple(accumulate(people.share for people in PEOPLES))

SERIALS: Final = 4_950
"""For each sex, born on one day in one place; the ones above are the demo members'."""
PLACES: Final = 16
FROM_ELSEWHERE: Final = 60
"""Codes of the place of birth: 01 to 16 for the states, from 61 on for other countries."""
assert MOST_MEMBERS // (SERIALS * PLACES) < 150, "a birth date within the year is left to choose from"  # noqa: S101

_key = lru_cache(maxsize=10_000)(name_key)
"""Names are few, people many."""

Period = tuple[Citizenship, date, date | None]


class Person:
    """A member as registered. `row` and `cells` are the texts that every row of a Borang A repeats of them."""

    __slots__ = (
        "born",
        "country",
        "identity",
        "key",
        "kind",
        "member_id",
        "name",
        "number",
        "periods",
        "religion",
        "sex",
        "shariah_from",
        "since",
        "user_id",
    )

    def __init__(self, *, number: str, name: str, sex: Sex, religion: Religion, born: date, since: date) -> None:
        self.member_id = 0
        self.user_id: int | None = None
        self.number, self.name, self.key = number, name, _key(name)
        self.sex, self.religion, self.born, self.since = sex, religion, born, since
        self.kind, self.country, self.identity = IdentityKind.MYKAD, "", ""
        self.periods: tuple[Period, ...] = ((Citizenship.CITIZEN, born, None),)
        self.shariah_from: date | None = None

    def citizenship_in(self, month: WageMonth) -> Citizenship:
        """What counts in a wage month, as the reading of a Borang A sees it."""
        if len(self.periods) == 1:
            return self.periods[0][0]
        return category.citizenship_in([(start, status) for status, start, _ in self.periods], month) or self.periods[0][0]


def draw(index: int, position: int, count: int, *, all_members: int, on: date, chance: Random) -> Person:
    """The member of this place among all, the `position`-th of `count` with their first employer."""
    people = chance.choices(PEOPLES, cum_weights=WEIGHTS)[0]
    sex = Sex.FEMALE if chance.random() < 0.5 else Sex.MALE
    years = _years(position, count, chance)
    born = _born(years, on, index // (SERIALS * PLACES), 1 + (all_members - 1) // (SERIALS * PLACES), chance)
    since = min(on, max(age.birthday(born, YOUNGEST), on - timedelta(days=chance.randrange(200, 9_000))))
    person = Person(
        number=f"{FIRST_NUMBER + index:08d}", name=full_name(people, sex, chance), sex=sex, religion=people.religion, born=born, since=since
    )
    _papers(person, index, people, on, chance)
    if people.religion == Religion.ISLAM and chance.randrange(100) < SHARIAH_IN_HUNDRED:
        person.shariah_from = date(on.year, 1, 1)
    return person


def _years(position: int, count: int, chance: Random) -> int:
    """Ages of a workforce: most from 22 to 50, few above 60. Small numbers of people have their oldest hand and their youngest too."""
    years = YOUNGEST + int((OLDEST - YOUNGEST + 1) * chance.betavariate(1.7, 3.2))
    return {0: OLDEST, 1: YOUNGEST}.get(position, years) if count > FEW else years


def _born(years: int, on: date, cycle: int, cycles: int, chance: Random) -> date:
    """A birth date of somebody who is `years` old on `on`; people of another cycle are never born on the same day."""
    latest = age.birthday(date(on.year - years, on.month, min(on.day, 28)), 0)
    offset = (latest.toordinal() - cycle) % cycles
    return latest - timedelta(days=offset + cycles * chance.randrange((364 - offset) // cycles))


def _papers(person: Person, index: int, people: People, on: date, chance: Random) -> None:
    """Kind and number of the identity paper, and what they were when. No number is given twice: it follows from their place among all."""
    code = index % (SERIALS * PLACES)
    serial = code % SERIALS * 2 + (person.sex == Sex.MALE)
    place = 1 + code // SERIALS
    if people.country:
        if chance.randrange(100) >= PERMANENT_RESIDENTS_IN_HUNDRED:
            person.kind, person.country, person.identity = IdentityKind.PASSPORT, people.country, f"{people.country[:2]}{index:07d}"
            person.periods = ((Citizenship.NON_CITIZEN, person.born, None),)
            return
        place += FROM_ELSEWHERE
        person.kind, person.periods = IdentityKind.MYPR, ((Citizenship.PERMANENT_RESIDENT, person.born, None),)
        if chance.randrange(100) < NATURALISED_IN_HUNDRED:
            day = max(person.born + timedelta(days=1), on - timedelta(days=chance.randrange(1, 3_000)))
            person.kind = IdentityKind.MYKAD
            person.periods = ((Citizenship.PERMANENT_RESIDENT, person.born, day), (Citizenship.CITIZEN, day, None))
    person.identity = f"{person.born:%y%m%d}{place:02d}{serial:04d}"
