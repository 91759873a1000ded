"""Two hundred guesses at a person's codes through the doors themselves, page and API at once, with new codes in between and made-up addresses:
however it is tried, no more are evaluated than one address has at the doors, of the person's ten a day and thirty in a row, and then the right
digits open nothing there either (issue 5)."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from itertools import islice
from random import Random

import pytest
import time_machine
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from time_machine import Traveller

from members.identity.enums import Purpose
from members.identity.models import ApiToken, Attempt, Challenge, Standing, User, UserSession
from tests.factories import MemberFactory, TacPhoneFactory, leave
from tests.identity.conftest import PASSWORD, sign_in
from tests.ledger.acts import together

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
DEVICE, ASK, TOKEN = "/sign-in/device/", "/api/v1/auth/tac/", "/api/v1/auth/token/"
GUESSES, THREADS = 200, 8


@pytest.fixture
def moment() -> Iterator[Traveller]:
    cache.clear()
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def owner(member: User) -> User:
    """Whose password was stolen: the code is all that stands in the way."""
    MemberFactory(user=member)
    TacPhoneFactory(user=member)
    return member


def forged(chance: Random) -> Client:
    """From another place each time, if one believes what the request says."""
    address = ".".join(str(chance.randrange(1, 255)) for _ in range(4))
    headers = {"X-Forwarded-For": address, "X-Real-IP": address, "Forwarded": f"for={address}", "X-Client-IP": address, "True-Client-IP": address}
    return Client(headers=headers)


def wrong_digits(purpose: Purpose, chance: Random, number: int) -> list[str]:
    """Never the right ones of any code that is on its way."""
    right = {leave.digits_of(challenge) for challenge in Challenge.objects.filter(purpose=purpose, used_at=None, burnt_at=None)}
    return list(islice((digits for digits in iter(lambda: f"{chance.randrange(10**6):06d}", "") if digits not in right), number))


class Attack:
    """Somebody who has the password, with a browser at the code's page in every thread, and programs at the API."""

    def __init__(self, owner: User, chance: Random, moment: Traveller) -> None:
        self.owner, self.chance, self.moment = owner, chance, moment
        self.clients: list[Client] = []
        self.body = {"user_id": owner.user_id, "password": PASSWORD, "scope": "me"}

    def ask(self) -> None:
        """A browser anew at the code's page, its cookies in the hands of all, and new codes from both doors."""
        self.clients = [forged(self.chance) for _ in range(THREADS)]
        sign_in(self.clients[0], self.owner.user_id)
        for client in self.clients[1:]:
            client.cookies = SimpleCookie({name: morsel.value for name, morsel in self.clients[0].cookies.items()})
        self.clients[0].post(DEVICE, {"tac_send": "1"})
        self.clients[1].post(ASK, self.body, content_type="application/json")

    def guess(self, digits: list[str], place: int) -> list[int]:
        """Every second thread at the page, the others at the API."""
        client = self.clients[place]
        if place % 2:
            return [client.post(TOKEN, {**self.body, "tac": one}, content_type="application/json").status_code for one in digits]
        return [client.post(DEVICE, {"tac": one}).status_code for one in digits]

    def round(self, guesses: int) -> Counter[int]:
        """All threads at once, each with its share of wrong digits."""
        self.moment.shift(timedelta(seconds=61))
        cache.clear()  # a flushed Redis; and no throttle of an address helps here
        self.ask()
        shares = [wrong_digits(Purpose.API_TOKEN if place % 2 else Purpose.NEW_DEVICE, self.chance, guesses // THREADS) for place in range(THREADS)]
        outcomes = together(THREADS, lambda place: self.guess(shares[place], place))
        assert all(isinstance(one, list) for one in outcomes), outcomes
        return Counter(status for one in outcomes for status in one)  # type: ignore[union-attr]


def evaluated() -> int:
    return Attempt.objects.filter(right=False).count()


def test_two_hundred_guesses_over_page_and_api_with_new_codes_in_between(owner: User, moment: Traveller, settings: LazySettings) -> None:
    attack = Attack(owner, Random(27), moment)
    heard: Counter[int] = Counter()

    for _round in range(5):
        heard += attack.round(GUESSES // 5)

    assert sum(heard.values()) == GUESSES
    assert set(heard) <= {302, 401, 422, 429}
    assert 3 <= evaluated() <= settings.TAC["strange_a_day_here"] < 10
    assert not ApiToken.objects.exists()
    assert not UserSession.objects.exists()


def test_from_the_last_of_their_row_on_not_even_the_right_digits_help(owner: User, moment: Traveller, settings: LazySettings) -> None:
    """Four days of guessing; then the code that the phone shows is typed at both doors, and the owner is not at the counter for that."""
    attack = Attack(owner, Random(28), moment)
    by_day = []
    for _day in range(4):
        before = evaluated()
        for _round in range(4):
            attack.round(16)
        by_day.append(evaluated() - before)
        moment.shift(timedelta(hours=25))

    assert all(day <= settings.TAC["strange_a_day_here"] for day in by_day), by_day
    assert evaluated() == settings.TAC["strange_in_a_row_here"]
    assert Standing.objects.get(subject=f"user:{owner.pk}").blocked_at is None
    browser = attack.clients[0]
    for challenge in Challenge.objects.order_by("-pk")[:2]:
        digits = leave.digits_of(challenge)
        assert browser.post(DEVICE, {"tac": digits}).status_code in {302, 422}
        assert browser.post(TOKEN, {**attack.body, "tac": digits}, content_type="application/json").status_code in {401, 429}
    assert not ApiToken.objects.exists()
    assert not UserSession.objects.exists()


def test_a_request_that_fails_after_its_guess_takes_no_guess_back(owner: User, moment: Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page cannot be shown after a wrong guess: a fault of ours, and the guess counts."""
    client = Client(raise_request_exception=False)
    sign_in(client, owner.user_id)
    guesses = wrong_digits(Purpose.NEW_DEVICE, Random(29), 4)

    def broken(*args: object, **values: object) -> None:
        raise RuntimeError("no page today")

    monkeypatch.setattr("members.identity.views.render", broken)
    statuses = [client.post(DEVICE, {"tac": wrong}).status_code for wrong in guesses]

    assert statuses == [500] * 4
    assert evaluated() == 3
    assert Challenge.objects.get().burnt_at == NOON


def test_a_forged_address_is_written_nowhere(owner: User, moment: Traveller, settings: LazySettings) -> None:
    """What a request claims of its address is no address: the count at the password's door is one and the same."""
    chance = Random(30)

    statuses = [sign_in(forged(chance), owner.user_id, "salah-salah-salah").status_code for _ in range(settings.AXES_FAILURE_LIMIT + 1)]

    assert statuses[-1] == 429
