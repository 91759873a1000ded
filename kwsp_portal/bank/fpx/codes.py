"""The authorisation codes of FPX: what each says about an order, and its meaning in words (Malay msgids).

Source: section 9.2 of the facts on FPX; the plugin's table of responses for those that the section sums up.
"""

from enum import StrEnum
from typing import NamedTuple


def gettext_noop(words: str) -> str:
    """Marks a msgid for the catalogue. Django's own asks for settings, which this package does not need."""
    return words


class Outcome(StrEnum):
    """What a pair of codes says about the order.

    APPROVED is final. FAILED is final for this order: a new payment needs a new order. DUPLICATE speaks of the request
    and not of the order (the order may well be paid), NOT_FOUND of a bank that never saw it (yet), UNKNOWN is a code we
    do not know: these three are asked again with AE and never decide by themselves.
    """

    APPROVED = "APPROVED"
    PENDING = "PENDING"
    AUTHORISATION = "AUTHORISATION"
    FAILED = "FAILED"
    DUPLICATE = "DUPLICATE"
    NOT_FOUND = "NOT_FOUND"
    UNKNOWN = "UNKNOWN"


class Meaning(NamedTuple):
    outcome: Outcome
    words: str


APPROVED, PENDING, AUTHORISATION, CANCELLED, INSUFFICIENT = "00", "09", "99", "80", "51"
NOT_FOUND, DUPLICATE_ORDER, OVER_MAXIMUM, UNDER_MINIMUM = "76", "45", "48", "2A"
BANK_UNAVAILABLE, SESSION_EXPIRED, NOT_PERMITTED, INVALID_BANK = "90", "1J", "57", "31"

