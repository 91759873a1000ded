"""Negative controls: bugs planted in what reads and closes years, and in the trigger: the model, or a constraint, must catch each."""

from collections.abc import Callable, Iterator

import pytest
from django.db import IntegrityError, connection, transaction

from members.ledger import balances, earning, openings, posting, years
from members.ledger.models import DividendDue
from tests.conftest import owner_connection
from tests.ledger.histories import lived
from tests.ledger.test_years import check_balances_and_turnover, check_lines, check_sen_days
from tests.ledger.test_years_guards import SUSPENSE, act, close

SEEDS = range(6)
READINGS = (check_balances_and_turnover, check_lines, check_sen_days)

PLANTED = {
    "the first day does not earn": (earning, "SEN_DAYS", "last_day - value_date + 1", "last_day - value_date"),
    "every year has 365 days": (earning, "SEN_DAYS", "%(last_day)s::date - make_date(%(to_year)s, 1, 1) + 1", "365"),
    "what came after the year before was closed is forgotten": (earning, "SEN_DAYS", "+ coalesce(before.sen, 0)", ""),
    "what came after the closing is counted twice": (earning, "SEN_DAYS", "- coalesce(back.known, 0)", ""),
    "an opening by value date takes what is due": (years, "STORE_OPENINGS", "- coalesce(after.sen, 0)", ""),
    "an opening by value date forgets what was due before": (years, "STORE_OPENINGS", "        + coalesce(before.sen, 0)", ""),
    "the sen-days of a closed year take what is due": (years, "STORE_OPENINGS", "- coalesce(after.sen_days, 0)", ""),
    "they forget what was due before": (
        years,
        "STORE_OPENINGS",
        "(coalesce(opening.valued_sen, 0) + coalesce(before.sen, 0))",
        "coalesce(opening.valued_sen, 0)",
    ),
    "they forget the last day": (years, "STORE_OPENINGS", "next_day - value_date)", "next_day - value_date - 1)"),
    "the sen-days of a later year are read": (earning, "SEN_DAYS", "bound.year = %(to_year)s + 1 AND", ""),
    "an opening begins anew": (years, "STORE_OPENINGS", "coalesce(opening.booked_sen, 0) +", ""),
    "readings start after all that is there": (
        years,
        "STORE_OPENINGS",
        "coalesce(min(version) FILTER (WHERE booked_on >= next_day OR value_date >= next_day), max(version) + 1)",
        "max(version) + 1",
    ),
    "readings end with what is booked": (
        years,
        "STORE_OPENINGS",
        "max(version) FILTER (WHERE booked_on < next_day OR value_date < next_day)",
        "greatest(max(version) FILTER (WHERE booked_on < next_day), min(version))",
    ),
    "advance months are in the opening of the day": (years, "STORE_OPENINGS", "AND value_date < next_day", ""),
    "balances forget that late chunks are in the opening": (balances, "_BALANCES_ON", openings.BOOKED_SINCE, "true"),
    "turnover does too": (balances, "_TURNOVER", openings.BOOKED_SINCE, "true"),
    "lines do too": (balances, "_LINES", openings.BOOKED_SINCE, "true"),
    "lines begin at nothing": (balances, "_LINES", "coalesce(opening.booked_sen, 0) +", ""),
}


@pytest.mark.django_db
@pytest.mark.parametrize("bug", PLANTED)
def test_the_model_catches(bug, monkeypatch):
    module, name, sound, planted = PLANTED[bug]
    text = getattr(module, name)
    assert sound in text
    monkeypatch.setattr(module, name, text.replace(sound, planted))

    assert any(caught(seed) for seed in SEEDS)


def caught(seed: int) -> bool:
    """Whether the history of a seed shows it; then the history is undone."""
    try:
        with transaction.atomic():
            history = lived(seed, openings="all")
            for check in READINGS:
                check(history)
            raise Unseen
    except (AssertionError, IntegrityError):
        return True
    except Unseen:
        return False


class Unseen(Exception):
    """Nothing was wrong with this history."""


IN_THE_TRIGGER = {
    "only the last closed year is due": ("generate_series(extract(year FROM entry.value_date)::integer, closed)", "generate_series(closed, closed)"),
    "what earns nothing is due too": ("account.dividend_to <> ''", "account.holder_kind <> 'FUND'"),
}


@pytest.fixture
def replaced() -> Iterator[Callable[[str, str], None]]:
    """Plants a change in the trigger of back-valued entries, as the owner could; it is taken out again afterwards."""
    with owner_connection(connection.settings_dict["NAME"]) as owner, owner.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('ledger_entry_back_valued'::regproc)")
        (sound,) = cursor.fetchone()

        def plant(old: str, new: str) -> None:
            assert old in sound
            cursor.execute(sound.replace(old, new))

        yield plant
        connection.close()
        cursor.execute(sound)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("bug", IN_THE_TRIGGER)
def test_the_guards_tests_catch(bug, replaced):
    posting.post(act(1, "2023-05-02", "2023-05-31"))
    close(2023)
    close(2024)
    replaced(*IN_THE_TRIGGER[bug])

    posting.post(act(3, "2025-02-03", "2023-12-30"))
    posting.post(act(4, "2025-02-03", "2023-12-30", to=SUSPENSE))

    assert DividendDue.objects.count() != 2
