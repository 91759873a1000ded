"""Words for those who act for an employer, as they stand in the database. Malay msgids."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from employers.enums import ApprovalFlow, EmployerKind, EmployerRole, Leaving, UnderWay
from employers.models import Representative
from kwsp_portal.templatetags import formats
from members.identity.models import User


def who(user: User) -> str:
    """Somebody who acts for an employer, told apart from namesakes by the end of the User ID; the whole of it is theirs to know."""
    shown = formats.masked_user_id(user.user_id) if user.activated_at else _("belum mengaktifkan")
    return f"{user.name} · {shown}"


def acts_as(one: Representative) -> str:
    """Whom somebody acts for, and as what."""
    return str(_("%(role)s bagi %(employer)s")) % {"role": ROLES[one.role], "employer": f"{one.employer.name} ({one.employer.number})"}


class Label(NamedTuple):
    """`kind` is the status tag's colour: neutral, info, good, warn, bad."""

    words: str | Promise
    kind: str


KINDS: Final[dict[str, str | Promise]] = {
    EmployerKind.PRIVATE: _("Swasta"),
    EmployerKind.GOVERNMENT: _("Kerajaan"),
    EmployerKind.HOUSEHOLD: _("Isi rumah"),
}
ROLES: Final[dict[str, str | Promise]] = {
    EmployerRole.ADMINISTRATOR: _("Pentadbir"),
    EmployerRole.MAKER: _("Penyedia"),
    EmployerRole.CHECKER: _("Pelulus"),
}
DUTIES: Final[dict[str, str | Promise]] = {
    EmployerRole.ADMINISTRATOR: _("Pentadbir – melantik wakil, menyediakan dan meluluskan"),
    EmployerRole.MAKER: _("Penyedia – menyediakan dan menghantar untuk kelulusan"),
    EmployerRole.CHECKER: _("Pelulus – meluluskan dan membayar"),
}
LEAVING: Final[dict[str, str | Promise]] = {
    Leaving.RESIGNED: _("Berhenti sendiri"),
    Leaving.CONTRACT_ENDED: _("Kontrak tamat"),
    Leaving.RETIRED: _("Bersara"),
    Leaving.DISMISSED: _("Diberhentikan"),
    Leaving.DIED: _("Meninggal dunia"),
    Leaving.OTHER: _("Sebab lain"),
}
FLOWS: Final[dict[str, str | Promise]] = {
    ApprovalFlow.CHECKED: _("dengan pelulus"),
    ApprovalFlow.SINGLE: _("tanpa pelulus"),
}
FLOW_CHOICES: Final[dict[str, str | Promise]] = {
    ApprovalFlow.CHECKED: _("Dengan pelulus – seorang menyediakan dan menghantar, orang lain meluluskan"),
    ApprovalFlow.SINGLE: _("Tanpa pelulus – orang yang menghantar boleh meluluskannya sendiri, dengan pengakuan dan kod TAC"),
}
UNDER_WAY: Final[dict[str, str | Promise]] = {
    UnderWay.STAYS: _("Kekal dengan aliran asalnya sehingga diluluskan atau dipulangkan"),
    UnderWay.GOES_BACK: _("Dipulangkan kepada penyedia, dan dihantar semula mengikut aliran baharu"),
}
TOLD_UNDER_WAY: Final[dict[str, str | Promise]] = {
    UnderWay.NONE: _("Tiada apa-apa yang sedang menunggu kelulusan."),
    UnderWay.STAYS: _("Yang sedang menunggu kelulusan kekal dengan aliran asalnya."),
    UnderWay.GOES_BACK: _("Yang sedang menunggu kelulusan telah dipulangkan kepada penyedia."),
}
STANDINGS: Final[dict[str, Label]] = {
    "ACTIVE": Label(_("Aktif"), "good"),
    "INVITED": Label(_("Belum mengaktifkan"), "warn"),
    "EXPIRED": Label(_("Kod pengaktifan luput"), "bad"),
    "BLOCKED": Label(_("Akses disekat oleh KWSP"), "bad"),
    "REMOVED": Label(_("Ditamatkan"), "neutral"),
}
NOT_ALLOWED: Final[dict[str, tuple[int, str | Promise]]] = {
    "NO_RIGHT": (403, _("Hanya pentadbir majikan boleh melantik, menukar atau menamatkan wakil.")),
    "GONE": (409, _("Orang ini tidak lagi mewakili majikan dalam peranan ini: rakan sekerja mungkin sudah mengubahnya. Lihat senarai wakil.")),
    "LAST_ADMINISTRATOR": (409, _("Ini pentadbir terakhir yang i-Akaunnya aktif. Lantik pentadbir lain dan tunggu dia mengaktifkannya dahulu.")),
    "OWN_LAST_ROLE": (409, _("Ini peranan anda sendiri yang terakhir. Pentadbir lain mesti menamatkannya.")),
    "ALREADY": (
        409,
        _("Orang ini sudah mewakili majikan, atau sudah dilantik. Hantar semula kod pengaktifan atau tukar peranannya di halaman orang itu."),
    ),
    "UNKNOWN_PERSON": (
        422,
        _("ID Pengguna dan nombor telefon itu tidak sepadan dengan seorang wakil yang i-Akaunnya aktif. Semak kedua-duanya dengan orang itu."),
    ),
    "TOO_MANY": (429, _("Anda sudah memasukkan terlalu banyak pasangan ID Pengguna dan telefon yang tidak sepadan. Cuba lagi selepas 24 jam.")),
    "SAME_ROLE": (409, _("Orang ini sudah memegang peranan itu.")),
    "ACTIVATED": (
        409,
        _("i-Akaun orang ini sudah aktif, jadi tiada kod pengaktifan untuk dihantar. ID Pengguna atau kata laluan yang terlupa dipulihkan sendiri."),
    ),
    "NOT_ACTIVATED": (409, _("Orang ini belum mengaktifkan i-Akaun. Hantar semula kod pengaktifan, ke nombor lain jika perlu.")),
    "BLOCKED": (
        409,
        _("KWSP menyekat akses orang ini, jadi tiada kod atau nombor baharu. Orang ini sendiri menghubungi KWSP atau pergi ke kaunter."),
    ),
    "OWN_PHONE": (409, _("Nombor anda sendiri ditukar di kaunter KWSP dengan Borang KWSP 1(i).")),
    "ELSEWHERE": (409, _("Orang ini juga mewakili majikan lain. Nombornya hanya ditukar di kaunter KWSP dengan Borang KWSP 1(i).")),
    "NO_RIGHT_DEBIT": (403, _("Hanya pentadbir majikan boleh memohon debit terus atau menamatkannya.")),
    "MANDATE_OPEN": (409, _("Majikan ini sudah ada debit terus yang berkuat kuasa atau dimohon. Tamatkannya dahulu.")),
    "MANDATE_OVER": (409, _("Debit terus ini sudah tamat: rakan sekerja atau bank mungkin sudah menamatkannya.")),
    "NO_RIGHT_REFUND_ACCOUNT": (403, _("Hanya pentadbir majikan boleh menukar akaun bayaran balik.")),
    "REFUND_ACCOUNT_SAME": (409, _("Akaun ini sudah menjadi akaun bayaran balik majikan, atau sedang disahkan oleh bank.")),
    "REFUND_ACCOUNT_OFTEN": (409, _("Terlalu banyak akaun diminta hari ini. Cuba lagi esok.")),
    "SAME_FLOW": (409, _("Aliran kelulusan ini sudah dipilih: rakan sekerja mungkin sudah menukarnya. Tiada apa-apa yang berubah.")),
    "UNDER_WAY": (409, _("Bilangan yang menunggu kelulusan telah berubah. Semak semula, kemudian pilih apa yang berlaku kepadanya.")),
    "HAD_PHONE": (
        409,
        _("Orang ini sudah mempunyai nombor TAC, atau pernah mempunyainya. Dia sendiri menukarnya di kaunter KWSP dengan Borang KWSP 1(i)."),
    ),
    "NUMBER_TAKEN": (
        409,
        _("Nombor ini nombor orang lain yang mewakili majikan ini. Setiap wakil memerlukan telefon sendiri: masukkan nombor orang ini."),
    ),
}
"""Why an act on those who act for an employer is refused, with the page's status."""
