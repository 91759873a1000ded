"""Words of what kinds ask of the member, and of the ways to apply. Malay msgids."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from withdrawals.enums import Channel, KindCode

Words = str | Promise


class Asked(NamedTuple):
    """A question of the guide, and what helps to answer it."""

    words: Words
    hint: Words = ""


CHANNEL: Final[dict[str, Words]] = {
    Channel.ONLINE: _("Dalam talian"),
    Channel.COUNTER: _("Kaunter KWSP"),
    Channel.POST: _("Pos"),
}

_HOUSE: Final[dict[str, Asked]] = {
    "title": Asked(
        _("No. hak milik atau no. unit rumah"), _("Seperti dalam perjanjian. Dengannya permohonan bersama bagi rumah yang sama dikenali.")
    ),
    "address": Asked(_("Alamat rumah")),
    "together": Asked(_("Adakah anda memohon bersama orang lain?")),
    "other_name": Asked(_("Nama pemohon bersama"), _("Setiap pemohon membuat permohonan sendiri.")),
    "lender": Asked(_("Pemberi pinjaman")),
}

PARTICULARS: Final[dict[str, dict[str, Asked]]] = {
    KindCode.KHAS_2022: {
        "no_account": Asked(
            _("Saya tidak dapat membuka akaun bank"),
            _(
                "Hanya jika bank tidak membenarkannya: anda menerima Arahan Bayaran, yang diambil di cawangan KWSP dan lebih lewat daripada kredit "
                "ke akaun."
            ),
        ),
    },
    KindCode.HOUSE_BUY: {
        **_HOUSE,
        "property": Asked(_("Jenis hartanah")),
        "in_malaysia": Asked(_("Adakah rumah itu di Malaysia?")),
        "house": Asked(_("Rumah yang ke berapa?"), _("Rumah pertama ialah yang pertama dibeli dengan simpanan KWSP anda.")),
        "disposed_on": Asked(_("Rumah pertama dijual atau dilupuskan pada")),
        "agreement_on": Asked(_("Tarikh perjanjian"), _("Perjanjian Jual Beli, atau Perakuan Jualan oleh pentadbir tanah atau mahkamah.")),
        "price": Asked(_("Harga rumah")),
        "financing": Asked(_("Bagaimana rumah itu dibiayai?")),
        "loan": Asked(_("Jumlah pinjaman")),
    },
    KindCode.HOUSE_INSTALMENT: {
        **_HOUSE,
        "loan_number": Asked(_("No. akaun pinjaman")),
        "statement_by": Asked(_("Penyata baki pinjaman daripada")),
        "statement_on": Asked(_("Tarikh penyata")),
        "balance": Asked(_("Baki pinjaman")),
        "refinanced": Asked(_("Adakah pinjaman itu dibiayai semula?")),
        "first_balance": Asked(_("Baki pinjaman asal daripada pemberi pinjaman pertama")),
        "loan_ends_on": Asked(_("Pinjaman tamat pada")),
        "instalment": Asked(_("Ansuran bulanan pinjaman")),
        "changed_on": Asked(
            _("Bank menukar ansuran itu mulai"),
            _("Hanya jika ansuran telah berubah, seperti selepas perubahan kadar faedah. Penyata yang dimuat naik mesti menunjukkan ansuran baharu."),
        ),
        "paying": Asked(_("Adakah ansuran sudah mula dibayar?")),
        "monthly": Asked(_("Bayaran bulanan yang dipohon")),
        "months": Asked(_("Bilangan bulan")),
    },
    KindCode.AGE_55: {
        "mode": Asked(_("Bagaimana anda mahu mengeluarkannya?"), _("Pilihan boleh diubah kemudian dengan permohonan baharu.")),
        "part": Asked(_("Amaun yang dibayar dahulu")),
        "monthly": Asked(_("Bayaran bulanan yang dipohon")),
        "months": Asked(_("Bilangan bulan")),
    },
    KindCode.EDUCATION: {
        "who": Asked(_("Siapa yang belajar?")),
        "student_name": Asked(_("Nama pelajar")),
        "student_id": Asked(_("No. pengenalan pelajar")),
        "institution": Asked(_("Institusi")),
        "place": Asked(_("Di mana?")),
        "course": Asked(_("Kursus")),
        "level": Asked(_("Peringkat pengajian")),
        "study": Asked(_("Cara belajar")),
        "status": Asked(_("Adakah pengajian masih berjalan?")),
        "ended_on": Asked(_("Tamat atau berhenti pada")),
        "purpose": Asked(_("Bagi apa?")),
        "semester": Asked(_("Semester yang ke berapa?")),
        "fees": Asked(_("Yuran pengajian dan caj institusi")),
        "hostel": Asked(_("Yuran asrama dan penginapan")),
        "flight": Asked(_("Penerbangan sehala")),
        "first_year_away": Asked(_("Adakah pelajar dalam tahun pertama, di luar kawasan atau luar negara?")),
        "paid_already": Asked(_("Adakah kos itu sudah dibayar?")),
        "receipt_on": Asked(_("Tarikh resit yang paling lama")),
        "lender": Asked(_("Pemberi pinjaman"), _("Seperti dalam penyata pinjaman. Bayaran terus dibuat atas nama ini.")),
        "loan_number": Asked(_("No. akaun pinjaman")),
        "loan_balance": Asked(_("Baki pinjaman pendidikan")),
        "sponsored": Asked(_("Bahagian yang ditaja"), _("Biasiswa atau tajaan yang membayar kos yang sama. Kosongkan jika tiada.")),
    },
}
"""The questions of each kind, by `Particular.name`."""

CHOICES: Final[dict[str, dict[str, Words]]] = {
    "property": {
        "BUNGALOW": _("Banglo"),
        "TERRACE": _("Rumah teres"),
        "SEMI_DETACHED": _("Rumah berkembar"),
        "TOWNHOUSE": _("Rumah bandar"),
        "APARTMENT": _("Pangsapuri"),
        "CONDOMINIUM": _("Kondominium"),
        "STUDIO": _("Studio"),
        "SERVICE_APARTMENT": _("Pangsapuri servis"),
        "SOHO": _("SOHO (dipohon di kaunter)"),
        "SHOP_WITH_RESIDENCE": _("Rumah kedai dengan kediaman"),
        "COMMERCIAL": _("Premis perniagaan"),
        "LAND_ONLY": _("Tanah sahaja"),
        "RENOVATION": _("Ubah suai rumah"),
    },
    "house": {"FIRST": _("Rumah pertama"), "SECOND": _("Rumah kedua")},
    "financing": {"LOAN": _("Dengan pinjaman perumahan"), "CASH": _("Dengan wang sendiri")},
    "together": {"ALONE": _("Tidak, sendiri"), "SPOUSE": _("Ya, bersama pasangan"), "FAMILY": _("Ya, bersama ahli keluarga")},
    "statement_by": {"LENDER": _("Pemberi pinjaman, mengikut format KWSP"), "LPPSA": _("LPPSA")},
    "mode": {
        "ALL": _("Semua"),
        "PART": _("Sebahagian"),
        "MONTHLY": _("Bayaran setiap bulan"),
        "PART_AND_MONTHLY": _("Sebahagian, dan bayaran setiap bulan"),
        "DIVIDEND": _("Dividen setiap tahun, dibayar secara automatik"),
    },
    "who": {"SELF": _("Saya sendiri"), "CHILD": _("Anak"), "SPOUSE": _("Suami atau isteri"), "PARENT": _("Ibu atau bapa")},
    "place": {"MALAYSIA": _("Dalam negara"), "ABROAD": _("Luar negara")},
    "level": {
        "SCHOOL": _("Sekolah"),
        "CERTIFICATE": _("Sijil"),
        "CERTIFICATE_3": _("Sijil Tahap 3"),
        "DIPLOMA": _("Diploma atau setaraf"),
        "DEGREE": _("Ijazah sarjana muda"),
        "MASTERS": _("Ijazah sarjana"),
        "DOCTORATE": _("Doktor falsafah"),
        "PROFESSIONAL": _("Kelayakan profesional"),
    },
    "study": {"FULL_TIME": _("Sepenuh masa"), "PART_TIME": _("Separuh masa"), "DISTANCE": _("Jarak jauh")},
    "status": {
        "STUDYING": _("Ya, masih belajar"),
        "FINISHED": _("Tidak, telah tamat"),
        "LEFT": _("Tidak, telah berhenti, gagal atau menarik diri"),
    },
    "purpose": {"FEES": _("Yuran, asrama atau penerbangan"), "LOAN": _("Baki pinjaman pendidikan")},
}
"""The answers of each question with a choice, by `Particular.name` and code: a name asks the same in every kind."""
