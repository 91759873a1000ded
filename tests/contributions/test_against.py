"""This month beside the last: who is new, who is missing, whose wages changed by more than a fifth; the clerk reads it before the approver does."""

from decimal import Decimal

import pytest
from django.core.cache import cache

from contributions.models import Filing
from contributions.selectors import against
from contributions.selectors import filings as selectors
from contributions.selectors.against import Difference
from contributions.services import filing as filings
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.models import Member
from tests.contributions import pages
from tests.contributions.conftest import OCTOBER, ON, Office, work
from tests.factories import borang_a

pytestmark = pytest.mark.django_db
SEPTEMBER = WageMonth(2026, 9)
WAGES = {"1000.00": ("130", "110"), "1200.00": ("156", "132"), "1220.00": ("159", "135"), "780.00": ("102", "86"), "800.00": ("104", "88")}


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()


def row(member: Member, wages: str) -> str:
    return borang_a.row(member, wages, *WAGES[wages])


@pytest.fixture
def october(office: Office) -> Filing:
    """September of five, October of five: one is new, one missing; one earns 22 % more, one 22 % less, one exactly a fifth more."""
    stays, more, less, fifth, gone, new = (office.hire() for _ in range(6))
    office.approved(*[row(member, "1000.00") for member in (stays, more, less, fifth, gone)], wage_month=SEPTEMBER)
    wanted = ((stays, "1000.00"), (more, "1220.00"), (less, "780.00"), (fifth, "1200.00"), (new, "800.00"))
    return work(office.send(borang_a.file(*[row(member, wages) for member, wages in wanted]), OCTOBER))


def test_who_differs_and_by_how_much(october: Filing) -> None:
    found = selectors.comparison(filing=october)

    assert (found.joined.count, found.left.count, found.changed.count) == (1, 1, 2)
    assert [(one.before, one.after) for one in found.joined.first] == [(None, Decimal(800))]
    assert [(one.before, one.after) for one in found.left.first] == [(Decimal(1000), None)]
    assert {(one.before, one.after) for one in found.changed.first} == {(Decimal(1000), Decimal(1220)), (Decimal(1000), Decimal(780))}


def test_who_stands_on_a_row_to_be_mended_is_not_missing(office: Office) -> None:
    unread, misnamed, gone = (office.hire() for _ in range(3))
    office.approved(*[borang_a.row(member) for member in (unread, misnamed, gone)], wage_month=SEPTEMBER)
    stays = office.hire()
    other_name = f"{misnamed.number},{misnamed.identity_number},ORANG LAIN,6250.00,756,693"
    filing = work(office.send(borang_a.file(borang_a.row(stays), borang_a.row(unread, "abc"), other_name), OCTOBER))

    draft = selectors.comparison(filing=filing)
    filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON, apart=True)

    assert [one.number for one in draft.left.first] == [gone.number]
    assert [one.number for one in selectors.comparison(filing=Filing.objects.get(pk=filing.pk)).left.first] == [gone.number]


def test_rows_that_do_not_go_on_are_counted_no_more_than_their_money(office: Office) -> None:
    first, second, third = (office.hire() for _ in range(3))
    office.approved(*[borang_a.row(member) for member in (first, second, third)], wage_month=SEPTEMBER)
    stranger = "99999998,900101145555,ORANG LAIN,1000.00,130,110"
    filing = work(office.send(borang_a.file(borang_a.row(first), borang_a.row(second, "enam"), borang_a.row(third, "abc"), stranger), OCTOBER))

    draft = against.whole_of(filing)
    filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON, apart=True, suspense=True)
    handed_in = against.whole_of(Filing.objects.get(pk=filing.pk))

    assert (draft.employees, draft.total) == (1, Decimal(1449))
    assert (handed_in.employees, handed_in.total) == (2, Decimal(1689)), "with the one whose money goes into suspense"


def test_of_many_the_greatest_differences_are_named(office: Office) -> None:
    people = [office.hire() for _ in range(against.SHOWN + 2)]
    earlier = office.approved(borang_a.row(office.hire()), wage_month=SEPTEMBER)
    rows = [row(member, "1000.00") for member in people[:-1]] + [borang_a.row(people[-1])]
    filing = work(office.send(borang_a.file(*rows), OCTOBER))

    group = against.differences(filing=filing, earlier=earlier)[Difference.NEW]

    assert (group.count, len(group.first), group.first[0].after) == (against.SHOWN + 2, against.SHOWN, Decimal(6250))


def test_who_stands_in_a_supplement_is_not_missing(office: Office) -> None:
    first, second = office.hire(), office.hire()
    office.approved(borang_a.row(first), borang_a.row(second), wage_month=SEPTEMBER)
    filing = work(office.send(borang_a.file(borang_a.row(first), borang_a.row(second)), OCTOBER))
    other = work(office.send(borang_a.file(borang_a.row(office.hire())), OCTOBER.next()))
    other.rows.all().delete()
    Filing.objects.filter(pk=other.pk).update(wage_month=filing.wage_month, number=1, supplements=filing)
    filing.rows.filter(member=second).update(filing=other)

    assert selectors.comparison(filing=filing).left.count == 0


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_clerk_and_then_the_approver_read_it(office: Office, october: Filing, prefix: str) -> None:
    changed = "Wages changed by more than 20 per cent: 2 people." if prefix else "Upah berubah lebih daripada 20 peratus: 2 orang."
    assert changed in pages.text_of(pages.signed_in(office.maker, prefix).get(pages.address(october, "submit")))
    filings.submit(filing_id=october.pk, by=office.maker, declaration=True, on=ON)

    said = pages.text_of(pages.signed_in(office.checker, prefix).get(pages.address(october, "decide")))

    assert changed in said
    assert "RM 1,000.00 → RM 1,220.00" in said


def test_an_approver_chooses_the_percent_and_both_see_it(october: Filing, office: Office) -> None:
    maker, checker = pages.signed_in(office.maker), pages.signed_in(office.checker)
    address = "/employer/filings/compare/"

    assert "Pelulus memilih peratus ini" in pages.text_of(maker.get(address))
    assert maker.post(address, percent="1").status_code == 403
    assert checker.post(address, percent="0").status_code == 422
    assert checker.post(address, percent="25").status_code == 302
    assert checker.post(address, percent="25").status_code == 302, "a second click"

    assert selectors.comparison(filing=october).changed.count == 0
    shown = pages.text_of(maker.get(f"/employer/filings/{october.pk}/submit/"))
    assert "Upah berubah lebih daripada 25 peratus: 0 orang" in shown
    assert "Lebih daripada 25 peratus" in pages.text_of(maker.get(address))
    [chosen, refused] = AuditEvent.objects.filter(action="employer.compare").order_by("refused")
    assert (chosen.data["before"], chosen.data["after"], refused.data) == ({"percent": 20}, {"percent": 25}, {"code": "NO_RIGHT"})
