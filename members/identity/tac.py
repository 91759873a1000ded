"""Transaction codes (ruling 27; stack.md, the TAC): `issue` a code for one act, `verify` what was typed, `spend` the approval in the act.

A code belongs to an act: person, purpose, and the SHA-256 of exactly what was shown. `issue` and `verify` commit in transactions of their own,
so that no later error takes a wrong guess back; they hold the row of the person's standing, so that guesses sent all at once are counted one by
one, and a new code counts on. `verify` leaves an `Approval`, which the acting service spends in its transaction: exactly once.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils.crypto import salted_hmac

from kwsp_portal import audit
from kwsp_portal.jobs import doorbell
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.enums import Inbox
from members.identity import authenticators, phones, tac_limits, tac_messages, token_limits
from members.identity.enums import Method, Purpose
from members.identity.models import ApiToken, User
from members.identity.models_tac import Approval, Attempt, Challenge, Standing, TacPhone
from members.identity.origins import origin_of
from members.identity.tac_limits import WORDS, Refused, words

__all__ = ["WORDS", "Leave", "Refused", "digest_of", "goes_by_app", "issue", "latest", "spend", "unblock", "unspent", "verify", "words"]

Leave = Approval | ApiToken
"""What lets an act happen: the answer to a code for exactly this act, or a token whose person set a monthly limit under a code."""
NOBODY: Final = "anonymous"
NOWHERE: Final = "+601110000000"
"""Where the message of a decoy would go, if it were not rolled back."""
SKEW: Final = timedelta(seconds=10)
"""How far the clocks of two web servers may differ. A code from further ahead is dead: somebody's clock has stepped back."""
SMS_ONLY: Final = frozenset({Purpose.RECOVERY, Purpose.ACTIVATION_PHONE, Purpose.INCENTIVE})
"""Where a stranger could see by the kind of code that somebody is known, and where the phone itself is to be proved."""
UNPROVEN: Final = frozenset({Purpose.RECOVERY, Purpose.INCENTIVE})
"""What is asked for by who has proven nothing yet."""
_DIGITS: Final = re.compile(r"[0-9]{6}")
_BY_APP: Final = re.compile(rf"[0-9]{{6}}|[{authenticators.LETTERS}]{{{authenticators.CODE_LETTERS}}}")
"""An app's code, or one of its recovery codes."""


@dataclass(frozen=True, slots=True)
class _Act:
    """What a code is asked for, and from where."""

    purpose: Purpose
    shown: Mapping[str, str]
    origin: str
    inbox: Inbox | None


