"""How many codes and guesses a person has (ruling 27), counted in PostgreSQL under the lock of the person's standing; and what a refusal says.

Nothing here is kept in a cache: a restart, a flushed broker or a forged address changes no count.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Max, Q, QuerySet, Sum
from django.utils.translation import gettext, gettext_noop

from kwsp_portal.templatetags import formats
from members.identity.enums import Method, Purpose
from members.identity.models_tac import Approval, Attempt, Challenge, Meter, Standing, TacPhone

DAY: Final = timedelta(hours=24)
HOUR: Final = timedelta(hours=1)
HOUR_SECONDS: Final = 3600
HOURS_A_DAY: Final = 24
DOORS: Final = (
    frozenset({Purpose.RECOVERY}),
    frozenset({Purpose.NEW_DEVICE, Purpose.API_TOKEN}),
    frozenset({Purpose.INCENTIVE}),
)
"""What codes are asked for by who is not signed in: who has proven nothing yet, who has typed the password, which may be stolen, and who registers
for i-Saraan without an i-Akaun. Each door has a share of its own, so that who knocks at one does not shut the others for good."""
STRANGERS: Final = frozenset[Purpose]().union(*DOORS)
COOLED: Final = frozenset(
    {
        Purpose.WITHDRAWAL,
        Purpose.INITIAL_TRANSFER,
        Purpose.EMPLOYER_APPROVAL,
        Purpose.EMPLOYER_PAYMENT,
        Purpose.ELECTION_APPROVAL,
        Purpose.REPRESENTATIVES,
        Purpose.APPROVAL_FLOW,
        Purpose.DIRECT_DEBIT,
        Purpose.REFUND_ACCOUNT,
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


def why_no_code(standing: Standing, *, purpose: str, origin: str, at: datetime) -> Refused | None:
    """Whether the person may be sent a code: `codes_an_hour` that were not answered rightly are enough, of strangers' `strange_codes_an_hour`, and of
    these `strange_codes_an_hour_here` at one door from one address."""
    refused = why_no_try(standing, purpose=purpose, origin=origin, at=at)
    unanswered = Challenge.objects.filter(subject=standing.pk, method=Method.SMS, issued_at__gt=at - HOUR, used_at=None)
    if purpose not in STRANGERS:
        return refused or _too_many(unanswered, "codes_an_hour")
    here = unanswered.filter(purpose__in=_door_of(purpose), origin=origin)
    strange = unanswered.filter(purpose__in=STRANGERS)
    parts = ((unanswered, "codes_an_hour"), (strange, "strange_codes_an_hour"), (here, "strange_codes_an_hour_here"))
    return _first(refused, *(_too_many(part, name) for part, name in parts))


def _too_many(unanswered: "QuerySet[Challenge]", name: str) -> Refused | None:
    most = settings.TAC[name]
    issued = list(unanswered.order_by("-issued_at").values_list("issued_at", flat=True)[:most])
    return Refused("TOO_MANY", until=issued[-1] + HOUR) if len(issued) >= most else None


def _door_of(purpose: str) -> frozenset[Purpose]:
    return next(door for door in DOORS if purpose in door)


def why_no_try(standing: Standing, *, purpose: str, origin: str, at: datetime) -> Refused | None:
    """COUNTER after too many wrong guesses in a row, LOCKED after too many in a day; then nothing is evaluated. Who is not signed in may use up
    a part of them only, so that a stranger who knows a person's numbers or password locks nobody out of what is done signed in; at one door (DOORS) a
    part of that part, and there from one address a part again, so that the owner can ask from elsewhere."""
    blocked = Refused("COUNTER") if standing.blocked_at is not None else None
    wrong = wrong_today(standing, at=at)
    refused = blocked or (Refused("LOCKED", until=wrong[-1] + DAY) if len(wrong) >= settings.TAC["wrong_a_day"] else None)
    if purpose not in STRANGERS:
        return refused
    door = _door_of(purpose)
    strange = _strange_ones(standing, at)
    there = [one for one in strange if one.purpose in door]
    here = [one for one in there if one.origin == origin]
    parts = (("", strange), ("_door", there), ("_here", here))
    return _first(refused, *(_why_no_stranger(ones, at, part) for part, ones in parts))


class _Wrong(NamedTuple):
    at: datetime
    purpose: str
    origin: str
    in_a_row: bool


def _strange_ones(standing: Standing, at: datetime) -> list[_Wrong]:
    """The wrong guesses of strangers that count: those of the day, and those since the last right code; the newest first."""
    right = Attempt.objects.filter(subject=standing.pk, right=True).aggregate(last=Max("pk"))["last"] or 0
    wrong = Attempt.objects.filter(subject=standing.pk, right=False, pk__gt=standing.forgiven_to, challenge__purpose__in=STRANGERS)
    rows = wrong.filter(Q(at__gt=at - DAY) | Q(pk__gt=right)).order_by("-at")
    found = rows.values_list("pk", "at", "challenge__purpose", "challenge__origin")
    return [_Wrong(then, purpose, origin, pk > right) for pk, then, purpose, origin in found]


def _why_no_stranger(strange: Sequence[_Wrong], at: datetime, part: str) -> Refused | None:
    """The share of which the settings' names end so."""
    a_day, in_a_row = settings.TAC[f"strange_a_day{part}"], settings.TAC[f"strange_in_a_row{part}"]
    today = [one.at for one in strange if one.at > at - DAY][:a_day]
    if len(today) >= a_day:
        return Refused("LOCKED", until=today[-1] + DAY)
    return Refused("COUNTER") if sum(one.in_a_row for one in strange) >= in_a_row else None


def _first(*found: Refused | None) -> Refused | None:
    """The first that stands in the way, all of them looked at: how long a stranger's answer takes tells nothing of the person."""
    return next(filter(None, found), None)


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


def count_wrong(standing: Standing, *, purpose: str, origin: str, at: datetime) -> Refused | None:
    """One more in a row, already written as an attempt. Says what now stands in the way of another try, if anything does."""
    standing.wrong_in_a_row += 1
    if standing.wrong_in_a_row >= settings.TAC["wrong_in_a_row"]:
        standing.blocked_at = at
    standing.touched_at = at
    standing.save(update_fields=["wrong_in_a_row", "blocked_at", "touched_at"])
    return why_no_try(standing, purpose=purpose, origin=origin, at=at)


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
