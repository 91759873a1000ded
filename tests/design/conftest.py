"""The design system alone: no database, no person, only templates, tags and static files."""

import copy
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

# Browser tests belong to machines that have Chromium; CI has it.
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
collect_ignore = [] if CHROMIUM else ["test_in_a_browser.py"]
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def malay() -> Iterator[None]:
    """Malay, the portal's own language, unless a test says otherwise."""
    with translation.override("ms"):
        yield


@pytest.fixture
def rendered() -> Callable[..., str]:
    """Renders template text with the portal's builtins; a `request` is made for `path` when one is given."""

    def render(text: str, path: str = "", **context: Any) -> str:
        request = RequestFactory().get(path) if path else None
        if request:
            context["request"] = request
        return engines["django"].from_string(text).render(context)

    return render


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Nothing is written for each request."""


@pytest.fixture
def address(settings: Any) -> Iterator[str]:
    """The pages of tests/design/urls.py on a loopback port, with the portal's CSP and without people or database."""
    templates: list[Any] = copy.deepcopy(django_settings.TEMPLATES)
    templates[0]["OPTIONS"]["context_processors"] = [
        "django.template.context_processors.request",
        "csp.context_processors.nonce",
        "tests.design.urls.demo",
    ]
    settings.TEMPLATES = templates
    settings.ROOT_URLCONF = "tests.design.urls"
    settings.MIDDLEWARE = ["csp.middleware.CSPMiddleware", "django.middleware.locale.LocaleMiddleware"]
    server: WSGIServer = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
