"""What the trail says of filings, payments, elections and corrections."""

from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.enums import AssessmentAction, CorrectionAction, FilingAction, PlanAction
from contributions.explanations_incentive import OCCUPATIONS
from contributions.problems import causes
from contributions.rules.incentive_steps import NAMES
from kwsp_portal.audit.acts import Act, Figure, Sort, hidden, register
from kwsp_portal.bank import agents
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.stored_names import WORDS
from kwsp_portal.templatetags import formats
from members.acts import REASON
from members.labels import PROPOSAL_STATES


def _month(text: str) -> str:
    return formats.month(WageMonth.parse(text).first_day)


def _day(text: str) -> str:
    return formats.day(parse_date(text))


MONTH = Figure(_("Bulan upah"), _month)
ON = Figure(_("Tarikh"), _day)
MOVE = {**hidden("code", "codes", "state"), "on": ON}


def _state(words: Mapping[str, Any]) -> dict[str, Figure]:
    """Where something stood and stands; several states where several things moved together."""

    def show(said: Any) -> str:
        return ", ".join(str(words[one].words) if one in words else str(one) for one in (said if isinstance(said, list) else [said]))

    return {"state": Figure(_("Keadaan"), show)}


FILING = {
    FilingAction.READ_READY: _("Borang A dibaca, semua baris sah"),
    FilingAction.READ_FAULTY: _("Borang A dibaca, ada baris salah"),
    FilingAction.READ_REFUSED: _("Fail Borang A ditolak"),
    FilingAction.READ_ASKED: _("Borang A ada beberapa helaian: helaian mana ditanya"),
    FilingAction.CHOOSE: _("Helaian Borang A dipilih"),
    FilingAction.SUBMIT: _("Borang A dihantar untuk kelulusan"),
    FilingAction.APPROVE: _("Borang A diluluskan"),
    FilingAction.RETURN: _("Borang A dipulangkan kepada penyedia"),
    FilingAction.DISCARD: _("Borang A dibuang"),
    FilingAction.REREAD: _("Borang A disemak semula dengan pilihan terkini"),
    FilingAction.MEND: _("Baris Borang A dibetulkan"),
    FilingAction.MEND_LAST: _("Baris terakhir Borang A dibetulkan"),
    FilingAction.UNDO_MEND: _("Betulan baris Borang A dibatalkan"),
    FilingAction.TAKE_BACK: _("Borang A ditarik balik oleh penyedia"),
    FilingAction.CANCEL: _("Borang A yang belum dibayar dibatalkan"),
    FilingAction.RECALL: _("Borang A dipulangkan kerana aliran kelulusan ditukar"),
    FilingAction.PAY: _("Bayaran Borang A dimulakan"),
    FilingAction.TAKE_RECEIPT: _("Borang A daripada ejen bank diambil dengan bayarannya"),
    FilingAction.RECEIVE_PAYMENT: _("Bayaran Borang A diterima"),
    FilingAction.FINISH_CREDITING: _("Semua baris Borang A dikreditkan"),
    FilingAction.ASSESS: _("Caruman ditaksir oleh KWSP (KWSP 7)"),
    FilingAction.GIVE_WAY: _("Borang A yang belum diluluskan memberi laluan kepada taksiran KWSP"),
    FilingAction.LIFT: _("Caruman yang ditaksir tidak lagi terhutang"),
}
ELECTION = {
    FilingAction.SUBMIT: _("Pilihan dihantar untuk kelulusan"),
    FilingAction.APPROVE: _("Pilihan diluluskan"),
    FilingAction.RETURN: _("Pilihan dipulangkan"),
    FilingAction.RECALL: _("Pilihan dipulangkan kerana aliran kelulusan ditukar"),
    FilingAction.DISCARD: _("Pilihan dibuang"),
}
CORRECTION = {
    CorrectionAction.FINISH_PREPARING: _("Pembetulan dikira semula"),
    CorrectionAction.FIND_NOTHING: _("Pembetulan dikira semula: tiada perbezaan"),
    CorrectionAction.PROPOSE: _("Pembetulan dicadangkan"),
    CorrectionAction.APPROVE: _("Pembetulan diluluskan"),
    CorrectionAction.REFUSE: _("Pembetulan ditolak"),
    CorrectionAction.WITHDRAW: _("Pembetulan ditarik balik"),
    CorrectionAction.FINISH_POSTING: _("Pembetulan dicatat"),
}

MENDED = {
    "kind": Figure(_("Cara"), lambda code: str(labels.MENDING.get(code, code))),
    "cause": Figure(_("Sebab"), lambda code: causes.title(code)),
    "row": Figure(_("Baris")),
    "rows": Figure(_("Bilangan baris")),
    "columns": Figure(_("Lajur")),
}
APART = {"supplement": Figure(_("Tambahan")), "rows": Figure(_("Bilangan baris"))}
SUSPENDED = {"unmatched": Figure(_("Baris ke akaun tergantung")), "suspended": Figure(_("Ke akaun tergantung (RM)"), formats.amount)}
MENDED_SIDES = {
    "bad": Figure(_("Baris salah")),
    "total": Figure(_("Jumlah (RM)"), formats.amount),
}
WORDS.update(
    {
        "corrections": _("Pembetulan Borang A"),
        "correction_rows": _("Baris pembetulan"),
        "payment_matters": _("Perkara bayaran"),
        "suspense": _("Akaun tergantung"),
        "wrong_credits": _("Kredit kepada ahli yang salah"),
        "voluntary_reversals": _("Caruman sukarela dibalikkan"),
        "return_payees": _("Penerima pulangan caruman sukarela"),
        "assessments": _("Taksiran KWSP 7"),
        "late_charges": _("Caj lewat bayar"),
        "receipts": _("Resit ejen bank"),
        "counter_receipts": _("Resit kaunter"),
        "complaint": _("Aduan"),
        "overpayments": _("Permohonan KWSP 14"),
        "credit_voluntary": _("Mengkreditkan caruman sukarela"),
        "incentive_watch": _("Menyemak caruman majikan bagi pemegang insentif"),
        "follow_ekasih": _("Melaksanakan senarai e-Kasih"),
        "ekasih_rows": _("Baris senarai e-Kasih"),
        "instalment_plans": _("Pelan ansuran"),
    }
)

