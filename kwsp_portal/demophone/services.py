"""Taking messages, bringing them to the phone, and what is to be reported. Every step is one transaction."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from kwsp_portal.demophone.enums import Answer, Carriage, Channel, Reporting, State
from kwsp_portal.demophone.models import Arrival, Behaviour, Message, Report

KEPT: Final = 20_000
_THIN_EVERY: Final = 500


@dataclass(frozen=True)
class Asked:
    """What the portal hands over."""

    key: str
    channel: Channel
    to: str
    subject: str
    text: str
    valid_until: datetime | None


writing: Final = threading.RLock()
"""Held while this process writes: SQLite would have the second writer sleep and look again, for longer each time."""


class OtherMessage(Exception):
    """The key belongs to another message. `first` is the one it belongs to."""

    def __init__(self, first: Message) -> None:
        super().__init__(first.reference)
        self.first = first


def behaviour() -> Behaviour:
    """The one row."""
    return Behaviour.objects.get_or_create(pk=1)[0]


def how_for(to: str) -> Behaviour:
    """How the provider behaves towards this message; one of the counted ones is used up."""
    found = behaviour()
    if found.to not in ("", to):
        return Behaviour()
    if not found.left:
        return found
    with writing, transaction.atomic():
        found = behaviour()
        if found.left == 1:
            Behaviour.objects.filter(pk=1).update(
                answer=Answer.NORMAL, carriage=Carriage.NORMAL, reporting=Reporting.NORMAL, delay_seconds=0, to="", left=0
            )
        elif found.left:
            Behaviour.objects.filter(pk=1).update(left=found.left - 1)
        return found


def known(asked: Asked) -> Message | None:
    """The message that was taken under this key. Raises OtherMessage if it is not this one."""
    first = Message.objects.filter(key=asked.key).first()
    if first is not None and (first.channel, first.to, first.subject, first.text) != (asked.channel, asked.to, asked.subject, asked.text):
        raise OtherMessage(first)
    return first


def take(asked: Asked, how: Behaviour, *, at: datetime) -> Message:
    """Write the message down, and bring it to the phone if it is not delayed. Another call with the key gives the same message."""
    with writing, transaction.atomic():
        first = known(asked)
        if first is not None:
            return first
        message = Message.objects.create(
            key=asked.key,
            channel=asked.channel,
            to=asked.to,
            subject=asked.subject,
            text=asked.text,
            taken_at=at,
            valid_until=asked.valid_until,
            deliver_at=at + timedelta(seconds=how.delay_seconds),
            copies=2 if how.carriage == Carriage.TWICE else 1,
            state=State.LOST if how.carriage == Carriage.LOSE else State.WAITING,
            reporting=how.reporting,
            report_delay=settings.LATE_SECONDS if how.reporting == Reporting.LATE else 0,
        )
        if how.carriage == Carriage.FAIL:
            _end(message, State.FAILED, at=at)
        elif message.state == State.WAITING and not how.delay_seconds:
            _bring(message, at=at)
        if message.pk % _THIN_EVERY == 0:
            Message.objects.filter(pk__lte=message.pk - KEPT).delete()
        return message


def bring_due(*, at: datetime) -> int:
    """Bring every delayed message whose time has come."""
    due = list(Message.objects.filter(state=State.WAITING, deliver_at__lte=at).values_list("pk", flat=True))
    for pk in due:
        with writing, transaction.atomic():
            message = Message.objects.filter(pk=pk, state=State.WAITING).first()
            if message is not None:
                _bring(message, at=at)
    return len(due)


def _bring(message: Message, *, at: datetime) -> None:
    """To the phone, unless its time is over."""
    if message.valid_until is not None and message.valid_until <= at:
        _end(message, State.EXPIRED, at=at)
        return
    arrival = {name: getattr(message, name) for name in ("channel", "to", "subject", "text")}
    Arrival.objects.bulk_create([Arrival(message=message, at=at, **arrival) for _ in range(message.copies)])
    _end(message, State.DELIVERED, at=at)


def _end(message: Message, state: State, *, at: datetime) -> None:
    message.state = state
    message.save(update_fields=["state"])
    if message.reporting == Reporting.NEVER:
        return
    copies = 3 if message.reporting == Reporting.REPEATED else message.copies
    due = at + timedelta(seconds=message.report_delay)
    forged = message.reporting == Reporting.FORGED
    Report.objects.bulk_create([Report(message=message, status=state.value.lower(), at=at, due_at=due, forged=forged) for _ in range(copies)])


def behave(*, token: str, answer: str, carriage: str, reporting: str, delay_seconds: int, to: str, left: int) -> bool:
    """Behave so from now on; False for a form that no page of ours showed."""
    chosen = {"answer": answer, "carriage": carriage, "reporting": reporting, "delay_seconds": delay_seconds, "to": to, "left": left}
    with writing:
        return bool(Behaviour.objects.filter(pk=1, token=token).update(**chosen))


def numbers(channel: Channel, *, most: int) -> Sequence[Arrival]:
    """The newest arrival of every phone, the latest first."""
    newest = Arrival.objects.filter(channel=channel).order_by().values("to").annotate(last=Max("id")).order_by("-last")[:most]
    found = Arrival.objects.in_bulk([row["last"] for row in newest])
    return [found[row["last"]] for row in newest]
