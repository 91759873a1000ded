"""The second sheet of the template: what each column holds and how a file is read, in the active language (Malay msgids)."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext, gettext_noop

from contributions.borang_a import layout
from contributions.borang_a.template_xlsx import Rule
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.templatetags import formats

SHEET: Final = gettext_noop("Borang A")
RULES_SHEET: Final = gettext_noop("Peraturan")

_COLUMNS: Final[Mapping[str, str]] = {
    layout.MEMBER_NUMBER: gettext_noop("Nombor ahli KWSP, 8 angka. Boleh dikosongkan jika belum diketahui."),
    layout.IDENTITY: gettext_noop("Nombor kad pengenalan seperti 850101-14-1234, atau nombor pasport."),
    layout.NAME: gettext_noop("Nama seperti dalam kad pengenalan atau pasport."),
    layout.WAGES: gettext_noop("Semua upah bulan itu yang kena caruman, termasuk bonus, dalam ringgit dengan dua tempat perpuluhan."),
    layout.EMPLOYER_SHARE: gettext_noop("Syer majikan mengikut Jadual Ketiga, dalam ringgit penuh."),
    layout.EMPLOYEE_SHARE: gettext_noop("Syer pekerja mengikut Jadual Ketiga, dalam ringgit penuh."),
    layout.BONUS: gettext_noop("Daripada upah itu, berapa bonus. Boleh dikosongkan."),
}
_GENERAL: Final = (
    (gettext_noop("Pekerja"), gettext_noop("Satu baris seorang. Tambah baris bagi pekerja baharu dan padam baris orang yang telah berhenti.")),
    (
        gettext_noop("Susunan"),
        gettext_noop("Lajur dikenal daripada tajuknya: susunannya boleh diubah. Lajur lain boleh ditambah, tetapi tidak dibaca."),
    ),
    (
        gettext_noop("Amaun"),
        gettext_noop("Pemisah ribu dan “RM” boleh ditulis. Formula boleh digunakan jika fail disimpan oleh Excel selepas dikira."),
    ),
    (gettext_noop("Baris jumlah"), gettext_noop("Boleh ada di bawah senarai; jumlahnya mesti betul.")),
    (
        gettext_noop("Fail"),
        gettext_noop("Muat naik sebagai XLSX atau XLS hingga %(sheet)s baris, CSV hingga %(csv)s baris, atau teks SDBA hingga %(text)s baris."),
    ),
    (
        gettext_noop("Andaian"),
        gettext_noop("Apa yang dianggap semasa membaca ditulis dalam hasilnya. Yang boleh dibaca dengan dua cara ditanya, tidak diteka."),
    ),
)


def rules(wage_month: WageMonth) -> list[Rule]:
    """What the sheet says for the wage month."""
    month = gettext("Upah %(month)s, dibayar selewat-lewatnya pada %(due)s") % {
        "month": formats.month(wage_month),
        "due": formats.day(wage_month.due_date),
    }
    limits = {"sheet": formats.count(layout.MAX_SHEET_ROWS), "csv": formats.count(layout.MAX_ROWS), "text": formats.count(layout.MAX_SDBA_ROWS)}
    return [
        Rule(gettext("Borang A"), month),
        *(Rule(column, gettext(text)) for column, text in _COLUMNS.items()),
        *(Rule(gettext(about), gettext(text) % limits) for about, text in _GENERAL),
    ]
