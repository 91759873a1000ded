"""Words for what is stored about a person and an act at the counter."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from kwsp_portal.bank.payouts.files import Result
from kwsp_portal.common import countries
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.notify.enums import State
from kwsp_portal.notify.kinds import Kind
from kwsp_portal.templatetags import formats
from members.enums import (
    BankAccountRefusal,
    BankAccountState,
    Citizenship,
    DeclarationState,
    DividendKind,
    Door,
    IdentityKind,
    LookupReason,
    PayoutKind,
    PayoutState,
    ProposalKind,
    ProposalState,
    Religion,
    Risk,
    Scheme,
    Seen,
    Sex,
    Thumb,
)


class Label(NamedTuple):
    """Words and the colour of their tag."""

    words: Any
    kind: str


CITIZENSHIPS: Final[dict[str, Any]] = {
    Citizenship.CITIZEN: _("Warganegara"),
    Citizenship.PERMANENT_RESIDENT: _("Pemastautin tetap"),
    Citizenship.NON_CITIZEN: _("Bukan warganegara"),
}
IDENTITY_KINDS: Final[dict[str, Any]] = {
    IdentityKind.MYKAD: _("MyKad"),
    IdentityKind.PASSPORT: _("Pasport"),
    IdentityKind.MYPR: _("MyPR"),
    IdentityKind.ARMY: _("Kad tentera"),
    IdentityKind.POLICE: _("Kad polis"),
}
SEXES: Final[dict[str, Any]] = {Sex.FEMALE: _("Perempuan"), Sex.MALE: _("Lelaki")}
RELIGIONS: Final[dict[str, Any]] = {
    Religion.ISLAM: _("Islam"),
    Religion.BUDDHISM: _("Buddha"),
    Religion.CHRISTIANITY: _("Kristian"),
    Religion.HINDUISM: _("Hindu"),
    Religion.SIKHISM: _("Sikh"),
    Religion.OTHER: _("Lain-lain"),
    Religion.UNKNOWN: _("Tidak dinyatakan"),
}
DOORS: Final[dict[str, Any]] = {Door.COUNTER: _("Kaunter"), Door.KIOSK: _("Kiosk")}
SEEN: Final[dict[str, Any]] = {
    Seen.ORIGINAL: _("Dokumen pengenalan asal dilihat, bukan salinan"),
    Seen.LIKENESS: _("Orang ini sama seperti gambar pada dokumen"),
    Seen.REGISTER: _("Butiran dokumen sama seperti daftar"),
    Seen.SECOND_PAPER: _("Dokumen kedua dengan gambar dilihat"),
}
THUMBS: Final[dict[str, Label]] = {
    Thumb.MATCHED: Label(_("Cap ibu jari sepadan"), "good"),
    Thumb.REFUSED: Label(_("Cap ibu jari tidak sepadan"), "bad"),
    Thumb.SILENT: Label(_("Pembaca tidak menjawab"), "warn"),
    Thumb.NOT_ASKED: Label(_("Tanpa cap ibu jari"), "neutral"),
}
PROPOSAL_KINDS: Final[dict[str, Any]] = {ProposalKind.CORRECTION: _("Pembetulan daftar"), ProposalKind.PHONE: _("Nombor TAC")}
PROPOSAL_STATES: Final[dict[str, Label]] = {
    ProposalState.PROPOSED: Label(_("Menunggu penyelia"), "warn"),
    ProposalState.APPROVED: Label(_("Diluluskan"), "good"),
    ProposalState.REFUSED: Label(_("Ditolak"), "bad"),
    ProposalState.WITHDRAWN: Label(_("Ditarik balik"), "neutral"),
}
RISKS: Final[dict[str, Any]] = {
    Risk.SECOND_CHANGE: _("Nombor TAC sudah ditukar sekali dalam 30 hari yang lalu"),
    Risk.BLOCKED: _("Disekat kerana terlalu banyak kod TAC yang salah"),
    Risk.THUMB_REFUSED: _("Cap ibu jari tidak sepadan dengan pemegang dokumen"),
    Risk.NO_THUMB: _("Tanpa cap ibu jari, bagi ahli yang sudah mempunyai i-Akaun atau simpanan"),
    Risk.NUMBER_OF_ANOTHER: _("Nombor ini nombor TAC orang lain"),
    Risk.ADMINISTRATOR_THERE: _("Majikan ini sudah mempunyai pentadbir lain yang aktif, yang boleh melantik wakil sendiri"),
    Risk.ACTIVE_NUMBER: _("Nombor TAC akan ditukar bagi orang yang i-Akaunnya aktif, atau yang mewakili majikan lain"),
    Risk.OTHER_NAME: _("Nama pada dokumen bukan nama orang yang dikenali dengan nombor pengenalan ini"),
    Risk.IDENTITY_FIRST: _("Nombor pengenalan ini diikat dengan ID Pengguna yang sudah ada buat kali pertama"),
    Risk.NAMESAKE: _("Pegawai mengatakan orang ini baharu, tetapi wakil majikan dengan nama yang sama mungkin orang ini"),
    Risk.BY_USER_ID: _("Orang ini menyebut ID Pengguna wakil; sesiapa yang mengetahuinya boleh menyebutnya, jadi ia bukan bukti"),
    Risk.OTHER_PAPERS: _("Dokumen lain sudah direkodkan bagi ID Pengguna ini: pastikan yang baharu menggantikannya, misalnya pasport diperbaharui"),
}
MESSAGES: Final[dict[str, Label]] = {
    State.QUEUED: Label(_("SMS menunggu dihantar"), "info"),
    State.SENT: Label(_("SMS dihantar, belum disahkan diterima"), "info"),
    State.DELIVERED: Label(_("SMS diterima oleh telefon"), "good"),
    State.FAILED: Label(_("SMS gagal dihantar"), "bad"),
    State.EXPIRED: Label(_("SMS luput sebelum dihantar"), "bad"),
    State.REFUSED: Label(_("SMS ditolak bagi nombor ini"), "bad"),
}
REASONS: Final[dict[str, Any]] = {
    LookupReason.AT_COUNTER: _("Orang ini di kaunter"),
    LookupReason.BY_PHONE: _("Orang ini menelefon"),
    LookupReason.PAPERS: _("Dokumen yang diterima"),
    LookupReason.SUPERVISION: _("Semakan penyelia"),
}
FIELDS: Final[dict[str, Any]] = {
    "name": _("Nama"),
    "identity_kind": _("Jenis pengenalan"),
    "identity_country": _("Negara pengeluar pasport"),
    "identity_number": _("No. pengenalan"),
    "birth_date": _("Tarikh lahir"),
    "citizenships": _("Kewarganegaraan"),
    "phone": _("Nombor TAC"),
    "language": _("Bahasa"),
}

PAYOUT_KIND: Final[dict[str, Any]] = {
    PayoutKind.REFUND: _("Bayaran balik kepada majikan"),
    PayoutKind.OVERPAID: _("Caruman terlebih dipulangkan (KWSP 14)"),
    PayoutKind.WITHDRAWAL: _("Permohonan pengeluaran"),
    PayoutKind.VOLUNTARY: _("Caruman sukarela yang dipulangkan"),
}
PAYOUT: Final[dict[str, Any]] = {
    PayoutState.ORDERED: _("Menunggu fail hari berikutnya"),
    PayoutState.SENT: _("Dihantar ke bank"),
    PayoutState.PAID: _("Telah dibayar"),
    PayoutState.RETURNED: _("Dipulangkan oleh bank"),
    PayoutState.CANCELLED: _("Dibatalkan"),
}
NOT_PAID_OUT: Final[dict[str, Any]] = {
    Result.CLOSED: _("Akaun itu telah ditutup."),
    Result.REJECTED: _("Bank menolaknya. Tanya bank anda, atau beri akaun lain."),
}
"""Why the bank did not pay a payout."""
BANK_ACCOUNT_STATES: Final[dict[str, Label]] = {
    BankAccountState.ASKED: Label(_("Menunggu jawapan bank"), "info"),
    BankAccountState.REVIEW: Label(_("Menunggu semakan pegawai"), "warn"),
    BankAccountState.CURRENT: Label(_("Digunakan"), "good"),
    BankAccountState.REFUSED: Label(_("Tidak diterima"), "bad"),
    BankAccountState.GIVEN_UP: Label(_("Ditinggalkan"), "neutral"),
    BankAccountState.REPLACED: Label(_("Digantikan"), "neutral"),
    BankAccountState.CANCELLED: Label(_("Dibatalkan"), "neutral"),
}
BANK_ACCOUNT_REFUSALS: Final[dict[str, Any]] = {
    BankAccountRefusal.NO_ACCOUNT: _("Bank itu tiada akaun dengan nombor ini. Semak bank dan nombor pada buku bank atau penyata anda."),
    BankAccountRefusal.CLOSED: _("Akaun ini telah ditutup. Pilih akaun yang masih aktif."),
    BankAccountRefusal.JOINT: _("Ini akaun bersama. Wang KWSP hanya dibayar ke akaun simpanan atau semasa atas nama anda seorang."),
    BankAccountRefusal.COMPANY: _("Ini akaun syarikat. Wang KWSP hanya dibayar ke akaun simpanan atau semasa atas nama anda sendiri."),
    BankAccountRefusal.NAME: _(
        "Nama pemegang akaun di bank bukan nama anda dalam daftar KWSP. Pilih akaun atas nama anda sendiri. Nama anda bertukar? "
        "Bawa kad pengenalan dan buku bank ke kaunter KWSP."
    ),
    BankAccountRefusal.OFFICER: _("Pegawai yang membandingkan buku bank dengan kad pengenalan tidak menerimanya. Tanya di kaunter KWSP."),
    BankAccountRefusal.SILENT: _("Bank tidak menjawab selama tiga hari. Cuba lagi, atau pilih akaun di bank lain."),
}
BANK_ACCOUNT_KINDS: Final = {
    "BANK_ACCOUNT_CHANGED": Kind(
        gettext_noop("Akaun bank ditukar"),
        (
            gettext_noop("KWSP: Wang anda akan dibayar ke akaun %(bank)s yang berakhir dengan %(ending)s, mulai %(until)s."),
            gettext_noop("Bukan anda? Log masuk dan batalkan sebelum itu, atau hubungi KWSP dengan segera."),
        ),
        {},
    ),
    "BANK_ACCOUNT_CANCELLED": Kind(
        gettext_noop("Pertukaran akaun bank dibatalkan"),
        (gettext_noop("KWSP: Pertukaran ke akaun %(bank)s yang berakhir dengan %(ending)s dibatalkan pada %(at)s."),),
        {},
    ),
    "BANK_ACCOUNT_REFUSED": Kind(
        gettext_noop("Akaun bank tidak diterima"),
        (gettext_noop("KWSP: Akaun %(bank)s yang berakhir dengan %(ending)s tidak diterima. Sebabnya di halaman Akaun bank anda."),),
        {},
    ),
    "BANK_ACCOUNT_REVIEW": Kind(
        gettext_noop("Bawa buku bank anda ke kaunter"),
        (
            gettext_noop(
                "KWSP: Nama pada akaun %(bank)s yang berakhir dengan %(ending)s hampir sama dengan nama anda. Bawa buku bank dan kad pengenalan ke "
                "mana-mana kaunter KWSP."
            ),
        ),
        {},
    ),
}

REFUSALS: Final[dict[str, Any]] = {
    "IDENTITY_FORM": _("%(kind)s: ditemui “%(found)s”, dijangka 12 angka bagi MyKad dan MyPR, atau 5 hingga 15 huruf dan angka bagi dokumen lain."),
    "IDENTITY_BIRTH_DATE": _(
        "Nombor pengenalan bermula dengan %(found)s, tetapi tarikh lahir %(birth_date)s memerlukan %(expected)s. Semak kedua-duanya pada dokumen."
    ),
    "PASSPORT_COUNTRY": _("Pilih negara yang mengeluarkan pasport itu; dokumen lain tiada negara."),
    "BIRTH_DATE_RANGE": _("Tarikh lahir: ditemui %(found)s, dijangka dari %(earliest)s hingga %(latest)s."),
    "IDENTITY_CITIZENSHIP": _("Kewarganegaraan %(found)s tidak sepadan dengan %(kind)s. Semak jenis dokumen atau kewarganegaraan."),
    "NAME_EMPTY": _("Nama: dijangka sekurang-kurangnya satu huruf. Masukkan nama seperti pada dokumen."),
    "IDENTITY_TAKEN": _("Nombor pengenalan ini sudah milik ahli %(number)s. Cari ahli itu dan teruskan dengan rekodnya."),
    "BORN_AFTER_JOINING": _("Tarikh lahir: ditemui %(found)s, dijangka tidak selepas tarikh menjadi ahli, %(since)s."),
    "CITIZENSHIP_DAY": _("Kewarganegaraan mulai: ditemui %(found)s, dijangka dari %(earliest)s hingga %(latest)s."),
    "NO_MEMBER_NUMBER": _("Tiada nombor ahli KWSP yang sah. Daftarkan orang ini sebagai ahli dahulu."),
    "NO_IDENTITY_NUMBER": _("Tiada nombor pengenalan yang sah dalam daftar. Betulkan pengenalan dengan dokumen dahulu."),
    "MEMBER_DIED": _("Ahli meninggal dunia pada %(died_on)s. i-Akaun tidak dikeluarkan."),
    "ACCOUNT_BANK": _("Pilih bank daripada senarai."),
    "ACCOUNT_FORM": _("Nombor akaun %(bank)s: dijangka %(expected)s angka. Taip angka sahaja, seperti pada buku bank atau penyata anda."),
    "ACCOUNT_LENGTH": _("Nombor akaun %(bank)s: ditemui %(found)s angka, dijangka %(expected)s. Semak nombor pada buku bank atau penyata anda."),
    "I_AKAUN_CLOSED": _("i-Akaun ahli ini telah ditutup. Rujuk pentadbir sistem."),
}
_DAYS: Final = frozenset({"birth_date", "earliest", "latest", "since", "died_on"})


def refusal(found: Refusal) -> str:
    """What a rule about a person says no to, what it found and how to mend it."""
    details = {name: _detail(found.code, name, value) for name, value in found.details.items()}
    return str(REFUSALS[found.code]) % details


def _detail(code: str, name: str, value: str) -> Any:
    if name == "kind":
        return IDENTITY_KINDS[IdentityKind(value)]
    if code == "IDENTITY_CITIZENSHIP":
        return CITIZENSHIPS[Citizenship(value)] if value else "–"
    day = name in _DAYS or (name == "found" and code in {"BIRTH_DATE_RANGE", "BORN_AFTER_JOINING", "CITIZENSHIP_DAY"})
    return formats.day(date.fromisoformat(value)) if day else value


def record_words(name: str, value: Any) -> list[str]:
    """A field of a proposal's before or after, in words; several where there are several periods."""
    if value is None or value == "":
        return [str(_("tiada"))]
    shown: Mapping[str, Any] = {"identity_kind": IDENTITY_KINDS, "language": {"ms": "Bahasa Melayu", "en": "English"}}
    if name == "citizenships":
        return [_period(*period) for period in value]
    if name == "identity_country":
        return [country(value)]
    if name == "birth_date":
        return [formats.day(date.fromisoformat(value))]
    return [str(shown[name][value])] if name in shown else [str(value)]


