"""Words for what is wrong with a file of Borang A, whichever of the forms it has (Malay msgids)."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from contributions.borang_a.problem import Code
from contributions.problems.words import Words

_USE_TEMPLATE: Final = gettext_noop("Muat turun templat, isi, simpan dan muat naik semula.")
_SAVE_AGAIN: Final = gettext_noop("Buka fail dalam Excel, simpan sebagai XLSX biasa dan muat naik semula.")
_ONE_MONTH: Final = gettext_noop("Pastikan fail hanya mengandungi satu Borang A bagi satu bulan upah.")
_COPY_VALUES: Final = gettext_noop("Salin senarai ke fail XLSX yang baharu dengan Tampal Nilai dan muat naik fail itu.")
_WRITE_AGAIN: Final = gettext_noop("Hasilkan fail sekali lagi daripada sistem gaji anda, tanpa mengubahnya selepas itu, dan muat naik semula.")

FILE: Final[Mapping[Code, Words]] = {
    Code.EMPTY_FILE: Words(
        gettext_noop("Fail ini kosong: ditemui 0 baris, dijangka baris tajuk dan sekurang-kurangnya satu baris pekerja."), _USE_TEMPLATE
    ),
    Code.TOO_BIG: Words(gettext_noop("Fail ini terlalu besar: ditemui %(found)s, dijangka paling banyak %(expected)s."), _ONE_MONTH),
    Code.WRONG_TYPE: Words(
        gettext_noop("Jenis fail ini tidak boleh dibaca: ditemui %(found)s, dijangka %(expected)s."),
        gettext_noop("Jenis fail dikenal daripada isinya, bukan namanya. Buka dalam Excel, simpan sebagai XLSX atau CSV dan muat naik semula."),
    ),
    Code.NOT_TEXT: Words(gettext_noop("Fail ini bukan fail teks: ditemui bait yang bukan huruf, dijangka CSV dalam %(expected)s."), _USE_TEMPLATE),
    Code.WRONG_COLUMNS: Words(
        gettext_noop(
            "Lajur tidak dikenali: ditemui “%(found)s”, dijangka “%(expected)s” dalam mana-mana susunan (lajur Bonus boleh ditambah). "
            "Tidak ditemui: %(missing)s."
        ),
        gettext_noop("Tulis tajuk lajur itu di atas senarai, setiap satu sekali sahaja, atau guna templat."),
    ),
    Code.COLUMN_TWICE: Words(
        gettext_noop("Lajur yang sama ada dua kali: ditemui tajuk “%(found)s”, dijangka “%(expected)s”, setiap satu sekali."),
        gettext_noop("Namakan semula atau buang lajur yang bukan untuk Borang A dan muat naik semula."),
    ),
    Code.NO_ROWS: Words(
        gettext_noop("Fail ini tiada baris pekerja: ditemui baris tajuk sahaja, dijangka sekurang-kurangnya satu baris."),
        gettext_noop("Isi satu baris bagi setiap pekerja dan muat naik semula."),
    ),
    Code.TOO_MANY_ROWS: Words(
        gettext_noop("Fail ini terlalu panjang: ditemui lebih daripada %(expected)s baris, dijangka paling banyak %(expected)s."), _ONE_MONTH
    ),
    Code.LINE_TOO_LONG: Words(
        gettext_noop("Baris %(line)s terlalu panjang: ditemui baris yang bermula “%(found)s”, dijangka paling banyak %(expected)s aksara."),
        _USE_TEMPLATE,
    ),
    Code.OPEN_QUOTE: Words(
        gettext_noop('Baris %(line)s: ditemui tanda petik (") yang dibuka, dijangka tanda penutup dalam baris yang sama.'),
        gettext_noop("Tutup atau buang tanda petik itu dan muat naik fail semula."),
    ),
    Code.NOTHING_DUE: Words(
        gettext_noop("Tiada caruman kena dibayar: ditemui jumlah syer RM 0.00 bagi semua baris, dijangka sekurang-kurangnya satu syer."),
        gettext_noop("Semak lajur upah. Bulan tanpa upah tidak perlu dihantar."),
    ),
    Code.NOT_READ: Words(
        gettext_noop("Fail ini tidak dapat dibaca kerana masalah di pihak kami (rujukan kerja %(run)s). Tiada apa-apa yang disimpan daripadanya."),
        gettext_noop("Muat naik fail sekali lagi. Jika berulang, hubungi KWSP dengan nombor rujukan itu."),
    ),
}

WORKBOOK: Final[Mapping[Code, Words]] = {
    Code.ENCRYPTED: Words(
        gettext_noop("Fail ini dikunci dengan kata laluan: ditemui isi yang disulitkan, dijangka fail yang boleh dibuka."),
        gettext_noop("Buka fail dalam Excel, buang kata laluannya (Fail, Maklumat, Lindungi Buku Kerja), simpan dan muat naik semula."),
    ),
    Code.MACROS: Words(gettext_noop("Fail ini mengandungi makro: ditemui kod program, dijangka senarai sahaja."), _SAVE_AGAIN),
    Code.HAS_ENTITIES: Words(
        gettext_noop("Fail ini tidak selamat dibuka: ditemui definisi XML (DOCTYPE), dijangka fail Excel biasa tanpanya."), _COPY_VALUES
    ),
    Code.BROKEN_WORKBOOK: Words(
        gettext_noop("Fail ini rosak atau terpotong: ditemui %(found)s yang tidak boleh dibuka, dijangka fail Excel yang lengkap."), _SAVE_AGAIN
    ),
    Code.TOO_MANY_PARTS: Words(
        gettext_noop("Fail ini terlalu banyak bahagian: ditemui %(found)s, dijangka paling banyak %(expected)s."), _COPY_VALUES
    ),
    Code.TOO_MANY_SHEETS: Words(
        gettext_noop("Fail ini terlalu banyak helaian: ditemui %(found)s, dijangka paling banyak %(expected)s."),
        gettext_noop("Simpan helaian Borang A dalam fail sendiri dan muat naik fail itu."),
    ),
    Code.UNPACKS_TOO_FAR: Words(
        gettext_noop("Fail ini menjadi terlalu besar apabila dibuka: ditemui %(found)s, dijangka paling banyak %(expected)s."), _COPY_VALUES
    ),
    Code.FAR_CELL: Words(
        gettext_noop("Ada sel yang terlalu jauh daripada senarai: ditemui isi dalam sel %(found)s, dijangka dalam %(expected)s baris yang pertama."),
        gettext_noop("Padam baris dan lajur di luar senarai (pilih, klik kanan, Padam), simpan dan muat naik semula."),
    ),
    Code.NO_SHEET: Words(
        gettext_noop("Helaian itu tiada dalam fail: ditemui “%(found)s”, dijangka satu daripada helaian yang ditunjukkan."),
        gettext_noop("Pilih helaian sekali lagi."),
    ),
}

SDBA: Final[Mapping[Code, Words]] = {
    Code.SDBA_RECORD: Words(
        gettext_noop("Baris %(line)s bukan rekod yang betul: ditemui “%(found)s”, dijangka rekod %(expected)s di sini."), _WRITE_AGAIN
    ),
    Code.SDBA_CUT_OFF: Words(gettext_noop("Fail ini terpotong: ditemui tiada rekod %(expected)s, dijangka rekod itu di hujung fail."), _WRITE_AGAIN),
    Code.SDBA_EMPLOYER: Words(
        gettext_noop("Fail ini bagi majikan lain: ditemui nombor majikan %(found)s dalam rekod 01, dijangka %(expected)s."),
        gettext_noop("Pilih fail majikan ini, atau betulkan nombor majikan dalam sistem gaji anda dan hasilkan fail semula."),
    ),
    Code.SDBA_MONTH: Words(
        gettext_noop("Fail ini bagi bulan lain: ditemui bulan caruman %(found)s (BBTTTT) dalam rekod 01, dijangka %(expected)s."),
        gettext_noop("Pilih bulan upah yang betul, iaitu sebulan sebelum bulan caruman, atau hasilkan fail bagi bulan ini."),
    ),
    Code.SDBA_COUNT: Words(
        gettext_noop("Bilangan pekerja tidak sepadan: ditemui %(found)s dalam rekod %(record)s, dijangka %(expected)s seperti rekod 02."),
        _WRITE_AGAIN,
    ),
    Code.SDBA_EMPLOYER_TOTAL: Words(
        gettext_noop("Jumlah syer majikan tidak sepadan: ditemui %(found)s dalam rekod %(record)s, dijangka %(expected)s seperti jumlah barisnya."),
        _WRITE_AGAIN,
    ),
    Code.SDBA_EMPLOYEE_TOTAL: Words(
        gettext_noop("Jumlah syer pekerja tidak sepadan: ditemui %(found)s dalam rekod %(record)s, dijangka %(expected)s seperti jumlah barisnya."),
        _WRITE_AGAIN,
    ),
    Code.SDBA_HASH: Words(
        gettext_noop("Jumlah cincang tidak sepadan: ditemui %(found)s dalam rekod %(record)s, dijangka %(expected)s, iaitu jumlah semua No. Ahli."),
        _WRITE_AGAIN,
    ),
}

CELL: Final[Mapping[Code, Words]] = {
    Code.EXCEL_DATE: Words(
        gettext_noop("%(column)s: ditemui tarikh %(found)s yang dibuat oleh Excel, dijangka nombor seperti yang anda taip."),
        gettext_noop("Taip nombor itu semula; dalam Excel, tukar format sel kepada Teks dahulu."),
    ),
    Code.EXPONENT: Words(
        gettext_noop("%(column)s: ditemui “%(found)s”, yang sudah hilang angkanya, dijangka nombor yang penuh seperti 850101-14-1234."),
        gettext_noop("Taip nombor yang penuh; dalam Excel, tukar format lajur kepada Teks sebelum menyimpan sebagai CSV."),
    ),
    Code.CELL_ERROR: Words(
        gettext_noop("%(column)s: ditemui ralat formula dalam sel ini, dijangka satu nilai."),
        gettext_noop("Taip nilainya."),
    ),
    Code.NOT_CALCULATED: Words(
        gettext_noop("%(column)s: ditemui formula yang belum dikira oleh Excel, dijangka nilainya."),
        gettext_noop("Taip nilainya, atau buka fail dalam Excel dan simpan supaya formulanya dikira."),
    ),
    Code.FROM_FORMULA: Words(
        gettext_noop("%(column)s: ditemui nilai daripada formula, dijangka nilai biasa."),
        gettext_noop("Tampal sebagai nilai sahaja."),
    ),
    Code.TWO_AMOUNTS: Words(
        gettext_noop("%(column)s: ditemui “%(found)s”, yang boleh dibaca sebagai %(one)s atau %(other)s, dijangka amaun yang jelas seperti 1234.50."),
        gettext_noop("Tulis semua amaun dalam fail dengan titik sebelum sen dan tanpa pemisah ribu."),
    ),
    Code.TWO_PEOPLE: Words(
        gettext_noop("%(column)s: ditemui %(found)s, dan pekerja anda ada yang bernombor %(one)s dan %(other)s, dijangka nombor yang penuh."),
        gettext_noop("Tulis No. KP dengan 12 angka, atau isi No. Ahli orang yang dimaksudkan."),
    ),
    Code.TOTALS_DIFFER: Words(
        gettext_noop("%(column)s: ditemui jumlah %(found)s dalam baris jumlah, dijangka %(expected)s, iaitu jumlah baris di atasnya."),
        gettext_noop("Semak sama ada ada baris yang tertinggal atau berulang, kemudian tinggalkan baris jumlah itu."),
    ),
    Code.FIELD_FORM: Words(
        gettext_noop("%(column)s: ditemui “%(found)s”, dijangka angka sen yang memenuhi medan ini, dengan sifar di depan."), _WRITE_AGAIN
    ),
}