register(
    {
        f"filing.{action.lower()}": Act(FILING[action], Sort.CONTRIBUTIONS, data=MOVE, fields=_state(labels.FILING))
        for action in FilingAction
        if action is not FilingAction.MEND
    }
)
register(
    {
        "filing.supplement": Act(_("Baris salah Borang A diasingkan ke tambahan"), Sort.CONTRIBUTIONS, data=APART),
        "filing.suspend": Act(_("Baris yang tidak padan akan dibayar ke akaun tergantung"), Sort.CONTRIBUTIONS, data=SUSPENDED, fields=MENDED_SIDES),
        "filing.mend_file": Act(
            _("Fail baris yang dibetulkan dimuat naik"),
            Sort.CONTRIBUTIONS,
            data={**hidden("sha256", "codes"), "rows": Figure(_("Jumlah baris")), "good": Figure(_("Baris diterima"))},
        ),
        "filing.mend": Act(FILING[FilingAction.MEND], Sort.CONTRIBUTIONS, data={**MOVE, **MENDED}, fields={**_state(labels.FILING), **MENDED_SIDES}),
        "filing.upload": Act(
            _("Borang A dimuat naik"),
            Sort.CONTRIBUTIONS,
            data={
                **hidden("sha256", "size", "code", "codes", "employer"),
                "wage_month": MONTH,
                "supplements": Figure(_("Tambahan bagi penghantaran")),
            },
        ),
        "filing.chunk.credited": Act(_("Sebahagian Borang A dikreditkan"), Sort.CONTRIBUTIONS, own=False, data=hidden("from_id")),
    }
)

ELECTED = {
    "kind": Figure(_("Pilihan"), lambda code: str(labels.ELECTION_KIND.get(code, code))),
    "act": Figure(_("Jenis"), lambda code: str(labels.ELECTION_ACT.get(code, code))),
    "points": Figure(_("Peratus")),
    "from_month": Figure(_("Mulai bulan upah"), _month),
}
MOVED = {**MOVE, **hidden("member", "batch"), "elections": Figure(_("Jumlah pilihan"))}
register(
    {f"election.{action.lower()}": Act(words, Sort.CONTRIBUTIONS, data=MOVED, fields=_state(labels.ELECTION)) for action, words in ELECTION.items()}
)
register(
    {
        "election.record": Act(_("Pilihan direkodkan"), Sort.CONTRIBUTIONS, data=hidden("member", "code", "codes", "kind"), fields=ELECTED),
        "election.file": Act(
            _("Fail pilihan dimuat naik"),
            Sort.CONTRIBUTIONS,
            data={**hidden("employer", "sha256", "codes", "code"), "rows": Figure(_("Jumlah baris")), "good": Figure(_("Baris sah"))},
        ),
    }
)

register(
    {
        f"correction.{action.lower()}": Act(CORRECTION[action], Sort.CONTRIBUTIONS, data=MOVE, fields=_state(labels.CORRECTION))
        for action in CorrectionAction
    }
)
register(
    {
        "correction.prepare": Act(_("Pembetulan disediakan"), Sort.CONTRIBUTIONS, own=False, data=hidden("filings", "as_at", "code")),
        "correction.chunk.posted": Act(_("Pembetulan caruman dicatat"), Sort.CONTRIBUTIONS, data=hidden("from_id", "posted", "refused")),
    }
)

OVERPAYMENT_ACTS = {
    "prepare": _("Permohonan KWSP 14 disediakan"),
    "submit": _("Permohonan KWSP 14 dihantar untuk kelulusan"),
    "approve": _("Permohonan KWSP 14 diluluskan dan dihantar kepada KWSP"),
    "send_back": _("Permohonan KWSP 14 dipulangkan kepada penyedia"),
    "discard": _("Permohonan KWSP 14 dibuang"),
    "choose": _("Cara pulangan KWSP 14 ditukar"),
    "credited": _("Caruman terlebih menjadi kredit majikan"),
    "put_forward": _("Permohonan KWSP 14 dicadangkan untuk diambil balik"),
    "settle": _("Pengambilan balik KWSP 14 diluluskan"),
    "refuse": _("Permohonan KWSP 14 ditolak"),
    "held": _("Caruman terlebih diambil balik daripada ahli"),
    "nothing": _("Caruman terlebih tidak dapat diambil balik"),
    "sent": _("Caruman terlebih dihantar ke bank majikan"),
    "paid": _("Caruman terlebih dibayar kepada majikan"),
    "returned": _("Caruman terlebih dipulangkan oleh bank"),
}
HOW = Figure(_("Cara pulangan"), lambda how: str(labels.OVERPAYMENT_HOW.get(how, how)))
OVERPAID = {
    **hidden("code"),
    "on": ON,
    "amount": Figure(_("Amaun (RM)"), formats.amount),
    "how": HOW,
    "correction": Figure(_("Pembetulan")),
    "payout": Figure(_("No. bayaran")),
    "ending": Figure(_("Empat angka akhir")),
}
register(
    {
        f"overpayment.{act}": Act(words, Sort.CONTRIBUTIONS, data=OVERPAID, fields={**_state(labels.OVERPAYMENT), "how": HOW})
        for act, words in OVERPAYMENT_ACTS.items()
    }
)

