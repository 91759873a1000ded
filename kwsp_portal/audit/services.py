"""Writing the trail (house-style 30; reliability.md C-14, G44): an act in its own transaction, a refusal on a connection of its own."""

import json
import logging
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Any, Final, Protocol

from django.db import Error, connection
from django.db.models import Model

from kwsp_portal.audit.models import AuditEvent

PORTAL: Final = "portal"
NOBODY: Final = "anonymous"

log = logging.getLogger(__name__)


class Person(Protocol):
    """Somebody who signs in, as Django's user models are."""

    pk: Any

    def get_username(self) -> str: ...


Actor = Person | str | None
"""Somebody, or the name of a part of the portal ("jobs"). None is the portal itself for an act, nobody known for a refusal."""

Target = Model | str | None
"""What it was done to: a row, or `kind:id` in words ("filing:17")."""


def record(*, actor: Actor, action: str, target: Target = None, data: Mapping[str, Any] | None = None, ip: str | None = None) -> None:
    """Write one act into the trail, in the transaction of the act: if that rolls back, so does this.

    `action` is dotted ("filing.approve"). `data` takes what JSON takes; never a password, TAC or full identity number.
    """
    _event(actor=actor, action=action, target=target, data=data, ip=ip, refused=False).save(force_insert=True)


def record_many(*, actor: Actor, action: str, acts: Iterable[tuple[Target, Mapping[str, Any]]]) -> None:
    """`record` for one act on many things, each with its data: one statement for thousands."""
    events = [_event(actor=actor, action=action, target=target, data=data, ip=None, refused=False) for target, data in acts]
    if events:
        targets, details = [event.target for event in events], [json.dumps(event.data, ensure_ascii=False) for event in events]
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_MANY, [events[0].actor, events[0].actor_id, action, targets, details])


def record_refusal(*, actor: Actor, action: str, target: Target = None, data: Mapping[str, Any] | None = None, ip: str | None = None) -> None:
    """Write a refusal so that it stays, whatever becomes of the open transaction.

    Inside a transaction it goes by a second connection, closed again at once. The act is refused in any case: should the database
    not take the row, the log has it and the caller goes on.
    """
    event = _event(actor=actor, action=action, target=target, data=data, ip=ip, refused=True)
    try:
        if connection.in_atomic_block:
            _insert_apart(event)
        else:
            event.save(force_insert=True)
    except Error:
        log.exception("a refusal could not be written to the trail: %s %s by %s", action, event.target, event.actor)


def _event(*, actor: Actor, action: str, target: Target, data: Mapping[str, Any] | None, ip: str | None, refused: bool) -> AuditEvent:
    if isinstance(actor, str):
        name, number = actor, None
    elif actor is None or actor.pk is None:
        name, number = (PORTAL if actor is None and not refused else NOBODY), None
    else:
        name, number = actor.get_username(), actor.pk
    what = f"{target._meta.model_name}:{target.pk}" if isinstance(target, Model) else target or ""
    return AuditEvent(actor=name, actor_id=number, action=action, target=what, data=dict(data or {}), ip=ip, refused=refused)


_INSERT_MANY = """
INSERT INTO audit_auditevent (actor, actor_id, action, target, refused, data)
SELECT %s, %s, %s, target, false, data::jsonb FROM unnest(%s::text[], %s::text[]) AS acts (target, data)
"""
_INSERT = "INSERT INTO audit_auditevent (actor, actor_id, action, target, refused, data, ip) VALUES (%s, %s, %s, %s, %s, %s, %s)"


def _insert_apart(event: AuditEvent) -> None:
    data = AuditEvent._meta.get_field("data").get_db_prep_save(event.data, connection)
    with closing(connection.copy()) as apart, apart.cursor() as cursor:
        cursor.execute(_INSERT, [event.actor, event.actor_id, event.action, event.target, event.refused, data, event.ip])
