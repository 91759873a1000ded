"""`/demo/design/`: every component on one page, in demo mode only. For designers, reviewers and the tests of the look."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.identity.forms import TacForm
from members.identity.models import Challenge
from members.identity.tac_step import Box

EXAMPLE_DAY = date(2026, 11, 3)
EXAMPLE_MOMENT = datetime(2026, 11, 3, 6, 5, tzinfo=UTC)
EXAMPLE_ROWS = 240
EXAMPLE_ACCOUNTS = (
    (_("Akaun Persaraan"), Decimal("138412.65"), "PERSARAAN"),
    (_("Akaun Sejahtera"), Decimal("27682.53"), "SEJAHTERA"),
    (_("Akaun Fleksibel"), Decimal("8204.12"), "FLEKSIBEL"),
)
EXAMPLE_PEOPLE = (
    ("Nurul Aina binti Hassan", "850101141234", Decimal("6250.00"), Decimal("756.00"), Decimal("693.00"), "good", _("Sah")),
    ("Tan Wei Ling", "910722085566", Decimal("4100.00"), Decimal("533.00"), Decimal("451.00"), "good", _("Sah")),
    ("Kavitha a/p Subramaniam", "880930105872", Decimal("3180.50"), Decimal("416.00"), Decimal("352.00"), "bad", _("Ditolak")),
)


class ExampleForm(forms.Form):
    """One field of each kind."""

    user_id = forms.CharField(label=_("ID Pengguna"), help_text=_("8 hingga 16 huruf dan angka"))
    password = forms.CharField(label=_("Kata laluan"), widget=forms.PasswordInput)
    identity_number = forms.CharField(label=_("Nombor kad pengenalan"), help_text=_("Contoh: 850101-14-1234"))
    wages = forms.DecimalField(label=_("Upah"), max_digits=9, decimal_places=2)
    bank = forms.ChoiceField(label=_("Bank"), choices=[("", _("Pilih bank")), ("A", "Maybank2U"), ("B", "CIMB Clicks")])
    wage_month = forms.ChoiceField(
        label=_("Bulan caruman"), widget=forms.RadioSelect, choices=[("2026-10", _("Oktober 2026")), ("2026-11", _("November 2026"))]
    )
    file = forms.FileField(label=_("Fail Borang A"), help_text=_("CSV atau teks, hingga 20 MB"))
    comment = forms.CharField(label=_("Ulasan"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    declaration = forms.BooleanField(label=_("Saya mengaku bahawa maklumat ini benar dan lengkap."))


def _navigation() -> list[tuple[str, str, bool]]:
    return [(gettext("Utama"), "#", True), (gettext("Caruman"), "#", False), (gettext("Kelulusan"), "#", False), (gettext("Bayaran"), "#", False)]


def example_context(form: forms.Form) -> dict[str, Any]:
    """What the page shows: made-up people and amounts."""
    total = sum((amount for _name, amount, _code in EXAMPLE_ACCOUNTS), Decimal(0))
    return {
        "form": form,
        "nav": _navigation(),
        "total": total,
        "accounts": [{"name": name, "amount": amount, "code": code} for name, amount, code in EXAMPLE_ACCOUNTS],
        "parts": EXAMPLE_ACCOUNTS,
        "people": [
            {"name": name, "ic": ic, "wages": wages, "employer": employer, "employee": employee, "kind": kind, "state": state}
            for name, ic, wages, employer, employee, kind, state in EXAMPLE_PEOPLE
        ],
        "employer_total": sum((person[3] for person in EXAMPLE_PEOPLE), Decimal(0)),
        "employee_total": sum((person[4] for person in EXAMPLE_PEOPLE), Decimal(0)),
        "unpaid": Decimal("12345.00"),
        "example_day": EXAMPLE_DAY,
        "steps": [gettext("Muat naik"), gettext("Semak"), gettext("Kelulusan"), gettext("Bayaran")],
        "crumbs": [(gettext("Utama"), "/"), (gettext("Caruman"), "#"), (gettext("Oktober 2026"), "")],
        "page": Paginator(range(EXAMPLE_ROWS), 20).page(3),
        "negative": Decimal("-250.00"),
        "box": _example_box(),
    }


def _example_box() -> Box:
    """A code on its way to a made-up phone."""
    sent, minute = EXAMPLE_MOMENT, timedelta(minutes=1)
    challenge = Challenge(issued_at=sent, valid_until=sent + 3 * minute, resend_at=sent + minute)
    return Box(
        state="OPEN",
        form=TacForm(),
        phone="+60•••••••6789",
        by_app=False,
        challenge=challenge,
        now=sent,
        may_resend=False,
        ask_number=False,
        words="",
        is_representative=True,
        valid_minutes=3,
    )


def show(request: HttpRequest) -> HttpResponse:
    """The page. `?errors=1` shows the form as it looks after a refused submission."""
    form = ExampleForm({"user_id": "ahli", "wages": "6250.00"}) if request.GET.get("errors") else ExampleForm(initial={"wage_month": "2026-10"})
    form.use_required_attribute = False
    return render(request, "frame/design.html", example_context(form))
