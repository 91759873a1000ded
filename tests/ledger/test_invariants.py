"""Negative controls: bugs planted behind the portal's back, by the owner with the guards off, that check_ledger must name."""

import io
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from members.ledger import days, invariants, posting, years
from members.ledger.enums import HoldKind
from tests.conftest import owner_connection
from tests.ledger.acts import DAY, LATER, contribution, due, payout, unsound, value

TABLES = (
    "ledger_account", "ledger_balance", "ledger_closed_year", "ledger_closing", "ledger_dayseal", "ledger_entry", "ledger_fundday", "ledger_hold",
    "ledger_opening", "ledger_posting", "ledger_unfinished",
)  # fmt: skip


def plant(*statements: str) -> None:
    """What somebody with the owner's password could do: the ledger's guards off, the damage, and all guards on again, even if a statement fails."""
    with owner_connection(connection.settings_dict["NAME"]) as owner, owner.cursor() as cursor:
        cursor.execute("".join(f"ALTER TABLE {table} DISABLE TRIGGER USER;" for table in TABLES))
        try:
            for statement in statements:
                cursor.execute(statement)
        finally:
            cursor.execute("SELECT tgrelid::regclass, quote_ident(tgname) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'A'")
            for table, trigger in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")


@pytest.fixture
def _ledger() -> None:
    """Two members, an employer, a reversal, a hold that is open and one that was captured; the first day is closed."""
    posting.post(due(1, 4, 24000))
    posting.post_many([contribution(1, 1), contribution(2, 2), contribution(3, 1)])
    posting.reverse(posting.post(contribution(4, 2)), booked_on=LATER)
    posting.place_hold(account=posting.member(1, "PERSARAAN"), amount_sen=500, kind=HoldKind.WITHDRAWAL, ref=1, booked_on=DAY)
    held = posting.place_hold(account=posting.member(1, "SEJAHTERA"), amount_sen=700, kind=HoldKind.WITHDRAWAL, ref=2, booked_on=DAY)
    posting.capture([held], payout(2, 1, 700, "SEJAHTERA"))
    days.close(on=LATER)


SECOND, THIRD = (f"(SELECT id FROM ledger_entry ORDER BY id OFFSET {place} LIMIT 1)" for place in (1, 2))
PERSARAAN_OF_1 = "(SELECT id FROM ledger_account WHERE holder_kind = 'MEMBER' AND holder_id = 1 AND code = 'PERSARAAN')"
CLEARING = "(SELECT id FROM ledger_account WHERE code = 'CONTRIBUTION_CLEARING')"
FIRST = f"(SELECT min(id) FROM ledger_posting WHERE account_id = {PERSARAAN_OF_1})"

