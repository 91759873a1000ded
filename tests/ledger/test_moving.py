"""All that a member has on some accounts goes to another, and the holds with it: once, whoever does it how often, and without earning anything."""

import datetime
from collections.abc import Sequence

import pytest
from django.db import IntegrityError, connection, transaction

from members.ledger import balances, earning, freezing, invariants, posting
from members.ledger.enums import EntryKind, HolderKind, HoldKind
from members.ledger.posting import holds
from tests.ledger.acts import DAY, LATER, contribution, payout, together, unsound, value

pytestmark = pytest.mark.django_db

CODES = ("PERSARAAN", "SEJAHTERA", "FLEKSIBEL", "HOUSING_RINGFENCE")
BIRTHDAY = datetime.date(2026, 2, 20)


def move(*members: int, day: datetime.date = BIRTHDAY) -> posting.Outcome:
    wholes = [posting.Whole(member, day) for member in members]
    return posting.move_whole(wholes, codes=CODES, to="AKAUN_55", kind=EntryKind.MERGE_55, booked_on=LATER, guard=lambda outcome: None)


def pots(member: int = 7) -> dict[str, tuple[int, int]]:
    return {pot.code: (pot.balance_sen, pot.held_sen) for pot in balances.pots_of(HolderKind.MEMBER, member)}


def hold(sen: int, code: str = "SEJAHTERA", ref: int = 1) -> int:
    return posting.place_hold(account=posting.member(7, code), amount_sen=sen, kind=HoldKind.WITHDRAWAL, ref=ref, booked_on=DAY)


def earned(member: int = 7) -> dict[str, int]:
    return {one.code: one.sen_days for one in earning.sen_days(year=2026, first=member, end=member + 1)}


def test_everything_goes_and_the_total_stays():
    posting.post(contribution(1, 7))

    outcome = move(7, 8)

    assert pots() == {"PERSARAAN": (0, 0), "SEJAHTERA": (0, 0), "FLEKSIBEL": (0, 0), "AKAUN_55": (12000, 0)}
    assert [(moved.member_id, moved.parts, moved.total_sen) for moved in outcome.moved] == [
        (7, {"PERSARAAN": 9000, "SEJAHTERA": 1800, "FLEKSIBEL": 1200}, 12000)
    ]
    assert balances.pots_of(HolderKind.MEMBER, 8) == []
    assert unsound() == set()


def test_a_second_time_moves_nothing_and_what_came_meanwhile_goes_by_an_entry_of_its_own():
    posting.post(contribution(1, 7))
    move(7)

    assert move(7).moved == []
    posting.post(contribution(2, 7, 100))
    move(7)

    assert pots()["AKAUN_55"] == (12100, 0)
    assert balances.entry_ids(EntryKind.MERGE_55, [7]).keys() == {(7, 0), (7, 1)}
    assert unsound() == set()


def test_the_holds_go_with_the_money_and_are_taken_where_it_is():
    posting.post(contribution(1, 7))
    withdrawal, other = hold(1000), hold(500, "PERSARAAN", ref=2)

    moved = move(7).moved

    assert moved[0].held_sen == 1500
    assert pots() == {"PERSARAAN": (0, 0), "SEJAHTERA": (0, 0), "FLEKSIBEL": (0, 0), "AKAUN_55": (12000, 1500)}
    with pytest.raises(posting.AlreadyHeld) as again:
        hold(1, "AKAUN_55")
    assert again.value.hold_id == withdrawal
    posting.capture([withdrawal], payout(1, 7, 1000, "SEJAHTERA"))
    posting.release_hold(other, booked_on=LATER)
    assert pots()["AKAUN_55"] == (11000, 0)
    with pytest.raises(posting.HoldEnded):
        posting.capture([withdrawal], payout(2, 7, 1000, "SEJAHTERA"))
    assert unsound() == set()


def test_holds_on_two_accounts_are_taken_by_one_act_after_the_move():
    posting.post(contribution(1, 7))
    both = [hold(9000, "PERSARAAN"), hold(1800, "SEJAHTERA", ref=2)]
    act = payout(1, 7, 9000)._replace(
        legs=[
            posting.Leg(posting.member(7, "PERSARAAN"), -9000),
            posting.Leg(posting.member(7, "SEJAHTERA"), -1800),
            posting.Leg(posting.fund("PAYOUT_CLEARING"), 10800),
        ]
    )
    move(7)

    posting.capture(both, act)

    assert pots()["AKAUN_55"] == (1200, 0)
    assert unsound() == set()


def test_a_hold_that_moves_between_the_look_and_the_lock_is_taken_all_the_same(monkeypatch: pytest.MonkeyPatch):
    posting.post(contribution(1, 7))
    held = hold(1000)
    look = holds.placed_of

    def overtaken(cursor: object, hold_ids: Sequence[int]) -> list[holds.Held]:
        found = look(cursor, hold_ids)  # type: ignore[arg-type]
        monkeypatch.setattr(holds, "placed_of", look)
        move(7)
        return found

    monkeypatch.setattr(holds, "placed_of", overtaken)
    with transaction.atomic():
        # The move is undone with the first try here; in life it is another's, and stays.
        monkeypatch.setattr(holds, "_where_it_stands", lambda end: _again(end))
        posting.capture([held], payout(1, 7, 1000, "SEJAHTERA"))

    assert unsound() == set()


