"""Several employees as a part of an address that can be kept: figures, dates and standings only, no name and no number of a person.

Rows are parted by `~`, cells by `_`, and blank cells at the end are left out: `6250_c_19900101~8010_c_19850331_3000`. The order is
wages, citizenship (c, p, n), birth date, bonus, member since, employer's excess, employee's excess, and letters for the rest (k keeps,
d domestic). An address ends somewhere (web servers take about 4,000 characters), so a list that does not fit is refused in words.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from contributions.calculator.reckoning import Question
from members.enums import Citizenship

LONGEST: Final = 3_600
"""Characters; with the rest of the request's first line they stay under the 4,094 that the web server takes."""
_ROWS, _CELLS = "~", "_"
_CELL_NAMES: Final = ("wages", "citizenship", "birth_date", "bonus", "member_since", "employer_excess", "employee_excess", "flags")
_LETTERS: Final = {Citizenship.CITIZEN: "c", Citizenship.PERMANENT_RESIDENT: "p", Citizenship.NON_CITIZEN: "n"}
_CITIZENSHIPS: Final = {letter: citizenship.value.lower() for citizenship, letter in _LETTERS.items()}
_FLAGS: Final = {"k": "keeps", "d": "domestic"}
_DAY: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})", re.ASCII)


def write(questions: Iterable[Question]) -> str:
    """The rows of an address. It may be longer than LONGEST: `fits` says."""
    return _ROWS.join(_row(question) for question in questions)


def fits(text: str) -> bool:
    return len(text) <= LONGEST


def _row(question: Question) -> str:
    facts, elections = question
    flags = ("k" if elections.keeps else "") + ("d" if facts.domestic else "")
    cells = (
        _number(facts.wages),
        _LETTERS[facts.citizenship],
        _day(facts.birth_date),
        _number(facts.bonus),
        _day(facts.member_since),
        _number(elections.employer_excess),
        _number(elections.employee_excess),
        flags,
    )
    # Wages stand first, so that a row is never empty.
    return (_number(facts.wages) or "0") + _CELLS.join(("", *cells[1:])).rstrip(_CELLS)


def _number(number: Decimal) -> str:
    """`6250`, `6250.5`, nothing for nought: as short as it can be read again."""
    return f"{number.normalize():f}" if number else ""


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%Y%m%d}"


def read(text: str, wage_month: str) -> list[dict[str, str]]:
    """The texts of each row, for `reckoning.read`; what somebody changed by hand is left for it to refuse."""
    return [_texts(row, wage_month) for row in text.split(_ROWS)] if text else []


def _texts(row: str, wage_month: str) -> dict[str, str]:
    cells = row.split(_CELLS)
    texts = dict(zip(_CELL_NAMES, cells, strict=False))
    texts.pop("flags", None)
    flags = _CELLS.join(cells[len(_CELL_NAMES) - 1 :])
    texts["citizenship"] = _CITIZENSHIPS.get(texts.get("citizenship", ""), texts.get("citizenship", ""))
    for name in ("birth_date", "member_since"):
        texts[name] = _DAY.sub(r"\1-\2-\3", texts.get(name, ""), count=1)
    texts.update({name: "true" for letter, name in _FLAGS.items() if letter in flags})
    if not set(flags) <= set(_FLAGS):
        # Letters and cells that nobody wrote are left for the reader to refuse, as they stand.
        texts["keeps"] = flags
    return {**texts, "wage_month": wage_month}


def single(question: Question) -> Mapping[str, str]:
    """The query of the page and the API for one employee, defaults left out."""
    facts, elections = question
    texts = {
        "wage_month": str(facts.wage_month),
        "wages": str(facts.wages),
        "bonus": str(facts.bonus) if facts.bonus else "",
        "citizenship": facts.citizenship.value.lower(),
        "birth_date": str(facts.birth_date),
        "member_since": str(facts.member_since or ""),
        "employer_excess": _number(elections.employer_excess),
        "employee_excess": _number(elections.employee_excess),
        "keeps": "true" if elections.keeps else "",
        "domestic": "true" if facts.domestic else "",
    }
    return {name: text for name, text in texts.items() if text}
