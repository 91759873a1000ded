"""Which column holds what: titles in either language and in any order, or none at all where the cells say it beyond doubt."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from contributions.borang_a import layout

_TITLES: Final = {
    layout.MEMBER_NUMBER: "member no, member number, member id, no ahli, nombor ahli, no ahli kwsp, nombor ahli kwsp, no kwsp, nombor kwsp, kwsp no, "
    "kwsp number, no ahli epf, no epf, nombor epf, epf no, epf number, epf member no, kwsp member no, epf member number, kwsp member number",
    layout.IDENTITY: "ic no, ic number, ic, no ic, nombor ic, nric, nric no, nric number, new ic, new ic no, no kp, nombor kp, no kp baru, "
    "no kad pengenalan, nombor kad pengenalan, no kad pengenalan baru, no pengenalan, nombor pengenalan, mykad, mykad no, no mykad, nombor mykad, "
    "identity no, identity number, identity card no, identity card number, identification no, identification number, ic passport no, ic no passport, "
    "no kp pasport, no kp no pasport",
    layout.NAME: "name, nama, nama pekerja, nama ahli, nama penuh, nama kakitangan, employee name, name of employee, full name, member name, "
    "staff name",
    layout.WAGES: "salary, upah, gaji, wages, wage, monthly wages, monthly wage, monthly salary, upah bulanan, gaji bulanan, upah bulan ini",
    layout.EMPLOYER_SHARE: "em share, syer majikan, syer em, share em, caruman majikan, bahagian majikan, employer share, employers share, "
    "share of employer, employer contribution, employers contribution, kwsp majikan, epf majikan, employer epf, epf employer, kwsp employer, "
    "employer kwsp",
    layout.EMPLOYEE_SHARE: "emp share, syer pekerja, syer emp, share emp, caruman pekerja, bahagian pekerja, employee share, employees share, "
    "share of employee, employee contribution, employees contribution, kwsp pekerja, epf pekerja, employee epf, epf employee, kwsp employee, "
    "employee kwsp",
    layout.BONUS: "bonus, daripada itu bonus, of which bonus",
}
_COLUMN_OF: Final = {title.replace(" ", ""): column for column, titles in _TITLES.items() for title in titles.split(", ")}
_BESIDE: Final = re.compile(r"\([^)]*\)")
_NO_LETTER: Final = re.compile(r"[\W_]+")
_NUMBER: Final = re.compile(r"'?[0-9]{0,8}(?:\.0)?")
_IDENTITY: Final = re.compile(r"'?(?=[^0-9]*[0-9])[0-9A-Za-z][0-9A-Za-z \-]{4,19}(?:\.0)?")
_AMOUNT: Final = re.compile(r"(?:RM|MYR)?\s?[0-9][0-9., ]*", re.IGNORECASE)
_FEW: Final = 3


class Found(NamedTuple):
    """The columns of a header: the place of each, and the titles of those that are not Borang A's."""

    columns: tuple[str, ...]
    places: tuple[int, ...]
    width: int
    others: tuple[str, ...]

    @property
    def as_the_template(self) -> bool:
        """The template's columns in the template's order, and nothing else."""
        return self.places == tuple(range(self.width))


def find(cells: Sequence[str]) -> Found | None:
    """The columns of a record that names each of Borang A's once; None for any other record."""
    places: dict[str, int] = {}
    others: list[str] = []
    width = _width(cells)
    for place, cell in enumerate(cells[:width]):
        column = column_of(cell)
        if column is None:
            others.append(cell.strip())
        elif column in places:
            return None
        else:
            places[column] = place
    columns = layout.COLUMNS_WITH_BONUS if layout.BONUS in places else layout.COLUMNS
    if not all(column in places for column in columns):
        return None
    return Found(columns, tuple(places[column] for column in columns), width, tuple(title for title in others if title))


def column_of(title: str) -> str | None:
    """The column that a title names, whatever its case and signs and what stands beside it in brackets: `Upah (RM)`."""
    return _COLUMN_OF.get(_NO_LETTER.sub("", title).casefold()) or _COLUMN_OF.get(letters(title))


def letters(title: str) -> str:
    """The letters and digits of a title in lower case, without what stands in brackets."""
    return _NO_LETTER.sub("", _BESIDE.sub("", title)).casefold()


def meant_as_header(cells: Sequence[str]) -> bool:
    """Whether a record names some of the columns, so that it is a header with something wrong and no title or row."""
    return len({column for cell in cells if (column := column_of(cell)) is not None}) >= _FEW


def of_data(cells: Sequence[str]) -> Found | None:
    """The template's columns for a record without titles above it whose cells can be nothing else; None if there is any doubt.

    The two shares look alike, so only the template's own order is taken.
    """
    width = _width(cells)
    if width not in (len(layout.COLUMNS), len(layout.COLUMNS_WITH_BONUS)):
        return None
    number, identity, name, *amounts = (cell.strip() for cell in cells[:width])
    if not (_NUMBER.fullmatch(number) and _IDENTITY.fullmatch(identity) and any(sign.isalpha() for sign in name)):
        return None
    if not all(_AMOUNT.fullmatch(amount) for amount in amounts[:3]):
        return None
    return Found(layout.COLUMNS_WITH_BONUS[:width], tuple(range(width)), width, ())


def _width(cells: Sequence[str]) -> int:
    """How many cells a record has up to its last that holds anything."""
    return next((place + 1 for place in range(len(cells) - 1, -1, -1) if cells[place].strip()), 0)
