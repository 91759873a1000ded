"""The process that `make run` waits for: it starts the supervisor again if that one is killed.

It does nothing else, so that nothing else can fail in it. If it is itself killed, the kernel
tells the supervisor, which stops everything.
"""

import signal
import subprocess
import sys
import time
from types import FrameType

from kwsp_portal.devstack import process
from kwsp_portal.devstack.folder import PROJECT

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
QUICK_DEATH_SECONDS = 10.0
MOST_QUICK_DEATHS = 5


class Guardian:
    """Runs `command` until it ends by itself or is asked to stop."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._popen: subprocess.Popen[bytes] | None = None
        self._asked = False

    def run(self) -> int:
        """The supervisor's return code."""
        for sign in SIGNALS:
            signal.signal(sign, self._pass_on)
        quick_deaths = 0
        while True:
            began = time.monotonic()
            code = self._run_once()
            if code >= 0 or self._asked:
                return max(code, 0)
            quick_deaths = quick_deaths + 1 if time.monotonic() - began < QUICK_DEATH_SECONDS else 0
            if quick_deaths >= MOST_QUICK_DEATHS:
                self._say(f"the supervisor was killed {quick_deaths} times in a row; giving up")
                return 1
            self._say(f"the supervisor was killed by {signal.Signals(-code).name}; starting it again")

    def _run_once(self) -> int:
        self._popen = subprocess.Popen(
            self._command,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=process.dies_with_parent(signal.SIGTERM),
        )
        if self._asked:
            self._popen.terminate()
        return self._popen.wait()

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        self._asked = True
        if self._popen is not None and self._popen.poll() is None:
            self._popen.terminate()

    def _say(self, text: str) -> None:
        sys.stderr.write(f"kwsp     | {text}\n")


def command_for(name: str) -> list[str]:
    return [sys.executable, "-m", "kwsp_portal.devstack", name]
