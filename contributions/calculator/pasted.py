"""A list of employees pasted from a spreadsheet: tabs, semicolons or commas, with or without a line of titles.

Names and identity numbers have no place in a question: columns with other titles are passed over and named.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from contributions.calculator import address
from contributions.calculator.reckoning import Question
from contributions.calculator.typed import plain, said

COLUMNS: Final = ("wages", "bonus", "citizenship", "birth_date", "member_since", "employer_excess", "employee_excess")
"""The order of a list without titles."""
MOST_ROWS: Final = 200
LONGEST: Final = 60_000
"""Characters of a whole list: two hundred rows of three hundred."""

TITLES: Final[Mapping[str, tuple[str, ...]]] = {
    "wages": ("upah", "wages", "gaji", "salary"),
    "bonus": ("bonus", "of which bonus", "termasuk bonus"),
    "citizenship": ("kewarganegaraan", "citizenship"),
    "birth_date": ("tarikh lahir", "birth date", "date of birth"),
    "member_since": ("menjadi ahli", "member since", "ahli sejak", "tarikh menjadi ahli"),
    "employer_excess": ("lebihan majikan", "employer excess"),
    "employee_excess": ("lebihan pekerja", "employee excess"),
    "keeps": ("kekalkan kadar", "keeps"),
    "domestic": ("pembantu domestik", "domestic helper", "domestik", "domestic"),
}
"""Titles that are understood, in small letters; the names of the API are, too. The first is Malay, the second English, where they differ."""
_FIELD_OF: Final = {title: field for field, titles in TITLES.items() for title in (*titles, field, field.replace("_", " "))}

_BLANKS: Final = re.compile(r"\s+")
_UNIT: Final = re.compile(r" ?(\(rm\)|\(%\)|%)$", re.ASCII)
"""What a title may say of its figures; the table of results says it, too."""
_HEAD: Final = re.compile(r"(?:RM ?)?[0-9]{1,3}", re.ASCII | re.IGNORECASE)
_THOUSANDS: Final = re.compile(r"[0-9]{3}(\.[0-9]{1,2})?", re.ASCII)
_NOUGHT: Final = re.compile(r"0[0-9]+(\.[0-9]{1,2})?", re.ASCII)
"""No amount is written so: thousands or sen that a comma has cut off."""


class Row(NamedTuple):
    """One employee: the line of the paste, counted from 1, the texts in strict form, how many cells there were beyond the columns,
    and two neighbours that look like one amount with a comma in it, as they stand (`5,000.00`)."""

    line: int
    texts: Mapping[str, str]
    extra: int = 0
    cut: str = ""


class Pasted(NamedTuple):
    """The rows, the columns they have, and the titles that were passed over."""

    rows: list[Row]
    columns: tuple[str, ...]
    passed_over: tuple[str, ...]


class PasteRefused(ValueError):
    """A list that is not read at all, with the reason in the active language."""

    def __init__(self, code: str, words: Any, **figures: str) -> None:
        self.code = code
        self.words = str(words) % figures
        super().__init__(code, self.words)


def read(text: str) -> Pasted:
    """The rows of a list. Raises PasteRefused for one that is empty, too long, or has titles without wages or in doubt."""
    if len(text) > LONGEST:
        words = _("Ditemui %(found)s aksara, dijangka paling banyak %(most)s. Bahagikan senarai kepada beberapa bahagian.")
        raise PasteRefused("TOO_LONG", words, found=f"{len(text):,}", most=f"{LONGEST:,}")
    lines = list(_cells(text))
    if not lines:
        raise PasteRefused("EMPTY", _("Tampal sekurang-kurangnya satu baris: upah, bonus, kewarganegaraan, tarikh lahir"))
    columns, passed_over = _columns(lines[0][1])
    if columns:
        lines = lines[1:]
        if "wages" not in columns:
            words = _("Ditemui tajuk %(found)s, dijangka lajur upah. Namakan lajur upah “Upah”.")
            raise PasteRefused("NO_WAGES_COLUMN", words, found=", ".join(passed_over)[:100] or "–")
        if not lines:
            raise PasteRefused("EMPTY", _("Ditemui tajuk sahaja, dijangka sekurang-kurangnya satu baris di bawahnya"))
    if len(lines) > MOST_ROWS:
        words = _("Ditemui %(found)s baris, dijangka paling banyak %(most)s. Bahagikan senarai, atau gunakan API untuk senarai yang lebih panjang.")
        raise PasteRefused("TOO_MANY_ROWS", words, found=f"{len(lines):,}", most=str(MOST_ROWS))
    wanted = columns or COLUMNS
    commas = _separator(text) == ","
    return Pasted([_row(line, cells, wanted, commas=commas) for line, cells in lines], tuple(filter(None, wanted)), passed_over)


def write(questions: Iterable[Question], language: str) -> str:
    """A list as somebody could have pasted it, with titles in their language, so that one that was kept can be changed."""
    rows = [address.single(question) for question in questions]
    fields = [field for field in TITLES if any(field in row for row in rows)]
    place = 1 if language.startswith("en") else 0
    titles = [TITLES[field][min(place, len(TITLES[field]) - 1)] for field in fields]
    return "\n".join("\t".join(cells) for cells in (titles, *([said(row.get(field, ""), language) for field in fields] for row in rows)))


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that holds anything. Quotation marks hold within a line, so that one left open swallows nobody else's row."""
    mark = _separator(text)
    for number, line in enumerate(text.splitlines(), start=1):
        cells = next(csv.reader([line], delimiter=mark, skipinitialspace=True), [])
        cells = [_BLANKS.sub(" ", cell).strip() for cell in cells]
        if any(cells):
            yield number, cells


