"""What the provider reports of a message: signed, several at once, as often as it likes and in any order.

A report is of a message by our own key, so that one that comes before the answer to the call finds its row. DELIVERED is the last word; a
report of a failure never takes it back.
"""

import hashlib
import hmac
import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from kwsp_portal.notify.enums import State

TOLERANCE: Final = timedelta(minutes=5)
MOST: Final = 500
_SIGNATURE: Final = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
_STATES: Final = {"delivered": State.DELIVERED, "failed": State.FAILED, "expired": State.FAILED}
_REASON: Final = re.compile(r"[^A-Za-z0-9_ .-]")

_APPLY: Final = """
UPDATE notify_message SET state = %(state)s, secrets = NULL, ended_at = %(at)s, sent_at = coalesce(sent_at, %(at)s), reason = %(reason)s,
       reference = CASE reference WHEN '' THEN %(reference)s ELSE reference END
 WHERE key = %(key)s AND state <> %(state)s AND state IN ('QUEUED', 'SENT', {more})
"""
_MORE: Final = {State.DELIVERED: "'FAILED', 'EXPIRED'", State.FAILED: "'SENT'"}


class Unsigned(Exception):
    """Not signed by the provider, or too long ago."""


class Unreadable(Exception):
    """Signed, but no report; says what was found and expected."""


@dataclass(frozen=True)
class Report:
    """What became of one message."""

    key: UUID
    reference: str
    state: State
    reason: str


def read(body: bytes, signature: str, *, at: datetime) -> list[Report]:
    """The reports of a signed body. Raises Unsigned or Unreadable."""
    _check(body, signature, at)
    try:
        said = json.loads(body)["reports"]
        if not isinstance(said, list) or len(said) > MOST:
            raise Unreadable(f"reports: expected a list of at most {MOST}")
        return [_report(one) for one in said]
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Unreadable(f"found {type(fault).__name__}, expected reports with id, key and status") from fault


def _check(body: bytes, signature: str, at: datetime) -> None:
    found = _SIGNATURE.fullmatch(signature)
    key = settings.NOTIFY["sms_report_key"]
    if not found or not key:
        raise Unsigned("no signature")
    expected = hmac.new(key.encode(), found[1].encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, found[2]):
        raise Unsigned("wrong signature")
    if abs(at.timestamp() - int(found[1])) > TOLERANCE.total_seconds():
        raise Unsigned("signed too long ago, or the clocks differ")


def _report(said: dict[str, Any]) -> Report:
    state = _STATES[said["status"]]
    reason = "PROVIDER_EXPIRED" if said["status"] == "expired" else _REASON.sub("", str(said.get("reason", "")))[:80]
    return Report(UUID(str(said["key"])), _REASON.sub("", str(said["id"]))[:80], state, "" if state == State.DELIVERED else reason)


def apply(reports: list[Report], *, at: datetime) -> "Counter[str]":
    """Write on how far messages have come. Counts `applied`, and `ignored`: told before, overtaken, or of no message of ours."""
    counts: Counter[str] = Counter()
    for report in sorted(reports, key=lambda one: one.key):
        values = {"state": report.state.value, "at": at, "reason": report.reason, "reference": report.reference, "key": report.key}
        with connection.cursor() as cursor:
            cursor.execute(_APPLY.format(more=_MORE[report.state]), values)
            counts["applied" if cursor.rowcount else "ignored"] += 1
    return counts
