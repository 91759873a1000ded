"""How many codes and guesses a person has (ruling 27), counted in PostgreSQL under the lock of the person's standing; and what a refusal says.

Nothing here is kept in a cache: a restart, a flushed broker or a forged address changes no count.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.models import Max, Sum
from django.utils.translation import gettext, gettext_noop

from kwsp_portal.templatetags import formats
from members.identity.enums import Method, Purpose
from members.identity.models_tac import Approval, Attempt, Challenge, Meter, Standing, TacPhone

DAY: Final = timedelta(hours=24)
HOUR: Final = timedelta(hours=1)
HOUR_SECONDS: Final = 3600
HOURS_A_DAY: Final = 24
STRANGERS: Final = frozenset({Purpose.RECOVERY})
"""What codes are asked for by who has proven nothing yet."""
COOLED: Final = frozenset(
    {
        Purpose.WITHDRAWAL,
        Purpose.EMPLOYER_APPROVAL,
        Purpose.EMPLOYER_PAYMENT,
        Purpose.ELECTION_APPROVAL,
        Purpose.REPRESENTATIVES,
        Purpose.APPROVAL_FLOW,
        Purpose.API_TOKEN,
    }
)
"""What moves money, or says who may: it waits while the person's number cools off (issue 5), by whichever way the code would come."""

WORDS: Final = {
    "FORM": gettext_noop("Kod TAC mengandungi 6 angka, seperti 123 456."),
    "WRONG": gettext_noop("Kod TAC tidak betul. Baki cubaan untuk kod ini: %(left)s."),
    "EXPIRED": gettext_noop("Kod TAC ini telah tamat tempoh. Minta kod baharu."),
    "USED": gettext_noop("Kod TAC ini telah digunakan. Minta kod baharu."),
    "BURNT": gettext_noop("Kod TAC ini tidak sah lagi. Minta kod baharu."),
    "TRIES": gettext_noop("Terlalu banyak cubaan yang salah: kod TAC ini tidak sah lagi. Minta kod baharu."),
    "LOCKED": gettext_noop("Terlalu banyak cubaan yang salah. Anda boleh mencuba lagi mulai %(until)s, atau pergi ke kaunter KWSP."),
    "COUNTER": gettext_noop("Terlalu banyak cubaan yang salah berturut-turut. Bawa dokumen pengenalan anda ke kaunter KWSP untuk membukanya semula."),
    "NUMBER": gettext_noop("Terdapat banyak cubaan yang salah di seluruh portal. Taip juga nombor telefon TAC anda dengan penuh."),
    "TOO_SOON": gettext_noop("Kod TAC baru sahaja dihantar. Kod baharu boleh diminta mulai %(until)s."),
    "TOO_MANY": gettext_noop("Terlalu banyak kod TAC diminta. Kod baharu boleh diminta mulai %(until)s."),
    "NOT_ASKED": gettext_noop("Minta kod TAC dahulu: ia dihantar ke telefon anda."),
    "COOLING": gettext_noop("Nombor telefon TAC anda baru ditukar. Untuk melindungi wang, tindakan ini menunggu sehingga %(until)s."),
    "NO_PHONE": gettext_noop("Tiada nombor telefon TAC didaftarkan untuk anda."),
    "OTHER_ACT": gettext_noop("Kelulusan ini bukan untuk tindakan ini. Semak semula butiran dan minta kod TAC baharu."),
    "SPENT": gettext_noop("Kelulusan ini telah digunakan. Minta kod TAC baharu."),
    "STALE": gettext_noop("Kelulusan ini telah tamat tempoh. Minta kod TAC baharu."),
    "NO_LIMIT": gettext_noop("Token ini tiada had bulanan, maka ia tidak boleh meluluskan atau membayar. Minta token dengan had bulanan."),
    "LIMIT": gettext_noop("Had bulanan token ini %(limit)s: ditemui %(found)s, dijangka paling banyak %(rest)s lagi bulan ini."),
}
"""What each refusal says; figures from its details."""

_SHOW: Final[dict[str, Callable[[Any], str]]] = {
    "until": formats.moment,
    "left": str,
    "limit": formats.money,
    "found": formats.money,
    "rest": formats.money,
}


class Refused(Exception):
    """Why a code is not sent, not right, or its approval no good. `code` is a key of WORDS; nothing in it tells a made-up person from a real one."""

    def __init__(self, code: str, **details: Any) -> None:
        self.code = code
        self.details = details
        super().__init__(code)


def words(refused: Refused) -> str:
    """The refusal in the active language."""
    return gettext(WORDS[refused.code]) % {name: _SHOW[name](value) for name, value in refused.details.items() if name in _SHOW}


def locked(subject: str, *, at: datetime) -> Standing:
    """The person's standing, kept from every other issue and try until the open transaction ends."""
    standing = Standing.objects.select_for_update(no_key=True).filter(pk=subject).first()
    if standing is None:
        Standing.objects.bulk_create([Standing(subject=subject, touched_at=at)], ignore_conflicts=True)
        standing = Standing.objects.select_for_update(no_key=True).get(pk=subject)
    return standing


def why_too_new(phone: TacPhone | None, *, purpose: str, at: datetime) -> Refused | None:
    """COOLING while the number took the place of another less than a day ago, for what waits for that."""
    until = phone.cooling_until if phone and purpose in COOLED else None
    return Refused("COOLING", until=until) if until and until > at else None


