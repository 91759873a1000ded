"""Templates in three forms: what they hold, that they are read back as they were meant, and that no cell of them acts."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import python_calamine
from django.core.cache import cache
from django.utils import translation

from contributions.borang_a import layout, reader, template_sdba, template_xlsx
from contributions.borang_a.kinds import Kind
from contributions.borang_a.sdba import MeantFor
from contributions.borang_a.template import Person, csv_template
from contributions.enums import FilingState
from contributions.services import template
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from tests.contributions import pages
from tests.contributions.conftest import NOVEMBER, OCTOBER, ON, Office, work
from tests.factories import borang_a

MEANT = MeantFor("00012345", WageMonth(2026, 10))
PEOPLE = [
    Person("00000042", "010203141234", 'LIM, "AH" MING', Decimal("6250.00"), Decimal(756), Decimal(693)),
    Person("30000002", "A1234567", "=HYPERLINK(HTTP,X) " + "Y" * 20, Decimal("0.50"), Decimal(0), Decimal(0)),
    Person("30000003", "900101140003", "SITI", None, None, None),
]
RULES = [template_xlsx.Rule("Nota", "=cmd|' /C calc'!A0")]
MADE = {
    Kind.CSV: lambda people: csv_template(people),
    Kind.XLSX: lambda people: template_xlsx.xlsx_template(people, RULES, sheet="Borang A", rules_sheet="Peraturan"),
    Kind.SDBA: lambda people: template_sdba.sdba_template(people, MEANT, ON),
}


@pytest.mark.parametrize("kind", MADE)
def test_a_template_is_read_back_as_it_was_meant(kind: Kind) -> None:
    content = MADE[kind](PEOPLE)
    reader.check(content, max_bytes=20 << 20, meant=MEANT)
    opened = reader.open_file(content, meant=MEANT)
    rows = list(opened.rows)

    assert opened.kind is kind
    found = [(row.member_number, row.identity_number, row.name, row.wages, row.employer_share, row.employee_share) for row in rows]
    assert found == [tuple(person) for person in PEOPLE]
    # A formula's sign is only asked about where a spreadsheet might calculate it: the templates make it a text.
    assert [{problem.code for problem in row.problems} for row in rows][0] == set()
    assert [problem.code.value for problem in rows[2].problems] == ["EMPTY"] * 3
    assert opened.assumed.all() == ()


def test_no_cell_of_the_workbook_acts() -> None:
    """No formula, no address, nothing outside the two sheets."""
    with zipfile.ZipFile(io.BytesIO(MADE[Kind.XLSX](PEOPLE))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    sheets = b"".join(part for name, part in parts.items() if name.startswith("xl/worksheets/"))
    assert b"<f>" not in sheets
    assert b"hyperlink" not in sheets.lower().replace(b"=hyperlink(http,x)", b"")
    assert not any("externalLink" in name or "vba" in name.lower() for name in parts)


def test_a_name_that_begins_like_a_formula_is_a_name_in_every_form() -> None:
    for kind, make in MADE.items():
        rows = list(reader.open_file(make(PEOPLE), meant=MEANT).rows)
        assert rows[1].name == PEOPLE[1].name, kind
        assert [problem.code.value for problem in rows[1].problems] == ([] if kind is Kind.CSV else ["FORMULA"]), kind


@pytest.mark.django_db
@pytest.mark.parametrize("kind", MADE)
def test_the_people_of_last_month_filled_in_can_be_sent_as_they_are(office: Office, kind: Kind) -> None:
    member = office.hire()
    office.hire(birth_date=date(1951, 10, 31), identity_number="511031145001")
    office.approved(borang_a.row(member))

    content = template.file_for(kind=kind, employer=office.employer, wage_month=NOVEMBER, on=ON)
    filing = work(office.send(content, wage_month=NOVEMBER))

    assert (filing.state, filing.total) == (FilingState.READY, 1449)
    assert filing.assumptions == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", MADE)
def test_an_empty_one_holds_nobody(office: Office, kind: Kind) -> None:
    office.hire()

    content = template.file_for(kind=kind, employer=office.employer, wage_month=OCTOBER, on=ON, filled=False)

    assert list(reader.open_file(content, meant=MeantFor(office.employer.number, OCTOBER)).rows) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "sheets", "rule"), [("ms", ["Borang A", "Peraturan"], "Satu baris seorang"), ("en", ["Form A", "Rules"], "One row for each person")]
)
def test_the_rules_stand_on_the_second_sheet_in_the_language_of_the_page(office: Office, language: str, sheets: list[str], rule: str) -> None:
    with translation.override(language):
        content = template.file_for(kind=Kind.XLSX, employer=office.employer, wage_month=OCTOBER, on=ON, filled=False)

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    rules = {row[0]: row[1] for row in book.get_sheet_by_name(sheets[1]).to_python()}

    assert book.sheet_names == sheets
    assert set(layout.COLUMNS_WITH_BONUS) <= set(rules)
    assert any(text.startswith(rule) for text in rules.values())


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "name"), [("template.csv", "csv"), ("template.xlsx", "xlsx"), ("template.txt", "txt")])
def test_each_is_taken_from_the_upload_page_and_the_log_has_it(office: Office, path: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()
    maker = pages.signed_in(office.maker)
    address = f"/employer/{path}?wage_month=2026-10"

    page = maker.get(f"{pages.NEW}?wage_month=2026-10").content.decode()
    filled, empty = maker.client.get(address), maker.client.get(f"{address}&filled=no")

    assert address in page
    assert f"{address}&amp;filled=no" in page
    assert (filled.status_code, empty.status_code) == (200, 200)
    assert filled["Content-Disposition"] == f'attachment; filename="borang-a-{office.employer.number}-2026-10.{name}"'
    assert filled["X-Content-Type-Options"] == "nosniff"
    assert AuditEvent.objects.filter(action="file.download", target=office.employer.subject).count() == 2
