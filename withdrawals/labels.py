"""Words of kinds, of papers and of states, as they stand in the database; what kinds ask: questions.py. Malay msgids."""

from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from kwsp_portal.bank.payouts.files import Result
from members.enums import PayoutState
from withdrawals.enums import Action, ConfirmedBy, DocumentCode, KindCode, Payee, PaymentState, Relation, State, StopReason
from withdrawals.questions import CHANNEL as CHANNEL
from withdrawals.questions import CHOICES as CHOICES
from withdrawals.questions import PARTICULARS as PARTICULARS
from withdrawals.questions import Words


class Label(NamedTuple):
    """`kind` is the status tag's colour: neutral, info, good, warn, bad."""

    words: Words
    kind: str


KINDS: Final[dict[str, Words]] = {
    KindCode.AGE_50: _("Pengeluaran Umur 50 Tahun"),
    KindCode.EDUCATION: _("Pengeluaran Pendidikan"),
    KindCode.HOUSE_BUY: _("Pengeluaran Membeli Rumah"),
    KindCode.HOUSE_INSTALMENT: _("Pengeluaran Ansuran Bulanan Pinjaman Perumahan"),
    KindCode.AGE_55: _("Pengeluaran Umur 55 Tahun"),
    KindCode.FLEKSIBEL: _("Pengeluaran Akaun Fleksibel"),
    KindCode.KHAS_2022: _("Pengeluaran Khas"),
}

FOR_WHAT: Final[dict[str, Words]] = {
    KindCode.AGE_50: _("Sekali sahaja antara umur 50 dan sebelum 55 tahun, bagi apa-apa tujuan."),
    KindCode.EDUCATION: _("Yuran, asrama, penerbangan atau baki pinjaman pendidikan anda atau keluarga anda."),
    KindCode.HOUSE_BUY: _("Membeli rumah kediaman, sendiri atau bersama pasangan atau ahli keluarga."),
    KindCode.HOUSE_INSTALMENT: _("Bayaran setiap bulan kepada anda bagi ansuran pinjaman perumahan."),
    KindCode.AGE_55: _("Semua, sebahagian atau bayaran berkala daripada Akaun 55, atau dividennya setiap tahun."),
    KindCode.FLEKSIBEL: _("Bagi apa-apa tujuan, sekali sehari, daripada Akaun Fleksibel."),
    KindCode.KHAS_2022: _("Sehingga RM10,000 pada April 2022, diganti daripada caruman kemudian."),
}
"""What a kind is for, in one sentence, for the list of kinds."""

HOW_MUCH: Final[dict[str, Words]] = {
    KindCode.AGE_50: _("Semua atau sebahagian baki akaun."),
    KindCode.EDUCATION: _("Kos pengajian atau baki pinjaman pendidikan, atau baki akaun, mana yang lebih rendah."),
    KindCode.HOUSE_BUY: _("Harga rumah ditolak pinjaman, ditambah sebahagian daripada harga; atau baki akaun, mana yang lebih rendah."),
    KindCode.HOUSE_INSTALMENT: _("Baki pinjaman perumahan atau baki akaun, mana yang lebih rendah, dibayar setiap bulan."),
    KindCode.AGE_55: _("Semua atau sebahagian baki akaun, sekali gus, setiap bulan, atau dividennya setiap tahun."),
    KindCode.FLEKSIBEL: _("Semua atau sebahagian baki akaun."),
    KindCode.KHAS_2022: _("Akaun 2 dahulu, kemudian Akaun 1, antara amaun terendah dan tertinggi."),
}
"""How much, in one sentence without figures: those are in the conditions, by the day."""