def _again(end: object) -> int:
    with pytest.raises(posting.HoldEnded, match="MOVED"):
        end()  # type: ignore[operator]
    return end()  # type: ignore[operator,no-any-return]


def test_no_sen_earns_more_or_less_or_less_than_nothing():
    """Before the day where it was, from it on where it is; a month filed ahead earns from its own day, on the new account."""
    ahead = datetime.date(2026, 4, 30)
    posting.post_many([contribution(1, 7), contribution(2, 7, 20000)._replace(value_date=ahead)])
    before = earned()

    move(7)

    after = earned()
    assert sum(after.values()) == sum(before.values())
    assert all(after[code] == sen * (BIRTHDAY - DAY).days for code, sen in {"PERSARAAN": 9000, "SEJAHTERA": 1800, "FLEKSIBEL": 1200}.items())
    assert balances.entry_ids(EntryKind.MERGE_55, [7]).keys() == {(7, 0), (7, 1)}
    assert pots()["AKAUN_55"] == (32000, 0)


def test_what_is_left_of_money_filed_ahead_goes_on_the_day():
    """Of Persaraan more is valued later than there is now: it goes on the day, the others on theirs."""
    ahead = datetime.date(2026, 4, 30)
    posting.post_many([contribution(1, 7)._replace(value_date=ahead), payout(1, 7, 8000)])

    move(7)

    assert pots()["AKAUN_55"] == (4000, 0)
    assert [line.amount_sen for line in balances.statement(HolderKind.MEMBER, 7, "AKAUN_55")] == [3000, 1000]


def test_frozen_money_stays_until_the_freeze_is_lifted():
    posting.post_many([contribution(1, 7), contribution(2, 8)])
    account = value("SELECT id FROM ledger_account WHERE holder_id = 7 AND code = 'SEJAHTERA'")
    freezing.freeze([invariants.Result("balance_is_sum_of_postings", 1, [], {account: "account"})])  # type: ignore[dict-item]

    outcome = move(7, 8)

    assert (outcome.frozen, [moved.member_id for moved in outcome.moved]) == ({7}, [8])
    assert pots()["PERSARAAN"] == (9000, 0)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_move_it_once():
    posting.post_many([contribution(ref, ref) for ref in range(1, 21)])
    for ref in range(1, 21):
        posting.place_hold(account=posting.member(ref, "SEJAHTERA"), amount_sen=700, kind=HoldKind.WITHDRAWAL, ref=ref, booked_on=DAY)

    outcomes = together(6, lambda place: move(*(range(1, 21) if place % 2 else range(20, 0, -1))))

    assert sorted(moved.member_id for outcome in outcomes for moved in outcome.moved) == list(range(1, 21))  # type: ignore[union-attr]
    assert {pots(member)["AKAUN_55"] for member in range(1, 21)} == {(12000, 700)}
    assert unsound() == set()


class TestGuards:
    """Attacked as kwsp_app."""

    @pytest.fixture(autouse=True)
    def _held(self) -> None:
        posting.post_many([contribution(1, 7), contribution(2, 8)])
        hold(1000)

    def end(self, entry: str = "(SELECT min(id) FROM ledger_entry)") -> None:
        """An end of the hold that moves nothing, by an entry that is there."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"""INSERT INTO ledger_hold (account_id, amount_sen, kind, ref, part, state, placed_id, entry_id, booked_on)
                SELECT account_id, amount_sen, kind, ref, part, 'MOVED', id, {entry}, '2026-03-02' FROM ledger_hold"""  # noqa: S608
            )

    def go_on(self, *, member: int = 7, amount: str = "amount_sen", ref: str = "ref") -> None:
        into = f"(SELECT id FROM ledger_account WHERE holder_id = {member} AND code = 'PERSARAAN')"
        with connection.cursor() as cursor:
            cursor.execute(
                f"""INSERT INTO ledger_hold (account_id, amount_sen, kind, ref, part, state, moved_from_id, booked_on)
                SELECT {into}, {amount}, kind, {ref}, part, 'PLACED', held.id, '2026-03-02' FROM ledger_hold AS held ORDER BY held.id LIMIT 1"""  # noqa: S608
            )

    def test_a_move_without_what_goes_on_is_refused_at_the_commit(self):
        self.end()
        with pytest.raises(IntegrityError, match="nothing that goes on"), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_a_hold_goes_on_only_from_one_that_moved(self):
        with pytest.raises(IntegrityError, match="expected one that moved"):
            self.go_on()

    def test_it_goes_on_with_its_holder_amount_and_key(self):
        self.end()
        for changed in ({"member": 8}, {"amount": "999"}, {"ref": "5"}):
            with pytest.raises(IntegrityError, match="expected one that moved"), transaction.atomic():
                self.go_on(**changed)  # type: ignore[arg-type]
        self.go_on()

    def test_a_move_names_its_entry(self):
        with pytest.raises(IntegrityError, match="ledger_hold_states"):
            self.end("NULL")
