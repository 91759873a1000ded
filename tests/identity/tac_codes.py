"""Codes as a person gets them: made-up people with a phone, and the digits out of the message that is on its way."""

import itertools
import json
from datetime import UTC, datetime, timedelta

from kwsp_portal.notify.models import Message
from members.identity import phones, tac
from members.identity.enums import Bound, Purpose
from members.identity.models import Challenge, User

NOW = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)
SHOWN = {"application": "17", "amount": "1449.00", "scope": "employer:10000077", "monthly_limit": "1449.00"}
SHOWN |= {"employer": "10000077", "flow": "CHECKED"}
"""What the messages of several purposes name."""
MINUTE = timedelta(minutes=1)
_numbers = itertools.count(10_000_001)


def bound(user: User, *, at: datetime = NOW - timedelta(days=400), number: str = "") -> User:
    """The person, with a TAC phone since long ago."""
    phones.bind(user=user, number=number or f"+6011{next(_numbers):08d}", how=Bound.COUNTER, by=None, at=at)
    return user


def asked(
    user: User | None, *, at: datetime = NOW, purpose: Purpose = Purpose.APPROVAL_FLOW, shown: dict[str, str] = SHOWN, **more: str
) -> Challenge:
    return tac.issue(user=user, purpose=purpose, shown=shown, at=at, **more)


def digits_of(challenge: Challenge) -> str:
    """What the SMS says: only the message, and only until it is delivered, has it."""
    message = Message.objects.get(cause=f"challenge:{challenge.pk}", code=f"TAC_{challenge.purpose}")
    return json.loads(message.secrets)["tac"]


def wrong_for(challenge: Challenge, nth: int = 0) -> str:
    """Six digits that are not the code's."""
    right = int(digits_of(challenge)) if challenge.user_id else 0
    return f"{(right + 1 + nth) % 10**6:06d}"


def refusal_of(*, challenge: Challenge, digits: str, at: datetime = NOW, user: User | None = None, number: str = "") -> str:
    """The code of the refusal; empty where the digits were right."""
    try:
        tac.verify(challenge=challenge, user=user or challenge.user, digits=digits, at=at, number=number)
    except tac.Refused as refused:
        return refused.code
    return ""