PLANTED = {
    "a leg changed after the fact": (
        [f"UPDATE ledger_posting SET amount_sen = amount_sen + 1 WHERE id = {FIRST}"],
        {"entry_sums_to_zero", "ledger_sums_to_zero", "balance_is_sum_of_postings", "balance_after_follows_the_one_before"},
    ),
    "a leg deleted": (
        [f"DELETE FROM ledger_posting WHERE id = {FIRST}"],
        {
            "entry_sums_to_zero",
            "ledger_sums_to_zero",
            "balance_is_sum_of_postings",
            "versions_without_gap",
            "balance_after_follows_the_one_before",
        },
    ),
    "an entry without legs": (
        ["INSERT INTO ledger_entry (kind, ref, part, booked_on, value_date) VALUES (3, 99, 0, '2026-01-15', '2026-01-15')"],
        {"entry_has_two_legs"},
    ),
    "legs without an entry": (
        [f"INSERT INTO ledger_posting (entry_id, account_id, amount_sen) VALUES (99, {CLEARING}, 5), (99, {CLEARING}, -5)"],
        {"leg_has_its_entry"},
    ),
    "a leg on an account that is not there": (
        [f"INSERT INTO ledger_posting (entry_id, account_id, amount_sen) VALUES (1, {CLEARING}, -500), (1, 999, 500)"],
        {"leg_has_its_account"},
    ),
    "money made of nothing": (
        [f"UPDATE ledger_balance SET balance_sen = balance_sen + 100 WHERE account_id = {PERSARAAN_OF_1}"],
        {"balance_is_sum_of_postings", "balance_is_last_balance_after"},
    ),
    "a version skipped": (
        [f"UPDATE ledger_balance SET version = version + 1 WHERE account_id = {PERSARAAN_OF_1}"],
        {"versions_without_gap", "balance_is_last_balance_after"},
    ),
    "a gap between versions": (
        [f"UPDATE ledger_posting SET version = 5 WHERE account_id = {PERSARAAN_OF_1} AND version = 2"],
        {"versions_without_gap", "balance_is_last_balance_after"},
    ),
    "two running balances exchanged": (
        [f"UPDATE ledger_posting SET balance_after_sen = 5 WHERE id = {FIRST}"],
        {"balance_after_follows_the_one_before"},
    ),
    "a balance below its floor": (
        [
            "ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_at_or_above_held",
            f"UPDATE ledger_balance SET balance_sen = -1 WHERE account_id = {PERSARAAN_OF_1}",
        ],
        {"no_account_below_its_floor", "held_at_most_the_balance", "balance_is_sum_of_postings", "balance_is_last_balance_after"},
    ),
    "money held for nobody": (
        [f"UPDATE ledger_balance SET held_sen = held_sen + 1 WHERE account_id = {PERSARAAN_OF_1}"],
        {"held_is_sum_of_open_holds"},
    ),
    "a hold ended twice": (
        [
            "ALTER TABLE ledger_hold DROP CONSTRAINT ledger_hold_placed_id_key",
            """INSERT INTO ledger_hold (account_id, amount_sen, kind, ref, part, state, placed_id, booked_on)
            SELECT account_id, amount_sen, kind, ref, part, 'RELEASED', placed_id, booked_on FROM ledger_hold WHERE state = 'CAPTURED'""",
        ],
        {"hold_ends_once"},
    ),
    "a floor taken away": (
        ["UPDATE ledger_balance SET floored = false WHERE held_sen = 0"],
        {"account_has_the_balance_row_of_its_kind"},
    ),
    "an act booked twice": (
        [
            "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_act_once",
            "UPDATE ledger_entry SET ref = 1 WHERE kind = 3 AND ref = 2",
        ],
        {"act_has_one_entry"},
    ),
    "an entry reversed twice": (
        [
            "DROP INDEX ledger_entry_reversed_once",
            "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_reversal_names_it",
            "UPDATE ledger_entry SET reverses = (SELECT max(reverses) FROM ledger_entry) WHERE kind = 5",
        ],
        {"entry_is_reversed_at_most_once", "reversal_mirrors_its_entry"},
    ),
    "a contribution with sen": (
        [f"UPDATE ledger_posting SET amount_sen = amount_sen - 1 WHERE account_id = {CLEARING} AND entry_id = {SECOND}"],
        {"contributions_in_whole_ringgit", "entry_sums_to_zero", "ledger_sums_to_zero"},
    ),
    "an opening that no posting explains": (
        [
            "INSERT INTO ledger_closed_year VALUES (2026, now())",
            f"""INSERT INTO ledger_opening (account_id, year, booked_sen, valued_sen, from_version, last_version)
            VALUES ({PERSARAAN_OF_1}, 2027, 5, 5, 1, 1)""",
        ],
        {"opening_matches_postings"},
    ),
    "the sen-days of a closed year that its postings do not give": (
        [
            "INSERT INTO ledger_closed_year VALUES (2026, now())",
            years.STORE_OPENINGS % {"from_year": 2026, "to_year": 2026, "first": 1, "end": 10**9},
            f"UPDATE ledger_opening SET sen_days = sen_days + 1 WHERE account_id = {PERSARAAN_OF_1}",
        ],
        {"opening_matches_postings"},
    ),
    "an opening that was never stored": (
        ["INSERT INTO ledger_closed_year VALUES (2025, now()), (2026, now()), (2027, now())"],
        {"opening_matches_postings"},
    ),
    "a posting in a closed year without its dividend due": (
        ["INSERT INTO ledger_closed_year VALUES (2026, '2020-01-01')"],
        {"dividend_due_complete"},
    ),
    "a value date moved on a closed day": (
        ["UPDATE ledger_entry SET value_date = value_date + 1 WHERE kind = 3 AND ref = 1"],
        {"seal_of_closed_days_matches"},
    ),
    "two legs of a closed day exchanged, with balances that fit": (
        [
            """UPDATE ledger_posting AS leg SET amount_sen = other.amount_sen, balance_after_sen = other.amount_sen
            FROM ledger_posting AS other WHERE leg.entry_id = other.entry_id AND leg.account_id <> other.account_id AND leg.version = 1
                AND other.version = 1 AND leg.entry_id = (SELECT id FROM ledger_entry WHERE kind = 3 AND ref = 2)
                AND leg.amount_sen < 2000 AND other.amount_sen < 2000""",
            """UPDATE ledger_balance AS balance SET balance_sen = leg.balance_after_sen FROM ledger_posting AS leg
            WHERE leg.account_id = balance.account_id AND leg.version = balance.version""",
        ],
        {"seal_of_closed_days_matches"},
    ),
    "an entry moved to another day": (
        ["UPDATE ledger_entry SET booked_on = '2026-01-14' WHERE kind = 3 AND ref = 1"],
        {"seal_of_closed_days_matches"},
    ),
    "a closed day without its seal": (
        ["DELETE FROM ledger_fundday", "DELETE FROM ledger_dayseal", "UPDATE ledger_closing SET at = at - interval '2 hours'"],
        {"seal_of_closed_days_matches"},
    ),
    "a balance of the fund changed behind its seal": (
        ["UPDATE ledger_fundday SET balance_sen = balance_sen + 1"],
        {"fund_balances_of_closed_days_match"},
    ),
    "a balance at a version that no posting has": (
        [f"DELETE FROM ledger_posting WHERE account_id = {PERSARAAN_OF_1} AND version = 2"],
        {"versions_without_gap", "balance_is_last_balance_after", "balance_is_sum_of_postings"},
    ),
    "a balance row gone": (
        ["DELETE FROM ledger_balance WHERE held_sen = 0 AND floored"],
        {"account_has_the_balance_row_of_its_kind"},
    ),
    "the portal's role may update entries": (
        ["GRANT UPDATE ON ledger_entry TO kwsp_app"],
        {"guards_are_in_place"},
    ),
}
REPAIRS = {
    "a balance below its floor": """UPDATE ledger_balance SET balance_sen = 50000 WHERE balance_sen < 0;
        ALTER TABLE ledger_balance ADD CONSTRAINT ledger_balance_at_or_above_held
        CHECK (held_sen >= 0 AND ((NOT floored AND held_sen = 0) OR (floored AND balance_sen >= held_sen)))""",
    "a hold ended twice": "TRUNCATE ledger_hold; ALTER TABLE ledger_hold ADD CONSTRAINT ledger_hold_placed_id_key UNIQUE (placed_id)",
    "an act booked twice": """UPDATE ledger_entry SET ref = 1000 + id WHERE kind = 3;
        ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_act_once UNIQUE (kind, ref, part)""",
    "an entry reversed twice": """UPDATE ledger_entry SET reverses = NULL WHERE kind <> 4;
        CREATE UNIQUE INDEX ledger_entry_reversed_once ON ledger_entry (reverses) WHERE reverses IS NOT NULL;
        ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_reversal_names_it
        CHECK ((kind = 4 AND part = 0 AND ref = reverses AND reverses IS NOT NULL) OR (kind <> 4 AND reverses IS NULL))""",
    "the portal's role may update entries": "REVOKE UPDATE ON ledger_entry FROM kwsp_app",
}


