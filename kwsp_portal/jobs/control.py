"""What an administrator may do: pause and resume a run, try parked chunks again, and what could not be opened."""

from django.db import transaction

from kwsp_portal import audit
from kwsp_portal.audit import Actor
from kwsp_portal.jobs import doorbell, due, engine
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Due, Run


class NotPossible(Exception):
    """The run or chunk is not in a state that allows this."""


def _locked(run_id: int) -> Run:
    return Run.objects.select_for_update(no_key=True).get(pk=run_id)


def _move(run: Run, state: RunState) -> None:
    run.state = state
    run.finished_at = None
    run.save(update_fields=["state", "finished_at"])


def pause(*, run_id: int, by: Actor) -> Run:
    """Hand out no more chunks of the run; those under a lease are finished. Raises NotPossible unless it is open."""
    with transaction.atomic():
        run = _locked(run_id)
        if run.state != RunState.OPEN:
            raise NotPossible(f"{run}: {run.state}")
        _move(run, RunState.PAUSED)
        audit.record(actor=by, action="jobs.run.pause", target=run)
    return run


def resume(*, run_id: int, by: Actor) -> Run:
    """Go on with a paused run. Raises NotPossible unless it is paused."""
    with transaction.atomic():
        run = _locked(run_id)
        if run.state != RunState.PAUSED:
            raise NotPossible(f"{run}: {run.state}")
        _move(run, RunState.OPEN)
        audit.record(actor=by, action="jobs.run.resume", target=run)
        doorbell.ring(run.programme, pieces=run.chunks.filter(state=ChunkState.WAITING).count())
    engine.close_if_over(run_id)
    return run


def retry(*, chunk_id: int, by: Actor) -> Chunk:
    """Let a parked chunk be worked again, with all its attempts before it. Raises NotPossible unless it is parked."""
    with transaction.atomic():
        run = _locked(Chunk.objects.values_list("run_id", flat=True).get(pk=chunk_id))
        if not _revive(run, [chunk_id], by):
            raise NotPossible(f"chunk:{chunk_id}")
    return Chunk.objects.get(pk=chunk_id)


def retry_parked(*, run_id: int, by: Actor) -> int:
    """The same for all parked chunks of a run; returns how many there were."""
    with transaction.atomic():
        run = _locked(run_id)
        return _revive(run, list(run.chunks.filter(state=ChunkState.DEAD).values_list("pk", flat=True)), by)


def open_again(*, due_id: int, by: Actor) -> Due:
    """Try to open the run of a due programme that could not be opened; where that fails again, the new reason is on the row.

    Raises NotPossible when it is open already.
    """
    with transaction.atomic():
        row = Due.objects.select_for_update(no_key=True).filter(pk=due_id, run=None).first()
        if row is None:
            raise NotPossible(f"due:{due_id}")
        audit.record(actor=by, action="jobs.due.retry", target=row)
    due.open_one(due_id)
    return Due.objects.select_related("run").get(pk=due_id)


def _revive(run: Run, chunk_ids: list[int], by: Actor) -> int:
    parked = run.chunks.filter(pk__in=chunk_ids, state=ChunkState.DEAD)
    revived = parked.update(state=ChunkState.WAITING, attempts=0, failures=0, losses=0, suspect_since=None, not_before=None)
    if revived:
        if run.state == RunState.FAILED:
            _move(run, RunState.OPEN)
        audit.record(actor=by, action="jobs.chunk.retry", target=run, data={"chunks": chunk_ids})
        doorbell.ring(run.programme, pieces=revived)
    return revived
