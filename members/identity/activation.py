"""From a temporary User ID to an i-Akaun (seed 000, ruling 28): terms, own User ID, password, picture and phrase, TAC number; then signed in.

What was chosen waits in the invitation's `progress`, so that somebody who was interrupted goes on where it stopped; the password as its hash. The
i-Akaun begins with one act at the end, under the code that the TAC phone was sent: the invitation is used up, the User ID and password hold.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from kwsp_portal import audit
from members.identity import invitations, passwords, phones, tac
from members.identity.enums import Bound, InvitationKind, Purpose, Role
from members.identity.models import Approval, Invitation, User

TERMS: Final = "2026-11"
"""The version of the terms that a person agrees to (templates/identity/includes/terms.html)."""
LONGEST_PHRASE: Final = 10
_FROM_A_NUMBER: Final = re.compile(r"[0-9]{8}([0-9]{2,3})?[a-z]?")
"""User IDs that come from an employer number (employers.services.user_ids): of its people, and of nobody else."""


class Step(StrEnum):
    """In the order of the stepper; each begins when those before it are done."""

    TERMS = "terms"
    USER_ID = "user-id"
    PASSWORD = "password"  # noqa: S105 - the name of a page
    RECOGNITION = "recognition"
    PHONE = "phone"


class UserIdTaken(Exception):
    """Somebody has this User ID."""


class UserIdReserved(Exception):
    """User IDs that begin like temporary ones, or look like those that come from an employer number, are nobody's choice."""


FixedUserId = Callable[[User], str]
_FIXED: dict[InvitationKind, FixedUserId] = {}


def user_id_is_given(kind: InvitationKind) -> Callable[[FixedUserId], FixedUserId]:
    """Decorates what says the User ID of those who do not choose it: an employer's comes from the employer number (seed 000)."""

    def register(given: FixedUserId) -> FixedUserId:
        _FIXED[kind] = given
        return given

    return register


def given_user_id(invitation: Invitation) -> str:
    """The User ID that comes with the invitation; empty where the person chooses one."""
    given = _FIXED.get(InvitationKind(invitation.kind))
    return given(invitation.user) if given else ""


def step_of(invitation: Invitation) -> Step:
    """The first step that is not done."""
    done = invitation.progress
    for step in Step:
        if step is Step.PHONE or step.value not in done:
            return step
    raise AssertionError("Step.PHONE is the last one")


def agree(*, invitation: Invitation, on: date, at: datetime) -> Invitation:
    """The terms of today's version."""
    return _keep(invitation, on=on, terms={"version": TERMS, "at": at.isoformat()})


def choose_user_id(*, invitation: Invitation, user_id: str, on: date) -> Invitation:
    """The User ID for good, once the activation is over. Raises UserIdTaken, UserIdReserved."""
    given = given_user_id(invitation)
    if not given and (user_id.startswith(invitations.TEMPORARY) or _FROM_A_NUMBER.fullmatch(user_id)):
        raise UserIdReserved
    if User.objects.filter(user_id=given or user_id).exists():
        raise UserIdTaken
    return _keep(invitation, on=on, **{Step.USER_ID: given or user_id})


def rules_of(invitation: Invitation) -> frozenset[str]:
    """The own data that the password is not made of, with the User ID just chosen."""
    return passwords.own_data(invitation.user) | {passwords.simple(str(invitation.progress.get(Step.USER_ID, "")))}


def choose_password(*, invitation: Invitation, password: str, on: date) -> list[passwords.Rule]:
    """Keep the password's hash, or say which rules it breaks and keep nothing."""
    broken = passwords.broken(password, own=rules_of(invitation))
    if not broken:
        _keep(invitation, on=on, **{Step.PASSWORD: make_password(password)})
    return broken


def choose_recognition(*, invitation: Invitation, picture: str, phrase: str, on: date, at: datetime) -> Invitation:
    """What the sign-in shows before the password. The phone that the invitation went to becomes the TAC phone where there is none yet: the
    counter wrote it down from the form (KWSP 1, 1(i)), after looking at who it is (ruling 31), or the employer's administrator did. What was an
    administrator's word only, and no code has proved, gives way to where the invitation was sent later."""
    with transaction.atomic():
        phones.hold_number(invitation.phone)
        kept = _keep(invitation, on=on, **{Step.RECOGNITION: {"picture": picture, "phrase": phrase}})
        present = phones.current(kept.user)
        if present is None or present.how == Bound.ADMINISTRATOR:
            phones.bind(user=kept.user, number=kept.phone, how=_how_known(kept), by=kept.issued_by, at=at)
    return kept


