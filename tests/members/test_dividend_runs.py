"""The run of a year: once, by any number of workers; what is settled after it, killed between any two steps; what PostgreSQL refuses."""

import datetime
from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from kwsp_portal.jobs import engine, failpoints
from kwsp_portal.jobs.models import Chunk, Run
from members.ledger import earning, invariants
from members.models import Dividend, Member
from members.selectors.dividends import Line
from members.services import dividends, dividends_before, dividends_due
from tests.ledger.acts import together
from tests.members.dividend_years import CREDITED, JANUARY, MARCH, close, five_savers, put, run, settle, sound, stands

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _two_to_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dividends, "CHUNK_MEMBERS", 2)


@pytest.fixture
def five() -> list[Member]:
    return five_savers()


def test_every_account_of_every_member_is_credited_once_valued_on_1_january(five: list[Member]):
    assert (dividends.open_next(on=datetime.date(2024, 2, 29)), Run.objects.count()) == (0, 0)  # on file, and not declared yet

    run()
    run()

    assert [stands(member) for member in five] == CREDITED
    assert dividends.last_paid() == 2023
    row = Dividend.objects.get(member=five[1])
    assert (row.scheme, row.amount_sen, [Line._make(line) for line in row.earned], row.credited_on) == (
        "SHARIAH",
        54_00,
        [Line("PERSARAAN", 2023, 1_000_00 * 365, "0.054", 54_00, "PERSARAAN")],
        MARCH,
    )
    entry = next(iter(earning.stretches(holder_id=five[0].pk, code="PERSARAAN", year=2023, ref=0)))
    assert entry.sen_days == 1_000_00 * 365
    assert sound()


def test_run_by_many_at_once_it_credits_once(five: list[Member]):
    outcomes = together(4, lambda _place: (dividends.open_next(on=MARCH), engine.work_some(programmes=[dividends.PROGRAMME]).failed))

    assert not [one for one in outcomes if isinstance(one, Exception)]
    engine.work_some(programmes=[dividends.PROGRAMME])
    assert [stands(member) for member in five] == CREDITED
    assert Dividend.objects.count() == 5
    assert sound()


def test_a_year_waits_for_the_one_before_and_for_its_rates(five: list[Member]):
    close(2024)

    assert dividends.open_next(on=MARCH) == 1  # 2023
    assert dividends.open_next(on=MARCH) == 0  # is under way
    run()
    assert dividends.last_paid() == 2023
    run(datetime.date(2025, 3, 1))

    assert dividends.last_paid() == 2024
    assert stands(five[0]) == {"PERSARAAN": 1_055_00 + 66_47}  # 6.3 % of RM1,055 with the dividend of 2023, late as it came
    assert sound()


def test_what_came_between_the_closing_and_the_run_is_rounded_once_with_it(five: list[Member]):
    put(five[0], 11, 1, on=datetime.date(2024, 1, 5), valued=datetime.date(2023, 7, 1))

    run()
    settle(datetime.date(2024, 6, 1))

    assert Dividend.objects.get(member=five[0]).earned[0][2] == 1_000_00 * 365 + 184
    assert not Dividend.objects.filter(kind="SETTLED").exists()
    assert sound()


def test_what_comes_after_the_run_is_settled_once_and_earns_in_the_later_years(five: list[Member]):
    close(2024)
    run(datetime.date(2025, 3, 1))
    put(five[1], 11, 10_000_00, on=datetime.date(2025, 4, 1), valued=datetime.date(2023, 12, 31))
    before = stands(five[1])["PERSARAAN"]

    settle(datetime.date(2025, 4, 2))
    settle(datetime.date(2025, 4, 3))

    found = Dividend.objects.get(kind="SETTLED")
    assert [Line._make(line)[:5] for line in found.earned] == [
        ("PERSARAAN", 2023, 1_000_000, "0.054", 148),
        ("PERSARAAN", 2024, 1_000_148 * 366, "0.063", 63_009),
    ]
    assert stands(five[1])["PERSARAAN"] == before + 148 + 63_009
    assert sound()


def test_settled_between_the_closing_and_the_run_of_a_year_it_earns_in_that_year(five: list[Member]):
    """The credit of what is due for 2023 is valued on 1 January 2024: closed and not credited yet, 2024's own run takes it up."""
    run()
    close(2024)
    put(five[0], 11, 1_000_00, on=datetime.date(2025, 1, 5), valued=datetime.date(2023, 1, 1))
    settle(datetime.date(2025, 1, 6))
    run(datetime.date(2025, 3, 1))

    assert stands(five[0]) == {"PERSARAAN": 2 * (1_055_00) + 132_93}  # 6.3 % of RM2,110
    assert sound()


def test_what_would_be_taken_back_and_is_not_there_stays_due(five: list[Member]):
    run()
    put(five[0], 11, -1_000_00, on=datetime.date(2024, 4, 1), valued=JANUARY)
    put(five[0], 12, -55_00, on=datetime.date(2024, 4, 2))

    settle(datetime.date(2024, 4, 3))
    assert not Dividend.objects.filter(kind="SETTLED").exists()
    put(five[0], 13, 100_00, on=datetime.date(2024, 4, 4))
    settle(datetime.date(2024, 4, 5))

    assert stands(five[0]) == {"PERSARAAN": 45_00}
    assert sound()


