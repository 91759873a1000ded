"""The public front, the crossroads, and the menu by role."""

from typing import Any

import pytest
from django.test import Client, RequestFactory

from kwsp_portal.frame import nav
from kwsp_portal.frame.views import home_of
from members.identity.enums import Role
from tests.identity.conftest import sign_in, sign_in_officer


@pytest.mark.django_db
def test_the_front_has_a_door_for_members_and_one_for_employers(client: Client) -> None:
    page = client.get("/").content.decode()

    for door, title in (("member", "Log masuk ahli"), ("employer", "Log masuk majikan")):
        assert f"/sign-in/?door={door}" in page
        assert f"<h1>{title}" in client.get(f"/sign-in/?door={door}").content.decode().replace("<h1>\n", "<h1>")


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_door_of_the_front_opens(client: Client, prefix: str) -> None:
    """Sign in, activate, the guide to the first sign-in, a forgotten User ID or password: for members and for employers."""
    page = client.get(f"{prefix}/").content.decode()
    doors = {
        f"{prefix}/sign-in/?door=member": 1,
        f"{prefix}/sign-in/?door=employer": 1,
        f"{prefix}/activate/": 2,
        f"{prefix}/activate/#panduan": 2,
        f"{prefix}/recover/?who=MEMBER": 1,
        f"{prefix}/recover/?who=EMPLOYER": 1,
    }

    assert {door: page.count(f'href="{door}"') for door in doors} == doors
    assert {client.get(door.partition("#")[0]).status_code for door in doors} == {200}
    assert 'id="panduan"' in client.get(f"{prefix}/activate/").content.decode()


@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/home/").url == "/sign-in/"
    assert client.get("/member/").url == "/sign-in/?next=/member/"
    assert client.get("/employer/").url == "/sign-in/?next=/employer/"


@pytest.mark.parametrize(("role", "home"), [
    (Role.MEMBER, "/member/"), (Role.REPRESENTATIVE, "/employer/"), (Role.COUNTER_OFFICER, "/counter/"), (Role.SUPERVISOR, "/counter/"),
    (Role.WITHDRAWAL_OFFICER, "/staff/"), (Role.INSPECTOR, "/staff/"), (Role.AUDITOR, "/admin/"), (Role.ADMINISTRATOR, "/admin/"),
])  # fmt: skip
def test_everybody_has_a_home(client: Client, person: Any, role: Role, home: str) -> None:
    user = person("seseorang", role)
    (sign_in_officer if user.is_officer else sign_in)(client, "seseorang")

    assert home_of(role) == home
    assert client.get("/home/").url == home
    assert client.get("/en/home/").url == f"/en{home}"


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("address", ["/employer/filings/7/", "/ms/employer/filings/7/"])
def test_the_menu_shows_what_the_role_can_open_and_where_one_is(rf: RequestFactory, person: Any, role: Role, address: str) -> None:
    request = rf.get(address)
    request.LANGUAGE_CODE = "ms"
    request.session = {}
    request.user = person("seseorang", role)

    places = nav.items(request)

    assert places
    assert [place.url for place in places if place.current] == (["/employer/filings/"] if role == Role.REPRESENTATIVE else [])


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.MEMBER, Role.REPRESENTATIVE}])
def test_what_the_menu_offers_an_officer_opens(client: Client, person: Any, role: Role) -> None:
    person("seseorang", role)
    sign_in_officer(client, "seseorang")
    request = client.get("/staff/").wsgi_request

    assert [client.get(place.url).status_code for place in nav.items(request)] == [200] * len(nav.items(request))
