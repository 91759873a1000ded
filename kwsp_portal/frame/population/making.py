"""Making a population: a run of kwsp_portal.jobs with a chunk for each market, worked here or by processes of our own.

Each market commits whole, with its chunk, so that whatever stops the work leaves a sound register and a ledger without half months; the
same command goes on from there. While the run is open no day of its history may be closed.
"""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import Final, NamedTuple

from django.db import connection, connections, transaction

from contributions.services import law_used
from kwsp_portal import jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.frame.population import market, signins
from kwsp_portal.frame.population.plan import Plan
from kwsp_portal.jobs import control
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Run

PROGRAMME: Final = "demo_data"
LOOK_SECONDS: Final = 0.5
"""How often the processes are looked at."""
TURN_SECONDS: Final = 0.1


class Failed(Exception):
    """A market could not be made; the reason is that of its chunk."""


class Progress(NamedTuple):
    """How far a run is: markets done and in all, people and rows made."""

    done: int
    markets: int
    members: int
    rows: int


def name_of(plan: Plan, months: int) -> str:
    """The period under which the run of such parameters is known."""
    return f"{plan.members} x {plan.employers} x {months}, {plan.seed}"


def unfinished() -> Run | None:
    """A run that was begun and is not over."""
    return Run.objects.filter(programme=PROGRAMME).exclude(state=RunState.DONE).order_by("-pk").first()


def plan_of(run: Run) -> Plan:
    """The plan with which a run was begun."""
    return Plan.from_json(run.chunks.values_list("payload", flat=True)[0]["plan"])


def begin(plan: Plan, months: int) -> Run:
    """The demo sign-ins and the run, committed together."""
    with transaction.atomic():
        signins.users()
        audit.record(actor=PROGRAMME, action="demo.population.begin", data=plan.to_json())
        law_used.keep_all(since=min(plan.first.first_day, plan.begins_on), until=plan.on)
        chunks = [{"plan": plan.to_json(), "market": number, "members": sum(each.sizes)} for number, each in enumerate(plan.markets())]
        return jobs.open_run(programme=PROGRAMME, period=name_of(plan, months), chunks=chunks, on=plan.begins_on)


def make_market(*, lease: jobs.Lease) -> None:
    """Work one chunk: everything of one market and the end of its lease in one transaction."""
    plan = Plan.from_json(lease.payload["plan"])
    with transaction.atomic():
        rows = market.make(plan, plan.markets()[lease.payload["market"]])
        Chunk.objects.filter(pk=lease.chunk_id).update(progress_total=rows)
        lease.finish()


def progress(run: Run) -> Progress:
    """What is committed."""
    done = run.chunks.filter(state=ChunkState.DONE).values_list("payload__members", "progress_done")
    return Progress(len(done), run.chunks.count(), sum(members for members, _ in done), sum(rows for _, rows in done))


def go_on(run: Run, *, processes: int, say: Callable[[Progress], None]) -> None:
    """Work the run to its end; `say` is told now and then how far it is. Raises Failed.

    Stopped by Ctrl-C it is paused: what is committed stays, and nobody but this goes on with it.
    """
    if run.state == RunState.PAUSED:
        control.resume(run_id=run.pk, by=PROGRAMME)
    if run.state == RunState.FAILED:
        control.retry_parked(run_id=run.pk, by=PROGRAMME)
    try:
        # Inside a caller's transaction other processes would see nothing of the run.
        if min(processes, run.chunks.exclude(state=ChunkState.DONE).count()) > 1 and not connection.in_atomic_block:
            _by_processes(run, processes, say)
        else:
            _here(run, say)
    except KeyboardInterrupt:
        control.pause(run_id=run.pk, by=PROGRAMME)
        raise
    run.refresh_from_db()
    if run.state != RunState.DONE:
        parked = run.chunks.filter(state=ChunkState.DEAD).first()
        raise Failed(parked.error if parked else f"{run}: {run.state}")


def _here(run: Run, say: Callable[[Progress], None]) -> None:
    while _is_open(run):
        jobs.work_some(limit_seconds=TURN_SECONDS, programmes=[PROGRAMME])
        say(progress(run))


def _by_processes(run: Run, processes: int, say: Callable[[Progress], None]) -> None:
    with _working(processes) as children:
        while _is_open(run):
            if not any(child.is_alive() for child in children):
                raise Failed("its processes have died")
            say(progress(run))
            time.sleep(LOOK_SECONDS)


@contextmanager
def _working(processes: int) -> Iterator[list[BaseProcess]]:
    """So many processes at work, each with its own connection; they end with the block, and with this process."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    children: list[BaseProcess] = [context.Process(target=_work, args=(os.getpid(),), daemon=True) for _ in range(processes)]
    for child in children:
        child.start()
    try:
        yield children
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.join()


def _work(parent: int) -> None:
    """A child: one market after the other until its parent ends it, or is gone. Ctrl-C reaches it too: its open transaction is undone."""
    try:
        while os.getppid() == parent:
            if not jobs.work_some(limit_seconds=TURN_SECONDS, programmes=[PROGRAMME]).worked:
                time.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        connections.close_all()


def _is_open(run: Run) -> bool:
    return Run.objects.filter(pk=run.pk, state=RunState.OPEN).exists()
