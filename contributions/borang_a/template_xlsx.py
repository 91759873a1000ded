"""A Borang A to fill as a workbook: the list, and the rules on a second sheet. No cell is a formula or an address, whatever a name begins with."""

import io
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import xlsxwriter

from contributions.borang_a import layout
from contributions.borang_a.template import Person, identity

_WIDTHS: Final = (12, 18, 40, 14, 12, 12, 12)
_RULE_WIDTHS: Final = (28, 100)
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class Rule(NamedTuple):
    """A row of the second sheet: what it is about, and what holds."""

    about: str
    text: str


def xlsx_template(people: Iterable[Person], rules: Sequence[Rule], *, sheet: str, rules_sheet: str) -> bytes:
    """Numbers stand as text, so that no zero is lost, and so do cells that are filled later; amounts stand as numbers."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, _OPTIONS)
    forms = {form: book.add_format({"num_format": form}) for form in ("@", "#,##0.00", "#,##0")}
    bold = book.add_format({"bold": True})
    _list(book.add_worksheet(sheet), people, bold, forms)
    _rules(book.add_worksheet(rules_sheet), rules, bold, book.add_format({"text_wrap": True, "valign": "top"}))
    book.close()
    return content.getvalue()


def _list(sheet: Any, people: Iterable[Person], bold: Any, forms: dict[str, Any]) -> None:
    text, ringgit, whole = forms.values()
    of_column = (text, text, text, ringgit, whole, whole, ringgit)
    for place, column in enumerate(layout.COLUMNS_WITH_BONUS):
        sheet.set_column(place, place, _WIDTHS[place], of_column[place])
        sheet.write_string(0, place, column, bold)
    sheet.freeze_panes(1, 0)
    for row, person in enumerate(people, start=1):
        sheet.write_string(row, 0, person.member_number, text)
        sheet.write_string(row, 1, identity(person.identity_number), text)
        sheet.write_string(row, 2, person.name, text)
        for place, amount in ((3, person.wages), (4, person.employer_share), (5, person.employee_share)):
            if amount is not None:
                sheet.write_number(row, place, amount, of_column[place])


def _rules(sheet: Any, rules: Sequence[Rule], bold: Any, wrapped: Any) -> None:
    for place, width in enumerate(_RULE_WIDTHS):
        sheet.set_column(place, place, width)
    for row, rule in enumerate(rules):
        sheet.write_string(row, 0, rule.about, bold)
        sheet.write_string(row, 1, rule.text, wrapped)
