"""Words for what the rules of withdrawals found: refusals with what would change them and when, steps, conditions. Malay msgids.

Figures are plain text; their names say what they are (`_show`). `found` and `expected` are shown by what the refusal speaks of.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kwsp_portal.common import rates
from kwsp_portal.common.explain import Step
from kwsp_portal.common.refusal import Refusal
from members import explanations
from members.explanations import Explained as Explained
from withdrawals import questions
from withdrawals.kinds.base import Condition

_REFUSALS: Final[Mapping[str, str]] = {
    # Of every kind
    "NOT_OPEN": gettext_noop("Permohonan jenis ini tidak dibuka pada %(found_day)s."),
    "MEMBER_DIED": gettext_noop("Ahli telah meninggal dunia pada %(found_day)s. Simpanannya dituntut oleh penama atau waris."),
    "AGE_BELOW": gettext_noop("Bagi ahli di bawah umur %(age)s pada hari permohonan. Anda mencapai umur itu pada %(birthday)s."),
    "AGE_FROM": gettext_noop("Bagi ahli mulai umur %(age)s. Anda belum mencapai umur itu pada %(found_day)s."),
    "ONCE": gettext_noop("Sekali sahaja: anda telah memohonnya pada %(found_day)s."),
    "ONCE_A_DAY": gettext_noop("Sekali sehari: anda telah memohonnya pada %(found_day)s."),
    "UNDECIDED": gettext_noop("Permohonan anda pada %(found_day)s belum diputuskan."),
    "NO_ACCOUNT": gettext_noop("Tiada akaun bank atas nama anda yang telah disahkan oleh bank."),
    "CHANNEL": gettext_noop("Permohonan ini tidak boleh dibuat melalui: %(found_channel)s. Ia dibuat melalui: %(expected_channels)s."),
    "TOO_EARLY_TO_DECIDE": gettext_noop("Permohonan yang dibuat awal diputuskan mulai %(until)s."),
    "PARTICULAR_MISSING": gettext_noop("Soalan belum dijawab: %(question)s"),
    "PARTICULAR_WRONG": gettext_noop("Jawapan ini tidak dapat dibaca: %(question)s (didapati: %(found)s)"),
    "AMOUNT_NOT_POSITIVE": gettext_noop("Amaun yang dipohon mesti lebih daripada sifar; didapati %(found_amount)s."),
    "AMOUNT_DECIMALS": gettext_noop("Amaun yang dipohon mesti dalam ringgit dan sen, dua tempat perpuluhan; didapati %(found)s."),
    "AMOUNT_ABOVE": gettext_noop("Amaun yang dipohon, %(found_amount)s, melebihi yang boleh dikeluarkan, %(most)s."),
    "AMOUNT_BELOW": gettext_noop("Amaun yang dipohon, %(found_amount)s, kurang daripada amaun terendah, %(least)s."),
    "NOTHING": gettext_noop("Tiada wang yang boleh dikeluarkan bagi jenis ini: bakinya sifar, atau ditahan bagi permohonan lain."),
    "KHAS_SAVINGS": gettext_noop("Jumlah simpanan anda pada hari permohonan ialah %(found_amount)s, kurang daripada %(least)s."),
    "TOO_LITTLE": gettext_noop("Yang boleh dikeluarkan hanya %(found_amount)s, kurang daripada amaun terendah, %(least)s."),
    "BALANCE_BELOW": gettext_noop("Baki %(account)s yang tidak ditahan, %(found_amount)s, kurang daripada %(least)s."),
    "PARTS_SUM": gettext_noop("Amaun yang dipohon, %(found_amount)s, tidak sama dengan jumlah bayaran yang dipilih, %(total)s."),
    "CAP_USED": gettext_noop("Had %(cap)s bagi semua pemohon telah digunakan: %(taken)s telah dipohon atau dibayar."),
    # Buying a house
    "HOUSE_NOT_RESIDENTIAL": gettext_noop("Hanya bagi membeli rumah kediaman, bukan: %(property)s."),
    "HOUSE_ABROAD": gettext_noop("Hanya bagi rumah di Malaysia."),
    "HOUSE_SAME": gettext_noop("Anda telah memohon bagi rumah ini pada %(found_day)s: sekali sahaja bagi setiap rumah."),
    "HOUSE_NOT_DISPOSED": gettext_noop(
        "Rumah kedua hanya selepas rumah pertama dijual atau dilupuskan. Permohonan bagi rumah lain, atau tarikh pelupusannya: %(found_day)s."
    ),
    "HOUSE_THIRD": gettext_noop("Anda telah membuat pengeluaran bagi dua rumah. Rumah ketiga tidak dibenarkan."),
    "JOINT_DIFFERS": gettext_noop("Harga atau pinjaman yang dinyatakan berbeza daripada permohonan lain bagi rumah yang sama."),
    "AGREEMENT_FUTURE": gettext_noop("Tarikh perjanjian, %(found_day)s, selepas hari permohonan, %(expected_day)s."),
    "AGREEMENT_OLD": gettext_noop("Perjanjian bertarikh %(found_day)s lebih lama daripada %(months)s bulan: hari terakhir memohon ialah %(last)s."),
    # Monthly instalments of a loan
    "STANDING": gettext_noop(
        "Bagi warganegara, penduduk tetap, dan bukan warganegara yang menjadi ahli sebelum %(before)s. Anda menjadi ahli pada %(found_day)s."
    ),
    "INSTALMENT_HOUSE": gettext_noop("Satu rumah bagi setiap ahli: permohonan anda pada %(found_day)s ialah bagi rumah lain."),
    "INSTALMENT_RUNNING": gettext_noop("Permohonan anda pada %(found_day)s bagi rumah ini masih berjalan."),
    "NOT_PAYING": gettext_noop("Ansuran pinjaman itu belum mula dibayar."),
    "STATEMENT_FUTURE": gettext_noop("Tarikh penyata, %(found_day)s, selepas hari permohonan, %(expected_day)s."),
    "STATEMENT_OLD": gettext_noop(
        "Penyata bertarikh %(found_day)s lebih lama daripada %(months)s bulan: hari terakhir memohon dengannya ialah %(last)s."
    ),
    "STATEMENT_OLD_LPPSA": gettext_noop(
        "Penyata LPPSA bertarikh %(found_day)s lebih lama daripada %(months)s bulan: hari terakhir memohon dengannya ialah %(last)s."
    ),
    "MONTHLY_BELOW": gettext_noop("Bayaran bulanan %(found_amount)s kurang daripada %(least)s."),
    "MONTHS_BELOW": gettext_noop("Bilangan bayaran bulanan, %(found)s, kurang daripada %(least)s."),
    "MONTHS_LEFT": gettext_noop(
        "Tinggal %(found)s bayaran bulanan sehingga hari terakhir, %(last)s; sekurang-kurangnya %(least)s diperlukan. Bayaran tamat sebelum umur 55 "
        "tahun dan tidak melebihi tempoh pinjaman."
    ),
    "MONTHS_ABOVE": gettext_noop("Bilangan bayaran bulanan, %(found)s, melebihi %(most_months)s yang muat sehingga hari terakhir, %(last)s."),
    "MONTHLY_ABOVE": gettext_noop(
        "Bayaran bulanan %(found_amount)s melebihi %(most)s: jumlah bayaran semua pemohon tidak boleh melebihi ansuran bulanan pinjaman."
    ),
    "INSTALMENT_DIFFERS": gettext_noop(
        "Ansuran bulanan yang dinyatakan berbeza daripada permohonan lain bagi pinjaman yang sama. Semak dengan penyata dan pemohon bersama."
    ),
    "CHANGE_NOT_STATED": gettext_noop(
        "Ansuran berubah mulai %(found_day)s, selepas tarikh penyata, %(expected_day)s: penyata itu tidak menunjukkannya."
    ),
    # Age 55
    "AGE_55_EARLY": gettext_noop("Anda mencapai umur %(age)s pada %(birthday)s. Permohonan boleh dibuat paling awal pada %(until)s."),
    "ALL_ONLY": gettext_noop(
        "Bukan warganegara yang menjadi ahli pada atau selepas %(joined_from)s hanya boleh mengeluarkan semua simpanan. Anda menjadi ahli pada "
        "%(found_day)s."
    ),
    "PART_WAIT": gettext_noop("Pengeluaran sebahagian sekali dalam %(days)s hari: yang terakhir dipohon pada %(found_day)s."),
    "PART_BELOW": gettext_noop("Amaun sebahagian, %(found_amount)s, kurang daripada %(least)s."),
    "MONTHS_ABOVE_AGE": gettext_noop(
        "Bilangan bayaran bulanan, %(found)s, melebihi %(most_months)s yang muat sehingga umur %(age)s, iaitu %(last)s."
    ),
    "NOT_ALL": gettext_noop("Pilihan ini bagi semua simpanan, %(total)s, tetapi %(found_amount)s dipohon."),
    # Education
    "EDUCATION_WHO": gettext_noop("Hanya bagi diri sendiri atau anak pada hari permohonan, bukan: %(who)s."),
    "EDUCATION_LEVEL": gettext_noop("Bagi pengajian peringkat diploma dan ke atas, bukan: %(level)s."),
    "TUITION_ONLY": gettext_noop("Bagi Sijil Tahap 3 hanya yuran pengajian, bukan asrama, penerbangan atau pinjaman."),
    "ABROAD_FULL_TIME": gettext_noop("Pengajian di luar negara hanya sepenuh masa, bukan: %(study)s."),
    "SEMESTER_ONCE": gettext_noop("Anda telah memohon bagi kursus dan semester ini pada %(found_day)s."),
    "ENDED_FUTURE": gettext_noop("Tarikh tamat pengajian, %(found_day)s, selepas hari permohonan, %(expected_day)s."),
    "STUDIES_ENDED": gettext_noop("Pengajian tamat pada %(found_day)s: boleh dipohon dalam %(months)s bulan, selewat-lewatnya pada %(last)s."),
    "RECEIPT_FUTURE": gettext_noop("Tarikh resit, %(found_day)s, selepas hari permohonan, %(expected_day)s."),
    "RECEIPT_OLD": gettext_noop(
        "Resit bertarikh %(found_day)s lebih lama daripada %(months)s bulan: hari terakhir memohon dengannya ialah %(last)s."
    ),
    "FLIGHT_FIRST_YEAR": gettext_noop("Penerbangan sehala hanya bagi pelajar tahun pertama yang belajar di luar kawasan atau luar negara."),
    "SPONSORED": gettext_noop("Semua kos pengajian itu ditaja."),
    "COST_DIFFERS": gettext_noop(
        "Yuran, asrama atau penerbangan yang dinyatakan berbeza daripada permohonan lain bagi semester yang sama. Semak dengan "
        "invois dan pemohon itu."
    ),
}

_CHANGES: Final[Mapping[str, str]] = {
    "NOT_OPEN": gettext_noop("Dibuka pada %(until)s."),
    "AGE_FROM": gettext_noop("Pada %(until)s anda genap %(age)s tahun."),
    "ONCE_A_DAY": gettext_noop("Anda boleh memohon lagi pada %(until)s."),
    "UNDECIDED": gettext_noop("Tunggu keputusannya, atau batalkan permohonan itu."),
    "NO_ACCOUNT": gettext_noop("Daftarkan akaun bank anda dan tunggu pengesahan bank."),
    "AMOUNT_ABOVE": gettext_noop("Mohon %(most)s atau kurang."),
    "AMOUNT_BELOW": gettext_noop("Mohon %(least)s atau lebih."),
    "NOTHING": gettext_noop("Caruman baharu menambah simpanan anda, dan wang yang ditahan dilepaskan jika permohonan lain dibatalkan atau ditolak."),
    "KHAS_SAVINGS": gettext_noop("Caruman baharu yang dikreditkan sebelum tarikh tutup menambah simpanan anda."),
    "TOO_LITTLE": gettext_noop("Caruman baharu menambah simpanan anda."),
    "CHANNEL": gettext_noop("Pilih cara memohon yang dibuka bagi permohonan ini."),
    "PARTICULAR_MISSING": gettext_noop("Jawab soalan itu."),
    "PARTICULAR_WRONG": gettext_noop("Jawab soalan itu sekali lagi."),
    "AMOUNT_DECIMALS": gettext_noop("Tulis amaun seperti 1234.50."),
    "AMOUNT_NOT_POSITIVE": gettext_noop("Tulis amaun yang lebih daripada sifar."),
    "BALANCE_BELOW": gettext_noop("Caruman baharu menambah baki akaun itu."),
    "PARTS_SUM": gettext_noop("Ubah bayaran atau bilangannya, supaya jumlahnya sama."),
    "CAP_USED": gettext_noop("Had dibuka semula jika permohonan lain bagi perkara yang sama ditolak atau dibatalkan."),
    "HOUSE_NOT_DISPOSED": gettext_noop("Mohon selepas rumah pertama dijual atau dilupuskan, dengan buktinya."),
    "JOINT_DIFFERS": gettext_noop("Semak harga dan pinjaman dengan perjanjian dan pemohon bersama."),
    "AGREEMENT_FUTURE": gettext_noop("Semak tarikh perjanjian."),
    "INSTALMENT_RUNNING": gettext_noop(
        "Jika bank telah menukar ansuran selepas penyata bayaran yang sedang berjalan, nyatakan mulai bila. Jika tidak, batalkan bayaran itu dahulu."
    ),
    "INSTALMENT_DIFFERS": gettext_noop("Jika bank telah menukar ansuran, nyatakan mulai bila, dan muat naik penyata baharu yang menunjukkannya."),
    "CHANGE_NOT_STATED": gettext_noop("Dapatkan penyata baharu yang menunjukkan ansuran itu."),
    "NOT_PAYING": gettext_noop("Mohon selepas ansuran pertama dibayar."),
    "STATEMENT_FUTURE": gettext_noop("Semak tarikh penyata."),
    "STATEMENT_OLD": gettext_noop("Dapatkan penyata baharu daripada pemberi pinjaman."),
    "STATEMENT_OLD_LPPSA": gettext_noop("Dapatkan penyata baharu daripada LPPSA."),
    "MONTHLY_BELOW": gettext_noop("Pilih %(least)s sebulan atau lebih."),
    "MONTHS_BELOW": gettext_noop("Pilih %(least)s bulan atau lebih."),
    "MONTHS_ABOVE": gettext_noop("Pilih %(most_months)s bulan atau kurang."),
    "MONTHS_ABOVE_AGE": gettext_noop("Pilih %(most_months)s bulan atau kurang."),
    "MONTHLY_ABOVE": gettext_noop("Pilih %(most)s sebulan atau kurang."),
    "AGE_55_EARLY": gettext_noop("Pada %(until)s permohonan dibuka bagi anda; ia diputuskan pada hari anda genap %(age)s tahun."),
    "TOO_EARLY_TO_DECIDE": gettext_noop("Tiada apa yang perlu dibuat: permohonan itu diputuskan mulai %(until)s."),
    "ALL_ONLY": gettext_noop("Pilih pengeluaran semua simpanan."),
    "PART_WAIT": gettext_noop("Anda boleh memohon lagi pada %(until)s."),
    "PART_BELOW": gettext_noop("Pilih %(least)s atau lebih."),
    "NOT_ALL": gettext_noop("Mohon %(total)s, atau pilih pengeluaran sebahagian."),
    "TUITION_ONLY": gettext_noop("Mohon yuran pengajian sahaja."),
    "SEMESTER_ONCE": gettext_noop("Mohon bagi semester yang lain, atau tunggu keputusan permohonan itu."),
    "ENDED_FUTURE": gettext_noop("Semak tarikh tamat pengajian."),
    "RECEIPT_FUTURE": gettext_noop("Semak tarikh resit."),
    "FLIGHT_FIRST_YEAR": gettext_noop("Kosongkan kos penerbangan."),
    "EDUCATION_WHO": gettext_noop("Bagi pasangan dan ibu bapa permohonan dibuka pada %(until)s."),
    "EDUCATION_LEVEL": gettext_noop("Bagi Sijil Tahap 3 permohonan dibuka pada %(until)s."),
    "ABROAD_FULL_TIME": gettext_noop("Mohon selepas mendaftar sepenuh masa."),
    "RECEIPT_OLD": gettext_noop("Mohon dengan resit yang lebih baharu, jika ada."),
}
"""What would change a refusal, and when. A code that is not here is changed by nothing that a member could do or wait for."""

_STEPS: Final[Mapping[str, str]] = {
    "WHOLE_ACCOUNT": gettext_noop("Baki yang tidak ditahan bagi permohonan lain ialah %(free)s: semuanya boleh dikeluarkan."),
    "LEAST": gettext_noop("Amaun terendah ialah %(least)s."),
    "STRAIGHT": gettext_noop("Setakat %(straight)s dalam talian, tanpa pegawai. Amaun yang lebih dipohon di pejabat KWSP dengan cap ibu jari."),
    "STRAIGHT_AT_OFFICE": gettext_noop("Bukan warganegara memohon di pejabat KWSP."),
    "FREE": gettext_noop("Baki %(account)s yang tidak ditahan bagi permohonan lain ialah %(free)s."),
    "KHAS_ACCOUNT_2": gettext_noop("Akaun 2 digunakan dahulu: %(part)s."),
    "KHAS_ACCOUNT_1": gettext_noop("Kemudian Akaun 1: %(part)s, dengan %(kept)s kekal di dalamnya."),
    "KHAS_ACCOUNT_1_LOW": gettext_noop("Akaun 1 kurang daripada %(kept)s: ia tidak digunakan, dan tidak perlu ditambah."),
    "KHAS_BOUNDS": gettext_noop("Amaun terendah ialah %(least)s dan amaun tertinggi %(highest)s."),
    "LOWER": gettext_noop("Yang lebih rendah diambil: %(most)s."),
    "SHARED": gettext_noop("Had %(cap)s dikongsi oleh semua pemohon: %(taken)s telah dipohon atau dibayar, tinggal %(left)s."),
    "SHARED_LOAN": gettext_noop("Daripada baki %(cap)s, %(taken)s telah dipohon oleh pemohon lain dan belum dibayar: tinggal %(left)s."),
    "HOUSE_ESTIMATE": gettext_noop(
        "Hadnya bergantung pada harga rumah: harga ditolak pinjaman, ditambah %(rate)s daripada harga. Tanpa pinjaman: harga ditambah %(rate)s."
    ),
    "HOUSE_WITH_LOAN": gettext_noop("Had: %(price)s ditolak pinjaman %(loan)s, ditambah %(rate)s daripada harga = %(cap)s."),
    "HOUSE_CASH": gettext_noop("Had: %(price)s ditambah %(rate)s daripada harga = %(cap)s."),
    "LOAN_BALANCE": gettext_noop(
        "Baki pinjaman yang dikira, ditolak yang masih akan dibayar kepada pemohon lain: %(balance)s. Jika dibiayai semula, baki yang lebih rendah."
    ),
    "MONTHS_FIT": gettext_noop("%(months)s bayaran bulanan muat sehingga hari terakhir, %(last)s: sebelum umur 55 tahun dan dalam tempoh pinjaman."),
    "INSTALMENT_SHARE": gettext_noop("Bayaran semua pemohon tidak melebihi ansuran pinjaman: tinggal %(share)s sebulan bagi anda."),
    "RUNNING_ENDS": gettext_noop(
        "Termasuk %(running)s yang ditahan bagi bayaran yang sedang berjalan: bayaran itu tamat apabila permohonan baharu diluluskan."
    ),
    "MERGES_AT_55": gettext_noop("Pada %(until)s akaun anda digabungkan menjadi Akaun 55; permohonan ini diputuskan mulai hari itu."),
    "EMAS_LATER": gettext_noop("Akaun Emas tidak termasuk: ia dibuka pada %(opens)s, apabila anda genap %(age)s tahun."),
    "EMAS_NOW": gettext_noop("Akaun Emas tidak termasuk: ia dikeluarkan melalui Pengeluaran Umur %(age)s Tahun."),
    "AGE_55_FROM_60": gettext_noop("Anda berumur %(age)s tahun atau lebih: Akaun 55 masih dikeluarkan dengan jenis ini."),
    "MEMBER_SINCE_UNSAID": gettext_noop(
        "Hari menjadi ahli tidak dinyatakan. Syarat bagi bukan warganegara bergantung padanya: nyatakannya untuk jawapan yang tepat."
    ),
    "EDUCATION_ESTIMATE": gettext_noop("Amaun sebenar ialah kos pengajian atau baki pinjaman pendidikan, jika lebih rendah."),
    "EDUCATION_COST": gettext_noop("Yuran, asrama dan penerbangan, ditolak tajaan: %(cost)s."),
    "EDUCATION_LOAN": gettext_noop("Baki pinjaman pendidikan, ditolak tajaan: %(cost)s."),
}

_CONDITIONS: Final[Mapping[str, str]] = {
    "MEMBER_DIED": gettext_noop("Dipohon oleh ahli sendiri semasa hidup."),
    "AGE_BELOW": gettext_noop("Di bawah umur %(age)s tahun pada hari permohonan."),
    "AGE_FROM": gettext_noop("Berumur %(age)s tahun atau lebih pada hari permohonan."),
    "ONCE": gettext_noop("Sekali sahaja."),
    "ONCE_A_DAY": gettext_noop("Sekali sehari."),
    "UNDECIDED": gettext_noop("Satu permohonan pada satu masa."),
    "BALANCE_BELOW": gettext_noop("Sekurang-kurangnya %(least)s dalam %(account)s."),
    "KHAS_SAVINGS": gettext_noop("Jumlah simpanan sekurang-kurangnya %(least)s pada hari permohonan."),
    "PARTS_SUM": gettext_noop("Amaun ialah jumlah semua bayaran yang dipilih."),
    "CAP_USED": gettext_noop("Satu had bagi semua pemohon bagi perkara yang sama."),
    "HOUSE_NOT_RESIDENTIAL": gettext_noop("Rumah kediaman, bukan tanah sahaja, ubah suai atau premis perniagaan."),
    "HOUSE_ABROAD": gettext_noop("Di Malaysia."),
    "HOUSE_SAME": gettext_noop("Sekali bagi setiap rumah."),
    "HOUSE_NOT_DISPOSED": gettext_noop("Rumah kedua hanya selepas rumah pertama dijual atau dilupuskan."),
    "HOUSE_THIRD": gettext_noop("Tidak bagi rumah ketiga."),
    "JOINT_DIFFERS": gettext_noop("Pemohon bersama menyatakan harga dan pinjaman yang sama."),
    "AGREEMENT_FUTURE": gettext_noop("Perjanjian telah dibuat."),
    "AGREEMENT_OLD": gettext_noop("Perjanjian tidak lebih lama daripada %(months)s bulan."),
    "STANDING": gettext_noop("Warganegara, penduduk tetap, atau ahli sebelum %(before)s."),
    "INSTALMENT_HOUSE": gettext_noop("Satu rumah bagi setiap ahli; pengeluaran seterusnya bagi rumah yang sama."),
    "INSTALMENT_RUNNING": gettext_noop("Tiada bayaran lain yang sedang berjalan bagi rumah itu, melainkan bank telah menukar ansurannya."),
    "NOT_PAYING": gettext_noop("Ansuran pinjaman telah mula dibayar."),
    "STATEMENT_FUTURE": gettext_noop("Penyata baki pinjaman telah dikeluarkan."),
    "STATEMENT_OLD": gettext_noop("Penyata baki pinjaman tidak lebih lama daripada %(months)s bulan."),
    "STATEMENT_OLD_LPPSA": gettext_noop("Penyata LPPSA tidak lebih lama daripada %(months)s bulan."),
    "MONTHLY_BELOW": gettext_noop("Bayaran bulanan sekurang-kurangnya %(least)s."),
    "MONTHS_BELOW": gettext_noop("Sekurang-kurangnya %(least)s bayaran bulanan."),
    "MONTHS_LEFT": gettext_noop("Sekurang-kurangnya %(least)s bulan lagi sebelum bayaran terakhir."),
    "MONTHS_ABOVE": gettext_noop("Bayaran tamat sebelum umur %(age)s tahun dan dalam baki tempoh pinjaman."),
    "MONTHLY_ABOVE": gettext_noop("Jumlah bayaran anda dan pemohon bersama tidak melebihi ansuran bulanan pinjaman."),
    "INSTALMENT_DIFFERS": gettext_noop("Pemohon bersama menyatakan ansuran pinjaman yang sama, atau bank telah menukarnya antara penyata mereka."),
    "CHANGE_NOT_STATED": gettext_noop("Penyata menunjukkan ansuran yang telah ditukar oleh bank."),
    "AGE_55_EARLY": gettext_noop("Berumur %(age)s tahun; permohonan boleh dibuat %(months)s bulan lebih awal."),
    "ALL_ONLY": gettext_noop("Bukan warganegara yang menjadi ahli pada atau selepas %(joined_from)s: semua simpanan sahaja."),
    "PART_WAIT": gettext_noop("Pengeluaran sebahagian sekali dalam %(days)s hari."),
    "PART_BELOW": gettext_noop("Pengeluaran sebahagian sekurang-kurangnya %(least)s."),
    "MONTHS_ABOVE_AGE": gettext_noop("Bayaran bulanan sehingga umur %(age)s tahun."),
    "NOT_ALL": gettext_noop("Pilihan semua simpanan mengambil keseluruhan Akaun 55."),
    "EDUCATION_WHO": gettext_noop("Bagi diri sendiri atau anak; bagi pasangan dan ibu bapa mulai %(until)s."),
    "EDUCATION_WHO_FAMILY": gettext_noop("Bagi diri sendiri atau anak, dan sejak %(since)s bagi pasangan dan ibu bapa juga."),
    "EDUCATION_LEVEL": gettext_noop("Pengajian peringkat diploma dan ke atas."),
    "EDUCATION_LEVEL_CERTIFICATE": gettext_noop("Pengajian peringkat diploma dan ke atas, atau Sijil Tahap 3."),
    "TUITION_ONLY": gettext_noop("Bagi Sijil Tahap 3 hanya yuran pengajian."),
    "ABROAD_FULL_TIME": gettext_noop("Di luar negara sepenuh masa sahaja."),
    "SEMESTER_ONCE": gettext_noop("Sekali bagi setiap semester kursus."),
    "ENDED_FUTURE": gettext_noop("Pengajian yang tamat telah tamat pada hari permohonan."),
    "STUDIES_ENDED": gettext_noop("Dalam %(months)s bulan selepas tamat atau berhenti."),
    "RECEIPT_FUTURE": gettext_noop("Resit telah dikeluarkan."),
    "RECEIPT_OLD": gettext_noop("Resit tidak lebih lama daripada %(months)s bulan."),
    "FLIGHT_FIRST_YEAR": gettext_noop("Penerbangan sehala hanya bagi pelajar tahun pertama di luar kawasan atau luar negara."),
    "SPONSORED": gettext_noop("Tidak ditaja sepenuhnya."),
    "COST_DIFFERS": gettext_noop("Semua pemohon bagi semester itu menyatakan kos yang sama."),
    "NO_ACCOUNT": gettext_noop("Akaun bank sendiri yang aktif, bukan akaun bersama atau syarikat."),
}
"""A condition as the public list says it."""

_AMOUNT: Final = re.compile(r"-?[0-9]+\.[0-9]{2}", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_AMOUNTS: Final = (
    *("most", "least", "free", "straight", "total", "cap", "taken", "left", "price", "loan", "balance", "share", "running", "cost"),
    *("part", "kept", "highest"),
)
_DAYS: Final = ("until", "since", "birthday", "last", "before", "joined_from", "opens")


class Reason(NamedTuple):
    """A refusal as a member reads it: why, what would change it (empty: nothing that they could do or wait for), the day from which time alone does,
    and where it is written."""

    code: str
    words: str
    change: str
    until: date | None
    citations: tuple[str, ...]


def reason(refusal: Refusal) -> Reason:
    """A refusal in the active language. Raises KeyError for a code without words."""
    figures = _shown(refusal.details)
    until = refusal.details.get("until")
    changed = _CHANGES.get(refusal.code, "")
    if changed and "%(until)s" in changed and until is None:
        changed = ""
    return Reason(
        code=refusal.code,
        words=_(_REFUSALS[refusal.code]) % figures,
        change=_(changed) % figures if changed else "",
        until=date.fromisoformat(until) if until else None,
        citations=citations(refusal.provision),
    )


def reasons(refusals: Iterable[Refusal]) -> list[Reason]:
    """Every refusal in words, in the order of the kind's conditions."""
    return [reason(one) for one in refusals]


