"""What PostgreSQL itself keeps of closed years, attacked in plain SQL as kwsp_app; and who comes first when an act meets the closing."""

import datetime
import threading

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, connections, transaction

from members.ledger import posting, years
from members.ledger.enums import EntryKind
from members.ledger.models import DividendDue, Opening
from tests.conftest import owner_connection
from tests.ledger.acts import value
from tests.ledger.histories import close_days

pytestmark = pytest.mark.django_db
KEPT = ("ledger_closed_year", "ledger_opening", "ledger_dividend_due")
PERSARAAN, SUSPENSE, CLEARING = posting.member(1, "PERSARAAN"), posting.employer(4, "SUSPENSE"), posting.fund("CONTRIBUTION_CLEARING")


def act(ref: int, booked_on: str, value_date: str, *, sen: int = 10_000, to: posting.AccountRef = PERSARAAN) -> posting.Act:
    legs = [posting.Leg(CLEARING, -sen), posting.Leg(to, sen)]
    return posting.Act(EntryKind.INCENTIVE, ref, 0, datetime.date.fromisoformat(booked_on), datetime.date.fromisoformat(value_date), legs)


def due() -> list[tuple[int, int, int]]:
    return list(DividendDue.objects.order_by("version", "year").values_list("year", "amount_sen", "sen_days"))


def close(year: int) -> None:
    close_days(year)
    years.mark(year=year)


@pytest.fixture
def _closed() -> None:
    """A member with RM100 of 2023, an employer with as much in suspense; 2023 and 2024 are closed, without openings."""
    posting.post(act(1, "2023-05-02", "2023-05-31"))
    posting.post(act(2, "2023-05-02", "2023-05-31", to=SUSPENSE))
    close(2023)
    close(2024)


def store(year: int = 2024) -> int:
    return years.store_openings(year=year, first=1, end=10**9)


