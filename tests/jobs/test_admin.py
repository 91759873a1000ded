"""The admin shows runs and operates them through the services."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.contrib import admin

from kwsp_portal import jobs
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.jobs.admin import ChunkAdmin, RunAdmin
from kwsp_portal.jobs.models import Chunk, Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(rf):
    """A request of somebody with a role."""

    def by(role):
        request = rf.get("/")
        request.user = SimpleNamespace(pk=9, role=role, is_authenticated=True, get_username=lambda: "pentadbir01", has_perm=lambda perm: True)
        return request

    return by


@pytest.fixture
def said(monkeypatch):
    messages = []
    monkeypatch.setattr(admin.ModelAdmin, "message_user", lambda self, request, message, *level: messages.append(str(message)))
    return messages


def test_administrators_operate_and_auditors_only_read(asked):
    runs = RunAdmin(Run, admin.site)

    assert {"pause", "resume", "retry_parked"} <= set(runs.get_actions(asked("ADMINISTRATOR")))
    assert not {"pause", "resume", "retry_parked"} & set(runs.get_actions(asked("AUDITOR")))
    assert not runs.has_change_permission(asked("ADMINISTRATOR"))


def test_pausing_and_resuming_is_recorded_and_refused_where_it_makes_no_sense(asked, said):
    run = jobs.open_run(programme="test_effect", period="1", chunks=[{}], on=date(2026, 11, 16))
    runs, request = RunAdmin(Run, admin.site), asked("ADMINISTRATOR")

    runs.pause(request, runs.get_queryset(request))
    runs.pause(request, runs.get_queryset(request))
    runs.resume(request, runs.get_queryset(request))

    run.refresh_from_db()
    assert run.state == "OPEN"
    assert ["Dijeda" in message for message in said] == [False, True, False]
    trail = list(AuditEvent.objects.order_by("seq").values_list("actor", "action", "target"))
    assert trail == [("pentadbir01", "jobs.run.pause", f"run:{run.pk}"), ("pentadbir01", "jobs.run.resume", f"run:{run.pk}")]


def test_a_parked_chunk_is_shown_with_its_reason_and_retried(asked, said, register):
    def hopeless(lease):
        raise jobs.Parked("the entry exists already")

    register("hopeless", hopeless)
    jobs.open_run(programme="hopeless", period="1", chunks=[{}, {}], on=date(2026, 11, 16))
    jobs.work_some()
    runs, chunks, request = RunAdmin(Run, admin.site), ChunkAdmin(Chunk, admin.site), asked("ADMINISTRATOR")
    [row] = runs.get_queryset(request)
    assert (runs.chunks_done(row), runs.chunks_parked(row)) == ("0 / 2", 2)
    assert chunks.reason(Chunk.objects.first()) == "the entry exists already"

    chunks.retry(request, Chunk.objects.filter(chunk_no=1))
    runs.retry_parked(request, runs.get_queryset(request))

    assert set(Chunk.objects.values_list("state", "attempts")) == {("WAITING", 0)}
    assert Run.objects.get().state == "OPEN"
