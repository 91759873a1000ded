"""The register of law: every number on its page, every place real, and a faulty rate file stops the start."""

import html
import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.test import Client
from django.utils import translation

from kwsp_portal.common import rates
from kwsp_portal.frame import checks
from kwsp_portal.frame.law import codes, document, register, words

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
        assert html.escape(PLAIN.sub(" ", line.value.reason.in_language(language))) in page
        assert f'href="{prefix}/law/{line.law.name}/#{line.rate.name}"' in page


def test_what_is_in_force_is_marked_by_the_business_date() -> None:
    def current(on: date, name: str) -> list[str]:
        (law,) = (page for page in register.laws(on) if page.name == "third_schedule")
        return [line.value for number in law.numbers if number.name == name for line in number.lines if line.current]

    assert current(date(2022, 6, 30), "a.employee") == ["9%"]
    assert current(date(2022, 7, 1), "a.employee") == ["11%"]
    assert current(date(2025, 9, 30), "b.employee") == ["11%"]
    assert current(date(2025, 10, 1), "b.employee") == [], "what is repealed is not in force"


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

    @pytest.mark.parametrize(
        ("app", "law", "good", "bad", "fault"),
        [
            (
                "contributions",
                "third_schedule",
                "value: TOTAL",
                "value: TOTL",
                "rounding.exact: 2008-02-01: found the code 'TOTL', expected one of TOTAL, EACH_SHARE",
            ),
            (
                "contributions",
                "third_schedule",
                "{value: A, citation",
                "{value: G, citation",
                "part.citizen.below: 2008-02-01: found the code 'G', expected one of A, B, C, D, E, F",
            ),
            (
                "contributions",
                "third_schedule",
                "value: KWSP 16B",
                "value: KWSP16B",
                "b.by_choice: 2008-02-01: found the code 'KWSP16B', expected one of KWSP 16, KWSP 16B",
            ),
            (
                "contributions",
                "third_schedule",
                "rounding.part_f:",
                "rounding.part_g:",
                "rounding.part_g: 2025-10-01: found the code 'TOTAL', expected a set of codes for it in CODES of contributions.rules.regime",
            ),
            (
                "contributions",
                "value_date",
                "value: PAYMENT_DATE",
                "value: LAST_DAY_OF_CONTRIBUTION_MONTH",
                "late: 2008-02-01: found the code 'LAST_DAY_OF_CONTRIBUTION_MONTH', expected one of PAYMENT_DATE",
            ),
            (
                "contributions",
                "election",
                'value: "2021"',
                'value: "2019"',
                "keeps.form_year: 2021-01-01: found the code '2019', expected one of 2009, 2016, 2020, 2021, 2022",
            ),
            ("members", "ages", '"03-01"', '"03-02"', "leap_birthday: 1900-01-01: found the code '03-02', expected one of 03-01, 02-28"),
            (
                "members",
                "account_split",
                "value: PERSARAAN",
                "value: AKAUN_1",
                "remainder_to: 2007-01-02: found the code 'AKAUN_1', expected one of PERSARAAN",
            ),
            (
                "members",
                "account_split",
                "SEJAHTERA: 0.3",
                "SEJAHTRA: 0.3",
                "below_55: 2007-01-02: found the code 'SEJAHTRA', expected one of PERSARAAN",
            ),
            ("contributions", "third_schedule", "unit: yes_no", "unit: yesno", "unit 'yesno' is not one of rate, ringgit"),
            ("contributions", "third_schedule", "confidence: MED", "confidence: MEDIUM", "confidence 'MEDIUM' is not one of HIGH, MED, LOW"),
            ("contributions", "third_schedule", "dated_by: wage_month", "dated_by: month", "dated_by 'month' is not one of wage_month"),
        ],
    )
    def test_a_code_that_no_rule_knows_stops_every_start(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: str, law: str, good: str, bad: str, fault: str
    ) -> None:
        text = (rates.PROJECT / app / "rates" / f"{law}.yaml").read_text(encoding="utf-8")
        assert good in text
        file = tmp_path / f"{law}.yaml"
        file.write_text(text.replace(good, bad, 1), encoding="utf-8")
        monkeypatch.setattr(rates, "files", lambda: [file])

        (error,) = checks.rate_files(None)

        assert error.msg.startswith(f"{law}.yaml: ")
        assert fault in error.msg
        with pytest.raises(SystemCheckError, match=re.escape(fault)):
            call_command("check")

    def test_every_code_of_the_project_has_words_in_both_languages(self) -> None:
        coded = [line for line in rates.register() if line.rate.unit is rates.Unit.CODE and line.value.value is not None]

        assert coded
        for line in coded:
            for known in codes.allowed(line.law.name, line.rate.name):
                said = []
                for language in ("ms", "en"):
                    with translation.override(language):
                        said.append(words.code(known, max(line.value.start, line.law.known_from)))
                assert known.value not in said, "a raw code"
                assert said[0] != said[1] or said[0].startswith("Akaun"), f"no English for {said[0]}"

    def test_the_files_of_the_project_are_without_fault(self) -> None:
        assert checks.rate_files(None) == []
