"""The code of one act: right, wrong, late, twice, of another act; and the leave that it gives (ruling 27)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from kwsp_portal.audit.models import AuditEvent
from members.identity import phones, tac, tac_limits
from members.identity.enums import Bound, Purpose
from members.identity.models import Approval, Attempt, Challenge, Meter, Standing, User
from tests.identity.tac_codes import MINUTE, NOW, SHOWN, asked, bound, digits_of, refusal_of, wrong_for

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def aminah(person: Callable[..., User]) -> User:
    return bound(person("ahlisatu"))


@pytest.fixture
def wahid(person: Callable[..., User]) -> User:
    return bound(person("ahlidua2"))


def spend(approval: Approval, user: User, *, at=NOW, purpose=Purpose.APPROVAL_FLOW, shown=SHOWN) -> str:
    """Spent as an acting service does; the refusal's code."""
    try:
        with transaction.atomic():
            tac.spend(approval=approval, user=user, purpose=purpose, shown=shown, at=at)
    except tac.Refused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize("typed", ["{}{}", "{} {}", "{}-{}", " {}{} "])
def test_a_right_code_leaves_one_leave_for_its_act(aminah: User, typed: str) -> None:
    challenge = asked(aminah)
    digits = digits_of(challenge)

    approval = tac.verify(challenge=challenge, user=aminah, digits=typed.format(digits[:3], digits[3:]), at=NOW)

    assert spend(approval, aminah) == ""
    assert spend(approval, aminah) == "SPENT"


def test_the_digits_are_in_the_message_alone(aminah: User) -> None:
    challenge = asked(aminah)

    digits = digits_of(challenge)

    kept = {**Challenge.objects.filter(pk=challenge.pk).values().get()}
    assert not any(digits in str(value) for name, value in kept.items() if name not in {"salt", "mac", "digest", "id"})
    assert not any(digits in f"{event.data}{event.target}" for event in AuditEvent.objects.all())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"shown": {**SHOWN, "amount": "1449.01"}}, "OTHER_ACT"),
        ({"shown": {"application": "17"}}, "OTHER_ACT"),
        ({"purpose": Purpose.API_TOKEN}, "OTHER_ACT"),
        ({"at": NOW + timedelta(seconds=300)}, "STALE"),
        ({"at": NOW - timedelta(hours=1)}, "STALE"),
    ],
)
def test_leave_is_for_this_act_and_for_now(aminah: User, change: dict, code: str) -> None:
    challenge = asked(aminah)
    approval = tac.verify(challenge=challenge, user=aminah, digits=digits_of(challenge), at=NOW)

    assert spend(approval, aminah, **change) == code
    assert spend(approval, aminah) == ""


def test_leave_is_for_this_person(aminah: User, wahid: User) -> None:
    challenge = asked(aminah)
    digits = digits_of(challenge)

    assert refusal_of(challenge=challenge, user=wahid, digits=digits) == "OTHER_ACT"
    approval = tac.verify(challenge=challenge, user=aminah, digits=digits, at=NOW)
    assert spend(approval, wahid) == "OTHER_ACT"
    assert Attempt.objects.count() == 1


def test_leave_is_spent_with_the_act_or_not_at_all(aminah: User) -> None:
    challenge = asked(aminah)
    approval = tac.verify(challenge=challenge, user=aminah, digits=digits_of(challenge), at=NOW)

    with transaction.atomic():
        tac.spend(approval=approval, user=aminah, purpose=Purpose.APPROVAL_FLOW, shown=SHOWN, at=NOW)
        transaction.set_rollback(True)

    assert spend(approval, aminah) == ""


def test_a_code_is_used_once(aminah: User) -> None:
    challenge = asked(aminah)
    digits = digits_of(challenge)
    assert refusal_of(challenge=challenge, digits=digits) == ""

    assert refusal_of(challenge=challenge, digits=digits) == "USED"


def test_the_second_click_finds_its_leave_and_other_digits_are_a_guess(aminah: User) -> None:
    """A used code whose act did not happen is no place to guess at without being counted."""
    challenge = asked(aminah)
    digits = digits_of(challenge)
    approval = tac.verify(challenge=challenge, user=aminah, digits=digits, at=NOW)
    assert tac.unspent(challenge=challenge, digits=digits, at=NOW) == approval

    for nth in range(12):
        assert tac.unspent(challenge=challenge, digits=wrong_for(challenge, nth), at=NOW) is None

    assert Attempt.objects.filter(right=False).count() == 10
    assert Meter.objects.get().wrong == 10
    assert tac.unspent(challenge=challenge, digits=digits, at=NOW) is None, "the day's guesses are used up"


