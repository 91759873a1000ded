"""Made-up holders of identity numbers: the same number is always the same person, and no list of them exists."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

_FEMALE: Final = (
    "AISYAH",
    "NUR HIDAYAH",
    "SITI MARIAM",
    "TAN SIEW LING",
    "LIM MEI FONG",
    "KAVITHA",
    "THANALETCHUMI",
    "DAYANG ROSNAH",
    "MELISSA ANAK JUGAH",
)
_MALE: Final = (
    "AHMAD FAIZ",
    "MUHAMMAD HAKIM",
    "ROSLAN",
    "TAN CHEE KEONG",
    "WONG KAH WAI",
    "GANESAN",
    "RAVINDRAN",
    "AWANG SAIFUL",
    "RICHARD ANAK UNGGAT",
)
_FATHERS: Final = ("ABDULLAH", "ISMAIL", "OSMAN", "RAHIM", "SULAIMAN", "YUSOF", "ZAKARIA")
_TAMIL: Final = frozenset({"KAVITHA", "THANALETCHUMI", "GANESAN", "RAVINDRAN"})
_MALAY: Final = frozenset({"AISYAH", "NUR HIDAYAH", "SITI MARIAM", "AHMAD FAIZ", "MUHAMMAD HAKIM", "ROSLAN"})
NOBODY: Final = "9999"
"""Numbers that end so are nobody's."""
PERMANENT: Final = "66"
"""Numbers with this place of birth are permanent residents'."""
_DAYS_OF_A_CENTURY: Final = 36_525


def holder_of(number: str, today: date) -> Mapping[str, Any] | None:
    """Who holds the number; None for nobody: no day of birth, a day still to come, or an end in 9999."""
    born = _born(number, today)
    if born is None or number.endswith(NOBODY):
        return None
    female = int(number[-1]) % 2 == 0
    lot = int(hashlib.sha256(number.encode()).hexdigest(), 16)
    given = (_FEMALE if female else _MALE)[lot % len(_FEMALE)]
    father = _FATHERS[lot // 16 % len(_FATHERS)]
    return {
        "name": _whole(given, father, female=female),
        "birth_date": str(born),
        "sex": "FEMALE" if female else "MALE",
        "standing": "PERMANENT_RESIDENT" if number[6:8] == PERMANENT else "CITIZEN",
        "alive": True,
    }


def _born(number: str, today: date) -> date | None:
    """The day of birth of the last hundred years that the six digits name."""
    for century in (2000, 1900):
        try:
            day = date(century + int(number[:2]), int(number[2:4]), int(number[4:6]))
        except ValueError:
            continue
        if 0 <= (today - day).days < _DAYS_OF_A_CENTURY:
            return day
    return None


def _whole(given: str, father: str, *, female: bool) -> str:
    if given in _MALAY:
        return f"{given} {'BINTI' if female else 'BIN'} {father}"
    if given in _TAMIL:
        return f"{given} {'A/P' if female else 'A/L'} MUNIANDY"
    return given