INSTALMENT_ACTS = {
    PlanAction.ASK: _("Pelan ansuran tunggakan diminta"),
    PlanAction.PROPOSE: _("Syarat pelan ansuran dicadangkan"),
    PlanAction.RETURN: _("Syarat pelan ansuran dipulangkan"),
    PlanAction.APPROVE: _("Pelan ansuran diluluskan dan ditawarkan kepada majikan"),
    PlanAction.REFUSE: _("Pelan ansuran tidak diluluskan"),
    PlanAction.ACCEPT: _("Pelan ansuran diterima oleh majikan"),
    PlanAction.WITHDRAW: _("Pelan ansuran ditarik balik oleh majikan"),
    PlanAction.FINISH: _("Pelan ansuran selesai dibayar"),
    PlanAction.BREAK: _("Pelan ansuran terputus"),
    PlanAction.LAPSE: _("Pelan ansuran luput"),
}
INSTALMENT = {
    **hidden("code"),
    "on": ON,
    "reason": Figure(_("Sebab")),
    "count": Figure(_("Bilangan ansuran")),
    "first_on": Figure(_("Ansuran pertama pada"), _day),
    "amount": Figure(_("Amaun (RM)"), formats.amount),
}
register(
    {
        f"instalment.{act.lower()}": Act(words, Sort.CONTRIBUTIONS, data=INSTALMENT, fields=_state(labels.PLAN))
        for act, words in INSTALMENT_ACTS.items()
    }
)
register(
    {
        "instalment.view": Act(_("Pelan ansuran dilihat oleh pegawai"), Sort.VIEWS),
        "instalment.chunk": Act(_("Pelan ansuran disemak bagi hari itu"), Sort.CONTRIBUTIONS, own=False, data=hidden("told")),
    }
)

WRONG_CREDIT_ACTS = {
    "propose": _("Kredit kepada ahli yang salah dicadangkan untuk dibetulkan"),
    "withdraw": _("Cadangan membetulkan kredit ditarik balik"),
    "refuse": _("Cadangan membetulkan kredit ditolak"),
    "approve": _("Kredit kepada ahli yang salah dibetulkan"),
}
MOVED_CREDIT = {**hidden("code"), "on": ON, "amount": Figure(_("Amaun (RM)"), formats.amount)}
register(
    {
        f"wrong_credit.{act}": Act(words, Sort.CONTRIBUTIONS, own=act == "approve", data=MOVED_CREDIT, fields=_state(labels.WRONG_CREDIT))
        for act, words in WRONG_CREDIT_ACTS.items()
    }
)

MATCH_ACTS = {
    "propose": _("Baris dalam akaun tergantung dikatakan milik seorang ahli"),
    "withdraw": _("Padanan akaun tergantung ditarik balik"),
    "refuse": _("Padanan akaun tergantung ditolak"),
    "approve": _("Caruman dalam akaun tergantung dikreditkan kepada ahli"),
}
register(
    {
        f"suspense_match.{act}": Act(
            words, Sort.CONTRIBUTIONS, own=act == "approve", data={**MOVED_CREDIT, "wage_month": MONTH}, fields=_state(labels.MATCH)
        )
        for act, words in MATCH_ACTS.items()
    }
)

ASSESSMENT = {
    **hidden("code", "sha256", "employer", "source"),
    "month": MONTH,
    "rows": Figure(_("Jumlah baris")),
    "row": Figure(_("Baris")),
    "reason": Figure(_("Sebab")),
}
ASSESSED_ROW = {
    "name": Figure(_("Nama")),
    "number": Figure(_("No. Ahli")),
    "wages": Figure(_("Upah (RM)"), lambda found: formats.amount(found) if found else "–"),
    "bonus": Figure(_("Bonus (RM)"), formats.amount),
}
ASSESSMENT_ACTS = {
    "begin": _("Taksiran KWSP 7 mula dibuat"),
    "write": _("Baris taksiran ditulis"),
    "remove": _("Baris taksiran dikeluarkan"),
    "file": _("Fail upah yang diperiksa dimuat naik ke taksiran"),
    **{action.lower(): labels.ASSESSMENT_ACTION[action] for action in AssessmentAction},
}
SHOWN_TO_EMPLOYER = {"sign", "object", "uphold", "withdraw", "amend", "replace"}
register(
    {
        f"assessment.{act}": Act(
            words,
            Sort.CONTRIBUTIONS,
            own=act in SHOWN_TO_EMPLOYER,
            data=ASSESSMENT,
            fields={**_state(labels.ASSESSMENT), **ASSESSED_ROW, "rows": Figure(_("Jumlah baris"))},
        )
        for act, words in ASSESSMENT_ACTS.items()
    }
)
register({"assessment.view": Act(_("Taksiran dilihat oleh pegawai"), Sort.VIEWS, data={"month": MONTH})})

