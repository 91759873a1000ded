"""What the trail says of applications for withdrawals."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kwsp_portal.audit.acts import Act, Figure, Sort, hidden, register
from kwsp_portal.templatetags import formats
from withdrawals import labels


def _state(code: Any) -> str:
    return str(labels.STATE[code].words) if code in labels.STATE else str(code)


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
    "document_remove": _("Dokumen permohonan pengeluaran dikeluarkan"),
}
register({f"withdrawal.{act}": Act(words, Sort.SAVINGS, data=DATA, fields=STATE) for act, words in MEMBERS.items()})