def words(step: Step) -> str:
    """A step of an amount as a sentence. Raises KeyError for a code without one."""
    return _(_STEPS[step.code]) % _shown(step.figures)


def explained(steps: Iterable[Step]) -> Explained:
    """Sentences in order, each citation and assumption once."""
    return explanations.explained(steps, words)


def condition_words(condition: Condition, on: date) -> str:
    """A condition as the law has it on a day."""
    figures = condition.figures(on)
    code = f"{condition.code}_{figures['variant']}" if "variant" in figures else condition.code
    return _(_CONDITIONS[code]) % _shown(figures)


def citations(*names: str) -> tuple[str, ...]:
    """Where it is written, each place once, in the active language: names of rate files' sources."""
    language = translation.get_language() or "ms"
    return tuple(dict.fromkeys(source.in_language(language) for one in names for source in rates.citations(one)))


def _shown(figures: Mapping[str, str]) -> dict[str, str]:
    """Figures as they are read; `found` in each form that a sentence may need."""
    shown = {name: _show(name, text) for name, text in figures.items()}
    if "account" in figures:
        shown["account"] = explanations.account_name(figures["account"], date.fromisoformat(figures["on"]))
    return {**shown, **dict(_found(figures)), **dict(_channels(figures)), **dict(_question(figures))}