LIST = {"wage_month": MONTH, **hidden("code", "filing", "source", "adds"), "rows": Figure(_("Jumlah baris"))}
LIST_ACTS = {
    "begin": _("Senarai upah dimulakan"),
    "hand_in": _("Senarai upah menjadi Borang A"),
    "discard": _("Senarai upah dibuang"),
    "reopen": _("Senarai upah dibuka semula"),
    "write": _("Senarai upah ditulis"),
    "add": _("Orang ditambah ke senarai upah"),
    "remove": _("Orang dikeluarkan daripada senarai upah"),
    "declare_nil": _("Bulan tanpa caruman diakui"),
    "agree_nil": _("Bulan tanpa caruman dipersetujui"),
    "give_back_nil": _("Bulan tanpa caruman dipulangkan"),
}
register({f"wage_list.{act}": Act(words, Sort.CONTRIBUTIONS, data=LIST, fields=_state(labels.WAGE_LIST)) for act, words in LIST_ACTS.items()})

register(
    {
        "hire.look_up": Act(
            _("Nombor ahli dicari oleh majikan yang mengambil bekerja"),
            Sort.VIEWS,
            data={**hidden("code"), "outcome": Figure(_("Keputusan"), lambda code: str(labels.HIRE_OUTCOMES.get(code, code)))},
        )
    }
)

register(
    {
        "employer.compare": Act(
            _("Peratus perubahan upah yang ditunjukkan ditukar"),
            Sort.CONTRIBUTIONS,
            data=hidden("code"),
            fields={"percent": Figure(_("Peratus"))},
        )
    }
)