NOTES: Final[dict[str, tuple[Words, ...]]] = {
    KindCode.EDUCATION: (
        _("Pelajar yang berhenti, gagal, tidak tamat atau menarik diri dibenarkan."),
        _("Wang yang tidak digunakan bagi tujuannya dipulangkan kepada KWSP dalam enam bulan (Akta KWSP 1991, s. 58A)."),
    ),
    KindCode.HOUSE_BUY: (
        _("Pemohon bersama berkongsi satu had, dan setiap orang terhad kepada baki akaun sendiri."),
        _("Wang yang tidak digunakan bagi tujuannya dipulangkan kepada KWSP dalam enam bulan (Akta KWSP 1991, s. 58A)."),
    ),
    KindCode.HOUSE_INSTALMENT: (
        _("KWSP boleh menghentikan bayaran jika pinjaman selesai, rumah dijual, dilelong atau dipindah hak milik, atau maklumat atau dokumen palsu."),
        _("Boleh berjalan serentak dengan pengeluaran untuk mengurangkan baki pinjaman."),
        _("Jika bank menukar ansuran, mohon dengan penyata baharu: apabila diluluskan, bayaran yang sedang berjalan tamat."),
    ),
    KindCode.AGE_55: (
        _("Pilihan diubah dengan permohonan baharu: apabila diluluskan, bayaran yang sedang berjalan tamat."),
        _("Caruman selepas umur 55 tahun masuk ke Akaun Emas, yang dikeluarkan mulai umur 60 tahun."),
    ),
    KindCode.KHAS_2022: (
        _("Pembatalan permohonan dan pindaan amaun tidak dibenarkan."),
        _("Caruman baharu menggantikan apa yang dibayar dahulu, dengan tambahan, kemudian dibahagi seperti biasa."),
    ),
}
"""Special clauses of a kind, for the list and for who decides."""

STATE: Final[dict[str, Label]] = {
    State.DRAFT: Label(_("Draf"), "neutral"),
    State.SUBMITTED: Label(_("Dihantar"), "info"),
    State.IN_PROCESS: Label(_("Dalam proses"), "info"),
    State.DOCUMENTS: Label(_("Dokumen tidak lengkap"), "warn"),
    State.SECOND: Label(_("Dalam proses: kelulusan kedua"), "info"),
    State.APPROVED: Label(_("Lulus"), "good"),
    State.PAYING: Label(_("Sedang dibayar"), "info"),
    State.ACTIVE: Label(_("Bayaran berkala sedang berjalan"), "good"),
    State.RETURNED: Label(_("Bayaran dipulangkan bank"), "bad"),
    State.PAID: Label(_("Dibayar"), "good"),
    State.REFUSED: Label(_("Ditolak"), "bad"),
    State.CANCELLED: Label(_("Dibatalkan"), "neutral"),
    State.DISCARDED: Label(_("Dibuang"), "neutral"),
}
RECEIVED: Final = Label(_("Diterima"), "info")
"""What members read in its place until the day from which their kind shows it."""


def standing(state: str, *, told: bool) -> Label:
    """Where it stands, as its member may read it: `told` False until the day from which their kind shows it."""
    return STATE[state] if told else RECEIVED


ACTION: Final[dict[str, Words]] = {
    Action.SUBMIT: _("Permohonan dihantar"),
    Action.DISCARD: _("Draf dibuang"),
    Action.TAKE: _("Diambil oleh pegawai"),
    Action.PUT_BACK: _("Dikembalikan ke senarai"),
    Action.ASK: _("Dokumen tambahan diminta"),
    Action.ANSWER: _("Dokumen tambahan diterima"),
    Action.ASK_ACCOUNT: _("Akaun penerima tidak sama seperti pada dokumen; akaun lain diminta"),
    Action.RECOMMEND: _("Disyorkan untuk kelulusan kedua"),
    Action.SEND_BACK: _("Dikembalikan kepada pegawai pertama"),
    Action.APPROVE: _("Diluluskan"),
    Action.REFUSE: _("Ditolak"),
    Action.PASS: _("Diluluskan mengikut syarat, tanpa pegawai"),
    Action.TURN_DOWN: _("Ditolak semasa diproses: syaratnya tidak lagi dipenuhi"),
    Action.CANCEL: _("Dibatalkan"),
    Action.STOP: _("Dihentikan oleh KWSP"),
    Action.GIVE_WAY: _("Ditolak: wangnya dibayar sebagai Pengeluaran Khas"),
    Action.SHRINK: _("Dikurangkan: sebahagian wangnya dibayar sebagai Pengeluaran Khas"),
    Action.ORDER: _("Bank diarah membayar"),
    Action.BEGIN: _("Bayaran berkala bermula"),
    Action.PAY: _("Dibayar oleh bank"),
    Action.RETURN: _("Bayaran dipulangkan bank"),
    Action.RENEW: _("Bayaran diminta semula"),
    Action.FINISH: _("Bayaran terakhir selesai"),
    Action.APPEAL: _("Rayuan dibuat"),
}

