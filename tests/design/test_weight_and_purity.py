"""No request to another host, nothing inline, and a first page of at most 150 KB (ux.md, requirement 25; stack.md, pages)."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import call_command

from tests.design.conftest import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = ROOT / "kwsp_portal" / "static"
BUDGET = 150 * 1024
EXTERNAL = re.compile(r"""(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}""", re.IGNORECASE)
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")
INLINE_STYLE = re.compile(r"<[a-z][^>]*\sstyle\s*=|<style[\s>]", re.IGNORECASE)
HANDLER = re.compile(r"""<[a-z][^>]*\son[a-z]+\s*=\s*["']|javascript:""", re.IGNORECASE)
SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_has_nothing_inline_and_names_no_other_host(path: Path) -> None:
    text = path.read_text()
    for namespace in NAMESPACES:
        text = text.replace(namespace, "")

    assert not INLINE_STYLE.search(text), "inline style: the CSP refuses it"
    assert not HANDLER.search(text), "inline handler: the CSP refuses it"
    assert not SCRIPT.search(text), "inline script: use a file under static/js"
    assert not EXTERNAL.search(text), "nothing is loaded from another host"


@pytest.mark.parametrize("path", sorted(path for path in STATIC.rglob("*") if path.suffix in {".css", ".js", ".svg"}), ids=_name)
def test_a_static_file_names_no_other_host(path: Path) -> None:
    text = path.read_text()
    for namespace in NAMESPACES:
        text = text.replace(namespace, "")

    assert not EXTERNAL.search(text)
    assert "@import" not in text


DYNAMIC = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
CLASSES = re.compile(r'class="((?:\{%.*?%\}|\{\{.*?\}\}|[^"])*)"', re.DOTALL)
DJANGO_ADMINS = {"addlink", "breadcrumbs", "closelink", "errorlist", "errornote", "object-tools", "submit-row"}


def test_every_class_of_a_template_has_a_look_or_a_script() -> None:
    """A name that no stylesheet knows is a component without its looks: so the idle dialog stood in the browser's own frame, and slips were
    printed with what is for the screen."""
    sheets = "".join(path.read_text() for path in STATIC.rglob("*.css"))
    known = {*re.findall(r"\.(-?[A-Za-z_][\w-]*)", sheets), *DJANGO_ADMINS}
    scripts = "".join(path.read_text() for path in (STATIC / "js").glob("*.js"))

    unknown = {
        (_name(path), name.replace("\0", ""))
        for path in TEMPLATES
        for found in CLASSES.findall(path.read_text())
        for name in DYNAMIC.sub("\0", found).split()
        if "--\0" not in name and name.strip("\0") and name.replace("\0", "") not in known and name.replace("\0", "") not in scripts
    }

    assert unknown == set()


def test_colours_are_written_in_the_tokens_only() -> None:
    allowed = {"tokens.css", "print.css", "admin.css"}  # paper is black on white; Django admin has variables of its own
    mark = re.compile(r"\.brand__[a-z-]+ \{[^}]*\}")
    for path in (STATIC / "css").glob("*.css"):
        if path.name not in allowed:
            assert not re.search(r"#[0-9a-f]{3,8}\b", mark.sub("", path.read_text())), path.name


def _sent(path: Path) -> int:
    """Bytes on the wire: fonts are compressed already, text goes gzipped (whitenoise would send brotli, smaller still)."""
    content = path.read_bytes()
    return len(content) if path.suffix == ".woff2" else len(gzip.compress(content, compresslevel=6))


def test_the_first_page_fits_the_budget(rendered: Callable[..., str]) -> None:
    page = rendered('{% extends "layout/base.html" %}{% block content %}<h1>x</h1>{% endblock %}', path="/", demo=True)
    linked = set(re.findall(r'(?:href|src)="/static/([^"?]+)"', page))
    fonts = {f"fonts/{path.name}" for path in (STATIC / "fonts").glob("*.woff2")}
    pictures = {"img/arches.svg", "img/mark.svg", "js/progress.js"}

    total = len(gzip.compress(page.encode())) + sum(_sent(Path(str(finders.find(name)))) for name in linked | fonts | pictures)

    assert total <= BUDGET * 0.6, f"{total} bytes before any content of a page"


def test_every_font_has_its_licence() -> None:
    families = {path.name.split("-")[0] for path in (STATIC / "fonts").glob("*.woff2")}

    for family in families:
        assert "SIL Open Font License" in (STATIC / "fonts" / f"OFL-{family.title()}.txt").read_text()


def test_the_manifest_of_production_finds_every_file(settings: object, tmp_path: Path) -> None:
    settings.STATIC_ROOT = str(tmp_path)  # type: ignore[attr-defined]
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }

    call_command("collectstatic", verbosity=0, interactive=False)

    hashed = ManifestStaticFilesStorage(location=str(tmp_path)).hashed_files
    assert {"css/components.css", "img/arches.svg", "fonts/inter-latin-400-normal.woff2"} <= set(hashed)
