"""Doors at which a stranger asks for a code for somebody: what is counted before anybody is looked up, by what was typed and the address alone, so
that nothing says whether the person exists; and the second of two clicks, which gets the code of the first.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from members.identity import tac
from members.identity.models import Challenge, RecoveryAsk
from members.identity.origins import origin_of

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(hours=24)
MINUTE: Final = timedelta(minutes=1)
SECOND_CLICK: Final = timedelta(seconds=10)


class TooMany(Exception):
    """Asked too often from there, or for that number; says nothing of whose it is."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(until)


def answered(*, about: str, typed: str, browser: str, ip: str | None, at: datetime, issue: Callable[[], Challenge]) -> Challenge:
    """What `issue` gives for what was `typed`, counted for what it is `about` ("number +60…") and for the address. Raises TooMany.

    `browser` is a secret of the one that asks: the second of two clicks there gets the code of the first, whosever number it is.
    """
    click = _key(f"click {browser} {typed} {origin_of(ip)}") if browser else ""
    try:
        _count(about, ip, at)
    except TooMany:
        first = RecoveryAsk.objects.filter(key=click, at__gt=at - SECOND_CLICK).exclude(challenge=None).select_related("challenge").first()
        if first is None or first.challenge is None:
            raise
        return first.challenge
    challenge = issue()
    if click:
        RecoveryAsk.objects.create(key=click, at=at, challenge=challenge)
    return challenge


def words(refused: tac.Refused) -> str:
    """Of what is wrong with a code here only its form is said exactly: the limits of a person would say that there is one."""
    if refused.code in {"FORM", "NUMBER"}:
        return tac.words(refused)
    return _("Kod itu tidak betul, atau tidak lagi sah. Semak SMS anda, minta kod baharu, atau pergi ke kaunter KWSP.")


def _count(about: str, ip: str | None, at: datetime) -> None:
    """One more for the number from there, after a wait that grows, and one more from there, not too many within the hour. Nothing says whose
    number it is."""
    origin = origin_of(ip)
    with transaction.atomic(durable=True):
        _count_one(f"{about} {origin}", at, _waited)
        _count_one(f"address {origin}", at, _within_the_hour)


def _count_one(name: str, at: datetime, until: Callable[[list[datetime]], datetime | None]) -> None:
    key = _key(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('recovery'), hashtext(%s))", [key])
    before = list(RecoveryAsk.objects.filter(key=key, at__gt=at - DAY).order_by("-at").values_list("at", flat=True))
    free_at = until(before)
    if free_at is not None and free_at > at:
        raise TooMany(free_at)
    RecoveryAsk.objects.create(key=key, at=at)


def _key(name: str) -> str:
    return salted_hmac("members.identity.recovery", name, algorithm="sha256").hexdigest()


def _waited(before: list[datetime]) -> datetime | None:
    """When another may be asked for, after those of the day: the newest first."""
    waits, least = settings.RECOVERY["waits"], timedelta(seconds=settings.TAC["resend_seconds"])
    return before[0] + max(waits[min(len(before), len(waits)) - 1] * MINUTE, least) if before else None


def _within_the_hour(before: list[datetime]) -> datetime | None:
    most = settings.RECOVERY["asks_an_address"]
    return before[most - 1] + HOUR if len(before) >= most else None


def forget(*, at: datetime) -> int:
    """Rows that count no more."""
    return RecoveryAsk.objects.filter(at__lt=at - DAY).delete()[0]