DIED: Final = _("Ditolak: ahli telah meninggal dunia")
"""In place of GIVE_WAY, of what came back after that."""
PLAN_ENDED: Final = _("Bayaran berkala tamat: tiada apa-apa lagi untuk dibayar")
"""In place of GIVE_WAY, of a plan in whose place nothing comes."""
TAKEN_OVER: Final[Words] = _("Kini pada pegawai lain")
"""A case in process that another officer takes."""

STOPPED: Final[dict[str, Words]] = {
    StopReason.LOAN_SETTLED: _("Pinjaman telah diselesaikan"),
    StopReason.HOUSE_SOLD: _("Rumah itu telah dijual"),
    StopReason.HOUSE_AUCTIONED: _("Rumah itu telah dilelong"),
    StopReason.TITLE_MOVED: _("Hak milik rumah itu telah dipindah"),
    StopReason.FALSE_PAPERS: _("Maklumat atau dokumen palsu"),
}
"""For what KWSP ends payments."""

PAYEE: Final[dict[str, Words]] = {
    Payee.ACCOUNT: _("Akaun bank sendiri"),
    Payee.PAYMENT_ORDER: _("Arahan Bayaran, diambil di cawangan KWSP"),
    Payee.INSTITUTION: _("Terus kepada institusi pengajian atau pemberi pinjaman"),
}

CHANGED_BY: Final[dict[str, Words]] = {
    KindCode.HOUSE_INSTALMENT: _("Bank menukar ansuran? Mohon dengan penyata baharu. Apabila diluluskan, bayaran ini tamat dan yang baharu bermula."),
    KindCode.AGE_55: _("Mahu menukar pilihan? Mohon sekali lagi. Apabila diluluskan, bayaran ini tamat dan yang baharu bermula."),
}
"""How payments that run are changed, of kinds that can be."""

AGAIN: Final[dict[str, Words]] = {
    Payee.ACCOUNT: _("Ke akaun bank sendiri yang telah disahkan"),
    Payee.PAYMENT_ORDER: _("Arahan Bayaran baharu, diambil di cawangan KWSP"),
    Payee.INSTITUTION: _("Sekali lagi terus kepada institusi atau pemberi pinjaman"),
}
"""How what came back is sent again."""

CONFIRMED: Final[dict[str, Words]] = {
    ConfirmedBy.THUMB: _("Cap ibu jari pada pembaca"),
    ConfirmedBy.KWSP_3: _("Cap ibu jari pada Borang KWSP 3 (Pindaan)"),
    ConfirmedBy.FORM: _("Borang permohonan yang ditandatangani"),
}
"""By what an officer knows that the member asked for it."""

CONFIRMED_ACT: Final[dict[str, Words]] = {
    Action.SUBMIT: _("Disahkan dengan"),
    Action.CANCEL: _("Pembatalan disahkan dengan"),
    Action.APPEAL: _("Rayuan disahkan dengan"),
    Action.RENEW: _("Permintaan semula disahkan dengan"),
    Action.ANSWER: _("Akaun penerima yang dibetulkan disahkan dengan"),
}

PAYMENT: Final[dict[str, Label]] = {
    PaymentState.PLANNED: Label(_("Dirancang"), "neutral"),
    PaymentState.ORDERED: Label(_("Diarah kepada bank"), "info"),
    PaymentState.PAID: Label(_("Dibayar"), "good"),
    PaymentState.RETURNED: Label(_("Dipulangkan bank"), "bad"),
    PaymentState.SKIPPED: Label(_("Tidak dibayar: baki tidak mencukupi"), "warn"),
    PaymentState.CANCELLED: Label(_("Dibatalkan"), "neutral"),
}

