"""Writing the trail (house-style 30; reliability.md C-14, G44): an act in its own transaction, a refusal on a connection of its own."""

import logging
import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Any, Final, NamedTuple, Protocol

from django.db import Error, connection
from django.db.models import Model

from kwsp_portal import bulk
from kwsp_portal.audit import acts
from kwsp_portal.audit.models import SUBJECT_FORM, AuditEvent
from kwsp_portal.common import json_text, plain, reference

PORTAL: Final = "portal"
NOBODY: Final = "anonymous"
SUBJECT: Final = re.compile(SUBJECT_FORM)

_JSON: Final = json_text.encode

log = logging.getLogger(__name__)


class Person(Protocol):
    """Somebody who signs in, as Django's user models are."""

    pk: Any

    def get_username(self) -> str: ...


Actor = Person | str | None
"""Somebody, or the name of a part of the portal ("jobs"). None is the portal itself for an act, nobody known for a refusal."""

Target = Model | str | None
"""What it was done to: a row, or `kind:id` in words ("filing:17")."""


class Touched(Protocol):
    """Somebody or something with a log of its own: a member, an employer, a user."""

    @property
    def subject(self) -> str: ...


Subjects = Iterable[Touched | str]
"""Whom an act touches: rows, or their names as `member:NUMBER`, `employer:NUMBER`, `user:ID`."""


def record(
    *,
    actor: Actor,
    action: str,
    target: Target = None,
    data: Mapping[str, Any] | None = None,
    subjects: Subjects = (),
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    ip: str | None = None,
) -> None:
    """Write one act into the trail, in the transaction of the act: if that rolls back, so does this.

    `action` is one of the register (`acts.py` of each app), which also says what `data`, `before` and `after` may hold: what JSON takes; never
    a password, TAC or full identity number. `subjects` are all whose log the act belongs to; who acts is always among them, and so is a
    target that is a member, an employer or a user.
    """
    event = _event(actor=actor, action=action, target=target, data=_data(data, before, after), subjects=subjects, ip=ip, refused=False)
    event.save(force_insert=True)


def record_many(*, actor: Actor, action: str, acts: Iterable[tuple[Target, Mapping[str, Any], Subjects]]) -> None:
    """`record` for one act on many things, each with its data and subjects: one COPY for thousands."""
    name, number = _who(actor, refused=False)
    head = f"{bulk.field(name)}\t{bulk.NULL if number is None else number}\t{action}"
    lines = [f"{head}\t{_line(actor, action, *act)}\n" for act in acts]
    if lines:
        with connection.cursor() as cursor:
            bulk.copy(cursor, _COPY_MANY, lines)


def _line(actor: Actor, action: str, target: Target, data: Mapping[str, Any], subjects: Subjects) -> str:
    """Target, data and subjects of one of many: _said, but what holds nothing to be made harmless is not looked through piece by piece."""
    if via := reference.via.get():
        data = {**data, acts.VIA: via}
    acts.check(action, data)
    name, said = _target(target), _JSON(data)
    if not said.isprintable() or "\\" in said:
        said = _JSON(plain.value(data))
    touched = ",".join(subjects_of(actor=actor, target=name, subjects=subjects))
    return f"{bulk.field(plain.text(name))}\tf\t{bulk.field(said)}\t{{{touched}}}"


def record_refusal(
    *, actor: Actor, action: str, target: Target = None, data: Mapping[str, Any] | None = None, subjects: Subjects = (), ip: str | None = None
) -> None:
    """Write a refusal so that it stays, whatever becomes of the open transaction.

    Inside a transaction it goes by a second connection, closed again at once. The act is refused in any case: should the database
    not take the row, the log has it and the caller goes on.
    """
    event = _event(actor=actor, action=action, target=target, data=dict(data or {}), subjects=subjects, ip=ip, refused=True)
    try:
        if connection.in_atomic_block:
            _insert_apart(event)
        else:
            event.save(force_insert=True)
    except Error:
        log.exception("a refusal could not be written to the trail: %s %s by %s", action, event.target, event.actor)


def subjects_of(*, actor: Actor, target: Target = None, subjects: Subjects = ()) -> list[str]:
    """The names of all whom an act touches, each once, in order."""
    found = {one if isinstance(one, str) else one.subject for one in subjects}
    if actor is not None and not isinstance(actor, str) and actor.pk is not None:
        found.add(f"user:{actor.pk}")
    name = _target(target)
    if SUBJECT.fullmatch(name):
        found.add(name)
    return sorted(found)


def _data(data: Mapping[str, Any] | None, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, Any]:
    sides = ((acts.BEFORE, before), (acts.AFTER, after))
    return {**(data or {}), **{name: dict(side) for name, side in sides if side is not None}}


class _Said(NamedTuple):
    """What the trail keeps of one act, whoever did it: a row of the model costs more, where they are thousands."""

    target: str
    data: dict[str, Any]
    subjects: list[str]


def _said(*, actor: Actor, action: str, target: Target, data: Mapping[str, Any], subjects: Subjects) -> _Said:
    if via := reference.via.get():
        data = {**data, acts.VIA: via}
    acts.check(action, data)
    return _Said(plain.text(_target(target)), plain.value(data), subjects_of(actor=actor, target=target, subjects=subjects))


def _who(actor: Actor, *, refused: bool) -> tuple[str, Any]:
    """Name and number of who acted."""
    if isinstance(actor, str):
        return actor, None
    if actor is None or actor.pk is None:
        return (PORTAL if actor is None and not refused else NOBODY), None
    return actor.get_username(), actor.pk


def _event(*, actor: Actor, action: str, target: Target, data: Mapping[str, Any], subjects: Subjects, ip: str | None, refused: bool) -> AuditEvent:
    said = _said(actor=actor, action=action, target=target, data=data, subjects=subjects)
    name, number = _who(actor, refused=refused)
    return AuditEvent(actor=name, actor_id=number, action=action, ip=ip, refused=refused, **said._asdict())


def _target(target: Target) -> str:
    """A row by its name in the trail: who has a log of their own says it as a property. A column that is called so is somebody's words, and would let
    them write into the log of another."""
    if isinstance(target, Model):
        touched: Any = target if isinstance(getattr(type(target), "subject", None), property) else None
        return touched.subject if touched is not None else f"{target._meta.model_name}:{target.pk}"
    return target or ""


_COPY_MANY = "COPY audit_auditevent (actor, actor_id, action, target, refused, data, subjects) FROM STDIN"
_INSERT = "INSERT INTO audit_auditevent (actor, actor_id, action, target, refused, data, subjects, ip) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"


def _insert_apart(event: AuditEvent) -> None:
    data = AuditEvent._meta.get_field("data").get_db_prep_save(event.data, connection)
    with closing(connection.copy()) as apart, apart.cursor() as cursor:
        cursor.execute(_INSERT, [event.actor, event.actor_id, event.action, event.target, event.refused, data, event.subjects, event.ip])
