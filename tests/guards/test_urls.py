"""Default deny: every address stands behind a gate or on the public list, says its methods, and has its row in `routes`."""

import json
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from kwsp_portal import urls
from kwsp_portal.frame.public import PUBLIC, PUBLIC_IN_DEMO
from kwsp_portal.frame.routes import Route, routes
from members.identity.enums import Role

OWNERS = {"public", "own member", "own employer", "own user", "staff"}
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


def _address(route: Route) -> str:
    """The pattern with something in its places; empty for regular expressions, of which only Django admin has two."""
    if "(?P" in route.pattern:
        return ""
    address = re.sub(r"<int:\w+>", "7", route.pattern)
    return re.sub(r"<(?:\w+:)?\w+>", "x", address)


def _reachable() -> list[tuple[Route, str]]:
    return [(route, address) for route in routes() if (address := _address(route))]


def test_the_public_list_is_exactly_what_strangers_may_open() -> None:
    assert {route.name for route in routes() if route.owner == "public"} == set(PUBLIC) | set(PUBLIC_IN_DEMO)


def test_every_address_says_whose_it_is_and_who_may_open_it() -> None:
    known = {str(role) for role in Role}

    assert [route.pattern for route in routes() if route.owner not in OWNERS] == []
    assert [route.pattern for route in routes() if not set(route.roles) <= known] == []
    assert [route.pattern for route in routes() if bool(route.roles) == (route.owner == "public")] == []


def test_every_address_says_its_methods() -> None:
    assert [route.pattern for route in routes() if not route.methods] == []


def _is_api(route: Route) -> bool:
    return route.pattern.startswith("/api/v1/")


def test_signing_in_is_waived_for_the_public_only() -> None:
    """A call of the API is never sent to a page to sign in: its own gate answers 401 (below)."""
    waived = [route.pattern for route in routes() if not getattr(route.view, "login_required", True)]

    assert waived == [route.pattern for route in routes() if route.owner == "public" or _is_api(route)]


@pytest.mark.django_db
def test_a_call_of_the_api_that_is_not_public_answers_a_stranger_in_its_own_words(client: Client) -> None:
    calls = [(method, address) for route, address in _reachable() if _is_api(route) and route.owner != "public" for method in ("GET", *CHANGING)]

    assert calls
    answers = [client.generic(method, address) for method, address in calls]
    assert {(answer.status_code, answer["Content-Type"]) for answer in answers} == {(401, "application/problem+json")}


def test_every_address_has_a_name_except_django_admin_s_redirects() -> None:
    assert [route.pattern for route in routes() if not route.name and not route.pattern.startswith("/admin/")] == []


@pytest.mark.django_db
def test_a_stranger_gets_nothing_behind_a_gate(client: Client) -> None:
    let_in = []
    for route, address in _reachable():
        for method in ("GET", *CHANGING) if route.owner != "public" else ():
            answer = client.generic(method, address)
            turned_away = answer.status_code in {401, 403} or (
                answer.status_code == 302 and "/?next=" in answer.url and answer.url.startswith(("/sign-in/", "/admin/login/"))
            )
            if not turned_away:
                let_in.append((method, address, answer.status_code))

    assert let_in == []


@pytest.mark.django_db
def test_an_address_that_only_changes_refuses_to_be_read(client: Client) -> None:
    only_changing = [address for route, address in _reachable() if route.owner == "public" and not set(route.methods) & {"GET", "HEAD"}]

    assert only_changing
    assert [address for address in only_changing if client.get(address).status_code != 405] == []


@pytest.mark.django_db
def test_an_address_that_only_reads_refuses_to_change(client: Client) -> None:
    only_reading = [address for route, address in _reachable() if route.owner == "public" and not route.changes]

    assert only_reading
    assert [(method, address) for address in only_reading for method in CHANGING if client.generic(method, address).status_code != 405] == []


def test_routes_lists_all_of_it_as_json() -> None:
    out = StringIO()
    call_command("routes", "--json", stdout=out)

    rows = json.loads(out.getvalue())
    assert len(rows) == len(routes())
    assert all(set(row) == {"name", "pattern", "methods", "roles", "owner"} for row in rows)
    assert {"name": "healthz", "pattern": "/healthz", "methods": ["GET", "HEAD"], "roles": [], "owner": "public"} in rows


def test_the_demo_s_doors_are_not_even_mounted_elsewhere() -> None:
    real = routes(urls.patterns(demo=False))

    assert [route.pattern for route in real if route.pattern.startswith("/demo")] == []
    assert {route.name for route in real if route.owner == "public"} == set(PUBLIC)
