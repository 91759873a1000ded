"""What the time of an answer tells a stranger at the doors: how well the times alone put two classes apart (`make soak ARGS="-k same_time"`; one
door: `-k "same_time and activation"`).

KWSP_SOAK_SAMPLES interleaved pairs (200); a sample is the quickest of three requests from three addresses, as somebody with patience would take
it, each at another User ID, so that no lockout and no slowed flood stands between them and the answer. KWSP_SOAK_SEED orders them. Measured is the
area under the curve (AUC): the chance that a sample of one class is slower than one of the other, 0.5 when time says nothing. Two classes that
must look alike have at most MOST; of 200 pairs by pure chance 0.6 is passed once in two thousand.
"""

import html
import os
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import cached_property
from itertools import cycle
from random import Random
from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from kwsp_portal.common import clock
from members.identity.enums import Bound, InvitationKind, Role
from members.identity.models import Invitation, TacPhone, User
from tests.factories import MemberFactory
from tests.identity.conftest import PASSWORD, SECRET

SAMPLES = int(os.environ.get("KWSP_SOAK_SAMPLES", "200"))
SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
TRIES = 3
MOST = 0.6
PEOPLE = TRIES * (SAMPLES + 1)
"""Of each class, so that at a door nobody is asked about twice: each person has limits of their own."""
NO_PASSWORD = make_password(None)
WRONG = "salah-salah-2026"
Ask = Callable[[], object]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_in_production(settings: Any) -> None:
    """The hasher and the hold of production; the suite has quick ones."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    cache.clear()


class Stranger:
    """Somebody who asks from an address of their own each time about the next of many people."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.nobody = (f"tiada{number:08d}" for number in iter(lambda: chance.randrange(10**8), -1))
        self.absent = (f"5{number:07d}" for number in iter(lambda: chance.randrange(10**7), -1))

    @cached_property
    def members(self) -> Iterator[str]:
        return cycle(self._people("ahli", Role.MEMBER, make_password(PASSWORD)))

    @cached_property
    def officers(self) -> Iterator[str]:
        return cycle(self._people("pegawai", Role.INSPECTOR, make_password(PASSWORD)))

    @cached_property
    def invited(self) -> Iterator[str]:
        return cycle(self._invited(make_password(PASSWORD)))

    @cached_property
    def registered(self) -> Iterator[tuple[str, str]]:
        return cycle(self._registered(make_password(PASSWORD)))

    def _people(self, name: str, role: Role, hashed: str) -> list[str]:
        made = User.objects.bulk_create(
            User(user_id=f"{name}{n:06d}", role=role, name=name, password=hashed, secret_phrase="x", activated_at="2026-01-01T00:00:00Z")
            for n in range(PEOPLE)
        )
        if role == Role.MEMBER:
            TacPhone.objects.bulk_create(
                TacPhone(user=user, number=f"+6012{user.pk:07d}", how=Bound.COUNTER, bound_at="2026-01-01T00:00:00Z") for user in made
            )
        else:
            TOTPDevice.objects.bulk_create(TOTPDevice(user=user, name="x", key=SECRET.hex(), confirmed=True) for user in made)
        return [user.user_id for user in made]

    def _invited(self, hashed: str) -> list[str]:
        """Who has a temporary User ID on the way to an i-Akaun."""
        made = User.objects.bulk_create(User(user_id=f"kwsp{n:08d}", role=Role.MEMBER, name="x", password=NO_PASSWORD) for n in range(PEOPLE))
        at, on = clock.now(), clock.business_date()
        dates = {"issued_at": at, "issued_on": on, "expires_on": on + timedelta(days=30)}
        Invitation.objects.bulk_create(
            Invitation(user=user, kind=InvitationKind.MEMBER, secret_hash=hashed, phone="+60123456789", **dates) for user in made
        )
        return [user.user_id for user in made]

    def _registered(self, hashed: str) -> list[tuple[str, str]]:
        """Members by number and TAC phone."""
        made = User.objects.bulk_create(
            User(user_id=f"lupa{n:06d}", role=Role.MEMBER, name="x", password=hashed, activated_at="2026-01-01T00:00:00Z") for n in range(PEOPLE)
        )
        for number, user in enumerate(made):
            MemberFactory(user=user, number=f"{49_000_000 + number}", identity_number=f"90010114{number:04d}")
        phones = [f"+6016{user.pk:07d}" for user in made]
        TacPhone.objects.bulk_create(
            TacPhone(user=user, number=phone, how=Bound.COUNTER, bound_at="2026-01-01T00:00:00Z") for user, phone in zip(made, phones, strict=True)
        )
        return [(f"{49_000_000 + number}", phone) for number, phone in enumerate(phones)]

    def client(self) -> Client:
        return Client(REMOTE_ADDR="10." + ".".join(str(self.chance.randrange(1, 255)) for _ in range(3)))

    def first_page(self, user_id: str) -> Ask:
        client = self.client()
        return lambda: client.post("/sign-in/", {"user_id": user_id})

    def second_page(self, user_id: str) -> Ask:
        client = self.client()
        client.post("/sign-in/", {"user_id": user_id})
        return lambda: client.get("/sign-in/password/")

    def password(self, user_id: str, password: str = WRONG, failures: int = 0) -> Ask:
        client = self.client()
        client.post("/sign-in/", {"user_id": user_id})
        for _ in range(failures):
            client.post("/sign-in/password/", {"password": WRONG})
        return lambda: client.post("/sign-in/password/", {"password": password})

    def officers_door(self, user_id: str, password: str = WRONG) -> Ask:
        client = self.client()
        return lambda: client.post("/admin/login/", {"user_id": user_id, "password": password, "code": "000000"})

    def api(self, path: str, user_id: str) -> Ask:
        client = self.client()
        body = {"user_id": user_id, "password": WRONG, "scope": "me", **({"tac": "000000"} if path == "token" else {})}
        return lambda: client.post(f"/api/v1/auth/{path}/", body, content_type="application/json")

    def activation(self, user_id: str) -> Ask:
        client = self.client()
        return lambda: client.post("/activate/", {"user_id": user_id, "secret": "aaaa-bbbb-cccc-dddd"})

    def stranger(self) -> tuple[str, str]:
        return next(self.absent), f"+6019{self.chance.randrange(10**7):07d}"

    def half_known(self) -> tuple[str, str]:
        """Somebody's number with a phone that is not theirs."""
        return next(self.registered)[0], self.stranger()[1]

    def recovery(self, who: tuple[str, str]) -> Ask:
        client = self.client()
        typed = {"who": "MEMBER", "forgot": "PASSWORD", "known_by": who[0], "number": who[1]}
        return lambda: client.post("/recover/", typed)

    def incentive(self, who: tuple[str, str]) -> Ask:
        """The public door of i-Saraan: identity and member number."""
        client = self.client()
        return lambda: client.post("/i-saraan/", {"identity": who[0], "number": who[1]})

    def incentive_code(self, who: tuple[str, str]) -> Ask:
        client = self.client()
        client.post("/i-saraan/", {"identity": who[0], "number": who[1]})
        return lambda: client.post("/i-saraan/code/", {"tac": "000000"})

    def listed(self) -> tuple[str, str]:
        """The next registered member by identity and member number."""
        number = next(self.registered)[0]
        return f"90010114{int(number) - 49_000_000:04d}", number

    def unlisted(self) -> tuple[str, str]:
        return f"88010114{self.chance.randrange(10**4):04d}", next(self.absent)

    def recovery_code(self, who: tuple[str, str]) -> Ask:
        client = self.client()
        client.post("/recover/", {"who": "MEMBER", "forgot": "PASSWORD", "known_by": who[0], "number": who[1]})
        return lambda: client.post("/recover/code/", {"tac": "000000"})