PAID = _state(labels.PAYMENT)
MATTER_KIND = Figure(_("Jenis"), lambda code: str(labels.MATTER.get(code, code)))
register(
    {
        "row.view": Act(_("Baris caruman dilihat oleh pegawai"), Sort.VIEWS, data={"wage_month": MONTH, "reason": Figure(_("Sebab"))}),
        "matter.view": Act(_("Perkara bayaran dilihat oleh pegawai"), Sort.VIEWS, data={"kind": MATTER_KIND}),
        "late_charge.view": Act(_("Caj lewat bayar dilihat oleh pegawai"), Sort.VIEWS, data={"wage_month": MONTH}),
    },
)
ORDER = Figure(_("No. pesanan"))
METHOD = Figure(_("Kaedah"), lambda code: str(labels.METHOD.get(code, code)))
REFUND_DATA = {**hidden("code"), "order_no": ORDER, "amount": Figure(_("Jumlah (RM)"), formats.amount)}
REFUND_DATA |= {"payout": Figure(_("No. bayaran")), "ending": Figure(_("Empat angka akhir"))}
REFUNDED = _state(labels.REFUND)
REFUND_ACCOUNT = {
    **hidden("code"),
    "bank": Figure(_("Bank")),
    "ending": Figure(_("Empat angka akhir")),
    "why": Figure(_("Sebab"), lambda code: str(labels.REFUND_ACCOUNT_END.get(code, code))),
}
REFUND_ACCOUNTED = _state(labels.REFUND_ACCOUNT)
MANDATED = _state(labels.MANDATE)
MANDATE = {
    **hidden("code", "codes", "payer_bank", "payer_ending", "payer_reason"),
    "mandate": Figure(_("No. kebenaran")),
    "whom": Figure(_("Bagi No. Ahli")),
    "bank": Figure(_("Bank")),
    "ending": Figure(_("Empat angka akhir")),
    "ceiling": Figure(_("Had setiap kutipan (RM)"), formats.amount),
    "kind": Figure(_("Jenis"), lambda code: str(labels.VOLUNTARY_KIND.get(code, code))),
    "day": Figure(_("Hari setiap bulan")),
    "reason": Figure(_("Sebab"), lambda code: str(labels.MONTHLY_REASON.get(code, code))),
}
RECEIPT = _state(labels.RECEIPT)
RECEIPT_DATA = {
    **hidden("code", "order_no", "filing"),
    "receipt": Figure(_("No. resit")),
    "agent": Figure(_("Ejen bank"), agents.name),
    "amount": Figure(_("Jumlah (RM)"), formats.amount),
}
OWNER = {"owner": Figure(_("Pegawai"))}
REMISSION = {
    **hidden("code"),
    "month": MONTH,
    "amount": Figure(_("Jumlah (RM)"), formats.amount),
    "reason": Figure(_("Sebab")),
}
REMITTED = _state(labels.REMISSION)
COMPLAINT_ACTS = {
    "send": _("Aduan tentang majikan dihantar"),
    "add": _("Aduan tentang majikan ditambah"),
    "withdraw": _("Aduan tentang majikan ditarik balik"),
    "take": _("Aduan tentang majikan diambil oleh pemeriksa"),
    "answer": _("Aduan tentang majikan dijawab"),
    "tell": _("Majikan diberitahu tentang aduan, tanpa nama"),
    "name": _("Majikan diberitahu siapa yang mengadu"),
    "resolve": _("Aduan tentang majikan diselesaikan"),
    "decline": _("Aduan tentang majikan tidak diteruskan"),
}
COMPLAINT = {
    **hidden("code"),
    "employer": Figure(_("No. Majikan")),
    "months": Figure(_("Bulan upah"), lambda months: ", ".join(_month(month) for month in months)),
    "ground": Figure(_("Perkara"), lambda code: str(labels.COMPLAINT_GROUND.get(code, code))),
    "papers": Figure(_("Dokumen")),
    "on": ON,
}
COMPLAINED = _state(labels.COMPLAINT)
MATTER = {
    **hidden("reason", "code"),
    "kind": Figure(_("Perkara"), lambda code: str(labels.MATTER.get(code, code))),
    "decision": Figure(_("Keputusan"), lambda code: str(labels.DECISION[code].words) if code in labels.DECISION else code),
}
register(
    {
        "payment.start": Act(
            _("Bayaran dimulakan"),
            Sort.PAYMENTS,
            data={
                **hidden("filing", "code"),
                "order_no": ORDER,
                "amount": Figure(_("Jumlah (RM)"), formats.amount),
                "bank": Figure(_("Bank")),
                "method": METHOD,
                "collect_on": Figure(_("Hari kutipan"), _day),
                "late": Figure(_("Caj dan dividen lewat (RM)"), formats.amount),
            },
            fields=PAID,
        ),
        "payment.collected": Act(_("Debit terus dihantar kepada bank dalam fail kutipan"), Sort.PAYMENTS, fields=PAID),
        "mandate.apply": Act(_("Debit terus dipohon"), Sort.PAYMENTS, data=MANDATE, fields=MANDATED),
        "mandate.active": Act(_("Debit terus disahkan oleh bank"), Sort.PAYMENTS, data=MANDATE, fields=MANDATED),
        "mandate.refused": Act(_("Debit terus ditolak oleh bank"), Sort.PAYMENTS, data=MANDATE, fields=MANDATED),
        "mandate.ended": Act(_("Debit terus tamat, oleh bank atau oleh KWSP"), Sort.PAYMENTS, data=MANDATE, fields=MANDATED),
        "mandate.stop": Act(_("Debit bulanan dihentikan oleh ahli"), Sort.PAYMENTS, data=MANDATE, fields=MANDATED),
        "mandate.end": Act(_("Debit terus ditamatkan oleh majikan"), Sort.PAYMENTS, data=MANDATE, fields=MANDATED),
        "mandate.answer": Act(_("Jawapan bank tentang debit terus ditolak"), Sort.PAYMENTS, own=False, data=hidden("code")),
        "collection.answer": Act(
            _("Fail jawapan debit terus ditolak"), Sort.PAYMENTS, own=False, data={**hidden("code", "detail"), "day": Figure(_("Hari"), _day)}
        ),
        "payment.pending": Act(_("Bayaran menunggu kelulusan di bank"), Sort.PAYMENTS, data=hidden("code"), fields=PAID),
        "payment.approved": Act(
            _("Bayaran diluluskan bank"),
            Sort.PAYMENTS,
            data={"fpx_id": Figure(_("No. transaksi bank")), "paid_on": Figure(_("Dibayar pada"), _day), **hidden("to")},
            fields=PAID,
        ),
        "payment.from_credit": Act(
            _("Bayaran dengan wang majikan pada KWSP"),
            Sort.PAYMENTS,
            data={"paid_on": Figure(_("Dibayar pada"), _day), "sources": Figure(_("Diambil daripada")), **hidden("to")},
            fields=PAID,
        ),
        "payment.failed": Act(_("Bayaran tidak berjaya"), Sort.PAYMENTS, data=hidden("code"), fields=PAID),
        "payment.expired": Act(_("Bayaran luput"), Sort.PAYMENTS, data=hidden("code"), fields=PAID),
        "payment.suspended": Act(
            _("Amaun lain yang diambil bank dimasukkan ke akaun tergantung"),
            Sort.PAYMENTS,
            data={"fpx_id": Figure(_("No. transaksi bank")), "debited": Figure(_("Jumlah (RM)"), formats.amount)},
            fields=PAID,
        ),
        "payment.cancel": Act(_("Bayaran dibatalkan"), Sort.PAYMENTS, data={**hidden("code"), "order_no": ORDER}, fields=PAID),
        "refund.apply": Act(_("Bayaran balik dipohon"), Sort.PAYMENTS, data=REFUND_DATA, fields=REFUNDED),
        "refund.decide": Act(_("Permohonan bayaran balik diputuskan"), Sort.PAYMENTS, data=REFUND_DATA, fields=REFUNDED),
        "refund.propose": Act(_("Bayaran balik dicadangkan oleh pegawai pertama"), Sort.PAYMENTS, data=REFUND_DATA, fields=REFUNDED),
        "refund.sent": Act(_("Bayaran balik dihantar ke bank"), Sort.PAYMENTS, data=REFUND_DATA, fields=REFUNDED),
        "refund.paid": Act(_("Bayaran balik dibayar"), Sort.PAYMENTS, data=REFUND_DATA, fields=REFUNDED),
        "refund.returned": Act(_("Bayaran balik dipulangkan oleh bank"), Sort.PAYMENTS, data=REFUND_DATA, fields=REFUNDED),
        "refund_account.ask": Act(_("Akaun bayaran balik diminta"), Sort.PAYMENTS, data=REFUND_ACCOUNT, fields=REFUND_ACCOUNTED),
        "refund_account.begin": Act(_("Akaun bayaran balik disahkan oleh bank"), Sort.PAYMENTS, data=REFUND_ACCOUNT, fields=REFUND_ACCOUNTED),
        "refund_account.refused": Act(_("Akaun bayaran balik tidak diterima"), Sort.PAYMENTS, data=REFUND_ACCOUNT, fields=REFUND_ACCOUNTED),
        "refund_account.end": Act(_("Akaun bayaran balik tidak lagi digunakan"), Sort.PAYMENTS, data=REFUND_ACCOUNT, fields=REFUND_ACCOUNTED),
        "settlement.take": Act(
            _("Fail penyelesaian bank diterima"),
            Sort.PAYMENTS,
            own=False,
            data={
                **hidden("code", "detail"),
                "day": Figure(_("Hari"), _day),
                "rows": Figure(_("Jumlah baris")),
                "amount": Figure(_("Jumlah (RM)"), formats.amount),
            },
        ),
        "suspense.view": Act(_("Akaun tergantung dilihat oleh pegawai"), Sort.VIEWS),
        "receipt.file": Act(
            _("Fail resit ejen bank diterima"),
            Sort.PAYMENTS,
            own=False,
            data={
                **hidden("code", "detail"),
                "number": Figure(_("No. fail")),
                "receipts": Figure(_("Bilangan resit")),
                "amount": Figure(_("Jumlah (RM)"), formats.amount),
            },
        ),
        "receipt.read": Act(_("Borang A daripada resit ejen bank mula dibaca"), Sort.PAYMENTS, data=RECEIPT_DATA, fields=RECEIPT),
        "receipt.wait": Act(_("Resit ejen bank menunggu pegawai"), Sort.PAYMENTS, data=RECEIPT_DATA, fields=RECEIPT),
        "receipt.assign": Act(
            _("Resit ejen bank diberi kepada majikan"),
            Sort.PAYMENTS,
            data=RECEIPT_DATA,
            fields={**RECEIPT, "employer": Figure(_("No. Majikan")), "wage_month": MONTH},
        ),
        "receipt.to_member": Act(
            _("Resit ejen bank diberi kepada ahli"),
            Sort.PAYMENTS,
            data=RECEIPT_DATA,
            fields={
                **RECEIPT,
                "member": Figure(_("No. Ahli")),
                "kind": Figure(_("Jenis"), lambda code: str(labels.VOLUNTARY_KIND.get(code, code))),
            },
        ),
        "receipt.credit": Act(_("Resit ejen bank ialah caruman sukarela"), Sort.PAYMENTS, data=RECEIPT_DATA, fields=RECEIPT),
        "receipt.pay": Act(_("Resit ejen bank membayar Borang A"), Sort.PAYMENTS, data=RECEIPT_DATA, fields=RECEIPT),
        "receipt.suspend": Act(_("Wang resit ejen bank dimasukkan ke akaun tergantung"), Sort.PAYMENTS, data=RECEIPT_DATA, fields=RECEIPT),
        "receipt.give_back": Act(_("Resit dipulangkan kepada ejen bank"), Sort.PAYMENTS, data=RECEIPT_DATA, fields=RECEIPT),
        "late.dividend.credit": Act(
            _("Dividen atas caruman lewat mula dikreditkan kepada ahli"),
            Sort.PAYMENTS,
            data={"amount": Figure(_("Jumlah (RM)"), formats.amount), "paid_on": Figure(_("Dibayar pada"), _day)},
        ),
        "late.dividend.chunk": Act(_("Sebahagian dividen atas caruman lewat dikreditkan"), Sort.PAYMENTS, own=False, data=hidden("from_id")),
        "late.remission.propose": Act(_("Remisi caj lewat bayar dicadangkan"), Sort.PAYMENTS, data=REMISSION, fields=REMITTED),
        "late.remission.decide": Act(_("Remisi caj lewat bayar diputuskan"), Sort.PAYMENTS, data=REMISSION, fields=REMITTED),
        "late.remission.withdraw": Act(_("Remisi caj lewat bayar ditarik balik"), Sort.PAYMENTS, data=REMISSION, fields=REMITTED),
        **{f"complaint.{act}": Act(words, Sort.CONTRIBUTIONS, data=COMPLAINT, fields=COMPLAINED) for act, words in COMPLAINT_ACTS.items()},
        "complaint.view": Act(_("Aduan dilihat oleh pegawai"), Sort.VIEWS),
        "late.chunk": Act(
            _("Caj lewat bayar dikira bagi sebahagian majikan"), Sort.PAYMENTS, own=False, data=hidden("from_id", "charged", "reversed", "told")
        ),
        "payment.matter.open": Act(_("Perkara bayaran dibuka"), Sort.PAYMENTS, own=False, data=MATTER),
        "payment.matter.take": Act(_("Perkara bayaran diambil oleh pegawai"), Sort.PAYMENTS, own=False, data=MATTER, fields=OWNER),
        "payment.matter.close": Act(_("Perkara bayaran ditutup"), Sort.PAYMENTS, own=False, data=MATTER),
        "payment.message.contradicts": Act(_("Mesej bank bercanggah"), Sort.PAYMENTS, own=False, data=hidden("reason")),
        "payment.message.refused": Act(_("Mesej bank ditolak"), Sort.PAYMENTS, own=False, data=hidden("code", "channel")),
        "payment.message.unknown_order": Act(_("Mesej bank bagi pesanan yang tidak dikenali"), Sort.PAYMENTS, own=False, data=hidden("order_no")),
    }
)

