"""A broken account pays nothing out; others do. Only who looked lifts it, and only when no check finds it any more."""

import pytest
from django.db import DatabaseError, connection, transaction

from kwsp_portal.audit.models import AuditEvent
from members.ledger import balances, freezing, invariants, posting
from members.ledger.enums import HolderKind, HoldKind
from members.ledger.models import Freeze
from tests.ledger.acts import DAY, contribution, payout, together, unsound, value
from tests.ledger.test_invariants import plant

pytestmark = pytest.mark.django_db(transaction=True)
ACCOUNT = "SELECT id FROM ledger_account WHERE holder_kind = 'MEMBER' AND holder_id = {} AND code = 'PERSARAAN'"


@pytest.fixture
def broken() -> int:
    """Member 1 has a sen too much in Persaraan; member 2 is sound. Its account's id, frozen by the checks."""
    posting.post_many([contribution(1, 1), contribution(2, 2)])
    account = value(ACCOUNT.format(1))
    plant(f"UPDATE ledger_balance SET balance_sen = balance_sen + 1 WHERE account_id = {account}")
    assert freezing.freeze(invariants.broken()) == 1
    return account  # type: ignore[return-value]


def mend(account: int) -> None:
    plant(f"UPDATE ledger_balance SET balance_sen = balance_sen - 1 WHERE account_id = {account}")


def hold(member: int, ref: int, code: str = "PERSARAAN") -> int:
    return posting.place_hold(account=posting.member(member, code), amount_sen=100, kind=HoldKind.WITHDRAWAL, ref=ref, booked_on=DAY)


def test_nothing_is_held_on_a_frozen_account_and_all_others_go_on(broken):
    with pytest.raises(posting.Frozen) as refused:
        hold(1, 1)

    assert refused.value.account_id == broken
    assert hold(2, 2)
    assert hold(1, 3, "SEJAHTERA")


def test_what_was_held_before_is_not_captured_but_may_be_released():
    posting.post(contribution(1, 1))
    account = value(ACCOUNT.format(1))
    first, second = hold(1, 1), hold(1, 2)
    plant(f"UPDATE ledger_balance SET balance_sen = balance_sen + 1 WHERE account_id = {account}")
    freezing.freeze(invariants.broken())

    with pytest.raises(posting.Frozen):
        posting.capture([first], payout(1, 1, 100))

    posting.release_hold(second, booked_on=DAY)
    assert value("SELECT held_sen FROM ledger_balance WHERE account_id = %s", account) == 100


def test_crediting_goes_on(broken):
    posting.post_many([contribution(3, 1)])

    assert balances.balances_of(HolderKind.MEMBER, 1)["PERSARAAN"] == 18001


def test_the_freeze_says_why_once_and_stands_in_the_trail(broken):
    assert freezing.freeze(invariants.broken()) == 0

    row = Freeze.objects.get()
    assert (row.account_id, row.state, row.by) == (broken, "FROZEN", "jobs")
    assert row.check_name in invariants.CHECKS
    assert row.reason == f"account {broken}: 1 sen"
    event = AuditEvent.objects.get(action="ledger.freeze")
    sides = {"before": {}, "after": {"state": "FROZEN"}}
    assert event.data == {"check": row.check_name, "count": 1, "accounts": [broken], **sides}


def test_a_broken_entry_freezes_the_accounts_of_its_legs():
    entry = posting.post(contribution(1, 1))
    plant(f"UPDATE ledger_posting SET amount_sen = amount_sen + 1 WHERE entry_id = {entry} AND version IS NULL")

    assert freezing.freeze(invariants.broken()) == 3
    assert set(Freeze.objects.values_list("check_name", flat=True)) == {"entry_sums_to_zero"}


def test_what_names_no_account_freezes_none():
    posting.post(contribution(1, 1))
    plant("GRANT UPDATE ON ledger_entry TO kwsp_app")
    try:
        assert freezing.freeze(invariants.broken()) == 0
    finally:
        plant("REVOKE UPDATE ON ledger_entry FROM kwsp_app")


def test_it_is_lifted_with_a_reason_once_the_account_is_sound(broken):
    mend(broken)

    freezing.lift(account_id=broken, reason=" Baki dibetulkan. ", by="pentadbir01")

    assert not freezing.open_freezes().exists()
    assert hold(1, 1)
    lifted = Freeze.objects.get(state="LIFTED")
    assert (lifted.reason, lifted.by, lifted.frozen.account_id) == ("Baki dibetulkan.", "pentadbir01", broken)
    assert AuditEvent.objects.get(action="ledger.freeze.lift").target == f"ledger_account:{broken}"


