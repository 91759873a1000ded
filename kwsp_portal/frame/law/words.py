"""Values of law in words of the active language."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kwsp_portal.common.rates import Confidence, Unit
from kwsp_portal.templatetags import formats
from members import explanations

CONFIDENCE: Mapping[Confidence, Any] = {
    Confidence.HIGH: gettext_lazy("Tinggi"),
    Confidence.MED: gettext_lazy("Sederhana"),
    Confidence.LOW: gettext_lazy("Rendah"),
}
CONFIDENCE_MEANS: Mapping[Confidence, Any] = {
    Confidence.HIGH: gettext_lazy("teks undang-undang, halaman KWSP atau jadual rasmi yang dicetak"),
    Confidence.MED: gettext_lazy("beberapa sumber bebas yang sepakat, atau panduan perisian gaji"),
    Confidence.LOW: gettext_lazy("satu sumber tidak rasmi, atau tiada sumber yang menyebutnya"),
}
CONFIDENCE_KIND: Mapping[Confidence, str] = {Confidence.HIGH: "good", Confidence.MED: "info", Confidence.LOW: "warn"}
DATED_BY: Mapping[str, Any] = {
    "wage_month": gettext_lazy("bulan upah"),
    "crediting_date": gettext_lazy("tarikh pengkreditan"),
    "date": gettext_lazy("tarikh"),
}


def value(found: Any, unit: Unit, on: date) -> str:
    """`11%`, `RM 5,000.00`, `60 tahun`: a value as its unit says; a repealed one is said to be so. `on` decides the names of accounts."""
    return _("dimansuhkan") if found is None else _SAID[unit](found, on)


def _shares(found: Mapping[str, Decimal], on: date) -> str:
    return ", ".join(f"{explanations.account_name(account, on)} {explanations.percent(str(share))}" for account, share in found.items())


_SAID: Mapping[Unit, Callable[[Any, date], str]] = {
    Unit.RATE: lambda found, on: explanations.percent(str(found)),
    Unit.RINGGIT: lambda found, on: formats.money(found),
    Unit.YEARS: lambda found, on: ngettext("%(number)s tahun", "%(number)s tahun", found) % {"number": found},
    Unit.MONTHS: lambda found, on: ngettext("%(number)s bulan", "%(number)s bulan", found) % {"number": found},
    Unit.DATE: lambda found, on: formats.day(found),
    Unit.CODE: lambda found, on: str(found),
    Unit.YES_NO: lambda found, on: _("Ya") if found else _("Tidak"),
    Unit.SHARES: _shares,
}