def country(code: str) -> str:
    """The name of a country in the language of the page."""
    if code == countries.UNRECORDED:
        return str(_("Negara belum direkodkan"))
    return countries.name(code, translation.get_language() or "ms")


def paper(kind: str, country_code: str) -> str:
    """What a paper is called: MyKad, or Passport · Indonesia."""
    words = str(IDENTITY_KINDS[IdentityKind(kind)])
    return f"{words} · {country(country_code)}" if country_code else words


def _period(status: str, start: str, end: str | None) -> str:
    words = {"status": CITIZENSHIPS[Citizenship(status)], "from": formats.day(date.fromisoformat(start))}
    if end is None:
        return str(_("%(status)s mulai %(from)s") % words)
    return str(_("%(status)s mulai %(from)s hingga sebelum %(to)s") % {**words, "to": formats.day(date.fromisoformat(end))})


NOT_NAMEABLE: Final[dict[str, tuple[int, Any]]] = {
    "NO_RIGHT": (403, _("Hanya pentadbir sistem memasukkan pengenalan pegawai.")),
    "NO_OFFICER": (409, _("Pengguna ini bukan pegawai.")),
    "OWN_WORK": (403, _("Anda tidak boleh memasukkan pengenalan sendiri. Pentadbir lain mesti membuatnya.")),
    "REASON_MISSING": (422, _("Tulis sebab dengan sekurang-kurangnya 5 aksara")),
    "TAKEN": (409, _("Nombor itu sudah dimasukkan bagi pegawai lain. Semak nombor pada dokumen.")),
}
"""Status and words of each refusal to enter an officer's identity."""

