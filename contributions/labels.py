"""Words and colours for states, as they stand in the database. Malay msgids."""

from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contributions.enums import (
    AnswerFault,
    AssessmentAction,
    AssessmentSource,
    AssessmentState,
    BounceWhy,
    ClaimAnswerState,
    ClaimFileState,
    ComplaintAction,
    ComplaintGround,
    ComplaintState,
    CorrectionAction,
    CorrectionState,
    CounterReceiptState,
    DrawerState,
    DueKind,
    EKasihFate,
    EKasihState,
    ElectionAct,
    ElectionKind,
    ElectionState,
    FilingAction,
    FilingState,
    IncentiveClaimState,
    IncentiveRunState,
    IncentiveScheme,
    LineState,
    MandateState,
    MatchState,
    MatterAction,
    MatterDecision,
    MatterKind,
    MendKind,
    MonthlyEnd,
    MonthStanding,
    OverpaymentHow,
    OverpaymentState,
    OverpaymentWhy,
    PayeeBasis,
    PaymentMethod,
    PaymentState,
    PlanAction,
    PlanState,
    ReceiptState,
    RefundAccountEnd,
    RefundAccountState,
    RefundState,
    RegisteredAt,
    RegistrationEnd,
    RemissionState,
    ReturnState,
    ReturnWhy,
    VoluntaryKind,
    WageListSource,
    WageListState,
    WageStanding,
    WrongCreditState,
)
from kwsp_portal.bank import accounts, agents, banks
from kwsp_portal.bank.channels import Mode
from kwsp_portal.bank.direct_debit.messages import BankReason
from members.enums import SubAccount
from members.explanations import account_name


class Label(NamedTuple):
    """`kind` is the status tag's colour: neutral, info, good, warn, bad."""

    words: str | Promise
    kind: str


FILING: dict[str, Label] = {
    FilingState.RECEIVED: Label(_("Sedang dibaca"), "info"),
    FilingState.ASKED: Label(_("Pilih helaian"), "warn"),
    FilingState.UNREADABLE: Label(_("Fail ditolak"), "bad"),
    FilingState.FAULTY: Label(_("Ada baris salah"), "bad"),
    FilingState.READY: Label(_("Sedia dihantar"), "warn"),
    FilingState.SUBMITTED: Label(_("Menunggu kelulusan"), "warn"),
    FilingState.RETURNED: Label(_("Dipulangkan"), "warn"),
    FilingState.APPROVED: Label(_("Menunggu bayaran"), "warn"),
    FilingState.PAID: Label(_("Sedang dikreditkan"), "info"),
    FilingState.CREDITED: Label(_("Telah dikreditkan"), "good"),
    FilingState.DISCARDED: Label(_("Dibuang"), "neutral"),
}

ELECTION: dict[str, Label] = {
    ElectionState.DRAFT: Label(_("Draf"), "neutral"),
    ElectionState.SUBMITTED: Label(_("Menunggu kelulusan"), "warn"),
    ElectionState.RETURNED: Label(_("Dipulangkan"), "warn"),
    ElectionState.APPROVED: Label(_("Diluluskan"), "good"),
    ElectionState.DISCARDED: Label(_("Dibuang"), "neutral"),
}

ELECTION_KIND: dict[str, str | Promise] = {
    ElectionKind.EMPLOYER_EXCESS: _("Lebihan syer majikan"),
    ElectionKind.EMPLOYEE_EXCESS: _("Lebihan syer pekerja"),
    ElectionKind.KEEPS_RATE: _("Kekal 11% (borang Khas)"),
    ElectionKind.KWSP_16: _("Pilihan untuk mencarum: pembantu domestik (KWSP 16)"),
    ElectionKind.KWSP_16B: _("Pilihan untuk mencarum: warganegara asing (KWSP 16B)"),
}

ELECTION_ACT: dict[str, str | Promise] = {ElectionAct.ELECT: _("Pilihan"), ElectionAct.CANCEL: _("Notis pembatalan")}

METHOD: dict[str, str | Promise] = {
    PaymentMethod.FPX: _("FPX"),
    PaymentMethod.MAYBANK2U: _("Maybank2u"),
    PaymentMethod.DDA: _("Debit terus (DDA)"),
    PaymentMethod.RECEIPT: _("Ejen bank atau perbankan internet"),
    PaymentMethod.CREDIT: _("Wang majikan pada KWSP"),
    PaymentMethod.COUNTER: _("Kaunter KWSP"),
}

NUMBER: dict[str, str | Promise] = {
    PaymentMethod.FPX: _("No. transaksi FPX"),
    PaymentMethod.MAYBANK2U: _("No. rujukan Maybank2u"),
    PaymentMethod.DDA: _("No. debit bank"),
    PaymentMethod.RECEIPT: _("No. resit ejen bank"),
    PaymentMethod.CREDIT: _("No. penggunaan wang"),
    PaymentMethod.COUNTER: _("No. resit kaunter"),
}
"""What the bank's own number of a payment is called."""

_NAMES_ITS_BANK: Final = (PaymentMethod.MAYBANK2U, PaymentMethod.CREDIT, PaymentMethod.COUNTER)
"""Ways whose words leave nothing to say of a bank."""
_BANK_NAME: Final[dict[str, Callable[[str], str]]] = {PaymentMethod.DDA: accounts.name, PaymentMethod.RECEIPT: agents.name}


_NO_ACCOUNTS: Final = ("BOCM01", "MBSB01")
"""Banks of FPX to whose accounts nothing is sent."""


def cheque_banks() -> list[tuple[str, str]]:
    """The banks on which a cheque may be drawn, by code and name, each once: not FPX's, which has two codes of one bank, and names of its own."""
    found = [(one.bic, one.name) for one in accounts.known().values()] + [(code, banks.name(code)) for code in _NO_ACCOUNTS]
    return sorted(found, key=lambda bank: bank[1].casefold())


def cheque_bank(code: str) -> str:
    """The name of the bank of a cheque; receipts written before that list have FPX's code."""
    return accounts.name(code) if code in accounts.known() else banks.name(code)


def paid_with(method: str, bank_code: str) -> str:
    """The way of a payment, and the bank or agent where one is chosen."""
    words = str(METHOD[method])
    return words if method in _NAMES_ITS_BANK else f"{words}, {_BANK_NAME.get(method, banks.name)(bank_code)}"


PAYMENT: dict[str, Label] = {
    PaymentState.SENT: Label(_("Menunggu jawapan bank"), "info"),
    PaymentState.PENDING: Label(_("Menunggu kelulusan di bank"), "warn"),
    PaymentState.APPROVED: Label(_("Diluluskan"), "good"),
    PaymentState.FAILED: Label(_("Tidak berjaya"), "bad"),
    PaymentState.EXPIRED: Label(_("Luput"), "neutral"),
    PaymentState.DIFFERS: Label(_("Amaun berbeza, dalam akaun tergantung"), "warn"),
}

DEBIT: dict[str, Label] = {
    PaymentState.SENT: Label(_("Menunggu hari kutipan"), "info"),
    PaymentState.PENDING: Label(_("Fail dihantar, menunggu jawapan bank"), "info"),
}
"""States of a direct debit that say something else than those of a payer at the bank."""


def of_payment(method: str, state: str) -> Label:
    """How a payment stands, in the words of its way."""
    return DEBIT.get(state, PAYMENT[state]) if method == PaymentMethod.DDA else PAYMENT[state]


MANDATE: dict[str, Label] = {
    MandateState.APPLIED: Label(_("Menunggu pengesahan bank"), "warn"),
    MandateState.ACTIVE: Label(_("Berkuat kuasa"), "good"),
    MandateState.REFUSED: Label(_("Ditolak oleh bank"), "bad"),
    MandateState.ENDED: Label(_("Tamat"), "neutral"),
}
BANK_REASON: dict[str, str | Promise] = {
    BankReason.NAME: _("Nama pemegang akaun di bank bukan nama majikan ini. Mohon sekali lagi dengan akaun atas nama majikan."),
    BankReason.CLOSED: _("Akaun itu telah ditutup. Mohon sekali lagi dengan akaun lain."),
    BankReason.POLICY: _("Bank tidak membenarkan debit terus bagi akaun itu. Tanya bank, atau mohon dengan akaun lain."),
    BankReason.CUSTOMER: _("Kebenaran itu dibatalkan di bank oleh pemegang akaun. Mohon sekali lagi jika itu tidak disengajakan."),
    BankReason.PAYEE: _("Kebenaran itu ditamatkan atas permintaan majikan."),
}
"""Why the bank refused or ended a mandate, and what to do."""
MONTHLY_REASON: dict[str, str | Promise] = {
    **BANK_REASON,
    BankReason.NAME: _("Nama pemegang akaun di bank bukan nama anda. Mohon sekali lagi dengan akaun atas nama anda sendiri."),
    BankReason.PAYEE: _("Kebenaran itu ditamatkan atas permintaan anda."),
    MonthlyEnd.DIED: _("Akaun ahli ini tidak menerima caruman lagi."),
    MonthlyEnd.HOLDER: _("Pemegang akaun bank itu telah meninggal dunia."),
    MonthlyEnd.TOO_OLD: _("Anda telah mencapai umur terakhir bagi caruman."),
    MonthlyEnd.FOREIGN: _("Caruman sukarela adalah bagi warganegara Malaysia dan penduduk tetap sahaja."),
    MonthlyEnd.NO_MORE: _("Anda tidak berdaftar lagi bagi insentif itu. Daftar semula dan mohon sekali lagi, atau pilih jenis caruman yang lain."),
}
"""The same of a person's, and why the fund itself ended it."""
MONTHLY_REASON_OF_ANOTHER: dict[str, str | Promise] = {
    **MONTHLY_REASON,
    MonthlyEnd.TOO_OLD: _("Ahli itu sudah mencapai umur terakhir bagi caruman."),
    MonthlyEnd.NO_MORE: _("Ahli itu tidak berdaftar bagi insentif itu. Pilih jenis caruman yang lain, atau tanya ahli itu."),
}
"""The same, to who pays for another member: no more than is said to who wants to pay for them once (VOLUNTARY_REFUSALS)."""

