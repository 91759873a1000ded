"""A file with seven faults in a real browser: three are mended on their pages, two in a file, two are left. What holds is approved, paid and
credited; the two wait in a supplement that the home shows.
"""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from contributions.enums import FilingState
from contributions.models import Filing
from employers.models import Employer
from members.models import Member
from tests import factories
from tests.factories import borang_a
from tests.journeys.test_story_browser import MONTH, figures_of, pay
from tests.journeys.test_wage_list_browser import approve, shot
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)

Visit = Callable[..., Visitor]
SHARES = {"#id_employer_share": "756", "#id_employee_share": "693"}


def hired(count: int) -> list[Member]:
    """More people on the demo employer's record."""
    employer = Employer.objects.get(number="10000001")
    people = factories.MemberFactory.create_batch(count)
    for person in people:
        factories.EmploymentFactory(employer=employer, member=person)
    return people


def with_seven_faults(people: list[Member]) -> bytes:
    """One row that holds; then, from row 3: exact percentage, sen, another birth day, wages in words, no share, off the schedule, nobody's number."""
    good, exact, sen, day, words, empty, off = people
    identity = f"{(day.birth_date + timedelta(days=1)):%y%m%d}{day.identity_number[6:]}"
    return borang_a.file(
        borang_a.row(good),
        borang_a.row(exact, "6250.00", "750", "688"),
        borang_a.row(sen, "6250.00", "756.50", "693"),
        f"{day.number},{identity},{day.name},6250.00,756,693",
        borang_a.row(words, "enam ribu"),
        borang_a.row(empty, "6250.00", ""),
        borang_a.row(off, "6250.00", "700"),
        "99999998,900101145555,ORANG LAIN,1000.00,130,110",
    )


def mend_on_its_page(maker: Visitor, line: int, values: dict[str, str]) -> None:
    """With nothing typed, what the schedule asks for is taken."""
    address = maker.page.url
    maker.main.locator(f"a[href$='/rows/{line}/mend/']").first.click()
    maker.page.locator("#id_wages").wait_for()
    maker.look()
    for field, value in values.items():
        maker.page.fill(field, value)
    maker.button("Simpan dan semak" if values else "Guna nilai yang dijangka").click()
    maker.page.wait_for_url(address)
    maker.page.get_by_text(maker.words("Baris %(line)s dibetulkan dan disemak.", line=line)).wait_for()


def mend_in_a_file(maker: Visitor, *lines: int) -> None:
    """The bad rows are taken away, these are mended, and all come back."""
    address = maker.page.url
    maker.link("Muat turun baris yang salah dengan sebabnya, dan betulkan dalam fail").click()
    with maker.page.expect_download() as download:
        maker.link("Muat turun CSV").click()
    table = list(csv.reader(io.StringIO(Path(download.value.path()).read_bytes().decode("utf-8-sig"))))
    for row in table[1:]:
        if int(row[0]) in lines:
            row[5:8] = ["6250.00", "756", "693"]
    mended = io.StringIO()
    csv.writer(mended).writerows(table)
    maker.page.set_input_files("#id_file", {"name": "betul.csv", "mimeType": "text/csv", "buffer": mended.getvalue().encode()})
    maker.button("Muat naik baris yang dibetulkan").click()
    maker.sees("%(taken)s baris dibetulkan dan disemak.", taken=len(lines))
    maker.look()
    maker.page.goto(address)


def prepare(maker: Visitor, people: list[Member]) -> str:
    """From the home to what holds waiting for approval; answers its address."""
    maker.link("Hantar Borang A %(month)s", month=MONTH[maker.language]).click()
    maker.page.set_input_files("#id_file", {"name": "oktober.csv", "mimeType": "text/csv", "buffer": with_seven_faults(people)})
    maker.button("Muat naik fail").click()
    maker.sees("Ada baris yang mesti dibetulkan")
    maker.look()
    address = maker.page.url
    assert set(Filing.objects.get(state=FilingState.FAULTY).rows.exclude(status="VALID").values_list("line", flat=True)) == set(range(3, 10))

    mend_on_its_page(maker, 3, {})
    mend_on_its_page(maker, 4, SHARES)
    mend_on_its_page(maker, 5, {"#id_identity_number": people[3].identity_number})
    mend_in_a_file(maker, 6, 7)
    maker.link("Hantar baris yang sah").click()
    maker.sees("Hanya baris yang sah dihantar")
    maker.look()
    maker.page.check("#id_declaration")
    maker.button("Hantar Borang A %(month)s", month=MONTH[maker.language]).click()
    maker.page.wait_for_url(address)
    maker.sees("Tambahan %(number)s: %(rows)s baris", number=1, rows=2)
    maker.look()
    return address


@pytest.mark.parametrize(("language", "width", "script"), [("ms", 390, True), ("en", 1280, False)])
def test_seven_faults_and_a_supplement(demo: Callable[[], None], visit: Visit, language: str, width: int, script: bool) -> None:
    demo()
    people = hired(7)
    maker, checker = visit(language, width, script=script), visit(language, width, script=script)

    maker.sign_in("majikanmaker")
    address = prepare(maker, people)
    checker.sign_in("majikanchecker")
    approve(checker, address)
    assert figures_of(checker)["total"].endswith("8,694.00")
    payment = pay(checker)
    checker.page.goto(address)
    checker.sees("Semua pekerja telah dikreditkan")
    maker.page.goto(address)
    maker.link("Tambah orang yang tertinggal").click()
    maker.page.get_by_role("button", name=maker.words("Muat naik tambahan")).wait_for()
    maker.look()
    shot(maker, "filing-adds")
    maker.page.goto(f"{maker.portal}{'' if language == 'ms' else '/en'}/employer/")
    maker.main.get_by_role("link", name=re.compile(maker.words("Tambahan %(number)s", number=1), re.IGNORECASE)).click()
    maker.sees("Ada baris yang mesti dibetulkan")
    maker.look()

    filing = payment.filing
    supplement = filing.supplement_filings.get()
    assert (filing.state, sorted(filing.rows.values_list("line", flat=True))) == (FilingState.CREDITED, [2, 3, 4, 5, 6, 7])
    assert (supplement.state, sorted(supplement.rows.values_list("line", "status"))) == (FilingState.FAULTY, [(8, "INVALID"), (9, "UNMATCHED")])
    call_command("check_ledger")
