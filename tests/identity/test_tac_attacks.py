"""Many at once, from everywhere, again and again: however it is tried, no person's code is guessed more than 10 times a day and 30 in a row."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import celery
import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection, transaction

from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, Attempt, Challenge, Meter, User
from tests.identity.tac_codes import MINUTE, NOW, SHOWN, asked, bound, digits_of, refusal_of, wrong_for
from tests.ledger.acts import together

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
GUESSES = 200
THREADS = 16


@pytest.fixture
def aminah(person: Callable[..., User]) -> User:
    return bound(person("ahlisatu"))


def evaluated(user: User | None = None) -> int:
    found = Attempt.objects.filter(right=False)
    return found.filter(subject=f"user:{user.pk}").count() if user else found.count()


def test_two_hundred_at_once_with_new_codes_in_between(aminah: User) -> None:
    """Sixteen threads ask for codes and guess at the latest, by clocks that run on by a minute a guess: some 200 guesses within the day."""
    chance = Random(27)
    guesses = [[f"{chance.randrange(10**6):06d}" for _ in range(GUESSES // THREADS + 1)] for _ in range(THREADS)]

    def guess(place: int) -> Counter[str]:
        heard: Counter[str] = Counter()
        for turn, digits in enumerate(guesses[place]):
            at = NOW + turn * MINUTE
            try:
                challenge = asked(aminah, at=at)
            except tac.Refused as refused:
                heard[refused.code] += 1
                challenge = Challenge.objects.latest("pk")
            heard[refusal_of(challenge=challenge, digits=digits, at=at)] += 1
        return heard

    outcomes = together(THREADS, guess)

    assert all(isinstance(outcome, Counter) for outcome in outcomes), outcomes
    heard: Counter[str] = sum(outcomes, Counter())  # type: ignore[arg-type]
    assert heard[""] == 0
    # How many of the ten the codes of the first hour leave to be evaluated depends on whose guess comes first.
    assert 3 <= evaluated(aminah) <= 10
    assert heard["LOCKED"] + heard["TOO_MANY"] > 0


def test_the_right_digits_do_not_help_once_the_day_is_over(aminah: User) -> None:
    """Among two hundred guesses sent at once is the right one, behind the tenth wrong one."""
    for turn in range(3):
        challenge = asked(aminah, at=NOW + turn * 13 * MINUTE)
        for nth in range(3):
            refusal_of(challenge=challenge, digits=wrong_for(challenge, nth), at=NOW + turn * 13 * MINUTE)
    at = NOW + 45 * MINUTE
    challenge = asked(aminah, at=at)
    assert refusal_of(challenge=challenge, digits=wrong_for(challenge), at=at) == "LOCKED"

    heard = together(THREADS, lambda _: refusal_of(challenge=challenge, digits=digits_of(challenge), at=at))

    assert set(heard) == {"LOCKED"}


def test_sixteen_with_the_right_code_win_once(aminah: User) -> None:
    challenge = asked(aminah)
    digits = digits_of(challenge)

    heard = together(THREADS, lambda _: refusal_of(challenge=challenge, digits=digits))

    assert Counter(heard) == {"": 1, "USED": THREADS - 1}
    assert Approval.objects.count() == 1


def test_sixteen_with_one_approval_act_once(aminah: User) -> None:
    challenge = asked(aminah)
    approval = tac.verify(challenge=challenge, user=aminah, digits=digits_of(challenge), at=NOW)

    def act(_: int) -> str:
        try:
            with transaction.atomic():
                tac.spend(approval=approval, user=aminah, purpose=Purpose.APPROVAL_FLOW, shown=SHOWN, at=NOW)
        except tac.Refused as refused:
            return refused.code
        return ""

    assert Counter(together(THREADS, act)) == {"": 1, "SPENT": THREADS - 1}


def test_sixteen_who_ask_at_once_get_one_code(aminah: User) -> None:
    heard = together(THREADS, lambda _: asked(aminah).pk)

    assert len(set(heard)) == 1


def test_a_guess_inside_somebody_s_transaction_is_refused_to_the_programmer(aminah: User) -> None:
    """A request that rolls back could take its guesses with it: verify does not run there."""
    challenge = asked(aminah)

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        refusal_of(challenge=challenge, digits=wrong_for(challenge))

    assert evaluated() == 0


def test_what_fails_after_the_guess_takes_nothing_back(aminah: User) -> None:
    challenge = asked(aminah)
    assert refusal_of(challenge=challenge, digits=wrong_for(challenge)) == "WRONG"
    approval = tac.verify(challenge=challenge, user=aminah, digits=digits_of(challenge), at=NOW)

    with transaction.atomic():
        tac.spend(approval=approval, user=aminah, purpose=Purpose.APPROVAL_FLOW, shown=SHOWN, at=NOW)
        transaction.set_rollback(True)

    assert evaluated(aminah) == 1
    assert refusal_of(challenge=challenge, digits=digits_of(challenge)) == "USED"


_GUESS_ELSEWHERE = """
import django; django.setup()
from datetime import datetime
from members.identity import tac
from members.identity.models import Challenge
challenge = Challenge.objects.get(pk={pk})
try:
    tac.verify(challenge=challenge, user=challenge.user, digits="{digits}", at=datetime.fromisoformat("{at}"))
