"""What the time of an answer tells a stranger at the doors: a threshold, trained on half of the samples, is tried on the other half (`make soak`).

KWSP_SOAK_SAMPLES of each class (120); a sample is the quickest of three requests from three addresses, as somebody with patience would
take it, and the classes come in random order (KWSP_SOAK_SEED). Two classes that must look alike may be told apart no better than MOST: by
pure chance 50 % of 120 are right, and 65 % or more once in two thousand.
"""

import os
import secrets
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend
from django.core.cache import cache
from django.test import Client

from members.identity import recognition
from members.identity.enums import Role
from members.identity.models import User
from tests.identity.conftest import PASSWORD

SAMPLES = int(os.environ.get("KWSP_SOAK_SAMPLES", "120"))
SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
TRIES = 3
MOST = 0.65
Ask = Callable[[], object]


@pytest.fixture(autouse=True)
def as_in_production(settings: Any) -> None:
    """The hasher and the hold of production; the suite has quick ones."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    cache.clear()


class Stranger:
    """Somebody who asks from an address of their own each time, so that no lockout stands between them and the answer."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def client(self) -> Client:
        return Client(REMOTE_ADDR="10." + ".".join(str(self.chance.randrange(1, 255)) for _ in range(3)))

    def first_page(self, user_id: str) -> Ask:
        client = self.client()
        return lambda: client.post("/sign-in/", {"user_id": user_id})

    def second_page(self, user_id: str) -> Ask:
        client = self.client()
        client.post("/sign-in/", {"user_id": user_id})
        return lambda: client.get("/sign-in/password/")

    def password(self, user_id: str, password: str = "salah-salah-2026", failures: int = 0) -> Ask:
        client = self.client()
        client.post("/sign-in/", {"user_id": user_id})
        for _ in range(failures):
            client.post("/sign-in/password/", {"password": "salah-salah-2026"})
        return lambda: client.post("/sign-in/password/", {"password": password})

    def officers_door(self, user_id: str, password: str = "salah-salah-2026") -> Ask:
        client = self.client()
        return lambda: client.post("/admin/login/", {"user_id": user_id, "password": password, "code": "000000"})


def _seconds(prepare: Callable[[], Ask]) -> float:
    """The quickest of some tries."""
    found = []
    for _ in range(TRIES):
        ask = prepare()
        began = time.perf_counter()
        ask()
        found.append(time.perf_counter() - began)
    return min(found)


def _right(samples: Sequence[tuple[float, bool]], threshold: float, slower: bool) -> float:
    return sum((seconds > threshold) == (kind == slower) for seconds, kind in samples) / len(samples)


def accuracy(one: Sequence[float], other: Sequence[float]) -> float:
    """How often the best threshold of the first halves is right about the second halves."""
    half = len(one) // 2
    train = [(seconds, True) for seconds in one[:half]] + [(seconds, False) for seconds in other[:half]]
    test = [(seconds, True) for seconds in one[half:]] + [(seconds, False) for seconds in other[half:]]
    _found, threshold, slower = max((_right(train, seconds, slower), seconds, slower) for seconds, _kind in train for slower in (True, False))
    return _right(test, threshold, slower)


def told_apart(title: str, one: Callable[[], Ask], other: Callable[[], Ask], chance: Random, samples: int = SAMPLES) -> float:
    _seconds(one), _seconds(other)  # what is loaded once is loaded now
    times: tuple[list[float], list[float]] = ([], [])
    order = [0, 1] * samples
    chance.shuffle(order)
    for which in order:
        times[which].append(_seconds((one, other)[which]))
    found = accuracy(*times)
    middle = [sorted(each)[len(each) // 2] * 1000 for each in times]
    print(f"seed {SEED}: {title:<58} {found:4.0%} right; medians {middle[0]:6.1f} and {middle[1]:6.1f} ms")  # noqa: T201
    return found


def test_answers_take_the_same_time_whoever_is_asked_about(person: Callable[..., User]) -> None:
    """Known or unknown User ID, at every door and behind a lockout; right or wrong password where the answer does not say it."""
    chance = Random(SEED)
    stranger = Stranger(chance)
    person("ahlibenar")
    person("pegawai9", Role.ADMINISTRATOR)
    pairs: dict[str, tuple[Callable[[], Ask], Callable[[], Ask]]] = {
        "first page: known or unknown User ID": (lambda: stranger.first_page("ahlibenar"), lambda: stranger.first_page("ahlitiada")),
        "phrase: known or unknown User ID": (lambda: stranger.second_page("ahlibenar"), lambda: stranger.second_page("ahlitiada")),
        "wrong password: known or unknown User ID": (lambda: stranger.password("ahlibenar"), lambda: stranger.password("ahlitiada")),
        "locked out: known or unknown User ID": (
            lambda: stranger.password("ahlibenar", failures=5),
            lambda: stranger.password("ahlitiada", failures=5),
        ),
        "locked out: right or wrong password": (
            lambda: stranger.password("ahlibenar", PASSWORD, failures=5),
            lambda: stranger.password("ahlibenar", failures=5),
        ),
        "officers' door: known or unknown User ID": (lambda: stranger.officers_door("pegawai9"), lambda: stranger.officers_door("pegawai0")),
        "officers' door, wrong code: right or wrong password": (
            lambda: stranger.officers_door("pegawai9", PASSWORD),
            lambda: stranger.officers_door("pegawai9"),
        ),
    }

    found = {title: told_apart(title, *pair, chance) for title, pair in pairs.items()}

    assert {title: right for title, right in found.items() if right > MOST} == {}


def test_the_classifier_sees_a_door_that_hashes_for_known_people_only(person: Callable[..., User], settings: Any, monkeypatch: Any) -> None:
    """Without the defences the same classifier tells the two apart: it is no test that cannot fail."""
    chance = Random(SEED)
    stranger = Stranger(chance)
    person("ahlibenar")
    authenticate = ModelBackend.authenticate

    def hasty(self: ModelBackend, request: Any, **credentials: Any) -> Any:
        known = User.objects.filter(user_id=credentials.get("user_id")).exists()
        return authenticate(self, request, **credentials) if known else None

    monkeypatch.setattr(ModelBackend, "authenticate", hasty)
    found = told_apart(
        "planted: nothing hashed for unknown people", lambda: stranger.password("ahlibenar"), lambda: stranger.password("ahlitiada"), chance, 40
    )

    assert found > 0.9
    assert recognition.made_up_phrase("ahlitiada")
