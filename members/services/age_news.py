"""What a member is told of the ages that change the accounts: half a year ahead, and on the day, in the inbox, by SMS and by e-mail."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from django.utils.translation import gettext_noop

from kwsp_portal.notify import kinds
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.enums import Inbox, Whose
from members import explanations
from members.identity import notices
from members.identity.models import User
from members.models import Member

SOON_55: Final = "AGE_55_SOON"
MERGED: Final = "AGE_55"
HELD: Final = "AGE_55_HELD"
MORE: Final = "AGE_55_MORE"
NOTHING: Final = "AGE_55_NOTHING"

CODES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "akaun_emas": (SOON_55, (NOTHING, MERGED, HELD)),
    "emas_open": ("AGE_60_SOON", ("AGE_60",)),
    "last_credit": ("AGE_75_SOON", ("AGE_75",)),
}
"""By the age's name in ages.yaml: what is told before, and what after; of these one."""

_EMAS: Final = gettext_noop("Semua kredit baharu masuk ke Akaun Emas, yang terbuka pada umur %(open)s.")
_SHOW: Final = {"birthday": explanations.day, "total": explanations.amount, "held": explanations.amount}
_SEE: Final = gettext_noop("Lihat akaun saya")


def _kind(subject: str, *paragraphs: str) -> kinds.Kind:
    return kinds.Kind(subject=subject, paragraphs=paragraphs, show=_SHOW, action=_SEE)


KINDS: Final = {
    SOON_55: _kind(
        gettext_noop("Anda mencapai umur %(age)s pada %(birthday)s"),
        gettext_noop(
            "KWSP: Pada %(birthday)s anda mencapai umur %(age)s. Pada hari itu semua wang anda digabungkan ke Akaun 55, dan boleh dikeluarkan pada "
            "bila-bila masa."
        ),
        gettext_noop("Permohonan pengeluaran yang dihantar lebih awal diteruskan. Anda tidak perlu membuat apa-apa."),
        _EMAS,
    ),
    MERGED: _kind(
        gettext_noop("Anda telah mencapai umur %(age)s: %(total)s kini dalam Akaun 55"),
        gettext_noop("KWSP: Anda mencapai umur %(age)s pada %(birthday)s. %(total)s kini dalam Akaun 55, dan boleh dikeluarkan pada bila-bila masa."),
        _EMAS,
    ),
    HELD: _kind(
        gettext_noop("Anda telah mencapai umur %(age)s: %(total)s kini dalam Akaun 55"),
        gettext_noop("KWSP: Anda mencapai umur %(age)s pada %(birthday)s. %(total)s kini dalam Akaun 55, dan boleh dikeluarkan pada bila-bila masa."),
        gettext_noop("Daripadanya %(held)s masih ditahan bagi permohonan anda, yang diteruskan."),
        _EMAS,
    ),
    MORE: _kind(
        gettext_noop("%(total)s lagi kini dalam Akaun 55"),
        gettext_noop("KWSP: %(total)s yang masuk ke akaun dahulu anda telah dipindahkan ke Akaun 55. Jumlah simpanan anda tidak berubah."),
    ),
    NOTHING: _kind(
        gettext_noop("Anda telah mencapai umur %(age)s"),
        gettext_noop("KWSP: Anda mencapai umur %(age)s pada %(birthday)s. Akaun anda kini Akaun 55 dan Akaun Emas."),
        _EMAS,
    ),
    "AGE_60_SOON": _kind(
        gettext_noop("Akaun Emas anda terbuka pada %(birthday)s"),
        gettext_noop(
            "KWSP: Pada %(birthday)s anda mencapai umur %(age)s. Mulai hari itu Akaun 55 dan Akaun Emas boleh dikeluarkan pada bila-bila masa. Wang "
            "yang tidak dikeluarkan terus menerima dividen."
        ),
    ),
    "AGE_60": _kind(
        gettext_noop("Akaun Emas anda telah terbuka"),
        gettext_noop(
            "KWSP: Anda mencapai umur %(age)s pada %(birthday)s. Akaun 55 dan Akaun Emas kini boleh dikeluarkan pada bila-bila masa. Caruman baharu "
            "masih masuk ke Akaun Emas."
        ),
    ),
    "AGE_75_SOON": _kind(
        gettext_noop("Tiada kredit baharu mulai %(birthday)s"),
        gettext_noop(
            "KWSP: Pada %(birthday)s anda mencapai umur %(age)s. Mulai hari itu caruman tidak lagi dikreditkan. Simpanan anda kekal milik anda dan "
            "boleh dikeluarkan pada bila-bila masa."
        ),
    ),
    "AGE_75": _kind(
        gettext_noop("Caruman tidak lagi dikreditkan"),
        gettext_noop(
            "KWSP: Anda mencapai umur %(age)s pada %(birthday)s, dan caruman tidak lagi dikreditkan. Simpanan anda kekal milik anda dan boleh "
            "dikeluarkan pada bila-bila masa."
        ),
    ),
}


def cause(years_old: int, birth_date: date) -> str:
    """A birth date that is corrected makes another birthday, which is told anew."""
    return f"age:{years_old}:{birth_date}"


class Told(NamedTuple):
    """What one member is told."""

    member: Member
    code: str
    figures: Mapping[str, str]
    cause: str


def tell(news: Iterable[Told], *, on: date, at: datetime) -> None:
    """At every address on record; who has no sign-in yet finds it in the inbox."""
    inboxes = []
    for member, code, figures, cause in news:
        if isinstance(member.user, User):
            notices.warn(member.user, code, figures=figures, cause=cause, at=at)
        else:
            inboxes.append(notify.News(Inbox(Whose.MEMBER, member.pk), code, cause, figures, ("member:home",)))
    notify.tell(inboxes, on=on)
