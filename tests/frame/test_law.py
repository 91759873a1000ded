"""The register of law: every number on its page, every place real, and a faulty rate file stops the start."""

import importlib
import re
from datetime import date
from io import StringIO
from pathlib import Path

import grimp
import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.test import Client

from kwsp_portal.common import rates
from kwsp_portal.frame import checks
from kwsp_portal.frame.law import document, places, register
from kwsp_portal.frame.routes import routes

pytestmark = pytest.mark.django_db
PLAIN = re.compile(r"\s+")


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return PLAIN.sub(" ", answer.content.decode().replace("\N{NO-BREAK SPACE}", " "))


@pytest.mark.parametrize(("prefix", "language"), [("", "ms"), ("/en", "en")])
@pytest.mark.parametrize("path", rates.files(), ids=lambda path: path.stem)
def test_every_number_stands_on_the_page_of_its_law(client: Client, path: Path, prefix: str, language: str) -> None:
    page = read(client, f"{prefix}/law/{path.stem}/")

    for line in rates.register([path]):
        assert f'id="{line.rate.name}"' in page
        assert line.rate.description.in_language(language).replace("'", "&#x27;") in page
        for source in rates.citations(line.value.citation):
            assert source.in_language(language).replace("'", "&#x27;").replace(">", "&gt;") in page


def test_values_are_said_as_people_say_them(client: Client) -> None:
    page = read(client, "/en/law/third_schedule/")

    assert "<strong>11%</strong>" in page
    assert "<strong>RM 5,000.00</strong>" in page
    assert "July 2022" in page
    assert "<strong>repealed</strong>" in page
    assert "Akaun Fleksibel 10%" in read(client, "/en/law/account_split/")


def test_the_index_leads_to_every_law_and_to_the_assumptions(client: Client) -> None:
    page = read(client, "/law/")

    for path in rates.files():
        assert f'href="/law/{path.stem}/"' in page
    assert 'href="/law/assumptions/"' in page
    assert client.get("/law/nothing/").status_code == 404


@pytest.mark.parametrize(("prefix", "language"), [("", "ms"), ("/en", "en")])
def test_every_assumption_is_on_the_page_of_assumptions(client: Client, prefix: str, language: str) -> None:
    page = read(client, f"{prefix}/law/assumptions/")
    assumed = [line for line in rates.register() if line.value.reason]

    assert assumed
    for line in assumed:
        assert line.value.reason is not None
        assert PLAIN.sub(" ", line.value.reason.in_language(language)).replace("'", "&#x27;") in page
        assert f'href="{prefix}/law/{line.law.name}/#{line.rate.name}"' in page


def test_what_is_in_force_is_marked_by_the_business_date() -> None:
    def current(on: date, name: str) -> list[str]:
        (law,) = (page for page in register.laws(on) if page.name == "third_schedule")
        return [line.value for number in law.numbers if number.name == name for line in number.lines if line.current]

    assert current(date(2022, 6, 30), "a.employee") == ["9%"]
    assert current(date(2022, 7, 1), "a.employee") == ["11%"]
    assert current(date(2025, 9, 30), "b.employee") == ["11%"]
    assert current(date(2025, 10, 1), "b.employee") == [], "what is repealed is not in force"


def test_every_law_says_who_uses_it_and_the_code_agrees() -> None:
    """From the view or the module of work, imports lead to the module that reads the law."""
    graph = grimp.build_graph("kwsp_portal", "members", "employers", "contributions", "withdrawals")
    views = {route.name: route.view for route in routes()}

    assert set(places.PLACES) == set(places.READERS) == {path.stem for path in rates.files()}
    for law, used_by in places.PLACES.items():
        reader = importlib.import_module(places.READERS[law])
        assert law in {reader.LAW.name}
        assert used_by
        for place in used_by:
            view = views.get(place.where)
            module = getattr(view, "cls", view).__module__ if view else place.where
            assert graph.find_shortest_chain(importer=module, imported=places.READERS[law]), (law, place.where)


def test_a_place_that_does_not_use_the_law_is_found_out() -> None:
    graph = grimp.build_graph("kwsp_portal", "members", "employers", "contributions", "withdrawals")

    assert graph.find_shortest_chain(importer="kwsp_portal.frame.health", imported=places.READERS["liable_wages"]) is None


class TestDocument:
    def test_it_holds_every_number(self) -> None:
        text = document.text()

        for line in rates.register():
            assert f"`{line.rate.name}`" in text

    def test_a_change_of_a_rate_is_noticed_and_written(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        stale = tmp_path / "register-of-law.md"
        stale.write_text(document.text().replace("11%", "12%"), encoding="utf-8")
        monkeypatch.setattr(document, "PATH", stale)

        with pytest.raises(CommandError, match="run manage.py register_of_law"):
            call_command("register_of_law", "--check", stdout=StringIO())
        call_command("register_of_law", stdout=StringIO())
        call_command("register_of_law", "--check", stdout=StringIO())

        assert stale.read_text(encoding="utf-8") == document.text()


class TestStart:
    @pytest.mark.parametrize(
        ("good", "bad", "fault"),
        [
            ("citation: act, ", "", "missing citation"),
            ("2020-01-01: {value", "then: {value", "not a date"),
            ("0.11", "'0.11'", "is not a number"),
            ("0.11", "1.1e-1", "is not a plain decimal number"),
            ("2022-07-01", "2019-12-31", "stands after"),
            ("2022-07-01", "2020-01-01", "stands twice"),
        ],
    )
    def test_a_faulty_rate_file_stops_every_start(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: str, bad: str, fault: str) -> None:
        text = """
law: planted
title: {ms: Contoh, en: Sample}
dated_by: date
known_from: 2020-01-01
before_that: {ms: Tanya., en: Ask.}
sources: {act: {ms: "Akta", en: "Act"}}
rates:
  some.rate:
    description: {ms: Kadar, en: Rate}
    unit: rate
    values:
      2020-01-01: {value: 0.11, citation: act, confidence: HIGH}
      2022-07-01: {value: 0.12, citation: act, confidence: HIGH}
"""
        assert good in text
        file = tmp_path / "planted.yaml"
        file.write_text(text.replace(good, bad, 1), encoding="utf-8")
        monkeypatch.setattr(rates, "files", lambda: [file])

        (error,) = checks.rate_files(None)

        assert (error.id, "planted.yaml" in error.msg, fault in error.msg) == (checks.FAULTY_RATES, True, True)
        with pytest.raises(SystemCheckError, match=re.escape(fault)):
            call_command("check")

    def test_the_files_of_the_project_are_without_fault(self) -> None:
        assert checks.rate_files(None) == []
