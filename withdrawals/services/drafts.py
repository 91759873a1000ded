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

from members.identity.models import User
from members.models import Member
from withdrawals import kinds
from withdrawals.enums import Action, Channel, KindCode, Payee, State
from withdrawals.kinds import asking
from withdrawals.models import Application
from withdrawals.services import moves

_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without what looks like something else."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one page of the guide says; None: not asked there."""

    answers: Mapping[str, Any] | None = None
    asked: Decimal | None = None
    payee: Payee | None = None


def begin(*, member: Member, kind: KindCode, by: User, on: date, channel: Channel = Channel.ONLINE) -> Application:
    """The open draft of the kind, or a new one. Raises moves.NotAllowed (NO_RIGHT)."""
    with transaction.atomic():
        locked = Member.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
        if locked.user_id != by.pk and by.role not in moves.AT_COUNTER:
            raise moves.NotAllowed("NO_RIGHT")
        there = Application.objects.filter(member=locked, kind=kind, state=State.DRAFT).first()
        if there is not None:
            return there
        found = Application.objects.create(
            number=new_number(on), member=locked, kind=kind, channel=channel, payee=Payee.ACCOUNT, drafted_on=on, entered_by=by
        )
        moves.record(found, "begin", by, before={}, after={"state": State.DRAFT.value})
    return found


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
        if found.state == State.DISCARDED and found.member.user_id == by.pk:
            return found
        moves.move(found, Action.DISCARD, by, on=on)
    return found


def new_number(on: date) -> str:
    """A reference for a person: the day, and letters that nobody can guess."""
    return f"PGL{on:%y%m%d}" + "".join(secrets.choice(_ALPHABET) for _ in range(6))
