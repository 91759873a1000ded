"""The lock: every package by version and hash, and nothing that a registry could exchange under us."""

import re
from importlib import metadata
from pathlib import Path

from django.conf import settings
from packaging.markers import Marker

LOCK = (Path(settings.BASE_DIR) / "requirements.lock").read_text(encoding="utf-8")
ENTRIES = re.findall(r"^([A-Za-z0-9][\w.-]*(?:\[[\w,]+\])?)([^\n\\]*)\\?\n((?:    [^\n]+\n)*)", LOCK, re.M)


def test_every_package_is_locked_by_version_and_hash() -> None:
    assert len(ENTRIES) > 60
    assert [name for name, version, _more in ENTRIES if not re.match(r"==[\w.!+]+", version)] == []
    assert [name for name, _version, more in ENTRIES if not re.search(r"--hash=sha256:[0-9a-f]{64}", more)] == []
    assert re.findall(r"https?://|git\+|file:|--index-url|--extra-index-url|--find-links|--trusted-host", LOCK) == []


def test_what_is_installed_is_what_is_locked() -> None:
    wanted = {}
    for name, version, _more in ENTRIES:
        number, _semicolon, marker = version.partition(";")
        if not marker or Marker(marker).evaluate():
            wanted[_plain(name.partition("[")[0])] = number.strip().removeprefix("==")
    found = {_plain(package.metadata["Name"]): package.version for package in metadata.distributions()}

    assert {name: (found.get(name), version) for name, version in wanted.items() if found.get(name) != version} == {}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
