"""Whole stories on the demo's data. Browser journeys need Chromium: without it they are skipped, on CI they fail."""

import os
import shutil
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Browser, sync_playwright

from kwsp_portal.jobs import calendar, doorbell
from tests.contributions.conftest import bank, bank_pairs  # noqa: F401 - the bank of the journey without a browser
from tests.journeys import stack
from tests.journeys.visitor import Visitor

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def portal(request: pytest.FixtureRequest, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running portal, as at the module's own AS_AT if it has one. It ends with the module: its worker must not take the work of
    other tests."""
    folder, database = tmp_path_factory.mktemp("journeys"), connection.settings_dict["NAME"]
    with stack.running(folder, database=database, as_at=_as_at(request)) as url:
        yield url


def _as_at(request: pytest.FixtureRequest) -> str:
    day: str = getattr(request.module, "AS_AT", stack.AS_AT)
    return day


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium found, expected one: CI drives the browser journeys")
        pytest.skip("no Chromium on this machine")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as environ, sync_playwright() as tool:
        # Playwright's loop runs in this thread, so Django takes the tests' own queries for asynchronous ones.
        environ.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = tool.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        yield started
        started.close()


@pytest.fixture
def demo(request: pytest.FixtureRequest, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Makes the demo's sign-ins and two paid and credited months of a small employer, without calling the worker."""
    settings.AS_AT = _as_at(request)
    calendar.forget()
    cache.clear()

    def make() -> None:
        with monkeypatch.context() as quiet:
            quiet.setattr(doorbell, "_send", lambda *_: None)
            call_command("demo_data", members=4, employers=1, months=2, stdout=StringIO())

    yield make
    calendar.forget()
    cache.clear()


@pytest.fixture
def visit(browser: Browser, portal: str) -> Iterator[Callable[..., Visitor]]:
    """Opens the portal for one more person, in a browser context of their own, and at the end says what went wrong on their way."""
    visitors: list[Visitor] = []

    def open_for(language: str, width: int, *, script: bool = True) -> Visitor:
        visitors.append(Visitor.arrive(browser, portal, language, width, script=script))
        return visitors[-1]

    yield open_for
    for visitor in visitors:
        visitor.leave()
