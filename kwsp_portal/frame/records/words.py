"""Words for the parts of a record and for what it masks. Malay msgids."""

from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from kwsp_portal.frame.permissions import Field, Section
from kwsp_portal.notify.enums import Channel, State
from members import labels

SECTIONS: Final[dict[str, Any]] = {
    Section.IDENTITY: _("Siapa"),
    Section.I_AKAUN: _("i-Akaun"),
    Section.SIGN_INS: _("Sekatan, sesi dan peranti"),
    Section.SAVINGS: _("Simpanan"),
    Section.CONTRIBUTIONS: _("Caruman terakhir"),
    Section.WAGES: _("Upah"),
    Section.ELECTIONS: _("Pilihan caruman"),
    Section.PROPOSALS: _("Cadangan kaunter yang menunggu"),
    Section.CORRECTIONS: _("Pembetulan yang belum dicatat"),
    Section.NOTICES: _("Makluman dan mesej"),
    Section.ACTIVITY: _("Aktiviti terkini"),
}
FIELDS: Final[dict[str, Any]] = {
    Field.IDENTITY_NUMBER: _("No. pengenalan"),
    Field.BIRTH_DATE: _("Tarikh lahir"),
    Field.PHONE: _("Telefon untuk dihubungi"),
    Field.TAC_PHONE: _("Nombor TAC"),
    Field.EMAIL: _("E-mel"),
    Field.ADDRESS: _("Alamat surat-menyurat"),
    Field.HOME_ADDRESS: _("Alamat rumah"),
}

NUMBER: Final = _("No. Ahli")
AGE: Final = _("Umur")
CITIZENSHIP: Final = _("Kewarganegaraan")
SINCE: Final = _("Ahli sejak")
DIED_ON: Final = _("Tarikh kematian")


class Label(NamedTuple):
    """Words and the colour of their tag."""

    words: Any
    kind: str


MESSAGES: Final[dict[str, dict[str, Any]]] = {
    Channel.SMS: dict(labels.MESSAGES),
    Channel.EMAIL: {
        State.QUEUED: Label(_("E-mel menunggu dihantar"), "info"),
        State.SENT: Label(_("E-mel dihantar"), "info"),
        State.DELIVERED: Label(_("E-mel diterima"), "good"),
        State.FAILED: Label(_("E-mel gagal dihantar"), "bad"),
        State.EXPIRED: Label(_("E-mel luput sebelum dihantar"), "bad"),
        State.REFUSED: Label(_("E-mel ditolak bagi alamat ini"), "bad"),
    },
}
I_AKAUN: Final[dict[str, Label]] = {
    "NONE": Label(_("Tiada i-Akaun"), "neutral"),
    "INVITED": Label(_("i-Akaun belum diaktifkan"), "warn"),
    "EXPIRED": Label(_("Jemputan telah berakhir"), "bad"),
    "ACTIVE": Label(_("i-Akaun aktif"), "good"),
    "CLOSED": Label(_("i-Akaun ditutup"), "bad"),
}
