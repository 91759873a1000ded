"""The record of running children, so that the next start ends what a killed run left behind."""

import json
import signal
from pathlib import Path

from kwsp_portal.devstack import process
from kwsp_portal.devstack.secrets_file import write_private


class Children:
    """Pids of the programs now running, each with its start time and its signal to stop."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._running: dict[str, list[str | int]] = {}

    def add(self, name: str, pid: int, stop_signal: signal.Signals) -> None:
        self._running[name] = [pid, process.started_at(pid), int(stop_signal)]
        self._write()

    def remove(self, name: str) -> None:
        self._running.pop(name, None)
        self._write()

    def _write(self) -> None:
        try:
            write_private(self._path, json.dumps(self._running).encode())
        except OSError:
            # A full disk must not stop the supervisor: on Linux the children end with it anyway.
            return

    def end_leftovers(self) -> list[str]:
        """Ends what a former run recorded and what still runs; the names of what was found.

        Only for who holds the run folder's lock. A pid that has since become another process is
        left alone: the start time tells.
        """
        try:
            recorded = json.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return []
        found = []
        for name, (pid, started, number) in reversed(list(recorded.items())):
            if started and process.is_alive(pid) and process.started_at(pid) == started:
                process.end(pid, first=signal.Signals(number), seconds=10)
                found.append(name)
        self._path.unlink(missing_ok=True)
        return found