def _show(name: str, text: str) -> str:
    """A figure by its name; a number of months stays as it is, and an answer with a choice is said in its words."""
    if name in _AMOUNTS and _AMOUNT.fullmatch(text):
        return explanations.amount(text)
    if name in _DAYS:
        return explanations.day(text)
    if name == "rate":
        return explanations.percent(text)
    return str(questions.CHOICES.get(name, {}).get(text, text))


def _found(figures: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """`found_amount`, `found_day`, `expected_day`: what was found and expected, where it is one."""
    for name in ("found", "expected"):
        text = figures.get(name, "")
        if _AMOUNT.fullmatch(text):
            yield f"{name}_amount", explanations.amount(text)
        if _DAY.fullmatch(text):
            yield f"{name}_day", explanations.day(text)


def _channels(figures: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """`found_channel` and `expected_channels`, where a refusal names ways to apply."""
    ways = questions.CHANNEL
    if figures.get("found") in ways:
        yield "found_channel", str(ways[figures["found"]])
        yield "expected_channels", ", ".join(str(ways[code]) for code in figures.get("expected", "").split() if code in ways)


def _question(figures: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """`question`: the one that a refusal names, as the guide asks it."""
    if "name" in figures:
        yield "question", str(questions.PARTICULARS[figures["kind"]][figures["name"]].words)
