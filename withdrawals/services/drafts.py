"""A draft of an application: kept until it is handed in or thrown away, one of each kind at a time; every page of the guide is saved by itself.

`version` is what the page was made from: who saves a page that is older than the draft, in another window, is told, and nothing is lost.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from kwsp_portal.audit import services as audit
from members.identity.models import User
from members.models import Member
from withdrawals import kinds
from withdrawals.enums import Action, Channel, KindCode, Payee, State
from withdrawals.kinds import asking
from withdrawals.kinds.base import Kind
from withdrawals.models import Application
from withdrawals.services import moves
from withdrawals.services.confirming import LONGEST_IN_POST

_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without what looks like something else."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one page of the guide says; None: not asked there."""

    answers: Mapping[str, Any] | None = None
    asked: Decimal | None = None
    payee: Payee | None = None


def begin(*, member: Member, kind: KindCode, by: User, on: date, channel: Channel = Channel.ONLINE, received_on: date | None = None) -> Application:
    """The open draft of the kind that came in this way, or a new one, with what stays of a running one that it would change. `received_on`: the day
    on which it came by post.

    Raises moves.NotAllowed: NO_RIGHT, OWN_CASE, RELATIVE, RECEIVED_ON where that day is in the future or longer ago than LONGEST_IN_POST.
    """
    with transaction.atomic():
        locked = Member.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
        _require_begin(locked, by, on, channel, received_on)
        there = Application.objects.filter(member=locked, kind=kind, state=State.DRAFT, channel=channel, received_on=received_on).first()
        if there is not None:
            return there
        found = Application.objects.create(
            number=new_number(on),
            member=locked,
            kind=kind,
            channel=channel,
            received_on=received_on,
            payee=Payee.ACCOUNT,
            particulars=_kept(locked, kinds.OF[kind]),
            drafted_on=on,
            entered_by=by,
        )
        moves.record(found, "begin", by, before={}, after={"state": State.DRAFT.value})
    return found


def _kept(member: Member, kind: Kind) -> dict[str, Any]:
    running = Application.objects.filter(member=member, kind=kind.code, state=State.ACTIVE).order_by("-pk").first() if kind.keeps else None
    return {name: running.particulars[name] for name in kind.keeps if name in running.particulars} if running is not None else {}


def _require_begin(member: Member, by: User, on: date, channel: Channel, received_on: date | None) -> None:
    """Raises moves.NotAllowed, which the trail keeps where it is a member's matter."""
    code = "" if member.user_id == by.pk and channel is Channel.ONLINE else moves.why_not_for(member, by)
    if not code and member.user_id != by.pk and channel is Channel.ONLINE:
        code = "NO_RIGHT"
    if code:
        audit.record_refusal(actor=by, action="withdrawal.begin", target=member, data={"code": code}, subjects=[member])
        raise moves.NotAllowed(code)
    earliest = on - LONGEST_IN_POST
    if (channel is Channel.POST) != (received_on is not None) or (received_on is not None and not earliest <= received_on <= on):
        found = received_on.isoformat() if received_on else ""
        raise moves.NotAllowed("RECEIVED_ON", found=found, earliest=earliest.isoformat(), latest=on.isoformat())


def say(*, application_id: int, version: int, said: Said, by: User) -> Application:
    """Save a page. The same page sent twice is saved once. Raises moves.NotAllowed: NO_RIGHT, WRONG_STATE, CHANGED."""
    with transaction.atomic():
        found = moves.locked(application_id)
        moves.demand(found, Action.SUBMIT, by)
        before = (dict(found.particulars), found.asked, found.payee)
        if said.answers is not None:
            found.particulars = asking.needed(kinds.OF[KindCode(found.kind)], {**found.particulars, **said.answers})
        if said.asked is not None:
            found.asked = said.asked
        if said.payee is not None:
            found.payee = said.payee
        if (found.particulars, found.asked, found.payee) == before:
            return found
        if found.version != version:
            raise moves.NotAllowed("CHANGED")
        saved(found)
    return found


def saved(found: Application) -> None:
    """Write a draft that was changed under its lock: it is newer than every page that shows it."""
    found.version = F("version") + 1
    found.save(update_fields=["particulars", "asked", "payee", "version"])
    found.refresh_from_db(fields=["version"])


def discard(*, application_id: int, by: User, on: date) -> Application:
    """Throw a draft away; thrown away before, it stays so. Raises moves.NotAllowed."""
    with transaction.atomic():
        found = moves.locked(application_id)
        if found.state == State.DISCARDED and by.pk in (found.member.user_id, found.entered_by_id):
            return found
        moves.move(found, Action.DISCARD, by, on=on)
    return found


def new_number(on: date) -> str:
    """A reference for a person: the day, and letters that nobody can guess."""
    return f"PGL{on:%y%m%d}" + "".join(secrets.choice(_ALPHABET) for _ in range(6))
