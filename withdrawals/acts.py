"""What the trail says of applications for withdrawals."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from kwsp_portal.audit.acts import Act, Figure, Sort, hidden, register
from kwsp_portal.templatetags import formats
from withdrawals import labels


def _state(code: Any) -> str:
    return str(labels.STATE[code].words) if code in labels.STATE else str(code)


def _day(text: Any) -> str:
    return formats.day(date.fromisoformat(text)) if text else ""


DATA = {
    **hidden("code"),
    "number": Figure(_("No. rujukan")),
    "kind": Figure(_("Jenis pengeluaran"), lambda code: str(labels.KINDS.get(code, code))),
    "reason": Figure(_("Sebab")),
    "document": Figure(_("Dokumen"), lambda code: str(labels.DOCUMENT.get(code, code))),
    "name": Figure(_("Nama fail")),
    "amount": Figure(_("Jumlah (RM)"), formats.amount),
}
STATE = {"state": Figure(_("Keadaan"), _state)}
MEMBERS = {
    "begin": _("Permohonan pengeluaran dimulakan"),
    "discard": _("Draf permohonan pengeluaran dibuang"),
    "submit": _("Permohonan pengeluaran dihantar"),
    "pass": _("Permohonan pengeluaran diluluskan mengikut peraturan"),
    "cancel": _("Permohonan pengeluaran dibatalkan"),
    "appeal": _("Rayuan permohonan pengeluaran dihantar"),
    "answer": _("Dokumen yang diminta bagi permohonan pengeluaran diserahkan"),
    "document_add": _("Dokumen permohonan pengeluaran ditambah"),
    "renew": _("Bayaran pengeluaran yang dipulangkan diminta semula"),
    "document_remove": _("Dokumen permohonan pengeluaran dikeluarkan"),
}
register({f"withdrawal.{act}": Act(words, Sort.SAVINGS, data=DATA, fields=STATE) for act, words in MEMBERS.items()})
OFFICERS = {
    "take": _("Permohonan pengeluaran diambil oleh pegawai"),
    "put_back": _("Permohonan pengeluaran dikembalikan ke senarai"),
    "ask": _("Dokumen diminta bagi permohonan pengeluaran"),
    "ask_account": _("Akaun lain bagi institusi atau pemberi pinjaman diminta"),
    "check": _("Dokumen permohonan pengeluaran disemak oleh pegawai"),
    "recommend": _("Permohonan pengeluaran disyorkan untuk kelulusan kedua"),
    "send_back": _("Permohonan pengeluaran dikembalikan kepada pegawai pertama"),
    "approve": _("Permohonan pengeluaran diluluskan"),
    "refuse": _("Permohonan pengeluaran ditolak"),
    "stop": _("Bayaran pengeluaran dihentikan oleh pegawai"),
    "turn_down": _("Permohonan pengeluaran ditolak semasa diproses"),
    "give_way": _("Permohonan pengeluaran memberi laluan kepada yang lain"),
    "shrink": _("Permohonan pengeluaran dikurangkan"),
    "order": _("Bayaran pengeluaran diarahkan"),
    "recurring": _("Bayaran berkala pengeluaran diarahkan"),
    "sent": _("Bayaran pengeluaran dihantar ke bank"),
    "pay": _("Permohonan pengeluaran selesai dibayar"),
    "paid": _("Pengeluaran dibayar oleh bank"),
    "return": _("Permohonan pengeluaran menunggu akaun bank lain"),
    "returned": _("Bayaran pengeluaran dipulangkan oleh bank"),
    "finish": _("Bayaran berkala pengeluaran selesai"),
}
CREDITOR = {
    "bank": Figure(_("Bank")),
    "ending": Figure(_("Empat angka akhir")),
    "holder": Figure(_("Nama pada akaun")),
    "checked": Figure(_("Disemak oleh")),
    "refused": Figure(_("Didapati tidak sama oleh")),
}
register(
    {
        "withdrawal.creditor": Act(_("Akaun institusi atau pemberi pinjaman diberi"), Sort.SAVINGS, data=DATA, fields=CREDITOR),
        "withdrawal.creditor_check": Act(
            _("Akaun institusi atau pemberi pinjaman disemak dengan dokumen"), Sort.SAVINGS, data={**DATA, **CREDITOR}, fields=CREDITOR
        ),
        "withdrawal.creditor_refuse": Act(
            _("Akaun institusi atau pemberi pinjaman tidak sama seperti pada dokumen"), Sort.SAVINGS, data={**DATA, **CREDITOR}, fields=CREDITOR
        ),
    }
)
PAYOUT = {"payout": Figure(_("No. bayaran")), "ending": Figure(_("Empat angka akhir"))}
BANKRUPTCY = {"from": Figure(_("Muflis mulai"), _day), "to": Figure(_("Muflis sehingga"), _day), **hidden("state")}
BANKRUPTCIES = {
    "propose": _("Status muflis dicadangkan"),
    "approve": _("Status muflis diluluskan"),
    "refuse": _("Status muflis ditolak"),
    "withdraw": _("Cadangan status muflis ditarik balik"),
}
register(
    {
        f"bankruptcy.{act}": Act(words, Sort.PROFILE, data={"reason": Figure(_("Sebab")), **hidden("code")}, fields=BANKRUPTCY)
        for act, words in BANKRUPTCIES.items()
    }
)
HOLIDAY = {"day": Figure(_("Hari"), _day), "name": Figure(_("Cuti")), "source": Figure(_("Sumber"))}
register(
    {
        "holiday.enter": Act(_("Cuti umum dimasukkan"), Sort.OPERATION, own=False, data=hidden("code"), fields=HOLIDAY),
        "holiday.take_back": Act(
            _("Cuti umum ditarik balik"), Sort.OPERATION, own=False, data={"reason": Figure(_("Sebab")), **hidden("code")}, fields=HOLIDAY
        ),
    }
)
RELATIVE = {"number": Figure(_("No. pengenalan")), "relation": Figure(_("Hubungan"), lambda code: str(labels.RELATION.get(code, code)))}
register(
    {
        **{f"withdrawal.{act}": Act(words, Sort.SAVINGS, data={**DATA, **PAYOUT}, fields=STATE) for act, words in OFFICERS.items()},
        "withdrawal.view": Act(_("Permohonan pengeluaran dilihat oleh pegawai"), Sort.VIEWS, data=DATA),
        "withdrawal_relative.declare": Act(_("Pegawai mengisytiharkan saudara"), Sort.PROFILE, data=hidden("code"), fields=RELATIVE),
        "withdrawal_relative.end": Act(
            _("Pengisytiharan saudara ditamatkan"), Sort.PROFILE, data={"reason": Figure(_("Sebab")), **hidden("code")}, fields=RELATIVE
        ),
    }
)
