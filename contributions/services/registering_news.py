"""What a member is told of a registration for an incentive: that it began, that it ended and why, that an employer's contribution came."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_noop

from contributions import labels
from contributions.enums import IncentiveScheme, RegisteredAt, RegistrationEnd
from contributions.models import IncentiveRegistration
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify import kinds
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.templatetags import formats
from members import explanations
from members.identity import notices
from members.identity.models import User

_SEE: Final = gettext_noop("Lihat pendaftaran insentif saya")
_SHOW: Final = {
    "first": explanations.day,
    "last": explanations.day,
    "next": explanations.day,
    "month": lambda text: explanations.month(text),
    "birthday": explanations.day,
    "cap": formats.money,
    "scheme": lambda code: str(labels.SCHEME.get(code, code)),
}
_NOT_YOU: Final = gettext_noop("Bukan anda? Batalkan di halaman i-Saraan atau hubungi KWSP dengan segera.")
REGISTERED, LISTED = "INCENTIVE_REGISTERED", "INCENTIVE_LISTED"
SET_ASIDE: Final = "INCENTIVE_MONTH_ASIDE"
AGE_REACHED, CAP_REACHED = "INCENTIVE_AGE_REACHED", "INCENTIVE_CAP_REACHED"
ENDED: Final = {
    RegistrationEnd.MEMBER: "INCENTIVE_CANCELLED",
    RegistrationEnd.COUNTER: "INCENTIVE_CANCELLED",
    RegistrationEnd.LIST: "INCENTIVE_DROPPED",
    RegistrationEnd.EMPLOYER: "INCENTIVE_EMPLOYER",
}


def _kind(subject: str, *paragraphs: str) -> kinds.Kind:
    return kinds.Kind(subject=subject, paragraphs=paragraphs, show=_SHOW, action=_SEE)


KINDS: Final = {
    REGISTERED: _kind(
        gettext_noop("Anda didaftarkan untuk %(scheme)s mulai %(first)s"),
        gettext_noop("KWSP: Anda didaftarkan untuk %(scheme)s mulai %(first)s. Caruman yang dibayar sebagai %(scheme)s mulai hari itu dikira."),
        _NOT_YOU,
    ),
    LISTED: _kind(
        gettext_noop("Anda didaftarkan untuk %(scheme)s mulai %(first)s"),
        gettext_noop("KWSP: Anda dalam senarai e-Kasih Kementerian, maka anda didaftarkan untuk %(scheme)s mulai %(first)s."),
        gettext_noop("Anda boleh memegang satu insentif sahaja. Untuk memilih i-Saraan, batalkan i-Suri dahulu."),
    ),
    "INCENTIVE_CANCELLED": _kind(
        gettext_noop("%(scheme)s dibatalkan, berakhir %(last)s"),
        gettext_noop("KWSP: Pendaftaran %(scheme)s anda berakhir pada %(last)s. Caruman yang dibayar hingga hari itu dikira."),
        gettext_noop("Bukan anda? Hubungi KWSP dengan segera."),
    ),
    "INCENTIVE_DROPPED": _kind(
        gettext_noop("%(scheme)s anda berakhir %(last)s"),
        gettext_noop("KWSP: Anda tidak lagi dalam senarai e-Kasih Kementerian, maka %(scheme)s anda berakhir pada %(last)s."),
        gettext_noop("Anda boleh mendaftar i-Saraan jika memenuhi syaratnya. Tentang senarai e-Kasih, hubungi Kementerian."),
    ),
    "INCENTIVE_EMPLOYER": _kind(
        gettext_noop("%(scheme)s anda berakhir kerana caruman majikan"),
        gettext_noop(
            "KWSP: Caruman majikan bagi anda diterima pada %(month)s. %(scheme)s adalah bagi mereka tanpa majikan, maka ia berakhir mulai bulan itu."
        ),
        gettext_noop("Caruman %(scheme)s yang dibayar mulai bulan itu tidak mendapat insentif. Anda boleh mendaftar semula apabila tiada majikan."),
    ),
    AGE_REACHED: _kind(
        gettext_noop("Umur %(age)s: caruman anda tidak lagi mendapat insentif %(scheme)s"),
        gettext_noop(
            "KWSP: Anda mencapai umur %(age)s pada %(birthday)s. Caruman %(scheme)s yang dibayar mulai hari itu tidak mendapat insentif Kerajaan; "
            "caruman sebelumnya tetap dikira."
        ),
        gettext_noop("Simpanan anda terus menerima dividen, dan anda boleh terus menyimpan sebagai Caruman Pilihan Sendiri."),
    ),
    CAP_REACHED: _kind(
        gettext_noop("Had seumur hidup insentif %(scheme)s, %(cap)s, telah dicapai"),
        gettext_noop(
            "KWSP: Insentif %(scheme)s yang dikreditkan kepada anda telah mencapai had seumur hidup, %(cap)s. Caruman seterusnya tidak mendapat "
            "insentif Kerajaan."
        ),
        gettext_noop("Simpanan anda terus menerima dividen, dan anda boleh terus menyimpan sebagai Caruman Pilihan Sendiri."),
    ),
    SET_ASIDE: _kind(
        gettext_noop("Caruman majikan diterima: tiada insentif %(scheme)s bagi %(month)s"),
        gettext_noop("KWSP: Caruman majikan bagi anda diterima pada %(month)s. Caruman %(scheme)s tidak mendapat insentif mulai bulan itu."),
        gettext_noop("Pendaftaran anda kekal: bulan tanpa caruman majikan dikira semula. Caruman anda sendiri tetap simpanan anda."),
    ),
}


def registered(found: IncentiveRegistration, *, on: date, at: datetime | None) -> None:
    """In the transaction of the act. Who was not signed in hears of it by SMS, too: the phone may tell who did not ask."""
    user = found.member.user
    if found.registered_at != RegisteredAt.ACCOUNT and isinstance(user, User) and at is not None:
        notices.warn(user, REGISTERED, figures=_figures(found), cause=_cause(found), at=at)
    else:
        notify.tell([_news(found, REGISTERED, _cause(found))], on=on)


def listed(found: Iterable[IncentiveRegistration], *, on: date) -> None:
    """Registered by the Ministry's list."""
    notify.tell([_news(one, LISTED, _cause(one)) for one in found], on=on)


