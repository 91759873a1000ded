"""Words for what is wrong with a Borang A: what was found, what was expected, and how to mend it (Malay msgids)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext, gettext_noop

from contributions.borang_a import layout
from contributions.borang_a.problem import Code, Problem
from contributions.problems.elections import ELECTION, ELECTION_COLUMNS
from contributions.problems.files import CELL, FILE, SDBA, WORKBOOK
from contributions.problems.months import MONTH as MONTH
from contributions.problems.words import Words
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.templatetags import formats
from members import explanations

Stored = Mapping[str, Any]
"""A problem as `Problem.to_json` gives it, and as rows, filings and the API keep it."""


COLUMNS: Final[Mapping[str, str]] = {
    layout.MEMBER_NUMBER: gettext_noop("No. Ahli"),
    layout.IDENTITY: gettext_noop("No. KP"),
    layout.NAME: gettext_noop("Nama"),
    layout.WAGES: gettext_noop("Upah"),
    layout.EMPLOYER_SHARE: gettext_noop("Syer majikan"),
    layout.EMPLOYEE_SHARE: gettext_noop("Syer pekerja"),
    layout.BONUS: gettext_noop("Bonus"),
    **ELECTION_COLUMNS,
}

_TYPE_AMOUNT: Final = gettext_noop("Tulis amaun dengan angka sahaja, seperti 1234.50.")
_USE_SCHEDULE: Final = gettext_noop("Tulis syer mengikut Jadual Ketiga.")
_CHECK_PERSON: Final = gettext_noop("Semak No. Ahli, No. KP dan nama orang ini, dan betulkan.")
_STRANGER: Final = gettext_noop("%(column)s: ditemui %(found)s, yang tiada dalam rekod pekerja anda bagi bulan upah %(wage_month)s%(hint)s.")
_NEW_PERSON: Final = gettext_noop(
    "Semak No. Ahli dan No. KP. Jika orang ini pekerja baharu, tambahkannya dalam senarai upah bulan ini (Hantar Borang A, tanpa fail): dengan "
    "persetujuannya dia ditemui atau didaftarkan serta-merta. Hanya yang tidak dapat didaftarkan di situ ke kaunter KWSP."
)

ROW: Final[Mapping[Code, Words]] = {
    Code.FIELD_COUNT: Words(
        gettext_noop("Bilangan lajur tidak betul: ditemui %(found)s, dijangka %(expected)s."),
        gettext_noop("Semak koma dalam baris ini; nama yang mengandungi koma perlu tanda petik."),
    ),
    Code.FORMULA: Words(
        gettext_noop("%(column)s: ditemui formula “%(found)s”, dijangka nilai biasa."),
        gettext_noop("Tampal sebagai nilai sahaja."),
    ),
    Code.EMPTY: Words(gettext_noop("%(column)s: ditemui sel kosong, dijangka satu nilai."), gettext_noop("Isi sel ini.")),
    Code.NEGATIVE: Words(gettext_noop("%(column)s: ditemui amaun negatif “%(found)s”, dijangka 0.00 atau lebih."), _TYPE_AMOUNT),
    Code.TOO_MANY_DECIMALS: Words(
        gettext_noop("%(column)s: ditemui “%(found)s” dengan lebih daripada dua tempat perpuluhan, dijangka paling banyak dua."), _TYPE_AMOUNT
    ),
    Code.TOO_LARGE: Words(gettext_noop("%(column)s: ditemui “%(found)s”, dijangka paling banyak %(expected)s."), _TYPE_AMOUNT),
    Code.GROUPED: Words(
        gettext_noop("%(column)s: ditemui “%(found)s” dengan koma pemisah ribu, dijangka angka tanpa pemisah, seperti 1234.50."), _TYPE_AMOUNT
    ),
    Code.NOT_PLAIN: Words(gettext_noop("%(column)s: ditemui “%(found)s”, dijangka amaun seperti 1234.50."), _TYPE_AMOUNT),
    Code.MEMBER_NUMBER_FORM: Words(
        gettext_noop("%(column)s: ditemui “%(found)s”, dijangka paling banyak %(expected)s angka."),
        gettext_noop("Salin No. Ahli daripada templat."),
    ),
    Code.IDENTITY_FORM: Words(
        gettext_noop("%(column)s: ditemui “%(found)s”, dijangka nombor kad pengenalan seperti 850101-14-1234 atau nombor pasport."),
        gettext_noop("Betulkan nombor ini."),
    ),
    Code.IDENTITY_DATE: Words(
        gettext_noop("%(column)s: ditemui %(found)s, yang menyatakan lahir pada hari %(day)s bulan %(month)s, tarikh yang tidak wujud%(hint)s."),
        gettext_noop("Betulkan nombor ini mengikut kad pengenalan."),
    ),
    Code.NAME_TOO_LONG: Words(
        gettext_noop("%(column)s: ditemui “%(found)s”, dijangka paling banyak %(expected)s aksara."),
        gettext_noop("Tulis nama seperti dalam kad pengenalan."),
    ),
    Code.BONUS_ABOVE_WAGES: Words(
        gettext_noop("Bonus melebihi upah: ditemui bonus %(found)s, dijangka paling banyak upah bulan itu, %(expected)s."),
        gettext_noop("Lajur Salary ialah semua upah termasuk bonus; betulkan salah satunya."),
    ),
    Code.NUMBER_UNKNOWN: Words(_STRANGER, _NEW_PERSON),
    Code.IDENTITY_UNKNOWN: Words(_STRANGER, _NEW_PERSON),
    Code.IDENTITY_DIFFERS: Words(
        gettext_noop("%(column)s: ditemui %(found)s, yang tidak sepadan dengan No. Ahli dalam daftar%(hint)s."), _CHECK_PERSON
    ),
    Code.IDENTITY_BIRTH_DATE: Words(
        gettext_noop(
            "%(column)s: ditemui %(found)s, yang menyatakan tarikh lahir selain %(birth_date)s, "
            "iaitu yang ada dalam daftar bagi No. Ahli ini%(hint)s."
        ),
        _CHECK_PERSON,
    ),
    Code.NUMBER_DIFFERS: Words(
        gettext_noop("%(column)s: ditemui %(found)s, nombor pekerja anda yang lain daripada yang dinamakan oleh No. KP dan nama baris ini%(hint)s."),
        _CHECK_PERSON,
    ),
    Code.NAME_DIFFERS: Words(
        gettext_noop("%(column)s: ditemui “%(found)s”, yang tidak sepadan dengan nama dalam daftar bagi nombor ini%(hint)s."), _CHECK_PERSON
    ),
    Code.DECEASED: Words(
        gettext_noop(
            "Ahli %(found)s telah meninggal dunia pada %(died_on)s: ditemui upah bagi %(wage_month)s, dijangka tiada selepas bulan kematian."
        ),
        gettext_noop("Tinggalkan baris ini."),
    ),
    Code.NO_CITIZENSHIP: Words(
        gettext_noop("Daftar tidak menyatakan kewarganegaraan ahli %(found)s bagi bulan upah %(wage_month)s, maka syer tidak dapat ditentukan."),
        gettext_noop("Minta ahli mengemas kini rekodnya di kaunter KWSP."),
    ),
    Code.MEMBER_TWICE: Words(
        gettext_noop("Ahli %(found)s ada dua kali dalam fail: ditemui juga pada baris %(line)s, dijangka satu baris seorang."),
        gettext_noop("Gabungkan upah dalam satu baris dan tinggalkan yang lain."),
    ),
    Code.MEMBER_FILED: Words(
        gettext_noop(
            "Ahli %(found)s sudah ada dalam Borang A lain bagi bulan ini: ditemui pada baris %(line)s penghantaran %(filing)s, "
            "dijangka sekali sebulan."
        ),
        gettext_noop(
            "Tinggalkan baris ini. Jika upah yang difailkan terlalu rendah, tulis dalam tambahan semua upah orang itu bagi bulan ini, setelah "
            "Borang A itu dibayar: hanya bezanya difailkan. Yang belum dibayar boleh dibatalkan dan difailkan semula."
        ),
    ),
    Code.WAGES_RAISED: Words(
        gettext_noop(
            "%(column)s: ditemui %(found)s, dijangka %(expected)s seperti pada baris %(line)s penghantaran %(filing)s, yang telah dibayar. "
            "Jika ini semua upah orang itu bagi bulan ini, caruman tambahan ialah %(more_total)s: majikan %(more_employer)s, pekerja "
            "%(more_employee)s."
        ),
        gettext_noop("Semua upah bulan itu tertulis di sini? Failkan bezanya. Hanya tambahan upah yang tertulis? Tulis semua upah bulan itu dahulu."),
    ),
    Code.NO_MORE_DUE: Words(
        gettext_noop(
            "%(column)s: ditemui %(found)s, dijangka upah yang memberi caruman lebih daripada %(filed_total)s, yang telah difailkan pada baris "
            "%(line)s penghantaran %(filing)s; mengikut Jadual Ketiga upah ini memberi %(whole_total)s."
        ),
        gettext_noop("Tinggalkan baris ini: tiada apa-apa lagi perlu dibayar bagi orang itu. Lebihan bayaran dibetulkan oleh pegawai KWSP."),
    ),
    Code.ABOVE_CONTRIBUTION_AGE: Words(
        gettext_noop("Ahli berumur %(age)s pada %(birthday)s: ditemui bulan upah %(wage_month)s, dijangka paling lewat bulan upah %(last_month)s."),
        gettext_noop("Tinggalkan baris ini."),
    ),
    Code.BORN_AFTER_WAGE_MONTH: Words(
        gettext_noop("Ahli lahir selepas bulan upah: ditemui tarikh lahir %(birth_date)s, dijangka sebelum akhir %(wage_month)s."), _CHECK_PERSON
    ),
    Code.SHARE_HAS_SEN: Words(
        gettext_noop("%(column)s mengandungi sen: ditemui %(found)s, dijangka %(expected)s. Caruman dibayar dalam ringgit penuh."),
        _USE_SCHEDULE,
    ),
    Code.OFF_SCHEDULE: Words(gettext_noop("%(column)s tidak mengikut Jadual Ketiga: ditemui %(found)s, dijangka %(expected)s."), _USE_SCHEDULE),
    Code.SHARE_EMPTY: Words(gettext_noop("%(column)s: ditemui sel kosong, dijangka %(expected)s mengikut Jadual Ketiga."), _USE_SCHEDULE),
    Code.EXACT_PERCENTAGE: Words(
        gettext_noop(
            "%(column)s dikira dengan peratusan tepat, yang tidak dibenarkan bagi upah ini: ditemui %(found)s, dijangka %(expected)s "
            "mengikut Jadual Ketiga."
        ),
        _USE_SCHEDULE,
    ),
    Code.SHARES_SWAPPED: Words(
        gettext_noop("Syer majikan dan syer pekerja tertukar. %(column)s: ditemui %(found)s, dijangka %(expected)s."),
        gettext_noop("EM Share ialah syer majikan, EMP Share syer pekerja: tukarkan."),
    ),
}

EXPECTED: Final[Mapping[str, str]] = {
    Code.FORMULA: gettext_noop("nilai biasa"),
    Code.EMPTY: gettext_noop("satu nilai"),
    Code.NEGATIVE: gettext_noop("0.00 atau lebih"),
    Code.TOO_MANY_DECIMALS: gettext_noop("paling banyak dua tempat perpuluhan"),
    Code.GROUPED: gettext_noop("angka tanpa pemisah ribu"),
    Code.NOT_PLAIN: gettext_noop("amaun seperti 1234.50"),
    Code.IDENTITY_FORM: gettext_noop("nombor seperti 850101-14-1234"),
    Code.NUMBER_UNKNOWN: gettext_noop("orang dalam rekod pekerja anda"),
    Code.IDENTITY_UNKNOWN: gettext_noop("orang dalam rekod pekerja anda"),
    Code.IDENTITY_DATE: gettext_noop("nombor yang bermula dengan tarikh lahir"),
    Code.IDENTITY_DIFFERS: gettext_noop("nombor seperti dalam daftar"),
    Code.IDENTITY_BIRTH_DATE: gettext_noop("nombor seperti dalam daftar"),
    Code.NUMBER_DIFFERS: gettext_noop("nombor seperti dalam daftar"),
    Code.NAME_DIFFERS: gettext_noop("nama seperti dalam daftar"),
    Code.MEMBER_TWICE: gettext_noop("satu baris seorang"),
    Code.MEMBER_FILED: gettext_noop("sekali sebulan"),
    Code.EXCEL_DATE: gettext_noop("nombor seperti yang anda taip"),
    Code.EXPONENT: gettext_noop("nombor seperti 850101-14-1234"),
    Code.CELL_ERROR: gettext_noop("satu nilai"),
    Code.NOT_CALCULATED: gettext_noop("satu nilai"),
    Code.TWO_AMOUNTS: gettext_noop("amaun seperti 1234.50"),
    Code.TWO_PEOPLE: gettext_noop("nombor 12 angka, atau No. Ahli"),
    Code.FIELD_FORM: gettext_noop("angka sen"),
}
"""What a column of a bad row should hold, where the problem itself names no value."""

WORDS: Final[Mapping[Code, Words]] = {**FILE, **WORKBOOK, **SDBA, **MONTH, **ROW, **CELL, **ELECTION}

_HINT: Final = gettext_noop("; dijangka %(expected)s")
_BAND: Final = gettext_noop("Bahagian %(part)s, baris upah %(band_from)s hingga %(band_to)s.")
_NO_BAND: Final = gettext_noop("Bahagian %(part)s, peratusan tepat daripada upah %(wages)s.")
_BONUS: Final = gettext_noop("Bahagian %(part)s, peraturan bonus bagi upah %(wages)s.")
_EXCESS: Final = gettext_noop("Bahagian %(part)s, dengan pilihan melebihi kadar berkanun bagi upah %(wages)s.")
_RULES: Final[Mapping[str, str]] = {"BONUS": _BONUS, "EXCESS": _EXCESS}

_AMOUNTS: Final = frozenset({"wages", "band_from", "band_to", "more_employer", "more_employee", "more_total", "whole_total", "filed_total"})
_RATES: Final = frozenset({"excess", "rate", "most", "highest"})
_DAYS: Final = frozenset({"died_on", "birth_date", "birthday", "received_on"})
_MONTHS: Final = frozenset({"wage_month", "last_month", "first_month", "from_month"})
_MONEY_CODES: Final = frozenset(
    {
        *(Code.SHARE_HAS_SEN, Code.OFF_SCHEDULE, Code.EXACT_PERCENTAGE, Code.SHARES_SWAPPED, Code.BONUS_ABOVE_WAGES, Code.ELECTION_LEFT_OUT),
        *(Code.WAGES_RAISED, Code.NO_MORE_DUE),
    }
)

_MONEY_EXPECTED: Final = frozenset({Code.TOO_LARGE, Code.TOTALS_DIFFER, Code.SHARE_EMPTY, Code.SDBA_EMPLOYER_TOTAL, Code.SDBA_EMPLOYEE_TOTAL})


class _Told(dict[str, str]):
    """Figures of a problem. One that was stored before its sentence came to name a figure shows a dash in its place."""

    def __missing__(self, name: str) -> str:
        return "–"


def sentence(problem: Problem | Stored) -> str:
    """What is wrong, with what was found and what was expected, in the active language."""
    stored = _stored(problem)
    figures = _figures(stored)
    said = gettext(WORDS[Code(stored["code"])].sentence) % _Told(figures)
    return f"{said} {_schedule_row(stored['detail'], figures)}" if "part" in stored["detail"] else said


def mend(problem: Problem | Stored) -> str:
    """What the person can do about it, in the active language."""
    return gettext(WORDS[Code(_stored(problem)["code"])].mend)


def expected(problem: Problem | Stored) -> str:
    """What the column should hold, as the sentence says it, too: the value itself, or words where the problem names none."""
    stored = _stored(problem)
    words = EXPECTED.get(stored["code"])
    return stored["expected"] or (gettext(words) if words else "")


def column_name(column: str) -> str:
    """What a column holds, with its title in the file: `Syer majikan (EM Share)`, but not `Name (Name)`. Empty for no column."""
    words = gettext(COLUMNS.get(column, column)) if column else ""
    return words if words.rstrip(".") == column else f"{words} ({column})"


def field_of(problem: Problem | Stored) -> str:
    """The field of the upload form that a problem of the file as a whole belongs to."""
    code = Code(_stored(problem)["code"])
    return "wage_month" if code in MONTH and code not in (Code.SAME_FILE, Code.SAME_CONTENT) else "file"


def _stored(problem: Problem | Stored) -> Stored:
    return problem.to_json() if isinstance(problem, Problem) else problem


def _figures(stored: Stored) -> dict[str, str]:
    """Everything a sentence may name, as people read it."""
    code = Code(stored["code"])
    figures = {name: _shown(name, text) for name, text in stored["detail"].items()}
    show = formats.money if code in _MONEY_CODES else _month if code in MONTH else str
    figures |= {"column": column_name(stored["column"]), "found": show(stored["found"]), "expected": show(stored["expected"])}
    if code in _MONEY_EXPECTED:
        figures["expected"] = formats.money(stored["expected"])
    figures["hint"] = gettext(_HINT) % {"expected": expected(stored)}
    return figures


def _schedule_row(detail: Mapping[str, str], figures: Mapping[str, str]) -> str:
    """The row of the Third Schedule, or the rule that stands in its place."""
    if detail["basis"] in _RULES:
        return gettext(_RULES[detail["basis"]]) % figures
    return gettext(_BAND if detail["band_to"] else _NO_BAND) % figures


def _shown(name: str, text: str) -> str:
    if name in _AMOUNTS:
        return formats.money(text)
    if name in _DAYS:
        return formats.day(date.fromisoformat(text))
    if name in _RATES:
        return explanations.percent(text)
    return _month(text) if name in _MONTHS else text


def _month(text: str) -> str:
    return formats.month(WageMonth.parse(text)) if text else ""
