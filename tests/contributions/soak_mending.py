"""How long mending takes in a filing of 100,000 rows of which half are bad: one row at most 3 x what it takes in a filing of forty."""

import statistics
import time
from collections.abc import Iterable, Iterator

import pytest
from django.db import connection

from contributions.borang_a.problem import Code
from contributions.enums import FilingState
from contributions.models import Filing, FilingRow
from contributions.selectors import mending as selectors
from contributions.services import figures, mending, rechecking, row_changes
from employers.models import Employer
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.identity.models import User
from tests import factories
from tests.contributions import large_filing

ROWS, SMALL, MOST = 100_000, 40, 3
SHARES = {"EM Share": "390", "EMP Share": "330"}
_EMPLOYED = """INSERT INTO employers_employment (employer_id, member_id, from_date, domestic)
SELECT %s, id, DATE '2015-01-01', false FROM members_member WHERE number LIKE '2_______'"""
_CITIZENS = """INSERT INTO members_citizenshipperiod (member_id, status, from_date)
SELECT id, 'CITIZEN', DATE '2015-01-01' FROM members_member WHERE number LIKE '2_______'"""
_SPOILED = """UPDATE contributions_filingrow SET status = 'INVALID', employer_share = 38000, problems = jsonb_build_array(jsonb_build_object(
    'column', 'EM Share', 'code', 'OFF_SCHEDULE', 'found', '380.00', 'expected', '390.00',
    'detail', '{"part": "A", "wages": "3000.00", "band_from": "2980.01", "band_to": "3000.00", "basis": "BAND", "reference": "x"}'::jsonb))
 WHERE filing_id = %s AND line %% 2 = 0"""


def _a_small_one(filing: Filing) -> Filing:
    """The last rows, filed for the month before."""
    small: Filing = factories.FilingFactory(
        employer=filing.employer, prepared_by=filing.prepared_by, wage_month=WageMonth.of(filing.wage_month).previous().first_day
    )  # type: ignore[assignment]
    for line, row in enumerate(filing.rows.filter(line__gt=ROWS + 1 - SMALL).order_by("line"), start=2):
        row.pk, row.filing, row.line = None, small, line
        row.save(force_insert=True)
    small.state = FilingState.FAULTY
    small.save(update_fields=["state", *figures.add_up(small)])
    return small


def _mended(filing: Filing, lines: Iterable[int]) -> Iterator[float]:
    """Seconds of each act. A row of somebody of sixty or older stays wrong, and was looked at likewise."""
    done = tried = 0
    for line in lines:
        began = time.perf_counter()
        try:
            mending.mend_row(filing_id=filing.pk, line=line, cells=SHARES, by=filing.prepared_by, on=clock.business_date())
            done += 1
        except mending.StillWrong:
            pass
        yield time.perf_counter() - began
        tried += 1
    print(f"{done} of {tried} rows of {filing.rows_total:,} taken")  # noqa: T201 - what it is run for
    assert done > tried // 2, "what was timed is refusals"


def took(what: str, act: object) -> None:
    began = time.perf_counter()
    act()  # type: ignore[operator]
    print(f"{what}: {(time.perf_counter() - began) * 1000:,.0f} ms")  # noqa: T201 - what it is run for


@pytest.mark.django_db(transaction=True)
def test_mending_in_a_large_filing() -> None:
    large_filing.register(ROWS)
    employer = Employer.objects.get(number=large_filing.NUMBER)
    maker = User.objects.filter(representations__employer=employer).order_by("pk")[0]
    filing = factories.FilingFactory(employer=employer, prepared_by=maker)
    with connection.cursor() as cursor:
        cursor.execute(_EMPLOYED, [employer.pk])
        cursor.execute(_CITIZENS)
        cursor.execute(large_filing._ROWS, [filing.pk, large_filing.PEOPLE])
        cursor.execute("UPDATE contributions_filingrow SET employer_share = 39000 WHERE filing_id = %s", [filing.pk])
        cursor.execute(_SPOILED, [filing.pk])
        cursor.execute("ANALYZE")
    filing.state = FilingState.FAULTY
    filing.save(update_fields=["state", *figures.add_up(filing)])
    on = clock.business_date()
    lines = list(FilingRow.objects.filter(filing=filing, status="INVALID").order_by("-line").values_list("line", flat=True)[:20])

    took("causes", lambda: selectors.causes_of(filing=filing))
    took("a page of bad rows", lambda: list(selectors.bad_rows_page(filing=filing, number="1000")))
    small = _a_small_one(filing)
    of_few, of_all = (statistics.median(_mended(one, chosen)) for one, chosen in ((small, range(2, SMALL + 2, 2)), (filing, lines)))
    print(f"one row: {of_all * 1000:,.1f} ms, in a filing of {SMALL} rows {of_few * 1000:,.1f} ms")  # noqa: T201 - what it is run for
    assert of_all <= MOST * of_few
    wanted = rechecking.of_cause(filing=filing, code=Code.OFF_SCHEDULE)
    assert wanted is not None
    took("preview of all", lambda: row_changes.effect_of(filing=filing, wanted=wanted[0], asked=wanted[1]))
    filing.refresh_from_db()
    took("all of a cause", lambda: mending.apply_to_cause(filing_id=filing.pk, code=Code.OFF_SCHEDULE, by=maker, on=on, seen=filing.mended))
    act = filing.mendings.latest("pk")
    print(f"rows: {act.rows_total:,}")  # noqa: T201 - what it is run for
    assert act.rows_total > ROWS // 4
    took("taken back", lambda: mending.undo(filing_id=filing.pk, mending_id=act.pk, by=maker, on=on))
    counted = Filing.objects.get(pk=filing.pk)
    stated = {name: getattr(counted, name) for name in row_changes.FIGURES if name != "mended"}
    took("counted over again", lambda: figures.add_up(counted))
    assert stated == {name: getattr(counted, name) for name in stated}
