"""The page frame: title, languages, demo banner, navigation; and the error pages that stand on it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django import forms
from django.template import engines, loader
from django.test import RequestFactory
from django.utils import translation

from kwsp_portal.templatetags import frame
from tests.design.conftest import ROOT

Rendered = Callable[..., str]
PAGE = '{% extends "layout/base.html" %}{% block page_title %}Muat naik{% endblock %}{% block content %}<h1>x</h1>{% endblock %}'


class OneField(forms.Form):
    name = forms.CharField()


@pytest.mark.parametrize(
    ("path", "malay", "english"),
    [
        ("/", "/", "/en/"),
        ("/en/", "/", "/en/"),
        ("/ms/member/", "/member/", "/en/member/"),
        ("/en/employer/10000001/?page=2&q=a%26b", "/employer/10000001/?page=2&q=a%26b", "/en/employer/10000001/?page=2&q=a%26b"),
        ("/entah/", "/entah/", "/en/entah/"),
        ("/en", "/", "/en/"),
    ],
)
def test_the_language_switch_keeps_the_page_and_its_query(rendered: Rendered, path: str, malay: str, english: str) -> None:
    shown = rendered('{% language_url "ms" %} {% language_url "en" %}', path=path).replace("&amp;", "&")

    assert shown == f"{malay} {english}"


def test_a_page_made_without_a_request_switches_to_the_front(rendered: Rendered) -> None:
    assert rendered('{% language_url "en" %}') == "/en/"


def test_links_of_the_frame_stay_in_the_language() -> None:
    with translation.override("en"):
        assert frame.language_url_of("/") == "/en/"
    assert frame.language_url_of("/") == "/"


def test_a_link_can_change_one_key_of_the_query(rendered: Rendered) -> None:
    assert rendered("{% query_with page=2 status=None %}", path="/x/?page=1&status=bad&q=a").replace("&amp;", "&") == "?page=2&q=a"


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_page_says_its_language(rendered: Rendered, language: str) -> None:
    with translation.override(language):
        assert f'<html lang="{language}">' in rendered(PAGE, path="/")


def test_the_title_says_when_a_form_has_errors(rendered: Rendered) -> None:
    assert "<title>Muat naik ·" in rendered(PAGE, path="/", form=OneField())
    assert "<title>Ralat: Muat naik ·" in rendered(PAGE, path="/", form=OneField({}))
    assert "<title>Ralat: Muat naik ·" in rendered(PAGE, path="/", form_errors=True)


def test_demo_mode_and_the_business_date_are_on_every_page(rendered: Rendered) -> None:
    shown = rendered(PAGE, path="/", demo=True, business_date=date(2026, 11, 22))

    assert "Sistem demo, bukan KWSP" in shown
    assert '<time datetime="2026-11-22">22\N{NO-BREAK SPACE}Nov\N{NO-BREAK SPACE}2026</time>' in shown
    assert "Sistem demo" not in rendered(PAGE, path="/", demo=False)


def test_navigation_marks_where_one_is(rendered: Rendered) -> None:
    shown = rendered(
        "{% nav_items nav as items %}{% for i in items %}{{ i.label }}{{ i.url }}{{ i.current }};{% endfor %}",
        nav=[("A", "/a/", True), {"label": "B", "url": "/b/", "current": False}],
    )

    assert shown == "A/a/True;B/b/False;"


ERRORS = ["400", "403", "404", "429", "500", "503", "maintenance"]


@pytest.mark.parametrize("language", ["ms", "en"])
@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_stands_without_request_person_or_database(name: str, language: str) -> None:
    with translation.override(language):
        shown = loader.render_to_string(f"errors/{name}.html", {"reference": "A1B2C3"})

    assert "A1B2C3" in shown
    assert shown.count("<h1>") == 1
    assert "undefined" not in shown
    assert "<li>" in shown


def test_the_reference_is_taken_from_the_request_when_no_view_gives_it() -> None:
    request = RequestFactory().get("/en/nowhere/?a=1")
    request.request_id = "REF42"  # type: ignore[attr-defined]

    shown = loader.render_to_string("404.html", {"request": request})

    assert "REF42" in shown
    assert 'href="/nowhere/?a=1"' in shown


def test_every_template_of_the_design_compiles() -> None:
    folders = [ROOT / "templates" / name for name in ("layout", "components", "errors", "frame")]
    names = [str(path.relative_to(ROOT / "templates")) for folder in folders for path in Path(folder).rglob("*.html")]

    assert len(names) > 40
    for name in names:
        engines["django"].get_template(name)
