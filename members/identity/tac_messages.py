"""What the SMS of a code says: the code first, what it approves, and that KWSP never asks for it. Acting apps register their own (`kind`)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from kwsp_portal.notify import kinds
from kwsp_portal.notify.kinds import Kind
from kwsp_portal.templatetags import formats

SECRET: Final = "tac"  # noqa: S105 - the name of a place
NEVER_ASKED: Final = _("KWSP tidak pernah meminta TAC anda.")


def kind(*, subject: str, sentence: str, show: Mapping[str, kinds.Show] | None = None) -> Kind:
    """The kind `TAC_<purpose>`: a sentence that begins with %(tac)s and names what is approved, by the figures that `issue` is shown."""
    return Kind(subject=subject, paragraphs=(sentence, NEVER_ASKED), show=show or {}, secrets=(SECRET,), one_time_code=SECRET)


def figures(code: str, shown: Mapping[str, str]) -> dict[str, str]:
    """Of what is approved, what the sentences name: a message keeps no more. Raises KeyError for a kind that nobody registered."""
    said = " ".join((kinds.KINDS[code].subject, *kinds.KINDS[code].paragraphs))
    return {name: value for name, value in shown.items() if f"%({name})s" in said}


def register() -> None:
    """What identity itself asks codes for, and what it tells of phones (called once, by work.py)."""
    for code, one in _KINDS.items():
        kinds.register(code, one)


def _scope(text: str) -> str:
    number = text.removeprefix("employer:")
    return gettext("majikan %(number)s") % {"number": number} if number != text else gettext("akaun sendiri")


def _limit(text: str) -> str:
    """What may be approved and paid with it in a month; 0.00 is none."""
    if Decimal(text) == 0:
        return gettext("tidak boleh meluluskan atau membayar")
    return gettext("boleh meluluskan dan membayar hingga %(amount)s sebulan") % {"amount": formats.money(text)}


_KINDS: Final = {
    "TAC_RECOVERY": kind(subject=_("TAC pemulihan akses"), sentence=_("%(tac)s ialah TAC anda untuk memulihkan akses ke portal.")),
    "TAC_NEW_DEVICE": kind(subject=_("TAC peranti baharu"), sentence=_("%(tac)s ialah TAC anda untuk log masuk dari peranti baharu.")),
    "TAC_BANK_ACCOUNT": kind(
        subject=_("TAC akaun bank"), sentence=_("%(tac)s ialah TAC anda bagi akaun %(bank_name)s yang berakhir dengan %(ending)s.")
    ),
    "TAC_EMAIL": kind(subject=_("TAC e-mel"), sentence=_("%(tac)s ialah TAC anda bagi alamat e-mel %(email)s.")),
    "TAC_API_TOKEN": kind(
        subject=_("TAC token API"),
        sentence=_("%(tac)s ialah TAC anda untuk token API: %(scope)s, %(monthly_limit)s."),
        show={"scope": _scope, "monthly_limit": _limit},
    ),
    "TAC_ACTIVATION_PHONE": kind(subject=_("TAC pengaktifan"), sentence=_("%(tac)s ialah TAC anda untuk mengaktifkan akses ke portal.")),
    "TAC_SHARIAH": kind(subject=_("TAC Simpanan Shariah"), sentence=_("%(tac)s ialah TAC anda untuk memilih Simpanan Shariah mulai %(since)s.")),
    "TAC_AUTHENTICATOR": kind(subject=_("TAC aplikasi pengesah"), sentence=_("%(tac)s ialah TAC anda untuk menukar aplikasi pengesah.")),
    "AUTHENTICATOR_ADDED": Kind(
        subject=_("Aplikasi pengesah ditambah"),
        paragraphs=(_("Sejak %(at)s, kod anda datang daripada aplikasi pengesah dan bukan SMS. Bukan anda? Hubungi KWSP dengan segera."),),
        show={},
    ),
    "AUTHENTICATOR_REMOVED": Kind(
        subject=_("Aplikasi pengesah dibuang"),
        paragraphs=(_("Sejak %(at)s, kod TAC anda dihantar dengan SMS semula. Bukan anda? Hubungi KWSP dengan segera."),),
        show={},
    ),
    "PHONE_BOUND": Kind(
        subject=_("Nombor telefon TAC didaftarkan"),
        paragraphs=(_("Nombor %(number)s kini menerima kod TAC anda, sejak %(at)s. Bukan anda? Hubungi KWSP dengan segera."),),
        show={},
    ),
    "PHONE_CHANGED": Kind(
        subject=_("Nombor telefon TAC ditukar"),
        paragraphs=(
            _("Kod TAC anda kini dihantar ke %(number)s, sejak %(at)s. Bukan anda? Log masuk dan batalkan dalam masa 24 jam, atau hubungi KWSP."),
        ),
        show={},
    ),
    "PHONE_CANCELLED": Kind(
        subject=_("Pertukaran nombor telefon TAC dibatalkan"),
        paragraphs=(_("Pertukaran ke %(number)s dibatalkan pada %(at)s. Daftarkan nombor telefon TAC anda di kaunter KWSP."),),
        show={},
    ),
    "PHONE_REMOVED": Kind(
        subject=_("Nombor telefon TAC dikeluarkan"),
        paragraphs=(_("Nombor %(number)s tidak lagi menerima kod TAC anda, sejak %(at)s. Bukan anda yang memintanya? Hubungi KWSP dengan segera."),),
        show={},
    ),
}
