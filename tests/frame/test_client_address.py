"""Whom the portal counts wrong passwords against: the person's address, behind a proxy too (production)."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from kwsp_portal.frame.middleware import ClientAddress


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 2001:DB8::1", "2001:db8::1"),
        ("unknown", "127.0.0.1"),
        ("203.0.113.7,", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_the_address_is_the_last_that_the_proxy_wrote_and_never_what_the_person_claims(rf: RequestFactory, forwarded: str, address: str) -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    ClientAddress(view)(rf.get("/", headers={"X-Forwarded-For": forwarded}))

    assert seen == [address]


def test_the_demo_without_a_proxy_believes_no_header(settings: Any) -> None:
    assert "kwsp_portal.frame.middleware.ClientAddress" not in settings.MIDDLEWARE


def test_production_reads_it_before_anything_counts() -> None:
    code = "from kwsp_portal.settings import production; print(production.MIDDLEWARE[0], production.DEMO)"
    environ = {**os.environ, "SECRET_KEY": "rahsia" * 10}

    said = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True).stdout

    assert said.split() == ["kwsp_portal.frame.middleware.ClientAddress", "False"]
