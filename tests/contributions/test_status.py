"""Which standing counts in a wage month: registers, template, months and population answer as the rule does, whatever the history."""

from datetime import date, timedelta
from random import Random

import pytest

from contributions.rules import category
from contributions.selectors import months
from contributions.services import register
from employers import selectors as employers
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.frame.population.people import Person
from members.enums import Citizenship, Religion, Sex
from tests import factories
from tests.contributions.conftest import Office

pytestmark = pytest.mark.django_db
FIRST, LAST = WageMonth(2025, 9), WageMonth(2026, 2)


def history(chance: Random) -> list[tuple[date, Citizenship]]:
    """One to four standings that follow each other, some changing on the first or the last day of a month."""
    days = {date(1990, 1, 1)}
    for _ in range(chance.randrange(4)):
        month = chance.choice(list(FIRST.previous().through(LAST)))
        days.add(chance.choice([month.first_day, month.last_day, month.first_day + timedelta(days=chance.randrange(28))]))
    return [(day, chance.choice(list(Citizenship))) for day in sorted(days)]


def test_every_reader_of_the_register_agrees_with_the_rule(office: Office) -> None:
    seed = 20_261_122
    chance, people = Random(seed), {}
    for _ in range(40):
        steps, member = history(chance), office.hire()
        member.citizenships.update(status=steps[0][1], to_date=steps[1][0] if len(steps) > 1 else None)
        for place, (day, status) in enumerate(steps[1:], start=1):
            end = steps[place + 1][0] if place + 1 < len(steps) else None
            factories.CitizenshipPeriodFactory(member=member, status=status, from_date=day, to_date=end)
        people[member] = steps

    for month in FIRST.through(LAST):
        expected = {member.pk: category.citizenship_in(steps, month) for member, steps in people.items()}
        entries = register.people(numbers=[member.number for member in people], employer_id=office.employer.pk, wage_month=month)
        read = {entry.member_id: entry.citizenship for entry in entries.values()}
        filled = employers.citizenships_in(members=list(people), wage_month=month, counted_on=category.standing_day(month))
        assert (read, filled) == (expected, expected), (seed, month)
    for member, steps in people.items():
        shown = {work.month: work.citizenship for work in months._worked(member, FIRST, LAST)}
        assert shown == {month.first_day: category.citizenship_in(steps, month) for month in FIRST.through(LAST)}, (seed, steps)


def test_a_person_of_the_population_counts_as_in_the_register() -> None:
    person = Person(number="20000001", name="A", sex=Sex.FEMALE, religion=Religion.ISLAM, born=date(1990, 1, 1), since=date(2010, 1, 1))
    day = date(2025, 10, 1)
    person.periods = ((Citizenship.PERMANENT_RESIDENT, person.born, day), (Citizenship.CITIZEN, day, None))

    assert [person.citizenship_in(WageMonth(2025, month)) for month in (9, 10, 11)] == ["PERMANENT_RESIDENT", "PERMANENT_RESIDENT", "CITIZEN"]
