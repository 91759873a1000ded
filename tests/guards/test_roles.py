"""The table of roles (kwsp_portal/frame/permissions.py) against every address: each role, with an own, another's and an absent object.

A new address needs a row in the table and, where it names an object, a place in OBJECTS below that makes an own and another's.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from employers.enums import RIGHTS, EmployerRole, Right
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.frame import permissions
from kwsp_portal.frame.permissions import OFFICERS, REPRESENTATIVES, Row, Who, Whose
from kwsp_portal.frame.routes import Route, routes
from members.identity import services
from members.identity.enums import Role
from members.identity.models import User
from tests import factories
from tests.guards import role_objects

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST")
ADMIN = "admin:"
DOORS = ("/sign-in/", "/admin/login/")


def test_every_address_has_a_row() -> None:
    """The words say what to add."""
    missing = sorted({route.name for route in routes() if route.name and permissions.row_of(route.name) is None})

    assert missing == [], (
        f"{len(missing)} addresses have no row in TABLE of kwsp_portal/frame/permissions.py: {', '.join(missing)}. Add each name to the row of "
        "those who may open it (`who`), with whose things it shows (`whose`) and the employer's right that its act needs (`needs`); then "
        "run `manage.py roles` for docs/roles.md"
    )


def test_every_row_has_its_address() -> None:
    known = {route.name for route in routes()}

    assert [name for name, _row in permissions.rows() if name not in known and not name.endswith("*")] == []
    assert len([name for name, _row in permissions.rows()]) == len(dict(permissions.rows()))


def test_the_gates_say_the_same_roles_as_the_table() -> None:
    """Cheap, and says at once which of the two is wrong."""
    differ = []
    for route in routes():
        row = permissions.row_of(route.name) if route.name else None
        if row is None or route.name.startswith("api:"):
            continue
        roles = {Role.REPRESENTATIVE if who in REPRESENTATIVES else Role(who) for who in row.who if who != Who.STRANGER}
        gate = set(route.roles) if route.owner != "public" else {str(role) for role in Role}
        if gate != {str(role) for role in roles}:
            differ.append((route.name, sorted(gate), sorted(roles)))

    assert differ == []


def test_an_address_with_an_object_says_how_to_make_one() -> None:
    missing = [route.name for route in _with_objects() if _maker(route) is None]

    assert missing == [], (
        f"{', '.join(missing)}: the table says that these show objects, and tests/guards/role_objects.py does not say which. Add to OBJECTS: "
        'name or prefix -> a function of the World that answers the arguments of the address for (own, another\'s), like {"pk": 7}'
    )


@dataclass
class Subject:
    """Somebody of a role with a browser."""

    who: Who
    client: Client
    user: User | None = None
    cookie: str = ""

    def ask(self, method: str, address: str) -> Any:
        """As somebody who has just signed in, whatever the request before did."""
        self.client.cookies.clear()
        if self.cookie:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.cookie
        return self.client.generic(method, address)


@dataclass
class Found:
    """Answers that are not as the table has it."""

    surprises: list[str] = field(default_factory=list)
    asked: int = 0

    def expect(self, right: bool, subject: Subject, method: str, address: str, answer: Any, wanted: str) -> None:
        self.asked += 1
        if not right:
            where = f" to {answer.headers['Location']}" if "Location" in answer.headers else ""
            self.surprises.append(f"{subject.who} {method} {address}: found {answer.status_code}{where}, expected {wanted}")


@contextmanager
def undone() -> Iterator[None]:
    """Whatever a request does is taken back; a durable transaction may stand inside, as in a test's own."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Two thousand refusals are not two thousand lines."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def _at_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """All is asked at one moment: that a session ends which nobody uses is no part of the matrix, however long the machine takes for it."""
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def world() -> role_objects.World:
    return role_objects.make()


@pytest.fixture
def subjects(world: role_objects.World) -> list[Subject]:
    """A stranger, a member, the three who act for the employer, and an officer of every role, all signed in."""
    people: dict[Who, User] = {Who.MEMBER: world.member.user, **world.representatives}
    people |= {who: factories.UserFactory(role=Role(who)) for who in sorted(OFFICERS)}
    return [
        Subject(Who.STRANGER, Client(raise_request_exception=False)),
        *(Subject(who, Client(raise_request_exception=False), user, _signed_in(user)) for who, user in people.items()),
    ]


def _signed_in(user: User) -> str:
    client = Client()
    client.force_login(user, backend="members.identity.backends.Activated")
    session = client.session
    session[services.STARTED_AT] = session[services.SEEN_AT] = int(clock.now().timestamp())
    if user.is_officer:
        session["otp_device_id"] = TOTPDevice.objects.create(user=user, name="telefon", confirmed=True).persistent_id
    session.save()
    return str(session.session_key)


def test_every_role_finds_every_address_as_the_table_has_it(world: role_objects.World, subjects: list[Subject]) -> None:
    found, seen = Found(), set()
    for route in routes():
        row = permissions.row_of(route.name) if route.name else None
        if row is None or _is_regular(route):
            continue
        seen.add(route.name)
        for subject in _asking(route, row, subjects):
            _ask(found, world, route, row, subject)

    assert found.surprises == [], f"{len(found.surprises)} of {found.asked} answers are not as the table has it:\n" + "\n".join(found.surprises[:40])
    assert {route.name for route in routes() if route.name and not _is_regular(route)} == seen
    assert found.asked > 1_000