@pytest.mark.parametrize("point", ["dividend_due.before", "dividend.posted", "dividend.finished", "dividend.committed"])
def test_a_settlement_that_dies_at_any_step_settles_once(five: list[Member], point: str):
    run()
    put(five[0], 11, 1_000_00, on=datetime.date(2024, 4, 1), valued=JANUARY)
    with failpoints.armed(point), pytest.raises(failpoints.FailpointDeath):
        settle(datetime.date(2024, 4, 2))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_chunk SET lease_until = clock_timestamp() - interval '1 second' WHERE state = 'RUNNING'")
    engine.work_some(programmes=[dividends_due.PROGRAMME])
    settle(datetime.date(2024, 4, 3))

    assert stands(five[0]) == {"PERSARAAN": 2 * 1_055_00}
    assert sound()


def test_a_full_withdrawal_takes_the_rate_before_the_declaration_and_the_rest_comes_with_the_run(five: list[Member]):
    """On 10 February 2024 2023 is closed and not declared: 2.5 % of it, then of 40 days of 2024; the run credits 3 % more of 2023."""
    on = datetime.date(2024, 2, 10)
    member = five[0]

    given = dividends_before.credit(member=member, on=on)
    again = dividends_before.credit(member=member, on=on)
    out = stands(member)["PERSARAAN"]
    put(member, 11, -out, on=on)
    run()

    assert [(one.year, one.amount_sen) for one in given] == [(2023, 25_00), (2024, 2_80)]
    assert (again, out) == ([], 1_027_80)
    assert stands(member) == {"PERSARAAN": 30_00}
    close(2024)
    run(datetime.date(2025, 3, 1))
    # 2024: 40 days of RM1,025 and all of the RM30: 6.3 % is 8.95, less the 2.80 it took
    assert stands(member) == {"PERSARAAN": 30_00 + 8_95 - 2_80}
    assert sound()


REFUSED: dict[str, Callable[[], object]] = {
    "a dividend changed": lambda: Dividend.objects.update(amount_sen=1),
    "a dividend deleted": lambda: Dividend.objects.all().delete(),
    "a second one for a year": lambda: Dividend.objects.create(
        **{f: getattr(Dividend.objects.first(), f) for f in ("kind", "member", "year", "scheme", "amount_sen", "earned", "credited_on")}
    ),
    "a due row settled twice": lambda: earning.settle([(_due(), None)]),
    "a settling taken back": lambda: _sql("DELETE FROM ledger_dividend_settled"),
    "a settling changed": lambda: _sql("UPDATE ledger_dividend_settled SET ref = 7"),
    "a due row that is not there settled": lambda: earning.settle([(10**9, None)]),
}


def test_two_days_settled_by_many_at_once_settle_each_row_once(five: list[Member], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dividends_due, "CHUNK_MEMBERS", 2)
    run()
    for ref, member in enumerate(five, start=11):
        put(member, ref, 1_000_00, on=datetime.date(2024, 4, 1), valued=JANUARY)
    due = stands(five[0])["PERSARAAN"]
    for on in (datetime.date(2024, 4, 2), datetime.date(2024, 4, 3)):
        engine.open_run(programme=dividends_due.PROGRAMME, period=str(on), chunks=dividends_due.chunks(), on=on)

    together(4, lambda _place: engine.work_some(programmes=[dividends_due.PROGRAMME]))
    # Who came second in a piece found its rows settled, wrote nothing, and comes again when the pause is over.
    Chunk.objects.update(not_before=None)
    engine.work_some(programmes=[dividends_due.PROGRAMME])

    assert stands(five[0])["PERSARAAN"] == due + 55_00
    assert Dividend.objects.filter(kind="SETTLED").count() == 5
    assert not Chunk.objects.exclude(state="DONE").exists()
    assert sound()


def _sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _at_once(attempt: Callable[[], object]) -> None:
    with transaction.atomic():
        attempt()
        _sql("SET CONSTRAINTS ALL IMMEDIATE")


def _due() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT due_id FROM ledger_dividend_settled LIMIT 1")
        found: int = cursor.fetchone()[0]
    return found


@pytest.mark.parametrize("attempt", REFUSED)
def test_postgresql_refuses(five: list[Member], attempt: str):
    put(five[0], 11, 1_00, on=datetime.date(2024, 1, 5), valued=datetime.date(2023, 7, 1))
    run()

    with pytest.raises((IntegrityError, DatabaseError)):
        _at_once(REFUSED[attempt])

    assert sound()


def test_a_dividend_that_lost_its_entry_is_found(five: list[Member]):
    Dividend.objects.create(kind="SETTLED", member=five[0], year=2022, scheme="SHARIAH", amount_sen=5, earned=[], credited_on=MARCH)

    found = {result.name: result for result in invariants.run()}["members.dividend_has_its_entry"]

    assert (found.found, found.findings[0].amount_sen) == (1, 5)
