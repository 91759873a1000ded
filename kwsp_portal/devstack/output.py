"""Reads what a child writes, line by line, without ever waiting for it."""

import asyncio
import os
from collections.abc import Callable

CHUNK = 65536
LONGEST_LINE = 16384


class Output:
    """The read end of a child's pipe; `line` is called with each line as text."""

    def __init__(self, reader: int, line: Callable[[str], None]) -> None:
        os.set_blocking(reader, False)
        self._reader = reader
        self._line = line
        self._rest = b""
        self._open = True

    def attach(self) -> None:
        asyncio.get_running_loop().add_reader(self._reader, self._take)

    def finish(self) -> None:
        """Takes what is still in the pipe and closes it; somebody else may still hold its other end."""
        while self._open and self._take():
            pass
        self._close()

    def _take(self) -> bool:
        """One read; True if there may be more."""
        try:
            data = os.read(self._reader, CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self._close()
            return False
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._line(line.decode("utf-8", errors="replace").rstrip("\r"))
        if len(self._rest) > LONGEST_LINE:
            self._flush()
        return True

    def _flush(self) -> None:
        if self._rest:
            self._line(self._rest.decode("utf-8", errors="replace"))
            self._rest = b""

    def _close(self) -> None:
        if self._open:
            self._open = False
            self._flush()
            asyncio.get_running_loop().remove_reader(self._reader)
            os.close(self._reader)