def ended(found: IncentiveRegistration, *, on: date, month: WageMonth | None = None) -> None:
    """Why is told by how it ended."""
    notify.tell([_news(found, ENDED[RegistrationEnd(found.ended_why)], f"{_cause(found)}:end", month or WageMonth.of(on))], on=on)


def set_aside(found: IncentiveRegistration, month: WageMonth) -> notify.News:
    """Told once for a row of months with an employer's contribution: `month` is the first of them."""
    return _news(found, SET_ASIDE, set_aside_cause(found, month), month)


def age_reached(found: IncentiveRegistration, *, years_old: int, birthday: date) -> notify.News:
    """Told once for the age and birthday: a birth date that is corrected, or another age of the law, is told anew."""
    figures = {"scheme": found.scheme, "age": str(years_old), "birthday": birthday.isoformat()}
    cause = f"incentive:{found.scheme}:age:{years_old}:{birthday}"
    return notify.News(Inbox(Whose.MEMBER, found.member_id), AGE_REACHED, cause, figures, ("member:isaraan",))


def cap_reached(found: IncentiveRegistration, *, cap: Decimal) -> notify.News:
    """Told once for a scheme's cap; a higher one is told anew."""
    figures = {"scheme": found.scheme, "cap": f"{cap:.2f}"}
    return notify.News(Inbox(Whose.MEMBER, found.member_id), CAP_REACHED, f"incentive:{found.scheme}:cap:{cap:.2f}", figures, ("member:isaraan",))


def set_aside_cause(found: IncentiveRegistration, month: WageMonth) -> str:
    """By which it is known that this was told."""
    return f"{_cause(found)}:{month}"


def _news(found: IncentiveRegistration, code: str, cause: str, month: WageMonth | None = None) -> notify.News:
    return notify.News(Inbox(Whose.MEMBER, found.member_id), code, cause, _figures(found, month), ("member:isaraan",))


def _figures(found: IncentiveRegistration, month: WageMonth | None = None) -> dict[str, str]:
    figures = {"scheme": IncentiveScheme(found.scheme).value, "first": found.first.isoformat()}
    figures |= {"last": found.last.isoformat()} if found.last else {}
    return figures | ({"month": str(month)} if month else {})


def _cause(found: IncentiveRegistration) -> str:
    return f"incentiveregistration:{found.pk}"
