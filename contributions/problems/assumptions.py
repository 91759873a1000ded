"""Words for what was assumed while a file was read: one sentence each (Malay msgids)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext, gettext_noop

from contributions.borang_a.assumed import Taken
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.templatetags import formats

OF_FILE: Final[Mapping[Taken, str]] = {
    Taken.CP1252: gettext_noop("Huruf dibaca sebagai Windows (cp1252), bukan UTF-8."),
    Taken.UTF16: gettext_noop("Huruf dibaca sebagai UTF-16."),
    Taken.SEPARATOR: gettext_noop("Lajur dipisahkan dengan “%(separator)s”."),
    Taken.NO_HEADER: gettext_noop("Fail tiada baris tajuk; lajur diambil mengikut susunan templat."),
    Taken.ABOVE_HEADER: gettext_noop("%(rows)s baris di atas senarai tidak dibaca."),
    Taken.COLUMN_ORDER: gettext_noop("Lajur dibaca mengikut tajuknya, bukan susunannya."),
    Taken.OTHER_COLUMNS: gettext_noop("Lajur lain tidak dibaca: %(columns)s."),
    Taken.SHEET: gettext_noop("Helaian “%(sheet)s” dibaca; yang lain tidak: %(others)s."),
    Taken.HIDDEN_SHEETS: gettext_noop("Helaian tersembunyi tidak dibaca: %(sheets)s."),
    Taken.HIDDEN_ROWS: gettext_noop("%(rows)s baris yang tersembunyi dalam Excel turut dibaca."),
    Taken.SAME_CONTENT: gettext_noop("Semua baris sama dengan Borang A bulan upah %(wage_month)s (penghantaran %(filing)s)."),
}

OF_CELLS: Final[Mapping[Taken, str]] = {
    Taken.FORMULAS: gettext_noop("Nilai terakhir formula diambil: %(count)s sel (baris %(lines)s)."),
    Taken.THOUSANDS: gettext_noop("Pemisah ribu dibuang: %(count)s amaun (baris %(lines)s)."),
    Taken.DECIMAL_COMMA: gettext_noop("Koma dibaca sebagai titik sen: %(count)s amaun (baris %(lines)s)."),
    Taken.RINGGIT: gettext_noop("“RM” di depan amaun dibuang: %(count)s amaun (baris %(lines)s)."),
    Taken.FLOATS: gettext_noop("Sifar berlebihan selepas titik dibuang: %(count)s sel (baris %(lines)s)."),
    Taken.NUMBER_ZEROS: gettext_noop("Sifar di depan No. Ahli dikembalikan: %(count)s baris (baris %(lines)s)."),
    Taken.IDENTITY_ZEROS: gettext_noop("Sifar di depan No. KP dikembalikan mengikut rekod pekerja anda: %(count)s baris (baris %(lines)s)."),
    Taken.EXPONENT: gettext_noop("No. KP yang ditulis Excel sebagai eksponen dibaca semula: %(count)s baris (baris %(lines)s)."),
    Taken.TOTALS: gettext_noop("Baris jumlah yang betul tidak dikira sebagai pekerja: %(count)s (baris %(lines)s)."),
    Taken.BELOW_TOTALS: gettext_noop("Baris tulisan di bawah jumlah tidak dibaca: %(count)s (baris %(lines)s)."),
    Taken.BONUS: gettext_noop("Syer mengikut peraturan bonus, maka upah dianggap mengandungi bonus: %(count)s baris (baris %(lines)s)."),
}


def sentence(stored: Mapping[str, Any]) -> str:
    """What was assumed, in the active language; of cells and rows, in how many and which first."""
    code, count = Taken(stored["code"]), stored["count"]
    if code in OF_FILE:
        detail = dict(stored["detail"])
        if "wage_month" in detail:
            detail["wage_month"] = formats.month(WageMonth.parse(detail["wage_month"]))
        return gettext(OF_FILE[code]) % detail
    return gettext(OF_CELLS[code]) % {"count": formats.count(count), "lines": _lines(stored["lines"], count)}


def said(stored: Sequence[Mapping[str, Any]]) -> str:
    """All of them in one line."""
    return " ".join(sentence(one) for one in stored)


def _lines(lines: Sequence[int], count: int) -> str:
    named = ", ".join(formats.count(line) for line in lines)
    return f"{named} …" if count > len(lines) else named
