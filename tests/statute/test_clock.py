"""The business date and its source (ruling 2)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from kwsp_portal.common import clock


@pytest.fixture(autouse=True)
def _real_source() -> Iterator[None]:
    before = clock.use_source(clock.real_date)
    yield
    clock.use_source(before)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 10, 15, 15, 59, 59, tzinfo=UTC), date(2026, 10, 15)),  # 23:59:59 in Kuala Lumpur
        (datetime(2026, 10, 15, 16, 0, 0, tzinfo=UTC), date(2026, 10, 16)),
    ],
)
def test_the_day_turns_at_midnight_in_kuala_lumpur(moment: datetime, day: date) -> None:
    with time_machine.travel(moment, tick=False):
        assert clock.business_date() == day
        assert clock.now() == moment
        assert clock.now().tzinfo is UTC


def test_the_business_date_comes_from_the_installed_source_and_can_be_put_back() -> None:
    before = clock.use_source(lambda: date(2022, 4, 10))

    assert clock.business_date() == date(2022, 4, 10)
    assert clock.real_date() != date(2022, 4, 10)
    assert clock.use_source(before)() == date(2022, 4, 10)
