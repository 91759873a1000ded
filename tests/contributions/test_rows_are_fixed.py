"""What was handed in stays as it was declared and approved: PostgreSQL refuses kwsp_app any other row or figure of it, and any way back."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from contributions.enums import FilingState
from contributions.models import Filing, FilingRow
from contributions.services import filing as filings
from tests.contributions import pages
from tests.contributions.conftest import NOVEMBER, ON, Office, work
from tests.contributions.crediting import credit, pay
from tests.contributions.paying import Bank
from tests.factories import borang_a, leave

pytestmark = pytest.mark.django_db
PAID = date(2026, 11, 12)
FIXED = (FilingState.SUBMITTED, FilingState.APPROVED, FilingState.PAID, FilingState.CREDITED, FilingState.DISCARDED)
FORWARD = {
    FilingState.SUBMITTED: {FilingState.RETURNED, FilingState.APPROVED, FilingState.DISCARDED},  # the last for an assessment of the month
    FilingState.APPROVED: {FilingState.PAID, FilingState.DISCARDED},
    FilingState.PAID: {FilingState.CREDITED},
    FilingState.UNREADABLE: {FilingState.DISCARDED},
    FilingState.CREDITED: set(),
    FilingState.DISCARDED: set(),
}


@pytest.fixture
def brought(office: Office, bank: Bank) -> Callable[[FilingState], Filing]:
    """A filing of one row, brought to a state by the portal's own acts."""

    def bring(state: FilingState) -> Filing:
        filing = pages.ready(office)
        if state is FilingState.DISCARDED:
            return filings.discard(filing_id=filing.pk, by=office.maker, on=ON)
        filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)
        if state is not FilingState.SUBMITTED:
            leave.approve(filing_id=filing.pk, by=office.checker, on=ON)
        if state in (FilingState.PAID, FilingState.CREDITED):
            pay(Filing.objects.get(pk=filing.pk), office, bank, PAID)
        if state is FilingState.CREDITED:
            credit()
        found = Filing.objects.get(pk=filing.pk)
        assert found.state == state
        return found

    return bring


def tampering(filing: Filing, other: Filing) -> list[Callable[[], object]]:
    itself = Filing.objects.filter(pk=filing.pk)
    return [
        lambda: filing.rows.update(employer_share=F("employer_share") + 1),
        lambda: filing.rows.update(member=None, status="UNMATCHED"),
        lambda: filing.rows.all().delete(),
        lambda: filing.rows.update(filing=other, line=9),
        lambda: other.rows.update(filing=filing, line=9),
        lambda: FilingRow.objects.create(filing=filing, line=9, status="INVALID"),
        lambda: itself.update(employer_total=F("employer_total") + 1),
        lambda: itself.update(rows_total=F("rows_total") + 1, rows_valid=F("rows_valid") + 1),
        lambda: itself.update(wage_month=date(2026, 9, 1)),
    ]


@pytest.mark.parametrize("state", FIXED)
def test_nothing_of_it_changes(brought: Callable[[FilingState], Filing], office: Office, state: FilingState) -> None:
    filing = brought(state)
    other = work(office.send(borang_a.file(borang_a.row(office.hire(), "abc")), wage_month=NOVEMBER))

    for act in tampering(filing, other):
        with pytest.raises(IntegrityError, match="rows_are_fixed|rows_come_once|filing_goes_forward|expected"), transaction.atomic():
            act()


@pytest.mark.parametrize("state", FIXED)
def test_it_goes_forward_only(brought: Callable[[FilingState], Filing], state: FilingState) -> None:
    filing = brought(state)

    for to in set(FilingState) - FORWARD[state] - {state}:
        with pytest.raises(IntegrityError, match="move forward|filing_"), transaction.atomic():
            Filing.objects.filter(pk=filing.pk).update(state=to)


def test_a_draft_is_mended_and_returns(office: Office) -> None:
    filing = pages.ready(office)
    filing.rows.update(employer_share=F("employer_share"))
    filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)
    filings.take_back(filing_id=filing.pk, by=office.maker, on=ON)

    assert filing.rows.update(employer_share=F("employer_share")) == 1


def test_of_a_file_that_was_read_no_row_comes_later(office: Office) -> None:
    filing = pages.ready(office)

    with pytest.raises(IntegrityError, match="rows_come_once|expected that its rows are there"), transaction.atomic():
        FilingRow.objects.create(filing=filing, line=9, status="INVALID")
