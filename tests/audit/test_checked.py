"""The trail's verification by the worker, its state on the first page of the admin, and the chain in the auditors' view."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from kwsp_portal import audit, jobs
from kwsp_portal.audit import chain, sealer
from kwsp_portal.audit.models import AuditEvent, Seal, Verification, Watch
from kwsp_portal.common import clock
from kwsp_portal.frame import trail_check
from kwsp_portal.jobs import engine, registry, sweeper
from tests.audit.test_seals import by_force, write
from tests.frame.test_reports import auditor as auditor
from tests.frame.test_reports import read
from tests.identity.conftest import person as person
from tests.identity.conftest import sign_in_officer

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path) -> None:
    settings.AUDIT_ANCHORS = {"folder": str(tmp_path / "anchors"), "url": "", "timeout": 2}


def verify() -> Verification:
    jobs.open_run(programme=trail_check.PROGRAMME, period=str(Verification.objects.count()), chunks=trail_check.plan("", AT.date()), on=AT.date())
    engine.work_some(programmes=[trail_check.PROGRAMME])
    return Verification.objects.latest("id")


def test_the_sweep_seals_and_anchors(settings):
    write(3)
    sweeper.sweep()

    assert Seal.objects.count() >= 3
    assert Watch.objects.get().anchored == Seal.objects.count()
    assert registry.errands["audit.seal"].every_seconds == 60


def test_the_worker_verifies_and_keeps_what_it_found():
    write(3)
    sealer.turn(at=AT)
    sound = verify()
    by_force("UPDATE audit_auditevent SET actor = 'else' WHERE seq = 2")
    broken = verify()

    assert (sound.rows, sound.found, sound.findings) == (3, 0, [])
    assert (broken.found, broken.findings) == (1, ["CHANGED row 2 is not what seal 2 was made over"])
    assert [event.data["found"] for event in AuditEvent.objects.filter(action="audit.verify").order_by("seq")] == [0, 1]


def test_it_is_due_every_business_day():
    assert registry.schedules[trail_check.PROGRAMME].when(AT.date()) == "2026-11-22"


@pytest.mark.parametrize(
    ("before", "kind", "words"),
    [
        (lambda: None, "neutral", "Belum pernah disahkan."),
        (verify, "good", "Jejak audit tidak terusik."),
        (lambda: Watch.objects.update(looked_at=clock.now() - timedelta(minutes=6)), "warn", "tidak dimeterai sejak lebih lima minit"),
        (lambda: Watch.objects.update(error="URLError: refused"), "warn", "URLError: refused"),
        (lambda: (by_force("DELETE FROM audit_auditevent WHERE seq = 1"), verify()), "bad", "REMOVED row 1 is gone"),
    ],
)
def test_its_state_stands_on_the_first_page_of_the_admin(client: Client, person, before, kind, words):
    person("auditor99", "AUDITOR")
    sign_in_officer(client, "auditor99")
    sealer.turn(at=clock.now())
    before()

    page = client.get("/admin/").content.decode()

    assert words in page
    assert trail_check.panel(at=clock.now()).kind == kind


def test_the_auditors_view_shows_the_chain(auditor):
    write(2)
    sealer.turn(at=AT)
    audit.record(actor="jobs", action="filing.submit", target="filing:9")

    rows = read(auditor, "SELECT seq, previous_hash, hash FROM report.activity ORDER BY seq")

    first, second = (bytes(seal.hash).hex() for seal in Seal.objects.order_by("position"))
    assert rows == [(1, chain.GENESIS.hex(), first), (2, first, second), (3, None, None)]
