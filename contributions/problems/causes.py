"""What a cause is called where its rows are counted (Malay msgids)."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext, gettext_noop

from contributions.borang_a.problem import Code

_AMOUNT_FORM: Final = gettext_noop("Amaun tidak dapat dibaca")
_NOT_PLAIN: Final = gettext_noop("Sel mengandungi formula atau ralat, bukan nilai")
_IDENTITY: Final = gettext_noop("No. KP tidak lengkap atau tidak dapat dibaca")

TITLES: Final[Mapping[Code, str]] = {
    Code.FIELD_COUNT: gettext_noop("Bilangan lajur tidak betul"),
    Code.FORMULA: _NOT_PLAIN,
    Code.CELL_ERROR: _NOT_PLAIN,
    Code.FROM_FORMULA: _NOT_PLAIN,
    Code.NOT_CALCULATED: _NOT_PLAIN,
    Code.EMPTY: gettext_noop("Sel kosong"),
    Code.NEGATIVE: gettext_noop("Amaun negatif"),
    Code.TOO_MANY_DECIMALS: gettext_noop("Lebih daripada dua tempat perpuluhan"),
    Code.TOO_LARGE: gettext_noop("Amaun terlalu besar"),
    Code.GROUPED: _AMOUNT_FORM,
    Code.NOT_PLAIN: _AMOUNT_FORM,
    Code.TWO_AMOUNTS: gettext_noop("Amaun boleh dibaca dengan dua cara"),
    Code.MEMBER_NUMBER_FORM: gettext_noop("Bentuk No. Ahli tidak betul"),
    Code.IDENTITY_FORM: _IDENTITY,
    Code.EXPONENT: _IDENTITY,
    Code.IDENTITY_DATE: gettext_noop("No. KP dengan tarikh yang tidak wujud"),
    Code.EXCEL_DATE: gettext_noop("Nombor menjadi tarikh dalam Excel"),
    Code.TWO_PEOPLE: gettext_noop("No. KP padan dengan dua orang"),
    Code.NAME_TOO_LONG: gettext_noop("Nama terlalu panjang"),
    Code.BONUS_ABOVE_WAGES: gettext_noop("Bonus melebihi upah"),
    Code.TOTALS_DIFFER: gettext_noop("Baris jumlah tidak sepadan"),
    Code.FIELD_FORM: gettext_noop("Medan teks SDBA tidak betul"),
    Code.NUMBER_UNKNOWN: gettext_noop("No. Ahli tiada dalam rekod pekerja"),
    Code.IDENTITY_UNKNOWN: gettext_noop("No. KP tiada dalam rekod pekerja"),
    Code.IDENTITY_DIFFERS: gettext_noop("No. KP tidak sepadan dengan No. Ahli"),
    Code.IDENTITY_BIRTH_DATE: gettext_noop("Tarikh lahir dalam No. KP lain daripada daftar"),
    Code.NUMBER_DIFFERS: gettext_noop("No. Ahli milik pekerja lain"),
    Code.NAME_DIFFERS: gettext_noop("Nama tidak sepadan dengan daftar"),
    Code.DECEASED: gettext_noop("Ahli telah meninggal dunia"),
    Code.NO_CITIZENSHIP: gettext_noop("Kewarganegaraan tidak diketahui"),
    Code.MEMBER_TWICE: gettext_noop("Orang yang sama dua kali"),
    Code.MEMBER_FILED: gettext_noop("Sudah ada dalam Borang A lain bulan ini"),
    Code.WAGES_RAISED: gettext_noop("Upah lebih tinggi daripada yang telah difailkan"),
    Code.NO_MORE_DUE: gettext_noop("Upah lebih tinggi, tetapi tiada caruman tambahan"),
    Code.ABOVE_CONTRIBUTION_AGE: gettext_noop("Melebihi umur mencarum"),
    Code.BORN_AFTER_WAGE_MONTH: gettext_noop("Lahir selepas bulan upah"),
    Code.MAY_CHOOSE: gettext_noop("Belum memilih untuk mencarum"),
    Code.DOMESTIC_EXCLUDED: gettext_noop("Pekerja domestik yang dikecualikan"),
    Code.SHARE_HAS_SEN: gettext_noop("Syer mengandungi sen"),
    Code.OFF_SCHEDULE: gettext_noop("Syer tidak mengikut Jadual Ketiga"),
    Code.SHARE_EMPTY: gettext_noop("Syer tidak diisi"),
    Code.EXACT_PERCENTAGE: gettext_noop("Syer dikira dengan peratusan tepat"),
    Code.SHARES_SWAPPED: gettext_noop("Syer majikan dan pekerja tertukar"),
    Code.ELECTION_LEFT_OUT: gettext_noop("Pilihan caruman tidak dikira"),
    Code.EXCESS_TOO_HIGH: gettext_noop("Lebihan syer terlalu tinggi"),
}
"""Every reason for which a row is not taken."""


def title(code: str) -> str:
    """In the active language; a code that no row can have stands for itself."""
    return gettext(TITLES[Code(code)]) if code in TITLES else code
