"""`/khas/`: Pengeluaran Khas of April 2022 (seed 004) for everybody: whether it is open, what it is, all questions with their answers, and a
calculator of what the sum would be at 55. Stores nothing."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from contributions.calculator import typed, values
from kwsp_portal.common import clock, money
from kwsp_portal.frame import khas_questions
from members.enums import ReplacementCause
from members.identity import gates
from members.rules import age, replacing
from withdrawals.enums import KindCode
from withdrawals.labels import STATE, Label
from withdrawals.models import Application
from withdrawals.rules import khas
from withdrawals.selectors import applications

_YOUNGEST: Final = 14
"""Nobody has savings before it; a younger age is a slip."""
_HIGHEST: Final = Decimal(20)
"""Percent: no dividend was ever near it."""
_AGE: Final = re.compile(r"[0-9]{1,3}", re.ASCII)


class SumForm(forms.Form):
    """What somebody would take, how old they are, and which dividend is assumed, as it was typed."""

    amount = forms.CharField(label=_("Amaun yang ingin dikeluarkan (RM)"), required=False)
    age = forms.CharField(label=_("Umur sekarang"), required=False)
    dividend = forms.CharField(label=_("Dividen setahun yang dianggap (%)"), required=False)

    def clean_amount(self) -> Decimal:
        """From RM50 to RM10,000."""
        found = self._read("amount", "wages", values.amount)
        least, most = (khas.LAW.at(name, khas.FIRST).value for name in ("least", "most"))
        if not least <= found <= most:
            raise forms.ValidationError(
                _("Ditemui %(found)s, dijangka dari %(least)s hingga %(most)s"),
                code="OUT_OF_RANGE",
                params={"found": f"{found:.2f}", "least": f"{least:.2f}", "most": f"{most:.2f}"},
            )
        return found

    def clean_age(self) -> int:
        """A whole number below 55."""
        text = self.cleaned_data["age"].strip()
        last = age.LAW.at("akaun_emas", khas.FIRST).value - 1
        if _AGE.fullmatch(text) is None or not _YOUNGEST <= int(text) <= last:
            raise forms.ValidationError(
                _("Ditemui %(found)s, dijangka umur dari %(youngest)s hingga %(last)s tahun"),
                code="OUT_OF_RANGE",
                params={"found": text[: values.SHOWN] or "-", "youngest": _YOUNGEST, "last": last},
            )
        return int(text)

    def clean_dividend(self) -> Decimal:
        """Percent, two decimals at most; as a rate."""
        found = self._read("dividend", "employer_excess", values.points)
        if found > _HIGHEST:
            raise forms.ValidationError(
                _("Ditemui %(found)s, dijangka dari 0 hingga %(most)s"), code="OUT_OF_RANGE", params={"found": found, "most": _HIGHEST}
            )
        return found / 100

    def _read(self, name: str, kind: str, reader: Any) -> Decimal:
        try:
            found: Decimal = reader(typed.plain(kind, self.cleaned_data[name]))
        except values.Unreadable as error:
            raise forms.ValidationError(error.words, code=error.code) from error
        return found


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the sum would be at 55 if it stays, RM; what is to be put back if it is taken, and its zakat where it is due."""

    amount: Decimal
    years: int
    dividend: Decimal
    at_55: Decimal
    replaced: Decimal
    zakat: Decimal

    @property
    def lost(self) -> Decimal:
        return self.at_55 - self.amount


@gates.public
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """As on the business date. The calculator's question stands in the address."""
    on = clock.business_date()
    usual = {"amount": f"{khas.LAW.at('most', khas.FIRST).value:.2f}", "dividend": f"{khas.LAW.at('dividend', khas.FIRST).value * 100:.2f}"}
    asked = {name for name in SumForm.base_fields if name in request.GET}
    form = SumForm({**usual, **{name: request.GET[name] for name in asked}}) if asked else SumForm(initial=usual)
    valid = bool(asked) and form.is_valid()
    context = {
        "on": on,
        "window": _window(on),
        "figures": khas_questions.figures(on),
        "questions": khas_questions.answered(on),
        "form": form,
        "answer": _answer(form.cleaned_data) if valid else None,
        "own": _own(request) if on >= khas.LAW.at("status_from", khas.FIRST).value else [],
        "status_open": on >= khas.LAW.at("status_from", khas.FIRST).value,
    }
    return render(request, "frame/khas.html", context, status=HTTPStatus.OK if valid or not asked else HTTPStatus.UNPROCESSABLE_ENTITY)


def _own(request: HttpRequest) -> list[tuple[Application, Label]]:
    """What the member who is signed in has applied for, with where it stands; nobody's else."""
    user = request.user
    found = applications.own_of_kind(user=user, kind=KindCode.KHAS_2022) if user.is_authenticated and user.is_member else []
    return [(one, STATE[one.state]) for one in found]


def _window(on: date) -> str:
    """Before, open or after."""
    return "before" if on < khas.FIRST else "after" if on > khas.LAST else "open"


def _answer(given: dict[str, Any]) -> Answer:
    years = age.LAW.at("akaun_emas", khas.FIRST).value - given["age"]
    sen = money.to_sen(given["amount"])
    return Answer(
        amount=given["amount"],
        years=years,
        dividend=given["dividend"],
        at_55=khas.at_55(amount=given["amount"], years=years, dividend=given["dividend"]),
        replaced=money.from_sen(replacing.amount_sen(ReplacementCause.KHAS, sen, khas.FIRST)),
        zakat=khas.zakat(amount=given["amount"], on=khas.FIRST),
    )
