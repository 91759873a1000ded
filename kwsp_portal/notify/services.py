"""Telling: a notice is written in the transaction of what it tells of, so that both are there or neither is (reliability.md, outbox)."""

import functools
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from json.encoder import encode_basestring
from typing import Final, NamedTuple

from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from kwsp_portal import audit, bulk
from kwsp_portal.common import json_text
from kwsp_portal.jobs import calendar, doorbell
from kwsp_portal.notify import copies, kinds, wording
from kwsp_portal.notify.enums import Channel, Inbox, State, Whose
from kwsp_portal.notify.models import Message, Notice, Reading

DELIVER_TASK: Final = "kwsp_portal.notify.tasks.deliver"
_URGENT, _USUAL = 1, 5
SILENT_FOR: Final = timedelta(hours=1)
"""A message of which the provider reported nothing for so long may be sent again."""
WITHDRAWN: Final = "WITHDRAWN"
"""Why a message expired whose act was undone before it went out."""
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
# The natural key: whoever tells of the same act again tells nothing. One statement for a chunk of thousands.
# Who asked to hear of it elsewhere comes back: nobody, as a rule.
_TELL: Final = """
WITH told AS (
INSERT INTO notify_notice (whose, whose_id, code, cause, figures, link, "on")
SELECT whose, whose_id, code, cause, figures, link::jsonb, %s
  FROM ROWS FROM (unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[]), jsonb_array_elements(%s::jsonb))
    AS news (whose, whose_id, code, cause, link, figures)
    ON CONFLICT DO NOTHING
 RETURNING id, whose, whose_id)
SELECT told.id, told.whose, told.whose_id, asked.reader, asked.channel, asked.language
  FROM told JOIN notify_copy asked USING (whose, whose_id) ORDER BY told.id
"""


_NOTICES: Final = 'COPY notify_notice (whose, whose_id, code, cause, figures, link, "on") FROM STDIN'
_NUMBERED: Final = 'COPY notify_notice (id, whose, whose_id, code, cause, figures, link, "on") FROM STDIN'
_COPIES: Final = "SELECT whose_id, reader, channel, language FROM notify_copy WHERE whose = %s AND whose_id = ANY((SELECT %s::bigint[])::bigint[])"
MANY: Final = 200
"""From this number of notices on, COPY is worth a savepoint."""

_NOT_ATOMIC: Final = "notify.tell() was called outside transaction.atomic(); a notice and what it tells of must commit together"
_JSON: Final = json_text.encode


class News(NamedTuple):
    """One notice to be. `cause` names the act (`correctionline:17`), `link` a named address and its arguments."""

    to: Inbox
    code: str
    cause: str
    figures: Mapping[str, str]
    link: Sequence[str | int] = ()


