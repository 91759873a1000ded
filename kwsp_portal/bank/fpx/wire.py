"""Text on the wire: form bodies, amounts and times. Strict, because Django's own reading forgives too much
(bad bytes become U+FFFD, of a field given twice the last one wins)."""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from urllib import parse

from kwsp_portal.bank.fpx.errors import FpxRefused, Refused
from kwsp_portal.common.clock import KL

PREFIX = "fpx_"
LARGEST_BODY = 16 * 1024
MOST_FIELDS = 40

Pairs = list[tuple[str, str]]

_AMOUNT = re.compile(r"[0-9]+\.[0-9]{2}", re.ASCII)
_TIME = re.compile(r"[0-9]{14}", re.ASCII)


def decode(body: bytes) -> Pairs:
    """The fields of an `application/x-www-form-urlencoded` body in their order, repeated ones included.

    Raises FpxRefused(TOO_LARGE | BAD_ENCODING).
    """
    if len(body) > LARGEST_BODY:
        raise FpxRefused(Refused.TOO_LARGE, f"{len(body)} bytes")
    try:
        text = body.decode("ascii").strip()
        return parse.parse_qsl(text, keep_blank_values=True, strict_parsing=True, encoding="utf-8", errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as fault:
        raise FpxRefused(Refused.BAD_ENCODING, type(fault).__name__) from fault


def encode(pairs: Iterable[tuple[str, str]]) -> bytes:
    return parse.urlencode(list(pairs)).encode("ascii")


def amount_text(amount: Decimal) -> str:
    """`756.00`. Raises ValueError for anything but a positive number of whole sen."""
    if not amount.is_finite() or amount <= 0 or amount * 100 % 1:
        raise ValueError("amount: a positive number of ringgit and whole sen is needed")
    return f"{amount:.2f}"


def amount(text: str) -> Decimal:
    """Raises ValueError unless the text is `[0-9]+.[0-9]{2}` in ASCII digits."""
    if not _AMOUNT.fullmatch(text):
        raise ValueError("amount")
    return Decimal(text)


def time_text(moment: datetime) -> str:
    """`yyyyMMddHHmmss` in Kuala Lumpur. Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("time: a zone is needed")
    return moment.astimezone(KL).strftime("%Y%m%d%H%M%S")


def time(text: str) -> datetime:
    """Raises ValueError unless the text is fourteen ASCII digits that name a moment."""
    if not _TIME.fullmatch(text):
        raise ValueError("time")
    numbers = [int(text[:4]), *(int(text[at : at + 2]) for at in range(4, 14, 2))]
    return datetime(*numbers, tzinfo=KL)  # type: ignore[misc,arg-type]
