"""What a corrected birth date does: when ages are reached, and which accounts the law gives (rulings 3, 15a, 16). By itself it moves nothing; the
next turn of ages has the books follow."""

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from kwsp_portal.templatetags import formats
from members import explanations
from members.models import Member
from members.rules import accounts, age
from members.services import correcting
from members.services.correcting import Record

AGES: Final = ("akaun_emas", "emas_open", "last_credit")
"""Ages of members/rates/ages.yaml after which something is different for the member."""


def of_birth_date(member: Member, before: Record, after: Record, on: date) -> list[Any]:
    """Birthdays that move, and the accounts of today where they are others."""
    was, will = date.fromisoformat(before["birth_date"]), date.fromisoformat(after["birth_date"])
    if was == will:
        return []
    words = []
    for name in AGES:
        years = age.LAW.at(name, on).value
        figures = {"age": years, "before": formats.day(age.birthday(was, years)), "after": formats.day(age.birthday(will, years))}
        words.append(_("Umur %(age)s dicapai pada %(after)s, bukan %(before)s.") % figures)
    held = [[explanations.account_name(code, on) for code in accounts.of(birth_date=born, on=on)] for born in (was, will)]
    if held[0] != held[1]:
        figures = {"before": ", ".join(map(str, held[0])), "after": ", ".join(map(str, held[1]))}
        words.append(_("Kredit baharu masuk ke %(after)s, bukan %(before)s.") % figures)
        older = will < was
        words.append(
            _("Wang yang sudah ada dipindahkan ke Akaun 55 selewat-lewatnya esok.") if older else _("Wang yang sudah dalam Akaun 55 kekal di situ.")
        )
    return words


def register() -> None:
    """Asked before every decision on a correction."""
    correcting.EFFECTS.append(of_birth_date)
