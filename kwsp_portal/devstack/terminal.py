"""What the person at the terminal sees: one line an event, with the name of who speaks."""

import errno
import os
import sys
import time
from pathlib import Path
from typing import TextIO

LOG_BYTES = 10 * 1024**2
NAME_WIDTH = 8
FULL_DISK = "No space left on device"


class Terminal:
    """Lines of the stack and of its programs: whole in `logs/<name>.log`, shortened on screen."""

    def __init__(self, logs: Path, *, out: TextIO | None = None, width: int = 160, programs: bool = True) -> None:
        self._logs = logs
        self._out = out or sys.stderr
        self._width = width
        self._show_programs = programs
        self._disk_said_at = float("-inf")
        self._last: dict[str, str] = {}

    def say(self, text: str) -> None:
        """A line of the stack itself."""
        self._print(f"{'kwsp':<{NAME_WIDTH}} | {text}")
        self._keep("devstack", text)

    def show(self, lines: list[str]) -> None:
        """Lines for the person alone: whole, and in no log."""
        for line in lines:
            self._print(line, whole=True)

    def line(self, program: str, text: str, *, quiet: bool = False) -> None:
        """A line that a program wrote; a quiet one is for the log file only."""
        if not text.strip():
            return
        self._last[program] = text.strip()
        if self._show_programs and not quiet:
            self._print(f"{program:<{NAME_WIDTH}} | {text}")
        self._keep(program, text)
        if FULL_DISK in text:
            self._say_disk_is_full()

    def _say_disk_is_full(self) -> None:
        """Once a minute at most: a full disk makes programs write that line often."""
        now = time.monotonic()
        if now - self._disk_said_at >= 60:
            self._disk_said_at = now
            self._print(
                f"{'kwsp':<{NAME_WIDTH}} | the disk of {self._logs.parent} is full: free some space; what stopped for it starts again by itself"
            )

    def last(self, program: str) -> str:
        """The last line a program wrote: mostly its reason for ending."""
        return self._last.get(program, "it wrote nothing")

    def _print(self, text: str, *, whole: bool = False) -> None:
        if not whole and len(text) > self._width:
            text = text[: self._width - 1] + "…"
        try:
            self._out.write(text + "\n")
            self._out.flush()
        except (OSError, ValueError):
            # The terminal is gone; the log file still tells.
            self._out = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115

    def _keep(self, name: str, text: str) -> None:
        """Appends to the log; past LOG_BYTES the file becomes `.1`. A full disk loses the line only."""
        path = self._logs / f"{name}.log"
        stamp = time.strftime("%Y-%m-%d %H:%M:%S")
        try:
            if path.exists() and path.stat().st_size > LOG_BYTES:
                path.replace(path.with_suffix(".log.1"))
            with path.open("a", encoding="utf-8") as log:
                log.write(f"{stamp} {text}\n")
        except OSError as error:
            if error.errno == errno.ENOSPC:
                self._say_disk_is_full()
            else:
                self._print(f"{'kwsp':<{NAME_WIDTH}} | cannot write {path}: {error.strerror}")
