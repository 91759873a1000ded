"""The story of an election over HTTP: the employee's share +5 %, in the next Borang A to the sen; a notice, and the table again."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from contributions.borang_a import layout
from contributions.enums import FilingState
from contributions.models import Election, Filing, FilingRow
from kwsp_portal import jobs
from kwsp_portal.common.periods import WageMonth
from tests.contributions.pages import Person, text_of
from tests.factories import devices

NOVEMBER, DECEMBER = WageMonth(2026, 11), WageMonth(2026, 12)
DEMO_MEMBER = "10000101"
"""ahlidemo35, RM6,250 a month: the wages of seed 001's worked rows."""
LIST, NEW = "/employer/elections/", "/employer/elections/new/"


@pytest.fixture
def sign_in(db: None) -> Callable[..., Person]:
    def enter(user_id: str, prefix: str) -> Person:
        person = Person(Client(), prefix)
        person.post("/sign-in/", user_id=user_id)
        assert person.post("/sign-in/password/", password="kwsp-demo-2026")["Location"].endswith("/sign-in/device/")
        assert person.post("/sign-in/device/", tac=devices.code_for(user_id)).status_code == 302
        return person

    return enter


def form() -> SimpleUploadedFile:
    return SimpleUploadedFile("kwsp-17a.pdf", b"%PDF-1.7 borang yang ditandatangani", "application/pdf")


def at_6250(template: bytes) -> list[str]:
    """The demo member's line of a template."""
    lines = csv.reader(io.StringIO(template.decode("utf-8-sig")))
    return next(line for line in lines if line[0] == DEMO_MEMBER)


def filed(maker: Person, month: WageMonth, line: list[str]) -> FilingRow:
    """The only row of a Borang A of one line, read by the worker."""
    text = io.StringIO()
    csv.writer(text).writerows([layout.COLUMNS, line])
    assert maker.upload(text.getvalue().encode(), month).status_code == 302
    jobs.work_some()
    filing = Filing.objects.get(wage_month=month.first_day)
    row: FilingRow = filing.rows.get()
    assert filing.state == FilingState.READY, row.problems
    return row


def decided(maker: Person, checker: Person, election: Election) -> None:
    """Declared by one, approved by the other; the first cannot."""
    address = f"{LIST}{election.pk}/"
    assert maker.post(address, action="submit", declaration="on").status_code == 302
    assert maker.post(address, action="approve").status_code == 403
    assert checker.coded(address, action="approve").status_code == 302


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_five_per_cent_more_and_back_to_the_table(demo: Callable[[], None], sign_in: Callable[..., Person], prefix: str) -> None:
    demo()
    maker, checker = sign_in("majikanmaker", prefix), sign_in("majikanchecker", prefix)
    month = {"": "November 2026", "/en": "November 2026"}[prefix]

    # The maker finds the employee, records +5 % from November, sees what it changes, declares it; the checker approves.
    assert f"?member={DEMO_MEMBER}" in maker.get(f"{NEW}?q={DEMO_MEMBER}").content.decode()
    asked: dict[str, Any] = {"kind": "EMPLOYEE_EXCESS", "points": "5", "from_month": str(NOVEMBER)}
    assert maker.post(f"{NEW}?member={DEMO_MEMBER}", **asked, document=form()).status_code == 302
    election = Election.objects.latest("pk")
    effect = text_of(maker.get(f"{LIST}{election.pk}/"))
    for figure in ("693.00", "1,000.00", "756.00", "1,756.00", month):
        assert figure in effect, figure
    decided(maker, checker, election)

    # November's template and Borang A: 16 % of RM6,250 exactly, the employer's share by the table (seed 001).
    line = at_6250(maker.get(f"/employer/template.csv?wage_month={NOVEMBER}").content)
    assert line[3:] == ["6250.00", "756", "1000"]
    row = filed(maker, NOVEMBER, line)
    assert (row.employer_share, row.employee_share, row.elections) == (Decimal(756), Decimal(1000), "EMP+5.00")

    # The notice, from December: the signed form again, recorded by one and approved by the other.
    assert maker.post(f"{LIST}{election.pk}/cancel/", from_month=str(DECEMBER), document=form()).status_code == 302
    decided(maker, checker, Election.objects.latest("pk"))
    line = at_6250(maker.get(f"/employer/template.csv?wage_month={DECEMBER}").content)
    assert line[3:] == ["6250.00", "756", "693"]
    assert filed(maker, DECEMBER, line).elections == ""

    # November stays as it was, on its page and by its sum; the member reads both acts.
    november = FilingRow.objects.get(pk=row.pk)
    assert "16" in text_of(maker.get(f"/employer/filings/{november.filing_id}/rows/{november.line}/"))
    page = text_of(sign_in("ahlidemo35", prefix).get("/member/elections/"))
    assert ("+5.00" in page, "Syarikat Contoh Maju" in page) == (True, True)
    call_command("check_ledger")
