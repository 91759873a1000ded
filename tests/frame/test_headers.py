"""Headers of every answer, errors included, and what the pages may not hold (ASVS 3.4; ux.md 25)."""

import logging
import re
from collections.abc import Iterator

import pytest
from django.test import Client

from members.identity.models import User
from tests.identity.conftest import sign_in_officer

ADDRESSES = [
    "/", "/en/", "/sign-in/", "/admin/login/", "/home/", "/staff/", "/admin/", "/tiada/", "/en/tiada/", "/sign-out/", "/healthz",
    "/api/schema/", "/api/v1/tiada/", "/api/v1/calculators/contribution/", "/fpx/direct/", "/demo/", "/demo/clock/", "/demo/design/",
    "/static/css/tokens.css", "/static/tiada.css",
]  # fmt: skip


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.CRITICAL, "django.request"):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_headers(client: Client, address: str) -> None:
    for answer in (client.get(address), client.post(address), client.generic("PROPFIND", address)):
        policy = answer["Content-Security-Policy"]

        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert re.search(r"script-src 'self'( 'nonce-[\w+/=]+')?(;|$)", policy)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert re.fullmatch(r"[0-9A-F]{12}", answer["X-Request-ID"])


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/sign-in/", "/admin/login/", "/demo/", "/demo/clock/", "/tiada/"])
def test_pages_hold_nothing_that_the_policy_forbids(client: Client, address: str) -> None:
    page = client.get(address).content.decode()

    assert "«undefined" not in page
    _pure(page)


def test_the_admin_holds_nothing_that_the_policy_forbids(client: Client, administrator: User) -> None:
    sign_in_officer(client, "pentadbir9")

    for address in ("/admin/", "/admin/members/member/", "/admin/identity/user/", f"/admin/identity/user/{administrator.pk}/change/"):
        _pure(client.get(address).content.decode())


def _pure(page: str) -> None:
    assert not re.search(r"<[^>]+\sstyle\s*=", page)
    assert "<style" not in page
    assert not re.search(r"<[^>]+\son[a-z]+\s*=", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>\s*[^<\s]", page)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", page)


@pytest.mark.django_db
def test_the_nonce_of_the_page_is_the_nonce_of_the_policy(client: Client) -> None:
    answer = client.get("/")
    nonce = re.search(r'<script [^>]*nonce="([^"]+)"', answer.content.decode())

    assert nonce is not None
    assert f"'nonce-{nonce[1]}'" in answer["Content-Security-Policy"]
    assert nonce[1] not in client.get("/").content.decode()


@pytest.mark.django_db
def test_a_request_id_is_never_taken_from_outside(client: Client) -> None:
    assert client.get("/", headers={"X-Request-ID": "palsu"})["X-Request-ID"] != "palsu"
