"""What the trail says of acts at a counter or kiosk, and of officers who looked at somebody's record."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from kwsp_portal.audit.acts import Act, Figure, Sort, hidden, register
from kwsp_portal.common.stored_names import WORDS, named
from kwsp_portal.templatetags import formats
from members import explanations, labels
from members.enums import SubAccount
from members.ledger.labels import ACCOUNT as ACCOUNT_NAMES

WORDS.update({"counter_queue": _("Giliran penyelia"), "officers": _("Pegawai")})


def _words(name: str) -> Figure:
    """A field of the register, in words; several where there are several periods."""

    def show(value: Any) -> str:
        return "; ".join(labels.record_words(name, value))

    return Figure(labels.FIELDS[name], show)


YES_NO = {True: _("Ya"), False: _("Tidak")}
REASON = Figure(_("Sebab carian"), lambda code: labels.REASONS.get(code, code))
FIELDS = {
    **{name: _words(name) for name in labels.FIELDS if name != "identity_number"},
    "identity_ending": Figure(labels.FIELDS["identity_number"]),
}
"""Of an identity number the trail keeps the last digits."""
WHY = {"reason": Figure(_("Sebab")), **hidden("code")}
ACCESS = {"access": Figure(_("Akses"), lambda code: labels.ACCESS.get(code, code))}
PROPOSAL = hidden("proposal", "kind", "risks", "code", "state")

PAYOUT_FILE = {
    **hidden("code", "detail"),
    "day": Figure(_("Hari"), lambda day: formats.day(date.fromisoformat(day))),
    "rows": Figure(_("Jumlah baris")),
    "amount": Figure(_("Jumlah (RM)"), formats.amount),
}
register(
    {
        "payout.file": Act(_("Fail bayaran keluar dibuat"), Sort.PAYMENTS, own=False, data=PAYOUT_FILE),
        "payout.answer": Act(_("Jawapan bank tentang bayaran keluar"), Sort.PAYMENTS, own=False, data=PAYOUT_FILE),
        "member.register": Act(
            _("Ahli didaftarkan di kaunter"), Sort.PROFILE, data=hidden("number", "check", "papers", "none_of", "code"), fields=FIELDS
        ),
        "member.enrol": Act(_("Ahli didaftarkan oleh majikan"), Sort.PROFILE, data=hidden("number", "none_of"), fields=FIELDS),
        "member.view": Act(_("Rekod ahli dilihat oleh pegawai"), Sort.VIEWS, data={"reason": REASON, **hidden("code")}),
        "list.view": Act(
            _("Senarai orang dilihat oleh pegawai"),
            Sort.VIEWS,
            own=False,
            data={"list": Figure(_("Senarai"), lambda name: str(named(name))), "reason": REASON, "shown": Figure(_("Ditunjukkan"))},
        ),
        "access.view": Act(_("Akses dilihat oleh pegawai"), Sort.VIEWS),
        "counter.search": Act(_("Carian di kaunter"), Sort.VIEWS, data={"reason": REASON, **hidden("way", "found", "more", "code")}),
        "access.block": Act(_("Akses disekat oleh KWSP"), Sort.PROFILE, data=WHY, fields=ACCESS),
        "access.unblock": Act(_("Akses dibuka semula oleh KWSP"), Sort.PROFILE, data=WHY, fields=ACCESS),
        "officer.name": Act(
            _("Pengenalan pegawai dimasukkan"), Sort.OPERATION, own=False, data={"reason": Figure(_("Sebab")), **hidden("code")}, fields=FIELDS
        ),
        "counter.act": Act(_("Tindakan kaunter"), Sort.OPERATION, own=False, data=hidden("code")),
        "counter.thumb": Act(_("Cap ibu jari dibaca"), Sort.PROFILE),
        "counter.issue": Act(_("ID Pengguna sementara dikeluarkan"), Sort.PROFILE, data=hidden("check", "invitation", "door", "codes", "code")),
        "counter.propose": Act(_("Cadangan dihantar kepada penyelia"), Sort.PROFILE, data=PROPOSAL, fields=FIELDS),
        "counter.approve": Act(_("Cadangan diluluskan"), Sort.PROFILE, data=PROPOSAL, fields=FIELDS),
        "counter.refuse": Act(_("Cadangan ditolak"), Sort.PROFILE, data=PROPOSAL, fields=FIELDS),
        "counter.withdraw": Act(_("Cadangan ditarik balik"), Sort.PROFILE, data=PROPOSAL, fields=FIELDS),
        "kiosk.device": Act(_("Kiosk disediakan"), Sort.OPERATION, own=False, data=hidden("kiosk")),
        "kiosk.open": Act(_("Lawatan kiosk dengan cap ibu jari"), Sort.SIGN_IN, data=hidden("kiosk")),
        "kiosk.savings": Act(_("Simpanan dilihat di kiosk"), Sort.VIEWS, data=hidden("kiosk")),
    }
)

REPLACEMENT = {
    "amount": Figure(_("Perlu diganti (RM)"), formats.amount),
    "left": Figure(_("Belum diganti (RM)"), formats.amount),
    "paid": Figure(_("Dibayar (RM)"), formats.amount),
    "on": Figure(_("Hari"), lambda day: formats.day(date.fromisoformat(day))),
    **hidden("cause"),
}
register(
    {
        "member.merge_55": Act(
            _("Akaun digabungkan ke Akaun 55 pada umur 55"),
            Sort.SAVINGS,
            data={"held": Figure(_("Ditahan (RM)")), **hidden("part")},
            fields={code.value: Figure(ACCOUNT_NAMES[code.value]) for code in SubAccount},
        ),
        "member.initial_transfer": Act(
            _("Pindahan amaun permulaan daripada Akaun Sejahtera"),
            Sort.SAVINGS,
            data=hidden("code"),
            fields={code.value: Figure(ACCOUNT_NAMES[code.value]) for code in (SubAccount.PERSARAAN, SubAccount.SEJAHTERA, SubAccount.FLEKSIBEL)},
        ),
        "replacement.opened": Act(_("Penggantian semula dibuka"), Sort.SAVINGS, data=REPLACEMENT, fields=REPLACEMENT),
        "replacement.filled": Act(_("Penggantian semula selesai"), Sort.SAVINGS, data=REPLACEMENT, fields=REPLACEMENT),
        "replacement.reopened": Act(_("Penggantian semula dibuka semula"), Sort.SAVINGS, data=REPLACEMENT, fields=REPLACEMENT),
        "ages.chunk": Act(_("Akaun mengikut umur"), Sort.OPERATION, own=False, data=hidden("merged", "sen", "held_sen", "told", "frozen")),
    }
)

ACCOUNT = {"bank": Figure(_("Bank")), "ending": Figure(_("Empat angka akhir"))}

register(
    {
        "bank_account.list": Act(_("Senarai akaun bank yang menunggu dilihat oleh pegawai"), Sort.VIEWS, data={"reason": REASON}),
        "bank_account.ask": Act(_("Akaun bank diminta"), Sort.PROFILE, data={**ACCOUNT, **hidden("code")}),
        "bank_account.begin": Act(_("Akaun bank ditukar"), Sort.PROFILE, data={**ACCOUNT, "from": Figure(_("Akaun dahulu"))}),
        "bank_account.review": Act(_("Akaun bank menunggu semakan pegawai"), Sort.PROFILE, data=ACCOUNT),
        "bank_account.decide": Act(
            _("Buku bank dibandingkan oleh pegawai"),
            Sort.PROFILE,
            data={**ACCOUNT, "right": Figure(_("Diterima"), lambda right: YES_NO[bool(right)]), **hidden("code")},
        ),
        "bank_account.refuse": Act(
            _("Akaun bank tidak diterima"),
            Sort.PROFILE,
            data={**ACCOUNT, "why": Figure(_("Sebab"), lambda code: labels.BANK_ACCOUNT_REFUSALS.get(code, code))},
        ),
        "bank_account.give_up": Act(_("Akaun bank yang menunggu ditinggalkan"), Sort.PROFILE, data=ACCOUNT),
        "bank_account.cancel": Act(_("Pertukaran akaun bank dibatalkan"), Sort.PROFILE, data=ACCOUNT),
    }
)


def since(day: str | None) -> str:
    """A day, in words; nothing before it was chosen."""
    return formats.day(date.fromisoformat(day)) if day else "–"


SHOWN_RATES = {
    "conventional": Figure(_("Simpanan Konvensional"), explanations.dividend_percent),
    "shariah": Figure(_("Simpanan Shariah"), explanations.dividend_percent),
}

register(
    {
        "dividend.propose": Act(_("Kadar dividen dicadangkan"), Sort.OPERATION, own=False, data=hidden("code"), fields=SHOWN_RATES),
        "dividend.approve": Act(_("Kadar dividen diluluskan"), Sort.OPERATION, own=False, data=WHY, fields=SHOWN_RATES),
        "dividend.refuse": Act(_("Cadangan kadar dividen ditolak"), Sort.OPERATION, own=False, data=WHY, fields=SHOWN_RATES),
        "dividend.withdraw": Act(_("Cadangan kadar dividen ditarik balik"), Sort.OPERATION, own=False, data=WHY, fields=SHOWN_RATES),
        "shariah.choose": Act(_("Simpanan Shariah dipilih"), Sort.SAVINGS, fields={"shariah_from": Figure(_("Simpanan Shariah mulai"), since)}),
        "dividend.chunk.credited": Act(_("Dividen dikreditkan"), Sort.OPERATION, own=False, data=hidden("year", "members", "amount_sen")),
        "dividend.before": Act(
            _("Dividen sebelum pengisytiharan dikreditkan bersama pengeluaran penuh"), Sort.SAVINGS, data=hidden("year", "amount_sen")
        ),
    }
)
