"""How money, days, months and identity numbers look on every screen (ux.md, requirement 30).

Malay month names stand here because Django's own `ms` catalogue is incomplete. The functions are ordinary
Python and serve PDF and SMS as well; the language is the active one.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template
from django.utils import translation
from django.utils.translation import gettext, ngettext

register = template.Library()

KL = ZoneInfo("Asia/Kuala_Lumpur")
NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
SEN_IN_RINGGIT = 100
SECONDS_IN_MINUTE = 60
MINUTES_IN_HOUR = 60

SHORT_MONTHS = {
    "ms": ("Jan", "Feb", "Mac", "Apr", "Mei", "Jun", "Jul", "Ogos", "Sep", "Okt", "Nov", "Dis"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
LONG_MONTHS = {
    "ms": ("Januari", "Februari", "Mac", "April", "Mei", "Jun", "Julai", "Ogos", "September", "Oktober", "November", "Disember"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
}


def _names(table: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The month names of the active language; Malay when it is any other than English."""
    language = (translation.get_language() or "ms")[:2]
    return table.get(language, table["ms"])


def _exact(value: object) -> Decimal:
    """Ringgit as Decimal. A float has already lost sen, so it is refused (TypeError), as are NaN and infinity."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise TypeError(f"money is Decimal, int or str, not {type(value).__name__}")
    amount = Decimal(value)
    if not amount.is_finite():
        raise TypeError("money is a finite number")
    return amount


@register.filter
def amount(value: object) -> str:
    """`1,234.50`: ringgit for a column whose heading says RM. An absent amount is empty."""
    if value is None or value == "":
        return ""
    figures = f"{_exact(value):,.2f}"
    if not figures.startswith("-"):
        return figures
    return figures[1:] if figures == "-0.00" else MINUS + figures[1:]


@register.filter
def money(value: object) -> str:
    """`RM 1,234.50` with a space that does not break; a debt is `−RM 1,234.50`. An absent amount is empty."""
    figures = amount(value)
    if not figures:
        return ""
    sign = MINUS if figures.startswith(MINUS) else ""
    return f"{sign}RM{NBSP}{figures.removeprefix(MINUS)}"


@register.filter
def sen(value: int | None) -> str:
    """Whole sen, as the ledger counts, shown as `RM 1,234.50`."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"sen are whole numbers, not {type(value).__name__}")
    return money(Decimal(value) / SEN_IN_RINGGIT)


@register.filter
def count(value: int | None) -> str:
    """`100,000`: a number of things, with thousands marked alike in both languages."""
    return "" if value is None or value == "" else f"{int(value):,}"


@register.filter
def difference(value: Decimal | int) -> str:
    """`+3` people or `+1,234.50` ringgit, `−3`, `0`: what has changed, its direction always said."""
    words = amount(value) if isinstance(value, Decimal) else count(abs(value))
    if value > 0:
        return f"+{words}"
    return words if isinstance(value, Decimal) or value == 0 else MINUS + words


@register.filter
def day(value: date | datetime | None) -> str:
    """`3 Nov 2026`. A moment is read in Kuala Lumpur."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(KL)
    return NBSP.join((str(value.day), _names(SHORT_MONTHS)[value.month - 1], str(value.year)))


@register.filter
def month(value: object) -> str:
    """`Oktober 2026`, from a date or a `WageMonth` (anything that has `year` and `month`)."""
    if not value:
        return ""
    return f"{_names(LONG_MONTHS)[value.month - 1]}{NBSP}{value.year}"  # type: ignore[attr-defined]


@register.filter
def moment(value: datetime | None) -> str:
    """`3 Nov 2026, 14:05`: a moment in Kuala Lumpur; pages that need it say "Waktu Malaysia"."""
    if not value:
        return ""
    local = value.astimezone(KL)
    return f"{day(local)}, {local:%H:%M}"


@register.filter
def clock(value: datetime | None) -> str:
    """`14:05:30` in Kuala Lumpur: for what is over within minutes."""
    return f"{value.astimezone(KL):%H:%M:%S}" if value else ""


@register.filter
def about(seconds: int) -> str:
    """`kurang seminit`, `12 minit`, `3 jam 20 minit`: how long something will take, no more exactly than anybody knows."""
    minutes = (int(seconds) + SECONDS_IN_MINUTE - 1) // SECONDS_IN_MINUTE
    if int(seconds) < SECONDS_IN_MINUTE:
        return gettext("kurang seminit")
    if minutes < MINUTES_IN_HOUR:
        return ngettext("%(number)s minit", "%(number)s minit", minutes) % {"number": minutes}
    return gettext("%(hours)s jam %(minutes)s minit") % {"hours": count(minutes // MINUTES_IN_HOUR), "minutes": minutes % MINUTES_IN_HOUR}


def _digits(value: object) -> str:
    return "".join(character for character in str(value or "") if character.isalnum())


@register.filter
def ic(value: object) -> str:
    """`850101-14-1234`. Anything that has not twelve digits (a passport, an army number) is shown as it is."""
    digits = _digits(value)
    if len(digits) != 12 or not digits.isdigit():
        return str(value or "")
    return f"{digits[:6]}-{digits[6:8]}-{digits[8:]}"


@register.filter
def masked_ic(value: object) -> str:
    """`******-**-1234`: the last four only. Shorter numbers of other kinds are masked to their last four too."""
    digits = _digits(value)
    if len(digits) == 12 and digits.isdigit():
        return f"******-**-{digits[-4:]}"
    return "*" * max(len(digits) - 4, 4) + digits[-4:] if len(digits) > 4 else "*" * len(digits)


@register.filter
def masked_user_id(value: object) -> str:
    """The last three signs of a User ID: whoever reads it knows whose it is, and could not sign in with it."""
    typed = str(value)
    return "•" * (len(typed) - 3) + typed[-3:]


@register.filter
def percent(part: object, whole: object) -> str:
    """How much of `whole` is `part`, as `75.0%`; empty when there is no whole."""
    total = _exact(whole)
    if not total:
        return ""
    return f"{_exact(part) * 100 / total:.1f}%"
