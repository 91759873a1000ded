"""20,000 files of Borang A bent in every way and in every form, sent and read by the services (`make soak ARGS="-k soak_borang_a"`).

KWSP_SOAK_FILES files (20,000), KWSP_SOAK_SEED for the same ones once more; a failure prints its seed and number. Each is READY, shown as bad or
refused, with sentences in both languages and, of a row, with its row and column; never a worker's error, nothing half done. Every twentieth goes
through the page, and its result is looked at. tests/devstack/soak_files.py sends them to a portal that runs.
"""

import io
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models import Sum
from django.utils import translation

from contributions import problems
from contributions.borang_a import layout
from contributions.borang_a.problem import Code
from contributions.borang_a.sdba import MeantFor
from contributions.enums import FilingState, RowStatus
from contributions.models import Filing
from contributions.services import filing as services
from kwsp_portal.common import clock
from kwsp_portal.jobs.models import Chunk
from members.ledger import invariants
from tests.contributions import bent, pages
from tests.contributions.conftest import OCTOBER, ON, Office, read_jobs
from tests.factories import borang_a

FILES = int(os.environ.get("KWSP_SOAK_FILES", "20000"))
SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
OF_ONE_EMPLOYER = 400
PAGES_EVERY = 20
OF_THE_WHOLE_ROW = {Code.FIELD_COUNT, Code.ABOVE_CONTRIBUTION_AGE, Code.BORN_AFTER_WAGE_MONTH, Code.MAY_CHOOSE, Code.DOMESTIC_EXCLUDED}
"""What is wrong with no cell in particular."""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()
    yield
    cache.clear()


def test_no_file_is_an_error_of_ours(make_office: Callable[[], Office]) -> None:
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    for number in range(FILES):
        if number % OF_ONE_EMPLOYER == 0 or outcomes["WRONG"] < len(wrong):
            outcomes["WRONG"] = len(wrong)
            office = make_office()
            good = borang_a.file(*(borang_a.row(office.hire()) for _ in range(6)))
            maker = pages.signed_in(office.maker)
            maker.client.raise_request_exception = False
        chance = Random(f"{SEED} {number}")
        content, name = bent.file(chance, good, MeantFor(office.employer.number, OCTOBER), ON) if number else (good, "borang-a.csv")
        title = f"seed {SEED} file {number}"
        send = _through_the_page if number % PAGES_EVERY == 0 else _to_the_service
        try:
            outcomes[send(maker, office, content, name, title)] += 1
        except (AssertionError, pytest.fail.Exception) as error:
            wrong.append(str(error).partition("\n")[0])
        if number % 2_000 == 1_999:
            print(f"{number + 1} files, {len(wrong)} wrong: {wrong[-3:]}", flush=True)  # noqa: T201

    print(f"seed {SEED}: {FILES} files: " + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common()))  # noqa: T201
    assert not wrong, "\n".join(wrong)
    assert min(outcomes[outcome] for outcome in ("READY", "FAULTY", "UNREADABLE", "refused")) > FILES // 100, "of one kind there are hardly any"
    assert [result.name for result in invariants.broken()] == []


def _to_the_service(maker: pages.Person, office: Office, content: bytes, name: str, title: str) -> str:
    before = Filing.objects.count()
    try:
        filing = services.upload(employer=office.employer, wage_month=OCTOBER, name=name, content=content, by=office.maker, on=ON)
    except services.FileRefused as refused:
        assert Filing.objects.count() == before, f"{title}: refused and kept"
        _is_said(refused.problems, title)
        return "refused"
    return _read(filing, office, title)


def _through_the_page(maker: pages.Person, office: Office, content: bytes, name: str, title: str) -> str:
    before = Filing.objects.count()
    file = io.BytesIO(content)
    file.name = name
    answer = maker.client.post(pages.NEW, {"wage_month": str(OCTOBER), "file": file})
    assert answer.status_code in (302, 413, 422), f"{title}: {answer.status_code}"
    if answer.status_code != 302:
        assert Filing.objects.count() == before, f"{title}: refused and kept"
        assert b"error-summary" in answer.content, title
        return "refused"
    filing = Filing.objects.latest("pk")
    return _read(filing, office, title, look=maker)


def _read(filing: Filing, office: Office, title: str, look: pages.Person | None = None) -> str:
    """What became of a file that was taken; everything that must hold then is asked. The month is free again afterwards."""
    counts = read_jobs()
    assert counts.failed == 0, f"{title}: {Chunk.objects.order_by('-pk').values_list('error', flat=True).first()}"
    filing.refresh_from_db()
    _holds(filing, title)
    for prefix in ("", "/en") if look else ():
        shown = look.client.get(f"{prefix}{pages.address(filing)}")  # type: ignore[union-attr]
        assert shown.status_code == 200, f"{title}: its page is {shown.status_code}"
        assert b"<script>alert" not in shown.content, title
        assert b"\xc2\xabundefined" not in shown.content, title
    state = filing.state
    if state in (FilingState.READY, FilingState.FAULTY, FilingState.ASKED):
        services.discard(filing_id=filing.pk, by=office.maker, on=ON)
    return str(state)


def _is_said(found: Sequence[Mapping[str, Any]], title: str) -> None:
    """Each reason is a sentence in both languages with all its figures, and says what to do."""
    assert found, title
    for problem in found:
        for language in ("ms", "en"):
            with translation.override(language):
                for words in (problems.sentence(problem), problems.mend(problem)):
                    assert words, title
                    assert "%(" not in words, f"{title}: {words}"
                    assert "–" not in words or "–" in str(problem), f"{title}: a figure is missing: {words}"


def _holds(filing: Filing, title: str) -> None:
    """The counts and totals are those of the rows; READY has valid rows only; nothing of an unreadable file is kept."""
    rows = list(filing.rows.all())
    by_status = Counter(row.status for row in rows)
    assert filing.rows_total == len(rows), title
    valid = filing.rows.filter(status=RowStatus.VALID).aggregate(employer=Sum("employer_share"), employee=Sum("employee_share"))
    assert (filing.employer_total, filing.employee_total) == (valid["employer"] or 0, valid["employee"] or 0), title
    match filing.state:
        case FilingState.READY:
            assert by_status[RowStatus.VALID] == filing.rows_total > 0, title
            assert len({row.member_id for row in rows}) == filing.rows_total, title
        case FilingState.FAULTY:
            assert by_status[RowStatus.VALID] < filing.rows_total <= layout.MAX_LINES, title
            for row in rows:
                assert bool(row.problems) == (row.status != RowStatus.VALID), title
                for problem in row.problems:
                    assert row.line > 0, title
                    assert problem["column"] or problem["code"] in OF_THE_WHOLE_ROW, f"{title}: {problem}"
                _is_said(row.problems, title) if row.problems else None
        case FilingState.UNREADABLE:
            refusal = filing.refusal or []
            _is_said(refusal, title)
            assert not rows or refusal[0]["code"] == Code.NOTHING_DUE, title
        case FilingState.ASKED:
            assert filing.sheets, title
        case other:
            pytest.fail(f"{title}: {other}")
    assert not filing.payments.exists(), title
