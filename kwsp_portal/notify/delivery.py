"""Bringing messages out. A row is taken (committed), the provider is called with no transaction open, and the outcome is written.

Taking moves `due_at` on and counts `tries`: whoever dies on the way leaves a row that falls due again, and whoever comes back too late finds
that `tries` is another's. The provider knows a message by its key, so that a call that is made again sends nothing again.
"""

import logging
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from typing import Final, NamedTuple

from django.conf import settings
from django.db import connection

from kwsp_portal.jobs import failpoint, outage, stopping
from kwsp_portal.notify import wording
from kwsp_portal.notify.enums import Channel, State
from kwsp_portal.notify.gateways import Gateway, Outgoing, Refused, Taken, choice
from kwsp_portal.notify.models import Message

log = logging.getLogger(__name__)

LEASE_SECONDS: Final = 30.0
"""How long a taken message is nobody else's. A provider is given settings.NOTIFY["timeout"] (5 s) to answer."""
BATCH: Final = 20
GIVE_UP_TRIES: Final = 40
"""With the longest pause about half a day. A code is over long before."""
_PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 180.0, 600.0, 1800.0)
_LONGEST_URGENT: Final = 4.0

_TAKE: Final = """
WITH free AS MATERIALIZED (
    SELECT id FROM notify_message WHERE state = 'QUEUED' AND channel = %(channel)s AND due_at <= clock_timestamp()
     ORDER BY urgency, due_at FOR UPDATE SKIP LOCKED LIMIT %(most)s)
UPDATE notify_message AS taken SET due_at = clock_timestamp() + %(lease)s * interval '1 second', tries = tries + 1
  FROM free WHERE taken.id = free.id RETURNING taken.id
"""
_EXPIRE: Final = """
UPDATE notify_message SET state = 'EXPIRED', ended_at = clock_timestamp(), secrets = NULL
 WHERE state = 'QUEUED' AND expires_at <= clock_timestamp()
"""
# Only whoever holds the row still writes what became of it: else a report of the provider's, or another worker, was first.
_WRITE: Final = """
UPDATE notify_message AS m SET state = said.state, reference = said.reference, reason = said.reason,
       secrets = CASE said.state WHEN 'QUEUED' THEN m.secrets END,
       sent_at = CASE said.state WHEN 'SENT' THEN clock_timestamp() ELSE m.sent_at END,
       ended_at = CASE WHEN said.state IN ('QUEUED', 'SENT') THEN m.ended_at ELSE clock_timestamp() END,
       due_at = CASE said.state WHEN 'QUEUED' THEN clock_timestamp() + said.pause * interval '1 second' ELSE m.due_at END
  FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[], %s::text[], %s::float[]) AS said(id, tries, state, reference, reason, pause)
 WHERE m.id = said.id AND m.tries = said.tries AND m.state = 'QUEUED'
"""


class Outcome(NamedTuple):
    """What is to be written of one message that was taken."""

    message: Message
    state: State
    reference: str = ""
    reason: str = ""
    pause: float = 0
    down: bool = False


def deliver(*, limit_seconds: float | None = None) -> "Counter[str]":
    """Bring out what is due, until nothing is, the time is up, or this worker is asked to end.

    Counts by what became of them; `left` when the time was up first.
    """
    outage.renew_connection()
    counts: Counter[str] = Counter()
    began = time.monotonic()
    for channel in Channel:
        while not stopping.asked():
            if limit_seconds is not None and time.monotonic() - began > limit_seconds:
                counts["left"] = 1
                return counts
            if not _some(channel, counts):
                break
    return counts


def _some(channel: Channel, counts: "Counter[str]") -> bool:
    """One batch of a channel; False when nothing more is to be had now."""
    counts["expired"] += expire()
    taken, until = _take(channel), time.monotonic() + LEASE_SECONDS
    if not taken:
        return False
    failpoint("notify.taken")
    outcomes = _call_each(channel, taken, until)
    failpoint("notify.called")
    counts["lost"] += len(outcomes) - _write(outcomes)
    counts.update(outcome.state.value.lower() for outcome in outcomes)
    return any(outcome.state != State.QUEUED for outcome in outcomes)


