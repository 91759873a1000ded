"""The administrators' page of background work: what it shows, who may press what, and that it costs the same whatever there is."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kwsp_portal import jobs
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.jobs import progress, registry
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Due, Heartbeat, Run
from tests.identity.conftest import administrator, person, sign_in_officer
from tests.jobs import programmes

__all__ = ["administrator", "person"]
assert programmes.EFFECT
ON = date(2026, 11, 16)
BOARD = "/admin/jobs/run/board/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client, administrator: Any) -> Client:
    sign_in_officer(client, "pentadbir9")
    return client


@pytest.fixture
def auditor(person: Any) -> Client:
    person("auditor99", "AUDITOR")
    client = Client()
    sign_in_officer(client, "auditor99")
    return client


@pytest.fixture
def run() -> Run:
    """Ten chunks: four done in the last minute, one being worked, one parked, four waiting."""
    made = jobs.open_run(programme="test_effect", period="2026-10", chunks=[{}] * 10, on=ON)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_run SET opened_at = clock_timestamp() - interval '2 minutes'")
        cursor.execute("UPDATE jobs_chunk SET state = 'DONE', done_at = clock_timestamp() WHERE chunk_no <= 4")
        cursor.execute(
            "UPDATE jobs_chunk SET state = 'DEAD', attempts = 3, failures = 3, error = 'ValueError: <b>tidak dikenali</b>' WHERE chunk_no = 5"
        )
    jobs.take(["test_effect"])
    return made


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_an_empty_portal_says_so(operator: Client) -> None:
    said = text_of(operator.get(BOARD))

    for words in ("Tiada kerja yang sedang berjalan", "Tiada bahagian yang diketepikan", "Belum ada kerja yang ditutup", "Tiada pekerja dilihat"):
        assert words in said


def test_progress_rate_and_time_left(operator: Client, run: Run) -> None:
    page = operator.get(BOARD)

    assert '<progress class="board__bar" aria-labelledby="run-' in page.content.decode()
    assert 'value="5" max="10"' in page.content.decode()
    said = text_of(page)
    for words in ("Siap 4 / 10", "Sedang dikerjakan 1", "Diketepikan 1", "Kadar 2 seminit", "Baki masa 3 minit"):
        assert words in said
    assert "Baki masa 3 minit" not in text_of(operator.get(f"/en{BOARD}"))
    assert "Time left 3 minutes" in text_of(operator.get(f"/en{BOARD}"))


def test_reasons_are_shown_as_words_and_not_as_markup(operator: Client, run: Run) -> None:
    page = operator.get(BOARD).content.decode()

    assert "&lt;b&gt;tidak dikenali&lt;/b&gt;" in page


def test_it_refreshes_itself_unless_asked_to_stop(operator: Client) -> None:
    assert '<meta http-equiv="refresh" content="10">' in operator.get(BOARD).content.decode()
    assert "http-equiv" not in operator.get(f"{BOARD}?still").content.decode()


def test_pausing_is_asked_about_first_and_then_says_who_did_it(operator: Client, run: Run) -> None:
    asked = operator.get(f"{BOARD}pause/{run.pk}/")
    run.refresh_from_db()
    assert (asked.status_code, run.state) == (200, RunState.OPEN)
    assert "Jeda kerja ini?" in text_of(asked)

    page = operator.post(f"{BOARD}pause/{run.pk}/", follow=True)

    run.refresh_from_db()
    assert run.state == RunState.PAUSED
    assert re.search(r"Dijeda oleh pentadbir9 pada \d", text_of(page))
    assert f"{BOARD}resume/{run.pk}/" in page.content.decode()
    assert operator.post(f"{BOARD}resume/{run.pk}/", {"next": "https://evil.example/"})["Location"] == BOARD, "never out of the portal"
    run.refresh_from_db()
    assert run.state == RunState.OPEN


def test_parked_chunks_are_tried_again_one_by_one_and_all(operator: Client, run: Run) -> None:
    parked = run.chunks.get(state=ChunkState.DEAD)
    page = operator.get(BOARD).content.decode()
    assert f'action="{BOARD}retry/{parked.pk}/"' in page
    assert f'action="{BOARD}retry_parked/{run.pk}/"' in page

    operator.post(f"{BOARD}retry/{parked.pk}/")
    assert run.chunks.filter(state=ChunkState.DEAD).count() == 0
    Chunk.objects.filter(state=ChunkState.WAITING).update(state=ChunkState.DEAD, error="once more")
    operator.post(f"{BOARD}retry_parked/{run.pk}/")

    assert run.chunks.filter(state=ChunkState.DEAD).count() == 0
    assert list(AuditEvent.objects.filter(action="jobs.chunk.retry").values_list("actor", flat=True)) == ["pentadbir9"] * 2


def test_what_has_changed_meanwhile_is_said_and_not_done(operator: Client, run: Run) -> None:
    jobs.pause(run_id=run.pk, by="somebody else")

    page = operator.post(f"{BOARD}pause/{run.pk}/", follow=True)

    assert "tindakan ini tidak boleh dibuat lagi" in text_of(page)


def test_what_could_not_be_opened_is_shown_with_its_reason_and_tried_again(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [True]

    def plan(period: str, on: date) -> list[dict[str, Any]]:
        if broken:
            raise ValueError("no rates for 2027")
        return [{}]

    monkeypatch.setattr(registry, "schedules", {})
    jobs.schedule("test_effect", when=registry.daily)(plan)
    due = Due.objects.create(programme="test_effect", period="2026-11-16", due_on=ON, error="ValueError: no rates for 2026")
    assert "no rates for 2026" in text_of(operator.get(BOARD))

    page = operator.post(f"{BOARD}open/{due.pk}/", follow=True)
    assert "masih tidak dapat dibuka. ValueError: no rates for 2027" in text_of(page)
    broken.clear()
    operator.post(f"{BOARD}open/{due.pk}/")

    due.refresh_from_db()
    assert due.run is not None
    assert "tindakan ini tidak boleh dibuat lagi" in text_of(operator.post(f"{BOARD}open/{due.pk}/", follow=True))


def test_workers_that_fell_silent_are_told_from_those_that_work(operator: Client) -> None:
    Heartbeat.objects.create(worker="mesin-1", seen_at="2026-01-01T00:00:00Z")
    assert "Tiada pekerja dilihat" in text_of(operator.get(BOARD))

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO jobs_heartbeat (worker, seen_at) VALUES ('mesin-2', clock_timestamp())")

    said = text_of(operator.get(BOARD))
    assert "mesin-1 senyap" in said
    assert "mesin-2 bekerja" in said
    assert "Tiada pekerja dilihat" not in said


def test_an_auditor_reads_it_without_buttons_and_cannot_press_them(auditor: Client, run: Run) -> None:
    page = auditor.get(BOARD)

    assert page.status_code == 200
    assert "tidak dikenali" in page.content.decode()
    assert not re.findall(rf'(?:action|href)="{BOARD}(?:pause|resume|retry|open)', page.content.decode())
    parked = run.chunks.get(state=ChunkState.DEAD)
    for address in (f"pause/{run.pk}/", f"retry/{parked.pk}/", f"retry_parked/{run.pk}/"):
        assert auditor.post(BOARD + address).status_code == 403
    assert auditor.get(f"{BOARD}pause/{run.pk}/").status_code == 403


@pytest.mark.parametrize("address", ["pause/999/", "burn/1/", "retry/999/", "open/999/"])
def test_what_is_not_there_is_not_found(operator: Client, address: str) -> None:
    assert operator.post(BOARD + address).status_code == 404


def test_only_pausing_and_resuming_have_a_page_of_their_own(operator: Client, run: Run) -> None:
    assert operator.get(f"{BOARD}retry_parked/{run.pk}/").status_code == 404


def test_the_administrators_first_page_leads_here(operator: Client, run: Run) -> None:
    assert f'<a href="{BOARD}">Kerja latar yang berjalan: kemajuan dan kesihatan</a></th><td>1</td>' in operator.get("/admin/").content.decode()
    assert BOARD in operator.get("/admin/jobs/run/").content.decode()


def test_many_runs_and_chunks_cost_no_more_queries_than_one(run: Run) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            progress.board()
        return len(asked)

    jobs.pause(run_id=run.pk, by="test")
    before = queries()
    for number in range(10):
        jobs.pause(run_id=jobs.open_run(programme="test_effect", period=str(number), chunks=[{}] * 5, on=ON).pk, by="test")
    Chunk.objects.filter(run__period__in=["1", "2"]).update(state=ChunkState.DEAD, error="x")

    assert queries() == before
    assert {line.run.period: line.parked for line in progress.board().going}["1"] == 5
