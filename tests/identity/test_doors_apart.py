"""A stolen password and known numbers use up a part of the guesses and codes only: at one door not those of the other, nor of who is signed in."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from kwsp_portal.common import clock
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Attempt, Challenge, Standing, User
from tests.identity.tac_codes import MINUTE, NOW, SHOWN, asked, bound, digits_of, refusal_of, wrong_for

pytestmark = pytest.mark.django_db
HOME, THIEF, ELSEWHERE = "198.51.100.7", "203.0.113.9", "203.0.113.77"
DOORS = (Purpose.RECOVERY, Purpose.NEW_DEVICE, Purpose.API_TOKEN)
OTHER = {Purpose.RECOVERY: Purpose.NEW_DEVICE, Purpose.NEW_DEVICE: Purpose.RECOVERY, Purpose.API_TOKEN: Purpose.RECOVERY}
FIGURES = {
    Purpose.RECOVERY: {"act": "RECOVER"},
    Purpose.NEW_DEVICE: {"user_id": "ahlisatu", "device": "Firefox"},
    Purpose.API_TOKEN: {"scope": "me", "monthly_limit": "0.00"},
}
THREE = timedelta(hours=3)


@pytest.fixture
def owner(person: Callable[..., User]) -> User:
    return bound(person("ahlisatu"))


def knock(owner: User, purpose: Purpose, ip: str, *, times: int = 8, start=NOW, step=THREE) -> list[str]:
    """Codes at a door, and wrong guesses at each as long as any are taken."""
    heard = []
    for turn in range(times):
        at = start + turn * step
        try:
            challenge = asked(owner, at=at, purpose=purpose, shown=FIGURES[purpose], ip=ip)
        except tac.Refused as refused:
            heard.append(refused.code)
            continue
        heard += [refusal_of(challenge=challenge, digits=wrong_for(challenge, nth), at=at) for nth in range(3)]
    return heard


def gets_through(owner: User, purpose: Purpose, ip: str, *, at, wrong: int = 0) -> bool:
    challenge = asked(owner, at=at, purpose=purpose, shown=FIGURES.get(purpose, SHOWN), ip=ip)
    for nth in range(wrong):
        refusal_of(challenge=challenge, digits=wrong_for(challenge, nth), at=at)
    return refusal_of(challenge=challenge, digits=digits_of(challenge), at=at) == ""


@pytest.mark.parametrize("door", DOORS)
def test_one_thief_leaves_a_whole_code_at_the_other_door_and_signed_in(owner: User, door: Purpose) -> None:
    assert knock(owner, door, THIEF)[-1] == "LOCKED"
    assert Attempt.objects.filter(right=False).count() == 4
    later = NOW + 22 * timedelta(hours=1)

    assert gets_through(owner, door, HOME, at=later, wrong=1), "at the same door, from elsewhere"
    assert gets_through(owner, OTHER[door], HOME, at=later, wrong=1)
    assert gets_through(owner, Purpose.APPROVAL_FLOW, HOME, at=later, wrong=2)


@pytest.mark.parametrize("door", DOORS)
def test_thieves_everywhere_leave_the_other_door_and_who_is_signed_in(owner: User, door: Purpose) -> None:
    for nth in range(6):
        knock(owner, door, f"203.0.113.{nth}", times=3, start=NOW + nth * MINUTE, step=timedelta(hours=2))
    assert Attempt.objects.filter(right=False).count() == 6
    later = NOW + 12 * timedelta(hours=1)

    assert gets_through(owner, OTHER[door], HOME, at=later)
    assert gets_through(owner, Purpose.APPROVAL_FLOW, HOME, at=later, wrong=2)


def test_days_at_every_door_lead_nobody_to_the_counter(owner: User) -> None:
    """And never are more than ten a day taken, nor thirty in a row."""
    for day in range(6):
        for door in DOORS:
            for nth, ip in enumerate((THIEF, ELSEWHERE)):
                knock(owner, door, ip, times=2, start=NOW + timedelta(days=2 * day, minutes=nth), step=THREE)
        of_the_day = Attempt.objects.filter(right=False, at__gte=NOW + timedelta(days=2 * day)).count()
        assert of_the_day <= 7
    standing = Standing.objects.get()
    assert (standing.blocked_at, standing.wrong_in_a_row) == (None, 15)
    assert gets_through(owner, Purpose.APPROVAL_FLOW, HOME, at=NOW + timedelta(days=14), wrong=2)
    assert gets_through(owner, Purpose.NEW_DEVICE, HOME, at=NOW + timedelta(days=14)), "a right code ends the row"


def test_a_flood_of_sign_ins_leaves_codes_for_who_is_signed_in_and_elsewhere(owner: User) -> None:
    heard = []
    for turn in range(8):
        try:
            asked(owner, at=NOW + turn * MINUTE, purpose=Purpose.NEW_DEVICE, shown=FIGURES[Purpose.NEW_DEVICE], ip=THIEF)
        except tac.Refused as refused:
            heard.append(refused.code)
    assert heard == ["TOO_MANY"] * 5
    at = NOW + 9 * MINUTE

    assert gets_through(owner, Purpose.NEW_DEVICE, HOME, at=at)
    assert gets_through(owner, Purpose.APPROVAL_FLOW, HOME, at=at)


def test_a_code_from_elsewhere_is_another(owner: User) -> None:
    """So that a thief's guesses burn the thief's code, and the owner's program finds its own."""
    for door in DOORS:
        own = asked(owner, purpose=door, shown=FIGURES[door], ip=HOME)
        theirs = asked(owner, purpose=door, shown=FIGURES[door], ip=THIEF)
        assert own.pk != theirs.pk
        assert tac.latest(user=owner, unknown="", purpose=door, shown=FIGURES[door], ip=HOME) == own
        assert refusal_of(challenge=own, digits=digits_of(own)) == ""
        assert refusal_of(challenge=theirs, digits=digits_of(theirs)) == ""


def test_the_address_is_kept_as_no_address(owner: User) -> None:
    challenge = asked(owner, at=clock.now(), ip=HOME)

    assert HOME not in str(Challenge.objects.filter(pk=challenge.pk).values().get())
    assert len(challenge.origin) == 64
