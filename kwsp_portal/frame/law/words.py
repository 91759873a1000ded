"""Values of law in words of the active language."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contributions.enums import ChoiceForm, CorrectionEffect, EarnsFrom, IncentiveReading, KhasForm, LateReading, LateScheme, Rounding, SchedulePart
from kwsp_portal.common.rates import Confidence, RegisterLine, Unit
from kwsp_portal.frame.law import codes
from kwsp_portal.templatetags import formats
from members import explanations
from members.enums import AfterReplacement, LeapBirthday, PartOfASen, SubAccount

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


def value(line: RegisterLine) -> str:
    """`11%`, `RM 5,000.00`, `60 tahun`, `Bahagian A`: a value as its unit says, a code in words; one that is repealed or not confirmed says so."""
    found, on = line.value.value, max(line.value.start, line.law.known_from)  # the day decides the names of accounts
    if found is None:
        return _("belum disahkan") if line.value.assumed else _("dimansuhkan")
    if line.rate.unit is Unit.CODE:
        return code(next(one for one in codes.allowed(line.law.name, line.rate.name) if one == found), on)
    return _SAID[line.rate.unit](found, on)


def code(found: StrEnum, on: date) -> str:
    """A code of a rate file in words; `on` decides the name of an account."""
    if isinstance(found, SubAccount):
        return explanations.account_name(found, on)
    if isinstance(found, SchedulePart):
        return _("Bahagian %(part)s") % {"part": found.value}
    if isinstance(found, ChoiceForm):
        return _("Borang %(form)s") % {"form": found.value}
    if isinstance(found, KhasForm):
        return _("Borang Khas %(year)s") % {"year": found.value}
    return str(_CODES[found])


_CODES: Mapping[StrEnum, Any] = {
    Rounding.TOTAL: gettext_lazy("jumlah digenapkan ke atas kepada ringgit, dan syer pekerja juga; syer majikan ialah bakinya"),
    Rounding.EACH_SHARE: gettext_lazy("setiap syer digenapkan ke atas kepada ringgit"),
    EarnsFrom.LAST_DAY_OF_CONTRIBUTION_MONTH: gettext_lazy("hari terakhir bulan caruman"),
    EarnsFrom.PAYMENT_DATE: gettext_lazy("tarikh bayaran"),
    CorrectionEffect.AT_ONCE: gettext_lazy("serta-merta, pada hari pembetulan dicatat"),
    CorrectionEffect.IN_PROPORTION: gettext_lazy("daripada setiap akaun mengikut bahagian yang diterimanya"),
    CorrectionEffect.OF_THE_CONTRIBUTION: gettext_lazy("hari mulai mana caruman itu mendapat dividen"),
    LateScheme.CONVENTIONAL: gettext_lazy("dividen Simpanan Konvensional"),
    LateScheme.LOWER: gettext_lazy("yang terendah antara dividen Simpanan Konvensional dan Simpanan Shariah"),
    LateReading.UP_TO_RINGGIT: gettext_lazy("kepada ringgit yang lebih tinggi"),
    LateReading.FROM_16TH_TO_PAYMENT: gettext_lazy("mulai 16 haribulan bulan caruman hingga hari bayaran, kedua-duanya termasuk"),
    LateReading.MONTH_END_TO_PAYMENT: gettext_lazy("mulai hari terakhir bulan caruman hingga sehari sebelum bayaran"),
    LateReading.LAST_DECLARED: gettext_lazy("kadar terakhir yang diisytiharkan"),
    IncentiveReading.BY_SHARE: gettext_lazy("sebahagian daripada caruman tahun itu"),
    IncentiveReading.BY_MONTH: gettext_lazy("amaun tetap bagi setiap bulan dengan caruman"),
    IncentiveReading.NO_CAP: gettext_lazy("tiada had seumur hidup"),
    IncentiveReading.ALL_YEARS: gettext_lazy("insentif semua tahun"),
    IncentiveReading.OWN_KIND: gettext_lazy("caruman yang dibayar sebagai i-Saraan atau i-Suri, sejak pendaftaran"),
    IncentiveReading.ONE_AT_A_TIME: gettext_lazy("satu insentif pada satu masa"),
    IncentiveReading.NEAREST_SEN: gettext_lazy("kepada sen terdekat"),
    AfterReplacement.SPLIT_OF_THE_DAY: gettext_lazy("pembahagian yang berkuat kuasa pada hari pengkreditan"),
    PartOfASen.NEAREST_SEN: gettext_lazy("sen yang terdekat"),
    LeapBirthday.FIRST_OF_MARCH: gettext_lazy("1 Mac"),
    LeapBirthday.LAST_OF_FEBRUARY: gettext_lazy("28 Februari"),
}


def _shares(found: Mapping[str, Decimal], on: date) -> str:
    return ", ".join(f"{explanations.account_name(account, on)} {explanations.percent(str(share))}" for account, share in found.items())


_SAID: Mapping[Unit, Callable[[Any, date], str]] = {
    Unit.RATE: lambda found, on: explanations.percent(str(found)),
    Unit.RINGGIT: lambda found, on: formats.money(found),
    Unit.YEARS: lambda found, on: ngettext("%(number)s tahun", "%(number)s tahun", found) % {"number": found},
    Unit.MONTHS: lambda found, on: ngettext("%(number)s bulan", "%(number)s bulan", found) % {"number": found},
    Unit.DAYS: lambda found, on: ngettext("%(number)s hari", "%(number)s hari", found) % {"number": found},
    Unit.DATE: lambda found, on: formats.day(found),
    Unit.YES_NO: lambda found, on: _("Ya") if found else _("Tidak"),
    Unit.SHARES: _shares,
}
