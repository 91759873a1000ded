"""The client against servers that do what no bank should."""

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from kwsp_portal.bank.fpx import client as fpx_client
from kwsp_portal.bank.fpx import messages, wire
from kwsp_portal.bank.fpx.client import FpxClient, Order
from kwsp_portal.bank.fpx.errors import FpxRefused, FpxUnavailable
from tests.bank import keys
from tests.bank.test_reading import confirmation


@contextmanager
def server(talk: Callable[[socketserver.StreamRequestHandler], object]) -> Iterator[str]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                talk(self)
            except OSError:
                return  # the client hung up, as it should

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_address[1]}/"
        finally:
            listening.shutdown()
            thread.join()


def answering(status: str, body: bytes = b"", *headers: str) -> Callable[[socketserver.StreamRequestHandler], None]:
    def talk(handler: socketserver.StreamRequestHandler) -> None:
        handler.connection.recv(65536)
        head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers])
        handler.wfile.write(head.encode() + b"\r\n\r\n" + body)

    return talk


def fault(client: FpxClient, order: Order) -> str:
    with pytest.raises((FpxUnavailable, FpxRefused)) as raised:
        client.enquire(order)
    return f"{type(raised.value).__name__} {raised.value.code}"


@pytest.mark.parametrize(
    ("talk", "expected"),
    [
        (answering("500 Broken"), "FpxUnavailable HTTP_STATUS"),
        (answering("302 Found", b"", "Location: http://127.0.0.1:9/elsewhere"), "FpxUnavailable HTTP_STATUS"),
        (answering("200 OK", b"ERROR\n"), "FpxRefused BANK_SAYS_ERROR"),
        (answering("200 OK", b"<html>maintenance</html>"), "FpxRefused BAD_ENCODING"),
        (answering("200 OK", b"a=" + b"1" * 20_000), "FpxRefused TOO_LARGE"),
        (answering("nonsense"), "FpxUnavailable UNREACHABLE"),
        (lambda handler: None, "FpxUnavailable UNREACHABLE"),
    ],
)
def test_no_answer_is_ever_taken_for_a_confirmation(make_client, order: Order, talk, expected: str):
    with server(talk) as url:
        assert fault(make_client(url), order) == expected


def test_a_bank_that_is_not_there_is_unavailable(make_client, order: Order):
    assert fault(make_client("http://127.0.0.1:9/"), order) == "FpxUnavailable UNREACHABLE"
    assert fault(make_client("ftp://127.0.0.1/"), order) == "FpxUnavailable UNREACHABLE"


def test_a_silent_bank_is_given_up_in_time(make_client, order: Order):
    done = threading.Event()
    with server(lambda handler: done.wait(20)) as url:
        try:
            assert fault(make_client(url, timeout=0.5), order) == "FpxUnavailable TIMEOUT"
        finally:
            done.set()


def test_a_bank_that_drips_is_given_up_in_time(make_client, order: Order):
    """Each byte arrives well before a read would time out: only the deadline over the whole exchange ends it."""

    def drip(handler: socketserver.StreamRequestHandler) -> None:
        handler.connection.recv(65536)
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            handler.wfile.write(b"a")
            time.sleep(0.05)

    with server(drip) as url:
        assert fault(make_client(url, timeout=0.5), order) == "FpxUnavailable TIMEOUT"


def test_the_answer_about_another_order_is_refused(make_client, order: Order, bank_pair: keys.Pair):
    other = confirmation(order, seller_ex_order_no="P9999999999")
    with server(answering("200 OK", wire.encode(fpx_client.signed_pairs(other, bank_pair.key)))) as url:
        assert fault(make_client(url), order) == "FpxRefused ANOTHER_ORDER"


def test_a_bank_list_for_another_model_is_refused(make_client, bank_pair: keys.Pair):
    listed = messages.BankList(bank_list="MBB0228~A", msg_token=messages.Model.B2C, seller_ex_id="EX00099999")
    with server(answering("200 OK", wire.encode(fpx_client.signed_pairs(listed, bank_pair.key)))) as url:
        client: FpxClient = make_client(url)
        with pytest.raises(FpxRefused, match="BAD_VALUE"):
            client.bank_list(messages.Model.B2B1)