def _how_known(invitation: Invitation) -> Bound:
    """On whose word the number is the person's."""
    if invitation.issued_by is None:
        return Bound.KIOSK
    return Bound.ADMINISTRATOR if invitation.issued_by.role == Role.REPRESENTATIVE else Bound.COUNTER


def again(*, invitation: Invitation, step: Step, on: date) -> Invitation:
    """Do a step anew: what was chosen in it is forgotten."""
    with transaction.atomic():
        row = _locked(invitation, on)
        row.progress = {name: value for name, value in row.progress.items() if name != step.value}
        row.save(update_fields=["progress"])
    return row


def shown(invitation: Invitation) -> Mapping[str, str]:
    """What the TAC of the activation approves: all that was chosen. Whatever of it changes, in whatever browser, needs another code."""
    chosen = json.dumps(invitation.progress, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(chosen.encode()).hexdigest()
    return {"user_id": str(invitation.progress[Step.USER_ID]), "invitation": str(invitation.pk), "chosen": digest}


def password_of(invitation: Invitation) -> str:
    """By what a browser knows again the password that was chosen in it; tells nothing of it."""
    return hashlib.sha256(str(invitation.progress.get(Step.PASSWORD, "")).encode()).hexdigest()


def finish(*, invitation: Invitation, approval: Approval, on: date, at: datetime, ip: str | None = None) -> User:
    """The i-Akaun begins. Raises invitations.Ended, tac.Refused, UserIdTaken where somebody was quicker; nothing is then used up."""
    try:
        with transaction.atomic():
            row = _locked(invitation, on)
            tac.spend(approval=approval, user=row.user, purpose=Purpose.ACTIVATION_PHONE, shown=shown(row), at=at)
            chosen, then = row.progress, {"user_id": row.user.user_id}
            user = _activated(row.user, chosen, at)
            row.progress = {Step.TERMS: chosen[Step.TERMS]}
            row.save(update_fields=["progress"])
            invitations.redeem(invitation_id=row.pk, on=on, at=at)
            data, now = {"terms": chosen[Step.TERMS]["version"]}, {"user_id": user.user_id}
            audit.record(actor=user, action="identity.activate", target=f"user:{user.pk}", data=data, before=then, after=now, subjects=[user], ip=ip)
    except IntegrityError as fault:
        if "user_id" not in str(fault):
            raise
        again(invitation=invitation, step=Step.USER_ID, on=on)
        raise UserIdTaken from fault
    return user


def _activated(user: User, chosen: Mapping[str, Any], at: datetime) -> User:
    user.user_id, user.password = chosen[Step.USER_ID], chosen[Step.PASSWORD]
    user.secret_image, user.secret_phrase = chosen[Step.RECOGNITION]["picture"], chosen[Step.RECOGNITION]["phrase"]
    user.activated_at = at
    user.save(update_fields=["user_id", "password", "secret_image", "secret_phrase", "activated_at"])
    return user


def _keep(invitation: Invitation, *, on: date, **done: Any) -> Invitation:
    """Write down what was chosen, while the invitation is open; a later window of the same person does not lose what an earlier one chose."""
    with transaction.atomic():
        row = _locked(invitation, on)
        row.progress = {**row.progress, **{str(name): value for name, value in done.items()}}
        row.save(update_fields=["progress"])
    invitation.progress = row.progress
    return row


def _locked(invitation: Invitation, on: date) -> Invitation:
    """The person first, as whoever sends another invitation does: the other way round the two would wait for each other."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=invitation.user_id)
    row = Invitation.objects.select_for_update(of=("self",), no_key=True).select_related("user", "issued_by").get(pk=invitation.pk)
    code = invitations.why_ended(row, on=on)
    if code:
        raise invitations.Ended(code, row)
    return row
