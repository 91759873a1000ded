"""The pack for payroll vendors (docs/vendor-pack), played through the real API."""

import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache

from kwsp_portal.common import clock
from tests.api.programs import Program, program_of
from tests.contributions.conftest import ON, Office, make_office, office, read_jobs

__all__ = ["make_office", "office"]

pytestmark = pytest.mark.django_db
PACK = Path(settings.BASE_DIR) / "docs" / "vendor-pack"


def _player() -> Any:
    spec = importlib.util.spec_from_file_location("vendor_pack_play", PACK / "play.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


play = _player()


class InProcess(play.Portal):  # type: ignore[misc]
    """The same calls without a network; the worker reads while the program waits."""

    def __init__(self, program: Program) -> None:
        super().__init__("http://testserver", program.employer.number)
        self.program = program

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
        kind = headers.pop("Content_Type", "application/octet-stream")
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.program.client.generic(method, path, body, content_type=kind, headers=sent)
        return play.Reply(answer.status_code, {name.lower(): value for name, value in answer.items()}, answer.content)

    def wait(self) -> None:
        read_jobs()


@pytest.fixture(autouse=True)
def _tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A vendor's pace is no part of the pack."""
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    monkeypatch.setattr("members.identity.token_authentication.PerToken.rate", "100000/minute")
    monkeypatch.setattr("contributions.api.filings.Uploads.rate", "100000/minute")
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def portal(office: Office) -> InProcess:
    """An employer of five, one of them over sixty."""
    for _one in range(4):
        office.hire()
    office.hire(birth_date=date(1960, 1, 1))
    return InProcess(program_of(office.maker, office.employer))


def test_every_file_has_the_outcome_that_the_pack_says(portal: InProcess) -> None:
    played = {name: (found, expected) for name, found, expected in play.differences(portal, "2026-12")}

    if os.environ.get("KWSP_WRITE_PACK"):  # to make expected.json anew, then to be read
        _write({name: found for name, (found, _expected) in played.items()})
    assert {name: both for name, both in played.items() if both[0] != both[1]} == {}
    assert len(played) > 15


def _write(found: dict[str, Any]) -> None:
    path = PACK / "expected.json"
    cases = [{**case, "expected": found[case["file"]]} for case in json.loads(path.read_text())]
    path.write_text(json.dumps(cases, indent=2) + "\n")


def test_every_file_has_its_case() -> None:
    cases = json.loads((PACK / "expected.json").read_text())

    assert sorted(case["file"] for case in cases) == sorted(path.name for path in (PACK / "files").iterdir())
