"""Words for a file that does not fit the month it is sent for, or what was sent for it before (Malay msgids)."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from contributions.borang_a.problem import Code
from contributions.problems.words import Words

_OTHER_MONTH: Final = gettext_noop("Pilih bulan upah yang lain.")

MONTH: Final[Mapping[Code, Words]] = {
    Code.MONTH_BEFORE_LAW: Words(
        gettext_noop("Bulan upah terlalu awal: ditemui %(found)s, dijangka %(expected)s atau selepasnya, iaitu Jadual Ketiga yang dipegang portal."),
        gettext_noop("Bagi bulan yang lebih awal, hubungi mana-mana kaunter KWSP."),
    ),
    Code.MONTH_BEFORE_EMPLOYER: Words(
        gettext_noop("Bulan upah ini sebelum anda menjadi majikan: ditemui %(found)s, dijangka %(expected)s atau selepasnya."), _OTHER_MONTH
    ),
    Code.MONTH_AFTER_CLOSING: Words(
        gettext_noop("Bulan upah ini selepas majikan ditutup: ditemui %(found)s, dijangka %(expected)s atau sebelumnya."), _OTHER_MONTH
    ),
    Code.MONTH_TOO_FAR: Words(
        gettext_noop("Bulan upah terlalu jauh ke hadapan: ditemui %(found)s, dijangka paling lewat %(expected)s (12 bulan dari sekarang)."),
        _OTHER_MONTH,
    ),
    Code.MONTH_BEING_READ: Words(
        gettext_noop("Borang A bagi bulan upah %(found)s sedang dibaca: ditemui penghantaran %(filing)s, dijangka satu Borang A sebulan."),
        gettext_noop("Tunggu hasil penghantaran itu dahulu."),
    ),
    Code.MONTH_TAKEN: Words(
        gettext_noop(
            "Sudah ada Borang A bagi bulan upah %(found)s: ditemui penghantaran %(filing)s yang diterima pada %(received_on)s, "
            "dijangka satu Borang A sebulan."
        ),
        gettext_noop("Buka penghantaran itu; jika belum diluluskan, buang penghantaran itu dahulu untuk menghantar fail lain."),
    ),
    Code.MONTH_NOT_FILED: Words(
        gettext_noop("Tiada Borang A untuk ditambah bagi bulan upah %(found)s: ditemui tiada yang sudah dihantar untuk kelulusan, dijangka satu."),
        gettext_noop("Masukkan semua orang dalam Borang A bulan itu."),
    ),
    Code.SAME_FILE: Words(
        gettext_noop(
            "Fail yang sama sudah dihantar: ditemui penghantaran %(filing)s bagi bulan upah %(found)s yang diterima pada %(received_on)s, "
            "dijangka fail yang berlainan."
        ),
        gettext_noop("Buka penghantaran itu untuk melihat hasilnya."),
    ),
    Code.SAME_CONTENT: Words(
        gettext_noop(
            "Senarai yang sama sudah dihantar, walaupun nama, susunan atau bentuk failnya lain: ditemui penghantaran %(filing)s bagi bulan upah "
            "%(found)s yang diterima pada %(received_on)s, dijangka sekurang-kurangnya satu baris yang berlainan."
        ),
        gettext_noop("Buka penghantaran itu untuk melihat hasilnya, atau buang dahulu jika senarai ini perlu dibaca sekali lagi."),
    ),
}