VOLUNTARY_MONEY = {
    **hidden("code", "codes", "found", "payer_bank"),
    "kind": Figure(_("Jenis"), lambda code: str(labels.VOLUNTARY_KIND.get(code, code))),
    "order_no": ORDER,
    "bank": Figure(_("Bank")),
    "on": ON,
    **{name: Figure(words, formats.amount) for name, words in (("amount", _("Jumlah (RM)")), ("credited", _("Dikreditkan (RM)")))},
    "returned": Figure(_("Dipulangkan (RM)"), formats.amount),
}
RETURN_ACTS = {
    "held": _("Sebahagian caruman sukarela disimpan untuk dipulangkan"),
    "ordered": _("Pulangan caruman sukarela diarahkan ke akaun bank"),
    "sent": _("Pulangan caruman sukarela dihantar ke bank"),
    "paid": _("Pulangan caruman sukarela dibayar"),
    "returned": _("Pulangan caruman sukarela tidak dibayar oleh bank"),
}
GIVEN_BACK = {"on": ON, "amount": Figure(_("Jumlah (RM)"), formats.amount), "order_no": ORDER}
GIVEN_BACK |= {"payout": Figure(_("No. bayaran")), "ending": Figure(_("Empat angka akhir"))}
register(
    {
        "voluntary.start": Act(_("Bayaran caruman sukarela dimulakan"), Sort.PAYMENTS, data=VOLUNTARY_MONEY, fields=PAID),
        "voluntary.credited": Act(_("Caruman sukarela dikreditkan"), Sort.PAYMENTS, data=VOLUNTARY_MONEY, fields=VOLUNTARY_MONEY),
        "voluntary.payee": Act(_("Nama ahli ditunjukkan, bertopeng, kepada pembayar caruman sukarela"), Sort.VIEWS, data=VOLUNTARY_MONEY),
        **{f"voluntary.return.{act}": Act(words, Sort.PAYMENTS, data=GIVEN_BACK, fields=_state(labels.RETURN)) for act, words in RETURN_ACTS.items()},
    }
)
REVERSAL_ACTS = {
    "propose": _("Caruman sukarela dicadangkan untuk dibalikkan"),
    "withdraw": _("Cadangan membalikkan caruman sukarela ditarik balik"),
    "refuse": _("Cadangan membalikkan caruman sukarela ditolak"),
    "approve": _("Caruman sukarela dibalikkan"),
}
REVERSED_MONEY = {**MOVED_CREDIT, "order_no": ORDER}
register(
    {
        f"voluntary.reversal.{act}": Act(words, Sort.PAYMENTS, own=act == "approve", data=REVERSED_MONEY, fields=_state(labels.VOLUNTARY_REVERSAL))
        for act, words in REVERSAL_ACTS.items()
    }
)
register(
    {"voluntary.reversal.view": Act(_("Caruman sukarela dilihat oleh pegawai"), Sort.VIEWS, data={"order_no": ORDER, "reason": Figure(_("Sebab"))})}
)
PAYEE_ACTS = {
    "propose": _("Penerima pulangan caruman sukarela dicadangkan"),
    "withdraw": _("Cadangan penerima pulangan caruman sukarela ditarik balik"),
    "refuse": _("Cadangan penerima pulangan caruman sukarela ditolak"),
    "approve": _("Penerima pulangan caruman sukarela diluluskan"),
}
PAYEE = {**hidden("code"), "on": ON, "amount": Figure(_("Jumlah (RM)"), formats.amount), "order_no": ORDER, "ending": Figure(_("Empat angka akhir"))}
PAYEE |= {"basis": Figure(_("Sebagai"), lambda code: str(labels.PAYEE_BASIS.get(code, code)))}
register(
    {
        f"voluntary.return_payee.{act}": Act(words, Sort.PAYMENTS, own=act == "approve", data=PAYEE, fields=_state(labels.RETURN_PAYEE))
        for act, words in PAYEE_ACTS.items()
    }
)
register({"voluntary.return_payee.view": Act(_("Pulangan caruman sukarela dilihat oleh pegawai"), Sort.VIEWS, data={"order_no": ORDER})})
COUNTER_MONEY = {
    **hidden("code", "codes"),
    "reason": REASON,
    "on": ON,
    "place": Figure(_("Kaunter")),
    "receipt": Figure(_("No. resit")),
    "kind": Figure(_("Jenis"), lambda code: str(labels.VOLUNTARY_KIND.get(code, code))),
    "mode": Figure(_("Dibayar dengan"), lambda code: str(labels.MODE.get(code, code))),
    **{
        name: Figure(words, formats.amount)
        for name, words in (
            ("amount", _("Jumlah (RM)")),
            ("opening", _("Wang permulaan (RM)")),
            ("expected", _("Sepatutnya ada (RM)")),
            ("counted", _("Dikira (RM)")),
            ("banked", _("Ke bank (RM)")),
        )
    },
}
PAYER_ACCOUNT = {"bank": Figure(_("Bank")), "ending": Figure(_("Empat angka akhir"))}
COUNTER_ACTS = {"take": _("Caruman sukarela diterima di kaunter")}
CHEQUE_ACTS = {"clear": _("Cek kaunter dijelaskan oleh bank"), "bounce": _("Cek kaunter dipulangkan oleh bank")}
DRAWER_ACTS = {
    "open": _("Laci kaunter dibuka"),
    "count": _("Laci kaunter dikira dan ditutup"),
    "see": _("Kiraan laci kaunter dilihat oleh penyelia"),
    "take": _("Wang tidak diterima: laci kaunter"),
}
TAKEN = _state(labels.COUNTER_RECEIPT)
register(
    {
        **{f"counter.receipt.{act}": Act(words, Sort.PAYMENTS, data=COUNTER_MONEY, fields=TAKEN) for act, words in COUNTER_ACTS.items()},
        **{f"counter.cheque.{act}": Act(words, Sort.PAYMENTS, data=COUNTER_MONEY, fields=TAKEN) for act, words in CHEQUE_ACTS.items()},
        **{
            f"counter.drawer.{act}": Act(words, Sort.PAYMENTS, own=False, data=COUNTER_MONEY, fields=_state(labels.DRAWER))
            for act, words in DRAWER_ACTS.items()
        },
        "counter.payee": Act(_("Nama ahli ditunjukkan, bertopeng, di kaunter bayaran"), Sort.VIEWS, data=COUNTER_MONEY),
        "counter.payer.account": Act(_("Akaun pembayar di kaunter tidak diterima"), Sort.VIEWS, data={**COUNTER_MONEY, **PAYER_ACCOUNT}),
        "counter.receipt.view": Act(_("Resit kaunter dilihat oleh pegawai"), Sort.VIEWS, data=COUNTER_MONEY),
    }
)
INCENTIVE_DATA = {
    **hidden("code", "codes", "sha256", "state"),
    "on": ON,
    "scheme": Figure(_("Insentif"), lambda code: NAMES.get(code, code)),
    "period": Figure(_("Separuh tahun")),
    "rows": Figure(_("Jumlah baris")),
    "members": Figure(_("Ahli")),
    "paid": Figure(_("Tuntutan dibayar")),
    "refused": Figure(_("Tuntutan ditolak")),
    "amount": Figure(_("Jumlah (RM)"), formats.amount),
    "reason": Figure(_("Sebab")),
}
INCENTIVE_ACTS = {
    "run.open": _("Larian insentif dibuka"),
    "run.claimed": _("Larian insentif dikira"),
    "run.credited": _("Larian insentif selesai dikreditkan"),
    "chunk.claimed": _("Insentif ahli dikira"),
    "chunk.credited": _("Insentif ahli dikreditkan"),
    "answer.upload": _("Jawapan Kerajaan dimuat naik"),
    "answer.take": _("Jawapan Kerajaan diterima"),
    "answer.refuse": _("Jawapan Kerajaan ditolak seluruhnya"),
    "file.make": _("Fail tuntutan insentif dibuat"),
    "file.approve": _("Fail tuntutan insentif diluluskan"),
    "file.refuse": _("Fail tuntutan insentif ditolak"),
}
_INCENTIVE_STATES = {
    **dict.fromkeys(("file.make", "file.approve", "file.refuse"), _state(labels.CLAIM_FILE)),
    **dict.fromkeys(("answer.take", "answer.refuse"), _state(labels.CLAIM_ANSWER)),
}
register(
    {
        f"incentive.{act}": Act(
            words,
            Sort.OPERATION,
            own=False,
            data=INCENTIVE_DATA,
            fields=_INCENTIVE_STATES.get(act, {}),
        )
        for act, words in INCENTIVE_ACTS.items()
    }
)
register({"incentive.claim.appeal": Act(_("Rayuan insentif yang ditolak Kerajaan direkodkan"), Sort.CONTRIBUTIONS, data=INCENTIVE_DATA)})
APPEAL_ACTS = {
    "propose": _("Rayuan insentif dicadangkan di kaunter"),
    "approve": _("Cadangan rayuan insentif diluluskan"),
    "refuse": _("Cadangan rayuan insentif ditolak"),
    "withdraw": _("Cadangan rayuan insentif ditarik balik"),
}
register(
    {
        f"incentive.appeal.{act}": Act(words, Sort.CONTRIBUTIONS, data=INCENTIVE_DATA, fields=_state(PROPOSAL_STATES))
        for act, words in APPEAL_ACTS.items()
    }
)
register({"incentive.claim.view": Act(_("Tuntutan insentif dilihat oleh pegawai"), Sort.VIEWS, data=INCENTIVE_DATA)})
WORDS.update(
    {
        "isaraan": _("Tuntutan i-Saraan"),
        "isuri": _("Tuntutan i-Suri"),
        "incentive_claim_file": _("Menulis fail tuntutan insentif"),
        "incentive_answer": _("Membaca jawapan Kerajaan"),
        "incentive_credits": _("Mengkreditkan insentif"),
        "incentiverun": _("Larian insentif"),
        "incentiveclaim": _("Tuntutan insentif"),
        "claimfile": _("Fail tuntutan insentif"),
        "claimanswer": _("Jawapan Kerajaan"),
        "incentiveappeal": _("Rayuan insentif"),
        "incentive_claims": _("Tuntutan insentif"),
    }
)
SCHEME = {"scheme": Figure(_("Insentif"), lambda code: str(labels.SCHEME.get(code, code)))}
FIRST, LAST = {"first": Figure(_("Mulai"), _day)}, {"last": Figure(_("Hingga"), _day)}
register(
    {
        "incentive.register": Act(
            _("Ahli didaftarkan untuk insentif"),
            Sort.CONTRIBUTIONS,
            data={
                **hidden("code", "unmet"),
                **SCHEME,
                "place": Figure(_("Cara"), lambda code: str(labels.REGISTERED_AT.get(code, code))),
                "occupation": Figure(_("Pekerjaan"), lambda code: str(OCCUPATIONS.get(code, code))),
            },
            fields=FIRST,
        ),
        "incentive.end": Act(
            _("Pendaftaran insentif berakhir"),
            Sort.CONTRIBUTIONS,
            data={
                **hidden("code", "unmet"),
                **SCHEME,
                "why": Figure(_("Sebab"), lambda code: str(labels.REGISTRATION_END.get(code, code))),
            },
            fields=LAST,
        ),
        "incentive.watch": Act(_("Caruman majikan bagi pemegang insentif disemak"), Sort.CONTRIBUTIONS, own=False, data=hidden("told", "ended")),
    }
)
EKASIH_ACTS = {
    "upload": _("Senarai e-Kasih dimuat naik"),
    "take": _("Senarai e-Kasih diluluskan"),
    "refuse": _("Senarai e-Kasih ditolak"),
    "withdraw": _("Senarai e-Kasih ditarik balik"),
    "followed": _("Senarai e-Kasih berkuat kuasa"),
    "chunk": _("Sebahagian senarai e-Kasih dilaksanakan"),
}
register(
    {
        f"ekasih.{act}": Act(
            words,
            Sort.CONTRIBUTIONS,
            own=False,
            data={**hidden("code", "fault", "spans"), "on": ON, "rows": Figure(_("Jumlah baris")), "dropped": Figure(_("Tidak lagi dalam senarai"))},
            fields={} if act in ("upload", "chunk") else _state(labels.EKASIH),
        )
        for act, words in EKASIH_ACTS.items()
    }
)