def _asking(route: Route, row: Row, subjects: list[Subject]) -> list[Subject]:
    """Everybody; of the registers, which are behind one gate, the readers, a stranger and two of the others, each register another two."""
    if not route.name.startswith(ADMIN):
        return subjects
    others = [subject for subject in subjects[1:] if subject.who not in row.who]
    turn = sum(route.name.encode()) % len(others) if others else 0
    return [subjects[0], *others[turn - 1 : turn + 1], *(subject for subject in subjects[1:] if subject.who in row.who)]


def _ask(found: Found, world: role_objects.World, route: Route, row: Row, subject: Subject) -> None:
    own, other, absent = _addresses(world, route, row, subject)
    methods = [method for method in METHODS if method in route.methods]
    if subject.who not in row.who or route.name.startswith((ADMIN, "demo:")):
        methods = methods[:1]  # one gate for all methods of a view
    for method in methods:
        if subject.who not in row.who:
            answer = _request(subject, method, own)
            found.expect(_turned_away(answer, subject), subject, method, own, answer, "to be turned away")
            continue
        _ask_own(found, row, subject, method, own)
        if row.whose == Whose.OWN:
            answers = [_request(subject, method, address) for address in (other, absent)]
            for address, answer in zip((other, absent), answers, strict=True):
                found.expect(answer.status_code == 404, subject, method, address, answer, "404")
            same = _body(answers[0]) == _body(answers[1])
            found.expect(same, subject, method, other, answers[0], f"the same page as for {absent}")


def _ask_own(found: Found, row: Row, subject: Subject, method: str, address: str) -> None:
    lacks = row.needs is not None and row.needs not in _rights(subject.who)
    with undone():
        before = AuditEvent.objects.filter(actor_id=subject.user.pk, refused=False).count() if subject.user else 0
        answer = subject.ask(method, address)
        opened = answer.status_code not in {401, 403, 404} and answer.status_code < 500 and not _to_door(answer)
        # The demo's bank and phone are programs of their own, which do not run here.
        opened = opened or (address.startswith("/demo/") and answer.status_code == HTTPStatus.BAD_GATEWAY)
        # So does the bank that is asked for its list, before a member pays.
        opened = opened or (address.endswith("/voluntary/pay/") and answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE)
        if row.whose == Whose.ANY:
            # The object of a register need not exist here, and nothing is changed in one.
            opened = opened or answer.status_code == 404 or (address.startswith("/admin/") and answer.status_code == 403)
        opened = opened or (row.whose == Whose.SIGNED and answer.status_code in {400, 403})
        found.expect(opened or lacks, subject, method, address, answer, "to be let in")
        if lacks and method == "POST" and subject.user:
            acted = AuditEvent.objects.filter(actor_id=subject.user.pk, refused=False).count() != before
            found.expect(not acted, subject, method, address, answer, f"nothing done without the right {row.needs}")


def _rights(who: Who) -> frozenset[Right]:
    roles = {
        Who.MAKER: EmployerRole.MAKER, Who.CHECKER: EmployerRole.CHECKER, Who.EMPLOYER_ADMINISTRATOR: EmployerRole.ADMINISTRATOR,
    }  # fmt: skip
    return RIGHTS[roles[who]] if who in roles else frozenset()


def _request(subject: Subject, method: str, address: str) -> Any:
    with undone():
        return subject.ask(method, address)


def _turned_away(answer: Any, subject: Subject) -> bool:
    """Strangers to a door; the signed-in are told that the page is not theirs, by Django admin by the officers' door."""
    if subject.who == Who.STRANGER or (answer.status_code == 302 and answer.headers["Location"].startswith("/admin/login/")):
        return _to_door(answer) or answer.status_code in {401, 403}
    return bool(answer.status_code == 403)


def _to_door(answer: Any) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith(DOORS) and "next=" in answer.headers["Location"]


def _body(answer: Any) -> str:
    """The page without what differs between any two requests."""
    page = answer.content.decode()
    for pattern in (r'name="csrfmiddlewaretoken" value="[^"]+"', r'nonce="[^"]+"', r"\b[0-9A-F]{12}\b", r'(href|action|value|content)="[^"]*"'):
        page = re.sub(pattern, "", page)
    return page


def _with_objects() -> list[Route]:
    return [route for route in routes() if (row := permissions.row_of(route.name)) and row.whose == Whose.OWN]


def _maker(route: Route) -> Any:
    return role_objects.OBJECTS.get(route.name)


def _is_regular(route: Route) -> bool:
    return "(?P" in route.pattern


def _addresses(world: role_objects.World, route: Route, row: Row, subject: Subject) -> tuple[str, str, str]:
    """The address for an own, another's and an absent object. Where it names none, all are the same."""
    maker = _maker(route)
    if maker is None or (row.whose == Whose.OWN and subject.who not in row.who):
        one = _filled(route, {}) if maker is None else _reversed(route, maker(world, subject.user or world.member.user)[0])
        return one, one, one
    own, other = maker(world, subject.user or world.member.user)
    absent = {name: role_objects.ABSENT[type(value)] for name, value in other.items()}
    return _reversed(route, own), _reversed(route, other), _reversed(route, absent)


def _reversed(route: Route, arguments: dict[str, Any]) -> str:
    try:
        return reverse(route.name, kwargs=arguments)
    except NoReverseMatch:
        return _filled(route, arguments)


def _filled(route: Route, arguments: dict[str, Any]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda place: str(arguments.get(place[1], role_objects.PLAIN.get(place[1], 7))), route.pattern)
