from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.cache import cache

from tests.jpn import jpn_process
from tests.jpn.jpn_process import JpnProcess


@pytest.fixture(scope="session")
def _register() -> Iterator[JpnProcess]:
    with jpn_process.running() as found:
        yield found


@pytest.fixture
def register(_register: JpnProcess, settings: LazySettings) -> Iterator[JpnProcess]:
    """JPN's simulator as a process, and the portal with a way to it; no fault and no rest is left from another test."""
    settings.JPN = {"gateway": "kwsp_portal.jpn.http.configured", "url": _register.url, "key": jpn_process.KEY, "timeout": 1.5}
    cache.clear()
    _register.behave()
    yield _register
    cache.clear()