def test_a_code_lives_three_minutes_by_a_clock_that_goes_forward(aminah: User) -> None:
    challenge = asked(aminah)
    digits = digits_of(challenge)

    assert refusal_of(challenge=challenge, digits=digits, at=NOW + 3 * MINUTE) == "EXPIRED"
    assert refusal_of(challenge=challenge, digits=digits, at=NOW - 11 * SECOND) == "EXPIRED"
    assert refusal_of(challenge=challenge, digits=digits, at=NOW + 3 * MINUTE - SECOND) == ""


def test_the_third_wrong_guess_burns_the_code(aminah: User) -> None:
    challenge = asked(aminah)

    answers = [refusal_of(challenge=challenge, digits=wrong_for(challenge, nth)) for nth in range(3)]

    assert answers == ["WRONG", "WRONG", "TRIES"]
    assert refusal_of(challenge=challenge, digits=digits_of(challenge)) == "BURNT"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "１２３４５６", "12 34 5", "١٢٣٤٥٦"])
def test_what_is_no_code_is_not_a_guess(aminah: User, typed: str) -> None:
    challenge = asked(aminah)

    assert refusal_of(challenge=challenge, digits=typed) == "FORM"
    assert Attempt.objects.count() == 0


def ask_and_guess(user: User | None, codes: int, *, start=NOW, step=6 * MINUTE, **more: str) -> list[str]:
    """New codes in between, as many guesses at each as it takes."""
    heard = []
    for turn in range(codes):
        at = start + turn * step
        try:
            challenge = asked(user, at=at, **more)
        except tac.Refused as refused:
            heard.append(refused.code)
            continue
        heard += [refusal_of(challenge=challenge, digits=wrong_for(challenge, nth), at=at) for nth in range(3)]
    return heard


def test_new_codes_do_not_reset_the_day(aminah: User) -> None:
    heard = ask_and_guess(aminah, 5, step=13 * MINUTE)

    assert heard[:10] == ["WRONG", "WRONG", "TRIES"] * 3 + ["LOCKED"]
    assert Attempt.objects.filter(right=False).count() == 10
    assert set(heard[10:]) == {"LOCKED"}


def test_a_lock_ends_when_the_first_guess_is_a_day_old(aminah: User) -> None:
    ask_and_guess(aminah, 4, step=13 * MINUTE)

    with pytest.raises(tac.Refused) as refused:
        asked(aminah, at=NOW + timedelta(hours=23))

    assert refused.value.code == "LOCKED"
    assert refused.value.details["until"] == NOW + timedelta(hours=24)
    assert asked(aminah, at=NOW + timedelta(hours=24)).pk


def guess_until_blocked(user: User) -> None:
    for day in range(3):
        ask_and_guess(user, 4, start=NOW + day * timedelta(days=2), step=13 * MINUTE)


def test_thirty_wrong_in_a_row_lead_to_the_counter(aminah: User) -> None:
    guess_until_blocked(aminah)

    with pytest.raises(tac.Refused, match="COUNTER"):
        asked(aminah, at=NOW + timedelta(days=30))
    assert Attempt.objects.filter(right=False).count() == 30


def test_a_right_code_ends_the_row_but_not_the_day(aminah: User) -> None:
    ask_and_guess(aminah, 3, step=13 * MINUTE)
    challenge = asked(aminah, at=NOW + 45 * MINUTE)

    assert refusal_of(challenge=challenge, digits=digits_of(challenge), at=NOW + 45 * MINUTE) == ""

    assert Standing.objects.get().wrong_in_a_row == 0
    challenge = asked(aminah, at=NOW + 46 * MINUTE)
    assert refusal_of(challenge=challenge, digits=wrong_for(challenge), at=NOW + 46 * MINUTE) == "LOCKED"


def test_the_counter_forgives(aminah: User, administrator: User) -> None:
    guess_until_blocked(aminah)
    later = NOW + timedelta(days=4, hours=1)

    tac.unblock(user=aminah, by=administrator, at=later)

    challenge = asked(aminah, at=later)
    assert refusal_of(challenge=challenge, digits=digits_of(challenge), at=later) == ""


