"""Words for what is wrong with an election or a file of them (Malay msgids)."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from contributions.borang_a import elections_layout as layout
from contributions.borang_a.problem import Code
from contributions.problems.words import Words

ELECTION_COLUMNS: Final[Mapping[str, str]] = {
    layout.CHOICE: gettext_noop("Pilihan"),
    layout.PERCENT: gettext_noop("Mata peratusan"),
    layout.FROM_MONTH: gettext_noop("Mulai bulan upah"),
    layout.DOCUMENT: gettext_noop("Borang"),
}

_OTHER_MONTH: Final = gettext_noop("Pilih bulan upah semasa atau bulan yang ditawarkan selepasnya.")

ELECTION: Final[Mapping[Code, Words]] = {
    Code.MAY_CHOOSE: Words(
        gettext_noop("Orang ini belum memilih untuk mencarum: ditemui caruman bagi %(wage_month)s, dijangka pilihan dengan Borang %(form)s dahulu."),
        gettext_noop("Rekod borang itu di halaman Pilihan caruman dan luluskannya dahulu, dan baca fail semula, atau tinggalkan baris ini."),
    ),
    Code.DOMESTIC_EXCLUDED: Words(
        gettext_noop("Pekerja domestik dikecualikan dari Bahagian %(excluding)s: ditemui bulan upah %(wage_month)s, dijangka tiada caruman."),
        gettext_noop("Tinggalkan baris ini."),
    ),
    Code.ELECTION_LEFT_OUT: Words(
        gettext_noop("%(column)s tidak mengambil kira pilihan caruman yang diluluskan bagi orang ini: ditemui %(found)s, dijangka %(expected)s."),
        gettext_noop("Muat turun templat bulan ini, yang sudah mengira pilihan itu, atau batalkan pilihan itu dengan notis."),
    ),
    Code.EXCESS_TOO_HIGH: Words(
        gettext_noop("Terlalu tinggi: ditemui lebihan %(excess)s di atas kadar %(rate)s, dijangka paling banyak %(highest)s."),
        gettext_noop("Tulis mata peratusan yang lebih rendah: syer tidak boleh melebihi seluruh upah."),
    ),
    Code.WRONG_ELECTION_COLUMNS: Words(
        gettext_noop("Lajur tidak betul: ditemui “%(found)s”, dijangka “%(expected)s”."),
        gettext_noop("Muat turun templat pilihan, isi, simpan sebagai CSV dan muat naik semula."),
    ),
    Code.TOO_MANY_ELECTIONS: Words(
        gettext_noop("Fail ini terlalu panjang: ditemui lebih daripada %(expected)s pilihan, dijangka paling banyak %(expected)s."),
        gettext_noop("Bahagikan kepada beberapa fail dan muat naik satu demi satu."),
    ),
    Code.NO_ELECTIONS: Words(
        gettext_noop("Fail ini tiada pilihan: ditemui 0 baris yang lajur Choice atau Percent diisi, dijangka sekurang-kurangnya satu."),
        gettext_noop("Isi lajur Choice, Percent dan From Month bagi orang yang memilih; baris lain boleh dibiarkan."),
    ),
    Code.CHOICE_FORM: Words(
        gettext_noop("%(column)s: ditemui “%(found)s”, dijangka satu daripada %(expected)s."),
        gettext_noop("Salin salah satu kod itu dan muat naik fail semula."),
    ),
    Code.POINTS_FORM: Words(
        gettext_noop("%(column)s: ditemui “%(found)s”, dijangka %(expected)s."),
        gettext_noop("Tulis berapa mata peratusan di atas kadar berkanun, seperti 5 atau 2.50; dalam fail, 0 membatalkan."),
    ),
    Code.FROM_MONTH: Words(
        gettext_noop(
            "%(column)s: ditemui “%(found)s”, dijangka %(first_month)s hingga %(last_month)s. Pilihan tidak boleh berkuat kuasa ke belakang."
        ),
        _OTHER_MONTH,
    ),
    Code.NO_POINTS: Words(
        gettext_noop("%(column)s: ditemui “%(found)s”, dijangka kosong kerana pilihan ini tiada mata peratusan."),
        gettext_noop("Kosongkan lajur itu, atau pilih EM atau EMP untuk mencarum lebih; kemudian muat naik fail semula."),
    ),
    Code.MONTH_FILED: Words(
        gettext_noop(
            "%(column)s: ditemui %(from_month)s, dijangka %(first_month)s atau kemudian. Borang A orang ini hingga %(last_month)s sudah diluluskan."
        ),
        gettext_noop("Pilih bulan upah selepas Borang A terakhir yang diluluskan; yang sudah diluluskan tidak berubah."),
    ),
    Code.FORM_MISSING: Words(
        gettext_noop("%(column)s: ditemui tiada fail, dijangka borang %(expected)s yang telah ditandatangani."),
        gettext_noop("Imbas atau ambil gambar borang itu dan muat naik sebagai PDF, JPEG atau PNG."),
    ),
    Code.FORM_TYPE: Words(
        gettext_noop("%(column)s: ditemui %(found)s, dijangka PDF, JPEG atau PNG."),
        gettext_noop("Simpan borang sebagai PDF atau gambar dan muat naik semula."),
    ),
    Code.FORM_TOO_BIG: Words(
        gettext_noop("%(column)s: ditemui %(found)s, dijangka paling banyak %(expected)s."),
        gettext_noop("Imbas dengan resolusi yang lebih rendah dan muat naik semula."),
    ),
    Code.NOT_ON_RECORD: Words(
        gettext_noop("Orang ini tiada dalam rekod pekerja anda: ditemui bulan upah %(from_month)s, dijangka bulan dalam tempoh pekerjaannya."),
        gettext_noop(
            "Pilih bulan orang ini bekerja dengan anda. Jika dia pekerja baharu, tambahkannya dalam senarai upah bulan itu dahulu (Hantar Borang A, "
            "tanpa fail); hanya rekod pekerjaan yang salah dibetulkan di kaunter KWSP."
        ),
    ),
    Code.KHAS_CLOSED: Words(
        gettext_noop(
            "Borang Khas tidak berkenaan: ditemui borang %(found)s bagi bulan upah %(from_month)s, dijangka bulan yang syer pekerjanya diturunkan."
        ),
        gettext_noop("Kadar pekerja tidak diturunkan dalam bulan itu. Untuk mencarum lebih, pilih lebihan syer pekerja."),
    ),
    Code.MUST_ANYWAY: Words(
        gettext_noop("Borang ini tidak diperlukan: ditemui pilihan %(found)s bagi orang yang wajib mencarum, dijangka orang yang boleh memilih."),
        gettext_noop("Sertakan orang ini dalam Borang A seperti biasa."),
    ),
    Code.WRONG_CHOICE: Words(
        gettext_noop("Borang bagi orang ini lain: ditemui %(found)s, dijangka %(expected)s."),
        gettext_noop("Pilih borang yang betul dan muat naik borang itu."),
    ),
    Code.IRREVOCABLE: Words(
        gettext_noop("Pilihan untuk mencarum tidak boleh dibatalkan: ditemui notis bagi %(found)s, dijangka tiada."),
        gettext_noop("Orang ini terus mencarum selama bekerja dengan anda."),
    ),
    Code.HOLDS_ALREADY: Words(
        gettext_noop(
            "Pilihan yang sama sudah berkuat kuasa dan tiada yang mengubahnya kemudian: ditemui pilihan mulai %(from_month)s, "
            "dijangka pilihan yang mengubah sekurang-kurangnya satu bulan."
        ),
        gettext_noop("Tiada apa-apa yang perlu direkod; ubah mata peratusan, atau batalkan dengan notis."),
    ),
    Code.NOTHING_TO_CANCEL: Words(
        gettext_noop("Tiada pilihan untuk dibatalkan: ditemui notis mulai %(from_month)s, dijangka pilihan yang berkuat kuasa dalam bulan itu."),
        gettext_noop("Semak orang dan syernya dalam senarai Pilihan caruman."),
    ),
    Code.ON_ITS_WAY: Words(
        gettext_noop("Pilihan lain bagi orang ini belum selesai: ditemui rekod %(election)s, dijangka satu pada satu masa."),
        gettext_noop("Luluskan, pulangkan atau buang rekod itu dahulu."),
    ),
    Code.ELECTION_TWICE: Words(
        gettext_noop("Pilihan yang sama ada dua kali dalam fail: ditemui juga pada baris %(line)s, dijangka satu baris bagi setiap pilihan."),
        gettext_noop("Buang salah satu baris dan muat naik fail semula."),
    ),
}
