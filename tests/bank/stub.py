"""A portal that is nothing but its two addresses: the clock, and the receiver of direct messages."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from kwsp_portal.bank.fpx import wire

BUSINESS_DATE = "2026-10-15"


@dataclass
class Portal:
    """`answers`: what a direct message about an order is answered with, one after the other; then always `OK`."""

    url: str = ""
    answers: dict[str, list[tuple[int, bytes]]] = field(default_factory=dict)
    received: list[bytes] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self, body: bytes) -> tuple[int, bytes]:
        order_no = named(body)
        with self.changed:
            self.received.append(body)
            self.changed.notify_all()
            waiting = self.answers.get(order_no)
            return waiting.pop(0) if waiting else (200, b"OK")

    def about(self, order_no: str) -> list[bytes]:
        return [body for body in self.received if order_no in named(body)]

    def wait_for(self, order_no: str, count: int = 1, seconds: float = 60) -> list[bytes]:
        with self.changed:
            arrived = self.changed.wait_for(lambda: len(self.about(order_no)) >= count, timeout=seconds)
            assert arrived, f"{len(self.about(order_no))} of {count} direct messages about {order_no}"
            return self.about(order_no)


def named(body: bytes) -> str:
    """The order that a message of either protocol names."""
    fields = dict(wire.decode(body))
    return fields.get("fpx_sellerExOrderNo") or fields["m2u_orderNo"]


@contextmanager
def running() -> Iterator[Portal]:
    portal = Portal()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, f'{{"business_date": "{BUSINESS_DATE}"}}'.encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(*portal.take(body))

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        portal.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield portal
        finally:
            server.shutdown()
            thread.join()