def test_five_codes_an_hour_that_nobody_answers(aminah: User) -> None:
    for turn in range(5):
        asked(aminah, at=NOW + turn * MINUTE)

    with pytest.raises(tac.Refused) as refused:
        asked(aminah, at=NOW + 6 * MINUTE)

    assert refused.value.code == "TOO_MANY"
    assert refused.value.details["until"] == NOW + timedelta(hours=1)
    assert asked(aminah, at=NOW + timedelta(hours=1)).pk


def test_codes_that_were_answered_are_no_nuisance(aminah: User) -> None:
    for turn in range(12):
        challenge = asked(aminah, at=NOW + turn * MINUTE)
        assert refusal_of(challenge=challenge, digits=digits_of(challenge), at=NOW + turn * MINUTE) == ""


def test_a_second_click_sends_no_second_code(aminah: User) -> None:
    first = asked(aminah)

    assert asked(aminah, at=NOW + 59 * SECOND) == first
    second = asked(aminah, at=NOW + 60 * SECOND)

    assert second != first
    assert refusal_of(challenge=first, digits=digits_of(first), at=NOW + 61 * SECOND) == "BURNT"
    assert refusal_of(challenge=second, digits=digits_of(second), at=NOW + 61 * SECOND) == ""


def test_another_act_has_a_code_of_its_own(aminah: User) -> None:
    first = asked(aminah)

    second = asked(aminah, shown={**SHOWN, "amount": "1.00"})

    assert refusal_of(challenge=first, digits=digits_of(first)) == ""
    assert refusal_of(challenge=second, digits=digits_of(second)) == ""


def test_a_burnt_code_is_followed_by_another_after_a_minute(aminah: User) -> None:
    ask_and_guess(aminah, 1)

    with pytest.raises(tac.Refused, match="TOO_SOON"):
        asked(aminah, at=NOW + 59 * SECOND)
    assert asked(aminah, at=NOW + 60 * SECOND).pk


def test_somebody_without_a_phone_is_told_so(person: Callable[..., User]) -> None:
    with pytest.raises(tac.Refused, match="NO_PHONE"):
        asked(person("ahlitiga"))


def test_a_code_dies_with_its_phone(aminah: User) -> None:
    challenge = asked(aminah)

    phones.bind(user=aminah, number="+60123456789", how=Bound.COUNTER, by=None, at=NOW)

    assert refusal_of(challenge=challenge, digits=digits_of(challenge)) == "BURNT"


@pytest.mark.parametrize("purpose", sorted(tac_limits.COOLED))
def test_what_moves_money_waits_for_a_day_after_a_change_of_number(aminah: User, purpose: Purpose) -> None:
    """Whoever had the number changed may not be the person: who is, has a day to cancel it (issue 5)."""
    phones.bind(user=aminah, number="+60123456789", how=Bound.COUNTER, by=None, at=NOW)

    with pytest.raises(tac.Refused, match="COOLING") as refused:
        asked(aminah, at=NOW + 23 * HOUR, purpose=purpose)

    assert "menunggu sehingga" in tac.words(refused.value)


def test_a_day_after_a_change_of_number_codes_are_sent_again(aminah: User) -> None:
    phones.bind(user=aminah, number="+60123456789", how=Bound.COUNTER, by=None, at=NOW)

    assert asked(aminah, at=NOW + 24 * HOUR).pk


def test_leave_given_before_the_number_changed_waits_too(aminah: User) -> None:
    challenge = asked(aminah)
    approval = tac.verify(challenge=challenge, user=aminah, digits=digits_of(challenge), at=NOW)

    phones.bind(user=aminah, number="+60123456789", how=Bound.COUNTER, by=None, at=NOW)

    assert spend(approval, aminah) == "COOLING"
    assert Approval.objects.get().spent_at is None


def test_an_authenticator_app_does_not_go_round_the_wait(aminah: User) -> None:
    TOTPDevice.objects.create(user=aminah, confirmed=True)
    phones.bind(user=aminah, number="+60123456789", how=Bound.COUNTER, by=None, at=NOW)

    with pytest.raises(tac.Refused, match="COOLING"):
        asked(aminah)


def test_a_first_number_makes_nobody_wait(person: Callable[..., User]) -> None:
    assert asked(bound(person("ahlitiga"), at=NOW)).pk