@pytest.fixture
def repaired(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of the planted bug; what it dropped is put back for the tests that follow."""
    yield request.param
    if request.param in REPAIRS:
        plant(REPAIRS[request.param])


@pytest.mark.django_db
@pytest.mark.usefixtures("_ledger")
def test_a_sound_ledger_has_no_finding():
    assert unsound() == set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_ledger")
@pytest.mark.parametrize("repaired", PLANTED, indirect=True)
def test_a_planted_bug_is_named(repaired):
    statements, expected = PLANTED[repaired]

    plant(*statements)

    assert expected <= unsound()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_ledger")
def test_a_finding_names_its_accounts():
    plant(
        f"UPDATE ledger_balance SET balance_sen = balance_sen + 1 WHERE account_id = {PERSARAAN_OF_1}",
        f"UPDATE ledger_posting SET amount_sen = 5 WHERE entry_id = {THIRD}",
    )
    account = value(f"SELECT {PERSARAAN_OF_1}")
    legs = value(f"SELECT array_agg(account_id) FROM ledger_posting WHERE entry_id = {THIRD} AND version > 0")

    results = {result.name: result for result in invariants.broken()}

    assert results["balance_is_last_balance_after"].whys == {account: f"account {account}: 1 sen"}
    assert set(results["entry_sums_to_zero"].whys) == set(legs)
    assert "balance_is_last_balance_after" in invariants.finding(account, also="")
    assert "entry_sums_to_zero" in invariants.finding(legs[0], also="")


@pytest.mark.django_db(transaction=True)
def test_many_findings_are_all_counted_and_the_first_shown():
    posting.post_many([contribution(number, number) for number in range(1, 40)])
    plant("UPDATE ledger_balance SET balance_sen = balance_sen + 1")

    result = {result.name: result for result in invariants.broken()}["balance_is_sum_of_postings"]

    assert (result.found, len(result.findings), len(result.whys)) == (117, invariants.SHOWN, 117)


@pytest.mark.django_db(transaction=True)
def test_what_the_other_connection_meets_is_raised(monkeypatch):
    def fails() -> None:
        raise RuntimeError("a check that fails")

    monkeypatch.setitem(invariants._registered, "failing", fails)

    with pytest.raises(RuntimeError, match="a check that fails"):
        invariants.run()


def test_every_invariant_has_a_planted_bug():
    caught = set().union(*(expected for _, expected in PLANTED.values()))

    assert set(invariants.CHECKS) - caught == set()


@pytest.mark.django_db(transaction=True)
def test_a_trigger_switched_off_is_named():
    with owner_connection(connection.settings_dict["NAME"]) as owner, owner.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_posting DISABLE TRIGGER ledger_posting_whole")
        try:
            result = next(result for result in invariants.run() if result.name == "guards_are_in_place")
        finally:
            cursor.execute("ALTER TABLE ledger_posting ENABLE ALWAYS TRIGGER ledger_posting_whole")

    assert [finding.what for finding in result.findings] == ["trigger ledger_posting_whole"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_ledger")
def test_the_command_names_rows_and_amounts_and_fails():
    plant(f"UPDATE ledger_balance SET balance_sen = balance_sen + 123 WHERE account_id = {PERSARAAN_OF_1}")
    out = io.StringIO()

    with pytest.raises(CommandError, match="balance_is_sum_of_postings"):
        call_command("check_ledger", stdout=out)

    assert "entry_sums_to_zero" in out.getvalue()
    assert "123 sen" in out.getvalue()


@pytest.mark.django_db
def test_the_command_is_content_with_an_empty_ledger():
    out = io.StringIO()

    call_command("check_ledger", stdout=out)

    lines = [line.split() for line in out.getvalue().splitlines()]
    assert [name for name, _ in lines] == invariants.names()
    assert {outcome for _, outcome in lines} == {"ok"}


@pytest.mark.django_db
def test_a_clearing_account_is_zero_or_somebody_answers_for_it(monkeypatch):
    posting.post(payout_from_nowhere())
    monkeypatch.setattr(invariants, "_registered", {})
    monkeypatch.setattr(invariants, "_owned", set())
    finding = invariants.Finding("PAYOUT_CLEARING", 500)

    assert finding in {result.name: result for result in invariants.run()}["clearing_is_zero_or_owned"].findings

    invariants.register("payouts_open", lambda: [invariants.Finding("payout 1 without an owner", 500)], clears=["PAYOUT_CLEARING"])
    results = {result.name: result for result in invariants.run()}
    assert finding not in results["clearing_is_zero_or_owned"].findings
    assert (results["payouts_open"].found, results["payouts_open"].ok) == (1, False)


def payout_from_nowhere() -> posting.Act:
    legs = [posting.Leg(posting.fund("DIVIDEND_EXPENSE"), -500), posting.Leg(posting.fund("PAYOUT_CLEARING"), 500)]
    return payout(1, 1, 500)._replace(legs=legs)


def test_a_check_that_clears_an_unknown_account_is_refused():
    with pytest.raises(ValueError, match="expected clearing accounts of the chart"):
        invariants.register("wrong", list, clears=["PERSARAAN"])
