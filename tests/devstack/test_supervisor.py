"""The supervisor and its guardian, with tiny children instead of the portal."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kwsp_portal.devstack import process
from kwsp_portal.devstack.errors import DevstackError
from kwsp_portal.devstack.folder import PROJECT
from kwsp_portal.devstack.programs import Program
from kwsp_portal.devstack.supervisor import Supervisor

from .conftest import Scene, until

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"


def python(name: str, code: str, *arguments: str | Path, **options: object) -> Program:
    return Program(name=name, command=[sys.executable, "-SEc", code, *arguments], environ={}, **options)  # type: ignore[arg-type]


def test_a_killed_program_is_started_again(scene: Scene) -> None:
    async def story(supervisor: Supervisor) -> None:
        await supervisor.start(python("dummy", SLEEPER))
        first = supervisor.pid_of("dummy")
        assert first is not None

        os.kill(first, signal.SIGKILL)

        await until(lambda: supervisor.pid_of("dummy") not in (None, first))
        await until(lambda: scene.text().count("dummy    | up") >= 1)

    scene.run(story)
    assert "dummy ended (killed by SIGKILL); starting it again in 0.2 s" in scene.text()


def test_a_program_that_keeps_ending_is_started_less_and_less_often(scene: Scene) -> None:
    async def story(supervisor: Supervisor) -> None:
        starting = asyncio.create_task(supervisor.start(python("dummy", "raise SystemExit(3)", is_ready=lambda: False, retry_seconds=50)))
        await until(lambda: "in 0.8 s" in scene.text())
        starting.cancel()

    scene.run(story)
    waits = [line.rpartition(" in ")[2] for line in scene.text().splitlines() if "ended (exit code 3)" in line]
    assert waits[:3] == ["0.2 s", "0.4 s", "0.8 s"]


def test_what_a_dead_program_left_of_its_group_is_ended(scene: Scene, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = "import os, sys, time\nif os.fork() == 0: open(sys.argv[1], 'w').write(str(os.getpid()) + '\\n')\ntime.sleep(600)"

    async def story(supervisor: Supervisor) -> None:
        await supervisor.start(python("dummy", code, note))
        await until(lambda: note.exists() and note.read_text().endswith("\n"))
        left = int(note.read_text())
        leader = supervisor.pid_of("dummy")
        assert leader is not None

        os.kill(leader, signal.SIGKILL)

        await until(lambda: not process.is_alive(left))

    scene.run(story)


def test_a_program_that_never_gets_ready_is_given_up_with_its_last_line(scene: Scene) -> None:
    async def story(supervisor: Supervisor) -> None:
        with pytest.raises(DevstackError, match="dummy does not start: the reason"):
            await supervisor.start(python("dummy", "print('the reason')", is_ready=lambda: False, retry_seconds=0.3))

    scene.run(story)


def test_all_are_stopped_the_last_started_first(scene: Scene, tmp_path: Path) -> None:
    order = tmp_path / "order"
    code = (
        "import signal, sys, time\n"
        "def stop(*_):\n"
        "    open(sys.argv[1], 'a').write(sys.argv[2] + ' ')\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "print('up', flush=True)\n"
        "time.sleep(600)"
    )

    async def story(supervisor: Supervisor) -> None:
        for name in ("one", "two", "three"):
            await supervisor.start(python(name, code, order, name, is_ready=lambda name=name: f"{name:<8} | up" in scene.text()))

    scene.run(story)
    assert order.read_text() == "three two one "
    assert "starting it again" not in scene.text()


def test_a_program_deaf_to_its_stop_signal_is_killed(scene: Scene) -> None:
    pids = []

    async def story(supervisor: Supervisor) -> None:
        await supervisor.start(python("deaf", DEAF, stop_seconds=0.2, is_ready=lambda: "up" in scene.text()))
        pids.append(supervisor.pid_of("deaf"))

    scene.run(story)
    assert "deaf did not stop in 0 s: killed" in scene.text()
    assert not process.is_alive(pids[0])


@pytest.mark.parametrize("gives_way", [True, False])
def test_who_gives_way_has_the_processor_last_also_between_sessions(scene: Scene, gives_way: bool) -> None:
    kind = Path("/proc/self/autogroup")
    code = f"import os; print('nice', os.nice(0), open('{kind}').read().split()[-1] if os.path.exists('{kind}') else '', end='')"
    before = os.nice(0)

    async def story(supervisor: Supervisor) -> None:
        await supervisor.step(python("step", code, gives_way=gives_way))

    scene.run(story)
    expected = before + process.NICE if gives_way else before
    own = process.NICE if gives_way else 0
    assert scene.terminal.last("step") == f"nice {expected} {own if kind.exists() else ''}"


def test_a_step_gives_its_code_and_its_last_line(scene: Scene) -> None:
    async def story(supervisor: Supervisor) -> None:
        assert await supervisor.step(python("step", "print('half a line', end=''); raise SystemExit(7)")) == 7

    scene.run(story)
    assert scene.terminal.last("step") == "half a line"


def test_lines_are_short_on_screen_and_whole_in_the_log(scene: Scene) -> None:
    async def story(supervisor: Supervisor) -> None:
        await supervisor.step(python("wordy", "print('x' * 5000)"))

    scene.run(story)
    assert max(len(line) for line in scene.text().splitlines()) == 160
    assert "x" * 5000 in (scene.folder.logs / "wordy.log").read_text()


def test_a_full_disk_in_a_programs_line_is_said_plainly_once(scene: Scene) -> None:
    for _ in range(3):
        scene.terminal.line("postgres", "FATAL: could not write lock file: No space left on device")

    assert scene.text().count("is full: free some space") == 1


def test_leftovers_of_a_killed_run_are_ended_and_strangers_left_alone(scene: Scene) -> None:
    left = subprocess.Popen([sys.executable, "-SEc", SLEEPER], stdout=subprocess.DEVNULL, start_new_session=True)
    stranger = subprocess.Popen([sys.executable, "-SEc", SLEEPER], stdout=subprocess.DEVNULL, start_new_session=True)
    scene.children.add("left", left.pid, signal.SIGTERM)
    scene.children.add("other", stranger.pid, signal.SIGTERM)
    recorded = json.loads(scene.folder.children.read_text())
    recorded["other"][1] = "1"
    scene.folder.children.write_text(json.dumps(recorded))

    assert scene.children.end_leftovers() == ["left"]

    assert left.wait(30) == -signal.SIGTERM
    assert process.is_alive(stranger.pid)
    stranger.kill()
    stranger.wait()


SUPERVISED = """
import asyncio, os, sys
from pathlib import Path
from kwsp_portal.devstack.folder import RunFolder
from kwsp_portal.devstack.leftovers import Children
from kwsp_portal.devstack.programs import Program
from kwsp_portal.devstack.supervisor import Supervisor
from kwsp_portal.devstack.terminal import Terminal