@pytest.mark.usefixtures("_closed")
@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("statement", ["UPDATE {} SET year = year", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_rows_are_never_changed_or_deleted(table, statement):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("statement", ["UPDATE {} SET year = year", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_not_even_by_the_owner(table, statement):
    with owner_connection(connection.settings_dict["NAME"]) as owner, owner.cursor() as cursor:
        cursor.execute("SET lock_timeout = '10s'")
        with pytest.raises(Exception, match="rows to be added only"):
            cursor.execute(statement.format(table))


@pytest.mark.usefixtures("_closed")
@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("INSERT INTO ledger_closed_year (year) VALUES (2024)", "expected the year 2025 to be closed next"),
        ("INSERT INTO ledger_closed_year (year) VALUES (2026)", "expected the year 2025 to be closed next"),
        ("INSERT INTO ledger_closed_year (year) VALUES (2025)", "found days of 2025 that are open"),
        ("INSERT INTO ledger_closed_year (year, closed_at) VALUES (2025, '2000-01-01')", "permission denied"),
        (
            "INSERT INTO ledger_dividend_due (account_id, entry_id, year, version, amount_sen, value_date, sen_days) "
            "VALUES (2, 1, 2024, 9, 1, '2024-01-01', 366)",
            "permission denied",
        ),
        ("INSERT INTO ledger_opening VALUES ({persaraan}, 2026, 1, 1, 2, 1)", "expected an account with a balance and the year before closed"),
        ("INSERT INTO ledger_opening VALUES (1000000, 2025, 1, 1, 2, 1)", "expected an account with a balance"),
        ("INSERT INTO ledger_opening VALUES ({fund}, 2025, 1, NULL, 2, 1)", "expected an account with a balance"),
        ("INSERT INTO ledger_opening VALUES ({persaraan}, 2025, 1, NULL, 2, 1)", "expected an account with a balance"),
        ("INSERT INTO ledger_opening VALUES ({suspense}, 2025, 1, 1, 2, 1)", "expected an account with a balance"),
        ("INSERT INTO ledger_opening VALUES ({persaraan}, 2025, 1, 1, 3, 1)", "ledger_opening_versions"),
        ("INSERT INTO ledger_opening VALUES ({persaraan}, 2025, 1, 1, 2, 1), ({persaraan}, 2025, 1, 1, 2, 1)", "ledger_opening_pkey"),
    ],
)
def test_what_is_not_sound_is_refused(statement, why):
    named = {"persaraan": PERSARAAN, "suspense": SUSPENSE, "fund": CLEARING}
    ids = dict(zip(named, posting.accounts_for(list(named.values()), opened_on=datetime.date(2024, 1, 1)).values(), strict=True))
    columns = "ledger_opening (account_id, year, booked_sen, valued_sen, from_version, last_version)"

    with pytest.raises(DatabaseError, match=why), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.replace("ledger_opening", columns).format(**ids))


@pytest.mark.usefixtures("_closed")
def test_what_earns_nothing_has_no_sen_days():
    (suspense,) = posting.accounts_for([SUSPENSE], opened_on=datetime.date(2024, 1, 1)).values()
    row = Opening(account_id=suspense, year=2025, booked_sen=1, valued_sen=None, from_version=2, last_version=1, sen_days=366)

    with pytest.raises(IntegrityError, match="ledger_opening_sen_days"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.usefixtures("_closed")
def test_openings_are_stored_once():
    assert store() == 2
    assert store() == 0
    kept = ("year", "booked_sen", "valued_sen", "from_version", "last_version", "sen_days")
    assert list(Opening.objects.order_by("account_id").values_list(*kept)) == [
        (2025, 10_000, 10_000, 2, 1, 10_000 * 366),
        (2025, 10_000, None, 2, 1, None),
    ]


@pytest.mark.usefixtures("_closed")
def test_a_back_valued_posting_leaves_a_row_for_each_closed_year_it_earns_in():
    posting.post(act(3, "2025-02-03", "2023-12-30"))

    assert due() == [(2023, 10_000, 20_000), (2024, 10_000, 10_000 * 366)]


@pytest.mark.usefixtures("_closed")
def test_so_do_chunks_and_reversals_and_a_reversal_takes_it_back():
    posting.post_many([act(3, "2025-02-03", "2024-12-31"), act(4, "2025-02-03", "2025-02-28"), act(5, "2025-02-03", "2024-12-01")])
    posting.reverse(posting.post(act(6, "2025-02-03", "2024-12-31", sen=500)), booked_on=datetime.date(2025, 2, 4))

    assert due() == [(2024, 10_000, 10_000), (2024, 10_000, 310_000), (2024, 500, 500), (2024, -500, -500)]


@pytest.mark.usefixtures("_closed")
def test_accounts_that_earn_nothing_leave_none():
    posting.post(act(3, "2025-02-03", "2023-12-30", to=SUSPENSE))

    assert due() == []


@pytest.mark.usefixtures("_closed")
def test_plain_sql_cannot_forget_it():
    (account_id,) = posting.accounts_for([PERSARAAN], opened_on=datetime.date(2025, 1, 1)).values()
    (clearing,) = posting.accounts_for([CLEARING], opened_on=datetime.date(2025, 1, 1)).values()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_posting (entry_id, account_id, amount_sen, version, balance_after_sen)
            VALUES (1000077, %s, -9, NULL, NULL), (1000077, %s, 9, 2, 9)""",
            [clearing, account_id],
        )
        cursor.execute("INSERT INTO ledger_entry (id, kind, ref, part, booked_on, value_date) VALUES (1000077, 9, 77, 0, '2025-02-03', '2024-12-31')")

    assert due() == [(2024, 9, 9)]


def advisory_locks() -> int:
    return int(
        str(value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND classid = hashtext('ledger.years')::oid"))
    )


@pytest.mark.usefixtures("_closed")
def test_only_what_is_valued_in_an_earlier_year_takes_the_lock():
    before = advisory_locks()
    posting.post(act(3, "2025-02-03", "2025-01-31"))
    ordinary = advisory_locks()
    posting.post(act(4, "2025-02-03", "2024-12-31"))

    # The closing of 2023 and 2024 in this same transaction holds it already.
    assert (before, ordinary, advisory_locks()) == (1, 1, 2)


@pytest.mark.django_db(transaction=True)
def test_the_closing_gives_way_to_a_back_valued_act_in_flight_and_comes_back():
    posting.post(act(1, "2024-05-02", "2024-05-31"))
    close(2023)
    close_days(2024)
    written, go = threading.Event(), threading.Event()

    def poster() -> None:
        try:
            with transaction.atomic():
                posting.post(act(2, "2025-01-02", "2024-12-31"))
                written.set()
                go.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=poster)
    thread.start()
    written.wait(20)
    with pytest.raises(OperationalError, match="lock timeout"):
        years.mark(year=2024)
    go.set()
    thread.join(20)
    years.mark(year=2024)

    assert due() == []  # it came before the moment: the year has it
    store()
    assert Opening.objects.get(account__code="PERSARAAN", year=2025).valued_sen == 20_000


@pytest.mark.django_db(transaction=True)
def test_an_act_that_meets_the_closing_waits_and_is_due():
    posting.post(act(1, "2024-05-02", "2024-05-31"))
    close(2023)
    close_days(2024)
    outcome: list[int] = []

    def poster() -> None:
        try:
            outcome.append(posting.post(act(2, "2025-01-02", "2024-12-31")))
        finally:
            connections.close_all()

    thread = threading.Thread(target=poster)
    with transaction.atomic():
        years.mark(year=2024)
        thread.start()
        thread.join(1)
        assert not outcome
    thread.join(20)

    assert outcome
    assert due() == [(2024, 10_000, 10_000)]
