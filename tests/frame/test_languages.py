"""Malay without a prefix, `/ms/` and `/en/` besides; the API by Accept-Language (contract.md; ux.md 6)."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from members.identity.models import User


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "language"), [("/", "ms"), ("/ms/", "ms"), ("/en/", "en"), ("/sign-in/", "ms"), ("/ms/sign-in/", "ms"), ("/en/sign-in/", "en")]
)
def test_the_address_decides_the_language_and_nothing_else(client: Client, address: str, language: str) -> None:
    other = "en" if language == "ms" else "ms"

    page = client.get(address, headers={"Accept-Language": other})

    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.content.decode()
    assert page["Content-Language"] == language


def test_links_are_written_without_a_prefix_in_malay_and_with_one_in_english() -> None:
    with translation.override("ms"):
        assert reverse("identity:sign_in") == "/sign-in/"
    with translation.override("en"):
        assert reverse("identity:sign_in") == "/en/sign-in/"
        assert reverse("healthz") == "/healthz"


@pytest.mark.parametrize("prefix", ["", "/ms", "/en"])
def test_a_form_can_be_sent_under_every_address(client: Client, member: User, prefix: str) -> None:
    answer = client.post(f"{prefix}/sign-in/", {"user_id": "ahlisatu"})

    assert answer.status_code == 302
    assert answer.url == ("/en" if prefix == "/en" else "") + "/sign-in/password/"


@pytest.mark.parametrize("prefix", ["", "/ms", "/en"])
def test_the_language_switch_keeps_page_and_query(client: Client, db: None, prefix: str) -> None:
    page = client.get(f"{prefix}/sign-in/?next=/staff/&door=employer").content.decode()

    assert 'href="/sign-in/?next=/staff/&amp;door=employer"' in page
    assert 'href="/en/sign-in/?next=/staff/&amp;door=employer"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/fr/", "/EN/sign-in/", "/english/", "/msx/", "/en/en/", "/ms/ms/", "/en/healthz", "/ms/api/schema/"])
def test_other_prefixes_are_no_addresses(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "language"), [("en", "en"), ("ms", "ms"), ("en-GB,ms;q=0.5", "en"), ("fr", "ms"), ("", "ms")])
def test_the_api_answers_in_the_language_asked_for(client: Client, asked: str, language: str) -> None:
    answer = client.get("/api/v1/tiada/", headers={"Accept-Language": asked})

    assert answer["Content-Language"] == language
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/fpx/indirect/"])
def test_the_payer_comes_back_in_the_language_of_the_page_last_seen(client: Client, address: str) -> None:
    seen = [client.post(address)["Content-Language"]]
    for page in ("/en/", "/", "/en/sign-in/"):
        client.get(page)
        seen.append(client.post(address)["Content-Language"])

    assert seen == ["ms", "en", "ms", "en"]


@pytest.mark.django_db
def test_a_cookie_never_decides_the_language_of_a_page(client: Client) -> None:
    client.get("/en/")

    assert '<html lang="ms">' in client.get("/").content.decode()
    client.cookies["django_language"] = "<script>"
    assert client.post("/fpx/indirect/")["Content-Language"] == "ms"