folder = RunFolder(Path(sys.argv[1]))

async def main():
    supervisor = Supervisor(Terminal(folder.logs), Children(folder.children))
    supervisor.watch_signals()
    supervisor.watch_children()
    for name in ("one", "two"):
        await supervisor.start(Program(name=name, command=[sys.executable, "-SEc", "import time; time.sleep(600)"]))
    pids = [os.getpid(), supervisor.pid_of("one"), supervisor.pid_of("two")]
    with open(folder.root / "pids", "a") as note:
        note.write(" ".join(map(str, pids)) + "\\n")
    await supervisor.stop_asked()
    await supervisor.stop_all()

asyncio.run(main())
"""

GUARDED = """
import sys
from kwsp_portal.devstack.guardian import Guardian
sys.exit(Guardian([sys.executable, "-c", sys.argv[1], sys.argv[2]]).run())
"""


def start_guarded(scene: Scene) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", GUARDED, SUPERVISED, str(scene.folder.root)], cwd=PROJECT, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def pids_of_run(scene: Scene, number: int) -> list[int]:
    """Pids of the supervisor's n-th run and of its two children, as soon as they are all up."""
    note = scene.folder.root / "pids"
    assert process.wait_until(lambda: note.exists() and note.read_text().count("\n") >= number, seconds=30)
    return [int(pid) for pid in note.read_text().splitlines()[number - 1].split()]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_the_guardian_stops_everything_cleanly(scene: Scene, sign: signal.Signals) -> None:
    guardian = start_guarded(scene)
    pids = pids_of_run(scene, 1)

    guardian.send_signal(sign)

    said = guardian.communicate(timeout=30)[1]
    assert guardian.returncode == 0
    assert "starting it again" not in said
    assert not any(process.is_alive(pid) for pid in pids)


def test_a_killed_supervisor_takes_its_children_along_and_is_started_again(scene: Scene) -> None:
    guardian = start_guarded(scene)
    supervisor, *children = pids_of_run(scene, 1)

    os.kill(supervisor, signal.SIGKILL)

    assert process.wait_until(lambda: not any(process.is_alive(pid) for pid in children), seconds=30)
    second, *_ = pids_of_run(scene, 2)
    assert second != supervisor
    guardian.terminate()
    said = guardian.communicate(timeout=30)[1]
    assert "the supervisor was killed by SIGKILL; starting it again" in said


def test_a_killed_guardian_takes_everything_along(scene: Scene) -> None:
    guardian = start_guarded(scene)
    pids = pids_of_run(scene, 1)

    guardian.kill()
    guardian.communicate(timeout=30)

    assert process.wait_until(lambda: not any(process.is_alive(pid) for pid in pids), seconds=30)
