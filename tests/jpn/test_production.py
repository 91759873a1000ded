"""A real portal does not start on the demo's register of persons."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "SECRET_KEY": "s" * 60,
    "ENCRYPTION_KEYS": "k1:" + "e" * 40,
    "DATABASE_URL": "postgres:///none",
    "DJANGO_SETTINGS_MODULE": "kwsp_portal.settings.production",
}
HTTP = {"JPN_GATEWAY": "kwsp_portal.jpn.http.configured", "JPN_KEY": "j" * 40, "JPN_URL": "https://jpn.example"}


@pytest.mark.parametrize(
    ("settings", "starts"), [({}, True), (HTTP, True), ({**HTTP, "JPN_URL": "http://jpn:8003"}, False), ({**HTTP, "JPN_KEY": "short"}, False)]
)
def test_an_address_in_plain_or_a_short_key_is_refused(settings: dict[str, str], starts: bool) -> None:
    environ = {"PATH": os.environ["PATH"], **GOOD, **settings}
    done = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; settings.JPN"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )

    assert (done.returncode == 0) is starts, done.stderr[-400:]
    assert starts or "JPN_URL, JPN_KEY" in done.stderr
