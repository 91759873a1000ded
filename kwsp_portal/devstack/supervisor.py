"""Keeps programs running: starts each, starts again what ends, stops all in order.

One thread and one event loop. Each program is the leader of a session of its own, so a Ctrl-C at
the terminal reaches the supervisor alone, and what a killed program leaves behind can be ended
as a group.
"""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Coroutine
from typing import Any

from kwsp_portal.devstack import process
from kwsp_portal.devstack.errors import DevstackError, explain
from kwsp_portal.devstack.leftovers import Children
from kwsp_portal.devstack.output import Output
from kwsp_portal.devstack.programs import Program
from kwsp_portal.devstack.terminal import Terminal

FIRST_WAIT = 0.2
LONGEST_WAIT = 5.0
STEADY_SECONDS = 10.0
"""A program that ran this long is steady: its next end waits FIRST_WAIT again."""


class Stopped(Exception):
    """Somebody asked the supervisor to stop while it was waiting for something else."""


class Child:
    """One run of a program: its process and the reader of its lines."""

    def __init__(self, program: Program, terminal: Terminal) -> None:
        reader, writer = os.pipe()
        try:
            options: dict[str, Any] = {"cwd": program.folder}
            if program.account is not None:
                options |= program.account.popen()
            self.process = subprocess.Popen(
                [str(part) for part in program.command],
                env=dict(program.environ),
                stdin=subprocess.DEVNULL,
                stdout=writer,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=process.dies_with_parent(program.stop_signal, gives_way=program.gives_way),
                **options,
            )
        except OSError as error:
            os.close(reader)
            raise explain(error) from error
        finally:
            os.close(writer)
        self.output = Output(reader, lambda line: terminal.line(program.name, line, quiet=any(text in line for text in program.quiet)))
        self.output.attach()

    @property
    def pid(self) -> int:
        return self.process.pid

    def clear_away(self) -> None:
        """Ends what the dead leader left of its group and takes its last lines."""
        process.end_group(self.pid)
        self.output.finish()


class Supervisor:
    """The programs of one run folder, from first start to last stop."""

    def __init__(self, terminal: Terminal, children: Children) -> None:
        self._terminal = terminal
        self._children = children
        self._kept: dict[str, asyncio.Task[None]] = {}
        self._programs: dict[str, Program] = {}
        self._running: dict[str, Child] = {}
        self._ends: dict[str, int] = {}
        self._stop = asyncio.Event()
        self._stopping: set[str] = set()
        self._child_ended = asyncio.Event()

    def watch_signals(self) -> None:
        """SIGTERM, SIGINT and SIGHUP stop everything; a second one does not wait."""
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(sign, self.ask_to_stop)

    def watch_children(self) -> None:
        """Needed once, before the first start: wakes whoever waits for a process to end."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self._notice)

    def _notice(self) -> None:
        self._child_ended.set()
        self._child_ended = asyncio.Event()

    def ask_to_stop(self) -> None:
        if self._stop.is_set():
            for child in self._running.values():
                process.end_group(child.pid)
        self._stop.set()

    async def stop_asked(self) -> None:
        await self._stop.wait()

    def has_started(self) -> bool:
        """True from the first start on, until all is stopped."""
        return bool(self._programs)

    def pid_of(self, name: str) -> int | None:
        child = self._running.get(name)
        return child.pid if child else None

    async def start(self, program: Program) -> None:
        """Starts a program, keeps it running from now on, returns when it is ready.

        Raises DevstackError with the program's last line if it does not become ready.
        """
        self._programs[program.name] = program
        self._stopping.discard(program.name)
        self._ends[program.name] = 0
        self._kept[program.name] = asyncio.create_task(self._keep(program))
        started = time.monotonic()
        while not await self._is_ready(program):
            waited = time.monotonic() - started
            gave_up = self._ends[program.name] > 0 and waited > program.retry_seconds
            if gave_up or waited > program.ready_seconds:
                raise DevstackError(f"{program.name} does not start: {self._terminal.last(program.name)}")
            await self._pause(0.05)

    async def start_together(self, *programs: Program) -> None:
        """Starts several at once; returns when all are ready, raises the first refusal after the last."""
        outcomes = await asyncio.gather(*(self.start(program) for program in programs), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _is_ready(self, program: Program) -> bool:
        if program.name not in self._running:
            return False
        return await asyncio.to_thread(program.is_ready)

    async def _pause(self, seconds: float) -> None:
        """Sleeps, unless a stop is asked: then raises Stopped."""
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return
        raise Stopped

    async def _keep(self, program: Program) -> None:
        wait = FIRST_WAIT
        while program.name not in self._stopping:
            began = time.monotonic()
            try:
                code = await self._run_once(program)
            except (DevstackError, OSError) as error:
                self._terminal.line(program.name, str(error))
                how = "cannot start"
            else:
                how = f"ended ({in_words(code)})"
            self._ends[program.name] += 1
            if program.name in self._stopping:
                return
            if time.monotonic() - began >= STEADY_SECONDS:
                wait = FIRST_WAIT
            self._terminal.say(f"{program.name} {how}; starting it again in {wait:.1f} s")
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _run_once(self, program: Program) -> int:
        await asyncio.to_thread(program.prepare)
        child = Child(program, self._terminal)
        self._running[program.name] = child
        self._children.add(program.name, child.pid, program.stop_signal)
        try:
            return await self.ended(child.process)
        finally:
            child.clear_away()
            self._running.pop(program.name, None)
            self._children.remove(program.name)

    async def ended(self, popen: "subprocess.Popen[bytes]") -> int:
        """Waits for the end of a process; its return code."""
        while popen.poll() is None:
            await self._child_ended.wait()
        return int(popen.returncode)

    async def step(self, program: Program) -> int:
        """Runs a program that ends by itself, once; its return code. Raises Stopped."""
        child = Child(program, self._terminal)
        self._children.add(program.name, child.pid, program.stop_signal)
        try:
            await self._unless_stopped(self.ended(child.process))
        finally:
            if child.process.poll() is None:
                await asyncio.to_thread(process.end, child.pid, first=program.stop_signal, seconds=program.stop_seconds)
            child.clear_away()
            self._children.remove(program.name)
        return child.process.wait()

    async def _unless_stopped(self, work: Coroutine[Any, Any, int]) -> None:
        working = asyncio.create_task(work)
        stop = asyncio.create_task(self._stop.wait())
        await asyncio.wait({working, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not working.done():
            working.cancel()
            raise Stopped

    async def stop_all(self) -> None:
        """Stops every program, the last started first, each within its own time."""
        for name in reversed(list(self._programs)):
            await self._stop_one(self._programs[name])
        self._programs.clear()

    async def _stop_one(self, program: Program) -> None:
        self._stopping.add(program.name)
        task = self._kept[program.name]
        child = self._running.get(program.name)
        if child is None:
            task.cancel()
        else:
            child.process.send_signal(program.stop_signal)
        done, _ = await asyncio.wait({task}, timeout=program.stop_seconds)
        if not done and child is not None:
            self._terminal.say(f"{program.name} did not stop in {program.stop_seconds:.0f} s: killed")
            child.process.kill()
            await asyncio.wait({task}, timeout=5)


def in_words(code: int) -> str:
    """A return code as a person says it."""
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"
