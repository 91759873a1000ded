"""Citizenships and employments do not overlap: PostgreSQL's answer is that of the days themselves, at the edges and for ids far apart."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from employers.models import Employment
from kwsp_portal.common.periods import DateRange
from members.enums import Citizenship
from members.models import CitizenshipPeriod, Member
from tests.factories import EmployerFactory, MemberFactory

pytestmark = pytest.mark.django_db
START = date(2020, 1, 1)
EDGES = (
    # [from, to) of the second period, beside [day 10, day 20)
    ((0, 10), True),
    ((0, 11), False),
    ((20, None), True),
    ((19, None), False),
    ((10, 20), False),
    ((12, 15), False),
    ((0, None), False),
    ((19, 20), False),
)


def period(days: tuple[int, int | None]) -> dict[str, date | None]:
    first, end = days
    return {"from_date": START + timedelta(days=first), "to_date": None if end is None else START + timedelta(days=end)}


def taken(make: Callable[..., object], *periods: tuple[int, int | None]) -> bool:
    try:
        with transaction.atomic():
            for days in periods:
                make(**period(days))
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


@pytest.fixture(params=["citizenship", "employment"])
def make(request: pytest.FixtureRequest) -> Callable[..., object]:
    """Makes a period of the same member, or of the same member with the same employer."""
    member, employer = MemberFactory(), EmployerFactory()
    if request.param == "employment":
        return lambda **days: Employment.objects.create(employer=employer, member=member, **days)
    CitizenshipPeriod.objects.filter(member=member).delete()
    return lambda **days: CitizenshipPeriod.objects.create(member=member, status=Citizenship.CITIZEN, **days)


@pytest.mark.parametrize(("second", "stands"), EDGES)
def test_at_the_edges(make: Callable[..., object], second: tuple[int, int | None], stands: bool) -> None:
    assert taken(make, (10, 20), second) == stands


def test_it_is_what_the_days_say(make: Callable[..., object]) -> None:
    chance = Random(7)
    for _ in range(150):
        one, other = ((first := chance.randrange(30), chance.choice([None, first + chance.randrange(1, 12)])) for _ in "ab")
        ranges = [DateRange(start=period(days)["from_date"], end=period(days)["to_date"]) for days in (one, other)]  # type: ignore[arg-type]
        assert taken(make, one, other) != ranges[0].overlaps(ranges[1]), (one, other)


def test_others_are_others_however_large_their_ids() -> None:
    """Neighbouring ids, and ids near the largest that a box tells apart."""
    employers, people = [EmployerFactory(), EmployerFactory()], [MemberFactory(), MemberFactory()]
    for employer in employers:
        for person in people:
            Employment.objects.create(employer=employer, member=person, from_date=START)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    far: list[Any] = [2**53 - 2, 2**53 - 1]
    with transaction.atomic():
        for member_id in far:
            CitizenshipPeriod.objects.bulk_create([CitizenshipPeriod(member_id=member_id, status=Citizenship.CITIZEN, from_date=START)])
        with pytest.raises(IntegrityError, match="citizenship_one_at_a_time"), transaction.atomic():
            CitizenshipPeriod.objects.bulk_create([CitizenshipPeriod(member_id=far[1], status=Citizenship.CITIZEN, from_date=START)])
        transaction.set_rollback(True)
    assert Member.objects.count() >= len(people)
