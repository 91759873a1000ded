"""Words for what the ledger keeps as codes. Malay msgids."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.ledger.enums import EntryKind, FreezeState, HolderKind, HoldKind, HoldState

Label = str | Promise

HOLDER: dict[str, Label] = {
    HolderKind.MEMBER: _("Ahli"),
    HolderKind.EMPLOYER: _("Majikan"),
    HolderKind.PAYER: _("Pembayar caruman sukarela"),
    HolderKind.FUND: _("Kumpulan wang"),
}

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
    "PART_PAID": _("Bayaran sebahagian Borang A"),
    "RETURN": _("Wang yang dipulangkan kepada pembayar"),
    "BANK": _("Akaun bank kumpulan wang"),
    "FPX_CLEARING": _("Penjelasan FPX"),
    "DDA_CLEARING": _("Penjelasan debit terus (DDA)"),
    "RECEIPT_CLEARING": _("Penjelasan resit"),
    "COUNTER_CLEARING": _("Penjelasan kaunter"),
    "GOVERNMENT_CLEARING": _("Penjelasan Kerajaan"),
    "CONTRIBUTION_CLEARING": _("Penjelasan caruman"),
    "VOLUNTARY_CLEARING": _("Penjelasan caruman sukarela"),
    "PAYOUT_CLEARING": _("Penjelasan bayaran keluar"),
    "DIVIDEND_EXPENSE": _("Belanja dividen"),
    "LATE_CHARGE_INCOME": _("Hasil caj lewat bayar"),
}
"""An account stands in lists of many years, so both names of the first two are said (ruling 3)."""

ENTRY: dict[int, Label] = {
    EntryKind.FILING_DUE: _("Borang A diluluskan"),
    EntryKind.PAYMENT: _("Bayaran diterima"),
    EntryKind.CONTRIBUTION: _("Caruman dikreditkan"),
    EntryKind.REVERSAL: _("Pembalikan"),
    EntryKind.PAYOUT: _("Bayaran keluar"),
    EntryKind.PAYOUT_SETTLED: _("Bayaran keluar diselesaikan bank"),
    EntryKind.DIVIDEND: _("Dividen"),
    EntryKind.MERGE_55: _("Penggabungan pada umur 55"),
    EntryKind.RINGFENCE: _("Simpanan perumahan diketepikan"),
    EntryKind.INCENTIVE: _("Insentif Kerajaan"),
    EntryKind.LATE_CHARGE: _("Caj lewat bayar"),
    EntryKind.LATE_DIVIDEND: _("Dividen lewat"),
    EntryKind.CORRECTION: _("Pembetulan caruman"),
    EntryKind.PARTS_COMPLETE: _("Semua bahagian bayaran diterima"),
    EntryKind.SETTLEMENT: _("Penyelesaian bank"),
    EntryKind.INITIAL_TRANSFER: _("Pindahan amaun permulaan"),
    EntryKind.RECEIPT: _("Resit ejen bank dalam akaun tergantung"),
    EntryKind.WRONG_CREDIT: _("Kredit kepada ahli yang salah dibetulkan"),
    EntryKind.LATE_CREDIT: _("Dividen atas caruman lewat dikreditkan"),
    EntryKind.LATE_REMISSION: _("Remisi caj lewat bayar"),
    EntryKind.SUSPENSE_MATCH: _("Caruman dalam akaun tergantung dipadankan"),
    EntryKind.VOLUNTARY: _("Caruman sukarela dikreditkan"),
    EntryKind.VOLUNTARY_RETURNED: _("Caruman sukarela dipulangkan kepada pembayar"),
    EntryKind.INCENTIVE_RECEIVED: _("Insentif diterima daripada Kerajaan"),
    EntryKind.COUNTER_BANKED: _("Wang laci kaunter dimasukkan ke bank"),
    EntryKind.CHEQUE_CLEARED: _("Cek kaunter dijelaskan oleh bank"),
}

HOLD: dict[int, Label] = {
    HoldKind.WITHDRAWAL: _("Permohonan pengeluaran"),
    HoldKind.REFUND: _("Bayaran balik kepada majikan"),
    HoldKind.OVERPAYMENT: _("Caruman terlebih dipulangkan (KWSP 14)"),
    HoldKind.VOLUNTARY_RETURN: _("Caruman sukarela dipulangkan"),
}

HOLD_STATE: dict[str, Label] = {
    HoldState.PLACED: _("Ditahan"),
    HoldState.RELEASED: _("Dilepaskan"),
    HoldState.CAPTURED: _("Dibayar"),
    HoldState.MOVED: _("Dipindahkan"),
}

FREEZE_STATE: dict[str, Label] = {FreezeState.FROZEN: _("Dibekukan"), FreezeState.LIFTED: _("Pembekuan ditarik balik")}

CHECK: dict[str, Label] = {
    "entry_sums_to_zero": _("Catatan yang jumlah barisnya bukan sifar"),
    "entry_has_two_legs": _("Catatan yang kurang daripada dua baris"),
    "leg_has_its_entry": _("Baris tanpa catatannya"),
    "leg_has_its_account": _("Baris pada akaun yang tidak wujud"),
    "contributions_in_whole_ringgit": _("Caruman yang bukan ringgit penuh"),
    "balance_is_sum_of_postings": _("Baki yang tidak sama dengan jumlah barisnya"),
    "balance_is_last_balance_after": _("Baki yang tidak sama dengan baki baris terakhir"),
    "versions_without_gap": _("Akaun yang baris-barisnya tidak berturutan"),
    "balance_after_follows_the_one_before": _("Baki baris yang tidak mengikut baris sebelumnya"),
    "no_account_below_its_floor": _("Akaun di bawah had terendahnya"),
    "held_at_most_the_balance": _("Tahanan yang melebihi baki"),
    "held_is_sum_of_open_holds": _("Jumlah ditahan yang tidak sama dengan tahanan terbuka"),
    "account_has_the_balance_row_of_its_kind": _("Akaun tanpa baki yang sepatutnya"),
    "seal_of_closed_days_matches": _("Hari yang ditutup telah berubah selepas dimeterai"),
    "fund_balances_of_closed_days_match": _("Baki kumpulan wang pada akhir hari yang tidak sepadan"),
    "ledger_sums_to_zero": _("Jumlah seluruh lejar bukan sifar"),
    "hold_ends_once": _("Tahanan yang tamat lebih daripada sekali"),
    "act_has_one_entry": _("Perbuatan yang dicatat lebih daripada sekali"),
    "entry_is_reversed_at_most_once": _("Catatan yang dibalikkan lebih daripada sekali"),
    "reversal_mirrors_its_entry": _("Pembalikan yang tidak sama dengan catatan asalnya"),
    "opening_matches_postings": _("Baki pembuka tahun yang tidak sama dengan barisnya"),
    "dividend_due_complete": _("Dividen terhutang bagi tahun yang ditutup yang tidak lengkap"),
    "guards_are_in_place": _("Pengawal pangkalan data yang tiada atau dimatikan"),
    "clearing_is_zero_or_owned": _("Akaun penjelasan yang bakinya tiada pemilik"),
}
"""What it means when a check of members.ledger.invariants finds something."""


def reference(entry_id: int) -> str:
    """What a member quotes at the counter: the ledger's own number of the entry."""
    return f"L{entry_id:09d}"
