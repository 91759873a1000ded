"""The registers of a market: employers with their two people, members with their citizenship, who works for whom; all by COPY."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from random import Random
from typing import Final, NamedTuple

from django.db.backends.utils import CursorWrapper

from employers.enums import EmployerKind, EmployerRole
from kwsp_portal.frame.population import copying
from kwsp_portal.frame.population.careers import Spell
from kwsp_portal.frame.population.names import PEOPLES, full_name
from kwsp_portal.frame.population.people import Person
from kwsp_portal.frame.population.plan import Plan
from members.enums import Sex
from members.identity.enums import Role

NAMED: Final = (
    ("Syarikat Contoh Maju Sdn. Bhd.", EmployerKind.PRIVATE),
    ("Majlis Perbandaran Contoh", EmployerKind.GOVERNMENT),
    ("Kedai Roti Sri Contoh", EmployerKind.PRIVATE),
)
TRADES: Final = ("Perusahaan", "Perniagaan", "Kedai Makan", "Bengkel", "Kilang", "Pengangkutan", "Pembinaan", "Klinik", "Tadika", "Farmasi", "Ladang")
FIRST_NUMBER: Final = 10_000_001
FEW: Final = 5
"""A business of fewer people is nobody's company."""
HELPERS_AT_MOST: Final = 2
HOUSEHOLDS_IN_HUNDRED: Final = 25
"""Of the employers that begin with so few people: homes with a domestic helper or two."""
LOCAL: Final = tuple(people for people in PEOPLES if not people.country)


class Actor(NamedTuple):
    """Who acts for an employer, as the trail of audit names them."""

    pk: int
    user_id: str


class Firm:
    """An employer of the population. `place` counts from the first of its market, `index` from the first of all."""

    __slots__ = ("checker", "employer_id", "index", "kind", "maker", "name", "number", "place", "since")

    def __init__(self, index: int, place: int, size: int, plan: Plan, chance: Random) -> None:
        self.index, self.place, self.number = index, place, f"{FIRST_NUMBER + index:08d}"
        self.employer_id = 0
        self.maker = self.checker = Actor(0, "")
        named = index < len(NAMED)
        self.name, self.kind = NAMED[index] if named else (_name(index, size, chance), EmployerKind.PRIVATE)
        self.since = plan.first.first_day - timedelta(days=1_100 + (0 if named else int(chance.expovariate(1 / 2_500))))
        if not named and size <= HELPERS_AT_MOST and chance.randrange(100) < HOUSEHOLDS_IN_HUNDRED:
            self.name, self.kind = _home(chance), EmployerKind.HOUSEHOLD

    @property
    def domestic(self) -> bool:
        """Whether those who work here are domestic helpers."""
        return self.kind is EmployerKind.HOUSEHOLD


def _name(index: int, size: int, chance: Random) -> str:
    trade = TRADES[chance.randrange(len(TRADES))]
    return f"{trade} Contoh {index + 1} {'Enterprise' if size < FEW else 'Sdn. Bhd.'}"


def _home(chance: Random) -> str:
    return f"Isi Rumah {full_name(chance.choice(LOCAL), chance.choice(tuple(Sex)), chance)}"


def write_firms(cursor: CursorWrapper, firms: Sequence[Firm]) -> None:
    """Employers, each with a maker and a checker; those that have people already (the demo employer) keep them. Nobody can sign in as them."""
    employers = copying.Table("employers_employer", "id number name kind from_date closed_on")
    users = copying.Table("identity_user", "id password user_id role name secret_phrase secret_image language is_active joined_at activated_at")
    acting = copying.Table("employers_representative", "employer_id user_id role appointed_on removed_on")
    numbers, pks = copying.ids(cursor, "employers_employer", len(firms)), copying.ids(cursor, "identity_user", 2 * len(firms))
    for firm in firms:
        firm.employer_id = next(numbers)
        employers.add(firm.employer_id, firm.number, firm.name, firm.kind, firm.since, None)
        if firm.maker.pk:
            continue
        firm.maker, firm.checker = (Actor(next(pks), f"wakil{firm.number[-6:]}{letter}") for letter in "ab")
        for actor, who, role in ((firm.maker, "Penyedia", EmployerRole.MAKER), (firm.checker, "Pelulus", EmployerRole.CHECKER)):
            users.add(actor.pk, "!", actor.user_id, Role.REPRESENTATIVE, f"{who} {firm.name}"[:120], "-", "", "ms", True, copying.NOW, copying.NOW)
            acting.add(firm.employer_id, actor.pk, role, firm.since, None)
    for table in (employers, users, acting):
        table.copy(cursor)


def write_people(cursor: CursorWrapper, people: Sequence[Person]) -> None:
    """Members with their citizenship on record; gives each their id."""
    members = copying.Table(
        "members_member",
        "id number user_id name name_key identity_kind identity_country identity_number birth_date sex religion phone address home_address "
        "member_since shariah_from died_on",
    )
    citizenships = copying.Table("members_citizenshipperiod", "member_id status from_date to_date")
    for person, member_id in zip(people, copying.ids(cursor, "members_member", len(people)), strict=True):
        person.member_id = member_id
        phone, address = _reached_at(person.number)
        user_id = copying.cell(person.user_id)
        shariah_from = copying.cell(person.shariah_from)
        members.lines.append(
            f"{member_id}\t{person.number}\t{user_id}\t{person.name}\t{person.key}\t{person.kind}\t{person.country}\t{person.identity}\t{person.born}\t{person.sex}\t"
            f"{person.religion}\t{phone}\t{address}\t\t{person.since}\t{shariah_from}\t\\N\n"
        )
        for status, start, end in person.periods:
            citizenships.lines.append(f"{member_id}\t{status}\t{start}\t{copying.cell(end)}\n")
    members.copy(cursor)
    citizenships.copy(cursor)


def _reached_at(number: str) -> tuple[str, str]:
    """Telephone and address, from the member's number."""
    house, street = int(number[-4:]) % 199 + 1, int(number[-6:]) % 41 + 1
    return f"+6011{number}", f"{house}, Jalan Contoh {street}, 50000 Kuala Lumpur"


def write_work(cursor: CursorWrapper, firms: Sequence[Firm], spells: Iterable[Spell]) -> None:
    """Who works for whom from when to when."""
    table = copying.Table("employers_employment", "employer_id member_id from_date to_date domestic")
    for spell in spells:
        firm, member_id = firms[spell.place], spell.person.member_id
        table.lines.append(f"{firm.employer_id}\t{member_id}\t{spell.from_date}\t{copying.cell(spell.to_date)}\t{copying.cell(firm.domestic)}\n")
    table.copy(cursor)
