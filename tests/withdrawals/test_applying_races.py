"""Applying by several at once, with real threads: one has the ringgit, the other is told; two clicks are one application."""

import pytest

from members.identity import tac
from members.ledger import balances, posting
from members.ledger.enums import HolderKind, HoldKind
from members.models import Member
from tests.jobs.threads import at_once
from tests.ledger.acts import unsound
from tests.statute import withdrawal_cases
from tests.withdrawals.people import AT, ON, code_for, drafted, held, saver, submit, with_papers
from withdrawals.enums import KindCode, State
from withdrawals.models import Application, Decision
from withdrawals.services import afterwards, applying, drafts, moves

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = withdrawal_cases.PEOPLE[KindCode.HOUSE_BUY]["answers"]
"""RM100,000 with a loan of RM95,000."""


def outcome(found: Application, **more: object) -> str:
    try:
        return str(submit(found, **more).state)  # type: ignore[arg-type]
    except applying.NotEligible as error:
        return ",".join(one.code for one in error.refusals)
    except (moves.NotAllowed, tac.Refused) as error:
        return error.code


@pytest.fixture
def member() -> Member:
    return saver()


def test_of_two_drafts_opened_at_once_there_is_one(member: Member) -> None:
    found = at_once(4, lambda _number: drafts.begin(member=member, kind=KindCode.FLEKSIBEL, by=member.user, on=ON).pk)  # type: ignore[arg-type]

    assert len(set(found)) == 1
    assert Application.objects.count() == 1


def test_four_clicks_at_once_hand_it_in_once(member: Member) -> None:
    found = drafted(member)
    approval = code_for(found)

    states = at_once(4, lambda _number: outcome(found, approval=approval))

    assert states == [State.APPROVED] * 4
    assert held(member) == {"FLEKSIBEL": 20_000}
    assert Decision.objects.count() == 1
    assert unsound() == set()


def test_of_two_applications_for_the_same_ringgit_one_has_it_and_the_other_is_told(member: Member) -> None:
    first, second = (_draft(member, "8000.00") for _ in range(2))

    told = sorted(at_once(2, lambda number: outcome((first, second)[number], approval=(code_for(first), code_for(second))[number])))

    assert told[1] == State.SUBMITTED
    assert "AMOUNT_ABOVE" in told[0] or "ONCE" in told[0]
    assert held(member) == {"SEJAHTERA": 800_000}
    assert unsound() == set()


def test_of_two_kinds_for_the_same_ringgit_one_has_it_and_the_other_is_told(member: Member) -> None:
    house = with_papers(drafted(member, "8000.00", kind=KindCode.HOUSE_BUY, answers=HOUSE))
    both = (drafted(member, "8000.00", kind=KindCode.AGE_50), house)
    codes = [code_for(found) for found in both]

    told = at_once(2, lambda number: outcome(both[number], approval=codes[number]))

    assert sorted(told) == ["AMOUNT_ABOVE", State.SUBMITTED]
    assert held(member) == {"SEJAHTERA": 800_000}
    assert unsound() == set()


def test_two_who_buy_one_house_never_have_more_than_its_cap_together(member: Member) -> None:
    """RM15,000 in all (ruling 22): each asks for RM8,000 of it at the same moment."""
    buyers = (member, saver())
    answers = {**HOUSE, "together": "SPOUSE", "other_name": "Ani"}
    both = [with_papers(drafted(buyer, "8000.00", kind=KindCode.HOUSE_BUY, answers=answers)) for buyer in buyers]
    codes = [code_for(found) for found in both]

    told = at_once(2, lambda number: outcome(both[number], approval=codes[number]))

    assert sorted(told) == ["AMOUNT_ABOVE", State.SUBMITTED]
    assert sorted(sum(held(buyer).values()) for buyer in buyers) == [0, 800_000]
    assert unsound() == set()


def test_money_that_goes_between_the_rules_and_the_hold_is_told(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    found = drafted(member, "8000.00", kind=KindCode.AGE_50)
    real = applying.kinds.evaluate

    def meanwhile(facts):  # type: ignore[no-untyped-def]
        result = real(facts)
        at_once(1, lambda _number: _taken(member, 900_000))
        return result

    monkeypatch.setattr(applying.kinds, "evaluate", meanwhile)

    assert outcome(found) == "NO_MONEY"
    assert held(member) == {"SEJAHTERA": 900_000}
    assert Application.objects.get().state == State.DRAFT


def test_two_cancellations_at_once_free_the_money_once(member: Member) -> None:
    found = submit(drafted(member, "1000.00", kind=KindCode.AGE_50))

    def cancel(_number: int) -> str:
        return str(afterwards.cancel(application_id=found.pk, by=member.user, on=ON, at=AT).state)  # type: ignore[arg-type]

    assert at_once(3, cancel) == [State.CANCELLED] * 3
    assert held(member) == {}
    assert unsound() == set()


def _draft(member: Member, amount: str) -> Application:
    """Another draft of the same kind: as if the first had been handed in on the very next click."""
    found = drafted(member, amount, kind=KindCode.AGE_50)
    again = Application.objects.create(
        number=f"PGL{found.pk}X{Application.objects.count()}",
        member=member,
        kind=found.kind,
        asked=found.asked,
        drafted_on=ON,
        entered_by=member.user,
    )
    return Application.objects.select_related("member__user").get(pk=again.pk)


def _taken(member: Member, sen: int) -> None:
    """Somebody else's act holds so much of Akaun Sejahtera."""
    if not any(pot.held_sen for pot in balances.pots_of(HolderKind.MEMBER, member.pk)):
        posting.place_hold(account=posting.member(member.pk, "SEJAHTERA"), amount_sen=sen, kind=HoldKind.OVERPAYMENT, ref=1, booked_on=ON)