def why_no_code(standing: Standing, *, purpose: str, digest: str, at: datetime) -> Refused | None:
    """Whether the person may be sent a code: `codes_an_hour` that were not answered rightly are enough, of a stranger's `strange_codes_an_hour`."""
    refused = why_no_try(standing, purpose=purpose, digest=digest, at=at)
    if refused is not None:
        return refused
    unanswered = Challenge.objects.filter(subject=standing.pk, method=Method.SMS, issued_at__gt=at - HOUR, used_at=None)
    most = settings.TAC["codes_an_hour"]
    if purpose in STRANGERS:
        unanswered, most = unanswered.filter(purpose__in=STRANGERS), min(most, settings.TAC["strange_codes_an_hour"])
    issued = list(unanswered.order_by("-issued_at").values_list("issued_at", flat=True)[:most])
    return Refused("TOO_MANY", until=issued[-1] + HOUR) if len(issued) >= most else None


def why_no_try(standing: Standing, *, purpose: str, digest: str, at: datetime) -> Refused | None:
    """COUNTER after too many wrong guesses in a row, LOCKED after too many in a day; then nothing is evaluated. Who is not signed in may use up
    a part of them only, so that a stranger who knows a person's numbers locks nobody out of what is done signed in; and from one address, which
    the digest of a stranger's act names, a part of that part, so that the owner can ask from elsewhere."""
    if standing.blocked_at is not None:
        return Refused("COUNTER")
    wrong = wrong_today(standing, at=at)
    if len(wrong) >= settings.TAC["wrong_a_day"]:
        return Refused("LOCKED", until=wrong[-1] + DAY)
    if purpose not in STRANGERS:
        return None
    most, here = settings.TAC, {"challenge__digest": digest}
    return _why_no_stranger(standing, at, most["strange_a_day"], most["strange_in_a_row"]) or _why_no_stranger(
        standing, at, most["strange_a_day_here"], most["strange_in_a_row_here"], **here
    )


def _why_no_stranger(standing: Standing, at: datetime, a_day: int, in_a_row: int, **here: str) -> Refused | None:
    strange = Attempt.objects.filter(subject=standing.pk, right=False, pk__gt=standing.forgiven_to, challenge__purpose__in=STRANGERS, **here)
    today = list(strange.filter(at__gt=at - DAY).order_by("-at").values_list("at", flat=True)[:a_day])
    if len(today) >= a_day:
        return Refused("LOCKED", until=today[-1] + DAY)
    right = Attempt.objects.filter(subject=standing.pk, right=True).aggregate(last=Max("pk"))["last"] or 0
    return Refused("COUNTER") if strange.filter(pk__gt=right).count() >= in_a_row else None


def wrong_today(standing: Standing, *, at: datetime) -> list[datetime]:
    """The latest wrong guesses of the last 24 hours, the newest first, no more than are allowed. Those of a clock that ran ahead count, too."""
    wrong = Attempt.objects.filter(subject=standing.pk, right=False, at__gt=at - DAY, pk__gt=standing.forgiven_to).order_by("-at")
    return list(wrong.values_list("at", flat=True)[: settings.TAC["wrong_a_day"]])


def metered(*, at: datetime) -> bool:
    """Whether so much was guessed wrong by everybody in the last day that a code alone proves too little."""
    hours = Meter.objects.filter(hour__gte=_hour(at) - HOURS_A_DAY)
    return (hours.aggregate(total=Sum("wrong"))["total"] or 0) >= settings.TAC["meter_a_day"]


def count_on_meter(*, at: datetime) -> None:
    """One more wrong guess of everybody's; the last statement of its transaction, so that the row is locked for a moment only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_meter (hour, wrong) VALUES (%s, 1) ON CONFLICT (hour) DO UPDATE SET wrong = identity_meter.wrong + 1", [_hour(at)]
        )


def count_wrong(standing: Standing, *, purpose: str, digest: str, at: datetime) -> Refused | None:
    """One more in a row, already written as an attempt. Says what now stands in the way of another try, if anything does."""
    standing.wrong_in_a_row += 1
    if standing.wrong_in_a_row >= settings.TAC["wrong_in_a_row"]:
        standing.blocked_at = at
    standing.touched_at = at
    standing.save(update_fields=["wrong_in_a_row", "blocked_at", "touched_at"])
    return why_no_try(standing, purpose=purpose, digest=digest, at=at)


def count_right(standing: Standing, *, at: datetime) -> None:
    """A right code ends the row of wrong ones; those of the day count on."""
    if standing.wrong_in_a_row:
        standing.wrong_in_a_row, standing.touched_at = 0, at
        standing.save(update_fields=["wrong_in_a_row", "touched_at"])


def prune(*, at: datetime) -> int:
    """Codes, guesses and made-up people older than anything that counts them; the number of codes. PostgreSQL keeps what is younger."""
    before = at - timedelta(days=settings.TAC["keep_days"])
    old = Challenge.objects.filter(issued_at__lt=before)
    Approval.objects.filter(challenge__in=old).delete()
    Attempt.objects.filter(challenge__in=old).delete()
    count, _by_model = old.delete()
    Standing.objects.filter(subject__startswith="unknown:", touched_at__lt=before).delete()
    Meter.objects.filter(hour__lt=_hour(before)).delete()
    return count


def _hour(at: datetime) -> int:
    return int(at.timestamp()) // HOUR_SECONDS