def digest_of(shown: Mapping[str, str]) -> str:
    """The SHA-256 of what is approved, as canonical JSON. Raises TypeError for anything but text: only text has one form."""
    for name, value in shown.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(f"shown: found {name!r}: {value!r}, expected text for text")
    return hashlib.sha256(json.dumps(dict(shown), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def issue(
    *,
    user: User | None,
    purpose: Purpose,
    shown: Mapping[str, str],
    at: datetime,
    unknown: str = "",
    inbox: Inbox | None = None,
    or_decoy: bool = False,
    ip: str | None = None,
) -> Challenge:
    """A code for this act, on its way to the person's phone. Commits by itself. Raises Refused (TOO_MANY, LOCKED, COUNTER, NO_PHONE, COOLING).

    `shown` is exactly what is approved; it holds the figures of the message kind `TAC_<purpose>`. Asked again before `resend_at`, the open code of
    the same act is given back; afterwards there is a new one, and the old one is burnt. Where nobody is known by what was typed, `user` is None and
    `unknown` is what was typed: the answer is a decoy, which no digits are right for, with the same limits and the same work. `or_decoy` gives one in
    place of a refusal, too, which is then said to the trail alone.
    """
    made: Challenge | Refused | None
    with transaction.atomic(durable=True):
        standing, act = tac_limits.locked(_subject(user, unknown), at=at), _Act(purpose, shown, origin_of(ip), inbox)
        made = _open_one(standing, act, at) or tac_limits.why_no_code(standing, purpose=purpose, origin=act.origin, at=at)
        made = made or _make(standing, user, act, at)
        refused = made if isinstance(made, Refused) else None
        if isinstance(made, Challenge):
            data = {"purpose": purpose.value, "method": made.method}
            audit.record(action="tac.issue", target=made, data=data, **_whose(user, purpose), ip=ip)
        elif or_decoy:
            made = _make(tac_limits.locked(_subject(None, unknown), at=at), None, act, at)
    if refused is not None:
        data = {"purpose": purpose.value, "code": refused.code}
        audit.record_refusal(action="tac.issue", data=data, **_whose(user, purpose), ip=ip)
    if isinstance(made, Refused):
        raise made
    return made


def verify(*, challenge: Challenge, user: User | None, digits: str, at: datetime, number: str = "", ip: str | None = None) -> Approval:
    """What was typed, evaluated and counted; commits by itself. A right code leaves leave for its act. Raises Refused, which `words` puts into words.

    `number` is the TAC phone number typed in full, asked for (NUMBER) when everybody together has guessed wrong too often.
    """
    typed = _bare(digits)
    form = _BY_APP if challenge.method == Method.APP else _DIGITS
    found: Approval | Refused
    if challenge.user_id != (user.pk if user else None):
        found = Refused("OTHER_ACT")
    elif not form.fullmatch(typed):
        found = Refused("FORM")
    else:
        with transaction.atomic(durable=True):
            standing = tac_limits.locked(challenge.subject, at=at)
            row = Challenge.objects.select_for_update(of=("self",), no_key=True).select_related("phone", "user").get(pk=challenge.pk)
            found = _why_dead(row, standing, number, at) or _evaluated(row, standing, typed, number, at)
            if isinstance(found, Approval):
                audit.record(action="tac.verify", target=row, data={"purpose": row.purpose}, **_whose(user, row.purpose), ip=ip)
    if isinstance(found, Refused):
        data, whose = {"purpose": challenge.purpose, "code": found.code}, _whose(user, challenge.purpose)
        audit.record_refusal(action="tac.verify", target=challenge, data=data, **whose, ip=ip)
        raise found
    return found


def unspent(*, challenge: Challenge, digits: str, at: datetime) -> Approval | None:
    """The leave that this very code has given already, if it still waits for its act: the second of two clicks. Commits by itself; other digits are a
    wrong guess like any, which no limit lets be made without end."""
    typed = _bare(digits)
    with transaction.atomic(durable=True):
        standing = tac_limits.locked(challenge.subject, at=at)
        left = Approval.objects.filter(challenge=challenge, spent_at=None, expires_at__gt=at).first()
        if left is None or not challenge.mac or tac_limits.why_no_try(standing, purpose=challenge.purpose, origin=challenge.origin, at=at):
            return None
        if hmac.compare_digest(_mac(challenge.salt, typed), challenge.mac):
            return left
        Attempt.objects.create(challenge=challenge, subject=challenge.subject, right=False, at=at)
        tac_limits.count_wrong(standing, purpose=challenge.purpose, origin=challenge.origin, at=at)
        tac_limits.count_on_meter(at=at)
    return None


def spend(*, approval: Leave, user: User, purpose: Purpose, shown: Mapping[str, str], at: datetime) -> None:
    """Take the leave for this very act, in the acting service's transaction: what a code left for it, or a token within its monthly limit.

    Raises Refused for another act, person or figure, for one that is spent, too old, or from a phone that is the person's no more, above the limit,
    of somebody whose access was blocked meanwhile, and while a changed number cools off; RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("tac.spend() was called outside transaction.atomic(); an approval and its act must commit together")
    refused = tac_limits.why_too_new(phones.current(user), purpose=purpose, at=at)
    if refused is None and isinstance(approval, ApiToken):
        refused = token_limits.take(token=approval, user=user, purpose=purpose, shown=shown, digest=digest_of(shown), at=at)
    elif refused is None:
        refused = _taken(approval, user, purpose, digest_of(shown), at)
    if refused is not None:
        target = f"token:{approval.pk}" if isinstance(approval, ApiToken) else f"challenge:{approval.challenge_id}"
        audit.record_refusal(actor=user, action="tac.spend", target=target, data={"code": refused.code})
        raise refused


def _taken(approval: Approval, user: User, purpose: Purpose, digest: str, at: datetime) -> Refused | None:
    """Why the leave is not for this; None where it is, and is spent now."""
    mine = Approval.objects.filter(pk=approval.pk, user=user, purpose=purpose, digest=digest)
    # One UPDATE of the row itself, with no list of ids beside it: whoever waited for the row looks at its `spent_at` again.
    gone = Challenge.objects.filter(pk=OuterRef("challenge_id"), phone__ended_at__isnull=False)
    shut = User.objects.filter(pk=OuterRef("user_id"), is_active=False)
    good = mine.filter(~Exists(gone), ~Exists(shut), spent_at=None, expires_at__gt=at, made_at__lte=at + SKEW)
    if good.update(spent_at=at):
        return None
    there = mine.first()
    return Refused("OTHER_ACT" if there is None else "SPENT" if there.spent_at else "STALE")


def latest(*, user: User | None, unknown: str, purpose: Purpose, shown: Mapping[str, str], ip: str | None = None) -> Challenge | None:
    """The latest code of an act that was asked for from there and not answered, for callers that keep no session; a decoy where nobody is known by
    what was typed."""
    act = {"purpose": purpose, "digest": digest_of(shown), "origin": origin_of(ip)}
    of_the_act = Challenge.objects.filter(subject=_subject(user, unknown), used_at=None, **act)
    return of_the_act.select_related("phone").order_by("-pk").first()


def unblock(*, user: User, by: User, at: datetime, ip: str | None = None) -> None:
    """The counter has seen who it is: wrong guesses up to now are forgiven."""
    with transaction.atomic():
        standing = tac_limits.locked(_subject(user, ""), at=at)
        before = {"wrong": standing.wrong_in_a_row}
        standing.wrong_in_a_row, standing.blocked_at, standing.touched_at = 0, None, at
        standing.forgiven_to = Attempt.objects.filter(subject=standing.pk).aggregate(last=Max("pk"))["last"] or standing.forgiven_to
        standing.save()
        audit.record(actor=by, action="tac.unblock", target=f"user:{user.pk}", before=before, after={"wrong": 0}, ip=ip)


def _subject(user: User | None, unknown: str) -> str:
    """What was typed for nobody is kept as an HMAC only: it may be somebody's identity number."""
    return f"user:{user.pk}" if user else f"unknown:{salted_hmac('members.identity.tac.unknown', unknown, algorithm='sha256').hexdigest()}"


def _whose(user: User | None, purpose: str) -> dict[str, Any]:
    """By whom the trail has it, nobody known where nothing is proven yet; and in whose log it stands all the same."""
    return {"actor": NOBODY if user is None or purpose in UNPROVEN else user, "subjects": [user] if user else []}


def goes_by_app(user: User, purpose: Purpose) -> bool:
    """Whether the person's authenticator app answers for this, and nothing is sent."""
    return purpose not in SMS_ONLY and authenticators.current(user) is not None


def _bare(typed: str) -> str:
    """Without the blanks and hyphens that people type, in small letters."""
    return re.sub(r"[\s-]", "", typed).lower()


def _mac(salt: str, digits: str) -> str:
    """Keyed by the installation's secret through the row's own salt: neither the table nor the secret alone tells the digits."""
    return salted_hmac(f"members.identity.tac.{salt}", digits, algorithm="sha256").hexdigest()


def _of_same_act(standing: Standing, act: _Act, at: datetime) -> "QuerySet[Challenge]":
    """The codes for it that were not answered; of who is not signed in, those that were asked for from the same place."""
    here = {"origin": act.origin} if act.purpose in tac_limits.STRANGERS else {}
    since = at - tac_limits.HOUR
    return Challenge.objects.filter(subject=standing.pk, purpose=act.purpose, digest=digest_of(act.shown), used_at=None, issued_at__gt=since, **here)


def _open_one(standing: Standing, act: _Act, at: datetime) -> Challenge | Refused | None:
    """While no new code may be asked for: the open one, or when there may be another."""
    last = _of_same_act(standing, act, at).order_by("-pk").first()
    if last is None or not last.issued_at - SKEW <= at < last.resend_at:
        return None
    return last if last.burnt_at is None else Refused("TOO_SOON", until=last.resend_at)


def _make(standing: Standing, user: User | None, act: _Act, at: datetime) -> Challenge | Refused:
    who = user or User(pk=0)  # nobody is looked up like anybody
    by_app = goes_by_app(who, act.purpose)
    own = phones.current(who)
    phone = None if by_app else own
    if user is not None and not by_app and phone is None:
        return Refused("NO_PHONE")
    too_new = tac_limits.why_too_new(own, purpose=act.purpose, at=at)
    if too_new is not None:
        return too_new
    _of_same_act(standing, act, at).filter(burnt_at=None).update(burnt_at=at)
    salt, digits = secrets.token_hex(16), f"{secrets.randbelow(10**6):06d}"
    challenge = Challenge.objects.create(
        subject=standing.pk,
        user=user,
        phone=phone,
        purpose=act.purpose,
        method=Method.APP if by_app else Method.SMS,
        digest=digest_of(act.shown),
        origin=act.origin,
        salt=salt,
        mac="" if by_app else _mac(salt, digits),
        issued_at=at,
        valid_until=at + timedelta(seconds=settings.TAC["valid_seconds"]),
        resend_at=at + timedelta(seconds=settings.TAC["resend_seconds"]),
    )
    if not by_app:
        _send(challenge, digits, act, at)
    return challenge


def _send(challenge: Challenge, digits: str, act: _Act, at: datetime) -> None:
    """The digits leave here and are kept nowhere. A decoy's message is written like any other and taken back: both take the same time."""
    kind = f"TAC_{challenge.purpose}"
    with transaction.atomic():
        notify.send_sms(
            to=challenge.phone.number if challenge.phone else NOWHERE,
            kind=kind,
            figures=tac_messages.figures(kind, act.shown),
            secrets={"tac": digits},
            language=challenge.user.language if challenge.user else settings.LANGUAGE_CODE,
            inbox=act.inbox,
            cause=f"challenge:{challenge.pk}",
            at=at,
            expires_at=challenge.valid_until,
        )
        if challenge.user is None:
            transaction.set_rollback(True)
    if challenge.user is None:
        doorbell.ring("messages", task=notify.DELIVER_TASK)  # the real one's bell


def _why_dead(row: Challenge, standing: Standing, number: str, at: datetime) -> Refused | None:
    """Why nothing is evaluated: the person has had too many guesses, or the code is used, burnt, too old,
    sent to a phone that is no longer the person's, or of a clock that ran ahead."""
    refused = tac_limits.why_no_try(standing, purpose=row.purpose, origin=row.origin, at=at)
    if refused is not None:
        return refused
    if row.used_at is not None:
        return Refused("USED")
    if row.burnt_at is not None or (row.phone is not None and row.phone.ended_at is not None):
        return Refused("BURNT")
    if not row.issued_at - SKEW <= at < row.valid_until:
        return Refused("EXPIRED")
    return Refused("NUMBER") if not number and _phone_of(row) is not None and tac_limits.metered(at=at) else None


def _phone_of(row: Challenge) -> TacPhone | None:
    """Whose number in full is asked for: that of the code, or of the person whose app answers; of a decoy none that could be right."""
    return row.phone or (phones.current(row.user) if row.user else TacPhone(number=NOWHERE))


def _evaluated(row: Challenge, standing: Standing, typed: str, number: str, at: datetime) -> Approval | Refused:
    """The guess, and what it leaves. All of it is done for a decoy, too: it is only never right."""
    phone = _phone_of(row)
    knows = not number or phone is None or phones.is_number(phone, number)
    right = _is_right(row, typed, at) if knows else False
    Attempt.objects.create(challenge=row, subject=row.subject, right=right, at=at)
    return _right(row, standing, at) if right else _wrong(row, standing, at)


def _is_right(row: Challenge, typed: str, at: datetime) -> bool:
    if row.method == Method.APP:
        return row.user is not None and authenticators.accepts(user=row.user, typed=typed, at=at)
    return hmac.compare_digest(_mac(row.salt, typed), row.mac) and row.user_id is not None


def _right(row: Challenge, standing: Standing, at: datetime) -> Approval:
    assert row.user is not None  # noqa: S101 - a decoy is never right
    tac_limits.count_right(standing, at=at)
    Challenge.objects.filter(pk=row.pk).update(used_at=at)
    expires_at = at + timedelta(seconds=settings.TAC["approval_seconds"])
    return Approval.objects.create(challenge=row, user=row.user, purpose=row.purpose, digest=row.digest, made_at=at, expires_at=expires_at)


def _wrong(row: Challenge, standing: Standing, at: datetime) -> Refused:
    """The last try of a code burns it. What stands in the way of another try is said before how many are left."""
    tries = row.tries + 1
    left = settings.TAC["tries_a_code"] - tries
    Challenge.objects.filter(pk=row.pk).update(tries=tries, burnt_at=None if left > 0 else at)
    refused = tac_limits.count_wrong(standing, purpose=row.purpose, origin=row.origin, at=at)
    tac_limits.count_on_meter(at=at)
    return refused or (Refused("WRONG", left=left) if left > 0 else Refused("TRIES"))
