"""Words for what the ledger keeps as codes. Malay msgids."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.ledger.enums import EntryKind, FreezeState, HolderKind, HoldKind, HoldState

Label = str | Promise

HOLDER: dict[str, Label] = {HolderKind.MEMBER: _("Ahli"), HolderKind.EMPLOYER: _("Majikan"), HolderKind.FUND: _("Kumpulan wang")}

ACCOUNT: dict[str, Label] = {
    "PERSARAAN": _("Akaun Persaraan (Akaun 1)"),
    "SEJAHTERA": _("Akaun Sejahtera (Akaun 2)"),
    "FLEKSIBEL": _("Akaun Fleksibel"),
    "AKAUN_55": _("Akaun 55"),
    "EMAS": _("Akaun Emas"),
    "HOUSING_RINGFENCE": _("Simpanan diketepikan untuk perumahan"),
    "CONTRIBUTION_DUE": _("Caruman yang perlu dibayar"),
    "LATE_CHARGE": _("Caj lewat bayar"),
    "DIVIDEND_DUE": _("Dividen lewat yang perlu dibayar"),
    "SUSPENSE": _("Akaun tergantung"),
    "CREDIT": _("Lebihan bayaran majikan"),
    "FPX_CLEARING": _("Penjelasan FPX"),
    "DDA_CLEARING": _("Penjelasan debit terus (DDA)"),
    "RECEIPT_CLEARING": _("Penjelasan resit"),
    "GOVERNMENT_CLEARING": _("Penjelasan Kerajaan"),
    "CONTRIBUTION_CLEARING": _("Penjelasan caruman"),
    "PAYOUT_CLEARING": _("Penjelasan pengeluaran"),
    "DIVIDEND_EXPENSE": _("Belanja dividen"),
    "LATE_CHARGE_INCOME": _("Hasil caj lewat bayar"),
}
"""An account stands in lists of many years, so both names of the first two are said (ruling 3)."""

ENTRY: dict[int, Label] = {
    EntryKind.FILING_DUE: _("Borang A diluluskan"),
    EntryKind.PAYMENT: _("Bayaran diterima"),
    EntryKind.CONTRIBUTION: _("Caruman dikreditkan"),
    EntryKind.REVERSAL: _("Pembalikan"),
    EntryKind.PAYOUT: _("Pengeluaran dibayar"),
    EntryKind.DIVIDEND: _("Dividen"),
    EntryKind.MERGE_55: _("Penggabungan pada umur 55"),
    EntryKind.RINGFENCE: _("Simpanan perumahan diketepikan"),
    EntryKind.INCENTIVE: _("Insentif Kerajaan"),
    EntryKind.LATE_CHARGE: _("Caj lewat bayar"),
    EntryKind.LATE_DIVIDEND: _("Dividen lewat"),
}

HOLD: dict[int, Label] = {HoldKind.WITHDRAWAL: _("Permohonan pengeluaran"), HoldKind.REFUND: _("Bayaran balik kepada majikan")}

HOLD_STATE: dict[str, Label] = {HoldState.PLACED: _("Ditahan"), HoldState.RELEASED: _("Dilepaskan"), HoldState.CAPTURED: _("Dibayar")}

FREEZE_STATE: dict[str, Label] = {FreezeState.FROZEN: _("Dibekukan"), FreezeState.LIFTED: _("Pembekuan ditarik balik")}
