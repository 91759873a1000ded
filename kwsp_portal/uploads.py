"""Large uploads one after the other, so that on the 15th whoever only reads a page does not wait for fifty lists.

An upload keeps one processor busy for as long as its file is looked at. Where several do so at once, every page waits for all of them. So the body is
received first, without a turn (a slow line keeps nobody waiting), and then the request waits for its turn among those of all processes of one server.

One thread of a process works on all of its uploads: each of fifty would open a connection to the database of its own, and teach it every table.
"""

import fcntl
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

LARGE_BYTES: Final = 32 * 1024
"""A smaller body is a form."""
IN_MEMORY_BYTES: Final = 1024 * 1024
_PIECE: Final = 64 * 1024


class InTurn:
    """A WSGI application before which large uploads queue, with those of the other processes that name the same file as their `turn`. What announces
    more than `most_bytes`, or not how much, is passed on as it is: the application refuses it without reading."""

    def __init__(self, application: Application, *, most_bytes: int, turn: Path) -> None:
        self._application = application
        self._most_bytes = most_bytes
        self._worker, self._turn = ThreadPoolExecutor(1, "upload"), turn

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        announced = environ.get("CONTENT_LENGTH") or ""
        if environ.get("REQUEST_METHOD") != "POST" or not announced.isdecimal() or not LARGE_BYTES < int(announced) <= self._most_bytes:
            return self._application(environ, start_response)
        with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as body:
            _receive(environ["wsgi.input"], body, int(announced))
            environ["wsgi.input"] = body
            return self._worker.submit(self._work_on, environ, start_response).result()

    def _work_on(self, environ: Environ, start_response: Any) -> list[bytes]:
        """The whole answer, so that nothing of the request is left for another thread."""
        # A lock on a file ends with whoever held it, however they end.
        with self._turn.open("ab") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            answer = self._application(environ, start_response)
            try:
                return list(answer)
            finally:
                if hasattr(answer, "close"):
                    answer.close()


def _receive(source: IO[bytes], body: IO[bytes], announced: int) -> None:
    """All that comes of what was announced: a body that was cut is the application's to refuse."""
    left = announced
    while left and (piece := source.read(min(left, _PIECE))):
        body.write(piece)
        left -= len(piece)
    body.seek(0)
