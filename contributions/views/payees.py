"""For whom a member pays, asked and said alike by every way of paying: the number, the masked name, and no figure of another member's."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms as django_forms
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from contributions import forms, labels
from contributions.services import monthly_debits, voluntary
from contributions.services import payment as payments
from kwsp_portal.common import clock
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.templatetags import formats
from members.models import Member

FIELD: Final = {
    "ABOVE_CEILING": "amount",
    **dict.fromkeys(("MEMBER_DIED", "MEMBER_TOO_OLD", "MEMBER_FOREIGN"), "payee"),
    **dict.fromkeys(("NOT_REGISTERED", monthly_debits.OPEN_ALREADY), "kind"),
}
"""Beside which field a refusal is said."""
_AMOUNTS: Final = frozenset({"amount", "room", "ceiling", "highest"})
_OF_ANOTHER: Final = {
    "ABOVE_CEILING": gettext_lazy(
        "Jumlah ini melebihi apa yang tinggal di bawah had tahun ini bagi ahli itu. Kurangkan jumlahnya, atau tanya ahli itu."
    ),
    monthly_debits.OPEN_ALREADY: gettext_lazy(
        "Anda sudah ada debit bulanan bagi ahli itu dan jenis caruman ini. Hentikannya dahulu jika amaun, hari atau akaunnya hendak ditukar."
    ),
}
"""What is said otherwise of another member."""
_UNKNOWN: Final = gettext_lazy("Ditemui %(found)s, dijangka nombor ahli yang ada. Semak nombor itu dengan ahli yang anda bayar.")
_TOO_MANY: Final = gettext_lazy("Terlalu banyak nombor ahli ditanya dalam sehari. Cuba lagi selepas %(until)s.")


def payee(request: HttpRequest, payer: Member, form: forms.PayeeForm) -> Member | None:
    """The member who is paid for; None where the number is nobody's, which the form then says. Raises voluntary.TooMany."""
    number = form.cleaned_data["payee"]
    if number in ("", payer.number):
        return payer
    found = voluntary.payee(number=number, by=request.user, at=clock.now())  # type: ignore[arg-type]
    if found is None:
        form.add_error("payee", str(_UNKNOWN) % {"found": number})
    return found


def shown(payer: Member, whom: Member) -> dict[str, Any]:
    """For a page that is read before anything is made of it: who is paid for, another's name masked."""
    own = whom == payer
    return {"whom": whom, "own": own, "name": whom.name if own else voluntary.masked(whom.name)}


def say_too_many(form: django_forms.Form, error: voluntary.TooMany) -> None:
    """That no more numbers can be asked about today."""
    form.add_error("payee", str(_TOO_MANY) % {"until": formats.moment(error.until)})


def say(form: django_forms.Form, refusals: Sequence[Refusal], fields: Mapping[str, str] = FIELD) -> None:
    """Each refusal beside its field, without a figure of another member's; the others stand for the whole."""
    other = form.cleaned_data.get("whom") == forms.OTHER
    for refusal in refusals:
        field = fields.get(refusal.code)
        said = str(_OF_ANOTHER[refusal.code]) if other and refusal.code in _OF_ANOTHER else words_of(refusal)
        form.add_error("whom" if field == "payee" and not other else field, said)


def words_of(refusal: Refusal, also: Mapping[str, str | Promise] = labels.VOLUNTARY_REFUSALS) -> str:
    """Why somebody cannot be paid for, with its figures; `also`: what a way of paying says of its own."""
    known, code = {**labels.VOLUNTARY_REFUSALS, **also}, refusal.code
    if code not in known:
        return payments.words_of(refusal)
    figures = {name: formats.money(Decimal(text)) if name in _AMOUNTS else text for name, text in refusal.details.items()}
    full = code == "ABOVE_CEILING" and not Decimal(refusal.details["room"])
    return str(known["CEILING_FULL" if full else code]) % figures