def _seconds(prepare: Callable[[], Ask], answered: Counter[str]) -> float:
    """The quickest of some tries; what was answered is counted."""
    found = []
    for _ in range(TRIES):
        ask = prepare()
        began = time.perf_counter()
        answer = ask()
        found.append(time.perf_counter() - began)
        answered[_said(answer)] += 1
    return min(found)


def _said(answer: Any) -> str:
    """The answer in a word: a string itself, or the status with where it leads, the code of a problem, or the first sentence of what is wrong."""
    if isinstance(answer, str):
        return answer
    if answer.headers["Content-Type"].endswith("json"):
        why = answer.json().get("code", "")
    else:
        summary = re.search(r'error-summary__list">(.*?)</ul>', answer.content.decode(), re.DOTALL)
        why = html.unescape(re.sub(r"<[^>]+>", "", summary[1])).strip().partition(".")[0] if summary else ""
    return " ".join(filter(None, (str(answer.status_code), answer.headers.get("Location", ""), why)))


def auc(one: Sequence[float], other: Sequence[float]) -> float:
    """The area under the curve, whichever class is the slower."""
    wins = sum((a > b) + (a == b) / 2 for a in one for b in other) / (len(one) * len(other))
    return max(wins, 1 - wins)


def told_apart(title: str, wanted: str, one: Callable[[], Ask], other: Callable[[], Ask], chance: Random, samples: int = SAMPLES) -> float:
    """The area, all having been answered as the door answers: two limits or two errors of the form would tell nothing of it."""
    answered: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for which in (0, 1):  # what is loaded once is loaded now
        _seconds((one, other)[which], answered[which])
    times: tuple[list[float], list[float]] = ([], [])
    for _pair in range(samples):
        for which in chance.sample((0, 1), 2):
            times[which].append(_seconds((one, other)[which], answered[which]))
    found = auc(*times)
    middle = [sorted(each)[len(each) // 2] * 1000 for each in times]
    print(f"seed {SEED}: {title:<58} AUC {found:.3f}; medians {middle[0]:6.1f} and {middle[1]:6.1f} ms; {dict(answered[0])}")  # noqa: T201
    assert [set(each) for each in answered] == [{wanted}, {wanted}], answered
    return found


WRONG_PASSWORD = "422 ID Pengguna atau kata laluan tidak betul"
WRONG_AT_OFFICERS = "422 ID Pengguna, kata laluan atau kod pengesahan tidak betul"
WRONG_SECRET = "422 ID dan kata laluan sementara itu tidak sepadan, atau telah digunakan"
WRONG_CODE = "422 Kod itu tidak betul, atau tidak lagi sah"
PAIRS: dict[str, tuple[str, Callable[[Stranger], Ask], Callable[[Stranger], Ask]]] = {
    "first page: known or unknown User ID": (
        "302 /sign-in/password/",
        lambda they: they.first_page(next(they.members)),
        lambda they: they.first_page(next(they.nobody)),
    ),
    "picture and phrase: known or unknown User ID": (
        "200",
        lambda they: they.second_page(next(they.members)),
        lambda they: they.second_page(next(they.nobody)),
    ),
    "wrong password: known or unknown User ID": (
        WRONG_PASSWORD,
        lambda they: they.password(next(they.members)),
        lambda they: they.password(next(they.nobody)),
    ),
    "officers' door: known or unknown User ID": (
        WRONG_AT_OFFICERS,
        lambda they: they.officers_door(next(they.officers)),
        lambda they: they.officers_door(next(they.nobody)),
    ),
    "officers' door, wrong code: right or wrong password": (
        WRONG_AT_OFFICERS,
        lambda they: they.officers_door(next(they.officers), PASSWORD),
        lambda they: they.officers_door(next(they.officers)),
    ),
    "auth/tac: known or unknown User ID": ("202", lambda they: they.api("tac", next(they.members)), lambda they: they.api("tac", next(they.nobody))),
    "auth/token: known or unknown User ID": (
        "401 WRONG",
        lambda they: they.api("token", next(they.members)),
        lambda they: they.api("token", next(they.nobody)),
    ),
    "activation: invited or unknown User ID": (
        WRONG_SECRET,
        lambda they: they.activation(next(they.invited)),
        lambda they: they.activation(next(they.nobody)),
    ),
    "activation: active or unknown User ID": (
        WRONG_SECRET,
        lambda they: they.activation(next(they.members)),
        lambda they: they.activation(next(they.nobody)),
    ),
    "recovery: known with the own phone or nobody": (
        "302 /recover/code/",
        lambda they: they.recovery(next(they.registered)),
        lambda they: they.recovery(they.stranger()),
    ),
    "recovery: known with another phone or nobody": (
        "302 /recover/code/",
        lambda they: they.recovery(they.half_known()),
        lambda they: they.recovery(they.stranger()),
    ),
    "i-Saraan without an i-Akaun: known or nobody": (
        "302 /i-saraan/code/",
        lambda they: they.incentive(they.listed()),
        lambda they: they.incentive(they.unlisted()),
    ),
    "i-Saraan without an i-Akaun: another member's number or nobody": (
        "302 /i-saraan/code/",
        lambda they: they.incentive((they.listed()[0], next(they.absent))),
        lambda they: they.incentive(they.unlisted()),
    ),
    "i-Saraan's code: a real one or a decoy": (
        WRONG_CODE,
        lambda they: they.incentive_code(they.listed()),
        lambda they: they.incentive_code(they.unlisted()),
    ),
    "recovery's code: a real one or a decoy": (
        WRONG_CODE,
        lambda they: they.recovery_code(next(they.registered)),
        lambda they: they.recovery_code(they.stranger()),
    ),
}


@pytest.mark.parametrize("title", PAIRS)
def test_answers_take_the_same_time_whoever_is_asked_about(db: None, title: str) -> None:
    """Known or unknown User ID, at every door and behind a lockout; right or wrong password where the answer does not say it."""
    chance = Random(f"{SEED} {title}")
    they = Stranger(chance)
    wanted, one, other = PAIRS[title]

    assert told_apart(title, wanted, lambda: one(they), lambda: other(they), chance) <= MOST


def test_the_time_of_a_door_that_hashes_for_known_people_only_is_seen(db: None, monkeypatch: Any) -> None:
    """Without the defences the same measure puts the two apart: it is no test that cannot fail."""
    chance = Random(SEED)
    they = Stranger(chance)
    authenticate = ModelBackend.authenticate

    def hasty(self: ModelBackend, request: Any, **credentials: Any) -> Any:
        known = User.objects.filter(user_id=credentials.get("user_id")).exists()
        return authenticate(self, request, **credentials) if known else None

    monkeypatch.setattr(ModelBackend, "authenticate", hasty)
    found = told_apart(
        "planted: nothing hashed for unknown people",
        WRONG_PASSWORD,
        lambda: they.password(next(they.members)),
        lambda: they.password(next(they.nobody)),
        chance,
        40,
    )

    assert found > 0.9