def tell(news: Iterable[News], *, on: date, first: bool = False) -> None:
    """Put notices into inboxes, in the caller's transaction; what was told already is not told again. Who asked for it hears of it elsewhere, too.

    `first`: nobody can have been told of any of it, as a rule, and thousands are written in half the time; if one was, they are written as ever.

    Raises RuntimeError outside a transaction; KeyError for a code that is not registered or a figure that its sentences lack: words that
    cannot be made are refused when they are told, not when somebody reads them.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(_NOT_ATOMIC)
    if copies.announce(_write(list(news), on, first=first)):
        doorbell.ring("messages", task=DELIVER_TASK)


Heard = tuple[int, str, int, int, str, str]
"""By whom a new notice is to be heard of elsewhere: id, whose, whose_id, reader, channel, language."""


class Alike(NamedTuple):
    """The same told to many: News but for the inbox, the act and the figure named `own`, which each has of its own. Each cause is an act of the kind
    `of`, with its id."""

    whose: Whose
    code: str
    of: str
    figures: Mapping[str, str]
    own: str
    link: Sequence[str | int] = ()

    def news(self, whose_id: int, act_id: int, figure: str) -> News:
        return News(Inbox(self.whose, whose_id), self.code, f"{self.of}:{act_id}", {**self.figures, self.own: figure}, self.link)


class Each(NamedTuple):
    """What `Alike` leaves open, by column: of each the id of whose inbox it is, the id of the act that is told of, and the own figure."""

    whose_ids: Sequence[int]
    act_ids: Sequence[int]
    figures: Sequence[str]


def tell_alike(alike: Alike, each: Each, *, on: date) -> None:
    """`tell` with `first`, for thousands alike. Raises what `tell` does, ValueError for columns that are not as long as one another."""

    def told() -> list[News]:
        return [alike.news(*one) for one in zip(*each, strict=True)]

    if len(each.whose_ids) < MANY:
        tell(told(), on=on)
        return
    if not connection.in_atomic_block:
        raise RuntimeError(_NOT_ATOMIC)
    kinds.check(alike.code, dict.fromkeys([*alike.figures, alike.own], ""))
    if copies.announce(_once(lambda: _write_alike(alike, each, on), told, on)):
        doorbell.ring("messages", task=DELIVER_TASK)


def _write_alike(alike: Alike, each: Each, on: date) -> list[Heard]:
    whose, field = alike.whose.value, bulk.field
    head, code = f"{whose}\t", f"\t{alike.code}\t{field(alike.of)}:"
    begin = f'\t{field(_figures(alike.figures).removesuffix("}") + (", " if alike.figures else ""))}{field(_JSON(alike.own))}: "'
    end = f'"}}\t{field(_link(tuple(alike.link)))}\t{on}\n'
    told = zip(each.whose_ids, each.act_ids, _in_quotes(each.figures), strict=True)
    return _copied(whose, each.whose_ids, [f"{head}{whose_id}{code}{act_id}{begin}{figure}{end}" for whose_id, act_id, figure in told])


def _in_quotes(figures: Sequence[str]) -> Sequence[str]:
    """Each as it stands between the quotes of JSON, in a line of COPY. Most texts need nothing, and of all together one look tells."""
    joined = "".join(figures)
    if joined.isprintable() and '"' not in joined and "\\" not in joined:
        return figures
    return bulk.fields([_JSON(figure)[1:-1] for figure in figures])


def _write(told: Sequence[News], on: date, *, first: bool = False) -> list[Heard]:
    # Of thousands that are told the same each has the same figures, by name.
    for code, names in {(one.code, tuple(one.figures)) for one in told}:
        kinds.check(code, dict.fromkeys(names, ""))
    if first and len(told) >= MANY:
        return _once(lambda: _write_new(told, on), lambda: told, on)
    return _write_what_is_new(told, on)


def _once(write: Callable[[], list[Heard]], told: Callable[[], Sequence[News]], on: date) -> list[Heard]:
    """Written as new; where one of them was told before, those that were not are."""
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) != "notice_told_once":
            raise
    return _write_what_is_new(told(), on)


def _write_new(told: Sequence[News], on: date) -> list[Heard]:
    """IntegrityError where one was told before."""
    ends = f"\t{on}\n"
    lines: dict[str, tuple[list[int], list[str]]] = {}
    for one in told:
        whose, whose_id = one.to.whose.value, one.to.whose_id
        ids, of_kind = lines.setdefault(whose, ([], []))
        ids.append(whose_id)
        texts = f"{one.code}\t{bulk.field(one.cause)}\t{bulk.field(_figures(one.figures))}\t{bulk.field(_link(tuple(one.link)))}"
        of_kind.append(f"{whose}\t{whose_id}\t{texts}{ends}")
    return [heard for whose in sorted(lines) for heard in _copied(whose, *lines[whose])]


def _copied(whose: str, whose_ids: Sequence[int], lines: Sequence[str]) -> list[Heard]:
    """Writes new notices of one kind of inbox, each a line of COPY without its id, and says who wanted to hear of them. Their ids are asked for only
    where somebody did."""
    asked: dict[int, list[tuple[int, str, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COPIES, [whose, bulk.numbers(whose_ids)])
        for whose_id, *how in cursor.fetchall():
            asked.setdefault(whose_id, []).append(tuple(how))
        if not asked:
            bulk.copy(cursor, _NOTICES, lines)
            return []
        ids = bulk.new_ids(cursor, "notify_notice", len(lines))
        bulk.copy(cursor, _NUMBERED, [f"{notice_id}\t{line}" for notice_id, line in zip(ids, lines, strict=True)])
    return [(notice_id, whose, whose_id, *how) for notice_id, whose_id in zip(ids, whose_ids, strict=True) for how in asked.get(whose_id, ())]


def _figures(figures: Mapping[str, str]) -> str:
    """As JSON: the encoder makes itself anew for each mapping, but texts alone need none."""
    return "{" + ", ".join([f"{encode_basestring(name)}: {encode_basestring(text)}" for name, text in figures.items()]) + "}"


def _write_what_is_new(told: Sequence[News], on: date) -> list[Heard]:
    with connection.cursor() as cursor:
        cursor.execute(
            _TELL,
            [
                on,
                bulk.texts([one.to.whose for one in told]),
                bulk.numbers([one.to.whose_id for one in told]),
                bulk.texts([one.code for one in told]),
                bulk.texts([one.cause for one in told]),
                bulk.texts([_link(tuple(one.link)) for one in told]),
                _JSON([dict(one.figures) for one in told]),
            ],
        )
        return cursor.fetchall()


@functools.lru_cache
def _link(link: tuple[str | int, ...]) -> str:
    # Of thousands that are told of one act nearly all have the same.
    return _JSON(link)


def mark_read(*, notices: Iterable[Notice], user_id: int) -> None:
    """Somebody has read these; reading them again changes nothing."""
    Reading.objects.bulk_create([Reading(notice=notice, user_id=user_id) for notice in notices], ignore_conflicts=True)


def send_sms(
    *,
    to: str,
    kind: str,
    figures: Mapping[str, str],
    secrets: Mapping[str, str] | None = None,
    language: str,
    inbox: Inbox | None,
    cause: str,
    at: datetime,
    expires_at: datetime | None = None,
    on: date | None = None,
) -> None:
    """Have an SMS sent once the caller's transaction commits. `to` is E.164; `cause` names the act, of which nobody is told twice.

    `secrets` fill the kind's secret places: encrypted until the message is sent or can no longer be, and then gone. After `expires_at` it is not
    sent any more. The inbox shows the same words without the secrets, dated `on` (the business date, if not given).
    Raises RuntimeError outside a transaction; KeyError or ValueError for a kind, figures or secrets that make no words, or a number
    that is not in E.164.
    """
    if not _E164.fullmatch(to):
        raise ValueError("to: expected a number in E.164, as kwsp_portal.phones.parse gives it")
    _send(Channel.SMS, to, kind, figures, secrets or {}, language, inbox, cause, at, expires_at, on)


def send_email(
    *,
    to: str,
    kind: str,
    figures: Mapping[str, str],
    secrets: Mapping[str, str] | None = None,
    language: str,
    inbox: Inbox | None,
    cause: str,
    at: datetime,
    expires_at: datetime | None = None,
    on: date | None = None,
) -> None:
    """Have an e-mail sent, as send_sms does. Raises ValidationError for an address that is none."""
    validate_email(to)
    _send(Channel.EMAIL, to, kind, figures, secrets or {}, language, inbox, cause, at, expires_at, on)


def _send(
    channel: Channel,
    to: str,
    kind: str,
    figures: Mapping[str, str],
    secrets: Mapping[str, str],
    language: str,
    inbox: Inbox | None,
    cause: str,
    at: datetime,
    expires_at: datetime | None,
    on: date | None,
) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("notify.send_*() was called outside transaction.atomic(); a message and what it tells of must commit together")
    kinds.check(kind, figures)
    kinds.check_secrets(kind, secrets)
    # Words that cannot be made are refused now, with the act, not in a worker.
    wording.said(channel=channel, code=kind, figures=figures, secrets=secrets, language=language)
    message = Message(
        channel=channel,
        to=to,
        code=kind,
        cause=cause,
        language=language,
        figures=dict(figures),
        secrets=json.dumps(dict(secrets)) if secrets else None,
        urgency=_URGENT if expires_at else _USUAL,
        at=at,
        expires_at=expires_at,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    if inbox is not None:
        _write([News(inbox, kind, cause, figures)], on or calendar.current())
    doorbell.ring("messages", task=DELIVER_TASK)


def withdraw(*, causes: Iterable[str]) -> None:
    """Have the messages of these acts not sent any more, as far as they wait: their secrets open nothing now. In the caller's transaction.

    What is with the provider already arrives; what a worker holds is looked at once more before the provider is called.
    """
    waiting = Message.objects.filter(cause__in=list(causes), state=State.QUEUED)
    waiting.update(state=State.EXPIRED, reason=WITHDRAWN, ended_at=Now(), secrets=None)


class NotAgain(Exception):
    """A message that cannot be sent again. `why`: it held a SECRET, is UNDER_WAY, arrived (DELIVERED), or was sent again before (BEFORE)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def send_again(*, message_id: int, by: audit.Actor, at: datetime) -> None:
    """A new message with the same words to the same address, once. Raises NotAgain."""
    with transaction.atomic():
        first = Message.objects.select_for_update(no_key=True).get(pk=message_id)
        if kinds.KINDS[first.code].secrets or first.expires_at:
            raise NotAgain("SECRET")
        if first.state == State.DELIVERED:
            raise NotAgain("DELIVERED")
        if first.state == State.QUEUED or (first.state == State.SENT and first.sent_at and first.sent_at > at - SILENT_FOR):
            raise NotAgain("UNDER_WAY")
        again = {name: getattr(first, name) for name in ("channel", "to", "code", "language", "figures")}
        try:
            with transaction.atomic():
                Message.objects.create(**again, cause=f"message:{first.pk}", at=at)
        except IntegrityError as fault:
            raise NotAgain("BEFORE") from fault
        audit.record(actor=by, action="message.send_again", target=f"message:{first.pk}", data={"channel": first.channel, "kind": first.code})
        doorbell.ring("messages", task=DELIVER_TASK)