NOT_BLOCKABLE: Final[dict[str, tuple[int, Any]]] = {
    "NO_RIGHT": (403, _("Peranan anda tidak membenarkan tindakan ini. Minta penyelia.")),
    "OWN_ACCESS": (403, _("Anda tidak boleh menyekat atau membuka akses sendiri. Pegawai lain mesti membuatnya.")),
    "OFFICERS": (403, _("Akses pegawai disekat dan dibuka oleh pentadbir sistem.")),
    "OWN_WORK": (403, _("Anda menyekat akses ini. Pegawai lain mesti membukanya semula.")),
    "REASON_MISSING": (422, _("Tulis sebab dengan sekurang-kurangnya 5 aksara")),
    "BLOCKED": (409, _("Akses ini sudah disekat: rakan sekerja mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "NOT_BLOCKED": (409, _("Akses ini sudah terbuka: rakan sekerja mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
}
"""Status and words of each refusal to block or open somebody's access."""
ACCESS: Final[dict[str, Any]] = {"OPEN": _("Terbuka"), "BLOCKED": _("Disekat")}

SCHEMES: Final[dict[str, Any]] = {Scheme.CONVENTIONAL: _("Simpanan Konvensional"), Scheme.SHARIAH: _("Simpanan Shariah")}
SHARIAH_REFUSALS: Final[dict[str, Any]] = {
    "DIED": _("Ahli ini telah meninggal dunia."),
    "NOT_YET": _("Simpanan Shariah boleh dipilih mulai 8 Ogos 2016."),
}
DIVIDEND_KINDS: Final[dict[str, Any]] = {
    DividendKind.ANNUAL: _("Dividen tahunan"),
    DividendKind.BEFORE: _("Dividen sebelum pengisytiharan, bersama pengeluaran penuh"),
    DividendKind.SETTLED: _("Pelarasan dividen tahun-tahun lalu"),
}
DECLARATION: Final[dict[str, Label]] = {
    DeclarationState.PROPOSED: Label(_("Menunggu pentadbir lain"), "waiting"),
    DeclarationState.APPROVED: Label(_("Diisytiharkan"), "good"),
    DeclarationState.REFUSED: Label(_("Ditolak"), "bad"),
    DeclarationState.WITHDRAWN: Label(_("Ditarik balik"), "info"),
}
DECLARATION_REFUSALS: Final[dict[str, Any]] = {
    "NO_RIGHT": _("Hanya pentadbir sistem mencadangkan dan memutuskan kadar dividen."),
    "OWN_WORK": _("Pentadbir yang mencadangkan tidak memutuskan; dia hanya boleh menarik balik. Pentadbir lain mesti memutuskannya."),
    "WRONG_STATE": _("Cadangan ini sudah diputuskan: rakan sekerja mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah."),
    "COMMENT_MISSING": _("Tulis sebab keputusan."),
    "SOURCE_MISSING": _("Tulis sumber kadar itu."),
    "NOTHING_YET": _("Belum ada tahun yang ditutup dalam lejar, maka belum ada dividen untuk diisytiharkan."),
    "NOT_NEXT": _("Ditemui tahun lain, dijangka %(year)s: dividen dikreditkan tahun demi tahun."),
    "NOT_CLOSED": _("Tahun %(year)s belum ditutup dalam lejar: semua harinya mesti ditutup dahulu. Cuba lagi selepas 31 Disember tahun itu."),
    "ON_FILE": _("Kadar tahun itu sudah ada dalam fail undang-undang bersama sumbernya. Tahun seterusnya ialah %(year)s."),
    "TOO_LOW": _("Simpanan Konvensional mendapat sekurang-kurangnya 2.5%% (Akta KWSP 1991, s. 27)."),
    "TOO_HIGH": _("Kadar melebihi 20%%: semak angka yang ditaip."),
    "ANOTHER_WAITS": _("Kadar tahun ini sudah dicadangkan atau diisytiharkan."),
    "NOT_RECKONED": _("Jumlah yang akan dikreditkan masih dikira. Lihat jumlah itu dahulu, kemudian luluskan."),
}


def declaration_refusal(code: str, year: int | None = None) -> str:
    """Why the rates of a year are not taken or decided, and how to mend it."""
    return str(DECLARATION_REFUSALS[code]) % {"year": year}
