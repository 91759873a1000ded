"""Text that PostgreSQL cannot keep (NUL) or Unicode does not know (lone surrogates): in every place of every address, by somebody who may open it."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from kwsp_portal.frame import permissions
from kwsp_portal.frame.permissions import Row, Who
from kwsp_portal.frame.routes import Route, routes
from tests import factories
from tests.guards import role_objects
from tests.guards.test_roles import Subject, undone
from tests.guards.test_roles import subjects as subjects
from tests.guards.test_roles import world as world
from tests.identity.conftest import sign_in

pytestmark = pytest.mark.django_db
PLACE = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
BAD = {
    "%00": "NUL",
    "a%00b": "NUL inside",
    "%ED%A0%80": "a lone surrogate",
    "%FF": "no UTF-8",
    "%25%30%30": "NUL encoded twice",
    "%E2%80%AE": "a turn",
}
QUERY = (
    *(
        "page",
        "p",
        "q",
        "o",
        "e",
        "all",
        "state",
        "state__exact",
        "year",
        "wage_month",
        "wages",
        "employees",
        "member",
        "kind",
        "points",
        "from_month",
    ),
    *("next", "door", "ended", "who", "order_no", "seen", "sort", "since", "until", "before", "filing", "as_at", "refused", "faults", "reader"),
    *("id", "pk", "format", "lang", "to", "errors", "reason", "number", "code", "birth_date", "citizenship", "app_label", "model_name", "field_name"),
)
TYPED = (
    *("user_id", "password", "code", "tac", "number", "phone", "name", "reason", "comment", "action", "wage_month", "q", "whose", "field", "key"),
    *("paper_number", "identity_number", "employees", "member", "kind", "points", "from_month", "next", "door", "page", "employer"),
    *("filing_ids", "as_at", "role", "form", "bank", "who", "forgot", "phrase", "picture", "digits", "channels", "date", "step", "email"),
)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def _one_for(row: Row, subjects: list[Subject]) -> Subject:
    """Somebody who may open it, the first of the table; a stranger where everybody may."""
    return next(subject for subject in subjects if subject.who in row.who)


def _asked() -> list[tuple[Route, Row]]:
    found = [(route, permissions.row_of(route.name)) for route in routes() if route.name and "(?P" not in route.pattern]
    return [(route, row) for route, row in found if row is not None]


def _plain(route: Route, row: Row, world: role_objects.World, subject: Subject) -> str:
    """An own object's address, so that what comes after it is read."""
    maker = role_objects.OBJECTS.get(route.name)
    if maker is not None:
        return reverse(route.name, kwargs=maker(world, subject.user or world.member.user)[0])
    return PLACE.sub(lambda found: "7" if found["kind"] == "int" else str(role_objects.PLAIN.get(found["name"], "x")), route.pattern)


def _fails(subject: Subject, method: str, address: str, **more: Any) -> bool:
    with undone():
        subject.client.cookies.clear()
        if subject.cookie:
            subject.client.cookies[settings.SESSION_COOKIE_NAME] = subject.cookie
        answer = subject.client.generic(method, address, **more)
        # The demo's programs and the bank, which is asked before a member pays, do not run here.
        absent = address.startswith("/demo/") and answer.status_code == 502 or address.endswith("/voluntary/pay/") and answer.status_code == 503
        return answer.status_code >= 500 and not absent


def test_in_the_path(world: role_objects.World, subjects: list[Subject]) -> None:
    failed = []
    for route, row in _asked():
        subject = _one_for(row, subjects)
        if not PLACE.search(route.pattern.replace("<int:", "<int_")):
            continue
        for bad, what in BAD.items():
            address = PLACE.sub(lambda found, bad=bad: "7" if found["kind"] == "int" else bad, route.pattern)  # type: ignore[misc]
            if _fails(subject, "GET", address):
                failed.append((address, what, subject.who))

    assert failed == []


def test_in_the_query(world: role_objects.World, subjects: list[Subject]) -> None:
    failed = []
    for route, row in _asked():
        subject = _one_for(row, subjects)
        for bad, what in BAD.items():
            query = "&".join(f"{name}={bad}" for name in QUERY)
            if _fails(subject, "GET", _plain(route, row, world, subject), QUERY_STRING=query):
                failed.append((route.pattern, what, subject.who))

    assert failed == []


@pytest.mark.parametrize("bad", ["%00", "a%00b", "%ED%A0%80", "%FF"])
def test_in_a_form(world: role_objects.World, subjects: list[Subject], bad: str) -> None:
    failed = []
    body = "&".join(f"{name}={bad}" for name in TYPED)
    for route, row in _asked():
        subject = _one_for(row, subjects)
        if "POST" not in route.methods:
            continue
        more = {"data": body, "content_type": "application/x-www-form-urlencoded"}
        if _fails(subject, "POST", _plain(route, row, world, subject), **more):
            failed.append((route.pattern, subject.who))

    assert failed == []


@pytest.mark.parametrize("said", ["\x00", "/x\x00", "\ud800", "/member/\ud800"])
@pytest.mark.parametrize("place", ["page", "fields"])
def test_in_what_a_page_keeps_as_a_draft(client: Client, said: str, place: str) -> None:
    factories.MemberFactory(user=factories.UserFactory(user_id="ahlisatu"))
    sign_in(client, "ahlisatu", "kwsp-demo-2026")
    body = {"page": "/member/", "fields": [["name", "x"]], **({"page": said} if place == "page" else {"fields": [["name", said], [said, "x"]]})}
    client.raise_request_exception = False

    answer = client.post("/session/draft/", json.dumps(body), content_type="application/json")

    assert answer.status_code in {204, 400}


def test_it_is_said_in_words(client: Client) -> None:
    for address, said in (("/law/%00/", "Permintaan ini tidak dapat difahami"), ("/en/law/?q=a%00b", "could not be understood")):
        answer = client.get(address)
        assert (answer.status_code, said in answer.content.decode()) == (400, True)
    assert client.get("/api/v1/me/accounts/?page=%00").json()["status"] == 400


def test_an_address_that_nothing_of_the_portal_asks_for_is_not_there() -> None:
    """Django admin's look-up of related rows answers a missing name with an error; no register has a field for it."""
    officer = factories.UserFactory(auditor=True)

    assert officer.is_staff
    assert "admin:autocomplete" not in {route.name for route in routes()}


def test_who_asks_is_somebody_who_may(subjects: list[Subject]) -> None:
    assert {subject.who for subject in subjects} == set(Who)
