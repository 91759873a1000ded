"""Every bad file that issues 2 and 6 name, by its name: what it is, and what must become of it."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from contributions.borang_a import layout, template_sdba
from contributions.borang_a.problem import Code
from contributions.borang_a.sdba import MeantFor
from contributions.borang_a.template import Person
from contributions.enums import FilingState
from tests.contributions.conftest import OCTOBER, ON
from tests.contributions.sheets import added, xlsx
from tests.contributions.test_hostile_workbooks import ENTITIES, PASSWORD, with_doctype, zeros

REFUSED = "refused"
"""At once, on the page of the upload; nothing of it is kept."""
TOO_LARGE = "too large"
"""Before anything reads it."""
READY, FAULTY, UNREADABLE = FilingState.READY, FilingState.FAULTY, FilingState.UNREADABLE
FIGURES = "6250.00,756,693"
FULL_WIDTH, ARABIC = str.maketrans("0123456789", "０１２３４５６７８９"), str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


class Someone(NamedTuple):
    number: str
    identity: str
    name: str

    def row(self, figures: str = FIGURES, **changed: str) -> str:
        """Their line, with what is changed of them."""
        return ",".join([*self._replace(**changed), figures])

    def digit_wrong(self) -> str:
        """Their member number with its last digit mistyped."""
        return self.number[:-1] + str((int(self.number[-1]) + 5) % 10)


class Staff(NamedTuple):
    """People on the employer's record, one of them dead since August and one aged 76; `theirs` is another employer's."""

    employer: str
    good: Someone
    other: Someone
    dead: Someone
    aged_76: Someone
    theirs: Someone

    def sdba(self, **change: tuple[int, int]) -> bytes:
        """Two people in the text format; of its trailer a field (`start=(from, to)`) is one more than it should be."""
        listed = [Person(one.number, one.identity, one.name, *map(Decimal, FIGURES.split(","))) for one in (self.good, self.other)]
        records = template_sdba.sdba_template(listed, MeantFor(self.employer, OCTOBER), ON).decode().splitlines()
        for start, end in change.values():
            trailer = records[-1]
            records[-1] = trailer[:start] + f"{int(trailer[start:end]) + 1:0{end - start}d}" + trailer[end:]
        return "\r\n".join(records).encode()


class Bad(NamedTuple):
    """`outcome` with the codes that say why; of a bad row also its column and what it should hold."""

    make: Callable[[Staff], bytes]
    outcome: str
    codes: tuple[Code, ...] = ()
    name: str = "borang-a.csv"
    column: str = ""
    expected: str = ""


def csv(*rows: str, header: str = layout.HEADER) -> bytes:
    return "\r\n".join([header, *rows, ""]).encode()


def _thousand_sheets(_staff: Staff) -> bytes:
    return added(xlsx(), "xl/worksheets/sheet9{}.xml", b"<worksheet/>", 1_000)


def _row(change: Callable[[Staff], str], code: Code, column: str, expected: str = "", more: tuple[Code, ...] = ()) -> Bad:
    """A file with one bad row below a good one."""
    return Bad(lambda staff: csv(staff.other.row(), change(staff)), FAULTY, (code, *more), column=column, expected=expected)


def _wages(wages: str, code: Code) -> Bad:
    return _row(lambda staff: staff.good.row(f"{wages},756,693"), code, layout.WAGES)


BAD: dict[str, Bad] = {
    # Step 1
    "an empty file": Bad(lambda _: b"", REFUSED, (Code.EMPTY_FILE,)),
    "a file of another type": Bad(lambda _: b"%PDF-1.7 " + bytes(900), REFUSED, (Code.WRONG_TYPE,)),
    "a file of 200 MB": Bad(lambda _: b"x" * (200 << 20), TOO_LARGE),
    "wrong columns": Bad(lambda staff: csv(staff.good.row(), header="Member No,Name,Pay"), REFUSED, (Code.WRONG_COLUMNS,)),
    "negative wages": _wages("-1.00", Code.NEGATIVE),
    "wages with three decimals": _wages("6250.001", Code.TOO_MANY_DECIMALS),
    "NaN": _wages("NaN", Code.NOT_PLAIN),
    "a formula cell": _wages("=3000+3250", Code.FORMULA),
    "a member twice": Bad(lambda staff: csv(staff.good.row(), staff.good.row()), FAULTY, (Code.MEMBER_TWICE,), column=layout.MEMBER_NUMBER),
    "shares by exact percentage": _row(lambda staff: staff.good.row("6250.00,750,688"), Code.EXACT_PERCENTAGE, layout.EMPLOYER_SHARE, "756.00"),
    "shares off the schedule": _row(lambda staff: staff.good.row("6250.00,700,693"), Code.OFF_SCHEDULE, layout.EMPLOYER_SHARE, "756.00"),
    "shares with sen": _row(lambda staff: staff.good.row("6250.00,756.50,693"), Code.SHARE_HAS_SEN, layout.EMPLOYER_SHARE, "756.00"),
    # Step 5: what unpacks, pretends or overflows
    "a ZIP bomb": Bad(lambda _: zeros(400), REFUSED, (Code.UNPACKS_TOO_FAR,), "borang-a.xlsx"),
    "a thousand sheets": Bad(_thousand_sheets, REFUSED, (Code.TOO_MANY_SHEETS,), "borang-a.xlsx"),
    "a million blank rows": Bad(lambda staff: csv(staff.good.row()) + b"\n" * 1_000_000, READY),
    "billion laughs": Bad(
        lambda staff: with_doctype(xlsx((*staff.good[:2], "LIM WEI MING", 6250, 756, 693)), ENTITIES), UNREADABLE, (Code.HAS_ENTITIES,), "a.xlsx"
    ),
    "a file with a password": Bad(lambda _: PASSWORD, REFUSED, (Code.ENCRYPTED,), "borang-a.xlsx"),
    "a file with macros": Bad(lambda _: added(xlsx(), "xl/vbaProject.bin", b"\xcc\x61"), REFUSED, (Code.MACROS,), "borang-a.xlsm"),
    "HTML named .xls": Bad(lambda _: b"<html><body><table><tr><td>Member No</td></tr></table>", REFUSED, (Code.WRONG_TYPE,), "gaji.xls"),
    "a .csv that is a picture": Bad(lambda _: b"\x89PNG\r\n\x1a\n" + bytes(500), REFUSED, (Code.WRONG_TYPE,)),
    "NUL bytes": Bad(lambda staff: csv(staff.good.row()).replace(b"6250", b"62\x0050"), REFUSED, (Code.NOT_TEXT,)),
    "a line of 19 MB": Bad(lambda staff: csv(staff.good.row()) + b"x" * (19 << 20), REFUSED, (Code.LINE_TOO_LONG,)),
    "one line of 200 MB": Bad(lambda _: layout.HEADER.encode() + b"," * (200 << 20), TOO_LARGE),
    "10,000 columns": Bad(lambda staff: csv(staff.good.row() + "," * 10_000), REFUSED, (Code.LINE_TOO_LONG,)),
    "10,000 columns of a sheet": Bad(
        lambda staff: xlsx([*staff.good, 6250, 756, 693, *["x"] * 10_000], header=[*layout.COLUMNS, *(f"K{n}" for n in range(10_000))]),
        READY,
        name="borang-a.xlsx",
    ),
    "UTF-16 without BOM": Bad(lambda staff: csv(staff.good.row()).decode().encode("utf-16-le"), READY),
    # Digits and people
    "Arabic digits": _wages("6250.00".translate(ARABIC), Code.NOT_PLAIN),
    "full-width digits": _wages("6250.00".translate(FULL_WIDTH), Code.NOT_PLAIN),
    "an IC number in Arabic digits": _row(
        lambda staff: staff.good.row(identity=staff.good.identity.translate(ARABIC)), Code.IDENTITY_FORM, layout.IDENTITY
    ),
    "a member number in full-width digits": _row(
        lambda staff: staff.good.row(number=staff.good.number.translate(FULL_WIDTH)), Code.MEMBER_NUMBER_FORM, layout.MEMBER_NUMBER
    ),
    "an IC of 31 February": _row(lambda staff: staff.good.row(identity="900231145553"), Code.IDENTITY_DATE, layout.IDENTITY, "identity of good"),
    "an IC of 31 February without a member number": _row(
        lambda staff: staff.good.row(number="", identity="900231145553"), Code.IDENTITY_DATE, layout.IDENTITY
    ),
    "an IC that disagrees with the register's birth date": _row(
        lambda staff: staff.good.row(identity="850505" + staff.good.identity[6:]), Code.IDENTITY_BIRTH_DATE, layout.IDENTITY, "identity of good"
    ),
    "a dead member": _row(lambda staff: staff.dead.row(), Code.DECEASED, layout.MEMBER_NUMBER),
    "a member aged 76": _row(lambda staff: staff.aged_76.row(), Code.ABOVE_CONTRIBUTION_AGE, ""),
    "another employer's person": _row(lambda staff: staff.theirs.row(), Code.NUMBER_UNKNOWN, layout.MEMBER_NUMBER, more=(Code.IDENTITY_UNKNOWN,)),
    "a member number with one digit wrong": _row(
        lambda staff: staff.good.row(number=staff.good.digit_wrong()), Code.NUMBER_UNKNOWN, layout.MEMBER_NUMBER, "number of good"
    ),
    "a member number with a digit that makes it a colleague's": _row(
        lambda staff: staff.good.row(number=staff.dead.number), Code.NUMBER_DIFFERS, layout.MEMBER_NUMBER, "number of good"
    ),
    # The text format
    "an SDBA trailer with the count off by one": Bad(lambda staff: staff.sdba(count=(2, 9)), UNREADABLE, (Code.SDBA_COUNT,), "a.txt"),
    "an SDBA trailer with the employer's total off by one": Bad(
        lambda staff: staff.sdba(employer=(9, 24)), UNREADABLE, (Code.SDBA_EMPLOYER_TOTAL,), "a.txt"
    ),
    "an SDBA trailer with the employees' total off by one": Bad(
        lambda staff: staff.sdba(employee=(24, 39)), UNREADABLE, (Code.SDBA_EMPLOYEE_TOTAL,), "a.txt"
    ),
    "an SDBA trailer with the hash off by one": Bad(lambda staff: staff.sdba(hash=(39, 60)), UNREADABLE, (Code.SDBA_HASH,), "a.txt"),
}
"""A month in the future, a second filing for a month, the same file twice, the same list again and sixteen sessions at once are not files but
acts: test_bad_input.py has them beside these."""
