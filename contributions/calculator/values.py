"""One text as one value of the calculator. Explicit patterns of ASCII digits: `NaN`, `1e5` and full-width digits are nothing (ruling 14a)."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from contributions.enums import IncentiveScheme
from kwsp_portal.common import money
from kwsp_portal.common.periods import EARLIEST_YEAR, PeriodError, WageMonth
from members.enums import Citizenship

HIGHEST_WAGES: Final = Decimal("10000000.00")
"""Ten million ringgit a month: more is a slip of the finger, and the answer would look like one."""
MOST_POINTS: Final = Decimal(100)
SHOWN: Final = 40
"""Characters of a found text that are shown again."""

_CITIZENSHIPS: Final = {status.value.lower(): status for status in Citizenship}
_SCHEMES: Final = {scheme.value.lower(): scheme for scheme in IncentiveScheme}
_PLUS: Final = "isaraan_plus"
"""i-Saraan Plus (2026, e-hailing and p-hailing): announced, its rate and age not."""
_YEAR: Final = re.compile(r"[0-9]{4}", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_AMOUNT_WORDS: Final[Mapping[str, Any]] = {
    "EMPTY": _("Ditemui kosong, dijangka amaun seperti 6250.00"),
    "NEGATIVE": _("Ditemui %(found)s, dijangka amaun yang tidak negatif"),
    "TOO_MANY_DECIMALS": _("Ditemui %(found)s, dijangka paling banyak dua tempat perpuluhan"),
    "TOO_LARGE": _("Ditemui %(found)s, dijangka paling tinggi 10000000.00"),
    "NOT_PLAIN": _("Ditemui %(found)s, dijangka angka 0 hingga 9 dengan dua tempat perpuluhan, seperti 6250.00"),
}
_POINTS_WORDS: Final[Mapping[str, Any]] = {
    "NEGATIVE": _("Ditemui %(found)s, dijangka peratus yang tidak negatif, seperti 5 atau 2.5"),
    "TOO_MANY_DECIMALS": _("Ditemui %(found)s, dijangka peratus dengan paling banyak dua tempat perpuluhan"),
    "TOO_LARGE": _("Ditemui %(found)s, dijangka peratus paling tinggi 100"),
    "NOT_PLAIN": _("Ditemui %(found)s, dijangka peratus dengan angka 0 hingga 9, seperti 5 atau 2.5"),
}
MONTH_WORDS: Final = _("Ditemui %(found)s, dijangka bulan seperti 2026-10")
_DAY_WORDS: Final = _("Ditemui %(found)s, dijangka tarikh seperti 1990-05-31")
_EARLY_WORDS: Final = _("Ditemui %(found)s, dijangka tarikh dari %(earliest)s")
_CITIZENSHIP_WORDS: Final = _(
    "Ditemui %(found)s, dijangka Warganegara (citizen), Penduduk tetap (permanent_resident) atau Bukan warganegara (non_citizen)"
)
_SCHEME_WORDS: Final = _("Ditemui %(found)s, dijangka i-Saraan (isaraan) atau i-Suri (isuri)")
_PLUS_WORDS: Final = _(
    "Kadar dan umur i-Saraan Plus belum disahkan dalam sumber portal ini. Tanya platform anda atau mana-mana kaunter KWSP; "
    "i-Saraan biasa boleh dikira di sini"
)
_YEAR_WORDS: Final = _("Ditemui %(found)s, dijangka tahun seperti 2026")
_YES_NO_WORDS: Final = _("Ditemui %(found)s, dijangka ya (true) atau tidak (false)")


class Unreadable(ValueError):
    """A text that is no such value: a stable code, and words in the active language that say what was found and what is expected."""

    def __init__(self, code: str, words: Any, **figures: str) -> None:
        self.code = code
        self.words = str(words) % figures
        super().__init__(code, self.words)


def amount(text: str) -> Decimal:
    """Ringgit with two decimals, at most HIGHEST_WAGES."""
    return _number(text, HIGHEST_WAGES, _AMOUNT_WORDS)


def points(text: str) -> Decimal:
    """Percentage points above the statutory rate: `5`, `2.5`; at most 100."""
    return _number(text, MOST_POINTS, _POINTS_WORDS)


def _number(text: str, most: Decimal, words: Mapping[str, Any]) -> Decimal:
    try:
        found = money.ringgit(text)
    except money.MoneyError as error:
        raise Unreadable(error.code, words.get(error.code, words["NOT_PLAIN"]), found=error.found) from error
    if found > most:
        raise Unreadable("TOO_LARGE", words["TOO_LARGE"], found=text[:SHOWN])
    return found


def month(text: str) -> WageMonth:
    """`YYYY-MM`."""
    try:
        return WageMonth.parse(text)
    except PeriodError as error:
        raise Unreadable(error.code, MONTH_WORDS, found=error.found) from error


def day(text: str) -> date:
    """`YYYY-MM-DD`, a day that exists, from the year 1900 on."""
    try:
        found = date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError as error:
        raise Unreadable("NOT_A_DATE", _DAY_WORDS, found=text[:SHOWN]) from error
    if found.year < EARLIEST_YEAR:
        raise Unreadable("OUT_OF_RANGE", _EARLY_WORDS, found=text, earliest=f"{EARLIEST_YEAR}-01-01")
    return found


def citizenship(text: str) -> Citizenship:
    """The stable names of the API, in small letters."""
    try:
        return _CITIZENSHIPS[text]
    except KeyError as error:
        raise Unreadable("INVALID_CHOICE", _CITIZENSHIP_WORDS, found=text[:SHOWN]) from error


def scheme(text: str) -> IncentiveScheme:
    """The stable names of the API, in small letters."""
    if text == _PLUS:
        raise Unreadable("NOT_IN_FORCE", _PLUS_WORDS)
    try:
        return _SCHEMES[text]
    except KeyError as error:
        raise Unreadable("INVALID_CHOICE", _SCHEME_WORDS, found=text[:SHOWN]) from error


def year(text: str) -> int:
    """Four digits, from the year 1900 on."""
    if _YEAR.fullmatch(text) is None or int(text) < EARLIEST_YEAR:
        raise Unreadable("NOT_A_YEAR", _YEAR_WORDS, found=text[:SHOWN])
    return int(text)


def yes_no(text: str) -> bool:
    """`true` or `false`."""
    if text not in ("true", "false"):
        raise Unreadable("NOT_YES_NO", _YES_NO_WORDS, found=text[:SHOWN])
    return text == "true"