def test_a_made_up_person_hears_what_a_real_one_hears(aminah: User) -> None:
    real = ask_and_guess(aminah, 5, step=13 * MINUTE)

    assert ask_and_guess(None, 5, step=13 * MINUTE, unknown="900101-14-5678") == real
    assert not Challenge.objects.filter(subject__contains="900101").exists()


def test_nothing_is_right_for_a_decoy(aminah: User) -> None:
    decoy = asked(None, unknown="tiada")

    with pytest.raises(IntegrityError, match="tac_decoy_is_never_right"), transaction.atomic():
        Challenge.objects.filter(pk=decoy.pk).update(used_at=NOW)
    assert digitless(decoy)


def digitless(decoy: Challenge) -> bool:
    """Whether no message of a decoy is left: neither its digits nor a number it could go to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM notify_message WHERE cause = %s", [f"challenge:{decoy.pk}"])
        return cursor.fetchone() == (0,)


def test_the_meter_asks_for_the_number_in_full(aminah: User, settings: LazySettings) -> None:
    settings.TAC = {**settings.TAC, "meter_a_day": 40}
    Meter.objects.create(hour=int(NOW.timestamp()) // 3600 - 23, wrong=40)
    challenge, mine = asked(aminah), phones.current(aminah)
    assert mine is not None
    digits = digits_of(challenge)

    assert refusal_of(challenge=challenge, digits=digits) == "NUMBER"
    assert refusal_of(challenge=challenge, digits=digits, number="012-345 6789") == "WRONG"
    assert Attempt.objects.filter(right=False).count() == 1
    assert refusal_of(challenge=challenge, digits=digits, number=mine.number) == ""


def test_the_meter_forgets_after_a_day(aminah: User) -> None:
    Meter.objects.create(hour=int(NOW.timestamp()) // 3600 - 25, wrong=10_000)
    challenge = asked(aminah)

    assert refusal_of(challenge=challenge, digits=digits_of(challenge)) == ""


def test_a_wrong_guess_is_on_the_meter(aminah: User) -> None:
    ask_and_guess(aminah, 1)

    assert Meter.objects.get().wrong == 3


@pytest.mark.parametrize("steps", [(1, -1), (-3, 3), (5, 5, -10), (0.2, -0.2, 0.3)])
def test_clocks_that_step_give_no_more_than_thirty(aminah: User, steps: tuple[float, ...]) -> None:
    at = NOW
    for turn in range(60):
        at += timedelta(days=steps[turn % len(steps)])
        ask_and_guess(aminah, 1, start=at)

    assert Attempt.objects.filter(right=False).count() <= 30


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE identity_attempt SET "right" = true',
        "UPDATE identity_challenge SET mac = ''",
        "UPDATE identity_challenge SET subject = 'user:1'",
        "UPDATE identity_challenge SET burnt_at = NULL",
        "UPDATE identity_challenge SET tries = 0",
        "UPDATE identity_approval SET digest = ''",
        "UPDATE identity_approval SET spent_at = NULL",
        "UPDATE identity_meter SET wrong = 0",
        "UPDATE identity_tacphone SET number = '+60123456789'",
        "DELETE FROM identity_attempt",
        "DELETE FROM identity_approval",
        "DELETE FROM identity_standing",
        "DELETE FROM identity_meter",
        "DELETE FROM identity_tacphone",
    ],
)
def test_the_portal_itself_can_take_nothing_back(aminah: User, statement: str) -> None:
    ask_and_guess(aminah, 1)
    challenge = asked(aminah, at=NOW + 2 * MINUTE)
    spend(tac.verify(challenge=challenge, user=aminah, digits=digits_of(challenge), at=NOW + 2 * MINUTE), aminah, at=NOW + 2 * MINUTE)

    with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_refusal_has_words(aminah: User) -> None:
    details = {"until": NOW, "left": 2, "limit": Decimal(5000), "found": Decimal(1449), "rest": Decimal(653)}

    for code in tac.WORDS:
        assert "%" not in tac.words(tac.Refused(code, **details))


def test_shown_is_text() -> None:
    with pytest.raises(TypeError):
        tac.digest_of({"amount": 5})  # type: ignore[dict-item]


def test_the_order_of_what_is_shown_does_not_matter_and_its_content_does() -> None:
    assert tac.digest_of({"a": "1", "b": "2"}) == tac.digest_of({"b": "2", "a": "1"})
    assert tac.digest_of({"a": "1", "b": "2"}) != tac.digest_of({"a": "12", "b": ""})
