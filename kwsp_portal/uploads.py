"""Large uploads one after the other in each process of the web server, so that on the 15th whoever only reads a page does not wait for fifty lists.

An upload keeps one processor busy for as long as its file is looked at. Where several do so in one process, every page of that process waits for all
of them. So the body is received first, without a turn (a slow line keeps nobody waiting), and then the request waits for its turn.
"""

import threading
from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

LARGE_BYTES: Final = 32 * 1024
"""A smaller body is a form."""
IN_MEMORY_BYTES: Final = 1024 * 1024
_PIECE: Final = 64 * 1024


class InTurn:
    """A WSGI application before which large uploads of one process queue. What announces more than `most_bytes`, or not how much, is passed on as it
    is: the application refuses it without reading."""

    def __init__(self, application: Application, *, most_bytes: int) -> None:
        self._application = application
        self._most_bytes = most_bytes
        self._turn = threading.Lock()

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        announced = environ.get("CONTENT_LENGTH") or ""
        if environ.get("REQUEST_METHOD") != "POST" or not announced.isdecimal() or not LARGE_BYTES < int(announced) <= self._most_bytes:
            return self._application(environ, start_response)
        with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as body:
            _receive(environ["wsgi.input"], body, int(announced))
            environ["wsgi.input"] = body
            with self._turn:
                return self._application(environ, start_response)


def _receive(source: IO[bytes], body: IO[bytes], announced: int) -> None:
    """All that comes of what was announced: a body that was cut is the application's to refuse."""
    left = announced
    while left and (piece := source.read(min(left, _PIECE))):
        body.write(piece)
        left -= len(piece)
    body.seek(0)