def expire() -> int:
    """Codes whose time is over are not sent any more, and their secrets are gone."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRE)
        return cursor.rowcount


def _take(channel: Channel) -> list[Message]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"channel": channel.value, "most": BATCH, "lease": LEASE_SECONDS})
        ids = [row[0] for row in cursor.fetchall()]
    return list(Message.objects.filter(pk__in=ids).order_by("urgency", "id")) if ids else []


def _call_each(channel: Channel, taken: Sequence[Message], until: float) -> list[Outcome]:
    """Call the provider for one after the other, between transactions. What there is no time left for falls due again by itself."""
    sent = _sent_lately([message.to for message in taken])
    outcomes: list[Outcome] = []
    with closing(choice.for_channel(channel)) as gateway:
        for message in taken:
            if time.monotonic() > until - settings.NOTIFY["timeout"] - 1:
                break
            outcome = _too_many(message, sent) or _call(gateway, message)
            outcomes.append(outcome)
            sent[message.to] += outcome.state == State.SENT
            if outcome.down:
                # The others would fare no better: they wait, too, and nobody waits for each of them in turn.
                outcomes += [Outcome(other, State.QUEUED, reason=outcome.reason, pause=_pause(other)) for other in taken[len(outcomes) :]]
                break
    return outcomes


def _call(gateway: Gateway, message: Message) -> Outcome:
    if message.expires_at is not None and not _still_wanted(message):
        return Outcome(message, State.EXPIRED)
    try:
        words = wording.of(message)
    except Exception as error:
        # Of one message, whatever it is: the others go on. The error's own text may hold what nobody shall read in a log.
        log.error("message %s (%s) cannot be put into words: %s", message.pk, message.code, type(error).__name__)
        return Outcome(message, State.FAILED, reason="NO_WORDS")
    answer = gateway.send(Outgoing(str(message.key), message.to, words.subject, words.body, message.expires_at))
    if isinstance(answer, Taken):
        return Outcome(message, State.SENT, reference=answer.reference[:80])
    if isinstance(answer, Refused):
        return Outcome(message, State.REFUSED, reason=answer.reason[:80])
    if message.tries >= GIVE_UP_TRIES:
        return Outcome(message, State.FAILED, reason=answer.reason[:80])
    return Outcome(message, State.QUEUED, reason=answer.reason[:80], pause=_pause(message), down=answer.down)


def _pause(message: Message) -> float:
    """Longer each time; what runs out is tried every few seconds."""
    pause = _PAUSES[min(message.tries, len(_PAUSES)) - 1]
    return min(pause, _LONGEST_URGENT) if message.expires_at else pause


def _still_wanted(message: Message) -> bool:
    """Whether a message that runs out has neither done so nor been withdrawn since it was taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state = 'QUEUED' AND expires_at > clock_timestamp() FROM notify_message WHERE id = %s", [message.pk])
        wanted: bool = cursor.fetchone()[0]
    return wanted


def _sent_lately(numbers: Sequence[str]) -> "Counter[str]":
    """How many went to each number in the last hour. Two workers at once may pass the limit by a few: it is against floods."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT "to", count(*) FROM notify_message WHERE "to" = ANY(%s) AND sent_at > clock_timestamp() - interval \'1 hour\' GROUP BY 1',
            [list(numbers)],
        )
        return Counter(dict(cursor.fetchall()))


def _too_many(message: Message, sent: "Counter[str]") -> Outcome | None:
    if sent[message.to] < settings.NOTIFY["per_hour"]:
        return None
    return Outcome(message, State.REFUSED, reason="TOO_MANY")


def _write(outcomes: Sequence[Outcome]) -> int:
    """How many were still ours."""
    if not outcomes:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [
                [one.message.pk for one in outcomes],
                [one.message.tries for one in outcomes],
                [one.state.value for one in outcomes],
                [one.reference for one in outcomes],
                [one.reason for one in outcomes],
                [one.pause for one in outcomes],
            ],
        )
        return cursor.rowcount