def _separator(text: str) -> str:
    """What parts the cells of the first line that holds anything: a tab, else a semicolon, else a comma."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return next((mark for mark in "\t;" if mark in first), ",")


def _columns(cells: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields of a line of titles, empty for a column that is passed over; nothing if the line is no line of titles.

    Titles have no digits, and rows always have some. Raises PasteRefused for titles that leave a figure in doubt.
    """
    plain_titles = [_UNIT.sub("", cell.lower()) for cell in cells]
    fields = tuple(_FIELD_OF.get(title, "") for title in plain_titles)
    if not any(fields) or any(character.isdigit() for cell in cells for character in cell):
        return (), ()
    for place, (cell, title, field) in enumerate(zip(cells, plain_titles, fields, strict=True)):
        if field and field in fields[:place]:
            words = _("Ditemui tajuk %(found)s bagi lajur yang sudah ada (%(known)s), dijangka sekali. Buang salah satu lajur itu.")
            raise PasteRefused("TITLE_TWICE", words, found=cell[:100], known=cells[fields.index(field)][:100])
        if not field and (known := _begins(title)):
            words = _("Ditemui tajuk %(found)s, dijangka “%(known)s”. Namakan lajur itu begitu jika itulah maksudnya, atau buang lajur itu.")
            raise PasteRefused("TITLE_UNCLEAR", words, found=cell[:100], known=known.capitalize())
    return fields, tuple(cell for cell, field in zip(cells, fields, strict=True) if cell and not field)


def _begins(title: str) -> str:
    """The known title that an unknown one begins with, `bonus` of `bonus tahunan`: it may well be meant."""
    return next((known for known in _FIELD_OF if title.startswith(known) and not title[len(known)].isalpha()), "")


def _cut(cells: Sequence[str], columns: Sequence[str]) -> str:
    """An amount that a comma seems to have cut in two: `5,000.00` is never read as five ringgit and a bonus of nought."""
    for field, first, second in zip(columns, cells, cells[1:], strict=False):
        thousands = _HEAD.fullmatch(first) and _THOUSANDS.fullmatch(second)
        if field in ("wages", "bonus") and (thousands or (first[-1:].isdigit() and _NOUGHT.fullmatch(second))):
            return f"{first},{second}"
    return ""


def _row(line: int, cells: Sequence[str], columns: Sequence[str], *, commas: bool) -> Row:
    """Blank cells at the end count for nothing. Under titles a row may not be longer than they are; without, not longer than COLUMNS."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    extra = max(len(cells) - len(columns), 0)
    texts = {field: plain(field, cell) for field, cell in zip(columns, cells, strict=False) if field}
    return Row(line, texts, extra, _cut(cells, columns) if commas else "")