MODE: dict[str, str | Promise] = {
    Mode.CASH: _("Tunai"),
    Mode.CHEQUE: _("Cek"),
    Mode.DEBIT_CARD: _("Kad debit"),
    Mode.DEBIT_TRANSFER: _("Pindahan debit"),
    Mode.INTERNET_BANKING: _("Perbankan internet"),
}
"""With what an agent took money."""
MATTER: dict[str, str | Promise] = {
    MatterKind.CONTRADICTS: _("Mesej bank bercanggah"),
    MatterKind.UNKNOWN_ORDER: _("Mesej bank bagi pesanan yang tidak dikenali"),
    MatterKind.SILENT: _("Bank lama tidak menjawab"),
    MatterKind.REFUND: _("Permohonan bayaran balik"),
    MatterKind.NOT_SETTLED: _("Diluluskan, tiada dalam fail penyelesaian"),
    MatterKind.SETTLED_UNKNOWN: _("Dalam fail penyelesaian, pesanan tidak dikenali"),
    MatterKind.SETTLED_UNPAID: _("Dalam fail penyelesaian, belum diluluskan"),
    MatterKind.SETTLED_NUMBER: _("Dalam fail penyelesaian, nombor FPX lain"),
    MatterKind.SETTLED_AMOUNT: _("Dalam fail penyelesaian, amaun lain"),
    MatterKind.SETTLED_TWICE: _("Dalam fail penyelesaian dua kali"),
    MatterKind.FILE_REFUSED: _("Fail penyelesaian ditolak"),
    MatterKind.RECEIPTS_FILE: _("Fail resit ditolak"),
    MatterKind.RECEIPT_TWICE: _("Resit yang sama dua kali"),
    MatterKind.RECEIPT_CHANNEL: _("Resit: ejen tidak boleh menerima cara bayaran itu"),
    MatterKind.RECEIPT_EMPLOYER: _("Resit bagi majikan yang tidak dikenali"),
    MatterKind.RECEIPT_MONTH: _("Resit bagi bulan yang tidak boleh difailkan"),
    MatterKind.RECEIPT_ROWS: _("Resit dengan baris Borang A yang salah"),
    MatterKind.RECEIPT_TOTAL: _("Resit tidak sama dengan jumlah Borang A"),
    MatterKind.RECEIPT_MEMBER: _("Resit caruman sukarela bagi ahli yang tidak boleh dikreditkan"),
    MatterKind.VOLUNTARY_BACK: _("Pulangan caruman sukarela kepada pembayar tanpa akaun bank"),
    MatterKind.NOT_FILED: _("Borang A tidak dihantar walaupun ada pekerja"),
    MatterKind.LATE_EXCESS: _("Caj dan dividen lewat dibayar lebih daripada yang perlu"),
    MatterKind.LATE_CREDITED: _("Dividen lewat berubah selepas dikreditkan kepada ahli"),
}
_REASONS: dict[str, str | Promise] = {
    "DIFFERS": _("Bank menyebut butiran lain daripada pesanan"),
    "AFTER_00": _("Selepas bank meluluskan pesanan ini, ia berkata sebaliknya"),
    "AFTER_DIFFERS": _("Bank meluluskan pesanan yang wangnya sudah dalam akaun tergantung"),
    "FPX_ID_OF_ANOTHER_ORDER": _("Nombor transaksi yang disebut bank milik pesanan lain"),
    "OTHER_WAY": _("Mesej itu datang melalui cara lain daripada pesanan ini"),
    "UNKNOWN_ORDER": _("Portal tidak membuat pesanan yang disebut bank"),
    "SILENT": _("Tiada jawapan muktamad daripada bank"),
    "DDA": _("Fail jawapan debit terus tidak boleh dipercayai"),
    "PAYER_DIED": _("Pembayar telah meninggal dunia, jadi wang itu milik warisnya"),
    "PAYOUT": _("Bank tidak menjawab fail bayaran keluar, atau jawapannya tidak boleh dipercayai"),
}
_FILES: dict[str, str | Promise] = {
    "ENCODING": _("Fail itu bukan teks UTF-8"),
    "TORN": _("Fail itu terpotong"),
    "SIGNATURE": _("Tandatangan fail itu tidak sah"),
    "HEADER": _("Baris pertama fail itu bukan tajuknya"),
    "ROW": _("Satu baris fail itu tidak dapat diterima"),
    "SELLER": _("Fail itu bukan untuk KWSP"),
    "NUMBER": _("Fail itu bernombor lain"),
    "DAY": _("Fail itu bagi hari lain"),
    "COUNT": _("Bilangan dalam fail itu tidak sama dengan trailer"),
    "ROWS": _("Bilangan baris Borang A dalam fail itu tidak sama dengan trailer"),
    "TOTAL": _("Jumlah wang dalam fail itu tidak sama dengan trailer"),
    "HASH": _("Jumlah semak fail itu tidak sama dengan trailer"),
    "ANOTHER": _("Fail lain dengan nombor itu sudah diterima"),
}
"""Why a signed file was refused, by the code of kwsp_portal.bank.settlement.FileRefused."""
_NOT_CREDITED: dict[str, str | Promise] = {
    "MEMBER_DIED": _("Ahli itu telah meninggal dunia"),
    "MEMBER_TOO_OLD": _("Ahli itu sudah mencapai umur terakhir bagi caruman"),
    "MEMBER_FOREIGN": _("Ahli itu bukan warganegara atau pemastautin tetap"),
    "NOT_REGISTERED": _("Ahli itu tidak berdaftar bagi insentif itu pada hari bayaran"),
}
"""Why an agent's receipt credits nobody, by the code of rules.voluntary."""


def reason(text: str) -> str:
    """Why a matter was opened, in words where its code has some; the code itself stands with them."""
    code, _blank, details = text.partition(" ")
    words = _of_receipt(code, details.split()) or _REASONS.get(code) or RETURN_WHY.get(code) or _FILES.get(code)
    return text if words is None else f"{words} ({text})"


def _of_receipt(code: str, details: list[str]) -> str | None:
    """Of a receipt that no rule decides; None of everything else."""
    if code == MatterKind.RECEIPT_MEMBER and details:
        unknown = gettext("Tiada ahli dengan nombor %(number)s")
        return "; ".join(str(_NOT_CREDITED[one]) if one in _NOT_CREDITED else unknown % {"number": one} for one in details)
    if code == MatterKind.RECEIPT_CHANNEL and details[1:] and details[1] in MODE:
        figures = {"agent": agents.name(details[0]), "mode": MODE[details[1]]}
        return gettext("%(agent)s tidak boleh menerima bayaran jenis ini dengan %(mode)s") % figures
    return None