except tac.Refused as refused:
    print(refused.code)
"""


def test_another_process_and_a_flushed_broker_know_the_count(aminah: User) -> None:
    """Eight wrong here, everything volatile thrown away, two more in a process of its own, and none is evaluated here any more."""
    for turn, guesses in enumerate((3, 3, 2)):
        challenge = asked(aminah, at=NOW + turn * 13 * MINUTE)
        for nth in range(guesses):
            refusal_of(challenge=challenge, digits=wrong_for(challenge, nth), at=NOW + turn * 13 * MINUTE)
    with celery.current_app.connection_for_write() as broker:
        broker.default_channel.client.flushall()
    cache.clear()
    at = NOW + 27 * MINUTE

    said = [_elsewhere(challenge, wrong_for(challenge, 5), at.isoformat())]
    challenge = asked(aminah, at=NOW + 40 * MINUTE)
    said.append(_elsewhere(challenge, wrong_for(challenge, 6), (NOW + 40 * MINUTE).isoformat()))

    assert said == ["TRIES", "LOCKED"]
    assert refusal_of(challenge=challenge, digits=digits_of(challenge), at=NOW + 40 * MINUTE) == "LOCKED"
    assert evaluated(aminah) == 10


def _elsewhere(challenge: Challenge, digits: str, at: str) -> str:
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    code = _GUESS_ELSEWHERE.format(pk=challenge.pk, digits=digits, at=at)
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "kwsp_portal.settings.test", "DATABASE_URL": database}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_spray_over_many_meets_the_meter(person: Callable[..., User], settings: LazySettings) -> None:
    """One guess at each of forty-eight people, by eight at once: past the meter nothing is evaluated without the number in full."""
    settings.TAC = {**settings.TAC, "meter_a_day": 20}
    people = [bound(person(f"ahli{nth:04d}")) for nth in range(48)]
    codes = [asked(user) for user in people]

    def spray(place: int) -> Counter[str]:
        return Counter(refusal_of(challenge=challenge, digits=wrong_for(challenge)) for challenge in codes[place::8])

    heard: Counter[str] = sum(together(8, spray), Counter())  # type: ignore[arg-type]

    assert set(heard) == {"WRONG", "NUMBER"}
    assert 20 <= evaluated() < 20 + 8
    assert Meter.objects.get().wrong == evaluated()


def test_a_stranger_who_does_not_know_the_number_gets_no_guess_past_the_meter(person: Callable[..., User], settings: LazySettings) -> None:
    settings.TAC = {**settings.TAC, "meter_a_day": 0}
    challenge = asked(bound(person("ahlisatu")))

    heard = [refusal_of(challenge=challenge, digits=digits_of(challenge), number=number) for number in ("", "0123456789", "+60198765432")]

    assert heard == ["NUMBER", "WRONG", "WRONG"]
    assert not Approval.objects.exists()


def test_a_guess_of_one_person_never_waits_for_another(person: Callable[..., User]) -> None:
    """The lock is a person's: while one is held, another's code is right."""
    first, second = asked(bound(person("ahlisatu"))), asked(bound(person("ahlidua2")))

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM identity_standing WHERE subject = %s FOR UPDATE", [first.subject])
        heard = together(1, lambda _: refusal_of(challenge=second, digits=digits_of(second), at=NOW + timedelta(seconds=1)))

    assert heard == [""]
