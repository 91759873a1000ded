"""What people type and spreadsheets make of it (`RM 6,250.00`, `31/5/1990`, `Warganegara`), in the strict form that `values` reads.

What is not understood is left as it stands, so that the reader says what was found. Days stand before months, as in Malaysia.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from members.enums import Citizenship

_CITIZENSHIPS: Final = {
    **dict.fromkeys(("warganegara", "w", "citizen", "malaysia", "malaysian"), Citizenship.CITIZEN.value.lower()),
    **dict.fromkeys(("penduduk tetap", "pt", "pr", "permanent resident"), Citizenship.PERMANENT_RESIDENT.value.lower()),
    **dict.fromkeys(("bukan warganegara", "bw", "warga asing", "non-citizen", "non citizen", "foreigner"), Citizenship.NON_CITIZEN.value.lower()),
}
_WORDS: Final = {
    "ms": {"citizen": "warganegara", "permanent_resident": "penduduk tetap", "non_citizen": "bukan warganegara", "true": "ya"},
    "en": {"permanent_resident": "permanent resident", "non_citizen": "non-citizen", "true": "yes"},
}
_YES_NO: Final = {**dict.fromkeys(("ya", "y", "yes", "1"), "true"), **dict.fromkeys(("tidak", "t", "no", "n", "0"), "false")}
_AMOUNT: Final = re.compile(r"(?:RM ?)?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]{1,2})?", re.ASCII | re.IGNORECASE)
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", re.ASCII)
_MONTH_FIRST: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{4})", re.ASCII)
_MIDNIGHT: Final = re.compile(r"[ T]00:00(:00)?$")


def plain(field: str, text: str) -> str:
    """A text in the strict form of the API; as it stands where it is not understood."""
    text = text.strip()
    return _PLAIN[field](text) if text else ""


def said(text: str, language: str) -> str:
    """A strict text as somebody would have typed it: the way back from `plain`."""
    return _WORDS["en" if language.startswith("en") else "ms"].get(text, text)


def _month(text: str) -> str:
    found = _MONTH_FIRST.fullmatch(text)
    return f"{found[2]}-{found[1]:0>2}" if found else text


def _amount(text: str) -> str:
    found = _AMOUNT.fullmatch(text)
    return found[1].replace(",", "") + (found[2] or "") if found else text


def _points(text: str) -> str:
    return text.removesuffix("%").rstrip()


def _day(text: str) -> str:
    text = _MIDNIGHT.sub("", text)
    found = _DAY_FIRST.fullmatch(text)
    return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else text


def _citizenship(text: str) -> str:
    return _CITIZENSHIPS.get(text.lower(), text.lower())


def _scheme(text: str) -> str:
    """`i-Saraan` and `I-SURI` as the API names them."""
    return text.lower().replace("-", "").replace(" ", "_")


def _yes_no(text: str) -> str:
    return _YES_NO.get(text.lower(), text.lower())


_PLAIN: Final[Mapping[str, Callable[[str], str]]] = {
    "wage_month": _month,
    "wages": _amount,
    "bonus": _amount,
    "citizenship": _citizenship,
    "birth_date": _day,
    "member_since": _day,
    "employer_excess": _points,
    "employee_excess": _points,
    "keeps": _yes_no,
    "domestic": _yes_no,
    "contribution_month": _month,
    "arrears": _amount,
    "paid_on": _day,
    "scheme": _scheme,
    "year": str,
    "contributed": _amount,
}
