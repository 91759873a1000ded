"""The pages of an employer of 50,000 people: how long each takes and how many queries it asks (`make soak ARGS="-k large_lists"`).

A page that shows a page of rows costs no more than `PAGE` seconds of this process and of PostgreSQL; what looks at every person (a list begun,
reckoned or handed in) is named with its own bound.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributions.enums import FilingState, WageListState
from contributions.models import Filing, WageList
from contributions.services import figures
from contributions.services import filing as filings
from employers.models import Employer
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.identity.models import User
from tests import factories
from tests.contributions import large_filing, pages
from tests.contributions.conftest import OCTOBER, ON, read_jobs
from tests.contributions.soak_mending import _CITIZENS, _EMPLOYED
from tests.factories import leave

PEOPLE = int(os.environ.get("KWSP_SOAK_PEOPLE", "50000"))
MONTHS = 3
PAGE, EVERYBODY, QUERIES = 1.0, 12.0, 40
"""One query for each thousand people more where everybody is looked at."""


def _spent() -> float:
    """Seconds of this process and of its backend: what others do on this machine does not count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    return time.process_time() + int(Path(f"/proc/{backend}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


class Costs:
    """What each page cost; which of them cost more than they may."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def of(self, what: str, act: Callable[[], object], most: float = PAGE) -> object:
        began = _spent()
        with CaptureQueriesContext(connection) as asked:
            found = act()
        spent = _spent() - began
        print(f"{what}: {spent:.2f} s, {len(asked)} queries", flush=True)  # noqa: T201 - what it is run for
        queries = QUERIES + PEOPLE // 1_000 if most >= EVERYBODY else QUERIES
        if spent > most or len(asked) > queries:
            self.wrong.append(f"{what}: found {spent:.2f} s and {len(asked)} queries, expected at most {most} s and {queries}")
        return found


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()


def _filed(employer: Employer, maker: User, month: WageMonth) -> Filing:
    """A credited Borang A of everybody, laid down by SQL."""
    filing: Filing = factories.FilingFactory(employer=employer, prepared_by=maker, wage_month=month.first_day)  # type: ignore[assignment]
    with connection.cursor() as cursor:
        cursor.execute(large_filing._ROWS, [filing.pk, large_filing.PEOPLE])
    filing.state, filing.paid_on, filing.credited_on = FilingState.CREDITED, ON, ON
    filing.save(update_fields=["state", "paid_on", "credited_on", *figures.add_up(filing)])
    return filing


@pytest.mark.django_db
def test_pages_of_fifty_thousand() -> None:
    large_filing.register(PEOPLE)
    employer = Employer.objects.get(number=large_filing.NUMBER)
    maker, checker = User.objects.filter(representations__employer=employer).order_by("pk")
    with connection.cursor() as cursor:
        cursor.execute(_EMPLOYED, [employer.pk])
        cursor.execute(_CITIZENS)
    for back in range(1, MONTHS + 1):
        _filed(employer, maker, OCTOBER.plus(-back))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    clerk, approver = pages.signed_in(maker), pages.signed_in(checker)
    costs = Costs()

    new = "/employer/wage-lists/new/"
    costs.of("the employer's home", lambda: clerk.get("/employer/"))
    costs.of("page of a new file", lambda: clerk.get(f"/employer/filings/new/?wage_month={OCTOBER}"))
    costs.of("template, filled", lambda: clerk.client.get(f"/employer/template.csv?wage_month={OCTOBER}"), EVERYBODY)
    costs.of("last month used again", lambda: clerk.post(new, wage_month=str(OCTOBER), source="LAST_WAGES"), EVERYBODY)
    found = WageList.objects.get()
    assert found.rows.count() == PEOPLE
    at = f"/employer/wage-lists/{found.pk}/"
    for what, query in (
        ("first page", ""),
        ("last page", f"?page={PEOPLE // 25}"),
        ("a search", "?q=PEKERJA NOMBOR 4999"),
        ("without wages", "?only=blank"),
    ):
        costs.of(f"list: {what}", lambda query=query: clerk.get(at + query))  # type: ignore[misc]
    row = found.rows.order_by("-place")[0]
    typed = {"row": row.pk, f"wages-{row.pk}": "3100", f"was-{row.pk}": "3000.00", f"version-{row.pk}": row.version}
    costs.of("list: a row saved", lambda: clerk.post(at, **typed))
    costs.of("list: who may be added", lambda: clerk.get(f"{at}add/?q=PEKERJA"))
    costs.of("list: is it done", lambda: clerk.get(f"{at}done/"), EVERYBODY)
    costs.of("list: handed in", lambda: clerk.post(f"{at}done/"), EVERYBODY)
    found.refresh_from_db()
    assert (found.state, found.filing is not None) == (WageListState.FILED, True)
    costs.of("read by the worker", read_jobs, 3 * EVERYBODY)
    filing = Filing.objects.get(pk=found.filing_id)
    assert filing.rows_valid > PEOPLE * 0.8, (filing.state, filing.rows_valid)

    costs.of("its page", lambda: clerk.get(pages.address(filing)))
    costs.of("its last page", lambda: clerk.get(f"{pages.address(filing)}?page=1000"))
    costs.of("beside last month, before it is handed in", lambda: clerk.get(pages.address(filing, "submit")), 2 * PAGE)
    costs.of("handed in", lambda: filings.submit(filing_id=filing.pk, by=maker, declaration=True, on=ON, apart=True), EVERYBODY)
    costs.of("beside last month, for who approves", lambda: approver.get(pages.address(filing, "decide")), 2 * PAGE)
    leave.approve(filing_id=filing.pk, by=checker, on=ON)
    costs.of("left out: the list begun", lambda: clerk.post(new, wage_month=str(OCTOBER), source="PEOPLE"), EVERYBODY)
    adding = WageList.objects.latest("pk")
    assert adding.adds
    costs.of("left out: the list", lambda: clerk.get(f"/employer/wage-lists/{adding.pk}/"))
    costs.of("left out: who may be added", lambda: clerk.get(f"/employer/wage-lists/{adding.pk}/add/?q=PEKERJA"))
    costs.of("all Borang A", lambda: clerk.get("/employer/filings/"))

    assert not costs.wrong, "\n".join(costs.wrong)