@pytest.mark.parametrize(("reason", "code"), [("sudah", "STILL_BROKEN"), ("  ", "REASON_MISSING")])
def test_it_stays_while_a_check_finds_the_account_or_nobody_says_why(broken, reason, code):
    with pytest.raises(freezing.NotLiftable) as refused:
        freezing.lift(account_id=broken, reason=reason, by="pentadbir01")

    assert refused.value.code == code
    assert freezing.open_freezes().count() == 1
    assert AuditEvent.objects.get(action="ledger.freeze.lift", refused=True).data["code"] == code


def test_what_is_not_frozen_is_not_lifted(broken):
    with pytest.raises(freezing.NotLiftable, match="NOT_FROZEN"):
        freezing.lift(account_id=value(ACCOUNT.format(2)), reason="x", by="pentadbir01")


def test_an_account_may_be_frozen_again(broken):
    mend(broken)
    freezing.lift(account_id=broken, reason="dibetulkan", by="pentadbir01")
    plant(f"UPDATE ledger_balance SET balance_sen = balance_sen + 1 WHERE account_id = {broken}")

    assert freezing.freeze(invariants.broken()) == 1
    with pytest.raises(posting.Frozen):
        hold(1, 1)


def test_two_checks_at_once_freeze_an_account_once():
    posting.post_many([contribution(1, 1), contribution(2, 2)])
    plant("UPDATE ledger_balance SET balance_sen = balance_sen + 1")
    results = invariants.broken()

    outcomes = together(4, lambda _: freezing.freeze(results))

    assert sum(outcome for outcome in outcomes if isinstance(outcome, int)) == 6, outcomes
    assert Freeze.objects.count() == 6


def test_withdrawals_beside_the_freezing_were_before_it_or_are_refused():
    posting.post_many([contribution(number, number) for number in range(1, 5)])
    account = value(ACCOUNT.format(1))
    plant(f"UPDATE ledger_balance SET balance_sen = balance_sen + 1 WHERE account_id = {account}")
    results = invariants.broken()

    outcomes = together(9, lambda place: freezing.freeze(results) if place == 8 else hold(1, place + 1))

    assert {type(outcome) for outcome in outcomes} <= {int, posting.Frozen}
    assert value("SELECT count(*) FROM ledger_hold") == sum(isinstance(outcome, int) for outcome in outcomes[:8])
    with pytest.raises(posting.Frozen):
        hold(1, 99)
    assert unsound() <= {"balance_is_sum_of_postings", "balance_is_last_balance_after"}


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ledger_hold (account_id, amount_sen, kind, ref, part, state, booked_on) VALUES ({account}, 1, 1, 9, 0, 'PLACED', '2026-01-15')",
        # Of many in one statement one is frozen.
        "INSERT INTO ledger_hold (account_id, amount_sen, kind, ref, part, state, booked_on) SELECT id, 1, 1, 9, id, 'PLACED', '2026-01-15' "
        "FROM ledger_account WHERE holder_kind = 'MEMBER'",
        "INSERT INTO ledger_freeze (account_id, state, check_name, reason, by) VALUES ({account}, 'FROZEN', 'x', 'x', 'x')",
        "INSERT INTO ledger_freeze (account_id, state, frozen_id, check_name, reason, by) VALUES ({account} + 1, 'LIFTED', {freeze}, 'x', 'x', 'x')",
        "INSERT INTO ledger_freeze (account_id, state, frozen_id, check_name, reason, by) VALUES ({account}, 'LIFTED', {freeze}, 'x', '', 'x')",
        "INSERT INTO ledger_freeze (account_id, state, check_name, reason, by) VALUES ({account}, 'LIFTED', 'x', 'x', 'x')",
        "UPDATE ledger_freeze SET state = 'LIFTED'",
        "DELETE FROM ledger_freeze",
        "DELETE FROM ledger_checkrun",
        "UPDATE ledger_checkrun SET broken = 0",
    ],
)
def test_postgresql_lets_nobody_round_a_freeze(broken, statement):
    freeze = Freeze.objects.get().pk
    why = "found it frozen|does not follow|says_why|freeze_states|permission denied"
    with pytest.raises(DatabaseError, match=why), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(account=broken, freeze=freeze))
