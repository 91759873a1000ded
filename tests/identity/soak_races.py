"""Guesses at one password by many at once, round after round (`make soak ARGS="-k race"`).

KWSP_SOAK_RACES bursts (300) of 16 guesses. KWSP_SOAK_SEED chooses who then tries the right password.
"""

import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

import pytest
from django.conf import settings
from django.test import Client

from members.identity.models import User
from tests.identity.conftest import PASSWORD
from tests.jobs.threads import Crowd

ROUNDS = int(os.environ.get("KWSP_SOAK_RACES", "300"))
SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
THREADS = 16
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    with Crowd(THREADS) as made:
        yield made


def test_race_of_guesses(crowd: Crowd, person: Callable[..., User], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of any number of wrong guesses at once no more are looked at than the lockout allows, and none is forgotten."""
    chance = Random(SEED)
    looked_at: Counter[str] = Counter()
    authenticate = User.check_password
    monkeypatch.setattr(User, "check_password", lambda self, raw: looked_at.update([self.user_id]) or authenticate(self, raw))
    limit = settings.AXES_FAILURE_LIMIT
    for number in range(ROUNDS):
        user = person(f"ahli{number:06}")
        clients = [Client() for _ in range(THREADS)]
        for client in clients:
            client.post("/sign-in/", {"user_id": user.user_id})

        answers = crowd.all_at_once(lambda place: clients[place].post("/sign-in/password/", {"password": "salah-salah"}).status_code)  # noqa: B023

        assert set(answers) <= {422, 429}, answers
        assert looked_at[user.user_id] == limit, "those before the limit are looked at, and no others"
        late = clients[chance.randrange(THREADS)].post("/sign-in/password/", {"password": PASSWORD})
        assert late.status_code == 429, "the door is locked, even for the right password"
    print(f"seed {SEED}: {ROUNDS} bursts of {THREADS} wrong passwords; of each {limit} were looked at")  # noqa: T201
    assert len(looked_at) == ROUNDS
