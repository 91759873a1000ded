"""Each guard of PostgreSQL's attacked in plain SQL as kwsp_app, the role of web and workers."""

import pytest
from django.db import DatabaseError, connection, transaction

from members.ledger import chart, invariants_sql, posting
from members.ledger.enums import HolderKind, HoldKind
from tests.conftest import owner_connection
from tests.ledger.acts import DAY, contribution, value

pytestmark = pytest.mark.django_db

ABSENT = 10**9
KEPT = ("ledger_entry", "ledger_posting", "ledger_hold", "ledger_account")
CLOSED = ("ledger_closing", "ledger_dayseal", "ledger_fundday")


@pytest.fixture
def entry() -> int:
    """A sound entry: member 1 has RM90, RM18 and RM12."""
    return posting.post(contribution(1, 1))


def account(holder_kind: str, code: str) -> object:
    return value("SELECT id FROM ledger_account WHERE holder_kind = %s AND code = %s", holder_kind, code)


def attack(*statements: str) -> None:
    """Runs the statements in one transaction of their own up to its commit, where deferred checks come."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(
                statement.format(
                    fund=account("FUND", "CONTRIBUTION_CLEARING"),
                    persaraan=account("MEMBER", "PERSARAAN"),
                    sejahtera=account("MEMBER", "SEJAHTERA"),
                    absent=ABSENT,
                )
            )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


ENTRY = "INSERT INTO ledger_entry (id, kind, ref, part, booked_on, value_date) VALUES ({absent}, 3, 77, 0, '2026-01-15', '2026-01-15')"
LEGS = """INSERT INTO ledger_posting (entry_id, account_id, amount_sen, version, balance_after_sen)
    VALUES ({absent}, {fund}, -100, NULL, NULL), ({absent}, {persaraan}, 100, 2, 9100)"""


def test_the_suite_runs_as_kwsp_app():
    assert value("SELECT current_user") == "kwsp_app"
    assert not value("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")


def test_a_sound_entry_in_plain_sql_passes(entry):
    attack(LEGS, ENTRY)

    assert value("SELECT count(*) FROM ledger_posting WHERE entry_id = %s", ABSENT) == 2


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {table} SET id = id", "DELETE FROM {table}", "DELETE FROM {table} WHERE false", "TRUNCATE {table}", "TRUNCATE {table} CASCADE"],
)
def test_rows_are_never_changed_or_deleted(entry, table, statement):
    with pytest.raises(DatabaseError, match="permission denied"):
        attack(statement.replace("{table}", table))


@pytest.mark.parametrize("table", CLOSED)
@pytest.mark.parametrize("statement", ["UPDATE {table} SET day = day", "DELETE FROM {table}", "TRUNCATE {table} CASCADE"])
def test_closed_days_stay_closed_and_sealed(entry, table, statement):
    with pytest.raises(DatabaseError, match="permission denied"):
        attack(statement.replace("{table}", table).replace("day = day", "through = through" if table == "ledger_closing" else "day = day"))


@pytest.mark.parametrize(
    "statement",
    [
        *(statement.format(table) for table in CLOSED for statement in ("DELETE FROM {}", "TRUNCATE {} CASCADE")),
        *(statement.format(table) for table in KEPT for statement in ("UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE")),
        "DELETE FROM ledger_balance",
        "TRUNCATE ledger_balance",
        "UPDATE ledger_balance SET floored = false",
    ],
)
def test_not_even_by_the_owner(statement):
    with owner_connection(connection.settings_dict["NAME"]) as owner, owner.cursor() as cursor:
        cursor.execute("SET lock_timeout = '10s'")
        with pytest.raises(Exception, match="rows to be added only"):
            cursor.execute(statement)


@pytest.mark.parametrize("statement", ["DELETE FROM ledger_balance", "TRUNCATE ledger_balance", "UPDATE ledger_balance SET floored = false"])
def test_a_balance_row_stays_and_keeps_its_floor(entry, statement):
    with pytest.raises(DatabaseError, match="permission denied"):
        attack(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ledger_entry SELECT * FROM ledger_entry ON CONFLICT (id) DO UPDATE SET ref = 5",
        "MERGE INTO ledger_posting USING (SELECT 1) AS x ON true WHEN MATCHED THEN UPDATE SET amount_sen = 1",
        "SET session_replication_role = replica",
        "ALTER TABLE ledger_posting DISABLE TRIGGER ALL",
        "ALTER TABLE ledger_posting DISABLE TRIGGER ledger_posting_whole",
        "DROP TRIGGER ledger_posting_whole ON ledger_posting",
        "DROP TABLE ledger_posting CASCADE",
        "ALTER TABLE ledger_posting DROP CONSTRAINT ledger_posting_version_once",
        "CREATE OR REPLACE FUNCTION ledger_posting_whole() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TABLE more () INHERITS (ledger_posting)",
        "CREATE RULE none AS ON INSERT TO ledger_posting DO INSTEAD NOTHING",
        "SELECT * FROM ledger_unfinished",
        "DELETE FROM ledger_unfinished",
        "SET ROLE kwsp_owner",
    ],
)
def test_the_guards_cannot_be_lifted(entry, statement):
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner|must be able to SET"):
        attack(statement)


def test_a_guards_function_serves_no_table_of_anybody_else(entry):
    with pytest.raises(DatabaseError, match="permission denied for function"):
        attack(
            "CREATE TEMP TABLE fake (id bigint, reverses bigint)",
            """CREATE TRIGGER fake AFTER INSERT ON fake REFERENCING NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_whole()""",
        )


def test_a_temporary_table_of_the_same_name_deceives_no_guard(entry):
    with pytest.raises(DatabaseError, match="expected an account that exists"):
        attack(
            "CREATE TEMP TABLE ledger_account (id bigint, holder_kind text, code text)",
            "INSERT INTO ledger_account VALUES ({absent}, 'MEMBER', 'PERSARAAN')",
            """INSERT INTO ledger_posting (entry_id, account_id, amount_sen, version, balance_after_sen)
            VALUES (1, {absent}, -100, 1, 0), (1, {absent}, 100, 2, 100)""",
        )


@pytest.mark.parametrize(
    ("legs", "why"),
    [
        ("({absent}, {fund}, -100, NULL, NULL), ({absent}, {persaraan}, 101, 2, 9101)", "do not balance"),
        ("({absent}, {persaraan}, 100, 2, 9100)", "do not balance"),
        ("({absent}, {fund}, -100, NULL, NULL), ({absent}, {absent}, 100, 1, 100)", "expected an account that exists"),
        ("({absent}, {fund}, -100, 1, -100), ({absent}, {persaraan}, 100, 2, 9100)", "with a version unless"),
        ("({absent}, {fund}, -100, NULL, NULL), ({absent}, {persaraan}, 100, NULL, NULL)", "with a version unless"),
        ("({absent}, {fund}, 0, NULL, NULL), ({absent}, {persaraan}, 0, 2, 9000)", "ledger_posting_moves_something"),
        ("({absent}, {fund}, -100, NULL, NULL), ({absent}, {persaraan}, 100, 1, 9100)", "ledger_posting_version_once"),
        ("({absent}, {fund}, -100, NULL, NULL), ({absent}, {persaraan}, 100, 2, NULL)", "ledger_posting_version_with_balance"),
        ("({absent}, {fund}, 'NaN'::numeric, NULL, NULL), ({absent}, {persaraan}, 100, 2, 9100)", "cannot convert NaN"),
        ("({absent}, {fund}, 'Infinity'::numeric, NULL, NULL), ({absent}, {persaraan}, 100, 2, 9100)", "cannot convert infinity"),
        ("({absent}, {fund}, 9223372036854775808, NULL, NULL), ({absent}, {persaraan}, 100, 2, 9100)", "out of range"),
    ],
)
def test_legs_that_are_not_sound_are_refused(entry, legs, why):
    with pytest.raises(DatabaseError, match=why):
        attack(f"INSERT INTO ledger_posting (entry_id, account_id, amount_sen, version, balance_after_sen) VALUES {legs}", ENTRY)


def test_two_unbalanced_entries_do_not_balance_each_other(entry):
    with pytest.raises(DatabaseError, match="do not balance"):
        attack(
            """INSERT INTO ledger_posting (entry_id, account_id, amount_sen, version, balance_after_sen)
            VALUES (501, {fund}, -100, NULL, NULL), (501, {persaraan}, 200, 2, 9200),
                (502, {fund}, -200, NULL, NULL), (502, {persaraan}, 100, 3, 9300)"""
        )


def test_an_entry_without_legs_is_refused(entry):
    with pytest.raises(DatabaseError, match="found no legs"):
        attack(ENTRY)


def test_legs_without_their_entry_are_refused_at_the_commit(entry):
    with pytest.raises(DatabaseError, match="whose entry never came"):
        attack(LEGS)


def test_legs_whose_entry_was_rolled_back_are_refused_at_the_commit(entry):
    with pytest.raises(DatabaseError, match="whose entry never came"):
        attack(LEGS, "SAVEPOINT before", ENTRY, "ROLLBACK TO before")


def test_legs_are_refused_for_an_entry_that_has_its_own(entry):
    again = LEGS.replace("{absent}", str(entry))
    with pytest.raises(DatabaseError, match="whose entry never came"):
        attack(again)


def test_the_legs_of_an_entry_cannot_come_in_two_statements(entry):
    second = """INSERT INTO ledger_posting (entry_id, account_id, amount_sen, version, balance_after_sen)
        VALUES ({absent}, {fund}, -100, NULL, NULL), ({absent}, {persaraan}, 100, 3, 9200)"""
    with pytest.raises(DatabaseError, match="ledger_unfinished_pkey"):
        attack(LEGS, second, ENTRY)
    with pytest.raises(DatabaseError, match="whose entry never came"):
        attack(LEGS, ENTRY, second)


def test_a_leg_cannot_be_moved_by_a_second_statement(entry):
    half = "INSERT INTO ledger_posting (entry_id, account_id, amount_sen, version, balance_after_sen) VALUES ({absent}, {fund}, -100, NULL, NULL)"
    with pytest.raises(DatabaseError, match="do not balance"):
        attack(half, half.replace("-100", "100"), ENTRY)


def test_legs_of_two_entries_need_both_entries(entry):
    legs = """INSERT INTO ledger_posting (entry_id, account_id, amount_sen, version, balance_after_sen)
        VALUES (701, {fund}, -100, NULL, NULL), (701, {persaraan}, 100, 2, 9100), (702, {fund}, -100, NULL, NULL), (702, {sejahtera}, 100, 2, 1900)"""
    with pytest.raises(DatabaseError, match="found no legs, expected exactly theirs"):
        attack(legs, ENTRY.replace("{absent}", "701"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("3, 77, 0", "3, 1, 0"), "ledger_entry_act_once"),
        (("3, 77, 0", "99, 77, 0"), "ledger_entry_kind_known"),
        (("3, 77, 0", "3, 0, 0"), "ledger_entry_key_positive"),
        (("3, 77, 0", "3, 77, -1"), "ledger_entry_key_positive"),
        (("3, 77, 0", "4, 77, 0"), "ledger_entry_reversal_names_it"),
    ],
)
def test_entries_that_are_not_sound_are_refused(entry, change, why):
    with pytest.raises(DatabaseError, match=why):
        attack(LEGS, ENTRY.replace(*change))


def test_a_reversal_of_an_entry_that_does_not_exist_is_refused(entry):
    reversal = ENTRY.replace("value_date)", "value_date, reverses)").replace(
        "3, 77, 0, '2026-01-15', '2026-01-15'", "4, 555, 0, '2026-01-15', '2026-01-15', 555"
    )
    with pytest.raises(DatabaseError, match="found a reversal of entry 555"):
        attack(LEGS, reversal)


def test_the_reversal_of_a_reversal_is_refused(entry):
    reversal = posting.reverse(entry, booked_on=DAY)
    again = f"""INSERT INTO ledger_entry (id, kind, ref, part, booked_on, value_date, reverses)
        VALUES ({{absent}}, 4, {reversal}, 0, '2026-01-15', '2026-01-15', {reversal})"""
    with pytest.raises(DatabaseError, match="found the reversal of a reversal"):
        attack(LEGS.replace("{persaraan}, 100, 2, 9100", "{persaraan}, 100, 3, 100"), again)


def test_a_reversal_before_what_it_reverses_is_refused(entry):
    early = f"""INSERT INTO ledger_entry (id, kind, ref, part, booked_on, value_date, reverses)
        VALUES ({{absent}}, 4, {entry}, 0, '2026-01-14', '2026-01-15', {entry})"""
    with pytest.raises(DatabaseError, match="or of a later entry"):
        attack(LEGS, early)


@pytest.mark.parametrize(
    "statements",
    [
        [LEGS, ENTRY.replace("value_date)", "value_date, posted_at)").replace("'2026-01-15')", "'2026-01-15', '2020-01-01')")],
        [LEGS.replace("(entry_id", "(id, entry_id").replace("({absent},", "(DEFAULT, {absent},")],
        [
            """INSERT INTO ledger_hold (account_id, amount_sen, kind, ref, part, state, booked_on, at)
            VALUES ({persaraan}, 500, 1, 1, 0, 'PLACED', '2026-01-15', '2020-01-01')"""
        ],
        ["COPY ledger_entry FROM STDIN"],
    ],
    ids=["posted_at", "posting id", "at of a hold", "all columns by COPY"],
)
def test_what_the_database_itself_writes_nobody_else_names(entry, statements):
    with pytest.raises(DatabaseError, match="permission denied"):
        attack(*statements)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("balance_sen = -1", "ledger_balance_at_or_above_held"),
        ("held_sen = balance_sen + 1", "ledger_balance_at_or_above_held"),
        ("held_sen = -1", "ledger_balance_at_or_above_held"),
        ("balance_sen = 'NaN'::numeric", "cannot convert NaN"),
    ],
)
def test_a_balance_never_falls_below_what_is_held(entry, change, why):
    with pytest.raises(DatabaseError, match=why):
        attack(f"UPDATE ledger_balance SET {change} WHERE account_id = {{persaraan}}")


@pytest.mark.parametrize(
    ("holder", "row", "why"),
    [
        ("'MEMBER', 9, 'PERSARAAN'", "id, 500, 0, 0, true", "not empty or not as the chart says"),
        ("'MEMBER', 9, 'PERSARAAN'", "id, 0, 0, 0, false", "not empty or not as the chart says"),
        ("'MEMBER', 9, 'PERSARAAN'", "id, 0, 0, 7, true", "not empty or not as the chart says"),
        ("'EMPLOYER', 9, 'CONTRIBUTION_DUE'", "id, 0, 0, 0, true", "not empty or not as the chart says"),
        ("'FUND', 0, 'PAYOUT_CLEARING'", "id, 0, 0, 0, false", "not empty or not as the chart says"),
        ("'MEMBER', 9, 'PERSARAAN'", "id + 1, 0, 0, 0, true", "ledger_balance_account|a balance of it, expected an account that exists"),
        ("'MEMBER', 9, 'CREDIT'", "id, 0, 0, 0, true", "ledger_account_in_chart"),
        ("'FUND', 1, 'PAYOUT_CLEARING'", "id, 0, 0, 0, true", "ledger_account_in_chart"),
        ("'NOBODY', 9, 'PERSARAAN'", "id, 0, 0, 0, true", "ledger_account_in_chart"),
    ],
)
def test_accounts_and_new_balances_follow_the_chart(holder, row, why):
    with pytest.raises(DatabaseError, match=why):
        attack(
            f"INSERT INTO ledger_account (holder_kind, holder_id, code, opened_on, dividend_to) VALUES ({holder}, '2026-01-15', '')",
            f"""INSERT INTO ledger_balance (account_id, balance_sen, held_sen, version, floored)
            SELECT {row} FROM ledger_account ORDER BY id DESC LIMIT 1""",
        )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("account_id, amount_sen + 1, kind, ref, part, 'RELEASED', id, NULL", "ledger_hold_end|same account, amount and key"),
        ("account_id, amount_sen - 1, kind, ref, part, 'RELEASED', id, NULL", "same account, amount and key"),
        ("account_id, amount_sen, 2, ref, part, 'RELEASED', id, NULL", "same account, amount and key"),
        ("account_id, amount_sen, kind, ref + 1, part, 'RELEASED', id, NULL", "same account, amount and key"),
        ("account_id, amount_sen, kind, ref, part + 1, 'RELEASED', id, NULL", "same account, amount and key"),
        ("account_id + 1, amount_sen, kind, ref, part, 'RELEASED', id, NULL", "same account, amount and key"),
        ("account_id, amount_sen, kind, ref, part, 'RELEASED', NULL, NULL", "ledger_hold_states"),
        ("account_id, amount_sen, kind, ref, part, 'RELEASED', id + 1000000, NULL", "same account, amount and key"),
        ("account_id + 1000000, amount_sen, kind, ref, part + 1, 'PLACED', NULL, NULL", "ledger_hold_account|an account that exists"),
        ("account_id, amount_sen, kind, ref, part, 'CAPTURED', id, NULL", "ledger_hold_states"),
        ("account_id, amount_sen, kind, ref, part, 'PLACED', NULL, NULL", "ledger_hold_act_once"),
        ("account_id, amount_sen, kind, ref, part, 'PLACED', id, NULL", "ledger_hold_states"),
        ("account_id, -5, kind, ref, 1, 'PLACED', NULL, NULL", "ledger_hold_figures_positive"),
    ],
)
def test_holds_begin_and_end_only_as_they_may(entry, change, why):
    hold = posting.place_hold(account=posting.member(1, "PERSARAAN"), amount_sen=500, kind=HoldKind.WITHDRAWAL, ref=1, booked_on=DAY)
    columns = "account_id, amount_sen, kind, ref, part, state, placed_id, entry_id, booked_on"

    with pytest.raises(DatabaseError, match=why):
        attack(f"INSERT INTO ledger_hold ({columns}) SELECT {change}, booked_on FROM ledger_hold WHERE id = {hold}")


def test_a_hold_ends_once(entry):
    hold = posting.place_hold(account=posting.member(1, "PERSARAAN"), amount_sen=500, kind=HoldKind.WITHDRAWAL, ref=1, booked_on=DAY)
    posting.release_hold(hold, booked_on=DAY)

    with pytest.raises(DatabaseError, match="placed_id"):
        attack(
            f"""INSERT INTO ledger_hold (account_id, amount_sen, kind, ref, part, state, placed_id, booked_on)
            SELECT account_id, amount_sen, kind, ref, part, 'RELEASED', id, booked_on FROM ledger_hold WHERE id = {hold}"""
        )


def test_the_guards_know_the_same_list_and_chart_as_the_code():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'ledger%%' AND NOT tgisinternal AND tgenabled = 'A'")
        assert sorted(row[0] for row in cursor.fetchall()) == sorted(invariants_sql.GUARDS)
    for kind in chart.KINDS:
        ref = posting.AccountRef(kind.holder_kind, 0 if kind.holder_kind == HolderKind.FUND else 5, kind.code)
        posting.accounts_for([ref], opened_on=DAY)
    floors = "SELECT bool_and(floored) FROM ledger_balance JOIN ledger_account ON id = account_id WHERE code = %s"
    assert {kind.code: value(floors, kind.code) for kind in chart.KINDS if kind.holder_kind != HolderKind.FUND} == {
        kind.code: kind.floored for kind in chart.KINDS if kind.holder_kind != HolderKind.FUND
    }
