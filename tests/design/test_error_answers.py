"""The 500 page is an answer even when the database and the context processors are what fell."""

import copy
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import RequestFactory
from django.utils import translation

from kwsp_portal.frame import errors


def falls(request: object) -> dict[str, Any]:
    """A context processor whose database is away."""
    raise RuntimeError("away")


@pytest.mark.parametrize(("language", "path", "other"), [("ms", "/member/?year=2026", "/en/member/?year=2026"), ("en", "/en/member/", "/member/")])
def test_the_page_for_our_own_faults_needs_neither_database_nor_context(settings: Any, language: str, path: str, other: str) -> None:
    templates: list[Any] = copy.deepcopy(django_settings.TEMPLATES)
    templates[0]["OPTIONS"]["context_processors"] = ["tests.design.test_error_answers.falls"]
    settings.TEMPLATES = templates
    request = RequestFactory().get(path)
    request.request_id = "A1B2C3D4E5F6"  # type: ignore[attr-defined]

    with translation.override(language):
        answer = errors.server_error(request)

    page = answer.content.decode()
    assert answer.status_code == 500
    assert answer.headers["Cache-Control"] == "no-store"
    assert "A1B2C3D4E5F6" in page
    assert f'href="{other}"' in page
    assert "Traceback" not in page
