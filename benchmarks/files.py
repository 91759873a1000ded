"""100,000 rows in each form of Borang A, from the worker taking the job to READY, in turn: CSV, SDBA text, XLSX.

The text is measured against the floor of `reading` (COPY and join). The workbook may take at most 1.3 times what the CSV of the same rows takes and
the bare read of its sheet by python-calamine together; both processes of it stay within 300 MiB. In a copy of the benchmarks' database, dropped at
the end. KWSP_BENCH_ROWS: fewer.
"""

import csv
import io
from decimal import Decimal

import python_calamine
import xlsxwriter

from benchmarks import database, harness, reading
from contributions.borang_a import layout, template_sdba
from contributions.borang_a.sdba import MeantFor
from contributions.borang_a.template import Person
from kwsp_portal.common.periods import WageMonth

ROUNDS = 3
FORMS = ("CSV", "SDBA", "XLSX")


def measure() -> list[harness.Figure]:
    """Three months in three forms."""
    database.prepare()
    with database.fresh(reading.COPY_NAME):
        return _figures()


def _figures() -> list[harness.Figure]:
    firm, maker = reading.employer()
    seconds: dict[str, list[harness.Spent]] = {form: [] for form in FORMS}
    floors, bare, memory, unpacking = [], [], [], []
    for number in range(ROUNDS):
        for place, form in enumerate(FORMS):
            month = reading.FIRST_MONTH.plus(number * len(FORMS) + place)
            people = _people(month)
            content = _written(form, people, month)
            reading.send(firm, maker, month, content)
            if form == "CSV":
                floors.append(reading.floor(content))
            if form == "XLSX":
                bare.append(harness.spent(lambda content=content: _bare(content)))  # type: ignore[misc]
            worked = reading.work()
            seconds[form].append(harness.Spent(worked["seconds"], worked["cpu"]))
            memory.append(worked["mib"])
            unpacking.append(worked["unpacking_mib"])
    taken = {form: reading.middle(found) for form, found in seconds.items()}
    floor, sheet = reading.middle(floors), reading.middle(bare)
    names = {"CSV": "a CSV", "SDBA": "SDBA text", "XLSX": "an XLSX"}
    least = {"CSV": floor, "SDBA": floor, "XLSX": taken["CSV"] + sheet}
    notes = {form: reading.by_processor(taken[form], least[form]) for form in FORMS}
    notes["XLSX"] += "; floor: CSV + bare read"
    goals = {"CSV": 10, "SDBA": 10, "XLSX": 1.3}
    rows = f"{reading.ROWS:,} rows to READY"
    return [
        *(harness.Figure(f"{names[form]} of {rows}", taken[form].clock, goals[form], least[form].clock, note=notes[form]) for form in FORMS),
        harness.Figure("peak memory of the worker that reads them", max(memory), reading.MAX_MIB, unit="MiB"),
        harness.Figure("peak memory of the process that unpacks", max(unpacking), reading.MAX_MIB, unit="MiB"),
    ]


def _people(month: WageMonth) -> list[Person]:
    lines = csv.reader(io.StringIO(reading.content_of(month).decode()))
    next(lines)
    return [Person(number, identity.replace("-", ""), name, *map(Decimal, amounts)) for number, identity, name, *amounts in lines]


def _written(form: str, people: list[Person], month: WageMonth) -> bytes:
    if form == "CSV":
        return reading.content_of(month)
    if form == "SDBA":
        return template_sdba.sdba_template(people, MeantFor(reading.EMPLOYER, month), reading.ON)
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"strings_to_formulas": False, "in_memory": True})
    sheet = book.add_worksheet("Borang A")
    sheet.write_row(0, 0, layout.COLUMNS)
    for row, person in enumerate(people, start=1):
        for place, text in enumerate(person[:3]):
            sheet.write_string(row, place, text)
        for place, amount in enumerate(person[3:], start=3):
            sheet.write_number(row, place, amount)  # type: ignore[arg-type]
    book.close()
    return content.getvalue()


def _bare(content: bytes) -> None:
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    assert sum(1 for _ in sheet.iter_rows()) == reading.ROWS + 1
