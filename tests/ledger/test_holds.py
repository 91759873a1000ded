"""Money applied for is held: nobody else can take it, and it is taken or freed once."""

import pytest

from members.ledger import balances, posting
from members.ledger.enums import HolderKind, HoldKind
from tests.ledger.acts import DAY, LATER, contribution, payout, unsound

pytestmark = pytest.mark.django_db

PERSARAAN = posting.member(7, "PERSARAAN")


@pytest.fixture(autouse=True)
def _savings() -> None:
    """Member 7 has RM90 in Persaraan."""
    posting.post(contribution(1, 7))


def hold(sen: int, ref: int = 1, account: posting.AccountRef = PERSARAAN) -> int:
    return posting.place_hold(account=account, amount_sen=sen, kind=HoldKind.WITHDRAWAL, ref=ref, booked_on=DAY)


def pot() -> balances.Pot:
    return next(pot for pot in balances.pots_of(HolderKind.MEMBER, 7) if pot.code == "PERSARAAN")


def test_held_money_stays_in_the_balance_and_out_of_reach():
    hold(6000)

    with pytest.raises(posting.Insufficient):
        posting.post(payout(1, 7, 3001))
    with pytest.raises(posting.Insufficient):
        hold(3001, ref=2)
    posting.post(payout(1, 7, 3000))

    assert (pot().balance_sen, pot().held_sen, pot().available_sen) == (6000, 6000, 0)
    assert unsound() == set()


def test_a_released_hold_frees_the_money_once():
    held = hold(6000)

    posting.release_hold(held, booked_on=LATER)

    assert pot().held_sen == 0
    with pytest.raises(posting.HoldEnded):
        posting.release_hold(held, booked_on=LATER)
    with pytest.raises(posting.HoldEnded):
        posting.capture([held], payout(1, 7, 6000))
    assert unsound() == set()


def test_a_capture_takes_the_money_and_ends_the_hold_together():
    held = hold(9000)

    posting.capture([held], payout(1, 7, 8000))

    assert (pot().balance_sen, pot().held_sen) == (1000, 0)
    with pytest.raises(posting.HoldEnded):
        posting.capture([held], payout(2, 7, 1000))
    assert unsound() == set()


def test_a_capture_that_is_refused_leaves_the_hold():
    held = hold(5000)
    hold(4000, ref=2)

    with pytest.raises(posting.Insufficient):
        posting.capture([held], payout(1, 7, 5001))

    assert pot().held_sen == 9000
    posting.capture([held], payout(1, 7, 5000))
    assert (pot().balance_sen, pot().held_sen) == (4000, 4000)
    assert unsound() == set()


def test_one_act_captures_holds_on_several_accounts():
    first, second = hold(9000), hold(1800, ref=2, account=posting.member(7, "SEJAHTERA"))
    act = payout(1, 7, 9000)._replace(
        legs=[posting.Leg(PERSARAAN, -9000), posting.Leg(posting.member(7, "SEJAHTERA"), -1800), posting.Leg(posting.fund("PAYOUT_CLEARING"), 10800)]
    )

    posting.capture([first, second], act)

    assert balances.balances_of(HolderKind.MEMBER, 7) == {"PERSARAAN": 0, "SEJAHTERA": 0, "FLEKSIBEL": 1200}
    assert unsound() == set()


def test_a_hold_has_a_natural_key():
    held = hold(100)

    with pytest.raises(posting.AlreadyHeld) as refusal:
        hold(100)

    assert refusal.value.hold_id == held
    assert pot().held_sen == 100


@pytest.mark.parametrize("sen", [0, -1, 1.5, True])
def test_a_hold_is_a_positive_number_of_sen(sen):
    with pytest.raises(posting.LedgerError, match="expected a positive one"):
        hold(sen)


def test_an_account_that_may_go_below_zero_is_not_held():
    with pytest.raises(posting.LedgerError, match="on an account with a floor"):
        hold(100, account=posting.employer(1, "CONTRIBUTION_DUE"))


def test_an_account_that_the_chart_does_not_have_is_not_held():
    with pytest.raises(posting.LedgerError, match="on an account with a floor"):
        hold(100, account=posting.member(7, "AKAUN_4"))


def test_an_unknown_hold_is_refused():
    with pytest.raises(posting.HoldEnded, match="no such hold"):
        posting.release_hold(10**9, booked_on=DAY)
