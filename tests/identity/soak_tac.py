"""A spray over ten thousand people, and many rounds of sixteen who want one code: the long part of tests/identity/test_tac_attacks.py."""

import itertools
import os
import time
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
from django.conf import settings

from members.identity.enums import Bound, Role
from members.identity.models import Approval, Attempt, Challenge, Meter, TacPhone, User
from tests.identity.soak_timing import MOST, TRIES, Ask, told_apart
from tests.identity.tac_codes import NOW, SHOWN, asked, bound, digits_of, refusal_of
from tests.ledger.acts import together

pytestmark = pytest.mark.django_db(transaction=True)
SEED = int(os.environ.get("KWSP_SOAK_SEED", "27"))
SPRAYED = int(os.environ.get("KWSP_SOAK_SPRAY", "10500"))
ROUNDS = int(os.environ.get("KWSP_SOAK_RACES", "300"))
THREADS = 16
SPRAYERS = 8
SAMPLES = int(os.environ.get("KWSP_SOAK_PAIRS", "200"))


def people(number: int) -> list[User]:
    """Members with a phone each, made by the thousand."""
    users = User.objects.bulk_create(
        [
            User(user_id=f"soak{nth:08d}", role=Role.MEMBER, name=f"Orang {nth}", password="!", activated_at=NOW, joined_at=NOW)
            for nth in range(number)
        ],
        batch_size=1000,
    )
    TacPhone.objects.bulk_create(
        [TacPhone(user=user, number=f"+6011{10_000_000 + nth}", how=Bound.COUNTER, bound_at=NOW) for nth, user in enumerate(users)], batch_size=1000
    )
    return users


def test_a_spray_over_everybody_meets_the_meter() -> None:
    """One guess at each, by eight at once: past 10,000 wrong ones in the day nothing is evaluated without the number in full."""
    chance = Random(SEED)
    guesses = [f"{chance.randrange(10**6):06d}" for _ in range(SPRAYED)]
    users = people(SPRAYED)

    def spray(place: int) -> Counter[str]:
        heard: Counter[str] = Counter()
        for nth in range(place, SPRAYED, SPRAYERS):
            challenge = asked(users[nth])
            heard[refusal_of(challenge=challenge, digits=guesses[nth])] += 1
        return heard

    began = time.monotonic()
    heard: Counter[str] = sum(together(SPRAYERS, spray, timeout=3600), Counter())  # type: ignore[arg-type]
    took = time.monotonic() - began

    evaluated = Attempt.objects.filter(right=False).count()
    print(f"\nspray: {SPRAYED} people, {evaluated} evaluated, {dict(heard)}, {took:.0f} s, seed {SEED}")  # noqa: T201
    assert set(heard) <= {"WRONG", "NUMBER", ""}
    assert heard["WRONG"] == evaluated >= min(SPRAYED - heard[""], settings.TAC["meter_a_day"])
    assert evaluated <= settings.TAC["meter_a_day"] + SPRAYERS
    assert sum(Meter.objects.values_list("wrong", flat=True)) == evaluated
    assert heard["NUMBER"] >= SPRAYED - settings.TAC["meter_a_day"] - SPRAYERS - heard[""]


def test_a_made_up_person_takes_as_long_as_a_real_one() -> None:
    """A code asked for and guessed at once, in interleaved pairs for people who exist and for what names nobody: the clock tells them not apart."""
    chance = Random(SEED)
    known = iter(people(TRIES * (SAMPLES + 1)))
    nobody = itertools.count()

    def ask(user: User | None, unknown: str = "") -> Ask:
        return lambda: refusal_of(challenge=asked(user, unknown=unknown), digits="000000")

    one, other = (lambda: ask(next(known))), (lambda: ask(None, f"orang-{next(nobody)}"))
    found = told_apart("a code and a guess: known or nobody", "WRONG", one, other, chance, SAMPLES)

    assert found <= MOST


def test_sixteen_want_one_code_again_and_again(person: Callable[..., User]) -> None:
    """Each round one wins, with one approval; nobody else's answer is anything but that the code is used."""
    user = bound(person("ahlisatu"))
    for turn in range(ROUNDS):
        challenge = asked(user, shown={**SHOWN, "round": str(turn)})
        digits = digits_of(challenge)

        heard = Counter(together(THREADS, lambda _: refusal_of(challenge=challenge, digits=digits)))  # noqa: B023

        assert heard == {"": 1, "USED": THREADS - 1}, (turn, heard)
    print(f"\nraces: {ROUNDS} rounds of {THREADS}, {Approval.objects.count()} approvals")  # noqa: T201
    assert Approval.objects.count() == ROUNDS == Challenge.objects.exclude(used_at=None).count()