_SPECIAL = {
    APPROVED: Meaning(Outcome.APPROVED, gettext_noop("Diluluskan")),
    PENDING: Meaning(Outcome.PENDING, gettext_noop("Transaksi belum selesai di bank")),
    AUTHORISATION: Meaning(Outcome.AUTHORISATION, gettext_noop("Menunggu kelulusan di bank")),
    NOT_FOUND: Meaning(Outcome.NOT_FOUND, gettext_noop("Transaksi tidak ditemui di bank")),
    DUPLICATE_ORDER: Meaning(Outcome.DUPLICATE, gettext_noop("Nombor pesanan berulang")),
    "XN": Meaning(Outcome.DUPLICATE, gettext_noop("Nombor pesanan berulang")),
    "XO": Meaning(Outcome.DUPLICATE, gettext_noop("Nombor pesanan berulang")),
}
_FAILURES = {
    "03": gettext_noop("Peniaga tidak sah"),
    "05": gettext_noop("Penjual atau kod bank penerima tidak sah"),
    "12": gettext_noop("Transaksi tidak sah"),
    "13": gettext_noop("Amaun tidak sah"),
    "14": gettext_noop("Akaun pembayar tidak sah"),
    "20": gettext_noop("Jawapan tidak sah"),
    "30": gettext_noop("Format mesej salah"),
    "31": gettext_noop("Bank tidak sah"),
    "39": gettext_noop("Tiada akaun kredit"),
    "46": gettext_noop("Penjual tidak sah"),
    "47": gettext_noop("Mata wang tidak sah"),
    OVER_MAXIMUM: gettext_noop("Amaun melebihi had maksimum transaksi"),
    "49": gettext_noop("Amaun melebihi had penjual"),
    "50": gettext_noop("Penjual tidak sah bagi had penjual"),
    INSUFFICIENT: gettext_noop("Baki akaun tidak mencukupi"),
    "53": gettext_noop("Tiada nombor akaun pembayar"),
    NOT_PERMITTED: gettext_noop("Transaksi tidak dibenarkan"),
    "58": gettext_noop("Transaksi kepada penjual tidak dibenarkan"),
    "70": gettext_noop("Nombor siri tidak sah"),
    "77": gettext_noop("Nama atau ID pembayar tidak sah"),
    "78": gettext_noop("Penyahsulitan gagal"),
    "79": gettext_noop("Bank menolak kerana sistem tergendala"),
    CANCELLED: gettext_noop("Dibatalkan oleh pembayar"),
    "83": gettext_noop("Model transaksi tidak sah"),
    "84": gettext_noop("Jenis transaksi tidak sah"),
    "85": gettext_noop("Ralat dalaman di bank"),
    "87": gettext_noop("Debit gagal"),
    "88": gettext_noop("Kredit gagal"),
    "89": gettext_noop("Transaksi tidak diterima oleh bank"),
    BANK_UNAVAILABLE: gettext_noop("Perbankan internet tidak tersedia"),
    "92": gettext_noop("Bank pembayar tidak sah"),
    "96": gettext_noop("Sistem tergendala"),
    "98": gettext_noop("Semakan tandatangan gagal"),
    "BB": gettext_noop("Bank disekat"),
    "BC": gettext_noop("Dibatalkan oleh pembayar"),
    "FE": gettext_noop("Ralat dalaman"),
    "OE": gettext_noop("Di luar waktu operasi FPX"),
    "OF": gettext_noop("Masa transaksi tamat"),
    "SB": gettext_noop("Kod bank penerima tidak sah"),
    "XA": gettext_noop("Alamat IP tidak sah"),
    "XB": gettext_noop("Alamat IP penjual tidak sah"),
    "XC": gettext_noop("Ralat penyulitan penjual"),
    "XE": gettext_noop("Mesej tidak sah"),
    "XF": gettext_noop("Bilangan pesanan tidak sah"),
    "XI": gettext_noop("Penjual tidak sah"),
    "XM": gettext_noop("Model transaksi tidak sah"),
    "XS": gettext_noop("Penjual tidak sah"),
    "XT": gettext_noop("Jenis transaksi tidak sah"),
    "XW": gettext_noop("Tarikh penjual terlalu berbeza"),
    "1A": gettext_noop("Sesi tamat di halaman log masuk bank"),
    "1B": gettext_noop("Maklumat log masuk bank tidak lengkap"),
    "1C": gettext_noop("Dibatalkan di halaman log masuk bank"),
    "1D": gettext_noop("Sesi tamat di halaman pilihan akaun"),
    "1E": gettext_noop("Maklumat akaun tidak lengkap"),
    "1F": gettext_noop("Dibatalkan di halaman pilihan akaun"),
    "1G": gettext_noop("Sesi tamat di halaman TAC bank"),
    "1H": gettext_noop("TAC bank tidak diberikan"),
    "1I": gettext_noop("Dibatalkan di halaman TAC bank"),
    SESSION_EXPIRED: gettext_noop("Sesi tamat di halaman pengesahan bank"),
    "1K": gettext_noop("Maklumat pengesahan tidak lengkap"),
    "1L": gettext_noop("Dibatalkan di halaman pengesahan bank"),
    "1M": gettext_noop("Sesi perbankan internet tamat"),
    UNDER_MINIMUM: gettext_noop("Amaun kurang daripada had minimum transaksi"),
    "2X": gettext_noop("Dibatalkan oleh penjual"),
}
ACCOUNT_CLOSED, NO_MANDATE, MANDATE_ENDED = "D1", "D2", "D3"
_DIRECT_DEBIT = {
    ACCOUNT_CLOSED: gettext_noop("Akaun yang didebit telah ditutup"),
    NO_MANDATE: gettext_noop("Bank tiada kebenaran debit terus ini"),
    MANDATE_ENDED: gettext_noop("Kebenaran debit terus ditamatkan sebelum kutipan"),
}
"""Codes of the house's own (assumed): no code of FPX speaks of a mandate."""
TABLE = {**_SPECIAL, **{code: Meaning(Outcome.FAILED, words) for code, words in {**_FAILURES, **_DIRECT_DEBIT}.items()}}
_UNLISTED = Meaning(Outcome.UNKNOWN, gettext_noop("Kod bank yang tidak dikenali"))


def meaning(code: str) -> Meaning:
    """Never fails: a code outside the table is UNKNOWN."""
    return TABLE.get(code, _UNLISTED)


def outcome(debit: str, credit: str) -> Outcome:
    """Paid only when both codes are `00`; the payer debited and the seller not credited is still pending
    (the source infers the second condition)."""
    found = meaning(debit).outcome
    return Outcome.PENDING if found is Outcome.APPROVED and credit != APPROVED else found