BANK_ANSWER: Final[dict[str, Label]] = {
    PayoutState.ORDERED: Label(_("Belum dalam fail"), "warn"),
    PayoutState.SENT: Label(_("Belum dijawab"), "warn"),
    PayoutState.PAID: Label(_("Dibayar"), "good"),
    PayoutState.RETURNED: Label(_("Dipulangkan"), "bad"),
    PayoutState.CANCELLED: Label(_("Dibatalkan"), "neutral"),
}
"""What the bank said of a payment."""

NOT_PAID: Final[dict[str, Words]] = {
    Result.CLOSED: _("Akaun telah ditutup"),
    Result.REJECTED: _("Ditolak oleh bank"),
}
"""Why the bank did not pay, for officers; members read members.labels.NOT_PAID_OUT."""
ORDER_NOT_PAID: Final = _("Tidak dibayar atau tidak ditunaikan")

BANK_ANSWERS: Final[dict[str, Words]] = {
    "all": _("Semua"),
    "waiting": _("Belum dijawab"),
    "paid": _("Dibayar"),
    "returned": _("Dipulangkan"),
}
"""Lists of payments by it (withdrawals.selectors.bank_answers)."""

DOCUMENT: Final[dict[str, Words]] = {
    DocumentCode.MYKAD: _("MyKad"),
    DocumentCode.FORM: _("Borang permohonan dan Senarai Semak Dokumen"),
    DocumentCode.KWSP_3: _("Borang KWSP 3 (Pindaan): jika pengesahan cap ibu jari gagal, atau dihantar melalui pos"),
    DocumentCode.ID_COPY: _("Salinan dokumen pengenalan diri, bersama yang asal untuk pengesahan"),
    DocumentCode.BIRTH_DATE: _("Sijil kelahiran atau surat JPN: jika tarikh lahir berbeza daripada kad pengenalan"),
    DocumentCode.BANK: _("Buku bank, penyata akaun atau surat pengesahan bank: jika nama pada akaun belum disahkan bank"),
    DocumentCode.EX_CITIZEN: _("Pasport atau Sijil Kewarganegaraan: bekas warganegara yang menjadi ahli sebelum 1 Ogos 1995 tanpa kad pengenalan"),
    DocumentCode.ENROLMENT: _("Surat pengesahan pendaftaran pelajar"),
    DocumentCode.RECOGNITION: _("Surat kelulusan pengiktirafan kursus pengajian"),
    DocumentCode.FEES: _("Struktur yuran, bil atau resit"),
    DocumentCode.LOAN_STATEMENT: _("Penyata baki pinjaman daripada pemberi pinjaman; bagi rumah mengikut format KWSP, atau penyata LPPSA"),
    DocumentCode.SALE_AGREEMENT: _("Surat Perjanjian Jual Beli, atau Surat Perakuan Jualan oleh pentadbir tanah atau mahkamah"),
    DocumentCode.LOAN_AGREEMENT: _("Perjanjian atau surat kelulusan pinjaman"),
    DocumentCode.CHARGE: _("Perjanjian Jual Beli, bukti gadaian atau penyerahan hak milik: jika penyata baki pinjaman tidak lengkap"),
    DocumentCode.RELATIONSHIP: _("Sijil Perkahwinan atau Sijil Kelahiran"),
    DocumentCode.DISPOSAL: _("Bukti penjualan atau pelupusan rumah pertama"),
    DocumentCode.FLIGHT: _("Tiket penerbangan sehala"),
    DocumentCode.RESULTS: _("Keputusan peperiksaan terkini mulai tahun kedua, atau surat tamat atau berhenti pengajian"),
    DocumentCode.OTHER: _("Dokumen lain, seperti yang ditulis pegawai"),
}

RELATION: Final[dict[str, Words]] = {
    Relation.SPOUSE: _("Suami atau isteri"),
    Relation.PARENT: _("Ibu atau bapa"),
    Relation.CHILD: _("Anak"),
    Relation.SIBLING: _("Adik-beradik"),
    Relation.IN_LAW: _("Ipar, mentua atau menantu"),
    Relation.OTHER: _("Saudara lain"),
}
