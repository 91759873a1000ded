"""Payments liable and not liable to contributions, against the table copied from the source."""

import pytest

from contributions import explanations
from contributions.rules import liable
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce
from tests.statute import tables

ROWS = tables.read("liable_wages.csv")


@pytest.mark.parametrize("month", ["2008-02", "2022-07", "2026-10"])
def test_every_payment_stands_on_its_side(month: str) -> None:
    found = liable.payments(WageMonth.parse(month))

    assert [rate.name for rate in found.liable] == [row["payment"] for row in ROWS if row["liable"] == "yes"]
    assert [rate.name for rate in found.not_liable] == [row["payment"] for row in ROWS if row["liable"] == "no"]
    assert found.citation == "liable_wages/payments_page; liable_wages/payroll_guide"


def test_a_month_before_the_list_is_not_answered() -> None:
    with pytest.raises(NotInForce):
        liable.payments(WageMonth(2008, 1))

    assert explanations.liable_wages(WageMonth(2008, 1)) is None


def test_the_words_name_the_source_once_and_say_what_is_assumed() -> None:
    found = explanations.liable_wages(WageMonth(2026, 10))

    assert found is not None
    assert (found.liable[0], found.not_liable[1]) == ("Gaji", "Bayaran kerja lebih masa")
    assert (len(found.citations), len(found.assumptions)) == (2, 1)