DUE: dict[str, str | Promise] = {DueKind.CHARGE: _("Caj lewat bayar"), DueKind.DIVIDEND: _("Dividen atas caruman lewat, bagi ahli")}
REMISSION: dict[str, Label] = {
    RemissionState.PROPOSED: Label(_("Menunggu keputusan"), "warn"),
    RemissionState.APPROVED: Label(_("Diluluskan"), "good"),
    RemissionState.REFUSED: Label(_("Ditolak"), "bad"),
    RemissionState.WITHDRAWN: Label(_("Ditarik balik"), "neutral"),
}
PLAN: dict[str, Label] = {
    PlanState.ASKED: Label(_("Menunggu KWSP"), "info"),
    PlanState.PROPOSED: Label(_("Syarat menunggu pegawai lain"), "info"),
    PlanState.OFFERED: Label(_("Ditawarkan: menunggu majikan"), "warn"),
    PlanState.RUNNING: Label(_("Berjalan"), "good"),
    PlanState.DONE: Label(_("Selesai dibayar"), "good"),
    PlanState.BROKEN: Label(_("Terputus"), "bad"),
    PlanState.REFUSED: Label(_("Tidak diluluskan"), "bad"),
    PlanState.WITHDRAWN: Label(_("Ditarik balik oleh majikan"), "neutral"),
    PlanState.LAPSED: Label(_("Luput"), "neutral"),
}
PLAN_TO_EMPLOYER: dict[str, Label] = {**PLAN, PlanState.PROPOSED: PLAN[PlanState.ASKED]}
"""What the employer sees: who of the officers is at it is the office's own."""
PLAN_ACTION: dict[str, str | Promise] = {
    PlanAction.ASK: _("Diminta oleh majikan"),
    PlanAction.PROPOSE: _("Syarat dicadangkan"),
    PlanAction.RETURN: _("Syarat dipulangkan"),
    PlanAction.APPROVE: _("Syarat diluluskan dan ditawarkan"),
    PlanAction.REFUSE: _("Pelan tidak diluluskan"),
    PlanAction.ACCEPT: _("Diterima oleh majikan"),
    PlanAction.WITHDRAW: _("Ditarik balik oleh majikan"),
    PlanAction.FINISH: _("Semua bulan telah dibayar"),
    PlanAction.BREAK: _("Terputus: satu ansuran tidak dibayar"),
    PlanAction.LAPSE: _("Luput"),
}
PLAN_LAPSED: dict[str, str | Promise] = {
    "PAID": _("Tiada apa-apa lagi yang perlu dibayar bagi bulan-bulannya"),
    "NOT_ACCEPTED": _("Tiada orang menerimanya sebelum ansuran pertama"),
}
PLAN_REFUSALS: dict[str, tuple[int, str | Promise]] = {
    "NO_RIGHT": (403, _("Peranan anda tidak membenarkan tindakan ini.")),
    "OWN_WORK": (403, _("Anda menulis syarat bagi pelan ini. Pegawai yang tidak menulis mana-mana syaratnya memutuskannya.")),
    "WRONG_STATE": (409, _("Ini tidak boleh dibuat lagi: orang lain mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "REASON_MISSING": (422, _("Tulis sebabnya: pihak yang satu lagi membacanya")),
    "OPEN_ALREADY": (409, _("Majikan ini sudah ada satu pelan yang terbuka. Yang lain boleh diminta selepas ia tamat.")),
    "NO_MONTHS": (422, _("Tandakan bulan yang hendak dibayar secara ansuran")),
    "NOT_OWED": (422, _("Tiada apa-apa perlu dibayar bagi upah %(month)s lagi. Semak bulan yang ditandakan.")),
    "TOO_FEW": (422, _("Ditemui %(found)s bulan, dijangka sekurang-kurangnya %(least)s: sebulan dibayar sekali gus di halaman bayarannya.")),
    "COUNT": (422, _("Bilangan ansuran: ditemui %(found)s, dijangka dari %(least)s hingga %(most)s. Setiap bulan dibayar sekali gus.")),
    "FIRST_DAY": (422, _("Ansuran pertama: ditemui %(found)s, dijangka tarikh dari %(earliest)s hingga %(latest)s.")),
    "FIRST_DAY_PAST": (409, _("Hari ansuran pertama sudah lepas. Syarat lain perlu ditulis.")),
    "TERMS_CHANGED": (409, _("Syaratnya telah diubah sejak anda membuka halaman ini. Semak syarat terkini di bawah.")),
}
"""Why an act on an instalment plan is refused, by the code of services.instalment_moves.NotAllowed."""
DECISION: dict[str, Label] = {
    "": Label(_("Terbuka"), "warn"),
    MatterDecision.NOTED: Label(_("Disemak, wang tidak bergerak"), "good"),
    MatterDecision.SUSPENDED: Label(_("Dimasukkan ke akaun tergantung majikan"), "good"),
    MatterDecision.REFUND_APPROVED: Label(_("Bayaran balik diluluskan"), "good"),
    MatterDecision.REFUND_REFUSED: Label(_("Bayaran balik ditolak"), "good"),
    MatterDecision.SOLVED: Label(_("Selesai dengan sendirinya"), "good"),
    MatterDecision.RECEIPT_ASSIGNED: Label(_("Diberi kepada majikan dan disemak semula"), "good"),
    MatterDecision.TO_MEMBER: Label(_("Diberi kepada ahli dan disemak semula"), "good"),
    MatterDecision.RECEIPT_PAID: Label(_("Membayar Borang A yang menunggu"), "good"),
    MatterDecision.RECEIPT_RETURNED: Label(_("Dipulangkan kepada ejen bank"), "good"),
}
MATTER_ACTION: dict[str, str | Promise] = {
    MatterAction.OPEN: _("Dibuka"),
    MatterAction.AGAIN: _("Berlaku lagi"),
    MatterAction.TAKE: _("Diambil"),
    MatterAction.PROPOSE: _("Bayaran balik dicadangkan"),
    MatterAction.CLOSE: _("Ditutup"),
}
RECEIPT: dict[str, Label] = {
    ReceiptState.NEW: Label(_("Belum disemak"), "info"),
    ReceiptState.READING: Label(_("Borang A sedang dibaca"), "info"),
    ReceiptState.OPEN: Label(_("Menunggu pegawai"), "warn"),
    ReceiptState.PAID: Label(_("Membayar Borang A atau dikreditkan kepada ahli"), "good"),
    ReceiptState.SUSPENDED: Label(_("Dalam akaun tergantung majikan"), "warn"),
    ReceiptState.RETURNED: Label(_("Dipulangkan kepada ejen bank"), "neutral"),
}
_PAID_TO_MEMBER: Final = Label(_("Caruman sukarela ahli"), "good")
_PAID_TO_EMPLOYER: Final = Label(_("Membayar Borang A"), "good")


def of_receipt(state: str, kind: str) -> Label:
    """What became of a receipt; `kind` is that of a voluntary contribution, empty for an employer's."""
    if state != ReceiptState.PAID:
        return RECEIPT[state]
    return _PAID_TO_MEMBER if kind else _PAID_TO_EMPLOYER


REFUND: dict[str, Label] = {
    RefundState.APPLIED: Label(_("Menunggu keputusan pegawai"), "warn"),
    RefundState.PROPOSED: Label(_("Menunggu pegawai kedua"), "warn"),
    RefundState.APPROVED: Label(_("Diluluskan, menunggu bayaran"), "info"),
    RefundState.SENT: Label(_("Dihantar ke bank"), "info"),
    RefundState.PAID: Label(_("Telah dibayar"), "good"),
    RefundState.RETURNED: Label(_("Dipulangkan oleh bank, menunggu akaun lain"), "warn"),
    RefundState.REFUSED: Label(_("Ditolak"), "bad"),
}
REFUND_ACCOUNT: dict[str, Label] = {
    RefundAccountState.ASKED: Label(_("Sedang disahkan oleh bank"), "warn"),
    RefundAccountState.CURRENT: Label(_("Akaun sekarang"), "good"),
    RefundAccountState.REFUSED: Label(_("Tidak diterima"), "bad"),
    RefundAccountState.ENDED: Label(_("Akaun terdahulu"), "neutral"),
}
REFUND_ACCOUNT_END: dict[str, str | Promise] = {
    RefundAccountEnd.NO_ACCOUNT: _("Bank tidak mengenali nombor akaun itu. Semak nombornya."),
    RefundAccountEnd.CLOSED: _("Akaun itu telah ditutup."),
    RefundAccountEnd.JOINT: _("Akaun itu akaun bersama. Beri akaun atas nama majikan sahaja."),
    RefundAccountEnd.NAME: _("Nama pemegang akaun di bank bukan nama majikan dalam daftar kami. Beri akaun atas nama majikan."),
    RefundAccountEnd.SILENT: _("Bank tidak menjawab selama tiga hari. Cuba sekali lagi."),
    RefundAccountEnd.REPLACED: _("Akaun lain diminta."),
    RefundAccountEnd.RETURNED: _("Bank memulangkan wang yang dihantar ke akaun itu."),
}

NOT_PAYER_S: dict[str, str | Promise] = {
    RefundAccountEnd.NO_ACCOUNT: _("Bank tidak mengenali nombor akaun itu. Semak nombornya, atau kosongkan: Arahan Bayaran."),
    RefundAccountEnd.CLOSED: _("Akaun itu telah ditutup. Minta akaun lain, atau kosongkan: Arahan Bayaran."),
    RefundAccountEnd.JOINT: _("Akaun itu akaun bersama. Minta akaun atas nama pembayar sahaja, atau kosongkan: Arahan Bayaran."),
    RefundAccountEnd.NAME: _("Bank menyatakan pemegang akaun itu orang lain. Tulis nama seperti di bank, atau kosongkan: Arahan Bayaran."),
    RefundAccountEnd.SILENT: _("Bank tidak menjawab siapa pemegang akaun itu. Cuba sebentar lagi, atau kosongkan: Arahan Bayaran."),
}
NOT_PAYEE_S: dict[str, str | Promise] = {
    **NOT_PAYER_S,
    RefundAccountEnd.JOINT: _("Akaun itu akaun bersama. Minta akaun atas nama penerima sahaja, atau kosongkan: Arahan Bayaran."),
}

ACTION: dict[str, str | Promise] = {
    FilingAction.READ_READY: _("Fail dibaca, semua baris sah"),
    FilingAction.READ_FAULTY: _("Fail dibaca, ada baris salah"),
    FilingAction.READ_REFUSED: _("Fail ditolak"),
    FilingAction.READ_ASKED: _("Fail ada beberapa helaian: helaian mana ditanya"),
    FilingAction.CHOOSE: _("Helaian dipilih"),
    FilingAction.SUBMIT: _("Dihantar untuk kelulusan"),
    FilingAction.APPROVE: _("Diluluskan"),
    FilingAction.RETURN: _("Dipulangkan kepada penyedia"),
    FilingAction.DISCARD: _("Dibuang"),
    FilingAction.REREAD: _("Fail yang sama disemak semula"),
    FilingAction.MEND: _("Baris dibetulkan"),
    FilingAction.MEND_LAST: _("Baris terakhir dibetulkan, semua baris sah"),
    FilingAction.UNDO_MEND: _("Betulan dibatalkan, ada baris salah semula"),
    FilingAction.TAKE_BACK: _("Ditarik balik oleh penyedia"),
    FilingAction.CANCEL: _("Dibatalkan sebelum dibayar"),
    FilingAction.RECALL: _("Dipulangkan kerana aliran kelulusan ditukar"),
    FilingAction.PAY: _("Bayaran dimulakan"),
    FilingAction.TAKE_RECEIPT: _("Difailkan melalui ejen bank, dengan bayarannya"),
    FilingAction.RECEIVE_PAYMENT: _("Bayaran diterima"),
    FilingAction.FINISH_CREDITING: _("Semua baris dikreditkan"),
    FilingAction.ASSESS: _("Ditaksir oleh KWSP (KWSP 7)"),
    FilingAction.GIVE_WAY: _("Memberi laluan kepada taksiran KWSP"),
    FilingAction.LIFT: _("Taksiran ditarik balik atau diganti"),
}

MENDING: dict[str, str | Promise] = {
    MendKind.BY_HAND: _("Dibetulkan dengan tangan"),
    MendKind.LEAVE_OUT: _("Ditinggalkan"),
    MendKind.SHARES: _("Syer mengikut Jadual Ketiga"),
    MendKind.ZEROS: _("Sifar di depan No. KP dikembalikan"),
    MendKind.TOP_UP: _("Beza upah yang difailkan terlalu rendah"),
    MendKind.UNDO: _("Betulan dibatalkan"),
}

MONTH: dict[str, Label] = {
    MonthStanding.DUE: Label(_("Belum sampai tarikh akhir"), "neutral"),
    MonthStanding.MISSING: Label(_("Belum difailkan"), "bad"),
    MonthStanding.LEFT_OUT: Label(_("Anda tiada dalam Borang A"), "bad"),
    MonthStanding.FILED: Label(_("Difailkan, belum dibayar"), "warn"),
    MonthStanding.PAID: Label(_("Dibayar, sedang dikreditkan"), "info"),
    MonthStanding.CREDITED: Label(_("Telah dikreditkan"), "good"),
    MonthStanding.SUSPENDED: Label(_("Dalam akaun tergantung majikan"), "warn"),
    MonthStanding.NO_WAGES: Label(_("Tiada upah bulan ini"), "neutral"),
    MonthStanding.NOTHING_DUE: Label(_("Tiada caruman bagi upah ini"), "neutral"),
    MonthStanding.TAKEN_BACK: Label(_("Bukan milik anda, diambil balik"), "neutral"),
    MonthStanding.NIL: Label(_("Majikan mengaku tiada caruman bulan ini"), "neutral"),
}
LATE = Label(_("Lewat"), "bad")
PAID_LATE = Label(_("Dibayar lewat"), "warn")


def tags_of(state: MonthStanding, *, late: bool) -> list[Label]:
    """How a month stands for an employee, as the tags a page shows."""
    if not late or state == MonthStanding.DUE:
        return [MONTH[state]]
    return [MONTH[state], PAID_LATE if state in (MonthStanding.PAID, MonthStanding.CREDITED, MonthStanding.SUSPENDED) else LATE]


CORRECTION: dict[str, Label] = {
    CorrectionState.PREPARING: Label(_("Sedang dikira semula"), "info"),
    CorrectionState.DRAFT: Label(_("Draf"), "neutral"),
    CorrectionState.PROPOSED: Label(_("Menunggu pegawai kedua"), "warn"),
    CorrectionState.APPROVED: Label(_("Diluluskan, sedang dicatat"), "info"),
    CorrectionState.POSTED: Label(_("Telah dicatat"), "good"),
    CorrectionState.REFUSED: Label(_("Ditolak"), "bad"),
    CorrectionState.WITHDRAWN: Label(_("Ditarik balik"), "neutral"),
    CorrectionState.NOTHING: Label(_("Tiada yang perlu dibetulkan"), "neutral"),
}

CORRECTION_ACTION: dict[str, str | Promise] = {
    CorrectionAction.FINISH_PREPARING: _("Setiap baris dikira semula"),
    CorrectionAction.FIND_NOTHING: _("Setiap baris dikira semula: tiada perbezaan"),
    CorrectionAction.PROPOSE: _("Dicadangkan kepada pegawai kedua"),
    CorrectionAction.APPROVE: _("Diluluskan"),
    CorrectionAction.REFUSE: _("Ditolak"),
    CorrectionAction.WITHDRAW: _("Ditarik balik"),
    CorrectionAction.FINISH_POSTING: _("Semua perbezaan dicatat"),
}

LINE: dict[str, Label] = {
    LineState.OPEN: Label(_("Belum dicatat"), "neutral"),
    LineState.POSTED: Label(_("Telah dicatat"), "good"),
    LineState.REFUSED: Label(_("Tidak dicatat"), "bad"),
}


WAGE_LIST: dict[str, Label] = {
    WageListState.OPEN: Label(_("Sedang ditulis"), "warn"),
    WageListState.FILED: Label(_("Menjadi Borang A"), "good"),
    WageListState.NIL_WAITS: Label(_("Tiada caruman: menunggu kelulusan"), "warn"),
    WageListState.NIL: Label(_("Tiada caruman"), "good"),
    WageListState.DISCARDED: Label(_("Dibuang"), "neutral"),
}
WRONG_CREDIT: dict[str, Label] = {
    WrongCreditState.PROPOSED: Label(_("Menunggu pegawai lain"), "warn"),
    WrongCreditState.POSTED: Label(_("Dibetulkan"), "good"),
    WrongCreditState.REFUSED: Label(_("Ditolak"), "bad"),
    WrongCreditState.WITHDRAWN: Label(_("Ditarik balik"), "neutral"),
}
VOLUNTARY_REVERSAL: dict[str, Label] = {**WRONG_CREDIT, WrongCreditState.POSTED: Label(_("Dibalikkan"), "good")}
RETURN_PAYEE: dict[str, Label] = {**WRONG_CREDIT, WrongCreditState.POSTED: Label(_("Diluluskan dan diarahkan"), "good")}
PAYEE_BASIS: dict[str, str | Promise] = {
    PayeeBasis.PAYER: _("Pembayar sendiri, dengan cara lain"),
    PayeeBasis.ADMINISTRATOR: _("Pentadbir pusaka pembayar yang meninggal dunia"),
    PayeeBasis.HEIR: _("Waris pembayar yang meninggal dunia"),
    PayeeBasis.NOMINEE: _("Penama pembayar yang meninggal dunia"),
}
MATCH: dict[str, Label] = {
    MatchState.PROPOSED: Label(_("Menunggu kelulusan"), "warn"),
    MatchState.POSTED: Label(_("Dipadankan"), "good"),
    MatchState.REFUSED: Label(_("Ditolak"), "bad"),
    MatchState.WITHDRAWN: Label(_("Ditarik balik"), "neutral"),
}
OVERPAYMENT: dict[str, Label] = {
    OverpaymentState.DRAFT: Label(_("Draf"), "neutral"),
    OverpaymentState.SUBMITTED: Label(_("Menunggu kelulusan"), "warn"),
    OverpaymentState.APPLIED: Label(_("Sedang diperiksa KWSP"), "info"),
    OverpaymentState.HELD: Label(_("Diambil balik, akan dihantar"), "info"),
    OverpaymentState.SENT: Label(_("Dihantar ke bank"), "info"),
    OverpaymentState.PAID: Label(_("Telah dipulangkan"), "good"),
    OverpaymentState.RETURNED: Label(_("Dipulangkan oleh bank"), "warn"),
    OverpaymentState.OFFSET: Label(_("Dalam kredit majikan"), "good"),
    OverpaymentState.NOTHING: Label(_("Tiada wang untuk diambil balik"), "bad"),
    OverpaymentState.REFUSED: Label(_("Ditolak"), "bad"),
    OverpaymentState.DISCARDED: Label(_("Dibuang"), "neutral"),
}
OVERPAYMENT_SECOND = Label(_("Menunggu pegawai lain"), "warn")
OVERPAYMENT_POSTING = Label(_("Sedang diambil balik"), "info")
OVERPAYMENT_HOW: dict[str, str | Promise] = {
    OverpaymentHow.REFUND: _("Hantar ke akaun bank majikan"),
    OverpaymentHow.OFFSET: _("Jadikan kredit majikan, untuk membayar bulan kemudian"),
}
OVERPAYMENT_WHY: dict[str, str | Promise] = {
    OverpaymentWhy.WAGES: _("Gaji dalam Borang A terlalu tinggi"),
    OverpaymentWhy.NOT_EMPLOYED: _("Orang itu tidak bekerja dengan kami pada bulan itu"),
    OverpaymentWhy.TWICE: _("Gaji yang sama dicarum dua kali"),
    OverpaymentWhy.NOT_LIABLE: _("Bayaran itu bukan upah yang dikenakan caruman"),
}
ASSESSMENT: dict[str, Label] = {
    AssessmentState.DRAFT: Label(_("Draf"), "neutral"),
    AssessmentState.PROPOSED: Label(_("Menunggu tandatangan"), "warn"),
    AssessmentState.SERVED: Label(_("Diserahkan"), "warn"),
    AssessmentState.OBJECTED: Label(_("Dibantah"), "warn"),
    AssessmentState.UPHELD: Label(_("Dikekalkan"), "warn"),
    AssessmentState.AMENDING: Label(_("Sedang dipinda"), "info"),
    AssessmentState.REPLACED: Label(_("Diganti"), "neutral"),
    AssessmentState.WITHDRAWN: Label(_("Ditarik balik"), "neutral"),
    AssessmentState.DISCARDED: Label(_("Dibuang"), "neutral"),
}
ASSESSMENT_ACTION: dict[str, str | Promise] = {
    AssessmentAction.PROPOSE: _("Dikemukakan untuk ditandatangani"),
    AssessmentAction.TAKE_BACK: _("Diambil balik oleh pembuatnya"),
    AssessmentAction.RETURN: _("Dipulangkan kepada pembuatnya"),
    AssessmentAction.DISCARD: _("Taksiran dibuang"),
    AssessmentAction.SIGN: _("Ditandatangani dan diserahkan kepada majikan"),
    AssessmentAction.OBJECT: _("Majikan membantah"),
    AssessmentAction.UPHOLD: _("Bantahan dijawab: taksiran dikekalkan"),
    AssessmentAction.WITHDRAW: _("Taksiran ditarik balik"),
    AssessmentAction.AMEND: _("Bantahan diterima: taksiran dipinda"),
    AssessmentAction.REPLACE: _("Diganti dengan taksiran baharu"),
    AssessmentAction.DROP_AMENDMENT: _("Pindaan dibuang: bantahan masih menunggu jawapan"),
}
ASSESSMENT_SOURCE: dict[str, str | Promise] = {
    AssessmentSource.LAST_WAGES: _("Pekerja dalam rekod dengan upah terakhir mereka"),
    AssessmentSource.WRITTEN: _("Upah yang diperiksa, ditulis baris demi baris"),
    AssessmentSource.FILE: _("Fail upah yang diperiksa"),
}
WAGE_LIST_SOURCE: dict[str, str | Promise] = {
    WageListSource.LAST_WAGES: _("Senarai bulan lalu – pekerja dalam rekod dengan upah terakhir mereka"),
    WageListSource.PEOPLE: _("Pekerja dalam rekod, upah kosong"),
    WageListSource.EMPTY: _("Senarai kosong"),
}
LEFT_OUT_SOURCE: dict[str, str | Promise] = {
    WageListSource.LAST_WAGES: _("Pekerja dalam rekod yang tiada dalam penghantaran bulan ini, dengan upah terakhir mereka"),
    WageListSource.PEOPLE: _("Pekerja dalam rekod yang tiada dalam penghantaran bulan ini, upah kosong"),
    WageListSource.EMPTY: _("Senarai kosong"),
}
"""What a list of people who were left out begins with."""
WAGE_STANDING: dict[str, str | Promise] = {
    WageStanding.WAGES: _("Menerima upah"),
    WageStanding.UNPAID_LEAVE: _("Cuti tanpa gaji – tiada upah dan tiada caruman bulan ini"),
    WageStanding.LEFT: _("Sudah berhenti"),
}

ASSESSMENT_REFUSALS: dict[str, tuple[int, str | Promise]] = {
    "NO_RIGHT": (403, _("Peranan anda tidak membenarkan tindakan ini.")),
    "OWN_WORK": (403, _("Anda yang membuat taksiran ini. Pegawai lain mesti menandatangani atau menjawabnya.")),
    "WRONG_STATE": (409, _("Ini tidak boleh dibuat lagi: orang lain mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "REASON_MISSING": (422, _("Tulis sebabnya: pihak yang satu lagi membacanya")),
    "PAPER_MISSING": (422, _("Lampirkan dokumen yang menunjukkannya")),
    "MONTHS": (422, _("Bulan: ditemui %(found)s, dijangka dari bulan pertama hingga bulan terakhir, paling banyak %(expected)s bulan.")),
    "NOT_DUE": (422, _("Upah %(month)s belum lewat: ia boleh dibayar hingga %(expected)s. Taksir bulan yang sudah lepas tarikh akhirnya.")),
    "MONTH": (422, _("Tiada apa-apa boleh dicarum bagi upah %(month)s oleh majikan ini. Pilih bulan lain.")),
    "OPEN_ALREADY": (409, _("Taksiran bagi upah %(month)s sudah sedang dibuat. Siapkan atau buang yang itu dahulu.")),
    "BEING_READ": (409, _("Fail majikan bagi bulan ini sedang dibaca. Cuba lagi seminit kemudian.")),
    "NO_ROWS": (422, _("Ditemui taksiran tanpa baris, dijangka sekurang-kurangnya seorang pekerja.")),
    "BLANK": (422, _("%(found)s orang belum ada upah. Tulis upah yang diperiksa, atau keluarkan mereka.")),
    "BAD_ROWS": (422, _("%(count)s baris tidak boleh dikira. Betulkan atau keluarkan baris yang bertanda.")),
    "NOTHING_DUE": (422, _("Ditemui RM 0.00 untuk dicarum, dijangka lebih. Semak upah yang ditulis.")),
    "TOO_MANY": (422, _("Ditemui %(found)s baris, dijangka paling banyak %(expected)s dalam satu taksiran.")),
    "NO_NAME": (422, _("Tulis nama pekerja")),
    "WAGES": (422, _("Upah: ditemui RM %(found)s, dijangka dari RM 0.00 hingga RM %(expected)s.")),
    "BONUS": (422, _("Bonus: ditemui RM %(found)s, dijangka paling banyak upahnya, RM %(expected)s. Upah termasuk bonus.")),
    "SHEETS": (422, _("Ditemui beberapa helaian (%(found)s), dijangka satu. Simpan helaian upah bulan ini sebagai fail sendiri.")),
    "ROW": (409, _("Baris ini tiada lagi. Keadaan terkini ditunjukkan di bawah.")),
    "CHANGED": (409, _("Taksiran ini kini RM %(found)s, dan anda melihat RM %(expected)s: rekod berubah. Semak semula di bawah.")),
    "PAYMENT_BEGUN": (409, _("Sebahagian taksiran ini sudah dibayar, atau bayarannya sedang berjalan.")),
}
"""Why an act on an assessment is refused, by the code of services.assessment_moves.NotAllowed."""
LIST_REFUSALS: dict[str, str | Promise] = {
    "NO_RIGHT": _("Peranan anda tidak membenarkan tindakan ini. Mohon pentadbir majikan anda."),
    "NOT_OPEN": _("Senarai ini tidak boleh diubah lagi: rakan sekerja mungkin sudah menyiapkannya. Keadaan terkini ditunjukkan di bawah."),
    "MONTH": _("Tiada apa-apa boleh dihantar bagi bulan ini. Pilih bulan lain."),
    "MONTH_TAKEN": _("Bulan ini sudah ada Borang A yang sedang berjalan. Buka Borang A itu, atau buang dahulu."),
    "ON_LIST": _("Sudah ada dalam senarai bulan ini."),
    "FILED_ALREADY": _("%(found)s sudah ada dalam penghantaran bulan ini yang belum dibayar. Betulkan barisnya di sana."),
    "NOT_ON_RECORD": _("Ditemui seseorang di luar rekod, dijangka pekerja dalam rekod anda bulan ini."),
    "WAGES_TOO_LARGE": _("Upah: ditemui lebih daripada RM %(expected)s, dijangka upah sebulan seorang pekerja."),
    "BONUS_ABOVE_WAGES": _("Bonus: ditemui RM %(found)s, dijangka paling banyak upahnya, RM %(expected)s. Upah termasuk bonus."),
    "LAST_DAY_MISSING": _("Tulis hari terakhir bekerja dan pilih sebabnya."),
    "LAST_DAY_AFTER": _("Hari terakhir: ditemui %(found)s, dijangka paling lewat %(expected)s, hari terakhir bulan ini."),
    "LAST_DAY_BEFORE": _("Hari terakhir: ditemui %(found)s dengan upah, dijangka %(expected)s atau kemudian. Kosongkan upah jika tiada."),
    "NOT_WORKING": _("Hari terakhir: ditemui %(found)s, dijangka hari dalam tempoh bekerja (%(expected)s atau kemudian)."),
    "FILED_LATER": _("Hari terakhir: ditemui %(found)s, tetapi Borang A yang diluluskan masih ada upahnya bagi bulan kemudian. Semak tarikhnya."),
    "FILING_GOES_ON": _("Borang A daripada senarai ini sedang berjalan. Buang Borang A itu dahulu, kemudian buka semula senarainya."),
    "ANOTHER_OPEN": _("Bulan ini sudah ada senarai lain yang dibuka."),
    "BLANK": _("%(found)s orang belum ada upah. Tulis upah, atau tandakan cuti tanpa gaji atau berhenti."),
    "NOTHING_DUE": _("Tiada apa-apa untuk dicarum dalam senarai ini. Akui bahawa bulan ini tiada caruman."),
    "SOMETHING_DUE": _("Ditemui RM %(found)s untuk dicarum, dijangka tiada. Semak senarai semula."),
    "DECLARATION_MISSING": _("Tandakan pengakuan sebelum menghantar"),
    "COMMENT_MISSING": _("Tulis sebab supaya penyedia tahu apa yang perlu dibetulkan"),
    "OWN_WORK": _("Anda sendiri yang mengaku tiada caruman. Orang lain mesti bersetuju atau memulangkannya."),
    "CONSENT_MISSING": _("Tandakan persetujuan orang itu sebelum nombor ahlinya dicari"),
    "IDENTITY_FORM": _("Nombor pengenalan: ditemui nombor yang lain bentuknya, dijangka 12 angka yang bermula dengan tarikh lahir yang wujud."),
    "FIRST_DAY_AFTER": _("Hari pertama: ditemui %(found)s, dijangka paling lewat %(expected)s, hari terakhir bulan ini."),
    "FIRST_DAY_BEFORE": _("Hari pertama: ditemui %(found)s, dijangka %(expected)s atau kemudian."),
    "TOO_MANY": _("Sudah %(expected)s carian dalam sejam bagi majikan ini. Cuba lagi selepas sejam, atau muat naik fail."),
    "NOT_AGREED": _(
        "Nombor pengenalan dan nama tidak sepadan dengan rekod. Salin kedua-duanya tepat seperti pada MyKad, atau minta orang itu ke kaunter."
    ),
    "DEAD": _("Menurut rekod, pemegang nombor ini sudah meninggal dunia. Semak MyKad; jika rekod salah, orang itu membetulkannya di kaunter."),
    "JPN_SILENT": _(
        "JPN tidak menjawab sekarang, dan tiada apa-apa berubah. Cuba lagi sebentar lagi, atau siapkan senarai dan tambah orang ini kemudian."
    ),
    "PERHAPS_KNOWN": _(
        "Daftar ada ahli yang serupa namanya dan sama tarikh lahirnya. Minta orang itu ke kaunter dengan MyKad supaya tidak didaftarkan dua kali."
    ),
    "PASSPORT_NOT_AGREED": _(
        "Pasport, nama dan tarikh lahir tidak sepadan dengan rekod. Salin semuanya tepat seperti pada pasport, atau minta orang itu ke kaunter."
    ),
    "PASSPORT_PERHAPS_KNOWN": _(
        "Daftar ada ahli dari negara yang sama, serupa namanya dan sama tarikh lahirnya, dengan nombor pasport lain. Jawab soalan di bawah."
    ),
    "ALREADY_EMPLOYED": _("%(found)s sudah ada dalam rekod pekerja anda selepas hari mulanya. Keluarkan daripada senarai dan tambah semula."),
}
"""Why an act on a wage list is refused, by the code of services.wage_lists.NotPossible."""
HIRE_OUTCOMES: dict[str, str | Promise] = {
    "KNOWN": _("sudah menjadi ahli"),
    "ENROLLED": _("menjadi ahli"),
    "NOT_AGREED": _("nombor dan nama tidak sepadan"),
    "DEAD": _("sudah meninggal dunia"),
    "JPN_SILENT": _("JPN tidak menjawab"),
    "PERHAPS_KNOWN": _("serupa dengan seorang ahli"),
}
"""What came of a question who somebody is whom an employer hires."""


COMPLAINT_GROUND: dict[str, str | Promise] = {
    ComplaintGround.NOT_PAID: _("Majikan tidak mencarum bagi saya"),
    ComplaintGround.DEDUCTED: _("Caruman dipotong daripada gaji saya tetapi tidak dibayar"),
    ComplaintGround.TOO_LOW: _("Caruman dibayar kurang daripada yang sepatutnya"),
    ComplaintGround.WRONG_MONTH: _("Caruman dibayar bagi bulan yang salah"),
    ComplaintGround.WRONG_DETAILS: _("Maklumat saya dalam Borang A tidak betul"),
}
COMPLAINT: dict[str, Label] = {
    ComplaintState.SENT: Label(_("Menunggu pemeriksa"), "warn"),
    ComplaintState.TAKEN: Label(_("Sedang diperiksa"), "info"),
    ComplaintState.RESOLVED: Label(_("Selesai"), "good"),
    ComplaintState.DECLINED: Label(_("Tidak diteruskan"), "neutral"),
    ComplaintState.WITHDRAWN: Label(_("Ditarik balik"), "neutral"),
}
COMPLAINT_ACTION: dict[str, str | Promise] = {
    ComplaintAction.SEND: _("Aduan dihantar"),
    ComplaintAction.ADD: _("Maklumat ditambah"),
    ComplaintAction.WITHDRAW: _("Aduan ditarik balik"),
    ComplaintAction.TAKE: _("Pemeriksa mengambil aduan ini"),
    ComplaintAction.ANSWER: _("Pemeriksa menjawab"),
    ComplaintAction.TELL: _("Majikan diberitahu, tanpa nama pengadu"),
    ComplaintAction.NAME: _("Majikan diberitahu siapa yang mengadu"),
    ComplaintAction.RESOLVE: _("Aduan diselesaikan"),
    ComplaintAction.DECLINE: _("Aduan tidak diteruskan"),
}

VOLUNTARY_KIND: dict[str, str | Promise] = {
    VoluntaryKind.OWN_CHOICE: _("Caruman Pilihan Sendiri"),
    VoluntaryKind.ISARAAN: _("i-Saraan"),
    VoluntaryKind.ISURI: _("i-Suri (Kasih Suri Keluarga Malaysia)"),
    VoluntaryKind.TOP_UP: _("Caruman Simpanan Tambahan"),
}
_VOLUNTARY_HINT: dict[str, str | Promise] = {
    VoluntaryKind.OWN_CHOICE: _("Dibahagikan antara akaun seperti caruman yang lain"),
    VoluntaryKind.ISARAAN: _("Mendapat insentif Kerajaan selagi setiap syaratnya dipenuhi"),
    VoluntaryKind.ISURI: _("Mendapat insentif Kerajaan selagi setiap syaratnya dipenuhi"),
    VoluntaryKind.TOP_UP: _("Semuanya ke %(account)s; dari umur 55 tahun ke Akaun Emas"),
}


def voluntary_kind(kind: str, on: date) -> str:
    """A kind as it is chosen on a day: with the account that a top-up goes to, by its name of that day (ruling 3)."""
    words = str(VOLUNTARY_KIND[kind])
    return gettext("%(kind)s, ke %(account)s") % {"kind": words, "account": _of_top_up(on)} if kind == VoluntaryKind.TOP_UP else words


def voluntary_hint(kind: str, on: date) -> str:
    """What becomes of a contribution of a kind that is paid on a day."""
    return str(_VOLUNTARY_HINT[kind]) % {"account": _of_top_up(on)}


def _of_top_up(on: date) -> str:
    return account_name(SubAccount.PERSARAAN, on)


DRAWER: dict[str, Label] = {
    DrawerState.OPEN: Label(_("Terbuka"), "good"),
    DrawerState.COUNTED: Label(_("Menunggu penyelia"), "warn"),
    DrawerState.SEEN: Label(_("Dilihat oleh penyelia"), "neutral"),
}
COUNTER_RECEIPT: dict[str, Label] = {
    CounterReceiptState.WAITS: Label(_("Cek menunggu penjelasan bank"), "warn"),
    CounterReceiptState.PAID: Label(_("Dibayar"), "good"),
    CounterReceiptState.BOUNCED: Label(_("Cek dipulangkan oleh bank"), "bad"),
}
BOUNCE: dict[str, str | Promise] = {
    BounceWhy.FUNDS: _("Wang dalam akaun tidak mencukupi"),
    BounceWhy.SIGNATURE: _("Tandatangan tidak sama"),
    BounceWhy.STOPPED: _("Bayaran cek dihentikan oleh penulisnya"),
    BounceWhy.CLOSED: _("Akaun penulis cek sudah ditutup"),
    BounceWhy.DATE: _("Tarikh cek belum tiba, atau sudah luput"),
    BounceWhy.OTHER: _("Sebab lain yang ditulis oleh bank pada cek itu"),
}
"""Why a bank sends a cheque back."""
COUNTER_REFUSALS: dict[str, str | Promise] = {
    "COUNTER_NO_WAY": _("Kaunter tidak menerima jenis caruman ini dengan cara bayaran itu hari ini. Pilih cara lain."),
    "COUNTER_ABOVE": _("Ditemui %(amount)s, dijangka paling banyak %(highest)s tunai setiap transaksi. Lebih daripada itu dibayar dengan cek."),
    "COUNTER_CLOSED": _("Sekarang pukul %(now)s. Tunai diterima hingga pukul %(closes)s; selepas itu cek sahaja."),
}
"""Why a counter cannot take something, by the code of its refusal; figures from the refusal's details."""
VOLUNTARY_WAITS = Label(_("Diterima, belum dikreditkan"), "info")
VOLUNTARY_CREDITED = Label(_("Dikreditkan"), "good")
VOLUNTARY_GIVEN_BACK = Label(_("Dipulangkan kepada pembayar"), "warn")
VOLUNTARY_REVERSED = Label(_("Dibalikkan"), "bad")
RETURN_WHY: dict[str, str | Promise] = {
    ReturnWhy.CEILING: _("Melebihi had semua caruman sukarela dalam setahun"),
    ReturnWhy.TOO_OLD: _("Ahli itu sudah mencapai umur terakhir bagi caruman"),
    ReturnWhy.DIED: _("Akaun ahli itu tidak menerima caruman lagi"),
    ReturnWhy.DIFFERS: _("Bank mengambil amaun lain daripada yang diminta"),
    ReturnWhy.REVERSED: _("Caruman yang telah dikreditkan dibalikkan oleh KWSP"),
}
RETURN: dict[str, Label] = {
    ReturnState.HELD: Label(_("Disimpan untuk anda, akan dihantar"), "info"),
    ReturnState.SENT: Label(_("Dihantar ke bank"), "info"),
    ReturnState.PAID: Label(_("Telah dipulangkan"), "good"),
    ReturnState.RETURNED: Label(_("Dipulangkan oleh bank"), "warn"),
}
RETURN_TO_PAYER: dict[str, Label] = {**RETURN, ReturnState.HELD: Label(_("Disimpan untuk pembayar, akan dihantar"), "info")}
RETURN_KEPT: dict[str, Label] = {**RETURN, ReturnState.HELD: Label(_("Disimpan"), "warn")}
"""Of what goes nowhere by itself."""
VOLUNTARY_REFUSALS: dict[str, str | Promise] = {
    "MEMBER_DIED": _("Akaun ahli ini tidak menerima caruman lagi. Tiada apa-apa boleh dibayar baginya."),
    "MEMBER_TOO_OLD": _("Ahli ini sudah mencapai umur %(age)s tahun, umur terakhir bagi caruman. Tiada apa-apa boleh dibayar baginya."),
    "MEMBER_FOREIGN": _("Caruman sukarela adalah bagi warganegara Malaysia dan penduduk tetap sahaja."),
    "NOT_REGISTERED": _("Ahli ini tidak berdaftar bagi insentif itu pada hari ini. Daftar dahulu, atau pilih jenis caruman yang lain."),
    "ABOVE_CEILING": _(
        "Ditemui %(amount)s, dijangka paling banyak %(room)s: itulah yang tinggal di bawah had %(ceiling)s bagi semua caruman sukarela "
        "tahun %(year)s."
    ),
    "CEILING_FULL": _("Had %(ceiling)s bagi semua caruman sukarela tahun %(year)s sudah penuh. Caruman boleh dibayar semula tahun depan."),
    "PAYMENT_IN_FLIGHT": _("Bayaran %(order_no)s masih menunggu jawapan bank. Tunggu jawapannya, atau semak dengan bank."),
    "MONTHLY_OPEN": _("Anda sudah ada debit bulanan bagi jenis caruman ini. Hentikannya dahulu jika amaun, hari atau akaunnya hendak ditukar."),
}
"""Why a voluntary contribution cannot be paid, by the code of its refusal; figures from the refusal's details."""

INCENTIVE_RUN: dict[str, Label] = {
    IncentiveRunState.OPEN: Label(_("Sedang dikira"), "info"),
    IncentiveRunState.CLAIMED: Label(_("Menunggu fail tuntutan"), "warn"),
    IncentiveRunState.SENT: Label(_("Menunggu jawapan Kerajaan"), "info"),
    IncentiveRunState.RECEIVED: Label(_("Diterima, menunggu dikreditkan"), "info"),
    IncentiveRunState.CREDITED: Label(_("Dikreditkan"), "good"),
    IncentiveRunState.NOTHING: Label(_("Tiada tuntutan"), "neutral"),
}
INCENTIVE_CLAIM: dict[str, Label] = {
    IncentiveClaimState.CLAIMED: Label(_("Dituntut daripada Kerajaan"), "info"),
    IncentiveClaimState.RECEIVED: Label(_("Diterima daripada Kerajaan"), "info"),
    IncentiveClaimState.REFUSED: Label(_("Ditolak oleh Kerajaan"), "bad"),
    IncentiveClaimState.CREDITED: Label(_("Dikreditkan"), "good"),
    IncentiveClaimState.SET_OFF: Label(_("Ditolak daripada separuh tahun akan datang"), "warn"),
}
INCENTIVE_RECKONED = Label(_("Dikira, belum dituntut"), "info")
"""A claim whose claim file is not approved yet."""


def of_incentive_claim(state: str, *, sent: bool) -> Label:
    """How a claim stands; `sent`: whether a claim file with it was approved, and so went to the Government."""
    return INCENTIVE_CLAIM[state] if sent or state != IncentiveClaimState.CLAIMED else INCENTIVE_RECKONED


CLAIM_FILE: dict[str, Label] = {
    ClaimFileState.MAKING: Label(_("Sedang ditulis"), "info"),
    ClaimFileState.MADE: Label(_("Menunggu pegawai lain"), "warn"),
    ClaimFileState.APPROVED: Label(_("Diluluskan dan dihantar"), "good"),
    ClaimFileState.REFUSED: Label(_("Ditolak"), "neutral"),
}
CLAIM_ANSWER: dict[str, Label] = {
    ClaimAnswerState.READING: Label(_("Sedang dibaca"), "info"),
    ClaimAnswerState.TAKEN: Label(_("Diterima"), "good"),
    ClaimAnswerState.REFUSED: Label(_("Ditolak seluruhnya"), "bad"),
}
ANSWER_FAULT: dict[str, str | Promise] = {
    AnswerFault.NOT_TEXT: _("Baris %(row)s: ditemui bait %(found)s, dijangka teks UTF-8. Simpan semula fail sebagai UTF-8."),
    AnswerFault.EMPTY: _("Ditemui fail kosong, dijangka jawapan kepada fail tuntutan ini."),
    AnswerFault.HEADER: _("Baris 1: ditemui %(found)s, dijangka tajuk seperti %(expected)s."),
    AnswerFault.SCHEME: _("Baris 1: ditemui insentif %(found)s, dijangka %(expected)s. Muat naik fail ini di halaman insentifnya sendiri."),
    AnswerFault.PERIOD: _("Baris 1: ditemui separuh tahun %(found)s, dijangka %(expected)s. Muat naik fail ini di halaman separuh tahunnya sendiri."),
    AnswerFault.CLAIM_FILE: _("Baris 1: ditemui fail tuntutan %(found)s, dijangka %(expected)s, fail yang diluluskan."),
    AnswerFault.RECEIVED_ON: _("Baris 1: ditemui hari bayaran %(found)s, dijangka antara hari tuntutan dihantar dan hari ini (%(expected)s)."),
    AnswerFault.ROW: _("Baris %(row)s: ditemui %(found)s, dijangka %(expected)s."),
    AnswerFault.CUT: _("Fail ini terpotong: ditemui %(found)s baris jawapan tanpa jumlah kawalan di hujungnya. Minta Kerajaan menghantarnya semula."),
    AnswerFault.AFTER_END: _("Baris %(row)s: ditemui %(found)s selepas jumlah kawalan, dijangka fail berakhir di situ."),
    AnswerFault.COUNT: _("Baris %(row)s: jumlah kawalan menyebut %(found)s baris, dibayar dan ditolak; baris fail memberi %(expected)s."),
    AnswerFault.TOTAL: _("Baris %(row)s: jumlah kawalan menyebut RM %(found)s; baris fail memberi RM %(expected)s."),
    AnswerFault.TWICE: _("Baris %(row)s: tuntutan %(found)s sudah dijawab dalam baris %(expected)s, dijangka sekali sahaja."),
    AnswerFault.UNKNOWN: _("Baris %(row)s: ditemui tuntutan %(found)s, dijangka satu daripada tuntutan dalam fail yang dihantar."),
    AnswerFault.MEMBER: _("Baris %(row)s: ditemui nombor ahli %(found)s, dijangka %(expected)s seperti dalam fail yang dihantar."),
    AnswerFault.AMOUNT: _("Baris %(row)s: ditemui RM %(found)s, dijangka RM %(expected)s: setiap tuntutan dibayar penuh atau ditolak."),
    AnswerFault.MISSING: _("Ditemui tiada jawapan bagi tuntutan %(found)s (ahli %(expected)s), dijangka setiap tuntutan dijawab."),
    AnswerFault.REPEATED: _(
        "Jawapan bagi fail tuntutan ini sudah dimuat naik pada %(expected)s, dan tiada apa-apa berubah. Lihat nasib fail itu di bawah."
    ),
}
"""By its code; `row`, `found` and `expected` are the fault's."""
SCHEME: dict[str, str | Promise] = {IncentiveScheme.ISARAAN: "i-Saraan", IncentiveScheme.ISURI: "i-Suri"}
REGISTERED_AT: dict[str, str | Promise] = {
    RegisteredAt.ACCOUNT: _("Dalam i-Akaun"),
    RegisteredAt.PUBLIC: _("Di portal, tanpa i-Akaun"),
    RegisteredAt.COUNTER: _("Di kaunter, dengan KWSP 16G(M)"),
    RegisteredAt.LIST: _("Oleh senarai e-Kasih"),
}
REGISTRATION_END: dict[str, str | Promise] = {
    RegistrationEnd.MEMBER: _("Dibatalkan oleh ahli"),
    RegistrationEnd.COUNTER: _("Dibatalkan di kaunter"),
    RegistrationEnd.LIST: _("Tidak lagi dalam senarai e-Kasih"),
    RegistrationEnd.EMPLOYER: _("Caruman majikan diterima"),
}
EKASIH: dict[str, Label] = {
    EKasihState.UNREADABLE: Label(_("Tidak dibaca"), "bad"),
    EKasihState.WAITS: Label(_("Menunggu pegawai kedua"), "warn"),
    EKasihState.REFUSED: Label(_("Ditolak"), "bad"),
    EKasihState.WITHDRAWN: Label(_("Ditarik balik"), "neutral"),
    EKasihState.TAKEN: Label(_("Sedang dilaksanakan"), "info"),
    EKasihState.FOLLOWED: Label(_("Berkuat kuasa"), "good"),
}
EKASIH_FATE: dict[str, Label] = {
    EKasihFate.LISTED: Label(_("Ahli dikenal pasti"), "info"),
    EKasihFate.BAD_NUMBER: Label(_("Nombor pengenalan salah"), "bad"),
    EKasihFate.TWICE: Label(_("Berulang dalam fail"), "warn"),
    EKasihFate.UNKNOWN: Label(_("Bukan ahli KWSP"), "warn"),
    EKasihFate.OTHER_NAME: Label(_("Nama berlainan daripada daftar"), "bad"),
    EKasihFate.NOT_A_WOMAN: Label(_("Bukan perempuan dalam daftar"), "bad"),
    EKasihFate.DIED: Label(_("Telah meninggal dunia"), "neutral"),
    EKasihFate.REGISTERED: Label(_("Didaftarkan untuk i-Suri"), "good"),
    EKasihFate.STAYS: Label(_("Sudah berdaftar untuk i-Suri"), "good"),
    EKasihFate.HOLDS_OTHER: Label(_("Memegang i-Saraan"), "neutral"),
    EKasihFate.CANCELLED: Label(_("Telah membatalkan i-Suri"), "neutral"),
    EKasihFate.NOT_ELIGIBLE: Label(_("Syarat i-Suri tidak dipenuhi"), "warn"),
}
EKASIH_FAULT: dict[str, str | Promise] = {
    "EMPTY": _("Fail ini kosong."),
    "TOO_BIG": _("Fail terlalu besar: dijangka paling banyak %(detail)s."),
    "ENCODING": _("Fail ini bukan teks UTF-8 (bait %(detail)s). Minta Kementerian menyimpannya sebagai UTF-8."),
    "HEADER": _("Baris pertama: ditemui “%(detail)s”, dijangka H|EKASIH| dan hari, seperti H|EKASIH|20261130."),
    "DAY": _("Hari dalam baris pertama: ditemui %(detail)s, dijangka tahun, bulan dan hari seperti 20261130."),
    "TORN": _("Baris terakhir: ditemui “%(detail)s”, dijangka trailer T|bilangan|jumlah. Fail terpotong: minta Kementerian menghantarnya semula."),
    "ROW": _("Baris %(detail)s tidak dapat dibaca: dijangka D|nombor pengenalan|nama."),
    "MANY": _("Terlalu banyak baris: ditemui %(found)s, dijangka paling banyak %(expected)s."),
    "COUNT": _("Bilangan baris tidak sama dengan trailer: ditemui %(found)s, trailer menyebut %(expected)s. Minta Kementerian menghantarnya semula."),
    "TOTAL": _("Jumlah kawalan tidak sama dengan trailer: ditemui %(found)s, trailer menyebut %(expected)s. Minta Kementerian menghantarnya semula."),
    "LATER": _("Senarai ini setakat hari yang belum tiba: ditemui %(found)s, dijangka paling lewat %(expected)s."),
    "OLDER": _("Senarai yang sama baharu atau lebih baharu sudah ada: ditemui %(found)s, yang sudah ada %(expected)s."),
}
"""Why nothing of a file was read, by the code of kwsp_portal.ekasih.FileRefused."""


def ekasih_fault(code: str, detail: str) -> str:
    """Why nothing of a list was read; of two figures what was found stands before what is expected."""
    found, _comma, expected = detail.partition(", ")
    return str(EKASIH_FAULT[code]) % {"detail": detail, "found": found, "expected": expected}


REGISTERING_REFUSALS: dict[str, tuple[int, str | Promise]] = {
    "NOT_DECLARED": (422, _("Tandakan akuan untuk mendaftar")),
    "NO_WORK": (422, _("Tulis pekerjaan anda")),
    "DIED": (409, _("Ahli ini direkodkan telah meninggal dunia. Rujuk kaunter KWSP.")),
    "HOLDS_ALREADY": (409, _("Anda sudah berdaftar untuk i-Saraan. Keadaan terkini ditunjukkan di bawah.")),
    "CANCEL_FIRST": (409, _("Anda memegang insentif lain. Batalkannya dahulu: satu insentif sahaja pada satu masa.")),
    "NOT_IN_FORCE": (409, _("Tiada syarat yang disahkan bagi tahun ini, maka pendaftaran tidak boleh dibuat.")),
    "CONDITIONS": (409, _("Ada syarat yang tidak dipenuhi. Tiada apa-apa didaftarkan.")),
    "FORM_MISSING": (422, _("Lampirkan Borang KWSP 16G(M) yang diimbas: ia diperlukan bagi pendaftaran kali pertama")),
    "NOTHING_HELD": (409, _("Tiada insentif untuk dibatalkan. Keadaan terkini ditunjukkan di bawah.")),
}
"""Why nobody is registered, or nothing cancelled, by the code of services.registering.NotAllowed."""
