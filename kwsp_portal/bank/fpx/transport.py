"""One POST to the bank: no proxy, no redirect, a limit on the answer's size, and one deadline for all of it."""

import http.client
import socket
import ssl
import threading
from urllib import parse

from kwsp_portal.bank.fpx import wire
from kwsp_portal.bank.fpx.errors import FpxRefused, FpxUnavailable, Refused, Unavailable


def post_form(url: str, pairs: wire.Pairs, *, timeout: float, largest: int = wire.LARGEST_BODY) -> bytes:
    """The body of a 200 answer. `timeout` in seconds bounds the whole exchange, not each read: a bank that sends a
    byte a second would otherwise hold a worker for ever. `largest` bounds the answer, in bytes.

    Raises FpxUnavailable (nobody answered in time, or not with 200), FpxRefused(TOO_LARGE).
    """
    address = parse.urlsplit(url)
    connection = _connection(address, timeout)
    expired = threading.Event()
    watch = threading.Timer(timeout, _cut, (connection, expired))
    watch.daemon = True
    watch.start()
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Connection": "close"}
        connection.request("POST", address.path or "/", body=wire.encode(pairs), headers=headers)
        response = connection.getresponse()
        body = response.read(largest + 1)
    except (OSError, http.client.HTTPException) as fault:
        late = expired.is_set() or isinstance(fault, TimeoutError)
        raise FpxUnavailable(Unavailable.TIMEOUT if late else Unavailable.UNREACHABLE, type(fault).__name__) from fault
    finally:
        watch.cancel()
        connection.close()
    if expired.is_set():
        raise FpxUnavailable(Unavailable.TIMEOUT, "cut off")
    if response.status != http.client.OK:
        raise FpxUnavailable(Unavailable.HTTP_STATUS, str(response.status))
    if len(body) > largest:
        raise FpxRefused(Refused.TOO_LARGE, "answer")
    return body


def _connection(address: parse.SplitResult, timeout: float) -> http.client.HTTPConnection:
    if address.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(address.netloc, timeout=timeout, context=context)
    if address.scheme == "http":
        return http.client.HTTPConnection(address.netloc, timeout=timeout)
    raise FpxUnavailable(Unavailable.UNREACHABLE, "the bank's address is neither http nor https")


def _cut(connection: http.client.HTTPConnection, expired: threading.Event) -> None:
    expired.set()
    peer = connection.sock
    if peer is not None:
        try:
            peer.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # already closed by the other side
